"""Whether the models on this computer run on it, and where: worked out in the background, for those that are looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from PySide6.QtCore import QObject, Signal

from desktop_app.engine.gguf import read_header
from desktop_app.engine.inspect import inspect
from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.protocol import Device
from desktop_app.errors import AppError
from desktop_app.library.fit import CardMemory, Fit, MachineMemory, MeasuredSpeed, fit
from desktop_app.library.model_file import ModelFile
from desktop_app.library.model_shape import ModelShape, shape_of
from desktop_app.services.background import STUCK_S, Background

if TYPE_CHECKING:
    from desktop_app.services.engine import Engine
    from desktop_app.services.measured_speeds import MeasuredSpeeds

_State = tuple[int, int]
"""Size and time of a file: another file under the same name is read anew."""


class LocalFits(QObject):
    """Gives verdicts, and the shapes of models that they were made from.

    Signals:
        found(list[Path]): `of` has a verdict for these now.
    """

    found = Signal(object)

    def __init__(
        self,
        engine: Engine,
        parameters_of: Callable[[Path], LoadParameters],
        speeds: MeasuredSpeeds | None = None,
        parent: QObject | None = None,
        *,
        memory: Callable[[Sequence[Device]], MachineMemory] | None = None,
    ) -> None:
        """Work with the devices that `engine` has found, and with how fast they have been."""
        super().__init__(parent)
        self._engine = engine
        self._parameters_of = parameters_of
        self._speeds = speeds
        self._memory = memory or machine_memory
        self._background = Background(self, waits_s=STUCK_S)
        self._shapes: dict[Path, tuple[_State, ModelShape | None]] = {}
        self._fits: dict[Path, Fit] = {}
        self._is_reading = False
        self._waiting: dict[Path, ModelFile] = {}

    def of(self, path: Path) -> Fit | None:
        """Give the verdict on a model; None while there is none, or when its file cannot be read."""
        return self._fits.get(path)

    def shape(self, file: ModelFile) -> ModelShape | None:
        """Give what the memory of a model depends on, as far as it was read."""
        state, shape = self._shapes.get(file.path, ((0, 0), None))
        return shape if state == _state(file) else None

    def ask(self, files: Sequence[ModelFile]) -> None:
        """Work out the verdicts on these; `found` follows when there is something new."""
        self._waiting |= {file.path: file for file in files}
        if not self._is_reading:
            self._read()

    def close(self) -> None:
        """Wait for what is being read."""
        self._background.close()

    def _read(self) -> None:
        """Work out what waits, off the window's thread: a large vocabulary takes 70 ms to read, a verdict one."""
        files, self._waiting = list(self._waiting.values()), {}
        if not files:
            return
        self._is_reading = True
        known, memory, speed = dict(self._shapes), self._memory(self._engine.devices), self._measured()
        contexts = {file.path: self._parameters_of(file.path).n_ctx for file in files}
        self._background.run(lambda: _verdicts(files, known, contexts, memory, speed), self._on_read)

    def _measured(self) -> MeasuredSpeed | None:
        return self._speeds.of_this_machine() if self._speeds is not None else None

    def _on_read(self, read: dict[Path, tuple[_State, ModelShape | None, Fit | None]]) -> None:
        self._is_reading = False
        self._shapes |= {path: (state, shape) for path, (state, shape, _) in read.items()}
        verdicts = {path: verdict for path, (_, _, verdict) in read.items() if verdict is not None}
        changed = [path for path, verdict in verdicts.items() if verdict != self._fits.get(path)]
        self._fits |= verdicts
        if changed:
            self.found.emit(changed)
        self._read()


def machine_memory(devices: Sequence[Device]) -> MachineMemory:
    """Give the memory that there is now; a card that shares the processor's counts when there is no other.

    What the model in memory holds of a card counts as free there: it would leave for another model.
    """
    main = psutil.virtual_memory()
    found = [device for device in devices if device.type == "gpu"] or [one for one in devices if one.type == "igpu"]
    cards = tuple(CardMemory(one.description or one.name, one.free_bytes, one.total_bytes) for one in found)
    free = max(int(main.available), next((one.free_bytes for one in devices if one.type == "cpu"), 0))
    return MachineMemory(free, int(main.total), cards)


def _state(file: ModelFile) -> _State:
    return file.size_bytes, file.modified_ms


def _verdicts(
    files: Sequence[ModelFile],
    known: dict[Path, tuple[_State, ModelShape | None]],
    contexts: dict[Path, int],
    memory: MachineMemory,
    speed: MeasuredSpeed | None,
) -> dict[Path, tuple[_State, ModelShape | None, Fit | None]]:
    found: dict[Path, tuple[_State, ModelShape | None, Fit | None]] = {}
    for file in files:
        state, shape = known.get(file.path, (None, None))
        if state != _state(file):
            shape = _shape_of(file)
        verdict = None
        if shape is not None:
            verdict = fit(shape, file.size_bytes, contexts[file.path], memory, speed, _size(file.projector))
        found[file.path] = (_state(file), shape, verdict)
    return found


def _size(path: Path | None) -> int:
    try:
        return path.stat().st_size if path is not None else 0
    except OSError:
        return 0


def _shape_of(file: ModelFile) -> ModelShape | None:
    """Give the shape of a model; None when its file cannot be read as one."""
    try:
        return shape_of([inspect(file.path), *(read_header(shard) for shard in file.shards)])
    except AppError:
        return None
