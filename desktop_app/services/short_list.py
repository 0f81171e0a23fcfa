"""The models that come recommended with the application, and how they fit this computer. Uses no network."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.errors import AppError
from desktop_app.hub.catalog import CatalogModel, read_catalog
from desktop_app.hub.offer import Offer, offers
from desktop_app.hub.recommendation import best_of
from desktop_app.library.fit import Fit, MachineMemory, MeasuredSpeed
from desktop_app.record import Record
from desktop_app.resources import resource
from desktop_app.services.background import Background
from desktop_app.services.local_fits import machine_memory
from desktop_app.services.offer_fits import verdicts

if TYPE_CHECKING:
    from desktop_app.services.engine import Engine
    from desktop_app.services.measured_speeds import MeasuredSpeeds

_GRADES = ("fast", "fine", "slow", "too_big")
log = logging.getLogger(__name__)


class ListedModel(Record):
    """One model of the list, in the size to take on this computer; in its smallest when it is too large for it."""

    name: str
    repository: str
    license: str
    languages: tuple[str, ...]
    tasks: tuple[str, ...]
    """What it is good at: chat, code, vision, reasoning."""
    n_parameters: int
    quantization: str
    level: str
    size_bytes: int
    is_size_exact: bool
    fit: Fit
    is_best: bool = False
    """True for one of them at most."""


class ShortList(QObject):
    """Reads the list.

    Signals:
        found(tuple[ListedModel, ...]): the one for this computer first, then the fastest, each as good ones before others.
    """

    found = Signal(object)

    def __init__(
        self, engine: Engine, speeds: MeasuredSpeeds | None, parent: QObject | None = None, *, catalog: Path | None = None
    ) -> None:
        """Work with the devices that `engine` has found, and with how fast they have been."""
        super().__init__(parent)
        self._engine, self._speeds = engine, speeds
        self._catalog = catalog or resource("catalog.json")
        self._background = Background(self)

    def ask(self) -> None:
        """Begin to read; `found` follows."""
        memory, path = machine_memory(self._engine.devices), self._catalog
        speed = self._speeds.of_this_machine() if self._speeds is not None else None
        self._background.run(lambda: short_list(path, memory, speed), self.found.emit, self._on_unreadable)

    def _on_unreadable(self, error: AppError) -> None:
        log.error("the list of models cannot be read: %s", type(error).__name__)
        self.found.emit(())


def short_list(path: Path, memory: MachineMemory, speed: MeasuredSpeed | None) -> tuple[ListedModel, ...]:
    """Give the models of the list in `path`. Raises: FileUnreadable."""
    listed = [_listed(model, memory, speed) for model in read_catalog(path)]
    choices = [(offer, one.fit, one.n_parameters) for one, offer in listed]
    best = best_of(choices)
    models = [one.replaced(is_best=index == best) for index, (one, _) in enumerate(listed)]
    return tuple(sorted(models, key=lambda one: (not one.is_best, _GRADES.index(one.fit.grade))))


def _listed(model: CatalogModel, memory: MachineMemory, speed: MeasuredSpeed | None) -> tuple[ListedModel, Offer]:
    known = offers(model.as_repository())
    found = verdicts(known, model.shape(), memory, speed, model.n_parameters)
    smallest = min(known, key=lambda one: one.size_bytes)
    offer = next((one for one in known if one.files[0].name == found.best), smallest)
    values = {name: getattr(model, name) for name in ("name", "repository", "license", "languages", "tasks", "n_parameters")}
    listed = ListedModel(
        **values,
        quantization=offer.quantization,
        level=offer.level,
        size_bytes=offer.size_bytes,
        is_size_exact=model.is_exact,
        fit=found.fits[offer.files[0].name],
    )
    return listed, offer
