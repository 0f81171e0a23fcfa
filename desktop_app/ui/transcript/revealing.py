"""Bringing a place in the text on screen: up and down, and to the side in code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desktop_app.ui.transcript.conversation_layout import Anchor
from desktop_app.ui.transcript.sideways import move, offset_of

if TYPE_CHECKING:
    from desktop_app.ui.transcript.message_layout import MessageLayout
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_SIDE = 40
"""Pixels that are to be seen behind a place in code."""
_EDGE = 8
"""Pixels that are to be seen above and below a line."""


def reveal(view: TranscriptView, message: int, index: int, at: int) -> None:
    """Bring a character of a box into view, with some lines around it; nothing moves when it is there already."""
    if index >= len(view.conversation.messages[message].boxes):
        return
    y, _ = _line_at(view, message, index, at)
    height = view.viewport().height()
    top = _top_of(view, message, index) + y
    margin = min(height // 4, 72)
    if not margin <= top <= height - margin:
        view.is_stuck = False
        view.anchor = Anchor(message, index, y - height // 3)
        view.settle()
    view.viewport().update()


def keep_in_sight(view: TranscriptView, message: int, index: int, at: int) -> None:
    """Scroll just as far as it takes to see a character of a box."""
    if index < len(view.conversation.messages[message].boxes):
        # Twice: what comes into view gets its true height by that.
        for _ in range(2):
            y, line_height = _line_at(view, message, index, at)
            top = _top_of(view, message, index) + y
            below = top + line_height + _EDGE - view.viewport().height()
            step = top - _EDGE if top < _EDGE else max(0, min(below, top - _EDGE))
            bar = view.verticalScrollBar()
            bar.setValue(bar.value() + step)
    view.viewport().update()


def _top_of(view: TranscriptView, message: int, index: int) -> int:
    conversation = view.conversation
    return conversation.tops[message] + conversation.messages[message].ys[index] - view.places.value


def _line_at(view: TranscriptView, message: int, index: int, at: int) -> tuple[int, int]:
    """Give top and height of the line with a character of a box, from the top of that; code is moved to the side for it."""
    conversation = view.conversation
    layout = conversation.messages[message]
    if conversation.show(layout, index):
        layout.refresh_ys(index)
        conversation.refresh_tops(message)
    box = layout.boxes[index]
    if box.doc is None:
        return box.above, box.doc_height
    at = min(at, box.doc.characterCount() - 1)
    block = box.doc.findBlock(at)
    corner = box.doc.documentLayout().blockBoundingRect(block).topLeft()
    line = block.layout().lineForTextPosition(at - block.position())
    if not line.isValid():
        return box.above + round(corner.y()), view.places.formats.text_pitch
    _move_sideways(layout, index, corner.x(), line.cursorToX(at - block.position()))
    return box.above + round(corner.y()) + round(line.y()), round(line.height())


def _move_sideways(layout: MessageLayout, index: int, left: float, place: Any) -> None:
    """Move code so that a place in it can be seen; `place` as `QTextLine.cursorToX` gives it, in a block at `left`."""
    x = left + float(place[0] if isinstance(place, tuple) else place)
    box = layout.boxes[index]
    offset = offset_of(layout, index)
    if box.content_width > box.width and not offset <= x <= offset + box.width - _SIDE:
        move(layout, index, x - box.width / 2)
