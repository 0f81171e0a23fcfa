"""Where one leaf stands in its message: indentation, distance, height. Numbers only, until it comes near the viewport."""

from __future__ import annotations

from math import ceil
from typing import Any

from desktop_app.markdown.leaf import Container, ContainerKind, Leaf, LeafKind
from desktop_app.ui.transcript.formats import (
    CARD_PADDING_X,
    CARD_PADDING_Y,
    CELL_PADDING_Y,
    ITEM_INDENT,
    LEAF_GAP,
    LOOSE_GAP,
    QUOTE_INDENT,
    TIGHT_GAP,
    Formats,
)
from desktop_app.ui.transcript.leaf_renderer import CODE_KINDS, LeafDocument

_MIN_WIDTH = 80
_N_INDENTS_MAX = 10
"""Deeper containers are not moved further to the right: a list of 2,000 levels stays readable and cheap."""
RULE_HEIGHT = 1


class LeafBox:
    """A leaf and its place. Heights are pixels; `height` holds `above`, the document and `below`."""

    __slots__ = (
        "above", "below", "content_width", "doc", "doc_height", "end_state", "gap", "highlighter", "is_measured", "leaf",
        "line_state", "n_coloured", "shown_version", "shown_width", "shown_widths", "start_state", "width", "x",
    )  # fmt: skip

    def __init__(self, leaf: Leaf) -> None:
        self.leaf = leaf
        self.doc: LeafDocument | None = None
        self.x = 0
        """From the left of the column to the text, the padding of a code card included."""
        self.width = 0
        """For the text."""
        self.gap = 0
        """Empty space before it, which belongs to no leaf."""
        self.above = 0
        self.below = 0
        self.doc_height = 0
        self.is_measured = False
        """False while `doc_height` is an estimate."""
        self.content_width = 0.0
        self.shown_version = -1
        self.shown_width = -1
        self.shown_widths: tuple[float, ...] = ()
        self.n_coloured = 0
        """Lines of code that have their colours."""
        self.highlighter: Any = None
        """Only in the first chunk of a block."""
        self.start_state: Any = None
        self.line_state: Any = None
        """Of the lexer behind `n_coloured` lines."""
        self.end_state: Any = None

    @property
    def height(self) -> int:
        """Give the height without `gap`."""
        return self.above + self.doc_height + self.below

    @property
    def is_code(self) -> bool:
        """Say whether it stands on a card."""
        return self.leaf.kind in CODE_KINDS

    def place(self, previous: LeafBox | None, next_leaf: Leaf | None, column: int, formats: Formats) -> None:
        """Work out indentation, gap and what stands around the text."""
        leaf = self.leaf
        indent = indent_of(leaf.containers)
        pad = CARD_PADDING_X if self.is_code else 0
        self.x = indent + pad
        width = max(_MIN_WIDTH, column - indent - 2 * pad)
        if width != self.width:
            self.width = width
            self.is_measured = self.is_measured and self.shown_width == width
        self.gap = _gap(previous.leaf if previous is not None else None, leaf)
        self.above = self.below = 0
        if self.is_code:
            if not leaf.is_continuation:
                self.above = CARD_PADDING_Y + (formats.card_header if leaf.kind is LeafKind.FENCE else 0)
            if next_leaf is None or not next_leaf.is_continuation or next_leaf.group != leaf.group:
                self.below = CARD_PADDING_Y
        if not self.is_measured:
            self.doc_height = self._estimate(formats)

    def take_measure(self) -> bool:
        """Read the height of the document; True when the height changed."""
        doc = self.doc
        if doc is None:
            return False
        if self.leaf.kind is LeafKind.RULE:
            height = RULE_HEIGHT
        elif self.leaf.kind is LeafKind.TABLE:
            height = ceil(doc.size().height()) - 1
        else:
            height = ceil(doc.size().height())
        self.content_width = doc.idealWidth() if self.is_code else 0.0
        self.is_measured = True
        if height == self.doc_height:
            return False
        self.doc_height = height
        return True

    def _estimate(self, formats: Formats) -> int:
        leaf = self.leaf
        if self.is_code:
            return max(1, len(leaf.lines)) * formats.code_pitch
        if leaf.kind is LeafKind.TABLE:
            return max(1, len(leaf.lines)) * round(formats.text_pitch + 2 * CELL_PADDING_Y)
        if leaf.kind is LeafKind.RULE:
            return RULE_HEIGHT
        per_line = max(1.0, self.width / formats.average_width)
        if leaf.kind is LeafKind.PLAIN:
            n_lines = sum(max(1, ceil(len(line) / per_line)) for line in leaf.lines)
        else:
            n_lines = max(1, ceil(sum(len(line) + 1 for line in leaf.lines) / per_line))
        return n_lines * formats.text_pitch


def indent_of(containers: tuple[Container, ...]) -> int:
    """Give how far text in `containers` stands from the left, in pixels."""
    counted = containers[:_N_INDENTS_MAX]
    return sum(QUOTE_INDENT if one.kind is ContainerKind.QUOTE else ITEM_INDENT for one in counted)


def new_items(previous: Leaf | None, leaf: Leaf) -> list[tuple[int, Container]]:
    """Give the list items that begin with `leaf`, each with its depth among the containers."""
    if leaf.is_continuation:
        return []
    old = {one.id for one in previous.containers} if previous is not None else set()
    pairs = enumerate(leaf.containers[:_N_INDENTS_MAX])
    return [(depth, one) for depth, one in pairs if one.kind is ContainerKind.ITEM and one.id not in old]


def shared_quotes(previous: Leaf | None, leaf: Leaf) -> set[int]:
    """Give the ids of the quotes that `leaf` shares with the leaf before it."""
    if previous is None:
        return set()
    return {one.id for one in previous.containers if one.kind is ContainerKind.QUOTE} & {one.id for one in leaf.containers}


def are_in_one_list(first: Leaf, second: Leaf) -> bool:
    """Say whether two leaves stand in the same list."""
    lists = {one.list_id for one in first.containers if one.list_id}
    return any(one.list_id in lists for one in second.containers if one.list_id)


def _gap(previous: Leaf | None, leaf: Leaf) -> int:
    if previous is None or leaf.is_continuation:
        return 0
    if leaf.kind is LeafKind.HEADING:
        return 20 if leaf.level > 1 else 24
    if leaf.kind in CODE_KINDS or previous.kind in CODE_KINDS:
        return LEAF_GAP
    if previous.kind is LeafKind.HEADING:
        return 8
    if LeafKind.RULE in (leaf.kind, previous.kind):
        return 16
    if are_in_one_list(previous, leaf):
        return TIGHT_GAP if leaf.is_tight else LOOSE_GAP
    return LEAF_GAP
