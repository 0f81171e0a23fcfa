"""Block structure in one form, whether our scanner or markdown-it-py found it, so that the two can be compared."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from desktop_app.markdown.leaf import ContainerKind, Leaf, LeafKind
from desktop_app.markdown.tables import split_cells

Level = tuple[str, int, int, str]
"""quote or item; number of the container and of its list by first appearance; marker."""
Block = tuple[str, tuple[Level, ...], object]

EXAMPLES = Path(__file__).parent / "data" / "commonmark-0.31.2-examples.json"


@cache
def spec_examples() -> tuple[str, ...]:
    """The inputs of the CommonMark specification; example n is entry n - 1."""
    return tuple(json.loads(EXAMPLES.read_text(encoding="utf-8")))


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


class _Numbers:
    """Gives 1, 2, 3 ... to keys in the order in which they come."""

    def __init__(self) -> None:
        self._known: dict[object, int] = {}

    def of(self, key: object) -> int:
        return self._known.setdefault(key, len(self._known) + 1)


def _text(content: str) -> str:
    return "\n".join(line.strip() for line in content.strip().split("\n"))


def _code(content: str) -> str:
    return "\n".join(line.rstrip() for line in content.split("\n")).rstrip("\n")


def structure_of_leaves(leaves: Sequence[Leaf]) -> list[Block]:
    """What the scanner found. An empty item is an empty paragraph, as in the oracle below."""
    containers, lists = _Numbers(), _Numbers()
    blocks: list[Block] = []
    for leaf in leaves:
        path = tuple(
            (box.kind.value, containers.of(box.id), lists.of(box.list_id) if box.list_id else 0, box.marker)
            for box in leaf.containers
        )
        blocks.append((leaf.kind.value, path, _content(leaf)))
    return blocks


def _content(leaf: Leaf) -> object:
    text = "\n".join(leaf.lines)
    match leaf.kind:
        case LeafKind.HEADING:
            return leaf.level, _text(text)
        case LeafKind.FENCE:
            return leaf.info, _code(text)
        case LeafKind.CODE:
            return _code(text)
        case LeafKind.TABLE:
            n_columns = len(leaf.alignments)
            rows = [(split_cells(row) + [""] * n_columns)[:n_columns] for row in leaf.lines]
            return leaf.alignments, rows
        case LeafKind.RULE:
            return ""
    return _text(text)


def structure_of_oracle(text: str) -> list[Block]:
    """What markdown-it-py's full block parse finds."""
    walker = _Walker()
    for token in _parser().parse(text):
        walker.take(token)
    return walker.blocks


class _Walker:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._path: list[tuple[str, int, int, str]] = []
        self._lists: list[int] = []
        self._last_numbers: dict[int, int] = {}
        """Of each list the number of its last item as it is drawn."""
        self._n_before: list[int] = []
        self._ids = 0
        self._heading = 0
        self._rows: list[list[str]] | None = None
        self._alignments: list[str] = []
        self._containers, self._list_numbers = _Numbers(), _Numbers()

    def take(self, token: Token) -> None:
        self._ids += 1
        if token.type in ("bullet_list_open", "ordered_list_open"):
            self._lists.append(self._ids)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self._lists.pop()
        elif token.type == "list_item_open":
            marker = f"{self._number(token.info)}{token.markup}" if token.info else "•"
            self._path.append((ContainerKind.ITEM.value, self._ids, self._lists[-1], marker))
            self._n_before.append(len(self.blocks))
        elif token.type == "list_item_close":
            if self._n_before.pop() == len(self.blocks):
                self._add("paragraph", "")
            self._path.pop()
        elif token.type == "blockquote_open":
            self._path.append((ContainerKind.QUOTE.value, self._ids, 0, ""))
        elif token.type == "blockquote_close":
            self._path.pop()
        else:
            self._take_leaf(token)

    def _number(self, info: str) -> int:
        """Our own rule: a number that is not above the one drawn before it is counted on."""
        shown = self._last_numbers.get(self._lists[-1], -1)
        number = self._last_numbers[self._lists[-1]] = max(int(info), shown + 1)
        return number

    def _take_leaf(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self._heading = int(token.tag[1])
            case "heading_close":
                self._heading = 0
            case "hr":
                self._add("rule", "")
            case "fence":
                self._add("fence", (unescapeAll(token.info).strip(), _code(token.content)))
            case "code_block":
                self._add("code", _code(token.content))
            case "inline":
                self._take_inline(token)
            case _:
                self._take_table(token)

    def _take_inline(self, token: Token) -> None:
        if self._rows is not None:
            self._rows[-1].append(token.content.strip())
        elif self._heading:
            self._add("heading", (self._heading, _text(token.content)))
        else:
            self._add("paragraph", _text(token.content))

    def _take_table(self, token: Token) -> None:
        match token.type:
            case "table_open":
                self._rows, self._alignments = [], []
            case "tr_open":
                assert self._rows is not None
                self._rows.append([])
            case "th_open":
                self._alignments.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
            case "table_close":
                self._add("table", (tuple(self._alignments), self._rows))
                self._rows = None

    def _add(self, kind: str, content: object) -> None:
        path = tuple(
            (kind_, self._containers.of(id_), self._list_numbers.of(list_id) if list_id else 0, marker)
            for kind_, id_, list_id, marker in self._path
        )
        self.blocks.append((kind, path, content))
