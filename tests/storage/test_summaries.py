"""Summaries, counts of tokens, and what is remembered of models."""

from __future__ import annotations

import pytest

from desktop_app.chat.summary import Summary
from desktop_app.storage import branches, model_loads, summaries
from desktop_app.storage import conversations as store
from desktop_app.storage.database import Database
from tests.storage.talk import answer, ask, ids, talk


def test_a_summary_is_taken_back_and_used_again(database: Database) -> None:
    talked = talk(database, "one", "1")
    id_ = talked.conversation_id
    summaries.add_summary(database, Summary("s", id_, talked.answer_id, "short 中", "m", 5))

    assert summaries.summaries(database, id_) == (Summary("s", id_, talked.answer_id, "short 中", "m", 5),)
    assert [summaries.restore_summary(database, "s"), summaries.remove_summary(database, "s")] == [None, id_]
    assert summaries.summaries(database, id_)[0].removed_ms
    assert [summaries.remove_summary(database, "s"), summaries.restore_summary(database, "s")] == [None, id_]
    assert summaries.summaries(database, id_)[0].removed_ms is None
    assert summaries.remove_summary(database, "nobody") is None


def test_a_summary_of_what_is_not_there_is_not_stored(database: Database) -> None:
    one, other = talk(database, "one", "1"), talk(database, "two", "2")

    summaries.add_summary(database, Summary("s", one.conversation_id, other.answer_id, "short", "m", 5))
    summaries.add_summary(database, Summary("t", "nobody", one.answer_id, "short", "m", 5))

    assert database.rows("SELECT 1 FROM summary") == []


def _in_use(database: Database, conversation_id: str) -> list[str]:
    return [one.id for one in summaries.summaries_in_use(database, conversation_id)]


@pytest.mark.parametrize("place", range(4))
def test_a_summary_is_not_used_while_a_message_is_removed_that_it_tells_of(database: Database, place: int) -> None:
    talked = talk(database, "one", "1", "two", "2", "three", "3")
    id_, path = talked.conversation_id, ids(database, talked.conversation_id)
    for name, last in (("early", 1), ("late", 3)):
        summaries.add_summary(database, Summary(name, id_, path[last], "short", "m", 5))

    branches.remove_message(database, path[place])
    assert _in_use(database, id_) == (["early"] if place > 1 else [])

    branches.restore_message(database, path[place])
    assert _in_use(database, id_) == ["early", "late"]


def test_a_summary_stays_in_use_when_what_is_removed_is_not_in_it(database: Database) -> None:
    talked = talk(database, "one", "1", "two", "2")
    id_, path = talked.conversation_id, ids(database, talked.conversation_id)
    branches.remove_message(database, path[0])
    summaries.add_summary(database, Summary("s", id_, path[1], "short", "m", store.now_ms() + 1))
    branches.regenerate(database, path[1], "beside", "m")
    answer(database, "beside")

    for message_id in ("beside", path[2], path[3]):
        branches.remove_message(database, message_id)

    assert _in_use(database, id_) == ["s"]


@pytest.mark.parametrize("is_all", [False, True])
def test_a_summary_that_was_made_without_a_message_is_taken_back_when_that_comes_back(database: Database, is_all: bool) -> None:
    talked = talk(database, "one", "1", "two", "2", "three", "3")
    id_, path = talked.conversation_id, ids(database, talked.conversation_id)
    branches.remove_message(database, path[2])
    for name, last in (("before it", 1), ("without it", 3)):
        summaries.add_summary(database, Summary(name, id_, path[last], "short", "m", store.now_ms() + 1))
    assert _in_use(database, id_) == ["before it", "without it"]

    if is_all:
        branches.restore_removed(database, id_)
    else:
        branches.restore_message(database, path[2])

    assert _in_use(database, id_) == ["before it"]


def test_a_summary_that_was_taken_back_is_not_in_use(database: Database) -> None:
    talked = talk(database, "one", "1")
    summaries.add_summary(database, Summary("s", talked.conversation_id, talked.answer_id, "short", "m", 5, removed_ms=6))

    assert _in_use(database, talked.conversation_id) == []


def test_counts_of_tokens_go_when_the_text_changes(database: Database) -> None:
    talked = talk(database, "one", "1")
    asked = ask(database, "two", talked.conversation_id)
    path = (talked.question_id, talked.answer_id, asked.question_id, asked.answer_id)
    summaries.put_token_counts(database, "v", dict(zip(path, range(4), strict=True)) | {"gone": 9})
    summaries.put_token_counts(database, "w", {path[0]: 70})

    answer(database, asked.answer_id, "ended")
    branches.pin_message(database, path[0], True)

    id_ = talked.conversation_id
    assert summaries.token_counts(database, id_, "v") == dict(zip(path[:3], range(3), strict=True))
    assert summaries.token_counts(database, id_, "w") == {path[0]: 70}
    summaries.put_token_counts(database, "v", {path[0]: 8})
    assert summaries.token_counts(database, id_, "v")[path[0]] == 8


def test_a_message_that_is_gone_cannot_be_pinned(database: Database) -> None:
    with pytest.raises(LookupError):
        branches.pin_message(database, "nobody", True)


def test_an_edit_is_kept_until_it_is_sent(database: Database) -> None:
    talked = talk(database, "one", "1")

    for text in ("be", "begun", ""):
        store.save_edit_draft(database, talked.question_id, text)
        assert store.edit_draft(database, talked.question_id) == text
    store.save_edit_draft(database, talked.question_id, None)
    store.save_edit_draft(database, "gone", "text")

    assert store.edit_draft(database, talked.question_id) is None
    assert database.rows("SELECT 1 FROM edit_draft") == []


def test_of_model_loads_those_used_last_are_kept(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_loads, "N_KEPT", 2)
    for used_ms, model in enumerate(["a", "b", "a", "c"]):
        model_loads.save_model_load(database, model, "machine", f"{{{used_ms}}}", used_ms)

    assert [model_loads.model_load(database, model, "machine") for model in "abc"] == ["{2}", None, "{3}"]
    assert model_loads.model_load(database, "a", "other machine") is None
