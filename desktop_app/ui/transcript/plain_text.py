"""The person's own text as leaves: shown as typed, cut into pieces small enough to lay out one by one."""

from __future__ import annotations

from desktop_app.markdown.leaf import Leaf, LeafKind

_MAX_CHARS = 1_600
_MAX_LINES = 64


def plain_leaves(text: str) -> list[Leaf]:
    """Give `text` as leaves; joined again they are the text (line ends of all kinds as one)."""
    result: list[Leaf] = []
    leaf = _new_leaf(result, 0, starts_mid_line=False)
    n_chars = 0
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        for start, piece in _pieces(line):
            is_full = len(leaf.lines) >= _MAX_LINES or n_chars + len(piece) > _MAX_CHARS
            if start or (leaf.lines and is_full):
                leaf = _new_leaf(result, number, starts_mid_line=start > 0)
                n_chars = 0
            leaf.lines.append(piece)
            leaf.last_line = number
            n_chars += len(piece) + 1
    return result


def text_of(leaves: list[Leaf]) -> str:
    """Give the text of leaves that follow each other."""
    parts: list[str] = []
    for number, leaf in enumerate(leaves):
        if number:
            parts.append("" if leaf.starts_mid_line else "\n")
        parts.append("\n".join(leaf.lines))
    return "".join(parts)


def _new_leaf(result: list[Leaf], line: int, starts_mid_line: bool) -> Leaf:
    leaf = Leaf(
        LeafKind.PLAIN, first_line=line, last_line=line, group=1, is_continuation=bool(result), is_closed=True,
        starts_mid_line=starts_mid_line,
    )  # fmt: skip
    result.append(leaf)
    return leaf


def _pieces(line: str) -> list[tuple[int, str]]:
    """Cut a long line, after a space where there is one."""
    result = []
    start = 0
    while len(line) - start > _MAX_CHARS:
        space = line.rfind(" ", start, start + _MAX_CHARS)
        end = space + 1 if space > start + _MAX_CHARS // 2 else start + _MAX_CHARS
        result.append((start, line[start:end]))
        start = end
    result.append((start, line[start:]))
    return result
