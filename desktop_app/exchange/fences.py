"""Fenced code in Markdown, as far as it must be known to put one text below another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from desktop_app.record import Record

_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*\Z)|~{3,})(.*)\Z", re.DOTALL)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""Only these end a line in Markdown; `splitlines` knows seven more."""
_RUN = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)


def fenced(code: str, language: str = "") -> str:
    """Give `code` between fences that are longer than any in it."""
    longest = max((len(one) for one in _RUN.findall(code)), default=2)
    fence = "`" * max(3, longest + 1)
    name = re.sub(r"[^\w+#.-]", "", language)[:30]
    return f"{fence}{name}\n{code}{'' if code.endswith(chr(10)) or not code else chr(10)}{fence}"


class Block(Record):
    """A part of a text."""

    text: str
    """Of code what stands between the fences, byte for byte."""
    is_code: bool = False
    language: str = ""
    end: str = ""
    """What would close it, where nothing does; "" for what is closed, and for what is no code."""


def blocks(text: str) -> Iterator[Block]:
    """Give the parts of `text` in order, code and what is none."""
    opening: re.Match[str] | None = None
    lines: list[str] = []
    for line in _LINE.findall(text):
        bare = line.rstrip("\r\n")
        if opening is None and (found := _FENCE.match(bare)) is not None:
            if lines:
                yield Block("".join(lines))
            opening, lines = found, []
        elif opening is not None and _closes(bare, opening[1]):
            yield Block("".join(lines), True, opening[2].strip())
            opening, lines = None, []
        else:
            lines.append(line)
    if opening is not None:
        yield Block("".join(lines), True, opening[2].strip(), opening[1])
    elif lines:
        yield Block("".join(lines))


def _closes(line: str, fence: str) -> bool:
    mark = line.strip(" \t")
    return len(line) - len(line.lstrip(" ")) < 4 and len(mark) >= len(fence) and mark == fence[0] * len(mark)


def open_fence(text: str) -> str:
    """Give what would close the code block that `text` ends in; "" when it ends in none."""
    *_, last = (Block(""), *blocks(text))
    return last.end
