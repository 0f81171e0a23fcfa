"""A box to choose one of a few from, with the arrow of our own icons: a style sheet can only show one from a file."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QWidget

from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Theme

_ARROW = 16
_RIGHT = 8


class ChoiceBox(QComboBox):
    """The box."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.ring_radius = 8
        # The delegate that it has does not know the style sheet.
        self.setItemDelegate(QStyledItemDelegate(self))

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the arrow into the box."""
        super().paintEvent(event)
        painter = QPainter(self)
        left, top = self.width() - _ARROW - _RIGHT, (self.height() - _ARROW) // 2
        painter.drawPixmap(left, top, pixmap("chevron-down", self._theme.muted, _ARROW))
        painter.end()
