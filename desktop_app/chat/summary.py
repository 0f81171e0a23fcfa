"""What stands for the beginning of a conversation when all of it is too long for a model. Values only."""

from __future__ import annotations

from desktop_app.record import Record


class Summary(Record):
    """A text that a model made of everything from the first message down to one, on every branch through that."""

    id: str
    conversation_id: str
    up_to_message_id: str
    """The last message that it stands for."""
    text: str
    model: str
    """Name of the model that made it."""
    created_ms: int
    """Milliseconds since 1970, UTC."""
    removed_ms: int | None = None
    """When the person took it back; None when it is in use."""
