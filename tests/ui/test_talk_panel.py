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
from desktop_app.ui.parameters.parameter_row import ParameterRow
from desktop_app.ui.parameters.words import GROUPS
from desktop_app.ui.talk_panel.simple_view import LENGTHS, TEMPERATURES
from desktop_app.ui.talk_panel.talk_panel import TalkPanel
from tests.fakes.services import model_info
from tests.ui.talks import Talk


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
    assert (panel.simple.creativity.currentText(), panel.simple.length.currentText()) == ("Careful", "77")
    panel.instructions.setPlainText("Be kind.")
    panel.simple.creativity.setCurrentIndex(1)
    panel.simple.length.setCurrentIndex(2)
    panel.store()
    talk.settle()

    assert talk.conversations.get(talk.id).system_prompt == "Be kind."
    assert talk.conversations.sampling(talk.id).chosen == {"temperature": TEMPERATURES[0], "n_predict": LENGTHS[1]}


def test_what_is_set_for_a_new_chat_is_what_it_begins_with(talk: Talk, qtbot: QtBot) -> None:
    panel = _open(talk)
    panel.instructions.setFocus()
    qtbot.keyClicks(panel.instructions, "In verse.")
    panel.simple.creativity.setCurrentIndex(4)
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


def _row(panel: TalkPanel, name: str) -> ParameterRow:
    panel.more.setChecked(True)
    panel.list.open_group(next(group for group, names in GROUPS.items() if name in names))
    return panel.list.rows[name]


def _write(row: ParameterRow, text: str, qtbot: QtBot) -> None:
    """Write into a field as a person does, and leave it."""
    row.edit.setFocus()
    row.edit.selectAll()
    qtbot.keyClicks(row.edit, text) if text else qtbot.keyClick(row.edit, Qt.Key.Key_Delete)
    row.store()


def test_the_full_view_marks_what_is_chosen_and_gives_it_back(talk: Talk, qtbot: QtBot) -> None:
    talk.id = talk.say("Why?", "Because.")
    talk.open(talk.id)
    panel = _open(talk)
    row = _row(panel, "top_k")
    assert row.edit.placeholderText() == "40"
    _write(row, "12", qtbot)
    talk.settle()
    assert talk.conversations.sampling(talk.id).chosen == {"top_k": 12}
    assert row.reset.isVisible()
    assert row.note.text() == "Without this: 40, as llama.cpp has it."
    assert panel.list.groups["choice"].button.accessibleDescription() == "1 choice here"
    row.reset.click()
    talk.settle()

    assert talk.conversations.sampling(talk.id).chosen == {}
    assert row.edit.text() == ""
    assert not row.reset.isVisible()


@pytest.mark.parametrize("text", ["-1", "1.5", "many", "nan", "9" * 30, "1e999"])
def test_what_is_out_of_range_is_said_and_not_kept(talk: Talk, qtbot: QtBot, text: str) -> None:
    panel = _open(talk)
    row = _row(panel, "min_p")
    _write(row, text, qtbot)

    assert row.problem.text() == "Write a number from 0 to 1."
    assert not row.problem.isHidden()
    assert panel.sampling.chosen == {"unfinished": (("min_p", text),)}


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
