from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop_app.services import folder_watch
from desktop_app.services.folder_watch import FolderWatch


def test_a_burst_of_changes_is_told_once_and_a_folder_that_never_rests_is_told_too(tmp_path: Path, qtbot: QtBot) -> None:
    watch = FolderWatch()
    watch.follow([tmp_path], 50)
    told: list[int] = []
    watch.changed.connect(lambda: told.append(1))

    for number in range(10):
        (tmp_path / f"{number}").touch()
    qtbot.waitUntil(lambda: bool(told))
    assert told == [1]

    numbers = iter(range(10_000))
    qtbot.waitUntil(lambda: (tmp_path / f"more {next(numbers)}").touch() or len(told) > 2)
    watch.close()


def test_only_the_folders_of_now_are_watched(tmp_path: Path, qtbot: QtBot, monkeypatch) -> None:
    monkeypatch.setattr(folder_watch, "N_FOLDERS_MAX", 3)
    folders = [tmp_path / str(number) for number in range(5)]
    for folder in folders:
        folder.mkdir()
    watch = FolderWatch()

    watch.follow(folders[:2], 50)
    watch.follow([folders[1], tmp_path / "gone", folders[2], folders[3]], 50)

    assert set(watch._watcher.directories()) == {str(folders[1]), str(folders[2])}
    watch.follow([], 50)
    assert watch._watcher.directories() == []
    watch.close()
