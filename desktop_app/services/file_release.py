"""Has the engine let go of a file that a newer one is to take the place of, and brings its model back after that.

Windows replaces no file that a process has mapped into its memory. What is in memory stays until nothing is asked of it;
with a question meanwhile it comes back by itself, and then there is one more try.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.services.engine_state import EngineState

if TYPE_CHECKING:
    from desktop_app.services.engine import Engine

QUIET_MS = 1000
"""So long nothing must have been asked of the model: behind an answer come its title and the next question."""


class FileRelease(QObject):
    """Lets one file go at a time.

    Signals:
        released(): the engine does not have it any more.
    """

    released = Signal()

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._path: Path | None = None
        self._resting: Path | None = None
        """The model that has left the memory for it."""
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._on_quiet)
        engine.state_changed.connect(self._on_state_changed)
        for change in (engine.model_unloaded, engine.model_loaded, engine.load_failed, engine.load_cancelled, engine.crashed):
            change.connect(self._on_engine_changed)

    def begin(self, path: Path) -> bool:
        """Have the engine let go of the file as soon as it is not busy; `released` comes later. False: it does not have it."""
        if path not in self._engine.files:
            return False
        self._path = path
        self._quiet.start()
        return True

    def end(self) -> None:
        """Want it no more, and bring back the model that was in memory, unless the person has chosen otherwise."""
        self._path, resting, self._resting = None, self._resting, None
        self._quiet.stop()
        if resting is not None and resting == self._engine.wanted_path and self._engine.state is EngineState.IDLE:
            self._engine.reload()

    @Slot(object)
    def _on_state_changed(self, _state: object) -> None:
        if self._path is not None:
            self._quiet.start()

    @Slot()
    def _on_quiet(self) -> None:
        if self._path is not None and self._engine.state is EngineState.READY:
            self._resting = self._engine.wanted_path
            self._engine.rest()

    @Slot()
    def _on_engine_changed(self) -> None:
        if self._path is not None and self._path not in self._engine.files:
            self._path = None
            self._quiet.stop()
            self.released.emit()
