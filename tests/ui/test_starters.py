"""Four templates stand under the question of a new chat, and lead to their forms."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.templates.collection import LANGUAGES, shipped
from desktop_app.ui.dialogs.prompt_form import PromptForm
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.prompts.starters import STARTERS


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_of_the_collection_in_every_language(language: str) -> None:
    assert {f"shipped:{key}" for key in STARTERS} <= {template.id for template in shipped(language)}


@pytest.mark.parametrize("key", STARTERS)
def test_pressing_one_opens_its_form(window: MainWindow, qtbot: QtBot, key: str) -> None:
    window.show_prompts()
    button = window.prompts._starters.buttons[key]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    (form,) = window.findChildren(PromptForm)
    title = next(template.title for template in shipped("en") if template.id == f"shipped:{key}")
    assert form.windowTitle() == title
    form.close()


def test_they_are_there_only_when_somebody_can_answer(window: MainWindow) -> None:
    window.show_prompts()
    page, starters = window.empty_state, window.prompts._starters
    page.set_model(has_model=False, is_starter=False)
    assert starters.isHidden()
    page.set_model(has_model=True, is_starter=False)
    assert not starters.isHidden()
    page.set_greeted(True)
    assert starters.isHidden(), "a persona has openings of its own"


def test_the_question_stays_where_it_is_when_they_come(window: MainWindow, qtbot: QtBot) -> None:
    window.empty_state.set_model(has_model=True, is_starter=True)
    qtbot.waitUntil(lambda: window.empty_state.isVisible())
    heading = window.empty_state._heading
    before = heading.mapTo(window, heading.rect().topLeft())
    window.show_prompts()
    layout = window.empty_state.layout()
    assert layout is not None
    layout.activate()
    assert heading.mapTo(window, heading.rect().topLeft()) == before
