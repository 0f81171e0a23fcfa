"""C5: never two writers of one file; nothing writes after a pause or a cancel; a model of several parts is there when all are.

The real queue, the real download process and a hub on this computer.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop_app.errors import ChecksumMismatch
from desktop_app.services import downloads
from tests.reliability.real_downloads import Hub, is_right, models_in, network_to, open_in, served
from tests.services.download_queue import Queue

SIZE = 2_000_000
SLOW = 400_000


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with served(tmp_path) as hub:
        yield hub


@pytest.fixture
def start(tmp_path: Path, hub: Hub, qapp: QCoreApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Queue]]:
    """Give a function that starts an application with the folder of that name; all have the same folder of models."""
    monkeypatch.setattr(downloads, "FIRST_PAUSE_MS", 50)
    models = tmp_path / "models"
    models.mkdir()
    running: list[Queue] = []

    def start(name: str) -> Queue:
        running.append(Queue(tmp_path / name, network_to(hub, tmp_path / "home"), models))
        return running[-1]

    yield start
    for queue in running:
        queue.close()


def until_some_is_there(qtbot: QtBot, queue: Queue, id_: str) -> None:
    qtbot.waitUntil(lambda: queue.downloads.get(id_).done_bytes > 100_000, timeout=20_000)


def test_two_applications_fetch_the_same_file_once(qtbot: QtBot, hub: Hub, start: Callable[[str], Queue]) -> None:
    hub.slow_down(SLOW)
    offer = hub.offer(size_bytes=SIZE)
    one, other = start("one"), start("other")
    first = one.downloads.add(offer)
    until_some_is_there(qtbot, one, first)
    second = other.downloads.add(offer)
    qtbot.waitUntil(lambda: other.state(second) == "checking" and other.pid() != 0, timeout=20_000)
    qtbot.waitUntil(lambda: one.downloads.get(first).done_bytes > SIZE // 2, timeout=20_000)

    assert other.state(second) == "checking" and other.downloads.get(second).bytes_per_s == 0.0
    hub.mend()
    qtbot.waitUntil(lambda: len(one.finished) == len(other.finished) == 1, timeout=30_000)
    assert is_right(one, offer) and one.finished[0][1] == other.finished[0][1]
    assert hub.sent_bytes() <= 1.05 * SIZE and one.parts() == []


def test_nothing_writes_after_a_pause_and_nothing_is_left_after_a_cancel(
    qtbot: QtBot, hub: Hub, start: Callable[[str], Queue]
) -> None:
    hub.slow_down(SLOW)
    queue = start("one")
    id_ = queue.downloads.add(hub.offer(size_bytes=SIZE))
    until_some_is_there(qtbot, queue, id_)
    assert len(open_in(queue.models, psutil.Process().children(recursive=True))) > 0
    queue.downloads.pause(id_)
    assert queue.state(id_) == "paused"
    qtbot.waitUntil(lambda: queue.pid() == 0)

    assert open_in(queue.models, [psutil.Process(), *psutil.Process().children(recursive=True)]) == []
    assert len(queue.parts()) == 1 and models_in(qtbot, queue) == []
    queue.downloads.resume(id_)
    qtbot.waitUntil(lambda: queue.state(id_) == "downloading", timeout=20_000)
    queue.downloads.cancel(id_)
    qtbot.waitUntil(lambda: not queue.left() and queue.pid() == 0)
    assert models_in(qtbot, queue) == []


def test_a_model_of_several_parts_is_there_when_all_are_right(qtbot: QtBot, hub: Hub, start: Callable[[str], Queue]) -> None:
    hub.slow_down(SLOW)
    offer = hub.offer(size_bytes=300_000, n_parts=3)
    queue = start("one")
    seen: set[str] = set()
    queue.downloads.download_changed.connect(lambda _: seen.update(path.name for path in queue.left() if path.suffix == ".gguf"))
    queue.downloads.add(offer)
    qtbot.waitUntil(lambda: len(queue.parts()) == 3, timeout=20_000)

    assert models_in(qtbot, queue) == [] and not seen
    hub.mend()
    qtbot.waitUntil(lambda: len(queue.finished) == 1, timeout=20_000)
    assert is_right(queue, offer) and queue.finished[0][1].name == offer.files[0].name
    assert models_in(qtbot, queue) == [offer.files[0].name]


def test_a_part_that_is_wrong_leaves_no_model_at_all(qtbot: QtBot, hub: Hub, start: Callable[[str], Queue]) -> None:
    offer = hub.offer(size_bytes=300_000, n_parts=3)
    hub.hub.add_fault(path=f"*{offer.files[2].sha256}*", corrupt_at=(150_000,), times=None)
    queue = start("one")
    id_ = queue.downloads.add(offer)
    qtbot.waitUntil(lambda: len(queue.failed) == 1, timeout=30_000)

    assert queue.failed[0][0] == id_ and isinstance(queue.failed[0][1], ChecksumMismatch)
    assert models_in(qtbot, queue) == [] and not [path for path in queue.left() if path.suffix == ".gguf"]


def test_files_that_are_deleted_meanwhile_do_no_harm(qtbot: QtBot, hub: Hub, start: Callable[[str], Queue]) -> None:
    hub.slow_down(SLOW)
    offer = hub.offer(size_bytes=SIZE)
    queue = start("one")
    id_ = queue.downloads.add(offer)
    until_some_is_there(qtbot, queue, id_)
    shutil.rmtree(queue.models / "acme")
    hub.mend()
    qtbot.waitUntil(lambda: queue.state(id_) in ("done", "failed"), timeout=30_000)

    assert queue.state(id_) == "done" and is_right(queue, offer)
