"""All messages, one below the other: where each stands, and what must be laid out to show a stretch of them.

Only leaves in that stretch own a document; the least recently used documents go, their heights stay.
Knows nothing of painting, mouse and scroll bars.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop_app.chat.message import Message
from desktop_app.ui.transcript.formats import BOTTOM, COLUMN, MESSAGE_GAP, TOP, Formats
from desktop_app.ui.transcript.leaf_box import LeafBox
from desktop_app.ui.transcript.leaf_renderer import LeafRenderer
from desktop_app.ui.transcript.message_layout import MessageLayout

MAX_DOCUMENTS = 400
"""About 30 kB each."""


@dataclass(slots=True)
class Anchor:
    """A place in the text: `offset` pixels below the top of a leaf, or of the message when `leaf` is -1."""

    message: int
    leaf: int
    offset: int


class ConversationLayout:
    """Messages, their tops, and the documents of the leaves near the viewport. All `y` count from the top of everything."""

    def __init__(self, formats: Formats, notice_height: Callable[[MessageLayout, int], int]) -> None:
        self.messages: list[MessageLayout] = []
        self.tops: list[int] = []
        self.height = 0
        self.column = COLUMN
        self._formats = formats
        self._notice_height = notice_height
        self._renderer = LeafRenderer(formats)
        self._indices: dict[str, int] = {}
        self._documents: OrderedDict[LeafBox, None] = OrderedDict()
        self.fresh_code: list[tuple[MessageLayout, int]] = []
        """Code boxes whose colours are missing or behind: message and index."""
        self.behind: list[MessageLayout] = []
        """Messages that are only scanned in part."""

    # -- messages ---------------------------------------------------------------------------------------------------------

    def set_messages(self, messages: Sequence[Message]) -> None:
        """Show these and nothing else."""
        self._documents.clear()
        self.fresh_code.clear()
        self.behind.clear()
        self.messages = [self._made(message) for message in messages]
        self._indices = {message.id: index for index, message in enumerate(messages)}
        self.refresh_tops(0)

    def add(self, message: Message) -> int:
        """Put one more at the end; its index."""
        self.messages.append(self._made(message))
        self._indices[message.id] = len(self.messages) - 1
        self.refresh_tops(len(self.messages) - 1)
        return len(self.messages) - 1

    def _made(self, message: Message) -> MessageLayout:
        layout = MessageLayout(message, self._formats, self.column)
        self.refresh_notice(layout)
        return layout

    def index_of(self, message_id: str) -> int | None:
        """Give the index of a message; None when it is not on show."""
        return self._indices.get(message_id)

    def refresh_notice(self, layout: MessageLayout) -> None:
        """Measure the line about an interruption or error again."""
        layout.notice_height = self._notice_height(layout, self.column)
        layout.refresh_height()

    def set_column(self, column: int) -> None:
        """Take another width."""
        if column == self.column:
            return
        self.column = column
        for layout in self.messages:
            layout.set_column(column)
            self.refresh_notice(layout)
        self.refresh_tops(0)

    def set_formats(self, formats: Formats) -> None:
        """Take another theme."""
        self._formats = formats
        self._renderer = LeafRenderer(formats)
        self._documents.clear()
        for layout in self.messages:
            layout.set_formats(formats)
            self.refresh_notice(layout)
        self.refresh_tops(0)

    def refresh_tops(self, first: int) -> None:
        """Add up again from message `first`."""
        tops, messages = self.tops, self.messages
        del tops[first:]
        y = tops[-1] + messages[first - 1].height + MESSAGE_GAP if first else TOP
        for index in range(first, len(messages)):
            tops.append(y)
            y += messages[index].height + MESSAGE_GAP
        self.height = y - MESSAGE_GAP + BOTTOM if messages else 0

    def scan_behind(self) -> bool:
        """Scan a slice of a message that is behind; False when there is none."""
        while self.behind and not self.behind[-1].is_behind:
            self.behind.pop()
        if not self.behind:
            return False
        layout = self.behind[-1]
        layout.scan_more()
        index = self._indices.get(layout.message.id)
        if index is not None:
            self.refresh_tops(index + 1)
        return True

    # -- places -------------------------------------------------------------------------------------------------------------

    def message_at(self, y: int) -> int:
        """Give the index of the message at or before `y`; there must be one."""
        return max(0, bisect_right(self.tops, y) - 1)

    def anchor_at(self, y: int) -> Anchor:
        """Give `y` as a place in the text: from the first leaf that reaches below it."""
        index = self.message_at(y)
        layout = self.messages[index]
        inside = y - self.tops[index]
        if not layout.boxes or inside < layout.body_top:
            return Anchor(index, -1, inside)
        leaf = layout.box_at(inside)
        return Anchor(index, leaf, inside - layout.ys[leaf])

    def y_of(self, anchor: Anchor) -> int:
        """Give where a place in the text is now."""
        layout = self.messages[anchor.message]
        top = self.tops[anchor.message] + anchor.offset
        if anchor.leaf < 0 or not layout.boxes:
            return top
        return top + layout.ys[min(anchor.leaf, len(layout.boxes) - 1)]

    # -- layout -------------------------------------------------------------------------------------------------------------

    def lay_out(self, top: int, bottom: int) -> bool:
        """Make documents for what stands between `top` and `bottom`; True when a height changed by that."""
        index = self.message_at(top)
        first_changed = None
        y = self.tops[index]
        while index < len(self.messages) and y < bottom:
            layout = self.messages[index]
            height = layout.height
            if layout.scan() and layout.is_behind:
                self.behind.append(layout)
            self._lay_out_boxes(layout, top - y, bottom - y)
            if layout.height != height and first_changed is None:
                first_changed = index
            y += layout.height + MESSAGE_GAP
            index += 1
        if first_changed is None:
            return False
        self.refresh_tops(first_changed + 1)
        return True

    def _lay_out_boxes(self, layout: MessageLayout, top: int, bottom: int) -> None:
        boxes = layout.boxes
        if not boxes:
            layout.refresh_height()
            return
        first = index = layout.box_at(top)
        y = layout.ys[index]
        is_changed = False
        while index < len(boxes) and y < bottom:
            is_changed = self.show(layout, index) or is_changed
            y += boxes[index].height + (boxes[index + 1].gap if index + 1 < len(boxes) else 0)
            index += 1
        if is_changed:
            layout.refresh_ys(first + 1)

    def show(self, layout: MessageLayout, index: int) -> bool:
        """See that box `index` has its document, as its leaf is now; True when its height changed."""
        box = layout.boxes[index]
        widths = layout.column_widths(index, self._renderer) if box.leaf.alignments else ()
        is_current = box.doc is not None and box.shown_version == box.leaf.version
        self._documents[box] = None
        self._documents.move_to_end(box)
        if is_current and box.shown_width == box.width and box.shown_widths == widths and box.is_measured:
            return False
        if box.doc is None:
            box.n_coloured = 0
        definitions = layout.scanner.definitions if layout.scanner is not None else {}
        box.doc = self._renderer.render(box.leaf, definitions, box.width, widths, box.doc)
        box.shown_version, box.shown_width, box.shown_widths = box.leaf.version, box.width, widths
        if box.is_code:
            if box.doc.n_intact < box.n_coloured:
                box.n_coloured = 0
            self.fresh_code.append((layout, index))
        while len(self._documents) > MAX_DOCUMENTS:
            self._documents.popitem(last=False)[0].doc = None
        return box.take_measure()
