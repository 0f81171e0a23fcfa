"""*Try again* does again what could not be done, and nothing else; where nothing can be, there is no such button."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.chat.message import MessageState
from desktop_app.errors import DiskFull, WriteFailed
from desktop_app.services import personas as personas_service
from desktop_app.services import prompt_templates as templates_service
from desktop_app.services.engine import EngineState
from tests.fakes.services import model_info
from tests.ui.talks import Talk

SETTINGS_FAILED = WriteFailed("/x/settings.json", "EACCES")


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: QtBot) -> Iterator[Talk]:
    talk = Talk(services, make_window, tmp_path, qtbot)
    services.engine.become(EngineState.READY, model_info())
    talk.window.show_prompts()
    yield talk
    talk.close()


def buttons(window: Any) -> list[QPushButton]:
    """Give the buttons in notices that say *Try again*."""
    found = window.notices.findChildren(QPushButton)
    return [one for one in found if one.text() == "Try again" and one.isVisibleTo(window.notices)]


def test_settings_that_could_not_be_saved_are_saved_again_and_nothing_is_sent(services: Any, window: Any) -> None:
    window.composer.set_text("not yet")
    services.preferences.write_failed.emit(SETTINGS_FAILED)
    services.conversations.calls.clear()
    [button] = buttons(window)
    button.click()

    assert services.preferences.n_retries == 1 and services.conversations.calls == []


def test_what_cannot_be_done_again_from_here_has_no_such_button(window: Any) -> None:
    window.show_error(DiskFull("/x/hearth.sqlite3"))

    assert len(window.notices.sentences()) == 1 and buttons(window) == []


def test_an_answer_that_the_disk_has_stopped_is_tried_again_where_it_was(talk: Talk) -> None:
    talk.conversations.ask(None, "Why?", "Starter")
    talk.settle()
    [conversation] = talk.conversations.all()
    answer = talk.conversations.branch(conversation.id)[-1]
    error = DiskFull("/x/hearth.sqlite3")
    talk.conversations.finish(answer.id, MessageState.FAILED, None, error)
    talk.settle()
    talk.window.composer.set_text("not yet")
    talk.services.generation.answer_failed.emit(conversation.id, answer.id, error)
    assert talk.window.notices.sentences()[0].startswith("The answer in “Why?” could not be finished. ")

    [button] = buttons(talk.window)
    button.click()
    talk.settle()

    assert talk.window.conversation.conversation_id == conversation.id
    assert talk.conversations.message(answer.id).state is MessageState.GENERATING
    assert len(talk.conversations.all()) == 1


@pytest.mark.parametrize("kind", ["prompts", "personas"])
def test_what_is_exported_is_written_again_to_the_same_file(
    talk: Talk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    page = getattr(talk.window, kind).page
    collection = page._templates if kind == "prompts" else page._personas
    service = templates_service if kind == "prompts" else personas_service
    out = tmp_path / "out.json"

    def refuse(path: Path, *_: Any, **__: Any) -> Path:
        raise DiskFull(str(path))

    with monkeypatch.context() as full:
        full.setattr(service, "write_whole", refuse)
        page._export_to(out, "") if kind == "prompts" else page._export_to("one", out, "one")
        qtbot.waitUntil(lambda: bool(talk.window.notices.sentences()))
    [button] = buttons(talk.window)
    assert not out.exists()
    with qtbot.waitSignal(collection.exported):
        button.click()

    assert out.exists()


@pytest.mark.parametrize("kind", ["prompts", "personas"])
def test_what_could_not_be_stored_of_them_is_told_without_a_button_that_does_something_else(talk: Talk, kind: str) -> None:
    page = getattr(talk.window, kind).page
    (page._templates if kind == "prompts" else page._personas).failed.emit(DiskFull("/x/hearth.sqlite3"))

    assert len(talk.window.notices.sentences()) == 1 and buttons(talk.window) == []
