"""Attached files: in the composer, with a message, or with one that waits. Their text is in the file, whole.

One that is in the composer moves to the message when that is sent; it is never copied then.
"""

from __future__ import annotations

from collections.abc import Iterable

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import new_id
from desktop_app.storage.database import Database
from desktop_app.storage.rows import ATTACHMENT, attachment_of

_IN_COMPOSER = "conversation_id IS ? AND message_id IS NULL AND queued_id IS NULL"


def draft_attachments(database: Database, conversation_id: str | None) -> tuple[Attachment, ...]:
    """Give what is attached in the composer of a conversation, or, for None, of the chat that does not exist yet."""
    return _found(database, _IN_COMPOSER, conversation_id)


def attachments_of_message(database: Database, message_id: str) -> tuple[Attachment, ...]:
    """Give what stands with a message, in order."""
    return _found(database, "message_id = ?", message_id)


def attachments_of_queued(database: Database, queued_id: str) -> tuple[Attachment, ...]:
    """Give what stands with a message that waits, in order."""
    return _found(database, "queued_id = ?", queued_id)


def names_of_queued(database: Database, queued_id: str) -> tuple[str, ...]:
    """Give the names of what stands with a message that waits, in order: asked for while the person writes."""
    return _of_queued(database, "name", queued_id)


def ids_of_queued(database: Database, queued_id: str) -> tuple[str, ...]:
    """Give the ids of what stands with a message that waits, in order."""
    return _of_queued(database, "id", queued_id)


def _of_queued(database: Database, column: str, queued_id: str) -> tuple[str, ...]:
    rows = database.rows(f"SELECT {column} FROM attachment WHERE queued_id = ? ORDER BY position, number", queued_id)  # noqa: S608 (our own names)
    return tuple(row[0] for row in rows)


def attachments_by_message(database: Database, conversation_id: str) -> dict[str, tuple[Attachment, ...]]:
    """Give what stands with each message of a conversation; those without are left out."""
    found: dict[str, tuple[Attachment, ...]] = {}
    for message_id, *row in database.rows(
        f"SELECT message_id, {ATTACHMENT} FROM attachment WHERE conversation_id = ? AND message_id IS NOT NULL ORDER BY position",  # noqa: S608 (our own constant)
        conversation_id,
    ):
        found[message_id] = (*found.get(message_id, ()), attachment_of(tuple(row)))
    return found


def save_draft_attachment(database: Database, conversation_id: str | None, attachment: Attachment) -> None:
    """Attach a file in the composer, behind what is there."""
    row = database.row(f"SELECT coalesce(max(position), 0) + 1 FROM attachment WHERE {_IN_COMPOSER}", conversation_id)  # noqa: S608 (our own constant)
    assert row is not None
    insert_attachments(database, [attachment], conversation_id, first_position=row[0])


def drop_draft_attachment(database: Database, attachment_id: str) -> str | None:
    """Take a file out of the composer and give the id of its conversation: "" for the new chat, None: it was not there."""
    condition = "id = ? AND message_id IS NULL AND queued_id IS NULL"
    row = database.row(f"SELECT conversation_id FROM attachment WHERE {condition}", attachment_id)  # noqa: S608 (our own constant)
    if row is None:
        return None
    database.execute(f"DELETE FROM attachment WHERE {condition}", attachment_id)  # noqa: S608 (our own constant)
    return row[0] or ""


def attach(
    database: Database, ids: Iterable[str], conversation_id: str, message_id: str | None = None, queued_id: str | None = None
) -> None:
    """Move attachments from a composer to a message or to one that waits; an id that is nowhere is passed over."""
    for position, id_ in enumerate(ids):
        database.execute(
            """UPDATE attachment SET conversation_id = ?, message_id = ?, queued_id = ?, position = ?
            WHERE id = ? AND message_id IS NULL AND queued_id IS NULL""",
            conversation_id, message_id, queued_id, position, id_,
        )  # fmt: skip


def take_draft_attachments(database: Database, conversation_id: str) -> None:
    """Move what is attached in the composer of the new chat to the composer of a conversation."""
    database.execute(f"UPDATE attachment SET conversation_id = ? WHERE {_IN_COMPOSER}", conversation_id, None)  # noqa: S608 (our own constant)


def copy_attachments(database: Database, from_message_id: str, to_message_id: str) -> None:
    """Let a new version of a message of the same conversation have what the old one has."""
    for id_ in [row[0] for row in database.rows("SELECT id FROM attachment WHERE message_id = ?", from_message_id)]:
        database.execute(
            """INSERT INTO attachment (id, conversation_id, message_id, position, name, text, n_bytes)
            SELECT ?, conversation_id, ?, position, name, text, n_bytes FROM attachment WHERE id = ?""",
            new_id(), to_message_id, id_,
        )  # fmt: skip


def insert_attachments(
    database: Database,
    attachments: Iterable[Attachment],
    conversation_id: str | None,
    message_id: str | None = None,
    first_position: int = 0,
) -> None:
    """Put attachments with a message, or into the composer."""
    for position, one in enumerate(attachments, start=first_position):
        database.execute(
            """INSERT INTO attachment (id, conversation_id, message_id, position, name, text, n_bytes)
            VALUES (?, ?, ?, ?, ?, ?, ?)""",
            one.id, conversation_id, message_id, position, one.name, one.text, one.n_bytes,
        )  # fmt: skip


def _found(database: Database, condition: str, id_: str | None) -> tuple[Attachment, ...]:
    rows = database.rows(f"SELECT {ATTACHMENT} FROM attachment WHERE {condition} ORDER BY position, number", id_)  # noqa: S608 (our own constants)
    return tuple(attachment_of(row) for row in rows)
