"""What a pattern matches: where in a document, and how often in many messages, counted in slices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import accumulate, islice, zip_longest
from typing import TYPE_CHECKING

from desktop_app.ui.transcript.reading_direction import END, ISOLATE, without_isolates

if TYPE_CHECKING:
    from desktop_app.ui.transcript.leaf_document import LeafDocument

Span = tuple[int, int]

_UNKNOWN = -1
_N_AT_ONCE = 2_000


def spans(doc: LeafDocument, pattern: re.Pattern[str]) -> list[Span]:
    """Give where `pattern` matches in a document, from and to, in its own positions: those of UTF-16."""
    raw = doc.toRawText()
    text = without_isolates(raw)
    found = [match.span() for match in pattern.finditer(text) if match.end() > match.start()]
    if not found or raw.isascii() or (max(text) <= "\uffff" and len(text) == len(raw)):
        return found
    places = accumulate((1 + (char > "\uffff") for char in raw), initial=0)
    at = [place for char, place in zip_longest(raw, places) if char not in (ISOLATE, END)]
    return [(at[start], at[end]) for start, end in found]


class Counts:
    """How often a pattern occurs in each message; `text_of(number)` gives what is looked through."""

    def __init__(self, text_of: Callable[[int], str]) -> None:
        self._text_of = text_of
        self._pattern: re.Pattern[str] | None = None
        self._counts: list[int] = []
        self._next = 0
        """All before it are counted."""
        self._begun: tuple[int, Iterator[re.Match[str]], int] | None = None
        """A message that is being counted: its number, what is left of it, how many so far."""

    def begin(self, pattern: re.Pattern[str] | None, n_messages: int) -> None:
        """Count from the start; None: nothing."""
        self._pattern = pattern
        self._counts = [_UNKNOWN] * (n_messages if pattern is not None else 0)
        self._next, self._begun = 0, None

    def forget(self, number: int) -> bool:
        """Count a message again, if there is anything to count; say whether there is."""
        if number >= len(self._counts):
            return False
        self._counts[number] = _UNKNOWN
        self._next = min(self._next, number)
        if self._begun is not None and self._begun[0] == number:
            self._begun = None
        return True

    def total(self, end: int | None = None) -> int:
        """Give how many are known in all messages, or in those before `end`."""
        return sum(count for count in self._counts[:end] if count > 0)

    def occurs(self, number: int) -> bool:
        """Say whether there is any in a message."""
        if self._counts[number] != _UNKNOWN:
            return self._counts[number] > 0
        return self._pattern is not None and self._pattern.search(self._text_of(number)) is not None

    def count_more(self) -> bool:
        """Count a little further: a few messages, or a part of a long one; False when all are counted."""
        if self._begun is None:
            while self._next < len(self._counts) and self._counts[self._next] != _UNKNOWN:
                self._next += 1
            if self._next >= len(self._counts) or self._pattern is None:
                return False
            self._begun = (self._next, self._pattern.finditer(self._text_of(self._next)), 0)
        number, rest, n_before = self._begun
        n_more = sum(1 for _ in islice(rest, _N_AT_ONCE))
        self._begun = (number, rest, n_before + n_more)
        if n_more < _N_AT_ONCE:
            self._counts[number] = n_before + n_more
            self._begun = None
        return True
