"""Parameters in the panel, with the real engine: a schema that answers keep to, a text that ends them, levels, a preset."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop_app.services.engine import EngineState
from desktop_app.ui.dialogs.parameters import ParametersDialog
from desktop_app.ui.dialogs.presets import PresetsDialog
from desktop_app.ui.parameters.parameter_list import ParameterList
from desktop_app.ui.parameters.words import GROUPS
from tests.journeys.test_first_answer import ANSWER_MS, Hearth

pytestmark = pytest.mark.timeout(120)

SCHEMA = (
    '{"type": "object", "properties": {"city": {"enum": ["Paris", "Rome"]}, "n": {"type": "integer"}}, "required": ["city", "n"]}'
)


class Hand:
    """Writes into the fields of parameters as a person does."""

    def __init__(self, hearth: Hearth, qtbot: QtBot) -> None:
        self.hearth, self.qtbot = hearth, qtbot

    def write(self, shown: ParameterList, name: str, text: str) -> None:
        """Write a value and leave the field."""
        shown.open_group(next(group for group, names in GROUPS.items() if name in names))
        edit = shown.rows[name].edit
        assert isinstance(edit, QLineEdit | QPlainTextEdit)
        edit.setFocus()
        edit.selectAll()
        self.qtbot.keyClicks(edit, text) if text else self.qtbot.keyClick(edit, Qt.Key.Key_Delete)
        shown.rows[name].store()

    def ask(self, text: str) -> str:
        """Ask from the composer and give the answer."""
        hearth = self.hearth
        hearth.window.actions_.focus_composer.trigger()
        with self.qtbot.waitSignal(hearth.services.generation.answer_finished, timeout=ANSWER_MS) as finished:
            self.qtbot.keyClicks(hearth.window.composer.edit, text)
            self.qtbot.keyClick(hearth.window.composer.edit, Qt.Key.Key_Return)
        return hearth.stored(finished.args[0])[-1].text


@pytest.fixture
def hand(qtbot: QtBot, tmp_path: Path, starter_model: Path) -> Iterator[Hand]:
    hearth = Hearth(tmp_path, starter_model, qtbot)
    hearth.window.show_prompts()
    qtbot.waitUntil(lambda: hearth.services.engine.state is EngineState.READY, timeout=ANSWER_MS)
    hearth.window.activateWindow()
    yield Hand(hearth, qtbot)
    hearth.close()


def test_what_is_typed_in_the_panel_shapes_the_answers(hand: Hand) -> None:
    window = hand.hearth.window
    window.actions_.show_talk_panel.trigger()
    panel = window.talk.panel
    panel.more.setChecked(True)

    # A mistake is said while it is typed, and does not reach the engine; put right, it holds from the next answer on.
    hand.write(panel.list, "json_schema", SCHEMA[:-1])
    assert "this is not JSON" in panel.list.rows["json_schema"].problem.text()
    assert set(panel.sampling.chosen) == {"unfinished"}
    hand.write(panel.list, "json_schema", SCHEMA)
    answer = json.loads(hand.ask("Where is the Louvre?"))
    assert set(answer) == {"city", "n"}
    assert answer["city"] in ("Paris", "Rome") and isinstance(answer["n"], int)

    # A grammar instead: one of them goes before the other, and the field says so.
    assert not panel.list.rows["grammar"].edit.isEnabled()
    hand.write(panel.list, "json_schema", "")
    assert panel.list.rows["grammar"].edit.isEnabled()
    hand.write(panel.list, "grammar", 'root ::= "one, " "two, " "three, " "four"')
    assert hand.ask("Count.") == "one, two, three, four"

    # A text that ends the answer.
    hand.write(panel.list, "stop", "three")
    assert hand.ask("Count again.") == "one, two, "
    panel.reset_all.click()
    assert hand.hearth.services.conversations.flush()
    assert window.talk.levels.sampling(window.conversation.conversation_id) == window.talk.levels.recommended


def test_values_of_other_levels_are_used_and_a_preset_takes_their_place(hand: Hand) -> None:
    window, qtbot = hand.hearth.window, hand.qtbot
    window.actions_.show_parameters.trigger()
    (dialog,) = window.findChildren(ParametersDialog)
    hand.write(dialog.list, "grammar", 'root ::= "for all chats"')
    dialog.accept()
    assert hand.ask("Hello.") == "for all chats"

    persona = {"grammar": 'root ::= "the persona"', "n_predict": 20}
    window.talk.levels.choose_persona_by(lambda _: persona)
    assert hand.ask("Hello.") == "the persona"

    window.actions_.show_talk_panel.trigger()
    panel = window.talk.panel
    panel.more.setChecked(True)
    hand.write(panel.list, "grammar", 'root ::= "this conversation"')
    assert hand.ask("Hello.") == "this conversation"
    assert panel.list.rows["grammar"].note.text().endswith("the persona’s choice.")

    # It is kept as a preset; back to the persona; the preset is used again.
    panel.presets.click()
    (presets,) = window.findChildren(PresetsDialog)
    presets.name.setFocus()
    qtbot.keyClicks(presets.name, "Mine")
    qtbot.keyClick(presets.name, Qt.Key.Key_Return)
    panel.list.rows["grammar"].reset.click()
    assert panel.sampling.chosen == {}
    (row,) = presets.rows.values()
    row.use.click()
    presets.accept()
    assert panel.sampling.chosen == {"grammar": 'root ::= "this conversation"'}
    assert hand.ask("Hello.") == "this conversation"
