"""What was removed and can be brought back, as a value: a prompt template or a persona of the person's own."""

from __future__ import annotations

from desktop_app.record import Record


class Removed(Record):
    """One of them. `text`: what it says; `removed_ms`: since when, in milliseconds since 1970."""

    id: str
    name: str
    text: str
    removed_ms: int
