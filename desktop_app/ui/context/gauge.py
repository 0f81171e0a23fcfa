"""The ring in the composer that says how full the context is; pressed, it shows what is in it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.services.context_meter import Fill
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RADIUS, ThemedButton
from desktop_app.ui.widgets.sides import mirrored

NEARLY_FULL = 0.85
_RING, _PEN = 16, 2.4
_PAD, _GAP = 8, 6


class ContextGauge(ThemedButton):
    """A ring and a number in per cent."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._share = 0.0
        self.hide()

    def set_fill(self, fill: Fill | None) -> None:
        """Show how full it is; None: nothing is known, and nothing is shown."""
        self.setVisible(fill is not None)
        if fill is None:
            return
        self._share = fill.share
        locale = QLocale()
        used, n_ctx = locale.toString(fill.n_used), locale.toString(fill.n_ctx)
        self.set_words(self.tr("Context: {used} of {n_ctx} tokens").format(used=used, n_ctx=n_ctx))
        self.updateGeometry()
        self.update()

    def _number(self) -> str:
        # Rounded down: 100 % is said when it is full, and not before.
        return self.tr("{share} %").format(share=QLocale().toString(int(self._share * 100)))

    def sizeHint(self) -> QSize:
        """Give room for the ring and the number."""
        words = QFontMetrics(self._theme.font(self._theme.caption_px)).horizontalAdvance(self._number())
        return QSize(2 * _PAD + self._theme.scaled(_RING) + _GAP + words, self._theme.row(32))

    def minimumSizeHint(self) -> QSize:
        """Keep room for the number: "3 %" cut off "30 %" would be another number."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ring, as far round as it is full."""
        theme, painter = self._theme, self._painter()
        if background := self._background():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(background))
            painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        side = self._theme.scaled(_RING)
        area, direction = self.rect(), self.layoutDirection()
        at = mirrored(QRect(_PAD, (self.height() - side) // 2, side, side), area, direction)
        ring = QRectF(at).adjusted(_PEN / 2, _PEN / 2, -_PEN / 2, -_PEN / 2)
        colour = theme.warning if self._share >= NEARLY_FULL else theme.muted
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.pressed), _PEN))
        painter.drawEllipse(ring)
        painter.setPen(QPen(QColor(colour), _PEN, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(ring, 90 * 16, -round(self._share * 360 * 16))
        painter.setFont(theme.font(theme.caption_px))
        painter.setPen(QColor(colour))
        place = mirrored(area.adjusted(_PAD + side + _GAP, 0, 0, 0), area, direction)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._number())
        painter.end()
