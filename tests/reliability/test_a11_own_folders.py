"""A11, canaries: Hearth takes away what it made itself and nothing else, whatever lies beside it or behind a link.

A year of backups, a repair and a full disk go by with the person's own files in and around every folder of ours.
"""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import desktop_app
from desktop_app.errors import StorageError, WriteFailed
from desktop_app.paths import Paths
from desktop_app.services import reserve
from desktop_app.services.backup_work import Pace, make_daily
from desktop_app.storage import kept_backups
from desktop_app.storage.database import Database
from desktop_app.storage.own_folder import MARKER, OwnFolder
from desktop_app.storage.recovery import recover
from tests.reliability.chats import fill

DAY_MS = 24 * 3600 * 1000
FIRST_MS = 1_790_000_000_000
CANARY = b"mine, and not Hearth's"


def _canaries(paths: Paths, elsewhere: Path) -> dict[Path, bytes]:
    """Put files of the person into and beside our folders, and links that look like ours; give where all of them are."""
    elsewhere.mkdir()
    places = [
        elsewhere / "hearth-20200101-120000-000-daily.sqlite3",
        elsewhere / "thesis.txt",
        paths.backups / "thesis.txt",
        paths.backups / "hearth-20200101-120000-000-daily.sqlite3.bak",
        paths.backups / "old" / "hearth-20200101-120000-000-daily.sqlite3",
        paths.data / "letters.txt",
        paths.data / "quarantine-of-mine" / "a.txt",
        paths.backups.parent / "hearth-20200101-120000-000-daily.sqlite3",
    ]
    for place in places:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(CANARY)
    (paths.backups / "hearth-20190101-120000-000-daily.sqlite3").symlink_to(places[0])
    (paths.backups / "hearth-20180101-120000-000-daily.sqlite3").symlink_to(elsewhere, target_is_directory=True)
    (paths.backups / ".partial-1-1").symlink_to(places[1])
    return dict.fromkeys(places, CANARY)


def _year(paths: Paths) -> int:
    """Live through a year with backups, a repair and a full disk; give how many backups were taken away."""
    database = Database.writing(paths.database)
    fill(database, 2)
    database.close()
    n_made = 0
    for day in range(0, 365, 5):
        n_made += make_daily(paths.database, paths.backups, FIRST_MS + day * DAY_MS, Pace()) is not None
    content = bytearray(paths.database.read_bytes())
    content[0:16] = bytes(16)
    paths.database.write_bytes(content)
    assert recover(paths.database, paths.backups, paths.quarantine, FIRST_MS + 366 * DAY_MS) is not None
    reserve.fill(paths.data)
    reserve.release(paths.data)
    return n_made - len(kept_backups.list_backups(OwnFolder(paths.backups)))


def _harmed(canaries: dict[Path, bytes]) -> list[Path]:
    return [path for path, content in canaries.items() if not path.is_file() or path.read_bytes() != content]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths.under(tmp_path / "hearth")
    paths.create()
    OwnFolder(paths.backups).create()
    return paths


@pytest.mark.posix("links need rights on Windows")
def test_a_year_harms_no_file_of_the_person(paths: Paths, tmp_path: Path) -> None:
    canaries = _canaries(paths, tmp_path / "elsewhere")

    n_removed = _year(paths)

    assert n_removed > 50
    assert _harmed(canaries) == []
    assert (paths.backups / "hearth-20190101-120000-000-daily.sqlite3").is_symlink()


def _take_all_away(folder: OwnFolder, *_: object) -> None:
    shutil.rmtree(folder.path)


def _take_by_name(folder: OwnFolder, *_: object) -> None:
    for path in sorted(folder.path.rglob("hearth-2*"))[:-3]:
        path.resolve().unlink(missing_ok=True) if path.is_file() else shutil.rmtree(path.resolve(), ignore_errors=True)


@pytest.mark.posix("links need rights on Windows")
@pytest.mark.parametrize("planted", [_take_all_away, _take_by_name])
def test_planted_ways_of_taking_away_are_seen(planted: Callable, paths, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.services.backup_work.thin_out", planted)
    canaries = _canaries(paths, tmp_path / "elsewhere")

    try:
        _year(paths)
    except (StorageError, OSError, AssertionError):
        pass

    assert _harmed(canaries)


@pytest.mark.posix("links need rights on Windows")
@pytest.mark.parametrize("name", [MARKER, "../letters.txt", "old/inside", "old", "a link", "nothing", "", ".", ".."])
def test_what_is_no_plain_file_of_the_folder_itself_is_not_taken_away(tmp_path: Path, name: str) -> None:
    folder = OwnFolder(tmp_path / "ours")
    folder.create()
    (tmp_path / "letters.txt").write_bytes(CANARY)
    (folder.path / "old").mkdir()
    (folder.path / "old" / "inside").write_bytes(CANARY)
    (folder.path / "a link").symlink_to(tmp_path / "letters.txt")

    with pytest.raises(ValueError, match="not to be taken away"):
        folder.remove(name)

    assert (tmp_path / "letters.txt").read_bytes() == (folder.path / "old" / "inside").read_bytes() == CANARY


def test_a_folder_without_the_marker_is_never_ours(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "letter").write_bytes(CANARY)
    folder = OwnFolder(tmp_path / "theirs")

    assert (folder.is_ours(), folder.files()) == (False, [])
    with pytest.raises(WriteFailed):
        folder.create()
    with pytest.raises(ValueError, match="not to be taken away"):
        folder.remove("letter")
    folder.dissolve()
    assert (tmp_path / "theirs" / "letter").is_file()


@pytest.mark.posix("links need rights on Windows")
@pytest.mark.parametrize("which", ["quarantine", "recovery"])
def test_a_repair_goes_over_no_link(paths: Paths, tmp_path: Path, which: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "letter").write_bytes(CANARY)
    (paths.data / which).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    paths.database.write_bytes(b"damaged" * 1000)

    with pytest.raises(WriteFailed):
        recover(paths.database, paths.backups, paths.quarantine, FIRST_MS)

    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["letter"]
    assert paths.database.read_bytes() == b"damaged" * 1000


TAKES_AWAY = {
    "storage/own_folder.py": "only what is in a folder of ours, and the folder when it is empty",
    "services/reserve.py": "the one file that it has made",
    "services/starts.py": "the one file that it has made",
    "storage/whole_file.py": "the file or folder beside, which it has made a moment before",
    "durable.py": "the file beside, which it has made a moment before",
    "engine/state_files.py": "files with the names of kept states, in a folder of ours",
    "services/kv_states.py": "the key that it has made, when others could read it",
    "hub/parts.py": "parts and journals of a download, by their names, and empty folders that it has made",
    "services/data_files.py": "files of ours, by their names or in folders of ours, that the place in use has, too",
    "storage/recovery.py": "the note about a repair, which it has made",
}
"""The only modules that take files away, and which."""


def test_nothing_else_takes_files_away() -> None:
    root = Path(desktop_app.__file__).parent
    found = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("unlink", "rmdir", "rmtree", "removedirs"):
                found.add(path.relative_to(root).as_posix())

    assert found == set(TAKES_AWAY)
