"""A folder that conversations stand in. Values only."""

from __future__ import annotations

from desktop_app.record import Record


class Folder(Record):
    """What the list shows of a folder. A conversation stands in one or in none; folders do not nest."""

    id: str
    name: str
    created_ms: int
    """Milliseconds since 1970, UTC; folders are shown by name, and among equal names by this."""
