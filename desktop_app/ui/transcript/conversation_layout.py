"""All messages, one below the other: where each stands, and what must be laid out to show a stretch of them.

Only leaves in that stretch own a document; the least recently used documents go, their heights stay.
Knows nothing of painting, mouse and scroll bars.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from desktop_app.chat.message import Message
from desktop_app.markdown.leaf import LeafKind
from desktop_app.ui.transcript.formats import CARD_PADDING_X, Formats
from desktop_app.ui.transcript.formula_pictures import FormulaPictures, Picture
from desktop_app.ui.transcript.leaf_box import LeafBox
from desktop_app.ui.transcript.leaf_renderer import LeafRenderer, Renderers
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

    def __init__(
        self,
        formats: Formats,
        notice_height: Callable[[MessageLayout, int], int],
        pictures: FormulaPictures | None = None,
    ) -> None:
        self.messages: list[MessageLayout] = []
        self.tops: list[int] = []
        self._free_above = 0
        self.height = 0
        self.column = formats.column
        self._formats = formats
        self.is_source = False
        """True while the messages are shown as they are stored."""
        self._notice_height = notice_height
        self._pictures = pictures
        self._renderers = Renderers(formats, pictures)
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

    def replace(self, messages: Sequence[Message]) -> int:
        """Show these; what is laid out of messages that are the same stays. Gives how many stand where they stood."""
        old = self.messages
        known = {layout.message.id: layout for layout in old}
        self.messages = []
        for message in messages:
            layout = known.get(message.id)
            self.messages.append(layout if layout is not None and layout.shows(message) else self._made(message))
        self._indices = {message.id: index for index, message in enumerate(messages)}
        pairs = zip(old, self.messages, strict=False)
        n_same = next((index for index, (one, other) in enumerate(pairs) if one is not other), min(len(old), len(messages)))
        self.refresh_tops(min(n_same, len(self.tops)))
        return n_same

    def set_versions(self, versions: Mapping[str, tuple[str, ...]]) -> None:
        """Say for every message which version it is: the ids of all its versions, for those that have several."""
        for layout in self.messages:
            ids = versions.get(layout.message.id, ())
            is_known = layout.message.id in ids
            layout.n_version, layout.n_versions = (ids.index(layout.message.id) + 1, len(ids)) if is_known else (1, 1)

    def add(self, message: Message) -> int:
        """Put one more at the end; its index."""
        self.messages.append(self._made(message))
        self._indices[message.id] = len(self.messages) - 1
        self.refresh_tops(len(self.messages) - 1)
        return len(self.messages) - 1

    def _made(self, message: Message) -> MessageLayout:
        layout = MessageLayout(message, self._text_formats(), self.column)
        if self.is_source:
            layout.take_source(True, self._text_formats())
        return layout

    def _text_formats(self) -> Formats:
        return self._formats.source() if self.is_source else self._formats

    def set_source(self, is_source: bool) -> None:
        """Show all messages as they are stored, or as they are read. Measured: 20 ms for 5,000 messages."""
        self.is_source = is_source
        for box in self._documents:
            box.doc = None
        self._documents.clear()
        self.fresh_code.clear()
        self._renderers = Renderers(self._text_formats(), self._pictures)
        for layout in self.messages:
            layout.take_source(is_source, self._text_formats())
        self.behind = [layout for layout in self.messages if layout.is_behind]
        self.refresh_tops(0)

    def index_of(self, message_id: str) -> int | None:
        """Give the index of a message; None when it is not on show."""
        return self._indices.get(message_id)

    def refresh_notice(self, layout: MessageLayout) -> None:
        """Measure the line about an interruption or error again."""
        height = self._notice_height(layout, self.column)
        layout.is_notice_measured = True
        if height != layout.notice_height:
            layout.notice_height = height
            layout.refresh_height()

    def set_column(self, column: int) -> None:
        """Take another width."""
        if column == self.column:
            return
        self.column = column
        for layout in self.messages:
            layout.set_column(column)
            layout.is_notice_measured = not layout.notice_height
        self.refresh_tops(0)

    def set_formats(self, formats: Formats) -> None:
        """Take another theme."""
        self._formats = formats
        self._renderers = Renderers(self._text_formats(), self._pictures)
        self._documents.clear()
        for layout in self.messages:
            layout.set_formats(self._text_formats())
            layout.is_notice_measured = not layout.notice_height
        self.refresh_tops(0)

    def set_free_above(self, height: int) -> None:
        """Leave so much room before the first message, beside what is always there."""
        if height != self._free_above:
            self._free_above = height
            self.refresh_tops(0)

    def refresh_tops(self, first: int) -> None:
        """Add up again from message `first`."""
        tops, messages = self.tops, self.messages
        del tops[first:]
        gap = self._formats.message_gap
        y = tops[-1] + messages[first - 1].height + gap if first else self._formats.top + self._free_above
        for index in range(first, len(messages)):
            tops.append(y)
            y += messages[index].height + gap
        for layout in messages[max(0, first - 1) :]:
            layout.is_last = layout is messages[-1]
        self.height = tops[-1] + self._height_at_end(messages[-1]) + self._formats.bottom if messages else 0

    @staticmethod
    def _height_at_end(layout: MessageLayout) -> int:
        """Give the height of the last message with its row; that of a question stands in the margin at the bottom."""
        return layout.height if layout.is_user else layout.height_with_footer

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
            if not layout.is_notice_measured:
                self.refresh_notice(layout)
            if layout.scan() and layout.is_behind:
                self.behind.append(layout)
            self._lay_out_boxes(layout, top - y, bottom - y)
            if layout.height != height and first_changed is None:
                first_changed = index
            y += layout.height + self._formats.message_gap
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
        height = box.height
        renderer = self._renderers.of(box.leaf, is_thought=bool(box.inset))
        picture = self._choose_form(layout, index, renderer) if box.leaf.kind is LeafKind.MATH else None
        widths = layout.column_widths(index, renderer) if box.leaf.alignments else ()
        is_current = box.doc is not None and box.shown_version == box.leaf.version
        self._documents[box] = None
        self._documents.move_to_end(box)
        if is_current and box.shown_width == box.width and box.shown_widths == widths and box.is_measured:
            return False
        if box.doc is None:
            box.n_coloured = 0
        scanner = layout.scanner_of(index)
        definitions = scanner.definitions if scanner is not None else {}
        if picture is not None:
            box.doc = renderer.render_formula(box.leaf, picture, box.width)
        else:
            task = box.task is not None
            box.doc = renderer.render(
                box.leaf, definitions, box.width, widths, box.doc, is_rtl=box.is_rtl, is_tail=box.is_tail, has_task=task
            )
            layout.fit_bubble()
        box.shown_version, box.shown_width, box.shown_widths = box.leaf.version, box.width, widths
        if box.is_code:
            if box.doc.n_intact < box.n_coloured:
                box.n_coloured = 0
            self.fresh_code.append((layout, index))
        while len(self._documents) > MAX_DOCUMENTS:
            self._documents.popitem(last=False)[0].doc = None
        return box.take_measure() or box.height != height

    def _choose_form(self, layout: MessageLayout, index: int, renderer: LeafRenderer) -> Picture | None:
        """A formula in lines of its own is a picture as soon as there is one: until then it stands on a card, as code."""
        box = layout.boxes[index]
        picture = None
        if box.leaf.is_closed and not box.is_tail:
            picture = renderer.formula(box.leaf, box.width + (2 * CARD_PADDING_X if box.is_code else 0))
        if box.is_drawn != (picture is not None):
            box.is_drawn = picture is not None
            box.doc, box.shown_version, box.is_measured = None, -1, False
            layout.place_again(index)
        return picture

    # -- formulas -----------------------------------------------------------------------------------------------------------

    def formulas_are_ready(self, formulas: set[tuple[str, bool]]) -> None:
        """See that what waits for `formulas` is made again when it is shown."""
        for box in self._documents:
            if box.doc is not None and not box.doc.waiting.isdisjoint(formulas):
                box.shown_version = -1

    def forget_pictures(self) -> None:
        """See that everything with pictures is made again when it is shown."""
        for box in self._documents:
            if box.doc is not None and box.doc.n_pictures:
                box.shown_version = -1

    def look_ahead(self, top: int, bottom: int) -> None:
        """Ask for the formulas that stand between `top` and `bottom`, so that they are there when the reader is."""
        index = self.message_at(max(0, top)) if self.messages else 0
        while index < len(self.messages) and self.tops[index] < bottom:
            layout = self.messages[index]
            if layout.boxes and not layout.is_user:
                self._look_at_boxes(layout, top - self.tops[index], bottom - self.tops[index])
            index += 1

    def _look_at_boxes(self, layout: MessageLayout, top: int, bottom: int) -> None:
        for index in range(layout.box_at(top), len(layout.boxes)):
            if layout.ys[index] > bottom:
                break
            box = layout.boxes[index]
            if box.doc is None and box.leaf.is_closed and box.seen_version != box.leaf.version:
                box.seen_version = box.leaf.version
                scanner = layout.scanner_of(index)
                renderer = self._renderers.of(box.leaf, is_thought=bool(box.inset))
                renderer.ask_ahead(box.leaf, scanner.definitions if scanner is not None else {})
