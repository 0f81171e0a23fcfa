"""B1: the engine dies in the middle of an answer, in every way there is; the text stays and *Reload* works."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.chat.message import MessageState
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine, EngineState
from desktop_app.services.generation import Generation
from tests.fakes import engine_worker

N_EACH = 10
WAYS = ("SIGKILL", "SIGSEGV", "SIGABRT", "exit0", "mute")


class Room:
    """Conversations, engine and generation, without a window."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.conversations = Conversations(folder / "hearth.sqlite3")
        self.engine = Engine(engine_worker.command(*options))
        self.generation = Generation(self.conversations, self.engine)

    def close(self) -> None:
        self.generation.close()
        self.engine.stop()
        self.conversations.close()


@pytest.fixture
def room(request: pytest.FixtureRequest, tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    made = Room(tmp_path, *request.param)
    yield made
    made.close()


def options(way: str) -> tuple[str, ...]:
    return ("--words", "60", "--rate", "300", "--die", way, "--die-after", "20")


@pytest.mark.parametrize("room", [options(way) for way in WAYS], indirect=True, ids=WAYS)
def test_the_text_stays_and_reload_works_every_time(room: Room, qtbot: QtBot) -> None:
    with qtbot.waitSignal(room.engine.model_loaded, timeout=10_000):
        room.engine.load(Path("/models/fake.gguf"))
    for _ in range(N_EACH):
        pid = room.engine.pid
        began = time.monotonic()
        with qtbot.waitSignal(room.generation.answer_failed, timeout=5000):
            conversation_id = room.conversations.ask(None, "What about it", "Fake model")
        assert time.monotonic() - began < 2.0 + 0.3  # 0.1 s of it is the answer up to its death
        assert room.engine.state is EngineState.CRASHED
        assert room.conversations.flush()
        answer = room.conversations.branch(conversation_id)[-1]
        assert answer.state is MessageState.INTERRUPTED
        # Killed right after its 20th word; the pipe may lose words that were not yet read, never those on screen.
        assert answer.text.split()[:3] == ["w1", "w2", "w3"]
        assert answer.error is not None
        with qtbot.waitSignal(room.engine.model_loaded, timeout=10_000):
            room.engine.reload()
        assert not psutil.pid_exists(pid)


@pytest.mark.parametrize("room", [options("SIGKILL")], indirect=True)
def test_the_next_question_brings_the_engine_back_by_itself(room: Room, qtbot: QtBot) -> None:
    with qtbot.waitSignal(room.engine.model_loaded, timeout=10_000):
        room.engine.load(Path("/models/fake.gguf"))
    with qtbot.waitSignal(room.generation.answer_failed, timeout=5000):
        conversation_id = room.conversations.ask(None, "First", "Fake model")
    with qtbot.waitSignal(room.engine.model_loaded, timeout=10_000), qtbot.waitSignal(room.generation.text_appended):
        room.conversations.ask(conversation_id, "Second", "Fake model")
