"""A6: a file of every released version is brought up to date with all that it held, or left as it was."""

from __future__ import annotations

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
from desktop_app.storage.indexing import index_more, is_index_whole
from desktop_app.storage.migrations import MIGRATIONS, SCHEMA_VERSION, migrate
from tests.reliability.released import SCHEMA_1, STEP_2, STEP_3, STEP_4, STEP_5, VERSIONS, content, file_of_version
from tests.storage.index_check import found_messages, index_problems

SEED = 20261122
N_KILLS = 8
ROOT = Path(__file__).parents[2]

BIG = "one word and 中文 " * 300_000

KILLED = """
import os, signal, sys
from pathlib import Path
from desktop_app.storage import database, migrations, words
from desktop_app.storage.indexing import index_more

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
opened = database.Database.writing(Path(sys.argv[1]))
while in_index and index_more(opened):
    pass
opened.close()
"""


def _content_at(path: Path, version: int) -> dict[str, list[tuple[object, ...]]]:
    connection = apsw.Connection(str(path))
    words.register(connection)
    try:
        assert connection.pragma("integrity_check") == "ok"
        assert connection.pragma("user_version") in range(version, SCHEMA_VERSION + 1)
        return content(connection, version)
    finally:
        connection.close()


def _schema(connection: apsw.Connection) -> list[tuple[Any, ...]]:
    return sorted(connection.execute("SELECT type, name, sql FROM sqlite_schema"))


def test_the_first_steps_are_what_was_released() -> None:
    released, today = apsw.Connection(":memory:"), apsw.Connection(":memory:")
    for connection in (released, today):
        words.register(connection)
    for step, now in zip((SCHEMA_1, STEP_2, STEP_3, STEP_4, STEP_5), MIGRATIONS, strict=False):
        released.execute(step)
        today.execute(now)

        assert _schema(today) == _schema(released)


@pytest.mark.parametrize("version", VERSIONS)
def test_everything_is_there_after_the_step_and_can_be_found(tmp_path: Path, version: int) -> None:
    path = tmp_path / "hearth.sqlite3"
    file_of_version(version, path, BIG)
    before = _content_at(path, version)

    database = Database.writing(path)
    _index_all(database)

    assert content(database._connection, version) == before
    assert database.rows("PRAGMA foreign_key_check") == []
    assert index_problems(database) == []
    assert found_messages(database, "egg") == ["m1"]
    assert found_messages(database, "狐") == ["m4"]
    assert found_messages(database, "中") == ["m50"]
    assert database.row("SELECT rowid FROM title_search WHERE title_search MATCH '文'") == (9,)
    # And today's program reads it.
    assert store.mark_interrupted(database) == min(version, 3)
    assert store.message(database, "m40").text == "so far"
    assert [one.id for one in branches.branch_on_show(database, "c1")] == ["m1", "m2"]
    assert [one.id for one in store.all_conversations(database)] == ["c9", "c1", "c2"]
    assert branches.versions(database, "m40") == ("m40", "m41", "m50")
    policy = "drop" if version > 2 else None
    assert (store.conversation(database, "c1").context_policy, store.message(database, "m1").is_pinned) == (policy, False)
    if version > 1:
        assert store.message(database, "m61").text == "cut and continued."
    if version > 2:
        assert store.message(database, "m62").text == "one two"
    database.close()


@pytest.mark.parametrize("version", VERSIONS)
def test_the_tables_are_those_of_a_new_file(tmp_path: Path, version: int) -> None:
    file_of_version(version, tmp_path / "old.sqlite3")
    old, new = Database.writing(tmp_path / "old.sqlite3"), Database.writing(tmp_path / "new.sqlite3")

    schemas = [_schema(one._connection) for one in (old, new)]
    old.close()
    new.close()

    assert schemas[0] == schemas[1]


def test_versions_that_stood_beside_each_other_already_are_known(tmp_path: Path) -> None:
    path = tmp_path / "hearth.sqlite3"
    file_of_version(1, path)
    database = Database.writing(path)

    versions = branches.all_versions(database, "c1")
    database.close()

    beside = ("m40", "m41", "m50")
    assert versions == dict.fromkeys(beside, beside)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_second_start_changes_nothing(tmp_path: Path, version: int) -> None:
    path = tmp_path / "hearth.sqlite3"
    file_of_version(version, path)
    Database.writing(path).close()
    first = path.read_bytes()

    database = Database.writing(path)
    n_changes = database._connection.total_changes()
    database.close()

    assert n_changes == 0
    assert path.read_bytes() == first


def _index_all(database: Database) -> None:
    while index_more(database):
        pass
    assert is_index_whole(database)


def _kill_one(folder: Path, number: int, n_left: int, where: str) -> tuple[int, bool]:
    """Give the version of the file that is left, and whether the process was killed at all."""
    path = folder / f"{number}.sqlite3"
    version = 1 if where == "index" else 1 + number % 2
    file_of_version(version, path, BIG[:200_000])
    before = _content_at(path, version)
    command = [sys.executable, "-c", KILLED, str(path), str(n_left), where]
    ended = subprocess.run(command, cwd=ROOT, check=False)
    assert _content_at(path, version) == before
    connection = apsw.Connection(str(path))
    left, names = int(connection.pragma("user_version")), {row[1] for row in _schema(connection)}
    connection.close()
    assert left >= version
    assert ("folder" in names, "message_search" in names) == ((left > 1,) * 2)
    assert ("summary" in names, "part" in names) == (left > 2, False)
    # The next start goes on from there.
    database = Database.writing(path)
    _index_all(database)
    assert (content(database._connection, version), index_problems(database)) == (before, [])
    database.close()
    return left, ended.returncode == -signal.SIGKILL


def _n_statements(version: int) -> int:
    """Give how many statements the way from `version` to today's takes."""
    connection = apsw.Connection(":memory:")
    words.register(connection)
    migrate(connection, MIGRATIONS[:version])
    statements: list[str] = []

    def note(_cursor: object, sql: str, _values: object) -> bool:
        statements.append(sql)
        return True

    connection.exec_trace = note
    migrate(connection)
    return len(statements)


@pytest.mark.posix("SIGKILL from inside")
def test_a_kill_at_any_point_leaves_the_file_before_or_after_a_step(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    n_statements = [_n_statements(1 + number % 2) for number in range(N_KILLS)]
    points = [(chance.randint(1, n_statements[number]), "statements") for number in range(N_KILLS - 1)]
    points[:3] = [(chance.randint(4, 9), "index") for _ in range(3)]  # behind the titles
    points += [(10_000, "statements")]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda n: _kill_one(tmp_path, n, *points[n]), range(len(points))))

    print(f"{[(points[n], version) for n, (version, _) in enumerate(found)]}, seed {SEED}")
    assert [is_killed for _, is_killed in found] == [True] * (N_KILLS - 1) + [False]
    assert all(version == SCHEMA_VERSION for version, _ in found[:3])
    assert all(version < SCHEMA_VERSION for version, _ in found[3:-1])
    assert found[-1][0] == SCHEMA_VERSION


@pytest.mark.parametrize("version", VERSIONS)
def test_planted_a_step_outside_a_transaction_is_seen_as_half_done(tmp_path: Path, version: int) -> None:
    path = tmp_path / "hearth.sqlite3"
    file_of_version(version, path)
    connection = apsw.Connection(str(path))
    words.register(connection)
    with pytest.raises(apsw.SQLError):
        connection.execute(MIGRATIONS[version] + "INSERT INTO nowhere VALUES (1);")

    names = {row[1] for row in _schema(connection)}
    left = connection.pragma("user_version")
    connection.close()

    assert (left, ("folder", "summary", "download", "prompt_template", "persona")[version - 1] in names) == (version, True)


@pytest.mark.parametrize("version", VERSIONS)
def test_planted_a_step_that_changes_one_character_is_seen(tmp_path: Path, version: int) -> None:
    path = tmp_path / "hearth.sqlite3"
    file_of_version(version, path)
    before = _content_at(path, version)
    connection = apsw.Connection(str(path))
    words.register(connection)
    connection.execute(MIGRATIONS[version] + "UPDATE message SET text = text || ' ' WHERE number = 4;")

    after = content(connection, version)
    connection.close()

    assert after != before


def test_planted_parts_in_another_order_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "hearth.sqlite3"
    file_of_version(2, path)
    before = _content_at(path, 2)
    connection = apsw.Connection(str(path))
    words.register(connection)
    connection.execute(MIGRATIONS[2].replace("ORDER BY message_id, seq", "ORDER BY message_id, seq DESC"))

    after = content(connection, 2)
    connection.close()

    assert after != before
