"""Keys about the conversation: Esc is for what is open before it is for the answer, and nothing changes what is not seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from desktop_app.services.engine import EngineState
from desktop_app.ui.palette.palette import Palette
from tests.fakes.services import model_info
from tests.ui.talks import Talk


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: Any) -> Iterator[Talk]:
    talk = Talk(services, make_window, tmp_path, qtbot)
    services.engine.become(EngineState.READY, model_info())
    talk.open(talk.say("Why?", "Because."))
    talk.window.show_prompts()
    talk.window.activateWindow()
    yield talk
    talk.close()


def _palette(talk: Talk) -> None:
    talk.window.actions_.show_commands.trigger()


def _talk_panel(talk: Talk) -> None:
    talk.window.actions_.show_talk_panel.trigger()


def _trash(talk: Talk) -> None:
    talk.window.actions_.show_trash.trigger()


def _marked(talk: Talk) -> None:
    talk.conversations.ask(None, "Other?", "Starter")
    talk.settle()
    talk.window.sidebar.list.setFocus()
    talk.window.sidebar.list.selectAll()
    assert len(talk.window.sidebar.list.selected_ids()) == 2


def _settings(talk: Talk) -> None:
    talk.window.actions_.show_settings.trigger()
    talk.window.sidebar.list.setFocus()


def _find_bar(talk: Talk) -> None:
    talk.window.actions_.find.trigger()


def _search(talk: Talk) -> None:
    talk.window.actions_.search.trigger()


@pytest.mark.parametrize("begin", [_palette, _talk_panel, _trash, _marked, _settings, _find_bar, _search])
def test_esc_is_for_what_is_open_before_it_stops_the_answer(talk: Talk, begin: Callable[[Talk], None]) -> None:
    talk.services.generation.begin(talk.id)
    talk.settle()
    begin(talk)
    talk.settle()
    focused = QApplication.focusWidget()
    assert focused is not None and focused is not talk.window.composer.edit
    # Through the window, as the system sends it: shortcuts come before the key.
    QTest.keyClick(talk.window.windowHandle(), Qt.Key.Key_Escape)
    assert talk.services.generation.stopped == []


def test_esc_in_the_composer_stops_the_answer(talk: Talk) -> None:
    talk.services.generation.begin(talk.id)
    talk.settle()
    talk.window.composer.edit.setFocus()
    QTest.keyClick(talk.window.windowHandle(), Qt.Key.Key_Escape)
    assert talk.services.generation.stopped == [talk.id]


def test_a_page_keeps_the_keys_of_the_conversation_from_it(talk: Talk) -> None:
    actions = talk.window.actions_
    talk.window.actions_.show_settings.trigger()
    for action in (actions.regenerate, actions.show_source, actions.find_next, actions.print, actions.remove_message):
        assert not action.isEnabled()
    talk.window.centre.show_page(None)
    assert actions.regenerate.isEnabled() and actions.remove_message.isEnabled()


def test_find_on_a_page_goes_to_its_own_field(talk: Talk) -> None:
    talk.window.actions_.show_settings.trigger()
    page = talk.window.centre.page
    assert isinstance(page, QWidget)
    page.setFocus()
    talk.window.actions_.find.trigger()
    focused = QApplication.focusWidget()
    assert focused is not None and page.isAncestorOf(focused) and focused is page.filter.edit  # type: ignore[attr-defined]
    assert talk.window.transcript._find_bar is None


def _enabled(talk: Talk) -> set[str]:
    talk.window.actions_.show_commands.trigger()
    palette = next(one for one in talk.window.findChildren(Palette) if one.isVisible())
    rows = (palette.model.index(row) for row in range(palette.model.rowCount()))
    found = {str(row.data()) for row in rows if row.flags() & Qt.ItemFlag.ItemIsEnabled}
    palette.close_it()
    return found


def test_what_can_be_done_to_a_message_is_among_all_commands(talk: Talk) -> None:
    possible = _enabled(talk)
    assert {"Copy the message", "Edit the message", "Remove the message"} <= possible
    assert "Next version of the message" not in possible and "Continue the answer" not in possible
    talk.window.open_conversation(None)
    assert "Copy the message" not in _enabled(talk)


def test_it_is_done_to_the_message_with_the_keyboard_else_to_the_lowest(talk: Talk) -> None:
    talk.window.actions_.copy_message.trigger()
    assert QGuiApplication.clipboard().text() == "Because."
    talk.view.setFocus()
    for _ in range(2):
        talk.qtbot.keyClick(talk.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    talk.window.actions_.copy_message.trigger()
    assert QGuiApplication.clipboard().text() == "Why?"
    pinned = next(one for one in talk.branch if one.text == "Why?").id
    talk.window.actions_.pin_message.trigger()
    talk.settle()
    assert talk.conversations.message(pinned).is_pinned
    talk.window.actions_.pin_message.trigger()
    talk.settle()
    assert not talk.conversations.message(pinned).is_pinned


def test_keys_that_the_person_has_chosen_are_the_ones_that_are_shown(talk: Talk) -> None:
    talk.window.actions_.regenerate.setShortcut(QKeySequence("Ctrl+Alt+G"))
    talk.view.menu_requested.emit(talk.branch[-1].id, "", talk.window.pos())
    menu = next(one for one in talk.window.findChildren(QMenu) if one.isVisible())
    assert any(action.text() == "Regenerate\tCtrl+Alt+G" for action in menu.actions())
    menu.close()
    assert talk.view.words.keys_of("regenerate") == "Ctrl Alt G"
    talk.window.actions_.find.trigger()
    talk.window.actions_.find_next.setShortcut(QKeySequence("F8"))
    talk.window.actions_.find.trigger()
    assert "F8" in talk.window.transcript._find_bar.next.toolTip()
