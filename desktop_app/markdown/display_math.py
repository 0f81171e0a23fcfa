"""Formulas in lines of their own: what opens one, what ends it, and what only looks like one.

Pure functions on text. They know nothing of leaves, of containers, or of streaming.
Source: no specification; what models write, and what KaTeX takes on the pages where they are read most.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_MATH = 1_000
"""Characters of a formula between `$$` in prose."""

# No white space inside the dollars, and neither digit nor letter behind: "$5 and $6" is money, `$HOME/$USER` a path. But
# "the $n$th" is a formula. No code inside either: it stands between two sums of money.
SINGLE_DOLLARS = r"\$(?![\s$])(?:[^$\\`]|\\[^`]){1,500}+(?<!\s)\$(?:(?![0-9A-Za-z_{])|(?=(?:st|nd|rd|th|s)\b))"
"""A formula in a line of text between one dollar and another, as a regular expression."""

_MARKS = ".,;:!?。，；：！？"
_CLOSERS = {"$$": "$$", "\\[": "\\]"}
# In TeX `\\]` is the end of a row and a bracket, but at the end of a line nobody means that.
_END = {"$$": re.compile(r"\$\$"), "\\]": re.compile(rf"(?<!\\)(?:\\\\)*\\\]|\\\](?=[{_MARKS}]*$)")}
_TEX = re.compile(r"(?<!\\)[=^_]|\\[A-Za-z{\\]")
# Code, and what stands in the brackets of a link, of a definition, of a reference to a footnote.
_NO_TEX = re.compile(r"`|\][(:]|^\^")
_CODE = re.compile(r"`+[^`]*`+")
_DOUBLE_DOLLAR = re.compile(r"(?<![\\$])\$\$(?!\$)")


@dataclass(frozen=True, slots=True)
class MathStart:
    """The opening line of display math. `content` is None when the delimiter stands alone."""

    closer: str
    content: str | None
    is_closed: bool


@dataclass(frozen=True, slots=True)
class MathEnd:
    """The closing line of display math, taken apart."""

    content: str
    """TeX before the closer."""
    marks: str
    """Those of the sentence right behind it, which are set with the formula: alone on a line they would look lost."""
    rest: str
    """Text behind that."""


def math_start(text: str) -> MathStart | None:
    r"""The opening of display math, or None.

    `\[` with more behind it counts only before TeX or with `\]` at the end of the line: else `\[not a link\]` would be
    a formula.
    """
    closer = _CLOSERS.get(text[:2])
    content = text[2:].strip(" \t")
    if closer is None:
        return None
    if not content:
        return MathStart(closer, None, False)
    end = math_end(content, closer)
    if end is not None:
        is_formula = end.content and not end.rest and (closer == "$$" or not end.marks or looks_like_tex(end.content))
        return MathStart(closer, end.content + end.marks, True) if is_formula else None
    is_formula = looks_like_tex(content) if closer == "\\]" else not content.startswith("$")
    return MathStart(closer, content, False) if is_formula else None


def math_end(text: str, closer: str, n_over: int = 0) -> MathEnd | None:
    """The end of display math in a line without white space before it, or None; its last `n_over` characters end nothing."""
    near = len(text) - n_over
    match = _END[closer].search(text, 0, near)
    if match is None:
        return None
    content, behind = text[: match.end() - len(closer)], text[match.end() : near]
    rest = behind.lstrip(_MARKS) + text[near:]
    return MathEnd(content.rstrip(" \t"), text[match.end() : len(text) - len(rest)], rest.lstrip(" \t"))


def looks_like_tex(text: str) -> bool:
    r"""True for what is a formula behind `\[`; false for text whose brackets only must not become a link."""
    return _TEX.search(text) is not None and _NO_TEX.search(text) is None


def leaves_formula_open(text: str) -> bool:
    """True when prose has an open `$$` at its end, so that the next `$$` ends a formula and opens none.

    It opens one at the end of its line or before TeX: "marked $$ on the map" is no formula.
    """
    parts = _DOUBLE_DOLLAR.split(_CODE.sub("`", text))
    behind = parts[-1]
    if len(parts) % 2 or set(behind) & {"$", "`"} or len(behind) >= MAX_MATH:
        return False
    return not behind.split("\n", 1)[0].strip() or _TEX.search(behind) is not None
