from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.errors import TrashFailed
from desktop_app.services import model_removal
from desktop_app.services.engine_state import EngineState
from desktop_app.services.model_library import ModelLibrary
from tests.library.files import put, put_projector
from tests.services.model_world import World, worlds

pytestmark = pytest.mark.linux("the places of Linux")


@pytest.fixture
def world(tmp_path: Path, qtbot, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    # The trash of this test alone. Source: freedesktop.org, Trash specification; Qt reads the variable each time.
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    yield from worlds(tmp_path, qtbot)


def removed(world: World, library: ModelLibrary, path: Path) -> int:
    """Remove a model, and give how many bytes that is said to free."""
    with world.qtbot.waitSignal(library.model_removed) as signal:
        library.remove(path)
    assert signal.args[0] == path
    return int(signal.args[1])


def left(world: World) -> list[str]:
    """Give the names of all files in the models folder."""
    return sorted(path.name for path in world.own.rglob("*") if not path.is_dir())


def in_trash(tmp_path: Path) -> list[str]:
    """Give the names of all files in the trash."""
    return sorted(path.name for path in (tmp_path / "data" / "Trash" / "files").iterdir())


def test_a_removed_model_lies_whole_in_the_systems_trash(world: World, tmp_path: Path) -> None:
    path = put(world.own / "owner" / "模型 a.gguf", 100_000)
    content, size_bytes = path.read_bytes(), path.stat().st_size
    library = world.library()
    plan = library.removal(path)

    freed_bytes = removed(world, library, path)

    assert plan.files == (path,) and plan.freed_bytes == freed_bytes >= size_bytes
    assert left(world) == []
    assert (tmp_path / "data" / "Trash" / "files" / path.name).read_bytes() == content
    assert [model.is_starter for model in library.models()] == [True]
    assert library.by_path(path) is None


def test_all_its_parts_go_and_nothing_else(world: World, tmp_path: Path) -> None:
    parts = [put(world.own / f"big-0000{number}-of-00002.gguf", seed=number) for number in (1, 2)]
    put(world.own / "other.gguf", seed=3)
    put(world.own / "big.txt", seed=4)
    library = world.library()
    assert library.removal(parts[0]).files == tuple(parts)

    removed(world, library, parts[0])

    assert left(world) == ["big.txt", "other.gguf"]
    assert in_trash(tmp_path) == [part.name for part in parts]


def test_a_projector_goes_with_the_last_model_that_sees_by_it(world: World) -> None:
    first, second = (put(world.own / "vl" / f"Qwen-VL-{kind}.gguf", seed=1) for kind in ("Q4_K_M", "Q8_0"))
    eyes = put_projector(first.parent / "mmproj-F16.gguf")
    put(second, 10, seed=2)
    library = world.library()
    assert library.removal(first).files == (first,)

    removed(world, library, first)
    world.qtbot.waitUntil(lambda: not library.is_searching)
    assert library.removal(second).files == (second, eyes)
    removed(world, library, second)

    assert left(world) == []


def test_an_opened_file_that_is_removed_is_no_longer_remembered(world: World, tmp_path: Path) -> None:
    path = put(tmp_path / "mine.gguf")
    library = world.library()
    library.add(path)

    removed(world, library, path)

    assert world.preferences.get("model_files") == []


def test_a_file_that_is_not_in_the_library_is_refused(world: World, tmp_path: Path) -> None:
    path = put(tmp_path / "thesis.gguf")
    library = world.library()

    assert library.removal(path).refusal == "unknown"
    with pytest.raises(ValueError, match="unknown"):
        library.remove(path)
    assert path.is_file()


def test_a_link_goes_and_what_it_leads_to_stays(world: World, tmp_path: Path) -> None:
    whole = put(tmp_path / "disk" / "whole.gguf", 10_000)
    link = world.own / "link.gguf"
    link.symlink_to(whole)
    library = world.library()

    assert removed(world, library, link) == 0
    assert whole.is_file() and not link.is_symlink()


def test_a_copy_that_is_removed_leaves_the_other_in_the_list(world: World, tmp_path: Path) -> None:
    first = put(world.own / "a.gguf", general__name="A")
    (world.own / "b.gguf").write_bytes(first.read_bytes())
    library = world.library()

    removed(world, library, first)
    world.qtbot.waitUntil(lambda: [model.path.name for model in library.models()[1:]] == ["b.gguf"])

    assert left(world) == ["b.gguf"]


def test_of_two_copies_the_one_that_is_named_goes_with_its_own_parts(world: World, tmp_path: Path) -> None:
    own, other = world.own / "a", world.own / "b"
    parts = [put(own / f"big-0000{number}-of-00002.gguf", seed=number) for number in (1, 2)]
    put_projector(own / "mmproj-big.gguf")
    shutil.copytree(own, other, ignore=lambda *_: ["mmproj-big.gguf"])
    library = world.library()
    assert library.removal(other / parts[0].name).files == tuple(other / part.name for part in parts)
    assert len(library.removal(parts[0]).files) == 3

    removed(world, library, other / parts[0].name)

    assert list(other.iterdir()) == [] and len(list(own.iterdir())) == 3
    assert library.by_path(parts[0]) is not None


def test_a_copy_that_another_application_has_is_refused(world: World) -> None:
    first = put(world.own / "a.gguf", general__name="A")
    copy = world.home / ".lmstudio" / "models" / "p" / "r" / "b.gguf"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(first.read_bytes())
    library = world.library()
    with world.qtbot.waitSignal(library.found_elsewhere):
        library.find_elsewhere()

    assert (library.removal(copy).refusal, library.removal(copy).store) == ("store", "lm_studio")
    assert library.removal(first).files == (first,)


def test_a_link_beside_the_model_does_not_stand_for_it(world: World) -> None:
    path = put(world.own / "a.gguf")
    (world.own / "b.gguf").symlink_to(path)
    library = world.library()

    assert library.removal(world.own / "b.gguf").refusal == "unknown"


# The engine


def test_a_model_in_memory_is_let_go_of_first(world: World) -> None:
    path = put(world.own / "a.gguf")
    library = world.library()
    world.engine.hold(path)
    with world.qtbot.assertNotEmitted(library.model_removed, wait=50):
        library.remove(path)
    assert world.engine.calls == ["unload"] and path.is_file()

    with world.qtbot.waitSignal(library.model_removed):
        world.engine.finish()

    assert not path.exists()


def test_an_engine_that_ends_meanwhile_has_let_go_too(world: World) -> None:
    path = put(world.own / "a.gguf")
    library = world.library()
    world.engine.hold(path)
    library.remove(path)

    with world.qtbot.waitSignal(library.model_removed):
        world.engine.crashed.emit(None)


def test_an_engine_that_does_not_answer_is_not_waited_for(world: World) -> None:
    path = put(world.own / "a.gguf")
    library = world.library()
    world.engine.hold(path)
    library.remove(path)
    library._removal._let_go.setInterval(1)

    with world.qtbot.waitSignal(library.model_removed):
        library._removal._let_go.start()


def test_another_model_in_memory_stays_there(world: World) -> None:
    path, other = put(world.own / "a.gguf", seed=1), put(world.own / "b.gguf", seed=2)
    library = world.library()
    world.engine.hold(other)

    removed(world, library, path)

    assert world.engine.calls == []


def test_a_model_that_would_come_back_with_the_next_message_does_not(world: World) -> None:
    path = put(world.own / "a.gguf")
    library = world.library()
    world.engine.wanted_path, world.engine.state = path, EngineState.IDLE

    removed(world, library, path)

    assert world.engine.wanted_path is None


# What goes wrong


def test_a_file_that_the_trash_refuses_leaves_all_as_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    parts = [put(world.own / f"big-0000{number}-of-00003.gguf", seed=number) for number in (1, 2, 3)]
    real = model_removal._to_system_trash
    monkeypatch.setattr(model_removal, "_to_system_trash", lambda path: None if path == parts[1] else real(path))
    library = world.library()

    with world.qtbot.waitSignal(library.removal_failed) as failed:
        library.remove(parts[0])

    assert failed.args == [TrashFailed(str(parts[1]))]
    assert left(world) == [part.name for part in parts]
    assert library.by_path(parts[0]) is not None


@pytest.mark.parametrize("change", ["gone", "replaced by a folder"])
def test_a_file_that_is_another_by_then_is_left_alone(world: World, change: str) -> None:
    path = put(world.own / "a.gguf")
    library = world.library()
    path.unlink()
    if change != "gone":
        path.mkdir()
        put(path / "thesis.txt")

    with world.qtbot.waitSignal(library.removal_failed):
        library.remove(path)

    assert left(world) == ([] if change == "gone" else ["thesis.txt"])
