"""The tree of messages: versions beside each other, the branch on show, and what removing a message does to it."""

from __future__ import annotations

from typing import Any

import pytest

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import Message, MessageState, Role, new_id
from desktop_app.storage import attachments, branches, rows, trash
from desktop_app.storage import conversations as store
from desktop_app.storage.database import Database
from tests.storage.talk import STATS, answer, ask, ids, n_statements, shown, talk


def _edit(database: Database, message_id: str, text: str) -> tuple[str, str]:
    version_id, answer_id = new_id(), new_id()
    branches.edit(database, message_id, version_id, answer_id, text, "other")
    return version_id, answer_id


def _regenerate(database: Database, message_id: str, text: str) -> str:
    answer_id = new_id()
    branches.regenerate(database, message_id, answer_id, "other")
    answer(database, answer_id, text)
    return answer_id


def test_an_edited_question_stands_beside_the_old_one_and_waits_for_an_answer(database: Database) -> None:
    talked = talk(database, "one", "1", "two", "2")

    version_id, answer_id = _edit(database, talked.question_id, "two, please")

    assert shown(database, talked.conversation_id) == ["one", "1", "two, please", ""]
    new, empty = (store.message(database, id_) for id_ in (version_id, answer_id))
    assert (new.role, new.state, new.model) == (Role.USER, MessageState.DONE, "")
    assert (empty.parent_id, empty.state, empty.model) == (version_id, MessageState.GENERATING, "other")
    assert branches.versions(database, version_id) == (talked.question_id, version_id)
    assert store.message(database, talked.question_id).text == "two"


@pytest.mark.parametrize("place", [0, 1])
def test_an_edited_message_stays_pinned(database: Database, place: int) -> None:
    talked = talk(database, "one", "1")
    old = ids(database, talked.conversation_id)[place]
    branches.pin_message(database, old, is_pinned=True)

    version_id, answer_id = _edit(database, old, "another")

    assert store.message(database, version_id).is_pinned and store.message(database, old).is_pinned
    assert place == 1 or not store.message(database, answer_id).is_pinned


def test_an_edited_question_keeps_its_attachments(database: Database) -> None:
    attachments.save_draft_attachment(database, None, Attachment("a", "table.csv", "1,2", 3))
    asked = ask(database, "sum?", attachments=("a",))

    version_id, _ = _edit(database, asked.question_id, "product?")

    old, new = (store.message(database, id_).attachments for id_ in (asked.question_id, version_id))
    assert [(one.name, one.text, one.n_bytes) for one in new] == [("table.csv", "1,2", 3)]
    assert old[0].id == "a" != new[0].id


def test_an_edited_answer_ends_the_branch_on_show(database: Database) -> None:
    talked = talk(database, "one", "1", "two", "2")
    first_answer_id = ids(database, talked.conversation_id)[1]

    version_id, answer_id = _edit(database, first_answer_id, "my own 1")

    assert shown(database, talked.conversation_id) == ["one", "my own 1"]
    version = store.message(database, version_id)
    assert (version.role, version.state, version.model) == (Role.ASSISTANT, MessageState.DONE, "SmolLM2")
    with pytest.raises(LookupError):
        store.message(database, answer_id)


def test_showing_a_version_brings_back_what_was_below_it_last(database: Database) -> None:
    talked = talk(database, "one", "1", "two", "2")
    conversation_id = talked.conversation_id
    first_id, second_id = ids(database, conversation_id)[0], talked.question_id
    third_id = _regenerate(database, talked.answer_id, "2 again")
    other_id, other_answer_id = _edit(database, first_id, "one, really")
    answer(database, other_answer_id, "1, really")

    branches.show_version(database, first_id)
    assert shown(database, conversation_id) == ["one", "1", "two", "2 again"]

    branches.show_version(database, talked.answer_id)
    branches.show_version(database, other_id)
    assert shown(database, conversation_id) == ["one, really", "1, really"]

    branches.show_version(database, first_id)
    assert shown(database, conversation_id) == ["one", "1", "two", "2"]
    assert branches.versions(database, third_id) == (talked.answer_id, third_id)
    assert store.message(database, second_id).parent_id is not None


def test_a_message_far_from_the_branch_on_show_can_be_shown(database: Database) -> None:
    """For instance one that a search has found: every fork above it goes its way afterwards."""
    talked = talk(database, "one", "1", "two", "2")
    conversation_id = talked.conversation_id
    first_id = ids(database, conversation_id)[0]
    _regenerate(database, talked.answer_id, "2 again")
    other_id, _ = _edit(database, first_id, "elsewhere")

    branches.show_version(database, talked.answer_id)
    branches.show_version(database, other_id)
    branches.show_version(database, first_id)

    assert shown(database, conversation_id) == ["one", "1", "two", "2"]


def test_all_versions_of_a_conversation_come_at_once(database: Database) -> None:
    talked = talk(database, "one", "1", "two", "2")
    other = talk(database, "elsewhere", "0")
    first_id, answer_id = ids(database, talked.conversation_id)[0], talked.answer_id
    again_id = _regenerate(database, answer_id, "2 again")
    removed_id = _regenerate(database, answer_id, "2 once more")
    branches.remove_message(database, removed_id)
    edited_id, _ = _edit(database, first_id, "one, really")

    found = branches.all_versions(database, talked.conversation_id)

    firsts, answers = (first_id, edited_id), (answer_id, again_id)
    assert found == {first_id: firsts, edited_id: firsts, answer_id: answers, again_id: answers}
    assert all(branches.versions(database, id_) == wanted for id_, wanted in found.items())
    assert branches.all_versions(database, other.conversation_id) == {}


def test_a_question_without_an_answer_can_be_answered_again(database: Database) -> None:
    talked = talk(database, "one", "1")
    branches.remove_message(database, talked.answer_id)

    again_id = _regenerate(database, talked.question_id, "1 again")

    assert ids(database, talked.conversation_id) == [talked.question_id, again_id]


def test_an_answer_goes_on_with_its_text(database: Database) -> None:
    talked = talk(database, "count", "one two")

    branches.continue_answer(database, talked.answer_id)
    found = store.message(database, talked.answer_id)
    assert (found.state, found.text, found.stats) == (MessageState.GENERATING, "one two", STATS)
    assert branches.continue_answer(database, talked.answer_id) is None

    store.append_text(database, talked.answer_id, " three")
    answer(database, talked.answer_id, " four")
    assert store.message(database, talked.answer_id).text == "one two three four"


def test_a_crash_while_an_answer_goes_on_keeps_all_of_it(database: Database) -> None:
    talked = talk(database, "count", "one two")
    branches.continue_answer(database, talked.answer_id)
    store.append_text(database, talked.answer_id, " three")

    store.mark_interrupted(database)

    found = store.message(database, talked.answer_id)
    assert (found.state, found.text) == (MessageState.INTERRUPTED, "one two three")


def test_only_an_answer_can_go_on(database: Database) -> None:
    talked = talk(database, "one", "1")

    assert branches.continue_answer(database, talked.question_id) is None
    assert store.message(database, talked.question_id).state is MessageState.DONE


def test_a_removed_message_in_the_middle_leaves_what_is_below_it(database: Database) -> None:
    talked = talk(database, "one", "1", "two", "2")
    removed_id = ids(database, talked.conversation_id)[1]

    branches.remove_message(database, removed_id)
    assert shown(database, talked.conversation_id) == ["one", "two", "2"]
    assert store.message(database, removed_id).removed_ms is not None

    branches.restore_message(database, removed_id)
    assert shown(database, talked.conversation_id) == ["one", "1", "two", "2"]
    assert store.message(database, removed_id).removed_ms is None


def test_after_the_last_message_the_nearest_version_is_shown_and_undo_shows_the_removed_one(database: Database) -> None:
    talked = talk(database, "one", "first")
    versions = [talked.answer_id, *(_regenerate(database, talked.answer_id, text) for text in ("second", "third"))]
    conversation_id = talked.conversation_id

    branches.show_version(database, versions[1])
    branches.remove_message(database, versions[1])
    assert shown(database, conversation_id) == ["one", "first"]
    branches.remove_message(database, versions[0])
    assert shown(database, conversation_id) == ["one", "third"]
    branches.remove_message(database, versions[2])
    assert shown(database, conversation_id) == ["one"]

    branches.restore_message(database, versions[1])
    assert shown(database, conversation_id) == ["one", "second"]
    assert branches.versions(database, versions[1]) == (versions[1],)


def test_several_that_were_removed_come_back_as_if_nothing_had_happened(database: Database) -> None:
    talked = talk(database, "one", "1", "two", "first")
    id_, third = talked.conversation_id, _regenerate(database, talked.answer_id, "second")
    before = ids(database, id_)
    removed = [third, before[1], talked.answer_id, before[2]]
    for message_id in removed:
        branches.remove_message(database, message_id)
    assert shown(database, id_) == ["one"]

    assert branches.restore_messages(database, removed) == [id_] * 4

    assert shown(database, id_) == ["one", "1", "two", "second"]
    assert branches.versions(database, third) == (talked.answer_id, third)


def test_all_that_was_removed_comes_back_and_the_branch_on_show_stays(database: Database) -> None:
    talked, other = talk(database, "one", "1", "two", "2"), talk(database, "other", "o")
    id_, before = talked.conversation_id, ids(database, talked.conversation_id)
    branches.remove_message(database, talked.answer_id)
    edited_id, _ = _edit(database, talked.question_id, "second wording")
    for message_id in (before[1], other.question_id):
        branches.remove_message(database, message_id)
    assert branches.removed_ids(database, id_) == [talked.answer_id, before[1]]

    assert branches.restore_removed(database, id_) == [talked.answer_id, before[1]]

    assert shown(database, id_)[:3] == ["one", "1", "second wording"]
    assert branches.removed_ids(database, id_) == branches.restore_removed(database, id_) == []
    assert len(branches.removed_ids(database, other.conversation_id)) == 1
    branches.show_version(database, talked.question_id)
    assert shown(database, id_) == ["one", "1", "two", "2"]
    assert edited_id not in ids(database, id_)


def test_of_what_was_removed_elsewhere_the_last_one_is_shown(database: Database) -> None:
    talked = talk(database, "one", "first")
    second = _regenerate(database, talked.answer_id, "second")
    branches.remove_message(database, second)
    assert shown(database, talked.conversation_id) == ["one", "first"]

    branches.restore_removed(database, talked.conversation_id)

    assert shown(database, talked.conversation_id) == ["one", "second"]


def test_what_was_removed_too_long_ago_stays_away(database: Database) -> None:
    talked = talk(database, "one", "1")
    branches.remove_message(database, talked.answer_id)
    database.execute("UPDATE message SET removed_ms = removed_ms - ? WHERE id = ?", trash.KEPT_MS + 1, talked.answer_id)

    assert branches.removed_ids(database, talked.conversation_id) == []
    assert branches.restore_removed(database, talked.conversation_id) == []
    assert shown(database, talked.conversation_id) == ["one"]


def test_counting_what_was_removed_does_not_go_through_the_messages(database: Database) -> None:
    plans: list[str] = []
    real = database.rows

    def explained(sql: str, *values: str | int | None) -> list[tuple[Any, ...]]:
        plans.extend(row[3] for row in real(f"EXPLAIN QUERY PLAN {sql}", *values))
        return real(sql, *values)

    database.rows = explained  # type: ignore[method-assign]
    branches.removed_ids(database, "c")

    assert "USING INDEX message_removed" in plans[0]


def test_the_last_message_is_gone_and_the_next_question_stands_in_its_place(database: Database) -> None:
    talked = talk(database, "one", "1", "two", "2")
    for message_id in (talked.answer_id, talked.question_id):
        branches.remove_message(database, message_id)
    assert shown(database, talked.conversation_id) == ["one", "1"]

    ask(database, "three", talked.conversation_id)

    assert shown(database, talked.conversation_id) == ["one", "1", "three", ""]


def test_removing_the_first_of_several_questions_on_show_with_nothing_below_shows_the_other(database: Database) -> None:
    talked = talk(database, "one", "1")
    other_id, other_answer_id = _edit(database, talked.question_id, "other")
    branches.remove_message(database, other_answer_id)
    branches.remove_message(database, other_id)

    assert shown(database, talked.conversation_id) == ["one", "1"]


def test_removing_what_is_not_on_show_changes_nothing_on_screen(database: Database) -> None:
    talked = talk(database, "one", "first")
    _regenerate(database, talked.answer_id, "second")

    branches.remove_message(database, talked.answer_id)

    assert shown(database, talked.conversation_id) == ["one", "second"]


@pytest.mark.parametrize("change", [branches.show_version, branches.remove_message, branches.restore_message])
def test_a_message_that_does_not_exist_is_an_error(database: Database, change: object) -> None:
    assert callable(change)
    with pytest.raises(LookupError):
        change(database, "nobody")


def _chain(database: Database, n_messages: int) -> list[str]:
    talked = talk(database, "0", "1")
    found = ids(database, talked.conversation_id)
    with database.transaction():
        for number in range(2, n_messages):
            role = Role.ASSISTANT if number % 2 else Role.USER
            new = store.message(database, found[-1])
            found.append(new_id())
            database.execute(
                "INSERT INTO message (id, conversation_id, parent_id, role, state, text, created_ms) VALUES (?, ?, ?, ?, 'done', ?, 1)",
                found[-1], talked.conversation_id, new.id, role, str(number),
            )  # fmt: skip
        store.update(database, "leaf_id = ?", talked.conversation_id, found[-1])
    return found


def test_only_the_branch_on_show_is_read(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = _chain(database, 30)
    conversation_id = store.message(database, chain[0]).conversation_id
    _edit(database, chain[2], "short")
    made: list[Message] = []

    def message_of(row: tuple[Any, ...], attached: tuple[Attachment, ...] = ()) -> Message:
        made.append(rows.message_of(row, attached))
        return made[-1]

    monkeypatch.setattr("desktop_app.storage.branches.message_of", message_of)

    assert shown(database, conversation_id) == ["0", "1", "short", ""]
    assert len(made) == 4


def test_long_conversations_take_no_more_questions_to_the_file_than_short_ones(database: Database) -> None:
    long, short = (store.message(database, _chain(database, n)[0]).conversation_id for n in (60, 4))

    for read in (branches.branch_on_show, branches.all_versions, branches.all_messages):
        assert n_statements(database, read, long) == n_statements(database, read, short) <= 5


def test_a_circle_and_a_parent_that_is_gone_end_the_walk(database: Database) -> None:
    chain = _chain(database, 10)
    conversation_id = store.message(database, chain[0]).conversation_id
    database.execute("UPDATE message SET parent_id = ? WHERE id = ?", chain[6], chain[3])
    assert shown(database, conversation_id) == ["3", "4", "5", "6", "7", "8", "9"]
    # Down from the circle: there is no end to be found, so any of its messages will do.
    branches.show_version(database, chain[4])
    assert shown(database, conversation_id)
    branches.remove_message(database, chain[5])
    assert len(branches.all_versions(database, conversation_id)) <= len(chain)

    database._connection.pragma("foreign_keys", 0)
    database.execute("UPDATE message SET parent_id = 'gone' WHERE id = ?", chain[3])
    store.update(database, "leaf_id = ?", conversation_id, chain[9])
    assert shown(database, conversation_id) == ["3", "4", "6", "7", "8", "9"]
    database.execute("UPDATE message SET parent_id = NULL WHERE id = ?", chain[3])


def test_a_leaf_that_is_gone_shows_an_empty_conversation(database: Database) -> None:
    talked = talk(database, "one", "1")
    store.update(database, "leaf_id = ?", talked.conversation_id, "gone")

    assert shown(database, talked.conversation_id) == []
