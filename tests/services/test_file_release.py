"""A newer version of the model in memory takes its place, also where what is in memory cannot be replaced.

On Windows that is so. Here a file beside the model stands for it: the scripted download refuses to go on while it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.engine.protocol import ChatMessage, ModelInfo
from desktop_app.errors import ModelInUse, WriteFailed
from desktop_app.services import downloads, file_release
from desktop_app.services.download_item import DownloadItem
from desktop_app.services.engine import Engine, EngineState
from tests.fakes import download_worker, engine_worker
from tests.fakes.network import FakeNetwork
from tests.services.download_queue import SIZE, Queue, offer

LONG_ANSWER = ("--words", "100000", "--rate", "20")


class Holder:
    """An engine with a model in memory, whose files cannot be replaced as long as it has them."""

    def __init__(self, models: Path, qtbot: QtBot, *options: str) -> None:
        self._qtbot = qtbot
        self.engine = Engine(engine_worker.command(*options))
        self.model = models / "acme" / "a" / "a-0.gguf"
        self._mark = self.model.with_name(self.model.name + download_worker.HELD_ENDING)
        self.model.parent.mkdir(parents=True)
        self.model.write_bytes(b"the version before")
        self.engine.model_loaded.connect(self._on_loaded)
        self.engine.model_unloaded.connect(self.let_go)

    def load(self, path: Path | None = None) -> None:
        """Have a model in memory."""
        with self._qtbot.waitSignal(self.engine.model_loaded, timeout=10_000):
            self.engine.load(path or self.model)

    def _on_loaded(self, info: ModelInfo) -> None:
        if info.path == str(self.model):
            self.hold()
        else:
            self.let_go()

    def hold(self) -> None:
        """Have something else hold the file."""
        self._mark.touch()

    def let_go(self) -> None:
        """Hold it no more."""
        self._mark.unlink(missing_ok=True)


@pytest.fixture
def start(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., tuple[Holder, Queue]]]:
    """Give a function that starts an engine and a queue beside it; `options`: of the scripted engine."""
    monkeypatch.setattr(downloads, "LOOK_AGAIN_MS", 50)
    monkeypatch.setattr(file_release, "QUIET_MS", 20)
    running: list[tuple[Holder, Queue]] = []

    def start(*options: str) -> tuple[Holder, Queue]:
        network = FakeNetwork({"download": download_worker.command()})
        (tmp_path / "models").mkdir()
        holder = Holder(tmp_path / "models", qtbot, *options)
        running.append((holder, Queue(tmp_path, network, engine=holder.engine)))
        return running[-1]

    yield start
    for holder, queue in running:
        queue.close()
        holder.engine.stop()


def _until_it_waits(qtbot: QtBot, queue: Queue, id_: str) -> None:
    qtbot.waitUntil(lambda: queue.downloads.get(id_).waits_for == "model", timeout=10_000)


def _answering(holder: Holder) -> int:
    """Begin an answer that goes on until it is cancelled; give its task."""
    holder.load()
    return holder.engine.generate([ChatMessage("user", "Hello")])


def test_the_model_in_memory_is_replaced_and_comes_back(qtbot: QtBot, start: Callable[..., tuple[Holder, Queue]]) -> None:
    holder, queue = start()
    holder.load()
    seen: list[DownloadItem] = []
    queue.downloads.download_changed.connect(lambda id_: seen.append(queue.downloads.get(id_)))
    queue.downloads.add(offer("half replace", "a"))
    qtbot.waitUntil(lambda: len(queue.finished) == 1, timeout=10_000)

    assert queue.failed == [] and holder.model.read_bytes().startswith(b"GGUF")
    (waited,) = {(item.reason, item.done_bytes) for item in seen if item.waits_for == "model"}
    assert waited == (ModelInUse(str(holder.model)), SIZE // 2)
    qtbot.waitUntil(lambda: holder.engine.state is EngineState.READY, timeout=10_000)
    assert holder.engine.model is not None and holder.engine.model.path == str(holder.model)


def test_an_answer_is_written_to_its_end_before_its_model_is_replaced(
    qtbot: QtBot, start: Callable[..., tuple[Holder, Queue]]
) -> None:
    holder, queue = start(*LONG_ANSWER)
    task = _answering(holder)
    id_ = queue.downloads.add(offer("replace", "a"))
    after = queue.downloads.add(offer("hold", "b"))
    _until_it_waits(qtbot, queue, id_)
    with qtbot.assertNotEmitted(holder.engine.generation_finished, wait=200):
        pass
    assert holder.engine.state is EngineState.ANSWERING and queue.state(after) == "queued"
    holder.engine.cancel(task)
    qtbot.waitUntil(lambda: len(queue.finished) == 1, timeout=10_000)

    assert queue.failed == []
    qtbot.waitUntil(lambda: queue.state(after) == "downloading", timeout=10_000)


def test_a_part_of_the_model_counts_as_the_model(qtbot: QtBot, start: Callable[..., tuple[Holder, Queue]]) -> None:
    holder, _ = start()
    first, second = (holder.model.with_name(f"big-0000{n}-of-00002.gguf") for n in (1, 2))
    holder.load(first)

    assert holder.engine.files == (first, second)
    holder.engine.rest()
    assert holder.engine.files == ()


@pytest.mark.parametrize("deed", ["pause", "cancel"])
def test_who_wants_the_new_version_no_more_keeps_the_model_in_memory(
    qtbot: QtBot, start: Callable[..., tuple[Holder, Queue]], deed: str
) -> None:
    holder, queue = start(*LONG_ANSWER)
    task = _answering(holder)
    id_ = queue.downloads.add(offer("replace", "a"))
    _until_it_waits(qtbot, queue, id_)
    getattr(queue.downloads, deed)(id_)
    after = queue.downloads.add(offer("hold", "b"))
    qtbot.waitUntil(lambda: queue.state(after) == "downloading", timeout=10_000)

    with qtbot.waitSignal(holder.engine.generation_finished, timeout=10_000):
        holder.engine.cancel(task)
    with qtbot.assertNotEmitted(holder.engine.model_unloaded, wait=200):
        pass


def test_with_another_model_chosen_meanwhile_that_one_stays(qtbot: QtBot, start: Callable[..., tuple[Holder, Queue]]) -> None:
    holder, queue = start(*LONG_ANSWER)
    _answering(holder)
    id_ = queue.downloads.add(offer("replace", "a"))
    _until_it_waits(qtbot, queue, id_)
    other = holder.model.with_name("other.gguf")
    holder.load(other)
    qtbot.waitUntil(lambda: len(queue.finished) == 1, timeout=10_000)

    assert holder.engine.wanted_path == other and holder.engine.state is EngineState.READY


def test_a_file_that_something_else_holds_is_said_as_before(qtbot: QtBot, start: Callable[..., tuple[Holder, Queue]]) -> None:
    holder, queue = start()
    holder.hold()
    id_ = queue.downloads.add(offer("replace", "a"))
    qtbot.waitUntil(lambda: len(queue.failed) == 1, timeout=10_000)

    assert queue.failed == [(id_, WriteFailed(str(holder.model), "Permission denied"))]
