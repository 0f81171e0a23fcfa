"""What stands between the messages and was said by nobody: a summary, or where the model begins to read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop_app.chat.message import Message, Role
from desktop_app.chat.summary import Summary


class NoteKind(StrEnum):
    """What a note says."""

    SUMMARY = "summary"
    """The model reads this text in place of what stands above."""
    EDGE = "edge"
    """The model does not read what stands above."""


@dataclass(frozen=True, slots=True)
class NoteMessage(Message):
    """A note, in the shape of a message so that it is laid out like one; it is in no database."""

    kind: NoteKind = NoteKind.EDGE
    n_messages: int = 0
    """Messages above it that the model does not read."""


def summary_note(summary: Summary, n_messages: int) -> NoteMessage:
    """Give the note that shows a summary."""
    return NoteMessage(
        summary.id, summary.conversation_id, None, Role.SYSTEM, summary.text, summary.created_ms,
        model=summary.model, kind=NoteKind.SUMMARY, n_messages=n_messages,
    )  # fmt: skip


def edge_note(conversation_id: str, n_messages: int) -> NoteMessage:
    """Give the note below the last message that is not read."""
    return NoteMessage("edge", conversation_id, None, Role.SYSTEM, "", 0, kind=NoteKind.EDGE, n_messages=n_messages)
