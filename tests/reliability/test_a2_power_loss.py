"""A2: the power may go at any moment; the file stays whole and holds every message that was said to be stored.

The session begins with a file of the first version, so that the way from there is in it, and asks, streams, edits,
answers again, removes, purges and sweeps up. In every image the full-text index says what the messages say.

The controls are part of the check: without syncs the same images must show damage, and with
`synchronous=NORMAL` they must miss messages, or the images are not cruel enough to mean anything; and an index that
is written beside the transaction of the text must be seen to differ from it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest

from desktop_app.chat.message import MessageState, new_id
from desktop_app.errors import StorageError
from desktop_app.storage import branches, trash
from desktop_app.storage import conversations as store
from desktop_app.storage.conversations import Exchange
from desktop_app.storage.database import Database
from desktop_app.storage.indexing import index_more
from desktop_app.storage.migrations import MIGRATIONS, migrate
from tests.reliability.power_loss import Operation, image, recording
from tests.storage.index_check import WANTED_MESSAGES, index_problems

N_IMAGES = 200
SEED = 20261122
NAME = "hearth.sqlite3"


@dataclass
class Session:
    """What was recorded, and how many operations had been done when each message was acknowledged."""

    operations: list[Operation]
    acknowledged: list[tuple[int, str, str]]
    """(operations done, message id, text that it must at least begin with)"""
    purged: dict[str, tuple[int, int]]
    """Operations done before and after the purge of each message that was purged."""


@dataclass
class Verdict:
    """Seeds of the images that were damaged, missed something acknowledged, or whose index is not that of the text."""

    corrupt: list[int]
    missing: list[int]
    misindexed: list[int]


def _words(chance: random.Random, n_characters: int) -> str:
    return "".join(chance.choice("abc défg 中文\n") for _ in range(n_characters))


def _open(path: Path, synchronous: str) -> Database:
    database = Database.writing(path)
    # Through the connection itself: production code has no way to weaken it.
    database._connection.pragma("synchronous", synchronous)
    # Checkpoints in between are where a write-ahead log is reset; 4 MB of chat would take long to record.
    database._connection.pragma("wal_autocheckpoint", 25)
    return database


class Talk:
    """Does what a person does, and notes what was acknowledged when."""

    def __init__(self, session: Session, chance: random.Random, is_index_late: bool) -> None:
        self._session, self._chance, self._is_index_late = session, chance, is_index_late

    def acknowledge(self, message_id: str, text: str) -> None:
        """Note that this message was said to be stored."""
        self._session.acknowledged.append((len(self._session.operations), message_id, text))

    def converse(self, database: Database, n_turns: int) -> None:
        """Ask `n_turns` questions, and do everything else in between."""
        conversation_id = ""
        for turn in range(n_turns):
            is_new = turn % 4 == 0
            index_more(database)
            text = _words(self._chance, self._chance.choice((20, 9000)))
            exchange = Exchange(new_id() if is_new else conversation_id, is_new, new_id(), new_id(), text, "m")
            conversation_id = exchange.conversation_id
            store.ask(database, exchange)
            self.acknowledge(exchange.question_id, text)
            self._answer(database, exchange.answer_id, is_finished=bool(turn % 3))
            self._change_messages(database, exchange)
            store.save_draft(database, conversation_id, _words(self._chance, 50))
            trash.trash(database, [conversation_id])
            trash.restore(database, [conversation_id])
        self._purge(database, conversation_id)

    def _answer(self, database: Database, answer_id: str, is_finished: bool) -> None:
        text = ""
        for _ in range(3):
            text += (part := _words(self._chance, 300))
            store.append_text(database, answer_id, part)
            self.acknowledge(answer_id, text)
        if is_finished:
            store.finish(database, answer_id, MessageState.DONE, None, None, "end")
            self.acknowledge(answer_id, text + "end")
        if self._is_index_late:
            _index_late(database)

    def _change_messages(self, database: Database, exchange: Exchange) -> None:
        version_id, answer_id = new_id(), new_id()
        branches.edit(database, exchange.question_id, version_id, answer_id, text := _words(self._chance, 100), "m")
        self.acknowledge(version_id, text)
        self._answer(database, answer_id, is_finished=True)
        branches.regenerate(database, answer_id, again_id := new_id(), "m")
        self._answer(database, again_id, is_finished=True)
        branches.remove_message(database, again_id)
        branches.show_version(database, exchange.answer_id)

    def _purge(self, database: Database, conversation_id: str) -> None:
        ids = [one.id for one in branches.all_messages(database, conversation_id)]
        n_before = len(self._session.operations)
        trash.purge(database, [conversation_id])
        self._session.purged.update(dict.fromkeys(ids, (n_before, len(self._session.operations))))
        while trash.sweep(database):
            pass


def _index_problems(database: Database) -> list[str]:
    """Let the index of what was there before it come to its end first, as the next start does."""
    while index_more(database):
        pass
    return index_problems(database)


def _drop_triggers(database: Database) -> None:
    for name in ("message_indexed", "message_indexed_again"):
        database.execute(f"DROP TRIGGER IF EXISTS {name}")


def _index_late(database: Database) -> None:
    database.execute(
        f"""INSERT INTO message_search (rowid, text, names) SELECT number, text, '' FROM message
        WHERE number IN ({WANTED_MESSAGES}) AND number NOT IN (SELECT id FROM message_search_docsize)"""
    )


def _begin_with_version_1(path: Path, talk: Talk) -> None:
    connection = apsw.Connection(str(path))
    connection.pragma("journal_mode", "WAL")
    connection.pragma("synchronous", "FULL")
    migrate(connection, MIGRATIONS[:1])
    connection.execute("INSERT INTO conversation (id, created_ms, updated_ms) VALUES ('old', 1, 1)")
    for number in range(40):
        row = "INSERT INTO message (id, conversation_id, role, state, text, created_ms) VALUES (?, 'old', 'user', 'done', ?, 1)"
        connection.execute(row, (f"old {number}", f"from version 1: {number}" * 20))
        talk.acknowledge(f"old {number}", f"from version 1: {number}" * 20)
    connection.close()


def record(folder: Path, synchronous: str, is_index_late: bool = False) -> Session:
    chance = random.Random(SEED)
    path = folder / NAME
    with recording() as recorder:
        session = Session(recorder.operations, [], {})
        talk = Talk(session, chance, is_index_late)
        _begin_with_version_1(path, talk)
        for n_turns in (5, 3, 2):
            database = _open(path, synchronous)
            if is_index_late:
                _drop_triggers(database)
            store.mark_interrupted(database)
            talk.converse(database, n_turns)
            database.close()
    return session


def _is_database(name: str) -> bool:
    return not name.endswith("-shm")


def _is_whole(database: Database) -> bool:
    return database.rows("PRAGMA integrity_check") == [("ok",)] and not database.rows("PRAGMA foreign_key_check")


def _misses(database: Database, session: Session, n_done: int) -> bool:
    """Say whether a message that was acknowledged is not there, or one that was purged has come back."""
    for n_before, message_id, text in session.acknowledged:
        n_purging, n_purged = session.purged.get(message_id, (n_done + 1, n_done + 1))
        try:
            found = store.message(database, message_id).text
        except LookupError:
            if n_before <= n_done <= n_purging:
                return True
            continue
        if n_purged <= n_done or (n_before <= n_done and not found.startswith(text)):
            return True
    return False


def examine(session: Session, folder: Path, n_images: int = N_IMAGES) -> Verdict:
    verdict = Verdict([], [], [])
    chance = random.Random(SEED)
    for number in range(n_images):
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
            elif _index_problems(database):
                verdict.misindexed.append(seed)
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
        f"{len(verdict.corrupt)} corrupt, {len(verdict.missing)} miss something acknowledged, "
        f"{len(verdict.misindexed)} have another index"
    )
    return verdict


def test_after_a_power_cut_the_file_is_whole_and_holds_every_acknowledged_message(tmp_path: Path) -> None:
    verdict = _verdict(tmp_path, "FULL")

    assert verdict == Verdict([], [], []), f"seed {SEED}"


def test_planted_without_syncs_the_images_are_damaged(tmp_path: Path) -> None:
    verdict = _verdict(tmp_path, "OFF")

    assert verdict.corrupt
    assert verdict.missing


def test_planted_with_normal_syncs_acknowledged_messages_are_missing(tmp_path: Path) -> None:
    verdict = _verdict(tmp_path, "NORMAL")

    assert not verdict.corrupt
    assert verdict.missing


def test_planted_an_index_written_beside_the_transaction_differs_from_the_text(tmp_path: Path) -> None:
    for name in ("session", "images"):
        (tmp_path / name).mkdir()
    session = record(tmp_path / "session", "FULL", is_index_late=True)

    verdict = examine(session, tmp_path / "images", n_images=40)

    assert (verdict.corrupt, verdict.missing) == ([], [])
    assert verdict.misindexed


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
