"""How fast this computer reads weights, measured in the answers it has given: what a speed is foretold from.

A token takes as long as the weights take that it goes through. Kept in the settings, under a key of the machine, since
the settings may travel on a stick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.engine.protocol import GenerationFinished
from desktop_app.library.fit import MeasuredSpeed, read_bytes
from desktop_app.services.load_records import machine_key

if TYPE_CHECKING:
    from desktop_app.services.engine import Engine
    from desktop_app.services.preferences import Preferences

SETTING = "measured_speeds"
N_TOKENS_MIN = 24
"""A shorter answer says little."""
SMALL_BYTES = 300_000_000
SMALL_FACTOR = 2.0
"""A smaller model spends half of its time between its layers: the starter model reads 13.6 GB/s where one of 450 MB reads
26.9. That is a hint of the speed, and no more."""
_FALL = 0.2
"""How much of a slower answer counts: something else may have been running meanwhile."""
_N_KEPT = 20


class MeasuredSpeeds(QObject):
    """Listens to the engine.

    Signals:
        changed(): `of_this_machine` gives something else.
    """

    changed = Signal()

    def __init__(self, engine: Engine, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine, self._preferences = engine, preferences
        engine.generation_finished.connect(self._on_generation_finished)

    def of_this_machine(self) -> MeasuredSpeed:
        """Give what was measured with the devices that there are now."""
        known: dict[str, float] = {}
        for place, rate, size_bytes in self._kept():
            known |= {place: rate} if size_bytes >= SMALL_BYTES else {f"{place}_guess": rate * SMALL_FACTOR}
        return MeasuredSpeed(**known)

    def _kept(self) -> list[tuple[str, float, int]]:
        machine = self._machine()
        return [(place, float(rate), size) for key, place, rate, size in self._preferences.get(SETTING) if key == machine]

    def _machine(self) -> str:
        return machine_key(self._engine.devices, "")

    @Slot(int, object)
    def _on_generation_finished(self, _task: int, finished: object) -> None:
        assert isinstance(finished, GenerationFinished)
        model, shape, timings = self._engine.model, self._engine.shape, finished.timings
        # With guessed tokens, several are made from one reading of the weights.
        if model is None or shape is None or timings.n_drafted or timings.n_predicted < N_TOKENS_MIN:
            return
        on_card, in_main = read_bytes(shape, model.parameters, self._cards() if model.n_gpu_layers else ())
        if on_card and in_main:
            return  # who of the two was slow, nobody knows
        self._note("card" if on_card else "processor", timings.tokens_per_s * (on_card or in_main), model.size_bytes)

    def _cards(self) -> tuple[int, ...]:
        cards = tuple(device.free_bytes for device in self._engine.devices if device.type in ("gpu", "igpu"))
        return cards or (1,)

    def _note(self, place: str, rate: float, size_bytes: int) -> None:
        before = next(((old, size) for known, old, size in self._kept() if known == place), None)
        if before is not None:
            old, old_size = before
            if size_bytes * 2 < old_size:
                return  # a small model spends its time elsewhere: a large one has told more
            if size_bytes < old_size * 2:
                rate = rate if rate > old else old + (rate - old) * _FALL
        if rate < 1:
            return
        machine = self._machine()
        others = [one for one in self._preferences.get(SETTING) if one[:2] != [machine, place]]
        self._preferences.set(SETTING, [*others, [machine, place, round(rate), max(1, size_bytes)]][-_N_KEPT:])
        self.changed.emit()
