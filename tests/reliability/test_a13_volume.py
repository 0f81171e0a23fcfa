"""A13: ten years of conversations cost no more than what is on show.

How long it takes with 10,000 conversations and 500,000 messages is measured by `tests/bench/conversations.py`. Here is
what these figures rest on, and what does not depend on a clock: how many bytes are written while an answer streams, and
that nothing that is asked with every key, at every start or for every opened conversation goes through all messages.
The control writes an answer as a row that is rewritten each second: that must be too much.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication

from desktop_app.chat.message import MessageState, new_id
from desktop_app.chat.search import SearchFilters
from desktop_app.services.conversations import Conversations
from desktop_app.storage import branches, search
from desktop_app.storage import conversations as store
from desktop_app.storage.conversations import Exchange
from desktop_app.storage.database import Database
from tests.bench.ten_years import Writer
from tests.reliability.power_loss import recording

N_STREAMED = 80_000
N_CHARACTERS_PER_S = 1_000
WRITE_RATIO_MAX = 40


@pytest.fixture
def path(tmp_path: Path, qapp: QCoreApplication) -> Path:
    return tmp_path / "hearth.sqlite3"


def bytes_written(path: Path, text: str) -> int:
    """Stream `text` as the generation does, a row each second, and put everything into the one file in the end."""
    Conversations(path).close()
    with recording() as recorder:
        conversations = Conversations(path)
        conversation_id = conversations.ask(None, "Tell me everything", "Starter")
        assert conversations.flush()
        answer = conversations.branch(conversation_id)[-1]
        for start in range(0, len(text), N_CHARACTERS_PER_S):
            conversations.append_text(answer.id, text[start : start + N_CHARACTERS_PER_S])
            assert conversations.flush()
        conversations.finish(answer.id, MessageState.DONE, None)
        assert conversations.flush()
        assert conversations.message(answer.id).text == text
        conversations.close()
    return sum(len(one.data) for one in recorder.operations if one.kind == "write")


@pytest.mark.parametrize("is_chinese", [False, True])
def test_a_stream_writes_at_most_forty_times_its_text(path: Path, is_chinese: bool) -> None:
    text = Writer(7).text(N_STREAMED, is_chinese)

    assert bytes_written(path, text) <= WRITE_RATIO_MAX * len(text.encode())


def test_a_row_rewritten_each_second_writes_too_much(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rewrite(database: Database, message_id: str, text: str) -> None:
        with database.transaction():
            database.execute("UPDATE message SET text = text || ? WHERE id = ?", text, message_id)

    monkeypatch.setattr(store, "append_text", rewrite)
    text = Writer(7).text(N_STREAMED, is_chinese=False)

    assert bytes_written(path, text) > WRITE_RATIO_MAX * len(text)


class Plans:
    """Notes how SQLite goes about what a database is asked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = database.rows
        self.steps: list[str] = []

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        self.steps += [row[3] for row in self._rows(f"EXPLAIN QUERY PLAN {sql}", *values)]
        return self._rows(sql, *values)


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    # Not closed and opened again: SQLite would note how small the tables are, and go through all of them with reason.
    database = Database.writing(path)
    store.ask(database, Exchange(new_id(), True, new_id(), new_id(), "A question about 花园", "Starter"))
    yield database
    database.close()


@pytest.fixture
def plans(database: Database, monkeypatch: pytest.MonkeyPatch) -> Plans:
    plans = Plans(database)
    monkeypatch.setattr(database, "rows", plans.rows)
    return plans


def scans(plans: Plans) -> list[str]:
    """Give the steps that go through a whole table of messages or conversations."""
    return [step for step in plans.steps if step.split(" USING")[0] in ("SCAN message", "SCAN conversation")]


@pytest.mark.parametrize(
    "filters",
    [
        SearchFilters(),
        SearchFilters(folder_id="f"),
        SearchFilters(tag="t"),
        SearchFilters(model="Starter"),
        SearchFilters(from_ms=0),
    ],
)
def test_a_search_begins_in_the_index(database: Database, plans: Plans, filters: SearchFilters) -> None:
    search.find([database], "花", filters)

    assert [step for step in plans.steps if step.startswith("SCAN message_search")] != []
    assert [step for step in plans.steps if step.startswith("SEARCH message USING INTEGER PRIMARY KEY")] != []
    assert scans(plans) == []


def test_opening_a_conversation_reads_only_its_own_messages(database: Database, plans: Plans) -> None:
    [one] = store.all_conversations(database)
    plans.steps.clear()

    assert len(branches.branch_on_show(database, one.id)) == 2
    branches.all_versions(database, one.id)
    store.models(database)

    assert scans(plans) == []
