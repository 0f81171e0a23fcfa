"""A line with something at each end, that becomes two lines where there is no room for both."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QLayoutItem, QWidget

from desktop_app.ui.widgets.item_layout import ItemLayout
from desktop_app.ui.widgets.labels import ElidedLabel
from desktop_app.ui.widgets.sides import mirrored

_LEAST = 160
"""A label is not shortened below this."""


class EndsLayout(ItemLayout):
    """Widgets from the left, `gap` pixels apart, and one at the right end (`set_right`); the other way round in some languages.

    What does not fit goes on to the next line; an elided label is shortened to stay beside what is before it.
    """

    def __init__(self, gap: int = 8, line_gap: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gap, self._line_gap = gap, line_gap
        self._right: QWidget | None = None
        self._corner = 0

    def set_right(self, widget: QWidget) -> None:
        """Put `widget` at the right end."""
        self._right = widget
        self.addWidget(widget)

    def keep_free(self, corner: int) -> None:
        """Leave `corner` pixels free at the right end, for what lies over it."""
        self._corner = corner
        self.invalidate()

    def sizeHint(self) -> QSize:
        """Give the size of everything in one line."""
        sizes = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in sizes) + self._gap * max(0, len(sizes) - 1)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        """Give the size of the largest one."""
        size = QSize()
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, moves: bool) -> int:
        shown = [item for item in self._items if not item.isEmpty()]
        right = next((item for item in shown if item.widget() is self._right), None)
        area, rect = rect, rect.adjusted(0, 0, -self._corner, 0)
        lines = self._lines([item for item in shown if item is not right], rect.width())
        right_width = min(right.sizeHint().width(), rect.width()) if right is not None else 0
        used = sum(width + self._gap for _, width in lines[-1]) if lines else rect.width()
        if right is not None and used + right_width <= rect.width():
            lines[-1].append((right, right_width))
        elif right is not None:
            lines.append([(right, right_width)])
        y = rect.y()
        for line in lines:
            height = max(item.sizeHint().height() for item, _ in line)
            x = rect.x()
            for item, width in line:
                left = rect.right() + 1 - width if item is right else x
                if moves:
                    own = item.sizeHint().height()
                    item.setGeometry(mirrored(QRect(left, y + (height - own) // 2, width, own), area, self.direction))
                x += width + self._gap
            y += height + self._line_gap
        return max(0, y - rect.y() - self._line_gap) if lines else 0

    def _lines(self, items: list[QLayoutItem], room: int) -> list[list[tuple[QLayoutItem, int]]]:
        """Give who stands in which line, with their widths."""
        lines: list[list[tuple[QLayoutItem, int]]] = []
        used = room + 1
        for item in items:
            width = min(item.sizeHint().width(), room)
            if isinstance(item.widget(), ElidedLabel) and lines:
                width = max(min(width, room - used), min(width, _LEAST))
            if used + width > room:
                lines.append([])
                used = 0
            lines[-1].append((item, width))
            used += width + self._gap
        return lines
