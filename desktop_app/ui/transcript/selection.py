"""What is selected across leaves and messages, and what of it goes to the clipboard.

A position is (message, box, character): text only grows at the end, so it stays valid while an answer streams.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QTextTable

from desktop_app.markdown.leaf import ContainerKind, Leaf, LeafKind
from desktop_app.markdown.tables import split_cells
from desktop_app.ui.transcript.conversation_layout import ConversationLayout
from desktop_app.ui.transcript.leaf_box import LeafBox, are_in_one_list, new_items
from desktop_app.ui.transcript.leaf_document import LeafDocument
from desktop_app.ui.transcript.leaf_renderer import Definitions
from desktop_app.ui.transcript.message_layout import MessageLayout
from desktop_app.ui.transcript.pictures_in_text import text_between
from desktop_app.ui.transcript.plain_text import text_of

Position = tuple[int, int, int]
_FENCED = (LeafKind.FENCE, LeafKind.MATH)
END = 1 << 30
"""A character beyond the end of every leaf."""


class Selection:
    """From where it was begun to where it was drawn."""

    def __init__(self) -> None:
        self.anchor: Position | None = None
        self.cursor: Position | None = None

    def clear(self) -> None:
        """Select nothing."""
        self.anchor = self.cursor = None

    def copy(self) -> Selection:
        """Give another that is the same and stays so."""
        other = Selection()
        other.anchor, other.cursor = self.anchor, self.cursor
        return other

    def set(self, anchor: Position, cursor: Position) -> None:
        """Select what lies between."""
        self.anchor, self.cursor = anchor, cursor

    @property
    def is_empty(self) -> bool:
        """True when there is no character in it."""
        return self.anchor is None or self.anchor == self.cursor

    def bounds(self) -> tuple[Position, Position]:
        """Give first and last position in reading order; there must be a selection."""
        assert self.anchor is not None
        assert self.cursor is not None
        return (self.anchor, self.cursor) if self.anchor <= self.cursor else (self.cursor, self.anchor)

    def range_of(self, message: int, box: int) -> tuple[int, int] | None:
        """Give the selected characters of a box, from and to (`END`: to its end); None when it is outside."""
        if self.is_empty:
            return None
        first, last = self.bounds()
        here = (message, box)
        if here < first[:2] or here > last[:2]:
            return None
        start = first[2] if here == first[:2] else 0
        end = last[2] if here == last[:2] else END
        return (start, end) if start < end else None


class SelectedText:
    """The text of a selection in two forms.

    Fully selected leaves are their Markdown source lines, others what is read. For text/plain a table is rows of
    cells with tabs between, which spreadsheets take.
    """

    def __init__(self, conversation: ConversationLayout, selection: Selection) -> None:
        self._conversation = conversation
        self._selection = selection

    def plain(self) -> str:
        """Give it for text/plain."""
        return "".join(self.parts(has_tabbed_tables=True))

    def markdown(self) -> str:
        """Give it for text/markdown."""
        return "".join(self.parts(has_tabbed_tables=False))

    def by_message(self) -> list[tuple[int, str]]:
        """Give the messages that are touched, each with what is selected of it as in `markdown`."""
        if self._selection.is_empty:
            return []
        first, last = self._selection.bounds()
        numbers = range(first[0], min(last[0], len(self._conversation.messages) - 1) + 1)
        texts = [(number, "".join(self._of_message(number, has_tabbed_tables=False))) for number in numbers]
        return [(number, text) for number, text in texts if text]

    def parts(self, has_tabbed_tables: bool) -> Iterator[str]:
        """Give it piece by piece, some of them empty: a table of 20,000 rows takes 1 s."""
        if self._selection.is_empty:
            return
        first, last = self._selection.bounds()
        has_text = False
        for number in range(first[0], last[0] + 1):
            is_begun = False
            for text in self._of_message(number, has_tabbed_tables):
                if text and not is_begun:
                    is_begun = True
                    yield "\n\n" if has_text else ""
                has_text = has_text or bool(text)
                yield text

    def _of_message(self, number: int, has_tabbed_tables: bool) -> Iterator[str]:
        layout = self._conversation.messages[number]
        is_new = layout.scan()
        while layout.is_behind:
            yield ""
            layout.scan_more()
            is_new = True
        if is_new:
            self._conversation.refresh_tops(number)
        selected = [index for index in range(len(layout.boxes)) if self._selection.range_of(number, index) is not None]
        at = 0
        while at < len(selected):
            index = selected[at]
            end = self._end_of_run(layout, number, index, has_tabbed_tables)
            if at:
                yield _separator(layout.previous_box(index), layout.boxes[index].leaf)
            if end > index:
                yield _source(layout, index, end)
                at += end - index
            else:
                yield self._of_box(layout, number, index, has_tabbed_tables)
                at += 1

    def _end_of_run(self, layout: MessageLayout, number: int, index: int, has_tabbed_tables: bool) -> int:
        """Give the box behind the run of boxes from `index` that can be given as source lines; `index` for none."""
        boxes = layout.boxes
        if boxes[index].leaf.starts_mid_line:
            return index
        end = index
        while end < len(boxes) and self._is_full(layout, number, end) and (end == index or end != layout.n_reasoning):
            kind = boxes[end].leaf.kind
            if has_tabbed_tables and kind is LeafKind.TABLE:
                break
            # Between its fences a block is given as a whole or as what is read: half of them would turn all that follows around.
            last = layout.last_chunk(end) if kind in _FENCED else end
            if kind in _FENCED and (boxes[end].leaf.is_continuation or not self._is_full(layout, number, last)):
                break
            end = last + 1
        # Source comes in whole lines: a line that goes on in a box outside must not come along.
        while end > index and end < len(boxes) and boxes[end].leaf.starts_mid_line:
            end -= 1
        return end

    def _is_full(self, layout: MessageLayout, number: int, index: int) -> bool:
        range_ = self._selection.range_of(number, index)
        if range_ is None or range_[0] > 0:
            return False
        if range_[1] == END:
            return True
        return range_[1] >= self._document(layout, index).characterCount() - 1

    def _document(self, layout: MessageLayout, index: int) -> LeafDocument:
        self._conversation.show(layout, index)
        doc = layout.boxes[index].doc
        assert doc is not None
        return doc

    def _of_box(self, layout: MessageLayout, number: int, index: int, has_tabbed_tables: bool) -> str:
        leaf = layout.boxes[index].leaf
        range_ = self._selection.range_of(number, index)
        assert range_ is not None
        if leaf.kind is LeafKind.TABLE:
            if has_tabbed_tables and self._is_full(layout, number, index):
                scanner = layout.scanner_of(index)
                return _table_text(leaf, scanner.definitions if scanner is not None else {})
            return _tabbed(self._document(layout, index), *range_)
        text = text_between(self._document(layout, index), *range_)
        return (_markers(layout, index) if range_[0] == 0 else "") + text


def _tabbed(doc: LeafDocument, start: int, end: int) -> str:
    """Give the touched cells of a table, rows as lines: Qt's own text has every cell on a line of its own."""
    table = next((frame for frame in doc.rootFrame().childFrames() if isinstance(frame, QTextTable)), None)
    if table is None:
        return text_between(doc, start, end)
    rows = []
    for row in range(table.rows()):
        cells = []
        for column in range(table.columns())[:: -1 if doc.is_rtl else 1]:
            cell = table.cellAt(row, column)
            first, last = cell.firstPosition(), cell.lastPosition()
            if last >= start and first <= end:
                cells.append(text_between(doc, max(first, start), min(last, end)).replace("\n", " "))
        if cells:
            rows.append("\t".join(cells))
    return "\n".join(rows)


def _table_text(leaf: Leaf, definitions: Definitions) -> str:
    # As in the renderer: the parser is imported with the first text.
    from desktop_app.markdown.inline import cell_text

    rows = []
    for line in leaf.lines:
        cells = split_cells(line)[: len(leaf.alignments)]
        rows.append("\t".join(cell_text(cell, definitions) for cell in cells))
    return "\n".join(rows)


def _source(layout: MessageLayout, first: int, end: int) -> str:
    """Give the source lines of the boxes from `first` up to, not including, `end`."""
    scanner = layout.scanner_of(first)
    if scanner is None:
        return text_of(layout.leaves()[first:end])
    return scanner.source_of(layout.boxes[first].leaf, layout.boxes[end - 1].leaf)


def _markers(layout: MessageLayout, index: int) -> str:
    """Give what stands beside the beginning of a box, as text."""
    box, previous = layout.boxes[index], layout.previous_box(index)
    items = [item for _, item in new_items(previous.leaf if previous is not None else None, box.leaf)]
    markers = [f"[^{item.marker}]:" if item.kind is ContainerKind.NOTE else item.marker for item in items]
    if box.task is not None:
        markers[-1] = "☑" if box.task else "☐"
    return "".join(marker + " " for marker in markers)


def _separator(previous: LeafBox | None, leaf: Leaf) -> str:
    if leaf.is_continuation:
        return "" if leaf.starts_mid_line else "\n"
    return "\n" if previous is not None and leaf.is_tight and are_in_one_list(previous.leaf, leaf) else "\n\n"
