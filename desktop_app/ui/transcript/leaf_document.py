"""The document of one leaf: what Qt lays out and draws, and what is known of how it was made."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument

from desktop_app.ui.transcript.formats import Formats


class LeafDocument(QTextDocument):
    """A document that asks nobody for anything."""

    def __init__(self, formats: Formats) -> None:
        super().__init__()
        self.setUndoRedoEnabled(False)
        self.setDocumentMargin(0)
        self.setDefaultFont(formats.text_font)
        self.rendered_lines: list[str] = []
        self.n_intact = 0
        """Lines of code that the last change left alone."""
        self.waiting: set[tuple[str, bool]] = set()
        """Formulas shown as TeX that may be drawn yet."""
        self.n_pictures = 0
        self.room = 0.0
        """Width for a formula in a line."""
        self.is_tail = False
        """True while the leaf is being written."""
        self.is_makeshift = False
        """True when the leaf, as it is, will look different as soon as another leaf follows it."""
        self.is_rtl = False
        """True when it is read from right to left; the first column of a table stands at the right then."""
        self.is_mixed = False
        """True when there are letters in it that are read from right to left: code between them is kept apart."""
        self.found: tuple[re.Pattern[str], int, list[tuple[int, int]]] | None = None
        """What was looked for in it last, its revision then, and where that stands."""

    @property
    def is_written_from_left(self) -> bool:
        """Say whether all its paragraphs are."""
        block = self.begin()
        while block.isValid() and block.textDirection() == Qt.LayoutDirection.LeftToRight:
            block = block.next()
        return not block.isValid()

    def loadResource(self, _type: int, _name: QUrl | str) -> Any:
        """Give one empty pixel, whatever is asked for."""
        return QImage(1, 1, QImage.Format.Format_ARGB32)
