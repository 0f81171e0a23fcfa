"""Message text, as it grows, becomes leaves; what is finished never changes.

Every line is examined once when it is whole. The unfinished last line is examined as it is, shown, and taken back before
the next text comes; once it is long and can be nothing but text or code, what comes is appended to the open leaf.
That the work stays proportional to the text is counted in `tests/markdown/test_scanner_cost.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from desktop_app.markdown.blocks import BlockMark, Blocks, Fate
from desktop_app.markdown.leaf import Leaf, LeafKind
from desktop_app.markdown.lines import MAX_LINE, is_blank

COMMIT_LENGTH = 48
"""Characters after which a line that can be nothing else is no longer taken back: else a paragraph of 80,000 characters
on one line would be examined 2,000 times."""

_DASHES = "|:- \t>"
"""What the line below the header of a table is made of, and a quote around it: so much of it decides nothing."""
_LINE_END = re.compile(r"\r\n?|\n")


class BlockScanner:
    """Leaves and link definitions of one message, kept up to date while its text grows."""

    def __init__(self) -> None:
        self._blocks = Blocks()
        self._source: list[str] = []
        self._line_starts = [0]
        self._n_taken = 0
        """Characters of the source behind us: all that was fed but a \\r that may be half a line end."""
        self._carry = ""
        self._rest: list[str] = []
        self._is_rest_blank = True
        self._is_line_begun = False
        """True when the start of the unfinished line is taken for good."""
        self._header: tuple[str, int] | None = None
        """The last whole line and its number, when the next one shows whether a table begins with it: until then nothing
        of it is shown."""
        self._undo: BlockMark | None = None
        self._undo_dirty = 0
        self._is_finished = False

    @property
    def leaves(self) -> list[Leaf]:
        """All leaves in order; the last one may still be open. Always the same list."""
        return self._blocks.leaf.leaves

    @property
    def definitions(self) -> dict[str, tuple[str, str]]:
        """Link definitions found so far: normalised label to (address, title)."""
        return self._blocks.leaf.definitions

    @property
    def source(self) -> str:
        """All text fed so far, exactly as it came."""
        if len(self._source) > 1:
            self._source = ["".join(self._source)]
        return self._source[0] if self._source else ""

    def source_of(self, first: Leaf, last: Leaf) -> str:
        """The whole source lines from the first line of `first` to the last of `last`, without the last line end."""
        start = self._line_starts[first.first_line]
        if last.last_line + 1 >= len(self._line_starts):
            return self.source[start:]
        text = self.source[start : self._line_starts[last.last_line + 1]]
        return text.removesuffix("\n").removesuffix("\r")

    def feed(self, text: str) -> int:
        """Take more text. Gives the index of the first leaf that changed or is new, `len(leaves)` when none did.

        Raises: ValueError after `finish`.
        """
        if self._is_finished:
            raise ValueError("the scanner is finished: a longer text needs a new one")
        state = self._blocks.leaf
        state.dirty = len(state.leaves)
        self._source.append(text)
        self._take_back()
        text = self._carry + text.replace("\0", "\ufffd")
        self._carry = ""
        if text.endswith("\r"):
            # The \n of a Windows line end may be the first character of what comes next.
            self._carry = "\r"
            text = text[:-1]
        self._take_text(text)
        self._show_rest()
        state.forget_spare()
        return state.dirty

    def finish(self) -> int:
        """The text has ended: the last line counts as whole and everything is closed. Gives the same as `feed`."""
        state = self._blocks.leaf
        state.dirty = len(state.leaves)
        if self._is_finished:
            return state.dirty
        self._is_finished = True
        self._take_back()
        if self._carry or self._rest or self._is_line_begun:
            self._end_line("")
        self._take_header()
        self._blocks.close_all()
        state.forget_spare()
        return min(state.dirty, len(state.leaves))

    def _take_text(self, text: str) -> None:
        """Take every whole line of `text` and keep the rest."""
        start = 0
        for end in _LINE_END.finditer(text):
            self._end_line(text[start : end.start()])
            start = end.end()
            self._line_starts.append(self._n_taken + start)
            self._blocks.leaf.line += 1
        self._n_taken += len(text)
        if start < len(text):
            self._rest.append(text[start:])
            self._is_rest_blank = self._is_rest_blank and is_blank(text[start:])

    def _end_line(self, tail: str) -> None:
        """The unfinished line ends with `tail`."""
        if self._is_line_begun:
            if self._rest or tail:
                self._blocks.leaf.add_to_line("".join(self._rest) + tail)
        else:
            self._take_header()
            line = "".join(self._rest) + tail
            if self._is_header(line):
                self._header = (line, self._blocks.leaf.line)
            else:
                self._blocks.take_line(line, is_whole=True)
        self._rest = []
        self._is_rest_blank = True
        self._is_line_begun = False

    def _is_header(self, line: str) -> bool:
        """True when the next line shows whether a table begins with this one. Nothing is taken."""
        state = self._blocks.leaf
        if "|" not in line or (state.open is not None and state.open.kind is not LeafKind.PARAGRAPH):
            return False
        dirty = state.dirty
        fate, mark = self._take_for_now(line)
        self._blocks.restore(mark, was_seen=False)
        state.dirty = dirty
        return fate is Fate.HEADER

    def _take_header(self) -> None:
        """Take the line that waited for the next one."""
        if self._header is None:
            return
        state = self._blocks.leaf
        here, (line, state.line) = state.line, self._header
        self._blocks.take_line(line, is_whole=True)
        self._header, state.line = None, here

    def _show_rest(self) -> None:
        """Take the unfinished line as far as it goes: for good when its class is settled, else until the next text."""
        if not self._rest or (self._is_rest_blank and not self._is_line_begun):
            return
        line = "".join(self._rest)
        if self._header is not None:
            if not line.strip(_DASHES) and len(line) <= MAX_LINE:
                self._rest = [line]
                return
            self._take_header()
        if self._is_line_begun:
            self._blocks.leaf.add_to_line(line)
            self._rest = []
            return
        self._rest = [line]
        if self._show_for_now(line):
            self._blocks.take_line(line, is_whole=False)
            self._is_line_begun = True
            self._rest = []

    def _show_for_now(self, line: str) -> bool:
        """Take `line` so that it can be taken back. Gives True, and nothing is taken, when it can be taken for good."""
        state = self._blocks.leaf
        dirty, state.dirty = state.dirty, len(state.leaves)
        fate, mark = self._take_for_now(line)
        can_commit = fate is Fate.SETTLED and len(line) > COMMIT_LENGTH
        if can_commit or fate in (Fate.HELD, Fate.HEADER):
            self._blocks.restore(mark, was_seen=False)
            state.dirty = dirty
            # A line this long is held only when it is blank behind its markers: look again when that changes.
            self._is_rest_blank = len(line) > MAX_LINE and not can_commit
            return can_commit
        self._undo, self._undo_dirty = mark, state.dirty
        state.dirty = min(dirty, state.dirty)
        return False

    def _take_for_now(self, line: str) -> tuple[Fate, BlockMark]:
        """Take the unfinished `line`; gives what may come of it, and the state to come back to."""
        mark = self._blocks.mark()
        self._blocks.leaf.is_provisional = True
        fate = self._blocks.take_line(line, is_whole=False)
        self._blocks.leaf.is_provisional = False
        return fate, mark

    def _take_back(self) -> None:
        """Undo what `_show_for_now` took."""
        if self._undo is None:
            return
        self._blocks.restore(self._undo, was_seen=True)
        self._undo = None
        state = self._blocks.leaf
        state.dirty = min(state.dirty, self._undo_dirty)
        if self._undo_dirty < len(state.leaves):
            state.touch(len(state.leaves) - 1)


def scan(text: str) -> BlockScanner:
    """The scanner of a finished text."""
    scanner = BlockScanner()
    scanner.feed(text)
    scanner.finish()
    return scanner


def code_of(chunks: Iterable[Leaf]) -> str:
    """The code of one fence, joined from all its chunks in order, without a line end behind the last line."""
    parts: list[str] = []
    for leaf in chunks:
        for number, line in enumerate(leaf.lines):
            if parts and not (leaf.starts_mid_line and number == 0):
                parts.append("\n")
            parts.append(line)
    return "".join(parts)
