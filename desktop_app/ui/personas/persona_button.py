"""The button that shows who answers in the conversation, and lets another one be chosen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop_app.chat.persona import Persona
from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.avatar import draw_avatar
from desktop_app.ui.widgets.buttons import RADIUS, ThemedButton
from desktop_app.ui.widgets.labels import PlainLabel
from desktop_app.ui.widgets.sides import RIGHT_TO_LEFT, corner, mirrored

AVATAR, PADDING, GAP, ARROW = 24, 6, 8, 16
N_NAME_PX_MAX = 160


class PersonaButton(ThemedButton):
    """The picture and the name; `is_framed`: like a box to choose from."""

    def __init__(self, theme: Theme, is_framed: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._is_framed = is_framed
        self._persona = Persona("", "")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_persona(self, persona: Persona) -> None:
        """Show who answers."""
        self._persona = persona
        self.updateGeometry()
        self.update()

    def _font(self) -> QFont:
        return self._theme.font(self._theme.secondary_px)

    def sizeHint(self) -> QSize:
        """Ask for the picture and the name."""
        width = min(QFontMetrics(self._font()).horizontalAdvance(self._persona.name) + 4, self._theme.scaled(N_NAME_PX_MAX))
        return QSize(2 * PADDING + self._theme.scaled(AVATAR) + GAP + width, self._theme.row(32))

    def minimumSizeHint(self) -> QSize:
        """Shrink down to the picture."""
        return QSize(2 * PADDING + self._theme.scaled(AVATAR), self._theme.row(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button."""
        painter = self._painter()
        self._paint_ground(painter)
        side, direction = self._theme.scaled(AVATAR), self.layoutDirection()
        picture = mirrored(QRect(PADDING, (self.height() - side) // 2, side, side), self.rect(), direction)
        draw_avatar(painter, QRectF(picture), self._persona, self._theme)
        left = PADDING + side + GAP
        place = QRect(left, 0, self.width() - left - (ARROW + 2 * GAP if self._is_framed else PADDING), self.height())
        if place.width() > PADDING:
            painter.setFont(self._font())
            painter.setPen(QColor(self._theme.text if self._is_framed else self._theme.muted))
            name = painter.fontMetrics().elidedText(self._persona.name, Qt.TextElideMode.ElideRight, place.width())
            align = Qt.AlignmentFlag.AlignRight if direction == RIGHT_TO_LEFT else Qt.AlignmentFlag.AlignLeft
            painter.drawText(mirrored(place, self.rect(), direction), Qt.AlignmentFlag.AlignVCenter | align, name)
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        background = self._background() or (self._theme.surface if self._is_framed else "")
        if not background:
            return
        painter.setPen(QPen(QColor(self._theme.line), 1) if self._is_framed else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(background))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        if self._is_framed:
            at = QPoint(self.width() - ARROW - GAP, (self.height() - ARROW) // 2)
            place = corner(at, ARROW, self.rect(), self.layoutDirection())
            painter.drawPixmap(place, pixmap("chevron-down", self._theme.muted, ARROW))


class PersonaRow(QWidget):
    """The button with its word over it, for the panel at the right."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = PlainLabel("", "secondary")
        self.button = PersonaButton(theme, is_framed=True)
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.label)
        column.addWidget(self.button)
