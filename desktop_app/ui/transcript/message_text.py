"""The text of one message and the boxes that it is cut into, in order; no geometry.

Until a message comes near the viewport its text is not even scanned. What the model thought comes first, when it is
unfolded, and then the answer.
"""

from __future__ import annotations

from typing import Any

from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.chat.reasoning import split
from desktop_app.chat.reasoning_stream import has_reasoning
from desktop_app.markdown.leaf import Leaf, LeafKind
from desktop_app.markdown.scanner import BlockScanner
from desktop_app.ui.transcript.answer_text import AnswerText
from desktop_app.ui.transcript.formats import REASONING_INDENT
from desktop_app.ui.transcript.leaf_box import LeafBox
from desktop_app.ui.transcript.plain_text import PlainScanner, plain_leaves
from desktop_app.ui.transcript.source_text import SourceText

SLICE = 200_000
"""Characters scanned in one go: 20 to 40 ms."""
SLICE_LEAVES = 1_000
"""Leaves made in one go, when they are short, and those of one piece more: 50 ms."""
_PIECE = 8_192


class MessageText:
    """One message as boxes."""

    _OF_FORM: tuple[str, ...] = ("boxes", "is_scanned", "is_open", "n_reasoning", "_answer", "_n_scanned", "_tail")
    """What there is twice: for the text as it is read, and for its source."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.is_user = message.role is Role.USER
        self.boxes: list[LeafBox] = []
        self.is_scanned = False
        self.is_source = False
        """True while it is shown as it is stored, markup and all."""
        self._other_form: dict[str, Any] = {}
        """What `_OF_FORM` was, to find it again; nothing when it was not scanned."""
        self.is_open = False
        """True while what the model thought is unfolded: then its boxes are the first."""
        self.n_reasoning = 0
        """How many boxes those are."""
        self._texts = [message.text]
        self._n_chars = len(message.text)
        self._n_hidden = _n_hidden(message)
        """Characters that are not part of the answer, while it is not scanned."""
        self._answer: AnswerText | SourceText | None = None
        self._n_scanned = 0
        self._tail: LeafBox | None = None

    @property
    def source(self) -> str:
        """The text of the message so far."""
        if len(self._texts) > 1:
            self._texts = ["".join(self._texts)]
        return self._texts[0]

    @property
    def answer_source(self) -> str:
        """The text without what the model thought."""
        return split(self.source).answer.lstrip() if self.has_reasoning else self.source

    @property
    def scanner(self) -> BlockScanner | PlainScanner | None:
        """What cuts the text of an answer into leaves; None before `scan` and for the person's own text."""
        return self._answer.answer if self._answer is not None else None

    def scanner_of(self, index: int) -> BlockScanner | PlainScanner | None:
        """What made the leaf of box `index`."""
        return self._answer.reasoning if self._answer is not None and index < self.n_reasoning else self.scanner

    def leaves(self) -> list[Leaf]:
        """Give the leaves in order."""
        return [box.leaf for box in self.boxes]

    def previous_box(self, index: int) -> LeafBox | None:
        """Give the box before box `index`, if both belong to the answer or both to what was thought."""
        return self.boxes[index - 1] if index not in (0, self.n_reasoning) else None

    def next_leaf(self, index: int) -> Leaf | None:
        """Give the leaf after box `index`, if both belong together."""
        return self.boxes[index + 1].leaf if index + 1 not in (len(self.boxes), self.n_reasoning) else None

    # -- growing --------------------------------------------------------------------------------------------------------

    def scan(self) -> bool:
        """Make the boxes, if that has not been done; True when it was done now."""
        if self.is_scanned:
            return False
        self.is_scanned = True
        if self.is_user:
            self.boxes = [LeafBox(leaf) for leaf in plain_leaves(self.source)]
            return True
        self._answer = SourceText() if self.is_source else AnswerText()
        self._answer.time.is_live = not self._n_chars
        self.scan_more()
        return True

    def scan_more(self, n_chars: int = SLICE) -> int:
        """Scan the next `n_chars` of what was there when `scan` was called; the first box that changed.

        A message of a million characters is scanned in slices, between which the event loop goes round.
        """
        assert self._answer is not None
        source, end, first = self.source, self._n_scanned + n_chars, len(self.boxes)
        most = self._answer.n_leaves + SLICE_LEAVES
        # In pieces: a line without end is looked at twice when it comes at once.
        while self._n_scanned < min(end, len(source)) and self._answer.n_leaves < most:
            piece = source[self._n_scanned : self._n_scanned + _PIECE]
            self._n_scanned += len(piece)
            first = min(first, self._take_leaves(self._answer.feed(piece)))
        if not self.is_behind and self.message.state is not MessageState.GENERATING:
            first = min(first, self._take_leaves(self._answer.finish()))
        return first

    @property
    def is_behind(self) -> bool:
        """True while a part of the text waits for `scan_more`."""
        return self._answer is not None and self._n_scanned < self._n_chars

    def append(self, text: str) -> int:
        """Take more text; the index of the first box that changed, or the number of boxes."""
        self._texts.append(text)
        self._n_chars += len(text)
        if self._answer is None or self._n_scanned + len(text) < self._n_chars:
            return len(self.boxes)
        self._n_scanned += len(text)
        had_reasoning = self._answer.has_reasoning
        first = self._take_leaves(self._answer.feed(text))
        return first if had_reasoning == self._answer.has_reasoning else 0

    def finish(self, message: Message) -> tuple[int, bool]:
        """Take the final message. Gives the first box that changed, and whether all boxes are new.

        Text equal to what was streamed keeps its boxes; text that goes on is fed; another text is scanned anew.
        """
        was_generating = self.message.state is MessageState.GENERATING
        self.message = message
        old = self.source
        # An answer that goes on after its end is scanned anew: its last leaf had been closed.
        is_resumed = not was_generating and message.state is MessageState.GENERATING
        if is_resumed or (message.text != old and not (was_generating and message.text.startswith(old))):
            self._begin_anew()
            return 0, True
        first = self.append(message.text[len(old) :]) if len(message.text) > len(old) else len(self.boxes)
        has_ended = was_generating and message.state is not MessageState.GENERATING
        if self._answer is not None and has_ended and not self.is_behind:
            first = min(first, self._take_leaves(self._answer.finish()))
        return first, False

    def _begin_anew(self) -> None:
        self._texts, self._n_chars, self._n_hidden = [self.message.text], len(self.message.text), _n_hidden(self.message)
        self._other_form = {}
        self._begin_form()

    def _begin_form(self) -> None:
        self._answer, self.is_scanned, self.boxes, self._n_scanned = None, False, [], 0
        self.is_open, self.n_reasoning, self._tail = False, 0, None

    def set_source(self, is_source: bool) -> None:
        """Take the text as it is stored, or as it is read. Boxes come back as they were; text that came since is behind."""
        if is_source == self.is_source:
            return
        self.is_source = is_source
        kept = {name: getattr(self, name) for name in self._OF_FORM} if self.is_scanned else {}
        form, self._other_form = self._other_form, kept
        self._begin_form()
        for name, value in form.items():
            setattr(self, name, value)
        if self._answer is not None:
            self.scan_more()

    def shows(self, message: Message) -> bool:
        """Say whether `message` is what this lays out already."""
        if message.state is MessageState.GENERATING is self.message.state:
            return message.id == self.message.id and message.text == self.source
        return message == self.message

    # -- boxes ------------------------------------------------------------------------------------------------------------

    def _take_leaves(self, changed: tuple[int, int]) -> int:
        """Bring the boxes in line with what the scanners say; the first box that changed."""
        assert self._answer is not None
        first = len(self.boxes)
        if self.is_open and self._answer.reasoning is not None:
            leaves = self._answer.reasoning.leaves
            first = min(first, self._bring(leaves, changed[0], 0, self.n_reasoning, REASONING_INDENT))
            self.n_reasoning = len(leaves)
        first = min(first, self._bring(self._answer.answer.leaves, changed[1], self.n_reasoning, len(self.boxes), 0))
        return min(first, self._move_tail())

    def _bring(self, leaves: list[Leaf], dirty: int, start: int, end: int, inset: int) -> int:
        """Bring the boxes from `start` up to `end` in line with `leaves` from `dirty` on; the first box that changed."""
        boxes = self.boxes
        del boxes[start + len(leaves) : end]
        for number in range(dirty, len(leaves)):
            index, leaf = start + number, leaves[number]
            if index >= end:
                boxes.insert(index, LeafBox(leaf, inset))
            elif boxes[index].leaf is not leaf:
                boxes[index] = LeafBox(leaf, inset)
            if boxes[index].doc is None and boxes[index].shown_version != leaf.version:
                boxes[index].is_measured = False
        return start + dirty

    def _move_tail(self) -> int:
        """Mark the box that is being written; the one that was, when it looks different now, or the number of boxes."""
        boxes = self.boxes
        tail = boxes[-1] if boxes and self.message.state is MessageState.GENERATING else None
        old, self._tail = self._tail, tail
        if tail is not None:
            tail.is_tail = True
        if old is None or old is tail:
            return len(boxes)
        old.is_tail = False
        is_makeshift = old.doc is not None and old.doc.is_makeshift
        if is_makeshift:
            old.shown_version = -1
        elif old.leaf.kind is not LeafKind.MATH:
            return len(boxes)
        return next((index for index in range(len(boxes) - 1, -1, -1) if boxes[index] is old), len(boxes))

    # -- what the model thought -----------------------------------------------------------------------------------------

    @property
    def has_reasoning(self) -> bool:
        """Say whether there is anything to unfold."""
        return self._answer.has_reasoning if self._answer is not None else self._n_hidden > 0 and not self.is_source

    @property
    def is_thinking(self) -> bool:
        """Say whether the model has not come to its answer yet."""
        is_open = self._answer is not None and self._answer.is_thinking
        return is_open and self.message.state is MessageState.GENERATING

    @property
    def thought_s(self) -> float:
        """Seconds that the model has thought; 0.0 when that is not known."""
        stats = self.message.stats
        if stats is not None and stats.reasoning_ms > 0:
            return stats.reasoning_ms / 1000
        return self._answer.time.seconds() if self._answer is not None else 0.0

    @property
    def is_waiting(self) -> bool:
        """True for an answer without text that is still to come."""
        return self.message.state is MessageState.GENERATING and not self.has_reasoning and not self.n_answer_chars

    @property
    def n_answer_chars(self) -> int:
        """How long the answer is, without what was thought before it."""
        if self._answer is not None:
            return self._answer.n_answer_chars
        return self._n_chars if self.is_source else self._n_chars - self._n_hidden

    def toggle_reasoning(self) -> int:
        """Unfold what the model thought, or fold it; how many boxes came, or went as a negative number."""
        self.scan()
        if self._answer is None or self._answer.reasoning is None:
            return 0
        n_before = self.n_reasoning
        self.is_open = not self.is_open
        del self.boxes[:n_before]
        if self.is_open:
            self.boxes[:0] = [LeafBox(leaf, REASONING_INDENT) for leaf in self._answer.reasoning.leaves]
        self.n_reasoning = len(self._answer.reasoning.leaves) if self.is_open else 0
        self._move_tail()
        return self.n_reasoning - n_before


def _n_hidden(message: Message) -> int:
    """Give how many characters of an answer are reasoning, 0 for most, without looking at more than its beginning."""
    if message.role is Role.USER or not has_reasoning(message.text):
        return 0
    return len(message.text) - len(split(message.text).answer)
