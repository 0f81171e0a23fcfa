"""Where things stand for people who write from right to left: what we paint ourselves, Qt does not turn round for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6 import QtGui
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

RIGHT_TO_LEFT = Qt.LayoutDirection.RightToLeft
POINTING = {"arrow-left", "chevron-left", "chevron-right", "sidebar", "panel", "continue", "restore"}
"""Icons that point along the line of reading, or show a side of the window."""


def mirrored(rect: QRect, area: QRect, direction: Qt.LayoutDirection) -> QRect:
    """Give where `rect`, placed in `area` from left to right, stands in `direction`."""
    if direction != RIGHT_TO_LEFT:
        return rect
    return QRect(QPoint(area.left() + area.right() - rect.right(), rect.top()), rect.size())


def swap_margins(layout: QLayout) -> None:
    """Let the left and the right margin of a layout and of those in it change places: Qt turns round what is in them only."""
    margins = layout.contentsMargins()
    layout.setContentsMargins(margins.right(), margins.top(), margins.left(), margins.bottom())
    # Not by `itemAt`, see `tab_order`.
    for inner in layout.children():
        if isinstance(inner, QLayout):
            swap_margins(inner)


def corner(at: QPoint, side: int, area: QRect, direction: Qt.LayoutDirection) -> QPoint:
    """Give the corner where an icon is painted that was placed at `at` in `area` from left to right; `side` in pixels."""
    return mirrored(QRect(at, QSize(side, side)), area, direction).topLeft()


def facing(name: str, picture: QPixmap, direction: Qt.LayoutDirection) -> QPixmap:
    """Give the picture of the icon `name`, turned round if it points somewhere."""
    if direction != RIGHT_TO_LEFT or name not in POINTING:
        return picture
    return picture.transformed(QtGui.QTransform.fromScale(-1, 1))
