"""Token bytes to the text that may be shown: whole characters, no part of a stop text, nothing twice at a seam."""

from __future__ import annotations

import codecs
from collections.abc import Iterable


class TextStream:
    """Takes the bytes of token after token and gives the text that is certain by then.

    Bytes that are not UTF-8 become U+FFFD, so there is never a lone surrogate in it.
    """

    def __init__(self, stop: Iterable[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stop = tuple(text for text in stop if text)
        self._beginnings = frozenset(text[:length] for text in self._stop for length in range(1, len(text)))
        self._longest = max((len(text) for text in self._stop), default=0)
        self._held = ""
        self.stopped = False
        """Whether a stop text has come; nothing is given after it."""

    def feed(self, data: bytes) -> str:
        """Give the text that `data` makes certain."""
        return self._take(self._decoder.decode(data))

    @property
    def n_incomplete(self) -> int:
        """Bytes at the end that are not a whole character yet."""
        return len(self._decoder.getstate()[0])

    def finish(self, *, is_cut: bool = False) -> str:
        """Give what was held back: the answer ended without a stop text.

        `is_cut`: it was to go on, so that the beginning of a character at its end is left out.
        """
        text = "" if is_cut else self._take(self._decoder.decode(b"", True))
        held, self._held = self._held, ""
        return text + held

    def _take(self, text: str) -> str:
        if self.stopped:
            return ""
        if not self._stop:
            return text
        text = self._held + text
        found = [index for index in (text.find(stop) for stop in self._stop) if index >= 0]
        if found:
            self.stopped, self._held = True, ""
            return text[: min(found)]
        n_held = self._n_held(text)
        self._held = text[len(text) - n_held :]
        return text[: len(text) - n_held]

    def _n_held(self, text: str) -> int:
        """Give the length of the longest end of `text` with which a stop text begins."""
        for length in range(min(self._longest - 1, len(text)), 0, -1):
            if text[len(text) - length :] in self._beginnings:
                return length
        return 0


class Seam:
    """Where an answer is continued: leaves out the white space that its text ends with and that is drawn again."""

    def __init__(self, repeated: str) -> None:
        self._repeated = repeated

    def feed(self, text: str) -> str:
        """Give what of `text` is new."""
        n_same = 0
        while n_same < min(len(text), len(self._repeated)) and text[n_same] == self._repeated[n_same]:
            n_same += 1
        self._repeated = self._repeated[n_same:] if n_same == len(text) else ""
        return text[n_same:]
