"""Paints messages from their layout: bubbles, cards, markers, bars, text, the row below an answer.

Changes nothing: what is not laid out yet is left out. Knows nothing of scrolling and events.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QAbstractTextDocumentLayout, QColor, QPainter, QPalette, QTextCharFormat, QTextCursor, QTextFormat

from desktop_app.chat.message import MessageState
from desktop_app.markdown.leaf import LeafKind
from desktop_app.ui.icons import pixmap
from desktop_app.ui.transcript.code_header import CodeHeader
from desktop_app.ui.transcript.formats import (
    BUBBLE_PADDING,
    BUBBLE_RADIUS,
    BUTTON,
    CARD_PADDING_X,
    CARD_RADIUS,
    ITEM_INDENT,
    Formats,
)
from desktop_app.ui.transcript.leaf_box import LeafBox, indent_of, new_items, shared_quotes
from desktop_app.ui.transcript.message_layout import MessageLayout
from desktop_app.ui.transcript.words import TranscriptWords

BUTTON_OVERHANG = 8
"""How far the first button reaches out of the column, so that its icon lines up with the text."""
NOTICE_ICON = 16
_NOTICE_GAP = 8
_DOT = 6


@dataclass(frozen=True, slots=True)
class Part:
    """Something that can be pressed: Copy below answer `message`, or in the head of the card at `box` (-1: no card)."""

    message: int
    box: int = -1


@dataclass(slots=True)
class Shown:
    """What changes the picture besides the layout."""

    hovered_message: int = -1
    hovered: Part | None = None
    copied: Part | None = None
    last_answer: int = -1
    is_dot_bright: bool = True
    selected: Callable[[int, int], tuple[int, int] | None] = lambda _message, _box: None
    """Selected characters of a box, from and to; to may lie beyond its end."""


class MessagePainter:
    """Paints with the formats of one theme."""

    def __init__(self, formats: Formats, words: TranscriptWords) -> None:
        self._formats = formats
        self._words = words
        self.header = CodeHeader(formats, words)

    def card_rect(self, layout: MessageLayout, index: int, x: int, y: int) -> QRect:
        """Give the card behind code box `index` of a message whose column begins at `x`, `y`."""
        box = layout.boxes[index]
        return QRect(x + box.x - CARD_PADDING_X, y + layout.ys[index], box.width + 2 * CARD_PADDING_X, box.height)

    def button_rect(self, layout: MessageLayout, x: int, y: int) -> QRect:
        """Give Copy below a message."""
        return QRect(x - BUTTON_OVERHANG, y + layout.footer_y, BUTTON, BUTTON)

    def dot_rect(self, layout: MessageLayout, x: int, y: int) -> QRect:
        """Give the dot that waits for the first token."""
        return QRect(x, y + layout.body_top + (self._formats.text_pitch - _DOT) // 2 - 1, _DOT + 1, _DOT + 1)

    def notice_height(self, layout: MessageLayout, column: int) -> int:
        """Give the height of the line about what went wrong; 0 without one."""
        sentence = self._words.notice(layout.message)[1]
        if not sentence:
            return 0
        room = QRectF(0, 0, column - NOTICE_ICON - _NOTICE_GAP, 10_000)
        return max(self._formats.name_height, round(self._formats.text_metrics.boundingRect(room, _WRAPPED, sentence).height()))

    # -- a message --------------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, layout: MessageLayout, number: int, x: int, y: int, clip: QRect, shown: Shown) -> None:
        """Paint message `number`, whose column begins at `x`, `y`, as far as it lies in `clip`."""
        if layout.is_user:
            self._paint_bubble(painter, layout, x, y)
        else:
            self._paint_name(painter, layout, x, y)
        first = layout.box_at(clip.top() - y) if layout.boxes else 0
        for index in range(first, len(layout.boxes)):
            if y + layout.ys[index] - layout.boxes[index].gap > clip.bottom():
                break
            self._paint_box(painter, layout, number, index, x + layout.body_x, y, clip, shown)
        if not layout.is_user:
            self._paint_waiting(painter, layout, x, y, shown)
            self._paint_notice(painter, layout, x, y)
            self._paint_footer(painter, layout, number, x, y, shown)

    def _paint_bubble(self, painter: QPainter, layout: MessageLayout, x: int, y: int) -> None:
        width = layout.bubble_text_width() + BUBBLE_PADDING.left() + BUBBLE_PADDING.right()
        rect = QRectF(x + layout.body_x - BUBBLE_PADDING.left(), y, width, layout.height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._formats.theme.bubble))
        painter.drawRoundedRect(rect, BUBBLE_RADIUS, BUBBLE_RADIUS)

    def _paint_name(self, painter: QPainter, layout: MessageLayout, x: int, y: int) -> None:
        painter.setFont(self._formats.name_font)
        painter.setPen(QColor(self._formats.theme.muted))
        rect = QRectF(x, y, layout.body_width, self._formats.name_height)
        painter.drawText(rect, _MIDDLE_LEFT, self._words.name(layout.message))

    def _paint_box(
        self, painter: QPainter, layout: MessageLayout, number: int, index: int, x: int, y: int, clip: QRect, shown: Shown
    ) -> None:
        box = layout.boxes[index]
        top = y + layout.ys[index]
        previous = layout.boxes[index - 1] if index else None
        self._paint_quotes(painter, box, previous, x, top)
        self._paint_markers(painter, box, previous, x, top)
        if box.leaf.kind is LeafKind.RULE:
            painter.fillRect(QRect(x + box.x, top, box.width, 1), QColor(self._formats.theme.line))
            return
        if box.is_code:
            self._paint_card(painter, layout, number, index, x, y, shown)
        if box.doc is not None:
            self._paint_text(painter, layout, index, x + box.x, top + box.above, clip, shown.selected(number, index))

    def _paint_text(
        self, painter: QPainter, layout: MessageLayout, index: int, x: int, y: int, clip: QRect, selected: tuple[int, int] | None
    ) -> None:
        box = layout.boxes[index]
        assert box.doc is not None
        formats = self._formats
        leading = formats.code_leading if box.is_code else formats.text_leading
        # Half of the leading stands above the line, as in print; Qt puts all of it below.
        lift = 0 if box.leaf.kind is LeafKind.TABLE else leading // 2
        offset = layout.code_offsets.get(layout.first_chunk(index), 0.0) if box.is_code and layout.code_offsets else 0.0
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, QColor(formats.theme.text))
        # Without a clip the whole document is drawn: 35 ms instead of 3 on a long one.
        width = box.width + (2 * CARD_PADDING_X - 2 if box.is_code else 0)
        left = offset - (CARD_PADDING_X - 1 if box.is_code else 0)
        context.clip = QRectF(left, clip.top() - y - lift, max(width, box.width), clip.height() + lift)
        if selected is not None:
            context.selections = [self._selection(box, *selected)]
        painter.save()
        if box.is_code:
            painter.setClipRect(QRectF(x - CARD_PADDING_X + 1, y - 1, width, box.doc_height + 2 * lift + 2), _INTERSECT)
        painter.translate(QPointF(x - offset, y + lift))
        box.doc.documentLayout().draw(painter, context)
        painter.restore()

    def _selection(self, box: LeafBox, start: int, end: int) -> QAbstractTextDocumentLayout.Selection:
        result = QAbstractTextDocumentLayout.Selection()
        assert box.doc is not None
        last = box.doc.characterCount() - 1
        cursor = QTextCursor(box.doc)
        cursor.setPosition(min(start, last))
        cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
        format_ = QTextCharFormat()
        format_.setBackground(QColor(self._formats.theme.selection))
        if end > last:
            format_.setProperty(QTextFormat.Property.FullWidthSelection.value, False)
        result.cursor = cursor
        result.format = format_
        return result

    def _paint_quotes(self, painter: QPainter, box: LeafBox, previous: LeafBox | None, x: int, top: int) -> None:
        shared = shared_quotes(previous.leaf if previous is not None else None, box.leaf)
        for depth, one in enumerate(box.leaf.containers[:10]):
            if one.list_id:
                continue
            above = box.gap if one.id in shared else 0
            left = x + indent_of(box.leaf.containers[:depth])
            rect = QRect(left, top - above, 3, box.height + above)
            painter.fillRect(rect, QColor(self._formats.theme.line))

    def _paint_markers(self, painter: QPainter, box: LeafBox, previous: LeafBox | None, x: int, top: int) -> None:
        formats = self._formats
        for depth, item in new_items(previous.leaf if previous is not None else None, box.leaf):
            right = x + indent_of(box.leaf.containers[: depth + 1]) - 8
            height = box.above + formats.text_pitch if box.is_code else formats.text_pitch
            rect = QRectF(right - 4 * ITEM_INDENT, top, 4 * ITEM_INDENT, height)
            painter.setFont(formats.text_font)
            painter.setPen(QColor(formats.theme.muted))
            baseline = self._first_baseline(box)
            if baseline is None:
                painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, item.marker)
            else:
                left = right - painter.fontMetrics().horizontalAdvance(item.marker)
                painter.drawText(QPointF(left, top + baseline), item.marker)

    def _first_baseline(self, box: LeafBox) -> float | None:
        """Give where the first line of text stands below the top of `box`: Chinese fonts are taller than Latin ones."""
        if box.doc is None or box.is_code or box.leaf.kind is LeafKind.TABLE:
            return None
        layout = box.doc.begin().layout()
        if layout.lineCount() == 0:
            return None
        line = layout.lineAt(0)
        return box.above + self._formats.text_leading // 2 + layout.position().y() + line.y() + line.ascent()

    def _paint_card(
        self, painter: QPainter, layout: MessageLayout, number: int, index: int, x: int, y: int, shown: Shown
    ) -> None:
        box = layout.boxes[index]
        rect = self.card_rect(layout, index, x, y)
        theme = self._formats.theme
        # A chunk in the middle of a long block shows no edge at the side where the block goes on.
        above = 0 if box.above else 2 * CARD_RADIUS
        below = 0 if box.below else 2 * CARD_RADIUS
        painter.save()
        painter.setClipRect(rect, _INTERSECT)
        painter.setPen(QColor(theme.line))
        painter.setBrush(QColor(theme.code))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5 - above, -0.5, below - 0.5), CARD_RADIUS, CARD_RADIUS)
        if box.leaf.kind is LeafKind.FENCE and not box.leaf.is_continuation:
            part = Part(number, index)
            self.header.paint(painter, rect, box.leaf.info, shown.hovered == part, shown.copied == part)
        painter.restore()

    # -- below an answer --------------------------------------------------------------------------------------------------

    def _paint_waiting(self, painter: QPainter, layout: MessageLayout, x: int, y: int, shown: Shown) -> None:
        if not layout.is_waiting:
            return
        theme = self._formats.theme
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent if shown.is_dot_bright else theme.line))
        dot = self.dot_rect(layout, x, y)
        painter.drawEllipse(QRectF(dot.left(), dot.top(), _DOT, _DOT))
        painter.setFont(self._formats.name_font)
        painter.setPen(QColor(theme.muted))
        rect = QRectF(x + _DOT + 10, y + layout.body_top, layout.body_width - _DOT - 10, self._formats.text_pitch - 2)
        painter.drawText(rect, _MIDDLE_LEFT, self._words.reading(layout))

    def _paint_notice(self, painter: QPainter, layout: MessageLayout, x: int, y: int) -> None:
        icon, sentence = self._words.notice(layout.message)
        if not sentence:
            return
        theme = self._formats.theme
        colour = theme.warning if icon == "warning" else theme.error
        top = y + layout.notice_y
        line = min(layout.notice_height, self._formats.name_height)
        painter.drawPixmap(x, top + (line - NOTICE_ICON) // 2, pixmap(icon, colour, NOTICE_ICON))
        painter.setFont(self._formats.text_font)
        painter.setPen(QColor(colour))
        left = NOTICE_ICON + _NOTICE_GAP
        painter.drawText(QRectF(x + left, top, layout.body_width - left, layout.notice_height), _WRAPPED, sentence)

    def _paint_footer(self, painter: QPainter, layout: MessageLayout, number: int, x: int, y: int, shown: Shown) -> None:
        if not layout.has_footer or layout.message.state is MessageState.GENERATING:
            return
        if number not in (shown.last_answer, shown.hovered_message):
            return
        theme = self._formats.theme
        rect = self.button_rect(layout, x, y)
        part = Part(number)
        if shown.hovered == part:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.hover))
            painter.drawRoundedRect(QRectF(rect), CARD_RADIUS, CARD_RADIUS)
        is_copied = shown.copied == part
        image = pixmap("check" if is_copied else "copy", theme.good if is_copied else theme.muted, 16)
        painter.drawPixmap(rect.left() + 8, rect.top() + 8, image)
        if layout.message.stats is not None:
            painter.setFont(self._formats.name_font)
            painter.setPen(QColor(theme.muted))
            room = QRectF(x + BUTTON, rect.top(), layout.body_width - BUTTON, BUTTON)
            painter.drawText(room, _MIDDLE_RIGHT, self._words.numbers(layout.message.stats))


_MIDDLE_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_MIDDLE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
_INTERSECT = Qt.ClipOperation.IntersectClip
