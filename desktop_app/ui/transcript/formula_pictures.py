"""Formulas as pictures to stand in a line of text: of the right size, colour and sharpness, with a known baseline.

Drawings come from the service, which has a process of its own for them; here they are painted, which takes 0.3 ms
each. Knows nothing of leaves and of where a formula stands.
"""

from __future__ import annotations

from collections import OrderedDict
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPixmap

from desktop_app.formulas.protocol import Drawing
from desktop_app.record import Record

if TYPE_CHECKING:
    from desktop_app.services.formulas import Formulas

N_KEPT = 512
N_KEPT_PIXELS = 8_000_000
_TOGETHER_MS = 40
"""Formulas that are drawn within this time are shown together: each showing lays out and paints what is visible."""
_MAX_PX = 3_000
"""Highest picture."""
_X_HEIGHT = 0.467
"""Of the letters of a formula, in sizes of the font. Source: STIX Two Math, OS/2 table."""


class Picture(Record):
    """A formula, painted. Measures in device-independent pixels; `depth` is what lies below the baseline."""

    pixmap: QPixmap | QImage
    """An image off the window's thread, where there are no pixmaps."""
    width: float
    height: float
    depth: int


class FormulaPictures(QObject):
    """Gives pictures and says when more are there. Without a service there are none.

    Signals:
        ready(formulas): `picture` gives something for these now, as a set of (TeX, is_display).
    """

    ready = Signal(object)

    def __init__(self, service: Formulas | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._dpr = 1.0
        self._kept: OrderedDict[tuple[object, ...], Picture] = OrderedDict()
        self._n_pixels = 0
        self._drawn: set[tuple[str, bool]] = set()
        self._timer = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._timer.timeout.connect(self._on_timeout)
        if service is not None:
            service.drawn.connect(self._on_drawn)

    @property
    def is_there(self) -> bool:
        """Say whether formulas are drawn at all."""
        return self._service is not None

    @property
    def is_busy(self) -> bool:
        """Say whether there are drawings that nobody was told of yet."""
        return self._timer.isActive()

    def set_dpr(self, dpr: float) -> bool:
        """Take the device pixels of one pixel; True when that is another number: pictures are to be asked for again."""
        if dpr == self._dpr:
            return False
        self._dpr = dpr
        self.forget()
        return True

    def forget(self) -> None:
        """Let go of all pictures: sizes or colours are different from now on."""
        self._kept.clear()
        self._n_pixels = 0

    def is_drawn(self, tex: str, is_display: bool) -> bool:
        """Say whether there is a picture. If it may come, `ready` says so."""
        return self._drawing(tex, is_display) is not None

    def picture(self, tex: str, is_display: bool, font: QFont, colour: str, room: float, least: float) -> Picture | None:
        """Give the picture of a formula that stands in text of `font`; None when there is none, or none yet.

        What is wider than `room` is made smaller, down to `least` of its size. If that is not enough, a formula in
        lines of its own gets as wide as it is; there is no picture of another.
        """
        drawing = self._drawing(tex, is_display)
        if drawing is None:
            return None
        size = font.pixelSize() * max(1.0, min(1.25, QFontMetrics(font).xHeight() / font.pixelSize() / _X_HEIGHT))
        share = (room - 1) / max(1.0, drawing.width * size)
        if share < least and not is_display:
            return None
        size *= min(1.0, max(share, least))
        if (drawing.ascent + drawing.depth) * size > _MAX_PX or drawing.width * size > 2 * _MAX_PX:
            return None
        key = (tex, is_display, colour, size, self._dpr)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        picture = self._painted(drawing, size, colour)
        self._keep(key, picture)
        return picture

    def _drawing(self, tex: str, is_display: bool) -> Drawing | None:
        return self._service.drawing(tex, is_display) if self._service is not None else None

    def _painted(self, drawing: Drawing, size: float, colour: str) -> Picture:
        # Imported with the first formula: 3 ms and a library that most conversations never need.
        from PySide6.QtSvg import QSvgRenderer

        dpr = self._dpr
        depth = max(0, ceil(drawing.depth * size - 0.05))
        # Whole device pixels, so that nothing is stretched; the baseline stands on a whole pixel.
        width = ceil(drawing.width * size * dpr) / dpr
        above = ceil(drawing.ascent * size * dpr) / dpr
        pixmap = QPixmap(max(1, round(width * dpr)), max(1, round((above + depth) * dpr)))
        pixmap.setDevicePixelRatio(dpr)
        pixmap.fill(Qt.GlobalColor.transparent)
        renderer = QSvgRenderer(QByteArray(drawing.svg.replace("currentColor", colour).encode()))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = above - drawing.ascent * size
        renderer.render(painter, QRectF(0, top, drawing.width * size, (drawing.ascent + drawing.depth) * size))
        painter.end()
        return Picture(pixmap, width, above + depth, depth)

    def _keep(self, key: tuple[object, ...], picture: Picture) -> None:
        self._kept[key] = picture
        self._n_pixels += _n_pixels(picture)
        while len(self._kept) > N_KEPT or (self._n_pixels > N_KEPT_PIXELS and len(self._kept) > 1):
            self._n_pixels -= _n_pixels(self._kept.popitem(last=False)[1])

    @Slot(str, bool)
    def _on_drawn(self, tex: str, is_display: bool) -> None:
        self._drawn.add((tex, is_display))
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _on_timeout(self) -> None:
        drawn, self._drawn = self._drawn, set()
        self.ready.emit(drawn)


def _n_pixels(picture: Picture) -> int:
    return picture.pixmap.width() * picture.pixmap.height()
