"""Token bytes to the text that may be shown: whole characters, and no part of a stop text."""

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

    def finish(self) -> str:
        """Give what was held back: the answer ended without a stop text."""
        text = self._take(self._decoder.decode(b"", True))
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
