"""Backups while conversations are open: when they are made, what a restore announces, and how it all ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop_app.errors import BackupUnreadable, DatabaseUnreadable, DiskFull
from desktop_app.services.backups import Backups
from desktop_app.services.conversations import Conversations
from desktop_app.services.prompt_templates import PromptTemplates
from desktop_app.storage.backup import Backup
from desktop_app.storage.kept_backups import list_backups
from desktop_app.storage.own_folder import OwnFolder
from tests.reliability.chats import clear_messages, fill, held, held_in
from tests.services.conversation_signals import listen, settle

NOON_MS = 1_793_620_800_000
DAY_MS = 24 * 3600 * 1000


class Clock:
    """Milliseconds since 1970, set by the test."""

    def __init__(self) -> None:
        self.now_ms = NOON_MS

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def conversations(qapp: QCoreApplication, tmp_path: Path) -> Iterator[Conversations]:
    conversations = Conversations(tmp_path / "hearth.sqlite3")
    yield conversations
    conversations.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def backups(conversations: Conversations, folder: Path, clock: Clock, tmp_path: Path) -> Iterator[Backups]:
    backups = Backups(conversations, tmp_path / "hearth.sqlite3", folder, clock)
    yield backups
    backups.close()


def _talk(conversations: Conversations, text: str) -> str:
    id_ = conversations.ask(None, text, "m")
    settle(conversations)
    return id_


def _made(folder: Path) -> list[Backup]:
    return list_backups(OwnFolder(folder))


def test_nothing_is_made_at_the_start_and_the_daily_one_some_time_after(qtbot, backups, folder, monkeypatch) -> None:
    backups.begin()
    assert backups._timer.interval() == 30_000 and not folder.exists()

    with qtbot.waitSignal(backups.backup_made) as made:
        backups._timer.start(1)

    assert backups._timer.interval() == 3600_000
    assert _made(folder) == made.args == [made.args[0]]
    assert made.args[0].reason == "daily"


def test_one_a_day_as_long_as_the_window_is_open(qtbot: QtBot, backups: Backups, folder: Path, clock: Clock) -> None:
    for day in range(3):
        clock.now_ms = NOON_MS + day * DAY_MS
        with qtbot.waitSignal(backups.backup_made):
            backups.make_if_due()
        clock.now_ms += 3600_000
        with qtbot.waitSignal(backups.backups_found):
            backups.make_if_due()
            backups.look()

    assert [one.made_ms for one in _made(folder)] == [NOON_MS + day * DAY_MS for day in (2, 1, 0)]


def test_the_file_without_its_log_holds_what_the_backup_holds(qtbot, backups, conversations, tmp_path: Path) -> None:
    _talk(conversations, "in the log until now")
    with qtbot.waitSignal(backups.backup_made) as made:
        backups.make("manual")
    settle(conversations)
    (tmp_path / "copy.sqlite3").write_bytes((tmp_path / "hearth.sqlite3").read_bytes())

    assert held_in(tmp_path / "copy.sqlite3") == held_in(made.args[0].path)


def test_work_that_needs_a_backup_goes_on_when_there_is_one_and_not_without(qtbot, backups, folder, monkeypatch) -> None:
    gone_on: list[str] = []
    errors: list[object] = []
    backups.make("import", lambda: gone_on.append("import"), errors.append)
    qtbot.waitUntil(lambda: bool(gone_on))
    assert [one.reason for one in _made(folder)] == ["import"]

    monkeypatch.setattr("desktop_app.storage.backup.MARGIN_BYTES", 1 << 60)
    backups.make("import", lambda: gone_on.append("again"), errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert (gone_on, errors) == (["import"], [DiskFull(str(folder))])


def test_where_nothing_can_be_written_none_is_tried(backups: Backups, conversations: Conversations, folder: Path) -> None:
    conversations.file.problem = DiskFull("/")
    backups.make_if_due()
    backups.close()

    assert not folder.exists()


def test_a_backup_of_a_damaged_file_tells_of_the_damage(qtbot, conversations, backups, tmp_path: Path, expected_log) -> None:
    fill(conversations.file.writing, 10)
    conversations.file.writing.empty_log()
    clear_messages(tmp_path / "hearth.sqlite3")
    expected_log("no backup: DatabaseUnreadable")

    with qtbot.waitSignal(backups.damage_found) as found:
        backups.make_if_due()

    assert isinstance(found.args[0], DatabaseUnreadable)


def test_closing_does_not_wait_for_a_backup_under_way(qtbot, conversations, backups, folder, monkeypatch) -> None:
    fill(conversations.file.writing, 10)
    monkeypatch.setattr("desktop_app.storage.backup.STEP_PAGES", 1)
    backups._its_pace()._pause_s = 0.05
    backups.make("manual")
    qtbot.waitUntil(lambda: any(folder.glob(".partial*")))

    backups.close()

    assert _made(folder) == [] and not any(folder.glob(".partial*"))


# Restoring


@pytest.fixture
def backed_up(qtbot: QtBot, conversations: Conversations, backups: Backups) -> tuple[Backup, list[str]]:
    """A backup of two conversations, of which the first is purged since."""
    ids = [_talk(conversations, text) for text in ("to be lost", "to be kept")]
    with qtbot.waitSignal(backups.backup_made) as made:
        backups.make("manual")
    conversations.purge(ids[0])
    settle(conversations)
    return made.args[0], ids


def test_a_restore_backs_up_first_brings_back_and_announces(qtbot, conversations, backups, backed_up, folder) -> None:
    backup, (lost, kept) = backed_up
    conversations.rename(kept, "Renamed since")
    settle(conversations)
    heard = listen(conversations)

    with qtbot.waitSignal(backups.restore_ended) as ended:
        backups.restore(backup.path)

    assert ended.args == [1, 2, 0]
    assert ("conversation_added", lost) in heard and ("conversation_changed", kept) not in heard
    assert [one.text for one in conversations.branch(lost)][:1] == ["to be lost"]
    assert conversations.get(kept).title == "Renamed since"
    assert {one.reason for one in _made(folder)} == {"restore", "manual"}


def test_a_backup_of_the_same_day_is_not_taken_away_before_it_is_restored(
    qtbot: QtBot, conversations: Conversations, backups: Backups, clock: Clock
) -> None:
    ids = [_talk(conversations, text) for text in ("to be lost", "to be kept")]
    with qtbot.waitSignal(backups.backup_made) as made:
        backups.make("daily")
    conversations.purge(ids[0])
    settle(conversations)
    clock.now_ms += 60_000

    with qtbot.waitSignal(backups.restore_ended) as ended:
        backups.restore(made.args[0].path)

    assert ended.args == [1, 2, 0] and made.args[0].path.exists()
    assert [one.text for one in conversations.branch(ids[0])][:1] == ["to be lost"]


def test_a_template_that_was_removed_comes_back_when_no_conversation_is_missing(
    qtbot: QtBot, conversations: Conversations, backups: Backups
) -> None:
    templates = PromptTemplates(conversations)
    template = templates.new(title="Mine")
    settle(conversations)
    with qtbot.waitSignal(backups.backup_made) as made:
        backups.make("manual")
    templates.remove(template.id)
    settle(conversations)
    with qtbot.waitSignal(backups.restore_ended) as ended:
        backups.restore(made.args[0].path)

    assert ended.args == [0, 0, 1] and templates.own() == [template]
    templates.close()


def test_what_came_back_can_be_written_to(qtbot, conversations, backups, backed_up) -> None:
    backup, (lost, _) = backed_up
    with qtbot.waitSignal(backups.restore_ended):
        backups.restore(backup.path)

    conversations.ask(lost, "and on it goes", "m")
    settle(conversations)

    assert [one.text for one in conversations.branch(lost)][::2] == ["to be lost", "and on it goes"]


def test_many_come_back_in_portions_with_room_for_others_in_between(qtbot, conversations, backups, monkeypatch) -> None:
    monkeypatch.setattr("desktop_app.services.backup_work.N_CONVERSATIONS", 4)
    fill(conversations.file.writing, 30)
    before = held(conversations.file.reading)
    with qtbot.waitSignal(backups.backup_made) as made:
        backups.make("manual")
    conversations.purge(*before.conversations)
    settle(conversations)
    order: list[str] = []
    conversations.conversation_added.connect(lambda id_: order.append("restored" if id_ in before.conversations else "asked"))

    with qtbot.waitSignal(backups.restore_ended) as ended:
        backups.restore(made.args[0].path)
        qtbot.waitUntil(lambda: "restored" in order)
        conversations.ask(None, "in between", "m")

    assert ended.args == [len(before.conversations), len(before.messages), 0]
    assert "asked" in order[:-4]
    found = held(conversations.file.reading)
    assert {id_: found.messages[id_] for id_ in before.messages} == before.messages


def test_a_backup_that_is_damaged_brings_nothing_back_and_is_told_of(qtbot, conversations, backups, backed_up) -> None:
    backup, (lost, _) = backed_up
    backup.path.write_bytes(backup.path.read_bytes()[:10_000])

    with qtbot.waitSignal(backups.restore_failed) as failed:
        backups.restore(backup.path)

    assert isinstance(failed.args[0], BackupUnreadable) and failed.args[1] == backup.path
    assert lost not in [one.id for one in conversations.all()]
    # And the next one is not refused because of it.
    with qtbot.waitSignal(backups.restore_failed):
        backups.restore(backup.path)


def test_two_restores_at_once_are_one(qtbot, backups, backed_up) -> None:
    backup, _ = backed_up
    n_ended: list[int] = []
    backups.restore_ended.connect(lambda *_: n_ended.append(1))
    with qtbot.waitSignal(backups.restore_ended):
        backups.restore(backup.path)
        backups.restore(backup.path)
    backups.close()

    assert len(n_ended) == 1


def test_closing_ends_a_restore(qtbot, conversations, backups, backed_up) -> None:
    backup, (_, kept) = backed_up
    ended: list[int] = []
    backups.restore_ended.connect(lambda *_: ended.append(1))
    backups.restore(backup.path)
    backups.close()
    settle(conversations)

    assert (ended, [one.id for one in conversations.all()]) == ([], [kept])
