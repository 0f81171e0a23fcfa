"""The words of messages that were here before there was an index: taken down behind the window, a slice at a time.

With 500,000 messages that takes minutes, for which no start should wait. The newest messages come first, because they
are what is mostly looked for. How far it has come stands in the file, in the same transaction as the slice.
"""

from __future__ import annotations

from desktop_app.storage.database import Database
from desktop_app.storage.migrations import TO_BE_INDEXED

N_MESSAGES, N_CHARACTERS = 100, 30_000
"""Of a slice, unless one message alone has more: some 20 ms, which a question in between waits at most."""

# What has changed meanwhile is in the index already, and is put in its place.
_SLICE = """
INSERT INTO message_search (rowid, text, names)
SELECT number, text, coalesce((SELECT group_concat(name, char(10)) FROM attachment WHERE message_id = message.id), '')
FROM message WHERE number BETWEEN ? AND ? AND removed_ms IS NULL
    AND (text <> '' OR EXISTS (SELECT 1 FROM attachment WHERE message_id = message.id))
ORDER BY number"""


def is_index_whole(database: Database) -> bool:
    """Say whether all messages can be found."""
    return database.row("SELECT 1 FROM value WHERE key = ?", TO_BE_INDEXED) is None


def index_more(database: Database) -> bool:
    """Take down the words of the next messages; False: there was nothing left to do."""
    if is_index_whole(database):
        return False
    with database.transaction():
        rows = database.rows(
            """SELECT number, length(text) FROM message WHERE number <= (SELECT CAST(value AS INTEGER) FROM value WHERE key = ?)
            ORDER BY number DESC LIMIT ?""",
            TO_BE_INDEXED, N_MESSAGES,
        )  # fmt: skip
        n_characters, first = 0, None
        for number, length in rows:
            n_characters += length
            if first is not None and n_characters > N_CHARACTERS:
                break
            first = number
        if first is None:
            database.execute("DELETE FROM value WHERE key = ?", TO_BE_INDEXED)
        else:
            database.execute(_SLICE, first, rows[0][0])
            database.execute("UPDATE value SET value = ? WHERE key = ?", str(first - 1), TO_BE_INDEXED)
    return True
