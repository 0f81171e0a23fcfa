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


def reveal(view: TranscriptView, message: int, index: int, at: int) -> None:
    """Bring a character of a box into view; nothing moves when it is there already."""
    conversation = view.conversation
    layout = conversation.messages[message]
    if index >= len(layout.boxes):
        return
    if conversation.show(layout, index):
        layout.refresh_ys(index)
        conversation.refresh_tops(message)
    box = layout.boxes[index]
    y = box.above
    if box.doc is not None:
        block = box.doc.findBlock(min(at, box.doc.characterCount() - 1))
        corner = box.doc.documentLayout().blockBoundingRect(block).topLeft()
        y += round(corner.y())
        line = block.layout().lineForTextPosition(at - block.position())
        if line.isValid():
            y += round(line.y())
            _move_sideways(layout, index, corner.x(), line.cursorToX(at - block.position()))
    height = view.viewport().height()
    top = conversation.tops[message] + layout.ys[index] + y - view.places.value
    margin = min(height // 4, 72)
    if not margin <= top <= height - margin:
        view.is_stuck = False
        view.anchor = Anchor(message, index, y - height // 3)
        view.settle()
    view.viewport().update()


def _move_sideways(layout: MessageLayout, index: int, left: float, place: Any) -> None:
    """Move code so that a place in it can be seen; `place` as `QTextLine.cursorToX` gives it, in a block at `left`."""
    x = left + float(place[0] if isinstance(place, tuple) else place)
    box = layout.boxes[index]
    offset = offset_of(layout, index)
    if box.content_width > box.width and not offset <= x <= offset + box.width - _SIDE:
        move(layout, index, x - box.width / 2)
