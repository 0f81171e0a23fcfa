"""What is written for a parameter and makes no sense yet: it is kept on its level, shown again with its mark, and never used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.chat.persona import Persona
from desktop_app.engine.parameters import FORM_CHARACTERS_MAX, SamplingParameters, sound
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import EngineState
from desktop_app.services.preferences import Preferences
from desktop_app.ui.dialogs.parameters import ParametersDialog
from desktop_app.ui.parameters.parameter_row import ParameterRow
from desktop_app.ui.parameters.words import GROUPS
from desktop_app.ui.talk_panel.talk_panel import TalkPanel
from tests.fakes.services import model_info
from tests.ui.talks import Talk

RIGHT, WRONG = 'root ::= "yes"', 'root ::= "yes" | no'
TEXTS = {
    "grammar": WRONG, "json_schema": '{"type":', "temperature": "5.1", "top_k": "many", "seed": "12x", "stop": "x\n" * 65,
    "logit_bias": "15: -5\n16 -5", "samplers": "top_k\ntopp",
}  # fmt: skip


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: QtBot) -> Iterator[Talk]:
    talk = Talk(services, make_window, tmp_path, qtbot)
    services.engine.become(EngineState.READY, model_info())
    talk.window.show_prompts()
    talk.window.show()
    talk.window.activateWindow()
    talk.id = talk.say("Why?", "Because.")
    talk.open(talk.id)
    yield talk
    talk.close()


def _panel(talk: Talk) -> TalkPanel:
    talk.window.actions_.show_talk_panel.trigger()
    panel: TalkPanel = talk.window.talk.panel
    panel.more.setChecked(True)
    return panel


def _row(place: Any, name: str) -> ParameterRow:
    place.list.open_group(next(group for group, names in GROUPS.items() if name in names))
    row: ParameterRow = place.list.rows[name]
    return row


def _write(row: ParameterRow, text: str, qtbot: QtBot) -> None:
    """Write in place of what stands there, and do nothing else."""
    row.edit.setFocus()
    row.edit.selectAll()
    if hasattr(row.edit, "insertPlainText"):
        row.edit.insertPlainText(text)
    else:
        qtbot.keyClicks(row.edit, text)


def _text(row: ParameterRow) -> str:
    return str(row.edit.toPlainText() if hasattr(row.edit, "toPlainText") else row.edit.text())


def _is_marked(row: ParameterRow) -> bool:
    has_line = not hasattr(row.edit, "checked") or bool(row.edit.extraSelections())
    return not row.problem.isHidden() and has_line and "not used until it is right" in row.note.text()


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_it_is_there_again_after_another_conversation(talk: Talk, qtbot: QtBot, name: str) -> None:
    other = talk.conversations.ask(None, "Two?", "")
    talk.settle()
    panel, first = _panel(talk), talk.id
    talk.open(first)
    row = _row(panel, name)
    _write(row, TEXTS[name], qtbot)
    talk.open(other)
    assert _text(row) == "" and row.problem.isHidden()
    talk.open(first)

    qtbot.waitUntil(lambda: _is_marked(row))
    talk.settle()
    assert _text(row) == TEXTS[name]
    assert talk.window.talk.levels.sampling(first).chosen == {}
    assert talk.window.talk.levels.sampling(other).chosen == {}


def test_what_was_right_before_holds_until_the_new_text_is_right(talk: Talk, qtbot: QtBot) -> None:
    talk.conversations.save_sampling(talk.id, SamplingParameters(grammar=RIGHT, top_k=3))
    talk.settle()
    row = _row(_panel(talk), "grammar")
    _write(row, WRONG, qtbot)
    qtbot.waitUntil(lambda: _is_marked(row))
    assert row.note.text() == "It is kept, but not used until it is right; until then: a text of 14 characters."
    assert talk.window.talk.levels.sampling(talk.id).chosen == {"grammar": RIGHT, "top_k": 3}
    _write(row, f'{WRONG}\nno ::= "no"', qtbot)
    qtbot.waitUntil(lambda: row.problem.isHidden() and not row.edit.is_waiting)
    talk.settle()

    assert talk.window.talk.levels.sampling(talk.id).chosen == {"grammar": f'{WRONG}\nno ::= "no"', "top_k": 3}
    assert talk.conversations.sampling(talk.id).unfinished == ()
    assert _text(row) == f'{WRONG}\nno ::= "no"'


def test_it_is_there_again_after_another_language(talk: Talk, qtbot: QtBot) -> None:
    panel = _panel(talk)
    _write(_row(panel, "grammar"), WRONG, qtbot)
    _write(_row(panel, "top_k"), "many", qtbot)
    QApplication.sendEvent(panel.list, QEvent(QEvent.Type.LanguageChange))
    grammar, top_k = panel.list.rows["grammar"], panel.list.rows["top_k"]
    qtbot.waitUntil(lambda: _is_marked(grammar) and _is_marked(top_k))
    talk.settle()

    assert (_text(grammar), _text(top_k)) == (WRONG, "many")
    assert dict(talk.conversations.sampling(talk.id).unfinished) == {"grammar": WRONG, "top_k": "many"}


def test_it_is_on_disk_when_the_window_has_closed(talk: Talk, qtbot: QtBot, tmp_path: Path) -> None:
    _write(_row(_panel(talk), "grammar"), WRONG, qtbot)
    talk.window.close()
    talk.conversations.close()
    again = Conversations(tmp_path / "talks.sqlite3")
    kept = again.sampling(talk.id)
    again.close()

    assert kept.chosen == {"unfinished": (("grammar", WRONG),)}


def test_of_a_new_chat_it_goes_with_its_first_question(talk: Talk, qtbot: QtBot) -> None:
    panel = _panel(talk)
    talk.window.open_conversation(None)
    _write(_row(panel, "json_schema"), TEXTS["json_schema"], qtbot)
    panel.store()
    id_ = talk.conversations.ask(None, "First?", "")
    talk.settle()

    assert talk.conversations.sampling(id_).unfinished == (("json_schema", TEXTS["json_schema"]),)


def _of_all(talk: Talk) -> ParametersDialog:
    talk.window.actions_.show_parameters.trigger()
    return talk.window.findChildren(ParametersDialog)[-1]


def test_of_all_chats_it_is_there_again_in_the_dialog_and_on_disk(talk: Talk, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = _of_all(talk)
    _write(_row(dialog, "grammar"), WRONG, qtbot)
    dialog.reject()
    row = _row(_of_all(talk), "grammar")
    qtbot.waitUntil(lambda: _is_marked(row))
    assert _text(row) == WRONG
    stored = Preferences(tmp_path / "settings.json")
    stored.set("sampling", talk.services.preferences.get("sampling"))
    stored.close()

    assert sound(Preferences(tmp_path / "settings.json").get("sampling")).unfinished == (("grammar", WRONG),)
    assert talk.window.talk.levels.sampling(talk.id).chosen == {}
    panel = _panel(talk)
    assert _text(_row(panel, "grammar")) == ""


def test_an_open_dialog_tells_it_when_the_window_closes(talk: Talk, qtbot: QtBot) -> None:
    _write(_row(_of_all(talk), "grammar"), WRONG, qtbot)
    talk.window.close()

    assert talk.window.talk.levels.for_all.unfinished == (("grammar", WRONG),)


def test_of_a_persona_it_is_there_again_in_its_dialog(talk: Talk, qtbot: QtBot) -> None:
    place = talk.window.personas
    persona = place.personas.new(name="Editor")
    place.toggle_page()
    place.page.show_one(persona)
    place.page.parameters_requested.emit(persona)
    dialog = talk.window.findChildren(ParametersDialog)[-1]
    _write(_row(dialog, "grammar"), WRONG, qtbot)
    dialog.accept()
    kept: Persona = place.personas.get(persona.id)

    assert kept.parameters.chosen == {"unfinished": (("grammar", WRONG),)}
    place.personas.choose(talk.id, persona.id)
    talk.settle()
    assert talk.window.talk.levels.sampling(talk.id).chosen == {}
    place.page.parameters_requested.emit(kept)
    row = _row(talk.window.findChildren(ParametersDialog)[-1], "grammar")
    qtbot.waitUntil(lambda: _is_marked(row))
    assert _text(row) == WRONG


def test_a_preset_takes_only_what_makes_sense(talk: Talk, qtbot: QtBot) -> None:
    panel = _panel(talk)
    _write(_row(panel, "grammar"), WRONG, qtbot)
    panel.store()
    talk.window.talk.show_presets()
    dialogs = talk.window.talk.dialogs
    assert not dialogs._dialog.name.isEnabled()
    dialogs._dialog.accept()
    panel.simple.creativity.setCurrentIndex(1)
    kept = dialogs._presets.add("Careful", panel.sampling)

    assert kept.parameters.chosen == {"temperature": 0.0}


def test_another_choice_takes_its_place(talk: Talk, qtbot: QtBot) -> None:
    panel = _panel(talk)
    row = _row(panel, "temperature")
    _write(row, "9", qtbot)
    panel.store()
    panel.simple.creativity.setCurrentIndex(1)

    assert panel.sampling.chosen == {"temperature": 0.0}
    assert _text(row) == "0" and row.problem.isHidden()


def test_the_way_back_lets_it_go(talk: Talk, qtbot: QtBot) -> None:
    panel = _panel(talk)
    row = _row(panel, "grammar")
    _write(row, WRONG, qtbot)
    qtbot.waitUntil(lambda: _is_marked(row))
    assert row.reset.isVisible() and panel.reset_all.isVisible()
    assert panel.list.groups["form"].button.accessibleDescription() == "1 choice here"
    row.reset.click()

    assert (panel.sampling.chosen, _text(row), row.problem.isHidden()) == ({}, "", True)


def test_what_is_too_long_to_be_kept_says_so_and_stays_while_it_is_on_show(talk: Talk, qtbot: QtBot) -> None:
    panel = _panel(talk)
    row = _row(panel, "grammar")
    text = "root ::= x\n" * (FORM_CHARACTERS_MAX // 10)
    _write(row, text, qtbot)
    qtbot.waitUntil(lambda: not row.problem.isHidden())
    assert row.problem.text().endswith("this is too long. It is too much to be kept.")
    panel.simple.creativity.setCurrentIndex(1)

    assert _text(row) == text
    assert panel.sampling.chosen == {"temperature": 0.0}
