"""Who answers where: chosen, kept, taken over by a new conversation, read before every prompt; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.chat.persona import Persona
from desktop_app.chat.persona_files import as_json
from desktop_app.clock import now_ms
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.services.conversations import Conversations
from desktop_app.services.instructions import Instructions
from desktop_app.services.personas import Personas
from desktop_app.services.preferences import Preferences
from desktop_app.storage import personas as store
from desktop_app.storage.conversations import add_conversation
from desktop_app.storage.database import Database
from desktop_app.storage.merge import merge
from desktop_app.storage.migrations import MIGRATIONS
from desktop_app.storage.recovery import recover
from desktop_app.storage.trash import KEPT_MS


@pytest.fixture
def conversations(tmp_path: Path) -> Iterator[Conversations]:
    opened = Conversations(tmp_path / "hearth.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def personas(conversations: Conversations) -> Iterator[Personas]:
    made = Personas(conversations, lambda: "en")
    yield made
    made.close()


def _anew(conversations: Conversations) -> Personas:
    """Give what is on disk, to nobody's memory."""
    assert conversations.flush()
    return Personas(conversations, lambda: "en")


def _nothing(_: object) -> None:
    """Nothing hangs on it."""


def _ask(conversations: Conversations, **options: Any) -> str:
    id_ = conversations.ask(None, "hello", "m", **options)
    assert conversations.flush()
    return id_


def test_a_persona_is_there_at_once_and_on_disk(conversations: Conversations, personas: Personas, qtbot: QtBot) -> None:
    with qtbot.waitSignal(personas.persona_saved):
        new = personas.new(name="Lone surrogate \ud800")
        personas.save(new.replaced(instructions="Be kind", parameters=SamplingParameters(temperature=0.8)))
        assert [one.instructions for one in personas.own()] == ["Be kind"]
        assert personas.unsaved_texts()

    (stored,) = _anew(conversations).own()
    assert (stored.name, stored.parameters.chosen) == ("Lone surrogate \ufffd", {"temperature": 0.8})
    assert len(personas.all()) == 7


def test_halves_of_surrogate_pairs_cost_nothing_of_a_persona(
    conversations: Conversations, personas: Personas, qtbot: QtBot, tmp_path: Path
) -> None:
    half = "\\ud800"
    record = f'{{"name": "a{half}", "description": "{half}", "instructions": "x{half}", "suggestions": ["s{half}"]}}'
    file = tmp_path / "personas.json"
    file.write_text(f"[{record}]", "utf-8")
    with qtbot.waitSignal(personas.imported):
        personas.import_files([file])
    personas.save(Persona("mine", "Mine", suggestions=("s\ud800",), model="/models/\udcff.gguf"))

    read, mine = _anew(conversations).own()
    assert (read.name, read.description, read.instructions, read.suggestions) == ("a�", "�", "x�", ("s�",))
    assert (mine.suggestions, mine.model) == (("s�",), "/models/\udcff.gguf")


def test_the_choice_for_the_new_chat_goes_into_the_next_conversation_only(
    conversations: Conversations, personas: Personas, qtbot: QtBot
) -> None:
    persona = personas.new(name="Tutor")
    personas.choose(None, persona.id)
    assert personas.of(None) == persona and _anew(conversations).of(None) == persona

    first, second = _ask(conversations), _ask(conversations)

    qtbot.waitUntil(lambda: personas.of(None) is None)
    assert (personas.of(first), personas.of(second)) == (persona, None)


def test_a_choice_in_a_conversation_holds_at_once_and_on_disk(
    conversations: Conversations, personas: Personas, qtbot: QtBot
) -> None:
    id_ = _ask(conversations)
    with qtbot.waitSignals([personas.chosen, conversations.conversation_changed]):
        personas.choose(id_, "shipped:tutor")
        assert personas.id_of(id_) == "shipped:tutor"
    personas.choose(id_, None)
    personas.choose(id_, "shipped:critic")

    assert _anew(conversations).id_of(id_) == "shipped:critic"
    assert personas.parameters_of(id_) == {"temperature": 0.7} and personas.parameters_of("gone") == {}
    copy = conversations.duplicate(id_)
    assert conversations.flush() and conversations.get(copy).persona_id == "shipped:critic"


def test_in_a_private_conversation_nothing_of_the_choice_is_on_disk(conversations: Conversations, personas: Personas) -> None:
    persona = personas.new(name="Tutor")
    id_ = conversations.start_private()
    assert conversations.flush()
    personas.choose(id_, persona.id)
    assert conversations.flush()

    assert personas.of(id_) == persona
    assert conversations.databases()[-1].rows("SELECT 1 FROM conversation") == []


def test_a_removed_persona_goes_on_where_it_is_and_can_be_brought_back(conversations: Conversations, personas: Personas) -> None:
    persona = personas.new(name="Tutor")
    id_ = _ask(conversations)
    personas.choose(id_, persona.id)
    personas.remove(persona.id)
    assert personas.own() == [] and _anew(conversations).own() == []
    assert personas.of(id_) == persona

    personas.restore(persona.id)
    assert _anew(conversations).own() == [persona]


def test_personas_of_several_files_come_in_together(personas: Personas, tmp_path: Path, qtbot: QtBot) -> None:
    for name in ("A", "B"):
        (tmp_path / f"{name}.json").write_text(as_json([Persona("", name)]), encoding="utf-8")
    (tmp_path / "no.json").write_text("{", encoding="utf-8")
    told: list[object] = []
    personas.imported.connect(told.append)
    with qtbot.waitSignal(personas.failed):
        personas.import_files([tmp_path / name for name in ("A.json", "no.json", "B.json", "gone.json")])

    assert len(told) == 1
    assert [one.name for one in told[0].personas] == ["A", "B"] and [one.name for one in told[0].skipped] == ["no.json"]


def test_after_a_month_only_those_go_that_no_conversation_has(
    conversations: Conversations, personas: Personas, qtbot: QtBot
) -> None:
    kept, gone, late = (personas.new(name=name) for name in ("kept", "gone", "late"))
    id_ = _ask(conversations)
    personas.choose(id_, kept.id)

    def age(database: Any) -> None:
        now = now_ms()
        for one, ms in ((kept, 1), (gone, 1), (late, now - KEPT_MS + 60_000)):
            store.remove(database, one.id, ms)

    done: list[None] = []
    conversations.in_writer(age, done.append)
    conversations.purge_expired()
    assert conversations.flush()
    qtbot.waitUntil(lambda: bool(done))
    anew = _anew(conversations)
    assert [anew.get(one.id) is not None for one in (kept, gone, late)] == [True, False, True]


def test_instructions_are_the_personas_then_the_conversations_with_variables(
    conversations: Conversations, personas: Personas, tmp_path: Path
) -> None:
    preferences = Preferences(tmp_path / "settings.json")
    instructions = Instructions(personas, preferences, lambda: "en", lambda: "A model")
    persona = personas.new(Persona("", "P", instructions="I am {{model}}, you are {{user_name}}."))
    id_ = _ask(conversations)
    conversations.save_system_prompt(id_, "Speak {{language}}. {{ keep }} {{date}}")
    personas.choose(id_, persona.id)
    assert conversations.flush()

    text = instructions.of(conversations.get(id_))
    assert text.startswith("I am A model, you are User.\n\nSpeak English. {{ keep }} ") and "{{date}}" not in text
    preferences.set("user_name", "{{date}}")
    assert "you are {{date}}." in instructions.of(conversations.get(id_))
    personas.choose(id_, None)
    conversations.save_system_prompt(id_, "As it {{is}}")
    assert conversations.flush() and instructions.of(conversations.get(id_)) == "As it {{is}}"
    preferences.close()


def test_a_file_may_only_name_a_model_that_is_here(personas: Personas, qtbot: QtBot, tmp_path: Path) -> None:
    file, here = tmp_path / "in.json", tmp_path / "models" / "here.gguf"
    file.write_text(as_json([Persona("1", "A", model="/elsewhere/here.gguf"), Persona("2", "B", model="/etc/passwd")]), "utf-8")

    with qtbot.waitSignal(personas.imported) as imported:
        personas.import_files([file], [here])

    assert [one.model for one in imported.args[0].personas] == [str(here), ""]
    assert sorted(one.name for one in personas.own()) == ["A", "B"]
    out = tmp_path / "out.json"
    with qtbot.waitSignal(personas.exported):
        personas.export(personas.own(), out)
    assert str(tmp_path) not in out.read_text("utf-8")
    with qtbot.waitSignal(personas.failed):
        personas.import_files([tmp_path / "missing.json"])


# Backups, restores, recoveries


def test_personas_come_back_with_the_conversations_that_have_them(
    conversations: Conversations, personas: Personas, tmp_path: Path
) -> None:
    persona = personas.new(name="Tutor")
    id_ = _ask(conversations)
    personas.choose(id_, persona.id)
    assert conversations.flush()
    empty = Conversations(tmp_path / "empty.sqlite3")
    database = empty.file.writing

    merge(database, tmp_path / "hearth.sqlite3", 5)

    anew = Personas(empty, lambda: "en")
    assert anew.own() == [persona] and anew.of(id_) == persona
    # A newer file says what a persona is now; an older one does not.
    database.execute("UPDATE persona SET name = 'older', updated_ms = 1")
    merge(database, tmp_path / "hearth.sqlite3", 6)
    assert [one.name for one in anew.own()] == ["older"]
    merge(database, tmp_path / "hearth.sqlite3", 7, is_newer=True)
    assert [one.name for one in anew.own()] == ["Tutor"]
    database.execute("UPDATE persona SET name = 'newer', updated_ms = updated_ms + 1")
    merge(database, tmp_path / "hearth.sqlite3", 8, is_newer=True)
    assert [one.name for one in anew.own()] == ["newer"]
    empty.close()


def test_personas_and_choices_are_there_after_a_repair_of_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "damaged.sqlite3"
    database = Database.writing(path)
    persona = Persona("p", "Tutor", instructions="Be patient", parameters=SamplingParameters(top_k=3))
    store.add(database, [persona], 5)
    add_conversation(database, "c", "With the tutor")
    store.choose(database, "c", "p")
    store.choose_for_new_chat(database, "p")
    database.close()
    content = bytearray(path.read_bytes())
    content[0:16] = bytes(16)
    path.write_bytes(content)

    assert recover(path, tmp_path / "backups", tmp_path / "quarantine", 7) is not None

    database = Database.writing(path)
    assert store.personas(database) == [persona] and store.of_new_chat(database) == "p"
    assert database.row("SELECT persona_id FROM conversation WHERE id = 'c'") == ("p",)
    database.close()


def test_a_damaged_record_costs_no_start(conversations: Conversations, personas: Personas) -> None:
    row = "INSERT INTO persona (id, name, record, created_ms, updated_ms) VALUES (?, ?, ?, 1, 1)"
    records = (("a", "{"), ("b", "[" * 100_000), ("c", "7"), ("d", '{"parameters": {"top_k": 1e400}}'))

    def damage(database: Database) -> None:
        for id_, record in records:
            database.execute(row, id_, id_, record)

    conversations.in_writer(damage, _nothing)
    assert conversations.flush()

    assert [(one.name, one.parameters.chosen) for one in personas.own()] == [(name, {}) for name in "abcd"]
    assert "CREATE TABLE persona" in MIGRATIONS[5]
