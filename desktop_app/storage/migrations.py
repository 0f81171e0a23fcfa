"""The schema of the file, as numbered steps from an empty one to today's.

Each step runs in one transaction together with the number that says it is done, so a process killed at any
moment leaves the file before or after a step, never in between. A step is never edited after release. Must not
know what the rows mean to a person: that is in `storage.conversations`.
"""

from __future__ import annotations

from collections.abc import Sequence

import apsw

APPLICATION_ID = int.from_bytes(b"Hrth", "big")
"""Says in bytes 68 to 71 of the file whose database it is. Source: SQLite file format, 1.3.17."""

# `number` is declared so that it survives VACUUM: a full-text index will refer to it. `id` is what the rest of
# the program knows. `leaf_id` is no foreign key: it would make every deleted message a search through all
# conversations, and a branch whose leaf is missing is shown as empty. `parent_id` does not cascade: SQLite allows
# 1,000 levels of that, and a conversation may have more messages; deleting a conversation deletes them all at once.
_CONVERSATIONS = """
CREATE TABLE conversation (
    number          INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    title           TEXT NOT NULL DEFAULT '',
    title_is_custom INTEGER NOT NULL DEFAULT 0 CHECK (title_is_custom IN (0, 1)),
    created_ms      INTEGER NOT NULL,
    updated_ms      INTEGER NOT NULL,
    leaf_id         TEXT,
    trashed_ms      INTEGER,
    draft           TEXT NOT NULL DEFAULT '',
    system_prompt   TEXT NOT NULL DEFAULT '',
    parameters      TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX conversation_shown ON conversation (updated_ms) WHERE trashed_ms IS NULL;

CREATE TABLE message (
    number          INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    conversation_id TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    parent_id       TEXT REFERENCES message (id),
    role            TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant')),
    state           TEXT NOT NULL CHECK (state IN ('generating', 'done', 'interrupted', 'failed')),
    text            TEXT NOT NULL DEFAULT '',
    model           TEXT NOT NULL DEFAULT '',
    created_ms      INTEGER NOT NULL,
    stats           TEXT,
    error           TEXT
) STRICT;
CREATE INDEX message_conversation ON message (conversation_id);
CREATE INDEX message_parent ON message (parent_id);
CREATE INDEX message_generating ON message (id) WHERE state = 'generating';

-- The text of an answer in state 'generating', as it comes; merged into message.text when the answer ends.
CREATE TABLE message_part (
    message_id      TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    seq             INTEGER NOT NULL,
    text            TEXT NOT NULL,
    PRIMARY KEY (message_id, seq)
) STRICT, WITHOUT ROWID;

-- What belongs to no conversation, for instance the draft of the chat that does not exist yet.
CREATE TABLE value (
    key             TEXT PRIMARY KEY,
    value           TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

MIGRATIONS: tuple[str, ...] = (_CONVERSATIONS,)
SCHEMA_VERSION = len(MIGRATIONS)
"""`PRAGMA user_version` of a file that this version writes."""


def migrate(connection: apsw.Connection, migrations: Sequence[str] = MIGRATIONS) -> int:
    """Bring the file up to the last of `migrations` and give how many steps that took; 0 when it was there already."""
    n_done = int(connection.pragma("user_version"))
    for number, step in enumerate(migrations[n_done:], start=n_done + 1):
        _run_step(connection, number, step)
    return max(0, len(migrations) - n_done)


def _run_step(connection: apsw.Connection, number: int, step: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(step)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    finally:
        # A full disk may have ended the transaction already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
