"""What the window tells of backups, repairs and the disk: one sentence, one button, and what the button does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.errors import DatabaseUnreadable, DiskFull, WriteFailed
from desktop_app.services import reserve as reserve_module
from desktop_app.services.reserve import reserve_file
from desktop_app.services.starts import Starts
from desktop_app.storage.backup import Backup
from desktop_app.storage.recovery import Recovery
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.dialogs.backups import BackupsDialog
from desktop_app.ui.dialogs.question import QuestionDialog
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.safekeeping import Safekeeping
from tests.fakes.services import NOW_MS

FULL = DiskFull("/data/hearth.sqlite3")
DAMAGED = DatabaseUnreadable("/data/hearth.sqlite3", "SQLITE_CORRUPT")


class FakeBackups(QObject):
    """Backups that are what the test says."""

    backup_made = Signal(object)
    backups_found = Signal(list)
    backup_failed = Signal(object)
    damage_found = Signal(object)
    restore_ended = Signal(int, int, int)
    restore_failed = Signal(object, object)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.found: list[Backup] = []
        self.calls: list[tuple[Any, ...]] = []

    def begin(self) -> None:
        self.calls.append(("begin",))

    def look(self) -> None:
        self.backups_found.emit(self.found)

    def make_if_due(self) -> None:
        self.calls.append(("make_if_due",))

    def make(self, reason: str) -> None:
        self.calls.append(("make", reason))

    def restore(self, backup: Path) -> None:
        self.calls.append(("restore", backup))

    def have(self, *reasons: str) -> None:
        self.found = [
            Backup(self.folder / f"{number}", NOW_MS - number * 86_400_000, reason, 3_200_000)
            for number, reason in enumerate(reasons)
        ]


@pytest.fixture
def services(services: Any, tmp_path: Path) -> Any:
    services.paths.create()
    services.backups = FakeBackups(services.paths.backups)
    return services


@pytest.fixture
def starts(services: Any) -> Starts:
    return Starts(services.paths.starts)


@pytest.fixture
def make(services: Any, window: MainWindow, starts: Starts) -> Iterator[Callable[..., Safekeeping]]:
    """Give a function that makes one and lets it begin."""
    made: list[Safekeeping] = []

    def make(recovery: Recovery | None = None, starts_: Starts | None = None) -> Safekeeping:
        appearance: Appearance = window._appearance
        made.append(Safekeeping(services, window, appearance, starts_ or starts))
        made[-1].begin(recovery)
        return made[-1]

    yield make
    for one in made:
        one.close()


def press(window: MainWindow, words: str) -> None:
    buttons = [one for one in window.notices.findChildren(QPushButton) if one.text() == words and not one.isHidden()]
    assert len(buttons) == 1, [one.text() for one in window.notices.findChildren(QPushButton)]
    buttons[0].click()


def test_nothing_is_told_when_there_is_nothing_to_tell(services: Any, window: MainWindow, make: Any) -> None:
    make()

    assert window.notices.sentences() == []
    assert services.backups.calls == [("begin",)]


# What a start has met


@pytest.mark.parametrize(
    ("is_whole", "backup_ms", "n", "expected"),
    [
        (True, None, 3, "was damaged and set aside; all 3 conversations are back."),
        (True, None, 1, "was damaged and set aside; its 1 conversation is back."),
        (False, NOW_MS, 12, "; 12 conversations with 3,456 messages are back, and what was written after "),
        (False, None, 1, "; 1 conversation with 3,456 messages is back, and others may be missing."),
    ],
)
def test_a_repair_is_told_in_one_sentence_with_what_is_back(
    window, make, tmp_path, monkeypatch, is_whole, backup_ms, n, expected
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    make(Recovery(n, 3456, is_whole, backup_ms, tmp_path / "quarantine"))

    [sentence] = window.notices.sentences()
    assert expected in sentence and sentence.count(".") == 1
    press(window, "Open folder")
    assert opened == [str(tmp_path / "quarantine")]


class FakeRepair(QObject):
    """Ends when the test says so."""

    ended = Signal(object)
    failed = Signal(object)

    def __init__(self, *_: object, parent: QObject) -> None:
        super().__init__(parent)
        self.is_closed = False

    def begin(self) -> bool:
        return True

    def close(self) -> None:
        self.is_closed = True


def test_a_repair_behind_the_window_is_told_of_and_backups_wait_for_its_end(
    services, window, make, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr("desktop_app.services.repair.Repair", FakeRepair)
    database = services.paths.database
    database.with_name(f"{database.name}.put-off").touch()
    services.backups.have("daily")

    safekeeping = make()
    [sentence] = window.notices.sentences()
    assert "was damaged; they come back here" in sentence and services.backups.calls == []
    repair = window.findChild(FakeRepair)
    repair.ended.emit(Recovery(12, 3456, True, None, tmp_path))

    assert [one for one in window.notices.sentences() if "all 12 conversations are back" in one] == window.notices.sentences()
    assert services.backups.calls == [("begin",)]
    safekeeping.close()
    assert repair.is_closed


def test_a_repair_that_the_disk_does_not_let_is_told_of(services, window, make, monkeypatch) -> None:
    monkeypatch.setattr("desktop_app.services.repair.Repair", FakeRepair)
    database = services.paths.database
    database.with_name(f"{database.name}.put-off").touch()
    make()

    window.findChild(FakeRepair).failed.emit(FULL)

    [sentence] = window.notices.sentences()
    assert "disk is full" in sentence and services.backups.calls == []


def test_a_repair_that_the_disk_did_not_let_is_tried_again(services, window, make, monkeypatch) -> None:
    monkeypatch.setattr("desktop_app.services.repair.Repair", FakeRepair)
    database = services.paths.database
    database.with_name(f"{database.name}.put-off").touch()
    make()
    first = window.findChild(FakeRepair)
    first.failed.emit(FULL)
    press(window, "Try again")

    assert first.is_closed and len(window.findChildren(FakeRepair)) == 2
    assert "was damaged; they come back here" in window.notices.sentences()[-1]


def test_after_a_crash_loop_the_last_conversation_opens_only_when_asked_for(services, window, make) -> None:
    services.conversations.put("older", NOW_MS - 5)
    newest = services.conversations.put("newest", NOW_MS)
    for _ in range(2):
        Starts(services.paths.starts)
    make(starts_=Starts(services.paths.starts))

    assert window.notices.sentences() == [
        "Hearth ended unexpectedly twice, so no conversation was opened and no model was loaded."
    ]
    assert window.conversation.conversation_id is None
    press(window, "Open the last conversation")
    assert window.conversation.conversation_id == newest


def test_no_conversations_but_backups_are_told_of(services: Any, window: MainWindow, make: Any) -> None:
    services.backups.have("daily")
    make()

    [sentence] = window.notices.sentences()
    assert sentence.startswith("There are no conversations here, but a backup of ")
    press(window, "Backups…")
    assert window.findChildren(BackupsDialog)


# The disk


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (FULL, "The disk is full, so your conversations can be read but nothing can be saved."),
        (
            WriteFailed("/data/x", "EROFS"),
            "The folder of your conversations is read-only, so they can be read but nothing can be saved; allow writing to it, then try again.",
        ),
    ],
)
def test_a_file_that_can_only_be_read_is_told_of_until_it_can_be_written(
    services, window, make, qtbot, monkeypatch, problem, expected
) -> None:
    monkeypatch.setattr("desktop_app.ui.safekeeping.RETRY_INTERVAL_MS", 1)
    services.conversations.file.problem = problem
    make()
    services.conversations.write_failed.emit(problem)
    # Not a second notice about the same.
    assert window.notices.sentences() == [expected]
    assert services.backups.calls == []
    qtbot.waitUntil(lambda: ("in_writer",) in services.conversations.calls)

    services.conversations.file.problem = None
    services.conversations.write_recovered.emit()

    assert window.notices.sentences() == []
    assert services.backups.calls == [("begin",)]


def test_a_full_disk_costs_the_reserve_and_offers_to_copy_what_is_not_saved(services, window, make, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(reserve_module, "MIN_FREE_BYTES", 0)
    keeping = make()
    qtbot.waitUntil(lambda: reserve_file(services.paths.data).exists())
    services.conversations.is_instant = False
    window.composer.set_text("a question that cannot be saved")
    qtbot.keyClick(window.composer.edit, Qt.Key.Key_Return)

    services.conversations.refuse(FULL)

    assert not reserve_file(services.paths.data).exists()
    assert window.composer.text() == "a question that cannot be saved"
    first, second = window.notices.sentences()
    assert first.startswith("The disk is full, so")
    assert second == "The disk is full and Hearth uses its last reserve; please free some space soon."
    press(window, "Copy what is not saved")
    assert QGuiApplication.clipboard().text() == "a question that cannot be saved"
    services.conversations.write_failed.emit(FULL)
    with qtbot.waitSignal(keeping._reserve.refilled):
        keeping._reserve.fill()
    assert not any("reserve" in one for one in window.notices.sentences())


def test_try_again_has_the_disk_tried_although_nothing_was_typed(services: Any, window: MainWindow, make: Any) -> None:
    make()
    services.conversations.write_failed.emit(WriteFailed("/data/hearth.sqlite3", "EIO"))
    services.conversations.calls.clear()
    press(window, "Try again")

    assert services.conversations.calls == [("in_writer",)]


def test_a_disk_that_does_not_answer_is_told_of_until_it_does(services: Any, window: MainWindow, make: Any) -> None:
    make()
    services.conversations.writing_slowed.emit()
    assert window.notices.sentences() == ["The disk takes long to answer; what you just wrote is not saved yet."]
    services.conversations.writing_caught_up.emit()
    assert window.notices.sentences() == []


# Damage found while running


@pytest.mark.parametrize("found_by", ["backup", "writing"])
def test_damage_is_told_and_repaired_by_the_next_start(services, window, make, starts, found_by) -> None:
    keeping = make()
    (services.backups.damage_found if found_by == "backup" else services.conversations.write_failed).emit(DAMAGED)

    assert window.notices.sentences() == ["Not everything in “hearth.sqlite3” can be read; nothing of it was deleted."]
    assert not keeping.is_restart_wanted
    starts.end_well()
    assert Starts(services.paths.starts).is_repair_wanted


def test_repair_and_restart_closes_the_window_to_start_again(services, window, make, starts) -> None:
    keeping = make()
    services.backups.damage_found.emit(DAMAGED)
    press(window, "Repair and restart")

    assert keeping.is_restart_wanted and not window.isVisible()


def test_who_stays_because_something_is_not_saved_is_not_restarted_later(services, window, make) -> None:
    keeping = make()
    services.conversations.is_out = True
    window.composer.set_text("unsaved")
    services.backups.damage_found.emit(DAMAGED)
    press(window, "Repair and restart")

    assert window.isVisible() and not keeping.is_restart_wanted
    services.conversations.is_out = False


# Backups


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (FULL, "There is not enough space on the disk for a backup; free some space and try again."),
        (
            WriteFailed("/backups", "EACCES"),
            "A backup of your conversations could not be made; check that its folder may be written to.",
        ),
    ],
)
def test_a_backup_that_fails_is_told_and_can_be_tried_again(services, window, make, error, expected) -> None:
    make()
    services.backups.backup_failed.emit(error)

    assert window.notices.sentences() == [expected]
    press(window, "Try again")
    assert services.backups.calls[-1] == ("make_if_due",)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((0, 0, 0), "Everything that is in this backup is here already."),
        ((0, 0, 1), "1 prompt template, persona or preset came back from the backup."),
        ((0, 1, 0), "1 message came back from the backup."),
        ((2, 30, 1), "2 conversations came back from the backup."),
    ],
)
def test_the_end_of_a_restore_is_told(services, window, make, numbers, expected) -> None:
    make()
    services.backups.restore_ended.emit(*numbers)

    assert window.notices.sentences() == [expected]


def test_a_restore_that_failed_is_tried_again_from_the_same_backup(services, window, make) -> None:
    make()
    backup = services.paths.backups / "one"
    services.backups.restore_failed.emit(FULL, backup)
    press(window, "Try again")

    assert services.backups.calls[-1] == ("restore", backup)


@pytest.fixture
def dialog(services: Any, window: MainWindow, make: Any, qtbot: QtBot) -> BackupsDialog:
    services.backups.have("daily", "migration", "manual")
    make()
    window.notices.close_key("no_conversations")
    window.actions_.backups.trigger()
    [dialog] = window.findChildren(BackupsDialog)
    return dialog


def _button(dialog: Any, words: str) -> QPushButton:
    return next(one for one in dialog.findChildren(QPushButton) if one.text() == words)


def test_the_dialog_lists_the_backups_newest_first_with_reason_and_size(dialog: BackupsDialog) -> None:
    rows = dialog.findChild(QListWidget)
    texts = [rows.item(number).text() for number in range(rows.count())]
    assert [text.split(", ")[-2] for text in texts] == ["daily", "before an update", "made by you"]
    assert all(text.endswith(", 3.2 MB") for text in texts), texts
    assert rows.currentRow() == 0 and _button(dialog, "Restore…").isEnabled()


def test_restore_asks_first_and_then_brings_back(services: Any, dialog: BackupsDialog) -> None:
    dialog.findChild(QListWidget).setCurrentRow(1)
    _button(dialog, "Restore…").click()
    [question] = dialog.findChildren(QuestionDialog)
    assert ("restore", services.backups.found[1].path) not in services.backups.calls
    _button(question, "Bring back").click()

    assert services.backups.calls[-1] == ("restore", services.backups.found[1].path)
    assert not _button(dialog, "Restore…").isEnabled()
    services.backups.restore_ended.emit(1, 2, 0)
    assert not dialog.isVisible()


def test_a_restore_that_cannot_begin_is_told_of_in_the_dialog_which_can_be_used_again(
    services: Any, window: MainWindow, dialog: BackupsDialog
) -> None:
    for number in (1, 2):
        _button(dialog, "Restore…").click()
        _button(dialog.findChildren(QuestionDialog)[-1], "Bring back").click()
        assert dialog._state.text() == "Restoring…" and not _button(dialog, "Restore…").isEnabled()
        services.backups.restore_failed.emit(FULL, services.backups.found[0].path)

        assert dialog._state.text().startswith("The disk is full") and _button(dialog, "Restore…").isEnabled()
        assert len([one for one in services.backups.calls if one[0] == "restore"]) == number
    assert window.notices.sentences() == [], "it stands in the dialog"
    dialog.reject()
    services.backups.restore_failed.emit(FULL, services.backups.found[0].path)
    assert len(window.notices.sentences()) == 1


def test_enter_in_the_list_asks_once(dialog: BackupsDialog, qtbot: Any) -> None:
    dialog.show()
    qtbot.keyClick(dialog.findChild(QListWidget), Qt.Key.Key_Return)

    assert len([one for one in dialog.findChildren(QuestionDialog) if one.isVisible()]) == 1


def test_a_backup_made_by_hand_stands_in_the_list_and_one_that_fails_is_told_of(services: Any, dialog: BackupsDialog) -> None:
    _button(dialog, "Back up now").click()
    assert services.backups.calls[-1] == ("make", "manual") and not _button(dialog, "Back up now").isEnabled()
    services.backups.have("manual", "daily", "migration", "manual")
    services.backups.backup_made.emit(services.backups.found[0])
    assert dialog.findChild(QListWidget).count() == 4 and _button(dialog, "Back up now").isEnabled()
    services.backups.backup_failed.emit(FULL)
    assert dialog._state.text().startswith("The disk is full")


def test_without_a_backup_nothing_can_be_restored(services: Any, window: MainWindow, make: Any) -> None:
    make().show_backups()
    [dialog] = window.findChildren(BackupsDialog)

    assert not _button(dialog, "Restore…").isEnabled()
    assert dialog._state.text() == "There is no backup yet; the first is made today."


def test_the_folder_of_the_backups_is_shown(services, dialog, monkeypatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    _button(dialog, "Open folder").click()

    assert opened == [str(services.paths.backups)]
