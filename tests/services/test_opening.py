"""Opening the conversations when the file is damaged, newer, or not to be written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from desktop_app.errors import DatabaseTooNew, DatabaseUnreadable, DiskFull
from desktop_app.paths import Paths
from desktop_app.services import opening
from desktop_app.services.opening import open_conversations
from desktop_app.services.reserve import reserve_file
from desktop_app.storage.database import Database
from desktop_app.storage.kept_backups import list_backups
from desktop_app.storage.migrations import SCHEMA_VERSION
from desktop_app.storage.own_folder import OwnFolder
from tests.reliability.faulty_disk import faulty_disk
from tests.reliability.released import file_of_version
from tests.storage.talk import talk


@pytest.fixture
def paths(qapp: QCoreApplication, tmp_path: Path) -> Paths:
    paths = Paths.under(tmp_path)
    paths.data.mkdir()
    return paths


def _set_version(path: Path, version: int) -> None:
    content = bytearray(path.read_bytes())
    content[60:64] = version.to_bytes(4, "big")
    path.write_bytes(content)


def _file(paths: Paths) -> None:
    database = Database.writing(paths.database)
    talk(database, "question", "answer")
    database.close()


def test_a_newer_file_is_left_alone(paths: Paths) -> None:
    _file(paths)
    _set_version(paths.database, SCHEMA_VERSION + 1)
    before = paths.database.read_bytes()

    with pytest.raises(DatabaseTooNew):
        open_conversations(paths)

    assert paths.database.read_bytes() == before and not paths.quarantine.exists()


@pytest.mark.parametrize("version", [0, 1 << 20, 0xFFFFFFFF])
def test_a_version_that_cannot_be_is_damage(paths: Paths, expected_log: Callable[[str], None], version: int) -> None:
    _file(paths)
    _set_version(paths.database, version)
    expected_log("the database was damaged")

    opened = open_conversations(paths)
    found = opened.conversations.all()
    opened.conversations.close()

    assert opened.recovery is not None and opened.recovery.is_whole
    assert [one.title for one in found] == ["question"]


def test_what_is_no_damage_is_no_reason_for_a_repair(paths: Paths) -> None:
    paths.database.mkdir()

    with pytest.raises(DatabaseUnreadable):
        open_conversations(paths)

    assert not paths.quarantine.exists()


def test_an_error_that_is_met_in_a_whole_file_is_told_as_it_is(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    _file(paths)

    def fail(*_: object, **__: object) -> None:
        raise DatabaseUnreadable(str(paths.database), "a mistake of ours, say")

    monkeypatch.setattr(opening, "Conversations", fail)

    with pytest.raises(DatabaseUnreadable, match="a mistake of ours"):
        open_conversations(paths)

    assert not paths.quarantine.exists()


def test_a_repair_that_has_no_room_is_put_off_and_what_can_be_read_is_read(paths: Paths, monkeypatch, expected_log) -> None:
    _file(paths)
    expected_log("no repair: DiskFull")

    def fail(*_: object) -> None:
        raise DiskFull(str(paths.data))

    monkeypatch.setattr("desktop_app.storage.recovery.recover", fail)

    opened = open_conversations(paths, is_repair_wanted=True)
    found = opened.conversations.all()
    opened.conversations.close()

    assert (opened.is_repair_due, [one.title for one in found]) == (True, ["question"])


def test_an_older_file_is_backed_up_before_it_is_changed(paths: Paths) -> None:
    file_of_version(1, paths.database)

    open_conversations(paths).conversations.close()

    assert [one.reason for one in list_backups(OwnFolder(paths.backups))] == ["migration"]


def test_an_older_file_is_read_and_not_touched_when_there_is_no_room_for_its_backup(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, expected_log: Callable[[str], None]
) -> None:
    expected_log("can only be read: DiskFull")
    file_of_version(1, paths.database)
    before = paths.database.read_bytes()
    monkeypatch.setattr("desktop_app.storage.backup.MARGIN_BYTES", 1 << 60)

    opened = open_conversations(paths)
    conversations = opened.conversations

    assert isinstance(conversations.file.problem, DiskFull) and opened.recovery is None
    assert conversations.branch("c1")[0].text == "How do I boil an egg?"
    conversations.close()
    assert paths.database.read_bytes() == before


def test_a_start_on_a_full_disk_releases_the_reserve(paths: Paths, expected_log: Callable[[str], None]) -> None:
    expected_log("can only be read: DiskFull")
    file_of_version(1, paths.database)
    database = Database.writing(paths.database)  # with an answer in progress, which is to be ended
    database.close()
    reserve_file(paths.data).write_bytes(bytes(200_000))
    with faulty_disk(paths.data) as disk:
        disk.capacity_bytes = sum(path.stat().st_size for path in paths.data.iterdir())

        opened = open_conversations(paths)

        assert opened.conversations.file.problem is None
        assert not reserve_file(paths.data).exists()
        opened.conversations.close()
