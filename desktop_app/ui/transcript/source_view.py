"""The conversation as it is stored, markup and all, in place of what is read: there and back, the reader keeps their place."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from desktop_app.ui.transcript.conversation_layout import Anchor

if TYPE_CHECKING:
    from PySide6.QtGui import QTextBlock

    from desktop_app.ui.transcript.message_layout import MessageLayout
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_Place = tuple[int, int, int]


class SourceView:
    """Goes between the two forms of one view."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self._way_back: tuple[_Place, Anchor] | None = None
        """Where the reader was after the last change, and where they had been before it."""

    def leave(self) -> None:
        """Other messages come: they are shown as they are read."""
        self._way_back = None
        if self._view.conversation.is_source:
            self._view.conversation.set_source(False)

    def toggle(self) -> None:
        """Show the source, or what is read. Who has not moved comes back to the very same place."""
        view = self._view
        before, way_back = view.anchor, self._way_back
        line = self._line_of(before) if before is not None else None
        view.forget_marks()
        view.conversation.set_source(not view.conversation.is_source)
        if before is None:
            view.settle()
        elif way_back is not None and way_back[0] == _place(before):
            view.anchor = way_back[1]
            view.settle()
        else:
            self._go_to(before, line)
        self._way_back = (_place(view.anchor), before) if before is not None and view.anchor is not None else None
        view.finding.form_changed()
        view.viewport().update()
        view.pointer.moved_under()

    # -- places, as lines of the source -----------------------------------------------------------------------------------

    def _line_of(self, anchor: Anchor) -> float | None:
        """Give the line of the source that is at the top of the view, with what lies above the view of it."""
        layout = self._view.conversation.messages[anchor.message]
        if anchor.leaf < 0 or anchor.leaf >= len(layout.boxes):
            return None
        box = layout.boxes[anchor.leaf]
        first, n_lines = box.leaf.first_line + _n_lines_before(layout, anchor.leaf), box.leaf.last_line - box.leaf.first_line + 1
        if layout.is_source and box.doc is not None:
            block = box.doc.firstBlock()
            while block.next().isValid() and _top(block.next()) <= anchor.offset:
                block = block.next()
            return first + block.blockNumber() + _part(anchor.offset - _top(block), _height(block))
        return first + n_lines * _part(anchor.offset, box.height)

    def _go_to(self, before: Anchor, line: float | None) -> None:
        """Bring a line of a message to the top, or of the head of the message what was there."""
        view = self._view
        view.anchor = Anchor(before.message, -1, before.offset if line is None else 0)
        view.settle()  # scans the message, if that has not been done
        layout = view.conversation.messages[before.message]
        if line is None or view.is_stuck or not layout.boxes:
            return
        index = _box_at(layout, line)
        if view.conversation.show(layout, index):
            layout.refresh_ys(index)
            view.conversation.refresh_tops(before.message)
        view.anchor = Anchor(before.message, index, _offset_in(layout, index, line))
        view.settle()


def _place(anchor: Anchor) -> _Place:
    return anchor.message, anchor.leaf, anchor.offset


def _box_at(layout: MessageLayout, line: float) -> int:
    """Give the box that a line stands in, or the one before it."""
    if layout.is_source or layout.is_user:
        starts = [box.leaf.first_line for box in layout.boxes]
        return max(0, bisect_right(starts, line) - 1)
    starts = [box.leaf.first_line + _n_lines_before(layout, layout.n_reasoning) for box in layout.boxes[layout.n_reasoning :]]
    index = layout.n_reasoning + bisect_right(starts, line) - 1
    if index < layout.n_reasoning and layout.n_reasoning:
        return max(0, bisect_right([box.leaf.first_line for box in layout.boxes[: layout.n_reasoning]], line) - 1)
    return max(0, index)


def _offset_in(layout: MessageLayout, index: int, line: float) -> int:
    box = layout.boxes[index]
    inside = line - box.leaf.first_line - (0 if layout.is_source else _n_lines_before(layout, index))
    if layout.is_source and box.doc is not None:
        block = box.doc.findBlockByNumber(max(0, min(int(inside), box.doc.blockCount() - 1)))
        return round(_top(block) + (inside - int(inside)) * _height(block))
    n_lines = box.leaf.last_line - box.leaf.first_line + 1
    return round(box.height * max(0.0, min(1.0, inside / n_lines)))


def _n_lines_before(layout: MessageLayout, index: int) -> int:
    """Give how many lines of the source stand before the text that box `index` was cut from."""
    if layout.is_source or layout.is_user or not layout.has_reasoning or index < layout.n_reasoning:
        return 0
    source = layout.source
    return source.count("\n", 0, len(source) - layout.n_answer_chars)


def _part(offset: float, height: float) -> float:
    return max(0.0, min(0.999, offset / height)) if height > 0 else 0.0


def _top(block: QTextBlock) -> float:
    return block.document().documentLayout().blockBoundingRect(block).top()


def _height(block: QTextBlock) -> float:
    return block.document().documentLayout().blockBoundingRect(block).height()
