"""Summaries that tell of messages which the person has removed since they were made.

Nothing of a removed message is to be sent, and no part can be taken out of a summary: it is not used until the message
is back. That is found out whenever it matters and stored nowhere, so that bringing the message back is all there is to it.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    parents = dict(database.rows("SELECT id, parent_id FROM message WHERE conversation_id = ?", conversation_id))
    found = {}
    for id_, up_to_message_id, created_ms in made:
        since = {message_id for message_id, removed_ms in removed.items() if removed_ms >= created_ms}
        if to_blame := since & _path(parents, up_to_message_id):
            found[id_] = to_blame
    return found


def _path(parents: Mapping[str, str | None], message_id: str) -> set[str]:
    """Give the ids from a message up to the first one; a circle ends it."""
    found: set[str] = set()
    current: str | None = message_id
    while current is not None and current in parents and current not in found:
        found.add(current)
        current = parents[current]
    return found
