"""A damaged file is set aside, never deleted, and a new one takes its place with everything that can be brought back.

The new file is built while the damaged one still stands where it was: from the newest backup that is whole, and from
what can be read of the damaged one. When it is complete it gets a name beside the other (`recovered_file`); only then
does the damaged one, with what belongs to it, move into the quarantine, and the new one into its place. A process
that is killed in between is made good by the next start, which finds that name (`finish_recovery`).
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any

import apsw

from desktop_app.errors import BackupUnreadable, DatabaseTooNew, WriteFailed
from desktop_app.record import Record
from desktop_app.storage import words
from desktop_app.storage.backup import Backup, verify
from desktop_app.storage.conversations import mark_interrupted
from desktop_app.storage.database import Database
from desktop_app.storage.faults import of_the_disk
from desktop_app.storage.kept_backups import list_backups
from desktop_app.storage.merge import drop_others, merge
from desktop_app.storage.migrations import MIGRATIONS, SCHEMA_VERSION, migrate
from desktop_app.storage.own_folder import OwnFolder, sync_folder
from desktop_app.storage.salvage import Salvage, salvage

_BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite puts beside a file has its name with one of these endings."""


class Recovery(Record):
    """What came of it."""

    n_conversations: int
    """In the new file, those in its trash left out."""
    n_messages: int
    is_whole: bool
    """Everything that the damaged file held is in the new one, as far as that can be told."""
    backup_ms: int | None
    """When the backup was made that the new file began with; None when there was none."""
    folder: Path
    """Where the damaged file is now."""


def recovered_file(database: Path) -> Path:
    """Give the name that a new file has until it takes the place of `database`."""
    return database.with_name(f"{database.name}.recovered")


def recover(database: Path, backups: Path, quarantine: Path, now_ms: int) -> Recovery | None:
    """Put a new file in the place of a damaged one and set that aside. None: it is not damaged, nothing was done.

    Raises: StorageError; then the damaged file stands where it was.
    """
    workshop = OwnFolder(database.with_name("recovery"))
    try:
        OwnFolder(quarantine).create()  # before anything is done for nothing
        _clear(workshop)
        workshop.create()
        found = salvage(database, workshop.path)
        if found.was_right and _is_sound(workshop.path / "damaged.sqlite3"):
            OwnFolder(quarantine).dissolve()
            return None
        new = workshop.path / database.name
        backup = _newest_whole(OwnFolder(backups))
        n_conversations, n_messages = _build(new, found, backup, now_ms)
        new.replace(recovered_file(database))
        folder = finish_recovery(database, quarantine, now_ms)
    except OSError as error:
        raise of_the_disk(database, error) from error
    finally:
        _clear(workshop)
    return Recovery(n_conversations, n_messages, found.is_whole, backup.made_ms if backup else None, folder)


def finish_recovery(database: Path, quarantine: Path, now_ms: int) -> Path:
    """Set the damaged file aside, put the new one in its place, and give the folder of the damaged one.

    Raises: DiskFull, WriteFailed.
    """
    own = OwnFolder(quarantine)
    own.create()
    try:
        folder = _new_folder(quarantine, now_ms)
        # The log goes before the file, and the new file comes last: an old log must never meet a new file.
        for ending in reversed(_BESIDE):
            file = Path(f"{database}{ending}")
            if os.path.lexists(file):
                file.rename(folder / file.name)
        sync_folder(folder)
        recovered_file(database).rename(database)
    except OSError as error:
        raise of_the_disk(database, error) from error
    sync_folder(database.parent)
    return folder


def _new_folder(quarantine: Path, now_ms: int) -> Path:
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now_ms // 1000))
    for number in range(1, 1000):
        folder = quarantine / (stamp if number == 1 else f"{stamp}-{number}")
        if not os.path.lexists(folder):
            folder.mkdir(mode=0o700)
            return folder
    raise WriteFailed(str(quarantine), "too many folders")


def _build(new: Path, found: Salvage, backup: Backup | None, now_ms: int) -> tuple[int, int]:
    """Make the new file, whole and synced, and give how many conversations and messages are in it."""
    if backup is not None:
        shutil.copyfile(backup.path, new)
    database = Database.writing(new)
    try:
        merge(database, found.path, now_ms, is_newer=True)
        if found.is_whole:  # then what only the backup has was deleted since, and the person meant it
            drop_others(database, found.path)
        mark_interrupted(database)
        rows = database.rows(
            """SELECT (SELECT count(*) FROM conversation WHERE trashed_ms IS NULL),
            (SELECT count(*) FROM message WHERE conversation_id IN (SELECT id FROM conversation WHERE trashed_ms IS NULL))"""
        )
    finally:
        database.close()
    n_conversations, n_messages = rows[0]
    return n_conversations, n_messages


def _newest_whole(backups: OwnFolder) -> Backup | None:
    for backup in list_backups(backups):
        try:
            verify(backup.path)
        except (BackupUnreadable, DatabaseTooNew):
            continue  # the one before it, then
        return backup
    return None


def _is_sound(copy: Path) -> bool:
    """Say whether SQLite finds nothing wrong and the tables are ours, to the last letter."""
    try:
        connection = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            words.register(connection)
            version = connection.pragma("user_version")
            if not 0 < version <= SCHEMA_VERSION or connection.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
                return False
            fresh = apsw.Connection(":memory:")
            words.register(fresh)
            migrate(fresh, MIGRATIONS[:version])
            return _schema(connection) == _schema(fresh)
        finally:
            connection.close()
    except (apsw.Error, UnicodeDecodeError):
        return False


def _schema(connection: apsw.Connection) -> set[tuple[Any, ...]]:
    # What `PRAGMA optimize` notes is SQLite's own.
    return set(
        connection.execute(
            "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\'"
        ).fetchall()
    )


def _clear(workshop: OwnFolder) -> None:
    """Take away what was made on the way."""
    for file in workshop.files():
        workshop.remove(file.name)
    if workshop.is_ours():
        workshop.dissolve()
