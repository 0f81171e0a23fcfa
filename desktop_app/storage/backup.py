"""A backup of the one file: copied while it is in use, and proven to be readable.

A backup is a copy of one moment, whatever is written meanwhile. It gets its name only when it was read from end to
end and found whole, so a folder of backups never holds half of one. Must not know which are made when, nor which
are kept: that is `services.backups` and `storage.kept_backups`.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path
from typing import Literal

import apsw

from desktop_app.errors import BackupUnreadable, DatabaseTooNew, DatabaseUnreadable, DiskFull
from desktop_app.record import Record
from desktop_app.storage import words
from desktop_app.storage.faults import of_the_disk, world_faults
from desktop_app.storage.migrations import APPLICATION_ID, SCHEMA_VERSION
from desktop_app.storage.own_folder import OwnFolder

Reason = Literal["daily", "manual", "migration", "import", "restore"]

STEP_PAGES = 256
"""A megabyte is copied in one go, in about 1 ms; then the others have the disk for `PAUSE_S`."""
PAUSE_S = 0.01
MARGIN_BYTES = 64 * 1024 * 1024
"""What must be left on the disk after a backup: a copy must not be what keeps the next message from being saved."""

_PARTIAL = ".partial"


class Backup(Record):
    """A verified copy of the file."""

    path: Path
    made_ms: int
    """Milliseconds since 1970, UTC."""
    reason: Reason
    n_bytes: int


class Pace:
    """How fast a backup is made: all at once, or with pauses for others; and whether it is still wanted."""

    def __init__(self, pause_s: float = 0.0) -> None:
        self._pause_s = pause_s
        self._stop = threading.Event()
        self.copied = 0.0
        """How much of the file is copied, 0 to 1; read from any thread."""

    def stop(self) -> None:
        """Give up, from any thread, within milliseconds: what was going on raises `Stopped`."""
        self._stop.set()

    def is_stopped(self) -> bool:
        """Say whether to give up."""
        return self._stop.is_set()

    def pause(self) -> None:
        """Let others have the disk. Raises: Stopped."""
        if self._stop.wait(self._pause_s) if self._pause_s else self._stop.is_set():
            raise Stopped


class Stopped(Exception):
    """The one who asked for it does not want it any more."""


def make_backup(database: Path, folder: OwnFolder, reason: Reason, now_ms: int, pace: Pace | None = None) -> Backup:
    """Copy `database` into `folder`, verify the copy, and give it its name.

    Raises: DiskFull, WriteFailed, Stopped, and DatabaseUnreadable: the copy shows that the file itself is damaged.
    """
    pace = pace or Pace()
    folder.create()
    n_needed = size_on_disk(database)
    check_space(folder.path, n_needed)
    for left in folder.files():  # by a process that was killed meanwhile
        if left.name.startswith(_PARTIAL):
            folder.remove(left.name)
    partial = folder.path / f"{_PARTIAL}-{os.getpid()}-{now_ms}"
    try:
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        _copy(database, partial, pace)
        verify(partial, pace)
        _sync_file(partial)
        made = _named(folder.path, now_ms, reason)
        partial.replace(made.path)
    except BackupUnreadable as error:  # page for page what the file holds
        raise DatabaseUnreadable(str(database), error.detail) from error
    except OSError as error:
        raise of_the_disk(folder.path, error) from error
    finally:
        _clear(folder, partial)
    folder.sync()
    return made.replaced(n_bytes=made.path.stat().st_size)


def size_on_disk(database: Path) -> int:
    """Give the bytes of the file and of its log; 0 where there is none."""
    files = (database, Path(f"{database}-wal"))
    return sum(file.stat().st_size for file in files if file.is_file())


def check_space(folder: Path, n_needed: int) -> None:
    """Make sure that `n_needed` bytes and a margin are free. Raises: DiskFull."""
    try:
        n_free = shutil.disk_usage(folder).free
    except OSError as error:
        raise of_the_disk(folder, error) from error
    if n_free < n_needed + MARGIN_BYTES:
        raise DiskFull(str(folder))


def _copy(database: Path, target: Path, pace: Pace) -> None:
    with world_faults(database):
        source = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
        copy = apsw.Connection(str(target), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            source.set_busy_timeout(2000)
            # One moment for all steps: without it, every write of the window would start the copy afresh.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_schema").fetchall()
            # Nobody reads it before it is whole and synced.
            copy.pragma("synchronous", "OFF")
            with copy.backup("main", source, "main") as steps:
                while not steps.done:
                    steps.step(STEP_PAGES)
                    pace.copied = 1 - steps.remaining / max(1, steps.page_count)
                    pace.pause()
            # One file, which can be read where nothing may be written.
            copy.pragma("locking_mode", "EXCLUSIVE")
            copy.pragma("journal_mode", "DELETE")
        finally:
            copy.close()
            source.close()


def verify(path: Path, pace: Pace | None = None) -> None:
    """Read a copy from end to end. Raises: DatabaseTooNew, Stopped; BackupUnreadable for no whole database of ours."""
    try:
        with world_faults(path):
            connection = apsw.Connection(f"{path.as_uri()}?mode=ro&immutable=1", flags=_READING)
            try:
                _look_through(connection, path, pace or Pace())
            finally:
                connection.close()
    except (DatabaseUnreadable, OSError) as error:
        raise BackupUnreadable(str(path), getattr(error, "detail", type(error).__name__)) from error


_READING = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI


def _look_through(connection: apsw.Connection, path: Path, pace: Pace) -> None:
    if connection.pragma("application_id") != APPLICATION_ID:
        raise BackupUnreadable(str(path), "a database of another program")
    version = connection.pragma("user_version")
    if version > SCHEMA_VERSION:
        raise DatabaseTooNew(str(path), version, SCHEMA_VERSION)
    connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
    words.register(connection)
    # Every 10,000 steps of the virtual machine, about a millisecond: a window that closes does not wait for the rest.
    connection.set_progress_handler(pace.is_stopped, 10_000)
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchall()
    except apsw.InterruptError as error:
        raise Stopped from error
    if found != [("ok",)] or version < 1:
        raise BackupUnreadable(str(path), "damaged")


def _named(folder: Path, now_ms: int, reason: Reason) -> Backup:
    """Give the name for a backup of this moment; one that is taken already is never used again."""
    while True:
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now_ms // 1000))
        path = folder / f"hearth-{stamp}-{now_ms % 1000:03d}-{reason}.sqlite3"
        if not path.exists():
            return Backup(path, now_ms, reason, 0)
        now_ms += 1


def _sync_file(path: Path) -> None:
    number = os.open(path, os.O_RDWR)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _clear(folder: OwnFolder, partial: Path) -> None:
    for ending in ("", "-journal", "-wal", "-shm"):
        name = f"{partial.name}{ending}"
        if (folder.path / name).is_file():
            folder.remove(name)
