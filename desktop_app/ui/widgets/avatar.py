"""The small round picture of a persona: an icon or initials, in one of the accents of the theme."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from desktop_app.chat.persona import COLOURS, Persona, initials
from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Theme

_ICON = 0.56
"""Of the diameter."""
_LETTERS = 0.4


def draw_avatar(painter: QPainter, place: QRectF, persona: Persona, theme: Theme) -> None:
    """Draw the picture of `persona` into the square `place`."""
    colours = theme.accents.get(persona.colour, theme.accents[COLOURS[0]])
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(colours["accent"]) if theme.is_high_contrast else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours["accent_soft"]))
    painter.drawEllipse(place.adjusted(0.5, 0.5, -0.5, -0.5) if theme.is_high_contrast else place)
    letters = "" if persona.icon else initials(persona.name)
    if letters:
        painter.setFont(theme.font(max(8, round(place.height() * _LETTERS)), QFont.Weight.DemiBold))
        painter.setPen(QColor(colours["accent"]))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, letters)
    else:
        size = round(place.width() * _ICON)
        left, top = place.center().x() - size / 2, place.center().y() - size / 2
        painter.drawPixmap(round(left), round(top), pixmap(persona.icon or "person", colours["accent"], size))
    painter.restore()


def avatar_pixmap(persona: Persona, theme: Theme, size: int, ratio: float) -> QPixmap:
    """Give the picture `size` pixels wide, for a screen with `ratio` pixels in each."""
    image = QPixmap(round(size * ratio), round(size * ratio))
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    draw_avatar(painter, QRectF(0, 0, size, size), persona, theme)
    painter.end()
    return image


class Avatar(QWidget):
    """The picture by itself; what it shows stands in words beside it."""

    def __init__(self, px: int, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._px, self._theme = px, theme
        self._persona = Persona("", "")
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """Give a square at the person's font size."""
        side = self._theme.scaled(self._px)
        return QSize(side, side)

    def show_persona(self, persona: Persona) -> None:
        """Show another one."""
        self._persona = persona
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.setFixedSize(self.sizeHint())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture."""
        painter = QPainter(self)
        draw_avatar(painter, QRectF(self.rect()), self._persona, self._theme)
        painter.end()
