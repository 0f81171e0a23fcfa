"""The way out: into the trash, back, and for ever.

What is purged is gone from the file, its log and the index: rows are overwritten (`secure_delete`), the index is
merged without them, and the log is emptied. `sweep` does the last two, because they take longer than a question
should wait.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.clock import now_ms
from desktop_app.storage.conversations import update
from desktop_app.storage.database import Database
from desktop_app.storage.outdated import outdated_by

KEPT_MS = 30 * 24 * 3600 * 1000
"""How long what was put into the trash, and a removed message, can be brought back."""

_UNSWEPT = "something was purged"
"""Key of a value that is there from a purge until the sweep after it, so that a crash in between is made good."""

_MERGED_PAGES = 200
"""Of the index in one step of a sweep."""


def trash(database: Database, conversation_ids: Sequence[str]) -> None:
    """Put conversations into the trash: a mark, nothing is deleted. Raises: LookupError."""
    now = now_ms()
    with database.transaction():
        for id_ in conversation_ids:
            update(database, "trashed_ms = coalesce(trashed_ms, ?)", id_, now)


def restore(database: Database, conversation_ids: Sequence[str]) -> None:
    """Take conversations out of the trash. Raises: LookupError."""
    with database.transaction():
        for id_ in conversation_ids:
            update(database, "trashed_ms = NULL", id_)


def trashed_ids(database: Database, until_ms: int | None = None) -> list[str]:
    """Give the ids of what is in the trash; with `until_ms` only what was put there before."""
    return [
        row[0]
        for row in database.rows(
            "SELECT id FROM conversation WHERE trashed_ms IS NOT NULL AND trashed_ms < coalesce(?, trashed_ms + 1)", until_ms
        )
    ]


def purge(database: Database, conversation_ids: Sequence[str]) -> list[str]:
    """Delete conversations for ever and give the ids of answers in progress that went with them."""
    with database.transaction():
        cut_off: list[str] = []
        for id_ in conversation_ids:
            rows = database.rows("SELECT id FROM message WHERE conversation_id = ? AND state = 'generating'", id_)
            cut_off += [row[0] for row in rows]
            database.execute("DELETE FROM conversation WHERE id = ?", id_)
        _note_unswept(database)
    return cut_off


def empty_removed_messages(database: Database, until_ms: int) -> int:
    """Delete the text and the attachments of messages removed before `until_ms`, which keep their places, and gives how many.

    With them go edits of them, and summaries that tell of them or were taken back before then.
    """
    condition = "removed_ms < ? AND state <> 'generating'"
    with database.transaction():
        database.execute(f"DELETE FROM attachment WHERE message_id IN (SELECT id FROM message WHERE {condition})", until_ms)  # noqa: S608 (our own constant)
        database.execute(f"DELETE FROM edit_draft WHERE message_id IN (SELECT id FROM message WHERE {condition})", until_ms)  # noqa: S608 (our own constant)
        _drop_summaries(database, until_ms)
        n_emptied = database.execute(
            f"UPDATE message SET text = '', stats = NULL, error = NULL WHERE {condition} AND text <> ''",  # noqa: S608 (our own constant)
            until_ms,
        )
        if n_emptied:
            _note_unswept(database)
    return n_emptied


def _drop_summaries(database: Database, until_ms: int) -> None:
    database.execute("DELETE FROM summary WHERE removed_ms < ?", until_ms)
    gone: dict[str, set[str]] = {}
    for id_, conversation_id in database.rows("SELECT id, conversation_id FROM message WHERE removed_ms < ?", until_ms):
        gone.setdefault(conversation_id, set()).add(id_)
    for conversation_id, message_ids in gone.items():
        for summary_id, to_blame in outdated_by(database, conversation_id).items():
            if to_blame & message_ids:
                database.execute("DELETE FROM summary WHERE id = ?", summary_id)


def purge_collections(database: Database, until_ms: int) -> None:
    """Delete for ever prompt templates, with their versions, and personas that were removed before `until_ms`.

    A persona that a conversation has stays.
    """
    with database.transaction():
        n_purged = database.execute("DELETE FROM prompt_template WHERE removed_ms < ?", until_ms)
        n_purged += database.execute(
            """DELETE FROM persona WHERE removed_ms < ?
            AND id NOT IN (SELECT persona_id FROM conversation WHERE persona_id IS NOT NULL)""",
            until_ms,
        )
        if n_purged:
            _note_unswept(database)


def is_unswept(database: Database) -> bool:
    """Say whether something was purged and not swept up."""
    return database.row("SELECT 1 FROM value WHERE key = ?", _UNSWEPT) is not None


def sweep(database: Database) -> bool:
    """Do one step of taking what was purged out of the index and the log; True: there is more to do.

    A log that somebody reads just now cannot be emptied: then `is_unswept` stays true, and another try is due soon.
    """
    if not is_unswept(database):
        return False
    for table in ("message_search", "title_search"):
        if _merge(database, table):
            return True
    if database.empty_log():
        database.execute("DELETE FROM value WHERE key = ?", _UNSWEPT)
    return False


def _merge(database: Database, table: str) -> bool:
    """Merge a part of an index, in which deleted rows do not come along; True: there is more to merge."""
    # Source: sqlite.org/fts5.html, "The 'merge' Command": negative to merge everything, done when less than 2 rows changed.
    sql = f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)"  # noqa: S608 (our own constants)
    return database.n_changes(sql, -_MERGED_PAGES) >= 2


def _note_unswept(database: Database) -> None:
    database.execute("INSERT OR REPLACE INTO value (key, value) VALUES (?, '')", _UNSWEPT)
