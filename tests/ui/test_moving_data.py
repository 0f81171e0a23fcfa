"""The dialogs about moving all data: what is chosen, how far it is, and what is done when it fails."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.errors import DataFolderGone, DataPlaceUnsuitable, DiskFull
from desktop_app.paths import Paths
from desktop_app.services import data_move
from desktop_app.services.data_files import clear_left, plan
from desktop_app.services.data_move import MovePlan
from desktop_app.services.place import Place, Spot, read_place, write_place
from desktop_app.ui.data_place import DataPlace
from desktop_app.ui.dialogs.move_data import MoveDataDialog
from desktop_app.ui.dialogs.moving import MovingDialog, show_moving
from desktop_app.ui.dialogs.place_problem import PlaceProblemDialog
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.theme import load_theme
from tests.reliability.planted_data import FakeMove, FakePlan

THEME = load_theme("light", 1.0)


@pytest.fixture
def usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    for key in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{key}_HOME", str(tmp_path / "home" / key.lower()))
    paths = Paths.standard()
    paths.create()
    paths.database.write_bytes(b"database" * 100_000)
    (paths.models / "a.gguf").write_bytes(b"GGUF" * 100)
    return paths


def _press(dialog: Any, text: str) -> None:
    next(button for button in dialog.findChildren(QPushButton) if button.text() == text).click()


def test_what_is_chosen_is_asked_for(window: MainWindow) -> None:
    made = FakePlan("/home/someone/data", window)
    dialog = MoveDataDialog(cast(Any, made), THEME, window)
    dialog.show()
    assert dialog.models.isChecked() and "98 MB" in dialog.models.accessibleName()
    assert not dialog.start.isEnabled()
    dialog._on_folder_selected("/media/stick")
    dialog.models.setChecked(False)
    dialog.start.click()
    assert made.begun == [(Path("/media/stick"), False)]
    made.failed.emit(DataPlaceUnsuitable("/media/stick", "inside"))

    assert "outside of it" in dialog.state.text() and dialog.start.isEnabled()
    dialog.usual.click()
    dialog.start.click()
    assert made.begun[-1] == (None, False)
    dialog.reject()


@pytest.mark.linux("the places of Linux")
def test_a_plan_is_noted_and_the_window_closes_to_start_again(usual: Paths, window, services, tmp_path, qtbot: QtBot) -> None:
    (tmp_path / "stick").mkdir()
    services.paths = usual
    place = DataPlace(services, cast(Any, window._appearance), window)
    place.ask()
    (dialog,) = window.findChildren(MoveDataDialog)
    with qtbot.waitSignal(dialog._plan.folder_found):
        dialog._on_folder_selected(str(tmp_path / "stick"))
    with qtbot.waitSignal(dialog.planned):
        dialog.start.click()

    assert place.is_restart_wanted and not window.isVisible()
    assert read_place(usual.place_note).wanted == Spot(str(tmp_path / "stick"))


@pytest.mark.linux("the places of Linux")
def test_who_stays_because_something_is_not_saved_has_nothing_moved(
    usual: Paths, window, services, tmp_path, monkeypatch
) -> None:
    services.paths = usual
    place = DataPlace(services, cast(Any, window._appearance), window)
    place._plan = MovePlan(usual, window)
    plan(usual, tmp_path / "stick", has_models=True)
    monkeypatch.setattr(window, "close", lambda: False)
    place._on_planned()

    assert not place.is_restart_wanted
    after = read_place(usual.place_note)
    assert (after.used, after.wanted, [spot.folder for spot in after.left]) == (Spot(), None, [str(tmp_path / "stick")])


@pytest.mark.linux("the places of Linux")
def test_what_cannot_be_taken_back_is_tried_again(usual: Paths, window, services, tmp_path, monkeypatch) -> None:
    services.paths = usual
    place = DataPlace(services, cast(Any, window._appearance), window)
    place._plan = MovePlan(usual, window)
    plan(usual, tmp_path / "stick", has_models=True)
    monkeypatch.setattr(window, "close", lambda: False)

    def refuse(note: Path, _: Place) -> None:
        raise DiskFull(str(note))

    with monkeypatch.context() as full:
        full.setattr(data_move, "give_up", refuse)
        place._on_planned()
    assert read_place(usual.place_note).wanted is not None
    [button] = [one for one in window.notices.findChildren(QPushButton) if one.text() == "Try again"]
    button.click()

    assert read_place(usual.place_note).wanted is None


@pytest.mark.linux("the places of Linux")
def test_who_cancels_while_a_move_is_being_noted_has_nothing_moved(
    usual: Paths, window, services, tmp_path, qtbot: QtBot
) -> None:
    (tmp_path / "stick").mkdir()
    services.paths = usual
    place = DataPlace(services, cast(Any, window._appearance), window)
    place.ask()
    (dialog,) = window.findChildren(MoveDataDialog)
    with qtbot.waitSignal(dialog._plan.folder_found):
        dialog._on_folder_selected(str(tmp_path / "stick"))
    dialog.start.click()
    dialog.reject()

    assert window.isVisible() and not place.is_restart_wanted
    assert read_place(usual.place_note).wanted is None


def test_what_the_command_line_chose_is_not_moved(window: MainWindow, services: Any) -> None:
    DataPlace(services, cast(Any, window._appearance), window)

    assert not window.actions_.move_data.isEnabled()


@pytest.mark.linux("the places of Linux")
def test_what_a_move_has_left_goes_when_the_window_stands(usual: Paths, window, services, tmp_path, qtbot: QtBot) -> None:
    (tmp_path / "stick" / "data").mkdir(parents=True)
    there = Paths.under(tmp_path / "stick")
    shutil.copy2(usual.database, there.database)
    status = usual.database.stat()
    left = Spot(files=((usual.database.name, status.st_size, status.st_mtime_ns),))
    write_place(usual.place_note, Place(Spot(str(tmp_path / "stick")), None, (left,)))
    services.paths = there
    place = DataPlace(services, cast(Any, window._appearance), window)
    place.close()

    assert not usual.database.exists() and (usual.models / "a.gguf").exists()


def _moved_behind_a_dialog(usual: Paths, folder: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, press: str = "") -> bool:
    """Move as a start does; a fake application waits for the dialog as the real one would."""
    ended: list[int] = []
    shown: list[MovingDialog] = []

    def show(dialog: MovingDialog) -> None:
        shown.append(dialog)
        dialog.show()

    monkeypatch.setattr(MovingDialog, "open", show)

    def execute() -> int:
        if press:
            _press(shown[0], press)
        qtbot.waitUntil(lambda: bool(ended))
        return ended[0]

    place = plan(usual, folder, has_models=True)
    application = SimpleNamespace(exit=ended.append, exec=execute)
    return show_moving(cast(QApplication, application), place, THEME)


@pytest.mark.linux("the places of Linux")
def test_everything_is_moved_behind_a_dialog(usual: Paths, tmp_path, monkeypatch, qtbot: QtBot) -> None:
    content = usual.database.read_bytes()
    (tmp_path / "stick").mkdir()

    assert _moved_behind_a_dialog(usual, tmp_path / "stick", monkeypatch, qtbot)
    place = read_place(usual.place_note)
    assert place.paths().database.read_bytes() == content and [spot.folder for spot in place.left] == [""]
    assert usual.database.read_bytes() == content


@pytest.mark.linux("the places of Linux")
def test_the_person_can_have_everything_stay(usual: Paths, tmp_path, monkeypatch, qtbot: QtBot) -> None:
    (tmp_path / "stick").mkdir()
    monkeypatch.setattr("desktop_app.services.data_move.move", lambda *_: pytest.fail("not begun"))
    monkeypatch.setattr("desktop_app.services.data_move.DataMove.start", lambda _: None)

    assert _moved_behind_a_dialog(usual, tmp_path / "stick", monkeypatch, qtbot, "Leave everything where it is")
    place = read_place(usual.place_note)
    assert place.used == Spot() and place.wanted is None
    assert clear_left(usual.place_note, place) == Place()


@pytest.mark.linux("the places of Linux")
def test_quitting_stops_and_the_next_start_goes_on(usual: Paths, tmp_path, monkeypatch, qtbot: QtBot) -> None:
    (tmp_path / "stick").mkdir()
    monkeypatch.setattr("desktop_app.services.data_move.DataMove.start", lambda _: None)

    assert not _moved_behind_a_dialog(usual, tmp_path / "stick", monkeypatch, qtbot, "Quit and go on later")
    assert read_place(usual.place_note).wanted == Spot(str(tmp_path / "stick"))


def test_a_full_disk_is_one_sentence_and_one_button(qtbot: QtBot) -> None:
    move = FakeMove()
    dialog = MovingDialog(cast(Any, move), "/media/stick/Hearth", THEME)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.step.text().startswith("49 MB of 98 MB") and dialog.bar.value() == 50
    move.failed.emit(DiskFull("/media/stick/Hearth/data/hearth.sqlite3"))
    assert dialog.again.isVisible() and not dialog.bar.isVisible()
    sentence = dialog.step.text()
    dialog.again.click()

    assert "full" in sentence and move.calls == ["start", "start"] and not dialog.again.isVisible()
    dialog.reject()


@pytest.mark.linux("the places of Linux")
def test_a_disk_that_is_gone_for_good_is_started_without(usual: Paths, tmp_path, qtbot: QtBot) -> None:
    write_place(usual.place_note, Place(Spot(str(tmp_path / "gone"))))
    dialog = PlaceProblemDialog(DataFolderGone(str(tmp_path / "gone")), THEME)
    qtbot.addWidget(dialog)
    dialog.show()
    with qtbot.waitSignal(dialog.accepted):
        _press(dialog, "Start without it")

    assert read_place(usual.place_note).paths() == usual


@pytest.mark.linux("the places of Linux")
def test_a_disk_that_is_gone_is_tried_again_or_found_under_another_name(usual: Paths, tmp_path, qtbot: QtBot) -> None:
    write_place(usual.place_note, Place(Spot(str(tmp_path / "gone"))))
    dialog = PlaceProblemDialog(DataFolderGone(str(tmp_path / "gone")), THEME)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.choose(str(tmp_path))
    assert dialog.isVisible()
    there = Paths.under(tmp_path / "back")
    there.create()
    there.database.write_bytes(b"database")
    with qtbot.waitSignal(dialog.accepted):
        dialog.choose(str(tmp_path / "back"))

    assert read_place(usual.place_note).paths() == there
