"""A backup is a whole, verified copy of one moment, made while the file is in use, or there is none."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop_app.errors import BackupUnreadable, DatabaseTooNew, DatabaseUnreadable, DiskFull, WriteFailed
from desktop_app.storage import backup as module
from desktop_app.storage.backup import Pace, Stopped, make_backup, verify
from desktop_app.storage.database import Database
from desktop_app.storage.kept_backups import list_backups
from desktop_app.storage.migrations import SCHEMA_VERSION
from desktop_app.storage.own_folder import MARKER, OwnFolder
from tests.reliability.chats import clear_messages, fill, held, held_in
from tests.storage.talk import talk

NOW_MS = 1_790_000_000_000


@pytest.fixture
def folder(tmp_path: Path) -> OwnFolder:
    return OwnFolder(tmp_path / "backups")


def _names(folder: OwnFolder) -> list[str]:
    return sorted(path.name for path in folder.path.iterdir())


def test_it_holds_what_the_file_and_its_log_hold(database: Database, path: Path, folder: OwnFolder) -> None:
    fill(database, 10)

    made = make_backup(path, folder, "daily", NOW_MS)

    assert (made.made_ms, made.reason, made.n_bytes) == (NOW_MS, "daily", made.path.stat().st_size)
    assert list_backups(folder) == [made]
    assert held_in(made.path) == held(database)


@pytest.mark.posix("Windows has no such modes")
def test_it_is_one_file_for_its_owner_only(database: Database, path: Path, folder: OwnFolder) -> None:
    talk(database, "a", "b")

    made = make_backup(path, folder, "manual", NOW_MS)
    verify(made.path)

    assert _names(folder) == [made.path.name, MARKER]
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert folder.path.stat().st_mode & 0o777 == 0o700


def test_it_is_of_one_moment_whatever_is_written_meanwhile(
    database: Database, path: Path, folder: OwnFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, 5)
    before = held(database)
    monkeypatch.setattr(module, "STEP_PAGES", 5)
    pace = Pace()
    n_pauses = []

    def write() -> None:
        n_pauses.append(1)
        talk(database, f"question {len(n_pauses)}", "answer")

    monkeypatch.setattr(pace, "pause", write)

    made = make_backup(path, folder, "daily", NOW_MS, pace)

    assert len(n_pauses) > 10
    assert held_in(made.path) == before
    assert held(database) != before


def test_it_can_be_given_up_and_leaves_nothing(database: Database, path: Path, folder: OwnFolder) -> None:
    fill(database, 3)
    pace = Pace(60)
    threading.Timer(0.05, pace.stop).start()

    with pytest.raises(Stopped):
        make_backup(path, folder, "daily", NOW_MS, pace)

    assert _names(folder) == [MARKER]


def test_what_a_killed_process_left_is_taken_away_with_the_next(database: Database, path: Path, folder: OwnFolder) -> None:
    folder.create()
    (folder.path / ".partial-77-1").write_bytes(b"half")

    made = make_backup(path, folder, "daily", NOW_MS)

    assert _names(folder) == [made.path.name, MARKER]


def test_two_in_one_millisecond_are_two(database: Database, path: Path, folder: OwnFolder) -> None:
    first, second = (make_backup(path, folder, "manual", NOW_MS) for _ in range(2))

    assert list_backups(folder) == [second, first]


def test_a_damaged_file_is_told_of_and_no_backup_of_it_is_kept(path: Path, folder: OwnFolder) -> None:
    database = Database.writing(path)
    fill(database, 10)
    database.close()
    clear_messages(path)

    with pytest.raises(DatabaseUnreadable) as raised:
        make_backup(path, folder, "daily", NOW_MS)

    assert raised.value.path == str(path)
    assert _names(folder) == [MARKER]


def test_without_room_nothing_is_begun(
    database: Database, path: Path, folder: OwnFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = path.stat().st_size + module.MARGIN_BYTES - 1
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))

    with pytest.raises(DiskFull):
        make_backup(path, folder, "daily", NOW_MS)

    assert _names(folder) == [MARKER]


DAMAGES: dict[str, tuple[Callable[[Path], object], type[Exception]]] = {
    "cut off": (lambda path: path.write_bytes(path.read_bytes()[:20_000]), BackupUnreadable),
    "all NUL": (lambda path: path.write_bytes(bytes(20_000)), BackupUnreadable),
    "empty": (lambda path: path.write_bytes(b""), BackupUnreadable),
    "of another program": (lambda path: _pragma(path, "application_id", 77), BackupUnreadable),
    "without a version": (lambda path: _pragma(path, "user_version", 0), BackupUnreadable),
    "newer": (lambda path: _pragma(path, "user_version", SCHEMA_VERSION + 1), DatabaseTooNew),
    "gone": (lambda path: path.unlink(), Exception),
}


def _pragma(path: Path, name: str, value: int) -> None:
    content = bytearray(path.read_bytes())
    at = {"user_version": 60, "application_id": 68}[name]
    content[at : at + 4] = value.to_bytes(4, "big")
    path.write_bytes(content)


@pytest.mark.parametrize("case", DAMAGES)
def test_what_is_no_backup_is_not_taken_for_one(database: Database, path: Path, folder: OwnFolder, case: str) -> None:
    fill(database, 3)
    made = make_backup(path, folder, "daily", NOW_MS)
    damage, expected = DAMAGES[case]
    damage(made.path)

    with pytest.raises(expected):
        verify(made.path)


# The folder


def test_a_folder_with_files_of_others_is_not_used(database: Database, path: Path, folder: OwnFolder) -> None:
    folder.path.mkdir()
    (folder.path / "holiday.jpg").write_bytes(b"mine")

    with pytest.raises(WriteFailed):
        make_backup(path, folder, "daily", NOW_MS)

    assert _names(folder) == ["holiday.jpg"]


@pytest.mark.posix("links need rights on Windows")
def test_a_folder_that_is_a_link_is_not_used(database: Database, path: Path, folder: OwnFolder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    folder.path.symlink_to(tmp_path / "elsewhere", target_is_directory=True)

    with pytest.raises(WriteFailed):
        make_backup(path, folder, "daily", NOW_MS)

    assert list((tmp_path / "elsewhere").iterdir()) == []
