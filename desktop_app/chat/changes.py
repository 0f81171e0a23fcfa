"""What differs between two texts: lines that are in one only, and in lines that were changed the words.

Imported when two versions are compared for the first time: difflib is not needed before. Its heuristic against lines
and words that come back all the time stays on: without it 1,000 lines of three kinds took 3 s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from desktop_app.record import Record

N_LINES_MAX = 1_000
"""Where more lines than these differ, each is compared with the one at its place only: `SequenceMatcher` takes time with
the square of them."""
N_WORDS_MAX = 400
"""In a pair of longer lines the words are not compared."""
N_PAIRS_MAX = 1_000_000
"""Words of all left lines times words of the right ones beside them; what comes after is marked as whole lines. With
these limits the worst of the texts tried took 0.5 s."""
Marks = tuple[tuple[int, int], ...]
ALIKE = 0.3
"""Share of words that two lines have in common at least, if their words are to be told apart."""
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


class Line(Record):
    """A line of one of the texts. `marks`: from and to of what the other does not have, in characters."""

    text: str
    is_changed: bool = False
    marks: Marks = ()
    number: int = 0
    """Number of the line that stands at this height in the other text."""


class Changes(Record):
    """Both texts, line by line."""

    left: tuple[Line, ...]
    right: tuple[Line, ...]

    @property
    def are_equal(self) -> bool:
        """Say whether there is no difference."""
        return not any(line.is_changed for line in (*self.left, *self.right))


def changes(left: str, right: str) -> Changes:
    """Compare two texts. Some milliseconds for usual ones, up to 0.5 s: to be called off the window's thread."""
    n_pairs = 0
    lines = left.splitlines() or [""], right.splitlines() or [""]
    found: tuple[list[Line], list[Line]] = ([], [])
    for is_same, first, second in _stretches(*lines):
        olds, news = lines[0][first[0] : first[1]], lines[1][second[0] : second[1]]
        if is_same:
            found[0].extend(Line(text, number=second[0] + at) for at, text in enumerate(olds))
            found[1].extend(Line(text, number=first[0] + at) for at, text in enumerate(news))
            continue
        for at in range(max(len(olds), len(news))):
            marks: tuple[Marks, Marks] = ((), ())
            if at < len(olds) and at < len(news) and n_pairs < N_PAIRS_MAX:
                n_words, marks = _marks(olds[at], news[at])
                n_pairs += n_words
            if at < len(olds):
                found[0].append(Line(olds[at], True, marks[0], min(second[0] + at, max(second[1] - 1, second[0]))))
            if at < len(news):
                found[1].append(Line(news[at], True, marks[1], min(first[0] + at, max(first[1] - 1, first[0]))))
    return Changes(tuple(found[0]), tuple(found[1]))


def _stretches(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[bool, tuple[int, int], tuple[int, int]]]:
    """Give stretches of lines, whether they are the same, and where they stand in both texts."""
    start, end = _common_ends(left, right)
    if start:
        yield True, (0, start), (0, start)
    n_left, n_right = len(left) - end, len(right) - end
    if max(n_left, n_right) - start > N_LINES_MAX:
        yield from _in_place(left, right, start, n_left, n_right)
    else:
        matcher = SequenceMatcher(None, left[start:n_left], right[start:n_right])
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            yield tag == "equal", (start + i1, start + i2), (start + j1, start + j2)
    if end:
        yield True, (n_left, len(left)), (n_right, len(right))


def _common_ends(left: Sequence[str], right: Sequence[str]) -> tuple[int, int]:
    """Give how many lines are the same at the beginning, and of the rest at the end."""
    n_least = min(len(left), len(right))
    start = next((at for at in range(n_least) if left[at] != right[at]), n_least)
    end = next((at for at in range(n_least - start) if left[-1 - at] != right[-1 - at]), n_least - start)
    return start, end


def _in_place(
    left: Sequence[str], right: Sequence[str], start: int, n_left: int, n_right: int
) -> Iterator[tuple[bool, tuple[int, int], tuple[int, int]]]:
    at, both = start, min(n_left, n_right)
    while at < both:
        is_same, begin = left[at] == right[at], at
        while at < both and (left[at] == right[at]) is is_same:
            at += 1
        yield is_same, (begin, at), (begin, at)
    if n_left > both or n_right > both:
        yield False, (both, n_left), (both, n_right)


def _marks(left: str, right: str) -> tuple[int, tuple[Marks, Marks]]:
    """Give what to mark in two lines beside each other, and how much work it was; nothing when they have little in common."""
    words = _words(left), _words(right)
    n_pairs = len(words[0]) * len(words[1])
    if max(len(words[0]), len(words[1])) > N_WORDS_MAX:
        return 0, ((), ())
    matcher = SequenceMatcher(None, *words)
    if matcher.real_quick_ratio() < ALIKE or matcher.ratio() < ALIKE:
        return n_pairs, ((), ())
    starts = _starts(words[0]), _starts(words[1])
    found: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            continue
        if i2 > i1:
            found[0].append((starts[0][i1], starts[0][i2]))
        if j2 > j1:
            found[1].append((starts[1][j1], starts[1][j2]))
    return n_pairs, (tuple(found[0]), tuple(found[1]))


def _words(line: str) -> list[str]:
    """Cut a line into words, spaces and signs; Chinese and Japanese into characters, since they have no spaces."""
    words: list[str] = []
    for word in _WORD.findall(line[: N_WORDS_MAX * 40]):
        if _EAST_ASIAN.search(word):
            words.extend(word)
        else:
            words.append(word)
    rest = line[N_WORDS_MAX * 40 :]
    return [*words, rest] if rest else words


def _starts(words: Sequence[str]) -> list[int]:
    """Give where each word begins, and where the last one ends."""
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word))
    return starts
