"""Whether what a repository offers runs on this computer, and which of it to take: worked out in the background."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.hub.offer import Offer
from desktop_app.hub.recommendation import recommended
from desktop_app.library.fit import Fit, MachineMemory, MeasuredSpeed, fit
from desktop_app.record import Record
from desktop_app.services.background import Background
from desktop_app.services.local_fits import machine_memory

if TYPE_CHECKING:
    from desktop_app.library.model_shape import ModelShape
    from desktop_app.services.engine import Engine
    from desktop_app.services.measured_speeds import MeasuredSpeeds


class Verdicts(Record):
    """What was found. Offers by the name of their first file."""

    fits: dict[str, Fit]
    best: str = ""
    """The one to take on this computer; "" when it is too small for all of them."""


class OfferFits(QObject):
    """Gives verdicts.

    Signals:
        found(offers, Verdicts): for what `ask` was given.
    """

    found = Signal(object, object)

    def __init__(self, engine: Engine, speeds: MeasuredSpeeds | None, parent: QObject | None = None) -> None:
        """Work with the devices that `engine` has found, and with how fast they have been."""
        super().__init__(parent)
        self._engine, self._speeds = engine, speeds
        self._background = Background(self)

    def ask(self, offers: tuple[Offer, ...], shape: ModelShape, n_parameters: int = 0) -> None:
        """Begin with these; `shape` is that of one of them. `found` follows."""
        memory = machine_memory(self._engine.devices)
        speed = self._speeds.of_this_machine() if self._speeds is not None else None
        self._background.run(
            lambda: verdicts(offers, shape, memory, speed, n_parameters), lambda found: self.found.emit(offers, found)
        )


def verdicts(
    offers: Sequence[Offer], shape: ModelShape, memory: MachineMemory, speed: MeasuredSpeed | None, n_parameters: int
) -> Verdicts:
    """Give how each of them fits: a millisecond each."""
    titles = {one.title for one in offers}
    fits = {one.files[0].name: fit(shape, one.weights_bytes, 0, memory, speed, one.projector_bytes) for one in offers}
    # Of several models in one repository only one has this shape, and none is better than the others.
    best = recommended(offers, lambda one: fits[one.files[0].name], n_parameters) if len(titles) == 1 else None
    return Verdicts(fits, best.files[0].name if best is not None else "")
