"""The text of a message as it is stored, in the place of `AnswerText`: reasoning, tags and markup are text like the rest."""

from __future__ import annotations

from desktop_app.ui.transcript.answer_text import ThinkingTime
from desktop_app.ui.transcript.plain_text import PlainScanner


class SourceText:
    """One scanner behind one stream of text."""

    def __init__(self) -> None:
        self.answer = PlainScanner()
        self.reasoning = None
        self.has_reasoning = False
        self.is_thinking = False
        self.n_answer_chars = 0
        self.time = ThinkingTime()

    @property
    def n_leaves(self) -> int:
        """How many leaves there are."""
        return len(self.answer.leaves)

    def feed(self, text: str) -> tuple[int, int]:
        """Take more text. Gives 0 and the first leaf that changed, or how many there are."""
        self.n_answer_chars += len(text)
        return 0, self.answer.feed(text)

    def finish(self) -> tuple[int, int]:
        """The text has ended. Gives the same as `feed`."""
        return 0, self.answer.finish()
