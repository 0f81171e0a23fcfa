"""Formulas on paper: the drawings are asked for message by message, and painted sharply enough for print."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from desktop_app.formulas.protocol import Drawing
from desktop_app.ui.transcript.formula_pictures import FormulaPictures, Picture

SHARPNESS = 4.0
"""Pixels of a picture for one of the layout: 384 in an inch."""

Formula = tuple[str, bool]
Fetch = Callable[[Collection[Formula], Callable[[], object]], Mapping[Formula, Drawing]]
"""Gives the drawings of formulas, as far as there are any; waits for them, and calls meanwhile what may raise."""


class PaperPictures(FormulaPictures):
    """Pictures of formulas that were fetched; what is asked for and is not there is fetched by `load`."""

    def __init__(self, fetch: Fetch, check: Callable[[], object]) -> None:
        super().__init__()
        self.set_dpr(SHARPNESS)
        self._fetch = fetch
        self._check = check
        self._fetched: dict[Formula, Drawing | None] = {}
        self._missing: set[Formula] = set()

    @property
    def is_there(self) -> bool:
        """Formulas are drawn."""
        return True

    def load(self) -> bool:
        """Fetch what was asked for since; True when there is any."""
        missing, self._missing = self._missing, set()
        if not missing:
            return False
        found = self._fetch(missing, self._check)
        self._fetched.update({one: found.get(one) for one in missing})
        return bool(found)

    def _drawing(self, tex: str, is_display: bool) -> Drawing | None:
        formula = (tex, is_display)
        if formula not in self._fetched:
            self._missing.add(formula)
        return self._fetched.get(formula)

    def _painted(self, drawing: Drawing, size: float, colour: str) -> Picture:
        """Paint on an image: pixmaps belong to the window's thread."""
        depth, above = drawing.depth * size, drawing.ascent * size
        width = drawing.width * size
        image = QImage(round(width * SHARPNESS) + 1, round((above + depth) * SHARPNESS) + 1, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        renderer = QSvgRenderer(QByteArray(drawing.svg.replace("currentColor", colour).encode()))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer.render(painter, QRectF(0, 0, width * SHARPNESS, (above + depth) * SHARPNESS))
        painter.end()
        return Picture(image, image.width() / SHARPNESS, image.height() / SHARPNESS, round(depth))
