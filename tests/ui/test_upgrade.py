"""A large file of an older version is copied behind a dialog before anything in it is changed."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.paths import Paths
from desktop_app.services import opening, upgrade
from desktop_app.services.backup_work import Pace, make_before_migration
from desktop_app.services.upgrade import Upgrade
from desktop_app.storage.migrations import SCHEMA_VERSION
from desktop_app.ui.dialogs.upgrade import UpgradeDialog
from desktop_app.ui.theme import load_theme
from tests.reliability.released import file_of_version

THEME = load_theme("light", 1.0)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths.under(tmp_path)
    paths.create()
    file_of_version(2, paths.database, "x" * 3_000_000)
    return paths


def _version(path: Path) -> int:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return int(connection.pragma("user_version"))
    finally:
        connection.close()


def test_only_large_files_of_older_versions_are_shown(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not opening.is_copy_long(paths)
    monkeypatch.setattr(opening, "MIN_SHOWN_BYTES", 1_000_000)
    assert opening.is_copy_long(paths)

    opening.open_conversations(paths).conversations.close()

    assert not opening.is_copy_long(paths)
    paths.database.unlink()
    assert not opening.is_copy_long(paths)


def test_the_copy_is_made_and_the_file_is_left_alone(paths: Paths, qtbot: QtBot) -> None:
    work = Upgrade(paths)
    dialog = UpgradeDialog(work, THEME)
    dialog.open()

    with qtbot.waitSignal(dialog.accepted):
        work.start()

    assert work.is_done
    assert work.copied == 1
    (made,) = paths.backups.glob("*-migration.sqlite3")
    assert (_version(made), _version(paths.database)) == (2, 2)


def test_after_the_copy_the_file_is_opened_without_another(paths: Paths, qtbot: QtBot) -> None:
    work = Upgrade(paths)
    with qtbot.waitSignal(work.finished):
        work.start()

    opening.open_conversations(paths, is_copied=work.is_done).conversations.close()

    assert _version(paths.database) == SCHEMA_VERSION
    assert len(list(paths.backups.glob("*-migration.sqlite3"))) == 1


def test_quitting_leaves_no_half_copy_and_changes_nothing(paths: Paths, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Upgrade(paths)
    made = upgrade.make_before_migration

    def stopped_on_the_way(*arguments: object) -> bool:
        work._pace.stop()
        return made(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(upgrade, "make_before_migration", stopped_on_the_way)
    dialog = UpgradeDialog(work, THEME)
    dialog.open()
    work.start()

    with qtbot.waitSignal(dialog.rejected):
        dialog.findChild(QPushButton).click()

    assert not work.is_done
    assert not [file for file in paths.backups.glob("*") if file.suffix == ".sqlite3" or "partial" in file.name]
    assert _version(paths.database) == 2


def test_a_copy_that_fails_leaves_the_rest_to_opening(paths: Paths, qtbot: QtBot) -> None:
    paths.backups.write_text("no folder")
    work = Upgrade(paths)
    dialog = UpgradeDialog(work, THEME)
    dialog.open()

    with qtbot.waitSignal(dialog.accepted):
        work.start()

    assert not work.is_done
    assert _version(paths.database) == 2


def test_it_says_which_step_it_is_at(paths: Paths, qtbot: QtBot) -> None:
    work = Upgrade(paths)
    dialog = UpgradeDialog(work, THEME)
    dialog.open()
    work._pace.copied = 0.41
    dialog._refresh()
    first = (dialog.step.text(), dialog.bar.maximum(), dialog.bar.value())
    work._pace.copied = 1.0
    dialog._refresh()

    assert first == ("Step 1 of 2: 41 % is copied.", 100, 41)
    assert (dialog.step.text(), dialog.bar.maximum()) == ("Step 2 of 2: the copy is checked.", 0)
    dialog.reject()


def test_a_copy_that_was_stopped_is_none(paths: Paths) -> None:
    pace = Pace()
    pace.stop()

    assert make_before_migration(paths.database, paths.backups, 1_000, pace) is False
    assert not list(paths.backups.glob("*-migration.sqlite3"))
    assert make_before_migration(paths.database, paths.backups, 1_000) is True
