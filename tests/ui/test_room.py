"""The panel at the right where there is little room: nothing stands out of the window, and what gave way comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.engine.protocol import ModelInfo
from desktop_app.services.context_meter import Fill
from desktop_app.services.engine import EngineState
from desktop_app.ui.main_window import SIZE_MIN
from desktop_app.ui.saved_geometry import SIZE
from tests.fakes.services import model_info
from tests.ui.fitting import misfits
from tests.ui.stage import stage
from tests.ui.talks import Talk

ROOMS = [(SIZE, 100), (SIZE, 125), (SIZE, 150), (SIZE, 175), (SIZE, 200), (QSize(900, 600), 100), (QSize(900, 600), 150)]
ROOMS += [(SIZE_MIN, 100), (SIZE_MIN, 150), (SIZE_MIN, 200), (SIZE, 100)]
"""Sizes of the window and of the text, one after the other."""


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: QtBot) -> Iterator[Talk]:
    talk = Talk(services, make_window, tmp_path, qtbot)
    model: ModelInfo = model_info()
    services.engine.become(EngineState.READY, model)
    talk.window.show_prompts()
    talk.window.activateWindow()
    yield talk
    talk.close()


def _place(part: QWidget, window: QWidget) -> QRect:
    return QRect(part.mapTo(window, part.rect().topLeft()), part.size())


def _never(_text: str) -> bool:
    return False


def test_nothing_stands_out_of_the_window_at_any_size_of_the_text(tmp_path: Path, qapp: QApplication) -> None:
    found = list[str]()
    with stage(qapp, tmp_path, SIZE, theme="light", language="en") as shown:
        window = shown.window
        # A page that was seen must not go on taking room: it is the widest of all at this size of the text.
        window.actions_.show_settings.trigger()
        shown.show("talk-panel")
        window.context.gauge.set_fill(Fill(n_prompt=154, n_ctx=512))
        for size, zoom in ROOMS:
            window.resize(size)
            shown.preferences.set("zoom", zoom)
            shown.settle(0)
            found += [f"{size.width()} at {zoom} %: {one}" for one in misfits(window, is_cut=_never)]
            close = _place(window.talk.panel.close_button, window)
            assert window.rect().contains(close), f"{size.width()} at {zoom} %: {close}"

    assert "\n".join(found) == ""


def test_the_way_out_of_the_panel_does_not_scroll_away(talk: Talk) -> None:
    talk.window.resize(SIZE_MIN)
    talk.window.actions_.show_talk_panel.trigger()
    panel = talk.window.talk.panel
    talk.settle()
    before = _place(panel.close_button, talk.window)
    panel.more.setChecked(True)
    panel.more.setFocus()
    talk.settle()
    bar = panel.area.verticalScrollBar()
    bar.setValue(bar.maximum())

    assert bar.value() > 0
    assert _place(panel.close_button, talk.window) == before


def test_a_sidebar_that_gave_way_comes_back_and_was_not_hidden_by_the_person(talk: Talk) -> None:
    window = talk.window
    window.resize(SIZE_MIN)
    talk.settle()
    width = window.sidebar.width()
    window.actions_.show_talk_panel.trigger()
    talk.settle()
    assert not window.sidebar.isVisible() and window.top_bar.sidebar_button.isVisible()
    assert talk.services.preferences.get("sidebar_visible")
    window.resize(SIZE)
    talk.settle()
    assert window.sidebar.isVisible() and not window.top_bar.sidebar_button.isVisible()
    window.resize(SIZE_MIN)
    talk.settle()
    assert not window.sidebar.isVisible()
    window.actions_.show_talk_panel.trigger()
    talk.settle()

    assert window.sidebar.isVisible() and window.sidebar.width() == width


def test_a_sidebar_that_the_person_hid_stays_away(talk: Talk) -> None:
    window = talk.window
    window.actions_.toggle_sidebar.trigger()
    window.resize(SIZE_MIN)
    for size in (SIZE_MIN, SIZE):
        window.resize(size)
        window.actions_.show_talk_panel.trigger()
        talk.settle()
        assert not window.sidebar.isVisible()


def test_a_sidebar_that_is_asked_for_takes_the_place_of_the_panel(talk: Talk) -> None:
    window = talk.window
    window.resize(SIZE_MIN)
    window.actions_.show_talk_panel.trigger()
    window.talk.panel.instructions.setPlainText("Be kind.")
    talk.settle()
    window.actions_.toggle_sidebar.trigger()
    talk.settle()

    assert window.sidebar.isVisible() and not window.talk.panel.isVisible()
    assert talk.conversations.new_chat()[0] == "Be kind."
    assert talk.services.preferences.get("sidebar_visible")


@pytest.mark.parametrize("action", ["focus_composer", "new_chat", "find", "show_prompts", "show_talk_panel"])
def test_what_is_asked_of_the_conversation_brings_it_back_to_a_window_that_the_panel_fills(talk: Talk, action: str) -> None:
    talk.id = talk.say("Why?", "Because.")
    talk.open(talk.id)
    window = talk.window
    window.resize(SIZE_MIN)
    talk.services.preferences.set("zoom", 200)
    window.actions_.show_talk_panel.trigger()
    talk.settle()
    panel = window.talk.panel
    assert panel.isVisible() and not window.centre.isVisible() and not window.sidebar.isVisible()
    getattr(window.actions_, action).trigger()
    talk.settle()

    assert window.centre.isVisible() and not panel.isVisible()


def test_escape_leaves_a_panel_that_fills_the_window(talk: Talk, qtbot: QtBot) -> None:
    window = talk.window
    window.resize(SIZE_MIN)
    talk.services.preferences.set("zoom", 200)
    window.actions_.show_talk_panel.trigger()
    talk.settle()
    qtbot.keyClick(window.talk.panel.instructions, Qt.Key.Key_Escape)

    assert window.centre.isVisible() and window.composer.isVisible()
