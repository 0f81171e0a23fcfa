"""Where Hearth writes: everything under one folder, and backups never in the folder of the database."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs
import pytest

from desktop_app.paths import PORTABLE, Paths, program_folder


@pytest.mark.parametrize("paths", [Paths.standard(), Paths.under(Path("somewhere"))], ids=["standard", "under"])
def test_what_befalls_the_folder_of_the_database_leaves_the_backups_alone(paths: Paths) -> None:
    assert paths.database.parent == paths.data
    assert not paths.backups.is_relative_to(paths.data)
    assert not paths.data.is_relative_to(paths.backups)
    # A damaged file only gets another name, which it does on its own disk alone.
    assert paths.quarantine.parent == paths.data


@pytest.mark.posix("Windows has no such modes")
def test_only_what_a_start_needs_is_made_by_it(tmp_path: Path) -> None:
    paths = Paths.under(tmp_path / "hearth")
    paths.create()

    assert sorted(path.name for path in (tmp_path / "hearth").iterdir()) == ["cache", "config", "data", "logs", "models"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "hearth").iterdir())


@pytest.mark.linux("the places of Linux")
@pytest.mark.parametrize("value", [None, "", "/elsewhere"], ids=["not set", "empty", "set"])
def test_the_places_on_linux_are_those_that_platformdirs_gives(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        key = f"XDG_{name}_HOME"
        if value is None:
            monkeypatch.delenv(key, raising=False)
        else:
            monkeypatch.setenv(key, value and f"{value}/{name}")
    dirs = platformdirs.PlatformDirs("hearth", appauthor=False)
    paths = Paths.standard()

    assert (paths.config, paths.data) == (dirs.user_config_path, dirs.user_data_path)
    assert (paths.cache, paths.logs) == (dirs.user_cache_path, dirs.user_log_path)


def _frozen_at(monkeypatch: pytest.MonkeyPatch, program: Path) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))


@pytest.mark.parametrize(
    ("program", "folder"),
    [("Hearth/hearth", "Hearth"), ("stick/Hearth.app/Contents/MacOS/Hearth", "stick"), ("opt/hearth/hearth", "opt/hearth")],
)
def test_the_folder_of_the_program_is_where_a_person_sees_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, folder: str
) -> None:
    _frozen_at(monkeypatch, tmp_path / program)

    assert program_folder() == tmp_path / folder


def test_an_appimage_is_seen_where_its_file_lies_and_another_one_that_started_us_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPIMAGE", str(tmp_path / "stick" / "Hearth.AppImage"))
    monkeypatch.setenv("APPDIR", str(tmp_path / "mounted"))

    _frozen_at(monkeypatch, tmp_path / "mounted" / "usr" / "hearth")
    assert program_folder() == tmp_path / "stick"
    _frozen_at(monkeypatch, tmp_path / "elsewhere" / "hearth")
    assert program_folder() == tmp_path / "elsewhere"


def test_with_the_marker_beside_the_program_everything_lies_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _frozen_at(monkeypatch, tmp_path / "hearth")
    assert Paths.portable() is None
    (tmp_path / PORTABLE).mkdir()
    assert Paths.portable() is None  # a folder is no marker
    (tmp_path / PORTABLE).rmdir()
    (tmp_path / PORTABLE).touch()

    assert Paths.portable() == Paths.under(tmp_path / "data")
