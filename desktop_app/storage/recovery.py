"""A damaged file is set aside, never deleted, and a new one takes its place with everything that can be brought back.

The new file is built while the damaged one still stands where it was: from the newest backup that is whole, and from
what can be read of the damaged one. When it is complete it gets a name beside the other (`recovered_file`); only then
does the damaged one, with what belongs to it, move into the quarantine, and the new one into its place. A process
that is killed in between is made good by the next start, which finds that name (`finish_recovery`).

With a large file that takes a minute. It is set aside at once then, the person begins with an empty one, a process of
its own builds the other (`rebuild`), and what is in that comes over a little at a time. A note beside the file says so
until all is done (`put_off`, `put_off_recovery`).
"""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import apsw

from desktop_app.durable import replace_whole, sync_folder
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
from desktop_app.storage.own_folder import OwnFolder
from desktop_app.storage.recovery_names import note_of, recovered_file
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


class Rebuilt(Record):
    """A new file with everything that could be brought back, which is not in its place."""

    path: Path
    n_conversations: int
    """Those in its trash left out."""
    n_messages: int
    is_whole: bool
    backup_ms: int | None


class PutOff(Record):
    """A recovery that is still to be made, or to be finished."""

    folder: Path
    """Where the damaged file is."""
    since_ms: int
    """What was backed up since is only what has come back until then."""


def recover(database: Path, backups: Path, quarantine: Path, now_ms: int) -> Recovery | None:
    """Put a new file in the place of a damaged one and set that aside. None: it is not damaged, nothing was done.

    Raises: StorageError; then the damaged file stands where it was.
    """
    workshop = workshop_of(database)
    try:
        OwnFolder(quarantine).create()  # before anything is done for nothing
        _clear(workshop)
        workshop.create()
        found = salvage(database, workshop.path)
        if found.was_right and _is_sound(workshop.path / "damaged.sqlite3"):
            OwnFolder(quarantine).dissolve()
            return None
        new = _rebuild(workshop.path / database.name, found, newest_whole(OwnFolder(backups)), now_ms)
        new.path.replace(recovered_file(database))
        folder = finish_recovery(database, quarantine, now_ms)
    except OSError as error:
        raise of_the_disk(database, error) from error
    finally:
        _clear(workshop)
    return Recovery(new.n_conversations, new.n_messages, new.is_whole, new.backup_ms, folder)


def rebuild(damaged: Path, backups: Path, workshop: OwnFolder, until_ms: int) -> Rebuilt:
    """Give a file in `workshop` with everything of `damaged` and of the newest backup before `until_ms`; it has no index.

    Raises: StorageError; then nothing is left in the folder.
    """
    try:
        _clear(workshop)
        workshop.create()
        found = salvage(damaged, workshop.path)
        workshop.remove("damaged.sqlite3")
        new = workshop.path / "rebuilt.sqlite3"
        return _rebuild(new, found, newest_whole(OwnFolder(backups), until_ms), until_ms, is_indexed=False)
    except OSError as error:
        _clear(workshop)
        raise of_the_disk(workshop.path, error) from error


def workshop_of(database: Path) -> OwnFolder:
    """Give the folder in which a new file is made."""
    return OwnFolder(database.with_name("recovery"))


def put_off(database: Path, quarantine: Path, now_ms: int) -> None:
    """Set a damaged file aside, for a recovery later; the note comes first. Raises: DiskFull, WriteFailed."""
    own = OwnFolder(quarantine)
    own.create()
    try:
        folder = _new_folder(quarantine, now_ms)
        replace_whole(note_of(database), json.dumps({"folder": folder.name, "since_ms": now_ms}).encode())
        _set_aside(database, folder)
    except OSError as error:
        raise of_the_disk(database, error) from error


def put_off_recovery(database: Path, quarantine: Path) -> PutOff | None:
    """Give what the note says, and finish setting the file aside; None where there is no note that can be read.

    Raises: DiskFull, WriteFailed.
    """
    try:
        found = json.loads(note_of(database).read_text(encoding="utf-8"))
        folder, since_ms = quarantine / Path(found["folder"]).name, int(found["since_ms"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
    if not (folder / database.name).exists() and folder.is_dir():
        try:
            _set_aside(database, folder)
        except OSError as error:
            raise of_the_disk(database, error) from error
    return PutOff(folder, since_ms)


def end_put_off(database: Path) -> None:
    """Take away the note, and what was made on the way. Raises: StorageError."""
    _clear(workshop_of(database))
    try:
        note_of(database).unlink(missing_ok=True)
    except OSError as error:
        raise of_the_disk(database, error) from error


def finish_recovery(database: Path, quarantine: Path, now_ms: int) -> Path:
    """Set the damaged file aside, put the new one in its place, and give the folder of the damaged one.

    Raises: DiskFull, WriteFailed.
    """
    own = OwnFolder(quarantine)
    own.create()
    try:
        folder = _new_folder(quarantine, now_ms)
        _set_aside(database, folder)
        recovered_file(database).rename(database)
        sync_folder(database.parent)
    except OSError as error:
        raise of_the_disk(database, error) from error
    return folder


def _set_aside(database: Path, folder: Path) -> None:
    # The log goes before the file, and the new file comes last: an old log must never meet a new file.
    for ending in reversed(_BESIDE):
        file = Path(f"{database}{ending}")
        if os.path.lexists(file):
            file.rename(folder / file.name)
    sync_folder(folder)


def _new_folder(quarantine: Path, now_ms: int) -> Path:
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now_ms // 1000))
    for number in range(1, 1000):
        folder = quarantine / (stamp if number == 1 else f"{stamp}-{number}")
        if not os.path.lexists(folder):
            folder.mkdir(mode=0o700)
            return folder
    raise WriteFailed(str(quarantine), "too many folders")


def _rebuild(new: Path, found: Salvage, backup: Backup | None, now_ms: int, *, is_indexed: bool = True) -> Rebuilt:
    """Make the new file, whole and synced."""
    if backup is not None:
        shutil.copyfile(backup.path, new)
    database = Database.writing(new)
    try:
        if not is_indexed:
            for (name,) in database.rows("SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
                database.execute(f"DROP TRIGGER {name}")
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
    return Rebuilt(new, n_conversations, n_messages, found.is_whole, backup.made_ms if backup else None)


def newest_whole(backups: OwnFolder, until_ms: int | None = None) -> Backup | None:
    """Give the newest backup that can be read from end to end, with `until_ms` of those made before then."""
    for backup in list_backups(backups):
        if until_ms is not None and backup.made_ms >= until_ms:
            continue
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
