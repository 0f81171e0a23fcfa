from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library.model_note import ModelNote
from desktop_app.storage import library
from desktop_app.storage.database import Database
from desktop_app.storage.library import model_files, model_notes, save_model_files, save_model_note


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.writing(tmp_path / "hearth.sqlite3")
    yield database
    database.close()


def test_what_was_read_of_files_is_kept_and_forgotten(database: Database) -> None:
    save_model_files(database, {"/a.gguf": (5, 7, {"facts": {"title": "炉"}}), "/b.gguf": (2**40, 2**62, {})}, ())
    save_model_files(database, {"/a.gguf": (6, 8, {"problem": "empty"})}, ("/b.gguf", "/never.gguf"))

    assert model_files(database) == {"/a.gguf": (6, 8, {"problem": "empty"})}


def test_the_cache_does_not_grow_without_end(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "N_FILES_MAX", 10)
    save_model_files(database, {f"/{number}.gguf": (1, number, {}) for number in range(30)}, ())

    assert sorted(model_files(database)) == sorted(f"/{number}.gguf" for number in range(20, 30))


@pytest.mark.parametrize("record", ["", "nonsense", "[]", "7"])
def test_a_row_that_is_none_is_passed_over(database: Database, record: str) -> None:
    save_model_files(database, {"/a.gguf": (1, 1, {}), "/b.gguf": (1, 1, {})}, ())
    database.execute("UPDATE model_file SET record = ? WHERE path = '/a.gguf'", record)

    assert list(model_files(database)) == ["/b.gguf"]


def test_a_note_is_kept_whole_and_an_empty_one_taken_away(database: Database) -> None:
    note = ModelNote("mine", True, 5, "o/n", "c1", "f" * 64, 41.25, "c2", "e" * 64)
    save_model_note(database, "/a.gguf", note)
    save_model_note(database, "/b.gguf", ModelNote(text="b"))
    save_model_note(database, "/b.gguf", ModelNote())

    assert model_notes(database) == {"/a.gguf": note}


def test_half_a_character_does_not_keep_a_note_from_being_kept(database: Database) -> None:
    save_model_note(database, "/a.gguf", ModelNote("a\ud83d"))

    assert model_notes(database) == {"/a.gguf": ModelNote("a\ufffd")}


@pytest.mark.parametrize("record", ["", "[]", '{"revision": 7}'])
def test_what_the_hub_said_may_be_unreadable(database: Database, record: str) -> None:
    save_model_note(database, "/a.gguf", ModelNote("mine", newest_revision="c2"))
    database.execute("UPDATE model_note SET record = ?", record)

    assert model_notes(database) == {"/a.gguf": ModelNote("mine")}
