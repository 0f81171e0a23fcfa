"""Buttons that paint themselves: rows with an icon, small icon buttons, the round Send."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.labels import plain_tooltip
from desktop_app.ui.widgets.sides import corner, facing, mirrored

RADIUS = 10
DISABLED_OPACITY = 0.45


def paint_ground(painter: QPainter, place: QRectF, colour: str, theme: Theme, radius: float = RADIUS) -> None:
    """Paint the ground of what is told apart by it, which has a border too in high contrast."""
    painter.setBrush(QColor(colour))
    if theme.is_high_contrast:
        painter.setPen(QPen(QColor(theme.line), 1))
        place = place.adjusted(0.5, 0.5, -0.5, -0.5)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(place, radius, radius)


def press_by_enter(window: QWidget, event: QKeyEvent) -> bool:
    """Press the button that the keyboard is at, for a window that has got an Enter which nothing in it has taken.

    Qt presses buttons with the space bar only, and in a dialog Enter would press another button than this one.
    """
    button = window.focusWidget()
    is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    if not is_enter or not isinstance(button, QAbstractButton) or button.isCheckable():
        return False
    button.click()
    return True


class ThemedButton(QAbstractButton):
    """What all of them share: the theme, hover, and where the focus ring goes."""

    ring_radius = RADIUS

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_words(self, text: str, hint: str = "") -> None:
        """Set what it is called; `hint` (a key, say) is added to the tooltip."""
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(plain_tooltip(f"{text} ({hint})" if hint else text))

    def _background(self) -> str:
        """Give the colour of the present step, "" for none."""
        if self.isDown():
            return self._theme.pressed
        return self._theme.hover if self.underMouse() and self.isEnabled() else ""

    def _painter(self) -> QPainter:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(DISABLED_OPACITY)
        return painter


class IconButton(ThemedButton):
    """A square of 32 px with an icon; its words are in the tooltip and in the accessible name."""

    def __init__(self, icon_name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._icon_name = icon_name
        self._is_current = False

    def set_icon(self, icon_name: str) -> None:
        """Show another icon."""
        self._icon_name = icon_name
        self.update()

    def set_current(self, is_current: bool) -> None:
        """Show that what it leads to is in force."""
        self._is_current = is_current
        self.update()

    def sizeHint(self) -> QSize:
        """Give 32 by 32 at the usual font size."""
        side = self._theme.row(32)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """Keep its size: without one a layout that is short of room squeezes it flat."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the step of background and the icon."""
        painter = self._painter()
        if background := self._background():
            paint_ground(painter, QRectF(self.rect()), background, self._theme)
        size = self._theme.scaled(20)
        place = QRect(0, 0, size, size)
        place.moveCenter(self.rect().center())
        colour = self._theme.accent if self._is_current else self._theme.muted
        picture = facing(self._icon_name, pixmap(self._icon_name, colour, size), self.layoutDirection())
        painter.drawPixmap(place.topLeft(), picture)
        painter.end()


class RoundButton(ThemedButton):
    """The accent circle of Send and Stop."""

    DIAMETER = 34
    ring_radius = DIAMETER // 2 + 2

    def __init__(self, icon_name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._icon_name = icon_name

    def set_icon(self, icon_name: str) -> None:
        """Show another icon."""
        self._icon_name = icon_name
        self.update()

    def sizeHint(self) -> QSize:
        """Give 34 by 34 at the usual font size."""
        side = self._theme.scaled(self.DIAMETER) if self._theme.scale != 1.0 else self.DIAMETER
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """Keep its size: squeezed, it is no circle."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the circle and the icon."""
        painter = self._painter()
        n_steps = 2 if self.isDown() else 1 if self._background() else 0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.accent_step(n_steps) if n_steps else self._theme.accent))
        painter.drawEllipse(QRectF(self.rect()))
        size = self._theme.scaled(20)
        at = QPointF((self.width() - size) / 2, (self.height() - size) / 2)
        painter.drawPixmap(at, pixmap(self._icon_name, self._theme.on_accent, size))
        painter.end()


class RowButton(ThemedButton):
    """A row of 36 px: icon, words, and a quiet text at the right end.

    `is_framed`: on the surface colour with a line around, for what the person should do next.
    """

    def __init__(self, icon_name: str, theme: Theme, is_framed: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._icon_name = icon_name
        self._is_framed = is_framed
        self._is_current = False
        self._trailing = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_current(self, is_current: bool) -> None:
        """Show that the person is where this button leads."""
        self._is_current = is_current
        self.update()

    def set_icon(self, icon_name: str) -> None:
        """Show another icon."""
        self._icon_name = icon_name
        self.update()

    def set_trailing(self, text: str) -> None:
        """Show `text` at the right end."""
        self._trailing = text
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for words, icon and trailing text beside each other."""
        width = QFontMetrics(self._words_font()).horizontalAdvance(self.text())
        width += QFontMetrics(self._theme.font(self._theme.caption_px)).horizontalAdvance(self._trailing)
        return QSize(width + 76, self._theme.row(36))

    def minimumSizeHint(self) -> QSize:
        """Shrink to any width: the words are elided."""
        return QSize(48, self._theme.row(36))

    def _words_font(self) -> QFont:
        weight = QFont.Weight.Medium if self._is_framed else QFont.Weight.Normal
        return self._theme.font(self._theme.control_px, weight)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the row."""
        painter = self._painter()
        self._paint_background(painter)
        colour = self._theme.accent if self._is_current else self._theme.text if self._is_framed else self._theme.muted
        size = self._theme.scaled(20)
        top = (self.height() - size) // 2
        area, direction = self.rect(), self.layoutDirection()
        picture = facing(self._icon_name, pixmap(self._icon_name, colour, size), direction)
        painter.drawPixmap(corner(QPoint(12, top), size, area, direction), picture)
        place = self.rect().adjusted(12 + size + 7, 0, -13 if self._trailing else -6, 0)
        place = mirrored(place.adjusted(0, 0, -self._paint_trailing(painter, place), 0), area, direction)
        painter.setFont(self._words_font())
        painter.setPen(QColor(colour))
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.end()

    def _paint_background(self, painter: QPainter) -> None:
        usual = self._theme.accent_soft if self._is_current else self._theme.surface if self._is_framed else ""
        background = self._background() or usual
        if not background:
            return
        if not self._is_framed:
            paint_ground(painter, QRectF(self.rect()), background, self._theme)
            return
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.setBrush(QColor(background))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def _paint_trailing(self, painter: QPainter, place: QRect) -> int:
        """Paint the quiet text and give the width that it takes, 0 when there is no room for both."""
        painter.setFont(self._words_font())
        words = painter.fontMetrics()
        painter.setFont(self._theme.font(self._theme.caption_px))
        width = painter.fontMetrics().horizontalAdvance(self._trailing)
        # Asked as the words are painted: by their advance, which is rounded, they fit where they are elided.
        room = max(0, place.width() - width - 12)
        if not self._trailing or words.elidedText(self.text(), Qt.TextElideMode.ElideRight, room) != self.text():
            return 0
        painter.setPen(QColor(self._theme.muted))
        place = mirrored(place, self.rect(), self.layoutDirection())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._trailing)
        return width + 12
