"""Markdown texts for the tests: random documents from pieces that interact, and the forms that make a parser slow."""

from __future__ import annotations

import random

from desktop_app.markdown.leaf import Leaf
from desktop_app.markdown.scanner import BlockScanner

PIECES = (
    "word", "two words", "**bold** text", "# Title", "## Title ##", "#no", "- item", "* item", "+ item", "-", "- ", "1. one",
    "2. two", "10) ten", "1.", "> quote", ">", "> - in quote", "- > quote in item", "- - nested", "   - three", "  more",
    "    code", "\tcode", "      deep", "```", "```py", "````", "~~~", "~~~ text", "``` a`b", "$$", "$$ x^2 $$", "$$ y", "\\[",
    "\\[ z \\]", "\\]", "\\[not a link\\]", "| a | b |", "|---|--:|", "| 1 | 2 |", "a | b", "--- | ---", "---", "===", "***",
    "* * *", "_ _ _", "[foo]: /url", "[foo]: /url 'title'", "[bar]:", "/url", "[foo] and [bar]", "[b]: <x y> \"t", "t\"", "", "",
    "", "", " ", "  ", "\\", "$", "`", "price is $5", "<div>", "&amp;", "中文段落。下一句", "**重点:**内容", "é\0x",
    "12345678901. no", "[^1]: a note", "[^n]:", "[^n]: `code`", "text[^1] and[^n]", "[^", "[^1]", "[^1] begins", "[^two words]: no",
    "    belongs to the note", "[^1]:[^n]: note in note", "[ ] open", "- [x] done", "- [", "[x", "$a$ and \\(b\\), $c",
    "[^a-label]: a note that is longer than the forty-eight characters of a commit",
    "$$.", "$$ where x", "\\],", "x = 1 $$;", "The formula is $$", "`$$` opens", "a \\\\]", "\\[ a = b", "\\[ a = b \\].", "so \\[ a^2", "c \\] then", "$$ a $$.", "~~", "#",
    "a <br> b", "| a<br>b | <br/> |",
    "line with two spaces  ", "a long line of prose that is longer than the forty-eight characters of a commit",
    "| a long row that is longer than forty-eight characters | and its second cell |",
    "\\[ a long formula that is longer than the forty-eight characters \\]",
    "    a long line of code that is longer than forty-eight",
    "$$ a long formula that is longer than the forty-eight characters $$",
    "- a long item that is longer than the forty-eight characters",
)  # fmt: skip


def random_document(rng: random.Random, n_lines: int = 30) -> str:
    """Lines of `PIECES` under random prefixes, with every kind of line end."""
    end = rng.choice(("\n", "\n", "\n", "\r\n", "\r"))
    lines = []
    for _ in range(rng.randint(1, n_lines)):
        prefix = rng.choice(("", "", "", "", "  ", "    ", "> ", ">", "- ", "   ", "> > ", "1. "))
        lines.append(prefix + rng.choice(PIECES))
        if rng.random() < 0.03:
            lines.append((rng.choice(PIECES) + rng.choice((" ", ". ", ""))) * rng.randint(50, 400))
    return end.join(lines) + rng.choice(("", end))


def random_chunks(rng: random.Random, text: str) -> list[str]:
    """`text` in pieces of random size; the largest size is random too."""
    longest = rng.choice((1, 3, 8, 40, 400))
    chunks, at = [], 0
    while at < len(text):
        size = rng.randint(1, longest)
        chunks.append(text[at : at + size])
        at += size
    return chunks


def fed(chunks: list[str]) -> BlockScanner:
    """The scanner that got `chunks` one by one and then the end."""
    scanner = BlockScanner()
    for chunk in chunks:
        scanner.feed(chunk)
    scanner.finish()
    return scanner


def values(leaves: list[Leaf]) -> list[tuple[object, ...]]:
    """Everything that a leaf says, but for its version, which counts changes."""
    return [
        (
            leaf.kind,
            leaf.containers,
            tuple(leaf.lines),
            leaf.first_line,
            leaf.last_line,
            leaf.level,
            leaf.info,
            leaf.alignments,
            leaf.group,
            leaf.is_continuation,
            leaf.starts_mid_line,
            leaf.is_closed,
            leaf.is_tight,
        )
        for leaf in leaves
    ]
