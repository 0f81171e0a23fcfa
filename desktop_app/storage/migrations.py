"""The schema of the file, as numbered steps from an empty one to today's.

Each step runs in one transaction together with the number that says it is done, so a process killed at any
moment leaves the file before or after a step, never in between. A step is never edited after release. Must not
know what the rows mean to a person: that is in `storage.conversations`.
"""

from __future__ import annotations

from collections.abc import Sequence

import apsw

TO_BE_INDEXED = "messages to be indexed"
"""Key of the number of the newest message whose words were here before the index and are not in it yet."""

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

# The ways to sort, the versions, what is attached or waits, and the words of everything.
#
# `attachment`: with `message_id` it stands with a message and with `queued_id` with one that waits; with neither it
# is in the composer, of the chat that does not exist yet where `conversation_id` is NULL. The reference to the message
# is looked at when the transaction ends, so that the names are there when a message comes and is indexed.
#
# `shown_child` has a row for every message with more than one child, and one with the parent '' where there is more
# than one first message: which of them was shown last. Without a reference to the parent, because '' has none.
#
# The index holds no text (`content=''`), only words; a row is there exactly when the message is not removed and has
# text or attachments. Text comes into `message.text` once, when an answer ends, and is indexed then. The prefixes
# make the first keys of a search fast, see `storage.words`. Sixteen parts are merged at a time, not four: an answer of
# 80,000 characters then has 8 bytes written for each of its own on average, merging included, and not 14. The indexes
# of messages are for the filters. What was there before is indexed behind the window, see `storage.indexing`.
_LIBRARY = """
CREATE TABLE folder (
    number          INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    created_ms      INTEGER NOT NULL
) STRICT;

ALTER TABLE conversation ADD COLUMN folder_id TEXT REFERENCES folder (id) ON DELETE SET NULL;
ALTER TABLE conversation ADD COLUMN pinned_ms INTEGER;
ALTER TABLE conversation ADD COLUMN is_unread INTEGER NOT NULL DEFAULT 0 CHECK (is_unread IN (0, 1));
CREATE INDEX conversation_folder ON conversation (folder_id) WHERE folder_id IS NOT NULL;
CREATE INDEX conversation_trashed ON conversation (trashed_ms) WHERE trashed_ms IS NOT NULL;

CREATE TABLE conversation_tag (
    conversation_id TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    tag             TEXT NOT NULL,
    PRIMARY KEY (conversation_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_tag_name ON conversation_tag (tag);

ALTER TABLE message ADD COLUMN removed_ms INTEGER;
CREATE INDEX message_removed ON message (removed_ms) WHERE removed_ms IS NOT NULL;
CREATE INDEX message_first ON message (conversation_id) WHERE parent_id IS NULL;

CREATE TABLE shown_child (
    conversation_id TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    parent_id       TEXT NOT NULL,
    child_id        TEXT NOT NULL,
    PRIMARY KEY (conversation_id, parent_id)
) STRICT, WITHOUT ROWID;
INSERT INTO shown_child SELECT conversation_id, parent_id, id FROM (
    SELECT conversation_id, coalesce(parent_id, '') AS parent_id, id, max(number) FROM message
    GROUP BY conversation_id, coalesce(parent_id, '') HAVING count(*) > 1
);

CREATE TABLE queued_message (
    number          INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    conversation_id TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    text            TEXT NOT NULL
) STRICT;
CREATE INDEX queued_message_conversation ON queued_message (conversation_id);

CREATE TABLE attachment (
    number          INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    conversation_id TEXT REFERENCES conversation (id) ON DELETE CASCADE,
    message_id      TEXT REFERENCES message (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    queued_id       TEXT REFERENCES queued_message (id) ON DELETE CASCADE,
    position        INTEGER NOT NULL,
    name            TEXT NOT NULL,
    text            TEXT NOT NULL,
    n_bytes         INTEGER NOT NULL,
    CHECK (message_id IS NULL OR queued_id IS NULL)
) STRICT;
CREATE INDEX attachment_conversation ON attachment (conversation_id);
CREATE INDEX attachment_message ON attachment (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX attachment_queued ON attachment (queued_id) WHERE queued_id IS NOT NULL;
"""

_INDEX = """
CREATE VIRTUAL TABLE message_search USING fts5 (
    text, names, content = '', contentless_delete = 1, tokenize = 'hearth', prefix = '2 3 4'
);
CREATE VIRTUAL TABLE title_search USING fts5 (
    title, content = '', contentless_delete = 1, tokenize = 'hearth', prefix = '2 3 4'
);
INSERT INTO message_search (message_search, rank) VALUES ('automerge', 16);
INSERT INTO message_search (message_search, rank) VALUES ('crisismerge', 32);
CREATE INDEX message_model ON message (model) WHERE model <> '';
CREATE INDEX message_created ON message (created_ms);

CREATE TRIGGER message_indexed AFTER INSERT ON message
WHEN new.removed_ms IS NULL AND (new.text <> '' OR EXISTS (SELECT 1 FROM attachment WHERE message_id = new.id))
BEGIN
    INSERT INTO message_search (rowid, text, names)
    SELECT new.number, new.text, coalesce((SELECT group_concat(name, char(10)) FROM attachment WHERE message_id = new.id), '');
END;
CREATE TRIGGER message_indexed_again AFTER UPDATE OF text, removed_ms ON message
BEGIN
    DELETE FROM message_search WHERE rowid = old.number;
    INSERT INTO message_search (rowid, text, names)
    SELECT new.number, new.text, coalesce((SELECT group_concat(name, char(10)) FROM attachment WHERE message_id = new.id), '')
    WHERE new.removed_ms IS NULL AND (new.text <> '' OR EXISTS (SELECT 1 FROM attachment WHERE message_id = new.id));
END;
CREATE TRIGGER message_indexed_no_longer AFTER DELETE ON message
BEGIN
    DELETE FROM message_search WHERE rowid = old.number;
END;

CREATE TRIGGER title_indexed AFTER INSERT ON conversation WHEN new.title <> ''
BEGIN
    INSERT INTO title_search (rowid, title) VALUES (new.number, new.title);
END;
CREATE TRIGGER title_indexed_again AFTER UPDATE OF title ON conversation WHEN old.title IS NOT new.title
BEGIN
    DELETE FROM title_search WHERE rowid = old.number;
    INSERT INTO title_search (rowid, title) SELECT new.number, new.title WHERE new.title <> '';
END;
CREATE TRIGGER title_indexed_no_longer AFTER DELETE ON conversation
BEGIN
    DELETE FROM title_search WHERE rowid = old.number;
END;

INSERT INTO title_search (rowid, title) SELECT number, title FROM conversation WHERE title <> '';
INSERT INTO value SELECT 'messages to be indexed', CAST(max(number) AS TEXT) FROM message HAVING count(*) > 0;
"""

# What long contexts need, and what was learnt of models on this computer.
#
# `message_part` has the rowid for its key now: a row is added behind the last one, and a text of some thousand bytes
# stays on one page. Without an index: there are rows only of answers in progress.
#
# `summary` stands for everything from the first message down to `up_to_message_id`, on every branch through it; that is
# no foreign key, as `leaf_id` is none. `token_count` says how long the text of a message is for a vocabulary, so a row
# goes when the text changes. `edit_draft` is an edit of a message that has not been sent. Neither `token_count` nor
# `model_load` is more than what can be found out again.
_CONTEXT = """
CREATE TABLE part (
    seq             INTEGER PRIMARY KEY,
    message_id      TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    text            TEXT NOT NULL
) STRICT;
INSERT INTO part (message_id, text) SELECT message_id, text FROM message_part ORDER BY message_id, seq;
DROP TABLE message_part;
ALTER TABLE part RENAME TO message_part;

ALTER TABLE message ADD COLUMN is_pinned INTEGER NOT NULL DEFAULT 0 CHECK (is_pinned IN (0, 1));
ALTER TABLE conversation ADD COLUMN context_policy TEXT;

CREATE TABLE summary (
    number           INTEGER PRIMARY KEY,
    id               TEXT NOT NULL UNIQUE,
    conversation_id  TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    up_to_message_id TEXT NOT NULL,
    text             TEXT NOT NULL,
    model            TEXT NOT NULL DEFAULT '',
    created_ms       INTEGER NOT NULL,
    removed_ms       INTEGER
) STRICT;
CREATE INDEX summary_conversation ON summary (conversation_id);

CREATE TABLE token_count (
    message_id      TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    vocabulary      TEXT NOT NULL,
    n_tokens        INTEGER NOT NULL,
    PRIMARY KEY (message_id, vocabulary)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER token_count_changed AFTER UPDATE OF text ON message
BEGIN
    DELETE FROM token_count WHERE message_id = old.id;
END;

CREATE TABLE edit_draft (
    message_id      TEXT PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    text            TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE model_load (
    model           TEXT NOT NULL,
    machine         TEXT NOT NULL,
    record          TEXT NOT NULL,
    used_ms         INTEGER NOT NULL,
    PRIMARY KEY (model, machine)
) STRICT, WITHOUT ROWID;
"""

# Models: what is being downloaded, what was connected to, and what is known of the files on this computer.
#
# `download` is the queue, a row for each model that is fetched as one, with its parts in `record`. `connection` is what the
# person can read of everything that went over the network. `model_file` is a cache of what headers say, good for the
# size and time it was read at; `model_note` is what the person and the hub said about a model, under its path.
_MODELS = """
CREATE TABLE download (
    number          INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    position        INTEGER NOT NULL,
    state           TEXT NOT NULL,
    record          TEXT NOT NULL,
    reason          TEXT NOT NULL DEFAULT '',
    created_ms      INTEGER NOT NULL,
    finished_ms     INTEGER
) STRICT;

CREATE TABLE connection (
    number          INTEGER PRIMARY KEY,
    began_ms        INTEGER NOT NULL,
    ended_ms        INTEGER NOT NULL,
    host            TEXT NOT NULL,
    purpose         TEXT NOT NULL,
    repository      TEXT NOT NULL DEFAULT '',
    endpoint        TEXT NOT NULL DEFAULT '',
    n_requests      INTEGER NOT NULL,
    n_bytes         INTEGER NOT NULL,
    status          INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE model_file (
    path            TEXT PRIMARY KEY,
    size_bytes      INTEGER NOT NULL,
    modified_ns     INTEGER NOT NULL,
    record          TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE model_note (
    path            TEXT PRIMARY KEY,
    note            TEXT NOT NULL DEFAULT '',
    is_favourite    INTEGER NOT NULL DEFAULT 0 CHECK (is_favourite IN (0, 1)),
    used_ms         INTEGER NOT NULL DEFAULT 0,
    repository      TEXT NOT NULL DEFAULT '',
    revision        TEXT NOT NULL DEFAULT '',
    sha256          TEXT NOT NULL DEFAULT '',
    tokens_per_s    REAL,
    record          TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;
"""

# Prompt templates of the person's own. Those that come with the application lie in its resources; of them only when they
# were used last stands here, under their id. A version is what a template was before it was changed.
_TEMPLATES = """
CREATE TABLE prompt_template (
    number          INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    title           TEXT NOT NULL,
    folder          TEXT NOT NULL DEFAULT '',
    icon            TEXT NOT NULL DEFAULT '',
    text            TEXT NOT NULL,
    system_prompt   TEXT NOT NULL DEFAULT '',
    fields          TEXT NOT NULL DEFAULT '[]',
    created_ms      INTEGER NOT NULL,
    updated_ms      INTEGER NOT NULL,
    removed_ms      INTEGER
) STRICT;

CREATE TABLE prompt_template_version (
    number          INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    template_id     TEXT NOT NULL REFERENCES prompt_template (id) ON DELETE CASCADE,
    record          TEXT NOT NULL,
    saved_ms        INTEGER NOT NULL
) STRICT;
CREATE INDEX prompt_template_version_template ON prompt_template_version (template_id);

CREATE TABLE prompt_template_use (
    template_id     TEXT PRIMARY KEY,
    used_ms         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

# Personas and named sets of sampling parameters of the person's own; those that come with the application lie in its
# resources, under ids of theirs. `conversation.persona_id` may be such an id, so it is no foreign key; a persona that is
# removed stays for as long as a conversation names it.
_PERSONAS = """
CREATE TABLE persona (
    number          INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    record          TEXT NOT NULL,
    created_ms      INTEGER NOT NULL,
    updated_ms      INTEGER NOT NULL,
    removed_ms      INTEGER
) STRICT;

CREATE TABLE parameter_preset (
    number          INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    record          TEXT NOT NULL,
    created_ms      INTEGER NOT NULL,
    updated_ms      INTEGER NOT NULL,
    removed_ms      INTEGER
) STRICT;

ALTER TABLE conversation ADD COLUMN persona_id TEXT;
"""

MIGRATIONS: tuple[str, ...] = (_CONVERSATIONS, _LIBRARY + _INDEX, _CONTEXT, _MODELS, _TEMPLATES, _PERSONAS)
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
