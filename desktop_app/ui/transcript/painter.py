"""Paints messages from their layout: bubbles, cards, markers, bars, text, the row below an answer.

Changes nothing: what is not laid out yet is left out. Knows nothing of scrolling and events.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QAbstractTextDocumentLayout, QColor, QPainter, QPalette, QPen, QTextCharFormat, QTextCursor, QTextFormat

from desktop_app.chat.note import NoteMessage
from desktop_app.markdown.leaf import LeafKind
from desktop_app.ui.icons import pixmap
from desktop_app.ui.transcript.attached import AttachedFiles
from desktop_app.ui.transcript.code_header import CodeHeader
from desktop_app.ui.transcript.conversation_layout import ConversationLayout
from desktop_app.ui.transcript.footer import Footer
from desktop_app.ui.transcript.formats import (
    BUBBLE_PADDING,
    BUBBLE_RADIUS,
    CARD_PADDING_X,
    CARD_RADIUS,
    LEFT,
    RIGHT,
    Formats,
)
from desktop_app.ui.transcript.leaf_box import LeafBox
from desktop_app.ui.transcript.markers import Markers
from desktop_app.ui.transcript.message_layout import MessageLayout
from desktop_app.ui.transcript.reasoning_pill import ReasoningPill
from desktop_app.ui.transcript.shown import Shown
from desktop_app.ui.transcript.sideways import SideBar, offset_of
from desktop_app.ui.transcript.words import TranscriptWords
from desktop_app.ui.widgets.buttons import paint_ground
from desktop_app.ui.widgets.sides import mirrored

NOTICE_ICON = 16
_NOTICE_GAP = 8
UNSEEN_OPACITY = 0.64
"""Of what the model does not read: pale, and text is still 4.5:1 on what is behind it."""
_DOT = 6
_PIN = 14
_PIN_GAP = 6
_RING = 10


class MessagePainter:
    """Paints with the formats of one theme."""

    def __init__(self, formats: Formats, words: TranscriptWords) -> None:
        self._formats = formats
        self._words = words
        self.header = CodeHeader(formats, words)
        self.footer = Footer(formats, words)
        self.attached = AttachedFiles(formats)
        self.pill = ReasoningPill(formats, words)
        self.side_bar = SideBar(formats)
        self._markers = Markers(formats)

    def card_rect(self, layout: MessageLayout, index: int, x: int, y: int) -> QRect:
        """Give the card behind code box `index` of a message whose column begins at `x`, `y`."""
        box = layout.boxes[index]
        return QRect(x + box.x - CARD_PADDING_X, y + layout.ys[index], box.width + 2 * CARD_PADDING_X, box.height)

    def dot_rect(self, layout: MessageLayout, x: int, y: int) -> QRect:
        """Give the dot that waits for the first token."""
        top = y + layout.body_top + (self._formats.text_pitch - _DOT) // 2 - 1
        return layout.turned(QRect(x, top, _DOT + 1, _DOT + 1), x)

    def notice_height(self, layout: MessageLayout, column: int) -> int:
        """Give the height of the line about what went wrong; 0 without one."""
        sentence = self._words.notice(layout.message)[1]
        if not sentence:
            return 0
        room = QRectF(0, 0, column - NOTICE_ICON - _NOTICE_GAP, 10_000)
        return max(self._formats.name_height, round(self._formats.text_metrics.boundingRect(room, _WRAPPED, sentence).height()))

    def paint_all(
        self, painter: QPainter, conversation: ConversationLayout, x: int, value: int, clip: QRect, shown: Shown
    ) -> None:
        """Paint the messages that reach into `clip`; their column begins at `x`, and `value` pixels are scrolled away."""
        messages, tops = conversation.messages, conversation.tops
        first = conversation.message_at(clip.top() + value)
        # The row below a question reaches beside the name of the answer.
        first -= bool(first and messages[first - 1].is_user)
        for index in range(first, len(messages)):
            y = tops[index] - value
            if y > clip.bottom():
                break
            self.paint(painter, messages[index], index, x, y, clip, shown)

    # -- a message --------------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, layout: MessageLayout, number: int, x: int, y: int, clip: QRect, shown: Shown) -> None:
        """Paint message `number`, whose column begins at `x`, `y`, as far as it lies in `clip`."""
        if shown.focused_message == number and shown.focused is None:
            self._paint_ring(painter, layout, x, y)
        if layout.message.id in shown.unseen:
            painter.setOpacity(UNSEEN_OPACITY)
        if not layout.is_user:
            self._paint_name(painter, layout, x, y)
            self.pill.paint(painter, layout, number, x, y, shown)
        if layout.covered_height:
            painter.setOpacity(1.0)
            return
        if layout.is_user:
            self._paint_bubble(painter, layout, x, y)
            self.attached.paint(painter, layout, number, x, y, shown)
        first = layout.box_at(clip.top() - y) if layout.boxes else 0
        for index in range(first, len(layout.boxes)):
            if y + layout.ys[index] - layout.boxes[index].gap > clip.bottom():
                break
            self._paint_box(painter, layout, number, index, x + layout.body_x, y, clip, shown)
        if not layout.is_user:
            self._paint_waiting(painter, layout, x, y, shown)
            self._paint_notice(painter, layout, x, y)
        painter.setOpacity(1.0)
        self.footer.paint(painter, layout, number, x, y, shown)

    def _paint_bubble(self, painter: QPainter, layout: MessageLayout, x: int, y: int) -> None:
        bubble = self.bubble_rect(layout, x, y)
        paint_ground(painter, bubble, self._formats.theme.bubble, self._formats.theme, BUBBLE_RADIUS)
        if layout.message.is_pinned:
            pin = QRect(round(bubble.left()) - _PIN - _PIN_GAP, y + round(BUBBLE_PADDING.top()) + 3, _PIN, _PIN)
            self._paint_pin(painter, mirrored(pin, bubble.toRect(), self._formats.direction))

    def _paint_ring(self, painter: QPainter, layout: MessageLayout, x: int, y: int) -> None:
        """Paint what says that keys act on this message."""
        # Around the row too; below one in the gap the next message begins.
        below = -1 if layout.has_footer_in_gap else _RING
        rect = QRectF(x, y, layout.body_width, layout.height_with_footer).adjusted(-_RING, -_RING, _RING, below)
        if layout.is_user:
            rect = self.bubble_rect(layout, x, y).adjusted(-3, -3, 3, 3)
        painter.setPen(QPen(QColor(self._formats.theme.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, BUBBLE_RADIUS + 3, BUBBLE_RADIUS + 3)

    def bubble_rect(self, layout: MessageLayout, x: int, y: int) -> QRectF:
        """Give the bubble of a question whose column begins at `x`, `y`."""
        width = layout.bubble_text_width() + BUBBLE_PADDING.left() + BUBBLE_PADDING.right()
        return QRectF(x + layout.body_x - BUBBLE_PADDING.left(), y, width, layout.height)

    def _paint_name(self, painter: QPainter, layout: MessageLayout, x: int, y: int) -> None:
        painter.setFont(self._formats.name_font)
        theme = self._formats.theme
        # Quiet and pale together could not be read.
        painter.setPen(QColor(theme.text if painter.opacity() < 1.0 else theme.muted))
        rect = QRect(x, y, layout.body_width, self._formats.name_height)
        name = self._formats.name_metrics.elidedText(self._words.name(layout.message), _RIGHT, rect.width())
        if isinstance(layout.message, NoteMessage):
            self._paint_note_lines(painter, layout, rect, name)
        painter.drawText(rect, self._formats.at_start, name)
        if layout.message.is_pinned:
            left = round(x + self._formats.name_metrics.horizontalAdvance(name)) + _PIN_GAP
            pin = QRect(left, y + (self._formats.name_height - _PIN) // 2, _PIN, _PIN)
            self._paint_pin(painter, layout.turned(pin, x))

    def _paint_note_lines(self, painter: QPainter, layout: MessageLayout, rect: QRect, name: str) -> None:
        """Paint the line that goes on beside the words of a note, and the bar beside a summary."""
        line = QColor(self._formats.theme.line)
        left = rect.left() + round(self._formats.name_metrics.horizontalAdvance(name)) + 12
        beside = QRect(left, rect.top() + rect.height() // 2, rect.left() + rect.width() - left, 1)
        if beside.width() > 0:
            painter.fillRect(layout.turned(beside, rect.left()), line)
        if layout.boxes:
            bar = QRect(rect.left() - 14, rect.top() + layout.body_top, 2, layout.body_height)
            painter.fillRect(layout.turned(bar, rect.left()), line)

    def _paint_pin(self, painter: QPainter, place: QRect) -> None:
        painter.drawPixmap(place.topLeft(), pixmap("pin", self._formats.theme.muted, _PIN))

    def _paint_box(
        self, painter: QPainter, layout: MessageLayout, number: int, index: int, x: int, y: int, clip: QRect, shown: Shown
    ) -> None:
        box = layout.boxes[index]
        top = y + layout.ys[index]
        if box.inset:
            self.pill.paint_bar(painter, layout, index, x, y)
        self._markers.paint(painter, box, layout.previous_box(index), x, top)
        if box.leaf.kind is LeafKind.RULE:
            painter.fillRect(QRect(x + box.x, top, box.width, 1), QColor(self._formats.theme.line))
            return
        if box.is_code:
            self._paint_card(painter, layout, number, index, x, y, shown)
        if box.doc is not None:
            marks = [self._mark(box, *mark) for mark in shown.marked(number, index)]
            selected = shown.selected(number, index)
            # In this order: what is selected lies over what was found.
            marks += [self._selection(box, *selected)] if selected is not None else []
            self._paint_text(painter, layout, index, x + box.x, top + box.above, clip, marks)
            if box.can_move and box.below:
                self.side_bar.paint(painter, layout, index, x - layout.body_x, y, shown.lit_bar == (number, index))

    def _paint_text(
        self,
        painter: QPainter,
        layout: MessageLayout,
        index: int,
        x: int,
        y: int,
        clip: QRect,
        marks: list[QAbstractTextDocumentLayout.Selection],
    ) -> None:
        box = layout.boxes[index]
        assert box.doc is not None
        formats = self._formats
        leading = formats.code_leading if box.is_code else formats.text_leading
        # Half of the leading stands above the line, as in print; Qt puts all of it below.
        lift = 0 if box.leaf.kind is LeafKind.TABLE else leading // 2
        offset = offset_of(layout, index)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, QColor(formats.theme.text))
        # Without a clip the whole document is drawn: 35 ms instead of 3 on a long one.
        width = box.width + (2 * CARD_PADDING_X - 2 if box.is_code else 0)
        left = offset - (CARD_PADDING_X - 1 if box.is_code else 0)
        context.clip = QRectF(left, clip.top() - y - lift, max(width, box.width), clip.height() + lift)
        if marks:
            context.selections = marks
        painter.save()
        if box.is_code:
            painter.setClipRect(QRectF(x - CARD_PADDING_X + 1, y - 1, width, box.doc_height + 2 * lift + 2), _INTERSECT)
        elif box.content_width > box.width:
            painter.setClipRect(QRectF(x, y - 1, box.width, box.doc_height + 2 * lift + 2), _INTERSECT)
        painter.translate(QPointF(x - offset, y + lift))
        box.doc.documentLayout().draw(painter, context)
        painter.restore()

    def _mark(self, box: LeafBox, start: int, end: int, is_current: bool) -> QAbstractTextDocumentLayout.Selection:
        mark = self._selection(box, start, end)
        colour = QColor(self._formats.theme.accent)
        colour.setAlpha(110 if is_current else 44)
        mark.format.setBackground(colour)
        return mark

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
            self.header.paint(painter, rect, box.leaf.info, number, index, shown)
        painter.restore()

    # -- below an answer --------------------------------------------------------------------------------------------------

    def _paint_waiting(self, painter: QPainter, layout: MessageLayout, x: int, y: int, shown: Shown) -> None:
        if not layout.is_waiting:
            return
        theme = self._formats.theme
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent if shown.is_dot_bright else theme.line))
        dot = self.dot_rect(layout, x, y)
        painter.drawEllipse(QRectF(dot.left() + self._formats.is_mirrored, dot.top(), _DOT, _DOT))
        painter.setFont(self._formats.name_font)
        painter.setPen(QColor(theme.muted))
        rect = QRect(x + _DOT + 10, y + layout.body_top, layout.body_width - _DOT - 10, self._formats.text_pitch - 2)
        painter.drawText(layout.turned(rect, x), self._formats.at_start, self._words.reading(layout))

    def _paint_notice(self, painter: QPainter, layout: MessageLayout, x: int, y: int) -> None:
        icon, sentence = self._words.notice(layout.message)
        if not sentence:
            return
        theme = self._formats.theme
        colour = theme.warning if icon == "warning" else theme.error
        top = y + layout.notice_y
        line = min(layout.notice_height, self._formats.name_height)
        place = layout.turned(QRect(x, top + (line - NOTICE_ICON) // 2, NOTICE_ICON, NOTICE_ICON), x)
        painter.drawPixmap(place.topLeft(), pixmap(icon, colour, NOTICE_ICON))
        painter.setFont(self._formats.text_font)
        painter.setPen(QColor(colour))
        left = NOTICE_ICON + _NOTICE_GAP
        words = layout.turned(QRect(x + left, top, layout.body_width - left, layout.notice_height), x)
        side = RIGHT if self._formats.is_mirrored else LEFT
        painter.drawText(words, side | Qt.TextFlag.TextWordWrap, sentence)


_RIGHT = Qt.TextElideMode.ElideRight
_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
_INTERSECT = Qt.ClipOperation.IntersectClip
