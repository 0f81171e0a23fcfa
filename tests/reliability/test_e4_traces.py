"""E4: a conversation that was deleted for ever, or never to be written, leaves no byte of itself in the data folder.

Looked for in the bytes of every file there, the log beside the database and the words of its index included. The
controls are part of the check: with `secure_delete` off, without the sweep, or with private conversations in a file,
the same search must find something.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import MessageState, new_id
from desktop_app.chat.summary import Summary
from desktop_app.services import conversation_library
from desktop_app.services.conversations import Conversations
from desktop_app.storage import trash
from desktop_app.storage.database import Database
from desktop_app.storage.summaries import add_summary
from tests.services.conversation_signals import settle

SECRET = "Zyzzyvaquark"
TRACE = b"zzyvaquark"
"""Of the word, in any case: an index stores only what differs from the word before."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def conversations(qapp: QCoreApplication, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conversations]:
    # What is read here may hold up the log: it is tried again at once.
    monkeypatch.setattr(conversation_library, "LOG_IN_USE_MS", 0)
    conversations = Conversations(folder / "hearth.sqlite3")
    yield conversations
    conversations.close()


def _traces(folder: Path) -> dict[str, int]:
    """Give how often the secret stands in each file that has it."""
    counts = {path.name: path.read_bytes().lower().count(TRACE) for path in folder.rglob("*") if path.is_file()}
    return {name: count for name, count in counts.items() if count}


def _ordinary_talk(conversations: Conversations) -> None:
    """What is there besides, so that pages are shared with it and the index has more than one part."""
    for number in range(20):
        id_ = conversations.ask(None, f"ordinary question {number} " * 30, "m")
        settle(conversations)
        conversations.finish(conversations.branch(id_)[1].id, MessageState.DONE, None, rest=f"zoo {number} " * 200)
    settle(conversations)


def _secret_talk(conversations: Conversations, id_: str) -> None:
    """Everything that a conversation can hold has the secret in it, short and over many pages."""
    conversations.save_draft_attachment(id_, Attachment(new_id(), f"{SECRET}.txt", f"{SECRET} " * 2000, 9))
    settle(conversations)
    [attachment] = conversations.draft_attachments(id_)
    conversations.ask(id_, f"the first {SECRET}", "m", attachments=[attachment.id])
    settle(conversations)
    question, answer = conversations.branch(id_)
    for _ in range(5):
        conversations.append_text(answer.id, f"{SECRET} again " * 100)
    settle(conversations)
    conversations.finish(answer.id, MessageState.DONE, None, rest=SECRET)
    conversations.edit(question.id, f"{SECRET} " * 1000, "m")
    conversations.regenerate(answer.id, SECRET)
    conversations.rename(id_, SECRET)
    conversations.rename(id_, f"more of {SECRET}")
    conversations.save_system_prompt(id_, SECRET)
    conversations.tag([id_], add=[SECRET])
    conversations.queue(id_, SECRET)
    conversations.remove_message(answer.id)
    conversations.duplicate(id_)
    conversations.in_writer_of(id_, partial(add_summary, new=Summary(new_id(), id_, question.id, f"{SECRET} " * 900, SECRET, 1)))
    for length in (3000, 20, 0, 40):
        conversations.save_draft(id_, f"{SECRET} " * length)
        conversations.save_edit_draft(question.id, f"{SECRET} " * length)
    settle(conversations)


def _purge(conversations: Conversations) -> None:
    conversations.trash(*(one.id for one in conversations.all() if SECRET in one.title))
    conversations.empty_trash()
    settle(conversations)
    for _ in range(100):
        if trash.is_unswept(conversations._databases.reading):
            settle(conversations)


def _stored_and_purged(conversations: Conversations, folder: Path) -> dict[str, int]:
    _ordinary_talk(conversations)
    id_ = conversations.ask(None, f"one {SECRET}", "m")
    settle(conversations)
    conversations.remove_message(conversations.branch(id_)[0].id)
    conversations.trash(id_)
    secret_id = conversations.ask(None, f"{SECRET}?", "m")
    settle(conversations)
    conversations.remove_message(conversations.branch(secret_id)[1].id)
    conversations.remove_message(conversations.branch(secret_id)[0].id)
    settle(conversations)
    _secret_talk(conversations, secret_id)
    assert sum(_traces(folder).values()) > 1000
    _purge(conversations)
    return _traces(folder)


def test_a_purged_conversation_leaves_no_byte_in_the_file_the_log_or_the_index(
    conversations: Conversations, folder: Path
) -> None:
    assert _stored_and_purged(conversations, folder) == {}

    assert len(conversations.all()) == 20
    conversations.close()
    assert _traces(folder) == {}


def test_planted_without_overwriting_the_bytes_are_found(conversations: Conversations, folder: Path) -> None:
    connection = conversations._writer._database._connection
    conversations._writer.post(lambda _: connection.pragma("secure_delete", 0))

    assert _stored_and_purged(conversations, folder)


def test_planted_without_the_sweep_the_words_are_found_in_the_index(
    conversations: Conversations, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trash, "_merge", lambda *_: False)

    assert _stored_and_purged(conversations, folder)


def test_planted_without_emptying_the_log_the_bytes_are_found_there(
    conversations: Conversations, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "empty_log", lambda _: True)

    assert "hearth.sqlite3-wal" in _stored_and_purged(conversations, folder)


def _private_talk(conversations: Conversations) -> None:
    _secret_talk(conversations, conversations.start_private())
    # Asked at once, with what the new chat had: that was on disk as a draft until then.
    conversations.save_draft(None, f"also {SECRET}")
    conversations.save_draft_attachment(None, Attachment("new", f"{SECRET}.txt", f"{SECRET} " * 2000, 9))
    asked_id = conversations.ask(None, f"also {SECRET}", "m", attachments=["new"], is_private=True)
    settle(conversations)
    assert conversations.branch(asked_id)[0].text == f"also {SECRET}"
    copy_id = conversations.branch_off(conversations.branch(asked_id)[0].id)
    settle(conversations)
    assert conversations.get(copy_id).is_private


def test_a_private_conversation_is_never_on_disk(conversations: Conversations, folder: Path) -> None:
    _ordinary_talk(conversations)
    _private_talk(conversations)

    assert sum(SECRET in one.title for one in conversations.all()) >= 2
    assert _traces(folder) == {}
    conversations.close()
    assert _traces(folder) == {}


def test_planted_private_conversations_in_a_file_are_found(
    conversations: Conversations, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_file(name: str) -> Database:
        database = Database.writing(folder / f"{name}.sqlite3")
        database.is_private = True
        return database

    monkeypatch.setattr(Database, "in_memory", in_file)
    _private_talk(conversations)

    assert _traces(folder)
