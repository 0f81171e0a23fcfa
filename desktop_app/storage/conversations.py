"""Conversations and messages in the file: values in, values out, one transaction for what a person does.

Every function takes the connection first, so that the writer's thread and the reading side can share them. What
comes in must be `storable`. Must not know of Qt, nor when anything is written: that is `services.conversations`.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from desktop_app.chat.conversation import QUICK_QUESTION, Conversation, first_line
from desktop_app.chat.message import GenerationStats, Message, MessageState, Role
from desktop_app.clock import now_ms
from desktop_app.engine.parameters import SamplingParameters, sound
from desktop_app.errors import AppError, to_wire
from desktop_app.record import Record
from desktop_app.storage.attachments import attach, attachments_of_message, take_draft_attachments
from desktop_app.storage.database import Database
from desktop_app.storage.rows import CONVERSATION, MESSAGE, conversation_of, message_of, unsound

MAX_TITLE_CHARACTERS = 200
"""A longer title, for instance a pasted page, is cut: the list reads every title."""

_DRAFTS = {None: "draft of the new chat", QUICK_QUESTION: "draft of the quick question"}
_NEW_CHAT_VALUES = {"system_prompt": "system prompt of the new chat", "parameters": "parameters of the new chat"}
NEW_CHAT_PERSONA = "persona of the new chat"
"""Key of the value that says with which persona the next new conversation begins."""


class Exchange(Record):
    """A question and the empty answer to it, as `ask` stores them."""

    conversation_id: str
    is_new: bool
    """True: the conversation is made with it."""
    question_id: str
    answer_id: str
    text: str
    model: str
    attachments: tuple[str, ...] = ()
    """Ids of attachments in the composer; they go with the question."""
    is_quick: bool = False
    """It comes from the small window: what stands in the composer of the new chat, and was chosen there, stays."""
    keeps_draft: bool = False
    """It was not written in the composer: what stands there stays there, and of the new chat goes along."""


# Reading


def all_conversations(database: Database) -> list[Conversation]:
    """Give those that are not in the trash, the one with the newest question first."""
    return _conversations(database, "trashed_ms IS NULL ORDER BY updated_ms DESC, number DESC")


def trashed_conversations(database: Database) -> list[Conversation]:
    """Give those in the trash, the one put there last first."""
    return _conversations(database, "trashed_ms IS NOT NULL ORDER BY trashed_ms DESC, number DESC")


def _conversations(database: Database, condition: str) -> list[Conversation]:
    # All tags in one query, and each set of tags taken apart once: 0.4 µs for each of 10,000 conversations with two tags.
    sql = "SELECT conversation_id, group_concat(tag, char(10)) FROM conversation_tag GROUP BY conversation_id"
    joined = dict(database.rows(sql))
    tags = {text: tuple(sorted(text.split("\n"))) for text in set(joined.values())}
    rows = database.rows(f"SELECT {CONVERSATION} FROM conversation WHERE {condition}")  # noqa: S608 (our own constants)
    return [conversation_of(row, tags.get(joined.get(row[0], ""), ()), database.is_private) for row in rows]


def conversation(database: Database, conversation_id: str) -> Conversation:
    """Give one conversation, in the trash or not. Raises: LookupError."""
    row = database.row(f"SELECT {CONVERSATION} FROM conversation WHERE id = ?", conversation_id)  # noqa: S608 (our own constant)
    if row is None:
        raise LookupError(f"no conversation {conversation_id}")
    tags = database.rows("SELECT tag FROM conversation_tag WHERE conversation_id = ? ORDER BY tag", conversation_id)
    return conversation_of(row, tuple(tag for (tag,) in tags), database.is_private)


def conversation_ids(database: Database) -> list[str]:
    """Give the ids of all conversations, those in the trash too."""
    return [row[0] for row in database.rows("SELECT id FROM conversation")]


def has_conversation(database: Database, conversation_id: str) -> bool:
    """Say whether there is a conversation of this id."""
    return database.row("SELECT 1 FROM conversation WHERE id = ?", conversation_id) is not None


def conversation_of_message(database: Database, message_id: str) -> str | None:
    """Give the id of the conversation that a message belongs to; None when there is no such message."""
    row = database.row("SELECT conversation_id FROM message WHERE id = ?", message_id)
    return str(row[0]) if row else None


def message(database: Database, message_id: str) -> Message:
    """Give one message; of an answer in progress the text stored so far. Raises: LookupError."""
    row = database.row(f"SELECT {MESSAGE} FROM message WHERE id = ?", message_id)  # noqa: S608 (our own constant)
    if row is None:
        raise LookupError(f"no message {message_id}")
    return message_of(row, attachments_of_message(database, message_id))


def models(database: Database) -> list[str]:
    """Give the names of the models that have answered, in order; each is one step in their index."""
    return [
        row[0]
        for row in database.rows(
            """WITH RECURSIVE found (model) AS (
                SELECT min(model) FROM message WHERE model <> ''
                UNION ALL
                SELECT (SELECT min(model) FROM message WHERE model > found.model AND model <> '')
                FROM found WHERE found.model IS NOT NULL
            ) SELECT model FROM found WHERE model IS NOT NULL"""
        )
    ]


def draft(database: Database, conversation_id: str | None) -> str:
    """Give what stands in the composer of a conversation, or, for None, of the chat that does not exist yet."""
    if conversation_id is not None and conversation_id not in _DRAFTS:
        return conversation(database, conversation_id).draft
    row = database.row("SELECT value FROM value WHERE key = ?", _DRAFTS[conversation_id])
    return str(row[0]) if row else ""


def edit_draft(database: Database, message_id: str) -> str | None:
    """Give what an edit of this message has come to; None when none was begun."""
    row = database.row("SELECT text FROM edit_draft WHERE message_id = ?", message_id)
    return str(row[0]) if row else None


def edits_begun(database: Database, conversation_id: str) -> set[str]:
    """Give the ids of the messages of a conversation of which an edit was begun."""
    # Few are ever begun: the outer loop is over them.
    sql = "SELECT d.message_id FROM edit_draft AS d CROSS JOIN message AS m ON m.id = d.message_id WHERE m.conversation_id = ?"
    return {str(row[0]) for row in database.rows(sql, conversation_id)}


def unsent(database: Database) -> set[str]:
    """Give the ids of the conversations in which something was written or attached and not sent, or an edit was begun."""
    found = database.rows(
        """SELECT id FROM conversation WHERE trim(draft) <> ''
        UNION SELECT m.conversation_id FROM edit_draft AS d CROSS JOIN message AS m ON m.id = d.message_id
        UNION SELECT conversation_id FROM attachment
            WHERE conversation_id IS NOT NULL AND message_id IS NULL AND queued_id IS NULL"""
    )
    return {str(id_) for (id_,) in found}


def is_unsent(database: Database, conversation_id: str) -> bool:
    """Say whether a conversation is one of `unsent`."""
    row = database.row(
        """SELECT trim(draft) <> '' OR EXISTS (
            SELECT 1 FROM attachment WHERE conversation_id = c.id AND message_id IS NULL AND queued_id IS NULL
        ) OR EXISTS (
            SELECT 1 FROM edit_draft AS d CROSS JOIN message AS m ON m.id = d.message_id WHERE m.conversation_id = c.id
        ) FROM conversation AS c WHERE id = ?""",
        conversation_id,
    )
    return row is not None and bool(row[0])


def new_chat(database: Database) -> tuple[str, SamplingParameters]:
    """Give system prompt and sampling with which the next new conversation begins."""
    rows = dict(database.rows("SELECT key, value FROM value WHERE key IN (?, ?)", *_NEW_CHAT_VALUES.values()))
    text = rows.get(_NEW_CHAT_VALUES["parameters"], "{}")
    return rows.get(_NEW_CHAT_VALUES["system_prompt"], ""), _sampling(text)


def sampling(database: Database, conversation_id: str) -> SamplingParameters:
    """Give how the answers of this conversation are sampled."""
    row = database.row("SELECT parameters FROM conversation WHERE id = ?", conversation_id)
    if row is None:
        raise LookupError(f"no conversation {conversation_id}")
    return _sampling(row[0])


def _sampling(text: str) -> SamplingParameters:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        raise unsound() from None
    return sound(record) if isinstance(record, dict) else SamplingParameters()


# Writing; each function is one transaction


def add_conversation(database: Database, conversation_id: str, title: str = "") -> None:
    """Make an empty conversation."""
    now = now_ms()
    database.execute(
        "INSERT INTO conversation (id, title, created_ms, updated_ms) VALUES (?, ?, ?, ?)", conversation_id, title, now, now
    )


def _take_what_the_new_chat_has(database: Database, conversation_id: str, *more: tuple[str, str]) -> None:
    for column, key in (*_NEW_CHAT_VALUES.items(), ("persona_id", NEW_CHAT_PERSONA), *more):
        row = database.row("SELECT value FROM value WHERE key = ?", key)
        if row is not None:
            update(database, f"{column} = ?", conversation_id, row[0])
            database.execute("DELETE FROM value WHERE key = ?", key)


def ask(database: Database, exchange: Exchange) -> None:
    """Store a question below the leaf and an empty answer below the question; the draft was the question, unless it stays."""
    id_ = exchange.conversation_id
    with database.transaction():
        if exchange.is_new:
            add_conversation(database, id_)
        if exchange.is_new and exchange.keeps_draft:
            _take_what_the_new_chat_has(database, id_, ("draft", _DRAFTS[None]))
            take_draft_attachments(database, id_)
        elif exchange.is_new:
            if not exchange.is_quick:
                _take_what_the_new_chat_has(database, id_)
            save_draft(database, QUICK_QUESTION if exchange.is_quick else None, "")
        put_exchange(database, exchange)
        if not exchange.keeps_draft:
            save_draft(database, id_, "")


def put_exchange(database: Database, exchange: Exchange) -> None:
    """Do what `ask` does in a transaction that has begun, in a conversation that exists; its draft is left alone."""
    now, id_ = now_ms(), exchange.conversation_id
    found = conversation(database, id_)
    attach(database, exchange.attachments, id_, message_id=exchange.question_id)
    insert_message(database, Message(exchange.question_id, id_, found.leaf_id, Role.USER, exchange.text, now))
    insert_message(database, empty_answer(exchange.answer_id, id_, exchange.question_id, exchange.model))
    is_nameless = found.leaf_id is None and not found.title
    database.execute(
        "UPDATE conversation SET leaf_id = ?, updated_ms = ?, title = ? WHERE id = ?",
        exchange.answer_id, now, first_line(exchange.text) if is_nameless else found.title, id_,
    )  # fmt: skip


def empty_answer(answer_id: str, conversation_id: str, parent_id: str | None, model: str) -> Message:
    """Give an answer that is to be generated."""
    return Message(answer_id, conversation_id, parent_id, Role.ASSISTANT, "", now_ms(), MessageState.GENERATING, model)


def insert_message(database: Database, new: Message) -> None:
    """Put a message where its parent says and note that it is the version shown last; its attachments are there already."""
    database.execute(
        """INSERT INTO message (id, conversation_id, parent_id, role, state, text, model, created_ms, stats, error, removed_ms,
            is_pinned) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        new.id, new.conversation_id, new.parent_id, new.role, new.state, new.text, new.model, new.created_ms,
        json.dumps(asdict(new.stats)) if new.stats else None,
        json.dumps({"error": new.error[0], "fields": json.loads(new.error[1])}) if new.error else None, new.removed_ms,
        int(new.is_pinned),
    )  # fmt: skip
    siblings = "parent_id = ?" if new.parent_id else "conversation_id = ? AND parent_id IS NULL"
    database.execute(
        f"INSERT OR REPLACE INTO shown_child SELECT ?, ?, ? FROM message WHERE {siblings} AND id <> ? LIMIT 1",  # noqa: S608 (our own constants)
        new.conversation_id, new.parent_id or "", new.id, new.parent_id or new.conversation_id, new.id,
    )  # fmt: skip


def append_text(database: Database, message_id: str, text: str) -> None:
    """Add a part to an answer in progress: one row, whatever the length so far. Raises: LookupError."""
    n_added = database.execute(
        "INSERT INTO message_part (message_id, text) SELECT id, ? FROM message WHERE id = ? AND state = 'generating'",
        text, message_id,
    )  # fmt: skip
    if not n_added:
        raise LookupError(f"no answer {message_id} in progress")


def finish(
    database: Database, message_id: str, state: MessageState, stats: GenerationStats | None, error: AppError | None, rest: str
) -> str:
    """End an answer in progress: its parts and `rest` become its text. Give the id of its conversation.

    Raises: LookupError when there is no such answer in progress.
    """
    with database.transaction():
        found = message(database, message_id)
        if found.state is not MessageState.GENERATING:
            raise LookupError(f"no answer {message_id} in progress")
        database.execute(
            "UPDATE message SET text = ?, state = ?, stats = ?, error = ? WHERE id = ?",
            found.text + rest, state, json.dumps(asdict(stats)) if stats else None,
            json.dumps(to_wire(error)) if error else None, message_id,
        )  # fmt: skip
        database.execute("DELETE FROM message_part WHERE message_id = ?", message_id)
    return found.conversation_id


def mark_interrupted(database: Database) -> int:
    """End every answer that a dead process left in progress, keep its text, and give how many there were."""
    if not database.row("SELECT 1 FROM message WHERE state = 'generating' LIMIT 1"):
        return 0
    with database.transaction():
        n_marked = database.execute(
            """UPDATE message SET state = 'interrupted', text = text || coalesce((
                SELECT group_concat(part.text, '' ORDER BY part.seq) FROM message_part AS part WHERE part.message_id = message.id
            ), '') WHERE state = 'generating'"""
        )
        database.execute("DELETE FROM message_part")
    return n_marked


def rename(database: Database, conversation_id: str, title: str) -> None:
    """Give the conversation the person's title; an empty one brings back the title of the first question."""
    wanted = " ".join(title.split())[:MAX_TITLE_CHARACTERS]
    with database.transaction():
        row = database.row(
            "SELECT text FROM message WHERE conversation_id = ? AND role = 'user' ORDER BY number LIMIT 1", conversation_id
        )
        update(
            database, "title = ?, title_is_custom = ?", conversation_id,
            wanted or (first_line(row[0]) if row else ""), int(bool(wanted)),
        )  # fmt: skip


def set_automatic_title(database: Database, conversation_id: str, title: str) -> bool:
    """Give the conversation a title unless it has the person's; say whether it has changed."""
    wanted = " ".join(title.split())[:MAX_TITLE_CHARACTERS]
    sql = "UPDATE conversation SET title = ? WHERE id = ? AND title_is_custom = 0 AND title <> ?"
    return bool(wanted) and database.execute(sql, wanted, conversation_id, wanted) > 0


def set_unread(database: Database, conversation_id: str, is_unread: bool) -> bool:
    """Mark the conversation as one with an answer that was not seen, or as seen; say whether that is a change."""
    sql = "UPDATE conversation SET is_unread = ? WHERE id = ? AND is_unread <> ?"
    return database.execute(sql, int(is_unread), conversation_id, int(is_unread)) > 0


def save_draft(database: Database, conversation_id: str | None, text: str) -> None:
    """Keep what stands in the composer; None: of the chat that does not exist yet."""
    if conversation_id is not None and conversation_id not in _DRAFTS:
        update(database, "draft = ?", conversation_id, text)
    elif text:
        database.execute("INSERT OR REPLACE INTO value (key, value) VALUES (?, ?)", _DRAFTS[conversation_id], text)
    else:
        database.execute("DELETE FROM value WHERE key = ?", _DRAFTS[conversation_id])


def save_system_prompt(database: Database, conversation_id: str, text: str) -> None:
    """Keep the conversation's system prompt."""
    update(database, "system_prompt = ?", conversation_id, text)


def save_context_policy(database: Database, conversation_id: str, policy: str | None) -> None:
    """Keep what is done when the conversation does not fit the context; None: what the settings say."""
    update(database, "context_policy = ?", conversation_id, policy)


def save_edit_draft(database: Database, message_id: str, text: str | None) -> None:
    """Keep what an edit of a message has come to; None: it was sent or given up. One that is gone is passed over."""
    if text is None:
        database.execute("DELETE FROM edit_draft WHERE message_id = ?", message_id)
    else:
        database.execute("INSERT OR REPLACE INTO edit_draft SELECT id, ? FROM message WHERE id = ?", text, message_id)


def save_new_chat(database: Database, system_prompt: str, parameters: SamplingParameters) -> None:
    """Keep with what the next new conversation begins."""
    values = {"system_prompt": system_prompt, "parameters": json.dumps(parameters.chosen) if parameters.chosen else ""}
    with database.transaction():
        for column, key in _NEW_CHAT_VALUES.items():
            if values[column]:
                database.execute("INSERT OR REPLACE INTO value VALUES (?, ?)", key, values[column])
            else:
                database.execute("DELETE FROM value WHERE key = ?", key)


def save_sampling(database: Database, conversation_id: str, parameters: SamplingParameters) -> None:
    """Keep how the answers of this conversation are sampled; only what was chosen, so that the rest stays open."""
    update(database, "parameters = ?", conversation_id, json.dumps(parameters.chosen))


def update(database: Database, assignments: str, conversation_id: str, *values: str | int | None) -> None:
    """Change one conversation in one statement. Raises: LookupError."""
    if not database.execute(f"UPDATE conversation SET {assignments} WHERE id = ?", *values, conversation_id):  # noqa: S608 (our own constants)
        raise LookupError(f"no conversation {conversation_id}")
