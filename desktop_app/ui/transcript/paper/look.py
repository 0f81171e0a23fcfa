"""What the transcript is set with on paper: light colours, sizes for print, lines of code that break, links to the web only."""

from __future__ import annotations

import sys

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QPainter, QPen, QTextCharFormat, QTextFormat, QTextOption

from desktop_app.ui.dialogs.links import checked_link
from desktop_app.ui.theme import Theme, load_theme
from desktop_app.ui.transcript.formats import Formats
from desktop_app.ui.transcript.leaf_box import LeafBox
from desktop_app.ui.transcript.markers import Markers

DPI = 96
"""Everything is laid out in these; a device has its own, and the painter is scaled."""
_SIZES = {
    "text_px": 14, "control_px": 13, "secondary_px": 12, "caption_px": 11, "h1_px": 21, "h2_px": 16, "code_px": 12,
}  # fmt: skip
"""10.5 points for text, 9 for code."""
_CARD_HEADER = 26
_NAME_HEIGHT = 18
_TASK = 12


class PaperTheme(Theme):
    """A theme whose letters stand where they belong: no screen to be fitted to."""

    def font(self, px: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """Give the interface font at `px`."""
        return _fitted(super().font(px, weight))

    def mono_font(self) -> QFont:
        """Give the font of code."""
        return _fitted(super().mono_font())


def _fitted(font: QFont) -> QFont:
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # What a font has instead of a letter for one language stands for no character, and could be neither found nor copied.
    font.setFeature(QFont.Tag("locl"), 0)
    return font


def paper_theme() -> PaperTheme:
    """Give the light theme on white, in the sizes of print; to be called on the window's thread."""
    theme = load_theme("light", 1.0)
    values = theme.as_dict() | _SIZES
    # The fonts that are really there: a name such as "Sans Serif" would leave the choice to what stands behind it.
    families = {"font_family": QFontInfo(QGuiApplication.font()).family(), "mono_family": QFontInfo(theme.mono_font()).family()}
    return PaperTheme(**values | families | {"name": "paper", "background": "#FFFFFF", "surface": "#FFFFFF"})


class PaperFormats(Formats):
    """Formats in which everything fits the width of a page."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.name_height = _NAME_HEIGHT
        self.card_header = _CARD_HEADER
        self.n_cell_chars_max = sys.maxsize
        self._lesser: PaperFormats | None = None

    def quiet(self) -> Formats:
        """Give the formats of what a model thought."""
        return self.small()

    def small(self) -> Formats:
        """Give the formats of footnotes, and of everything else that stands back."""
        if self._lesser is None:
            theme = self.theme
            sizes = {"text_px": theme.secondary_px, "code_px": theme.caption_px}
            self._lesser = PaperFormats(theme.replaced(text=theme.muted, **sizes))
        return self._lesser

    def char(
        self,
        level: int = 0,
        *,
        bold: bool = False,
        italic: bool = False,
        code: bool = False,
        strike: bool = False,
        href: str = "",
    ) -> QTextCharFormat:
        """Give the format of a run: what Qt knows an address of becomes a link in the file, so that only a plain one may stay."""
        url = checked_link(href) if href else None
        address = bytes(url.toEncoded().data()).decode() if url is not None else ""
        return super().char(level, bold=bold, italic=italic, code=code, strike=strike, href=address)

    def note_char(self, href: str) -> QTextCharFormat:
        """Give the format of a reference to a footnote, which is no link here."""
        result = super().note_char(href)
        # Taken away altogether: Qt makes a link of an empty address, too.
        result.clearProperty(QTextFormat.Property.IsAnchor.value)
        result.clearProperty(QTextFormat.Property.AnchorHref.value)
        return result

    def text_option(self, is_code: bool) -> QTextOption:
        """Give how lines break: code, too, for nobody can move it to the side."""
        option = super().text_option(is_code)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setUseDesignMetrics(True)
        return option


class PaperMarkers(Markers):
    """What stands beside text, drawn without a picture: those belong to the window's thread."""

    def _paint_task(self, painter: QPainter, box: LeafBox, edge: int, top: int) -> None:
        theme = self._formats.theme
        baseline = self._first_baseline(box)
        half = self._formats.text_pitch / 2 if baseline is None else baseline - self._formats.text_metrics.capHeight() / 2
        rect = QRectF(edge if box.is_rtl else edge - _TASK, top + half - _TASK / 2, _TASK, _TASK)
        painter.setPen(QPen(QColor(theme.muted), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
        if box.task:
            painter.setPen(QPen(QColor(theme.text), 1.4))
            points = [QPointF(3, 6.2), QPointF(5.2, 8.6), QPointF(9.2, 3.6)]
            painter.drawPolyline([rect.topLeft() + point for point in points])
