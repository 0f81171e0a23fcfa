"""How the file is opened, what a transaction promises, and which failures are the world's."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

import apsw
import pytest

from desktop_app.errors import DatabaseUnreadable, DiskFull, WriteFailed
from desktop_app.storage.database import Database

SECRET = "my most private question"


def _keys(database: Database) -> list[str]:
    return [row[0] for row in database.rows("SELECT key FROM value ORDER BY key")]


def _insert(database: Database, key: str, value: str = "") -> None:
    database.execute("INSERT INTO value (key, value) VALUES (?, ?)", key, value)


def test_a_transaction_is_whole_or_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction():
        _insert(database, "lost")
        raise ZeroDivisionError
    with database.transaction():
        _insert(database, "kept")

    assert _keys(database) == ["kept"]


def test_reading_sees_what_was_committed_and_nothing_before(database: Database, path: Path) -> None:
    reading = Database.reading(path)
    with database.transaction():
        _insert(database, "a")
        before = _keys(reading)
    after = _keys(reading)
    reading.close()

    assert (before, after) == ([], ["a"])


def test_closing_leaves_one_file(path: Path) -> None:
    database = Database.writing(path)
    _insert(database, "a")
    database.close()

    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_full_disk_is_disk_full_and_the_next_write_works(database: Database, path: Path) -> None:
    n_pages = database._connection.pragma("page_count")
    database._connection.pragma("max_page_count", n_pages)
    with pytest.raises(DiskFull) as raised, database.transaction():
        _insert(database, "big", SECRET * 10_000)
    database._connection.pragma("max_page_count", 1_000_000)
    _insert(database, "small")

    assert raised.value == DiskFull(str(path))
    assert _keys(database) == ["small"]


def test_no_value_is_in_an_exception(database: Database) -> None:
    """The same way `logging` would write it down."""
    _insert(database, SECRET)
    texts = []
    for sql, values in (
        ("INSERT INTO value (key, value) VALUES (?, ?)", (SECRET, SECRET)),
        ("INSERT INTO conversation (id, created_ms, updated_ms) VALUES (?, ?, 0)", (SECRET, SECRET)),
        ("INSERT INTO value (key) VALUES (?)", (SECRET, SECRET)),
        ("SELECT json(?)", (SECRET,)),
    ):
        with pytest.raises(apsw.Error) as raised:
            database.rows(sql, *values)
        texts += traceback.format_exception(raised.value)
    database._connection.pragma("max_page_count", 1)
    with pytest.raises(DiskFull) as full:
        _insert(database, "big", SECRET * 10_000)
    database._connection.pragma("max_page_count", 1_000_000)
    texts += traceback.format_exception(full.value)

    assert "UNIQUE constraint failed" in "".join(texts)
    # "SECRET", the name, stands in the lines of this file that a traceback quotes.
    assert SECRET not in "".join(texts)


def test_a_locked_file_is_a_failed_write(database: Database, path: Path) -> None:
    other = Database.writing(path)
    other._connection.set_busy_timeout(10)
    with database.transaction():
        _insert(database, "a")
        with pytest.raises(WriteFailed) as raised:
            _insert(other, "b")
    other.close()

    assert raised.value.detail == "SQLITE_BUSY"


def test_a_damaged_page_is_unreadable(path: Path) -> None:
    database = Database.writing(path)
    for number in range(200):
        _insert(database, f"key {number}", "x" * 300)
    database.close()
    content = bytearray(path.read_bytes())
    content[4096 * 2 :] = b"\xff" * (len(content) - 4096 * 2)
    path.write_bytes(content)

    # The list of tables takes more than the two pages that are left.
    with pytest.raises(DatabaseUnreadable):
        Database.writing(path)


def test_a_folder_that_is_not_there_is_a_failed_write(tmp_path: Path) -> None:
    with pytest.raises(WriteFailed):
        Database.writing(tmp_path / "missing" / "hearth.sqlite3")


@pytest.mark.posix("Windows has no such modes")
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_a_failed_write(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(WriteFailed):
        Database.writing(tmp_path / "closed" / "hearth.sqlite3")


def test_a_mistake_of_ours_rises_as_it_is(database: Database) -> None:
    with pytest.raises(apsw.SQLError):
        database.rows("SELECT nonsense FROM nowhere")


@pytest.mark.posix("Windows has no such modes")
def test_a_file_that_others_could_read_is_made_private(path: Path) -> None:
    Database.writing(path).close()
    path.chmod(0o644)

    Database.writing(path).close()

    assert path.stat().st_mode & 0o777 == 0o600
