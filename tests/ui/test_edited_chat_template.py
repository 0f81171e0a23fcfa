"""The chat template of a model is written by the person: used, refused with a sentence, and never lost."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from desktop_app.engine.parameters import TEMPLATE_CHARACTERS_MAX
from desktop_app.services.engine import EngineState
from desktop_app.services.template_choices import TemplateChoices
from desktop_app.ui.dialogs.chat_template import ChatTemplateDialog
from tests.fakes.services import model_info

MODEL = Path("/models/starter.gguf")
SOURCE = "{% for m in messages %}{{ m.content }}{% endfor %}"


@pytest.fixture
def talking(services: Any, window: Any) -> Any:
    """Give a window in which a model with a template of its own is loaded."""
    window.show_model_talk()
    services.engine.become(EngineState.READY, model_info(str(MODEL), template="own", template_source=SOURCE))
    return window


@pytest.fixture
def choices(services: Any) -> TemplateChoices:
    return TemplateChoices(services.preferences)


def _opened(window: Any, name: str = "") -> ChatTemplateDialog:
    """Give the dialog, with `name` chosen in it."""
    window.model_talk.show_template()
    dialog = [one for one in window.findChildren(ChatTemplateDialog) if one.isVisible()][-1]
    if name:
        dialog.box.setCurrentIndex(dialog.box.findData(name))
    return dialog


def _type(editor: QPlainTextEdit, text: str) -> None:
    """Put `text` in place of all that is there, as a person does."""
    editor.selectAll()
    editor.insertPlainText(text)


def test_the_template_in_use_can_be_edited_and_used(services: Any, talking: Any, choices: TemplateChoices) -> None:
    dialog = _opened(talking)
    assert dialog.source.isVisible() and dialog.source.isReadOnly() and not dialog.editor.isVisible()
    dialog.box.setCurrentIndex(dialog.box.findData("edited"))
    assert dialog.editor.isVisible() and not dialog.editor.isReadOnly() and not dialog.source.isVisible()
    assert dialog.editor.tabChangesFocus()
    assert dialog.editor.toPlainText() == SOURCE
    dialog.editor.setFocus()
    QTest.keyClicks(dialog.editor, "Rhyme! ")
    dialog._use.click()
    assert choices.of(MODEL) == f"Rhyme! {SOURCE}"
    assert services.engine.calls == [("reload",)]
    assert not dialog.isVisible()

    services.engine.become(EngineState.READY, model_info(str(MODEL), template="edited", template_source=choices.of(MODEL)))
    again = _opened(talking)
    assert (again.box.currentData(), again.editor.toPlainText()) == ("edited", f"Rhyme! {SOURCE}")
    again._use.click()
    assert services.engine.calls == [("reload",)]  # nothing has changed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has to write the messages"),
        ("no brace }} at all", "{{ message.content }}"),
        ("{" * 65_537, "at most 65,536 characters"),
    ],
)
def test_a_text_that_cannot_be_one_gets_a_sentence_and_the_dialog_stays(
    services: Any, talking: Any, choices: TemplateChoices, text: str, words: str
) -> None:
    dialog = _opened(talking, "edited")
    assert not dialog.problem.isVisible()
    _type(dialog.editor, text)
    dialog._use.click()
    assert dialog.isVisible() and dialog.problem.isVisible() and words in dialog.problem.text()
    assert choices.chosen(MODEL) == "" and services.engine.calls == []
    _type(dialog.editor, SOURCE)
    dialog._use.click()
    assert choices.of(MODEL) == SOURCE and not dialog.isVisible()


def test_another_choice_shows_what_is_in_use_and_keeps_what_was_written(
    services: Any, talking: Any, choices: TemplateChoices
) -> None:
    dialog = _opened(talking, "edited")
    _type(dialog.editor, "{{ begun }}")
    dialog.box.setCurrentIndex(dialog.box.findData("chatml"))
    assert dialog.source.isVisible() and dialog.source.toPlainText() == SOURCE and not dialog.editor.isVisible()
    dialog.box.setCurrentIndex(dialog.box.findData("edited"))
    assert dialog.editor.toPlainText() == "{{ begun }}"
    dialog.box.setCurrentIndex(dialog.box.findData("chatml"))
    dialog._use.click()
    assert choices.of(MODEL) == "chatml"
    assert services.engine.calls == [("reload",)]
    assert _opened(talking, "edited").editor.toPlainText() == "{{ begun }}"


def test_escape_keeps_what_was_written_and_what_the_model_gets(services: Any, talking: Any, choices: TemplateChoices) -> None:
    choices.use(MODEL, "{{ used }}")
    dialog = _opened(talking)
    assert dialog.editor.toPlainText() == "{{ used }}"
    _type(dialog.editor, "{{ begun }}\nwith two lines")
    QTest.keyClick(dialog.editor, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert choices.of(MODEL) == "{{ used }}" and services.engine.calls == []

    again = _opened(talking)
    assert again.editor.toPlainText() == "{{ begun }}\nwith two lines"
    again._use.click()
    assert choices.of(MODEL) == "{{ begun }}\nwith two lines"
    assert services.engine.calls == [("reload",)]


@pytest.mark.parametrize("way", ["reject", "use"])
def test_a_text_that_cannot_be_kept_is_not_lost_without_a_word(talking: Any, choices: TemplateChoices, way: str) -> None:
    dialog = _opened(talking, "edited")
    _type(dialog.editor, "{" * (TEMPLATE_CHARACTERS_MAX + 1))
    dialog.box.setCurrentIndex(dialog.box.findData("chatml"))
    dialog.reject() if way == "reject" else dialog._use.click()
    assert choices.chosen(MODEL) == ""
    assert dialog.isVisible() and dialog.editor.isVisible() and "neither used nor kept" in dialog.problem.text()
    dialog.reject()
    assert not dialog.isVisible() and choices.edited(MODEL) == ""


def test_what_is_only_looked_at_is_not_kept(services: Any, talking: Any, choices: TemplateChoices) -> None:
    _opened(talking, "edited").reject()
    assert choices.edited(MODEL) == ""
    assert services.preferences.get("chat_template_drafts") == []


def test_a_space_that_does_not_break_stays_one(services: Any, talking: Any, choices: TemplateChoices) -> None:
    services.engine.become(EngineState.READY, model_info(str(MODEL), template="own", template_source="{{\u00a0a }}"))
    dialog = _opened(talking, "edited")
    dialog.editor.appendPlainText("\u00a0b")
    dialog._use.click()
    assert choices.of(MODEL) == "{{\u00a0a }}\n\u00a0b"


def test_an_error_is_told_at_the_load_and_beside_the_text(services: Any, talking: Any, choices: TemplateChoices) -> None:
    choices.use(MODEL, "{% if %}")
    problem = "line 1: Expected an expression"
    services.engine.become(
        EngineState.READY, model_info(str(MODEL), template="own", template_fault="edited", template_problem=problem)
    )
    (sentence,) = talking.notices.sentences()
    assert sentence.startswith("Your chat template for “") and sentence.endswith("” has an error, so it is not used.")
    talking.notices.action_requested.emit("choose_template", None)
    dialog = [one for one in talking.findChildren(ChatTemplateDialog) if one.isVisible()][-1]
    assert dialog.editor.toPlainText() == "{% if %}"
    assert dialog.problem.isVisible() and problem in dialog.problem.text()


def test_it_stays_with_the_model_that_it_was_written_for(services: Any, talking: Any, choices: TemplateChoices) -> None:
    dialog = _opened(talking, "edited")
    services.engine.become(EngineState.READY, model_info("/models/other.gguf", template="own"))
    _type(dialog.editor, "{{ mine }}")
    dialog._use.click()
    assert choices.of(MODEL) == "{{ mine }}" and choices.of(Path("/models/other.gguf")) == ""
    assert services.engine.calls == []


def test_nothing_of_it_is_logged(talking: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    dialog = _opened(talking, "edited")
    _type(dialog.editor, "{{ canary }}")
    dialog._use.click()
    again = _opened(talking, "edited")
    _type(again.editor, "{{ canary 2 }}")
    again.reject()
    assert "canary" not in caplog.text
