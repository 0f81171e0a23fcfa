"""All data are moved by one start, and the next one stands on the new place with everything in it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop_app.paths import Paths
from desktop_app.services.conversations import Conversations
from desktop_app.services.data_files import plan
from desktop_app.services.place import read_place

START = "import sys\nfrom desktop_app import app\napp._start_again = lambda _: print('again', flush=True)\nsys.exit(app.main([]))"
"""A start that only says that it would start again: nobody would end what it starts."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    places = {"CONFIG": "config", "DATA": "share", "CACHE": "cache", "STATE": "state"}
    for key, folder in places.items():
        monkeypatch.setenv(f"XDG_{key}_HOME", str(tmp_path / "home" / folder))
    monkeypatch.setenv("HEARTH_TRACE", str(tmp_path / "trace"))
    return tmp_path / "home"


def _start(until: Callable[[], bool] | None = None) -> tuple[int, str]:
    """Start, end it when `until` says so, and give status and output."""
    process = subprocess.Popen([sys.executable, "-c", START], stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    deadline = time.monotonic() + 60
    while until is not None and process.poll() is None and not until():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    if until is not None:
        process.terminate()
    output, _ = process.communicate(timeout=60)
    return process.returncode, output


def _files(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


@pytest.mark.linux("the places of Linux")
def test_a_move_from_the_plan_to_the_cleared_old_place(home: Path, tmp_path: Path, qapp: QApplication) -> None:
    usual = Paths.standard()
    usual.create()
    conversations = Conversations(usual.database)
    conversations.ask(None, "Where do I live?", "model")
    conversations.close()
    (tmp_path / "stick").mkdir()
    plan(usual, tmp_path / "stick", has_models=True)

    assert _start() == (0, "again\n")
    assert not (tmp_path / "trace").exists()  # no window came
    status, _ = _start(until=lambda: (tmp_path / "trace").exists() and _files(home) == ["config/hearth/place.json"])
    assert status == 0
    assert "first_paint" in (tmp_path / "trace").read_text("utf-8")
    paths = read_place(usual.place_note).paths()
    assert paths == Paths.under(tmp_path / "stick")
    conversations = Conversations(paths.database)
    titles = [one.title for one in conversations.all()]
    conversations.close()
    assert titles == ["Where do I live?"]
    assert _files(home) == ["config/hearth/place.json"]
