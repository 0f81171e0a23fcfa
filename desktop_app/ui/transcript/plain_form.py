"""A message as plain text, without its Markdown, and its code blocks one by one: what *Copy as* gives."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from desktop_app.markdown.leaf import ContainerKind, Leaf, LeafKind
from desktop_app.markdown.scanner import code_of
from desktop_app.markdown.tables import split_cells
from desktop_app.markdown.unfinished import UNFINISHED_HREF
from desktop_app.ui.transcript.leaf_box import are_in_one_list, new_items
from desktop_app.ui.transcript.leaf_renderer import CODE_KINDS, Definitions
from desktop_app.ui.transcript.message_layout import MessageLayout
from desktop_app.ui.transcript.plain_text import text_of

_INDENT = "  "
_RULE = "---"
N_LINKS_MAX = 20
_N_CHARACTERS_MAX = 30_000
"""Of a message, looked at for links: 8 ms of the inline parser. What stands further down is reached with the mouse."""


def scan_all(layout: MessageLayout) -> bool:
    """See that the whole message is scanned; True when something was scanned now."""
    is_new = layout.scan()
    while layout.is_behind:
        layout.scan_more()
        is_new = True
    return is_new


def plain_parts(layout: MessageLayout) -> Iterator[str]:
    """Give a message as it is read: marks of emphasis gone, bullets kept, cells of a table with tabs between.

    Piece by piece: 80,000 characters take 20 ms, nearly all of it the inline parser.
    """
    if layout.is_source:
        yield layout.source
        return
    if layout.scanner is None:
        yield text_of(layout.leaves()) if layout.boxes else layout.answer_source
        return
    definitions = layout.scanner.definitions
    previous: Leaf | None = None
    all_leaves = layout.leaves()
    for first, end in _blocks(layout):
        leaves = all_leaves[first:end]
        if previous is not None:
            yield "\n" if leaves[0].is_tight and are_in_one_list(previous, leaves[0]) else "\n\n"
        if leaves[0].kind in CODE_KINDS:
            yield _indented(leaves[0], previous, code_of(leaves))
        else:
            yield from _of_chunks(leaves, previous, definitions)
        previous = leaves[-1]


def code_blocks(layout: MessageLayout) -> list[tuple[str, str]]:
    """Give every code block of a message, in order: what stands after its opening fence, and its code."""
    leaves = layout.leaves()
    return [
        (leaves[first].info, code_of(leaves[first:end]))
        for first, end in _blocks(layout)
        if leaves[first].kind in (LeafKind.FENCE, LeafKind.CODE)
    ]


def links(layout: MessageLayout) -> list[tuple[str, str]]:
    """Give the words and the address of the first links of a message, each address once."""
    found: dict[str, str] = {}
    if layout.is_source or layout.scanner is None:
        return []
    n_left = _N_CHARACTERS_MAX
    for leaf in layout.leaves()[layout.n_reasoning :]:
        text = "\n".join(leaf.lines)
        n_left -= len(text)
        if n_left < 0 or len(found) >= N_LINKS_MAX:
            break
        if leaf.kind not in CODE_KINDS:
            for words, href in _links_in(text, layout.scanner.definitions):
                found.setdefault(href, words)
    return [(words, href) for href, words in found.items()][:N_LINKS_MAX]


def _links_in(text: str, definitions: Definitions) -> Iterator[tuple[str, str]]:
    from desktop_app.markdown.inline import parse_inline  # with the first text, as below

    for href, runs in groupby(parse_inline(text, definitions), lambda run: "" if run.is_note else run.href):
        if href and href != UNFINISHED_HREF:
            yield "".join(" " if run.is_break else run.text for run in runs), href


def _blocks(layout: MessageLayout) -> Iterator[tuple[int, int]]:
    """Give the first box of every block of the answer, and the one behind its last chunk; not what was thought before."""
    index = layout.n_reasoning
    while index < len(layout.boxes):
        end = layout.last_chunk(index) + 1
        yield index, end
        index = end


def _of_chunks(leaves: list[Leaf], previous: Leaf | None, definitions: Definitions) -> Iterator[str]:
    line_end = "\n" + _INDENT * sum(one.kind is ContainerKind.ITEM for one in leaves[0].containers)
    for leaf in leaves:
        text = _text(leaf, definitions)
        text = text.rstrip(" ") if leaf is leaves[-1] else text
        if leaf is leaves[0]:
            yield _indented(leaf, previous, text)
        else:
            yield ("" if leaf.starts_mid_line else line_end) + text.replace("\n", line_end)


def _text(leaf: Leaf, definitions: Definitions) -> str:
    # As in the renderer: the parser is imported with the first text.
    from desktop_app.markdown.inline import cell_text, parse_inline

    if leaf.kind is LeafKind.RULE:
        return _RULE
    if leaf.kind is LeafKind.TABLE:
        rows = (split_cells(line)[: len(leaf.alignments)] for line in leaf.lines)
        return "\n".join("\t".join(cell_text(cell, definitions) for cell in row) for row in rows)
    source = "\n".join(leaf.lines)
    # The chunks of one long paragraph were cut behind a space, which the parser takes away.
    space = len(source) - len(source.rstrip(" "))
    return "".join(run.text for run in parse_inline(source, definitions)) + " " * space


def _indented(leaf: Leaf, previous: Leaf | None, text: str) -> str:
    """Put the marker of a list item or the label of a footnote before `text`, and its other lines below its first word."""
    new = [one for _, one in new_items(previous, leaf)]
    markers = [f"[{one.marker}]" if one.kind is ContainerKind.NOTE else one.marker for one in new]
    before_text = " ".join(markers) + " " if markers else ""
    depth = sum(one.kind is ContainerKind.ITEM for one in leaf.containers)
    if not depth:
        return before_text + text
    before = _INDENT * (depth - 1)
    return before + (before_text or _INDENT) + text.replace("\n", "\n" + before + _INDENT)
