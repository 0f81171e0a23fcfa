"""What waits for the answer before it, and what is attached on the way."""

from __future__ import annotations

import pytest

from desktop_app.chat.attachment import Attachment
from desktop_app.storage import attachments, branches, queued
from desktop_app.storage import conversations as store
from desktop_app.storage.database import Database
from tests.storage.index_check import found_messages
from tests.storage.talk import answer, ask, shown, talk


def _attach(database: Database, conversation_id: str | None, *ids: str) -> None:
    for id_ in ids:
        attachments.save_draft_attachment(database, conversation_id, Attachment(id_, f"{id_}.txt", f"text of {id_}", 9))


def _names(found: tuple[Attachment, ...]) -> list[str]:
    return [one.name for one in found]


def test_messages_wait_in_order_and_the_first_becomes_a_question(database: Database) -> None:
    id_ = talk(database, "one", "1").conversation_id
    _attach(database, id_, "a")
    queued.queue(database, id_, "q1", "two", ["a"])
    queued.queue(database, id_, "q2", "three", [])
    store.save_draft(database, id_, "being typed")
    assert [(one.id, one.text, one.files) for one in queued.queued(database, id_)] == [
        ("q1", "two", ("a.txt",)), ("q2", "three", ()),
    ]  # fmt: skip

    assert queued.ask_queued(database, id_, "question", "answer", "m") == (True, False)

    assert shown(database, id_) == ["one", "1", "two", ""]
    assert _names(store.message(database, "question").attachments) == ["a.txt"]
    assert [one.id for one in queued.queued(database, id_)] == ["q2"]
    assert store.draft(database, id_) == "being typed"
    assert found_messages(database, "a") == ["question"]


def test_what_waited_for_an_answer_stands_below_it_whatever_is_on_show(database: Database) -> None:
    asked = talk(database, "one", "1")
    id_, first = asked.conversation_id, asked.answer_id
    branches.regenerate(database, first, "second", "m")
    answer(database, "second", "1, again")
    branches.show_version(database, first)
    queued.queue(database, id_, "q1", "two", [])
    queued.queue(database, id_, "q2", "three", [])

    assert queued.ask_queued(database, id_, "question", "answer", "m", "second") == (True, True)

    assert shown(database, id_) == ["one", "1, again", "two", ""]
    assert queued.ask_queued(database, id_, "question 2", "answer 2", "m", "answer") == (True, False)
    assert shown(database, id_)[-2:] == ["three", ""]
    branches.show_version(database, first)
    assert shown(database, id_) == ["one", "1"]


@pytest.mark.parametrize("below", ["gone", "removed", "of another"])
def test_what_waited_for_an_answer_that_is_not_there_any_more_stands_below_what_is_on_show(
    database: Database, below: str
) -> None:
    asked = talk(database, "one", "1")
    id_, other = asked.conversation_id, talk(database, "two", "2").answer_id
    branches.regenerate(database, asked.answer_id, "removed", "m")
    answer(database, "removed", "1, again")
    branches.remove_message(database, "removed")
    queued.queue(database, id_, "q1", "two", [])

    asked_below = other if below == "of another" else below
    assert queued.ask_queued(database, id_, "question", "answer", "m", asked_below) == (True, False)

    assert shown(database, id_) == ["one", "1", "two", ""]


def test_what_waits_can_be_changed_and_cancelled(database: Database) -> None:
    id_ = talk(database, "one", "1").conversation_id
    _attach(database, id_, "a")
    queued.queue(database, id_, "q1", "two", ["a"])

    assert queued.edit_queued(database, "q1", "two, please") == id_
    assert [one.text for one in queued.queued(database, id_)] == ["two, please"]
    assert queued.cancel_queued(database, "q1") is not None
    assert queued.queued(database, id_) == ()
    assert database.rows("SELECT 1 FROM attachment") == []


def test_what_was_cancelled_waits_again_in_its_place_with_its_files(database: Database) -> None:
    id_ = talk(database, "one", "1").conversation_id
    _attach(database, id_, "a", "b", "typed")
    queued.queue(database, id_, "q1", "two", ["b", "a"])
    queued.queue(database, id_, "q2", "three", [])
    before = queued.queued(database, id_)
    cancelled = queued.cancel_queued(database, "q1")
    assert cancelled is not None and queued.queued(database, id_) == before[1:]

    queued.restore_queued(database, cancelled)

    assert queued.queued(database, id_) == before and before[0].files == ("b.txt", "a.txt")
    assert _names(attachments.draft_attachments(database, id_)) == ["typed.txt"]


def test_what_was_cancelled_waits_again_as_the_last_when_its_place_is_taken(database: Database) -> None:
    id_ = talk(database, "one", "1").conversation_id
    queued.queue(database, id_, "q1", "two", [])
    cancelled = queued.cancel_queued(database, "q1")
    queued.queue(database, id_, "q2", "three", [])

    assert cancelled is not None
    queued.restore_queued(database, cancelled)

    assert [one.text for one in queued.queued(database, id_)] == ["three", "two"]


def test_what_is_taken_back_is_the_draft_with_its_files(database: Database) -> None:
    id_ = talk(database, "one", "1").conversation_id
    _attach(database, id_, "a", "b")
    queued.queue(database, id_, "q1", "two", ["b", "a"])

    taken = queued.take_back_queued(database, "q1")

    assert taken is not None and (taken.message.text, taken.message.files, taken.draft) == ("two", ("b.txt", "a.txt"), "two")
    assert queued.queued(database, id_) == ()
    assert store.draft(database, id_) == "two"
    assert _names(attachments.draft_attachments(database, id_)) == ["b.txt", "a.txt"]


def test_what_is_taken_back_stands_above_what_was_taken_back_before(database: Database) -> None:
    id_ = talk(database, "one", "1").conversation_id
    for queued_id, text in (("q1", "two"), ("q2", "three")):
        queued.queue(database, id_, queued_id, text, [])

    drafts = [taken.draft for queued_id in ("q1", "q2") if (taken := queued.take_back_queued(database, queued_id))]

    assert drafts == ["two", "three\n\ntwo"] and store.draft(database, id_) == "three\n\ntwo"


def test_what_does_not_wait_any_more_is_nothing(database: Database) -> None:
    id_ = talk(database, "one", "1").conversation_id

    assert queued.edit_queued(database, "gone", "text") is None
    assert queued.cancel_queued(database, "gone") is None
    assert queued.take_back_queued(database, "gone") is None
    assert queued.ask_queued(database, id_, "question", "answer", "m") == (False, False)
    assert shown(database, id_) == ["one", "1"]


def test_queueing_takes_the_draft_along(database: Database) -> None:
    id_ = talk(database, "one", "1").conversation_id
    store.save_draft(database, id_, "two")

    queued.queue(database, id_, "q1", "two", [])

    assert store.draft(database, id_) == ""


def test_attachments_belong_to_the_composer_they_were_put_into(database: Database) -> None:
    id_ = talk(database, "one", "1").conversation_id
    _attach(database, id_, "a", "b")
    _attach(database, None, "c")

    assert _names(attachments.draft_attachments(database, id_)) == ["a.txt", "b.txt"]
    assert _names(attachments.draft_attachments(database, None)) == ["c.txt"]
    assert attachments.drop_draft_attachment(database, "a") == id_
    assert attachments.drop_draft_attachment(database, "c") == ""
    assert attachments.drop_draft_attachment(database, "a") is None
    assert _names(attachments.draft_attachments(database, id_)) == ["b.txt"]
    assert attachments.draft_attachments(database, None) == ()


def test_a_question_takes_the_attachments_that_it_names_in_that_order(database: Database) -> None:
    _attach(database, None, "a", "b", "c")

    asked = ask(database, "see files", attachments=("c", "a", "nowhere"))

    assert _names(store.message(database, asked.question_id).attachments) == ["c.txt", "a.txt"]
    assert _names(attachments.draft_attachments(database, None)) == ["b.txt"]
    assert found_messages(database, "c") == [asked.question_id]
    assert found_messages(database, "b") == []
    # What was sent is not in any composer, so it cannot be taken out of one.
    assert attachments.drop_draft_attachment(database, "a") is None
    again = ask(database, "and again", attachments=("a",))
    assert store.message(database, again.question_id).attachments == ()
