"""Code, tables and formulas that are wider than their place: how far they are moved to the side, and the bar that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from desktop_app.markdown.leaf import LeafKind

if TYPE_CHECKING:
    from desktop_app.ui.transcript.formats import Formats
    from desktop_app.ui.transcript.message_layout import MessageLayout
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_THICK = 4
_ABOVE_EDGE = 4
_LEAST = 32
"""Pixels of a bar, however much there is to see."""
_NEAR = 4
"""Above and below a bar so much belongs to it for the mouse."""
_QUIET = 110
"""Opacity of a bar that the mouse is not on."""
_FASTEST = 60
"""Pixels in one step of a selection that is drawn beyond the edge."""


def room_of(layout: MessageLayout, index: int) -> float:
    """Give how many pixels what stands in box `index` can be moved, all its chunks together; 0.0: all of it is on show."""
    box = layout.boxes[index]
    if not box.can_move:
        return 0.0
    chunks = layout.boxes[layout.first_chunk(index) : layout.last_chunk(index) + 1]
    return max(0.0, max(chunk.content_width for chunk in chunks) - box.width)


def offset_of(layout: MessageLayout, index: int) -> float:
    """Give how far box `index` is moved: how much of it is hidden at its left. A table from right to left begins at its right."""
    box = layout.boxes[index]
    if not box.can_move:
        return 0.0
    moved = layout.code_offsets.get(layout.first_chunk(index)) if layout.code_offsets else None
    if moved is not None:
        # There may be less to move than when it was: in a wider window, or as a formula that is drawn by now.
        return min(moved, room_of(layout, index))
    return max(0.0, box.content_width - box.width) if box.is_rtl and box.leaf.kind is LeafKind.TABLE else 0.0


def move(layout: MessageLayout, index: int, offset: float) -> None:
    """Move what stands in box `index` so that `offset` pixels are hidden at its left, as far as there is anything to see."""
    layout.code_offsets[layout.first_chunk(index)] = max(0.0, min(offset, room_of(layout, index)))


class SideBar:
    """The bar at the lower edge of what is wider than its place: how much of it there is, and where the reader is in it."""

    def __init__(self, formats: Formats) -> None:
        self._theme = formats.theme

    def track(self, layout: MessageLayout, index: int, x: int, y: int) -> QRect | None:
        """Give where the bar can be, below box `index` of a message at `x`, `y`; None when there is none."""
        box = layout.boxes[index]
        if not box.below or not box.can_move or room_of(layout, index) < 1:
            return None
        bottom = y + layout.ys[index] + box.height
        return QRect(x + layout.body_x + box.x, bottom - _ABOVE_EDGE - _THICK, box.width, _THICK)

    def thumb(self, layout: MessageLayout, index: int, track: QRect) -> QRect:
        """Give where the bar is."""
        room = room_of(layout, index)
        width = max(_LEAST, round(track.width() ** 2 / (track.width() + room)))
        left = round((track.width() - width) * offset_of(layout, index) / room)
        return QRect(track.left() + left, track.top(), width, track.height())

    def paint(self, painter: QPainter, layout: MessageLayout, index: int, x: int, y: int, is_lit: bool) -> None:
        """Paint it, if there is one below box `index`."""
        track = self.track(layout, index, x, y)
        if track is None:
            return
        colour = QColor(self._theme.muted)
        colour.setAlpha(255 if is_lit else _QUIET)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(self.thumb(layout, index, track)), _THICK / 2, _THICK / 2)


class Sideways:
    """What the mouse does with that in one view."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self._held: tuple[int, int, float] | None = None
        """Message, box, and where the mouse holds the bar, from its left."""

    @property
    def is_held(self) -> bool:
        """Say whether a bar is being drawn."""
        return self._held is not None

    def bar_at(self, point: QPoint) -> tuple[int, int] | None:
        """Give the message and the box of the bar under `point`."""
        number = self._view.places.message_at(point)
        if number < 0:
            return None
        layout, top = self._view.conversation.messages[number], self._top(number)
        index = self._view.places.box_at(layout, point.y() - top)
        track = self._track(number, index) if index >= 0 and not layout.covered_height else None
        return (number, index) if track is not None and track.adjusted(0, -_NEAR, 0, _NEAR).contains(point) else None

    def press(self, point: QPoint) -> bool:
        """Take hold of the bar under `point`: beside it, of its middle. False when there is none."""
        found = self.bar_at(point)
        track = self._track(*found) if found is not None else None
        if found is None or track is None:
            return False
        thumb = self._view.places.painter.side_bar.thumb(self._view.conversation.messages[found[0]], found[1], track)
        is_on_it = thumb.left() <= point.x() <= thumb.right()
        self._held = (*found, point.x() - thumb.left() if is_on_it else thumb.width() / 2)
        self.draw(point)
        return True

    def draw(self, point: QPoint) -> None:
        """Move the bar that is held to where the mouse is."""
        assert self._held is not None
        number, index, grip = self._held
        messages = self._view.conversation.messages
        track = self._track(number, index) if number < len(messages) and index < len(messages[number].boxes) else None
        if track is None:
            return
        layout = messages[number]
        free = track.width() - self._view.places.painter.side_bar.thumb(layout, index, track).width()
        move(layout, index, (point.x() - grip - track.left()) / max(1, free) * room_of(layout, index))
        self._view.viewport().update()

    def release(self) -> None:
        """Let go of it."""
        self._held = None

    def pull(self, point: QPoint, *, is_moving: bool) -> int:
        """Give how far `point` is beside the code that a selection is drawn in; `is_moving`: bring some of that into sight."""
        selection, messages = self._view.selection, self._view.conversation.messages
        if selection.anchor is None or selection.cursor is None or selection.anchor[0] != selection.cursor[0]:
            return 0
        (number, first, _), index = selection.anchor, selection.cursor[1]
        layout = messages[number]
        if max(first, index) >= len(layout.boxes) or layout.first_chunk(first) != layout.first_chunk(index):
            return 0
        left = self._view.places.x + layout.body_x + layout.boxes[index].x
        beyond = max(0, point.x() - left - layout.boxes[index].width) + min(0, point.x() - left)
        if not beyond or room_of(layout, index) < 1:
            return 0
        if is_moving:
            move(layout, index, offset_of(layout, index) + max(-_FASTEST, min(_FASTEST, beyond)))
            self._view.viewport().update()
        return beyond

    def _top(self, number: int) -> int:
        return self._view.conversation.tops[number] - self._view.places.value

    def _track(self, number: int, index: int) -> QRect | None:
        places = self._view.places
        return places.painter.side_bar.track(self._view.conversation.messages[number], index, places.x, self._top(number))
