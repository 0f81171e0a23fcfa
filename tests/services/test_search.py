"""The search: off the window's thread, the newest question wins, nothing private is left out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.chat.message import MessageState
from desktop_app.chat.search import FIRST, SearchFilters, SearchLimits, SearchResult, Section
from desktop_app.errors import DatabaseUnreadable
from desktop_app.services.conversations import Conversations
from desktop_app.services.search import Search
from desktop_app.storage import search as stored
from desktop_app.storage.database import Database
from tests.reliability.released import file_of_version

ANYWHERE = SearchFilters()


@pytest.fixture
def conversations(tmp_path: Path, qapp: object) -> Iterator[Conversations]:
    conversations = Conversations(tmp_path / "hearth.sqlite3")
    yield conversations
    conversations.close()


@pytest.fixture
def search(conversations: Conversations) -> Iterator[Search]:
    search = Search(conversations)
    yield search
    search.close()


def say(conversations: Conversations, text: str, **values: Any) -> str:
    """Store a question and an answer of one word; gives the conversation."""
    conversation_id = conversations.ask(None, text, "Starter", **values)
    assert conversations.flush()
    return conversation_id


def asked(qtbot: QtBot, search: Search, text: str, filters: SearchFilters = ANYWHERE, **limits: SearchLimits) -> SearchResult:
    with qtbot.waitSignal(search.found) as signal:
        search.find(text, filters, **limits)
    result: SearchResult = signal.args[0]
    return result


def test_titles_and_messages_are_found(qtbot: QtBot, conversations: Conversations, search: Search) -> None:
    conversation_id = say(conversations, "A question about 花园")

    result = asked(qtbot, search, "园")

    assert (result.text, result.filters) == ("园", ANYWHERE)
    assert [hit.conversation_id for hit in result.titles] == [conversation_id]
    assert [hit.conversation_id for hit in result.messages] == [conversation_id]


def test_what_is_stored_later_is_found_too(qtbot: QtBot, conversations: Conversations, search: Search) -> None:
    say(conversations, "first walrus")
    assert len(asked(qtbot, search, "walrus").messages) == 1

    say(conversations, "second walrus")

    assert len(asked(qtbot, search, "walrus").messages) == 2


def test_private_conversations_are_found_and_come_first(qtbot: QtBot, conversations: Conversations, search: Search) -> None:
    public = say(conversations, "walrus in the open")
    assert [hit.conversation_id for hit in asked(qtbot, search, "walrus").messages] == [public]

    private = say(conversations, "walrus in private", is_private=True)

    result = asked(qtbot, search, "walrus")
    assert [hit.conversation_id for hit in result.messages] == [private, public]
    assert {hit.conversation_id for hit in result.titles} == {private, public}


def test_older_ones_are_found_when_they_are_asked_for(qtbot: QtBot, conversations: Conversations, search: Search) -> None:
    first = say(conversations, "the sentence about walruses")
    for number in range(FIRST.n_messages + 9):
        conversations.ask(None, f"walruses, number {number}", "Starter", is_private=number % 2 == 1)
    assert conversations.flush()
    limits, found = FIRST, asked(qtbot, search, "walruses")
    assert found.more == {Section.TITLES, Section.MESSAGES}
    assert (len(found.titles), len(found.messages)) == (FIRST.n_titles, FIRST.n_messages)

    for _ in range(4):
        limits = limits.raised(Section.TITLES).raised(Section.MESSAGES)
        found = asked(qtbot, search, "walruses", limits=limits)

    assert not found.more
    assert found.titles[-1].conversation_id == found.messages[-1].conversation_id == first
    assert len(found.titles) == len(found.messages) == FIRST.n_messages + 10


def test_only_the_newest_question_is_answered(
    qtbot: QtBot, conversations: Conversations, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(conversations, "walrus and penguin")
    may_go_on = threading.Event()
    real, texts = stored.find, []

    def slow(databases: list[Database], text: str, *how: Any) -> SearchResult | None:
        texts.append(text)
        if text == "w":
            may_go_on.wait(10)
        return real(databases, text, *how)

    monkeypatch.setattr(stored, "find", slow)
    found: list[SearchResult] = []
    search.found.connect(found.append)

    for text in ("w", "wa", "wal", "pen"):
        search.find(text, ANYWHERE)
    may_go_on.set()
    qtbot.waitUntil(lambda: bool(found))

    assert [result.text for result in found] == ["pen"]
    assert texts == ["w", "pen"]


def test_a_question_that_takes_long_is_interrupted(
    qtbot: QtBot, conversations: Conversations, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(conversations, "walrus")
    asked(qtbot, search, "walrus")
    real, has_begun, is_over = stored.find_messages, threading.Event(), threading.Event()

    def endless(database: Database, text: str, *how: Any) -> Any:
        if text == "endless":
            has_begun.set()
            try:
                # Ten seconds, and not for ever: a test that fails has to end.
                database.rows(
                    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000000) SELECT sum(i) FROM n"
                )
            finally:
                is_over.set()
        return real(database, text, *how)

    monkeypatch.setattr(stored, "find_messages", endless)
    search.find("endless", ANYWHERE)
    assert has_begun.wait(10)

    def is_interrupted() -> bool:
        # The statement may just have been beginning: a person would press another key.
        if not is_over.is_set():
            search.find("walrus", ANYWHERE)
        return is_over.is_set()

    found: list[SearchResult] = []
    search.found.connect(found.append)
    search.find("walrus", ANYWHERE)
    qtbot.waitUntil(is_interrupted)
    qtbot.waitUntil(lambda: bool(found))

    assert [result.text for result in found] == ["walrus"]


def test_nothing_is_told_when_nobody_waits_any_more(
    qtbot: QtBot, conversations: Conversations, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(conversations, "walrus")
    may_go_on = threading.Event()
    real = stored.find

    def slow(databases: list[Database], text: str, *how: Any) -> SearchResult | None:
        may_go_on.wait(10)
        return real(databases, text, *how)

    monkeypatch.setattr(stored, "find", slow)
    found: list[SearchResult] = []
    search.found.connect(found.append)
    search.find("wal", ANYWHERE)
    search.forget()
    may_go_on.set()

    assert asked(qtbot, search, "walrus").text == "walrus"
    assert [result.text for result in found] == ["walrus"]


def test_a_file_that_cannot_be_read_is_told(
    qtbot: QtBot, conversations: Conversations, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise DatabaseUnreadable("/data/hearth.sqlite3", "SQLITE_CORRUPT")

    monkeypatch.setattr(stored, "find", broken)

    with qtbot.waitSignal(search.failed) as signal:
        search.find("walrus", ANYWHERE)

    assert isinstance(signal.args[0], DatabaseUnreadable)


def test_an_answer_is_found_when_it_has_ended(qtbot: QtBot, conversations: Conversations, search: Search) -> None:
    conversation_id = say(conversations, "walrus")
    answer = conversations.branch(conversation_id)[-1]
    conversations.append_text(answer.id, "penguin ")
    asked(qtbot, search, "walrus")
    conversations.finish(answer.id, MessageState.DONE, None, rest="colony")
    assert conversations.flush()

    assert [hit.message_id for hit in asked(qtbot, search, "penguin colony").messages] == [answer.id]


def test_messages_from_before_the_index_are_found_in_the_end(qtbot: QtBot, tmp_path: Path, qapp: object) -> None:
    file_of_version(1, tmp_path / "old.sqlite3", "a walrus, " * 5000)
    conversations = Conversations(tmp_path / "old.sqlite3")
    search = Search(conversations)
    early = asked(qtbot, search, "walrus")

    with qtbot.waitSignal(search.completed):
        search.begin()
    late = asked(qtbot, search, "walrus")
    with qtbot.assertNotEmitted(search.completed, wait=50):
        search.begin()
    search.close()
    conversations.close()

    assert [(len(one.messages), one.is_complete) for one in (early, late)] == [(0, False), (1, True)]


def test_a_window_that_closes_leaves_the_rest_to_the_next_start(qtbot: QtBot, tmp_path: Path, qapp: object) -> None:
    path = tmp_path / "old.sqlite3"
    file_of_version(1, path)
    conversations = Conversations(path)
    search = Search(conversations)
    search.begin()
    search.close()
    conversations.close()

    again = Conversations(path)
    search = Search(again)
    with qtbot.waitSignal(search.completed):
        search.begin()
    search.close()
    again.close()
