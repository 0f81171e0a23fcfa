"""Finding words in the conversation on show: where they stand, which of them is the present one, and going there.

How many there are is counted in the source of all messages. Where they stand exactly is looked up only in the leaf
that is gone to and in those that are painted: in what is read, not in its markup. All of it in slices, so that no
length stalls the window.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from time import perf_counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.chat.matching import pattern_anywhere
from desktop_app.ui.transcript.conversation_layout import Anchor
from desktop_app.ui.transcript.matches import Counts, Span, spans
from desktop_app.ui.transcript.slices import Slices

if TYPE_CHECKING:
    from desktop_app.ui.transcript.leaf_box import LeafBox
    from desktop_app.ui.transcript.message_layout import MessageLayout
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_SLICE_S = 0.004
"""Of counting, between two turns of the event loop: a message of 80,000 characters takes 1 to 3 ms."""
_N_MARKS_MAX = 300
"""In one leaf, which is a screen at most: 1,600 of them would take 50 ms to paint."""
_N_BOXES_AT_ONCE = 100


class Finding(QObject):
    """What is looked for in one view.

    Signals:
        changed(n_current, n_total): which of how many is the present one; 0 while there is none.
    """

    changed = Signal(int, int)

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._view = view
        self._pattern: re.Pattern[str] | None = None
        self._counts = Counts(self._text_of)
        self._going = Slices(self)
        self._ordinal = (-1, 0, 0)
        """Message, box, and how many matches there are before it in the message."""
        self._place: tuple[int, int, Span] | None = None
        """Message, box, and where in its document."""
        self._known: dict[LeafBox, tuple[int, list[Span]]] = {}
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._on_slice_due)

    @property
    def is_active(self) -> bool:
        """Say whether anything is looked for."""
        return self._pattern is not None

    def find(self, words: str) -> None:
        """Look for `words` from where the reader is; "" looks for nothing."""
        self._pattern = pattern_anywhere(words)
        start = self._place
        self._begin()
        if self._pattern is None:
            return
        if start is None or not self._take_again(start):
            self._go_from_reader()

    def clear(self) -> None:
        """Look for nothing; what was found last is selected, so that it can be copied."""
        place = self._place
        self._pattern = None
        self._begin()
        if place is not None and self._has(place):
            message, box, (start, end) = place
            self._view.selection.set((message, box, start), (message, box, end))
            self._view.viewport().update()

    def step(self, step: int) -> None:
        """Go to the next one (1) or to the one before (-1), and around the end."""
        if self._pattern is None or self._going.is_busy:
            return
        if self._place is None or not self._has(self._place):
            self._go(0, 0, 0, 1)
            return
        message, box, span = self._place
        self._go(message, box, span[1] if step > 0 else span[0], step)

    def messages_changed(self) -> None:
        """Other messages are on show, or more of them."""
        if self._pattern is not None:
            if self._place is not None and not self._has(self._place):
                self._place = None
            was_going = self._going.is_busy
            self._begin(keeps_place=True)
            if was_going:
                self._go_from_reader()

    def boxes_moved(self, message: int, n_more: int) -> None:
        """So many boxes came before the others of a message, or went."""
        if self._place is not None and self._place[0] == message:
            box = self._place[1] + n_more
            self._place = (message, box, self._place[2]) if box >= 0 else None
        self.messages_changed()

    def form_changed(self) -> None:
        """The same messages are shown in another form: look again from where the reader is."""
        if self._pattern is not None:
            self._begin()
            self._go_from_reader()

    def text_came(self, message: int) -> None:
        """A message has more text."""
        if self._counts.forget(message):
            self._timer.start()

    def marks_of(self, message: int, index: int) -> list[tuple[int, int, bool]]:
        """Give what is to be marked in a box that has its document: from, to, and whether it is the present one."""
        if self._pattern is None:
            return []
        current = self._place[2] if self._place is not None and self._place[:2] == (message, index) else None
        box = self._view.conversation.messages[message].boxes[index]
        return _marks(self._spans_of(box), current)

    # -- going ----------------------------------------------------------------------------------------------------------

    def _go_from_reader(self) -> None:
        anchor = self._view.anchor
        self._go(anchor.message if anchor is not None else 0, max(0, anchor.leaf) if anchor is not None else 0, 0, 1)

    def _take_again(self, start: tuple[int, int, Span]) -> bool:
        """Stay where the reader is while words are being typed: at the same place, when they are still there."""
        if not self._has(start):
            return False
        message, box, span = start
        for found in self._spans_in(message, box):
            if found[0] >= span[0]:
                self._going.begin(self._arrive(message, box, found))
                return True
        self._go(message, box + 1, 0, 1)
        return True

    def _go(self, message: int, box: int, at: int, step: int) -> None:
        """Go to the first match from a place on, or before it; around the end once."""
        self._going.begin(self._search(message, box, at, step))

    def _search(self, message: int, box: int, at: int, step: int) -> Iterator[None]:
        messages = self._view.conversation.messages
        for offset in range(len(messages) + 1):
            number = (message + step * offset) % len(messages) if messages else 0
            if not messages or not self._counts.occurs(number):
                continue
            yield from self._scan(number)
            n_boxes = len(messages[number].boxes)
            first = box if offset == 0 else (0 if step > 0 else n_boxes - 1)
            for index in range(first, n_boxes) if step > 0 else range(min(first, n_boxes - 1), -1, -1):
                found = self._spans_in(number, index) if self._is_in(messages[number].boxes[index]) else []
                if offset == 0 and index == box:
                    found = [one for one in found if (one[0] >= at if step > 0 else one[1] <= at)]
                if found:
                    yield from self._arrive(number, index, found[0 if step > 0 else -1])
                    return
                yield
        self._place = None
        self._emit()

    def _scan(self, number: int) -> Iterator[None]:
        """See that a message is scanned to its end; what is on screen stays there."""
        layout = self._view.conversation.messages[number]
        is_new = layout.scan()
        while layout.is_behind:
            yield
            layout.scan_more()
            is_new = True
        if is_new:
            self._view.conversation.refresh_tops(number + 1)
            self._view.settle()

    def _arrive(self, message: int, box: int, span: Span) -> Iterator[None]:
        """Go to a match, and count those before it."""
        self._place = (message, box, span)
        reveal(self._view, message, box, span[0])
        yield from self._walk(message, box)
        self._emit()

    def _has(self, place: tuple[int, int, Span]) -> bool:
        messages = self._view.conversation.messages
        return place[0] < len(messages) and place[1] < len(messages[place[0]].boxes)

    # -- looking --------------------------------------------------------------------------------------------------------

    def _is_in(self, box: LeafBox) -> bool:
        """Say whether it is worth while to make the document: the words stand in the source, if not behind markup."""
        assert self._pattern is not None
        return self._pattern.search("\n".join(box.leaf.lines)) is not None

    def _spans_in(self, message: int, index: int) -> list[Span]:
        conversation = self._view.conversation
        layout = conversation.messages[message]
        if conversation.show(layout, index):
            layout.refresh_ys(index)
            conversation.refresh_tops(message)
        return self._spans_of(layout.boxes[index])

    def _spans_of(self, box: LeafBox) -> list[Span]:
        assert self._pattern is not None
        if box.doc is None:
            return []
        known = self._known.get(box)
        if known is None or known[0] != box.leaf.version:
            if len(self._known) > 2000:
                self._known.clear()
            known = self._known[box] = (box.leaf.version, spans(box.doc, self._pattern))
        return known[1]

    # -- counting -------------------------------------------------------------------------------------------------------

    def _begin(self, *, keeps_place: bool = False) -> None:
        if not keeps_place:
            self._place = None
        self._known.clear()
        self._going.stop()
        self._ordinal = (-1, 0, 0)
        self._counts.begin(self._pattern, len(self._view.conversation.messages))
        if self._pattern is not None:
            self._timer.start()
        else:
            self._timer.stop()
        self._view.viewport().update()
        self._emit()

    def _text_of(self, number: int) -> str:
        layout = self._view.conversation.messages[number]
        return layout.source if layout.is_open or layout.is_user or layout.is_source else layout.answer_source

    def _walk(self, message: int, index: int) -> Iterator[None]:
        """Count the matches of a message before box `index`: on from where that was known."""
        assert self._pattern is not None
        boxes = self._view.conversation.messages[message].boxes
        known, at, n_before = self._ordinal
        if known != message or at > len(boxes) or index < at - index:
            at, n_before = 0, 0
        step = 1 if index >= at else -1
        while at != index:
            lines = boxes[at if step > 0 else at - 1].leaf.lines
            n_before += step * sum(1 for _ in self._pattern.finditer("\n".join(lines)))
            at += step
            if at % _N_BOXES_AT_ONCE == 0:
                yield
        self._ordinal = (message, index, n_before)

    @Slot()
    def _on_slice_due(self) -> None:
        deadline = perf_counter() + _SLICE_S
        while self._counts.count_more():
            if perf_counter() > deadline:
                break
        else:
            self._timer.stop()
        if not self._going.is_busy:
            self._emit()

    def _emit(self) -> None:
        n_total = self._counts.total()
        if self._place is None:
            self.changed.emit(0, n_total)
            return
        message, index, span = self._place
        if self._ordinal[:2] != (message, index):
            for _ in self._walk(message, index):
                pass
        boxes = self._view.conversation.messages[message].boxes
        n_here = sum(one[0] <= span[0] for one in self._spans_of(boxes[index])) if index < len(boxes) else 1
        n_current = self._counts.total(message) + self._ordinal[2] + max(1, n_here)
        self.changed.emit(n_current, max(n_total, n_current))


def _marks(found: list[Span], current: Span | None) -> list[tuple[int, int, bool]]:
    """Give what is to be painted: matches that touch each other in one, and a number that can be painted in time."""
    marks: list[tuple[int, int, bool]] = []
    for start, end in found:
        is_current = (start, end) == current
        if marks and marks[-1][1] == start and not is_current and not marks[-1][2]:
            marks[-1] = (marks[-1][0], end, False)
        else:
            marks.append((start, end, is_current))
    if len(marks) <= _N_MARKS_MAX:
        return marks
    at = next((number for number, mark in enumerate(marks) if mark[2]), 0)
    first = max(0, min(at - _N_MARKS_MAX // 2, len(marks) - _N_MARKS_MAX))
    return marks[first : first + _N_MARKS_MAX]


def reveal(view: TranscriptView, message: int, index: int, at: int) -> None:
    """Bring a character of a box into view; nothing moves when it is there already."""
    conversation = view.conversation
    layout = conversation.messages[message]
    if index >= len(layout.boxes):
        return
    if conversation.show(layout, index):
        layout.refresh_ys(index)
        conversation.refresh_tops(message)
    box = layout.boxes[index]
    y = box.above
    if box.doc is not None:
        block = box.doc.findBlock(min(at, box.doc.characterCount() - 1))
        y += round(box.doc.documentLayout().blockBoundingRect(block).y())
        line = block.layout().lineForTextPosition(at - block.position())
        if line.isValid():
            y += round(line.y())
            _move_sideways(layout, index, line.cursorToX(at - block.position()))
    height = view.viewport().height()
    top = conversation.tops[message] + layout.ys[index] + y - view.places.value
    margin = min(height // 4, 72)
    if not margin <= top <= height - margin:
        view.is_stuck = False
        view.anchor = Anchor(message, index, y - height // 3)
        view.settle()
    view.viewport().update()


def _move_sideways(layout: MessageLayout, index: int, place: Any) -> None:
    """Move a code card so that a place in it can be seen; `place` as `QTextLine.cursorToX` gives it."""
    x = float(place[0] if isinstance(place, tuple) else place)
    box = layout.boxes[index]
    if not box.is_code:
        return
    first = layout.first_chunk(index)
    offset = layout.code_offsets.get(first, 0.0)
    if not offset <= x <= offset + box.width - 40:
        layout.code_offsets[first] = max(0.0, x - box.width / 2)
