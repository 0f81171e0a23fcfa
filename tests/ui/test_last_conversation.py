"""The second start goes on where the first one ended."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desktop_app.after_first_paint import AfterFirstPaint
from desktop_app.chat.message import Role
from desktop_app.errors import DatabaseUnreadable
from desktop_app.ui.last_conversation import KEY, LastConversation
from desktop_app.ui.main_window import MainWindow
from tests.fakes.services import NOW_MS


@pytest.fixture
def last(services: Any) -> str:
    """Give a conversation that was on show last time, among others."""
    services.conversations.put("newer", NOW_MS)
    id_: str = services.conversations.put("last", NOW_MS - 5)
    services.conversations.say(id_, Role.USER, "What was it?")
    services.preferences.set(KEY, id_)
    return id_


def test_what_was_on_show_last_time_is_on_show_again(services: Any, last: str, window: MainWindow) -> None:
    assert window.conversation.conversation_id is None, "not before the first paint"
    LastConversation(services, window).open()
    assert window.conversation.conversation_id == last
    assert [message.text for message in window.transcript.messages()] == ["What was it?"]


@pytest.mark.parametrize(
    ("starts", "file", "is_opened"),
    [
        (SimpleNamespace(is_loop=False), None, True),
        (SimpleNamespace(is_loop=True), None, False),
        (SimpleNamespace(is_loop=False), Path("/models/new.gguf"), False),
    ],
    ids=["a usual start", "in a loop of crashes", "with a file"],
)
def test_a_start_opens_it_when_nothing_else_comes_first(
    services: Any, last: str, window: MainWindow, starts: Any, file: Path | None, is_opened: bool
) -> None:
    after: Any = AfterFirstPaint.__new__(AfterFirstPaint)
    after._options, after._services, after._window, after._starts = SimpleNamespace(file=file), services, window, starts
    after._open_last_conversation()
    assert (window.conversation.conversation_id == last) is is_opened
    window.open_conversation(None)
    assert services.preferences.get(KEY) == "", "what comes after it is remembered anyhow"


def test_what_is_gone_or_in_the_trash_is_not_opened(services: Any, last: str, window: MainWindow) -> None:
    services.conversations.change(last, trashed_ms=NOW_MS)
    LastConversation(services, window).open()
    assert window.conversation.conversation_id is None
    del services.conversations.stored[last]
    LastConversation(services, window).open()
    assert window.conversation.conversation_id is None
    assert not window.notices.sentences()


def test_what_cannot_be_read_is_said_and_the_start_goes_on(
    services: Any, last: str, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_id: str) -> None:
        raise DatabaseUnreadable(str(services.paths.database), "")

    monkeypatch.setattr(services.conversations, "get", refuse)
    LastConversation(services, window).open()
    assert window.conversation.conversation_id is None
    assert len(window.notices.sentences()) == 1


def test_the_one_on_show_is_remembered_but_not_a_private_one(services: Any, last: str, window: MainWindow) -> None:
    other = services.conversations.put("other", NOW_MS)
    private = services.conversations.put("private", NOW_MS)
    services.conversations.change(private, is_private=True)
    LastConversation(services, window).open()
    window.open_conversation(other)
    assert services.preferences.get(KEY) == other
    window.open_conversation(private)
    assert services.preferences.get(KEY) == ""
    window.open_conversation(other)
    window.open_conversation(None)
    assert services.preferences.get(KEY) == ""
