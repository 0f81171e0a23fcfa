"""Conversations that come from a file and are known by where they come from: never twice, and never over what is here.

Their ids stay as they are. Of a conversation that is here already, the messages that are missing are added: an export
of this year holds that of last year.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.conversation import Conversation
from desktop_app.chat.folder import Folder
from desktop_app.chat.message import Message, MessageState, new_id
from desktop_app.chat.shipped_personas import shipped
from desktop_app.chat.summary import Summary
from desktop_app.clock import now_ms
from desktop_app.record import Record
from desktop_app.storage.attachments import insert_attachments
from desktop_app.storage.branches import show
from desktop_app.storage.conversations import MAX_TITLE_CHARACTERS, conversation, has_conversation, insert_message, update
from desktop_app.storage.database import Database
from desktop_app.storage.folders import one_line, put_folder
from desktop_app.storage.summaries import put_summaries


class Arrival(Record):
    """A conversation with all its messages, parents before children."""

    conversation: Conversation
    messages: Sequence[Message]
    folder: str = ""
    """Name of the folder it goes to when it is new; it is made when there is none of that name. "": none."""
    summaries: Sequence[Summary] = ()
    persona: tuple[str, str] = ("", "")
    """Id and name of the persona that it had. One of that id, else one of that name, answers in it when it is new."""


class Taken(Record):
    """What became of an arrival."""

    conversation_id: str
    is_new: bool
    n_messages: int
    """How many were not here before."""


def take_in(database: Database, arrivals: Sequence[Arrival]) -> list[Taken]:
    """Store what is not here yet, in one transaction, and say of each what that was."""
    with database.transaction():
        return [_take_in(database, arrival) for arrival in arrivals]


def _take_in(database: Database, arrival: Arrival) -> Taken:
    new = arrival.conversation
    is_new = not has_conversation(database, new.id)
    if is_new:
        _insert(database, new, arrival.folder, _persona(database, *arrival.persona))
    old = conversation(database, new.id)
    if old.trashed_ms is not None and not is_new:
        return Taken(new.id, False, 0)
    added = _add_missing(database, new.id, arrival.messages)
    places = (one.replaced(up_to_message_id=added.get(one.up_to_message_id, one.up_to_message_id)) for one in arrival.summaries)
    put_summaries(database, places)
    if added:
        leaf_id = added.get(new.leaf_id or "")
        if old.leaf_id is None:
            show(database, new.id, leaf_id or next(reversed(added.values())))
        elif leaf_id is not None and _is_below(leaf_id, old.leaf_id, arrival.messages, added):
            # It goes on where it ended here.
            show(database, new.id, leaf_id)
            update(database, "updated_ms = max(updated_ms, ?)", new.id, new.updated_ms)
    return Taken(new.id, is_new, len(added))


def _insert(database: Database, new: Conversation, folder: str, persona_id: str | None) -> None:
    # Never into the trash: whoever brings a file wants what is in it, and with the date of then the next start would purge it.
    database.execute(
        """INSERT INTO conversation (id, title, title_is_custom, created_ms, updated_ms, draft, system_prompt,
            folder_id, pinned_ms, is_unread, context_policy, persona_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        new.id, new.title[:MAX_TITLE_CHARACTERS], int(new.title_is_custom), new.created_ms, new.updated_ms, new.draft,
        new.system_prompt, _folder(database, one_line(folder)), new.pinned_ms, int(new.is_unread), new.context_policy, persona_id,
    )  # fmt: skip
    for tag in new.tags:
        database.execute("INSERT OR IGNORE INTO conversation_tag (conversation_id, tag) VALUES (?, ?)", new.id, one_line(tag))


def _persona(database: Database, persona_id: str, name: str) -> str | None:
    """Give the id of the persona that is meant; None when there is none such here."""
    if any(one.id == persona_id for one in shipped("en")):
        return persona_id
    row = database.row(
        """SELECT id FROM persona WHERE removed_ms IS NULL AND (id = ?1 OR (name = ?2 AND name <> ''))
        ORDER BY id <> ?1, number LIMIT 1""",
        persona_id, name,
    )  # fmt: skip
    return str(row[0]) if row is not None else None


def _folder(database: Database, name: str) -> str | None:
    if not name:
        return None
    row = database.row("SELECT id FROM folder WHERE name = ? ORDER BY number LIMIT 1", name)
    if row is not None:
        return str(row[0])
    folder = Folder(new_id(), name, now_ms())
    put_folder(database, folder)
    return folder.id


def _add_missing(database: Database, conversation_id: str, messages: Sequence[Message]) -> dict[str, str]:
    """Store those that are not in the conversation, and give their ids in the file with those that they have here."""
    added: dict[str, str] = {}
    known: dict[str, str] = {}
    for one in messages:
        id_, is_here = _identity(database, conversation_id, one.id)
        known[one.id] = id_
        if is_here:
            continue
        added[one.id] = id_
        attachments = [_with_free_id(database, file) for file in one.attachments]
        insert_attachments(database, attachments, conversation_id, id_)
        state = MessageState.INTERRUPTED if one.state is MessageState.GENERATING else one.state
        parent_id = None if one.parent_id is None else known.get(one.parent_id)
        insert_message(database, replace(one, id=id_, conversation_id=conversation_id, parent_id=parent_id, state=state))
    return added


def _identity(database: Database, conversation_id: str, id_: str) -> tuple[str, bool]:
    """Give the id that a message has here or will have, and whether it is here.

    It is another one when a second conversation has it: somebody has copied a file of ours and changed it.
    """
    row = database.row("SELECT conversation_id FROM message WHERE id = ?", id_)
    if row is None or row[0] == conversation_id:
        return id_, row is not None
    other = hashlib.sha256(f"{conversation_id} {id_}".encode()).hexdigest()[:32]
    return other, database.row("SELECT 1 FROM message WHERE id = ?", other) is not None


def _with_free_id(database: Database, file: Attachment) -> Attachment:
    is_taken = database.row("SELECT 1 FROM attachment WHERE id = ?", file.id) is not None
    return file.replaced(id=new_id()) if is_taken else file


def _is_below(leaf_id: str, top_id: str | None, messages: Sequence[Message], added: dict[str, str]) -> bool:
    parents = {added.get(one.id, one.id): added.get(one.parent_id or "", one.parent_id) for one in messages}
    current: str | None = leaf_id
    while current is not None and current != top_id:
        current = parents.get(current)
    return current is not None
