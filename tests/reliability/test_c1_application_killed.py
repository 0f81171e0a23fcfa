"""C1: the application itself is killed in the middle of a download: its process goes with it, and the queue goes on next time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop_app.hub.offer import Offer
from desktop_app.record import Record
from tests.reliability.real_downloads import Hub, is_right, models_in, network_to, served
from tests.services.download_queue import Queue

SIZE = 8_000_000
SHARE = 0.4
"""Of the file; so much is there when the application is killed."""
UNDER_WAY_BYTES = 4 * 256 * 1024
"""What four connections have received and not yet written: all that a kill may cost. `test_c1_download_killed` measures."""
GONE_S = 3.0


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with served(tmp_path) as hub:
        hub.slow_down(2_000_000)
        yield hub


def _plain(value: Any) -> Any:
    assert isinstance(value, Record)
    return value.as_dict()


@pytest.fixture
def killed(tmp_path: Path, hub: Hub) -> Offer:
    """Have an application killed in the middle of this offer. Nothing that it has started is left."""
    offer = hub.offer(size_bytes=SIZE)
    script, wanted = str(Path(__file__).with_name("queue_process.py")), json.dumps(offer.as_dict(), default=_plain)
    command = [sys.executable, script, str(tmp_path / "data"), hub.hub.url, str(tmp_path / "home"), wanted]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as application:
        assert application.stdout is not None
        for line in application.stdout:
            pid, n_bytes = map(int, line.split())
            if n_bytes > SHARE * SIZE and pid:
                break
        child = psutil.Process(pid)
        application.kill()
    assert psutil.wait_procs([child], timeout=GONE_S)[1] == []
    return offer


@pytest.fixture
def queue(tmp_path: Path, hub: Hub, killed: Offer, qapp: QCoreApplication) -> Iterator[Queue]:
    """Give the queue of the next start."""
    queue = Queue(tmp_path / "data", network_to(hub, tmp_path / "home"))
    yield queue
    queue.close()


def test_the_queue_outlives_the_application(qtbot: QtBot, hub: Hub, killed: Offer, queue: Queue) -> None:
    (item,) = queue.downloads.items()
    qtbot.waitUntil(lambda: queue.downloads.get(item.id).done_bytes > SHARE * SIZE)
    assert models_in(qtbot, queue) == []
    hub.mend()
    qtbot.waitUntil(lambda: len(queue.finished) == 1, timeout=30_000)

    assert is_right(queue, killed) and queue.parts() == []
    assert hub.sent_bytes() - killed.size_bytes <= UNDER_WAY_BYTES
