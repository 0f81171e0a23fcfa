"""Icons: one family of strokes in `resources/icons`, coloured from the theme when they are first needed.

Qt's image plugin reads the SVG: 0.2 ms each, and nothing to import (the QtSvg module costs 3 ms at the start).
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PySide6 import QtGui
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QGuiApplication, QImageReader, QPixmap, QPixmapCache

from desktop_app.resources import resource

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon


APPLICATION_SIZES = (16, 24, 32, 48, 64, 128, 256)
"""What title bars, task bars, docks and switchers show, at the scales that are usual."""


def _scale() -> int:
    """Give the device pixels of one pixel on the sharpest screen, rounded up: Qt scales down well and up badly."""
    screens = QGuiApplication.screens()
    return max((ceil(screen.devicePixelRatio()) for screen in screens), default=1)


def pixmap(name: str, colour: str, size: int = 20) -> QPixmap:
    """Give icon `name` in `colour` ("#RRGGBB"), `size` pixels wide and high; rendered once and kept in Qt's cache."""
    scale = _scale()
    key = f"hearth-icon/{name}/{colour}/{size}/{scale}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    svg = resource("icons", f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    buffer = QBuffer()
    buffer.setData(QByteArray(svg.encode()))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"svg"))
    reader.setScaledSize(QSize(size * scale, size * scale))
    rendered = QPixmap.fromImage(reader.read())
    rendered.setDevicePixelRatio(scale)
    QPixmapCache.insert(key, rendered)
    return rendered


def icon(name: str, colour: str, size: int = 20) -> QIcon:
    """Give `pixmap` as an icon."""
    return QtGui.QIcon(pixmap(name, colour, size))


def application_icon() -> QIcon:
    """Give the icon of the application itself, in the sizes that window systems ask for."""
    result = QtGui.QIcon()
    for size in APPLICATION_SIZES:
        result.addPixmap(pixmap("hearth", "#000000", size))
    return result
