"""The simplest way to load a model: exactly as it is asked for. What a start needs before there are plans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.protocol import Device, DeviceReason, ModelInfo
from desktop_app.errors import AppError
from desktop_app.record import Record

if TYPE_CHECKING:
    from desktop_app.library.model_shape import ModelShape

CARD_REASONS: tuple[DeviceReason, ...] = ("failed", "too_little_memory")
"""Why a model runs on the processor that was to be on a card."""


class LoadPlan(Record):
    """What the engine is asked for: `rungs` in this order; why none of them uses a card."""

    rungs: tuple[LoadParameters, ...]
    device_reason: DeviceReason = ""
    draft_error: AppError | None = None
    """Why the small model that would guess is left out; None: it is not, or there is none."""


class DirectPlans(QObject):
    """One load at a time: `prepare`, `plan`, then `tried` for every step, and in the end `worked` or `crashed`.

    Signals:
        planned(LoadPlan): what to ask the engine for.
        refused(AppError): the file is none for it, or cannot fit; nothing was asked of the engine.
    """

    planned = Signal(object)
    refused = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = Path()
        self._asked = LoadParameters()

    @property
    def meant(self) -> LoadParameters:
        """How the file that was loaded last was meant to be loaded: the first step, whatever came of it."""
        return self._asked

    @property
    def shape(self) -> ModelShape | None:
        """What the memory of the file that was loaded last depends on; None when nobody has looked."""
        return None

    @property
    def is_at_card(self) -> bool:
        """Whether the step that the engine is at was planned on a graphics card."""
        return False

    def may_load_by_itself(self, path: Path) -> bool:
        """Tell whether nobody has to ask for this file: it has not ended the engine, or not since it was changed."""
        return True

    def prepare(self, path: Path, asked: LoadParameters) -> None:
        """Begin to look at a file that is going to be loaded."""
        self._path, self._asked = path, asked

    def plan(self, devices: Sequence[Device], version: str) -> None:
        """Make a plan for these devices, once the file is looked at: then `planned` or `refused` comes."""
        self.planned.emit(LoadPlan((self._asked,)))

    def forget(self) -> None:
        """Nothing is being loaded (any more)."""

    def close(self) -> None:
        """Wait for what is running."""

    def tried(self, index: int, *, is_draft: bool = False) -> None:
        """Say that the engine has begun with a step of the plan; `is_draft`: and is at the small model that guesses."""

    def worked(self, model: ModelInfo) -> bool:
        """Say that the model is in memory. True: after something was refused, which is not tried again for a while."""
        return False

    def crashed(self, reason: str, log_tail: str = "") -> bool:
        """Say that the engine ended during a step. True: there is another way, and `plan` will give it, once."""
        return False

    def try_card_again(self, path: Path) -> None:
        """Count on the graphics card at the next load of this file, whatever has been remembered."""

    def card_failed(self, model: ModelInfo, reason: DeviceReason) -> bool:
        """Say that the card failed in an answer. True: the next load of this model is one on the processor."""
        return False
