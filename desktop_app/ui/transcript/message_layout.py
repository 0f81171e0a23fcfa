"""The boxes of one message, one below the other: heights and prefix sums.

Until a message is scanned its height is a guess from its length. Knows nothing of painting and scrolling.
"""

from __future__ import annotations

from bisect import bisect_right
from math import ceil

from PySide6.QtCore import QRect

from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.chat.note import NoteMessage
from desktop_app.ui.transcript.attached_row import BELOW as ATTACHED_BELOW
from desktop_app.ui.transcript.attached_row import HEIGHT as ATTACHED_HEIGHT
from desktop_app.ui.transcript.attached_row import row_width
from desktop_app.ui.transcript.formats import BUBBLE_PADDING, SECTION_GAP, Formats
from desktop_app.ui.transcript.leaf_renderer import LeafRenderer
from desktop_app.ui.transcript.message_text import SLICE, MessageText
from desktop_app.ui.widgets.sides import mirrored

_NAME_GAP = 4
_NOTICE_GAP = 8
FOOTER_GAP = 8
USER_FOOTER_GAP = 2
_USER_FOOTER = 28
"""The row below a question stands in the gap to the next message, and beside the name that begins there."""
_WITH_NOTICE = (MessageState.INTERRUPTED, MessageState.FAILED)
_PILL_MARGIN = 2
_PILL_GAP = 10
_PAD_X = round(BUBBLE_PADDING.left())
_PAD_Y = round(BUBBLE_PADDING.top())


class MessageLayout(MessageText):
    """One message as boxes with places. All `y` count from the top of the message."""

    _OF_FORM = (*MessageText._OF_FORM, "ys", "code_offsets")

    def __init__(self, message: Message, formats: Formats, column: int) -> None:
        super().__init__(message)
        self.ys: list[int] = []
        """Top of each box, its gap already left out."""
        self.n_processed = self.n_prompt = 0
        self.reading_from = (0.0, 0)
        """When reading the prompt began, in seconds of the monotonic clock, and how much was there already."""
        self.notice_height = formats.name_height if message.state in _WITH_NOTICE else 0
        self.is_notice_measured = not self.notice_height
        """False while `notice_height` is a guess: a sentence takes 25 µs, and 5,000 answers may have gone wrong."""
        self.n_version = self.n_versions = 1
        """Which of how many versions it is."""
        self.is_last = False
        """Whether nothing comes below it: then there is room for its row, which is always shown."""
        self.covered_height = 0
        """Height of the field that it is edited in and that stands in its place; 0: it is shown."""
        self.height = 0
        self.code_offsets: dict[int, float] = {}
        """How far a code card is scrolled to the right: index of its first box to pixels."""
        self._formats = formats
        self._column = column
        self._table_widths: dict[tuple[bool, int], tuple[int, int, tuple[float, ...]]] = {}
        self.refresh_height()

    # -- text -----------------------------------------------------------------------------------------------------------

    def scan(self) -> bool:
        """Make the boxes, if that has not been done; True when it was done now."""
        is_new = super().scan()
        if is_new and self.is_user:
            self._place(0)
        return is_new

    def scan_more(self, n_chars: int = SLICE) -> int:
        """Scan on, as in `MessageText`."""
        first = super().scan_more(n_chars)
        self._place_changed(first)
        return first

    def append(self, text: str) -> int:
        """Take more text; the index of the first box that changed, or the number of boxes."""
        first = super().append(text)
        self._place_changed(first)
        return first

    def finish(self, message: Message) -> tuple[int, bool]:
        """Take the final message, as in `MessageText`."""
        first, is_new = super().finish(message)
        self._place_changed(first)
        return first, is_new

    def toggle_reasoning(self) -> int:
        """Unfold what the model thought, or fold it; how many boxes came, or went as a negative number."""
        n_more = super().toggle_reasoning()
        moved = {index + n_more: offset for index, offset in self.code_offsets.items()}
        self.code_offsets = {index: offset for index, offset in moved.items() if index >= self.n_reasoning}
        self._place(0)
        return n_more

    def _place_changed(self, first: int) -> None:
        # One before: its distance to what follows, and the lower edge of a code card, may have changed.
        self._place(max(0, first - 1))

    # -- geometry ---------------------------------------------------------------------------------------------------------

    @property
    def column(self) -> int:
        """Width of the column that it stands in."""
        return self._column

    @property
    def body_width(self) -> int:
        """Width for text."""
        return min(self._formats.bubble_max, self._column) - 2 * _PAD_X if self.is_user else self._column

    @property
    def body_top(self) -> int:
        """Top of the first leaf."""
        if self.is_user:
            return _PAD_Y + self._attached_height
        top = self._formats.name_height + _NAME_GAP
        return top + _PILL_MARGIN + self._formats.pill_height + _PILL_GAP if self.has_reasoning else top

    @property
    def attached_top(self) -> int:
        """Top of the first row of the files that stand with a question."""
        return _PAD_Y

    @property
    def _attached_height(self) -> int:
        n_files = len(self.message.attachments)
        return n_files * ATTACHED_HEIGHT + ATTACHED_BELOW if n_files else 0

    @property
    def pill_y(self) -> int:
        """Top of the button that unfolds what the model thought."""
        return self._formats.name_height + _NAME_GAP + _PILL_MARGIN

    @property
    def cover_top(self) -> int:
        """Top of the field that it is edited in."""
        return 0 if self.is_user else self._formats.name_height + _NAME_GAP

    @property
    def body_x(self) -> int:
        """Left of the text in the column: a bubble stands at the end of the line of reading."""
        if not self.is_user:
            return 0
        return _PAD_X if self._formats.is_mirrored else self._column - _PAD_X - self.bubble_text_width()

    def turned(self, rect: QRect, x: int) -> QRect:
        """Give where `rect` stands, placed from left to right in the column that begins at `x`."""
        return mirrored(rect, QRect(x, 0, self._column, 1), self._formats.direction)

    def bubble_text_width(self) -> int:
        """Width of the text in the bubble, and of the files above it: of the longest line, or all there is."""
        files = max((row_width(self._formats, one) for one in self.message.attachments), default=0)
        return min(self.body_width, max(self._text_width(), files))

    def fit_bubble(self) -> None:
        """Let the text of a bubble be as wide as the bubble: lines from right to left begin at its right."""
        doc = self.boxes[0].doc
        if self.is_user and len(self.boxes) == 1 and doc is not None and not doc.is_written_from_left:
            doc.setTextWidth(self.bubble_text_width())

    def _text_width(self) -> int:
        if len(self.boxes) == 1 and self.boxes[0].doc is not None:
            self.boxes[0].content_width = self.boxes[0].doc.idealWidth()
        if len(self.boxes) == 1 and self.boxes[0].content_width > 0:
            return min(self.body_width, ceil(self.boxes[0].content_width))
        return self.body_width

    @property
    def body_height(self) -> int:
        """Height of all leaves, or a guess."""
        if self.boxes:
            return self.ys[-1] + self.boxes[-1].height - self.body_top
        n_chars = self.n_answer_chars
        if self.is_scanned and not n_chars:
            return self._formats.text_pitch if self.is_waiting or self.is_user else 0
        if not n_chars and not self.is_waiting:
            return 0
        per_line = max(1.0, self.body_width / self._formats.average_width)
        n_line_ends = self._texts[0].count("\n") if len(self._texts) == 1 else sum(text.count("\n") for text in self._texts)
        return max(1, ceil(n_chars / per_line + 0.5 * n_line_ends * n_chars / max(1, self._n_chars))) * self._formats.text_pitch

    @property
    def has_footer(self) -> bool:
        """Say whether there are actions and numbers below."""
        return self.message.role is not Role.SYSTEM or (isinstance(self.message, NoteMessage) and bool(self.message.text))

    @property
    def notice_y(self) -> int:
        """Top of the line about an interruption or error."""
        return self.body_top + self.body_height + (_NOTICE_GAP if self.body_height else 0)

    @property
    def footer_y(self) -> int:
        """Top of the row of actions and numbers.

        It stands in the gap to the next message: room for what is seen on hover only would make the distances uneven.
        """
        if self.is_user:
            return self.height + USER_FOOTER_GAP
        if isinstance(self.message, NoteMessage):
            return self.height - self._formats.button
        return self.height + FOOTER_GAP if self.is_last else self.height

    @property
    def footer_height(self) -> int:
        """Height of that row."""
        if self.is_user:
            return self._formats.theme.scaled(_USER_FOOTER)
        return self._formats.message_gap if self.has_footer_in_gap else self._formats.button

    @property
    def has_footer_in_gap(self) -> bool:
        """Say whether the row of an answer has to do with the gap to the next message."""
        return self.has_footer and not self.is_user and not self.is_last and not isinstance(self.message, NoteMessage)

    @property
    def height_with_footer(self) -> int:
        """Height down to the end of that row. Kept free below the last answer while its text comes: no jump at the end."""
        if not self.has_footer or self.covered_height:
            return self.height
        return max(self.height, self.footer_y + self.footer_height)

    def set_column(self, column: int) -> None:
        """Take another width; only what was scanned is placed anew."""
        if column == self._column:
            return
        self._column = column
        self._place(0)

    def set_formats(self, formats: Formats) -> None:
        """Take another theme: documents go, heights stay until they are measured again."""
        self._formats = formats
        self._table_widths.clear()
        for box in self.boxes:
            box.doc = None
            box.shown_version = -1
        self._place(0)

    def take_source(self, is_source: bool, formats: Formats) -> None:
        """Take the text as it is stored, or as it is read; `formats` are those for it."""
        self._formats = formats
        self._table_widths.clear()
        self.set_source(is_source)
        self._place(0)

    def _begin_form(self) -> None:
        super()._begin_form()
        self.ys, self.code_offsets = [], {}

    def _place(self, first: int) -> None:
        boxes = self.boxes
        width = self.body_width
        for index in range(first, len(boxes)):
            boxes[index].place(self.previous_box(index), self.next_leaf(index), width, self._formats)
            if index == self.n_reasoning and index:
                boxes[index].gap = SECTION_GAP
        self.refresh_ys(first)

    def place_again(self, index: int) -> None:
        """Work out the place of box `index` again: it is shown in another form."""
        box = self.boxes[index]
        gap = box.gap
        box.place(self.previous_box(index), self.next_leaf(index), self.body_width, self._formats)
        box.gap = gap

    def refresh_ys(self, first: int) -> None:
        """Add up again from box `first`."""
        boxes, ys = self.boxes, self.ys
        del ys[first:]
        y = ys[-1] + boxes[first - 1].height if first else self.body_top
        for index in range(first, len(boxes)):
            box = boxes[index]
            y += box.gap
            ys.append(y)
            y += box.height
        self.refresh_height()

    def refresh_height(self) -> None:
        """Add up the parts."""
        if self.covered_height:
            self.height = self.cover_top + self.covered_height
            return
        height = self.body_top + self.body_height
        if self.is_user:
            height += _PAD_Y
        if self.notice_height:
            height = self.notice_y + self.notice_height
        if self.has_footer and isinstance(self.message, NoteMessage):
            height += FOOTER_GAP + self._formats.button
        self.height = height

    def box_at(self, y: float) -> int:
        """Give the index of the box at or before `y`; 0 when there is none before."""
        return max(0, bisect_right(self.ys, y) - 1)

    def first_chunk(self, index: int) -> int:
        """Give the index of the box in which the fence or table of box `index` begins."""
        boxes = self.boxes
        while index > 0 and boxes[index].leaf.is_continuation and boxes[index - 1].leaf.group == boxes[index].leaf.group:
            index -= 1
        return index

    def last_chunk(self, index: int) -> int:
        """Give the index of the box in which it ends."""
        boxes = self.boxes
        while (
            index + 1 < len(boxes)
            and boxes[index + 1].leaf.is_continuation
            and boxes[index + 1].leaf.group == boxes[index].leaf.group
        ):
            index += 1
        return index

    def column_widths(self, index: int, renderer: LeafRenderer) -> tuple[float, ...]:
        """Give the widths of the columns of the table in box `index`, the same for all its chunks."""
        leaf, width = self.boxes[index].leaf, self.boxes[index].width
        if not leaf.group:
            return renderer.column_widths(leaf, width)
        key = (index < self.n_reasoning, leaf.group)
        known = self._table_widths.get(key)
        if known is None or known[1] != width or (not leaf.is_continuation and known[0] != leaf.version):
            first = self.boxes[self.first_chunk(index)].leaf
            known = self._table_widths[key] = (first.version, width, renderer.column_widths(first, width))
        return known[2]
