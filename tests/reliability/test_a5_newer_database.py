"""A5: a file of a newer Hearth, of another program, or no database at all keeps its bytes."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from desktop_app.errors import DatabaseTooNew, DatabaseUnreadable
from desktop_app.services.conversations import Conversations
from desktop_app.storage import conversations as store
from desktop_app.storage.conversations import Exchange
from desktop_app.storage.database import Database
from desktop_app.storage.migrations import SCHEMA_VERSION


def _bytes(folder: Path) -> dict[str, str]:
    """Give the sha256 of every file there; the shared memory of a log holds nothing and is left out."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if not path.name.endswith("-shm")
    }


def _conversation(path: Path) -> None:
    database = Database.writing(path)
    store.ask(database, Exchange("c", True, "q", "a", "What is new?", "model"))
    database.close()


def _newer(path: Path) -> None:
    _conversation(path)
    connection = apsw.Connection(str(path))
    connection.execute("ALTER TABLE message ADD COLUMN rating INTEGER; CREATE TABLE tag (name TEXT)")
    connection.pragma("user_version", SCHEMA_VERSION + 1)
    connection.close()


def _newer_in_the_log(path: Path) -> None:
    """Newer, and killed before the new number came from the log into the file itself."""
    _conversation(path.with_name("old"))
    connection = apsw.Connection(str(path.with_name("old")))
    connection.execute("ALTER TABLE message ADD COLUMN rating INTEGER")
    connection.pragma("user_version", SCHEMA_VERSION + 1)
    shutil.copy(path.with_name("old"), path)
    shutil.copy(path.with_name("old-wal"), path.with_name(path.name + "-wal"))
    connection.close()
    path.with_name("old").unlink()


def _foreign(path: Path) -> None:
    connection = apsw.Connection(str(path))
    connection.execute("CREATE TABLE moz_places (url TEXT)")
    connection.close()


def _foreign_with_id(path: Path) -> None:
    connection = apsw.Connection(str(path))
    connection.pragma("application_id", 77)
    connection.close()


def _foreign_in_the_log(path: Path) -> None:
    connection = apsw.Connection(str(path.with_name("other")))
    connection.pragma("journal_mode", "WAL")
    connection.execute("CREATE TABLE moz_places (url TEXT)")
    shutil.copy(path.with_name("other"), path)
    shutil.copy(path.with_name("other-wal"), path.with_name(path.name + "-wal"))
    connection.close()
    path.with_name("other").unlink()


def _damaged_header(path: Path) -> None:
    _conversation(path)
    path.write_bytes(b"X" + path.read_bytes()[1:])


CASES: dict[str, tuple[Callable[[Path], object], type[Exception]]] = {
    "newer": (_newer, DatabaseTooNew),
    "newer in the log": (_newer_in_the_log, DatabaseTooNew),
    "foreign": (_foreign, DatabaseUnreadable),
    "foreign with id": (_foreign_with_id, DatabaseUnreadable),
    "foreign in the log": (_foreign_in_the_log, DatabaseUnreadable),
    "damaged header": (_damaged_header, DatabaseUnreadable),
    "all NUL": (lambda path: path.write_bytes(bytes(20_000)), DatabaseUnreadable),
    "text": (lambda path: path.write_text("<html>404</html>" * 100), DatabaseUnreadable),
    "short": (lambda path: path.write_bytes(b"SQLite format 3\0"), DatabaseUnreadable),
    "folder": (lambda path: path.mkdir(), DatabaseUnreadable),
}


@pytest.mark.parametrize("case", CASES)
def test_a_file_that_is_not_ours_keeps_its_bytes(tmp_path: Path, case: str) -> None:
    make, expected = CASES[case]
    path = tmp_path / "hearth.sqlite3"
    make(path)
    if case == "folder":
        with pytest.raises(expected):
            Conversations(path)
        return
    before = _bytes(tmp_path)

    with pytest.raises(expected) as raised:
        Conversations(path)

    assert _bytes(tmp_path) == before
    assert str(path) in str(raised.value)


def test_the_error_says_which_schema_was_found_and_which_is_known(tmp_path: Path) -> None:
    _newer(tmp_path / "hearth.sqlite3")

    with pytest.raises(DatabaseTooNew) as raised:
        Database.writing(tmp_path / "hearth.sqlite3")

    assert (raised.value.found, raised.value.supported) == (SCHEMA_VERSION + 1, SCHEMA_VERSION)


@pytest.mark.parametrize("case", ["newer", "foreign", "all NUL"])
def test_nothing_is_put_beside_a_file_that_is_not_ours(tmp_path: Path, case: str) -> None:
    CASES[case][0](tmp_path / "hearth.sqlite3")
    before = (tmp_path / "hearth.sqlite3").stat()

    with pytest.raises((DatabaseTooNew, DatabaseUnreadable)):
        Database.writing(tmp_path / "hearth.sqlite3")

    after = (tmp_path / "hearth.sqlite3").stat()
    assert (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)
    assert [path.name for path in tmp_path.iterdir()] == ["hearth.sqlite3"]


def test_a_file_of_no_bytes_is_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "hearth.sqlite3").touch()

    _conversation(tmp_path / "hearth.sqlite3")

    database = Database.writing(tmp_path / "hearth.sqlite3")
    assert store.conversation(database, "c").title == "What is new?"
    database.close()


def test_planted_opening_without_looking_changes_the_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.storage.database._check_identity", lambda *_: None)
    _newer_in_the_log(tmp_path / "hearth.sqlite3")
    before = _bytes(tmp_path)

    Database.writing(tmp_path / "hearth.sqlite3").close()

    assert _bytes(tmp_path) != before
