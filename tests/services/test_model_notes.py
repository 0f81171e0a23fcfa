from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desktop_app.engine.protocol import GenerationFinished, Timings
from desktop_app.errors import DiskFull
from desktop_app.hub.repository import Repository, RepositoryFile
from desktop_app.library.model_note import N_NOTE_CHARACTERS_MAX, ModelNote
from desktop_app.services.model_library import ModelLibrary
from desktop_app.services.model_notes import ModelNotes
from desktop_app.storage.library import save_model_note
from tests.library.files import put
from tests.services.model_world import World, worlds

PATH, OTHER = Path("/models/a-Q4_K_M.gguf"), Path("/models/b.gguf")


@pytest.fixture
def world(tmp_path: Path, qtbot) -> Iterator[World]:
    yield from worlds(tmp_path, qtbot)


def test_a_model_nobody_wrote_about_has_an_empty_note(world: World) -> None:
    assert world.library().notes.of(PATH) == ModelNote()


def test_what_is_noted_is_there_at_the_next_start(world: World) -> None:
    notes = world.library().notes
    notes.set_text(PATH, "很好 for letters")
    notes.set_favourite(PATH, True)
    notes.note_speed(PATH, 41.5)
    notes.note_download(PATH, "owner/name", "c1", "f" * 64)
    before = notes.of(PATH)

    after = world.restart().notes

    assert after.of(PATH) == before
    assert (before.text, before.is_favourite, before.tokens_per_s) == ("很好 for letters", True, 41.5)
    assert (before.repository, before.revision, before.sha256) == ("owner/name", "c1", "f" * 64)
    assert after.of(OTHER) == ModelNote()


def test_a_note_that_is_taken_back_leaves_nothing(world: World) -> None:
    notes = world.library().notes
    notes.set_favourite(PATH, True)
    notes.set_favourite(PATH, False)

    assert world.restart().notes.of(PATH) == ModelNote()
    assert world.conversations.databases()[-1].rows("SELECT * FROM model_note") == []


def test_each_change_is_told_once_and_no_change_is_not(world: World) -> None:
    notes = world.library().notes
    told: list[Path] = []
    notes.changed.connect(told.append)

    notes.set_text(PATH, "a")
    notes.set_text(PATH, "a")
    notes.set_favourite(OTHER, False)

    assert told == [PATH]


def test_a_note_without_end_is_cut(world: World) -> None:
    notes = world.library().notes
    notes.set_text(PATH, "x" * (N_NOTE_CHARACTERS_MAX + 1))

    assert len(notes.of(PATH).text) == N_NOTE_CHARACTERS_MAX


def test_what_the_person_wrote_waits_for_a_disk_that_is_full(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    notes, is_full = world.library().notes, [True]

    def save(*arguments: Any) -> None:
        if is_full:
            raise DiskFull("/x")
        save_model_note(*arguments)

    monkeypatch.setattr("desktop_app.services.model_notes.save_model_note", save)
    notes.set_text(PATH, "for letters")
    assert not world.conversations.flush()
    is_full.clear()
    notes.set_favourite(OTHER, True)
    assert world.conversations.flush()

    assert world.restart().notes.of(PATH).text == "for letters"


def test_a_model_that_is_loaded_was_used_now(world: World) -> None:
    notes = world.library().notes
    world.engine.model_loaded.emit(SimpleNamespace(path=str(PATH)))

    assert abs(notes.of(PATH).used_ms / 1000 - time.time()) < 60
    assert notes.of(OTHER).used_ms == 0


def test_a_model_is_used_although_nobody_has_looked_at_notes(world: World) -> None:
    library = world.library()
    world.engine.model_loaded.emit(SimpleNamespace(path=str(PATH)))

    assert library.notes.of(PATH).used_ms > 0


def test_how_fast_a_model_answers_is_kept_when_it_says_something_new(world: World) -> None:
    notes, told = world.library().notes, []
    notes.changed.connect(told.append)
    world.engine.generation_finished.emit(1, GenerationFinished(1, "eos", Timings(n_predicted=101, predicted_ms=2000)))
    world.engine.hold(PATH)
    told.clear()
    for n_predicted, predicted_ms, expected in ((10, 10, None), (101, 2000, 50.0), (101, 2100, 50.0), (101, 4000, 25.0)):
        finished = GenerationFinished(2, "eos", Timings(n_predicted=n_predicted, predicted_ms=predicted_ms))
        world.engine.generation_finished.emit(2, finished)
        assert notes.of(PATH).tokens_per_s == expected
    assert told == [PATH, PATH]


def test_a_model_is_out_of_date_when_the_hub_has_other_bytes(world: World) -> None:
    notes = world.library().notes
    notes.note_download(PATH, "owner/name", "c1", "1" * 64)
    notes.note_download(OTHER, "owner/other", "c1", "1" * 64)
    assert not notes.of(PATH).is_outdated

    notes.hear_of("owner/name", "c2", {"README.md": "", f"sub/{PATH.name}": "1" * 64})
    assert not notes.of(PATH).is_outdated  # only the card is another

    notes.hear_of("owner/name", "c3", {PATH.name: "2" * 64})
    assert notes.of(PATH).is_outdated and not notes.of(OTHER).is_outdated
    assert world.restart().notes.of(PATH).is_outdated

    world.library().notes.note_download(PATH, "owner/name", "c3", "2" * 64)
    assert not world.restart().notes.of(PATH).is_outdated


def test_what_the_hub_answers_is_taken_in(world: World) -> None:
    notes = world.library().notes
    notes.note_download(PATH, "owner/name", "c1", "1" * 64)
    files = (RepositoryFile(PATH.name, 5, "2" * 64),)

    notes.hear_hub(1, Repository("owner/name", "c2"))  # a list of results says nothing of files
    assert not notes.of(PATH).is_outdated
    notes.hear_hub(2, Repository("owner/name", "c2", files))
    assert notes.of(PATH).is_outdated


def test_without_hashes_the_commit_tells(world: World) -> None:
    notes = world.library().notes
    notes.note_download(PATH, "owner/name", "c1", "")
    notes.hear_of("owner/name", "c2", {})

    assert notes.of(PATH).is_outdated


def test_a_note_that_cannot_be_written_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = world.library().notes
    done: list[object] = []
    world.conversations.in_writer(lambda database: database.execute("DROP TABLE model_note"), done.append)
    world.qtbot.waitUntil(lambda: bool(done))

    with world.qtbot.waitSignal(world.conversations.write_failed):
        notes.set_text(PATH, "mine")


def test_without_a_database_notes_last_for_this_run(tmp_path: Path, qtbot) -> None:
    notes = ModelNotes(None)
    notes.set_text(PATH, "mine")

    assert notes.of(PATH).text == "mine"


def test_notes_belong_to_a_path_and_survive_the_file(world: World) -> None:
    path = put(world.own / "a.gguf")
    library: ModelLibrary = world.library()
    library.notes.set_text(path, "mine")
    path.unlink()

    assert world.restart().notes.of(path).text == "mine"
