"""A file of JSON, however large, becomes its conversations one at a time, as text.

Only brackets and quotes are looked at here; what stands between two of them is read by `json` when the end of an item
is known. So an item that is damaged is one item, and the memory in use is that of the largest one that is taken.

An item is an element of a list at the top, an element of the list "conversations" of an object at the top, or an object
at the top itself; there may be several, one a line.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

from desktop_app.exchange.found import SkipReason
from desktop_app.exchange.limits import MAX_CONVERSATION_BYTES, MAX_CONVERSATION_PARTS, MAX_DEPTH
from desktop_app.record import Record

WRAPPER = "conversations"
"""The key of a list that holds conversations."""

_MARK = re.compile(r'["{}\[\]]')
_LIST_FOLLOWS = re.compile(r"\s*:\s*\[")
_MAYBE_LIST_FOLLOWS = re.compile(r"\s*(?::\s*)?\Z")


class Item(Record):
    """One item of the file."""

    text: str
    """All of it; only its beginning when there is a problem."""
    problem: SkipReason | None = None


def items(chunks: Iterable[str], max_bytes: int = MAX_CONVERSATION_BYTES) -> Iterator[Item]:
    """Give the items of JSON text that comes in pieces. What is no object and no list is passed over."""
    return _Splitter(iter(chunks), max_bytes).items()


class _Splitter:
    """Where in the text we are. `_text[_at:]` has not been looked at yet."""

    def __init__(self, chunks: Iterator[str], max_bytes: int) -> None:
        self._chunks = chunks
        self._max_bytes = max_bytes
        self._text = ""
        self._at = 0
        self._start: int | None = None
        """Where in `_text` the item begins; None between items."""
        self._head: str | None = None
        """The beginning of an item that is too large; the rest of it is passed over."""
        self._depth = 0
        self._item_depth = 0
        """Depth outside of an item: 0 at the top, 1 in a list at the top, 2 in a list of an object at the top."""
        self._n_parts = 0
        self._problem: SkipReason | None = None

    def items(self) -> Iterator[Item]:
        while True:
            found = _MARK.search(self._text, self._at)
            if found is None:
                self._at = len(self._text)
                if self._more() is None:
                    break
                continue
            self._at = found.end()
            mark = found[0]
            if mark == '"':
                if not self._pass_string(found.end()):
                    break
            elif mark in "{[":
                self._open(mark, found.start())
            elif (item := self._close()) is not None:
                yield item
        if self._is_in_item():
            yield Item(self._beginning(), SkipReason.CUT_OFF if self._problem is None else self._problem)

    def _is_in_item(self) -> bool:
        return self._start is not None or self._head is not None

    def _more(self) -> int | None:
        """Add the next piece of text and forget what is not needed any more; give how many characters, None at the end."""
        chunk = next(self._chunks, None)
        if chunk is None:
            return None
        if self._start is not None and self._n_bytes(self._start) > self._max_bytes:
            self._give_up(SkipReason.TOO_LARGE)
        keep_from = self._at if self._start is None else self._start
        self._text = self._text[keep_from:] + chunk
        self._at -= keep_from
        if self._start is not None:
            self._start = 0
        return keep_from

    def _n_bytes(self, start: int) -> int:
        """Give how much memory the text from `start` to where we are takes: one odd character makes all of them wide."""
        width = 1 if self._text.isascii() else 2 if sys.getsizeof(self._text) < 3 * len(self._text) else 4
        return (self._at - start) * width

    def _give_up(self, problem: SkipReason) -> None:
        """Go on to the end of the item without keeping it."""
        self._problem = self._problem or problem
        if self._head is None:
            self._head = self._beginning()
            self._start = None

    def _beginning(self) -> str:
        if self._head is not None:
            return self._head
        return self._text[self._start or 0 :][:2000]

    def _pass_string(self, begin: int) -> bool:
        """Go behind the end of a string whose text begins at `begin`; False when the file ends in it."""
        # Up to `known` there is an even number of backslashes at the end, so none that takes a quote with it.
        known = begin
        while True:
            end = self._text.find('"', self._at)
            if end >= 0:
                self._at = end + 1
                if self._n_backslashes(end, known) % 2 == 0:
                    break
                known = self._at
                continue
            n_all = len(self._text)
            n_backslashes = n_all - max(known, len(self._text.rstrip("\\")))
            self._at = known = n_all - n_backslashes % 2
            n_gone = self._more()
            if n_gone is None:
                return False
            begin, known = begin - n_gone, known - n_gone
        self._count(1)
        is_key = self._depth == 1 and self._item_depth == 0 and self._start is not None
        if is_key and end - begin == len(WRAPPER) and self._text[begin:end] == WRAPPER:
            self._look_for_wrapper()
        return True

    def _n_backslashes(self, end: int, begin: int) -> int:
        at = end
        while at > begin and self._text[at - 1] == "\\":
            at -= 1
        return end - at

    def _look_for_wrapper(self) -> None:
        """Behind the key "conversations": when a list follows, its elements are the items, and the object is none."""
        while _MAYBE_LIST_FOLLOWS.match(self._text, self._at) and self._more() is not None:
            pass
        follows = _LIST_FOLLOWS.match(self._text, self._at)
        if follows is not None:
            self._at = follows.end()
            self._start = self._head = self._problem = None
            self._depth = self._item_depth = 2

    def _open(self, mark: str, at: int) -> None:
        if not self._is_in_item():
            if self._depth == 0 and mark == "[":
                self._depth = self._item_depth = 1
                return
            if self._depth == self._item_depth:
                self._start, self._n_parts, self._problem = at, 0, None
        self._depth += 1
        self._count(1)
        if self._depth - self._item_depth > MAX_DEPTH and self._is_in_item():
            self._give_up(SkipReason.TOO_DEEP)

    def _count(self, n: int) -> None:
        self._n_parts += n
        if self._n_parts > MAX_CONVERSATION_PARTS and self._is_in_item():
            self._give_up(SkipReason.TOO_LARGE)

    def _close(self) -> Item | None:
        """Leave an object or a list; give the item that ends with it."""
        self._depth = max(0, self._depth - 1)
        if self._is_in_item():
            return self._ended_item() if self._depth == self._item_depth else None
        if self._depth < self._item_depth:
            # The end of the list of items. Behind it the rest of the object that holds it, or the next value.
            self._item_depth = 0
        return None

    def _ended_item(self) -> Item:
        problem = self._problem
        if problem is None and self._n_bytes(self._start or 0) > self._max_bytes:
            problem = SkipReason.TOO_LARGE
        text = self._beginning() if problem is not None else self._text[self._start : self._at]
        self._start = self._head = self._problem = None
        return Item(text, problem)
