"""The application ends and starts again, for a repair."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app import app
from desktop_app.errors import DatabaseUnreadable
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

    app._ErrorHook(None, window, starts).handle(DatabaseUnreadable, error, None)  # type: ignore[arg-type]
    starts.end_well()

    assert window.shown == [error]
    assert Starts(tmp_path / "starts.json").is_repair_wanted
