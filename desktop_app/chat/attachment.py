"""A text file that stands with a question. Values only."""

from __future__ import annotations

from desktop_app.record import Record


class Attachment(Record):
    """A file as it was when it was attached; the file itself is not looked at again."""

    id: str
    name: str
    """Name of the file, without its folder."""
    text: str
    """All of it, decoded."""
    n_bytes: int
    """Size of the file."""
