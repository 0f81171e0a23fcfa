"""A start from a folder with the marker: everything lies beside the program, nothing in the person's folders."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import desktop_app
from desktop_app.paths import PORTABLE, Paths

ROOT = Path(desktop_app.__file__).parents[1]


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _run_until_painted(program: Path, home: Path, trace: Path) -> int:
    """Start what lies in `program`, end it when its window is on the screen, and give its exit status."""
    places = {key: str(home / key) for key in os.environ if key.startswith("XDG_")}
    own = {"HOME": str(home), "PYTHONPATH": str(program), "PYTHONDONTWRITEBYTECODE": "1", "HEARTH_TRACE": str(trace)}
    process = subprocess.Popen([sys.executable, "-m", "desktop_app"], cwd=program.parent, env={**os.environ, **places, **own})
    deadline = time.monotonic() + 60
    while process.poll() is None and not (trace.exists() and "first_paint" in trace.read_text("utf-8")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.terminate()
    return process.wait(30)


@pytest.mark.linux("the places of Linux")
def test_a_portable_start_writes_beside_the_program_and_nothing_into_the_home_folder(tmp_path: Path) -> None:
    program, home = tmp_path / "program", tmp_path / "home"
    home.mkdir()
    shutil.copytree(ROOT / "desktop_app", program / "desktop_app", ignore=shutil.ignore_patterns("__pycache__"))
    (program / "resources").symlink_to(ROOT / "resources")
    (program / PORTABLE).touch()

    assert _run_until_painted(program, home, tmp_path / "trace") == 0
    assert {"data/data/hearth.sqlite3", "data/config/settings.json", "data/logs/hearth.log"} <= _files(program)
    assert _files(home) == set()


def test_a_program_that_setup_has_installed_keeps_nothing_where_the_next_upgrade_deletes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / PORTABLE).touch()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "app" / "hearth.exe"))
    assert Paths.portable() == Paths.under(tmp_path / "app" / "data")  # an archive that somebody has unpacked there

    (tmp_path / "uninstall.exe").touch()
    assert Paths.portable() is None
