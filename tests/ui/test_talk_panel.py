"""Instructions and parameters of a conversation: shown, changed, kept, and given to the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.engine.parameters import SamplingParameters
from desktop_app.services.engine import EngineState
from desktop_app.ui.talk_panel.parameter_row import Parameter, ParameterRow, read, written
from desktop_app.ui.talk_panel.talk_panel import LENGTHS, TEMPERATURES, TalkPanel
from desktop_app.ui.theme import load_theme
from tests.fakes.services import model_info
from tests.ui.talks import Talk

THEME = load_theme("light", 1.0)


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: QtBot) -> Iterator[Talk]:
    talk = Talk(services, make_window, tmp_path, qtbot)
    services.engine.become(EngineState.READY, model_info())
    talk.window.show_prompts()
    talk.window.show()
    talk.window.activateWindow()
    yield talk
    talk.close()


def _open(talk: Talk) -> TalkPanel:
    talk.window.actions_.show_talk_panel.trigger()
    panel: TalkPanel = talk.window.talk.panel
    return panel


def test_the_panel_shows_what_a_conversation_has_and_keeps_what_is_changed(talk: Talk) -> None:
    talk.id = talk.say("Why?", "Because.")
    talk.open(talk.id)
    talk.conversations.save_system_prompt(talk.id, "Be brief.")
    talk.conversations.save_sampling(talk.id, SamplingParameters(temperature=0.4, n_predict=77))
    talk.settle()
    panel = _open(talk)
    assert panel.isVisible()
    assert panel.instructions.toPlainText() == "Be brief."
    assert (panel.creativity.currentText(), panel.length.currentText()) == ("Careful", "77")
    panel.instructions.setPlainText("Be kind.")
    panel.creativity.setCurrentIndex(1)
    panel.length.setCurrentIndex(2)
    panel.store()
    talk.settle()

    assert talk.conversations.get(talk.id).system_prompt == "Be kind."
    assert talk.conversations.sampling(talk.id).chosen == {"temperature": TEMPERATURES[0], "n_predict": LENGTHS[1]}


def test_what_is_set_for_a_new_chat_is_what_it_begins_with(talk: Talk, qtbot: QtBot) -> None:
    panel = _open(talk)
    panel.instructions.setFocus()
    qtbot.keyClicks(panel.instructions, "In verse.")
    panel.creativity.setCurrentIndex(4)
    # The question comes before the moment is over after which it is stored.
    talk.window.composer.edit.setFocus()
    qtbot.keyClicks(talk.window.composer.edit, "Why?")
    qtbot.keyClick(talk.window.composer.edit, Qt.Key.Key_Return)
    talk.settle()
    (first,) = talk.conversations.all()

    assert first.system_prompt == "In verse." or talk.conversations.get(first.id).system_prompt == "In verse."
    assert talk.conversations.sampling(first.id).chosen == {"temperature": TEMPERATURES[3]}
    assert talk.conversations.new_chat() == ("", SamplingParameters())


def test_another_conversation_has_its_own(talk: Talk) -> None:
    ids = [talk.say("One?", "1"), talk.say("Two?", "2", conversation_id=None)]
    talk.conversations.save_system_prompt(ids[0], "First")
    talk.settle()
    other = talk.conversations.ask(None, "Three?", "")
    talk.settle()
    talk.open(ids[0])
    panel = _open(talk)
    panel.instructions.setPlainText("First, changed")
    talk.open(other)
    assert panel.instructions.toPlainText() == ""
    panel.instructions.setPlainText("Third")
    talk.open(ids[0])

    assert panel.instructions.toPlainText() == "First, changed"
    assert talk.conversations.get(other).system_prompt == "Third"


def test_the_full_view_marks_what_is_chosen_and_gives_it_back(talk: Talk) -> None:
    talk.id = talk.say("Why?", "Because.")
    talk.open(talk.id)
    panel = _open(talk)
    panel.more.setChecked(True)
    row = panel.rows["top_k"]
    assert row.edit.placeholderText() == "40"
    row.edit.setText("12")
    row.edit.editingFinished.emit()
    talk.settle()
    assert talk.conversations.sampling(talk.id).chosen == {"top_k": 12}
    assert row.reset.isVisible()
    row.reset.click()
    talk.settle()

    assert talk.conversations.sampling(talk.id).chosen == {}
    assert row.edit.text() == ""


@pytest.mark.parametrize("text", ["-1", "1.5", "many", "nan", "9" * 30])
def test_what_is_out_of_range_is_said_and_not_kept(talk: Talk, text: str) -> None:
    panel = _open(talk)
    panel.more.setChecked(True)
    row = panel.rows["min_p"]
    row.edit.setText(text)
    row.edit.editingFinished.emit()

    assert row.problem.text() == "Write a number from 0 to 1."
    assert row.problem.isVisible()
    assert panel.sampling.chosen == {}


def test_a_page_has_the_whole_width(talk: Talk) -> None:
    panel = _open(talk)
    talk.window.actions_.show_prompts.trigger()
    assert not panel.isVisible()
    talk.window.actions_.show_talk_panel.trigger()

    assert panel.isVisible()
    assert talk.window.centre.page is None


def test_escape_closes_it_and_goes_back_to_writing(talk: Talk, qtbot: QtBot) -> None:
    panel = _open(talk)
    qtbot.keyClick(panel.instructions, Qt.Key.Key_Escape)

    assert not panel.isVisible()


@pytest.mark.parametrize("value", [0.25, 40, ("a", "b\tc"), '{"type": "object"}'])
def test_what_is_written_can_be_read(value: Any) -> None:
    kinds = {float: "number", int: "whole", tuple: "texts", str: "json"}
    parameter = Parameter("x", "X", "", kinds[type(value)], 0, 100)

    assert read(parameter, written(value)) == value


def test_a_broken_schema_is_said(qtbot: QtBot) -> None:
    row = ParameterRow(Parameter("json_schema", "JSON", "", "json"), THEME)
    qtbot.addWidget(row)
    row.show()
    row.edit.setText("{type")
    row.edit.editingFinished.emit()

    assert row.problem.text() == "This is no JSON."


def test_every_parameter_of_the_full_view_exists(talk: Talk) -> None:
    usual = SamplingParameters()
    for parameter in _open(talk)._parameters():
        value = getattr(usual, parameter.name)
        assert parameter.kind in ("texts", "json") or parameter.lowest <= value <= parameter.highest


def test_what_was_typed_last_is_shown_before_it_is_on_disk(talk: Talk) -> None:
    panel = _open(talk)
    posted: list[object] = []
    in_turn, talk.conversations._writer.post = talk.conversations._writer.post, lambda *work, **_: posted.append(work)
    panel.instructions.setPlainText("Not on disk yet")
    talk.window.actions_.show_talk_panel.trigger()
    talk.window.actions_.show_talk_panel.trigger()
    talk.conversations._writer.post = in_turn

    assert len(posted) == 2
    assert panel.instructions.toPlainText() == "Not on disk yet"
    assert talk.window.talk.unsaved_texts() == ["Not on disk yet"]


def test_what_is_on_disk_is_not_counted_as_unsaved(talk: Talk) -> None:
    panel = _open(talk)
    panel.instructions.setPlainText("Kept")
    panel.store()
    talk.settle()
    talk.settle()

    assert talk.window.talk.unsaved_texts() == []
    assert talk.conversations.new_chat()[0] == "Kept"


def test_closing_the_window_keeps_what_is_being_typed(talk: Talk) -> None:
    panel = _open(talk)
    panel.instructions.setPlainText("Typed a moment ago")
    talk.window.close()

    assert talk.conversations.new_chat()[0] == "Typed a moment ago"


def test_the_panel_keeps_its_width_when_the_sidebar_goes_and_comes(talk: Talk) -> None:
    talk.window.resize(1240, 820)
    panel = _open(talk)
    talk.settle()
    width = panel.width()
    for _ in range(2):
        talk.window.actions_.toggle_sidebar.trigger()
        talk.settle()

    assert panel.isVisible()
    assert abs(panel.width() - width) <= 2
    assert talk.window.sidebar.isVisible()
