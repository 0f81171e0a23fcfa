"""What models have read is kept where the window says, and is gone with its conversation, whether an engine runs or not."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop_app.engine.protocol import ForgetStates, ModelInfo, SaveStates, StatesRequest
from desktop_app.engine.state_files import conversation_name
from desktop_app.engine.wire import decode_request
from desktop_app.paths import Paths
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine, EngineState
from desktop_app.services.generation import Generation
from desktop_app.services.kv_states import KvStates, profile_key
from desktop_app.services.preferences import Preferences
from desktop_app.storage.own_folder import OwnFolder
from tests.fakes.services import model_info
from tests.services.conversation_signals import settle

GIB = 1 << 30
ExpectLog = Callable[[str], None]


class FakeEngine(Engine):
    """Writes down what it is told; no process."""

    def __init__(self) -> None:
        super().__init__(("", []))
        self.kept: list[tuple[Path, bytes, int]] = []
        self.forgotten: list[list[str]] = []
        self.asked_for: list[str] = []

    @property
    def state(self) -> EngineState:
        return EngineState.READY

    @property
    def model(self) -> ModelInfo | None:
        return model_info()

    def keep_states(self, folder: Path, key: bytes, max_bytes: int) -> None:
        self.kept.append((folder, key, max_bytes))

    def forget_states(self, conversations: Sequence[str]) -> None:
        self.forgotten.append(list(conversations))

    def generate(self, *_: Any, conversation: str = "", **__: Any) -> int:
        self.asked_for.append(conversation)
        return len(self.asked_for)


class Room:
    """The services that it needs, and itself after `begin`."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.paths = Paths.under(folder)
        self.paths.create()
        self.preferences = Preferences(self.paths.config / "settings.json")
        self.conversations = Conversations(self.paths.database)
        self.engine = FakeEngine()
        self.states: KvStates | None = None
        self._qtbot = qtbot

    @property
    def key(self) -> bytes:
        return profile_key(self.paths.kv_states_key)

    def begin(self) -> KvStates:
        self.states = KvStates(self.paths, self.preferences, self.conversations, self.engine)
        self._qtbot.waitUntil(lambda: bool(self.engine.kept), timeout=10_000)
        self.finish_work()
        return self.states

    def finish_work(self) -> None:
        """Wait for what is done in the background."""
        for _ in range(2):
            settle(self.conversations)
            assert self.states is not None
            self._qtbot.waitUntil(lambda: not any(one.is_alive() for one in self.states._background._threads), timeout=10_000)

    def ask(self, text: str = "?", *, is_private: bool = False) -> str:
        conversation_id = self.conversations.ask(None, text, "m", is_private=is_private)
        settle(self.conversations)
        return conversation_id

    def put_file(self, conversation_id: str) -> Path:
        OwnFolder(self.paths.kv_states).create()
        path = self.paths.kv_states / f"{conversation_name(self.key, conversation_id)}-{'0' * 32}-{'1' * 8}.kv"
        path.write_bytes(b"state")
        return path

    def close(self) -> None:
        if self.states is not None:
            self.states.close()
        self.preferences.close()
        self.conversations.close()


@pytest.fixture
def room(tmp_path: Path, qtbot: QtBot, qapp: QCoreApplication) -> Iterator[Room]:
    """Give the services."""
    room = Room(tmp_path, qtbot)
    yield room
    room.close()


def test_the_engine_is_told_where_with_which_key_and_how_much(room: Room) -> None:
    room.begin()

    assert room.engine.kept == [(room.paths.kv_states, room.key, 4 * GIB)]
    assert OwnFolder(room.paths.kv_states).is_ours()
    assert room.paths.kv_states_key.parent == room.paths.database.parent


@pytest.mark.posix("Windows has no such modes")
def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "key"
    key = profile_key(path)

    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert profile_key(path) == key
    assert profile_key(tmp_path / "other") != key


@pytest.mark.posix("links need rights on Windows")
@pytest.mark.parametrize("damage", ["short", "long", "empty", "readable", "link"])
def test_a_key_that_may_not_be_ours_alone_is_made_anew(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "key"
    key = profile_key(path)
    if damage == "readable":
        path.chmod(0o640)
    elif damage == "link":
        path.symlink_to(path.rename(tmp_path / "elsewhere"))
    else:
        path.write_bytes({"short": key[:-1], "long": key + b"x", "empty": b""}[damage])

    made = profile_key(path)
    assert made != key
    assert len(made) == 32
    assert profile_key(path) == made
    assert not path.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_of_somebody_else_is_not_used(room: Room, qtbot: QtBot, expected_log: ExpectLog) -> None:
    room.paths.kv_states.mkdir(parents=True)
    (room.paths.kv_states / "letters.txt").write_bytes(b"mine")
    expected_log("WARNING .*what models have read is not kept: WriteFailed")
    room.states = KvStates(room.paths, room.preferences, room.conversations, room.engine)
    room.finish_work()
    room.conversations.purge(room.ask())
    room.finish_work()

    assert room.engine.kept == []
    assert [path.name for path in room.paths.kv_states.iterdir()] == ["letters.txt"]


def test_what_is_deleted_for_ever_is_deleted_here_too(room: Room) -> None:
    id_, other = room.ask(), room.ask()
    room.begin()
    path, others = room.put_file(id_), room.put_file(other)
    room.conversations.trash(id_)
    room.finish_work()
    assert path.exists()
    assert room.engine.forgotten == []
    room.conversations.purge(id_)
    room.finish_work()

    assert not path.exists()
    assert others.exists()
    assert room.engine.forgotten == [[id_]]


def test_the_trash_is_emptied_in_one_go(room: Room) -> None:
    ids = [room.ask() for _ in range(5)]
    room.begin()
    paths = [room.put_file(id_) for id_ in ids]
    room.conversations.trash(*ids)
    room.conversations.empty_trash()
    room.finish_work()

    assert not any(path.exists() for path in paths)
    assert [sorted(some) for some in room.engine.forgotten] == [sorted(ids)]


def test_what_is_deleted_just_before_the_end_is_deleted_here_too(room: Room) -> None:
    id_ = room.ask()
    states = room.begin()
    path = room.put_file(id_)
    room.conversations.conversation_purged.emit(id_)
    states.close()

    assert not path.exists()


def test_a_message_that_is_removed_is_not_kept(room: Room) -> None:
    id_ = room.ask()
    room.begin()
    path = room.put_file(id_)
    room.conversations.remove_message(room.conversations.branch(id_)[0].id)
    room.finish_work()

    assert not path.exists()
    assert room.engine.forgotten == [[id_]]


def test_what_is_left_of_conversations_that_are_gone_goes_at_the_start(room: Room) -> None:
    kept, trashed = room.ask(), room.ask()
    private = room.ask(is_private=True)
    room.conversations.trash(trashed)
    settle(room.conversations)
    paths = {name: room.put_file(name) for name in (kept, trashed, "gone", private)}
    mine = room.paths.kv_states / "letters.txt"
    mine.write_bytes(b"mine")
    room.begin()

    assert {name for name, path in paths.items() if path.exists()} == {kept, trashed}
    assert mine.exists()


def test_a_limit_of_nothing_takes_everything_away(room: Room) -> None:
    id_ = room.ask()
    room.begin()
    path = room.put_file(id_)
    room.preferences.set("kv_states_gib", 1)
    room.finish_work()
    assert path.exists()
    room.preferences.set("kv_states_gib", 0)
    room.finish_work()

    assert not path.exists()
    assert [n_bytes for _, _, n_bytes in room.engine.kept] == [4 * GIB, GIB, 0]


@pytest.mark.parametrize("is_private", [False, True])
def test_the_engine_may_write_what_is_not_private(room: Room, is_private: bool) -> None:
    generation = Generation(room.conversations, room.engine)
    id_ = room.ask(is_private=is_private)
    generation.close()

    assert room.engine.asked_for == ["" if is_private else id_]


ECHO = """
import os, sys
sys.path.insert(0, {root!r})
from desktop_app.engine.protocol import PROTOCOL_VERSION, EngineReady
from desktop_app.engine.wire import encode
os.write(1, encode(EngineReady(PROTOCOL_VERSION, 1, {{}}, ())))
with open({path!r}, "wb") as file:
    for line in sys.stdin.buffer:
        file.write(line)
        file.flush()
"""
"""An engine that writes down what it is told."""


def test_every_engine_is_told_and_at_the_end_gets_the_time_to_write(tmp_path: Path, qtbot: QtBot) -> None:
    heard = tmp_path / "heard"
    engine = Engine((sys.executable, ["-c", ECHO.format(root=str(Path(__file__).parents[2]), path=str(heard))]))
    engine.start()
    qtbot.waitUntil(lambda: engine.state is EngineState.IDLE, timeout=10_000)
    engine.keep_states(tmp_path, b"k" * 32, GIB)
    engine.forget_states(["a", "b"])
    engine.stop()
    requests = [decode_request(line) for line in heard.read_bytes().splitlines()]

    assert [type(one) for one in requests] == [StatesRequest, ForgetStates, SaveStates]
    assert requests[0] == StatesRequest(requests[0].task, str(tmp_path), (b"k" * 32).hex(), GIB)
    engine.start()
    qtbot.waitUntil(lambda: heard.read_bytes().count(b"StatesRequest") == 1, timeout=10_000)
    engine.stop()
