"""Puts a model into the system's trash: its own files, whole or not at all, and never one that is not the person's.

What may go is decided twice: by what the last search found, and once more by the disk right before anything is moved.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFile, QObject, QTimer, Signal, Slot

from desktop_app.errors import TrashFailed
from desktop_app.library.folder import Removal
from desktop_app.library.model_file import ModelFile, other_shards
from desktop_app.library.scan import found_file
from desktop_app.library.stores import Surroundings, all_store_folders
from desktop_app.services.background import Background
from desktop_app.services.engine_state import EngineState

if TYPE_CHECKING:
    from desktop_app.services.engine import Engine

log = logging.getLogger(__name__)

LET_GO_MS = 5000
"""An engine that has not let go of a model by then is not waited for; where that matters the trash refuses the file."""
_HOLDING = (EngineState.READY, EngineState.ANSWERING, EngineState.LOADING)


class ModelRemoval(QObject):
    """Removes one model at a time.

    Signals:
        removed(path, n_bytes): all of its files are in the trash.
        failed(AppError): all of them are where they were.
    """

    removed = Signal(object, object)
    failed = Signal(object)

    def __init__(
        self,
        engine: Engine | None,
        find_starter: Callable[[], Path | None],
        around: Surroundings | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._find_starter = find_starter
        self._around = around
        self._background = Background(self)
        self._waiting: list[tuple[Path, Removal]] = []
        """For the engine to let go of them."""
        self._let_go = QTimer(self, singleShot=True, interval=LET_GO_MS)
        self._let_go.timeout.connect(self._move_waiting)
        if engine is not None:
            for over in (engine.model_unloaded, engine.load_cancelled, engine.crashed):
                over.connect(self._on_engine_over)

    def planned(self, path: Path, model: ModelFile | None, models: Sequence[ModelFile]) -> Removal:
        """Give what would go with `path`, which is a file of `model`; `models`: all that there are."""
        if model is not None and model.is_starter:
            return Removal(refusal="starter")
        if model is None or path not in (model.path, *model.copies):
            return Removal(refusal="unknown")
        store = model.store if path == model.path else _Guard(None, self._surroundings()).store_of(path)
        if store:
            return Removal(refusal="store", store=store)
        if path != model.path:
            files = (path, *(shard for shard in other_shards(path) if shard.is_file()))
            return Removal(files, sum(map(_disk_bytes, files)))
        others = {file for other in models if other.path != path for file in _companions(other)}
        companions = [file for file in _companions(model) if file not in others]
        return Removal((path, *model.shards, *companions), model.disk_bytes + sum(map(_disk_bytes, companions)))

    def remove(self, path: Path, model: ModelFile | None, models: Sequence[ModelFile]) -> None:
        """Move its files into the trash, as soon as the engine has let go of them. Raises: ValueError when it is refused."""
        plan = self.planned(path, model, models)
        if model is None or plan.refusal:
            raise ValueError(f"not to be removed: {plan.refusal}")
        if self._engine is not None and self._is_in_memory(self._engine, path):
            self._waiting.append((path, plan))
            self._let_go.start()
            self._engine.unload()
        else:
            self._begin(path, plan)

    def close(self) -> None:
        """Wait for what is being moved."""
        self._let_go.stop()
        self._background.close()

    def _is_in_memory(self, engine: Engine, path: Path) -> bool:
        """Tell whether the engine has the model or is loading it; one that only rests is forgotten at once."""
        is_wanted = engine.wanted_path == path
        if is_wanted and engine.state not in _HOLDING:
            engine.unload()
            return False
        return is_wanted or (engine.model is not None and Path(engine.model.path) == path)

    def _surroundings(self) -> Surroundings:
        return self._around or Surroundings.real()

    @Slot()
    def _on_engine_over(self) -> None:
        self._move_waiting()

    @Slot()
    def _move_waiting(self) -> None:
        self._let_go.stop()
        waiting, self._waiting = self._waiting, []
        for path, plan in waiting:
            self._begin(path, plan)

    def _begin(self, path: Path, plan: Removal) -> None:
        self._background.run(partial(self._move, path, plan), partial(self._tell, path, plan), self.failed.emit)

    def _tell(self, path: Path, plan: Removal, _: None) -> None:
        self.removed.emit(path, plan.freed_bytes)

    # In a thread of its own

    def _move(self, first: Path, plan: Removal) -> None:
        """Move all files. Raises: TrashFailed; then those that were moved are back where they were."""
        guard = _Guard(self._find_starter(), self._surroundings())
        needed = {first, *other_shards(first)}
        if any(not guard.may_go(path) for path in plan.files if path in needed):
            raise TrashFailed(str(first))
        moved: list[tuple[Path, Path]] = []
        # The first file last: until it has gone, what a failure leaves is seen as a model that lacks parts.
        for path in reversed(plan.files):
            if not guard.may_go(path):
                continue  # what goes with it and belongs to somebody else stays
            place = _to_system_trash(path)
            if place is None:
                _bring_back(moved)
                raise TrashFailed(str(path))
            moved.append((path, place))


class _Guard:
    """What the disk says, right before a file is moved: whether it is the person's own."""

    def __init__(self, starter: Path | None, around: Surroundings) -> None:
        self._starter = starter
        self._foreign = [(store, Path(os.path.realpath(folder))) for store, folder in all_store_folders(around)]

    def may_go(self, path: Path) -> bool:
        """Tell whether it is a plain file or a link to one, none of another application, and by no name the starter model."""
        try:
            if self._starter is not None and path.samefile(self._starter):
                return False
        except OSError:
            return False
        return path.is_file() and not self.store_of(path)

    def store_of(self, path: Path) -> str:
        """Give which application the file belongs to, whatever link leads to it; "" for none."""
        real = Path(os.path.realpath(path))
        return next((store for store, folder in self._foreign if real.is_relative_to(folder)), "")


def _companions(model: ModelFile) -> tuple[Path, ...]:
    return (*([model.projector] if model.projector is not None else []), *model.drafts)


def _disk_bytes(path: Path) -> int:
    file = found_file(path)
    return file.disk_bytes if file is not None else 0


def _to_system_trash(path: Path) -> Path | None:
    """Move a file, or a link itself, and give where it lies now; None when the system does not take it."""
    file = QFile(str(path))
    return Path(file.fileName()) if file.moveToTrash() else None


def _bring_back(moved: Iterable[tuple[Path, Path]]) -> None:
    for path, place in moved:
        if not QFile.rename(str(place), str(path)):
            log.error("a part of a model stayed in the trash")
