"""A library with a home folder, a trash, and an engine of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal

from desktop_app.services.conversations import Conversations
from desktop_app.services.engine_state import EngineState
from desktop_app.services.model_library import ModelLibrary
from desktop_app.services.preferences import Preferences
from tests.library.files import put, surroundings


class FakeEngine(QObject):
    """Holds a model until it is told to let go, and then until `finish`."""

    model_loaded = Signal(object)
    generation_finished = Signal(int, object)
    model_unloaded = Signal()
    load_cancelled = Signal()
    crashed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.state = EngineState.IDLE
        self.model: Any = None
        self.wanted_path: Path | None = None
        self.calls: list[str] = []

    def hold(self, path: Path) -> None:
        """Have a model in memory."""
        self.model, self.wanted_path, self.state = SimpleNamespace(path=str(path)), path, EngineState.READY
        self.model_loaded.emit(self.model)

    def unload(self) -> None:
        """Begin to let go."""
        self.calls.append("unload")
        self.model, self.wanted_path, self.state = None, None, EngineState.IDLE

    def finish(self) -> None:
        """Have it gone."""
        self.model_unloaded.emit()


class World:
    """Makes libraries over the same folders; each is a start of the application."""

    def __init__(self, root: Path, qtbot: Any) -> None:
        self.root, self.qtbot = root, qtbot
        self.own, self.home = root / "models", root / "home"
        self.own.mkdir()
        self.starter: Path | None = put(root / "program" / "Starter.Q4_1.gguf", seed=1000)
        self.preferences = Preferences(root / "config" / "settings.json")
        self.conversations = Conversations(root / "hearth.sqlite3")
        self.engine = FakeEngine()
        self._libraries: list[ModelLibrary] = []

    def library(self, *, is_searched: bool = True) -> ModelLibrary:
        """Give a library, its first search done."""
        library = ModelLibrary(
            self.own,
            self.preferences,
            find_starter=lambda: self.starter,
            conversations=self.conversations,
            engine=self.engine,  # type: ignore[arg-type]
            around=surroundings(self.home),
        )
        self._libraries.append(library)
        if is_searched:
            self.search(library)
        return library

    def search(self, library: ModelLibrary) -> None:
        """Search once more, to the end."""
        with self.qtbot.waitSignal(library.searched):
            library.refresh()
        self.qtbot.waitUntil(lambda: not library.is_searching)

    def restart(self) -> ModelLibrary:
        """Give the library of a later start."""
        self.close()
        self.conversations = Conversations(self.root / "hearth.sqlite3")
        return self.library()

    def close(self) -> None:
        """Close all that is open, in the order of the application."""
        for library in self._libraries:
            library.close()
            # In this thread: what is left to the garbage collector may be taken away in another.
            library.deleteLater()
        self._libraries.clear()
        self.conversations.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def worlds(root: Path, qtbot: Any) -> Iterator[World]:
    """Give one, and close it."""
    world = World(root, qtbot)
    yield world
    world.close()
    world.preferences.close()
