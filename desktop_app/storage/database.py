"""One connection to the one file: how it is opened, what protects it, and what its failures mean.

Opening must not harm a file that is not ours. The first 100 bytes say whose it is and how new; they are read
without SQLite, which would already write beside the file. A newer file that was not checkpointed says so only in
its write-ahead log: then SQLite has to look, with its checkpoint on close switched off.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import apsw

from desktop_app.chat.message import new_id
from desktop_app.errors import DatabaseTooNew, DatabaseUnreadable, WriteFailed
from desktop_app.storage import words
from desktop_app.storage.faults import of_the_disk, world_faults
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
_WAL_HEADER_BYTES = 32
_WAL_MAGIC = (bytes.fromhex("377f0682"), bytes.fromhex("377f0683"))
"""Source: SQLite file format, 4.1."""


def check_sqlite(version: str) -> None:
    """Accept the SQLite `version` that runs. Raises: RuntimeError, a mistake of ours, when it may corrupt files."""
    numbers = tuple(int(number) for number in version.split("."))[:3]
    if numbers < MIN_SQLITE or numbers == WITHDRAWN_SQLITE:
        raise RuntimeError(f"SQLite {version} must not be used: it can corrupt a database in WAL mode")


class Database:
    """An open connection; `reading` and `writing` give one. To be used by one thread at a time."""

    def __init__(self, path: Path, connection: apsw.Connection, is_private: bool = False) -> None:
        self.path = path
        self.is_private = is_private
        """True: what is in it is in memory only."""
        self.another: Callable[[], Database] = partial(Database.reading, path)
        """Opens the same database once more, for another thread to read it."""
        self._connection = connection

    @classmethod
    def writing(cls, path: Path, back_up: Callable[[], object] | None = None) -> Database:
        """Open the file for writing; make it where there is none, and bring an older one up to date, after `back_up`.

        Raises: DatabaseTooNew, DatabaseUnreadable (both leave the file as it is), DiskFull, WriteFailed.
        """
        check_sqlite(apsw.sqlite_lib_version())
        with world_faults(path):
            _check_header(path)
            _make_private(path)
            return cls(path, _open(path, apsw.SQLITE_OPEN_READWRITE, partial(_prepare, back_up=back_up)))

    @classmethod
    def reading(cls, path: Path) -> Database:
        """Open the file, which `writing` has opened before, for reading only."""
        with world_faults(path):
            return cls(path, _open(path, apsw.SQLITE_OPEN_READONLY, _prepare_for_reading))

    @classmethod
    def unchanging(cls, path: Path) -> Database:
        """Open the file for reading where nothing can be put beside it; what only its log holds is not seen."""
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        with world_faults(path):
            database = cls(path, _open(f"{path.absolute().as_uri()}?mode=ro&immutable=1", flags, _configure))
        database.another = partial(cls.unchanging, path)
        return database

    @classmethod
    def in_memory(cls, name: str, copy_of: Path | None = None) -> Database:
        """Open the database `name` that this process has in memory; it is gone with its last connection.

        It has the tables of the file, so that everything that works on the file works on it; with `copy_of` it stands for
        that file.
        """
        # A name that begins with a slash is shared by the connections of a process. Source: SQLite, memdb.c.
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
        connection = _open(f"file:/{name}?vfs=memdb", flags, _prepare_in_memory)
        database = cls(copy_of or Path(), connection, is_private=copy_of is None)
        database.another = partial(cls.in_memory, name, copy_of)
        return database

    def brought_up(self) -> Database:
        """Give a copy in memory that has today's tables, of an older file that nothing can be written to."""
        with world_faults(self.path), closing(apsw.Connection(":memory:")) as older:
            content = bytearray(self._connection.serialize("main"))
            # In memory there is no write-ahead log. Source: SQLite file format, 1.3.3.
            content[18:20] = b"\x01\x01"
            older.deserialize("main", content)
            copy = Database.in_memory(f"hearth-{new_id()}", self.path)
            try:
                with copy._connection.backup("main", older, "main") as everything:
                    everything.step(-1)
                migrate(copy._connection)
            except BaseException:
                copy.close()
                raise
        return copy

    def version(self) -> int:
        """Give the number of its schema."""
        with world_faults(self.path):
            return int(self._connection.pragma("user_version"))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what happens inside one step: all of it is on disk afterwards, or, after an exception, nothing."""
        with world_faults(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            finally:
                # A full disk may have ended the transaction already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def execute(self, sql: str, *values: str | int | float | None) -> int:
        """Run one statement and give how many rows it changed."""
        with world_faults(self.path):
            self._connection.execute(sql, values)
            return self._connection.changes()

    def n_changes(self, sql: str, *values: str | int | None) -> int:
        """Run one statement and give how many rows it changed, those inside the tables of an index counted."""
        with world_faults(self.path):
            before = self._connection.total_changes()
            self._connection.execute(sql, values)
            return self._connection.total_changes() - before

    def empty_log(self) -> bool:
        """Put what is in the write-ahead log into the file and leave nothing in the log; False: somebody is reading it."""
        with world_faults(self.path):
            self._connection.set_busy_timeout(0)
            try:
                self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            except apsw.BusyError:
                return False
            finally:
                self._connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        return True

    def interrupt(self) -> None:
        """End what another thread is asking this connection now: there it raises `Interrupted`."""
        self._connection.interrupt()

    def n_frames_of_log(self) -> int:
        """Give how many frames of the log SQLite has found to be whole."""
        with world_faults(self.path):
            return int(self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_NOOP)[0])

    def rows(self, sql: str, *values: str | int | None) -> list[tuple[Any, ...]]:
        """Give all rows of a query."""
        with world_faults(self.path):
            return list(self._connection.execute(sql, values))

    def row(self, sql: str, *values: str | int | None) -> tuple[Any, ...] | None:
        """Give the first row of a query, or None when there is no row."""
        return next(iter(self.rows(sql, *values)), None)

    def settings(self) -> dict[str, Any]:
        """Give what protects this connection, as it is in force now; for diagnostics and tests."""
        names = (
            "journal_mode", "synchronous", "foreign_keys", "trusted_schema", "temp_store", "journal_size_limit", "secure_delete",
        )  # fmt: skip
        found = {name: self._connection.pragma(name) for name in names}
        found["busy_timeout"] = self._connection.pragma("busy_timeout")
        found["defensive"] = self._connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, -1)
        found["is_read_only"] = self._connection.readonly("main")
        found["sqlite"] = apsw.sqlite_lib_version()
        return found

    def close(self) -> None:
        """Close it; a connection for writing first tidies up and puts everything into the one file."""
        with world_faults(self.path):
            try:
                if not self._connection.readonly("main"):
                    self._connection.execute("PRAGMA optimize")
                    self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            finally:
                self._connection.close()

    def abandon(self) -> None:
        """Close it and leave the file and its log as they are, for a repair."""
        self._connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        self._connection.close()


def _check_header(path: Path) -> None:
    """Look whose file this is without touching it. No file, or one of no bytes, is a new one."""
    if not has_sound_log(path):
        raise DatabaseUnreadable(str(path), "a log that is none")
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


def sqlite_version() -> str:
    """Give the version of SQLite itself."""
    return apsw.sqlite_lib_version()


def version_on_disk(path: Path) -> int:
    """Give the number of the schema as the first page has it; 0 for no file of ours. Raises: OSError."""
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    is_ours = header.startswith(_MAGIC) and int.from_bytes(header[68:72], "big") == APPLICATION_ID
    return int.from_bytes(header[60:64], "big") if is_ours else 0


def _check_identity(path: Path, version: int, application_id: int, has_tables: bool) -> None:
    if application_id != APPLICATION_ID and (application_id or has_tables):
        raise DatabaseUnreadable(str(path), "a database of another program")
    if version > SCHEMA_VERSION:
        raise DatabaseTooNew(str(path), version, SCHEMA_VERSION)


def has_sound_log(path: Path) -> bool:
    """Say whether what stands beside the file as its log is one: SQLite would take anything else for nothing."""
    try:
        with Path(f"{path}-wal").open("rb") as file:
            header = file.read(_WAL_HEADER_BYTES)
    except OSError:  # there is none: the last end was a good one
        return True
    # All zeros is what a power cut leaves of a log that was just begun, and holds nothing that was said to be stored.
    return not any(header) or (len(header) == _WAL_HEADER_BYTES and header[:4] in _WAL_MAGIC)


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
        raise of_the_disk(path, error) from error


def _open(place: Path | str, flags: int, prepare: Callable[[apsw.Connection, Path], None]) -> apsw.Connection:
    connection = apsw.Connection(str(place), flags=flags)
    try:
        prepare(connection, Path(place))
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
    # What is deleted is overwritten, in the file and in what is put into it from the log.
    connection.pragma("secure_delete", 1)
    connection.pragma("temp_store", "MEMORY")
    # FULL: with NORMAL 262 of 400 simulated power cuts lost a message that had been acknowledged, with FULL none.
    connection.pragma("synchronous", "FULL")
    connection.pragma("journal_size_limit", JOURNAL_SIZE_LIMIT_BYTES)
    # To make the tokenizer known reads the schema, and would tell of a damaged file that SQLite has no full-text index.
    connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
    words.register(connection)


def _prepare_for_reading(connection: apsw.Connection, path: Path) -> None:
    # As the last one it would try to put the log into the file, which it may not.
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    _configure(connection, path)


def _prepare(connection: apsw.Connection, path: Path, back_up: Callable[[], object] | None) -> None:
    """Check once more what may stand only in the write-ahead log, then bring the file up to date."""
    # Until we know that the file is ours, closing it must not move its log into it.
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    _configure(connection, path)
    has_tables = bool(connection.execute("SELECT count(*) FROM sqlite_schema").get)
    version = connection.pragma("user_version")
    _check_identity(path, version, connection.pragma("application_id"), has_tables)
    if version < 0 or (has_tables and not version):
        raise DatabaseUnreadable(str(path), "tables without the number of their schema")
    mode = connection.pragma("journal_mode", "WAL")
    if mode != "wal":
        raise WriteFailed(str(path), f"no write-ahead log in this folder (journal mode {mode})")
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0)
    if 0 < version < SCHEMA_VERSION and back_up is not None:
        back_up()
    if migrate(connection):
        # So that the header, which is all that an older version looks at first, has the new number soon.
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)


def _prepare_in_memory(connection: apsw.Connection, path: Path) -> None:
    # A journal in memory as well; there is no log, and nothing to be synced.
    connection.pragma("journal_mode", "MEMORY")
    _configure(connection, path)
    migrate(connection)
