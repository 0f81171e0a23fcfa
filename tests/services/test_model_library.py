from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.errors import ModelFileNotFound, ModelFolderGone
from desktop_app.services import model_library
from desktop_app.services.model_library import ModelLibrary
from tests.library.files import put
from tests.services.model_world import World, worlds


@pytest.fixture
def world(tmp_path: Path, qtbot) -> Iterator[World]:
    yield from worlds(tmp_path, qtbot)


def listed(library: ModelLibrary) -> list[str]:
    """Give the names in the order of the list."""
    return [model.name for model in library.models()]


# The list


def test_the_starter_model_is_there_before_any_search_has_ended(world: World) -> None:
    library = world.library(is_searched=False)

    assert [(model.name, model.is_starter) for model in library.models()] == [("Starter", True)]
    assert library.folders() == ()


def test_the_starter_model_comes_first_then_the_others_by_name(world: World) -> None:
    put(world.own / "zebra.gguf", seed=1)
    put(world.own / "sub" / "Ant.gguf", seed=2)

    assert listed(world.library()) == ["Starter", "Ant", "zebra"]


def test_an_installation_without_starter_model_lists_the_rest(world: World) -> None:
    world.starter = None
    put(world.own / "a.gguf")

    assert listed(world.library()) == ["a"]


def test_a_new_file_appears_after_a_refresh_and_is_told(world: World) -> None:
    library = world.library()
    put(world.own / "new.gguf")

    with world.qtbot.waitSignal(library.models_changed):
        library.refresh()

    assert listed(library) == ["Starter", "new"]


def test_a_search_that_finds_the_same_tells_nothing_new(world: World) -> None:
    put(world.own / "a.gguf")
    library = world.library()

    with world.qtbot.assertNotEmitted(library.models_changed):
        world.search(library)


def test_searches_do_not_pile_up(world: World) -> None:
    library = world.library()
    ended: list[int] = []
    library.searched.connect(lambda: ended.append(1))

    for _ in range(20):
        library.refresh()
    world.qtbot.waitUntil(lambda: not library.is_searching)

    assert len(ended) == 2


def test_what_headers_say_is_known_at_the_next_start(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    put(world.own / "a.gguf", llama__context_length=8192)
    (world.own / "page.gguf").write_bytes(b"<html>")
    first = world.library().models()
    monkeypatch.setattr("desktop_app.library.collect.read_facts", lambda path: pytest.fail(f"opened {path}"))

    assert world.restart().models() == first
    assert [(model.n_ctx_train, model.problem) for model in first[1:]] == [(8192, ""), (0, "not_gguf")]


def test_what_is_gone_is_forgotten_and_read_anew(world: World) -> None:
    path = put(world.own / "a.gguf", llama__context_length=1024)
    library = world.library()
    status = path.stat()
    path.unlink()
    world.search(library)
    put(path, llama__context_length=2048)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert world.restart().models()[1].n_ctx_train == 2048


def test_what_another_version_has_kept_is_read_anew(world: World) -> None:
    put(world.own / "a.gguf")
    world.library()
    world.qtbot.waitUntil(lambda: bool(world.conversations.databases()[-1].rows("SELECT * FROM model_file")))
    done: list[object] = []
    for record in ('{"facts": {"colour": 1}}', "nonsense", "[]"):
        world.conversations.in_writer(
            lambda database, record=record: database.execute("UPDATE model_file SET record = ?", record), done.append
        )
        world.qtbot.waitUntil(lambda: len(done) > 0)
        assert world.restart().models()[1].n_ctx_train == 4096
        done.clear()


@pytest.mark.linux("only there names are any bytes")
def test_a_name_in_no_encoding_does_no_harm(world: World) -> None:
    path = put(world.own / os.fsdecode(b"caf\xe9.gguf"), general__name="Coffee")
    library = world.library()
    library.notes.set_text(path, "mine")

    assert world.restart().notes.of(path).text == "mine"
    assert len(world.library().models()) == 2


# Opened files


def test_an_opened_file_is_listed_used_in_place_and_remembered(world: World, tmp_path: Path) -> None:
    library = world.library()
    path = put(tmp_path / "downloads" / "Mine-Q8_0.gguf")

    with world.qtbot.waitSignal(library.models_changed):
        model = library.add(path)

    assert (model.path, model.name, model.quantization) == (path, "Mine", "Q8_0")
    world.qtbot.waitUntil(lambda: library.by_path(path).n_ctx_train == 4096)
    assert listed(world.restart()) == ["Starter", "Mine"]


def test_an_opened_file_survives_a_search_that_began_before(world: World, tmp_path: Path) -> None:
    library = world.library()
    put(world.own / "a.gguf", seed=1)
    opened = put(tmp_path / "opened.gguf", seed=2)
    lists: list[list[str]] = []
    library.refresh()
    library.add(opened)
    library.models_changed.connect(lambda: lists.append(listed(library)))
    world.qtbot.waitUntil(lambda: not library.is_searching)

    assert lists[-1] == ["Starter", "a", "opened"]
    assert all("opened" in one for one in lists)


def test_a_file_that_came_into_the_folder_is_listed_at_once_and_not_remembered_apart(world: World) -> None:
    library = world.library()
    path = put(world.own / "owner" / "repo" / "new.gguf")

    assert library.add(path).path == path
    assert listed(library) == ["Starter", "new"]
    assert world.preferences.get("model_files") == []


def test_opening_a_file_twice_lists_it_once(world: World, tmp_path: Path) -> None:
    library = world.library()
    path = put(tmp_path / "mine.gguf")

    assert library.add(path) == library.add(path)
    assert world.preferences.get("model_files") == [str(path)]
    assert listed(library) == ["Starter", "mine"]


def test_a_remembered_file_that_lies_in_the_models_folder_is_listed_once(world: World) -> None:
    world.preferences.set("model_files", [str(put(world.own / "a.gguf"))])

    assert listed(world.library()) == ["Starter", "a"]


@pytest.mark.posix("links need rights on Windows")
def test_the_same_file_under_two_names_is_one_model(world: World, tmp_path: Path) -> None:
    path = put(world.own / "a.gguf")
    (tmp_path / "link.gguf").symlink_to(path)
    library = world.library()

    assert library.by_path(tmp_path / "link.gguf") == library.by_path(path) is not None
    assert library.by_path(tmp_path / "other.gguf") is None


def test_looking_a_model_up_asks_the_disk_once_for_each_path(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [put(world.own / f"{number}.gguf", seed=number) for number in range(30)]
    library = world.library()
    asked: list[Path] = []
    original = Path.stat
    monkeypatch.setattr(Path, "stat", lambda self, **rest: asked.append(self) or original(self, **rest))

    for _ in range(10):
        assert library.by_path(paths[7]).path == paths[7]
        assert library.by_path(tmp_path / "other.gguf") is None

    assert asked == [tmp_path / "other.gguf"]


def test_a_file_that_appears_is_found_although_it_was_looked_up_before(world: World) -> None:
    library = world.library()
    path = world.own / "new.gguf"
    assert library.by_path(path) is None
    put(path)
    with world.qtbot.waitSignal(library.models_changed):
        library.refresh()

    assert library.by_path(path).name == "new"


def test_a_file_that_is_not_there_is_said_and_not_remembered(world: World, tmp_path: Path) -> None:
    with pytest.raises(ModelFileNotFound):
        world.library().add(tmp_path / "nowhere.gguf")
    assert world.preferences.get("model_files") == []


def test_a_remembered_file_that_has_gone_is_not_listed_and_not_forgotten(world: World, tmp_path: Path) -> None:
    path = put(tmp_path / "stick" / "mine.gguf")
    world.library().add(path)
    path.rename(path.with_name("away"))

    assert listed(world.library()) == ["Starter"]
    assert world.preferences.get("model_files") == [str(path)]


# Folders


def test_a_folder_of_the_person_is_looked_into_from_then_on(world: World, tmp_path: Path) -> None:
    put(tmp_path / "disk" / "a.gguf")
    library = world.library()

    library.add_folder(tmp_path / "disk")
    world.qtbot.waitUntil(lambda: listed(library) == ["Starter", "a"])

    assert [(folder.path, folder.kind, folder.n_models) for folder in library.folders()] == [
        (world.own, "own", 0),
        (tmp_path / "disk", "added", 1),
    ]
    assert listed(world.restart()) == ["Starter", "a"]


def test_a_folder_that_is_dropped_keeps_its_files(world: World, tmp_path: Path) -> None:
    path = put(tmp_path / "disk" / "a.gguf")
    library = world.library()
    library.add_folder(tmp_path / "disk")
    world.qtbot.waitUntil(lambda: len(library.models()) == 2)

    library.drop_folder(tmp_path / "disk")
    world.qtbot.waitUntil(lambda: len(library.models()) == 1)

    assert path.is_file()
    assert [folder.kind for folder in library.folders()] == ["own"]


def test_a_folder_that_is_added_twice_or_is_the_own_one_is_there_once(world: World, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    library = world.library()

    for folder in (tmp_path / "disk", tmp_path / "disk", world.own):
        library.add_folder(folder)

    assert world.preferences.get("model_folders") == [str(tmp_path / "disk")]


def test_a_folder_that_is_not_there_is_said(world: World, tmp_path: Path) -> None:
    with pytest.raises(ModelFolderGone):
        world.library().add_folder(tmp_path / "nowhere")
    assert world.preferences.get("model_folders") == []


def test_a_disk_that_is_taken_away_is_told_and_waited_for(world: World, tmp_path: Path) -> None:
    disk = put(tmp_path / "disk" / "a.gguf").parent
    library = world.library()
    library.add_folder(disk)
    world.qtbot.waitUntil(lambda: len(library.models()) == 2)
    disk.rename(tmp_path / "away")
    world.search(library)

    assert [folder.is_there for folder in library.folders()] == [True, False]
    assert listed(library) == ["Starter"]
    (tmp_path / "away").rename(disk)
    world.search(library)
    assert listed(library) == ["Starter", "a"]


# Other applications


def test_other_applications_are_left_alone_until_the_person_wants_their_models(world: World) -> None:
    path = put(world.home / ".lmstudio" / "models" / "p" / "r" / "theirs.gguf")
    library = world.library()
    assert listed(library) == ["Starter"]
    assert library.n_elsewhere() == 1

    with world.qtbot.waitSignal(library.found_elsewhere) as found:
        library.find_elsewhere()

    assert found.args == [1]
    assert [model.path for model in library.models()[1:]] == [path]
    assert [folder.kind for folder in library.folders()] == ["own", "lm_studio"]
    assert listed(world.restart()) == ["Starter", "theirs"]


def test_nothing_elsewhere_is_told_too(world: World) -> None:
    library = world.library()

    with world.qtbot.waitSignal(library.found_elsewhere) as found:
        library.find_elsewhere()

    assert found.args == [0]


def test_one_application_can_be_left_out_again(world: World) -> None:
    put(world.home / ".lmstudio" / "models" / "p" / "r" / "theirs.gguf", seed=1)
    put(world.home / ".cache" / "llama.cpp" / "other.gguf", seed=2)
    library = world.library()
    with world.qtbot.waitSignal(library.found_elsewhere):
        library.find_elsewhere()

    library.drop_store("lm_studio")
    world.qtbot.waitUntil(lambda: listed(library) == ["Starter", "other"])

    assert listed(world.restart()) == ["Starter", "other"]


# Watching


def test_the_longer_a_search_takes_the_longer_is_the_pause(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    library = world.library()
    assert library._pause_ms(1000) >= 1000
    monkeypatch.setattr(library, "_search_s", 3.0)

    assert library._pause_ms(1000) == 30_000


def test_a_file_that_comes_or_goes_is_seen_without_being_asked_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_library, "QUIET_MS", 10)
    library = world.library()

    path = put(world.own / "new.gguf")
    world.qtbot.waitUntil(lambda: listed(library) == ["Starter", "new"])
    path.unlink()
    world.qtbot.waitUntil(lambda: listed(library) == ["Starter"])


def test_a_folder_below_that_is_new_is_watched_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_library, "QUIET_MS", 10)
    library = world.library()
    (world.own / "owner").mkdir()
    world.qtbot.waitUntil(lambda: str(world.own / "owner") in library._watch._watcher.directories())

    put(world.own / "owner" / "new.gguf")

    world.qtbot.waitUntil(lambda: listed(library) == ["Starter", "new"])


def test_a_file_on_its_way_is_looked_at_until_it_is_there(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(world.own / "new.gguf", 5000)
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    monkeypatch.setattr(model_library, "UNSETTLED_MS", 10)
    library = world.library()
    assert library.models()[1].problem == "truncated"
    world.search(library)

    with path.open("ab") as file:
        file.write(whole[100:])
    world.qtbot.waitUntil(lambda: library.models()[1].problem == "" and library.models()[1].size_bytes == len(whole))

    os.utime(path, (time.time() - 3600, time.time() - 3600))
    world.search(library)
    assert not library._unsettled.isActive()
