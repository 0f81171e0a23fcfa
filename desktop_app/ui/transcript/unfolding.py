"""Unfolding what a model thought, and the seconds on the button while it thinks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from desktop_app.ui.transcript.conversation_layout import Anchor
from desktop_app.ui.transcript.selection import Position
from desktop_app.ui.transcript.shown import Button, Part

if TYPE_CHECKING:
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_SECOND_MS = 1_000
_STICKY_PX = 2


class Unfolding(QObject):
    """For one view."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._view = view
        self._timer = QTimer(self, interval=_SECOND_MS)
        self._timer.timeout.connect(self._on_timeout)

    @property
    def is_counting(self) -> bool:
        """Say whether seconds are shown that go on."""
        return self._timer.isActive()

    def toggle(self, number: int) -> None:
        """Unfold or fold what the model thought in message `number`. The button stays where it is on screen."""
        view = self._view
        layout = view.conversation.messages[number]
        if not layout.has_reasoning:
            return
        n_more = layout.toggle_reasoning()
        self._move_selection(number, n_more)
        view.finding.boxes_moved(number, n_more)
        view.shown.hovered = view.shown.copied = None
        if not (layout.is_thinking and view.is_stuck):
            inside = view.places.value - view.conversation.tops[number]
            view.anchor, view.is_stuck = Anchor(number, -1, min(inside, layout.pill_y)), False
        view.conversation.refresh_notice(layout)
        view.conversation.refresh_tops(number + 1)
        # Colours that were to come to boxes with other numbers.
        waiting = ((layout, index) for index, box in enumerate(layout.boxes) if box.is_code and box.doc is not None)
        view.conversation.fresh_code.extend(waiting)
        view.settle()
        bar = view.verticalScrollBar()
        view.is_stuck = bar.value() >= bar.maximum() - _STICKY_PX
        view.viewport().update()
        view.pointer.moved_under()

    def _move_selection(self, number: int, n_more: int) -> None:
        """Let what is selected stay selected; nothing is, when an end of it has been folded away."""
        selection = self._view.selection
        if selection.anchor is None or selection.cursor is None:
            return
        ends = [self._moved(place, number, n_more) for place in (selection.anchor, selection.cursor)]
        if ends[0] is None or ends[1] is None:
            selection.clear()
        else:
            selection.set(ends[0], ends[1])

    @staticmethod
    def _moved(place: Position, number: int, n_more: int) -> Position | None:
        if place[0] != number:
            return place
        return (number, place[1] + n_more, place[2]) if place[1] + n_more >= 0 else None

    def refresh(self) -> None:
        """Begin or end counting, as the messages are now."""
        messages = self._view.conversation.messages
        if messages and messages[-1].is_thinking and self._view.isVisible():
            if not self._timer.isActive():
                self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def _on_timeout(self) -> None:
        self.refresh()
        if self._timer.isActive():
            part = Part(len(self._view.conversation.messages) - 1, -1, Button.REASONING)
            rect = self._view.places.part_rect(part)
            self._view.viewport().update(rect.adjusted(0, 0, 24, 0))
