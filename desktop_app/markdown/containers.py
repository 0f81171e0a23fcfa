"""The quotes and list items that are open around the line being examined.

Knows how a line continues them and how they close; what stands in them is `OpenLeaf`'s.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.markdown import lines
from desktop_app.markdown.leaf import Container, ContainerKind, LeafKind
from desktop_app.markdown.lines import ItemStart, NoteStart
from desktop_app.markdown.open_leaf import OpenLeaf

_NOTE_MARK = "["
_NOTE_INDENT = 4
"""Columns before what belongs to a footnote on the lines after its first."""
MAX_DEPTH = 100
"""Containers in one another. What is nested deeper is text: 2,000 levels would be 2,000 steps for every line."""


@dataclass(frozen=True, slots=True)
class Box:
    """An open container."""

    container: Container
    spaces: str
    """The indentation that a line needs to stand in an item, as spaces."""
    mark: str
    """The character that items of one list share, "[" for a footnote; "" for a quote."""
    n_leaves_before: int
    line: int
    is_tight: bool
    is_dead: bool = False
    """True for an item that began with an empty line and got another: nothing can follow in it."""


@dataclass(slots=True)
class ContainerMark:
    """The containers as they were before an unfinished line."""

    boxes: list[Box]
    n_ids: int
    is_after_blank: bool


class Containers:
    """The stack of open containers over an `OpenLeaf`."""

    def __init__(self, leaf: OpenLeaf) -> None:
        self.boxes: list[Box] = []
        self.is_after_blank = False
        """True when a blank line came after the last leaf."""
        self._leaf = leaf
        self._n_ids = 0

    def mark(self) -> ContainerMark:
        """What `restore` needs."""
        return ContainerMark(self.boxes[:], self._n_ids, self.is_after_blank)

    def restore(self, mark: ContainerMark) -> None:
        """Undo everything since `mark`."""
        self.boxes, self._n_ids, self.is_after_blank = mark.boxes, mark.n_ids, mark.is_after_blank

    def match(self, line: str) -> tuple[str, int, int]:
        """What is left of the line behind the containers that it continues, the column of that, and their number."""
        rest, column = line, 0
        for depth, box in enumerate(self.boxes):
            if box.container.kind is ContainerKind.QUOTE:
                text = rest.lstrip(" \t")
                indent = lines.indentation(rest, column)
                if indent > 3 or not text.startswith(">"):
                    return rest, column, depth
                rest, column = behind_quote_mark(rest, column, indent)
            elif box.is_dead or (self._is_empty_item(depth) and lines.is_blank(rest)):
                return rest, column, depth
            elif rest.startswith(box.spaces):
                # The common case first; without it 2,000 nested items cost 3 ms for each line.
                rest = rest[len(box.spaces) :]
                column += len(box.spaces)
            elif lines.is_blank(rest):
                continue
            elif lines.indentation(rest, column) >= len(box.spaces):
                rest = lines.consume(rest, column, len(box.spaces))
                column += len(box.spaces)
            else:
                return rest, column, depth
        return rest, column, len(self.boxes)

    def _is_empty_item(self, depth: int) -> bool:
        return depth == len(self.boxes) - 1 and len(self._leaf.leaves) == self.boxes[depth].n_leaves_before

    def close_from(self, depth: int) -> Box | None:
        """Close the open leaf and the containers from `depth` on; gives the outermost of those."""
        self._leaf.close()
        closed = None
        while len(self.boxes) > depth:
            closed = self.boxes[-1]
            if closed.mark and len(self._leaf.leaves) == closed.n_leaves_before:
                # An item with nothing in it: an empty leaf, so that its marker is drawn.
                leaf = self._leaf.begin(LeafKind.PARAGRAPH, self.path(), closed.is_tight)
                leaf.first_line = leaf.last_line = closed.line
                leaf.is_closed = True
                self._leaf.open = None
            self.boxes.pop()
        return closed

    def path(self) -> tuple[Container, ...]:
        """The containers of a leaf that opens now, outermost first."""
        return tuple([box.container for box in self.boxes])

    def is_tight(self, path: tuple[Container, ...]) -> bool:
        """False when a blank line lies between the last leaf and one in `path`, in a list that both are in."""
        if not self.is_after_blank or not self._leaf.leaves:
            return True
        lists_before = {container.list_id for container in self._leaf.leaves[-1].containers if container.list_id}
        return not any(container.list_id in lists_before for container in path)

    def push_quote(self, depth: int) -> None:
        """Open a quote in the first `depth` containers; the others close."""
        self.close_from(depth)
        self._n_ids += 1
        container = Container(ContainerKind.QUOTE, self._n_ids)
        self.boxes.append(Box(container, "", "", len(self._leaf.leaves), self._leaf.line, True))

    def push_item(self, item: ItemStart, width: int, depth: int) -> None:
        """Open an item in the first `depth` containers; it continues a list when the item that closes is like it."""
        before = self._close_for(item.mark, depth)
        self._push(ContainerKind.ITEM, _marker(item, before), item.mark, width, before)

    def push_note(self, note: NoteStart, depth: int) -> None:
        """Open the text of a footnote in the first `depth` containers."""
        before = self._close_for(_NOTE_MARK, depth)
        self._push(ContainerKind.NOTE, note.label, _NOTE_MARK, _NOTE_INDENT, before)
        self._leaf.define_note(note.label)

    def _close_for(self, mark: str, depth: int) -> Box | None:
        """Close the containers from `depth` on; gives the one whose list an item or a footnote with `mark` continues."""
        closed = self.close_from(depth)
        return closed if closed is not None and closed.mark == mark else None

    def _push(self, kind: ContainerKind, marker: str, mark: str, width: int, before: Box | None) -> None:
        self._n_ids += 1
        list_id = self._n_ids if before is None else before.container.list_id
        self._n_ids += 1
        container = Container(kind, self._n_ids, list_id, marker, mark in ".)")
        is_tight = self.is_tight((*self.path(), container))
        self.boxes.append(Box(container, " " * width, mark, len(self._leaf.leaves), self._leaf.line, is_tight))


def _marker(item: ItemStart, before: Box | None) -> str:
    """What is drawn before an item: a bullet, or the number in the source, so that nothing changes when more items come.

    Where that is not above the number drawn before, as where every item is a "1.", it is the one after that.
    """
    if not item.number:
        return "•"
    if before is None:
        return item.number + item.mark
    return f"{max(int(item.number), int(before.container.marker[:-1]) + 1)}{item.mark}"


def behind_quote_mark(rest: str, column: int, indent: int) -> tuple[str, int]:
    """Text and column behind `>` and the one space that belongs to it."""
    text, column = rest.lstrip(" \t")[1:], column + indent + 1
    if text[:1] in (" ", "\t"):
        return lines.consume(text, column, 1), column + 1
    return text, column


def behind_note(rest: str, column: int, indent: int, note: NoteStart) -> tuple[str, int]:
    """Text and column behind the label of a footnote."""
    text = rest.lstrip(" \t")
    label = text[: note.length].rstrip(" \t")
    column += indent + len(label)
    return text[note.length :], column + lines.indentation(text[len(label) :], column)


def behind_marker(rest: str, column: int, indent: int, item: ItemStart) -> tuple[int, str]:
    """Width of an item whose marker stands in `rest` behind `indent` columns, and the text behind the marker."""
    text = rest.lstrip(" \t")[item.length :]
    width = indent + item.length
    if lines.is_blank(text):
        return width + 1, ""
    padding = lines.indentation(text, column + width)
    if padding > 4:
        padding = 1
    return width + padding, lines.consume(text, column + width, padding)
