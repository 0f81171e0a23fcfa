"""The leaves of one message, one below the other: heights, prefix sums, what the scanner changed.

Until a message comes near the viewport it is not even scanned; its height is then a guess from its length.
Knows nothing of painting and scrolling.
"""

from __future__ import annotations

from bisect import bisect_right
from math import ceil

from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.markdown.leaf import Leaf
from desktop_app.markdown.scanner import BlockScanner
from desktop_app.ui.transcript.formats import BUBBLE_MAX, BUBBLE_PADDING, BUTTON, Formats
from desktop_app.ui.transcript.leaf_box import LeafBox
from desktop_app.ui.transcript.leaf_renderer import LeafRenderer
from desktop_app.ui.transcript.plain_text import plain_leaves

SLICE = 200_000
"""Characters scanned in one go: 20 to 40 ms."""
_PIECE = 16_384
_NAME_GAP = 4
_NOTICE_GAP = 8
FOOTER_GAP = 8
_PAD_X = round(BUBBLE_PADDING.left())
_PAD_Y = round(BUBBLE_PADDING.top())


class MessageLayout:
    """One message as boxes. All `y` count from the top of the message."""

    def __init__(self, message: Message, formats: Formats, column: int) -> None:
        self.message = message
        self.is_user = message.role is Role.USER
        self.boxes: list[LeafBox] = []
        self.ys: list[int] = []
        """Top of each box, its gap already left out."""
        self.is_scanned = False
        self.n_processed = self.n_prompt = 0
        self.notice_height = 0
        self.height = 0
        self.code_offsets: dict[int, float] = {}
        """How far a code card is scrolled to the right: index of its first box to pixels."""
        self._formats = formats
        self._column = column
        self._texts = [message.text]
        self._n_chars = len(message.text)
        self._scanner: BlockScanner | None = None
        self._n_scanned = 0
        self._table_widths: dict[int, tuple[int, int, tuple[float, ...]]] = {}
        self.refresh_height()

    # -- text -----------------------------------------------------------------------------------------------------------

    @property
    def source(self) -> str:
        """The text of the message so far."""
        if len(self._texts) > 1:
            self._texts = ["".join(self._texts)]
        return self._texts[0]

    @property
    def scanner(self) -> BlockScanner | None:
        """What cuts the text of an answer into leaves; None before `scan` and for the person's own text."""
        return self._scanner

    def leaves(self) -> list[Leaf]:
        """Give the leaves in order."""
        return [box.leaf for box in self.boxes]

    def scan(self) -> bool:
        """Make the boxes, if that has not been done; True when it was done now."""
        if self.is_scanned:
            return False
        self.is_scanned = True
        if self.is_user:
            self.boxes = [LeafBox(leaf) for leaf in plain_leaves(self.source)]
            self._place(0)
            return True
        self._scanner = BlockScanner()
        self.scan_more()
        return True

    def scan_more(self, n_chars: int = SLICE) -> int:
        """Scan the next `n_chars` of what was there when `scan` was called; the first box that changed.

        A message of a million characters is scanned in slices, between which the event loop goes round.
        """
        assert self._scanner is not None
        source, end, first = self.source, self._n_scanned + n_chars, len(self.boxes)
        # In pieces: a line without end is looked at twice when it comes at once.
        while self._n_scanned < min(end, len(source)):
            piece = source[self._n_scanned : self._n_scanned + _PIECE]
            self._n_scanned += len(piece)
            first = min(first, self._scanner.feed(piece))
        if not self.is_behind and self.message.state is not MessageState.GENERATING:
            first = min(first, self._scanner.finish())
        return self._take_leaves(first)

    @property
    def is_behind(self) -> bool:
        """True while a part of the text waits for `scan_more`."""
        return self._scanner is not None and self._n_scanned < self._n_chars

    def append(self, text: str) -> int:
        """Take more text; the index of the first box that changed, or the number of boxes."""
        self._texts.append(text)
        self._n_chars += len(text)
        if self._scanner is None or self._n_scanned + len(text) < self._n_chars:
            self.refresh_height()
            return len(self.boxes)
        self._n_scanned += len(text)
        return self._take_leaves(self._scanner.feed(text))

    def finish(self, message: Message) -> tuple[int, bool]:
        """Take the final message. Gives the first box that changed, and whether all boxes are new.

        Text equal to what was streamed keeps its boxes; text that goes on is fed; another text is scanned anew.
        """
        was_generating = self.message.state is MessageState.GENERATING
        self.message = message
        old = self.source
        if message.text != old and not (was_generating and message.text.startswith(old)):
            self._texts, self._n_chars = [message.text], len(message.text)
            self._scanner, self.is_scanned, self.boxes, self.ys, self._n_scanned = None, False, [], [], 0
            self.refresh_height()
            return 0, True
        first = self.append(message.text[len(old) :]) if len(message.text) > len(old) else len(self.boxes)
        has_ended = was_generating and message.state is not MessageState.GENERATING
        if self._scanner is not None and has_ended and not self.is_behind:
            first = min(first, self._take_leaves(self._scanner.finish()))
        self.refresh_height()
        return first, False

    def _take_leaves(self, dirty: int) -> int:
        """Bring the boxes in line with the leaves from `dirty` on."""
        assert self._scanner is not None
        leaves, boxes = self._scanner.leaves, self.boxes
        del boxes[len(leaves) :]
        for index in range(dirty, len(leaves)):
            if index >= len(boxes):
                boxes.append(LeafBox(leaves[index]))
            elif boxes[index].leaf is not leaves[index]:
                boxes[index] = LeafBox(leaves[index])
            if boxes[index].doc is None and boxes[index].shown_version != leaves[index].version:
                boxes[index].is_measured = False
        # One before: its distance to what follows, and the lower edge of a code card, may have changed.
        self._place(max(0, dirty - 1))
        return dirty

    # -- geometry ---------------------------------------------------------------------------------------------------------

    @property
    def body_width(self) -> int:
        """Width for text."""
        return min(BUBBLE_MAX, self._column) - 2 * _PAD_X if self.is_user else self._column

    @property
    def body_top(self) -> int:
        """Top of the first leaf."""
        return _PAD_Y if self.is_user else self._formats.name_height + _NAME_GAP

    @property
    def body_x(self) -> int:
        """Left of the text in the column: a bubble stands at the right."""
        return self._column - _PAD_X - self.bubble_text_width() if self.is_user else 0

    def bubble_text_width(self) -> int:
        """Width of the text in the bubble: of its longest line, or all there is."""
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
        if self.is_scanned and not self._n_chars:
            return self._formats.text_pitch if self.is_waiting or self.is_user else 0
        if not self._n_chars and not self.is_waiting:
            return 0
        per_line = max(1.0, self.body_width / self._formats.average_width)
        n_line_ends = sum(text.count("\n") for text in self._texts)
        return max(1, ceil(self._n_chars / per_line + 0.5 * n_line_ends)) * self._formats.text_pitch

    @property
    def is_waiting(self) -> bool:
        """True for an answer without text that is still to come."""
        return self.message.state is MessageState.GENERATING and not self._n_chars

    @property
    def has_footer(self) -> bool:
        """Say whether there are actions and numbers below. Room for them is kept while text comes: no jump at the end."""
        return self.message.role is Role.ASSISTANT and self.message.state is not MessageState.FAILED

    @property
    def notice_y(self) -> int:
        """Top of the line about an interruption or error."""
        return self.body_top + self.body_height + (_NOTICE_GAP if self.body_height else 0)

    @property
    def footer_y(self) -> int:
        """Top of the row of actions and numbers."""
        return self.height - BUTTON

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

    def _place(self, first: int) -> None:
        boxes = self.boxes
        width = self.body_width
        for index in range(first, len(boxes)):
            previous = boxes[index - 1] if index else None
            next_leaf = boxes[index + 1].leaf if index + 1 < len(boxes) else None
            boxes[index].place(previous, next_leaf, width, self._formats)
        self.refresh_ys(first)

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
        height = self.body_top + self.body_height
        if self.is_user:
            height += _PAD_Y
        if self.notice_height:
            height = self.notice_y + self.notice_height
        if self.has_footer:
            height += FOOTER_GAP + BUTTON
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
        known = self._table_widths.get(leaf.group)
        if known is None or known[1] != width or (not leaf.is_continuation and known[0] != leaf.version):
            first = self.boxes[self.first_chunk(index)].leaf
            known = self._table_widths[leaf.group] = (first.version, width, renderer.column_widths(first, width))
        return known[2]
