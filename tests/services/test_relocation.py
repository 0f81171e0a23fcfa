"""The folder of models has another path: all that is kept of its models is found under the new one."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from desktop_app.chat.persona import Persona
from desktop_app.library.model_note import ModelNote
from desktop_app.services.conversations import Conversations
from desktop_app.services.load_records import FileRecord, LoadRecords
from desktop_app.services.personas import Personas
from desktop_app.services.preferences import Preferences
from desktop_app.services.relocation import follow_models
from desktop_app.services.template_choices import TemplateChoices
from desktop_app.storage import personas as store
from desktop_app.storage.database import Database
from desktop_app.storage.downloads import DownloadRow, downloads, save_download
from desktop_app.storage.library import model_files, model_notes, save_model_files, save_model_note
from desktop_app.storage.model_loads import model_load, save_model_load
from desktop_app.storage.relocation import relocate, relocated

OLD, NEW = "/home/a/模型", "/media/stick/Hearth/models"
MODEL, MOVED, OTHER = f"{OLD}/deep/a.gguf", f"{NEW}/deep/a.gguf", "/home/a/模型 of others/b.gguf"


@pytest.fixture
def conversations(tmp_path: Path, qapp: QApplication) -> Iterator[Conversations]:
    conversations = Conversations(tmp_path / "hearth.sqlite3")
    yield conversations
    conversations.close()


@pytest.fixture
def preferences(tmp_path: Path, qapp: QApplication) -> Iterator[Preferences]:
    preferences = Preferences(tmp_path / "settings.json")
    preferences.set("models_place", OLD)
    preferences.set("last_model", MODEL)
    preferences.set("model_files", [MODEL, OTHER])
    preferences.set("load_parameters", [[MODEL, {"n_ctx": 512}], [OTHER, {}]])
    preferences.set("chat_templates", [[MODEL, "edited"], [OTHER, "own"]])
    preferences.set("edited_chat_templates", [[MODEL, "{{ used }}"], [OTHER, "{{ other }}"]])
    preferences.set("chat_template_drafts", [[MODEL, "{{ draft }}"]])
    yield preferences
    preferences.close()


def _write(conversations: Conversations, work: Callable[[Database], Any]) -> None:
    conversations.in_writer(work, lambda _: None)
    assert conversations.flush()


def _fill(database: Database) -> None:
    for path in (MODEL, OTHER):
        save_model_note(database, path, ModelNote(text=path))
        save_model_load(database, path, "machine", "{}", 1)
    save_model_files(database, {MODEL: (5, 7, {})}, ())
    record = json.dumps({"job": {"folder": OLD, "title": "a"}, "first_path": MODEL}, ensure_ascii=False)
    save_download(database, DownloadRow("d", 0, "queued", record, "", 1))


def test_what_is_kept_of_models_follows_them(conversations: Conversations, preferences: Preferences, qtbot) -> None:
    _write(conversations, _fill)

    follow_models(Path(NEW), preferences, conversations)

    (database,) = conversations.databases()
    assert {path: note.text for path, note in model_notes(database).items()} == {MOVED: MODEL, OTHER: OTHER}
    assert list(model_files(database)) == [MOVED]
    assert model_load(database, MOVED, "machine") == model_load(database, OTHER, "machine") == "{}"
    assert model_load(database, MODEL, "machine") is None
    (download,) = downloads(database)
    assert json.loads(download.record) == {"job": {"folder": NEW, "title": "a"}, "first_path": MOVED}
    assert preferences.get("last_model") == MOVED
    assert preferences.get("model_files") == [MOVED, OTHER]
    assert preferences.get("load_parameters") == [[MOVED, {"n_ctx": 512}], [OTHER, {}]]
    templates = TemplateChoices(preferences)
    assert [templates.of(Path(path)) for path in (MOVED, OTHER, MODEL)] == ["{{ used }}", "own", ""]
    assert [templates.edited(Path(path)) for path in (MOVED, OTHER, MODEL)] == ["{{ draft }}", "{{ other }}", ""]
    qtbot.waitUntil(lambda: preferences.get("models_place") == NEW)


def test_a_model_with_a_name_in_another_encoding_follows_too(
    conversations: Conversations, preferences: Preferences, qtbot
) -> None:
    """Its name has halves of surrogate pairs, of which a database takes none."""
    path, moved = Path(f"{OLD}/\udcd6\udcd0.gguf"), Path(f"{NEW}/\udcd6\udcd0.gguf")
    personas, records = Personas(conversations, lambda: "en"), LoadRecords(conversations)
    persona = personas.new(Persona("", "", model=str(path)))
    records.save_file(path, FileRecord(1, 2, is_sound=True))
    follow_models(Path(NEW), preferences, conversations)
    qtbot.waitUntil(lambda: preferences.get("models_place") == NEW)

    assert [one.model for one in store.personas(conversations.databases()[-1])] == [str(moved)]
    assert LoadRecords(conversations).file(moved) == FileRecord(1, 2, is_sound=True)
    assert persona.model == str(path)
    personas.close()


def test_at_the_first_start_the_path_is_only_remembered(conversations: Conversations, preferences: Preferences) -> None:
    preferences.set("models_place", "")
    follow_models(Path(NEW), preferences, conversations)

    assert preferences.get("models_place") == NEW and preferences.get("last_model") == MODEL


def test_what_could_not_be_written_is_tried_again_by_the_next_start(
    conversations: Conversations, preferences: Preferences, monkeypatch: pytest.MonkeyPatch, expected_log, qtbot
) -> None:
    from desktop_app.errors import DiskFull

    def fail(*_: object) -> None:
        raise DiskFull("/x")

    expected_log("cannot follow them: DiskFull")
    monkeypatch.setattr("desktop_app.services.relocation.relocate", fail)
    follow_models(Path(NEW), preferences, conversations)
    qtbot.wait(1)

    assert preferences.get("models_place") == OLD


def test_doing_it_twice_is_doing_it_once(conversations: Conversations) -> None:
    _write(conversations, _fill)
    _write(conversations, lambda database: relocate(database, OLD, NEW))
    before = model_notes(conversations.databases()[0])
    _write(conversations, lambda database: relocate(database, OLD, NEW))

    assert model_notes(conversations.databases()[0]) == before


def test_only_whole_names_of_folders_are_replaced() -> None:
    values = ["/a/b", f"/a/b{os.sep}c", "/a/bc", "about /a/b", 7, None, {"/a/b": "/a/b"}]

    assert relocated(values, "/a/b", "/x") == ["/x", f"/x{os.sep}c", "/a/bc", "about /a/b", 7, None, {"/a/b": "/x"}]
