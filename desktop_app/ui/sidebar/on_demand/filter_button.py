"""What stands over the list while it is filtered by a tag: the tag, and a cross to see everything again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import ThemedButton, paint_ground
from desktop_app.ui.widgets.sides import corner

HEIGHT = 32
ICON = 16


class FilterButton(ThemedButton):
    """A row in the accent colour; a click anywhere on it ends the filter."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.tag = ""
        """What is named; "" while there is no filter."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_tag(self, tag: str) -> None:
        """Name the tag."""
        self.tag = " ".join(tag.split())
        self.update()
        self._retranslate()

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Only tagged {tag}; show all conversations").format(tag=self.tag))

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def sizeHint(self) -> QSize:
        """Give 32 px at the usual font size."""
        return QSize(120, self._theme.row(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Shrink to any width: the words are elided."""
        return QSize(64, self._theme.row(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the row."""
        theme = self._theme
        painter: QPainter = self._painter()
        paint_ground(painter, QRectF(self.rect()), self._background() or theme.accent_soft, theme)
        top = (self.height() - ICON) // 2
        for name, left in (("tag", 12), ("close", self.width() - 12 - ICON)):
            at = corner(QPoint(left, top), ICON, self.rect(), self.layoutDirection())
            painter.drawPixmap(at, pixmap(name, theme.accent, ICON))
        place = self.rect().adjusted(12 + ICON + 6, 0, -12 - ICON - 6, 0)
        painter.setFont(theme.font(theme.control_px))
        painter.setPen(QColor(theme.accent))
        words = painter.fontMetrics().elidedText(self.tag, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)
        painter.end()
