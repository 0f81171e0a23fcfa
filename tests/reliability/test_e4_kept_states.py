"""E4: what a model has read is on disk as long as its conversation is, and never of a private one.

With the real engine from the question to the end of the application, and with a second start. The control is part of
the check: an engine that is not told of a deletion writes the conversation again when it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.paths import Paths
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine
from desktop_app.services.generation import Generation
from desktop_app.services.kv_states import KvStates
from desktop_app.services.preferences import Preferences
from tests.fakes.gguf_file import write_tiny_model
from tests.services.conversation_signals import settle

QUESTION = "the tea, " * 12


class Session:
    """The services of one run of the application, with a model in memory."""

    def __init__(self, folder: Path, model: Path, qtbot: QtBot) -> None:
        self.paths = Paths.under(folder)
        self.paths.create()
        self._qtbot = qtbot
        self.preferences = Preferences(self.paths.config / "settings.json")
        self.conversations = Conversations(self.paths.database)
        # A short answer: what it says is nothing anyway.
        self.conversations.sampling = lambda _: SamplingParameters(temperature=0, n_predict=3)  # type: ignore[method-assign]
        self.engine = Engine()
        self.generation = Generation(self.conversations, self.engine)
        self.states = KvStates(self.paths, self.preferences, self.conversations, self.engine)
        with qtbot.waitSignal(self.engine.model_loaded, timeout=30_000):
            self.engine.load(model, LoadParameters(n_threads=1))

    def ask(self, *, is_private: bool = False) -> str:
        """Ask in a new conversation and wait for the end of the answer; give the conversation."""
        with self._qtbot.waitSignal(self.generation.answer_finished, timeout=30_000):
            conversation_id = self.conversations.ask(None, QUESTION, "m", is_private=is_private)
        settle(self.conversations)
        return conversation_id

    def close(self) -> None:
        """End as the application does."""
        self.states.close()
        self.generation.close()
        self.engine.begin_stop()
        self.conversations.close()
        self.preferences.close()
        self.engine.stop()


@pytest.fixture
def start(tmp_path: Path, qtbot: QtBot, qapp: QCoreApplication) -> Iterator[Callable[[], Session]]:
    """Give a function that starts a session in the same folder."""
    sessions: list[Session] = []
    model = write_tiny_model(tmp_path / "tiny.gguf")

    def start() -> Session:
        sessions.append(Session(tmp_path / "profile", model, qtbot))
        return sessions[-1]

    yield start
    for session in sessions:
        session.close()


def _states(session: Session) -> list[Path]:
    return list(session.paths.kv_states.glob("*.kv*"))


def test_a_conversation_goes_on_where_the_last_run_ended(start: Callable[[], Session]) -> None:
    first = start()
    id_ = first.ask()
    first.close()
    [path] = _states(first)
    assert id_ not in path.name

    second = start()
    with second._qtbot.waitSignal(second.engine.generation_finished, timeout=30_000) as finished:
        second.conversations.regenerate(second.conversations.branch(id_)[-1].id, "m")
    timings = finished.args[1].timings
    assert timings.n_reused == timings.n_prompt - 1


def test_a_deleted_conversation_leaves_nothing_and_a_private_one_has_never_been_there(start: Callable[[], Session]) -> None:
    session = start()
    deleted = session.ask()
    session.ask(is_private=True)
    session.conversations.purge(deleted)
    settle(session.conversations)
    session.close()

    assert _states(session) == []


def test_planted_an_engine_that_is_not_told_writes_it_again(
    start: Callable[[], Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = start()
    deleted = session.ask()
    monkeypatch.setattr(Engine, "forget_states", lambda *_: None)
    session.conversations.purge(deleted)
    settle(session.conversations)
    session.close()

    assert len(_states(session)) == 1
    # Nor does that one stay: the next start knows of no such conversation.
    again = start()
    again._qtbot.waitUntil(lambda: not _states(again), timeout=10_000)
