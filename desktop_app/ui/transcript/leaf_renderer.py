"""A leaf becomes a QTextDocument: runs of one style inserted with a cursor, nothing parsed by Qt and nothing loaded.

Knows Markdown's leaves and the theme's formats; knows nothing of scrolling, messages or selection.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)

from desktop_app.markdown.leaf import ContainerKind, Leaf, LeafKind
from desktop_app.markdown.tables import split_cells
from desktop_app.markdown.unfinished import UNFINISHED_HREF, closed
from desktop_app.ui.transcript.formats import COLUMN_GAP, Formats
from desktop_app.ui.transcript.formula_pictures import FormulaPictures, Picture
from desktop_app.ui.transcript.leaf_document import LeafDocument
from desktop_app.ui.transcript.pictures_in_text import Baselines, insert_picture
from desktop_app.ui.transcript.reading_direction import has_right_letters, isolated, reads_from_right
from desktop_app.ui.transcript.table_look import TableLook, cut_cell

Definitions = Mapping[str, tuple[str, str]]
CODE_KINDS = (LeafKind.FENCE, LeafKind.CODE, LeafKind.MATH)

_N_MARKS_MAX = 8
"""Combining marks on one character; more are dropped from the picture: shaping takes time with their square."""
_LINE_SEPARATOR = "\u2028"
_LEAST_INLINE = 0.6
_LEAST_DISPLAY = 0.75
"""A formula wider than the text is made smaller down to this part of its size."""


class Renderers:
    """The renderers of one theme: for what a model thought and for footnotes the text is quieter."""

    def __init__(self, formats: Formats, pictures: FormulaPictures | None) -> None:
        self._formats = formats
        self._pictures = pictures
        self._text = LeafRenderer(formats, pictures)
        self._quiet: LeafRenderer | None = None
        self._small: LeafRenderer | None = None

    def of(self, leaf: Leaf, is_thought: bool) -> LeafRenderer:
        """Give the one for a leaf."""
        if is_thought:
            self._quiet = self._quiet or LeafRenderer(self._formats.quiet(), self._pictures)
            return self._quiet
        if leaf.containers and leaf.containers[0].kind is ContainerKind.NOTE:
            self._small = self._small or LeafRenderer(self._formats.small(), self._pictures)
            return self._small
        return self._text


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

    def __init__(self, formats: Formats, pictures: FormulaPictures | None = None) -> None:
        self._formats = formats
        self._pictures = pictures if pictures is not None and pictures.is_there else None
        self._tables = TableLook(formats)
        self._baselines = Baselines(formats.text_font)
        self._text_option = formats.text_option(is_code=False)
        self._code_option = formats.text_option(is_code=True)
        self._code_block = formats.block(formats.code_leading)
        self._code_char = formats.code_char()
        self._blocks: dict[tuple[int, bool | None], QTextBlockFormat] = {}

    def render(
        self,
        leaf: Leaf,
        definitions: Definitions,
        width: float,
        widths: Sequence[float],
        doc: LeafDocument | None,
        *,
        is_rtl: bool = False,
        is_tail: bool = False,
        has_task: bool = False,
    ) -> LeafDocument:
        """Give the document of `leaf`, laid out for `width` pixels; `doc` is used again when there is one.

        `widths` are those of the columns of a table, which may be wider than that. `is_rtl`: it is read from right to
        left. `is_tail`: it is still being written. `has_task`: the box of a task is painted beside the text.
        """
        is_code = leaf.kind in CODE_KINDS
        if doc is None:
            doc = LeafDocument(self._formats)
            doc.setDefaultTextOption(self._code_option if is_code else self._text_option)
        if is_code:
            self._render_code(doc, leaf)
            return doc
        doc.setTextWidth(width)
        doc.room, doc.is_tail, doc.is_rtl = width, is_tail, is_rtl
        if leaf.kind is LeafKind.TABLE and widths:
            doc.setTextWidth(max(width, sum(widths)))
            self._render_table(doc, leaf, definitions, widths)
        elif leaf.kind is not LeafKind.RULE:
            self._render_text(doc, leaf, definitions, has_task)
        return doc

    def formula(self, leaf: Leaf, width: float) -> Picture | None:
        """Give the picture of a formula in lines of its own; None when there is none. If it may come, it is asked for."""
        if self._pictures is None or leaf.group:
            return None
        theme, font = self._formats.theme, self._formats.text_font
        return self._pictures.picture(*formula_of(leaf), font, theme.text, width, _LEAST_DISPLAY)

    def render_formula(self, leaf: Leaf, picture: Picture, width: float) -> LeafDocument:
        """Give a document with a formula in the middle of `width` pixels."""
        doc = LeafDocument(self._formats)
        doc.setDefaultTextOption(self._code_option)
        doc.setTextWidth(width)
        doc.n_pictures += 1
        cursor = QTextCursor(doc)
        cursor.beginEditBlock()
        block = QTextBlockFormat()
        block.setAlignment(Qt.AlignmentFlag.AlignHCenter if picture.width <= width else Qt.AlignmentFlag.AlignLeft)
        cursor.setBlockFormat(block)
        insert_picture(cursor, picture, "$$\n" + "\n".join(leaf.lines) + "\n$$", self._baselines, QTextCharFormat())
        cursor.endEditBlock()
        return doc

    def _render_text(self, doc: LeafDocument, leaf: Leaf, definitions: Definitions, has_task: bool) -> None:
        cursor = _emptied(doc)
        level = leaf.level if leaf.kind is LeafKind.HEADING else 0
        is_plain = leaf.kind in (LeafKind.PLAIN, LeafKind.TABLE)
        cursor.setBlockFormat(self._block(level, None if is_plain else doc.is_rtl))
        text = calmed("\n".join(leaf.lines))
        doc.is_mixed = has_right_letters(text)
        if is_plain:
            cursor.insertText(text, self._formats.char())
            if doc.is_mixed:
                self._turn_lines(doc)
        else:
            text = with_box(leaf, text, has_task)
            guess = closed(text) if doc.is_tail else text
            doc.is_makeshift = guess != text
            self._insert_runs(doc, cursor, guess, definitions, level)
        cursor.endEditBlock()

    def ask_ahead(self, leaf: Leaf, definitions: Definitions) -> None:
        """Ask for the formulas of a leaf that is not on show yet."""
        if self._pictures is None:
            return
        if leaf.kind is LeafKind.MATH and not leaf.group:
            self._pictures.is_drawn(*formula_of(leaf))
        if leaf.kind not in (LeafKind.PARAGRAPH, LeafKind.HEADING):
            return
        text = "\n".join(leaf.lines)
        if "$" in text or "\\(" in text or "\\[" in text:
            # As below: the parser is imported with the first text.
            from desktop_app.markdown.inline import parse_inline, tex_of

            for run in parse_inline(calmed(text), definitions):
                if run.math:
                    self._pictures.is_drawn(*tex_of(run.text))

    def _turn_lines(self, doc: LeafDocument) -> None:
        """Give each line that stands as it was written its direction."""
        block = doc.begin()
        while block.isValid():
            QTextCursor(block).setBlockFormat(self._block(0, reads_from_right(block.text())))
            block = block.next()

    def _block(self, level: int, is_rtl: bool | None) -> QTextBlockFormat:
        key = (level, is_rtl)
        if key not in self._blocks:
            leading = round(self._formats.heading_px(level) * 0.25) if level else self._formats.text_leading
            self._blocks[key] = self._formats.block(leading, is_rtl)
        return self._blocks[key]

    def _insert_runs(
        self, doc: LeafDocument, cursor: QTextCursor, text: str, definitions: Definitions, level: int, bold: bool = False
    ) -> None:
        # Imported with the first text: markdown_it takes 40 ms, which the first window must not wait for.
        from desktop_app.markdown.inline import parse_inline

        for run in parse_inline(text, definitions):
            if run.is_break:
                # Behind a formula the cursor has the font that makes room for it.
                cursor.insertText(_LINE_SEPARATOR, self._formats.char(level, bold=bold))
                continue
            if run.is_note:
                cursor.insertText(run.text, self._formats.note_char(run.href))
                continue
            href = run.href if run.href != UNFINISHED_HREF else ""
            format_ = self._formats.char(
                level, bold=run.bold or bold, italic=run.italic, code=run.code or run.math, strike=run.strike, href=href
            )
            if run.math and self._pictures is not None:
                if doc.is_tail:
                    doc.is_makeshift = True
                elif self._insert_formula(doc, cursor, run.text, level, format_):
                    continue
            shown = run.text.replace("\n", " ")
            cursor.insertText(isolated(shown) if doc.is_mixed and (run.code or run.math) else shown, format_)

    def _insert_formula(self, doc: LeafDocument, cursor: QTextCursor, source: str, level: int, format_: QTextCharFormat) -> bool:
        """Put a formula into a line of text; False when there is no picture of it, or none yet."""
        from desktop_app.markdown.inline import tex_of

        assert self._pictures is not None
        formula = tex_of(source)
        if not self._pictures.is_drawn(*formula):
            doc.waiting.add(formula)
            return False
        font = self._formats.char(level).font()
        picture = self._pictures.picture(*formula, font, self._formats.theme.text, doc.room, _LEAST_INLINE)
        if picture is None:
            return False
        doc.n_pictures += 1
        insert_picture(cursor, picture, source, self._baselines, format_)
        return True

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

    def column_widths(self, leaf: Leaf, available: float) -> tuple[float, ...]:
        """Give the widths of the columns of the table that begins with `leaf`."""
        return self._tables.column_widths(leaf, available)

    def _render_table(self, doc: LeafDocument, leaf: Leaf, definitions: Definitions, widths: Sequence[float]) -> None:
        cursor = _emptied(doc)
        n_columns = max(1, len(leaf.alignments))
        doc.is_mixed = any(has_right_letters(row) for row in leaf.lines)
        # WORKAROUND: Qt knows no tables from right to left (`QTextDocumentLayout` never asks for the direction of one).
        places = range(n_columns)[:: -1 if doc.is_rtl else 1]
        look = self._tables.table_format([widths[place] for place in places], doc.is_rtl)
        table = cursor.insertTable(max(1, len(leaf.lines)), n_columns, look)
        for number, row in enumerate(leaf.lines):
            is_header = number == 0 and not leaf.is_continuation
            cells = split_cells(row)
            if doc.is_tail and cells and number == len(leaf.lines) - 1:
                doc.is_makeshift |= _close_last(cells)
            n_pictures, doc.n_pictures = doc.n_pictures, 0
            for column in range(n_columns):
                cell = table.cellAt(number, places[column])
                cell.setFormat(self._tables.cell_format(doc.is_rtl))
                inside = cell.firstCursorPosition()
                text = cut_cell(cells[column], self._formats.n_cell_chars_max) if column < len(cells) else ""
                is_rtl = reads_from_right(text) if doc.is_mixed else None
                inside.setBlockFormat(self._tables.cell_block(leaf.alignments[column], is_rtl, doc.is_rtl))
                if text:
                    doc.room = widths[column] - COLUMN_GAP
                    self._insert_runs(doc, inside, calmed(text), definitions, 0, is_header)
            if doc.n_pictures:
                for column in range(n_columns):
                    table.cellAt(number, column).setFormat(self._tables.cell_format(doc.is_rtl, is_middle=True))
            doc.n_pictures += n_pictures
        # The empty paragraph that Qt wants behind a table must not take a line.
        cursor.movePosition(QTextCursor.MoveOperation.End)
        last = QTextBlockFormat()
        last.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor.setBlockFormat(last)
        cursor.endEditBlock()


def warm_parser() -> None:
    """Import the parser of text, 25 to 45 ms, before the first conversation is opened."""
    from desktop_app.markdown.inline import parse_inline

    parse_inline("", {})


def formula_of(leaf: Leaf) -> tuple[str, bool]:
    """Give the formula of a leaf in lines of its own, as the service knows it."""
    return "\n".join(leaf.lines).strip(), True


def without_task(text: str) -> str:
    """Give the text of a task without its brackets."""
    return text[4:].lstrip(" \t") if text[3:4] in (" ", "\t") else text[3:]


def with_box(leaf: Leaf, text: str, has_task: bool) -> str:
    """Give the text of a task without its brackets: with a box in place of them where a number stands beside it."""
    if has_task:
        return without_task(text)
    if leaf.is_continuation or not leaf.containers or leaf.containers[-1].kind is not ContainerKind.ITEM:
        return text
    mark, rest = text[:4], text[4:]
    return {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}.get(mark, mark) + rest


def _close_last(cells: list[str]) -> bool:
    """Close what the last cell of a row leaves open, for the screen alone; True when that changed something."""
    written, cells[-1] = cells[-1], closed(cells[-1])
    return cells[-1] != written


def _emptied(doc: LeafDocument) -> QTextCursor:
    doc.clear()
    doc.waiting.clear()
    doc.n_pictures, doc.is_makeshift = 0, False
    cursor = QTextCursor(doc)
    cursor.beginEditBlock()
    cursor.setCharFormat(QTextCharFormat())
    return cursor


def _select_from(cursor: QTextCursor, doc: LeafDocument, n_lines: int, with_line_end: bool) -> None:
    """Select everything behind the first `n_lines` lines, and the line end before it when nothing is to follow."""
    start = doc.findBlockByNumber(n_lines).position()
    cursor.setPosition(max(0, start - 1) if with_line_end else start)
    cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
