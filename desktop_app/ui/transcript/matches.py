"""What a pattern matches: where in a document, and how often in many messages, counted in slices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from desktop_app.ui.transcript.pictures_in_text import OBJECT, source_at
from desktop_app.ui.transcript.reading_direction import END, ISOLATE

if TYPE_CHECKING:
    from desktop_app.ui.transcript.leaf_document import LeafDocument

Span = tuple[int, int]

_UNKNOWN = -1
_N_MARKS_MAX = 300
"""In one leaf, which is a screen at most: 1,600 of them would take 50 ms to paint."""


def spans(doc: LeafDocument, pattern: re.Pattern[str]) -> list[Span]:
    """Give where `pattern` matches in a document, from and to, in its own positions: those of UTF-16.

    A picture of a formula counts as its TeX: what is found in that is the picture.
    """
    known = doc.found
    if known is None or known[:2] != (pattern, doc.revision()):
        known = doc.found = (pattern, doc.revision(), _spans(doc, pattern))
    return known[2]


def _spans(doc: LeafDocument, pattern: re.Pattern[str]) -> list[Span]:
    raw = doc.toRawText()
    if raw.isascii():
        return _matched(raw, pattern)
    read, places = _read(doc, raw) if _is_other_than_read(raw) else (raw, None)
    found = _matched(read, pattern)
    return found if places is None else [(places[start][0], places[end - 1][1]) for start, end in found]


def _matched(text: str, pattern: re.Pattern[str]) -> list[Span]:
    return [match.span() for match in pattern.finditer(text) if match.end() > match.start()]


def _is_other_than_read(raw: str) -> bool:
    return max(raw) > "\uffff" or OBJECT in raw or ISOLATE in raw


def _read(doc: LeafDocument, raw: str) -> tuple[str, list[Span]]:
    """Give what is read in a document, and for each character of that where it stands."""
    parts: list[str] = []
    places: list[Span] = []
    at = 0
    for char in raw:
        end = at + 1 + (char > "\uffff")
        read = "" if char in (ISOLATE, END) else _tex(doc, at) if char == OBJECT else char
        parts.append(read)
        places += [(at, end)] * len(read)
        at = end
    return "".join(parts), places


def _tex(doc: LeafDocument, at: int) -> str:
    # Without the dollars around one in lines of its own: they are not read when it is not drawn.
    return source_at(doc, at).removeprefix("$$\n").removesuffix("\n$$") or OBJECT


def marks(found: list[Span], current: int) -> list[tuple[int, int, bool]]:
    """Give what is to be painted of what was found, of which `current` is the present one (-1: none).

    Matches that touch each other in one, and no more than can be painted in time.
    """
    present = found[current] if 0 <= current < len(found) else None
    result: list[tuple[int, int, bool]] = []
    for span in dict.fromkeys(found):
        is_current = span == present
        if result and result[-1][1] == span[0] and not is_current and not result[-1][2]:
            result[-1] = (result[-1][0], span[1], False)
        else:
            result.append((*span, is_current))
    if len(result) <= _N_MARKS_MAX:
        return result
    at = next((number for number, mark in enumerate(result) if mark[2]), 0)
    first = max(0, min(at - _N_MARKS_MAX // 2, len(result) - _N_MARKS_MAX))
    return result[first : first + _N_MARKS_MAX]


class Counts:
    """How often words occur in each message; `count(number)` gives it for a message in parts, to be added up."""

    def __init__(self, count: Callable[[int], Iterator[int]]) -> None:
        self._count = count
        self._counts: list[int] = []
        self._next = 0
        """All before it are counted."""
        self._begun: tuple[int, Iterator[int], int] | None = None
        """A message that is being counted: its number, what is left of it, how many so far."""

    def begin(self, n_messages: int) -> None:
        """Count from the start; 0: nothing."""
        self._counts = [_UNKNOWN] * n_messages
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

    def of(self, number: int) -> int | None:
        """Give how many there are in a message; None: not known yet."""
        return self._counts[number] if self._counts[number] != _UNKNOWN else None

    def count_more(self) -> bool:
        """Count a little further: a leaf or a message; False when all are counted."""
        if self._begun is None:
            while self._next < len(self._counts) and self._counts[self._next] != _UNKNOWN:
                self._next += 1
            if self._next >= len(self._counts):
                return False
            self._begun = (self._next, self._count(self._next), 0)
        number, rest, n_before = self._begun
        n_more = next(rest, None)
        if n_more is None:
            self._counts[number], self._begun = n_before, None
        else:
            self._begun = (number, rest, n_before + n_more)
        return True
