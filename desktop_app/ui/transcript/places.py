"""From a point of the viewport to what lies there: a character, a link, a button. Pure geometry on the layout."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, Qt

from desktop_app.chat.message import MessageState
from desktop_app.markdown.leaf import LeafKind
from desktop_app.ui.transcript.conversation_layout import ConversationLayout
from desktop_app.ui.transcript.formats import Formats
from desktop_app.ui.transcript.message_layout import MessageLayout
from desktop_app.ui.transcript.painter import MessagePainter, Part
from desktop_app.ui.transcript.selection import Position


class Places:
    """Hit tests for one view. `x` is the left of the column and `value` the scroll position, both set by the view."""

    def __init__(self, conversation: ConversationLayout, painter: MessagePainter, formats: Formats) -> None:
        self._conversation = conversation
        self.painter = painter
        self.formats = formats
        self.x = 0
        self.value = 0

    def message_at(self, point: QPoint) -> int:
        """Give the message at the height of `point`; -1 when there is none."""
        if not self._conversation.messages:
            return -1
        index = self._conversation.message_at(point.y() + self.value)
        top = self._conversation.tops[index] - self.value
        return index if top <= point.y() < top + self._conversation.messages[index].height else -1

    def part_at(self, point: QPoint) -> Part | None:
        """Give the button under `point`."""
        number = self.message_at(point)
        if number < 0:
            return None
        layout = self._conversation.messages[number]
        y = self._conversation.tops[number] - self.value
        is_ended = layout.has_footer and layout.message.state is not MessageState.GENERATING
        if is_ended and self.painter.button_rect(layout, self.x, y).contains(point):
            return Part(number)
        index = self._box_at(layout, point.y() - y)
        if index < 0 or layout.boxes[index].leaf.kind is not LeafKind.FENCE or layout.boxes[index].leaf.is_continuation:
            return None
        card = self.painter.card_rect(layout, index, self.x, y)
        return Part(number, index) if self.painter.header.button_rect(card).contains(point) else None

    def part_rect(self, part: Part) -> QRect:
        """Give the area to paint again when the button `part` changes."""
        layout = self._conversation.messages[part.message]
        y = self._conversation.tops[part.message] - self.value
        if part.box < 0 or part.box >= len(layout.boxes):
            return self.painter.button_rect(layout, self.x, y)
        card = self.painter.card_rect(layout, part.box, self.x, y)
        card.setHeight(self.formats.card_header)
        return card

    def dot_rect(self) -> QRect:
        """Give the dot of the last message, which waits; there must be one."""
        y = self._conversation.tops[-1] - self.value
        return self.painter.dot_rect(self._conversation.messages[-1], self.x, y)

    def position_at(self, point: QPoint) -> Position | None:
        """Give the character nearest to `point`; None in an empty conversation."""
        if not self._conversation.messages:
            return None
        number = self._conversation.message_at(point.y() + self.value)
        layout = self._conversation.messages[number]
        y = self._conversation.tops[number] - self.value
        if not layout.boxes:
            return (number, 0, 0)
        index = layout.box_at(point.y() - y)
        if point.y() < y + layout.ys[0]:
            return (number, 0, 0)
        self._conversation.show(layout, index)
        doc = layout.boxes[index].doc
        assert doc is not None
        place = self._inside(layout, index, point, y)
        at = doc.documentLayout().hitTest(place, Qt.HitTestAccuracy.FuzzyHit)
        return (number, index, max(0, at))

    def link_at(self, point: QPoint) -> str:
        """Give the address under `point`; "" when there is none."""
        number = self.message_at(point)
        if number < 0:
            return ""
        layout = self._conversation.messages[number]
        y = self._conversation.tops[number] - self.value
        index = self._box_at(layout, point.y() - y)
        if index < 0 or layout.boxes[index].is_code:
            return ""
        doc = layout.boxes[index].doc
        return doc.documentLayout().anchorAt(self._inside(layout, index, point, y)) if doc is not None else ""

    def is_text_at(self, point: QPoint) -> bool:
        """Say whether a text cursor fits here."""
        number = self.message_at(point)
        if number < 0:
            return False
        layout = self._conversation.messages[number]
        index = self._box_at(layout, point.y() - (self._conversation.tops[number] - self.value))
        if index < 0:
            return False
        left = self.x + layout.body_x + layout.boxes[index].x
        return left - 4 <= point.x() <= left + layout.boxes[index].width + 4

    def code_at(self, point: QPoint) -> tuple[MessageLayout, int] | None:
        """Give the code block under `point`: its message and the index of its first box."""
        number = self.message_at(point)
        if number < 0:
            return None
        layout = self._conversation.messages[number]
        index = self._box_at(layout, point.y() - (self._conversation.tops[number] - self.value))
        return (layout, layout.first_chunk(index)) if index >= 0 and layout.boxes[index].is_code else None

    @staticmethod
    def _box_at(layout: MessageLayout, y: int) -> int:
        if not layout.boxes or y < layout.ys[0]:
            return -1
        index = layout.box_at(y)
        return index if y < layout.ys[index] + layout.boxes[index].height else -1

    def _inside(self, layout: MessageLayout, index: int, point: QPoint, y: int) -> QPointF:
        """Give `point` as the document of box `index` sees it."""
        box = layout.boxes[index]
        offset = layout.code_offsets.get(layout.first_chunk(index), 0.0) if box.is_code else 0.0
        left = self.x + layout.body_x + box.x - offset
        leading = self.formats.code_leading if box.is_code else self.formats.text_leading
        lift = 0 if box.leaf.kind is LeafKind.TABLE else leading // 2
        return QPointF(point.x() - left, point.y() - y - layout.ys[index] - box.above - lift)
