"""The flat list of leaves and the one that is still open: text goes in at the end, size caps cut it into chunks.

Knows what a leaf holds and how it closes; knows nothing of containers and of what opens a block.
Everything that one unfinished line can change is in `Mark`, so that it can be undone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from desktop_app.markdown.cut import Cutter
from desktop_app.markdown.definitions import mentioned_labels, normalise_label, parse_definition
from desktop_app.markdown.leaf import NOTE_HREF, Container, Leaf, LeafKind

MAX_CODE_LINES = 64
"""Lines of code or formula in one leaf; beyond it a continuation leaf opens."""
MAX_CODE_CHARS = 8_000
MAX_CODE_LINE = 3_000
"""Characters of one line of code in one leaf."""
MAX_TABLE_LINES = 12
"""Header and rows of a table in one leaf."""

_SLICE = 256
"""Characters of paragraph text looked at in one go, so that a line of 1 MB is not copied at every cut."""


@dataclass(slots=True)
class LeafMark:
    """The leaves as they were before an unfinished line."""

    n_leaves: int
    open_leaf: Leaf | None
    cutter: Cutter
    n_groups: int
    n_blank_code_lines: int


class OpenLeaf:
    """The leaves of one message in order; at most the last one is open."""

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self.definitions: dict[str, tuple[str, str]] = {}
        self.open: Leaf | None = None
        self.line = 0
        """Number of the line being examined, from 0."""
        self.is_provisional = False
        """True while the line may be undone: nothing that outlives the undo may happen."""
        self.dirty = 0
        """Index of the first leaf that changed since the owner last set it."""
        self._cutter = Cutter()
        self._n_groups = 0
        self._n_blank_code_lines = 0
        self._spare: list[Leaf] = []
        self._mentions: dict[str, list[int]] = {}

    # -- undo ---------------------------------------------------------------------------------------------------------

    def mark(self) -> LeafMark:
        """What `restore` needs; costs as much as the open leaf has lines, which is capped."""
        copy = None if self.open is None else replace(self.open, lines=self.open.lines[:])
        return LeafMark(len(self.leaves), copy, replace(self._cutter), self._n_groups, self._n_blank_code_lines)

    def restore(self, mark: LeafMark, was_seen: bool) -> None:
        """Undo everything since `mark`; leaves taken back are kept to be filled again, so that they stay the same objects.

        `was_seen` is False when nobody can have looked since: then not even a version has changed.
        """
        self._spare = self.leaves[mark.n_leaves :]
        del self.leaves[mark.n_leaves :]
        self._cutter = mark.cutter
        self._n_groups = mark.n_groups
        self._n_blank_code_lines = mark.n_blank_code_lines
        self.open = None
        if mark.open_leaf is not None:
            self.open = self.leaves[-1]
            _copy_into(self.open, mark.open_leaf)
            if not was_seen:
                self.open.version = mark.open_leaf.version

    def forget_spare(self) -> None:
        """Let go of the leaves that the last undo took back and nobody used again."""
        self._spare = []

    def touch(self, index: int) -> None:
        """Say that the leaf at `index` changed."""
        self.leaves[index].version += 1
        self.dirty = min(self.dirty, index)

    # -- opening and closing --------------------------------------------------------------------------------------------

    def begin(self, kind: LeafKind, containers: tuple[Container, ...], is_tight: bool) -> Leaf:
        """Open a new leaf at the end; the one before must be closed."""
        fresh = Leaf(kind, containers, first_line=self.line, last_line=self.line, is_tight=is_tight)
        if self._spare:
            leaf = self._spare.pop(0)
            _copy_into(leaf, fresh)
        else:
            leaf = fresh
        self.leaves.append(leaf)
        self.open = leaf
        self._cutter = Cutter()
        self._n_blank_code_lines = 0
        self.touch(len(self.leaves) - 1)
        return leaf

    def close(self) -> None:
        """Close the open leaf, if any. A paragraph gives up its link definitions and vanishes when nothing is left."""
        leaf = self.open
        if leaf is None:
            return
        self.open = None
        leaf.is_closed = True
        self.touch(len(self.leaves) - 1)
        if self.is_provisional:
            return
        if leaf.kind is LeafKind.PARAGRAPH:
            if self.may_define(leaf):
                self.take_definitions(leaf)
            if not leaf.lines:
                self.leaves.pop()
                return
        if leaf.kind in (LeafKind.PARAGRAPH, LeafKind.HEADING, LeafKind.TABLE):
            for label in mentioned_labels("\n".join(leaf.lines)) - self.definitions.keys():
                self._mentions.setdefault(label, []).append(len(self.leaves) - 1)

    def _continue(self, leaf: Leaf) -> Leaf:
        """Close `leaf` because it is full and open the next chunk of it."""
        if not leaf.group:
            self._n_groups += 1
            leaf.group = self._n_groups
        self.close()
        chunk = self.begin(leaf.kind, leaf.containers, is_tight=True)
        chunk.level, chunk.info, chunk.alignments = leaf.level, leaf.info, leaf.alignments
        chunk.group, chunk.is_continuation = leaf.group, True
        return chunk

    # -- paragraphs -----------------------------------------------------------------------------------------------------

    def add_paragraph_line(self, leaf: Leaf, text: str) -> None:
        """Add one line, without the white space before it, to the open paragraph."""
        if leaf.lines and text.startswith("[") and not self.is_provisional and self.may_define(leaf):
            self._take_whole_definitions(leaf)
        if leaf.lines:
            self._add_paragraph_text(text, is_new_line=True)
            return
        leaf.lines.append("")
        self._cutter = Cutter()
        self._add_paragraph_text(text, is_new_line=False)

    def add_to_line(self, text: str) -> None:
        """Add more of a long line to the open leaf, paragraph or code."""
        if self.open is not None and self.open.kind is LeafKind.PARAGRAPH:
            self._add_paragraph_text(text, is_new_line=False)
        else:
            self._add_code_text(text)

    def _add_paragraph_text(self, text: str, is_new_line: bool) -> None:
        leaf = self.leaves[-1]
        for start in range(0, len(text), _SLICE):
            piece = text[start : start + _SLICE]
            if is_new_line and start == 0:
                leaf.lines.append(piece)
                place = self._cutter.add("\n" + piece, leaf.lines)
            else:
                leaf.lines[-1] += piece
                place = self._cutter.add(piece, leaf.lines)
            while place is not None:
                leaf, place = self._split(leaf, place)
        leaf.last_line = self.line
        self.touch(len(self.leaves) - 1)

    def _split(self, leaf: Leaf, place: int) -> tuple[Leaf, int | None]:
        """Cut the open paragraph after `place` characters; the new chunk and where to cut that one, if at all."""
        text = "\n".join(leaf.lines)
        if text[place] == "\n":
            place += 1
        head, rest = text[:place], text[place:]
        is_at_line_end = head.endswith("\n")
        leaf.lines = head.removesuffix("\n").split("\n")
        leaf.last_line = leaf.first_line + len(leaf.lines) - 1
        chunk = self._continue(leaf)
        chunk.first_line = leaf.last_line + (1 if is_at_line_end else 0)
        chunk.starts_mid_line = not is_at_line_end
        chunk.lines = rest.split("\n")
        return chunk, self._cutter.add(rest, chunk.lines)

    # -- link definitions -----------------------------------------------------------------------------------------------

    def may_define(self, leaf: Leaf) -> bool:
        """True when the paragraph could begin with a link definition."""
        return bool(leaf.lines) and not leaf.group and leaf.lines[0].startswith("[")

    def take_definitions(self, leaf: Leaf) -> None:
        """Move the link definitions at the start of `leaf` into `definitions`."""
        text = "\n".join(leaf.lines)
        at = 0
        while (found := parse_definition(text, at)) is not None:
            at = found.end
            self._define(found.label, found.href, found.title)
        n_lines = len(leaf.lines) if at == len(text) else text.count("\n", 0, at)
        del leaf.lines[:n_lines]
        leaf.first_line += n_lines

    def _take_whole_definitions(self, leaf: Leaf) -> None:
        """Take the definitions if all of `leaf` is definitions.

        Done whenever a line starts with `[`, which no title does: else 20,000 definitions would be one paragraph.
        """
        text = "\n".join(leaf.lines)
        at = 0
        while (found := parse_definition(text, at)) is not None:
            at = found.end
        if at == len(text):
            self.take_definitions(leaf)

    def define_note(self, label: str) -> None:
        """Say that the message has a footnote `label`, unless that may be undone."""
        if not self.is_provisional:
            self._define(normalise_label("^" + label), NOTE_HREF + label, "")

    def _define(self, label: str, href: str, title: str) -> None:
        if label in self.definitions:
            return
        self.definitions[label] = (href, title)
        for index in self._mentions.pop(label, ()):
            self.touch(index)

    # -- code, formulas, tables -----------------------------------------------------------------------------------------

    def add_code_line(self, leaf: Leaf, text: str) -> None:
        """Add one line to open code or to an open formula."""
        if len(leaf.lines) >= MAX_CODE_LINES or self._cutter.n_chars >= MAX_CODE_CHARS:
            leaf = self._continue(leaf)
        leaf.lines.append("")
        self._add_code_text(text)

    def _add_code_text(self, text: str) -> None:
        leaf = self.leaves[-1]
        start = 0
        while True:
            end = start + MAX_CODE_LINE - len(leaf.lines[-1])
            leaf.lines[-1] += text[start:end]
            self._cutter.n_chars += len(text[start:end])
            leaf.last_line = self.line
            start = end
            if start >= len(text):
                break
            leaf = self._continue(leaf)
            leaf.starts_mid_line = True
            leaf.lines.append("")
        self.touch(len(self.leaves) - 1)

    def add_blank_code_line(self) -> None:
        """Note a blank line under indented code; it belongs to the code only if more code comes."""
        self._n_blank_code_lines += 1

    def add_indented_line(self, leaf: Leaf, text: str) -> None:
        """Add one line to open indented code, and the blank lines before it."""
        n_blank, self._n_blank_code_lines = self._n_blank_code_lines, 0
        self.line -= n_blank
        for _ in range(n_blank):
            self.add_code_line(self.leaves[-1], "")
            self.line += 1
        self.add_code_line(self.leaves[-1] if n_blank else leaf, text)

    def add_row(self, leaf: Leaf, text: str) -> None:
        """Add a row to the open table."""
        if len(leaf.lines) >= MAX_TABLE_LINES:
            leaf = self._continue(leaf)
        leaf.lines.append(text)
        leaf.last_line = self.line
        self.touch(len(self.leaves) - 1)


def _copy_into(target: Leaf, source: Leaf) -> None:
    """Make `target` say what `source` says. Its version only ever goes up: a view compares it with what it drew."""
    target.kind, target.containers, target.lines = source.kind, source.containers, source.lines
    target.first_line, target.last_line = source.first_line, source.last_line
    target.level, target.info, target.alignments = source.level, source.info, source.alignments
    target.group, target.is_continuation = source.group, source.is_continuation
    target.starts_mid_line, target.is_closed, target.is_tight = source.starts_mid_line, source.is_closed, source.is_tight
