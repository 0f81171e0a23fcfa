"""A2: the power may go at any moment; the file stays whole and holds every message that was said to be stored.

The controls are part of the check: without syncs the same images must show damage, and with
`synchronous=NORMAL` they must miss messages, or the images are not cruel enough to mean anything.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest

from desktop_app.chat.message import MessageState, new_id
from desktop_app.errors import StorageError
from desktop_app.storage import conversations as store
from desktop_app.storage.conversations import Exchange
from desktop_app.storage.database import Database
from tests.reliability.power_loss import Operation, image, recording

N_IMAGES = 200
SEED = 20261122
NAME = "hearth.sqlite3"


@dataclass
class Session:
    """What was recorded, and how many operations had been done when each message was acknowledged."""

    operations: list[Operation]
    acknowledged: list[tuple[int, str, str]]
    """(operations done, message id, text that it must at least begin with)"""


@dataclass
class Verdict:
    """Seeds of the images that were damaged or missed something acknowledged."""

    corrupt: list[int]
    missing: list[int]


def _words(chance: random.Random, n_characters: int) -> str:
    return "".join(chance.choice("abc défg 中文\n") for _ in range(n_characters))


def _open(path: Path, synchronous: str) -> Database:
    database = Database.writing(path)
    # Through the connection itself: production code has no way to weaken it.
    database._connection.pragma("synchronous", synchronous)
    # Checkpoints in between are where a write-ahead log is reset; 4 MB of chat would take long to record.
    database._connection.pragma("wal_autocheckpoint", 25)
    return database


def _converse(database: Database, acknowledge: Callable[[str, str], None], chance: random.Random, n_turns: int) -> None:
    conversation_id = ""
    for turn in range(n_turns):
        is_new = turn % 4 == 0
        exchange = Exchange(
            new_id() if is_new else conversation_id, is_new, new_id(), new_id(), _words(chance, chance.choice((20, 9000))), "m"
        )
        conversation_id = exchange.conversation_id
        store.ask(database, exchange)
        acknowledge(exchange.question_id, exchange.text)
        text = ""
        for _ in range(3):
            text += (part := _words(chance, 300))
            store.append_text(database, exchange.answer_id, part)
            acknowledge(exchange.answer_id, text)
        if turn % 3:
            store.finish(database, exchange.answer_id, MessageState.DONE, None, None, "end")
            acknowledge(exchange.answer_id, text + "end")
        store.save_draft(database, conversation_id, _words(chance, 50))
        store.trash(database, conversation_id)
        store.restore(database, conversation_id)


def record(folder: Path, synchronous: str) -> Session:
    chance = random.Random(SEED)
    acknowledged: list[tuple[int, str, str]] = []
    path = folder / NAME
    with recording() as recorder:

        def acknowledge(message_id: str, text: str) -> None:
            acknowledged.append((len(recorder.operations), message_id, text))

        for n_turns in (5, 4, 6):
            database = _open(path, synchronous)
            store.mark_interrupted(database)
            _converse(database, acknowledge, chance, n_turns)
            database.close()
    return Session(recorder.operations, acknowledged)


def _is_database(name: str) -> bool:
    return not name.endswith("-shm")


def _is_whole(database: Database) -> bool:
    return database.rows("PRAGMA integrity_check") == [("ok",)] and not database.rows("PRAGMA foreign_key_check")


def _misses(database: Database, session: Session, n_done: int) -> bool:
    for n_before, message_id, text in session.acknowledged:
        if n_before <= n_done:
            try:
                if not store.message(database, message_id).text.startswith(text):
                    return True
            except LookupError:
                return True
    return False


def examine(session: Session, folder: Path) -> Verdict:
    verdict = Verdict([], [])
    chance = random.Random(SEED)
    for number in range(N_IMAGES):
        n_done, seed = chance.randint(0, len(session.operations)), chance.randrange(2**32)
        image(session.operations, n_done, seed, folder / str(number), _is_database)
        try:
            database = Database.writing(folder / str(number) / NAME)
        except (StorageError, apsw.Error):
            verdict.corrupt.append(seed)
            continue
        try:
            if not _is_whole(database):
                verdict.corrupt.append(seed)
            elif _misses(database, session, n_done):
                verdict.missing.append(seed)
        except StorageError:
            verdict.corrupt.append(seed)
        finally:
            # Closing a damaged file may fail once more.
            database._connection.close()
    return verdict


def _verdict(folder: Path, synchronous: str) -> Verdict:
    (folder / "session").mkdir()
    (folder / "images").mkdir()
    session = record(folder / "session", synchronous)
    assert {operation.kind for operation in session.operations} >= {"create", "write", "sync", "delete"}
    verdict = examine(session, folder / "images")
    print(
        f"synchronous={synchronous}: {len(session.operations)} operations, {N_IMAGES} images, "
        f"{len(verdict.corrupt)} corrupt, {len(verdict.missing)} miss something acknowledged"
    )
    return verdict


def test_after_a_power_cut_the_file_is_whole_and_holds_every_acknowledged_message(tmp_path: Path) -> None:
    verdict = _verdict(tmp_path, "FULL")

    assert verdict == Verdict([], []), f"seed {SEED}"


def test_planted_without_syncs_the_images_are_damaged(tmp_path: Path) -> None:
    verdict = _verdict(tmp_path, "OFF")

    assert verdict.corrupt
    assert verdict.missing


def test_planted_with_normal_syncs_acknowledged_messages_are_missing(tmp_path: Path) -> None:
    verdict = _verdict(tmp_path, "NORMAL")

    assert not verdict.corrupt
    assert verdict.missing


@pytest.mark.parametrize("planted", [False, True])
def test_replay_of_everything_is_the_file_itself(tmp_path: Path, planted: bool) -> None:
    (tmp_path / "session").mkdir()
    session = record(tmp_path / "session", "FULL")
    operations = [one for one in session.operations if not (planted and one.kind == "sync")]

    # Everything synced or not, and all of it survives when nothing is pending.
    image(operations, len(operations), 1, tmp_path / "image", _is_database)
    replayed = tmp_path / "image" / NAME
    is_same = replayed.is_file() and replayed.read_bytes() == (tmp_path / "session" / NAME).read_bytes()

    assert is_same is not planted
