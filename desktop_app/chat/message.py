"""One message of a conversation: who said what, and how an answer came about. Values only."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from enum import StrEnum


def new_id() -> str:
    """Give a new identity: 32 hexadecimal digits that sort by time of creation (the layout of UUID version 7).

    Text and not a number, because ids travel through Qt signals, whose int has 32 bits, and through JSON.
    """
    milliseconds = time.time_ns() // 1_000_000
    random_bits = int.from_bytes(os.urandom(10), "big")  # `secrets` is this too, and 5 ms of imports at every start
    high, low = random_bits >> 68, random_bits & ((1 << 62) - 1)
    return f"{(milliseconds << 80) | (7 << 76) | (high << 64) | (2 << 62) | low:032x}"


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

    @property
    def tokens_per_s(self) -> float:
        """Decoding speed; 0.0 when fewer than two tokens were made."""
        return (self.n_predicted - 1) * 1000 / self.predicted_ms if self.n_predicted > 1 and self.predicted_ms > 0 else 0.0


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
