"""Which model is a good fit for this computer: what the card of a first start says, and what its button gets."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.engine.protocol import Device
from desktop_app.errors import AppError, RepositoryMissing
from desktop_app.hub.catalog import CatalogModel, read_catalog
from desktop_app.hub.offer import Offer, offers
from desktop_app.hub.recommendation import best_of, recommended
from desktop_app.hub.repository import Repository
from desktop_app.library.fit import Fit, MachineMemory, MeasuredSpeed, fit
from desktop_app.library.model_shape import ModelShape
from desktop_app.record import Record
from desktop_app.resources import resource
from desktop_app.services.background import STUCK_S, Background
from desktop_app.services.engine_state import EngineState
from desktop_app.services.local_fits import machine_memory

if TYPE_CHECKING:
    from desktop_app.services.engine import Engine
    from desktop_app.services.hub import Hub

log = logging.getLogger(__name__)

KEEP_FREE_BYTES = 2 << 30
"""What stays free on the disk: a model that would fill it is none to recommend."""


SOON_BYTES = 8_000_000_000
"""A first model shall be there while the person still remembers the question: ten minutes at 100 Mbit/s. Larger ones are
on the hub page."""


class Recommendation(Record):
    """One model of our own short list, chosen for this computer."""

    name: str
    """For a person: "Qwen3.5 4B"."""
    repository: str
    quantization: str
    level: str
    """"small", "balanced" or "large"; "" for one in between."""
    size_bytes: int
    is_size_exact: bool
    """False: the list says about how large it is, and the hub has not been asked."""
    license: str
    languages: tuple[str, ...]
    fit: Fit
    seconds_left: int | None = None
    """How long a download takes here; None: none was measured yet."""
    n_found_elsewhere: int = 0
    """Models of other applications on this computer."""


class _Picked(Record):
    model: CatalogModel
    offer: Offer
    fit: Fit


class Recommending(QObject):
    """Chooses, without any connection, from what comes with the application; asks the hub when the person wants it.

    Signals:
        picked(Recommendation): the best fit.
        nothing_fits(): this computer is too small for all of the list.
        offer_ready(Offer): what `get` asked for, pinned, with sizes and hashes: to be given to `Downloads.add`.
        failed(AppError): `get` could not be done.
    """

    picked = Signal(object)
    nothing_fits = Signal()
    offer_ready = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        engine: Engine,
        hub: Hub,
        folder: Path,
        parent: QObject | None = None,
        *,
        speed: Callable[[], MeasuredSpeed | None] = lambda: None,
        bytes_per_s: Callable[[], float | None] = lambda: None,
        n_found_elsewhere: Callable[[], int] = lambda: 0,
        catalog: Path | None = None,
        memory: Callable[[Sequence[Device]], MachineMemory] = machine_memory,
    ) -> None:
        """Choose for the devices of `engine` and the disk of `folder`, where models go.

        `speed`: of this computer's memory; `bytes_per_s`: of the last download, None when there was none.
        """
        super().__init__(parent)
        self._engine, self._hub, self._folder = engine, hub, folder
        self._speed, self._bytes_per_s, self._n_found_elsewhere = speed, bytes_per_s, n_found_elsewhere
        self._catalog, self._memory = catalog or resource("catalog.json"), memory
        self._background = Background(self, waits_s=STUCK_S)
        self._picked: _Picked | None = None
        self._is_waiting = False
        """For the engine to say what this computer has."""
        self._request = 0
        engine.state_changed.connect(self._on_engine_state_changed)
        hub.information.connect(self._on_information)
        hub.failed.connect(self._on_failed)

    def pick(self) -> None:
        """Begin to choose; `picked` or `nothing_fits` follows. Uses no network."""
        if not self._engine.devices and self._engine.state is EngineState.STARTING:
            self._is_waiting = True
            return
        self._is_waiting = False
        memory, speed, path, folder = self._memory(self._engine.devices), self._speed(), self._catalog, self._folder
        self._background.run(lambda: _best(path, folder, memory, speed), self._on_chosen, self._on_unreadable)

    def get(self) -> None:
        """Ask the hub for the files of what was picked; `offer_ready` or `failed` follows."""
        if self._picked is not None and not self._request:
            model = self._picked.model
            self._request = self._hub.info(model.repository, model.revision)

    def close(self) -> None:
        """Wait for a choice that is being made."""
        self._background.close()

    def _on_chosen(self, chosen: _Picked | None) -> None:
        self._picked = chosen
        if chosen is None:
            self.nothing_fits.emit()
            return
        model, offer = chosen.model, chosen.offer
        rate = self._bytes_per_s()
        self.picked.emit(
            Recommendation(
                name=model.name,
                repository=model.repository,
                quantization=offer.quantization,
                level=offer.level,
                size_bytes=offer.size_bytes,
                is_size_exact=model.is_exact,
                license=model.license,
                languages=model.languages,
                fit=chosen.fit,
                seconds_left=round(offer.size_bytes / rate) if rate else None,
                n_found_elsewhere=self._n_found_elsewhere(),
            )
        )

    def _on_unreadable(self, error: AppError) -> None:
        log.error("the list of models cannot be read: %s", type(error).__name__)
        self.nothing_fits.emit()

    @Slot(object)
    def _on_engine_state_changed(self, _state: object) -> None:
        if self._is_waiting:
            self.pick()

    @Slot(int, object)
    def _on_information(self, number: int, repository: object) -> None:
        if number != self._request or self._picked is None:
            return
        self._request = 0
        assert isinstance(repository, Repository)
        offer = _same(self._picked, repository)
        if offer is None:
            self.failed.emit(RepositoryMissing(repository.id, self._picked.offer.files[0].name))
        else:
            self.offer_ready.emit(offer)

    @Slot(int, object)
    def _on_failed(self, number: int, error: object) -> None:
        if number == self._request:
            self._request = 0
            self.failed.emit(error)


def _best(path: Path, folder: Path, memory: MachineMemory, speed: MeasuredSpeed | None) -> _Picked | None:
    """Choose from the list. Raises: FileUnreadable."""
    models = read_catalog(path)
    free_bytes = _free_bytes(folder) - KEEP_FREE_BYTES
    choices = [chosen for model in models if (chosen := _choice(model, memory, speed)) and chosen.offer.size_bytes < free_bytes]
    soon = [one for one in choices if one.offer.size_bytes <= SOON_BYTES and one.fit.grade in ("fast", "fine")]
    choices = soon or choices
    index = best_of([(one.offer, one.fit, one.model.n_parameters) for one in choices])
    return None if index is None else choices[index]


def _choice(model: CatalogModel, memory: MachineMemory, speed: MeasuredSpeed | None) -> _Picked | None:
    shape = model.shape()
    verdicts = _Verdicts(shape, memory, speed)
    offer = recommended(offers(model.as_repository()), verdicts.of, model.n_parameters)
    return _Picked(model, offer, verdicts.of(offer)) if offer is not None else None


class _Verdicts:
    def __init__(self, shape: ModelShape, memory: MachineMemory, speed: MeasuredSpeed | None) -> None:
        self._shape, self._memory, self._speed = shape, memory, speed

    def of(self, offer: Offer) -> Fit:
        return fit(self._shape, offer.weights_bytes, 0, self._memory, self._speed, offer.projector_bytes)


def _free_bytes(folder: Path) -> int:
    """Give what is free on the disk of a folder that may not be there yet; without an answer all is taken to fit."""
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free
        except FileNotFoundError:
            continue
        except OSError:
            break
    return 1 << 62


def _same(picked: _Picked, repository: Repository) -> Offer | None:
    """Give what was picked as the hub has it now; a hash that we brought along counts more than that of a mirror."""
    found = offers(repository)
    same = next((one for one in found if one.quantization == picked.offer.quantization), None)
    offer = same or next((one for one in found if one.is_recommended), None)
    if offer is None:
        return None
    # Without what lets it see: that may be a gigabyte more than was said, and comes from the hub page.
    offer = offer.replaced(projector=None, size_bytes=offer.weights_bytes)
    if not picked.model.is_exact or repository.revision != picked.model.revision:
        return offer
    known = {file.name: file.sha256 for file in picked.model.files}
    files = tuple(file.replaced(sha256=known.get(file.name) or file.sha256) for file in offer.files)
    return offer.replaced(files=files)
