"""What stands beside text: bars of quotes, bullets and numbers, boxes of tasks, labels of footnotes.

At the left of text that is written from left to right, at the right of the other.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_app.markdown.leaf import Container, ContainerKind, LeafKind
from desktop_app.ui.icons import pixmap
from desktop_app.ui.transcript.formats import ITEM_INDENT, LEFT, RIGHT, Formats
from desktop_app.ui.transcript.leaf_box import LeafBox, indent_of, new_items, shared_quotes

_DISTANCE = 8
"""Between a marker and its text."""
_BAR = 3
_TASK = 14
_N_DEEP = 10
_RIGHT_TO_LEFT = "\u200f"
"""Before a number: its full stop stands at its left then."""


class Markers:
    """Paints them with the formats of one theme."""

    def __init__(self, formats: Formats) -> None:
        self._formats = formats

    def paint(self, painter: QPainter, box: LeafBox, previous: LeafBox | None, x: int, top: int) -> None:
        """Paint what stands beside `box`, whose column begins at `x`; its text begins at `top`."""
        if not box.leaf.containers:
            return
        self._paint_quotes(painter, box, previous, x, top)
        for depth, one in new_items(previous.leaf if previous is not None else None, box.leaf):
            # From the edge of the column to the text, whichever edge that is.
            distance = indent_of(box.leaf.containers[: depth + 1]) - _DISTANCE
            edge = x + box.edge(distance)
            if box.task is not None and depth == len(box.leaf.containers) - 1:
                self._paint_task(painter, box, edge, top)
            else:
                self._paint_marker(painter, box, one, edge, top)

    def _paint_quotes(self, painter: QPainter, box: LeafBox, previous: LeafBox | None, x: int, top: int) -> None:
        shared = shared_quotes(previous.leaf if previous is not None else None, box.leaf)
        for depth, one in enumerate(box.leaf.containers[:_N_DEEP]):
            if one.kind is not ContainerKind.QUOTE:
                continue
            above = box.gap if one.id in shared else 0
            distance = indent_of(box.leaf.containers[:depth])
            left = x + box.edge(distance) - (_BAR if box.is_rtl else 0)
            painter.fillRect(QRect(left, top - above, _BAR, box.height + above), QColor(self._formats.theme.line))

    def _paint_marker(self, painter: QPainter, box: LeafBox, one: Container, edge: int, top: int) -> None:
        """Paint the marker that ends at `edge`, or begins there in text from right to left."""
        formats = self._formats
        is_note = one.kind is ContainerKind.NOTE
        painter.setFont(formats.small().text_font if is_note else formats.text_font)
        painter.setPen(QColor(formats.theme.accent if is_note else formats.theme.muted))
        baseline = self._first_baseline(box)
        if baseline is None:
            height = box.above + formats.text_pitch if box.is_code else formats.text_pitch
            rect = QRectF(edge if box.is_rtl else edge - 4 * ITEM_INDENT, top, 4 * ITEM_INDENT, height)
            side = LEFT if box.is_rtl else RIGHT
            painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, one.marker)
            return
        left = edge if box.is_rtl else edge - painter.fontMetrics().horizontalAdvance(one.marker)
        painter.drawText(QPointF(left, top + baseline), _RIGHT_TO_LEFT + one.marker if box.is_rtl else one.marker)

    def _paint_task(self, painter: QPainter, box: LeafBox, edge: int, top: int) -> None:
        """Paint the box of a task, with a check mark when it is done."""
        theme = self._formats.theme
        baseline = self._first_baseline(box)
        half = self._formats.text_pitch / 2 if baseline is None else baseline - self._formats.text_metrics.capHeight() / 2
        middle = top + half
        rect = QRectF(edge if box.is_rtl else edge - _TASK, round(middle - _TASK / 2), _TASK, _TASK)
        painter.setPen(QPen(QColor(theme.accent if box.task else theme.muted), 1))
        painter.setBrush(QColor(theme.accent) if box.task else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        if box.task:
            painter.drawPixmap(QPointF(rect.left() + 1, rect.top() + 1), pixmap("check", theme.on_accent, _TASK - 2))

    def _first_baseline(self, box: LeafBox) -> float | None:
        """Give where the first line of text stands below the top of `box`: Chinese fonts are taller than Latin ones."""
        if box.doc is None or box.is_code or box.leaf.kind is LeafKind.TABLE:
            return None
        layout = box.doc.begin().layout()
        if layout.lineCount() == 0:
            return None
        line = layout.lineAt(0)
        return box.above + self._formats.text_leading // 2 + layout.position().y() + line.y() + line.ascent()
