"""The queue of downloads of one start of the application, as the tests of it need it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from desktop_app.hub.names import PART_ENDING
from desktop_app.hub.offer import Offer
from desktop_app.hub.repository import RepositoryFile
from desktop_app.services.conversations import Conversations
from desktop_app.services.downloads import Downloads
from desktop_app.services.engine import Engine
from desktop_app.services.file_release import FileRelease
from desktop_app.services.keep_awake import KeepAwake
from desktop_app.services.model_library import ModelLibrary
from desktop_app.services.preferences import Preferences
from desktop_app.services.reachability import Reachability

SIZE = 1000


def offer(title: str, name: str = "", *, n_files: int = 1, gated: str = "", size_bytes: int = SIZE) -> Offer:
    """Give something to download. `title`: what the scripted process does, see `tests.fakes.download_worker`."""
    name = name or title.replace(" ", "-")
    files = tuple(RepositoryFile(f"{name}-{n}.gguf", size_bytes, f"{n:064}") for n in range(n_files))
    total = size_bytes * n_files
    return Offer(f"acme/{name}", "c0ffee", title, "Q4_K_M", "balanced", files, None, total, gated=gated)


class FakeAwake(KeepAwake):
    """Writes down what the computer was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = [False]

    def set_needed(self, is_needed: bool) -> None:
        """Write it down."""
        if is_needed != self.asked[-1]:
            self.asked.append(is_needed)


class FakeReachability(Reachability):
    """Says what the test says."""

    n_watched = 0

    def watch(self) -> None:
        """Count it."""
        self.n_watched += 1


class Queue:
    """The queue, and what was heard of it. `network`: a FakeNetwork."""

    def __init__(
        self, folder: Path, network: Any, models: Path | None = None, *, is_held: bool = False, engine: Engine | None = None
    ) -> None:
        self.models = models or folder / "models"
        folder.mkdir(exist_ok=True)
        if models is None:
            self.models.mkdir(exist_ok=True)
        self.network = network
        self.conversations = Conversations(folder / "hearth.sqlite3")
        self.preferences = Preferences(folder / "settings.json")
        self.library = ModelLibrary(self.models, self.preferences, find_starter=lambda: None)
        self.awake = FakeAwake()
        self.reachability = FakeReachability()
        self.downloads = Downloads(
            self.conversations,
            network,
            self.library,
            self.models,
            awake=self.awake,
            reachability=self.reachability,
            release=FileRelease(engine) if engine is not None else None,
        )
        self.finished: list[tuple[str, Path]] = []
        self.failed: list[tuple[str, object]] = []
        self.removed: list[str] = []
        self.states: list[tuple[str, str]] = []
        self.downloads.download_finished.connect(lambda id_, path: self.finished.append((id_, path)))
        self.downloads.download_failed.connect(lambda id_, error: self.failed.append((id_, error)))
        self.downloads.download_removed.connect(self.removed.append)
        self.downloads.download_changed.connect(lambda id_: self.states.append((id_, self.state(id_))))
        self.downloads.begin(is_held=is_held)

    def state(self, id_: str) -> str:
        """Give the state of a download."""
        return self.downloads.get(id_).state

    def titles(self) -> list[str]:
        """Give the titles in order."""
        return [item.title for item in self.downloads.items()]

    def pid(self) -> int:
        """Give the id of the process that downloads; 0 when there is none."""
        process = self.downloads._process
        return process.pid if process is not None else 0

    def parts(self) -> list[Path]:
        """Give the partial files."""
        return sorted(path for path in self.left() if path.name.endswith(PART_ENDING))

    def left(self) -> list[Path]:
        """Give all that is in the folder of the models. Unlike rglob it bears what goes meanwhile."""
        return [Path(place, name) for place, folders, files in os.walk(self.models) for name in (*folders, *files)]

    def close(self) -> None:
        """End the application."""
        self.downloads.close()
        self.library.close()
        assert self.conversations.flush(5000)
        self.conversations.close()
        self.preferences.close()
