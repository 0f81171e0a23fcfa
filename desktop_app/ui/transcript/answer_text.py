"""The text of an answer as leaves: what the model thought and what it answered, each with a scanner of its own.

Reasoning that is folded is scanned like the rest, so that it can be shown at once; nothing of it is laid out.
"""

from __future__ import annotations

import time

from desktop_app.chat.reasoning_stream import ReasoningStream
from desktop_app.markdown.scanner import BlockScanner


class AnswerText:
    """Two scanners behind one stream of text. The one for reasoning is made when there is some."""

    def __init__(self) -> None:
        self.answer = BlockScanner()
        self.reasoning: BlockScanner | None = None
        self.has_reasoning = False
        """True as soon as there is anything to read in it."""
        self.n_answer_chars = 0
        self.time = ThinkingTime()
        self._stream = ReasoningStream()
        self._is_reasoning_over = False

    @property
    def is_thinking(self) -> bool:
        """Say whether the reasoning is still open."""
        return self._stream.is_thinking

    @property
    def n_leaves(self) -> int:
        """How many leaves there are, reasoning and answer together."""
        return len(self.answer.leaves) + (len(self.reasoning.leaves) if self.reasoning is not None else 0)

    def feed(self, text: str) -> tuple[int, int]:
        """Take more text. Gives the first leaf of the reasoning and of the answer that changed, or how many there are."""
        return self._take(*self._stream.feed(text))

    def finish(self) -> tuple[int, int]:
        """The text has ended. Gives the same as `feed`."""
        was_thinking = self._stream.is_thinking
        first, second = self._take(*self._stream.finish())
        if was_thinking and self.reasoning is not None:
            self.time.end()
            first = min(first, self.reasoning.finish())
        return first, min(second, self.answer.finish())

    def _take(self, thought: str, said: str) -> tuple[int, int]:
        if thought and self.reasoning is None:
            self.reasoning = BlockScanner()
        if thought and not self.has_reasoning and thought.strip():
            self.has_reasoning = True
            self.time.begin()
        first = 0
        if self.reasoning is not None:
            first = self.reasoning.feed(thought) if thought else len(self.reasoning.leaves)
            if not self._is_reasoning_over and not self._stream.is_thinking:
                self._is_reasoning_over = True
                self.time.end()
                first = min(first, self.reasoning.finish())
        if not self.n_answer_chars and (self.has_reasoning or self.reasoning is not None):
            said = said.lstrip("\r\n")  # the empty lines behind the tag
        self.n_answer_chars += len(said)
        return first, self.answer.feed(said) if said else len(self.answer.leaves)


class ThinkingTime:
    """How long the reader has seen the model think: for the time until the answer's own numbers are there."""

    def __init__(self) -> None:
        self.is_live = False
        """True when the reasoning came while it was on show."""
        self._began_s = 0.0
        self._seconds = 0.0
        self._is_over = False

    def begin(self) -> None:
        """There is something to read."""
        self._began_s = time.monotonic()

    def end(self) -> None:
        """The closing tag has come."""
        self._seconds = self.seconds()
        self._is_over = True

    def seconds(self) -> float:
        """Give the time so far; 0.0 when it is not known."""
        if not self.is_live or not self._began_s:
            return 0.0
        return self._seconds if self._is_over else time.monotonic() - self._began_s
