"""A6: a file of every released version is brought up to date with all that it held, or left as it was.

The schemas here are frozen copies of what was released, not what the program says today. Each file has the odd rows
that ten years leave: nothing, empty texts, NUL, 5 MB in one message, a leaf that is gone, an answer cut off.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import apsw
import pytest

from desktop_app.storage import branches, words
from desktop_app.storage import conversations as store
from desktop_app.storage.database import Database
from desktop_app.storage.migrations import APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION, migrate
from tests.storage.index_check import found_messages, index_problems

SEED = 20261122
N_KILLS = 8
ROOT = Path(__file__).parents[2]

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
BIG = "one word and 中文 " * 300_000

COLUMNS_1 = {
    "conversation": "number, id, title, title_is_custom, created_ms, updated_ms, leaf_id, trashed_ms, draft, system_prompt, parameters",
    "message": "number, id, conversation_id, parent_id, role, state, text, model, created_ms, stats, error",
    "message_part": "message_id, seq, text",
    "value": "key, value",
}

KILLED = """
import os, signal, sys
from pathlib import Path
from desktop_app.storage import database, migrations, words

n_left, in_index = int(sys.argv[2]), sys.argv[3] == "index"

def count(*arguments):
    global n_left
    n_left -= 1
    if n_left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return True

if in_index:
    taken_apart = words._taken_apart
    words._taken_apart = lambda *arguments: count() and taken_apart(*arguments)
else:
    migrate = database.migrate
    def counted(connection):
        connection.exec_trace = count
        return migrate(connection)
    database.migrate = counted
database.Database.writing(Path(sys.argv[1])).close()
"""


def _file_of_version_1(path: Path, big: str = "") -> None:
    connection = apsw.Connection(str(path))
    connection.pragma("journal_mode", "WAL")
    connection.execute(SCHEMA_1)
    connection.execute(ROWS_1)
    row = "INSERT INTO message VALUES (50, 'm50', 'c1', 'm2', 'user', 'done', ?, '', 4, NULL, NULL)"
    connection.execute(row, (big,))
    connection.pragma("application_id", APPLICATION_ID)
    connection.pragma("user_version", 1)
    connection.close()


def _content(connection: apsw.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Give every row of version 1, in the columns of version 1."""
    return {name: sorted(connection.execute(f"SELECT {columns} FROM {name}")) for name, columns in COLUMNS_1.items()}


def _content_at(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    connection = apsw.Connection(str(path))
    words.register(connection)
    try:
        assert connection.pragma("integrity_check") == "ok"
        assert connection.pragma("user_version") in (1, SCHEMA_VERSION)
        return _content(connection)
    finally:
        connection.close()


def _schema(connection: apsw.Connection) -> list[tuple[Any, ...]]:
    return sorted(connection.execute("SELECT type, name, sql FROM sqlite_schema"))


def test_the_first_step_is_what_was_released() -> None:
    released, today = apsw.Connection(":memory:"), apsw.Connection(":memory:")
    released.execute(SCHEMA_1)
    today.execute(MIGRATIONS[0])

    assert _schema(today) == _schema(released)


def test_everything_is_there_after_the_step_and_can_be_found(tmp_path: Path) -> None:
    path = tmp_path / "hearth.sqlite3"
    _file_of_version_1(path, BIG)
    before = _content_at(path)

    database = Database.writing(path)

    assert _content(database._connection) == before
    assert database.rows("PRAGMA foreign_key_check") == []
    assert index_problems(database) == []
    assert found_messages(database, "egg") == ["m1"]
    assert found_messages(database, "狐") == ["m4"]
    assert found_messages(database, "中") == ["m50"]
    assert database.row("SELECT rowid FROM title_search WHERE title_search MATCH '文'") == (9,)
    # And today's program reads it.
    assert store.mark_interrupted(database) == 1
    assert store.message(database, "m40").text == "so far"
    assert [one.id for one in branches.branch_on_show(database, "c1")] == ["m1", "m2"]
    assert [one.id for one in store.all_conversations(database)] == ["c9", "c1", "c2"]
    assert branches.versions(database, "m40") == ("m40", "m41", "m50")
    database.close()


def test_versions_that_stood_beside_each_other_already_are_known(tmp_path: Path) -> None:
    path = tmp_path / "hearth.sqlite3"
    _file_of_version_1(path)
    database = Database.writing(path)

    versions = branches.all_versions(database, "c1")
    database.close()

    beside = ("m40", "m41", "m50")
    assert versions == dict.fromkeys(beside, beside)


def test_the_second_start_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "hearth.sqlite3"
    _file_of_version_1(path)
    Database.writing(path).close()
    first = path.read_bytes()

    database = Database.writing(path)
    n_changes = database._connection.total_changes()
    database.close()

    assert n_changes == 0
    assert path.read_bytes() == first


def _kill_one(folder: Path, number: int, n_left: int, where: str) -> tuple[int, bool]:
    """Give the version of the file that is left, and whether the process was killed at all."""
    path = folder / f"{number}.sqlite3"
    _file_of_version_1(path, BIG[:200_000])
    before = _content_at(path)
    command = [sys.executable, "-c", KILLED, str(path), str(n_left), where]
    ended = subprocess.run(command, cwd=ROOT, check=False)
    assert _content_at(path) == before
    connection = apsw.Connection(str(path))
    version, names = int(connection.pragma("user_version")), {row[1] for row in _schema(connection)}
    connection.close()
    assert ("folder" in names, "message_search" in names) == ((version > 1,) * 2)
    # The next start goes on from there.
    database = Database.writing(path)
    assert (_content(database._connection), index_problems(database)) == (before, [])
    database.close()
    return version, ended.returncode == -signal.SIGKILL


def _n_statements() -> int:
    """Give how many statements the way from version 1 to today's takes."""
    connection = apsw.Connection(":memory:")
    words.register(connection)
    migrate(connection, MIGRATIONS[:1])
    statements: list[str] = []

    def note(_cursor: object, sql: str, _values: object) -> bool:
        statements.append(sql)
        return True

    connection.exec_trace = note
    migrate(connection)
    return len(statements)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL from inside")
def test_a_kill_at_any_point_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    points = [(chance.randint(1, _n_statements()), "statements") for _ in range(N_KILLS - 3)]
    points += [(chance.randint(1, 7), "index") for _ in range(2)] + [(10_000, "statements")]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda n: _kill_one(tmp_path, n, *points[n]), range(len(points))))

    print(f"{[(points[n], version) for n, (version, _) in enumerate(found)]}, seed {SEED}")
    assert [version for version, is_killed in found if is_killed] == [1] * (len(points) - 1)
    assert found[-1] == (SCHEMA_VERSION, False)


def test_planted_a_step_outside_a_transaction_is_seen_as_half_done(tmp_path: Path) -> None:
    path = tmp_path / "hearth.sqlite3"
    _file_of_version_1(path)
    connection = apsw.Connection(str(path))
    words.register(connection)
    with pytest.raises(apsw.SQLError):
        connection.execute(MIGRATIONS[1] + "INSERT INTO nowhere VALUES (1);")

    names = {row[1] for row in _schema(connection)}
    version = connection.pragma("user_version")
    connection.close()

    assert (version, "folder" in names) == (1, True)


def test_planted_a_step_that_changes_one_character_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "hearth.sqlite3"
    _file_of_version_1(path)
    before = _content_at(path)
    connection = apsw.Connection(str(path))
    words.register(connection)
    connection.execute(MIGRATIONS[1] + "UPDATE message SET text = text || ' ' WHERE number = 4;")

    content = _content(connection)
    connection.close()

    assert content != before
