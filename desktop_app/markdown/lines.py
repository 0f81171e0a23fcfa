"""What one line of Markdown can be: the tests for block starts, on text without its containers.

Pure functions on one line. They know nothing of leaves, of the lines before, or of streaming.
Source of the grammar: CommonMark 0.31.2, sections 4 and 5.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

MAX_LINE = 3_000
"""Characters. A longer line is text or code and never a heading, fence, rule, formula or table row: so the class
of a line is known after this many characters, and a line without end is not examined again and again."""

_TAB = 4
_ITEM = re.compile(r"(?:([-+*])|(\d{1,9})([.)]))(?=[ \t]|$)")
_FENCE = re.compile(r"(`{3,})([^`]*)$|(~{3,})(.*)$")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_NOTE = re.compile(r"\[\^([^\[\]\s]{1,64})\]:[ \t]*")
# The last two: a footnote, and the box of a task.
_UNDECIDED = re.compile(
    r"#{1,6}[ \t]*|[-*_=+:| \t]+|\d{1,9}[.)]?[ \t]*|`{1,2}|~{1,2}|\$|\\|\[(?:\^(?:[^\[\]\s]{0,64}\]?)?)?|\[[ xX]\]?"
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])|(&(?:#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[a-zA-Z][a-zA-Z0-9]{1,31});)")


@dataclass(frozen=True, slots=True)
class FenceStart:
    """The opening line of fenced code."""

    char: str
    length: int
    indent: int
    """Columns before it; as many are taken off each line of the content."""
    info: str


@dataclass(frozen=True, slots=True)
class ItemStart:
    """The marker that opens a list item."""

    length: int
    mark: str
    """The character that all items of one list share: - + * . or )."""
    number: str
    """As in the source without leading zeros; "" for a bullet."""


@dataclass(frozen=True, slots=True)
class NoteStart:
    """The label that begins the text of a footnote; white space behind it belongs to it."""

    length: int
    label: str


def indentation(text: str, column: int) -> int:
    """Columns of white space at the start of `text`, which itself starts at `column` (tabs stop every 4)."""
    n_spaces = len(text) - len(text.lstrip(" "))
    if text[n_spaces : n_spaces + 1] != "\t":
        return n_spaces
    end = column
    for char in text:
        if char == " ":
            end += 1
        elif char == "\t":
            end += _TAB - end % _TAB
        else:
            break
    return end - column


def consume(text: str, column: int, width: int) -> str:
    """`text` without its first `width` columns of white space (or all there is); a tab cut in two leaves spaces."""
    head = text[:width]
    if "\t" not in head:
        return text[min(width, len(text) - len(text.lstrip(" "))) :]
    end, at = column, 0
    while at < len(text) and end < column + width and text[at] in " \t":
        end += 1 if text[at] == " " else _TAB - end % _TAB
        at += 1
    return " " * (end - column - width) + text[at:]


def is_blank(text: str) -> bool:
    """True when there is nothing but spaces and tabs."""
    return not text.strip(" \t")


def unescape(text: str) -> str:
    """`text` with backslash escapes and character references resolved."""
    if "\\" not in text and "&" not in text:
        return text
    return _ESCAPED.sub(lambda match: match[1] or html.unescape(match[2]), text)


def is_undecided(text: str, in_table: bool) -> bool:
    """True when the first characters of a line do not show yet what it will be, so that nothing may be drawn.

    `text` has no white space before it. In a table a row may be drawn as it grows; elsewhere a line that starts with a
    pipe waits for its end, because the next line shows whether it is a header.
    """
    if _UNDECIDED.fullmatch(text) is not None:
        return True
    if text[0] == "|":
        return not in_table
    return text.startswith("\\[") or fence_start(text, 0) is not None


def is_bare_marker(text: str) -> bool:
    """True for a list marker with nothing but white space behind it: an item or text, as what follows will show."""
    item = item_start(text)
    return item is not None and is_blank(text[item.length :])


def fence_start(text: str, indent: int) -> FenceStart | None:
    """The opening of fenced code, or None."""
    if text[0] not in "`~":
        return None
    match = _FENCE.match(text)
    if match is None:
        return None
    run = match[1] or match[3]
    # Once more behind the references: `&nbsp;` is white space only then.
    return FenceStart(run[0], len(run), indent, unescape((match[2] or match[4] or "").strip()).strip())


def ends_fence(text: str, fence: FenceStart) -> bool:
    """True when `text`, without the white space before it, closes `fence`."""
    text = text.rstrip(" \t")
    return len(text) >= fence.length and text == fence.char * len(text)


def heading(text: str) -> tuple[int, str] | None:
    """Level 1 to 6 and the text of an ATX heading, or None."""
    match = _HEADING.match(text)
    if match is None:
        return None
    content = text[match.end() :].rstrip(" \t")
    without = content.rstrip("#")
    if not without or without[-1] in " \t":
        content = without.rstrip(" \t")
    return len(match[1]), content


def underline_level(text: str) -> int:
    """1 for a line of =, 2 for a line of -, 0 for anything else."""
    text = text.rstrip(" \t")
    if not text.strip("="):
        return 1
    return 2 if not text.strip("-") else 0


def is_rule(text: str) -> bool:
    """True for a thematic break: three or more of one of - * _ with nothing but white space between."""
    marks = text.replace(" ", "").replace("\t", "")
    return len(marks) >= 3 and marks == marks[0] * len(marks)


def item_start(text: str) -> ItemStart | None:
    """The list marker at the start of `text`, or None."""
    match = _ITEM.match(text)
    if match is None:
        return None
    if match[1]:
        return ItemStart(1, match[1], "")
    return ItemStart(match.end(), match[3], match[2].lstrip("0") or "0")


def note_start(text: str) -> NoteStart | None:
    """The start of a footnote's text, `[^label]:`, or None. Source: what GitHub does; it is in no specification."""
    match = _NOTE.match(text)
    return NoteStart(match.end(), match[1]) if match is not None else None


def ends_open_formula(text: str, indent: int) -> bool:
    """True for a line that shows that the formula above it was never closed: a heading or the start of a fence."""
    return bool(text) and indent < 4 and (heading(text) is not None or fence_start(text, indent) is not None)
