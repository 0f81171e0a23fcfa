"""The application ends and starts again, for a repair."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop_app import app
from desktop_app.error_hook import ErrorHook
from desktop_app.errors import DatabaseUnreadable, DataFolderGone
from desktop_app.options import Options
from desktop_app.paths import Paths
from desktop_app.services.place import Place, Spot, write_place
from desktop_app.services.single_instance import take_lock
from desktop_app.services.starts import Starts


def test_it_starts_with_the_arguments_that_it_was_started_with(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: commands.append(command))

    app._start_again(["--data-dir", "/somewhere", "--offline"])

    assert commands == [[sys.executable, "-P", "-m", "desktop_app", "--data-dir", "/somewhere", "--offline"]]


class Window:
    """Takes what it is to show."""

    def __init__(self) -> None:
        self.shown: list[object] = []

    def show_error(self, error: object) -> None:
        self.shown.append(error)


def test_damage_met_while_reading_is_told_and_left_to_the_next_start(tmp_path: Path, expected_log) -> None:
    expected_log("met while reading: DatabaseUnreadable")
    window, starts = Window(), Starts(tmp_path / "starts.json")
    error = DatabaseUnreadable("/x/hearth.sqlite3", "SQLITE_CORRUPT")

    ErrorHook(None, window, starts).handle(DatabaseUnreadable, error, None)  # type: ignore[arg-type]
    starts.end_well()

    assert window.shown == [error]
    assert Starts(tmp_path / "starts.json").is_repair_wanted


@pytest.mark.parametrize("is_on_disk", [True, False])
def test_a_mistake_of_ours_says_that_all_is_saved_only_when_it_is(tmp_path: Path, expected_log, is_on_disk: bool) -> None:
    expected_log("ZeroDivisionError")
    told: list[bool] = []
    window = SimpleNamespace(show_bug=lambda _text, *, is_saved: told.append(is_saved))
    services = SimpleNamespace(conversations=SimpleNamespace(flush=lambda: is_on_disk))

    ErrorHook(services, window, Starts(tmp_path / "starts.json")).handle(ZeroDivisionError, ZeroDivisionError(), None)  # type: ignore[arg-type]

    assert told == [is_on_disk]


@pytest.mark.parametrize("is_again", [True, False])
def test_where_there_is_no_place_for_anything_one_can_try_again(monkeypatch, qapp, capsys, is_again: bool) -> None:
    shown: list[Exception] = []
    started: list[list[str]] = []

    def show(_application: object, error: Exception, _theme: object) -> bool:
        shown.append(error)
        return is_again

    monkeypatch.setattr("desktop_app.ui.dialogs.place_problem.show_place_problem", show)
    monkeypatch.setattr("desktop_app.ui.appearance.Appearance", lambda *_: SimpleNamespace(theme=None))
    monkeypatch.setattr(app, "_make_application", lambda: qapp)
    monkeypatch.setattr(app, "_start_again", started.append)
    gone = DataFolderGone("/media/stick/Hearth")

    assert app._explain_folders(gone, Options(), ["--offline"]) == (0 if is_again else 1)
    assert shown == [gone] and started == ([["--offline"]] if is_again else [])
    assert app._explain_folders(gone, app.Options(data_dir=Path("/x")), []) == 1  # who types that reads the answer there
    assert len(shown) == 1 and "--data-dir" in capsys.readouterr().err


@pytest.mark.linux("the places of Linux")
def test_a_start_that_waits_while_another_moves_everything_follows_it(tmp_path, monkeypatch, qapp) -> None:
    for key in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{key}_HOME", str(tmp_path / "home" / key.lower()))
    usual, there = Paths.standard(), Paths.under(tmp_path / "stick")
    locked: list[Path] = []

    def take(folder: Path, _hand_over: object) -> object:
        if not locked:  # another process has moved the data until this one gets the lock
            there.create()
            write_place(usual.place_note, Place(Spot(str(tmp_path / "stick"))))
        locked.append(folder)
        return take_lock(folder)

    monkeypatch.setattr("desktop_app.services.single_instance.take_lock_or_hand_over", take)
    paths, place, lock = app._find_and_lock_folders(Options())

    assert paths == there and place is not None and locked == [usual.data, there.data]
    assert lock is not None and take_lock(there.data) is None and take_lock(usual.data) is not None
