"""Conversations, messages and drafts in the file."""

from __future__ import annotations

import time

import pytest

from desktop_app.chat.message import GenerationStats, MessageState, Role, new_id, storable
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.errors import ContextFull, FileUnreadable
from desktop_app.storage import branches, folders, trash
from desktop_app.storage import conversations as store
from desktop_app.storage.conversations import MAX_TITLE_CHARACTERS, Exchange
from desktop_app.storage.database import Database
from tests.storage.talk import n_statements

STATS = GenerationStats("eos", 10, 4, 3, 12.5, 80.25, 20.0)


def _ask(database: Database, text: str, conversation_id: str | None = None) -> Exchange:
    exchange = Exchange(conversation_id or new_id(), conversation_id is None, new_id(), new_id(), text, "SmolLM2")
    store.ask(database, exchange)
    return exchange


def _finish(database: Database, exchange: Exchange, rest: str = "done") -> None:
    store.finish(database, exchange.answer_id, MessageState.DONE, STATS, None, rest)


def test_a_question_makes_a_conversation_with_its_first_line_as_title(database: Database) -> None:
    asked = _ask(database, "\nHow do I boil an egg?\nSoft, please.")

    found = store.conversation(database, asked.conversation_id)
    question, answer = branches.branch_on_show(database, asked.conversation_id)

    assert (found.title, found.title_is_custom, found.leaf_id) == ("How do I boil an egg?", False, asked.answer_id)
    assert (question.role, question.state, question.text, question.model) == (
        Role.USER, MessageState.DONE, "\nHow do I boil an egg?\nSoft, please.", "",
    )  # fmt: skip
    assert (answer.role, answer.state, answer.text, answer.model) == (Role.ASSISTANT, MessageState.GENERATING, "", "SmolLM2")
    assert answer.parent_id == question.id
    assert question.parent_id is None


def test_the_next_question_stands_below_the_last_answer(database: Database) -> None:
    first = _ask(database, "one")
    second = _ask(database, "two", first.conversation_id)

    branch = branches.branch_on_show(database, first.conversation_id)

    assert [message.id for message in branch] == [first.question_id, first.answer_id, second.question_id, second.answer_id]
    assert store.conversation(database, first.conversation_id).title == "one"


def test_a_question_that_fails_leaves_nothing(database: Database) -> None:
    asked = _ask(database, "one")
    with pytest.raises(Exception, match="UNIQUE"):
        store.ask(database, Exchange(new_id(), True, new_id(), asked.answer_id, "two", "m"))

    assert [conversation.title for conversation in store.all_conversations(database)] == ["one"]
    assert len(database.rows("SELECT 1 FROM message")) == 2


def test_an_answer_in_progress_reads_as_its_parts(database: Database) -> None:
    asked = _ask(database, "count")
    for number in range(12):
        store.append_text(database, asked.answer_id, f"{number} ")

    assert store.message(database, asked.answer_id).text == "0 1 2 3 4 5 6 7 8 9 10 11 "
    assert branches.branch_on_show(database, asked.conversation_id)[1].text.endswith("11 ")


def test_finishing_merges_the_parts(database: Database) -> None:
    asked = _ask(database, "count")
    store.append_text(database, asked.answer_id, "one ")
    _finish(database, asked, "two")

    answer = store.message(database, asked.answer_id)

    assert (answer.text, answer.state, answer.stats, answer.error) == ("one two", MessageState.DONE, STATS, None)
    assert not database.rows("SELECT 1 FROM message_part")


def test_an_error_is_kept_as_its_name_and_fields(database: Database) -> None:
    asked = _ask(database, "much")
    store.finish(database, asked.answer_id, MessageState.FAILED, None, ContextFull(9000, 8192), "")
    other = _ask(database, "file")
    store.finish(database, other.answer_id, MessageState.FAILED, None, FileUnreadable("/\udcff", "?"), "")

    assert store.message(database, asked.answer_id).error == ("ContextFull", '{"n_needed": 9000, "n_ctx": 8192}')
    assert store.message(database, other.answer_id).error == ("FileUnreadable", '{"path": "/\\udcff", "detail": "?"}')


def test_an_answer_ends_once(database: Database) -> None:
    asked = _ask(database, "one")
    _finish(database, asked)

    with pytest.raises(LookupError):
        _finish(database, asked, "again")
    with pytest.raises(LookupError):
        store.append_text(database, asked.answer_id, "more")
    assert store.message(database, asked.answer_id).text == "done"


def test_answers_of_a_dead_process_are_interrupted_and_keep_their_text(database: Database) -> None:
    asked, other, ended = _ask(database, "one"), _ask(database, "two"), _ask(database, "three")
    store.append_text(database, asked.answer_id, "a\0")
    store.append_text(database, asked.answer_id, "b")
    _finish(database, ended)

    n_first, n_second = store.mark_interrupted(database), store.mark_interrupted(database)

    assert (n_first, n_second) == (2, 0)
    assert store.message(database, asked.answer_id).text == "a\0b"
    assert store.message(database, other.answer_id).state is MessageState.INTERRUPTED
    assert store.message(database, ended.answer_id).state is MessageState.DONE
    assert not database.rows("SELECT 1 FROM message_part")


def test_the_newest_question_is_first(database: Database) -> None:
    first, second = _ask(database, "first"), _ask(database, "second")
    time.sleep(0.002)
    _ask(database, "again", first.conversation_id)
    store.rename(database, second.conversation_id, "renamed")

    assert [one.title for one in store.all_conversations(database)] == ["first", "renamed"]


def test_the_trash_is_a_mark(database: Database) -> None:
    asked = _ask(database, "one")
    trash.trash(database, [asked.conversation_id])
    marked = store.conversation(database, asked.conversation_id).trashed_ms
    time.sleep(0.002)
    trash.trash(database, [asked.conversation_id])

    assert store.all_conversations(database) == []
    assert len(branches.branch_on_show(database, asked.conversation_id)) == 2
    assert store.conversation(database, asked.conversation_id).trashed_ms == marked is not None

    trash.restore(database, [asked.conversation_id])
    assert store.all_conversations(database)[0].trashed_ms is None


@pytest.mark.parametrize(
    ("title", "expected", "is_custom"),
    [
        ("Eggs", "Eggs", True),
        ("  two\nlines\t here ", "two lines here", True),
        ("", "What is 1 + 1?", False),
        (" \n ", "What is 1 + 1?", False),
        ("x" * 500, "x" * MAX_TITLE_CHARACTERS, True),
    ],
)
def test_renaming(database: Database, title: str, expected: str, is_custom: bool) -> None:
    asked = _ask(database, "What is 1 + 1?")
    store.rename(database, asked.conversation_id, "before")

    store.rename(database, asked.conversation_id, title)

    found = store.conversation(database, asked.conversation_id)
    assert (found.title, found.title_is_custom) == (expected, is_custom)


def test_drafts_belong_to_their_conversation_or_to_the_new_chat(database: Database) -> None:
    asked = _ask(database, "one")
    store.save_draft(database, asked.conversation_id, "old chat")
    store.save_draft(database, None, "new")
    store.save_draft(database, None, "new chat")
    assert store.draft(database, asked.conversation_id) == "old chat"
    assert store.draft(database, None) == "new chat"

    _ask(database, "old chat", asked.conversation_id)
    assert store.draft(database, asked.conversation_id) == ""
    assert store.draft(database, None) == "new chat"

    _ask(database, "new chat")
    assert store.draft(database, None) == ""


def test_settings_of_a_conversation(database: Database) -> None:
    asked = _ask(database, "one")
    wanted = SamplingParameters(temperature=0.0, seed=7, stop=("###", "\n\n"), logit_bias=((2, float("-inf")),))
    store.save_system_prompt(database, asked.conversation_id, "Be brief.")
    assert store.sampling(database, asked.conversation_id) == SamplingParameters()

    store.save_sampling(database, asked.conversation_id, wanted)

    assert store.sampling(database, asked.conversation_id) == wanted
    assert store.conversation(database, asked.conversation_id).system_prompt == "Be brief."


def test_what_does_not_exist_is_an_error(database: Database) -> None:
    for call in (store.conversation, branches.branch_on_show, store.draft, store.sampling, store.message):
        with pytest.raises(LookupError):
            call(database, "nobody")
    for change in (trash.trash, trash.restore):
        with pytest.raises(LookupError):
            change(database, ["nobody"])
    with pytest.raises(LookupError):
        store.save_draft(database, "nobody", "text")


@pytest.mark.parametrize(
    "text", ["a\0b", "\r\n\r", "‮reversed‬ \u2066x\u2069", "👩‍👩‍👧 中文 é", "\ufeff\uffff\U0010ffff", "x" * 2_000_000]
)
def test_text_comes_back_as_it_was(database: Database, text: str) -> None:
    asked = _ask(database, text)
    store.append_text(database, asked.answer_id, text)
    store.append_text(database, asked.answer_id, text)
    _finish(database, asked, text)

    question, answer = branches.branch_on_show(database, asked.conversation_id)
    assert question.text == text
    assert answer.text == text * 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain é", "plain é"),
        ("a\ud800b", "a\ufffdb"),
        ("\udcff", "\ufffd"),
        ("\ud83d\ude00", "😀"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
    ],
)
def test_lone_surrogates_become_replacement_characters(text: str, expected: str) -> None:
    assert storable(text) == expected


def test_deleting_a_long_conversation_is_possible(database: Database) -> None:
    """SQLite cascades at most 1,000 levels deep, and messages are a chain; a later version deletes for good."""
    asked = _ask(database, "first")
    with database.transaction():
        parent_id = asked.answer_id
        for number in range(2500):
            database.execute(
                "INSERT INTO message (id, conversation_id, parent_id, role, state, created_ms) VALUES (?, ?, ?, 'user', 'done', 1)",
                f"m{number}", asked.conversation_id, parent_id,
            )  # fmt: skip
            parent_id = f"m{number}"
    store.append_text(database, asked.answer_id, "part")

    database.execute("DELETE FROM conversation WHERE id = ?", asked.conversation_id)

    assert not database.rows("SELECT 1 FROM message UNION ALL SELECT 1 FROM message_part")


def test_opening_and_listing_do_not_look_at_all_messages(database: Database) -> None:
    def plan(sql: str) -> str:
        return " | ".join(row[3] for row in database.rows(f"EXPLAIN QUERY PLAN {sql}"))

    assert "message_generating" in plan("SELECT 1 FROM message WHERE state = 'generating' LIMIT 1")
    shown = plan("SELECT title FROM conversation WHERE trashed_ms IS NULL ORDER BY updated_ms DESC, number DESC")
    assert "conversation_shown" in shown
    assert "TEMP B-TREE" not in shown
    assert "message_conversation" in plan("SELECT id FROM message WHERE conversation_id = 'c'")
    assert "message_parent" in plan("SELECT id FROM message WHERE parent_id = 'm'")


def test_the_list_takes_two_questions_to_the_file_however_long_it_is(database: Database) -> None:
    for number in range(20):
        folders.tag(database, [_ask(database, "one").conversation_id], add=["x", f"y{number}"])

    assert n_statements(database, store.all_conversations) == 2
    assert {one.tags for one in store.all_conversations(database)} == {("x", f"y{number}") for number in range(20)}


def test_stats_of_a_newer_version_are_read_as_far_as_they_are_known(database: Database) -> None:
    asked = _ask(database, "one")
    _finish(database, asked)
    database.execute("UPDATE message SET stats = json_set(stats, '$.of_later', 1) WHERE id = ?", asked.answer_id)

    assert store.message(database, asked.answer_id).stats == STATS


def test_a_new_conversation_begins_with_what_was_set_for_it(database: Database) -> None:
    parameters = SamplingParameters(temperature=0.2, stop=("END",))
    store.save_new_chat(database, "Be brief.", parameters)
    assert store.new_chat(database) == ("Be brief.", parameters)
    first, second = (store.Exchange(id, True, f"{id}q", f"{id}a", "Why?", "") for id in ("one", "two"))
    store.ask(database, first)
    store.ask(database, second)

    assert (store.conversation(database, "one").system_prompt, store.sampling(database, "one").chosen) == (
        "Be brief.",
        parameters.chosen,
    )
    assert (store.conversation(database, "two").system_prompt, store.sampling(database, "two").chosen) == ("", {})
    assert store.new_chat(database) == ("", SamplingParameters())
