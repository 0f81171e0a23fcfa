"""Whole conversations that come in: from a file, or as a copy of one that is here. All of it or nothing.

Everything gets new ids; links to parents are kept. What comes from outside may be wrong in any way that its types
allow: parents that are missing or go round in a circle, ids that stand twice, a leaf that is nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import Message, MessageState, new_id, storable
from desktop_app.clock import now_ms
from desktop_app.storage.attachments import insert_attachments
from desktop_app.storage.branches import all_messages, branch_to, show
from desktop_app.storage.conversations import MAX_TITLE_CHARACTERS, conversation, insert_message, message
from desktop_app.storage.database import Database
from desktop_app.storage.folders import put_tags
from desktop_app.storage.outdated import outdated_by

_NUMBERED = re.compile(r"(.+) \((?:[2-9]|[1-9]\d{1,2})\)", re.DOTALL)
"""A title that a copy was given. No more digits: what ends in a year, "Films (1982)", is called so by itself."""


def import_conversation(
    database: Database, conversation_id: str, new: Conversation, messages: Sequence[Message], parameters: str = "{}"
) -> None:
    """Store a conversation with all its messages under new ids; a folder that is not here is left out.

    Summaries that are here of the same messages come along.
    """
    with database.transaction():
        database.execute(
            """INSERT INTO conversation (id, title, title_is_custom, created_ms, updated_ms, trashed_ms, draft, system_prompt,
                folder_id, pinned_ms, is_unread, context_policy, persona_id, parameters)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT id FROM folder WHERE id = ?), ?, ?, ?, ?, ?)""",
            conversation_id, storable(new.title)[:MAX_TITLE_CHARACTERS], int(new.title_is_custom), new.created_ms, new.updated_ms,
            new.trashed_ms, storable(new.draft), storable(new.system_prompt), new.folder_id,
            new.pinned_ms, int(new.is_unread), new.context_policy, new.persona_id, parameters,
        )  # fmt: skip
        put_tags(database, conversation_id, map(storable, new.tags))
        ids = _insert_messages(database, conversation_id, messages)
        _copy_summaries(database, new.id, conversation_id, ids)
        leaf_id = ids.get(new.leaf_id) if new.leaf_id is not None else None
        leaf_id = leaf_id or next(reversed(ids.values()), None)
        if leaf_id is not None:
            show(database, conversation_id, leaf_id)


def duplicate(database: Database, conversation_id: str, copy_id: str) -> None:
    """Store a second conversation with the same messages in all branches. Raises: LookupError."""
    found = conversation(database, conversation_id)
    _copy(database, found, copy_id, all_messages(database, conversation_id))


def branch_off(database: Database, message_id: str, copy_id: str) -> None:
    """Store a conversation with what is shown from the first message down to this one. Raises: LookupError."""
    found = conversation(database, message(database, message_id).conversation_id)
    path = branch_to(database, found.id, message_id)
    # A removed message in between does not come along: what stood below it stands below the one above it.
    linked = [replace(one, parent_id=path[place - 1].id if place else None) for place, one in enumerate(path)]
    _copy(database, replace(found, leaf_id=None), copy_id, linked)


def _copy(database: Database, original: Conversation, copy_id: str, messages: Sequence[Message]) -> None:
    now = now_ms()
    title = _title_of_copy(database, original.title)
    copy = replace(
        original, title=title, created_ms=now, updated_ms=now, trashed_ms=None, draft="", pinned_ms=None, is_unread=False
    )
    row = database.row("SELECT parameters FROM conversation WHERE id = ?", original.id)
    assert row is not None
    import_conversation(database, copy_id, copy, messages, row[0])


def _title_of_copy(database: Database, title: str) -> str:
    """Give the title with the first number from 2 on that no conversation has, one in the trash included; "" stays ""."""
    if not title:
        return ""
    numbered = _NUMBERED.fullmatch(title)
    # The number must not be cut off; four digits are more copies than anybody makes.
    stem = (numbered[1] if numbered else title)[: MAX_TITLE_CHARACTERS - len(" (9999)")].rstrip()
    taken = {row[0] for row in database.rows("SELECT title FROM conversation WHERE instr(title, ?) = 1", stem)}
    return next(wanted for number in count(2) if (wanted := f"{stem} ({number})") not in taken)


def _copy_summaries(database: Database, original_id: str, copy_id: str, ids: Mapping[str, str]) -> None:
    outdated = outdated_by(database, original_id)
    sql = "SELECT id, up_to_message_id FROM summary WHERE conversation_id = ? ORDER BY number"
    for id_, up_to_message_id in database.rows(sql, original_id):
        # What was removed since may stay behind, and then nothing in the copy would say that the summary tells of it.
        if up_to_message_id in ids and outdated.get(id_, set()) <= ids.keys():
            database.execute(
                """INSERT INTO summary (id, conversation_id, up_to_message_id, text, model, created_ms, removed_ms)
                SELECT ?, ?, ?, text, model, created_ms, removed_ms FROM summary WHERE id = ?""",
                new_id(), copy_id, ids[up_to_message_id], id_,
            )  # fmt: skip


def _insert_messages(database: Database, conversation_id: str, messages: Sequence[Message]) -> dict[str, str]:
    """Store messages, parents before children, and give the new id of each old one."""
    new_ids: dict[str, str] = {}
    for old in _parents_first(messages):
        # One in a circle finds no parent: the first that comes has none yet.
        parent_id = None if old.parent_id is None else new_ids.get(old.parent_id)
        id_ = new_ids[old.id] = new_id()
        attachments = [Attachment(new_id(), storable(one.name), storable(one.text), one.n_bytes) for one in old.attachments]
        insert_attachments(database, attachments, conversation_id, id_)
        state = MessageState.INTERRUPTED if old.state is MessageState.GENERATING else old.state
        new = replace(old, id=id_, conversation_id=conversation_id, parent_id=parent_id, state=state)
        insert_message(database, replace(new, text=storable(new.text), model=storable(new.model)))
    return new_ids


def _parents_first(messages: Sequence[Message]) -> Iterable[Message]:
    """Give each message once, in order as far as every parent comes before its children; of equal ids the first."""
    by_id: dict[str, Message] = {}
    for one in messages:
        by_id.setdefault(one.id, one)
    done: set[str] = set()
    for one in by_id.values():
        waiting: list[Message] = []
        current: Message | None = one
        while current is not None and current.id not in done:
            done.add(current.id)
            waiting.append(current)
            current = None if current.parent_id is None else by_id.get(current.parent_id)
        yield from reversed(waiting)
