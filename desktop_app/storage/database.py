"""One connection to the one file: how it is opened, what protects it, and what its failures mean.

The only module that turns apsw's exceptions into `StorageError`; whatever is not the world's fault rises as it
is. Exceptions carry the name of SQLite's result, never a statement's values: those are conversation text.

Opening must not harm a file that is not ours. The first 100 bytes say whose it is and how new; they are read
without SQLite, which would already write beside the file. A newer file that was not checkpointed says so only in
its write-ahead log: then SQLite has to look, with its checkpoint on close switched off.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from desktop_app.errors import DatabaseTooNew, DatabaseUnreadable, DiskFull, WriteFailed
from desktop_app.storage.migrations import APPLICATION_ID, SCHEMA_VERSION, migrate

BUSY_TIMEOUT_MS = 2000
JOURNAL_SIZE_LIMIT_BYTES = 8 * 1024 * 1024
"""The write-ahead log is cut back to this after a checkpoint; by itself it is about 4 MB."""

MIN_SQLITE = (3, 51, 3)
WITHDRAWN_SQLITE = (3, 52, 0)
"""Before 3.51.3 a checkpoint can race with a writer and corrupt the file. Source: sqlite.org/wal.html, "The
WAL-reset bug"; 3.52.0 was withdrawn. apsw carries its own SQLite, so another one is our mistake in packaging."""

_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100

_UNREADABLE = (apsw.NotADBError, apsw.CorruptError)
_WORLD = (
    apsw.ReadOnlyError, apsw.IOError, apsw.CantOpenError, apsw.BusyError, apsw.LockedError,
    apsw.PermissionsError, apsw.ProtocolError,
)  # fmt: skip


def check_sqlite(version: str) -> None:
    """Accept the SQLite `version` that runs. Raises: RuntimeError, a mistake of ours, when it may corrupt files."""
    numbers = tuple(int(number) for number in version.split("."))[:3]
    if numbers < MIN_SQLITE or numbers == WITHDRAWN_SQLITE:
        raise RuntimeError(f"SQLite {version} must not be used: it can corrupt a database in WAL mode")


def _result_name(error: apsw.Error) -> str:
    """Give SQLite's name for what happened, for instance "SQLITE_IOERR_WRITE"."""
    code = getattr(error, "extendedresult", 0)
    name = apsw.mapping_extended_result_codes.get(code) or apsw.mapping_result_codes.get(code)
    return str(name or type(error).__name__)


@contextmanager
def _world_faults(path: Path) -> Iterator[None]:
    """Raise a StorageError for what the disk or another program did; everything else is ours and rises."""
    try:
        yield
    except apsw.FullError as error:
        raise DiskFull(str(path)) from error
    except _UNREADABLE as error:
        raise DatabaseUnreadable(str(path), _result_name(error)) from error
    except _WORLD as error:
        raise WriteFailed(str(path), _result_name(error)) from error


class Database:
    """An open connection; `reading` and `writing` give one. To be used by one thread at a time."""

    def __init__(self, path: Path, connection: apsw.Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def writing(cls, path: Path) -> Database:
        """Open the file for writing; make it where there is none, and bring an older one up to date.

        Raises: DatabaseTooNew, DatabaseUnreadable (both leave the file as it is), DiskFull, WriteFailed.
        """
        check_sqlite(apsw.sqlite_lib_version())
        with _world_faults(path):
            _check_header(path)
            _make_private(path)
            return cls(path, _open(path, apsw.SQLITE_OPEN_READWRITE, _prepare))

    @classmethod
    def reading(cls, path: Path) -> Database:
        """Open the file, which `writing` has opened before, for reading only."""
        with _world_faults(path):
            return cls(path, _open(path, apsw.SQLITE_OPEN_READONLY, _configure))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what happens inside one step: all of it is on disk afterwards, or, after an exception, nothing."""
        with _world_faults(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            finally:
                # A full disk may have ended the transaction already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def execute(self, sql: str, *values: str | int | None) -> int:
        """Run one statement and give how many rows it changed."""
        with _world_faults(self.path):
            self._connection.execute(sql, values)
            return self._connection.changes()

    def rows(self, sql: str, *values: str | int | None) -> list[tuple[Any, ...]]:
        """Give all rows of a query."""
        with _world_faults(self.path):
            return list(self._connection.execute(sql, values))

    def row(self, sql: str, *values: str | int | None) -> tuple[Any, ...] | None:
        """Give the first row of a query, or None when there is no row."""
        return next(iter(self.rows(sql, *values)), None)

    def settings(self) -> dict[str, Any]:
        """Give what protects this connection, as it is in force now; for diagnostics and tests."""
        names = ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "temp_store", "journal_size_limit")
        found = {name: self._connection.pragma(name) for name in names}
        found["busy_timeout"] = self._connection.pragma("busy_timeout")
        found["defensive"] = self._connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, -1)
        found["is_read_only"] = self._connection.readonly("main")
        found["sqlite"] = apsw.sqlite_lib_version()
        return found

    def close(self) -> None:
        """Close it; a connection for writing first tidies up and puts everything into the one file."""
        try:
            with _world_faults(self.path):
                if not self._connection.readonly("main"):
                    self._connection.execute("PRAGMA optimize")
                    self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        finally:
            self._connection.close()


def _check_header(path: Path) -> None:
    """Look whose file this is without touching it. No file, or one of no bytes, is a new one."""
    if _has_content(Path(f"{path}-journal")):
        # Its first transaction was cut off by a power cut; the header means nothing before SQLite has rolled it back.
        return
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except FileNotFoundError:
        return
    except OSError as error:
        raise DatabaseUnreadable(str(path), error.strerror or type(error).__name__) from error
    if not header:
        return
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise DatabaseUnreadable(str(path), "not a SQLite database")
    # Source: SQLite file format, 1.3: schema cookie at 40, user version at 60, application id at 68, big-endian.
    has_tables = any(header[40:44])
    _check_identity(path, int.from_bytes(header[60:64], "big"), int.from_bytes(header[68:72], "big"), has_tables)


def _check_identity(path: Path, version: int, application_id: int, has_tables: bool) -> None:
    if application_id != APPLICATION_ID and (application_id or has_tables):
        raise DatabaseUnreadable(str(path), "a database of another program")
    if version > SCHEMA_VERSION:
        raise DatabaseTooNew(str(path), version, SCHEMA_VERSION)


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _make_private(path: Path) -> None:
    """Make the file for its owner only; SQLite gives what it puts beside it the same mode."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise WriteFailed(str(path), error.strerror or type(error).__name__) from error


def _open(path: Path, flags: int, prepare: Callable[[apsw.Connection, Path], None]) -> apsw.Connection:
    connection = apsw.Connection(str(path), flags=flags)
    try:
        prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _configure(connection: apsw.Connection, _path: Path) -> None:
    """Set what holds for every connection."""
    connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
    connection.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 0)
    connection.pragma("trusted_schema", 0)
    connection.pragma("foreign_keys", 1)
    connection.pragma("temp_store", "MEMORY")
    # FULL: with NORMAL 262 of 400 simulated power cuts lost a message that had been acknowledged, with FULL none.
    connection.pragma("synchronous", "FULL")
    connection.pragma("journal_size_limit", JOURNAL_SIZE_LIMIT_BYTES)


def _prepare(connection: apsw.Connection, path: Path) -> None:
    """Check once more what may stand only in the write-ahead log, then bring the file up to date."""
    # Until we know that the file is ours, closing it must not move its log into it.
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    _configure(connection, path)
    has_tables = bool(connection.execute("SELECT count(*) FROM sqlite_schema").get)
    _check_identity(path, connection.pragma("user_version"), connection.pragma("application_id"), has_tables)
    mode = connection.pragma("journal_mode", "WAL")
    if mode != "wal":
        raise WriteFailed(str(path), f"no write-ahead log in this folder (journal mode {mode})")
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0)
    if migrate(connection):
        # So that the header, which is all that an older version looks at first, has the new number soon.
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
