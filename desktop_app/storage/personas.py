"""The person's own personas. Each function that changes something is one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from desktop_app.chat.persona import Persona, as_text, persona_from
from desktop_app.chat.removed import Removed
from desktop_app.storage.conversations import NEW_CHAT_PERSONA, update
from desktop_app.storage.database import Database


def personas(database: Database) -> list[Persona]:
    """Give all that are not removed, by name. What makes no sense in one of them is left out of it."""
    rows = database.rows("SELECT id, name, record FROM persona WHERE removed_ms IS NULL ORDER BY name, number")
    return [_persona(row) for row in rows]


def persona(database: Database, persona_id: str) -> Persona | None:
    """Give one, a removed one too: conversations that have it go on with it. None when there is none."""
    row = database.row("SELECT id, name, record FROM persona WHERE id = ?", persona_id)
    return _persona(row) if row is not None else None


def save(database: Database, persona: Persona, now_ms: int) -> None:
    """Store a new persona, or a change. One that was removed is there again."""
    database.execute(
        """INSERT INTO persona (id, name, record, created_ms, updated_ms) VALUES (?1, ?2, ?3, ?4, ?4)
        ON CONFLICT (id) DO UPDATE SET name = ?2, record = ?3, updated_ms = ?4, removed_ms = NULL""",
        persona.id, persona.name, as_text(persona), now_ms,
    )  # fmt: skip


def add(database: Database, personas: Iterable[Persona], now_ms: int) -> None:
    """Store personas that are all new, in one transaction."""
    with database.transaction():
        for one in personas:
            save(database, one, now_ms)


def remove(database: Database, persona_id: str, now_ms: int) -> None:
    """Mark a persona as removed."""
    database.execute("UPDATE persona SET removed_ms = ?1, updated_ms = ?1 WHERE id = ?2", now_ms, persona_id)


def removed(database: Database, since_ms: int) -> list[Removed]:
    """Give what was removed since that moment, the last first."""
    rows = database.rows(
        "SELECT id, name, record, removed_ms FROM persona WHERE removed_ms >= ? ORDER BY removed_ms DESC, number DESC", since_ms
    )
    return [Removed(id_, name, _persona((id_, name, record)).instructions, ms) for id_, name, record, ms in rows]


def restore(database: Database, persona_ids: Iterable[str], now_ms: int) -> None:
    """Take removals back."""
    with database.transaction():
        for id_ in persona_ids:
            database.execute("UPDATE persona SET removed_ms = NULL, updated_ms = ? WHERE id = ?", now_ms, id_)


def of_new_chat(database: Database) -> str | None:
    """Give the id of the persona with which the next new conversation begins."""
    row = database.row("SELECT value FROM value WHERE key = ?", NEW_CHAT_PERSONA)
    return str(row[0]) if row is not None else None


def choose_for_new_chat(database: Database, persona_id: str | None) -> None:
    """Keep the persona with which the next new conversation begins; None: without one."""
    if persona_id is None:
        database.execute("DELETE FROM value WHERE key = ?", NEW_CHAT_PERSONA)
    else:
        database.execute("INSERT OR REPLACE INTO value VALUES (?, ?)", NEW_CHAT_PERSONA, persona_id)


def choose(database: Database, conversation_id: str, persona_id: str | None) -> None:
    """Let a persona answer in a conversation from now on; None: none. Raises: LookupError."""
    update(database, "persona_id = ?", conversation_id, persona_id)


@lru_cache(maxsize=1024)
def _persona(row: tuple[Any, ...]) -> Persona:
    id_, name, text = row
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        record = None
    return persona_from(str(id_), str(name), record if isinstance(record, dict) else {})
