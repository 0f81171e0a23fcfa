"""A10: the SQLite that runs is a sound one, and both connections have the settings that protect the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from desktop_app.errors import WriteFailed
from desktop_app.storage.database import Database, check_sqlite

WANTED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "temp_store": 2,
    "busy_timeout": 2000,
    "defensive": 1,
    "journal_size_limit": 8 * 1024 * 1024,
    "secure_delete": 1,
}


@pytest.fixture
def connections(tmp_path: Path) -> Iterator[tuple[Database, Database]]:
    writing = Database.writing(tmp_path / "hearth.sqlite3")
    reading = Database.reading(tmp_path / "hearth.sqlite3")
    yield writing, reading
    reading.close()
    writing.close()


def _problems(database: Database) -> dict[str, object]:
    found = database.settings()
    return {name: found[name] for name, value in WANTED.items() if found[name] != value}


def test_the_sqlite_that_runs_is_sound() -> None:
    check_sqlite(apsw.sqlite_lib_version())
    # apsw was built with the SQLite inside it, not with the system's.
    assert apsw.using_amalgamation


@pytest.mark.parametrize("version", ["3.40.1", "3.51.2", "3.52.0", "3.7.0"])
def test_planted_a_sqlite_that_can_corrupt_a_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: version)

    with pytest.raises(RuntimeError, match=version):
        Database.writing(tmp_path / "hearth.sqlite3")

    assert not (tmp_path / "hearth.sqlite3").exists()


@pytest.mark.parametrize("version", ["3.51.3", "3.53.1", "3.54.1", "4.0.0"])
def test_a_sound_sqlite_is_accepted(version: str) -> None:
    check_sqlite(version)


def test_both_connections_are_protected(connections: tuple[Database, Database]) -> None:
    writing, reading = connections

    assert _problems(writing) == {}
    assert _problems(reading) == {}
    assert not writing.settings()["is_read_only"]
    assert reading.settings()["is_read_only"]


@pytest.mark.parametrize(
    ("name", "value"), [("synchronous", "NORMAL"), ("foreign_keys", 0), ("trusted_schema", 1), ("secure_delete", 0)]
)
def test_planted_a_weaker_setting_is_seen(connections: tuple[Database, Database], name: str, value: str | int) -> None:
    connections[0]._connection.pragma(name, value)

    assert list(_problems(connections[0])) == [name]


def test_the_settings_are_in_force_and_not_only_set(connections: tuple[Database, Database]) -> None:
    writing, reading = connections

    with pytest.raises(apsw.ConstraintError):
        writing.execute("INSERT INTO message_part (message_id, text) VALUES ('nobody', '')")
    with pytest.raises(WriteFailed):
        reading.execute("DELETE FROM message")
    with pytest.raises(apsw.SQLError):
        writing.execute('SELECT "not a column"')
    with pytest.raises(apsw.Error):
        writing.execute("UPDATE sqlite_schema SET sql = ''")


@pytest.mark.posix("Windows has no such modes; the folder belongs to the person")
def test_the_file_and_what_lies_beside_it_are_private(connections: tuple[Database, Database], tmp_path: Path) -> None:
    connections[0].execute("INSERT INTO value (key, value) VALUES ('k', 'v')")

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}

    assert modes == {"hearth.sqlite3": 0o600, "hearth.sqlite3-wal": 0o600, "hearth.sqlite3-shm": 0o600}
