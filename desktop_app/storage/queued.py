"""Messages that wait for the answer before them, in order; the first becomes a question when its turn has come."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.chat.queued import CancelledMessage, QueuedMessage, TakenBackMessage, above_draft
from desktop_app.storage.attachments import (
    attach,
    attachments_of_queued,
    ids_of_queued,
    insert_attachments,
    names_of_queued,
)
from desktop_app.storage.branches import show_through
from desktop_app.storage.conversations import Exchange, draft, put_exchange
from desktop_app.storage.database import Database


def queued(database: Database, conversation_id: str) -> tuple[QueuedMessage, ...]:
    """Give what waits in a conversation, in order."""
    rows = database.rows("SELECT id, text FROM queued_message WHERE conversation_id = ? ORDER BY number", conversation_id)
    return tuple(QueuedMessage(id_, conversation_id, text, names_of_queued(database, id_)) for id_, text in rows)


def conversation_of_queued(database: Database, queued_id: str) -> str | None:
    """Give the id of the conversation in which a message waits; None when it does not wait."""
    row = database.row("SELECT conversation_id FROM queued_message WHERE id = ?", queued_id)
    return str(row[0]) if row else None


def queue(
    database: Database,
    conversation_id: str,
    queued_id: str,
    text: str,
    attachments: Sequence[str],
    *,
    keeps_draft: bool = False,
) -> None:
    """Let a message wait, with these attachments out of the composer; its text was there, unless the draft stays."""
    with database.transaction():
        database.execute(
            "INSERT INTO queued_message (id, conversation_id, text) VALUES (?, ?, ?)", queued_id, conversation_id, text
        )
        attach(database, attachments, conversation_id, queued_id=queued_id)
        if not keeps_draft:
            database.execute("UPDATE conversation SET draft = '' WHERE id = ?", conversation_id)


def edit_queued(database: Database, queued_id: str, text: str) -> str | None:
    """Give a waiting message another text; gives its conversation's id, None when it does not wait any more."""
    conversation_id = conversation_of_queued(database, queued_id)
    database.execute("UPDATE queued_message SET text = ? WHERE id = ?", text, queued_id)
    return conversation_id


def cancel_queued(database: Database, queued_id: str) -> CancelledMessage | None:
    """Delete a waiting message and give it; None when it does not wait any more."""
    with database.transaction():
        row = database.row("SELECT conversation_id, text, number FROM queued_message WHERE id = ?", queued_id)
        if row is None:
            return None
        conversation_id, text, number = row
        files = attachments_of_queued(database, queued_id)
        database.execute("DELETE FROM queued_message WHERE id = ?", queued_id)
    message = QueuedMessage(queued_id, conversation_id, text, tuple(one.name for one in files))
    return CancelledMessage(message, number, files)


def restore_queued(database: Database, cancelled: CancelledMessage) -> None:
    """Let a message wait again that was cancelled, in its place, or as the last when another has taken that meanwhile."""
    message, number = cancelled.message, cancelled.number
    with database.transaction():
        is_taken = database.row("SELECT 1 FROM queued_message WHERE number = ?", number) is not None
        database.execute(
            "INSERT INTO queued_message (number, id, conversation_id, text) VALUES (?, ?, ?, ?)",
            None if is_taken else number, message.id, message.conversation_id, message.text,
        )  # fmt: skip
        # By way of the composer, like all that goes with a message.
        insert_attachments(database, cancelled.attachments, message.conversation_id)
        ids = [one.id for one in cancelled.attachments]
        attach(database, ids, message.conversation_id, queued_id=message.id)


def take_back_queued(database: Database, queued_id: str) -> TakenBackMessage | None:
    """Put a waiting message with what goes with it into the composer, above the draft; None when it does not wait any more."""
    with database.transaction():
        conversation_id = conversation_of_queued(database, queued_id)
        if conversation_id is None:
            return None
        message = next(one for one in queued(database, conversation_id) if one.id == queued_id)
        database.execute("UPDATE attachment SET queued_id = NULL WHERE queued_id = ?", queued_id)
        database.execute("DELETE FROM queued_message WHERE id = ?", queued_id)
        text = above_draft(message.text, draft(database, conversation_id))
        database.execute("UPDATE conversation SET draft = ? WHERE id = ?", text, conversation_id)
    return TakenBackMessage(message, text)


def ask_queued(
    database: Database, conversation_id: str, question_id: str, answer_id: str, model: str, below_id: str | None = None
) -> tuple[bool, bool]:
    """Make the first that waits a question with an empty answer, below what is on show; the draft stays.

    `below_id`: what the branch on show has to go through, if that is still there. Say whether any did wait, and whether
    another branch has come on show by that.
    """
    with database.transaction():
        waiting = database.row(
            "SELECT id, text FROM queued_message WHERE conversation_id = ? ORDER BY number LIMIT 1", conversation_id
        )
        if waiting is None:
            return False, False
        # Out of the composer for a moment, from where a question takes them.
        ids = ids_of_queued(database, waiting[0])
        database.execute("UPDATE attachment SET queued_id = NULL WHERE queued_id = ?", waiting[0])
        database.execute("DELETE FROM queued_message WHERE id = ?", waiting[0])
        is_other_branch = below_id is not None and _show_below(database, conversation_id, below_id)
        exchange = Exchange(conversation_id, False, question_id, answer_id, waiting[1], model, ids)
        put_exchange(database, exchange)
    return True, is_other_branch


def _show_below(database: Database, conversation_id: str, message_id: str) -> bool:
    sql = "SELECT 1 FROM message WHERE id = ? AND conversation_id = ? AND removed_ms IS NULL"
    is_there = database.row(sql, message_id, conversation_id) is not None
    return is_there and show_through(database, conversation_id, message_id)
