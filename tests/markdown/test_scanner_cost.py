"""The work is proportional to the text, whatever the text is and however it comes. Counted, and timed where it cannot be."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from desktop_app.markdown import blocks, open_leaf
from desktop_app.markdown.blocks import Blocks
from desktop_app.markdown.cut import Cutter
from desktop_app.markdown.open_leaf import OpenLeaf
from desktop_app.markdown.scanner import BlockScanner
from tests.markdown.structure import spec_examples

HOSTILE: dict[str, Callable[[int], str]] = {
    "one line": lambda n: "a" * n,
    "one line of words": lambda n: "word " * (n // 5),
    "unbalanced words": lambda n: "[ a " * (n // 4),
    "unbalanced lines": lambda n: "[\n" * (n // 2),
    "rows": lambda n: "| a | b |\n|---|---|\n" + "| c | d |\n" * (n // 10),
    "headers": lambda n: "| a\n" * (n // 4),
    "headers in items": lambda n: "- | a |\n" * (n // 8),
    "a header and dashes without end": lambda n: ("| a | b |\n|" + "-" * 986 + "\n\n") * (n // 999),
    "one row": lambda n: "| a " * (n // 4),
    "quote marks": lambda n: "> " * (n // 2),
    "quoted lines": lambda n: "> > > > text\n" * (n // 13),
    "items in items": lambda n: "".join("  " * level + "- x\n" for level in range(min(2_000, n // 40))),
    "markers": lambda n: "- " * (n // 2),
    "empty items": lambda n: "-\n" * (n // 2),
    "definitions": lambda n: "".join(f"[l{number}]: /u\n" for number in range(n // 12)),
    "definitions and mentions": lambda n: "".join(f"[l{number}] x\n\n[l{number}]: /u\n\n" for number in range(n // 25)),
    "notes": lambda n: "".join(f"[^{number}]: a\n" for number in range(n // 10)),
    "notes and mentions": lambda n: "".join(f"[^l{number}] x\n\n[^l{number}]: u\n\n" for number in range(n // 25)),
    "notes in notes": lambda n: "[^1]:" * (n // 5),
    "note labels": lambda n: "[^" * (n // 2),
    "a note without end": lambda n: "[^1]: " + "a" * n,
    "a note of white space": lambda n: "[^1]:" + " " * n,
    "bad titles": lambda n: '[a]: /u "x\n' * (n // 11),
    "emphasis": lambda n: "*a_" * (n // 3),
    "white space": lambda n: " " * n,
    "marker and white space": lambda n: "- " + " " * n,
    "ticks": lambda n: "`" * n,
    "dashes": lambda n: "-" * n,
    "blank code": lambda n: "    a\n" + "\n" * n + "    b",
    "code": lambda n: "```\n" + "x = 1\n" * (n // 6),
    "one line of code": lambda n: "```\n" + "x" * n,
    "formula": lambda n: "$$\n" + "x" * n,
    "formulas in prose": lambda n: "a $$\n$$\n" * (n // 8),
    "a line of a formula in prose": lambda n: ("a\n" * 40 + "$$ b" + " c" * 200 + "\n\n") * (n // 486),
    "formulas without end": lambda n: "$$\nx\n# a\n" * (n // 9),
    "brackets": lambda n: "[" * n,
    "escapes": lambda n: "\\[" * (n // 2),
}


class _Work:
    """Characters that the scanner looked at, and lines that it copied to be able to take back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.n = 0
        self._count(monkeypatch, Blocks, "take_line", lambda _, line, **__: len(line))
        self._count(monkeypatch, OpenLeaf, "add_to_line", lambda _, text: len(text))
        self._count(monkeypatch, OpenLeaf, "mark", lambda leaf: len(leaf.open.lines) if leaf.open else 0)
        self._count(monkeypatch, OpenLeaf, "touch", lambda *_: 1)
        self._count(monkeypatch, Cutter, "_search", lambda cutter: len(cutter._tail))
        self._count(monkeypatch, blocks, "leaves_formula_open", len)
        self._count(monkeypatch, open_leaf, "parse_definition", lambda text, start: len(text) - start)

    def _count(self, monkeypatch, owner, name, cost):
        original = getattr(owner, name)

        def counted(*args, **kwargs):
            self.n += cost(*args, **kwargs)
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, counted)

    def of(self, text: str, step: int) -> int:
        """The work for `text` in pieces of `step` characters."""
        self.n = 0
        scanner = BlockScanner()
        for at in range(0, len(text), step):
            scanner.feed(text[at : at + step])
        scanner.finish()
        return self.n


@pytest.fixture
def work(monkeypatch):
    return _Work(monkeypatch)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("step", [40, 1_000_000])
def test_eight_times_the_text_is_eight_times_the_work(work, name, step):
    small, large = HOSTILE[name](10_000), HOSTILE[name](80_000)
    growth = work.of(large, step) / max(1, work.of(small, step))
    assert growth <= 1.25 * len(large) / len(small)


def test_the_work_for_a_flush_does_not_grow_with_the_answer(work):
    unit = "\n".join(spec_examples()[::9])
    scanner = BlockScanner()
    per_unit = []
    for _ in range(22):
        work.n = 0
        for at in range(0, len(unit), 40):
            scanner.feed(unit[at : at + 40])
        per_unit.append(work.n)
    assert max(per_unit[11:]) <= 1.1 * max(per_unit[1:11])


def test_a_run_of_white_space_in_small_pieces_takes_little_time():
    scanner = BlockScanner()
    began_s = time.process_time()
    scanner.feed("word")
    for _ in range(1_500):
        scanner.feed("    ")
    scanner.feed("word")
    # Measured: 0.02 s; 4 s when the run is searched again from each of its spaces.
    assert time.process_time() - began_s < 1


def test_a_whole_line_is_examined_once(monkeypatch):
    seen: list[str] = []
    original = Blocks.take_line

    def noted(self, line, is_whole):
        if is_whole:
            seen.append(line)
        return original(self, line, is_whole)

    monkeypatch.setattr(Blocks, "take_line", noted)
    scanner = BlockScanner()
    text = "".join(f"line {number}\n" for number in range(200))
    for at in range(0, len(text), 7):
        scanner.feed(text[at : at + 7])
    assert seen == text.splitlines()


@pytest.mark.parametrize("name", HOSTILE)
def test_no_leaf_is_larger_than_the_caps(name):
    scanner = BlockScanner()
    scanner.feed(HOSTILE[name](80_000))
    scanner.finish()
    assert max((sum(map(len, leaf.lines)) for leaf in scanner.leaves), default=0) <= 11_000
    assert max((len(line) for leaf in scanner.leaves for line in leaf.lines), default=0) <= 3_300
    assert max((len(leaf.containers) for leaf in scanner.leaves), default=0) <= 100
