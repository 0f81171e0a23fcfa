"""What helps when a conversation is longer than a context: summaries, and how long each message is.

Each function that changes something is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desktop_app.chat.summary import Summary
from desktop_app.clock import now_ms
from desktop_app.storage.database import Database
from desktop_app.storage.outdated import outdated_by

_SUMMARY = "id, conversation_id, up_to_message_id, text, model, created_ms, removed_ms"


# Reading


def summaries(database: Database, conversation_id: str) -> tuple[Summary, ...]:
    """Give all summaries of a conversation, those that were taken back too, in order of creation."""
    rows = database.rows(f"SELECT {_SUMMARY} FROM summary WHERE conversation_id = ? ORDER BY number", conversation_id)  # noqa: S608 (our own constant)
    return tuple(Summary(*row) for row in rows)


def summaries_in_use(database: Database, conversation_id: str) -> tuple[Summary, ...]:
    """Give those of them that may be sent: not taken back, and with nothing in them that the person has removed since."""
    outdated = outdated_by(database, conversation_id)
    return tuple(one for one in summaries(database, conversation_id) if one.removed_ms is None and one.id not in outdated)


def token_counts(database: Database, conversation_id: str, vocabulary: str) -> dict[str, int]:
    """Give how many tokens of `vocabulary` each message has for which that is known."""
    sql = """SELECT message_id, n_tokens FROM message CROSS JOIN token_count
        ON message_id = message.id AND vocabulary = ? WHERE conversation_id = ?"""
    return dict(database.rows(sql, vocabulary, conversation_id))


# Writing


def put_summaries(database: Database, new: Iterable[Summary]) -> None:
    """Store summaries in a transaction that has begun; one that is here, or whose last message is not, is passed over."""
    for one in new:
        database.execute(
            f"""INSERT OR IGNORE INTO summary ({_SUMMARY}) SELECT ?, conversation_id, id, ?, ?, ?, ? FROM message
            WHERE id = ? AND conversation_id = ?""",  # noqa: S608 (our own constant)
            one.id, one.text, one.model, one.created_ms, one.removed_ms, one.up_to_message_id, one.conversation_id,
        )  # fmt: skip


def add_summary(database: Database, new: Summary) -> None:
    """Store a summary."""
    with database.transaction():
        put_summaries(database, [new])


def remove_summary(database: Database, summary_id: str) -> str | None:
    """Take a summary back, and give the id of its conversation; None when there is no such summary in use."""
    return _mark(database, summary_id, now_ms())


def restore_summary(database: Database, summary_id: str) -> str | None:
    """Use a summary again that was taken back, and give the id of its conversation; None when there is no such summary."""
    return _mark(database, summary_id, None)


def _mark(database: Database, summary_id: str, removed_ms: int | None) -> str | None:
    condition = "id = ? AND (removed_ms IS NULL) = ?"
    with database.transaction():
        is_used = int(removed_ms is not None)
        row = database.row(f"SELECT conversation_id FROM summary WHERE {condition}", summary_id, is_used)  # noqa: S608 (our own constant)
        database.execute(f"UPDATE summary SET removed_ms = ? WHERE {condition}", removed_ms, summary_id, is_used)  # noqa: S608 (our own constant)
    return str(row[0]) if row else None


def put_token_counts(database: Database, vocabulary: str, counts: Mapping[str, int]) -> None:
    """Keep how many tokens messages have; those that are gone are passed over."""
    with database.transaction():
        for message_id, n_tokens in counts.items():
            database.execute(
                "INSERT OR REPLACE INTO token_count SELECT id, ?, ? FROM message WHERE id = ?", vocabulary, n_tokens, message_id
            )
