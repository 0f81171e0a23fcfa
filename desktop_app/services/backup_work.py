"""The work behind `Backups`, none of it on the window's thread. Imported when there is some: never before the first paint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from desktop_app.storage.backup import PAUSE_S, Backup, Pace, Reason, Stopped, check_space, make_backup, size_on_disk, verify
from desktop_app.storage.database import Database
from desktop_app.storage.kept_backups import is_due, list_backups, thin_out
from desktop_app.storage.merge import Merged, merge, missing
from desktop_app.storage.own_folder import OwnFolder

__all__ = ["PAUSE_S", "Backup", "Merged", "Pace", "Reason", "make", "make_daily"]

N_CONVERSATIONS, N_MESSAGES = 50, 500
"""So much is brought back in one transaction, which takes some 30 ms: what others write must not wait longer."""


def found(folder: Path) -> list[Backup]:
    """Give the backups there are, newest first."""
    return list_backups(OwnFolder(folder))


def make(database: Path, folder: Path, reason: Reason, now_ms: int, pace: Pace, spared: Path | None = None) -> Backup | None:
    """Make a backup and thin out the others, but not `spared`; None when it was stopped. Raises: StorageError."""
    own = OwnFolder(folder)
    try:
        made = make_backup(database, own, reason, now_ms, pace)
    except Stopped:
        return None
    thin_out(own, now_ms, spared)
    return made


def make_daily(database: Path, folder: Path, now_ms: int, pace: Pace) -> Backup | None:
    """Make the backup of the day; None when there is one, or when it was stopped. Raises: StorageError."""
    if not is_due(list_backups(OwnFolder(folder)), now_ms):
        return None
    return make(database, folder, "daily", now_ms, pace)


def make_before_migration(database: Path, folder: Path, now_ms: int, pace: Pace | None = None) -> bool:
    """Keep the file as the older version wrote it; False when it was stopped.

    Raises: StorageError; DiskFull also when a migration had no room.
    """
    own = OwnFolder(folder)
    own.create()
    check_space(folder, 2 * size_on_disk(database))
    try:
        make_backup(database, own, "migration", now_ms, pace)
    except Stopped:
        return False
    return True


def plan(database: Path, backup: Path, pace: Pace) -> list[list[str]]:
    """Look what of `backup` is missing, and give the conversations in portions. Raises: StorageError, Stopped.

    What belongs to no conversation comes with any portion, and so there is one, however little is missing.
    """
    verify(backup, pace)
    return portions(database, backup) or [[]]


def portions(database: Path, copy: Path) -> list[list[str]]:
    """Give the conversations of which something in `copy` is missing here. Raises: StorageError."""
    reading = Database.reading(database)
    try:
        return list(_portions(missing(reading, copy)))
    finally:
        reading.close()


def _portions(found: list[tuple[str, int]]) -> Iterator[list[str]]:
    portion: list[str] = []
    n_messages = 0
    for id_, n_missing in found:
        portion.append(id_)
        n_messages += n_missing
        if len(portion) >= N_CONVERSATIONS or n_messages >= N_MESSAGES:
            yield portion
            portion, n_messages = [], 0
    if portion:
        yield portion


def bring_back(backup: Path, portion: list[str], now_ms: int, *, is_same: bool = False) -> Callable[[Database], Merged]:
    """Give the work of the writer for one portion; see `merge`."""
    return partial(merge, copy=backup, now_ms=now_ms, wanted=portion, is_same=is_same)
