"""A leaf becomes a QTextDocument: runs of one style inserted with a cursor, nothing parsed by Qt and nothing loaded.

Knows Markdown's leaves and the theme's formats; knows nothing of scrolling, messages or selection.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QImage,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTableCellFormat,
    QTextTableFormat,
)

from desktop_app.markdown.leaf import ContainerKind, Leaf, LeafKind
from desktop_app.markdown.tables import split_cells
from desktop_app.ui.transcript.formats import CELL_PADDING_Y, COLUMN_GAP, Formats

Definitions = Mapping[str, tuple[str, str]]
CODE_KINDS = (LeafKind.FENCE, LeafKind.CODE, LeafKind.MATH)

_N_MARKS_MAX = 8
"""Combining marks on one character; more are dropped from the picture: shaping takes time with their square."""
_N_CELL_CHARS_MAX = 2_000
_N_COLUMNS_MAX = 24
_N_MEASURED_CHARS = 300
_LINE_SEPARATOR = "\u2028"


class LeafDocument(QTextDocument):
    """A document that asks nobody for anything."""

    def __init__(self, formats: Formats) -> None:
        super().__init__()
        self.setUndoRedoEnabled(False)
        self.setDocumentMargin(0)
        self.setDefaultFont(formats.text_font)
        self.rendered_lines: list[str] = []
        self.n_intact = 0
        """Lines of code that the last change left alone."""

    def loadResource(self, _type: int, _name: QUrl | str) -> Any:
        """Give one empty pixel, whatever is asked for."""
        return QImage(1, 1, QImage.Format.Format_ARGB32)


def calmed(text: str) -> str:
    """Give `text` for drawing, with at most a few combining marks on one character."""
    if text.isascii():
        return text
    kept: list[str] = []
    n_marks = 0
    for char in text:
        # Below U+0300 there are no combining marks: most text is not looked up.
        n_marks = n_marks + 1 if char >= "\u0300" and unicodedata.combining(char) else 0
        if n_marks <= _N_MARKS_MAX:
            kept.append(char)
    return "".join(kept) if len(kept) < len(text) else text


class LeafRenderer:
    """Makes and renews documents of leaves."""

    def __init__(self, formats: Formats) -> None:
        self._formats = formats
        self._text_option = formats.text_option(is_code=False)
        self._code_option = formats.text_option(is_code=True)
        self._text_block = formats.block(formats.text_leading)
        self._code_block = formats.block(formats.code_leading)
        self._code_char = formats.code_char()

    def render(
        self, leaf: Leaf, definitions: Definitions, width: float, widths: Sequence[float], doc: LeafDocument | None
    ) -> LeafDocument:
        """Give the document of `leaf`, laid out for `width` pixels; `doc` is used again when there is one.

        `widths` are those of the columns of a table.
        """
        is_code = leaf.kind in CODE_KINDS
        if doc is None:
            doc = LeafDocument(self._formats)
            doc.setDefaultTextOption(self._code_option if is_code else self._text_option)
        if is_code:
            self._render_code(doc, leaf)
            return doc
        doc.setTextWidth(width)
        if leaf.kind is LeafKind.TABLE and widths:
            self._render_table(doc, leaf, definitions, widths)
        elif leaf.kind is not LeafKind.RULE:
            self._render_text(doc, leaf, definitions)
        return doc

    def _render_text(self, doc: LeafDocument, leaf: Leaf, definitions: Definitions) -> None:
        cursor = _emptied(doc)
        level = leaf.level if leaf.kind is LeafKind.HEADING else 0
        cursor.setBlockFormat(self._heading_block(level) if level else self._text_block)
        text = calmed("\n".join(leaf.lines))
        if leaf.kind in (LeafKind.PLAIN, LeafKind.TABLE):
            cursor.insertText(text, self._formats.char())
        else:
            self._insert_runs(cursor, _with_box(leaf, text), definitions, level)
        cursor.endEditBlock()

    def _heading_block(self, level: int) -> QTextBlockFormat:
        px = self._formats.heading_px(level)
        return self._formats.block(round(px * 0.25))

    def _insert_runs(self, cursor: QTextCursor, text: str, definitions: Definitions, level: int, bold: bool = False) -> None:
        # Imported with the first text: markdown_it takes 40 ms, which the first window must not wait for.
        from desktop_app.markdown.inline import parse_inline

        for run in parse_inline(text, definitions):
            if run.is_break:
                cursor.insertText(_LINE_SEPARATOR)
                continue
            format_ = self._formats.char(
                level, bold=run.bold or bold, italic=run.italic, code=run.code or run.math, strike=run.strike, href=run.href
            )
            cursor.insertText(run.text.replace("\n", " "), format_)

    def _render_code(self, doc: LeafDocument, leaf: Leaf) -> None:
        """Replace what changed at the end: colours of the lines before it stay."""
        lines, old = leaf.lines, doc.rendered_lines
        n_same = 0
        while n_same < min(len(lines), len(old)) and lines[n_same] == old[n_same]:
            n_same += 1
        if n_same == len(lines) == len(old):
            return
        doc.n_intact = n_same
        cursor = QTextCursor(doc)
        cursor.beginEditBlock()
        text = calmed("\n".join(lines[n_same:]))
        if not old:
            cursor.setBlockFormat(self._code_block)
        elif n_same == len(old):
            cursor.movePosition(QTextCursor.MoveOperation.End)
            text = "\n" + text
        else:
            _select_from(cursor, doc, n_same, with_line_end=n_same == len(lines))
        cursor.insertText(text, self._code_char)
        cursor.endEditBlock()
        doc.rendered_lines = lines[:]

    # -- tables -----------------------------------------------------------------------------------------------------------

    def column_widths(self, leaf: Leaf, available: float) -> tuple[float, ...]:
        """Give the widths of the columns of the table that begins with `leaf`, `COLUMN_GAP` included.

        Only its first chunk counts, so that rows to come change nothing above them; a table of several chunks
        takes the whole width, because later rows may be wider. None for a table that is shown as it was written:
        Qt takes 30 ms for the layout of 1,200 cells, and nobody reads a hundred columns in this width.
        """
        n_columns = len(leaf.alignments)
        if n_columns > _N_COLUMNS_MAX:
            return ()
        natural, least = [0.0] * n_columns, [0.0] * n_columns
        for number, row in enumerate(leaf.lines):
            metrics = QFontMetricsF(self._formats.char(bold=number == 0).font())
            for column, cell in enumerate(split_cells(row)[:n_columns]):
                text = cell[:_N_MEASURED_CHARS]
                natural[column] = max(natural[column], metrics.horizontalAdvance(text))
                word = max(text.split(), key=len, default="")[:24]
                least[column] = max(least[column], metrics.horizontalAdvance(word))
        natural = [width + COLUMN_GAP + 1 for width in natural]
        least = [width + COLUMN_GAP + 1 for width in least]
        return _shared(natural, least, available, is_filling=bool(leaf.group))

    def _render_table(self, doc: LeafDocument, leaf: Leaf, definitions: Definitions, widths: Sequence[float]) -> None:
        cursor = _emptied(doc)
        n_columns = max(1, len(leaf.alignments))
        table = cursor.insertTable(max(1, len(leaf.lines)), n_columns, self._table_format(widths))
        for number, row in enumerate(leaf.lines):
            is_header = number == 0 and not leaf.is_continuation
            cells = split_cells(row)
            for column in range(n_columns):
                cell = table.cellAt(number, column)
                cell.setFormat(self._cell_format())
                inside = cell.firstCursorPosition()
                inside.setBlockFormat(self._cell_block(leaf.alignments[column]))
                text = cells[column] if column < len(cells) else ""
                if text:
                    self._insert_runs(inside, calmed(text[:_N_CELL_CHARS_MAX]), definitions, 0, is_header)
        # The empty paragraph that Qt wants behind a table must not take a line.
        cursor.movePosition(QTextCursor.MoveOperation.End)
        last = QTextBlockFormat()
        last.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor.setBlockFormat(last)
        cursor.endEditBlock()

    def _table_format(self, widths: Sequence[float]) -> QTextTableFormat:
        result = QTextTableFormat()
        result.setBorder(0)
        result.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
        result.setCellSpacing(0)
        result.setCellPadding(0)
        result.setColumnWidthConstraints([QTextLength(QTextLength.Type.FixedLength, width) for width in widths])
        return result

    def _cell_format(self) -> QTextTableCellFormat:
        result = QTextTableCellFormat()
        result.setTopPadding(CELL_PADDING_Y + self._formats.text_leading / 2)
        result.setBottomPadding(CELL_PADDING_Y - self._formats.text_leading / 2 + 1)
        result.setRightPadding(COLUMN_GAP)
        result.setBottomBorder(1)
        result.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        result.setBottomBorderBrush(QBrush(QColor(self._formats.theme.line)))
        return result

    def _cell_block(self, alignment: str) -> QTextBlockFormat:
        result = QTextBlockFormat(self._text_block)
        places = {"right": Qt.AlignmentFlag.AlignRight, "center": Qt.AlignmentFlag.AlignHCenter}
        if alignment in places:
            result.setAlignment(places[alignment])
        return result


def _with_box(leaf: Leaf, text: str) -> str:
    """Give the text of a task with a box in place of its brackets."""
    if leaf.is_continuation or not leaf.containers or leaf.containers[-1].kind is not ContainerKind.ITEM:
        return text
    mark, rest = text[:4], text[4:]
    return {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}.get(mark, mark) + rest


def _emptied(doc: LeafDocument) -> QTextCursor:
    doc.clear()
    cursor = QTextCursor(doc)
    cursor.beginEditBlock()
    cursor.setCharFormat(QTextCharFormat())
    return cursor


def _select_from(cursor: QTextCursor, doc: LeafDocument, n_lines: int, with_line_end: bool) -> None:
    """Select everything behind the first `n_lines` lines, and the line end before it when nothing is to follow."""
    start = doc.findBlockByNumber(n_lines).position()
    cursor.setPosition(max(0, start - 1) if with_line_end else start)
    cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)


def _shared(natural: list[float], least: list[float], available: float, is_filling: bool) -> tuple[float, ...]:
    """Give each column what it needs, or a share of `available` of at least its longest word where that is possible."""
    total = sum(natural)
    if total <= available:
        spare = (available - total) / len(natural) if is_filling and natural else 0.0
        return tuple(float(int(width + spare)) for width in natural)
    smallest = sum(least)
    if smallest >= available:
        return tuple(float(max(COLUMN_GAP + 8, int(width * available / smallest))) for width in least)
    wish = sum(n - m for n, m in zip(natural, least, strict=True))
    return tuple(float(int(m + (n - m) * (available - smallest) / wish)) for n, m in zip(natural, least, strict=True))
