"""Rows of the file become values, and the columns they are made of. Must not know what is done with them."""

from __future__ import annotations

import json
from typing import Any

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import GenerationStats, Message, MessageState, Role
from desktop_app.errors import DatabaseUnreadable

CONVERSATION = """id, title, title_is_custom, created_ms, updated_ms, leaf_id, trashed_ms, draft, system_prompt,
    folder_id, pinned_ms, is_unread, context_policy, persona_id"""

MESSAGE = """id, conversation_id, parent_id, role, created_ms, state, model, stats, error, removed_ms, is_pinned,
    CASE state WHEN 'generating' THEN text || coalesce(
        (SELECT group_concat(part.text, '' ORDER BY part.seq) FROM message_part AS part WHERE part.message_id = message.id),
    '') ELSE text END"""
"""An answer that is being generated has its text in parts; see `conversations.append_text`."""

ATTACHMENT = "id, name, text, n_bytes"

# Looking a name up here takes a tenth of what the enumerations themselves take, which counts for 5,000 messages.
_ROLES = {role.value: role for role in Role}
_STATES = {state.value: state for state in MessageState}


class _Fresh:
    """A conversation before it is frozen: the list of 10,000 is made in 5 ms so, and in 18 by the class itself."""

    __slots__ = Conversation.__slots__


def conversation_of(row: tuple[Any, ...], tags: tuple[str, ...], is_private: bool) -> Conversation:
    """Give the conversation in a row of the columns `CONVERSATION`. Raises: DatabaseUnreadable."""
    if row[1].__class__ is not str or row[4].__class__ is not int:
        raise unsound()
    one: Any = _Fresh()
    (
        one.id, one.title, one.title_is_custom, one.created_ms, one.updated_ms, one.leaf_id, one.trashed_ms, one.draft,
        one.system_prompt, one.folder_id, one.pinned_ms, one.is_unread, one.context_policy, one.persona_id,
    ) = row  # fmt: skip
    one.title_is_custom, one.is_unread = one.title_is_custom == 1, one.is_unread == 1
    one.tags, one.is_private = tags, is_private
    one.__class__ = Conversation
    found: Conversation = one
    return found


def message_of(row: tuple[Any, ...], attachments: tuple[Attachment, ...] = ()) -> Message:
    """Give the message in a row of the columns `MESSAGE`. Raises: DatabaseUnreadable."""
    id_, conversation_id, parent_id, role, created_ms, state, model, stats, error, removed_ms, is_pinned, text = row
    if text.__class__ is not str:
        raise unsound()
    try:
        return Message(
            id_, conversation_id, parent_id, _ROLES[role], text, created_ms, _STATES[state], model,
            stats_of(stats) if stats else None, _error(error) if error else None, attachments, removed_ms,
            is_pinned == 1,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        raise unsound() from None


def attachment_of(row: tuple[Any, ...]) -> Attachment:
    """Give the attachment in a row of the columns `ATTACHMENT`."""
    return Attachment(*row)


def unsound() -> DatabaseUnreadable:
    """Give the error of a row with values that nobody can have stored: its page is damaged, though SQLite can read it."""
    return DatabaseUnreadable("hearth.sqlite3", "values that cannot be")


def stats_of(text: str) -> GenerationStats:
    """Give how an answer came about, from its JSON; what a newer version has stored besides is left out."""
    record = json.loads(text)
    try:
        return GenerationStats(**record)
    except TypeError:
        return GenerationStats(**{name: record[name] for name in GenerationStats.__slots__ if name in record})


def _error(text: str) -> tuple[str, str]:
    record = json.loads(text)
    return record["error"], json.dumps(record["fields"])
