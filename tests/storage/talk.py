"""Conversations for tests of storage, made in one line each."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.chat.message import GenerationStats, MessageState, new_id
from desktop_app.storage import branches
from desktop_app.storage import conversations as store
from desktop_app.storage.conversations import Exchange
from desktop_app.storage.database import Database

STATS = GenerationStats("eos", 10, 4, 3, 12.5, 80.25, 20.0)


def ask(database: Database, text: str, conversation_id: str | None = None, attachments: tuple[str, ...] = ()) -> Exchange:
    """Ask, in a new conversation or in one that is there; the answer is empty."""
    id_ = conversation_id or new_id()
    exchange = Exchange(id_, conversation_id is None, new_id(), new_id(), text, "SmolLM2", attachments)
    store.ask(database, exchange)
    return exchange


def answer(database: Database, message_id: str, text: str = "done") -> None:
    """End an answer in progress."""
    store.finish(database, message_id, MessageState.DONE, STATS, None, text)


def talk(database: Database, *texts: str) -> Exchange:
    """Ask and answer by turns; gives the last exchange."""
    exchange: Exchange | None = None
    for question, reply in zip(texts[::2], texts[1::2], strict=True):
        exchange = ask(database, question, exchange.conversation_id if exchange else None)
        answer(database, exchange.answer_id, reply)
    assert exchange is not None
    return exchange


def shown(database: Database, conversation_id: str) -> list[str]:
    """Give the texts on show."""
    return [message.text for message in branches.branch_on_show(database, conversation_id)]


def ids(database: Database, conversation_id: str) -> list[str]:
    """Give the ids on show."""
    return [message.id for message in branches.branch_on_show(database, conversation_id)]


def n_statements(database: Database, call: Callable[..., object], *arguments: object) -> int:
    """Give how many statements a call has SQLite run."""
    statements: list[str] = []

    def note(_cursor: object, sql: str, _values: object) -> bool:
        statements.append(sql)
        return True

    database._connection.exec_trace = note
    call(database, *arguments)
    database._connection.exec_trace = None
    return len(statements)
