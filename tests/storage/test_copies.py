"""Whole conversations that come in: copies, and what an import hands over, however odd."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.conversation import Conversation
from desktop_app.chat.folder import Folder
from desktop_app.chat.message import Message, MessageState, Role, new_id
from desktop_app.chat.summary import Summary
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.storage import attachments, branches, copies, folders, search, summaries, trash
from desktop_app.storage import conversations as store
from desktop_app.storage.conversations import MAX_TITLE_CHARACTERS
from desktop_app.storage.database import Database
from tests.storage.index_check import index_problems
from tests.storage.talk import STATS, answer, ask, shown, talk


def _message(id_: str, parent_id: str | None, text: str = "", **values: object) -> Message:
    new = Message(id_, "theirs", parent_id, Role.USER, text or id_, 7)
    return replace(new, **values)  # type: ignore[arg-type]


def _import(database: Database, messages: list[Message], **values: object) -> str:
    id_ = new_id()
    theirs = Conversation("theirs", "Title", True, 1000, 2000)
    copies.import_conversation(database, id_, replace(theirs, **values), messages)  # type: ignore[arg-type]
    return id_


def _texts(database: Database, conversation_id: str) -> list[str]:
    return [message.text for message in branches.all_messages(database, conversation_id)]


def test_a_copy_has_everything_under_new_ids(database: Database) -> None:
    folders.put_folder(database, Folder("f", "Work", 1))
    attachments.save_draft_attachment(database, None, Attachment("a", "a.txt", "file", 4))
    asked = ask(database, "one", attachments=("a",))
    answer(database, asked.answer_id, "1")
    branches.regenerate(database, asked.answer_id, "in progress", "other")
    store.append_text(database, "in progress", "so far")
    id_ = asked.conversation_id
    folders.move(database, [id_], "f")
    folders.tag(database, [id_], add=["x"])
    folders.pin(database, [id_], True)
    store.rename(database, id_, "Mine")
    store.save_draft(database, id_, "draft")
    store.save_system_prompt(database, id_, "Be brief.")
    store.save_sampling(database, id_, SamplingParameters(seed=7))

    copies.duplicate(database, id_, "copy")

    copy, original = store.conversation(database, "copy"), store.conversation(database, id_)
    assert (copy.title, copy.title_is_custom, copy.folder_id, copy.tags) == ("Mine (2)", True, "f", ("x",))
    assert (copy.system_prompt, copy.draft, copy.pinned_ms) == ("Be brief.", "", None)
    assert store.sampling(database, "copy") == SamplingParameters(seed=7)
    old, new = (branches.all_messages(database, one.id) for one in (original, copy))
    assert [(one.text, one.role, one.stats, one.model) for one in new] == [
        (one.text, one.role, one.stats, one.model) for one in old
    ]
    assert [one.state for one in new] == [MessageState.DONE, MessageState.DONE, MessageState.INTERRUPTED]
    assert not {one.id for one in old} & {one.id for one in new}
    assert [one.text for one in new[0].attachments] == ["file"]
    assert shown(database, "copy") == ["one", "so far"]
    assert shown(database, id_) == ["one", "so far"]
    assert index_problems(database) == []


def test_branching_off_takes_what_is_shown_down_to_the_message(database: Database) -> None:
    talked = talk(database, "one", "1", "two", "2", "three", "3")
    path = branches.branch_on_show(database, talked.conversation_id)
    branches.remove_message(database, path[1].id)

    copies.branch_off(database, path[3].id, "copy")

    assert shown(database, "copy") == ["one", "two", "2"]
    assert len(branches.all_messages(database, "copy")) == 3
    assert shown(database, talked.conversation_id) == ["one", "two", "2", "three", "3"]


def test_what_shortens_a_conversation_comes_along_in_a_copy(database: Database) -> None:
    talked = talk(database, "one", "1", "two", "2", "three", "3")
    id_, path = talked.conversation_id, branches.branch_on_show(database, talked.conversation_id)
    store.save_context_policy(database, id_, "drop")
    branches.pin_message(database, path[0].id, True)
    for name, place, removed_ms in (("early", 1, None), ("taken back", 1, 9), ("late", 5, None)):
        summaries.add_summary(database, Summary(name, id_, path[place].id, f"{name}: 中", "m", 7, removed_ms))

    copies.duplicate(database, id_, "copy")
    copies.branch_off(database, path[3].id, "branch")

    for copy, expected in (("copy", ["early", "taken back", "late"]), ("branch", ["early", "taken back"])):
        messages = branches.branch_on_show(database, copy)
        found = summaries.summaries(database, copy)
        assert [one.text for one in found] == [f"{name}: 中" for name in expected]
        assert [one.up_to_message_id for one in found[:2]] == [messages[1].id] * 2
        assert [one.removed_ms for one in found[:2]] == [None, 9]
        assert [one.is_pinned for one in messages[:3]] == [True, False, False]
        assert store.conversation(database, copy).context_policy == "drop"
    assert len(summaries.summaries(database, id_)) == 3


def test_a_summary_comes_along_only_with_what_was_removed_of_it(database: Database) -> None:
    talked = talk(database, "one", "1", "two", "2")
    id_, path = talked.conversation_id, branches.branch_on_show(database, talked.conversation_id)
    summaries.add_summary(database, Summary("s", id_, path[3].id, "they spoke of one", "m", 7))
    branches.remove_message(database, path[0].id)

    copies.duplicate(database, id_, "copy")
    copies.branch_off(database, path[3].id, "branch")

    assert summaries.summaries(database, "branch") == ()
    assert summaries.summaries_in_use(database, "copy") == ()
    branches.restore_removed(database, "copy")
    assert [one.text for one in summaries.summaries_in_use(database, "copy")] == ["they spoke of one"]


@pytest.mark.parametrize(
    ("titles", "copied", "expected"),
    [
        (["My plan"], "My plan", "My plan (2)"),
        (["My plan", "My plan (2)"], "My plan", "My plan (3)"),
        (["My plan", "My plan (2)"], "My plan (2)", "My plan (3)"),
        (["My plan", "My plan (3)"], "My plan (3)", "My plan (2)"),
        (["My plan", "My plan (2)", "My planet (3)"], "My plan", "My plan (3)"),
        (["Plan (99)"], "Plan (99)", "Plan (2)"),
        (["Films (1982)"], "Films (1982)", "Films (1982) (2)"),
        (["Lesson (1)"], "Lesson (1)", "Lesson (1) (2)"),
        (["(2)"], "(2)", "(2) (2)"),
        (["100 %_[a]*"], "100 %_[a]*", "100 %_[a]* (2)"),
        (["计划"], "计划", "计划 (2)"),
        (["x" * MAX_TITLE_CHARACTERS], "x" * MAX_TITLE_CHARACTERS, "x" * (MAX_TITLE_CHARACTERS - 7) + " (2)"),
    ],
)
def test_a_copy_is_told_apart_by_its_number(database: Database, titles: list[str], copied: str, expected: str) -> None:
    by_title = {title: _import(database, [_message("a", None)], title=title) for title in titles}
    original = by_title[copied]

    copies.duplicate(database, original, "copy")

    assert store.conversation(database, "copy").title == expected
    assert store.conversation(database, original).title == copied
    assert index_problems(database) == []


def test_every_copy_has_a_title_of_its_own(database: Database) -> None:
    id_ = talk(database, "My plan", "1").conversation_id
    first = branches.branch_on_show(database, id_)[0]

    copies.duplicate(database, id_, "duplicate")
    trash.trash(database, ["duplicate"])
    copies.branch_off(database, first.id, "branch")
    copies.duplicate(database, "branch", "of the branch")

    titles = [store.conversation(database, one).title for one in (id_, "duplicate", "branch", "of the branch")]
    assert titles == ["My plan", "My plan (2)", "My plan (3)", "My plan (4)"]
    assert [hit.conversation_id for hit in search.find_titles(database, '"plan 3"')] == ["branch"]


def test_a_copy_without_a_title_stays_without(database: Database) -> None:
    id_ = _import(database, [_message("a", None)], title="")

    copies.duplicate(database, id_, "copy")

    assert store.conversation(database, "copy").title == ""


def test_an_import_is_called_as_it_was(database: Database) -> None:
    ids = [_import(database, [_message("a", None)], title="My plan") for _ in range(2)]

    assert [store.conversation(database, id_).title for id_ in ids] == ["My plan", "My plan"]


def test_a_copy_of_nothing_is_an_error(database: Database) -> None:
    for copy in (copies.duplicate, copies.branch_off):
        with pytest.raises(LookupError):
            copy(database, "nobody", "copy")
    assert store.all_conversations(database) == []


def test_an_import_keeps_times_state_and_errors(database: Database) -> None:
    failed = _message("b", "a", role=Role.ASSISTANT, state=MessageState.FAILED, error=("NoModel", "{}"), model="Theirs")
    told = _message("c", "a", role=Role.ASSISTANT, stats=STATS, attachments=(Attachment("x", "x.md", "# X", 3),))
    id_ = _import(database, [_message("a", None), failed, told], leaf_id="b", system_prompt="S", tags=("t",), folder_id="gone")

    found = store.conversation(database, id_)
    assert (found.created_ms, found.updated_ms, found.tags, found.folder_id) == (1000, 2000, ("t",), None)
    first, second, third = branches.all_messages(database, id_)
    assert (first.created_ms, second.error, second.state, second.model) == (7, ("NoModel", "{}"), MessageState.FAILED, "Theirs")
    assert (third.stats, third.attachments[0].text) == (STATS, "# X")
    assert shown(database, id_) == ["a", "b"]


@pytest.mark.parametrize(
    ("links", "leaf_id", "expected"),
    [
        ([("a", None), ("b", "a"), ("c", "b")], "c", ["a", "b", "c"]),
        ([("c", "b"), ("b", "a"), ("a", None)], "c", ["a", "b", "c"]),
        ([("a", "nowhere"), ("b", "a")], "b", ["a", "b"]),
        ([("a", "b"), ("b", "a")], "b", ["b"]),
        ([("a", "a")], "a", ["a"]),
        ([("a", None), ("a", None), ("b", "a")], "b", ["a", "b"]),
        ([("a", None), ("b", "a")], "nowhere", ["a", "b"]),
        ([("a", None), ("b", "a")], None, ["a", "b"]),
        ([("", None), ("b", ""), ("c", None)], "b", ["", "b"]),
        ([], None, []),
    ],
)
def test_odd_links_lose_no_message(
    database: Database, links: list[tuple[str, str | None]], leaf_id: str | None, expected: list[str]
) -> None:
    messages = [Message(id_, "theirs", parent_id, Role.USER, id_, 7) for id_, parent_id in links]

    id_ = _import(database, messages, leaf_id=leaf_id)

    assert shown(database, id_) == expected
    assert sorted(_texts(database, id_)) == sorted({one for one, _ in links})


def test_below_a_version_that_is_not_on_show_the_newest_is_shown_first(database: Database) -> None:
    links = [("a", None), ("b", None), ("a1", "a"), ("b1", "b"), ("b2", "b"), ("b3", "b")]
    id_ = _import(database, [_message(*link) for link in links], leaf_id="a1")
    other = next(one for one in branches.all_messages(database, id_) if one.text == "b")

    branches.show_version(database, other.id)

    assert shown(database, id_) == ["b", "b3"]


def test_what_no_encoding_can_hold_is_replaced(database: Database) -> None:
    odd = "a\ud800"
    message = _message("m", None, odd, model=odd, attachments=(Attachment("x", odd, odd, 1),))
    id_ = _import(database, [message], title=odd * 300, draft=odd, system_prompt=odd, tags=(odd, " two\nlines "))

    found = store.conversation(database, id_)
    [stored] = branches.all_messages(database, id_)
    assert (stored.text, stored.model, stored.attachments[0].name) == ("a\ufffd", "a\ufffd", "a\ufffd")
    assert (len(found.title), found.draft, found.tags) == (MAX_TITLE_CHARACTERS, "a\ufffd", ("a\ufffd", "two lines"))


def test_an_import_that_fails_leaves_nothing(database: Database) -> None:
    good, bad = _message("a", None), _message("b", "a", role="nobody")
    with pytest.raises(Exception, match="CHECK"):
        _import(database, [good, bad])

    assert store.all_conversations(database) == []
    assert database.rows("SELECT 1 FROM message") == []
    assert index_problems(database) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 9), st.one_of(st.none(), st.integers(0, 9))), max_size=12), st.integers(0, 9))
def test_every_tree_or_what_should_have_been_one_is_stored_whole(
    database: Database, links: list[tuple[int, int | None]], leaf: int
) -> None:
    messages = [
        Message(str(id_), "theirs", None if parent is None else str(parent), Role.USER, str(id_), 7) for id_, parent in links
    ]

    id_ = _import(database, messages, leaf_id=str(leaf))

    assert sorted(_texts(database, id_)) == sorted({str(one) for one, _ in links})
    assert bool(shown(database, id_)) == bool(links)
    versions = branches.all_versions(database, id_)
    stored = branches.all_messages(database, id_)
    assert all(versions.get(one.id, (one.id,)) == branches.versions(database, one.id) for one in stored)
    for one in stored:
        branches.show_version(database, one.id)
        assert one.id in {other.id for other in branches.branch_on_show(database, id_)}
