"""Draws the application's icon, out of its one SVG, in the forms that the systems want."""

from __future__ import annotations

import sys
from pathlib import Path

from dev import Problem
from steps import ROOT

SVG = ROOT / "resources" / "icons" / "hearth.svg"
NAME = "hearth"
ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
"""What Windows shows at 100, 125, 150 and 200 %. Source: Microsoft, "Construct your Windows app's icon"."""
ICNS_SIZES = (16, 32, 64, 128, 256, 512, 1024)


def png(size: int, svg: Path = SVG) -> bytes:
    """Give the icon as PNG, `size` pixels wide and high. Raises: Problem when there is no such picture."""
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(str(svg))
    if not renderer.isValid():
        raise Problem(f"{svg} is not a picture.")
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]  # bytes are refused, whatever the stubs say
        raise Problem("Qt has no writer of PNG here.")
    return bytes(content.data())


def draw_for_system(folder: Path) -> None:
    """Put the one file that this system's program carries into `folder`; on Linux none does. Raises: Problem."""
    folder.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        from windows.ico import ico

        (folder / f"{NAME}.ico").write_bytes(ico([png(size) for size in ICO_SIZES]))
    elif sys.platform == "darwin":
        from macos.icns import icns

        (folder / f"{NAME}.icns").write_bytes(icns([png(size) for size in ICNS_SIZES]))
