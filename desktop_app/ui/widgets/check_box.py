"""A check box in the colours of the theme."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.sides import RIGHT_TO_LEFT, mirrored

SIDE = 18
RADIUS = 5
GAP = 10
HEIGHT = 32


class CheckBox(QCheckBox):
    """A square, filled with the accent when it is checked, and literal words: an & in them means nothing."""

    ring_radius = 8

    def __init__(self, words: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.set_words(words)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_words(self, words: str) -> None:
        """Set what it is called."""
        self._words = " ".join(words.split())
        self.setAccessibleName(self._words)
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a row of 32 px; without words for the square alone."""
        if not self._words:
            return QSize(SIDE + 4, self._theme.row(HEIGHT))
        width = QFontMetrics(self._theme.font(self._theme.control_px)).horizontalAdvance(self._words)
        return QSize(SIDE + GAP + width + 12, self._theme.row(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Shrink to any width: the words are elided."""
        return QSize(min(64, self.sizeHint().width()), self._theme.row(HEIGHT))

    def hitButton(self, pos: object) -> bool:
        """The whole row can be clicked."""
        return True

    def event(self, event: QEvent) -> bool:
        """Paint anew when the pointer comes and goes."""
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the square, what is in it, and the words."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = self.width() - SIDE - 1.5 if self.layoutDirection() == RIGHT_TO_LEFT else 2.5
        square = QRectF(left, (self.height() - SIDE) / 2 + 0.5, SIDE - 1, SIDE - 1)
        is_set = self.checkState() is not Qt.CheckState.Unchecked
        edge = theme.accent if is_set else theme.muted
        painter.setPen(QPen(QColor(edge), 1))
        painter.setBrush(QColor(theme.accent if is_set else theme.hover if self.underMouse() else theme.surface))
        painter.drawRoundedRect(square, RADIUS, RADIUS)
        if self.checkState() is Qt.CheckState.Checked:
            mark = pixmap("check", theme.on_accent, SIDE - 2)
            painter.drawPixmap(QPointF(square.left() + 0.5, square.top() + 0.5), mark)
        elif is_set:
            painter.setPen(QPen(QColor(theme.on_accent), 1.6))
            middle = square.center()
            painter.drawLine(middle - QPointF(4, 0), middle + QPointF(4, 0))
        self._paint_words(painter)
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        place = mirrored(self.rect().adjusted(2 + SIDE + GAP, 0, 0, 0), self.rect(), self.layoutDirection())
        painter.setFont(self._theme.font(self._theme.control_px))
        painter.setPen(QColor(self._theme.text))
        words = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)
