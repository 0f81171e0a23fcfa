"""E4: what an exception says never comes into the log: it may be text of a conversation. Where it was raised does.

The controls are part of the check: where words are written out, the same search must find them.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop_app import error_hook, logs
from desktop_app.error_hook import ErrorHook
from desktop_app.services import background as background_module
from desktop_app.services.background import Background
from desktop_app.services.worker_process import WorkerProcess

SECRET = "Zyzzyvaquark"

CHILD = """
import sys, threading
from importlib import import_module
from desktop_app import app, logs
def break_in_a_way_of_its_own(*_, **__):
    raise ValueError("Zyzzyvaquark")
class Broken:
    def __del__(self):
        break_in_a_way_of_its_own()
def main(*_, **__):
    thread = threading.Thread(target=break_in_a_way_of_its_own)
    thread.start()
    thread.join()
    Broken()
    break_in_a_way_of_its_own()
import_module("desktop_app." + sys.argv[1]).main = main
if sys.argv[2] == "planted":
    logs.keep_words_out = lambda: None
sys.exit(app.main(sys.argv[3:]))
"""
"""A child of ours that breaks in three ways: in a thread, where nothing can be raised, and in `main`."""

ROLES = {
    "engine": "engine.worker", "inspect": "engine.inspect_worker", "formulas": "formulas.worker", "import": "exchange.worker",
    "repair": "storage.repair_worker", "hub": "hub.worker", "download": "hub.download_worker",
}  # fmt: skip


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """Give the log of the window."""
    folder = tmp_path / "logs"
    folder.mkdir()
    logs.start_logging(folder, "window")
    yield folder / "hearth.log"
    logs.stop_logging()


def with_words(error: BaseException) -> str:
    return f"{error}"


def break_in_the_background(qtbot: QtBot) -> None:
    def fail() -> None:
        raise ValueError(SECRET)

    background = Background()
    with qtbot.captureExceptions() as raised:
        background.run(fail, lambda _: None)
        qtbot.waitUntil(lambda: bool(raised))
    background.close()


def test_background_work_that_fails_is_logged_without_its_words(qtbot: QtBot, log: Path, expected_log: Any) -> None:
    expected_log("background work failed: ValueError")
    break_in_the_background(qtbot)

    text = log.read_text("utf-8")
    assert "in fail" in text and SECRET not in text


def test_planted_words_of_background_work_are_found(
    qtbot: QtBot, log: Path, expected_log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected_log("background work failed")
    monkeypatch.setattr(background_module, "without_words", with_words)
    break_in_the_background(qtbot)

    assert SECRET in log.read_text("utf-8")


def hand_to_the_hook() -> str:
    """Let the last net take an exception; give what the window says of it."""
    said: list[str] = []
    window = SimpleNamespace(show_bug=lambda text, is_saved: said.append(text))
    services = SimpleNamespace(conversations=SimpleNamespace(flush=lambda: True))
    hook = ErrorHook(services, window, SimpleNamespace())  # type: ignore[arg-type]
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        hook.handle(ValueError, error, error.__traceback__)
    return said[0]


def test_what_nobody_caught_is_on_the_screen_with_its_words_and_in_the_log_without(log: Path, expected_log: Any) -> None:
    expected_log("ValueError")
    said = hand_to_the_hook()

    text = log.read_text("utf-8")
    assert f"ValueError: {SECRET}" in said and "in hand_to_the_hook" in text and SECRET not in text


def test_planted_words_of_what_nobody_caught_are_found(log: Path, expected_log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    expected_log(SECRET)
    monkeypatch.setattr(error_hook, "without_words", with_words)
    hand_to_the_hook()

    assert SECRET in log.read_text("utf-8")


def written_by(role: str, home: Path, planted: str = "") -> str:
    arguments = ["--role", role, "--home", str(home)]
    command = [sys.executable, "-c", CHILD, ROLES[role], planted or "as it is", *arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    assert done.returncode != 0
    return done.stderr.decode()


@pytest.mark.parametrize("role", ROLES)
def test_a_child_that_breaks_says_where_and_not_what(role: str, tmp_path: Path) -> None:
    text = written_by(role, tmp_path)
    assert text.count("ValueError") >= 3 and text.count("in break_in_a_way_of_its_own") >= 3 and SECRET not in text


def test_planted_words_of_a_child_are_found(tmp_path: Path) -> None:
    assert written_by("import", tmp_path, "planted").count(SECRET) == 3


def test_what_a_child_writes_is_in_the_log(qtbot: QtBot, qapp: QCoreApplication, log: Path) -> None:
    process = WorkerProcess(sys.executable, ["-c", f"import sys; sys.stderr.write('{SECRET}')"], 100, name="child")
    with qtbot.waitSignal(process.ended):
        process.start()

    assert f"child: {SECRET}" in log.read_text("utf-8"), "that is why a child must not say it"
