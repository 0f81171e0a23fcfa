"""Personas in the window: chosen, greeted, switched and taken back; written, copied, removed, imported and exported."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.chat.persona import N_INSTRUCTIONS_MAX, Persona
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.library.model_file import ModelFile
from desktop_app.services import personas as personas_service
from desktop_app.services.engine import EngineState
from desktop_app.services.personas import Personas
from desktop_app.storage import personas as store
from desktop_app.templates.template import PromptTemplate
from desktop_app.ui.dialogs.parameters import ParametersDialog
from desktop_app.ui.dialogs.removed import RemovedDialog
from desktop_app.ui.palette.palette import Palette
from desktop_app.ui.personas.persona_editor import PersonaEditor
from desktop_app.ui.personas.personas_page import PersonasPage
from desktop_app.ui.widgets.collection_editor import N_PLACES_AT_ONCE
from tests.fakes.services import model_info
from tests.ui.talks import Talk


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: QtBot) -> Iterator[Talk]:
    talk = Talk(services, make_window, tmp_path, qtbot)
    services.engine.become(EngineState.READY, model_info())
    talk.window.show_prompts()
    talk.window.activateWindow()
    yield talk
    talk.close()


@pytest.fixture
def page(talk: Talk) -> PersonasPage:
    talk.window.actions_.show_personas.trigger()
    page: PersonasPage = talk.window.personas.page
    return page


def _stored(talk: Talk) -> list[Persona]:
    """Give what is on disk, to nobody's memory."""
    talk.settle()
    return Personas(talk.conversations, lambda: "en").own()


def _names(page: PersonasPage) -> list[str]:
    return [str(page.model.index(row).data()) for row in range(page.model.rowCount())]


def _undo(talk: Talk) -> None:
    buttons = [one for one in talk.window.notices.findChildren(QPushButton) if one.text() == "Undo"]
    buttons[-1].click()
    talk.settle()


# In a chat


def test_a_new_chat_shows_who_answers_and_a_suggestion_goes_into_the_field(talk: Talk, qtbot: QtBot) -> None:
    place = talk.window.personas
    assert place.choose_button.isVisible() and not place.greeting.isVisible() and not place.button.isVisible()
    place.choose_button.button.click()
    (palette,) = [one for one in talk.window.findChildren(Palette) if one.isVisible()]
    assert palette.model.rowCount() == 6  # nobody to be let go of yet
    qtbot.keyClicks(palette.field, "critic")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    assert place.greeting.isVisible() and not place.choose_button.isVisible() and place.button.isVisible()
    assert (place.greeting.name.text(), place.button.accessibleName()) == ("Friendly critic", "Persona: Friendly critic")
    assert len(place.greeting.suggestions) == 3
    place.greeting.suggestions[2].click()
    assert talk.window.composer.edit.toPlainText() == "Which questions will I be asked about this proposal?"
    assert talk.window.composer.edit.hasFocus()


def test_where_a_card_stands_nothing_else_is_offered(talk: Talk) -> None:
    card = QWidget()
    talk.window.empty_state.set_card(card)
    assert not talk.window.personas.choose_button.isVisible()
    talk.window.personas.choose("shipped:tutor")
    assert talk.window.personas.greeting.isVisible() and card.isVisible()
    talk.window.empty_state.set_card(None)
    card.deleteLater()


def test_the_conversation_keeps_who_was_chosen_for_it_and_the_next_chat_begins_without(talk: Talk) -> None:
    talk.window.personas.choose("shipped:planner")
    id_ = talk.say("Plan my day", "Sleep.")
    talk.open(id_)

    assert talk.window.personas.button.isVisible()
    text = talk.services.generation.instructions(talk.conversations.get(id_))
    assert text.startswith("You help the person to plan. Today is ") and "{{" not in text
    talk.window.open_conversation(None)
    assert not talk.window.personas.button.isVisible()


def test_a_switch_asks_nothing_and_is_taken_back(talk: Talk) -> None:
    talk.open(talk.say("Hello", "Good day."))
    place = talk.window.personas
    place.choose("shipped:tutor")
    assert "“Patient tutor” answers here from now on." in talk.window.notices.sentences()
    place.choose(None)
    assert "No persona answers here any more." in talk.window.notices.sentences()
    assert not place.button.isVisible()

    _undo(talk)

    assert talk.conversations.get(talk.id).persona_id == "shipped:tutor" and place.button.isVisible()


def test_its_model_is_loaded_when_it_is_chosen_and_the_one_before_when_that_is_taken_back(talk: Talk) -> None:
    model = talk.services.paths.models / "own.gguf"
    model.parent.mkdir(parents=True, exist_ok=True)
    model.write_bytes(b"GGUF")
    talk.open(talk.say("Hello", "Good day."))
    before = talk.services.engine.wanted_path
    persona = talk.window.personas.personas.new(Persona("", "Gardener", model=str(model)))

    talk.window.personas.choose(persona.id)
    assert talk.services.engine.calls[-1] == ("load", model)
    assert talk.services.engine.wanted_path == model
    talk.services.library.files = [ModelFile(before, "Before", 9, False)]
    _undo(talk)
    assert talk.services.engine.calls[-1] == ("load", before)


def test_a_model_that_was_chosen_since_stays_when_a_switch_is_taken_back(talk: Talk) -> None:
    files = [talk.services.paths.models / name for name in ("own.gguf", "later.gguf")]
    files[0].parent.mkdir(parents=True, exist_ok=True)
    for file in files:
        file.write_bytes(b"GGUF")
    talk.open(talk.say("Hello", "Good day."))
    place = talk.window.personas
    for persona in (Persona("", "Nobody's"), Persona("", "Gardener", model=str(files[0]))):
        place.choose(place.personas.new(persona).id)
        talk.services.engine.load(files[1])
        _undo(talk)
        assert talk.services.engine.wanted_path == files[1]


def test_the_panel_has_a_row_for_it(talk: Talk) -> None:
    talk.open(talk.say("Hello", "Good day."))
    talk.window.talk.toggle()
    row = talk.window.personas.row
    assert row.isVisible() and row.button.accessibleName() == "Persona: No persona"
    talk.window.personas.choose("shipped:tutor")

    assert row.button.accessibleName() == "Persona: Patient tutor"
    row.button.click()
    (palette,) = [one for one in talk.window.findChildren(Palette) if one.isVisible()]
    assert palette.model.rowCount() == 7
    palette.close_it()


def test_a_preset_can_be_used_for_a_persona_of_ones_own(talk: Talk) -> None:
    dialogs = talk.window.talk.dialogs
    talk.window.personas.choose("shipped:tutor")
    assert dialogs.persona_name() == ""
    persona = talk.window.personas.personas.new(name="Mine")
    talk.window.personas.choose(persona.id)
    assert dialogs.persona_name() == "Mine"

    before = dialogs.choose_for_persona(SamplingParameters(top_k=7))

    assert before.chosen == {} and _stored(talk)[0].parameters.chosen == {"top_k": 7}
    values = {one.name: (one.value, one.level) for one in talk.window.talk.levels.effective(None)}
    assert values["top_k"] == (7, "persona")


def test_a_preset_used_for_a_persona_is_not_lost_when_its_page_is_written_on(
    talk: Talk, page: PersonasPage, qtbot: QtBot
) -> None:
    place = talk.window.personas
    persona = place.personas.new(name="Mine")
    page.show_one(persona)
    talk.window.centre.show_page(None)
    place.choose(persona.id)
    talk.window.talk.dialogs.choose_for_persona(SamplingParameters(top_k=7))

    talk.window.actions_.show_personas.trigger()
    assert "7" in page.editor.summary.text()
    page.editor.instructions.setPlainText("Be brief.")
    page.editor.store()

    (stored,) = _stored(talk)
    assert (stored.instructions, stored.parameters.chosen) == ("Be brief.", {"top_k": 7})


# The instructions of a template


def test_a_template_gives_an_empty_chat_its_instructions_and_leaves_others_alone(talk: Talk) -> None:
    template = PromptTemplate("", "", "Say it", system_prompt="Be brief.")
    talk.window.prompts._use(talk.window.prompts.templates.new(template, "Brief"))
    id_ = talk.say("Say it", "It.")
    assert talk.conversations.get(id_).system_prompt == "Be brief."

    talk.open(id_)
    longer = template.replaced(system_prompt="Be long.")
    talk.window.prompts._use(talk.window.prompts.templates.new(longer, "Long"))
    talk.settle()
    assert talk.conversations.get(id_).system_prompt == "Be brief."
    assert "The instructions of this template are for a new chat; here only its text is used." in talk.window.notices.sentences()


# The page


def test_undo_brings_back_all_personas_that_its_notice_is_about_and_the_others_are_listed(talk: Talk, page: PersonasPage) -> None:
    for name in ("A", "B"):
        page.new_button.click()
        page.editor.name.setText(name)
        page.editor.instructions.setPlainText(f"You are {name}.")
        page.editor.remove.click()
    assert talk.window.notices.sentences() == ["2 personas removed; conversations that have them keep them."]
    page.removed.click()
    talk.settle()
    (dialog,) = talk.window.findChildren(RemovedDialog)
    assert dialog.windowTitle() == "Removed personas" and dialog._text.toPlainText() == "You are B."
    dialog._back.click()
    talk.settle()
    assert [one.name for one in _stored(talk)] == ["B"]


def test_the_page_is_a_segment_beside_the_templates(talk: Talk, page: PersonasPage, qtbot: QtBot) -> None:
    assert talk.window.centre.page is page
    page.segments.button("templates").click()
    assert talk.window.centre.page is talk.window.prompts.page
    talk.window.prompts.page.segments.button("personas").click()
    assert talk.window.centre.page is page and page.segments.current == "personas"
    qtbot.keyClick(page.list, Qt.Key.Key_Escape)
    assert talk.window.centre.page is None


def test_what_comes_with_the_application_is_read_and_copied(talk: Talk, page: PersonasPage) -> None:
    assert _names(page)[0] == "Patient tutor" and page.editor.name.isReadOnly() and not page.editor.remove.isVisible()
    page.editor.copy.click()

    (copy,) = _stored(talk)
    assert (copy.name, copy.parameters.chosen, len(copy.suggestions)) == ("Patient tutor (copy)", {"temperature": 0.6}, 3)
    assert not page.editor.name.isReadOnly()


def test_what_is_typed_is_stored_by_itself_and_when_the_page_goes(talk: Talk, page: PersonasPage, qtbot: QtBot) -> None:
    page.new_button.click()
    editor = page.editor
    editor.name.setText("Gardener")
    editor.instructions.setPlainText("You are a gardener. It is {{season}}.")
    assert "{{season}}" in editor.problem.text()
    qtbot.waitUntil(lambda: [one.name for one in _stored(talk)] == ["Gardener"])
    assert "Gardener" in _names(page)

    editor.suggestions.setPlainText("What now?\n\nWhat now?\nAnd then?")
    editor.colours.pictures["teal"].click()
    editor.icons.pictures["book"].click()
    qtbot.keyClick(editor.icons.pictures["book"], Qt.Key.Key_Right)
    talk.window.centre.show_page(None)

    (stored,) = _stored(talk)
    assert (stored.suggestions, stored.colour, stored.icon) == (("What now?", "And then?"), "teal", "pencil")
    assert stored.instructions == "You are a gardener. It is {{season}}."


def test_what_is_typed_stays_when_the_language_changes_and_when_the_window_closes(
    talk: Talk, page: PersonasPage, qtbot: QtBot
) -> None:
    page.new_button.click()
    page.editor.name.setText("Half a name")
    text = "{{date}}\n" * N_PLACES_AT_ONCE + "Half a {{sentence"
    page.editor.instructions.setPlainText(text)
    qtbot.waitUntil(page.editor.problem.isVisible)
    talk.services.preferences.set("language", "zh_CN")
    qtbot.waitUntil(lambda: page.editor.copy.text() == "创建副本")
    assert page.editor.instructions.toPlainText() == text
    assert "没有结束" in page.editor.problem.text()
    page.editor.suggestions.setPlainText("Half a suggestion")
    talk.window.close()

    (stored,) = Personas(talk.conversations, lambda: "en").own()
    assert (stored.name, stored.instructions) == ("Half a name", text)
    assert stored.suggestions == ("Half a suggestion",)


def test_a_long_text_is_looked_through_when_nothing_is_typed_for_a_moment(page: PersonasPage, qtbot: QtBot) -> None:
    page.new_button.click()
    page.editor.instructions.setPlainText("It is {{date}}.\n" * N_PLACES_AT_ONCE + "{{season}}")
    assert not page.editor.problem.isVisible()
    qtbot.waitUntil(page.editor.problem.isVisible)
    assert "{{season}}" in page.editor.problem.text()

    page.editor.instructions.setPlainText("{{season}}")
    assert page.editor.problem.isVisible()
    page.editor.instructions.setPlainText("Nothing is wrong")
    assert not page.editor.problem.isVisible()


def test_the_editor_comes_after_the_first_look_at_the_list(talk: Talk, qtbot: QtBot) -> None:
    talk.window.actions_.show_personas.trigger()
    page: PersonasPage = talk.window.personas.page
    assert _names(page)[0] == "Patient tutor" and page.findChildren(PersonaEditor) == []
    qtbot.waitUntil(lambda: any(one.name.isVisible() for one in page.findChildren(PersonaEditor)))
    assert page.editor.name.text() == "Patient tutor"


def test_a_model_that_is_gone_stays_chosen_and_is_said(talk: Talk, page: PersonasPage) -> None:
    talk.services.library.files = [ModelFile(Path("/models/a.gguf"), "Model A", 9, False)]
    talk.services.library.models_changed.emit()
    page.new_button.click()
    page.editor.model.setCurrentIndex(1)
    page.leave()
    assert _stored(talk)[0].model == str(Path("/models/a.gguf"))

    talk.services.library.files = []
    talk.services.library.models_changed.emit()
    page.leave()
    assert page.editor.model.currentText() == "a.gguf (not here)"
    assert _stored(talk)[0].model == str(Path("/models/a.gguf"))


def test_parameters_are_chosen_in_a_dialog(talk: Talk, page: PersonasPage) -> None:
    page.new_button.click()
    page.editor.parameters.click()
    (dialog,) = talk.window.findChildren(ParametersDialog)
    dialog.chosen.emit("temperature", 0.3)
    dialog.chosen.emit("top_k", 5)
    dialog.dropped.emit("top_k")
    dialog.accept()

    assert _stored(talk)[0].parameters.chosen == {"temperature": 0.3}
    assert "0.3" in page.editor.summary.full_text()


def test_the_parameters_in_a_dialog_stay_those_of_their_persona(
    talk: Talk, page: PersonasPage, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "other.json"
    file.write_text('[{"name": "Other"}]', "utf-8")
    personas = talk.window.personas.personas
    page.show_one(personas.new(name="Mine"))
    page.editor.parameters.click()
    (dialog,) = [one for one in talk.window.findChildren(ParametersDialog) if one.isVisible()]
    with qtbot.waitSignal(personas.imported):
        personas.import_files([file])
    dialog.chosen.emit("top_k", 7)

    assert {one.name: one.parameters.chosen for one in _stored(talk)} == {"Mine": {"top_k": 7}, "Other": {}}


def test_a_persona_that_is_only_looked_at_stays_as_it_is(talk: Talk, page: PersonasPage) -> None:
    # A field has other spaces and line ends than a file, and takes fewer of the large characters.
    text = "a\u00a0b\u2028c\r\nd"
    persona = Persona("mine", "\U0001f642" * 60, "\U0001f642" * 200, text)
    talk.window.personas.personas.save(persona)
    page.show_one(persona)
    talk.window.actions_.show_prompts.trigger()

    assert _stored(talk) == [persona]


def test_instructions_that_are_too_long_are_said_to_be_cut(talk: Talk, page: PersonasPage) -> None:
    page.show_one(talk.window.personas.personas.new(name="Mine"))
    text = f"{'x' * 99}\n" * (N_INSTRUCTIONS_MAX // 100)
    page.editor.instructions.setPlainText(text)
    assert not page.editor.problem.isVisible()
    page.editor.instructions.setPlainText(f"{text}x")
    assert page.editor.problem.text() == "This is too long: only its first 100,000 characters are kept."


def test_what_a_backup_brought_back_is_in_the_list_when_the_page_is_opened_again(talk: Talk, page: PersonasPage) -> None:
    talk.window.centre.show_page(None)
    store.add(talk.conversations.file.writing, [Persona("back", "Back again")], 5)
    talk.window.actions_.show_personas.trigger()
    assert _names(page)[0] == "Back again"


def test_the_fields_grow_with_the_text(talk: Talk, page: PersonasPage) -> None:
    def heights() -> list[int]:
        return [page.editor.suggestions.height(), page.editor.name.minimumHeight(), page.list.iconSize().height()]

    before = heights()
    talk.services.preferences.set("zoom", 200)
    assert heights() == [2 * one for one in before]


def test_an_ampersand_in_a_suggestion_is_no_key(talk: Talk) -> None:
    place = talk.window.personas
    place.personas.save(Persona("mine", "Mine", suggestions=("Q&A",)))
    place.choose("mine")
    (suggestion,) = place.greeting.suggestions
    assert suggestion.shortcut().isEmpty()
    suggestion.click()
    assert talk.window.composer.edit.toPlainText() == "Q&A"


def test_a_removed_one_can_be_brought_back(talk: Talk, page: PersonasPage) -> None:
    page.new_button.click()
    page.editor.remove.click()
    assert _stored(talk) == [] and "New persona" not in _names(page)
    _undo(talk)
    assert [one.name for one in _stored(talk)] == ["New persona"] and "New persona" in _names(page)


def test_files_come_in_with_what_was_skipped_and_go_out(talk: Talk, page: PersonasPage, qtbot: QtBot, tmp_path: Path) -> None:
    file, out = tmp_path / "in.json", tmp_path / "out.json"
    file.write_text(json.dumps([{"name": "Good", "instructions": "Be good"}, {"instructions": "nameless"}]), "utf-8")
    with qtbot.waitSignal(page._personas.imported):
        page._on_files_selected([str(file)])

    assert talk.window.notices.sentences() == ["1 persona imported. 1 was skipped; the details say why."]
    assert page.editor.value is not None and page.editor.value.name == "Good"
    with qtbot.waitSignal(page._personas.exported):
        page._export_to("one", out, "one")
    assert json.loads(out.read_text("utf-8"))["personas"][0]["instructions"] == "Be good"


def test_a_file_that_is_being_written_is_finished_when_the_application_leaves(
    talk: Talk, page: PersonasPage, monkeypatch: pytest.MonkeyPatch, qapp: QApplication, tmp_path: Path
) -> None:
    begun, may_go = threading.Event(), threading.Event()
    write_whole = personas_service.write_whole

    def write_slowly(*arguments: Any, **options: Any) -> Path:
        begun.set()
        assert may_go.wait(10)
        return write_whole(*arguments, **options)

    monkeypatch.setattr(personas_service, "write_whole", write_slowly)
    page._export_to("one", tmp_path / "out.json", "one")
    assert begun.wait(10)
    soon = threading.Timer(0.2, may_go.set)
    soon.start()
    qapp.aboutToQuit.emit()

    assert "Patient tutor" in (tmp_path / "out.json").read_text("utf-8")
    soon.join()


def test_the_other_language_has_the_others(talk: Talk, page: PersonasPage, qtbot: QtBot) -> None:
    talk.window.personas.choose("shipped:tutor")
    talk.services.preferences.set("language", "zh_CN")

    qtbot.waitUntil(lambda: "耐心的老师" in _names(page) and "Patient tutor" not in _names(page))
    assert page.editor.name.text() == "耐心的老师"
    assert talk.window.personas.greeting.name.text() == "耐心的老师"
