"""A paragraph that is still being written, as it will probably look: what is open is closed, for the screen alone.

Without this the stars of `**bold` flash until their partners come. A wrong guess lasts for a few words; the source is
never touched, and what is finished is never guessed at.
"""

from __future__ import annotations

import re

from desktop_app.markdown.display_math import SINGLE_DOLLARS

UNFINISHED_HREF = "#unfinished"
"""The address of a link that is still being written: nobody can go there."""
_MAX_OPEN = 400
"""Characters for which a mark is believed to be waiting for its partner."""

_MARK = re.compile(rf"\\.|`+|{SINGLE_DOLLARS}|\*+|~~|\]\(", re.DOTALL)
_SPECIAL = re.compile(r"[`*~<]|\]\(")
_HALF_BREAK = re.compile(r"<(?:b(?:r[ \t]*/?)?)?\Z", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*$")


def closed(text: str) -> str:
    """`text` with code, emphasis and a link closed that its end leaves open; marks with nothing behind them are left out."""
    if _SPECIAL.search(text) is None:
        return text
    text = _HALF_BREAK.sub("", text).rstrip()
    marks = _Marks(text)
    at = 0
    while (match := _MARK.search(text, at)) is not None:
        mark, start, at = match[0], match.start(), match.end()
        if mark[0] == "`":
            at = _end_of_code(text, at, mark)
            if at < 0:
                return _with_code_closed(text, start, mark) + marks.closers() if len(text) - start <= _MAX_OPEN else text
        elif mark == "](":
            if _ADDRESS.match(text, at) is not None and "[" in text[:start]:
                return f"{text[:at]}{UNFINISHED_HREF}){marks.closers()}"
        elif mark[0] in "*~":
            if at == len(text):
                # It closes what is open, in part or whole, or has nothing behind it yet.
                return text[:start].rstrip() + marks.closers()
            marks.take(mark, start)
    return text + marks.closers()


class _Marks:
    """Marks of emphasis that wait for their partners."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[tuple[str, int]] = []

    def take(self, mark: str, start: int) -> None:
        """Look at `mark`, behind which the text goes on."""
        before = self._text[start - 1] if start else " "
        after = self._text[start + len(mark)]
        open_marks = [one for one, _ in self._open]
        if not before.isspace() and mark in open_marks:
            del self._open[open_marks.index(mark) :]
        elif not before.isspace() and open_marks and len(mark) > len(open_marks[-1]) and mark[0] == open_marks[-1][0]:
            self._open.pop()
        elif not after.isspace() and not (mark == "*" and before.isascii() and before.isalnum()):  # 2*3 is no emphasis
            self._open.append((mark, start))

    def closers(self) -> str:
        """The partners of what is open, the last first."""
        return "".join(mark for mark, start in reversed(self._open) if len(self._text) - start <= _MAX_OPEN)


def _end_of_code(text: str, at: int, ticks: str) -> int:
    """Where the code that `ticks` open ends; -1 while it is open."""
    while (at := text.find(ticks, at)) >= 0:
        end = at
        while end < len(text) and text[end] == "`":
            end += 1
        if end - at == len(ticks):
            return end
        at = end
    return -1


def _with_code_closed(text: str, start: int, ticks: str) -> str:
    """`text` with the code closed that the ticks at `start` open."""
    content = text[start + len(ticks) :].rstrip("`")
    return text[: start + len(ticks)] + content + ticks if content.strip() else text[:start].rstrip()
