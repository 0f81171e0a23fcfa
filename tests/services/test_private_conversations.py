"""Private conversations: everything works on them, beside the others, and they are gone with the process."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import MessageState
from desktop_app.chat.summary import Summary
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.services.conversations import Conversations
from desktop_app.storage import conversations as store
from desktop_app.storage.summaries import add_summary, summaries
from tests.services.conversation_signals import Heard, listen, settle


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hearth.sqlite3"


@pytest.fixture
def conversations(qapp: QCoreApplication, path: Path) -> Iterator[Conversations]:
    conversations = Conversations(path)
    yield conversations
    conversations.close()


@pytest.fixture
def pair(conversations: Conversations) -> tuple[str, str]:
    """Ids of an ordinary and of a private conversation."""
    ids = conversations.ask(None, "open", "m"), conversations.ask(None, "secret", "m", is_private=True)
    settle(conversations)
    return ids


@pytest.fixture
def heard(conversations: Conversations, pair: tuple[str, str]) -> Heard:
    return listen(conversations)


def _texts(conversations: Conversations, id_: str) -> list[str]:
    return [one.text for one in conversations.branch(id_)]


def test_both_are_in_the_list_and_only_one_in_the_file(conversations: Conversations, pair: tuple[str, str]) -> None:
    assert {one.id: one.is_private for one in conversations.all()} == {pair[0]: False, pair[1]: True}
    assert [one.id for one in store.all_conversations(conversations._databases.reading)] == [pair[0]]
    assert conversations.get(pair[1]).is_private


def test_the_list_stays_in_order(conversations: Conversations, pair: tuple[str, str]) -> None:
    third = conversations.ask(None, "third", "m")
    settle(conversations)
    writing = conversations._writer._database
    writing.execute("UPDATE conversation SET updated_ms = updated_ms - 10000 WHERE id = ?", pair[0])
    writing.execute("UPDATE conversation SET updated_ms = updated_ms + 10000 WHERE id = ?", third)

    assert [one.id for one in conversations.all()] == [third, pair[1], pair[0]]


def test_a_private_conversation_is_gone_after_the_end(conversations: Conversations, pair: tuple[str, str], path: Path) -> None:
    conversations.close()
    again = Conversations(path)
    found = [one.id for one in again.all()]
    again.close()

    assert found == [pair[0]]


def test_a_whole_private_talk(conversations: Conversations, pair: tuple[str, str], heard: Heard) -> None:
    id_ = pair[1]
    question, answer = conversations.branch(id_)
    conversations.append_text(answer.id, "An")
    conversations.finish(answer.id, MessageState.DONE, None, rest="swer")
    conversations.save_draft(id_, "draft")
    conversations.save_system_prompt(id_, "Be brief.")
    conversations.save_sampling(id_, SamplingParameters(seed=7))
    conversations.save_draft_attachment(id_, Attachment("a", "a.txt", "file", 4))
    settle(conversations)
    assert _texts(conversations, id_) == ["secret", "Answer"]
    assert (conversations.draft(id_), conversations.get(id_).system_prompt) == ("draft", "Be brief.")
    assert conversations.sampling(id_) == SamplingParameters(seed=7)
    assert [one.id for one in conversations.draft_attachments(id_)] == ["a"]

    conversations.save_edit_draft(question.id, "secret, ed")
    conversations.save_context_policy(id_, "drop")
    conversations.pin_message(question.id, True)
    conversations.in_writer_of(id_, partial(add_summary, new=Summary("s", id_, answer.id, "short", "m", 1)))
    settle(conversations)
    assert conversations.edit_draft(question.id) == "secret, ed"
    assert (conversations.get(id_).context_policy, conversations.message(question.id).is_pinned) == ("drop", True)
    assert [one.text for one in summaries(conversations.reading(id_), id_)] == ["short"]
    assert conversations._databases.reading.rows("SELECT 1 FROM summary UNION ALL SELECT 1 FROM edit_draft") == []

    edited_id = conversations.edit(question.id, "secret, edited", "m")
    conversations.show_version(question.id)
    other_id = conversations.regenerate(answer.id, "m")
    conversations.remove_message(other_id)
    conversations.restore_message(other_id)
    conversations.continue_answer(answer.id)
    queued_id = conversations.queue(id_, "next", ["a"])
    conversations.edit_queued(queued_id, "next one")
    settle(conversations)
    assert conversations.versions(edited_id) == (question.id, edited_id)
    assert conversations.versions_of_branch(id_)[answer.id] == (answer.id, other_id)
    assert [one.text for one in conversations.queued(id_)] == ["next one"]
    assert conversations.message(answer.id).state is MessageState.GENERATING

    conversations.ask_queued(id_, "m")
    conversations.set_automatic_title(id_, "Title")
    conversations.set_unread(id_, True)
    settle(conversations)
    assert _texts(conversations, id_) == ["secret", "", "next one", ""]
    assert (conversations.get(id_).title, conversations.get(id_).is_unread) == ("Title", True)
    assert not [one for one in heard if one[0] == "write_failed"]


def test_both_kinds_are_put_in_order_together(conversations: Conversations, pair: tuple[str, str], heard: Heard) -> None:
    folder_id = conversations.add_folder("Work")
    conversations.move(pair, folder_id)
    conversations.tag(pair, add=["b"])
    conversations.tag([pair[1]], add=["a"])
    conversations.pin(pair, True)
    settle(conversations)
    assert [conversations.get(id_).folder_id for id_ in pair] == [folder_id] * 2
    assert conversations.tags() == ["a", "b"]
    assert all(conversations.get(id_).pinned_ms for id_ in pair)

    heard.clear()
    conversations.remove_folder(folder_id)
    conversations.trash(*pair)
    settle(conversations)
    assert heard[:5] == [
        ("folders_changed",), ("conversation_changed", pair[0]), ("conversation_changed", pair[1]),
        ("conversation_trashed", pair[0]), ("conversation_trashed", pair[1]),
    ]  # fmt: skip
    assert {one.id for one in conversations.trashed()} == set(pair)
    assert conversations.tags() == []

    conversations.empty_trash()
    settle(conversations)
    assert conversations.trashed() == []


def test_copies_of_a_private_conversation_are_private(conversations: Conversations, pair: tuple[str, str]) -> None:
    ids = conversations.duplicate(pair[1]), conversations.branch_off(conversations.branch(pair[1])[0].id)
    settle(conversations)

    assert all(conversations.get(id_).is_private for id_ in ids)
    assert len(store.all_conversations(conversations._databases.reading)) == 1


def test_an_empty_private_conversation_gets_its_title_from_the_first_question(
    conversations: Conversations, pair: tuple[str, str], heard: Heard
) -> None:
    id_ = conversations.start_private()
    conversations.save_draft(id_, "being typed")
    settle(conversations)
    assert heard == [("conversation_added", id_)]
    assert (conversations.get(id_).title, conversations.draft(id_)) == ("", "being typed")

    conversations.ask(id_, "What is private?", "m")
    settle(conversations)
    assert (conversations.get(id_).title, conversations.get(id_).is_private) == ("What is private?", True)


def test_attachments_of_the_new_chat_go_into_memory_with_the_question(conversations: Conversations) -> None:
    for id_ in "ab":
        conversations.save_draft_attachment(None, Attachment(id_, f"{id_}.txt", "file", 4))
    asked_id = conversations.ask(None, "secret", "m", attachments=["a"], is_private=True)
    settle(conversations)

    assert [one.id for one in conversations.branch(asked_id)[0].attachments] == ["a"]
    assert [one.id for one in conversations.draft_attachments(None)] == ["b"]
    conversations.drop_draft_attachment("b")
    settle(conversations)
    assert conversations.draft_attachments(None) == ()


def test_two_profiles_in_one_process_have_nothing_in_common(
    conversations: Conversations, pair: tuple[str, str], tmp_path: Path
) -> None:
    other = Conversations(tmp_path / "other.sqlite3")
    other.ask(None, "theirs", "m", is_private=True)
    settle(other)
    found = [one.title for one in other.all()]
    other.close()

    assert found == ["theirs"]
    assert len(conversations.all()) == 2
