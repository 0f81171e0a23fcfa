"""Whether the full-text index says what the messages and titles say."""

from __future__ import annotations

import apsw

from desktop_app.storage.database import Database

WANTED_MESSAGES = """SELECT number FROM message WHERE removed_ms IS NULL
    AND (text <> '' OR EXISTS (SELECT 1 FROM attachment WHERE message_id = message.id)) ORDER BY number"""


def index_problems(database: Database) -> list[str]:
    """Give what is in an index and should not be, what is missing, and what is damaged inside."""
    problems = []
    for table, wanted in (
        ("message_search", WANTED_MESSAGES),
        ("title_search", "SELECT number FROM conversation WHERE title <> '' ORDER BY number"),
    ):
        expected = {row[0] for row in database.rows(wanted)}
        found = {row[0] for row in database.rows(f"SELECT id FROM {table}_docsize")}
        problems += [f"{table} lacks {number}" for number in sorted(expected - found)]
        problems += [f"{table} has {number}" for number in sorted(found - expected)]
        try:
            database.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
        except (apsw.Error, OSError) as error:
            problems.append(f"{table} is damaged: {type(error).__name__}")
    return problems


def found_messages(database: Database, words: str) -> list[str]:
    """Give the ids of the messages in which the index finds `words`, in order of creation."""
    sql = "SELECT id FROM message WHERE number IN (SELECT rowid FROM message_search WHERE message_search MATCH ?) ORDER BY number"
    return [row[0] for row in database.rows(sql, words)]
