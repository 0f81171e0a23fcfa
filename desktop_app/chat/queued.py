"""A message that waits for the answer before it. Values only."""

from __future__ import annotations

from desktop_app.record import Record


class QueuedMessage(Record):
    """What was sent while an answer was in progress; it becomes a question when that has ended."""

    id: str
    conversation_id: str
    text: str
    files: tuple[str, ...] = ()
    """The names of what goes with it."""
