"""The queue of downloads with its real processes, and a hub on this computer that they fetch from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from desktop_app.hub.offer import Offer
from desktop_app.hub.repository import RepositoryFile
from desktop_app.services.worker_process import own_command
from tests.fakes.hub import TestHub, write_gguf
from tests.fakes.network import FakeNetwork
from tests.services.download_queue import Queue

REPOSITORY = "acme/Tiny-GGUF"


class Hub:
    """The hub with one repository. `rate`: bytes a second of each connection."""

    def __init__(self, hub: TestHub, folder: Path) -> None:
        self.hub, self.folder = hub, folder
        self.files = folder / REPOSITORY

    def offer(self, name: str = "tiny-Q4_K_M.gguf", size_bytes: int = 2_000_000, n_parts: int = 1) -> Offer:
        """Serve a model of so many parts and give what can be downloaded."""
        stem = name.removesuffix(".gguf")
        names = [name] if n_parts == 1 else [f"{stem}-{n:05}-of-{n_parts:05}.gguf" for n in range(1, n_parts + 1)]
        for number, one in enumerate(names):
            write_gguf(self.files / one, size=size_bytes, seed=number)
        repository = self.hub.repo(REPOSITORY)
        assert repository is not None
        files = tuple(RepositoryFile(one, (self.files / one).stat().st_size, self.sha256(one)) for one in names)
        total = sum(file.size_bytes for file in files)
        return Offer(REPOSITORY, repository.sha, "Tiny", "Q4_K_M", "balanced", files, None, total)

    def sha256(self, name: str) -> str:
        """Give the hash of a file that is served."""
        return hashlib.sha256((self.files / name).read_bytes()).hexdigest()

    def slow_down(self, rate: float) -> None:
        """Send only so many bytes a second on each connection, from the next request on."""
        self.hub.add_fault(path="/cdn/*", rate=rate, times=None)

    def mend(self) -> None:
        """Answer as it should; without keeping connections, whose threads would be left behind."""
        self.hub.clear_faults()
        self.hub.add_fault(path="*", method="*", headers={"Connection": "close"}, times=None)

    def sent_bytes(self) -> int:
        """Give how many bytes of models have been sent."""
        return sum(int(entry["sent"] or 0) for entry in self.hub.requests(path="/cdn/*", method="GET"))


@contextmanager
def served(folder: Path) -> Iterator[Hub]:
    """Give the hub while it runs."""
    with TestHub(folder / "served") as running:
        hub = Hub(running, folder / "served")
        hub.mend()
        yield hub


def network_to(hub: Hub, home: Path, command: tuple[str, list[str]] | None = None) -> FakeNetwork:
    """Give the network of an application that knows this hub alone; `command`: another download process."""
    return FakeNetwork({"download": command or own_command("download", "--home", str(home))}, hub.hub.url)


def is_right(queue: Queue, offer: Offer) -> bool:
    """Tell whether everything is in its place with the content that is served."""
    folder = queue.models / REPOSITORY
    found = [(folder / file.name) for file in offer.files]
    return all(
        path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
        for path, file in zip(found, offer.files, strict=True)
    )


def models_in(qtbot: QtBot, queue: Queue) -> list[str]:
    """Give the names of the files that the library lists as models, when it has just looked."""
    with qtbot.waitSignal(queue.library.searched, timeout=5000):
        queue.library.refresh()
    return [model.path.name for model in queue.library.models()]


def open_in(folder: Path, processes: list[Any]) -> list[str]:
    """Give the files in `folder` that one of these processes has open."""
    return [one.path for process in processes for one in process.open_files() if Path(one.path).is_relative_to(folder)]
