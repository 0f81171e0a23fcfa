from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop_app.errors import ModelFileNotFound
from desktop_app.services.model_library import ModelLibrary
from desktop_app.services.preferences import Preferences


def put(path: Path) -> Path:
    """Give a file that looks like a model by its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"GGUF")
    return path


@pytest.fixture
def preferences(tmp_path: Path, qapp):
    """Give preferences of their own."""
    made = Preferences(tmp_path / "config" / "settings.json")
    yield made
    made.close()


@pytest.fixture
def make(tmp_path: Path, preferences: Preferences, qtbot):
    """Give a function that opens the library of this test, its first search done."""
    made: list[ModelLibrary] = []
    starter = put(tmp_path / "program" / "Starter.Q4_1.gguf")

    def open_it(find_starter=lambda: starter) -> ModelLibrary:
        library = ModelLibrary(tmp_path / "models", preferences, find_starter=find_starter)
        made.append(library)
        library.refresh()
        # The result of the first search is delivered through the event loop; wait for the thread and let it in.
        qtbot.waitUntil(lambda: not any(thread.is_alive() for thread in library._background._threads))
        qtbot.wait(1)
        return library

    yield open_it
    for library in made:
        library.close()


def listed(library: ModelLibrary) -> list[str]:
    """Give the names in the order of the list."""
    return [model.name for model in library.models()]


def test_the_starter_model_is_there_before_any_search_has_ended(tmp_path: Path, preferences: Preferences) -> None:
    starter = put(tmp_path / "Starter.gguf")
    library = ModelLibrary(tmp_path / "models", preferences, find_starter=lambda: starter)

    assert [(model.name, model.is_starter) for model in library.models()] == [("Starter", True)]
    library.close()


def test_the_starter_model_comes_first_then_the_others_by_name(make, tmp_path: Path) -> None:
    put(tmp_path / "models" / "zebra.gguf")
    put(tmp_path / "models" / "sub" / "Ant.gguf")

    assert listed(make()) == ["Starter", "Ant", "zebra"]


def test_an_installation_without_starter_model_lists_the_rest(make, tmp_path: Path) -> None:
    put(tmp_path / "models" / "a.gguf")

    assert listed(make(find_starter=lambda: None)) == ["a"]


def test_a_new_file_appears_after_a_refresh_and_is_told(make, tmp_path: Path, qtbot) -> None:
    library = make()
    put(tmp_path / "models" / "new.gguf")

    with qtbot.waitSignal(library.models_changed):
        library.refresh()

    assert listed(library) == ["Starter", "new"]


def test_an_opened_file_is_listed_used_in_place_and_remembered(make, tmp_path: Path, qtbot) -> None:
    library = make()
    path = put(tmp_path / "downloads" / "Mine-Q8_0.gguf")

    with qtbot.waitSignal(library.models_changed):
        model = library.add(path)

    assert (model.path, model.name, model.quantization) == (path, "Mine", "Q8_0")
    assert listed(make()) == ["Starter", "Mine"]


def test_an_opened_file_survives_a_search_that_began_before(make, tmp_path: Path, qtbot) -> None:
    library = make()
    put(tmp_path / "models" / "a.gguf")
    with qtbot.waitSignal(library.models_changed):
        library.refresh()
        library.add(put(tmp_path / "opened.gguf"))
    qtbot.waitUntil(lambda: "a" in listed(library))

    assert listed(library) == ["Starter", "a", "opened"]


def test_opening_a_file_twice_lists_it_once(make, preferences: Preferences, tmp_path: Path) -> None:
    library = make()
    path = put(tmp_path / "mine.gguf")

    assert library.add(path) == library.add(path)
    assert preferences.get("model_files") == [str(path)]
    assert listed(library) == ["Starter", "mine"]


def test_opening_a_file_of_the_models_folder_does_not_list_it_twice(make, tmp_path: Path) -> None:
    path = put(tmp_path / "models" / "a.gguf")
    library = make()

    assert library.add(path).path == path
    assert listed(library) == ["Starter", "a"]


def test_a_remembered_file_that_lies_in_the_models_folder_is_listed_once(make, preferences: Preferences, tmp_path: Path) -> None:
    preferences.set("model_files", [str(put(tmp_path / "models" / "a.gguf"))])

    assert listed(make()) == ["Starter", "a"]


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_the_same_file_under_two_names_is_one_model(make, tmp_path: Path) -> None:
    path = put(tmp_path / "models" / "a.gguf")
    (tmp_path / "link.gguf").symlink_to(path)
    library = make()

    assert library.by_path(tmp_path / "link.gguf") == library.by_path(path)
    assert library.by_path(tmp_path / "other.gguf") is None


def test_looking_a_model_up_asks_the_disk_once_for_each_path(make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [put(tmp_path / "models" / f"{number}.gguf") for number in range(30)]
    library = make()
    resolved: list[Path] = []
    original = Path.resolve
    monkeypatch.setattr(Path, "resolve", lambda self, *rest: resolved.append(self) or original(self, *rest))

    for _ in range(10):
        assert library.by_path(paths[7]).path == paths[7]
        assert library.by_path(tmp_path / "other.gguf") is None

    assert resolved == [paths[7], tmp_path / "other.gguf"]


def test_a_file_that_appears_is_found_although_it_was_looked_up_before(make, tmp_path: Path, qtbot) -> None:
    library = make()
    path = tmp_path / "models" / "new.gguf"
    assert library.by_path(path) is None
    put(path)
    with qtbot.waitSignal(library.models_changed):
        library.refresh()

    assert library.by_path(path).name == "new"


def test_a_file_that_is_not_there_is_said_and_not_remembered(make, preferences: Preferences, tmp_path: Path) -> None:
    with pytest.raises(ModelFileNotFound):
        make().add(tmp_path / "nowhere.gguf")
    assert preferences.get("model_files") == []


def test_a_remembered_file_that_has_gone_is_not_listed_and_not_forgotten(make, preferences: Preferences, tmp_path: Path) -> None:
    path = put(tmp_path / "stick" / "mine.gguf")
    make().add(path)
    path.rename(path.with_name("away"))

    assert listed(make()) == ["Starter"]
    assert preferences.get("model_files") == [str(path)]
