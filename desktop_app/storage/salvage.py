"""Reads what can be read of a damaged file, into a healthy one of the same tables.

Works on a copy: the damaged file keeps its bytes. Its header, which is the same for every file of ours, is put right;
then each table is read from its beginning to the first page that cannot be read, and from its end back to the last.
What lies between is looked for in the pages themselves (`raw_pages`). Every row is made sound before it is taken.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import apsw

from desktop_app.record import Record
from desktop_app.storage import words
from desktop_app.storage.database import has_sound_log
from desktop_app.storage.log_check import has_unreachable_commits
from desktop_app.storage.migrations import APPLICATION_ID, SCHEMA_VERSION, migrate
from desktop_app.storage.raw_pages import PAGE_BYTES, RawPages, Value
from desktop_app.storage.sound_rows import Column, make_sound, table_of

_MAGIC = b"SQLite format 3\x00"
_WITH_IDS = (
    "conversation", "message", "attachment", "summary", "prompt_template", "prompt_template_version", "persona",
    "parameter_preset",
)  # fmt: skip
"""What their own tree holds is compared with what the tree of their ids holds."""


class Salvage(Record):
    """What was saved."""

    path: Path
    """A healthy file of today's tables."""
    is_whole: bool
    """Nothing that the damaged file held is missing in it, as far as that can be told."""
    was_right: bool
    """There was nothing to be put right, neither in the header nor in a row."""


def salvage(damaged: Path, workspace: Path) -> Salvage:
    """Read `damaged` and the log beside it; copy and result are put into the folder `workspace`. Raises: OSError."""
    copy = workspace / "damaged.sqlite3"
    _copy(damaged, copy)
    log = Path(f"{damaged}-wal")
    if log.is_file() and log.stat().st_size:
        shutil.copyfile(log, f"{copy}-wal")
    # Before SQLite puts the log into the copy and takes it away.
    raw = RawPages(copy, Path(f"{copy}-wal"))
    was_right = _put_header_right(copy)
    saved = _Saved(workspace / "salvaged.sqlite3")
    try:
        is_whole = _read_tables(copy, saved) and has_sound_log(damaged) and saved.is_sound
        if not is_whole:
            for values in raw.rows():
                saved.add_raw(values)
    finally:
        saved.close()
    return Salvage(saved.path, is_whole, was_right and is_whole)


def _copy(damaged: Path, copy: Path) -> None:
    """Copy the file; where the disk does not give it back, as zeros."""
    try:
        shutil.copyfile(damaged, copy)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
    else:
        return
    with damaged.open("rb", buffering=0) as source, copy.open("wb") as target:
        for at in range(0, damaged.stat().st_size, PAGE_BYTES):
            try:
                source.seek(at)
                page = source.read(PAGE_BYTES)
            except OSError:
                page = bytes(PAGE_BYTES)
            target.write(page)


def _put_header_right(file: Path) -> bool:
    """Write what the first 100 bytes must be, and say whether they were. Source: SQLite file format, 1.3."""
    with file.open("r+b") as stream:
        found = stream.read(100)
        if len(found) < 100:
            return False
        n_pages = file.stat().st_size // PAGE_BYTES
        version = int.from_bytes(found[60:64], "big")
        free = found[32:40] if int.from_bytes(found[32:36], "big") <= n_pages else bytes(8)
        right = b"".join((
            _MAGIC, PAGE_BYTES.to_bytes(2, "big"), found[18:20] if found[18:20] in (b"\1\1", b"\2\2") else b"\2\2",
            bytes([0, 64, 32, 32]), found[24:28], n_pages.to_bytes(4, "big"), free, found[40:44], (4).to_bytes(4, "big"),
            found[48:52], bytes(4), (1).to_bytes(4, "big"),
            (version if 0 < version <= SCHEMA_VERSION else SCHEMA_VERSION).to_bytes(4, "big"), bytes(4),
            APPLICATION_ID.to_bytes(4, "big"), bytes(20), found[24:28], found[96:100],
        ))  # fmt: skip
        stream.seek(0)
        stream.write(right)
    # The size stands there only after a checkpoint, and the version in 92 to 95 only with it.
    return right[:28] + right[32:92] == found[:28] + found[32:92]


class _Saved:
    """The healthy file, and how rows come into it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_sound = True
        """False: a row had to be made sound, or could not be taken."""
        self._connection = apsw.Connection(str(path))
        words.register(self._connection)
        migrate(self._connection)
        # Indexed is what is merged from here, not what is collected; and a row may come before what it refers to.
        for (name,) in self._connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            self._connection.execute(f"DROP TRIGGER {name}")
        self._connection.pragma("foreign_keys", 0)
        self._connection.pragma("journal_mode", "MEMORY")
        self._connection.pragma("synchronous", "OFF")
        self.tables = {name: self._columns(name) for name in self._names()}
        self._connection.execute("BEGIN")

    def _names(self) -> list[str]:
        rows: list[Any] = self._connection.execute("PRAGMA main.table_list").fetchall()
        return [name for _, name, kind, *_ in rows if kind == "table" and not name.startswith("sqlite_")]

    def _columns(self, table: str) -> list[Column]:
        rows: list[Any] = self._connection.execute(f"PRAGMA main.table_info({table})").fetchall()
        return [
            Column(name, kind == "TEXT", bool(is_needed), default.strip("'") if default else "" if kind == "TEXT" else 0)
            for _, name, kind, is_needed, default, _ in rows
        ]

    def add(self, table: str, row: dict[str, Value]) -> None:
        """Take a row, made sound; not one that is there already, nor one that nothing can be made of."""
        found = make_sound(row, self.tables[table])
        if found is None:
            self.is_sound = False
            return
        sound, is_same = found
        self.is_sound &= is_same
        if not self._insert(table, sound) and sound.pop("number", None) is not None:
            # Another row has its number: damage to the one or the other. Of an id there is one anyway.
            self._insert(table, sound)

    def _insert(self, table: str, row: dict[str, str | int | None]) -> bool:
        places = ", ".join("?" * len(row))
        try:
            self._connection.execute(
                f"INSERT OR IGNORE INTO {table} ({', '.join(row)}) VALUES ({places})",  # noqa: S608 (our own names)
                tuple(row.values()),
            )
        except apsw.ConstraintError:
            self.is_sound = False
        return self._connection.changes() > 0

    def add_raw(self, values: Sequence[Value]) -> None:
        """Take a row out of a page when it is one of ours and not there yet."""
        table = table_of(values)
        if table is not None and len(values) <= len(self.tables[table]):
            names = [column.name for column in self.tables[table]]
            row = dict(zip(names, values, strict=False))
            if table == "message":
                self._forget_unfinished(row)
            self.add(table, row)

    def _forget_unfinished(self, row: dict[str, Value]) -> None:
        """Make way for an answer that is done: behind damage in the log stands what came of one in progress."""
        if row["state"] != b"generating" and isinstance(row["id"], bytes):
            key = row["id"].decode("utf-8", "replace")
            self._connection.execute("DELETE FROM message WHERE id = ? AND state = 'generating'", (key,))

    def close(self) -> None:
        """Keep what was taken."""
        if not self.is_sound:
            # A message of a conversation that is nowhere belongs where its parent does.
            self._connection.execute(
                """UPDATE message SET conversation_id = parent.conversation_id FROM message AS parent
                WHERE parent.id = message.parent_id AND parent.conversation_id IN (SELECT id FROM conversation)
                AND message.conversation_id NOT IN (SELECT id FROM conversation)"""
            )
        self._connection.execute("COMMIT")
        self._connection.close()


def _read_tables(copy: Path, saved: _Saved) -> bool:
    """Read every table with SQLite as far as it goes; say whether it went to the end everywhere."""
    connection = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        try:
            # Lets SQLite open what it otherwise would not, and look at each page before it trusts it.
            connection.pragma("writable_schema", "ON")
            connection.pragma("cell_size_check", "ON")
            connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
            is_whole = not _has_unreachable_commits(connection, Path(f"{copy}-wal"))
        except apsw.Error:
            is_whole = False
        for table, columns in saved.tables.items():
            is_whole &= _read_table(connection, table, columns, saved)
        return is_whole
    finally:
        with suppress(apsw.Error):
            connection.close()


def _has_unreachable_commits(connection: apsw.Connection, log: Path) -> bool:
    n_reached = connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_NOOP)[0]
    return log.is_file() and log.stat().st_size > 0 and has_unreachable_commits(log, n_reached)


def _read_table(connection: apsw.Connection, table: str, columns: Sequence[Column], saved: _Saved) -> bool:
    try:
        described: list[Any] = connection.execute(f"PRAGMA table_info({table})").fetchall()
    except (apsw.Error, UnicodeDecodeError):
        return False
    present = {row[1] for row in described}
    taken = [column for column in columns if column.name in present]
    if not taken:
        # Right for a file from before the step that made the table.
        return bool(present) or 0 < _version(connection) < SCHEMA_VERSION
    # As bytes: SQLite does not look whether text is UTF-8, and Python insists on it.
    listed = ", ".join(f"CAST({one.name} AS BLOB)" if one.is_text else one.name for one in taken)
    ids: set[Value] = set()
    keys = [row[1] for row in described if row[5]]
    apart: dict[Value, int] = {}
    for order in ("", " DESC"):
        by = ", ".join(f"{key}{order}" for key in keys)
        query = f"SELECT {listed} FROM {table} NOT INDEXED ORDER BY {by}"  # noqa: S608 (our own names)
        try:
            for values in connection.execute(query):
                row = dict(zip((one.name for one in taken), values, strict=True))
                if keys == ["message_id", "seq"] and isinstance(row["seq"], int):
                    # Before the third step the parts of each message were counted by themselves.
                    row["seq"] += apart.setdefault(row["message_id"], len(apart) << 32)
                saved.add(table, row)
                ids.add(row.get("id"))
        except (apsw.Error, MemoryError):
            continue  # from the other end
        return table not in _WITH_IDS or ids == _indexed_ids(connection, table)
    return False


def _version(connection: apsw.Connection) -> int:
    try:
        return int(connection.pragma("user_version"))
    except apsw.Error:
        return SCHEMA_VERSION


def _indexed_ids(connection: apsw.Connection, table: str) -> set[Value] | None:
    """Give the ids that the tree of ids knows; None when it cannot be read."""
    try:
        query = f"SELECT CAST(id AS BLOB) FROM {table} INDEXED BY sqlite_autoindex_{table}_1"  # noqa: S608 (our own names)
        return {row[0] for row in connection.execute(query)}
    except (apsw.Error, MemoryError):
        return None
