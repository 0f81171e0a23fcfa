"""A file of conversations with everything in it that there can be, made in a second, and what it holds."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import apsw

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import MessageState
from desktop_app.chat.summary import Summary
from desktop_app.storage import attachments, branches, folders, summaries, trash
from desktop_app.storage import conversations as store
from desktop_app.storage.branches import all_messages
from desktop_app.storage.conversations import Exchange
from desktop_app.storage.database import Database


def words(chance: random.Random, n_characters: int) -> str:
    """Give text of letters, accents, Chinese and lines."""
    return "".join(chance.choice("abc défg 中文 hij\n") for _ in range(n_characters))


def _id(chance: random.Random) -> str:
    return f"{chance.getrandbits(128):032x}"


def fill(database: Database, n_conversations: int, seed: int = 1, lengths: tuple[int, ...] = (20, 300, 6000)) -> list[str]:
    """Store conversations with branches, files, tags and some trash, questions of these lengths; gives their ids."""
    chance = random.Random(seed)
    database._connection.pragma("synchronous", "OFF")
    ids = []
    for number in range(n_conversations):
        conversation_id = _id(chance)
        ids.append(conversation_id)
        for turn in range(chance.randint(1, 6)):
            _turn(database, conversation_id, turn == 0, chance, chance.choice(lengths))
        if number % 7 == 3:
            trash.trash(database, [conversation_id])
        if number % 3 == 0:
            _shorten(database, conversation_id, number)
        if number % 5 == 0:
            folders.tag(database, [conversation_id], add=["näher", f"tag {number % 3}"], remove=[])
    database._connection.pragma("synchronous", "FULL")
    return ids


def _shorten(database: Database, conversation_id: str, number: int) -> None:
    """What there is for a conversation that is longer than a context, and an edit that was begun."""
    last = branches.branch_on_show(database, conversation_id)[-1]
    store.save_context_policy(database, conversation_id, "summarise")
    summary = Summary(f"{number:032x}", conversation_id, last.id, f"All of it, 中文 {number}", "m", 5, number % 2 or None)
    summaries.add_summary(database, summary)
    branches.pin_message(database, last.id, True)
    store.save_edit_draft(database, last.id, f"begun {number}")


def _turn(database: Database, conversation_id: str, is_new: bool, chance: random.Random, length: int) -> None:
    files: tuple[str, ...] = ()
    if not is_new and chance.random() < 0.2:
        files = (_id(chance),)
        one = Attachment(files[0], "notes.csv", words(chance, 400), 400)
        attachments.save_draft_attachment(database, conversation_id, one)
    exchange = Exchange(conversation_id, is_new, _id(chance), _id(chance), words(chance, length), "m", files)
    store.ask(database, exchange)
    store.append_text(database, exchange.answer_id, "to begin with, ")
    store.finish(database, exchange.answer_id, MessageState.DONE, None, None, words(chance, chance.choice((100, 800))))
    if chance.random() < 0.2:
        version_id, answer_id = _id(chance), _id(chance)
        branches.edit(database, exchange.question_id, version_id, answer_id, words(chance, 60), "m")
        store.finish(database, answer_id, MessageState.DONE, None, None, words(chance, 100))


@dataclass(frozen=True)
class Held:
    """What a file holds, by conversation and by message."""

    conversations: dict[str, str]
    """Titles."""
    messages: dict[str, tuple[str, str | None, str, tuple[str, ...]]]
    """Conversation, parent, text, files."""
    summaries: dict[str, Summary]
    shortened: dict[str, tuple[str | bool | None, ...]]
    """Policies of conversations; of messages whether they are pinned and what an edit has come to."""


def held(database: Database) -> Held:
    """Read everything, by the program's own way of reading. Raises: DatabaseUnreadable."""
    found = store.all_conversations(database) + store.trashed_conversations(database)
    messages = {}
    shortened: dict[str, tuple[str | bool | None, ...]] = {one.id: (one.context_policy,) for one in found}
    for one in found:
        branches.branch_on_show(database, one.id)
        for message in all_messages(database, one.id):
            files = tuple(attachment.text for attachment in message.attachments)
            messages[message.id] = (one.id, message.parent_id, message.text, files)
            shortened[message.id] = (message.is_pinned, store.edit_draft(database, message.id))
    all_summaries = {summary.id: summary for one in found for summary in summaries.summaries(database, one.id)}
    return Held({one.id: one.title for one in found}, messages, all_summaries, shortened)


def held_in(path: Path) -> Held:
    """The same for a file."""
    database = Database.writing(path)
    try:
        return held(database)
    finally:
        database.close()


def problems(database: Database) -> list[str]:
    """Give what SQLite finds wrong."""
    wrong = [str(row[0]) for row in database.rows("PRAGMA integrity_check") if row != ("ok",)]
    return wrong + [f"foreign key {row}" for row in database.rows("PRAGMA foreign_key_check")]


def clear_messages(path: Path) -> None:
    """Make zeros of half the pages with messages of a closed file; nothing but reading them tells."""
    connection = apsw.Connection(str(path))
    query = "SELECT pageno FROM dbstat WHERE name = 'message' AND pagetype = 'leaf' ORDER BY pageno"
    pages = [row[0] for row in connection.execute(query)]
    connection.close()
    content = bytearray(path.read_bytes())
    for number in pages[::2]:
        content[(number - 1) * 4096 : number * 4096] = bytes(4096)
    path.write_bytes(content)
