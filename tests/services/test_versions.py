"""What a person does to messages: each step announces the branch first, then what is new on it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import Message, MessageState
from desktop_app.errors import DiskFull
from desktop_app.services.conversations import Conversations
from desktop_app.storage import branches
from tests.services.conversation_signals import Heard, listen, settle


@pytest.fixture
def conversations(qapp: QCoreApplication, tmp_path: Path) -> Iterator[Conversations]:
    conversations = Conversations(tmp_path / "hearth.sqlite3")
    yield conversations
    conversations.close()


@pytest.fixture
def talk(conversations: Conversations) -> tuple[Message, Message]:
    """A question and its answer."""
    id_ = conversations.ask(None, "Why is the sky blue?", "SmolLM2")
    settle(conversations)
    conversations.finish(conversations.branch(id_)[1].id, MessageState.DONE, None, rest="Light.")
    settle(conversations)
    question, answer = conversations.branch(id_)
    return question, answer


@pytest.fixture
def heard(conversations: Conversations, talk: tuple[Message, Message]) -> Heard:
    return listen(conversations)


def _shown(conversations: Conversations, one: Message) -> list[str]:
    return [message.text for message in conversations.branch(one.conversation_id)]


def test_editing_a_question_asks_again(conversations: Conversations, talk: tuple[Message, Message], heard: Heard) -> None:
    question, _ = talk
    id_ = question.conversation_id

    version_id = conversations.edit(question.id, "Why is the sea blue?", "Other")
    assert heard == []
    settle(conversations)

    new, answer = conversations.branch(id_)
    assert heard == [
        ("branch_changed", id_), ("conversation_changed", id_), ("message_added", id_, version_id), ("message_added", id_, answer.id),
    ]  # fmt: skip
    assert (new.id, new.text, answer.state, answer.model) == (
        version_id, "Why is the sea blue?", MessageState.GENERATING, "Other",
    )  # fmt: skip
    assert conversations.versions(version_id) == (question.id, version_id)
    assert conversations.versions_of_branch(id_)[version_id] == (question.id, version_id)


def test_editing_an_answer_asks_nothing(conversations: Conversations, talk: tuple[Message, Message], heard: Heard) -> None:
    question, answer = talk
    version_id = conversations.edit(answer.id, "Scattered light.", "Other")
    settle(conversations)

    id_ = question.conversation_id
    assert heard == [("branch_changed", id_), ("conversation_changed", id_), ("message_added", id_, version_id)]
    assert conversations.message(version_id).state is MessageState.DONE
    assert _shown(conversations, question) == ["Why is the sky blue?", "Scattered light."]


def test_another_answer_and_back_to_the_first(conversations: Conversations, talk: tuple[Message, Message], heard: Heard) -> None:
    question, answer = talk
    id_ = question.conversation_id
    other_id = conversations.regenerate(answer.id, "Other")
    conversations.show_version(answer.id)
    settle(conversations)

    assert heard == [
        ("branch_changed", id_), ("conversation_changed", id_), ("message_added", id_, other_id), ("branch_changed", id_),
    ]  # fmt: skip
    assert conversations.versions(answer.id) == (answer.id, other_id)
    assert _shown(conversations, question)[-1] == "Light."


def test_an_answer_goes_on(conversations: Conversations, talk: tuple[Message, Message], heard: Heard) -> None:
    _, answer = talk
    conversations.continue_answer(answer.id)
    settle(conversations)
    assert heard == [("answer_resumed", answer.conversation_id, answer.id)]
    conversations.continue_answer(answer.id)
    settle(conversations)
    assert len(heard) == 1
    assert conversations.message(answer.id).text == "Light."

    conversations.append_text(answer.id, " Scattered.")
    conversations.finish(answer.id, MessageState.DONE, None, rest=" Yes.")
    settle(conversations)
    assert conversations.message(answer.id).text == "Light. Scattered. Yes."


def test_removing_and_undoing(conversations: Conversations, talk: tuple[Message, Message], heard: Heard) -> None:
    question, answer = talk
    id_ = question.conversation_id
    conversations.remove_message(answer.id)
    settle(conversations)
    assert heard == [("branch_changed", id_), ("message_removed", id_, answer.id)]
    assert _shown(conversations, question) == ["Why is the sky blue?"]

    heard.clear()
    conversations.restore_message(answer.id)
    settle(conversations)
    assert heard == [("branch_changed", id_), ("message_restored", id_, answer.id)]
    assert _shown(conversations, question)[-1] == "Light."


def test_several_removals_are_undone_in_one_step(
    conversations: Conversations, talk: tuple[Message, Message], heard: Heard
) -> None:
    question, answer = talk
    id_ = question.conversation_id
    private_id = conversations.ask(None, "Secret?", "m", is_private=True)
    purged_id = conversations.ask(None, "Gone?", "m")
    settle(conversations)
    elsewhere, purged = (conversations.branch(one)[0].id for one in (private_id, purged_id))
    removed = [question.id, elsewhere, purged, answer.id]
    for message_id in removed:
        conversations.remove_message(message_id)
    conversations.purge(purged_id)
    settle(conversations)
    assert (conversations.n_removed(id_), conversations.n_removed(private_id)) == (2, 1)

    heard.clear()
    conversations.restore_message(*removed)
    settle(conversations)

    assert heard == [
        ("branch_changed", id_), ("branch_changed", private_id),
        ("message_restored", id_, question.id), ("message_restored", id_, answer.id),
        ("message_restored", private_id, elsewhere),
    ]  # fmt: skip
    assert _shown(conversations, question) == ["Why is the sky blue?", "Light."]
    assert conversations.branch(private_id)[0].id == elsewhere


def test_all_that_was_removed_from_a_conversation_comes_back(
    conversations: Conversations, talk: tuple[Message, Message], heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A person takes longer than a millisecond from one to the next.
    times = count(branches.now_ms())
    monkeypatch.setattr(branches, "now_ms", lambda: next(times))
    question, answer = talk
    id_ = question.conversation_id
    for message_id in (answer.id, question.id):
        conversations.remove_message(message_id)
    settle(conversations)
    assert conversations.n_removed(id_) == 2 and _shown(conversations, question) == []

    heard.clear()
    conversations.restore_removed(id_)
    settle(conversations)

    restored = [("message_restored", id_, answer.id), ("message_restored", id_, question.id)]
    assert heard == [("branch_changed", id_), *restored]
    assert conversations.n_removed(id_) == 0 and len(_shown(conversations, question)) == 2
    conversations.restore_removed(id_)
    settle(conversations)
    assert len(heard) == 3


def test_what_is_queued_is_asked_in_its_turn(conversations: Conversations, talk: tuple[Message, Message], heard: Heard) -> None:
    id_ = talk[0].conversation_id
    conversations.save_draft_attachment(id_, Attachment("a", "a.txt", "file", 4))
    first = conversations.queue(id_, "And the se\ud800a?", ["a"])
    second = conversations.queue(id_, "And grass?")
    conversations.edit_queued(second, "And the grass?")
    third = conversations.queue(id_, "Nothing")
    conversations.cancel_queued(third)
    settle(conversations)
    assert [(one.id, one.text, len(one.files)) for one in conversations.queued(id_)] == [
        (first, "And the se\ufffda?", 1), (second, "And the grass?", 0),
    ]  # fmt: skip
    changed = [("draft_attachments_changed", id_)]
    assert heard == [*changed, ("queue_changed", id_), *changed, *[("queue_changed", id_)] * 4]

    heard.clear()
    conversations.ask_queued(id_, "SmolLM2")
    settle(conversations)
    question, answer = conversations.branch(id_)[2:]
    assert heard == [
        ("queue_changed", id_), ("conversation_changed", id_),
        ("message_added", id_, question.id), ("message_added", id_, answer.id),
    ]  # fmt: skip
    assert (question.attachments[0].text, answer.state) == ("file", MessageState.GENERATING)


def test_nothing_queued_is_nothing_asked(conversations: Conversations, talk: tuple[Message, Message], heard: Heard) -> None:
    conversations.ask_queued(talk[0].conversation_id, "SmolLM2")
    conversations.edit_queued("gone", "text")
    conversations.cancel_queued("gone")
    settle(conversations)

    assert heard == []


def test_attachments_wait_in_the_composer_until_they_are_sent(conversations: Conversations, heard: Heard) -> None:
    for id_ in "ab":
        conversations.save_draft_attachment(None, Attachment(id_, f"{id_}\ud800.txt", "te\udfffxt", 4))
    conversations.drop_draft_attachment("b")
    conversations.drop_draft_attachment("gone")
    settle(conversations)
    assert heard == [("draft_attachments_changed", "")] * 3
    assert [(one.name, one.text) for one in conversations.draft_attachments(None)] == [("a\ufffd.txt", "te\ufffdxt")]

    heard.clear()
    asked_id = conversations.ask(None, "Read it", "m", attachments=["a"])
    settle(conversations)
    assert heard[-1] == ("draft_attachments_changed", "")
    assert conversations.branch(asked_id)[0].attachments[0].id == "a"
    assert conversations.draft_attachments(None) == ()


def test_an_edit_on_a_full_disk_is_refused_and_leaves_everything_as_it_was(
    conversations: Conversations, talk: tuple[Message, Message], heard: Heard, tmp_path: Path
) -> None:
    connection = conversations._writer._database._connection
    conversations._writer.post(lambda _: connection.pragma("max_page_count", 1))
    conversations.edit(talk[0].id, "word " * 20_000, "m")
    settle(conversations)
    connection.pragma("max_page_count", 1_000_000)

    assert heard == [("write_failed", DiskFull(str(tmp_path / "hearth.sqlite3")))]
    assert conversations.versions(talk[0].id) == (talk[0].id,)
    assert len(conversations.all()) == 1
