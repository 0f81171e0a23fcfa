"""The computer is kept awake by a process that is there exactly as long as it is needed."""

from __future__ import annotations

import sys

import psutil
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop_app.services.keep_awake import KeepAwake, awake_command

SLEEPER = (sys.executable, ["-c", "import sys; sys.stdin.read()"])


def sleepers() -> list[int]:
    return [child.pid for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]


def test_a_process_runs_as_long_as_it_is_needed(qtbot: QtBot, qapp: QCoreApplication) -> None:
    awake = KeepAwake(SLEEPER)
    awake.set_needed(True)
    qtbot.waitUntil(lambda: len(sleepers()) == 1)
    awake.set_needed(True)
    awake.set_needed(False)
    qtbot.waitUntil(lambda: not sleepers())
    awake.set_needed(True)
    qtbot.waitUntil(lambda: len(sleepers()) == 1)
    awake.close()

    assert sleepers() == []


def test_without_such_a_program_the_computer_sleeps_and_nothing_else_happens(qtbot: QtBot, qapp: QCoreApplication) -> None:
    awake = KeepAwake(("no-such-program-here", []))
    awake.set_needed(True)
    awake.close()

    assert sleepers() == []


@pytest.mark.parametrize(("platform", "program"), [("linux", "systemd-inhibit"), ("darwin", "caffeinate")])
def test_every_system_has_its_own(platform: str, program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    found = awake_command()

    assert found is not None and found[0] == program
