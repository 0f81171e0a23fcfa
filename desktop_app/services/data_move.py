"""Moves all that Hearth keeps of a person to another folder: planned while the window is open, done by the next start.

Nothing writes while it is copied, because nothing is open yet. The old copy is taken away only when the window stands
on the new one.
"""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from desktop_app.errors import AppError
from desktop_app.paths import Paths
from desktop_app.services.background import Background
from desktop_app.services.data_files import (
    MoveStopped,
    Progress,
    clear_left,
    fitting_folder,
    give_up,
    move,
    plan,
    size_of,
)
from desktop_app.services.place import Place, read_place

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

log = logging.getLogger(__name__)

STUCK_S = 5.0
"""A disk that does not answer is not waited for longer; every state on it is one to go on from."""


class MovePlan(QObject):
    """What a person wants to move, and where to.

    Signals:
        sizes_found(n_models, n_rest): bytes, as floats, since a signal's whole numbers end at 2 GB.
        folder_found(Path): where a chosen folder leads to.
        planned(): noted; the next start moves.
        failed(AppError)
    """

    sizes_found = Signal(float, float)
    folder_found = Signal(object)
    planned = Signal()
    failed = Signal(object)

    def __init__(self, paths: Paths, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.paths = paths
        self._is_beginning = False
        self._background = Background(self, waits_s=STUCK_S)

    @property
    def is_away(self) -> bool:
        """Say whether the data lie elsewhere than usual."""
        return self.paths.data != Paths.standard().data

    def measure(self) -> None:
        """Find out how much there is; `sizes_found` tells."""
        self._run(partial(size_of, self.paths), lambda sizes: self.sizes_found.emit(float(sizes[0]), float(sizes[1])))

    def choose(self, folder: Path) -> None:
        """Find out where a chosen folder leads to; `folder_found` tells."""
        self._run(partial(fitting_folder, folder.absolute(), self.paths), self.folder_found.emit)

    def begin(self, folder: Path | None, *, has_models: bool) -> None:
        """Note the move; None: to the usual places. `planned` tells."""
        self._is_beginning = True
        self._background.run(partial(plan, self.paths, folder, has_models=has_models), self._on_planned, self._on_not_planned)

    def cancel(self) -> None:
        """Take a move back that was noted and has not begun. Raises: FileUnreadable, DiskFull, WriteFailed."""
        note = Paths.standard().place_note
        place = read_place(note)
        if place.wanted is not None:
            give_up(note, place)

    def close(self) -> None:
        """Wait for what is going on; a move that nobody has heard of is taken back. Raises as `cancel` does."""
        self._background.close()
        if self._is_beginning:
            self._is_beginning = False
            self.cancel()

    def _on_planned(self, _: Place) -> None:
        self._is_beginning = False
        self.planned.emit()

    def _on_not_planned(self, error: AppError) -> None:
        self._is_beginning = False
        self.failed.emit(error)

    def _run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        self._background.run(work, done, self.failed.emit)


class DataMove(QObject):
    """One move, at the start that does it.

    Signals:
        finished(): the data are there; the note says so.
        failed(AppError): they are where they were.
    """

    finished = Signal()
    failed = Signal(object)

    def __init__(self, place: Place, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._note, self._place = Paths.standard().place_note, place
        self._progress = Progress()
        self._background = Background(self)

    @property
    def n_bytes(self) -> tuple[int, int]:
        """How many bytes are there, and of how many; of 0 while that is not known."""
        return self._progress.n_bytes, self._progress.total_bytes

    def start(self) -> None:
        """Begin, or go on after a failure."""
        self._background.run(self._work, lambda is_moved: self.finished.emit() if is_moved else None, self._on_failed)

    def stop(self) -> None:
        """Stop within a piece of a file; what is there already is not copied again by the next start."""
        self._progress.is_stopped.set()
        self._background.close()

    def give_up(self) -> None:
        """Stop, and stay where the data are. Raises: DiskFull, WriteFailed."""
        self.stop()
        give_up(self._note, self._place)

    def _work(self) -> bool:
        try:
            move(self._note, self._place, self._progress)
        except MoveStopped:
            return False
        return True

    def _on_failed(self, error: AppError) -> None:
        log.warning("the data could not be moved: %s", type(error).__name__)
        self.failed.emit(error)


class OldPlaces(QObject):
    """Takes away the copies that a move has left, once the window stands on the new one."""

    def __init__(self, place: Place, parent: QObject | None = None) -> None:
        """Begin at once, in the background."""
        super().__init__(parent)
        self._background = Background(self, waits_s=STUCK_S)
        if place.left:
            self._background.run(partial(clear_left, Paths.standard().place_note, place), lambda _: None, self._on_failed)

    def close(self) -> None:
        """Wait for it: a large file goes in some hundred milliseconds. What is stuck goes on with the next start."""
        self._background.close()

    def _on_failed(self, error: AppError) -> None:
        log.warning("what a move has left is still there: %s", type(error).__name__)
