"""Fields of parameters: what is typed, what is marked, what has no effect; all chats, presets, and the model's row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop_app.engine.parameters import SAMPLERS, LoadParameters, SamplingParameters
from desktop_app.services.engine import EngineState
from desktop_app.services.load_choices import LoadChoices
from desktop_app.services.sampling_levels import Level, taken_together
from desktop_app.ui.dialogs.load_choices import LoadChoicesDialog
from desktop_app.ui.dialogs.parameters import ParametersDialog
from desktop_app.ui.dialogs.presets import EVERYWHERE, PERSONA, PresetsDialog
from desktop_app.ui.parameters.parameter_list import ParameterList
from desktop_app.ui.parameters.parameter_row import ParameterRow
from desktop_app.ui.parameters.reading import read
from desktop_app.ui.parameters.words import GROUPS, ParameterWords, line_of
from desktop_app.ui.talk_panel.talk_panel import TalkPanel
from desktop_app.ui.theme import load_theme
from tests.fakes.services import model_info
from tests.ui.talks import Talk

GRAMMAR = 'root ::= "yes" | no\n\nno ::= "no"'


class Shown:
    """A list of its own whose choices hold at once."""

    def __init__(self, qtbot: QtBot, **chosen: Any) -> None:
        self.qtbot, self.chosen = qtbot, chosen
        self.list = ParameterList(Level.CONVERSATION, load_theme("light", 1.0))
        qtbot.addWidget(self.list)
        self.list.chosen.connect(self._on_chosen)
        self.list.dropped.connect(self._on_dropped)
        self.show(keeps_typed=False)
        self.list.show()

    def row(self, name: str) -> ParameterRow:
        """Give a row; its group is opened if need be."""
        self.list.open_group(next(group for group, names in GROUPS.items() if name in names))
        return self.list.rows[name]

    def show(self, *below: tuple[Level, SamplingParameters], keeps_typed: bool = True) -> None:
        own = (Level.CONVERSATION, SamplingParameters(**self.chosen))
        self.list.show_values(taken_together([*below, own]), keeps_typed=keeps_typed)

    def _on_chosen(self, name: str, value: Any) -> None:
        self.chosen = SamplingParameters(**self.chosen).choosing(name, value).chosen
        self.show()

    def _on_dropped(self, name: str) -> None:
        self.chosen = SamplingParameters(**self.chosen).leaving(name).chosen
        self.show()

    def edit(self, name: str) -> Any:
        return self.row(name).edit

    def write(self, name: str, text: str) -> None:
        """Write in place of what stands there, and leave the field."""
        edit = self.edit(name)
        edit.setFocus()
        edit.selectAll()
        if isinstance(edit, QPlainTextEdit):
            edit.insertPlainText(text)
            edit.document().setModified(True)
        else:
            self.qtbot.keyClicks(edit, text) if text else self.qtbot.keyClick(edit, Qt.Key.Key_Delete)
        self.row(name).store()

    def problem(self, name: str) -> str:
        label = self.row(name).problem
        return "" if label.isHidden() else label.text()


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return Shown(qtbot)


def test_every_parameter_has_a_row_with_a_name_and_a_sentence(shown: Shown) -> None:
    for group in GROUPS:
        shown.list.open_group(group)
    assert set(shown.list.rows) == set(SamplingParameters().as_dict()) - {"unfinished"}
    for row in shown.list.rows.values():
        assert row.edit.accessibleName()
        assert row.help.text().endswith((".", "inf."))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("temperature", "0,5", 0.5), ("top_k", " 12 ", 12), ("seed", "4294967294", 2**32 - 2),
        ("stop", "User:\n\\n\\n\na\\\\b", ("User:", "\n\n", "a\\b")), ("stop", " two words ", (" two words ",)),
        ("samplers", "top_k; temperature", ("top_k", "temperature")), ("samplers", "dry\nadaptive_p\ndry", ("dry", "adaptive_p")),
        ("logit_bias", "15: -5\n16:-inf", ((15, -5.0), (16, float("-inf")))), ("logit_bias", "15：-5", ((15, -5.0),)),
        ("n_predict", "1,000", 1000), ("seed", "1.234.567", 1234567), ("top_k", "40.0", 40), ("samplers", "dry、xtc", ("dry", "xtc")),
        ("grammar", GRAMMAR, GRAMMAR), ("json_schema", '{"type": "array"}', '{"type": "array"}'),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_a_value(shown: Shown, name: str, text: str, value: Any) -> None:
    shown.write(name, text)

    assert shown.problem(name) == ""
    assert shown.chosen == {name: value}
    assert not shown.row(name).reset.isHidden()


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("temperature", "5.1", "Write a number from 0 to 5."), ("n_predict", "0", "Write a number from -1 to 2147483647."),
        ("top_k", "1.5", "Write a number from 0 to 2147483647."), ("samplers", "top_k\ntopp", "There is no sampler of this name."),
        ("logit_bias", "15 -5", "Write the number of a token, a colon and a number in each line."),
        ("logit_bias", "15: nan", "Write the number of a token, a colon and a number in each line."),
        ("stop", "x\n" * 65, "Write at most 64 texts of at most 1,000 characters."),
        ("json_schema", '{"type":\n "int"', "Line 2, column 7: this is not JSON."),
        ("json_schema", '{"items":\n {"not": {}}}', "Line 2, column 2: answers cannot be held to this part of the schema."),
        ("grammar", 'root ::= "yes" | no\n', "Line 1, column 18: there is no rule named no."),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_and_stays_to_be_put_right(shown: Shown, name: str, text: str, problem: str) -> None:
    shown.write(name, text)
    assert shown.problem(name) == problem
    assert shown.chosen == {"unfinished": ((name, text),)}
    assert problem in shown.edit(name).accessibleDescription()
    # Something else is chosen meanwhile: what was typed is still there.
    shown.write("min_p", "0.3")
    edit = shown.edit(name)
    typed = edit.text() if isinstance(edit, QLineEdit) else edit.toPlainText()
    assert (shown.problem(name), typed) == (problem, text)
    # Another conversation: it is not.
    shown.chosen = {}
    shown.show(keeps_typed=False)

    assert shown.problem(name) == ""
    assert not (edit.text() if isinstance(edit, QLineEdit) else edit.toPlainText())


def test_a_mistake_is_underlined_where_it_is_while_it_is_typed(shown: Shown, qtbot: QtBot) -> None:
    edit = shown.edit("grammar")
    edit.setFocus()
    edit.insertPlainText('root ::= "😀" | ')
    qtbot.keyClicks(edit, "nay")
    qtbot.waitUntil(lambda: shown.problem("grammar") != "")
    (marked,) = edit.extraSelections()
    assert marked.cursor.selectedText() == "nay"
    edit.moveCursor(edit.textCursor().MoveOperation.End)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.keyClicks(edit, 'nay ::= "no"')
    qtbot.waitUntil(lambda: "grammar" in shown.chosen)

    assert shown.problem("grammar") == ""
    assert edit.extraSelections() == []


def test_what_is_being_typed_is_not_taken_away_by_a_change_elsewhere(shown: Shown, qtbot: QtBot) -> None:
    edit, form = shown.edit("temperature"), shown.edit("json_schema")
    edit.setFocus()
    qtbot.keyClicks(edit, "1.")
    form.insertPlainText('{"ty')
    shown.show((Level.MODEL, SamplingParameters(temperature=0.6)))

    assert (edit.text(), form.toPlainText()) == ("1.", '{"ty')


def test_a_second_line_can_be_begun(shown: Shown, qtbot: QtBot) -> None:
    edit = shown.edit("stop")
    edit.setFocus()
    qtbot.keyClicks(edit, "one")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown.chosen == {"stop": ("one",)})
    qtbot.keyClicks(edit, "two")
    qtbot.waitUntil(lambda: shown.chosen == {"stop": ("one", "two")})

    assert edit.toPlainText() == "one\ntwo"


@pytest.mark.parametrize(
    ("name", "value", "more"),
    [("stop", ("a",), "b"), ("top_k", 7, "8"), ("grammar", GRAMMAR, "x"), ("json_schema", "{}", "broken")],
)
def test_what_is_being_typed_goes_with_a_reset(shown: Shown, qtbot: QtBot, name: str, value: Any, more: str) -> None:
    shown.chosen = {name: value}
    shown.show(keeps_typed=False)
    row = shown.row(name)
    qtbot.keyClicks(row.edit, more)
    # The button does not take the keyboard when it is clicked, so nothing was told before.
    row.reset.click()
    assert shown.chosen == {}
    row.store()

    assert shown.chosen == {}
    edit = shown.edit(name)
    assert (edit.text() if isinstance(edit, QLineEdit) else edit.toPlainText()) == ""
    assert row.problem.isHidden()


def test_what_has_no_effect_is_disabled_and_says_why(shown: Shown) -> None:
    for name, text, others, words in (
        ("temperature", "0", ("top_k", "min_p", "mirostat"), "Without effect at temperature 0."),
        ("samplers", "temperature", ("top_k", "repeat_penalty"), "Without effect: its sampler is not in use."),
        ("json_schema", "{}", ("grammar",), "Without effect: the JSON schema comes first."),
    ):
        shown.write(name, text)
        for other in others:
            assert not shown.edit(other).isEnabled()
            assert shown.row(other).note.text().startswith(words)
            assert words in shown.edit(other).accessibleDescription()
        shown.row(name).reset.click()
        assert all(shown.edit(other).isEnabled() for other in others)


def test_mirostat_is_chosen_from_a_list_and_opens_its_own(shown: Shown) -> None:
    box = shown.edit("mirostat")
    assert [box.itemText(index) for index in range(box.count())] == ["Not chosen: off", "off", "1", "2"]
    assert not shown.edit("mirostat_tau").isEnabled()
    box.setCurrentIndex(3)
    assert shown.chosen == {"mirostat": 2}
    assert shown.edit("mirostat_tau").isEnabled()
    assert not shown.edit("top_p").isEnabled()
    box.setCurrentIndex(0)

    assert shown.chosen == {}


def test_where_a_value_comes_from_is_said(shown: Shown) -> None:
    below = ((Level.APPLICATION, SamplingParameters(min_p=0.2)), (Level.MODEL, SamplingParameters(top_p=0.8)))
    shown.chosen = {"top_p": 0.5}
    shown.show(*below)
    notes = {name: shown.row(name).note.text() for name in ("min_p", "top_p", "top_k")}

    assert notes == {
        "min_p": "Your choice for all chats.", "top_p": "Without this: 0.8, as the model’s author recommends.", "top_k": "",
    }  # fmt: skip
    assert shown.edit("min_p").placeholderText() == "0.2"
    assert shown.row("top_p").reset.text() == "Back to 0.8"


@pytest.mark.parametrize(
    "text", ["letters", "", "  ", "9" * 5000, "1e999", "-1e999", "nan", "inf", "1_0", "0x1", "½", "--1", "1;2", "\x00"]
)
@pytest.mark.parametrize("name", ["temperature", "top_k", "seed", "n_predict"])
def test_whatever_stands_in_a_number_field_is_a_number_or_is_said_to_be_none(name: str, text: str) -> None:
    if text.strip():
        with pytest.raises(ValueError):  # noqa: PT011 (the row says what is wrong)
            read(name, text)


@pytest.mark.parametrize(("text", "value"), [("－1", -1), ("−1", -1), ("１２", 12), ("1，234", 1234)])
def test_numbers_from_another_keyboard_are_numbers(text: str, value: int) -> None:
    assert read("seed", text) == value


@pytest.mark.parametrize("name", ["stop", "logit_bias", "seed", "grammar", "json_schema"])
def test_a_megabyte_that_is_pasted_by_mistake_is_told_of_and_taken_out_again(shown: Shown, qtbot: QtBot, name: str) -> None:
    edit, row, text = shown.edit(name), shown.row(name), "15: -5\n" * 150_000
    edit.setFocus()
    edit.insertPlainText(text) if isinstance(edit, QPlainTextEdit) else edit.insert(text)
    row.store()
    assert shown.problem(name)
    assert SamplingParameters(**shown.chosen).leaving("unfinished").chosen == {}
    edit.selectAll()
    qtbot.keyClick(edit, Qt.Key.Key_Delete)
    row.store()

    assert (shown.problem(name), shown.chosen) == ("", {})


def test_of_two_that_exclude_each_other_one_says_so_and_both_are_kept(shown: Shown) -> None:
    shown.chosen = {"mirostat": 2, "top_k": 5, "json_schema": "{}", "grammar": GRAMMAR, "samplers": (*SAMPLERS, "adaptive_p")}
    shown.show(keeps_typed=False)
    notes = {name: shown.row(name).note.text() for name in ("top_k", "grammar", "samplers")}

    assert notes["top_k"].startswith("Without effect beside mirostat.")
    assert notes["samplers"].startswith("Without effect beside mirostat.")
    assert notes["grammar"].startswith("Without effect: the JSON schema comes first.")
    assert shown.edit("grammar").toPlainText() == GRAMMAR
    # The way back stays open where the field is closed.
    assert all(shown.row(name).reset.isEnabled() for name in notes)
    shown.row("mirostat").reset.click()
    assert shown.edit("top_k").isEnabled() and shown.chosen["top_k"] == 5


def test_the_rows_are_made_while_the_headings_are_on_show(shown: Shown, qtbot: QtBot) -> None:
    shown.chosen = {"top_k": 5}
    shown.show(keeps_typed=False)
    names = [name for names in GROUPS.values() for name in names]
    qtbot.waitUntil(lambda: list(shown.list.rows) == names)

    assert shown.list.rows["top_k"].edit.text() == "5"
    assert not shown.list.rows["top_k"].isVisible()
    QApplication.sendEvent(shown.list, QEvent(QEvent.Type.LanguageChange))
    qtbot.waitUntil(lambda: list(shown.list.rows) == names)


def test_before_the_list_is_shown_only_groups_that_are_opened_are_made(qtbot: QtBot) -> None:
    made = ParameterList(Level.APPLICATION, load_theme("light", 1.0))
    qtbot.addWidget(made)
    made.show_values(taken_together([(Level.APPLICATION, SamplingParameters(stop=("a",)))]))
    assert made.rows == {}
    assert made.groups["end"].button.accessibleDescription().startswith("1 choice")
    qtbot.mouseClick(made.groups["end"].button, Qt.MouseButton.LeftButton)

    assert set(made.rows) == set(GROUPS["end"])
    assert made.groups["end"].button.accessibleName() == "Length and end, open"


@pytest.mark.parametrize("name", sorted(set(SamplingParameters().as_dict()) - {"unfinished"}))
def test_a_default_that_is_written_is_read_again(name: str, qapp: QApplication) -> None:
    value, words = getattr(SamplingParameters(), name), ParameterWords(qapp)
    if isinstance(value, tuple):
        assert read(name, "\n".join(line_of(one) for one in value)) == value
    elif not isinstance(value, str):
        assert read(name, words.number(value)) == value
    assert words.value(name, value)
    words.deleteLater()


# In the window


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: QtBot) -> Iterator[Talk]:
    talk = Talk(services, make_window, tmp_path, qtbot)
    recommended = SamplingParameters(temperature=0.6, top_k=20)
    services.engine.become(EngineState.READY, model_info(recommended=recommended, n_ctx_train=40_000))
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


def test_the_recommendation_is_shown_in_numbers(talk: Talk) -> None:
    panel = _panel(talk)
    assert panel.simple.creativity.currentText() == "As its author recommends, 0.6"
    text = panel.simple._recommended.text().replace("\u00a0", " ")
    assert text == "The author of “Starter model (tiny)” recommends: Temperature 0.6; top_k 20."
    talk.services.engine.become(EngineState.READY, model_info())

    assert panel.simple.creativity.currentText() == "As usual, 0.8"
    assert not panel.simple._recommended.isVisible()


def test_all_is_reset_at_once(talk: Talk) -> None:
    talk.conversations.save_sampling(talk.id, SamplingParameters(temperature=0.4, top_k=3))
    talk.settle()
    panel = _panel(talk)
    assert not panel.reset_all.isHidden()
    panel.reset_all.click()
    talk.settle()

    assert talk.conversations.sampling(talk.id).chosen == {}
    assert panel.reset_all.isHidden()


def test_a_grammar_that_is_not_right_yet_is_still_there_when_the_panel_is_shown_again(talk: Talk, qtbot: QtBot) -> None:
    panel = _panel(talk)
    panel.list.open_group("form")
    edit: Any = panel.list.rows["grammar"].edit
    edit.setPlainText("root ::= (")
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert panel.isHidden()
    talk.window.actions_.show_talk_panel.trigger()
    assert edit.toPlainText() == "root ::= ("
    assert not panel.list.rows["grammar"].problem.isHidden()

    panel.simple.creativity.setCurrentIndex(1)
    panel.reset_all.click()
    assert edit.toPlainText() == "" and panel.list.rows["grammar"].problem.isHidden()


def test_memory_is_a_choice_of_the_model_and_loads_it_again(talk: Talk) -> None:
    panel, engine = _panel(talk), talk.services.engine
    box = panel.simple.memory
    assert box.currentText() == "Automatic, about 20 pages"
    assert box.itemText(box.count() - 1) == "about 100 pages"
    box.setCurrentIndex(2)
    chosen = LoadChoices(talk.services.preferences).of(Path(engine.model.path))

    assert chosen == LoadParameters(n_ctx=4096)
    assert engine.calls[-1][0] == "reload"
    assert box.currentText() == "about 10 pages"


def test_memory_is_left_alone_while_an_answer_comes(talk: Talk) -> None:
    panel, engine = _panel(talk), talk.services.engine
    engine.become(EngineState.ANSWERING, engine.model)
    assert not panel.simple.memory.isEnabled()
    engine.become(EngineState.READY, engine.model)
    assert panel.simple.memory.isEnabled()
    engine.become(EngineState.IDLE)

    assert not panel.simple.memory.isEnabled()
    assert panel.simple.memory.currentText() == "No model is loaded"


def test_the_wheel_over_a_box_turns_the_panel_and_not_the_box(talk: Talk) -> None:
    box = _panel(talk).simple.memory
    at = QPointF(box.rect().center())
    none, vertical = Qt.MouseButton.NoButton, QPoint(0, -120)
    plain, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    QApplication.sendEvent(box, QWheelEvent(at, box.mapToGlobal(at), QPoint(), vertical, none, plain, phase, False))

    assert box.currentIndex() == 0


def test_how_the_model_is_loaded_is_shown_and_can_be_changed(talk: Talk) -> None:
    view = _panel(talk).model_view
    view.loading.set_open(True)
    assert view.facts.text().splitlines()[:3] == [
        "Context: 8,192 tokens", "Layers on the graphics card: 0 of 37", "KV cache: f16 and f16",
    ]  # fmt: skip
    view.change.click()

    assert len(talk.window.findChildren(LoadChoicesDialog)) == 1


def test_thinking_is_a_setting_of_all_chats(talk: Talk) -> None:
    panel, engine = _panel(talk), talk.services.engine
    engine.become(EngineState.READY, model_info(can_reason=True))
    panel.model_view.mode.setCurrentIndex(1)
    panel.model_view.budget.setCurrentIndex(2)
    preferences = talk.services.preferences
    assert (preferences.get("thinking"), preferences.get("thinking_budget")) == ("on", 2_000)
    preferences.set("thinking", "off")

    assert panel.model_view.mode.currentText() == "Answer at once"
    assert not panel.model_view.budget.isEnabled()


def test_what_holds_for_all_chats_is_set_in_a_dialog_and_seen_in_the_panel(talk: Talk) -> None:
    panel = _panel(talk)
    panel.list.open_group("choice")
    talk.window.actions_.show_parameters.trigger()
    (dialog,) = talk.window.findChildren(ParametersDialog)
    dialog.list.open_group("choice")
    edit = dialog.list.rows["min_p"].edit
    edit.setFocus()
    talk.qtbot.keyClicks(edit, "0.3")
    dialog.accept()
    assert talk.services.preferences.get("sampling") == {"min_p": 0.3}
    assert panel.list.rows["min_p"].edit.placeholderText() == "0.3"
    talk.window.actions_.show_parameters.trigger()
    dialog = talk.window.findChildren(ParametersDialog)[-1]
    dialog._reset.click()
    dialog.accept()

    assert talk.services.preferences.get("sampling") == {}
    assert panel.list.rows["min_p"].note.text() == ""


def test_what_holds_for_all_chats_is_reached_from_the_settings(talk: Talk) -> None:
    talk.window.actions_.show_settings.trigger()
    page = talk.window.settings.page
    buttons = [button for _, button in page.sections["answers"].deeds.buttons if button.text() == "Parameters of all chats…"]
    buttons[0].click()
    (dialog,) = talk.window.findChildren(ParametersDialog)

    assert not dialog.isHidden()
    dialog.accept()


def _presets(talk: Talk) -> PresetsDialog:
    talk.window.talk.show_presets()
    return talk.window.findChildren(PresetsDialog)[-1]


def test_a_preset_is_saved_renamed_removed_and_brought_back(talk: Talk) -> None:
    panel = _panel(talk)
    panel.choose_all(SamplingParameters(temperature=0.1, samplers=SAMPLERS[:2]))
    dialog = _presets(talk)
    assert not dialog.save.isEnabled()
    dialog.name.setText("Careful")
    dialog.save.click()
    (row,) = dialog.rows.values()
    row.begin_rename()
    row.edit.setText("Very careful & slow")
    row.edit.editingFinished.emit()
    (row,) = dialog.rows.values()
    assert row.use.accessibleName() == "Use “Very careful & slow” in this conversation"
    row.remove_requested.emit(row._preset)
    assert dialog.rows == {}
    assert dialog._happened.text() == "“Very careful & slow” is removed."
    dialog._undo.click()

    assert len(dialog.rows) == 1
    dialog.accept()


def test_names_of_presets_that_are_empty_taken_or_long(talk: Talk) -> None:
    panel, presets = _panel(talk), talk.window.talk.dialogs._presets
    panel.choose_all(SamplingParameters(temperature=0.1))
    dialog = _presets(talk)
    for empty in ("", "  ", "\u2003\t"):
        dialog.name.setText(empty)
        assert not dialog.save.isEnabled()
    dialog.name.setText("n" * 1000)
    dialog.save.click()
    dialog.name.setText("Careful")
    dialog.save.click()
    assert [one.name for one in presets.all()] == ["Careful", "n" * 100]
    # The same name again: what it had can be had back.
    panel.choose_all(SamplingParameters(temperature=0.9))
    dialog.name.setText(" careful ")
    dialog.save.click()
    assert presets.named("CAREFUL").parameters.chosen == {"temperature": 0.9}
    assert dialog._happened.text() == "“Careful” has other parameters now."
    dialog._undo.click()
    assert presets.named("Careful").parameters.chosen == {"temperature": 0.1}
    # A rename to a name that another one has, and to none.
    row = next(row for row in dialog.rows.values() if row._preset.name == "n" * 100)
    for typed, name in (("Careful", "Careful (2)"), ("   ", "Careful (2)")):
        row.begin_rename()
        row.edit.setText(typed)
        row.edit.editingFinished.emit()
        row = dialog.rows[row._preset.id]
        assert row._preset.name == name
    assert [one.name for one in presets.all()] == ["Careful", "Careful (2)"]
    dialog.accept()


def test_a_preset_is_used_here_everywhere_and_for_a_persona_and_each_can_be_taken_back(talk: Talk) -> None:
    panel, dialogs = _panel(talk), talk.window.talk.dialogs
    persona = [SamplingParameters(top_p=0.1)]

    def choose(chosen: SamplingParameters) -> SamplingParameters:
        persona.append(chosen)
        return persona[-2]

    dialogs.persona_name, dialogs.choose_for_persona = (lambda: "Editor"), choose
    panel.choose_all(SamplingParameters(min_p=0.2))
    preset = dialogs._presets.add("Careful", SamplingParameters(temperature=0.1))
    dialog = _presets(talk)
    for where, chosen in (
        ("here", lambda: panel.sampling),
        (EVERYWHERE, lambda: talk.window.talk.levels.for_all),
        (PERSONA, lambda: persona[-1]),
    ):
        before = chosen().chosen
        dialog.use_requested.emit(preset, where)
        assert chosen().chosen == {"temperature": 0.1}, where
        dialog._undo.click()
        assert chosen().chosen == before, where
    dialog.accept()


def test_another_conversation_closes_the_presets_of_the_one_before(talk: Talk) -> None:
    first = talk.id
    second = talk.conversations.ask(None, "Two?", "")
    talk.settle()
    talk.open(first)
    _panel(talk)
    dialogs = talk.window.talk.dialogs
    dialogs._presets.add("Mine", SamplingParameters(top_k=3))
    shown = _presets(talk)
    next(iter(shown.rows.values())).use.click()
    talk.open(second)

    # Its button would give this one what the other had.
    assert dialogs._dialog is None
    assert talk.conversations.sampling(first).chosen == {"top_k": 3}
    assert talk.conversations.sampling(second).chosen == {}


def test_nothing_chosen_cannot_be_saved(talk: Talk) -> None:
    _panel(talk)
    dialog = _presets(talk)

    assert not dialog.name.isEnabled()
    assert dialog.name.placeholderText() == "Nothing is chosen in this conversation"
    dialog.accept()


def test_the_panel_speaks_the_new_language_and_keeps_what_is_chosen(talk: Talk, qtbot: QtBot) -> None:
    panel = _panel(talk)
    panel.list.open_group("randomness")
    panel.choose_all(SamplingParameters(temperature=0.1))
    QApplication.sendEvent(panel.list, QEvent(QEvent.Type.LanguageChange))

    assert panel.list.rows["temperature"].edit.text() == "0.1"
    assert panel.sampling.chosen == {"temperature": 0.1}
