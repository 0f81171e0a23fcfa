"""What the windows rely on: signals after the commit, reading at once, and nothing lost on a full disk."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import apsw
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import GenerationStats, Message, MessageState, Role, new_id
from desktop_app.errors import DatabaseTooNew, DiskFull, NoModel
from desktop_app.services import conversations as conversations_module
from desktop_app.services import writer as writer_module
from desktop_app.services.conversations import Conversations
from desktop_app.storage import conversations as store
from desktop_app.storage.database import Database
from desktop_app.storage.migrations import SCHEMA_VERSION

STATS = GenerationStats("eos", 10, 0, 5, 1.0, 2.0, 3.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hearth.sqlite3"


@pytest.fixture
def conversations(qapp: QCoreApplication, path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conversations]:
    monkeypatch.setattr(writer_module, "RETRY_INTERVAL_S", 0.05)
    conversations = Conversations(path)
    yield conversations
    conversations.close()


@pytest.fixture
def heard(conversations: Conversations) -> list[tuple[object, ...]]:
    """Every signal with its arguments, in order."""
    heard: list[tuple[object, ...]] = []
    for name in (
        "conversation_added", "conversation_changed", "conversation_trashed", "conversation_restored",
        "message_added", "message_changed", "ask_failed", "queue_failed", "write_failed", "write_recovered",
    ):  # fmt: skip
        getattr(conversations, name).connect(lambda *arguments, name=name: heard.append((name, *arguments)))
    return heard


@pytest.fixture
def asked(qtbot: QtBot, conversations: Conversations) -> Message:
    """The empty answer to the first question of a conversation."""
    conversation_id = conversations.ask(None, "Why is the sky blue?", "SmolLM2")
    _settle(conversations)
    return conversations.branch(conversation_id)[1]


def _settle(conversations: Conversations) -> None:
    assert conversations.flush()
    QCoreApplication.processEvents()


def _fill_disk(conversations: Conversations) -> Callable[[], None]:
    """Give the database no more room; the function that comes back gives it some, without the writer's help."""
    connection = conversations._writer._database._connection
    # 1 means: as many as there are now.
    conversations._writer.post(lambda _: connection.pragma("max_page_count", 1))
    assert conversations.flush()
    return lambda: connection.pragma("max_page_count", 1_000_000)


BIG = "word " * 20_000


def test_asking_announces_the_conversation_then_the_question_then_the_answer(
    qtbot: QtBot, conversations: Conversations, heard: list[tuple[object, ...]]
) -> None:
    conversation_id = conversations.ask(None, "one", "SmolLM2")
    assert heard == []
    qtbot.waitUntil(lambda: len(heard) == 3)
    question, answer = conversations.branch(conversation_id)
    assert heard == [
        ("conversation_added", conversation_id),
        ("message_added", conversation_id, question.id),
        ("message_added", conversation_id, answer.id),
    ]
    assert (question.role, answer.role, answer.state) == (Role.USER, Role.ASSISTANT, MessageState.GENERATING)

    heard.clear()
    assert conversations.ask(conversation_id, "two", "SmolLM2") == conversation_id
    qtbot.waitUntil(lambda: len(heard) == 3)
    assert heard[0] == ("conversation_changed", conversation_id)


def test_signals_come_after_the_commit(qtbot: QtBot, conversations: Conversations, path: Path) -> None:
    independent = Database.reading(path)
    seen: list[object] = []
    conversations.conversation_added.connect(lambda id_: seen.append(store.conversation(independent, id_).title))
    conversations.message_added.connect(lambda _, id_: seen.append(store.message(independent, id_).text))
    conversations.message_changed.connect(lambda _, id_: seen.append(store.message(independent, id_).state))
    conversations.conversation_changed.connect(lambda id_: seen.append(store.conversation(independent, id_).title))
    conversations.conversation_trashed.connect(lambda _: seen.append(len(store.all_conversations(independent))))
    conversations.conversation_restored.connect(lambda _: seen.append(len(store.all_conversations(independent))))

    conversation_id = conversations.ask(None, "one", "m")
    qtbot.waitUntil(lambda: len(seen) == 3)
    answer_id = conversations.branch(conversation_id)[1].id
    conversations.finish(answer_id, MessageState.DONE, STATS, rest="text")
    conversations.rename(conversation_id, "new title")
    conversations.trash(conversation_id)
    qtbot.waitUntil(lambda: len(seen) == 6)
    conversations.restore(conversation_id)
    qtbot.waitUntil(lambda: len(seen) == 7)

    assert seen == ["one", "one", "", MessageState.DONE, "new title", 0, 1]
    independent.close()


def test_text_of_an_answer_in_progress_can_be_read(
    conversations: Conversations, asked: Message, heard: list[tuple[object, ...]]
) -> None:
    conversations.append_text(asked.id, "Because ")
    conversations.append_text(asked.id, "of ")
    _settle(conversations)
    assert conversations.message(asked.id).text == "Because of "
    assert heard == []

    conversations.finish(asked.id, MessageState.DONE, STATS, rest="light.")
    _settle(conversations)
    assert heard == [("message_changed", asked.conversation_id, asked.id)]
    assert conversations.message(asked.id).text == "Because of light."
    assert conversations.message(asked.id).stats == STATS


def test_a_failed_answer_keeps_why(conversations: Conversations, asked: Message) -> None:
    conversations.finish(asked.id, MessageState.FAILED, None, error=NoModel())
    _settle(conversations)

    assert conversations.message(asked.id).error == ("NoModel", "{}")


def test_the_next_start_finds_everything_and_interrupts_what_was_in_progress(
    conversations: Conversations, asked: Message, path: Path
) -> None:
    conversations.append_text(asked.id, "Because")
    conversations.save_draft(None, "next question")
    conversations.save_draft(asked.conversation_id, "and why?")
    conversations.save_system_prompt(asked.conversation_id, "Be brief.")
    conversations.close()
    assert conversations.flush()
    assert [one.name for one in path.parent.iterdir()] == [path.name]

    again = Conversations(path)
    answer = again.message(asked.id)
    conversation = again.get(asked.conversation_id)
    drafts = (again.draft(None), again.draft(asked.conversation_id))
    again.close()

    assert (answer.state, answer.text) == (MessageState.INTERRUPTED, "Because")
    assert (conversation.title, conversation.system_prompt) == ("Why is the sky blue?", "Be brief.")
    assert drafts == ("next question", "and why?")


def test_a_draft_is_given_back_before_it_is_on_disk(conversations: Conversations, asked: Message) -> None:
    conversations.save_draft(asked.conversation_id, "first")
    conversations.save_draft(asked.conversation_id, "sec\udc00ond")
    assert conversations.draft(asked.conversation_id) == "sec\ufffdond"
    assert conversations.draft(None) == ""

    _settle(conversations)
    assert conversations.draft(asked.conversation_id) == "sec\ufffdond"
    assert conversations._unsettled_drafts == {}


def test_what_is_not_sent_is_told_after_the_commit(conversations: Conversations, asked: Message) -> None:
    id_, question = asked.conversation_id, conversations.branch(asked.conversation_id)[0]
    told: list[tuple[str, bool]] = []
    conversations.unsent_changed.connect(lambda of: told.append((of, conversations.is_unsent(of))))
    conversations.draft_attachments_changed.connect(lambda of: told.append((of, conversations.is_unsent(of))))
    file = Attachment(new_id(), "a.txt", "text", 4)
    for change, undo in (
        (partial(conversations.save_draft, id_, "half"), partial(conversations.save_draft, id_, "")),
        (partial(conversations.save_edit_draft, question.id, "other"), partial(conversations.save_edit_draft, question.id, None)),
        (partial(conversations.save_draft_attachment, id_, file), partial(conversations.drop_draft_attachment, file.id)),
    ):
        change()
        _settle(conversations)
        assert told == [(id_, True)] and conversations.unsent() == {id_}
        undo()
        _settle(conversations)
        assert told == [(id_, True), (id_, False)] and conversations.unsent() == set()
        told.clear()


def test_lone_surrogates_are_replaced_before_they_are_posted(conversations: Conversations) -> None:
    conversation_id = conversations.ask(None, "a\ud800", "m\udcff")
    _settle(conversations)
    question, answer = conversations.branch(conversation_id)
    conversations.append_text(answer.id, "\udfff")
    conversations.finish(answer.id, MessageState.DONE, None, rest="\ud800")
    conversations.rename(conversation_id, "t\ud800")
    conversations.save_system_prompt(conversation_id, "s\ud800")
    _settle(conversations)

    assert (question.text, answer.model) == ("a\ufffd", "m\ufffd")
    assert conversations.message(answer.id).text == "\ufffd\ufffd"
    assert conversations.get(conversation_id).title == "t\ufffd"
    assert conversations.get(conversation_id).system_prompt == "s\ufffd"


def test_a_question_on_a_full_disk_is_refused_and_leaves_nothing(
    qtbot: QtBot, conversations: Conversations, asked: Message, heard: list[tuple[object, ...]], path: Path
) -> None:
    free = _fill_disk(conversations)
    refused = conversations.ask(None, BIG, "m")
    qtbot.waitUntil(lambda: bool(heard))
    free()
    _settle(conversations)

    assert heard == [("ask_failed", refused, DiskFull(str(path))), ("write_failed", DiskFull(str(path)))]
    assert [conversation.id for conversation in conversations.all()] == [asked.conversation_id]
    conversations.ask(None, BIG, "m")
    _settle(conversations)
    assert len(conversations.all()) == 2


def test_a_waiting_message_on_a_full_disk_is_refused_by_its_id(
    qtbot: QtBot, conversations: Conversations, asked: Message, heard: list[tuple[object, ...]], path: Path
) -> None:
    free = _fill_disk(conversations)
    refused = conversations.queue(asked.conversation_id, BIG)
    qtbot.waitUntil(lambda: bool(heard))
    free()
    _settle(conversations)

    assert heard == [("queue_failed", refused, DiskFull(str(path))), ("write_failed", DiskFull(str(path)))]
    assert conversations.queued(asked.conversation_id) == ()


def test_an_answer_and_a_draft_survive_a_full_disk(
    qtbot: QtBot, conversations: Conversations, asked: Message, heard: list[tuple[object, ...]], path: Path
) -> None:
    free = _fill_disk(conversations)
    conversations.append_text(asked.id, BIG)
    conversations.append_text(asked.id, "more ")
    conversations.save_draft(None, "draft")
    conversations.finish(asked.id, MessageState.DONE, STATS, rest="end")
    qtbot.waitUntil(lambda: bool(heard))
    assert not conversations.flush(200)
    assert heard == [("write_failed", DiskFull(str(path)))]
    assert conversations.draft(None) == "draft"
    assert conversations.unsaved_drafts() == ["draft"]
    assert conversations.message(asked.id).text == ""

    free()
    qtbot.waitUntil(lambda: ("write_recovered",) in heard)

    assert sorted(heard[1:]) == [("message_changed", asked.conversation_id, asked.id), ("write_recovered",)]
    assert conversations.message(asked.id).text == BIG + "more end"
    assert conversations.flush()
    assert conversations.draft(None) == "draft"


def test_an_edit_that_was_begun_survives_a_full_disk_and_a_crash(
    qtbot: QtBot, conversations: Conversations, asked: Message, heard: list[tuple[object, ...]], path: Path
) -> None:
    question_id = conversations.branch(asked.conversation_id)[0].id
    free = _fill_disk(conversations)
    conversations.save_edit_draft(question_id, BIG)
    conversations.save_edit_draft(question_id, BIG + "\udc00")
    qtbot.waitUntil(lambda: bool(heard))
    assert conversations.edit_draft(question_id) == BIG + "\ufffd"
    assert conversations.unsaved_drafts() == [BIG + "\ufffd"]

    free()
    qtbot.waitUntil(lambda: ("write_recovered",) in heard)
    _settle(conversations)
    beside = Database.reading(path)  # what there would be after a crash
    assert store.edit_draft(beside, question_id) == BIG + "\ufffd"
    assert (conversations.unsaved_drafts(), conversations._unsettled_edits) == ([], {})

    conversations.save_edit_draft(question_id, None)
    assert conversations.edit_draft(question_id) is None
    _settle(conversations)
    assert store.edit_draft(beside, question_id) is None
    beside.close()


def test_closing_while_another_program_holds_the_file_takes_a_few_seconds_at_most(
    conversations: Conversations,
    asked: Message,
    heard: list[tuple[object, ...]],
    path: Path,
    expected_log: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert conversations_module.CLOSE_TIMEOUT_MS <= 5000
    monkeypatch.setattr(conversations_module, "CLOSE_TIMEOUT_MS", 1500)
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    conversations.append_text(asked.id, "text")
    for number in range(5):
        conversations.save_draft(None, f"draft {number}")
    expected_log("the disk did not take everything")

    began = time.perf_counter()
    conversations.close()
    took_s = time.perf_counter() - began
    is_flushed = conversations.flush()
    other.execute("ROLLBACK")
    other.close()
    conversations._writer._thread.join(10)

    assert took_s < 2.0
    assert not is_flushed
    assert not conversations._writer._thread.is_alive()


def test_what_is_written_at_the_very_end_is_not_announced_to_those_who_would_read_it(
    conversations: Conversations, asked: Message, heard: list[tuple[object, ...]]
) -> None:
    free = _fill_disk(conversations)
    conversations.finish(asked.id, MessageState.DONE, STATS, rest=BIG)
    assert not conversations.flush(200)
    settle = conversations._writer.settle

    def settle_and_free(timeout_ms: int) -> None:
        settle(timeout_ms)
        free()

    conversations._writer.settle = settle_and_free  # type: ignore[method-assign]
    heard.clear()
    conversations.close()

    assert ("message_changed", asked.conversation_id, asked.id) not in heard
    assert conversations.flush()


def test_a_newer_file_is_not_opened(qapp: QCoreApplication, path: Path) -> None:
    database = Database.writing(path)
    database._connection.pragma("user_version", SCHEMA_VERSION + 1)
    database.close()

    with pytest.raises(DatabaseTooNew):
        Conversations(path)


def test_an_interrupted_start_leaves_nothing_open(qapp: QCoreApplication, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> Database:
        raise DiskFull(str(path))

    Database.writing(path).close()
    monkeypatch.setattr(Database, "reading", fail)
    with pytest.raises(DiskFull):
        Conversations(path)

    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("is_planted", [False, True])
def test_opening_looks_for_answers_in_progress_through_an_index(path: Path, is_planted: bool) -> None:
    """So a start takes 1.5 ms however many messages there are; the planted fault looks at each of them."""
    database = Database.writing(path)
    if is_planted:
        database.execute("DROP INDEX message_generating")
    plan = " ".join(
        str(row) for row in database.rows("EXPLAIN QUERY PLAN SELECT 1 FROM message WHERE state = 'generating' LIMIT 1")
    )
    database.close()
    assert ("message_generating" in plan) is not is_planted
    assert ("SCAN message" in plan and "INDEX" not in plan) is is_planted
