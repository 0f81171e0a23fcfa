"""Models for the engine's tests: a tiny one made on the spot, and the starter model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_app.engine import scheduler as scheduler_module
from desktop_app.engine.answer import ChatModel
from desktop_app.engine.llama.library import Interrupt, LibraryLog, load_backends
from desktop_app.engine.llama.model import Model
from desktop_app.engine.parameters import LoadParameters
from tests.engine.real_worker import RealWorker
from tests.engine.room import Room
from tests.fakes.gguf_file import write_tiny_model


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the path of a model of 80 kB with a context of 256 tokens."""
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture(scope="session")
def interrupt() -> Interrupt:
    """Give the flag that models of this process look at."""
    return Interrupt()


@pytest.fixture(scope="session")
def open_chat(interrupt: Interrupt) -> Callable[..., ChatModel]:
    """Give a function that loads a model into this process."""
    load_backends()

    def open_chat(path: Path, **parameters: int) -> ChatModel:
        # More than one thread would wait for each other beside other tests.
        return ChatModel(Model(path, LoadParameters(**{"n_threads": 1, **parameters}), interrupt, LibraryLog()))

    return open_chat


@pytest.fixture(scope="session")
def tiny_chat(tiny_model: Path, open_chat: Callable[..., ChatModel]) -> Iterator[ChatModel]:
    """Give the tiny model, loaded into this process."""
    chat = open_chat(tiny_model)
    yield chat
    chat.close()


@pytest.fixture(scope="session")
def starter_chat(starter_model: Path, open_chat: Callable[..., ChatModel]) -> Iterator[ChatModel]:
    """Give the starter model, loaded into this process."""
    chat = open_chat(starter_model, n_ctx=2048)
    yield chat
    chat.close()


@pytest.fixture
def worker() -> Iterator[RealWorker]:
    """Give a real engine process without a model, ready."""
    with RealWorker() as process:
        process.ready()
        yield process


@pytest.fixture
def tiny_worker(worker: RealWorker, tiny_model: Path) -> RealWorker:
    """Give a real engine process with the tiny model in memory."""
    worker.load(tiny_model)
    return worker


@pytest.fixture(scope="module")
def shared_chat(starter_model: Path, open_chat: Callable[..., ChatModel]) -> Iterator[ChatModel]:
    """Give the starter model with room for 512 tokens in four conversations. Two threads would wait for each other."""
    chat = open_chat(starter_model, n_ctx=512, n_slots=4, n_batch=64, n_threads=1)
    yield chat
    chat.close()


@pytest.fixture
def token_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a step give what is alone one token, too."""
    monkeypatch.setattr(scheduler_module, "_WHILE_ALONE_S", 0.0)


@pytest.fixture
def room(shared_chat: ChatModel, interrupt: Interrupt, token_steps: None) -> Iterator[Room]:
    """Give a scheduler over it, with nothing in memory."""
    room = Room(shared_chat, interrupt)
    yield room
    room.close()
    interrupt.clear()


@pytest.fixture
def quick_room(tiny_model: Path, open_chat: Callable[..., ChatModel], interrupt: Interrupt, token_steps: None) -> Iterator[Room]:
    """Give one of the same size over the tiny model, for long answers of which only the length matters."""
    chat = open_chat(tiny_model, n_ctx=768, n_slots=4, n_batch=128, n_threads=1)
    room = Room(chat, interrupt)
    yield room
    room.close()
    chat.close()
    interrupt.clear()
