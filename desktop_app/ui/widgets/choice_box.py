"""A box to choose one of a few from, with the arrow of our own icons: a style sheet can only show one from a file."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyledItemDelegate, QStyleOptionComboBox, QStylePainter, QWidget

from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.sides import corner

_ARROW = 16
_RIGHT = 8
_LEAST = 120
"""It may become this narrow, in pixels; what is chosen is shortened then."""


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

    def minimumSizeHint(self) -> QSize:
        """Be content with less than the longest choice."""
        hint = self.sizeHint()
        return QSize(min(hint.width(), self._theme.scaled(_LEAST)), hint.height())

    def shown_text(self) -> str:
        """Give what is chosen, shortened to the room in the box."""
        option = self._option()
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self).width()
        return str(self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room))

    def _option(self) -> QStyleOptionComboBox:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        return option

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, what is chosen, and the arrow."""
        painter = QStylePainter(self)
        option = self._option()
        option.currentText = self.shown_text()
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        at = QPoint(self.width() - _ARROW - _RIGHT, (self.height() - _ARROW) // 2)
        at = corner(at, _ARROW, self.rect(), self.layoutDirection())
        painter.drawPixmap(at, pixmap("chevron-down", self._theme.muted, _ARROW))
        painter.end()
