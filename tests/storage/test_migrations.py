"""A migration is done or not done, whatever happens in the middle of it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from desktop_app.storage import words
from desktop_app.storage.migrations import APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION, migrate

# What a later version may do: a table and a column, and old rows carried over.
LATER = """
CREATE TABLE label (conversation_id TEXT NOT NULL REFERENCES conversation (id), name TEXT NOT NULL) STRICT;
INSERT INTO label SELECT id, 'old' FROM conversation;
ALTER TABLE message ADD COLUMN rating INTEGER;
UPDATE message SET rating = 1;
"""
LAST = "CREATE TABLE pin (conversation_id TEXT PRIMARY KEY) STRICT;"

KILLED = """
import os, signal, sys
import apsw
from desktop_app.storage import words
from desktop_app.storage.migrations import MIGRATIONS, migrate
from tests.storage.test_migrations import LAST, LATER

n_left = int(sys.argv[2])

def step(cursor, sql, bindings):
    global n_left
    n_left -= 1
    if n_left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return True

connection = apsw.Connection(sys.argv[1])
words.register(connection)
connection.pragma("journal_mode", "WAL")
connection.exec_trace = step
migrate(connection, (*MIGRATIONS, LATER, LAST))
"""


def _schema(connection: apsw.Connection) -> list[tuple[object, ...]]:
    return list(connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY name"))


def _filled(path: Path | str) -> apsw.Connection:
    connection = apsw.Connection(str(path))
    words.register(connection)
    connection.pragma("journal_mode", "WAL")
    migrate(connection)
    connection.execute("INSERT INTO conversation (id, created_ms, updated_ms) VALUES ('c', 1, 1)")
    connection.execute("INSERT INTO message (id, conversation_id, role, state, created_ms) VALUES ('m', 'c', 'user', 'done', 1)")
    return connection


def test_a_new_file_gets_the_number_and_the_name_of_its_program() -> None:
    connection = apsw.Connection(":memory:")
    words.register(connection)

    n_steps = migrate(connection)

    assert n_steps == SCHEMA_VERSION == len(MIGRATIONS)
    assert connection.pragma("user_version") == SCHEMA_VERSION
    assert connection.pragma("application_id") == APPLICATION_ID
    tables = [str(sql) for kind, name, sql in _schema(connection) if kind == "table" and "_search" not in str(name)]
    assert all("STRICT" in sql for sql in tables)


def test_the_second_run_does_nothing(tmp_path: Path) -> None:
    connection = _filled(tmp_path / "db")
    before, n_changes = _schema(connection), connection.total_changes()

    n_steps = migrate(connection)

    assert n_steps == 0
    assert (_schema(connection), connection.total_changes()) == (before, n_changes)
    connection.close()


def test_a_step_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    connection = _filled(tmp_path / "db")
    before = _schema(connection)

    with pytest.raises(apsw.SQLError):
        migrate(connection, (*MIGRATIONS, LATER + "INSERT INTO nowhere VALUES (1);"))

    assert _schema(connection) == before
    assert connection.pragma("user_version") == SCHEMA_VERSION
    connection.close()


def test_the_planted_step_without_a_transaction_is_seen() -> None:
    connection = apsw.Connection(":memory:")
    words.register(connection)
    migrate(connection)
    before = _schema(connection)

    with pytest.raises(apsw.SQLError):
        connection.execute(LATER + "INSERT INTO nowhere VALUES (1);")

    assert _schema(connection) != before


@pytest.mark.posix("SIGKILL from inside")
def test_a_kill_between_any_two_statements_leaves_an_old_or_a_new_file(tmp_path: Path) -> None:
    found = set()
    for n_statements in range(1, 40):
        path = tmp_path / f"{n_statements}.sqlite3"
        _filled(path).close()
        command = [sys.executable, "-c", KILLED, str(path), str(n_statements)]
        ended = subprocess.run(command, cwd=Path(__file__).parents[2], check=False)
        connection = apsw.Connection(str(path))
        words.register(connection)
        version, names = connection.pragma("user_version"), {row[1] for row in _schema(connection)}
        columns = {row[1] for row in connection.execute("PRAGMA table_info(message)")}
        n_labels = connection.execute("SELECT count(*) FROM label").get if "label" in names else 0
        found.add(version)
        assert version in (SCHEMA_VERSION, SCHEMA_VERSION + 1, SCHEMA_VERSION + 2)
        assert ("rating" in columns, n_labels) == ((True, 1) if version > SCHEMA_VERSION else (False, 0))
        assert ("pin" in names) == (version == SCHEMA_VERSION + 2)
        assert connection.pragma("integrity_check") == "ok"
        # And the next start goes on from there.
        migrate(connection, (*MIGRATIONS, LATER, LAST))
        assert connection.pragma("user_version") == SCHEMA_VERSION + 2
        connection.close()
        if ended.returncode != -signal.SIGKILL:
            break

    assert found == {SCHEMA_VERSION, SCHEMA_VERSION + 1, SCHEMA_VERSION + 2}
