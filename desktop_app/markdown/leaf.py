"""The smallest thing that the transcript lays out: one leaf block of Markdown, with its containers flat."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

NOTE_HREF = "#fn:"
"""Before the label of a footnote: the address of its text, which is in the same message."""


class LeafKind(StrEnum):
    """What a leaf is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    FENCE = "fence"
    CODE = "code"
    """Indented code."""
    TABLE = "table"
    RULE = "rule"
    MATH = "math"
    PLAIN = "plain"
    """Text of the person, shown as typed."""


class ContainerKind(StrEnum):
    """What a leaf can stand in."""

    QUOTE = "quote"
    ITEM = "item"
    NOTE = "note"
    """The text of a footnote."""


@dataclass(frozen=True, slots=True)
class Container:
    """One level around a leaf. `marker` is what is drawn before its first leaf: "•" or "3.", of a footnote its label."""

    kind: ContainerKind
    id: int
    """The same for all leaves of one quote, list item or footnote, and for no other in this message."""
    list_id: int = 0
    """The same for all items of one list, and for footnotes that follow each other; 0 for a quote."""
    marker: str = ""
    is_ordered: bool = False


@dataclass(slots=True, eq=False)
class Leaf:
    """A leaf block. Only the open leaf changes; once closed it stays as it is (but for late link definitions)."""

    kind: LeafKind
    containers: tuple[Container, ...] = ()
    lines: list[str] = field(default_factory=list)
    """Content without the prefixes of its containers, without fence and underline."""
    first_line: int = 0
    """Number of its first line in the source of the message, from 0, fence lines included."""
    last_line: int = 0
    """Number of its last line, inclusive."""
    level: int = 0
    """1 to 6 for a heading."""
    info: str = ""
    """What stands after the opening fence."""
    alignments: tuple[str, ...] = ()
    """left, center, right or "" for each column of a table."""
    group: int = 0
    """The same for the chunks of one long fence, table or paragraph; 0: not cut into chunks."""
    is_continuation: bool = False
    """True for every chunk but the first: drawn without gap, header or marker."""
    starts_mid_line: bool = False
    """True for one whose first line goes on the last line of the leaf before: a chunk where one very long line was cut,
    and text behind the end of a formula."""
    is_closed: bool = False
    is_tight: bool = True
    """False when a blank line stands between it and the leaf before, in a list that both are in: draw space above."""
    version: int = 0
    """Goes up with every change, so that a view knows what it has drawn."""
