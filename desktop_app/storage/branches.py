"""The tree of a conversation's messages: which branch is on show, and the versions that stand beside each other.

A message keeps its place whatever happens to it: an edit and another answer are new messages beside the old, and a
removed one is only marked. Each function that changes something is one transaction and gives the conversation's id.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from desktop_app.chat.conversation import branch
from desktop_app.chat.message import Message, Role
from desktop_app.clock import now_ms
from desktop_app.storage.attachments import attachments_by_message, copy_attachments
from desktop_app.storage.conversations import conversation, empty_answer, insert_message, message, update
from desktop_app.storage.database import Database
from desktop_app.storage.outdated import take_back_made_without
from desktop_app.storage.rows import MESSAGE, message_of
from desktop_app.storage.trash import KEPT_MS

# From a message up to the first one. UNION, not UNION ALL: it ends where a damaged file goes round in a circle.
_PATH = """WITH RECURSIVE path (number, id, parent_id) AS (
    SELECT number, id, parent_id FROM message WHERE id = ?
    UNION
    SELECT message.number, message.id, message.parent_id FROM path JOIN message ON message.id = path.parent_id
)"""


# Reading


def branch_on_show(database: Database, conversation_id: str) -> tuple[Message, ...]:
    """Give the messages from the first one to the leaf of the conversation, the removed ones left out."""
    return branch_to(database, conversation_id, conversation(database, conversation_id).leaf_id)


def branch_to(database: Database, conversation_id: str, leaf_id: str | None) -> tuple[Message, ...]:
    """Give the messages from the first one down to `leaf_id`, the removed ones left out; reads no others."""
    parents = dict(database.rows("SELECT id, parent_id FROM message WHERE conversation_id = ?", conversation_id))
    path: list[str] = []
    current = leaf_id
    # A parent that is gone ends the walk, and so does a circle: what was passed is not found a second time.
    while current is not None and current in parents:
        path.append(current)
        current = parents.pop(current)
    # Asked for by name only where there are others: 5,000 names cost more than the rows.
    only, names = ("AND id IN (SELECT value FROM json_each(?))", [json.dumps(path)]) if parents else ("", [])
    rows = database.rows(f"SELECT {MESSAGE} FROM message WHERE conversation_id = ? {only}", conversation_id, *names)  # noqa: S608 (our own constants)
    attached = attachments_by_message(database, conversation_id)
    return branch({row[0]: message_of(row, attached.get(row[0], ())) for row in rows}, leaf_id)


def all_messages(database: Database, conversation_id: str) -> list[Message]:
    """Give all messages of a conversation, of all branches and the removed ones too, in order of creation."""
    attached = attachments_by_message(database, conversation_id)
    rows = database.rows(f"SELECT {MESSAGE} FROM message WHERE conversation_id = ? ORDER BY number", conversation_id)  # noqa: S608 (our own constant)
    return [message_of(row, attached.get(row[0], ())) for row in rows]


def versions(database: Database, message_id: str) -> tuple[str, ...]:
    """Give the ids of a message and of those beside it, in order of creation, the removed ones left out."""
    found = message(database, message_id)
    if found.parent_id is None:
        rows = database.rows(
            """SELECT id FROM message WHERE conversation_id = ? AND parent_id IS NULL AND removed_ms IS NULL
            ORDER BY number""",
            found.conversation_id,
        )
    else:
        rows = database.rows("SELECT id FROM message WHERE parent_id = ? AND removed_ms IS NULL ORDER BY number", found.parent_id)
    return tuple(row[0] for row in rows)


def all_versions(database: Database, conversation_id: str) -> dict[str, tuple[str, ...]]:
    """Give `versions` of every message of the conversation that has more than one, in one query."""
    siblings: dict[str, list[str]] = {}
    for parent_id, id_, _ in database.rows(
        """SELECT shown_child.parent_id, message.id, message.number FROM shown_child
            JOIN message ON message.parent_id = shown_child.parent_id
            WHERE shown_child.conversation_id = ?1 AND message.removed_ms IS NULL
        UNION ALL
        SELECT '', id, number FROM message WHERE conversation_id = ?1 AND parent_id IS NULL AND removed_ms IS NULL
        ORDER BY number""",
        conversation_id,
    ):
        siblings.setdefault(parent_id, []).append(id_)
    found = (tuple(ids) for ids in siblings.values() if len(ids) > 1)
    return {id_: ids for ids in found for id_ in ids}


def removed_ids(database: Database, conversation_id: str) -> list[str]:
    """Give the ids of the messages of all branches that were removed and can be brought back, in order of removal."""
    # By the index of what was removed, which is little: a conversation may have 5,000 messages. The unary plus says so.
    sql = "SELECT id FROM message WHERE +conversation_id = ? AND removed_ms >= ? ORDER BY removed_ms, number"
    return [row[0] for row in database.rows(sql, conversation_id, now_ms() - KEPT_MS)]


# Writing


def edit(database: Database, message_id: str, version_id: str, answer_id: str, text: str, model: str) -> tuple[str, bool]:
    """Put a version with another text beside a message and show it; say also whether it waits for an answer.

    It stays pinned. A question keeps its attachments and gets an empty answer by `model`; an answer ends the branch on show.
    """
    with database.transaction():
        old = message(database, message_id)
        is_question, now = old.role is Role.USER, now_ms()
        if is_question:
            copy_attachments(database, message_id, version_id)
        place, model_of_version = (old.conversation_id, old.parent_id), "" if is_question else old.model
        new = Message(version_id, *place, old.role, text, now, model=model_of_version, is_pinned=old.is_pinned)
        insert_message(database, new)
        if is_question:
            insert_message(database, empty_answer(answer_id, old.conversation_id, version_id, model))
        show(database, old.conversation_id, answer_id if is_question else version_id)
        update(database, "updated_ms = ?", old.conversation_id, now)
    return old.conversation_id, is_question


def regenerate(database: Database, message_id: str, answer_id: str, model: str) -> str:
    """Put an empty answer beside an answer, or below a question, and show it."""
    with database.transaction():
        old = message(database, message_id)
        parent_id = old.id if old.role is Role.USER else old.parent_id
        insert_message(database, empty_answer(answer_id, old.conversation_id, parent_id, model))
        show(database, old.conversation_id, answer_id)
        update(database, "updated_ms = ?", old.conversation_id, now_ms())
    return old.conversation_id


def continue_answer(database: Database, message_id: str) -> str | None:
    """Let an answer that has ended be in progress again, with its text and its figures so far; None: it has not ended."""
    with database.transaction():
        sql = """UPDATE message SET state = 'generating', error = NULL
            WHERE id = ? AND role = 'assistant' AND state <> 'generating'"""
        if not database.execute(sql, message_id):
            return None
        return message(database, message_id).conversation_id


def show_version(database: Database, message_id: str) -> str:
    """Let the branch on show go through a message, and below it to what was shown there last."""
    with database.transaction():
        conversation_id = message(database, message_id).conversation_id
        show(database, conversation_id, _lowest(database, message_id))
    return conversation_id


def remove_message(database: Database, message_id: str) -> str:
    """Mark a message as removed. When it was the last on show, the nearest version beside it is shown, if there is one."""
    with database.transaction():
        conversation_id = message(database, message_id).conversation_id
        shown = branch_on_show(database, conversation_id)
        beside = versions(database, message_id)
        sql = "UPDATE message SET removed_ms = ? WHERE id = ? AND removed_ms IS NULL"
        is_changed = database.execute(sql, now_ms(), message_id) > 0
        if is_changed and len(beside) > 1 and shown and shown[-1].id == message_id:
            place = beside.index(message_id)
            show(database, conversation_id, _lowest(database, beside[place - 1 if place else 1]))
    return conversation_id


def restore_message(database: Database, message_id: str) -> str:
    """Take the mark away again and show the message. Raises: LookupError."""
    return restore_messages(database, [message_id])[0]


def restore_messages(database: Database, message_ids: Sequence[str]) -> list[str]:
    """Take the marks away, from the message removed last to the first, and show each; give the conversation of each.

    `message_ids`: in order of removal. In the other order the branch on show is what it was before all of it.
    Raises: LookupError.
    """
    with database.transaction():
        take_back_made_without(database, message_ids, now_ms())
        return [_restore(database, message_id) for message_id in reversed(message_ids)][::-1]


def _restore(database: Database, message_id: str) -> str:
    conversation_id = message(database, message_id).conversation_id
    database.execute("UPDATE message SET removed_ms = NULL WHERE id = ?", message_id)
    show_through(database, conversation_id, message_id)
    return conversation_id


def restore_removed(database: Database, conversation_id: str) -> list[str]:
    """Bring back all `removed_ids` and give them.

    Somebody may be reading another branch by now: it stays on show if it has one of them, else the one removed last is shown.
    """
    with database.transaction():
        ids = removed_ids(database, conversation_id)
        take_back_made_without(database, ids, now_ms())
        sql = "UPDATE message SET removed_ms = NULL WHERE id IN (SELECT value FROM json_each(?))"
        database.execute(sql, json.dumps(ids))
        if ids and not _path_on_show(database, conversation_id).intersection(ids):
            show(database, conversation_id, _lowest(database, ids[-1]))
    return ids


def _path_on_show(database: Database, conversation_id: str) -> set[str]:
    """Give the ids from the first message to the leaf, those removed included, without reading what they say."""
    sql = f"{_PATH} SELECT id FROM path"  # noqa: S608 (our own constant)
    return {row[0] for row in database.rows(sql, conversation(database, conversation_id).leaf_id)}


def pin_message(database: Database, message_id: str, is_pinned: bool) -> str:
    """Let the model see a message whatever does not fit its context, or no longer. Raises: LookupError."""
    with database.transaction():
        conversation_id = message(database, message_id).conversation_id
        database.execute("UPDATE message SET is_pinned = ? WHERE id = ?", int(is_pinned), message_id)
    return conversation_id


def _lowest(database: Database, message_id: str) -> str:
    """Give the leaf below a message: at every fork what was shown last, else the newest."""
    current, seen = message_id, {message_id}
    while row := database.row(
        """SELECT message.id FROM message LEFT JOIN shown_child
            ON shown_child.conversation_id = message.conversation_id AND shown_child.parent_id = message.parent_id
        WHERE message.parent_id = ?
        ORDER BY message.id = child_id DESC, removed_ms IS NULL DESC, message.number DESC LIMIT 1""",
        current,
    ):
        if row[0] in seen:
            break
        current = row[0]
        seen.add(current)
    return current


def show_through(database: Database, conversation_id: str, message_id: str) -> bool:
    """Let the branch on show go through a message, in a transaction that has begun; say whether it did not before."""
    if message_id in _path_on_show(database, conversation_id):
        return False
    show(database, conversation_id, _lowest(database, message_id))
    return True


def show(database: Database, conversation_id: str, leaf_id: str) -> None:
    """Make `leaf_id` the leaf, and note at every fork above it which way it goes; in a transaction that has begun."""
    update(database, "leaf_id = ?", conversation_id, leaf_id)
    database.execute(
        f"""{_PATH} UPDATE shown_child SET child_id = path.id FROM path
        WHERE shown_child.conversation_id = ? AND shown_child.parent_id = coalesce(path.parent_id, '')""",  # noqa: S608 (our own constant)
        leaf_id, conversation_id,
    )  # fmt: skip
