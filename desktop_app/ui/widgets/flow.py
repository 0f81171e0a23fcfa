"""Widgets beside each other, and on to the next line where there is no more room."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QWidget

from desktop_app.ui.widgets.item_layout import ItemLayout
from desktop_app.ui.widgets.sides import mirrored


class FlowLayout(ItemLayout):
    """Lines of widgets at their own sizes, `gap` pixels apart."""

    def __init__(self, gap: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gap = gap

    def sizeHint(self) -> QSize:
        """Give the size of the largest one."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Give the size of the largest one."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, moves: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            size = item.sizeHint().boundedTo(QSize(max(rect.width(), 1), 10_000))
            if line and x + size.width() > rect.right() + 1:
                x, y, line = rect.x(), y + line + self._gap, 0
            if moves:
                item.setGeometry(mirrored(QRect(QPoint(x, y), size), rect, self.direction))
            x += size.width() + self._gap
            line = max(line, size.height())
        return y + line - rect.y()
