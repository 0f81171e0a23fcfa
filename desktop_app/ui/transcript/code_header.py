"""The head of a code block: name of the language, Save as, and Copy, which says "Copied" for a moment."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_app.ui.icons import pixmap
from desktop_app.ui.transcript.formats import CARD_PADDING_X, Formats
from desktop_app.ui.transcript.shown import Button, Part, Shown
from desktop_app.ui.transcript.words import TranscriptWords
from desktop_app.ui.widgets.sides import corner, mirrored

BUTTONS = (Button.SAVE, Button.COPY)
"""In the order of reading."""
_ICON = 14
_GAP = 5
_PAD = 8
_RADIUS = 6


class CodeHeader:
    """Paints one and says where its buttons are."""

    def __init__(self, formats: Formats, words: TranscriptWords) -> None:
        self._formats = formats
        self._words = words
        self._font = formats.theme.font(formats.theme.caption_px)

    def button_rect(self, card: QRect, button: Button, is_copied: bool = False) -> QRect:
        """Give the area of a button in the head of `card`."""
        height, right = self._formats.card_header - 8, card.right() + 1 - CARD_PADDING_X + _PAD
        width = self._copy_width(is_copied)
        if button is Button.SAVE:
            # Beside the wider of the two words, so that it stays where it is.
            right -= max(width, self._copy_width(not is_copied))
            width = self._icon() + 2 * _PAD
        return mirrored(QRect(right - width, card.top() + 4, width, height), card, self._formats.direction)

    def _copy_width(self, is_copied: bool) -> int:
        words = self._formats.name_metrics.horizontalAdvance(self._words.copy_label(is_copied))
        return round(words) + self._icon() + _GAP + 2 * _PAD

    def _icon(self) -> int:
        return self._formats.theme.scaled(_ICON)

    def button_at(self, card: QRect, point: QPoint) -> Button | None:
        """Give the button under `point`."""
        return next((one for one in BUTTONS if self.button_rect(card, one).contains(point)), None)

    def paint(self, painter: QPainter, card: QRect, info: str, message: int, box: int, shown: Shown) -> None:
        """Paint the head of the card at `box` of a message over the card's background."""
        theme = self._formats.theme
        header = QRect(card.left(), card.top(), card.width(), self._formats.card_header)
        painter.fillRect(QRect(header.left(), header.bottom(), header.width(), 1), QColor(theme.line))
        painter.setFont(self._font)
        painter.setPen(QColor(theme.muted))
        direction = self._formats.direction
        save = mirrored(self.button_rect(card, Button.SAVE), card, direction)
        name = QRect(header)
        name.setLeft(header.left() + CARD_PADDING_X)
        name.setRight(save.left() - _GAP)
        flags = self._formats.at_start | Qt.TextFlag.TextSingleLine
        painter.drawText(mirrored(name, card, direction), flags, self._words.language(info))
        for button in BUTTONS:
            self._paint_button(painter, card, Part(message, box, button), shown)

    def _paint_button(self, painter: QPainter, card: QRect, part: Part, shown: Shown) -> None:
        theme, is_copied = self._formats.theme, shown.copied == part
        rect = self.button_rect(card, part.button, is_copied)
        is_hovered = shown.hovered == part
        if is_hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.pressed))
            painter.drawRoundedRect(QRectF(rect), _RADIUS, _RADIUS)
        if shown.focused == part:
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        colour = theme.good if is_copied else theme.text if is_hovered else theme.muted
        icon = "save" if part.button is Button.SAVE else "check" if is_copied else "copy"
        side, direction = self._icon(), self._formats.direction
        at = QPoint(rect.left() + _PAD, rect.top() + (rect.height() - side) // 2)
        painter.drawPixmap(corner(at, side, rect, direction), pixmap(icon, colour, side))
        if part.button is Button.COPY:
            painter.setPen(QColor(colour))
            words = mirrored(rect.adjusted(_PAD + side + _GAP, 0, 0, 0), rect, direction)
            painter.drawText(words, self._formats.at_start | Qt.TextFlag.TextSingleLine, self._words.copy_label(is_copied))
