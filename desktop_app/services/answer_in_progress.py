"""What is known of an answer while it comes: what of its text is where, and what it has cost."""

from __future__ import annotations

from desktop_app.chat.message import GenerationStats
from desktop_app.chat.prompt import Sent
from desktop_app.chat.reasoning_clock import ReasoningClock
from desktop_app.engine.protocol import Timings


class AnswerInProgress:
    """An answer that is generated, or waits for the model."""

    def __init__(
        self,
        conversation_id: str,
        message_id: str,
        earlier: str = "",
        earlier_stats: GenerationStats | None = None,
        *,
        n_before: int = 0,
        policy: str = "stop",
    ) -> None:
        self.conversation_id = conversation_id
        self.message_id = message_id
        self.earlier = earlier
        """What it says already, when it is continued."""
        self.earlier_stats = earlier_stats
        self.task = 0
        """0 while it waits for the model."""
        self.policy = policy
        """What is done when it does not fit the context; taken anew each time that it is handed to the engine."""
        self.n_predicted = 0
        """Tokens that have come since it was handed to the engine."""
        self.is_out_of_room = False
        """Nothing more can be summed up for it: it fits as it is, or not at all."""
        self.is_stopped = False
        """The person wants it to end, whatever is under way for it."""
        self.has_left_card = False
        """A card has failed in it, and it goes on on the processor."""
        self.n_before = n_before
        """Tokens that it has since it began, when it has filled the context in between and goes on by itself."""
        self.sent: Sent | None = None
        """What was handed to the engine."""
        self.shown: list[str] = []
        self.unshown: list[str] = []
        self.unsaved: list[str] = []
        self.clock = ReasoningClock(earlier)

    @property
    def text(self) -> str:
        """All that has been shown of it."""
        return "".join((self.earlier, *self.shown))

    def gone_on(self, timings: Timings) -> AnswerInProgress:
        """Give the same answer to be handed to the engine again: its text has filled the context, and room is made."""
        stats = self.stats("context", timings)
        n_before = self.n_before + timings.n_predicted
        return AnswerInProgress(self.conversation_id, self.message_id, self.text, stats, n_before=n_before, policy=self.policy)

    def moved(self) -> AnswerInProgress:
        """Give the same answer to go on with on the processor, when a card has failed in it. What it has cost is not known."""
        n_before = self.n_before + self.n_predicted
        moved = AnswerInProgress(
            self.conversation_id, self.message_id, self.text, self.earlier_stats, n_before=n_before, policy=self.policy
        )
        moved.has_left_card = True
        return moved

    def stats(self, stop: str, timings: Timings) -> GenerationStats:
        """Give its numbers when it has ended."""
        stats = GenerationStats(
            stop=stop,
            n_prompt=timings.n_prompt,
            n_reused=timings.n_reused,
            n_predicted=timings.n_predicted,
            prompt_ms=timings.prompt_ms,
            predicted_ms=timings.predicted_ms,
            first_token_ms=timings.first_token_ms,
            reasoning_ms=self.clock.reasoning_ms,
        )
        return self.earlier_stats.continued_by(stats) if self.earlier_stats else stats
