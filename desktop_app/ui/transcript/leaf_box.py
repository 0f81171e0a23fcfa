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
    SECTION_GAP,
    SIDE_BAR_ROOM,
    TIGHT_GAP,
    Formats,
)
from desktop_app.ui.transcript.leaf_document import LeafDocument
from desktop_app.ui.transcript.leaf_renderer import CODE_KINDS
from desktop_app.ui.transcript.reading_direction import reads_from_right

_MIN_WIDTH = 80
_N_INDENTS_MAX = 10
"""Deeper containers are not moved further to the right: a list of 2,000 levels stays readable and cheap."""
RULE_HEIGHT = 1
_WRITTEN = (LeafKind.PARAGRAPH, LeafKind.HEADING, LeafKind.TABLE)
_N_LINES_READ = 40
"""So many lines are looked at for the direction of a text."""
_NOTE_INDENT_MAX = 160


class LeafBox:
    """A leaf and its place. Heights are pixels; `height` holds `above`, the document and `below`."""

    __slots__ = (
        "above", "below", "content_width", "doc", "doc_height", "end_state", "gap", "highlighter", "inset", "is_drawn",
        "is_end", "is_measured", "is_rtl", "is_tail", "leaf", "left", "line_state", "n_coloured", "right", "seen_version",
        "shown_version", "shown_width", "shown_widths", "start_state", "task", "width", "x",
    )  # fmt: skip

    def __init__(self, leaf: Leaf, inset: int = 0) -> None:
        self.leaf = leaf
        self.inset = inset
        """Space before all its containers: what a model thought stands behind a bar."""
        self.left = self.right = 0
        """Between them stand its containers and its text: the column without the inset, whichever side that is at."""
        self.is_rtl = False
        """True when it is read from right to left: then its containers stand at the right."""
        self.task: bool | None = None
        """Of a task in a list whether it is done; None for anything else."""
        self.is_drawn = False
        """True for a formula that is shown as a picture, without a card."""
        self.is_end = True
        """False while another chunk of the same fence or table follows."""
        self.is_tail = False
        """True while it is the last one of a text that is still coming."""
        self.seen_version = -1
        """Version in which formulas were looked for ahead of time."""
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
        return self.leaf.kind in CODE_KINDS and not self.is_drawn

    @property
    def can_move(self) -> bool:
        """Say whether it may be wider than the column, and is moved to the side then."""
        return self.leaf.kind in CODE_KINDS or self.leaf.kind is LeafKind.TABLE

    def place(self, previous: LeafBox | None, next_leaf: Leaf | None, column: int, formats: Formats) -> None:
        """Work out indentation, gap and what stands around the text."""
        leaf = self.leaf
        self.left, self.right = (0, column - self.inset) if formats.is_mirrored else (self.inset, column)
        self.is_rtl = self._is_read_from_right(previous, formats)
        indent = 0
        if leaf.containers:
            indent = indent_of(leaf.containers)
            self.task = task_of(previous.leaf if previous is not None else None, leaf)
        pad = CARD_PADDING_X if self.is_code else 0
        self.x = self.left + pad + (0 if self.is_rtl else indent)
        width = max(_MIN_WIDTH, column - self.inset - indent - 2 * pad)
        if width != self.width:
            self.width = width
            self.is_measured = self.is_measured and self.shown_width == width
        self.gap = formats.theme.gap(_gap(previous.leaf if previous is not None else None, leaf))
        self.above = 0
        if self.is_code and not leaf.is_continuation:
            self.above = CARD_PADDING_Y + (formats.card_header if leaf.kind is LeafKind.FENCE else 0)
        self.is_end = next_leaf is None or not next_leaf.is_continuation or next_leaf.group != leaf.group
        self._place_below()
        if not self.is_measured:
            self.doc_height = self._estimate(formats)

    def _place_below(self) -> None:
        """Work out what stands below its last line: the edge of a card, the bar that moves it to the side."""
        self.below = 0
        if self.is_end and self.is_code:
            self.below = CARD_PADDING_Y
        elif self.is_end and self.content_width > self.width:
            self.below = SIDE_BAR_ROOM

    def _is_read_from_right(self, previous: LeafBox | None, formats: Formats) -> bool:
        """By its letters; what has none is read like what it goes on with, else like the interface."""
        leaf = self.leaf
        if previous is not None and leaf.is_continuation:
            return previous.is_rtl
        own = is_right_to_left(leaf)
        if own is not None:
            return own
        if previous is not None and leaf.containers and _are_together(previous.leaf, leaf):
            return previous.is_rtl
        return formats.is_mirrored

    def edge(self, distance: int) -> int:
        """Give the place `distance` pixels from where its lines begin, as a distance from the left of the column."""
        return self.right - distance if self.is_rtl else self.left + distance

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
        self.content_width = doc.idealWidth() if self.can_move else 0.0
        self._place_below()
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
        n_lines = sum(max(1, ceil(len(line) / per_line)) for line in leaf.lines)
        return max(1, n_lines) * formats.text_pitch


def indent_of(containers: tuple[Container, ...]) -> int:
    """Give how far text in `containers` stands from the left, in pixels."""
    counted = containers[:_N_INDENTS_MAX]
    return sum(QUOTE_INDENT if one.kind is ContainerKind.QUOTE else _item_indent(one) for one in counted)


def _item_indent(one: Container) -> int:
    """Give the room for a marker; the label of a footnote can be a word."""
    if one.kind is ContainerKind.ITEM or len(one.marker) < 3:
        return ITEM_INDENT
    return min(_NOTE_INDENT_MAX, 12 + 8 * len(one.marker))


def is_right_to_left(leaf: Leaf) -> bool | None:
    """Say whether a text is read from right to left; None when it has no letters, and for code."""
    if leaf.kind not in _WRITTEN:
        return None
    text = leaf.lines[0] if len(leaf.lines) == 1 else "\n".join(leaf.lines[:_N_LINES_READ])
    return reads_from_right(text[3:] if text.startswith(("[x]", "[X]")) else text)


def _are_together(first: Leaf, second: Leaf) -> bool:
    """Say whether two leaves stand in the same item, quote or list."""
    ids = {one.id for one in first.containers}
    return any(one.id in ids for one in second.containers) or are_in_one_list(first, second)


def task_of(previous: Leaf | None, leaf: Leaf) -> bool | None:
    """Give whether a task is done: a bullet with a box behind it. None for anything else."""
    if leaf.kind is not LeafKind.PARAGRAPH or leaf.is_continuation or not leaf.lines or leaf.lines[0][:1] != "[":
        return None
    item = leaf.containers[-1]
    if item.kind is not ContainerKind.ITEM or item.is_ordered or (previous is not None and item in previous.containers):
        return None
    return {"[ ]": False, "[x]": True, "[X]": True}.get(leaf.lines[0][:3]) if leaf.lines[0][3:4] in ("", " ", "\t") else None


def new_items(previous: Leaf | None, leaf: Leaf) -> list[tuple[int, Container]]:
    """Give the list items and footnotes that begin with `leaf`, each with its depth among the containers."""
    if leaf.is_continuation:
        return []
    old = {one.id for one in previous.containers} if previous is not None else set()
    pairs = enumerate(leaf.containers[:_N_INDENTS_MAX])
    return [(depth, one) for depth, one in pairs if one.kind is not ContainerKind.QUOTE and one.id not in old]


def shared_quotes(previous: Leaf | None, leaf: Leaf) -> set[int]:
    """Give the ids of the quotes that `leaf` shares with the leaf before it."""
    if previous is None:
        return set()
    return {one.id for one in previous.containers if one.kind is ContainerKind.QUOTE} & {one.id for one in leaf.containers}


def are_in_one_list(first: Leaf, second: Leaf) -> bool:
    """Say whether two leaves stand in the same list."""
    lists = {one.list_id for one in first.containers if one.list_id}
    return any(one.list_id in lists for one in second.containers if one.list_id)


def _is_note(leaf: Leaf) -> bool:
    return bool(leaf.containers) and leaf.containers[0].kind is ContainerKind.NOTE


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
    if not _is_note(previous) and _is_note(leaf):
        return SECTION_GAP
    if are_in_one_list(previous, leaf):
        return TIGHT_GAP if leaf.is_tight else LOOSE_GAP
    return LEAF_GAP
