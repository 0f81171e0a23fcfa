"""Code, tables and formulas that are wider than their place: how far they are moved to the side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_app.markdown.leaf import LeafKind

if TYPE_CHECKING:
    from desktop_app.ui.transcript.message_layout import MessageLayout


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
    start = max(0.0, box.content_width - box.width) if box.is_rtl and box.leaf.kind is LeafKind.TABLE else 0.0
    return layout.code_offsets.get(layout.first_chunk(index), start) if layout.code_offsets else start


def move(layout: MessageLayout, index: int, offset: float) -> None:
    """Move what stands in box `index` so that `offset` pixels are hidden at its left, as far as there is anything to see."""
    layout.code_offsets[layout.first_chunk(index)] = max(0.0, min(offset, room_of(layout, index)))
