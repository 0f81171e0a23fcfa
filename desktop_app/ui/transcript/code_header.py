"""The head of a code block: name of the language, and Copy, which says "Copied" for a moment."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from desktop_app.ui.icons import pixmap
from desktop_app.ui.transcript.formats import CARD_PADDING_X, Formats
from desktop_app.ui.transcript.words import TranscriptWords

_ICON = 14
_GAP = 5
_PAD = 8


class CodeHeader:
    """Paints one and says where its button is."""

    def __init__(self, formats: Formats, words: TranscriptWords) -> None:
        self._formats = formats
        self._words = words
        self._font = formats.theme.font(formats.theme.caption_px)

    def button_rect(self, card: QRect, is_copied: bool = False) -> QRect:
        """Give the area of Copy in the head of `card`."""
        width = round(self._formats.name_metrics.horizontalAdvance(self._words.copy_label(is_copied)))
        width += _ICON + _GAP + 2 * _PAD
        height = self._formats.card_header - 8
        return QRect(card.right() + 1 - CARD_PADDING_X + _PAD - width, card.top() + 4, width, height)

    def paint(self, painter: QPainter, card: QRect, info: str, is_hovered: bool, is_copied: bool) -> None:
        """Paint the head over the card's background."""
        theme = self._formats.theme
        header = QRect(card.left(), card.top(), card.width(), self._formats.card_header)
        painter.fillRect(QRect(header.left(), header.bottom(), header.width(), 1), QColor(theme.line))
        painter.setFont(self._font)
        painter.setPen(QColor(theme.muted))
        middle = Qt.AlignmentFlag.AlignVCenter
        name = header.adjusted(CARD_PADDING_X, 0, -120, -1)
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | middle | Qt.TextFlag.TextSingleLine, self._words.language(info))
        self._paint_button(painter, self.button_rect(card, is_copied), is_hovered, is_copied)

    def _paint_button(self, painter: QPainter, rect: QRect, is_hovered: bool, is_copied: bool) -> None:
        theme = self._formats.theme
        if is_hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.pressed))
            painter.drawRoundedRect(QRectF(rect), 6, 6)
        colour = theme.good if is_copied else theme.text if is_hovered else theme.muted
        top = rect.top() + (rect.height() - _ICON) // 2
        painter.drawPixmap(rect.left() + _PAD, top, pixmap("check" if is_copied else "copy", colour, _ICON))
        painter.setPen(QColor(colour))
        words = rect.adjusted(_PAD + _ICON + _GAP, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self._words.copy_label(is_copied))
