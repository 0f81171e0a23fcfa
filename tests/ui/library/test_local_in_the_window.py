"""The page of models on this computer in the window: what leads to it, and where a chat begins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.library.model_file import ModelFile
from desktop_app.ui.library.found_models import FoundModelsDialog
from desktop_app.ui.library.local_card import LocalCard
from desktop_app.ui.library.local_page import LocalPage
from desktop_app.ui.library.model_folders import ModelFoldersDialog
from desktop_app.ui.models_place import ModelsPlace
from desktop_app.ui.theme import Theme
from tests.fakes.online import FakeOnline

MODEL = ModelFile(Path("/models/a.gguf"), "A", 1_000_000)


@pytest.fixture
def place(services: Any, window: Any, theme: Theme) -> Any:
    """Give the page's place in a window."""
    shown = (window.actions_, window.centre, window.sidebar, window._choice, window.notices)
    return ModelsPlace(services, FakeOnline(), *shown, theme, window)  # type: ignore[arg-type]  # a fake


def page_of(place: Any) -> Any:
    page = place.page.part("local")
    assert isinstance(page, LocalPage)
    page._fits._background.run = lambda *_: None  # type: ignore[method-assign]  # nothing lies on a disk
    return page


def is_shown(window: Any, place: Any) -> bool:
    assert window.centre.page in (None, place.page)
    return window.centre.page is not None


def test_the_picker_leads_to_all_models_and_escape_back(services: Any, window: Any, place: Any) -> None:
    services.library.have(MODEL)
    menu = window._choice.menu()
    next(action for action in menu.actions() if action.text() == "All models…").trigger()
    menu.close()
    assert is_shown(window, place)
    assert place.page.current == "local"
    QTest.keyClick(place.page, Qt.Key.Key_Escape)
    assert not is_shown(window, place)


def test_escape_leaves_an_answer_alone_that_is_not_on_show(services: Any, window: Any, place: Any, qtbot: QtBot) -> None:
    id_ = services.conversations.put("Stoves")
    window.open_conversation(id_)
    services.generation.begin(id_)
    assert window.actions_.stop.isEnabled()
    place.show("local")
    window.activateWindow()
    qtbot.waitUntil(lambda: place.page.isAncestorOf(window.focusWidget()))
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert not is_shown(window, place)
    assert services.generation.stopped == []


def test_start_chat_loads_the_model_and_goes_to_the_conversation(services: Any, window: Any, place: Any) -> None:
    services.library.have(MODEL)
    place.show("local")
    card = page_of(place).list.card(MODEL.path)
    assert isinstance(card, LocalCard)
    card.chat.click()
    assert services.engine.calls == [("load", MODEL.path)]
    assert not is_shown(window, place)


def test_the_settings_lead_to_the_folders(window: Any, place: Any) -> None:
    window.actions_.model_folders.trigger()
    assert is_shown(window, place)
    (folders,) = window.findChildren(ModelFoldersDialog)
    folders.close()


def test_who_has_models_already_is_asked_which_to_use(services: Any, window: Any, place: Any) -> None:
    place.show("local")
    place.page.find_elsewhere()
    assert services.library.calls == [("find_elsewhere",)]
    (found,) = window.findChildren(FoundModelsDialog)
    found.close()


def test_what_has_changed_while_the_page_was_away_is_shown_when_it_is_back(services: Any, window: Any, place: Any) -> None:
    place.show("local")
    page = page_of(place)
    place.toggle()
    services.library.have(MODEL)
    assert page.list.card(MODEL.path) is None
    place.toggle()
    assert page.list.card(MODEL.path) is not None
