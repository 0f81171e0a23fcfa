"""What is read in a message, leaf by leaf, without its markup and without a document: what words are looked for in.

The text of a leaf is made when words are asked for that may be in it, and kept as long as words are looked for: all of
1,000 messages take 0.4 s, nearly all of it the parser of text, so that whoever asks for many does it in slices.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from desktop_app.chat.matching import may_be_read_in
from desktop_app.markdown.leaf import Leaf, LeafKind
from desktop_app.markdown.tables import split_cells
from desktop_app.markdown.unfinished import closed
from desktop_app.ui.transcript.answer_text import AnswerText
from desktop_app.ui.transcript.formats import N_CELL_CHARS_MAX
from desktop_app.ui.transcript.leaf_box import task_of
from desktop_app.ui.transcript.leaf_renderer import CODE_KINDS, Definitions, calmed, with_box
from desktop_app.ui.transcript.plain_text import plain_leaves
from desktop_app.ui.transcript.table_look import N_COLUMNS_MAX, cut_cell

if TYPE_CHECKING:
    from desktop_app.ui.transcript.message_layout import MessageLayout

_PIECE = 8_192
_CELL_END = "\ufdd0"
"""As in a document: no words go on from one cell to the next."""

_Form = tuple[str, bool, bool]
"""The source of a message, whether what the model thought is unfolded, and whether the source itself is shown."""


def text_of_leaf(leaf: Leaf, definitions: Definitions, *, has_task: bool = False, is_tail: bool = False) -> str:
    """Give what is read in a leaf; a formula is its TeX, drawn or not."""
    text = calmed("\n".join(leaf.lines))
    if leaf.kind is LeafKind.RULE:
        return ""
    if leaf.kind in CODE_KINDS or leaf.kind is LeafKind.PLAIN:
        return text
    if leaf.kind is not LeafKind.TABLE:
        text = with_box(leaf, text, has_task)
        return _of_runs(closed(text) if is_tail else text, definitions)
    if len(leaf.alignments) > N_COLUMNS_MAX:
        return text
    rows = (split_cells(line)[: len(leaf.alignments)] for line in leaf.lines)
    cells = (_of_runs(calmed(cut_cell(cell, N_CELL_CHARS_MAX)), definitions) for row in rows for cell in row)
    return _CELL_END.join(cells)


def _of_runs(text: str, definitions: Definitions) -> str:
    # As in the renderer: the parser is imported with the first text.
    from desktop_app.markdown.inline import parse_inline

    return "".join(run.text for run in parse_inline(text, definitions))


class ReadLeaf:
    """One leaf and, once it was asked for, its text."""

    __slots__ = ("_definitions", "_has_task", "_leaf", "_missing", "_text", "is_tail", "version")

    def __init__(self, leaf: Leaf, definitions: Definitions, *, has_task: bool = False, is_tail: bool = False) -> None:
        self._leaf, self._definitions, self._has_task = leaf, definitions, has_task
        self.version, self.is_tail = leaf.version, is_tail
        self._text: str | None = None
        self._missing: str | None = None
        """Words that are not in it."""

    def text(self, words: str) -> str:
        """Give what is read in it; "" when `words` cannot be in that: looking at the source is cheaper than the parser."""
        if self._text is None and self._missing != words:
            if may_be_read_in("\n".join(self._leaf.lines), words):
                self._text = text_of_leaf(self._leaf, self._definitions, has_task=self._has_task, is_tail=self.is_tail)
            else:
                self._missing = words
        return self._text or ""


class ReadTexts:
    """The texts of messages that were asked for. Everywhere "" for `words` gives all that is read."""

    def __init__(self) -> None:
        self._leaves: WeakKeyDictionary[MessageLayout, dict[Leaf, ReadLeaf]] = WeakKeyDictionary()
        self._unscanned: WeakKeyDictionary[MessageLayout, tuple[_Form, list[ReadLeaf]]] = WeakKeyDictionary()

    def clear(self) -> None:
        """Let go of everything."""
        self._leaves.clear()
        self._unscanned.clear()

    def of_box(self, layout: MessageLayout, index: int, words: str) -> str:
        """Give what is read in box `index` of a message; "" when `words` cannot be in that."""
        box = layout.boxes[index]
        leaves = self._leaves.setdefault(layout, {})
        known = leaves.get(box.leaf)
        if known is None or (known.version, known.is_tail) != (box.leaf.version, box.is_tail):
            scanner = layout.scanner_of(index)
            definitions = scanner.definitions if scanner is not None else {}
            known = leaves[box.leaf] = ReadLeaf(
                box.leaf, definitions, has_task=box.task is not None, is_tail=box.is_tail
            )  # fmt: skip
        return known.text(words)

    def of_message(self, layout: MessageLayout, words: str) -> Iterator[str]:
        """Give what is read in the leaves of a message that `words` may be in, and empty texts between.

        A message that has no boxes yet gets none by that: those of a thousand take 30 MB.
        """
        if layout.is_scanned and not layout.is_behind:
            index = 0
            while index < len(layout.boxes):
                yield self.of_box(layout, index, words)
                index += 1
            return
        form = (layout.source, layout.is_open, layout.is_source)
        known = self._unscanned.get(layout)
        if known is None or known[0] != form:
            leaves: list[ReadLeaf] = []
            for some in _leaves_of(layout, form[0]):
                leaves += some
                yield ""
            known = self._unscanned[layout] = (form, leaves)
        for leaf in known[1]:
            yield leaf.text(words)


def _leaves_of(layout: MessageLayout, source: str) -> Iterator[list[ReadLeaf]]:
    """Scan a message, and give its leaves in the end."""
    if layout.is_user or layout.is_source:
        yield [ReadLeaf(leaf, {}) for leaf in plain_leaves(source)]
        return
    scanned = AnswerText()
    for at in range(0, len(source), _PIECE):
        scanned.feed(source[at : at + _PIECE])
        yield []
    scanned.finish()
    scanners = [scanned.reasoning] if layout.is_open and scanned.reasoning is not None else []
    for scanner in (*scanners, scanned.answer):
        pairs = zip([None, *scanner.leaves], scanner.leaves, strict=False)
        yield [ReadLeaf(leaf, scanner.definitions, has_task=task_of(before, leaf) is not None) for before, leaf in pairs]
