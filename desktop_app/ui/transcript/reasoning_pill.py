"""The button above an answer that says how long the model thought, and unfolds what."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_app.ui.icons import pixmap
from desktop_app.ui.transcript.formats import Formats
from desktop_app.ui.transcript.message_layout import MessageLayout
from desktop_app.ui.transcript.shown import Button, Part, Shown
from desktop_app.ui.transcript.words import TranscriptWords
from desktop_app.ui.widgets.sides import mirrored

_PAD = 12
_ICON = 12
_GAP = 8
_RADIUS = 8
_BAR = 2


class ReasoningPill:
    """Paints one and says where it is."""

    def __init__(self, formats: Formats, words: TranscriptWords) -> None:
        self._formats = formats
        self._words = words

    def rect(self, layout: MessageLayout, x: int, y: int) -> QRect:
        """Give its place for a message whose column begins at `x`, `y`; empty when there is no reasoning."""
        if not layout.has_reasoning:
            return QRect()
        width = round(self._formats.name_metrics.horizontalAdvance(self._words.thought(layout))) + 1
        width = min(layout.column, 2 * _PAD + _ICON + _GAP + width)
        return layout.turned(QRect(x, y + layout.pill_y, width, self._formats.pill_height), x)

    def paint(self, painter: QPainter, layout: MessageLayout, number: int, x: int, y: int, shown: Shown) -> None:
        """Paint it, if there is reasoning."""
        if not layout.has_reasoning:
            return
        theme, rect = self._formats.theme, self.rect(layout, x, y)
        part = Part(number, -1, Button.REASONING)
        is_focused = shown.focused == part
        painter.setPen(QPen(QColor(theme.accent), 2) if is_focused else QColor(theme.line))
        painter.setBrush(QColor(theme.hover) if shown.hovered == part else Qt.BrushStyle.NoBrush)
        inset = 1.0 if is_focused else 0.5
        painter.drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), _RADIUS, _RADIUS)
        direction = self._formats.direction
        arrow = mirrored(QRect(rect.left() + _PAD, rect.top(), _ICON, rect.height()), rect, direction)
        self._paint_arrow(painter, QRectF(arrow).center(), layout.is_open)
        painter.setFont(self._formats.name_font)
        painter.setPen(QColor(theme.muted))
        words = mirrored(rect.adjusted(_PAD + _ICON + _GAP, 0, 0, 0), rect, direction)
        painter.drawText(words, self._formats.at_start, self._words.thought(layout))

    def _paint_arrow(self, painter: QPainter, middle: QPointF, is_open: bool) -> None:
        painter.save()
        painter.translate(middle)
        if is_open:
            painter.rotate(180)
        painter.drawPixmap(QPointF(-_ICON / 2, -_ICON / 2), pixmap("chevron-down", self._formats.theme.muted, _ICON))
        painter.restore()

    def paint_bar(self, painter: QPainter, layout: MessageLayout, index: int, x: int, y: int) -> None:
        """Paint the bar beside box `index` of what the model thought."""
        box, top = layout.boxes[index], y + layout.ys[index]
        above = box.gap if index else 0
        bar = layout.turned(QRect(x, top - above, _BAR, box.height + above), x)
        painter.fillRect(bar, QColor(self._formats.theme.line))
