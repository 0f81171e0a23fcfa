"""What lies beside a database while it is repaired; light, because every start asks whether it is there (3 µs each)."""

from __future__ import annotations

from pathlib import Path


def recovered_file(database: Path) -> Path:
    """Give the name that a new file has until it takes the place of `database`."""
    return database.with_name(f"{database.name}.recovered")


def note_of(database: Path) -> Path:
    """Give the note that says that a recovery was put off."""
    return database.with_name(f"{database.name}.put-off")
