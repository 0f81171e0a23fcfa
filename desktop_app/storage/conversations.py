"""Conversations and messages in the file: values in, values out, one transaction for what a person does.

Every function takes the connection first, so that the writer's thread and the reading side can share them. What
comes in must be `storable`. Must not know of Qt, nor when anything is written: that is `services.conversations`.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from typing import Any

from desktop_app.chat.conversation import Conversation, branch, first_line
from desktop_app.chat.message import GenerationStats, Message, MessageState, Role
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.errors import AppError, to_wire
from desktop_app.storage.database import Database

MAX_TITLE_CHARACTERS = 200
"""A longer title, for instance a pasted page, is cut: the list reads every title."""

_NEW_CHAT_DRAFT = "draft of the new chat"

_CONVERSATION = "id, title, title_is_custom, created_ms, updated_ms, leaf_id, trashed_ms, draft, system_prompt"

# An answer that is being generated has its text in parts; see `append_text`.
_MESSAGE = """id, conversation_id, parent_id, role, created_ms, state, model, stats, error,
    CASE state WHEN 'generating' THEN text || coalesce(
        (SELECT group_concat(part.text, '' ORDER BY part.seq) FROM message_part AS part WHERE part.message_id = message.id),
    '') ELSE text END"""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and the empty answer to it, as `ask` stores them."""

    conversation_id: str
    is_new: bool
    """True: the conversation is made with it."""
    question_id: str
    answer_id: str
    text: str
    model: str


def now_ms() -> int:
    """Give milliseconds since 1970, UTC; every time in the file comes from here."""
    return time.time_ns() // 1_000_000


def storable(text: str) -> str:
    """Give `text` with lone surrogates, which no encoding of Unicode can hold, replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


# Reading


def all_conversations(database: Database) -> list[Conversation]:
    """Give those that are not in the trash, the one with the newest question first."""
    return [
        _conversation(row)
        for row in database.rows(
            f"SELECT {_CONVERSATION} FROM conversation WHERE trashed_ms IS NULL ORDER BY updated_ms DESC, number DESC"  # noqa: S608 (our own constant)
        )
    ]


def conversation(database: Database, conversation_id: str) -> Conversation:
    """Give one conversation, in the trash or not. Raises: LookupError."""
    row = database.row(f"SELECT {_CONVERSATION} FROM conversation WHERE id = ?", conversation_id)  # noqa: S608 (our own constant)
    if row is None:
        raise LookupError(f"no conversation {conversation_id}")
    return _conversation(row)


def message(database: Database, message_id: str) -> Message:
    """Give one message; of an answer in progress the text stored so far. Raises: LookupError."""
    row = database.row(f"SELECT {_MESSAGE} FROM message WHERE id = ?", message_id)  # noqa: S608 (our own constant)
    if row is None:
        raise LookupError(f"no message {message_id}")
    return _message(row)


def branch_on_show(database: Database, conversation_id: str) -> tuple[Message, ...]:
    """Give the messages from the first one to the leaf of the conversation."""
    leaf_id = conversation(database, conversation_id).leaf_id
    rows = database.rows(f"SELECT {_MESSAGE} FROM message WHERE conversation_id = ?", conversation_id)  # noqa: S608 (our own constant)
    return branch({row[0]: _message(row) for row in rows}, leaf_id)


def draft(database: Database, conversation_id: str | None) -> str:
    """Give what stands in the composer of a conversation, or, for None, of the chat that does not exist yet."""
    if conversation_id is not None:
        return conversation(database, conversation_id).draft
    row = database.row("SELECT value FROM value WHERE key = ?", _NEW_CHAT_DRAFT)
    return str(row[0]) if row else ""


def sampling(database: Database, conversation_id: str) -> SamplingParameters:
    """Give how the answers of this conversation are sampled."""
    row = database.row("SELECT parameters FROM conversation WHERE id = ?", conversation_id)
    if row is None:
        raise LookupError(f"no conversation {conversation_id}")
    record = json.loads(row[0])
    for name in ("stop", "logit_bias"):
        if name in record:
            record[name] = tuple(tuple(one) if isinstance(one, list) else one for one in record[name])
    usual = SamplingParameters().as_dict()  # a newer version may have stored more
    return SamplingParameters(**{name: value for name, value in record.items() if name in usual})


# Writing; each function is one transaction


def ask(database: Database, exchange: Exchange) -> None:
    """Store a question below the leaf and an empty answer below the question; the draft was the question."""
    now = now_ms()
    with database.transaction():
        if exchange.is_new:
            database.execute(
                "INSERT INTO conversation (id, title, created_ms, updated_ms) VALUES (?, ?, ?, ?)",
                exchange.conversation_id, first_line(exchange.text), now, now,
            )  # fmt: skip
            database.execute("DELETE FROM value WHERE key = ?", _NEW_CHAT_DRAFT)
        leaf_id = conversation(database, exchange.conversation_id).leaf_id
        _insert_message(database, exchange, exchange.question_id, leaf_id, Role.USER, now)
        _insert_message(database, exchange, exchange.answer_id, exchange.question_id, Role.ASSISTANT, now)
        database.execute(
            "UPDATE conversation SET leaf_id = ?, draft = '', updated_ms = ? WHERE id = ?",
            exchange.answer_id, now, exchange.conversation_id,
        )  # fmt: skip


def append_text(database: Database, message_id: str, text: str) -> None:
    """Add a part to an answer in progress: one row, whatever the length so far. Raises: LookupError."""
    with database.transaction():
        n_added = database.execute(
            """INSERT INTO message_part (message_id, seq, text)
            SELECT id, (SELECT coalesce(max(seq), 0) + 1 FROM message_part WHERE message_id = message.id), ?
            FROM message WHERE id = ? AND state = 'generating'""",
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
        _update(
            database, "title = ?, title_is_custom = ?", conversation_id,
            wanted or (first_line(row[0]) if row else ""), int(bool(wanted)),
        )  # fmt: skip


def trash(database: Database, conversation_id: str) -> None:
    """Put the conversation into the trash: a mark, nothing is deleted."""
    _update(database, "trashed_ms = coalesce(trashed_ms, ?)", conversation_id, now_ms())


def restore(database: Database, conversation_id: str) -> None:
    """Take the conversation out of the trash."""
    _update(database, "trashed_ms = NULL", conversation_id)


def save_draft(database: Database, conversation_id: str | None, text: str) -> None:
    """Keep what stands in the composer; None: of the chat that does not exist yet."""
    if conversation_id is not None:
        _update(database, "draft = ?", conversation_id, text)
    elif text:
        database.execute("INSERT OR REPLACE INTO value (key, value) VALUES (?, ?)", _NEW_CHAT_DRAFT, text)
    else:
        database.execute("DELETE FROM value WHERE key = ?", _NEW_CHAT_DRAFT)


def save_system_prompt(database: Database, conversation_id: str, text: str) -> None:
    """Keep the conversation's system prompt."""
    _update(database, "system_prompt = ?", conversation_id, text)


def save_sampling(database: Database, conversation_id: str, parameters: SamplingParameters) -> None:
    """Keep how the answers of this conversation are sampled; only what differs, so that defaults can improve."""
    usual = SamplingParameters().as_dict()
    record = {name: value for name, value in parameters.as_dict().items() if value != usual[name]}
    _update(database, "parameters = ?", conversation_id, json.dumps(record))


def _update(database: Database, assignments: str, conversation_id: str, *values: str | int | None) -> None:
    """Change one conversation in one statement. Raises: LookupError."""
    if not database.execute(f"UPDATE conversation SET {assignments} WHERE id = ?", *values, conversation_id):  # noqa: S608 (our own constants)
        raise LookupError(f"no conversation {conversation_id}")


def _insert_message(database: Database, exchange: Exchange, id_: str, parent_id: str | None, role: Role, now: int) -> None:
    is_question = role is Role.USER
    database.execute(
        """INSERT INTO message (id, conversation_id, parent_id, role, state, text, model, created_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        id_, exchange.conversation_id, parent_id, role,
        MessageState.DONE if is_question else MessageState.GENERATING,
        exchange.text if is_question else "", "" if is_question else exchange.model, now,
    )  # fmt: skip


def _conversation(row: tuple[Any, ...]) -> Conversation:
    # Written out: the list of 5,000 conversations is made by this line, and unpacking costs as much as the value.
    return Conversation(row[0], row[1], row[2] == 1, row[3], row[4], row[5], row[6], row[7], row[8])


def _message(row: tuple[Any, ...]) -> Message:
    id_, conversation_id, parent_id, role, created_ms, state, model, stats, error, text = row
    return Message(
        id_, conversation_id, parent_id, Role(role), text, created_ms, MessageState(state), model,
        GenerationStats(**json.loads(stats)) if stats else None, _error(error) if error else None,
    )  # fmt: skip


def _error(text: str) -> tuple[str, str]:
    record = json.loads(text)
    return record["error"], json.dumps(record["fields"])
