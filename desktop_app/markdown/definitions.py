"""Link reference definitions: `[label]: destination "title"` at the start of a paragraph.

Our own parser, because markdown-it-py needs more than 12 s for 20,000 of them.
Source: CommonMark 0.31.2, section 4.7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from desktop_app.markdown.lines import unescape

_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){1,999}+)\]:[ \t]*\n?[ \t]*", re.DOTALL)
_ANGLE = re.compile(r"<((?:[^<>\\\n]|\\[^\n])*+)>")
_TITLE = re.compile(r"\"((?:[^\"\\]|\\.)*+)\"|'((?:[^'\\]|\\.)*+)'|\(((?:[^()\\]|\\.)*+)\)", re.DOTALL)
_REST_OF_LINE = re.compile(r"[ \t]*(?:\n|$)")
# Escaped characters are a match of their own, so that `\[` begins no label: else a run of them costs the square.
_MENTION = re.compile(r"\\.|\[((?:[^\[\]\\]|\\.){1,999}+)\]", re.DOTALL)
_MAX_PARENTHESES = 32


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition, and where the text goes on after it."""

    label: str
    href: str
    title: str
    end: int


def normalise_label(label: str) -> str:
    """The form in which two labels are compared. Source: `normalizeReference` of markdown-it, so that both agree."""
    return " ".join(label.split()).lower().upper()


def mentioned_labels(text: str) -> set[str]:
    """Normalised labels that `text` may refer to; some that it does not."""
    if "[" not in text:
        return set()
    return {normalise_label(match[1]) for match in _MENTION.finditer(text) if match[1]}


def parse_definition(text: str, start: int) -> Definition | None:
    """The definition at `start` of `text`, or None. Lines of `text` have no white space before them."""
    match = _LABEL.match(text, start)
    if match is None or not match[1].strip():
        return None
    destination = _parse_destination(text, match.end())
    if destination is None or match[1].startswith("^"):  # the label of a footnote
        return None
    href, after = destination
    label = normalise_label(match[1])
    if (titled := _parse_title(text, after)) is not None:
        return Definition(label, href, titled[0], titled[1])
    end = _REST_OF_LINE.match(text, after)
    return Definition(label, href, "", end.end()) if end is not None else None


def _parse_destination(text: str, start: int) -> tuple[str, int] | None:
    if text[start : start + 1] == "<":
        match = _ANGLE.match(text, start)
        return (unescape(match[1]), match.end()) if match is not None else None
    depth, at = 0, start
    while at < len(text):
        char = text[at]
        if char == "\\" and text[at + 1 : at + 2] not in ("", " ", "\n"):
            at += 2
            continue
        if char <= " " or char == "\x7f":
            break
        if char == "(":
            depth += 1
            if depth > _MAX_PARENTHESES:
                return None
        elif char == ")":
            if depth == 0:
                break
            depth -= 1
        at += 1
    return (unescape(text[start:at]), at) if at > start and depth == 0 else None


def _parse_title(text: str, start: int) -> tuple[str, int] | None:
    """Title and end of its line, when a title stands after white space with nothing behind it."""
    at = start
    while at < len(text) and text[at] in " \t\n":
        at += 1
    if at == start:
        return None
    match = _TITLE.match(text, at)
    if match is None:
        return None
    end = _REST_OF_LINE.match(text, match.end())
    return (unescape(match[1] or match[2] or match[3] or ""), end.end()) if end is not None else None
