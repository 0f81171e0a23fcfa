"""Summaries that do not say what the messages say which they stand for, because of messages that were removed.

Nothing of a removed message is to be sent, and no part can be taken out of a summary: it is not used until the message
is back. That is found out whenever it matters and stored nowhere, so that bringing the message back is all there is to it.
The other way round, a summary that was made without a message is taken back when that comes back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from desktop_app.storage.database import Database


def outdated_by(database: Database, conversation_id: str) -> dict[str, set[str]]:
    """Give the ids of such summaries of a conversation, each with the messages that are to blame; reads as little as it can."""
    sql = "SELECT id, up_to_message_id, created_ms FROM summary WHERE conversation_id = ? AND removed_ms IS NULL"
    made = database.rows(sql, conversation_id)
    if not made:
        return {}
    # By the index of what was removed, which is little. The unary plus says so.
    sql = "SELECT id, removed_ms FROM message WHERE +conversation_id = ? AND removed_ms >= ?"
    removed = dict(database.rows(sql, conversation_id, min(created_ms for _, _, created_ms in made)))
    if not removed:
        return {}
    parents = _parents(database, conversation_id)
    found = {}
    for id_, up_to_message_id, created_ms in made:
        since = {message_id for message_id, removed_ms in removed.items() if removed_ms >= created_ms}
        if to_blame := since & _path(parents, up_to_message_id):
            found[id_] = to_blame
    return found


def take_back_made_without(database: Database, message_ids: Collection[str], now_ms: int) -> None:
    """Take back the summaries that were made while these messages were removed, which are about to be brought back.

    Else the model would neither read them nor be told of them. In a transaction that has begun.
    """
    for message_id in message_ids:
        sql = "SELECT conversation_id, removed_ms FROM message WHERE id = ? AND removed_ms IS NOT NULL"
        for conversation_id, removed_ms in database.rows(sql, message_id):
            sql = """SELECT id, up_to_message_id FROM summary
                WHERE conversation_id = ? AND created_ms > ? AND removed_ms IS NULL"""
            later = database.rows(sql, conversation_id, removed_ms)
            for id_, up_to_message_id in later:
                if message_id in _path(_parents(database, conversation_id), up_to_message_id):
                    database.execute("UPDATE summary SET removed_ms = ? WHERE id = ?", now_ms, id_)


def _parents(database: Database, conversation_id: str) -> dict[str, str | None]:
    return dict(database.rows("SELECT id, parent_id FROM message WHERE conversation_id = ?", conversation_id))


def _path(parents: Mapping[str, str | None], message_id: str) -> set[str]:
    """Give the ids from a message up to the first one; a circle ends it."""
    found: set[str] = set()
    current: str | None = message_id
    while current is not None and current in parents and current not in found:
        found.add(current)
        current = parents[current]
    return found
