"""One message of a conversation: who said what, and how an answer came about. Values only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum

from desktop_app.chat.attachment import Attachment
from desktop_app.clock import now_ms


def new_id() -> str:
    """Give a new identity: 32 hexadecimal digits that sort by time of creation (the layout of UUID version 7).

    Text and not a number, because ids travel through Qt signals, whose int has 32 bits, and through JSON.
    """
    milliseconds = now_ms()
    random_bits = int.from_bytes(os.urandom(10), "big")  # `secrets` is this too, and 5 ms of imports at every start
    high, low = random_bits >> 68, random_bits & ((1 << 62) - 1)
    return f"{(milliseconds << 80) | (7 << 76) | (high << 64) | (2 << 62) | low:032x}"


def storable(text: str) -> str:
    """Give `text` with lone surrogates, which no encoding of Unicode can hold, replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class MessageState(StrEnum):
    """Where an answer stands. A message of the user is always DONE."""

    GENERATING = "generating"
    DONE = "done"
    """Ended by the model, a limit, or Stop: `GenerationStats.stop` says which."""
    INTERRUPTED = "interrupted"
    """The engine or the application ended in the middle; the text so far is kept."""
    FAILED = "failed"
    """There is no answer: `Message.error` says why."""


CUT = ("limit", "cancelled", "repetition", "context")
"""Reasons of `GenerationStats.stop` after which there is more to say. After "context" there may be no room for it still,
but a model with a larger context may have been loaded, or something may be left out by now."""


@dataclass(frozen=True, slots=True)
class GenerationStats:
    """How an answer came about; times in milliseconds. Names as in `engine.protocol.Timings`."""

    stop: str
    n_prompt: int
    n_reused: int
    n_predicted: int
    prompt_ms: float
    predicted_ms: float
    first_token_ms: float
    reasoning_ms: float = 0.0
    """From the first text to the end of the reasoning block; 0.0 when there is none."""

    @property
    def tokens_per_s(self) -> float:
        """Decoding speed; 0.0 when fewer than two tokens were made."""
        return (self.n_predicted - 1) * 1000 / self.predicted_ms if self.n_predicted > 1 and self.predicted_ms > 0 else 0.0

    def continued_by(self, later: GenerationStats) -> GenerationStats:
        """Give the numbers of an answer that was cut and has gone on: the work adds up, how it began stays."""
        if not self.n_predicted:
            return later
        return GenerationStats(
            stop=later.stop,
            n_prompt=self.n_prompt,
            n_reused=self.n_reused,
            n_predicted=self.n_predicted + later.n_predicted,
            prompt_ms=self.prompt_ms + later.prompt_ms,
            predicted_ms=self.predicted_ms + later.predicted_ms,
            first_token_ms=self.first_token_ms,
            reasoning_ms=self.reasoning_ms + later.reasoning_ms,
        )


@dataclass(frozen=True, slots=True)
class Message:
    """A message. `parent_id` is None for the first of a branch; siblings share a parent and are versions."""

    id: str
    conversation_id: str
    parent_id: str | None
    role: Role
    text: str
    created_ms: int
    """Milliseconds since 1970, UTC."""
    state: MessageState = MessageState.DONE
    model: str = ""
    """Name of the model that answered; "" for messages of the user."""
    stats: GenerationStats | None = None
    error: tuple[str, str] | None = None
    """`errors.to_wire` of why there is no answer: class name and fields as JSON text."""
    attachments: tuple[Attachment, ...] = ()
    """Files that stand with a question, in order."""
    removed_ms: int | None = None
    """When the person removed it; None when it is shown. It keeps its place, so that this can be undone."""
    is_pinned: bool = False
    """True: the model sees it also when earlier messages do not fit its context."""

    @property
    def is_cut(self) -> bool:
        """Say whether it is an answer that ended before the model had said everything, and can be continued."""
        if self.role is not Role.ASSISTANT or not self.text:
            return False
        has_stopped = self.state is MessageState.DONE and self.stats is not None and self.stats.stop in CUT
        return has_stopped or self.state is MessageState.INTERRUPTED
