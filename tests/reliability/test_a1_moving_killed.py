"""A1 for a move of all data: whatever step it is killed at, everything is in use at one place, and the next start ends it.

The person's own files beside it are never touched.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
N_STEPS_MIN = 40


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder in memory where there is such a thing: thousands of files are made and taken away."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as path:
        yield Path(path)


def _profile(folder: Path) -> None:
    """Make a person's profile as plain files; the bytes are what counts."""
    files = {
        "config/hearth/settings.json": b'{"theme": "dark"}',
        "config/hearth/of mine.txt": b"mine",
        "share/hearth/hearth.sqlite3": os.urandom(60_000),
        "share/hearth/hearth.sqlite3-wal": os.urandom(40_000),
        "share/hearth/kv-states.key": os.urandom(32),
        "share/hearth/letters.txt": b"mine",
        "share/hearth/quarantine/20260101/hearth.sqlite3": os.urandom(1000),
        "share/hearth/models/small/model.gguf": b"GGUF" + os.urandom(5000),
        "share/hearth-backups/hearth-20260101-120000-000-daily.sqlite3": os.urandom(9000),
        "cache/hearth/kv-states/one.state": os.urandom(100),
    }
    for name, content in files.items():
        path = folder / "before" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "elsewhere.gguf").write_bytes(b"mine")
    (folder / "before" / "share" / "hearth" / "models" / "linked.gguf").symlink_to(folder / "elsewhere.gguf")


def _lived_through(folder: Path, *fault: str) -> list[dict[str, Any]]:
    """Give what came of a kill at every step."""
    _profile(folder)
    home = folder / "home"
    places = {"CONFIG": "config", "DATA": "share", "CACHE": "cache", "STATE": "state"}
    environment = {f"XDG_{key}_HOME": str(home / place) for key, place in places.items()}
    command = [sys.executable, str(ROOT / "tests" / "reliability" / "moving_process.py"), str(folder), *fault]
    run = subprocess.run(command, env={**os.environ, **environment, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, timeout=120)
    assert run.returncode == 0 or fault
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.mark.linux("the places of Linux")
def test_a_move_killed_at_any_step_loses_nothing_and_goes_on(folder: Path) -> None:
    runs = _lived_through(folder)

    assert [run for run in runs if run["problems"]] == []
    assert sum(run["killed"] and not run["gives_up"] for run in runs) >= N_STEPS_MIN
    assert any(run["killed"] and run["gives_up"] for run in runs)
    assert (folder / "elsewhere.gguf").read_bytes() == b"mine"


@pytest.mark.linux("the places of Linux")
@pytest.mark.parametrize(
    "fault",
    ["switch before the copy", "clear before the switch", "take all away", "name before the bytes"],
)
def test_planted_ways_of_moving_are_seen(folder: Path, fault: str) -> None:
    runs = _lived_through(folder, fault)

    assert [run for run in runs if run["problems"]]
