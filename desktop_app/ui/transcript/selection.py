"""What is selected across leaves and messages, and what of it goes to the clipboard.

A position is (message, box, character): text only grows at the end, so it stays valid while an answer streams.
"""

from __future__ import annotations

from PySide6.QtGui import QTextCursor, QTextTable

from desktop_app.markdown.leaf import Leaf, LeafKind
from desktop_app.markdown.tables import split_cells
from desktop_app.ui.transcript.conversation_layout import ConversationLayout
from desktop_app.ui.transcript.leaf_box import are_in_one_list, new_items
from desktop_app.ui.transcript.leaf_renderer import Definitions, LeafDocument
from desktop_app.ui.transcript.message_layout import MessageLayout
from desktop_app.ui.transcript.plain_text import text_of

Position = tuple[int, int, int]
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
        return self._all(has_tabbed_tables=True)

    def markdown(self) -> str:
        """Give it for text/markdown."""
        return self._all(has_tabbed_tables=False)

    def _all(self, has_tabbed_tables: bool) -> str:
        if self._selection.is_empty:
            return ""
        first, last = self._selection.bounds()
        texts = [self._of_message(number, has_tabbed_tables) for number in range(first[0], last[0] + 1)]
        return "\n\n".join(text for text in texts if text)

    def _of_message(self, number: int, has_tabbed_tables: bool) -> str:
        layout = self._conversation.messages[number]
        is_new = layout.scan()
        while layout.is_behind:
            layout.scan_more()
            is_new = True
        if is_new:
            self._conversation.refresh_tops(number)
        selected = [index for index in range(len(layout.boxes)) if self._selection.range_of(number, index) is not None]
        parts: list[str] = []
        at = 0
        while at < len(selected):
            index = selected[at]
            end = self._end_of_run(layout, number, index, has_tabbed_tables)
            if parts:
                parts.append(_separator(layout.boxes[index - 1].leaf, layout.boxes[index].leaf))
            if end > index:
                parts.append(_source(layout, index, end))
                at += end - index
            else:
                parts.append(self._of_box(layout, number, index, has_tabbed_tables))
                at += 1
        return "".join(parts)

    def _end_of_run(self, layout: MessageLayout, number: int, index: int, has_tabbed_tables: bool) -> int:
        """Give the box behind the run of boxes from `index` that can be given as source lines; `index` for none."""
        boxes = layout.boxes
        if boxes[index].leaf.starts_mid_line:
            return index
        end = index
        while end < len(boxes) and self._is_full(layout, number, end):
            if has_tabbed_tables and boxes[end].leaf.kind is LeafKind.TABLE:
                break
            end += 1
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
                return _table_text(leaf, layout.scanner.definitions if layout.scanner is not None else {})
            return _tabbed(self._document(layout, index), *range_)
        text = text_between(self._document(layout, index), *range_)
        previous = layout.boxes[index - 1].leaf if index else None
        markers = "".join(item.marker + " " for _, item in new_items(previous, leaf)) if range_[0] == 0 else ""
        return markers + text


def text_between(doc: LeafDocument, start: int, end: int) -> str:
    """Give what is read between two characters of a document without tables."""
    last = doc.characterCount() - 1
    cursor = QTextCursor(doc)
    cursor.setPosition(min(start, last))
    cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
    return cursor.selectedText().replace("\u2029", "\n").replace("\u2028", "\n")


def _tabbed(doc: LeafDocument, start: int, end: int) -> str:
    """Give the touched cells of a table, rows as lines: Qt's own text has every cell on a line of its own."""
    table = next((frame for frame in doc.rootFrame().childFrames() if isinstance(frame, QTextTable)), None)
    if table is None:
        return text_between(doc, start, end)
    rows = []
    for row in range(table.rows()):
        cells = []
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            first, last = cell.firstPosition(), cell.lastPosition()
            if last >= start and first <= end:
                cells.append(text_between(doc, max(first, start), min(last, end)))
        if cells:
            rows.append("\t".join(cells))
    return "\n".join(rows)


def _table_text(leaf: Leaf, definitions: Definitions) -> str:
    # As in the renderer: the parser is imported with the first text.
    from desktop_app.markdown.inline import parse_inline

    rows = []
    for line in leaf.lines:
        cells = split_cells(line)[: len(leaf.alignments)]
        rows.append("\t".join("".join(run.text for run in parse_inline(cell, definitions)) for cell in cells))
    return "\n".join(rows)


def _source(layout: MessageLayout, first: int, end: int) -> str:
    """Give the source lines of the boxes from `first` up to, not including, `end`."""
    if layout.scanner is None:
        return text_of(layout.leaves()[first:end])
    return layout.scanner.source_of(layout.boxes[first].leaf, layout.boxes[end - 1].leaf)


def _separator(previous: Leaf, leaf: Leaf) -> str:
    if leaf.is_continuation:
        return "" if leaf.starts_mid_line else "\n"
    return "\n" if leaf.is_tight and are_in_one_list(previous, leaf) else "\n\n"
