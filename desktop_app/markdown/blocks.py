"""CommonMark's block phase, one line at a time: containers that are open, and what a line opens, continues or closes.

Works on a line at a time with no look-ahead, so that text can be shown as it grows. Where that needs a decision early,
the module says so: `Fate` tells what may still happen to an unfinished line.
Source: CommonMark 0.31.2, appendix "A parsing strategy"; tables from GFM 0.29; display math our own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from desktop_app.markdown import lines
from desktop_app.markdown.containers import MAX_DEPTH, ContainerMark, Containers, behind_marker, behind_note, behind_quote_mark
from desktop_app.markdown.display_math import MathEnd, MathStart, leaves_formula_open, math_end, math_start
from desktop_app.markdown.leaf import Leaf, LeafKind
from desktop_app.markdown.lines import MAX_LINE, FenceStart, ItemStart
from desktop_app.markdown.open_leaf import MAX_CODE_LINES, LeafMark, OpenLeaf
from desktop_app.markdown.tables import header_alignments


class Fate(Enum):
    """What more characters can do to an unfinished line."""

    HELD = auto()
    """It may become anything: show nothing of it."""
    HEADER = auto()
    """It is held, too, and once it is whole the next line shows whether a table begins with it."""
    OPEN = auto()
    """It is shown as what it looks like, and may still become something else."""
    SETTLED = auto()
    """It is text or code whatever follows: characters can be appended to the open leaf."""


@dataclass(slots=True)
class BlockMark:
    """Everything an unfinished line can change."""

    leaf: LeafMark
    containers: ContainerMark
    fence: FenceStart | None
    math: MathStart | None
    n_math_lines: int


class Blocks:
    """Open containers over an `OpenLeaf`; `take_line` is the whole grammar."""

    def __init__(self) -> None:
        self.leaf = OpenLeaf()
        self._containers = Containers(self.leaf)
        self._fence: FenceStart | None = None
        self._math: MathStart | None = None
        self._n_math_lines = 0
        self._is_whole = True
        self._n_over = 0

    def mark(self) -> BlockMark:
        """The state to come back to."""
        return BlockMark(
            self.leaf.mark(),
            self._containers.mark(),
            self._fence,
            self._math,
            self._n_math_lines,
        )

    def restore(self, mark: BlockMark, was_seen: bool) -> None:
        """Undo every line since `mark`; `was_seen` as for `OpenLeaf.restore`."""
        self.leaf.restore(mark.leaf, was_seen)
        self._containers.restore(mark.containers)
        self._fence, self._math, self._n_math_lines = mark.fence, mark.math, mark.n_math_lines

    def close_all(self) -> None:
        """Close what is open: the text has ended."""
        self._close_from(0)

    def take_line(self, line: str, is_whole: bool) -> Fate:
        """Take one line without its line end. When it is not whole yet, the fate tells what may come of it."""
        self._is_whole = is_whole
        self._n_over = max(0, len(line) - MAX_LINE)
        open_leaf = self.leaf.open
        if not self._containers.boxes and line[:1].isalpha() and (open_leaf is None or open_leaf.kind is LeafKind.PARAGRAPH):
            return self._take_text(line, 0)  # most lines of prose, and nothing else can begin with a letter
        rest, column, depth = self._containers.match(line)
        if open_leaf is not None and depth == len(self._containers.boxes):
            if open_leaf.kind is LeafKind.FENCE:
                return self._take_fence_line(open_leaf, rest, column)
            if open_leaf.kind is LeafKind.MATH:
                return self._take_math_line(open_leaf, rest, column)
        return self._take_starts(rest, column, depth)

    # -- containers -----------------------------------------------------------------------------------------------------

    def _close_from(self, depth: int) -> None:
        self._containers.close_from(depth)
        self._fence = self._math = None

    def _close_leaf(self) -> None:
        self.leaf.close()
        self._fence = self._math = None

    def _begin(self, kind: LeafKind, depth: int) -> Leaf:
        """Close what the line does not continue and open a leaf of `kind` there."""
        self._close_from(depth)
        path = self._containers.path()
        leaf = self.leaf.begin(kind, path, self._containers.is_tight(path))
        self._containers.is_after_blank = False
        return leaf

    # -- block starts ---------------------------------------------------------------------------------------------------

    def _take_starts(self, rest: str, column: int, depth: int) -> Fate:
        """Open the containers that begin on this line, then the leaf behind them."""
        while True:
            text = rest.lstrip(" \t")
            if not text:
                return self._take_blank(depth) if self._is_whole else Fate.HELD
            indent = lines.indentation(rest, column)
            if indent >= 4:
                return self._take_indented(rest, column, depth)
            if not self._is_whole and self._is_undecided(text, depth):
                return Fate.HEADER if self._may_begin_table(text, depth) else Fate.HELD
            if text[0] == ">" and depth < MAX_DEPTH:
                self._containers.push_quote(depth)
                rest, column = behind_quote_mark(rest, column, indent)
            elif text[0] == "[" and depth < MAX_DEPTH and (note := lines.note_start(text)) is not None:
                self._containers.push_note(note, depth)
                rest, column = behind_note(rest, column, indent, note)
            elif (fate := self._take_leaf_start(text, indent, depth)) is not None:
                return fate
            elif (item := self._item_start(text, depth)) is not None:
                width, rest = behind_marker(rest, column, indent, item)
                self._containers.push_item(item, width, depth)
                column += width
            else:
                return self._take_text(text, depth)
            depth += 1

    def _is_undecided(self, text: str, depth: int) -> bool:
        if self._n_over:
            return lines.is_bare_marker(text)
        return lines.is_undecided(text, self._open_kind(depth) is LeafKind.TABLE)

    def _may_begin_table(self, text: str, depth: int) -> bool:
        """True for a line with a pipe before it that is no row of a table, and not the line of dashes of one."""
        kind = self._open_kind(depth)
        if text[0] != "|" or kind is LeafKind.TABLE:
            return False
        return kind is not LeafKind.PARAGRAPH or header_alignments(self.leaf.leaves[-1].lines[-1], text.rstrip(" \t")) is None

    def _open_kind(self, depth: int) -> LeafKind | None:
        """Kind of the open leaf when the line stands in all of its containers, else None."""
        if self.leaf.open is None or depth != len(self._containers.boxes):
            return None
        return self.leaf.open.kind

    def _take_leaf_start(self, text: str, indent: int, depth: int) -> Fate | None:
        """Take the line when it opens a leaf of its own or turns the paragraph above into something else."""
        if self._n_over:
            return None
        if text[0] == "#" and (heading := lines.heading(text)) is not None:
            return self._take_heading(heading, depth)
        if (fence := lines.fence_start(text, indent)) is not None:
            self._begin(LeafKind.FENCE, depth).info = fence.info
            self._fence = fence
            return Fate.OPEN
        if text[0] in "$\\" and (math := math_start(text)) is not None and not self._ends_formula_in_prose(text, depth):
            return self._take_math_start(math, depth)
        if self._is_whole and self._open_kind(depth) is LeafKind.PARAGRAPH and self._take_underline(text):
            return Fate.OPEN
        if self._is_whole and text[0] in "-*_" and lines.is_rule(text):
            self._begin(LeafKind.RULE, depth)
            self._close_leaf()
            return Fate.OPEN
        return None

    def _take_heading(self, heading: tuple[int, str], depth: int) -> Fate:
        leaf = self._begin(LeafKind.HEADING, depth)
        leaf.level = heading[0]
        leaf.lines.append(heading[1])
        self._close_leaf()
        return Fate.OPEN

    def _take_underline(self, text: str) -> bool:
        """Turn the open paragraph into a heading or its last line into the head of a table, if `text` does that."""
        if text[0] not in "=-|:":
            return False
        leaf = self.leaf.leaves[-1]
        is_cut_line = leaf.starts_mid_line and len(leaf.lines) == 1
        if not is_cut_line and len(leaf.lines[-1]) <= MAX_LINE:
            alignments = header_alignments(leaf.lines[-1], text.rstrip(" \t"))
            if alignments is not None:
                self._begin_table(leaf, alignments)
                return True
        level = lines.underline_level(text)
        if not level or leaf.group:  # a paragraph already cut into chunks stays one
            return False
        if self.leaf.may_define(leaf):
            self.leaf.take_definitions(leaf)
            if not leaf.lines:
                self._close_leaf()
                return False
        leaf.kind, leaf.level, leaf.last_line = LeafKind.HEADING, level, self.leaf.line
        self._close_leaf()
        return True

    def _begin_table(self, paragraph: Leaf, alignments: tuple[str, ...]) -> None:
        header = paragraph.lines.pop()
        line = paragraph.last_line
        if paragraph.lines:
            paragraph.last_line -= 1
            leaf = self._begin(LeafKind.TABLE, len(self._containers.boxes))
        else:
            leaf = paragraph
            leaf.kind, leaf.group, leaf.is_continuation = LeafKind.TABLE, 0, False
        leaf.alignments, leaf.first_line = alignments, line
        self.leaf.add_row(leaf, header)

    def _item_start(self, text: str, depth: int) -> ItemStart | None:
        if depth >= MAX_DEPTH:
            return None
        item = lines.item_start(text)
        if item is None or self._open_kind(depth) is not LeafKind.PARAGRAPH:
            return item
        # Only a marker with text behind it may interrupt a paragraph, and of the numbers only 1.
        may_interrupt = item.number in ("", "1") and not lines.is_blank(text[item.length :])
        return item if may_interrupt else None

    # -- lines of leaves ------------------------------------------------------------------------------------------------

    def _take_text(self, text: str, depth: int) -> Fate:
        """Paragraph text: more of an open one, in or (lazily) out of its containers; a table row; or a new one."""
        leaf = self.leaf.open
        if leaf is not None and leaf.kind is LeafKind.PARAGRAPH:
            self.leaf.add_paragraph_line(leaf, text)
            return Fate.SETTLED
        if leaf is not None and leaf.kind is LeafKind.TABLE and depth == len(self._containers.boxes) and not self._n_over:
            self.leaf.add_row(leaf, text)
            return Fate.OPEN
        self.leaf.add_paragraph_line(self._begin(LeafKind.PARAGRAPH, depth), text)
        return Fate.SETTLED

    def _take_indented(self, rest: str, column: int, depth: int) -> Fate:
        """A line indented by four columns or more: text in a paragraph, else code."""
        leaf = self.leaf.open
        if leaf is not None and leaf.kind is LeafKind.PARAGRAPH:
            return self._take_text(rest.lstrip(" \t"), depth)
        if self._open_kind(depth) is not LeafKind.CODE or leaf is None:
            leaf = self._begin(LeafKind.CODE, depth)
        self._containers.is_after_blank = False
        self.leaf.add_indented_line(leaf, lines.consume(rest, column, 4))
        return Fate.SETTLED

    def _take_blank(self, depth: int) -> Fate:
        """A blank line closes a paragraph and a table, and the quotes that it does not stand in."""
        self._containers.is_after_blank = True
        if depth == len(self._containers.boxes):
            if self._open_kind(depth) is LeafKind.CODE:
                self.leaf.add_blank_code_line()
            else:
                self._close_leaf()
            return Fate.OPEN
        box = self._containers.boxes[depth]
        if box.mark:
            # Kept, because an item may follow that belongs to the same list.
            self._containers.boxes[depth] = replace(box, is_dead=True)
            return Fate.OPEN
        self._close_from(depth)
        return Fate.OPEN

    def _take_fence_line(self, leaf: Leaf, rest: str, column: int) -> Fate:
        fence = self._fence
        assert fence is not None
        text = rest.lstrip(" \t")
        if not self._n_over and lines.indentation(rest, column) < 4:
            if not self._is_whole and not text.rstrip(" \t").strip(fence.char):
                return Fate.HELD
            if lines.ends_fence(text, fence):
                leaf.last_line = self.leaf.line
                self._close_leaf()
                return Fate.OPEN
        indent = min(fence.indent, lines.indentation(rest, column))
        self.leaf.add_code_line(leaf, lines.consume(rest, column, indent) if indent else rest)
        return Fate.SETTLED

    def _take_math_start(self, math: MathStart, depth: int) -> Fate:
        leaf = self._begin(LeafKind.MATH, depth)
        self._math = math
        self._n_math_lines = 0
        if math.content is not None:
            self.leaf.add_code_line(leaf, math.content)
        if math.is_closed:
            self._close_leaf()
        return Fate.OPEN

    def _ends_formula_in_prose(self, text: str, depth: int) -> bool:
        """True for `$$` under a paragraph with an open one: "The formula is $$", and the formula in the next lines."""
        if text[0] != "$" or self._open_kind(depth) is not LeafKind.PARAGRAPH:
            return False
        return leaves_formula_open("\n".join(self.leaf.leaves[-1].lines))

    def _take_math_line(self, leaf: Leaf, rest: str, column: int) -> Fate:
        math = self._math
        assert math is not None
        if self._n_over:
            return self._take_long_math_line(leaf, rest, math.closer)
        text = rest.strip(" \t")
        if not self._is_whole and not text.strip("$\\]#`~"):
            return Fate.HELD
        if lines.ends_open_formula(text, lines.indentation(rest, column)):
            self._close_leaf()
            return self._take_starts(rest, column, len(self._containers.boxes))
        self._n_math_lines += 1
        end = math_end(text, math.closer)
        # TeX has no blank line in a display. After `$$ text` in prose it ends what was no formula.
        is_no_formula = not text and math.content is not None
        if end is not None:
            self._end_math(leaf, end)
        elif not is_no_formula:
            self.leaf.add_code_line(leaf, rest)
        if is_no_formula or (end is None and self._n_math_lines >= MAX_CODE_LINES):
            self.leaf.leaves[-1].last_line = self.leaf.line
            self._close_leaf()
        return Fate.OPEN

    def _take_long_math_line(self, leaf: Leaf, rest: str, closer: str) -> Fate:
        """A line that is text behind the end of the formula, and else a part of it."""
        end = math_end(rest.lstrip(" \t"), closer, self._n_over)
        if end is None:
            self.leaf.add_code_line(leaf, rest)
        elif not end.rest and not self._is_whole:
            return Fate.HELD
        else:
            self._end_math(leaf, end)
        return Fate.SETTLED

    def _end_math(self, leaf: Leaf, end: MathEnd) -> None:
        """Close the formula, and begin a paragraph with the text behind it."""
        if end.content:
            self.leaf.add_code_line(leaf, end.content)
        if self.leaf.leaves[-1].lines:
            self.leaf.add_to_line(end.marks)
        self.leaf.leaves[-1].last_line = self.leaf.line
        self._close_leaf()
        if end.rest:
            paragraph = self._begin(LeafKind.PARAGRAPH, len(self._containers.boxes))
            paragraph.starts_mid_line = True
            self.leaf.add_paragraph_line(paragraph, end.rest)
