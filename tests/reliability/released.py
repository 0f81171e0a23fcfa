"""Files as every released version left them: frozen copies of what was released, not what the program says today.

Each has the odd rows that ten years leave: nothing, empty texts, NUL, 5 MB in one message, a leaf that is gone, an
answer cut off.
"""

from __future__ import annotations

from pathlib import Path

import apsw

from desktop_app.storage import words
from desktop_app.storage.migrations import APPLICATION_ID

SCHEMA_1 = """
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

ROWS_1 = """
INSERT INTO conversation VALUES
    (1, 'c1', 'Eggs and bacon', 0, 1000, 2000, 'm2', NULL, 'next', 'Be brief.', '{"seed": 7}'),
    (2, 'c2', '', 0, 1000, 1000, NULL, NULL, '', '', '{}'),
    (5, 'c5', 'thrown away', 1, 900, 950, 'm7', 3000, '', '', '{}'),
    (9, 'c9', '中文标题', 1, -5, 9223372036854775807, 'gone', NULL, '', '', '{}');
INSERT INTO message VALUES
    (1, 'm1', 'c1', NULL, 'user', 'done', 'How do I boil an egg?', '', 1000, NULL, NULL),
    (2, 'm2', 'c1', 'm1', 'assistant', 'done', 'In ' || char(0) || ' water.', 'SmolLM2', 1001,
        '{"stop": "eos", "n_prompt": 9, "n_reused": 0, "n_predicted": 3, "prompt_ms": 1.5, "predicted_ms": 2.5,
        "first_token_ms": 3.5}', NULL),
    (3, 'm3', 'c9', NULL, 'system', 'done', '', '', 0, NULL, NULL),
    (4, 'm4', 'c9', 'm3', 'user', 'done', '敏捷的棕色狐狸', '', 0, NULL, NULL),
    (6, 'm6', 'c5', NULL, 'user', 'done', 'lost' || char(13, 10, 9731, 128512) || 'found', '', 1, NULL, NULL),
    (7, 'm7', 'c5', 'm6', 'assistant', 'failed', '', 'x', 2, NULL, '{"error": "NoModel", "fields": {}}'),
    (40, 'm40', 'c1', 'm2', 'assistant', 'generating', '', 'x', 3, NULL, NULL),
    (41, 'm41', 'c1', 'm2', 'assistant', 'interrupted', 'half', 'x', 3, NULL, NULL);
INSERT INTO message_part VALUES ('m40', 1, 'so '), ('m40', 2, 'far');
INSERT INTO value VALUES ('draft of the new chat', 'typed'), ('', '');
"""

STEP_2 = """
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

INSERT INTO message_search (rowid, text, names) SELECT number, text, '' FROM message WHERE text <> '';
INSERT INTO title_search (rowid, title) SELECT number, title FROM conversation WHERE title <> '';
"""

ROWS_2 = """
INSERT INTO folder VALUES (1, 'f1', 'Kitchen', 10), (2, 'f2', '', 11);
UPDATE conversation SET folder_id = 'f1', pinned_ms = 77, is_unread = 1 WHERE id = 'c1';
INSERT INTO conversation_tag VALUES ('c1', 'food'), ('c9', '中文');
INSERT INTO queued_message VALUES (3, 'q1', 'c1', 'and then?');
INSERT INTO message (number, id, conversation_id, parent_id, role, state, text, created_ms, removed_ms) VALUES
    (60, 'm60', 'c2', NULL, 'user', 'done', 'withdrawn', 5, 6);
INSERT INTO attachment VALUES
    (1, 'a1', 'c1', 'm1', NULL, 0, 'eggs.csv', 'a,b', 3), (2, 'a2', 'c1', NULL, 'q1', 0, 'two.txt', '', 0),
    (3, 'a3', NULL, NULL, NULL, 1, 'of the new chat.md', '中', 3);
INSERT INTO message VALUES (61, 'm61', 'c9', 'm4', 'assistant', 'generating', 'cut ', 'x', 9, NULL, NULL, NULL);
INSERT INTO message_part VALUES ('m61', 1, 'and '), ('m61', 2, 'continued'), ('m61', 10, '.');
"""

STEP_3 = """
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

ROWS_3 = """
UPDATE message SET is_pinned = 1 WHERE id = 'm2';
UPDATE conversation SET context_policy = 'drop' WHERE id = 'c1';
INSERT INTO summary VALUES
    (1, 's1', 'c1', 'm2', 'eggs were boiled', 'A model', 12, NULL), (2, 's2', 'c9', 'm4', '', '', 13, 14);
INSERT INTO token_count VALUES ('m1', 'v', 7), ('m4', 'v', 2);
INSERT INTO edit_draft VALUES ('m1', 'how do I boil two');
INSERT INTO model_load VALUES ('/models/a.gguf', '', '{"size_bytes": 1}', 15);
INSERT INTO message (number, id, conversation_id, parent_id, role, state, text, created_ms) VALUES
    (62, 'm62', 'c9', 'm4', 'assistant', 'generating', '', 10);
INSERT INTO message_part (message_id, text) VALUES ('m62', 'one '), ('m62', 'two');
"""

STEP_4 = """
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

ROWS_4 = """
INSERT INTO download VALUES (3, 'd1', 0, 'paused', '{"title": "A model"}', '', 20, NULL);
INSERT INTO connection VALUES (1, 21, 22, 'huggingface.co', 'download', 'a/b', 'https://huggingface.co', 4, 1000, 206);
INSERT INTO model_file VALUES ('/models/a.gguf', 5, 6, '{}');
INSERT INTO model_note VALUES ('/models/a.gguf', 'for 中文', 1, 7, 'a/b', 'c0ffee', '', 12.5, '{}');
"""

STEP_5 = """
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

ROWS_5 = """
INSERT INTO prompt_template VALUES
    (1, 'p1', 'Summarise', 'Work', 'file', 'In {{count}} sentences: {{文本}}', 'Be brief', '[{"name": "count", "kind": "number"}]', 30, 31, NULL),
    (2, 'p2', '', '', '', '', '', '[]', 32, 32, 33);
INSERT INTO prompt_template_version VALUES (1, 'v1', 'p1', '{"title": "Sum up", "text": "中文"}', 31);
INSERT INTO prompt_template_use VALUES ('p1', 34), ('shipped:outline', 35);
"""

COLUMNS = {
    1: {
        "conversation": "number, id, title, title_is_custom, created_ms, updated_ms, leaf_id, trashed_ms, draft, system_prompt, parameters",
        "message": "number, id, conversation_id, parent_id, role, state, text, model, created_ms, stats, error",
        "message_part": "message_id, row_number() OVER (PARTITION BY message_id ORDER BY seq), text",
        # How far the index of old messages has come was nothing that a person said.
        "value WHERE key <> 'messages to be indexed'": "key, value",
    },
    2: {
        "conversation": "id, folder_id, pinned_ms, is_unread",
        "message": "id, removed_ms",
        "folder": "number, id, name, created_ms",
        "conversation_tag": "conversation_id, tag",
        "shown_child": "conversation_id, parent_id, child_id",
        "queued_message": "number, id, conversation_id, text",
        "attachment": "number, id, conversation_id, message_id, queued_id, position, name, text, n_bytes",
    },
    3: {
        "conversation": "id, context_policy",
        "message": "id, is_pinned",
        "message_part": "seq, message_id, text",
        "summary": "number, id, conversation_id, up_to_message_id, text, model, created_ms, removed_ms",
        "token_count": "message_id, vocabulary, n_tokens",
        "edit_draft": "message_id, text",
        "model_load": "model, machine, record, used_ms",
    },
    4: {
        "download": "number, id, position, state, record, reason, created_ms, finished_ms",
        "connection": "number, began_ms, ended_ms, host, purpose, repository, endpoint, n_requests, n_bytes, status",
        "model_file": "path, size_bytes, modified_ns, record",
        "model_note": "path, note, is_favourite, used_ms, repository, revision, sha256, tokens_per_s, record",
    },
    5: {
        "prompt_template": "number, id, title, folder, icon, text, system_prompt, fields, created_ms, updated_ms, removed_ms",
        "prompt_template_version": "number, id, template_id, record, saved_ms",
        "prompt_template_use": "template_id, used_ms",
    },
}
"""Of each version what it added, so that a file of any later one can be asked for it."""

VERSIONS = (1, 2, 3, 4, 5)


def file_of_version(version: int, path: Path, big: str = "") -> None:
    """Write a file as `version` left it; `big` is the text of one message."""
    connection = apsw.Connection(str(path))
    words.register(connection)
    connection.pragma("journal_mode", "WAL")
    connection.execute(SCHEMA_1)
    connection.execute(ROWS_1)
    row = "INSERT INTO message VALUES (50, 'm50', 'c1', 'm2', 'user', 'done', ?, '', 4, NULL, NULL)"
    connection.execute(row, (big,))
    if version > 1:
        connection.execute(STEP_2)
        connection.execute(ROWS_2)
    if version > 2:
        connection.execute(STEP_3)
        connection.execute(ROWS_3)
    if version > 3:
        connection.execute(STEP_4)
        connection.execute(ROWS_4)
    if version > 4:
        connection.execute(STEP_5)
        connection.execute(ROWS_5)
    connection.pragma("application_id", APPLICATION_ID)
    connection.pragma("user_version", version)
    connection.close()


def content(connection: apsw.Connection, version: int) -> dict[str, list[tuple[object, ...]]]:
    """Give every row that a file of `version` has, in the columns of that version."""
    return {
        f"{name} of {step}": sorted(connection.execute(f"SELECT {columns} FROM {name}"), key=repr)
        for step in range(1, version + 1)
        for name, columns in COLUMNS[step].items()
    }
