"""What stands for the writing connection while the file can only be read: on a full disk, in a read-only folder.

Every use tries to open the file for writing and fails as the first try did; so the writer's thread tells of it, holds
what is kept, and goes on by itself when the disk takes something again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop_app.storage.database import Database


class WaitingDatabase(Database):
    """Is the file, opened for writing, from the first use that succeeds."""

    def __init__(self, path: Path, open_: Callable[[], Database]) -> None:
        """`open_` opens the file for writing and does what comes first there; it raises StorageError until it can."""
        self.path = path
        self.is_private = False
        self._open = open_
        self._opened: Database | None = None

    @property
    def _connection(self) -> Any:  # type: ignore[override]  # every method of Database begins with it
        if self._opened is None:
            self._opened = self._open()
        return self._opened._connection

    def close(self) -> None:
        """Close it, if it was ever opened."""
        if self._opened is not None:
            self._opened.close()
