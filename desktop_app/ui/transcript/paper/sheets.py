"""Pages of one printed thing: where the next line goes, what stands at the edge of each, and when another begins."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPagedPaintDevice, QPageLayout, QPageSize, QPainter

from desktop_app.ui.transcript.paper.look import DPI, PaperFormats

MARGINS_MM = QMarginsF(20, 18, 20, 16)
_FOOTER = 34
"""Pixels at the bottom of each page: the number stands there."""
_LETTER_COUNTRIES = {
    QLocale.Country.UnitedStates, QLocale.Country.Canada, QLocale.Country.Mexico, QLocale.Country.Philippines,
    QLocale.Country.Colombia, QLocale.Country.Chile, QLocale.Country.Venezuela, QLocale.Country.PuertoRico,
}  # fmt: skip
"""Where paper is not A4. Source: Unicode CLDR, paperSize."""


def page_layout() -> QPageLayout:
    """Give the page that is usual where the person lives, upright."""
    is_letter = QLocale.system().territory() in _LETTER_COUNTRIES
    size = QPageSize(QPageSize.PageSizeId.Letter if is_letter else QPageSize.PageSizeId.A4)
    return QPageLayout(size, QPageLayout.Orientation.Portrait, MARGINS_MM, QPageLayout.Unit.Millimeter)


class Sheets:
    """The pages of `device`, filled from top to bottom. `y` is where the next thing goes, in pixels of `DPI`.

    `painter` paints on `device`; the origin is the upper left corner of what may be printed on.
    """

    def __init__(self, device: QPagedPaintDevice, painter: QPainter, title: str, formats: PaperFormats) -> None:
        self._device = device
        self.painter = painter
        self._title = title
        self._formats = formats
        area = device.pageLayout().paintRect(QPageLayout.Unit.Point)
        self.width = int(area.width() * DPI / 72)
        self._height = int(area.height() * DPI / 72)
        painter.scale(device.logicalDpiX() / DPI, device.logicalDpiY() / DPI)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.number = 1
        self.y = 0.0
        self._mark()

    @property
    def bottom(self) -> float:
        """Where the text of a page ends at the latest."""
        return float(self._height - _FOOTER)

    @property
    def room(self) -> float:
        """What is left of this page."""
        return self.bottom - self.y

    @property
    def is_empty(self) -> bool:
        """Say whether nothing stands on this page yet."""
        return self.y <= 0

    def skip(self, height: float) -> None:
        """Leave space free, but none at the top of a page."""
        if not self.is_empty:
            self.y = min(self.y + height, self.bottom)

    def need(self, height: float) -> None:
        """See that `height` is free: what is to stand together stands on the next page if need be."""
        if self.room < height and not self.is_empty:
            self.next_page()

    def next_page(self) -> None:
        """Go on at the top of a new page."""
        self._device.newPage()
        self.number += 1
        self.y = 0.0
        self._mark()

    def text(self, words: str, kind: str) -> None:
        """Write a paragraph of ours: a "title", or a "note" that stands back."""
        theme = self._formats.theme
        font = theme.font(theme.h1_px, QFont.Weight.DemiBold) if kind == "title" else theme.font(theme.secondary_px)
        self.painter.setFont(font)
        self.painter.setPen(QColor(theme.text if kind == "title" else theme.muted))
        height = self.painter.boundingRect(QRectF(0, 0, self.width, self.bottom), _WRAPPED, words).height()
        height = min(height, self.bottom)
        self.need(height)
        self.painter.drawText(QRectF(0, self.y, self.width, height), _WRAPPED, words)
        self.y += height

    def name(self, name: str, beside: str = "") -> None:
        """Write who speaks, and at the right what stands back."""
        theme = self._formats.theme
        line = QRectF(0, self.y, self.width, self._formats.name_height)
        self.painter.setFont(theme.font(theme.secondary_px))
        self.painter.setPen(QColor(theme.muted))
        self.painter.drawText(line, _RIGHT, beside)
        room = self.width - self.painter.fontMetrics().horizontalAdvance(beside) - 24
        self.painter.setFont(theme.font(theme.secondary_px, QFont.Weight.DemiBold))
        self.painter.setPen(QColor(theme.text))
        elided = self.painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room))
        self.painter.drawText(line, _LEFT, elided)
        self.y += line.height()

    def _mark(self) -> None:
        """Put the number of the page at its bottom, and beside it what it belongs to."""
        theme = self._formats.theme
        painter = self.painter
        painter.setFont(theme.font(theme.caption_px))
        painter.setPen(QColor(theme.muted))
        line = QRectF(0, self._height - 18, self.width, 18)
        number = QLocale().toString(self.number)
        painter.drawText(line, _RIGHT, number)
        if self.number > 1:
            room = line.width() - painter.fontMetrics().horizontalAdvance(number) - 24
            title = painter.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, int(room))
            painter.drawText(line, _LEFT, title)


_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWrapAnywhere | Qt.TextFlag.TextWordWrap
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
