"""A1, below the window: a process that writes is killed at a random moment, and nothing it acknowledged is gone."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from desktop_app.chat.message import MessageState
from desktop_app.storage import conversations as store
from desktop_app.storage.database import Database
from tests.storage.index_check import index_problems

N_KILLS = 40
SEED = 20261122
ROOT = Path(__file__).parents[2]


@dataclass
class Run:
    """What one killed process had acknowledged: message id and the text it must begin with."""

    path: Path
    acknowledged: list[tuple[str, str]]


def _kill_one(path: Path, delay_s: float, arguments: tuple[str, ...]) -> Run:
    command = [sys.executable, str(Path(__file__).with_name("storing_process.py")), str(path), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        # The clock runs from the first acknowledged message: how long Python takes to start says nothing.
        first = process.stdout.readline()
        time.sleep(delay_s)
        process.kill()
        lines = (first + process.stdout.read()).decode().splitlines(keepends=True)
    # A last line without its end was never acknowledged.
    pairs = [line.rstrip("\n").split("|") for line in lines if line.endswith("\n")]
    return Run(path, [(message_id, text) for message_id, text in pairs])


def _kill_many(folder: Path, n_kills: int, *arguments: str) -> list[Run]:
    chance = random.Random(SEED)
    delays_s = [chance.uniform(0.0, 0.15) for _ in range(n_kills)]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda n: _kill_one(folder / f"{n}.sqlite3", delays_s[n], arguments), range(n_kills)))


def _lost(run: Run) -> list[str]:
    """Give the acknowledged messages that are not there, after the next start."""
    database = Database.writing(run.path)
    store.mark_interrupted(database)
    assert database.rows("PRAGMA integrity_check") == [("ok",)]
    assert not database.rows("PRAGMA foreign_key_check")
    assert not database.rows("SELECT 1 FROM message WHERE state = 'generating'")
    assert not database.rows("SELECT 1 FROM message_part")
    assert index_problems(database) == []
    stored = {row[0]: row[1] for row in database.rows("SELECT id, text FROM message")}
    database.close()
    return [message_id for message_id, text in run.acknowledged if not stored.get(message_id, "\0").startswith(text)]


def _n_losing(runs: list[Run]) -> int:
    n_losing = sum(bool(_lost(run)) for run in runs)
    n_acknowledged = sum(len(run.acknowledged) for run in runs)
    print(f"{len(runs)} kills, {n_acknowledged} acknowledged, {n_losing} lost something, seed {SEED}")
    assert n_acknowledged > 5 * len(runs)
    return n_losing


def test_a_killed_process_has_lost_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    assert _n_losing(_kill_many(tmp_path, N_KILLS)) == 0


def test_planted_acknowledging_before_the_commit_is_caught(tmp_path: Path) -> None:
    assert _n_losing(_kill_many(tmp_path, 10, "--acknowledge-early")) >= 3


def test_a_killed_answer_is_interrupted_and_keeps_its_text(tmp_path: Path) -> None:
    run = _kill_one(tmp_path / "one.sqlite3", 0.05, ())
    last_id, last_text = run.acknowledged[-1]

    database = Database.writing(run.path)
    store.mark_interrupted(database)
    rows = database.rows("SELECT id FROM message WHERE state = 'interrupted'")
    states = {row[0]: store.message(database, row[0]) for row in rows}
    last = store.message(database, last_id)
    database.close()

    assert states
    assert all(message.state is MessageState.INTERRUPTED for message in states.values())
    assert last.text.startswith(last_text)
