"""The page *Models* in the window, and what is heard of downloads where the person is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.errors import ChecksumMismatch, NoInternet, NotEnoughDiskSpace
from desktop_app.services.engine import EngineState
from desktop_app.services.model_library import ModelLibrary
from desktop_app.services.online import make_online
from desktop_app.ui.error_text import ErrorText
from tests.fakes.services import model_info
from tests.ui.talks import Talk


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: QtBot) -> Iterator[Talk]:
    services.library = library = ModelLibrary(tmp_path / "models", services.preferences, find_starter=lambda: None)
    talk = Talk(services, make_window, tmp_path, qtbot)
    services.engine.become(EngineState.READY, model_info())
    online = make_online(services, talk.window)
    talk.window.show_models(online)
    talk.online = online  # type: ignore[attr-defined]
    yield talk
    online.close()
    library.close()
    talk.close()


def test_the_page_stands_in_place_of_the_conversation(talk: Talk, qtbot: QtBot) -> None:
    window = talk.window
    window.sidebar.models.click()
    assert window.centre.page is window.models.page
    assert window.models.page.current == "local"
    assert not window.composer.isVisible()
    assert not window.actions_.regenerate.isEnabled()
    qtbot.keyClick(window.models.page.close_button, Qt.Key.Key_Escape)

    assert window.centre.page is None
    assert window.composer.isVisible()
    assert window.actions_.regenerate.isEnabled()


@pytest.mark.parametrize("part", ["local", "hub", "downloads", "network"])
def test_every_part_can_be_shown_and_left(talk: Talk, part: str) -> None:
    talk.window.models.show(part)
    assert talk.window.models.page.current == part
    talk.window.actions_.new_chat.trigger()

    assert talk.window.centre.page is None


def test_a_conversation_that_is_chosen_takes_the_place_back(talk: Talk) -> None:
    talk.id = talk.say("Why?", "Because.")
    talk.window.models.show("network")
    talk.window.sidebar.list.conversation_selected.emit(talk.id)

    assert talk.window.centre.page is None
    assert talk.window.conversation.conversation_id == talk.id


def test_a_download_that_failed_is_said_where_the_person_is(talk: Talk) -> None:
    online, window = talk.online, talk.window  # type: ignore[attr-defined]
    error = ChecksumMismatch("a.gguf")
    window.models.show("downloads")
    online.downloads.download_failed.emit("x", error)
    assert window.notices.sentences() == []
    window.actions_.new_chat.trigger()
    online.downloads.download_failed.emit("x", error)

    assert window.notices.sentences() == [ErrorText().describe(error).sentence]


def test_its_button_tries_the_download_again(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    online, window = talk.online, talk.window  # type: ignore[attr-defined]
    resumed: list[str] = []
    monkeypatch.setattr(online.downloads, "resume", resumed.append)
    online.downloads.download_failed.emit("x", ChecksumMismatch("a.gguf"))
    (bar,) = window.notices._bars
    assert bar.notice.button == "Try again"
    bar._on_action_clicked()
    assert resumed == ["x"]


def test_what_failed_on_the_page_has_no_button_that_does_nothing(talk: Talk) -> None:
    talk.window.models.page.failed.emit(NoInternet())
    (bar,) = talk.window.notices._bars
    assert (bar.notice.sentence, bar.notice.button) == (ErrorText().describe(NoInternet()).sentence, "")


def test_the_button_of_a_full_disk_leads_to_the_models_that_could_go(talk: Talk) -> None:
    talk.window.show_error(NotEnoughDiskSpace(9_000_000_000, 1_000_000_000))
    talk.window.notices._bars[-1]._on_action_clicked()

    assert talk.window.models.page.current == "local"
