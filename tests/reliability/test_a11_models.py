"""A11, models: only what the person removes goes, into the trash, and never the starter model or what is another application's.

Every way that the library has is tried on canaries: the starter model under several names, and stores with links into
and out of the person's own folders.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import desktop_app
from desktop_app.errors import AppError
from desktop_app.library.model_file import STORES, ModelFile
from desktop_app.services import model_removal
from desktop_app.services.model_library import ModelLibrary
from tests.library.files import put
from tests.services.model_world import World, worlds


@pytest.fixture
def world(tmp_path: Path, qtbot, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    yield from worlds(tmp_path, qtbot)


def _canaries(world: World) -> dict[Path, str]:
    """Put models of other applications, files beside models, and links between all of them; give what must stay."""
    assert world.starter is not None
    places = [
        world.starter,
        put(world.home / ".lmstudio" / "models" / "p" / "r" / "theirs-Q4_K_M.gguf", seed=1),
        put(world.home / ".cache" / "llama.cpp" / "theirs too.gguf", seed=2),
        put(world.own / "mine" / "letters.txt", seed=3),
        put(world.own / "mine" / "half.gguf.part", seed=4),
        put(world.root / "thesis.gguf", seed=5),
    ]
    (world.own / "0 starter.gguf").symlink_to(world.starter)
    (world.own / "starter folder").symlink_to(world.starter.parent)
    (world.own / "their folder").symlink_to(places[1].parent)
    (world.own / "their file.gguf").symlink_to(places[2])
    (world.own / "mine" / "mmproj-F16.gguf").symlink_to(places[1])
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in places}


def _harmed(canaries: dict[Path, str]) -> list[Path]:
    return [path for path, sha in canaries.items() if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sha]


def _remove_everything(world: World, library: ModelLibrary) -> int:
    """Ask for every file there is by every call there is; give how many models went."""
    names = [path for path in world.root.rglob("*.gguf") if "Trash" not in path.parts]
    removed: list[Path] = []
    refused: list[AppError] = []
    library.model_removed.connect(lambda path, _: removed.append(path))
    library.removal_failed.connect(refused.append)
    n_asked = 0
    for path in names:
        try:
            library.remove(path)
        except ValueError:
            continue
        n_asked += 1
        world.qtbot.waitUntil(lambda n_asked=n_asked: len(removed) + len(refused) == n_asked)
    for folder in library.folders():
        library.drop_folder(folder.path)
    for store in STORES:
        library.drop_store(store)
    world.qtbot.waitUntil(lambda: not library.is_searching)
    return len(removed)


def _live(world: World) -> tuple[dict[Path, str], int]:
    canaries = _canaries(world)
    mine = [put(world.own / "mine" / f"mine-{kind}.gguf", seed=10 + number) for number, kind in enumerate(("Q4_0", "Q8_0"))]
    library = world.library()
    library.add_folder(world.home / ".lmstudio" / "models")
    library.add_folder(world.starter.parent if world.starter else world.own)
    with world.qtbot.waitSignal(library.found_elsewhere):
        library.find_elsewhere()
    n_removed = _remove_everything(world, library)
    assert not any(path.exists() for path in mine)
    return canaries, n_removed


@pytest.mark.linux("the places of Linux")
def test_whoever_removes_everything_keeps_what_is_not_theirs(world: World) -> None:
    canaries, n_removed = _live(world)

    assert n_removed == 2
    assert _harmed(canaries) == []
    assert [model.is_starter for model in world.library().models()].count(True) == 1


def _plan_all(self: object, path: Path, model: ModelFile | None, models: object) -> object:
    return model_removal.Removal((path,)) if model is not None else model_removal.Removal(refusal="unknown")


def _follow_links(path: Path) -> Path | None:
    return _REAL_TRASH(path.resolve())


_REAL_TRASH = model_removal._to_system_trash


def _no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_removal.ModelRemoval, "planned", _plan_all)


def _no_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_removal._Guard, "may_go", lambda self, path: True)


def _through_links(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_removal, "_to_system_trash", _follow_links)


@pytest.mark.linux("the places of Linux")
@pytest.mark.parametrize("faults", [(_no_plan, _no_guard), (_no_guard, _through_links)])
def test_planted_faults_are_seen(faults: tuple[Callable[[pytest.MonkeyPatch], None], ...], world: World, monkeypatch) -> None:
    for fault in faults:
        fault(monkeypatch)

    canaries, _ = _live(world)

    assert _harmed(canaries)


@pytest.mark.linux("the places of Linux")
@pytest.mark.parametrize("fault", [_no_plan, _no_guard])
def test_each_of_the_two_checks_is_enough_for_the_starter_model(
    fault: Callable[[pytest.MonkeyPatch], None], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)
    canaries, _ = _live(world)

    assert world.starter not in _harmed(canaries)


@pytest.mark.linux("the places of Linux")
@pytest.mark.parametrize("name", ["itself", "a link", "another name", "a copy"])
def test_the_starter_model_is_refused_under_every_name(world: World, name: str) -> None:
    assert world.starter is not None
    path = world.own / "starter.gguf"
    match name:
        case "itself":
            path = world.starter
        case "a link":
            path.symlink_to(world.starter)
        case "another name":
            path.hardlink_to(world.starter)
        case "a copy":
            path.write_bytes(world.starter.read_bytes())
    library = world.library()

    assert library.removal(path).refusal == "starter"
    with pytest.raises(ValueError, match="starter"):
        library.remove(path)
    assert world.starter.is_file() and path.exists()


@pytest.mark.linux("the places of Linux")
def test_a_file_that_becomes_the_starter_model_meanwhile_stays(world: World) -> None:
    assert world.starter is not None
    path = put(world.own / "a.gguf")
    library = world.library()
    path.unlink()
    path.hardlink_to(world.starter)
    failed: list[AppError] = []
    library.removal_failed.connect(failed.append)

    library.remove(path)
    world.qtbot.waitUntil(lambda: bool(failed))

    assert world.starter.is_file() and path.exists()


def test_one_module_puts_files_into_the_trash() -> None:
    root = Path(desktop_app.__file__).parent
    found = {path.relative_to(root).as_posix() for path in root.rglob("*.py") if "moveToTrash" in path.read_text("utf-8")}

    assert found == {"services/model_removal.py"}
