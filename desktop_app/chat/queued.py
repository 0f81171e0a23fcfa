"""A message that waits for the answer before it, or did. Values only."""

from __future__ import annotations

from desktop_app.chat.attachment import Attachment
from desktop_app.record import Record


class QueuedMessage(Record):
    """What was sent while an answer was in progress; it becomes a question when that has ended."""

    id: str
    conversation_id: str
    text: str
    files: tuple[str, ...] = ()
    """The names of what goes with it."""


class CancelledMessage(Record):
    """A message that waited and is not to be sent, with all that is needed to let it wait again."""

    message: QueuedMessage
    number: int
    """Its place among those that wait: a lower one is sent first."""
    attachments: tuple[Attachment, ...] = ()


class TakenBackMessage(Record):
    """A message that waited and stands in the composer again."""

    message: QueuedMessage
    draft: str
    """All that the composer holds with it."""


def above_draft(text: str, draft: str) -> str:
    """Give what the composer holds when a message comes back to it: what stood there stays, below the message."""
    return "\n\n".join(part for part in (text, draft) if part.strip())
