"""From a point of the viewport to what lies there: a character, a link, a button. Pure geometry on the layout."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, Qt

from desktop_app.markdown.leaf import NOTE_HREF, LeafKind
from desktop_app.ui.transcript.attached import index_of, part_of
from desktop_app.ui.transcript.code_header import BUTTONS
from desktop_app.ui.transcript.conversation_layout import ConversationLayout
from desktop_app.ui.transcript.formats import Formats
from desktop_app.ui.transcript.message_layout import FOOTER_GAP, USER_FOOTER_GAP, MessageLayout
from desktop_app.ui.transcript.painter import MessagePainter
from desktop_app.ui.transcript.selection import Position
from desktop_app.ui.transcript.shown import Button, Part, Shown
from desktop_app.ui.transcript.sideways import offset_of


class Places:
    """Hit tests for one view. `x` is the left of the column and `value` the scroll position, both set by the view."""

    def __init__(self, conversation: ConversationLayout, painter: MessagePainter, formats: Formats, shown: Shown) -> None:
        self._conversation = conversation
        self._shown = shown
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
        if index and self._is_in_row(index - 1, point):
            return index - 1  # the row below a question reaches beside the name of the answer
        is_inside = top <= point.y() < top + self._conversation.messages[index].height
        return index if is_inside or self._is_in_row(index, point) else -1

    def _is_in_row(self, number: int, point: QPoint) -> bool:
        layout, y = self._conversation.messages[number], self._conversation.tops[number] - self.value
        if not layout.has_footer or layout.covered_height:
            return False
        footer = self.painter.footer
        # From the message down: the way of the mouse to the row is part of it.
        if not layout.is_user:
            return footer.row_rect(layout, self.x, y).adjusted(0, -FOOTER_GAP, 0, 0).contains(point)
        rects = footer.rects(layout, number, self.x, y, self._shown)
        return bool(rects) and rects[0][1].adjusted(0, -USER_FOOTER_GAP, 0, 0).united(rects[-1][1]).contains(point)

    def message_rect(self, number: int) -> QRect:
        """Give where message `number` stands: its bubble, or the column as far as it goes down, with its row."""
        layout, y = self._conversation.messages[number], self._conversation.tops[number] - self.value
        if layout.is_user and not layout.covered_height:
            return self.painter.bubble_rect(layout, self.x, y).toRect()
        return QRect(self.x, y, layout.column, layout.height_with_footer)

    def part_at(self, point: QPoint) -> Part | None:
        """Give the button under `point`."""
        number = self.message_at(point)
        if number < 0:
            return None
        layout = self._conversation.messages[number]
        y = self._conversation.tops[number] - self.value
        if self.painter.pill.rect(layout, self.x, y).contains(point):
            return Part(number, -1, Button.REASONING)
        file = self.painter.attached.part_at(layout, number, self.x, y, point)
        if file is not None:
            return file
        in_row = self.painter.footer.part_at(layout, number, self.x, y, point, self._shown)
        if in_row is not None:
            return in_row
        index = self.box_at(layout, point.y() - y)
        if (
            index < 0
            or layout.covered_height
            or layout.boxes[index].leaf.kind is not LeafKind.FENCE
            or layout.boxes[index].leaf.is_continuation
        ):
            return None
        card = self.painter.card_rect(layout, index, self.x, y)
        button = self.painter.header.button_at(card, point)
        return Part(number, index, button) if button is not None else None

    def part_rect(self, part: Part) -> QRect:
        """Give the area to paint again when the button `part` changes."""
        layout = self._conversation.messages[part.message]
        y = self._conversation.tops[part.message] - self.value
        if part.box < 0 or part.box >= len(layout.boxes):
            return self._button_rect(part, layout, y)
        card = self.painter.card_rect(layout, part.box, self.x, y)
        card.setHeight(self.formats.card_header)
        return card

    def _button_rect(self, part: Part, layout: MessageLayout, y: int) -> QRect:
        if part.button is Button.REASONING:
            return self.painter.pill.rect(layout, self.x, y)
        if part.button is Button.ATTACHMENT:
            return self.painter.attached.rects(layout, self.x, y)[index_of(part)]
        rects = self.painter.footer.rects(layout, part.message, self.x, y, self._shown)
        row = self.painter.footer.row_rect(layout, self.x, y)
        return next((rect for button, rect in rects if button is part.button), row)

    def parts_of(self, number: int) -> list[Part]:
        """Give the buttons of message `number` from top to bottom: of its code blocks, then of its row."""
        layout = self._conversation.messages[number]
        y = self._conversation.tops[number] - self.value
        cards = [] if layout.covered_height else layout.boxes
        parts = [
            Part(number, index, button)
            for index, box in enumerate(cards)
            if box.leaf.kind is LeafKind.FENCE and not box.leaf.is_continuation
            for button in BUTTONS
        ]
        rects = self.painter.footer.rects(layout, number, self.x, y, self._shown) if layout.has_footer else []
        pill = [Part(number, -1, Button.REASONING)] if layout.has_reasoning else []
        pill += [part_of(number, index) for index in range(len(self.painter.attached.rects(layout, self.x, y)))]
        return pill + parts + [Part(number, -1, button) for button, _ in rects]

    def buttons_of(self, number: int) -> tuple[str, ...]:
        """Give what the buttons below message `number` are for."""
        layout = self._conversation.messages[number]
        return tuple(one.value for one in self.painter.footer.buttons(layout, number, self._shown))

    def numbers_at(self, point: QPoint) -> int:
        """Give the message whose numbers are under `point`; -1 when there is none."""
        number = self.message_at(point)
        if number < 0:
            return -1
        layout, y = self._conversation.messages[number], self._conversation.tops[number] - self.value
        footer = self.painter.footer
        is_shown = footer.is_shown(layout, number, self._shown)
        return number if is_shown and footer.has_numbers_at(layout, number, self.x, y, point, self._shown) else -1

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
        href = self._href_at(point)
        return href if not href.startswith(NOTE_HREF) else ""

    def note_at(self, point: QPoint) -> str:
        """Give the label of the footnote whose reference is under `point`; "" when there is none."""
        href = self._href_at(point)
        return href.removeprefix(NOTE_HREF) if href.startswith(NOTE_HREF) else ""

    def _href_at(self, point: QPoint) -> str:
        number = self.message_at(point)
        if number < 0:
            return ""
        layout = self._conversation.messages[number]
        y = self._conversation.tops[number] - self.value
        index = self.box_at(layout, point.y() - y)
        if index < 0 or layout.boxes[index].is_code:
            return ""
        box = layout.boxes[index]
        left = self.x + layout.body_x + box.x
        if box.can_move and not left <= point.x() < left + box.width:
            return ""
        doc = box.doc
        return doc.documentLayout().anchorAt(self._inside(layout, index, point, y)) if doc is not None else ""

    def is_text_at(self, point: QPoint) -> bool:
        """Say whether a text cursor fits here."""
        number = self.message_at(point)
        if number < 0:
            return False
        layout = self._conversation.messages[number]
        index = self.box_at(layout, point.y() - (self._conversation.tops[number] - self.value))
        if index < 0:
            return False
        left = self.x + layout.body_x + layout.boxes[index].x
        return left - 4 <= point.x() <= left + layout.boxes[index].width + 4

    def code_at(self, point: QPoint) -> tuple[MessageLayout, int] | None:
        """Give the code block, formula or table under `point`: its message and the index of its first box."""
        number = self.message_at(point)
        if number < 0:
            return None
        layout = self._conversation.messages[number]
        index = self.box_at(layout, point.y() - (self._conversation.tops[number] - self.value))
        return (layout, layout.first_chunk(index)) if index >= 0 and layout.boxes[index].can_move else None

    @staticmethod
    def box_at(layout: MessageLayout, y: int) -> int:
        """Give the box of a message at `y` from its top; -1 between them."""
        if not layout.boxes or y < layout.ys[0]:
            return -1
        index = layout.box_at(y)
        return index if y < layout.ys[index] + layout.boxes[index].height else -1

    def _inside(self, layout: MessageLayout, index: int, point: QPoint, y: int) -> QPointF:
        """Give `point` as the document of box `index` sees it."""
        box = layout.boxes[index]
        left = self.x + layout.body_x + box.x - offset_of(layout, index)
        leading = self.formats.code_leading if box.is_code else self.formats.text_leading
        lift = 0 if box.leaf.kind is LeafKind.TABLE else leading // 2
        return QPointF(point.x() - left, point.y() - y - layout.ys[index] - box.above - lift)
