"""Text as leaves just as it stands: what the person typed, and the source of anything.

Cut into pieces small enough to lay out one by one.
"""

from __future__ import annotations

from desktop_app.markdown.leaf import Leaf, LeafKind

_MAX_CHARS = 1_600
_MAX_LINES = 64


class PlainScanner:
    """Cuts text into leaves as it comes, at the cost of what is new; joined again they are the text.

    The leaves are the same however the text is cut up on its way. Line ends of all kinds are one.
    """

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self.definitions: dict[str, tuple[str, str]] = {}
        """None: there is no markup."""
        self._open = ""
        """The last piece of the last line, which may go on."""
        self._line = 0
        self._n_chars = 0
        """In the last leaf, without the open piece."""
        self._has_return = False
        """True while it is not known whether a line feed follows."""

    def feed(self, text: str) -> int:
        """Take more text. Gives the first leaf that changed, or the number of leaves."""
        if not text:
            return len(self.leaves)
        text = "\r" + text if self._has_return else text
        self._has_return = text.endswith("\r")
        text = text[:-1] if self._has_return else text
        return self._take(text.replace("\r\n", "\n").replace("\r", "\n"))

    def finish(self) -> int:
        """The text has ended. Gives the same as `feed`."""
        if not self._has_return:
            return len(self.leaves)
        self._has_return = False
        return self._take("\n")

    def source_of(self, first: Leaf, last: Leaf) -> str:
        """Give the text of the leaves from `first` to `last`."""
        start = self.leaves.index(first)
        return text_of(self.leaves[start : self.leaves.index(last, start) + 1])

    def _take(self, text: str) -> int:
        if not text:
            return len(self.leaves)
        first = max(0, len(self.leaves) - 1)
        if self.leaves:
            leaf = self.leaves[-1]
            leaf.lines.pop()
            leaf.last_line = max(leaf.first_line, self._line - 1)
        piece = ""
        for number, line in enumerate((self._open + text).split("\n")):
            self._line += bool(number)
            for start, piece in _pieces(line):
                self._put(piece, starts_mid_line=start > 0)
        self._open = piece
        self._n_chars -= len(piece) + 1
        return first

    def _put(self, piece: str, starts_mid_line: bool) -> None:
        leaf = self.leaves[-1] if self.leaves else None
        if leaf is None or (leaf.lines and (starts_mid_line or self._is_full(leaf, piece))):
            leaf = Leaf(
                LeafKind.PLAIN, first_line=self._line, group=1, is_continuation=bool(self.leaves), is_closed=True,
                starts_mid_line=starts_mid_line,
            )  # fmt: skip
            self.leaves.append(leaf)
            self._n_chars = 0
        leaf.lines.append(piece)
        leaf.last_line = self._line
        leaf.version += 1
        self._n_chars += len(piece) + 1

    def _is_full(self, leaf: Leaf, piece: str) -> bool:
        return len(leaf.lines) >= _MAX_LINES or self._n_chars + len(piece) > _MAX_CHARS


def plain_leaves(text: str) -> list[Leaf]:
    """Give `text` as leaves, at least one; joined again they are the text (line ends of all kinds as one)."""
    scanner = PlainScanner()
    scanner.feed(text)
    scanner.finish()
    return scanner.leaves or [Leaf(LeafKind.PLAIN, lines=[""], group=1, is_closed=True)]


def text_of(leaves: list[Leaf]) -> str:
    """Give the text of leaves that follow each other."""
    parts: list[str] = []
    for number, leaf in enumerate(leaves):
        if number:
            parts.append("" if leaf.starts_mid_line else "\n")
        parts.append("\n".join(leaf.lines))
    return "".join(parts)


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
