"""The menu itself: submenus are shown by our own icon, which the style sheet can neither colour nor turn round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QMenu

from desktop_app.ui.icons import pixmap
from desktop_app.ui.widgets.sides import corner, facing

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_ICON = 14
_MARGIN = 8


class Popup(QMenu):
    """A menu."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the menu, and a chevron on what has a submenu."""
        super().paintEvent(event)
        painter = QPainter(self)
        for action in self.actions():
            if action.menu() is None or not action.isVisible():
                continue
            group = QPalette.ColorGroup.Active if action.isEnabled() else QPalette.ColorGroup.Disabled
            role = QPalette.ColorRole.PlaceholderText if action.isEnabled() else QPalette.ColorRole.Text
            chevron = pixmap("chevron-right", self.palette().color(group, role).name(), _ICON)
            painter.setOpacity(1.0 if action.isEnabled() else self.palette().color(group, role).alphaF())
            row = self.actionGeometry(action)
            at = QPoint(row.right() + 1 - _MARGIN - _ICON, row.top() + (row.height() - _ICON) // 2)
            painter.drawPixmap(
                corner(at, _ICON, row, self.layoutDirection()), facing("chevron-right", chevron, self.layoutDirection())
            )
        painter.end()
