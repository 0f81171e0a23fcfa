"""C4: the disk is full, or taken away: it is said before anything is begun, what is there is kept, and all goes on by itself.

The real queue, the real download process and a hub on this computer; the disk is one of ours, see `tests.fakes.small_disk`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop_app.errors import DiskFull, ModelFolderGone, NotEnoughDiskSpace
from desktop_app.hub.download_messages import KEEP_FREE_BYTES
from desktop_app.services import downloads
from tests.fakes import small_disk
from tests.reliability.real_downloads import Hub, is_right, models_in, network_to, served
from tests.services.conversation_signals import settle
from tests.services.download_queue import Queue

PLENTY = 1 << 40
SIZE = 2_000_000


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with served(tmp_path) as hub:
        yield hub


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the state of the disk, which the queue asks as well."""
    state = tmp_path / "disk.json"
    small_disk.set_disk(state, free=PLENTY, room=PLENTY)
    usual = downloads.free_bytes

    def free_bytes(folder: Path) -> int:
        usual(folder)  # whether it is there at all
        return int(small_disk.look(state, folder).free)

    monkeypatch.setattr(downloads, "free_bytes", free_bytes)
    monkeypatch.setattr(downloads, "LOOK_AGAIN_MS", 100)
    return state


@pytest.fixture
def start(tmp_path: Path, hub: Hub, disk: Path, qapp: QCoreApplication) -> Iterator[Callable[[], Queue]]:
    network = network_to(hub, tmp_path / "home", small_disk.command(disk, tmp_path / "home"))
    running: list[Queue] = []

    def start() -> Queue:
        while running:
            running.pop().close()
        running.append(Queue(tmp_path / "data", network))
        return running[-1]

    yield start
    while running:
        running.pop().close()


def until_waiting(qtbot: QtBot, queue: Queue, id_: str, what: str) -> None:
    qtbot.waitUntil(lambda: queue.downloads.get(id_).waits_for == what, timeout=15_000)


def until_finished(qtbot: QtBot, queue: Queue) -> None:
    qtbot.waitUntil(lambda: len(queue.finished) == 1, timeout=20_000)


def test_nothing_is_begun_that_there_is_no_room_for(qtbot: QtBot, hub: Hub, disk: Path, start: Callable[[], Queue]) -> None:
    offer = hub.offer(size_bytes=SIZE)
    needed = offer.size_bytes + KEEP_FREE_BYTES
    small_disk.set_disk(disk, free=needed - 1, room=PLENTY)
    queue = start()
    id_ = queue.downloads.add(offer)
    until_waiting(qtbot, queue, id_, "space")

    assert queue.downloads.get(id_).reason == NotEnoughDiskSpace(needed, needed - 1)
    assert queue.pid() == 0 and not queue.left() and not hub.hub.requests()
    small_disk.set_disk(disk, free=needed, room=PLENTY)
    until_finished(qtbot, queue)
    assert is_right(queue, offer)


def test_a_disk_that_becomes_full_is_waited_for_and_never_filled(
    qtbot: QtBot, hub: Hub, disk: Path, start: Callable[[], Queue]
) -> None:
    hub.slow_down(300_000)
    offer = hub.offer(size_bytes=SIZE)
    queue = start()
    id_ = queue.downloads.add(offer)
    qtbot.waitUntil(lambda: queue.downloads.get(id_).done_bytes > 100_000, timeout=15_000)
    small_disk.set_disk(disk, free=KEEP_FREE_BYTES, room=PLENTY)
    until_waiting(qtbot, queue, id_, "space")
    kept = queue.downloads.get(id_).done_bytes

    assert isinstance(queue.downloads.get(id_).reason, NotEnoughDiskSpace)
    assert 0 < kept < SIZE and len(queue.parts()) == 1
    hub.mend()
    small_disk.set_disk(disk, free=PLENTY, room=PLENTY)
    until_finished(qtbot, queue)
    assert is_right(queue, offer) and hub.sent_bytes() < 1.9 * SIZE


def test_a_write_that_finds_no_room_keeps_the_part_and_chats_go_on(
    qtbot: QtBot, hub: Hub, disk: Path, start: Callable[[], Queue]
) -> None:
    offer = hub.offer(size_bytes=1_000_000)
    small_disk.set_disk(disk, free=PLENTY, room=600_000)
    queue = start()
    id_ = queue.downloads.add(offer)
    until_waiting(qtbot, queue, id_, "space")

    assert isinstance(queue.downloads.get(id_).reason, DiskFull)
    conversation_id = queue.conversations.ask(None, "Is there still room for me?", "m")
    settle(queue.conversations)
    assert queue.conversations.branch(conversation_id)[0].text == "Is there still room for me?"
    queue = start()
    until_waiting(qtbot, queue, id_, "space")
    assert 0 < queue.downloads.get(id_).done_bytes <= 600_000
    assert models_in(qtbot, queue) == []
    n_before = len(hub.hub.requests(path="/cdn/*"))
    small_disk.set_disk(disk, free=PLENTY, room=PLENTY)
    until_finished(qtbot, queue)
    asked = [str(entry["range"]) for entry in hub.hub.requests(path="/cdn/*")[n_before:]]
    assert is_right(queue, offer) and asked and not [one for one in asked if one.startswith("bytes=0-")]


def test_a_disk_that_is_taken_away_is_waited_for(qtbot: QtBot, hub: Hub, start: Callable[[], Queue]) -> None:
    hub.slow_down(300_000)
    offer = hub.offer(size_bytes=SIZE)
    queue = start()
    id_ = queue.downloads.add(offer)
    qtbot.waitUntil(lambda: queue.downloads.get(id_).done_bytes > 100_000, timeout=15_000)
    away = queue.models.with_name("away")
    queue.models.rename(away)
    until_waiting(qtbot, queue, id_, "folder")

    assert queue.downloads.get(id_).reason == ModelFolderGone(str(queue.models))
    assert not queue.models.exists() and not queue.failed
    hub.mend()
    away.rename(queue.models)
    until_finished(qtbot, queue)
    assert is_right(queue, offer)
