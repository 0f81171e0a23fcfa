"""What is visible is laid out, the reader keeps their place, and the bar says where that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_SIDE = 24
"""Least space at both sides of the column; the scroll bar stands in it."""
_N_ROUNDS = 12
_STICKY_PX = 2
_STEP_PX = 20


class Scrolling:
    """Moves one view; the reader's place is `anchor` and `is_stuck` of the view."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self._is_moving_bar = False
        self._scan_timer = QTimer(view, interval=0)
        self._scan_timer.timeout.connect(self._on_scan_timeout)

    @property
    def is_busy(self) -> bool:
        """Say whether a very long message is still being scanned."""
        return self._scan_timer.isActive()

    def settle(self) -> None:
        """Lay out what is visible, keep the reader's place, set the scroll bar; nothing while there is no room."""
        view, conversation = self._view, self._view.conversation
        height = view.viewport().height()
        # About the whole widget, not the viewport: the text must not jump when a scroll bar appears.
        column = min(view.places.formats.column, view.width() - 2 * _SIDE)
        if column <= 0 or height <= 0:
            return
        view.places.x = (view.width() - column) // 2 - view.viewport().x()
        conversation.set_column(column)
        view.formulas.before_settling()
        view.cover.measure()
        value = 0
        if conversation.messages:
            for _ in range(_N_ROUNDS):
                value = self._wanted_value(height)
                if not conversation.lay_out(value, value + height):
                    break
            value = self._wanted_value(height)
            view.anchor = conversation.anchor_at(value)
        self._set_bar(value, height)
        view.cover.place()
        view.formulas.after_settling()
        if conversation.behind:
            self._scan_timer.start()

    def _wanted_value(self, height: int) -> int:
        view = self._view
        maximum = max(0, view.conversation.height - height)
        if view.is_stuck or view.anchor is None:
            return maximum
        return max(0, min(view.conversation.y_of(view.anchor), maximum))

    def _set_bar(self, value: int, height: int) -> None:
        view = self._view
        bar = view.verticalScrollBar()
        self._is_moving_bar = True
        bar.setPageStep(max(1, height - 2 * view.places.formats.text_pitch))
        bar.setSingleStep(_STEP_PX)
        bar.setRange(0, max(0, view.conversation.height - height))
        bar.setValue(value)
        self._is_moving_bar = False
        view.places.value = value

    def _on_scan_timeout(self) -> None:
        """Scan on in a very long message that is on show."""
        if self._view.conversation.scan_behind():
            self._view.settle()
            self._view.viewport().update()
        else:
            self._scan_timer.stop()

    def bar_moved(self) -> None:
        """If we moved the bar, there is nothing to do; else the reader did."""
        if self._is_moving_bar:
            return
        view = self._view
        bar = view.verticalScrollBar()
        old, new = view.places.value, bar.value()
        view.is_stuck = new >= bar.maximum() - _STICKY_PX
        view.replacing.let_go()
        view.arriving.stop()
        if view.conversation.messages:
            # What was visible keeps its place on the screen while what comes into view gets its true height.
            if view.anchor is not None and new > 0 and abs(new - old) < view.viewport().height():
                view.anchor.offset += new - old
            else:
                view.anchor = view.conversation.anchor_at(new)
        view.settle()
        view.viewport().update()
        view.pointer.moved_under()
