"""How a table looks: widths of its columns, its cells, the lines between its rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QTextBlockFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTableCellFormat,
    QTextTableFormat,
)

from desktop_app.markdown.leaf import Leaf
from desktop_app.markdown.tables import LINE_BREAK, split_cells
from desktop_app.ui.transcript.formats import CELL_PADDING_Y, COLUMN_GAP, RIGHT, Formats

N_COLUMNS_MAX = 24
_N_MEASURED_CHARS = 300
_BROKEN = COLUMN_GAP + 60
"""Least width of a column whose longest word is broken."""
_WIDE = 220
"""Width of a column in a table that is moved to the side anyhow, if it is not for one word."""
_SPARE = 2
"""Widths are cut to whole pixels, and Qt breaks a word whose last letter leans out of its advance, as a bold y does."""


class TableLook:
    """Formats of tables in one theme."""

    def __init__(self, formats: Formats) -> None:
        self._formats = formats

    def column_widths(self, leaf: Leaf, available: float) -> tuple[float, ...]:
        """Give the widths of the columns of the table that begins with `leaf`, `COLUMN_GAP` included.

        Only its first chunk counts, so that rows to come change nothing above them; a table of several chunks
        takes the whole width, because later rows may be wider. They take more than is available where words would
        have to be broken into a few letters each. None for a table that is shown as it was written:
        Qt takes 30 ms for the layout of 1,200 cells, and nobody reads a hundred columns in this width.
        """
        n_columns = len(leaf.alignments)
        if n_columns > N_COLUMNS_MAX:
            return ()
        natural, least = [0.0] * n_columns, [0.0] * n_columns
        for number, row in enumerate(leaf.lines):
            metrics = QFontMetricsF(self._formats.char(bold=number == 0).font())
            for column, cell in enumerate(split_cells(row)[:n_columns]):
                lines = LINE_BREAK.split(cell[:_N_MEASURED_CHARS])
                widest = max(metrics.horizontalAdvance(line) for line in lines)
                # Arabic letters reach beyond their advance, by less than a pixel.
                natural[column] = max(natural[column], widest + (not cell.isascii()))
                word = max(" ".join(lines).split(), key=len, default="")[:24]
                least[column] = max(least[column], metrics.horizontalAdvance(word))
        natural = [width + COLUMN_GAP + _SPARE for width in natural]
        least = [width + COLUMN_GAP + _SPARE for width in least]
        return _shared(natural, least, available, is_filling=bool(leaf.group))

    def table_format(self, widths: Sequence[float], is_rtl: bool) -> QTextTableFormat:
        """Give the format of a table with columns of `widths` pixels, from left to right; `is_rtl`: it stands at the right."""
        result = QTextTableFormat()
        if is_rtl:
            result.setAlignment(Qt.AlignmentFlag.AlignRight)
        result.setBorder(0)
        result.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
        result.setCellSpacing(0)
        result.setCellPadding(0)
        result.setColumnWidthConstraints([QTextLength(QTextLength.Type.FixedLength, width) for width in widths])
        return result

    def cell_format(self, is_rtl: bool, is_middle: bool = False) -> QTextTableCellFormat:
        """Give the format of a cell: a line below it; its text at the top or in the middle."""
        result = QTextTableCellFormat()
        if is_middle:
            result.setVerticalAlignment(QTextTableCellFormat.VerticalAlignment.AlignMiddle)
        result.setTopPadding(CELL_PADDING_Y + self._formats.text_leading / 2)
        result.setBottomPadding(CELL_PADDING_Y - self._formats.text_leading / 2 + 1)
        if is_rtl:
            result.setLeftPadding(COLUMN_GAP)
        else:
            result.setRightPadding(COLUMN_GAP)
        result.setBottomBorder(1)
        result.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        result.setBottomBorderBrush(QBrush(QColor(self._formats.theme.line)))
        return result

    def cell_block(self, alignment: str, is_rtl: bool | None, is_at_right: bool) -> QTextBlockFormat:
        """Give the format of the text in a cell: left, right, center or "" for the text's own.

        `is_at_right`: in a table that is read from right to left, names and numbers stand at the right like all around them.
        """
        result = self._formats.block(self._formats.text_leading, is_rtl)
        if alignment == "center":
            result.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        elif alignment == "right" or is_at_right:
            result.setAlignment(RIGHT)
        return result


def cut_cell(text: str, n_chars: int) -> str:
    """Give as much of the source of a cell as is shown, and a sign where that is not all."""
    return text if len(text) <= n_chars else text[:n_chars] + "…"


def _shared(natural: list[float], least: list[float], available: float, is_filling: bool) -> tuple[float, ...]:
    """Give each column what it needs, or a share of `available` of at least its longest word where that is possible.

    Where it is not, long words are broken; and where they would have no room either, the table is wider than that.
    """
    total = sum(natural)
    if total <= available:
        spare = (available - total) / len(natural) if is_filling and natural else 0.0
        return tuple(float(int(width + spare)) for width in natural)
    broken = [min(width, _BROKEN) for width in least]
    if sum(broken) > available:
        pairs = zip(natural, least, strict=True)
        return tuple(float(int(max(word, min(width, _WIDE)))) for width, word in pairs)
    wanted, given = (natural, least) if sum(least) <= available else (least, broken)
    part = (available - sum(given)) / (sum(wanted) - sum(given))
    return tuple(float(int(some + (more - some) * part)) for more, some in zip(wanted, given, strict=True))
