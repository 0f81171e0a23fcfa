"""Finding words in the conversation on show: where they stand, which of them is the present one, and going there.

Looked for is what is read, not its markup: the text of each leaf, as `read_text` gives it, of those messages whose source
may hold the words. All of it in slices, so that no length stalls the window.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.chat.matching import may_be_read_in, pattern_anywhere
from desktop_app.ui.transcript.matches import Counts, Span, marks, spans
from desktop_app.ui.transcript.read_text import ReadTexts
from desktop_app.ui.transcript.revealing import reveal
from desktop_app.ui.transcript.slices import Slices

if TYPE_CHECKING:
    from desktop_app.ui.transcript.leaf_box import LeafBox
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_SLICE_S = 0.004
"""Of counting, between two turns of the event loop: the source of a message of 80,000 characters takes 1 to 3 ms."""
_N_BOXES_AT_ONCE = 100
_N_CHARS_AT_ONCE = 100_000
"""Of Markdown: 5 ms."""
_Place = tuple[int, int, int]
"""Message, box, and which of the matches in the box: that stays true when a formula is drawn before it."""


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
        self._words = ""
        self.texts = ReadTexts()
        self._counts = Counts(self._counted)
        self._going = Slices(self)
        self._ordinal = (-1, 0, 0)
        """Message, box, and how many matches there are before it in the message."""
        self._place: _Place | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._on_slice_due)

    @property
    def is_active(self) -> bool:
        """Say whether anything is looked for."""
        return self._pattern is not None

    def find(self, words: str) -> None:
        """Look for `words` from where the reader is; "" looks for nothing."""
        before = self._span()
        start = (*self._place[:2], before[0]) if self._place is not None and before is not None else None
        self._pattern, self._words = pattern_anywhere(words), words
        self._begin()
        if self._pattern is None:
            self._emit()
        elif start is None or not self._take_again(*start):
            self._go_from_reader()

    def clear(self) -> None:
        """Look for nothing; what was found last is selected, so that it can be copied."""
        place, span = self._place, self._span()
        self._pattern, self._words = None, ""
        self.texts.clear()
        self._begin()
        if place is not None and span is not None:
            self._view.selection.set((*place[:2], span[0]), (*place[:2], span[1]))
            self._view.viewport().update()
        self._emit()

    def step(self, step: int) -> None:
        """Go to the next one (1) or to the one before (-1), and around the end."""
        if self._pattern is None or self._going.is_busy:
            return
        if self._place is None or not self._has(self._place):
            self._go((0, 0, 0), 1)
            return
        message, box, which = self._place
        self._go((message, box, which + step), step)

    def messages_changed(self) -> None:
        """Other messages are on show, or more of them."""
        if self._pattern is None:
            return
        if self._place is not None and not self._has(self._place):
            self._place = None
        was_going = self._going.is_busy
        self._begin(keeps_place=True)
        if was_going:
            self._go_from_reader()
        else:
            self._emit()

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
        current = self._place[2] if self._place is not None and self._place[:2] == (message, index) else -1
        return marks(self._spans_of(self._view.conversation.messages[message].boxes[index]), current)

    # -- going ----------------------------------------------------------------------------------------------------------

    def _go_from_reader(self) -> None:
        anchor = self._view.anchor
        self._go((anchor.message, max(0, anchor.leaf), 0) if anchor is not None else (0, 0, 0), 1)

    def _take_again(self, message: int, box: int, at: int) -> bool:
        """Stay where the reader is while words are being typed: at the same place, when they are still there."""
        if not self._has((message, box, 0)):
            return False
        found = self._spans_in(message, box)
        which = next((number for number, one in enumerate(found) if one[0] >= at), None)
        if which is None:
            self._go((message, box + 1, 0), 1)
        else:
            self._going.begin(self._arrive((message, box, which)))
        return True

    def _go(self, start: _Place, step: int) -> None:
        """Go to the first match from a place on, or from it back; around the end once."""
        self._going.begin(self._search(start, step))

    def _search(self, start: _Place, step: int) -> Iterator[None]:
        messages = self._view.conversation.messages
        for offset in range(len(messages) + 1 if messages else 0):
            number = (start[0] + step * offset) % len(messages)
            if not self._may_be_in(number):
                yield
                continue
            yield from self._scan(number)
            last = len(messages[number].boxes) - 1
            first = start[1] if offset == 0 else (0 if step > 0 else last)
            for index in range(first, last + 1) if step > 0 else range(min(first, last), -1, -1):
                n_found = len(self._spans_in(number, index)) if self._n_in(number, index) else 0
                which = start[2] if offset == 0 and index == start[1] else (0 if step > 0 else n_found - 1)
                if 0 <= which < n_found:
                    yield from self._arrive((number, index, which))
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

    def _arrive(self, place: _Place) -> Iterator[None]:
        """Go to a match, and count those before it."""
        self._place = place
        message, box, which = place
        reveal(self._view, message, box, self._spans_in(message, box)[which][0])
        yield from self._walk(message, box)
        self._emit()

    def _has(self, place: _Place) -> bool:
        messages = self._view.conversation.messages
        return place[0] < len(messages) and place[1] < len(messages[place[0]].boxes)

    # -- looking --------------------------------------------------------------------------------------------------------

    def _may_be_in(self, number: int) -> bool:
        """Say whether a message is worth a look: by how many are in it, or else by its source, unless that is very long."""
        n_known = self._counts.of(number)
        if n_known is not None:
            return n_known > 0
        source = self._source_of(number)
        return len(source) > _N_CHARS_AT_ONCE or may_be_read_in(source, self._words)

    def _source_of(self, number: int) -> str:
        layout = self._view.conversation.messages[number]
        return layout.source if layout.is_open or layout.is_user or layout.is_source else layout.answer_source

    def _n_in(self, number: int, index: int) -> int:
        """Give how many matches there are in a box, by its text: no document is made for that."""
        return self._n_of(self.texts.of_box(self._view.conversation.messages[number], index, self._words))

    def _n_of(self, text: str) -> int:
        assert self._pattern is not None
        return sum(1 for _ in self._pattern.finditer(text))

    def _spans_in(self, message: int, index: int) -> list[Span]:
        conversation = self._view.conversation
        layout = conversation.messages[message]
        if conversation.show(layout, index):
            layout.refresh_ys(index)
            conversation.refresh_tops(message)
        return self._spans_of(layout.boxes[index])

    def _spans_of(self, box: LeafBox) -> list[Span]:
        assert self._pattern is not None
        return spans(box.doc, self._pattern) if box.doc is not None else []

    def _span(self) -> Span | None:
        """Give where the present match stands now; None: there is none."""
        if self._place is None or self._pattern is None or not self._has(self._place):
            return None
        found = self._spans_in(*self._place[:2])
        return found[self._place[2]] if self._place[2] < len(found) else None

    # -- counting -------------------------------------------------------------------------------------------------------

    def _begin(self, *, keeps_place: bool = False) -> None:
        if not keeps_place:
            self._place = None
        self._going.stop()
        self._ordinal = (-1, 0, 0)
        self._counts.begin(len(self._view.conversation.messages) if self._pattern is not None else 0)
        if self._pattern is not None:
            self._timer.start()
        else:
            self._timer.stop()
        self._view.viewport().update()

    def _counted(self, number: int) -> Iterator[int]:
        """Count the matches in a message, leaf by leaf."""
        if self._may_be_in(number):
            for text in self.texts.of_message(self._view.conversation.messages[number], self._words):
                yield self._n_of(text)

    def _walk(self, message: int, index: int) -> Iterator[None]:
        """Count the matches of a message before box `index`: on from where that was known."""
        known, at, n_before = self._ordinal
        if known != message or at > len(self._view.conversation.messages[message].boxes) or index < at - index:
            at, n_before = 0, 0
        step = 1 if index >= at else -1
        while at != index:
            n_before += step * self._n_in(message, at if step > 0 else at - 1)
            at += step
            if at % _N_BOXES_AT_ONCE == 0:
                yield
        self._ordinal = (message, index, n_before)

    @Slot()
    def _on_slice_due(self) -> None:
        if self._going.is_busy:
            return  # that comes first
        deadline = perf_counter() + _SLICE_S
        while self._counts.count_more():
            if perf_counter() > deadline:
                break
        else:
            self._timer.stop()
        self._emit()

    def _emit(self) -> None:
        n_total = self._counts.total()
        if self._place is None or not self._has(self._place):
            self.changed.emit(0, n_total)
            return
        message, index, which = self._place
        if self._ordinal[:2] != (message, index):
            for _ in self._walk(message, index):
                pass
        n_current = self._counts.total(message) + self._ordinal[2] + which + 1
        self.changed.emit(n_current, max(n_total, n_current))
