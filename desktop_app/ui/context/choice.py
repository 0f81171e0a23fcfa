"""One of a few things that can be chosen, with a sentence that says what it means."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RADIUS, ThemedButton
from desktop_app.ui.widgets.sides import mirrored

_CIRCLE = 16
_HOLE = 3 / 16
"""Radius of the hole, as a part of the circle's size."""
_PAD, _GAP = 8, 10
_WRAP = Qt.TextFlag.TextWordWrap


class Choice(ThemedButton):
    """A circle, filled when it is chosen; what it is called, and below it what it means. Arrow keys go along them."""

    def __init__(self, text: str, meaning: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._meaning = meaning
        self.setText(text)
        self.setAccessibleName(text)
        self.setAccessibleDescription(meaning)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _fonts(self) -> tuple[QFont, QFont]:
        theme = self._theme
        return theme.font(theme.control_px), theme.font(theme.caption_px)

    def heightForWidth(self, width: int) -> int:
        """Give the height that both texts take."""
        name, meaning = self._fonts()
        room = QRect(0, 0, max(1, width - self._left - _PAD), 1000)
        below = QFontMetrics(meaning).boundingRect(room, _WRAP, self._meaning).height()
        return 2 * _PAD + self._name_height(name, room.width()) + 2 + below

    def _name_height(self, font: QFont, width: int) -> int:
        return QFontMetrics(font).boundingRect(QRect(0, 0, width, 1000), _WRAP, self.text()).height()

    def sizeHint(self) -> QSize:
        """Be content with the width that there is."""
        return QSize(280, self.heightForWidth(280))

    @property
    def _circle(self) -> int:
        return self._theme.scaled(_CIRCLE)

    @property
    def _left(self) -> int:
        return _PAD + self._circle + _GAP

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the circle and the texts."""
        theme, painter = self._theme, self._painter()
        if background := self._background():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(background))
            painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        name, meaning = self._fonts()
        place = mirrored(self.rect().adjusted(self._left, _PAD, -_PAD, 0), self.rect(), self.layoutDirection())
        height = self._name_height(name, place.width())
        circle = QRect(_PAD, _PAD + (height - self._circle) // 2, self._circle, self._circle)
        self._paint_circle(painter, QRectF(mirrored(circle, self.rect(), self.layoutDirection())).center())
        painter.setFont(name)
        painter.setPen(QColor(theme.text))
        # In the middle of its line: letters of a fallback font are higher, and would stand below the circle.
        line = QRect(place.left(), place.top(), place.width(), height)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | _WRAP, self.text())
        painter.setFont(meaning)
        painter.setPen(QColor(theme.muted))
        painter.drawText(place.adjusted(0, height + 2, 0, 0), _WRAP, self._meaning)
        painter.end()

    def _paint_circle(self, painter: QPainter, middle: QPointF) -> None:
        theme = self._theme
        # As the style sheet has the radio buttons of dialogs: the accent, with a hole.
        painter.setPen(QPen(QColor(theme.accent if self.isChecked() else theme.muted), 1))
        painter.setBrush(QColor(theme.accent if self.isChecked() else theme.surface))
        radius = self._circle / 2 - 0.5
        painter.drawEllipse(middle, radius, radius)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.surface))
            painter.drawEllipse(middle, self._circle * _HOLE, self._circle * _HOLE)
