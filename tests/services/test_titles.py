"""A title comes after the first exchange, from a model that is strong enough, and is in nobody's way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.services import titles as titles_module
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine, EngineState
from desktop_app.services.generation import Generation
from desktop_app.services.titles import Titles
from tests.fakes import engine_worker

MODEL = Path("/models/fake.gguf")
STRONG = ("--n-params", "1000000000")


class Room:
    """Everything that makes titles, without a window. `tasks`: all for which the engine has given text."""

    def __init__(self, folder: Path, qtbot: QtBot, *options: str) -> None:
        self.conversations = Conversations(folder / "hearth.sqlite3")
        self.engine = Engine(engine_worker.command(*options))
        self.generation = Generation(self.conversations, self.engine)
        self.titles = Titles(self.conversations, self.engine, self.generation)
        self.states: list[EngineState] = []
        self.tasks: set[int] = set()
        self.engine.text_generated.connect(lambda task, _text: self.tasks.add(task))
        self._qtbot = qtbot
        with qtbot.waitSignal(self.engine.model_loaded, timeout=10_000):
            self.engine.load(MODEL)
        self.engine.state_changed.connect(self.states.append)

    def ask(self, text: str, conversation_id: str | None = None) -> str:
        with self._qtbot.waitSignal(self.conversations.message_changed, timeout=10_000):
            asked = self.conversations.ask(conversation_id, text, "")
        return asked

    def title(self, conversation_id: str) -> str:
        assert self.conversations.flush()
        return self.conversations.get(conversation_id).title

    def wait_for_request(self) -> int:
        """Wait until a title is being made and has begun to come; give its task."""
        with self._qtbot.waitSignal(self.engine.text_generated) as text:
            pass
        assert not self.generation.is_any_answering()
        return int(text.args[0])

    def wait_until_idle(self) -> None:
        """Wait until no title is being made nor will be."""
        self._qtbot.waitUntil(lambda: not self.titles._timer.isActive() and not self.titles._task)

    def close(self) -> None:
        self.generation.close()
        self.engine.stop()
        self.conversations.close()


@pytest.fixture
def make(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Room]]:
    """Give a function that makes a room whose engine has these options."""
    monkeypatch.setattr(titles_module, "DELAY_MS", 20)
    rooms: list[Room] = []

    def make_room(*options: str) -> Room:
        rooms.append(Room(tmp_path, qtbot, *options))
        return rooms[-1]

    yield make_room
    for room in rooms:
        room.close()


def test_the_first_exchange_gives_a_title(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make(*STRONG, "--title", "Title: 'The sea'\n")
    conversation_id = room.ask("What is the sea?")
    assert room.title(conversation_id) == "What is the sea?"
    qtbot.waitUntil(lambda: room.title(conversation_id) == "The sea")
    assert not room.conversations.get(conversation_id).title_is_custom
    # The window was not told of an answer.
    assert room.states == [EngineState.ANSWERING, EngineState.READY]
    room.ask("And rivers?", conversation_id)
    room.wait_until_idle()
    assert room.title(conversation_id) == "The sea"


def test_a_weak_model_is_not_asked(make: Callable[..., Room]) -> None:
    room = make("--n-params", "999999999", "--title", "The sea")
    conversation_id = room.ask("What is the sea?")
    room.wait_until_idle()
    assert room.title(conversation_id) == "What is the sea?"
    assert len(room.tasks) == 1


@pytest.mark.parametrize("options", [("--title", "Sure! Here you go:\n\nThe sea"), ("--title", "The sea", "--stop", "limit")])
def test_what_is_no_title_leaves_the_first_line(make: Callable[..., Room], options: tuple[str, ...]) -> None:
    room = make(*STRONG, *options)
    conversation_id = room.ask("What is the sea?")
    room.wait_for_request()
    room.wait_until_idle()
    assert room.title(conversation_id) == "What is the sea?"


def test_a_title_of_the_persons_is_never_touched(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make(*STRONG, "--title", "The wide and open sea of the north", "--rate", "20", "--words", "1")
    conversation_id = room.ask("What is the sea?")
    task = room.wait_for_request()
    with qtbot.waitSignal(room.engine.generation_finished) as finished:
        room.conversations.rename(conversation_id, "Mine")
    assert (finished.args[0], finished.args[1].stop) == (task, "cancelled")
    room.wait_until_idle()
    assert room.title(conversation_id) == "Mine"


def test_a_conversation_named_during_its_first_answer_is_not_asked_about(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make(*STRONG, "--title", "The sea", "--words", "10", "--rate", "40")
    with qtbot.waitSignal(room.generation.text_appended):
        conversation_id = room.conversations.ask(None, "What is the sea?", "")
    room.conversations.rename(conversation_id, "Mine")
    with qtbot.waitSignal(room.conversations.message_changed):
        pass
    room.wait_until_idle()
    assert len(room.tasks) == 1


def test_a_title_that_was_stopped_is_tried_again_after_the_next_answer(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make(*STRONG, "--title", "The wide and open sea", "--rate", "20", "--words", "2")
    conversation_id = room.ask("What is the sea?")
    task = room.wait_for_request()
    with qtbot.waitSignal(room.engine.generation_finished) as finished:
        room.engine.cancel(task)
    assert (finished.args[0], finished.args[1].stop) == (task, "cancelled")
    room.wait_until_idle()
    assert room.title(conversation_id) == "What is the sea?"
    room.ask("And rivers?", conversation_id)
    qtbot.waitUntil(lambda: room.title(conversation_id) == "The wide and open sea")


def test_two_conversations_get_theirs_one_after_the_other(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make(*STRONG, "--title", "The wide and open sea", "--rate", "20", "--words", "2")
    first = room.ask("What is the sea?")
    room.wait_for_request()
    second = room.ask("What is a river?")
    qtbot.waitUntil(lambda: room.title(second) == "The wide and open sea")
    assert room.title(first) == "The wide and open sea"


@pytest.mark.parametrize("way_out", ["trash", "purge"])
def test_a_conversation_that_is_gone_gets_none(make: Callable[..., Room], qtbot: QtBot, way_out: str) -> None:
    room = make(*STRONG, "--title", "The wide and open sea", "--rate", "20", "--words", "2")
    conversation_id = room.ask("What is the sea?")
    room.wait_for_request()
    with qtbot.waitSignal(room.engine.generation_finished) as finished:
        getattr(room.conversations, way_out)(conversation_id)
    assert finished.args[1].stop == "cancelled"
    room.wait_until_idle()
    assert all(one.title == "What is the sea?" for one in room.conversations.trashed())


def test_a_private_conversation_gets_one_too(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make(*STRONG, "--title", "The sea")
    with qtbot.waitSignal(room.conversations.message_changed):
        conversation_id = room.conversations.ask(None, "What is the sea?", "", is_private=True)
    qtbot.waitUntil(lambda: room.title(conversation_id) == "The sea")


def test_a_model_that_thinks_gives_one(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make(*STRONG, "--title", "The sea", "--text", "<think>Hm.</think>Water.")
    conversation_id = room.ask("What is the sea?")
    qtbot.waitUntil(lambda: room.title(conversation_id) == "The sea")


@pytest.mark.posix("Windows has no signals")
def test_an_engine_that_dies_of_a_title_is_asked_for_no_other(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make(*STRONG, "--title", "The wide and open sea", "--words", "2", "--die", "SIGKILL")
    conversation_id = room.ask("What is the sea?")
    with qtbot.waitSignal(room.engine.crashed):
        pass
    with qtbot.waitSignal(room.engine.model_loaded, timeout=10_000):
        room.engine.reload()
    with qtbot.assertNotEmitted(room.engine.crashed):
        room.ask("And rivers?", conversation_id)
        room.wait_until_idle()
    assert room.title(conversation_id) == "What is the sea?"
