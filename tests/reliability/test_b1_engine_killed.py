"""B1: the engine dies in the middle of an answer, in every way there is; the text stays, *Reload* and *Continue* work."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.chat.message import Message, MessageState
from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine, EngineState
from desktop_app.services.generation import Generation
from desktop_app.services.worker_process import WorkerProcess
from desktop_app.ui.error_text import ErrorText
from tests.fakes import engine_worker

N_EACH = 10
N_WORDS = 24
LIMIT_S = 2.0 + 0.3
"""Within which it is said; 0.1 s of it is the answer up to the engine's death."""
WAYS = ("SIGKILL", "SIGSEGV", "SIGABRT", "exit0", "mute")
NEVER_ON_SCREEN = re.compile(r"\d|SIG|Error|Crash|Traceback|[{}_:]")
"""A peer says "exit code 18446744072635810000"."""


class Room:
    """Conversations, engine and generation, without a window. Without `options` the engine is the real one."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.conversations = Conversations(folder / "hearth.sqlite3")
        self.engine = Engine(engine_worker.command(*options) if options else None)
        self.generation = Generation(self.conversations, self.engine)
        self.shown = ""
        """Of the answer in progress."""
        self.ended: list[str] = []
        """The answer that has finished or failed, each time."""
        self.generation.text_appended.connect(self._on_text)
        self.generation.answer_finished.connect(lambda _conversation_id, message_id: self.ended.append(message_id))
        self.generation.answer_failed.connect(lambda _conversation_id, message_id, _error: self.ended.append(message_id))

    def _on_text(self, _conversation_id: str, _message_id: str, text: str) -> None:
        self.shown += text

    def answer(self, conversation_id: str) -> Message:
        """Give the last message as it is stored."""
        assert self.conversations.flush()
        return self.conversations.branch(conversation_id)[-1]

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
    return ("--words", str(N_WORDS), "--rate", "300", "--die", way, "--die-after", "20")


def words(n: int) -> str:
    return "".join(f"w{number} " for number in range(1, n + 1))


def load(room: Room, qtbot: QtBot) -> None:
    with qtbot.waitSignal(room.engine.model_loaded, timeout=10_000):
        room.engine.load(Path("/models/fake.gguf"))


def ask_and_die(room: Room, qtbot: QtBot) -> str:
    """Ask for an answer in which the scripted engine ends; give the conversation when that was said."""
    room.shown = ""
    began = time.monotonic()
    with qtbot.waitSignal(room.generation.answer_failed, timeout=int(LIMIT_S * 1000)):
        conversation_id = room.conversations.ask(None, "What about it", "Fake model")
    assert time.monotonic() - began < LIMIT_S
    return conversation_id


def check_kept(room: Room, conversation_id: str) -> Message:
    """See that the answer has all the text that was on the screen, and a sentence; give it."""
    assert room.engine.state is EngineState.CRASHED
    answer = room.answer(conversation_id)
    assert answer.state is MessageState.INTERRUPTED
    assert room.shown and answer.text.startswith(room.shown), "what was on the screen is kept"
    assert answer.error is not None
    sentence = ErrorText().stored_sentence(*answer.error)
    assert sentence.endswith(".") and not NEVER_ON_SCREEN.search(sentence), "a sentence is said"
    return answer


def check_reload_and_continue(room: Room, qtbot: QtBot, answer: Message, pid: int | None) -> str:
    """See that the model comes back, that nothing is left of the old process, and that the answer goes on; give its text."""
    with qtbot.waitSignal(room.engine.model_loaded, timeout=10_000):
        room.engine.reload()
    assert pid and not psutil.pid_exists(pid)
    n_ended = len(room.ended)
    room.conversations.continue_answer(answer.id)
    qtbot.waitUntil(lambda: len(room.ended) > n_ended, timeout=10_000)
    whole = room.answer(answer.conversation_id)
    assert (whole.id, whole.state, whole.error) == (answer.id, MessageState.DONE, None), "it goes on to its end"
    assert whole.text.startswith(answer.text) and len(whole.text) > len(answer.text)
    return whole.text


def check_round(room: Room, qtbot: QtBot) -> None:
    """See one answer of the scripted engine through its death."""
    pid = room.engine.pid
    answer = check_kept(room, ask_and_die(room, qtbot))
    # Killed right after its 20th word; the pipe may lose words that were not yet read, never those on screen.
    n_kept = len(answer.text.split())
    assert n_kept >= 3 and answer.text == words(n_kept)
    assert check_reload_and_continue(room, qtbot, answer, pid) == words(n_kept + N_WORDS), "it goes on where it has ended"


@pytest.mark.posix("Windows has no signals")
@pytest.mark.parametrize("room", [options(way) for way in WAYS], indirect=True, ids=WAYS)
def test_the_text_stays_and_reload_and_continue_work_every_time(room: Room, qtbot: QtBot) -> None:
    load(room, qtbot)
    for _ in range(N_EACH):
        check_round(room, qtbot)


@pytest.mark.posix("Windows has no signals")
@pytest.mark.parametrize("room", [options("SIGKILL")], indirect=True)
def test_the_next_question_brings_the_engine_back_by_itself(room: Room, qtbot: QtBot) -> None:
    load(room, qtbot)
    conversation_id = ask_and_die(room, qtbot)
    with qtbot.waitSignal(room.engine.model_loaded, timeout=10_000), qtbot.waitSignal(room.generation.text_appended):
        room.conversations.ask(conversation_id, "Second", "Fake model")


@pytest.mark.posix("Windows has no signals")
@pytest.mark.parametrize("room", [()], indirect=True, ids=["real"])
def test_the_real_engine_killed_in_an_answer_comes_back_and_goes_on(room: Room, qtbot: QtBot, starter_model: Path) -> None:
    with qtbot.waitSignal(room.engine.model_loaded, timeout=20_000):
        room.engine.load(starter_model, LoadParameters(n_ctx=512, n_threads=1))
    id_ = room.conversations.start_private()
    room.conversations.save_sampling(id_, SamplingParameters(temperature=0.0, n_predict=300))
    with qtbot.waitSignal(room.generation.text_appended, timeout=20_000):
        room.conversations.ask(id_, "Tell me a long story.", "Starter model")
    pid = room.engine.pid
    assert pid
    began = time.monotonic()
    with qtbot.waitSignal(room.generation.answer_failed, timeout=int(LIMIT_S * 1000)):
        os.kill(pid, signal.SIGKILL)
    assert time.monotonic() - began < LIMIT_S
    answer = check_kept(room, id_)
    room.conversations.save_sampling(id_, SamplingParameters(temperature=0.0, n_predict=8))
    check_reload_and_continue(room, qtbot, answer, pid)


# Planted faults


def _without_the_rest(finish: Callable[..., None]) -> Callable[..., None]:
    return lambda *arguments, rest="", **others: finish(*arguments, **others)


def _from_the_beginning(generate: Callable[..., int]) -> Callable[..., int]:
    return lambda *arguments, is_continued=False, **others: generate(*arguments, **others)


def _class_and_fields(_stored_sentence: Callable[..., str]) -> Callable[..., str]:
    return lambda _text, name, fields: f"{name}: {fields}."


def _unheard(_on_finished: Callable[..., None]) -> Callable[..., None]:
    return lambda *_: None


@pytest.mark.posix("Windows has no signals")
@pytest.mark.parametrize("room", [options("SIGKILL")], indirect=True)
@pytest.mark.parametrize(
    ("where", "what", "fault", "seen"),
    [
        (Conversations, "finish", _without_the_rest, "what was on the screen is kept"),
        (Engine, "generate", _from_the_beginning, "it goes on to its end"),
        (ErrorText, "stored_sentence", _class_and_fields, "a sentence is said"),
        (WorkerProcess, "_on_finished", _unheard, "not emitted"),
    ],
    ids=["text lost", "begun anew", "no sentence", "death unheard"],
)
def test_planted_faults_are_seen(
    where: type, what: str, fault: Callable[..., Any], seen: str, room: Room, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, what, fault(getattr(where, what)))
    load(room, qtbot)

    with pytest.raises((AssertionError, qtbot.TimeoutError), match=seen):
        check_round(room, qtbot)
