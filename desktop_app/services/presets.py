"""Presets: named sets of sampling parameters, read when they are asked for and written by the writer of conversations."""

from __future__ import annotations

import logging
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop_app.chat.message import new_id, storable
from desktop_app.chat.preset import NAME_CHARACTERS_MAX, Preset
from desktop_app.clock import now_ms
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.errors import StorageError
from desktop_app.services.conversation_reading import ConversationReading
from desktop_app.storage import presets as store
from desktop_app.storage.database import Database

log = logging.getLogger(__name__)


class Presets(QObject):
    """The presets.

    Signals:
        changed(): another list than before.
        failed(AppError): the disk does not take a change; it is tried again.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, conversations: ConversationReading, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._fresh: dict[str, Preset | None] = {}
        """What was saved or, None, removed, and may not be on disk yet."""

    def all(self) -> list[Preset]:
        """Give all of them, by name."""
        try:
            on_disk = store.presets(self._conversations.databases()[-1])
        except StorageError as error:
            log.warning("no presets: %s", type(error).__name__)
            on_disk = []
        found: dict[str, Preset | None] = {**{one.id: one for one in on_disk}, **self._fresh}
        return sorted((one for one in found.values() if one is not None), key=lambda one: one.name.casefold())

    def add(self, name: str, parameters: SamplingParameters) -> Preset:
        """Make a preset and give it. One that has this name already gets these parameters, without what makes no sense yet."""
        name = _one_line(name)
        known = self.named(name)
        preset = Preset(known.id if known else new_id(), name, parameters.leaving("unfinished"))
        self.save(preset)
        return preset

    def save(self, preset: Preset) -> None:
        """Store a preset; one that was removed is there again. Where another one has its name, a number tells them apart."""
        preset = preset.replaced(name=self._free_name(preset))
        self._fresh[preset.id] = preset
        self._conversations.in_writer(partial(_save, preset), _do_nothing, self.failed.emit, keep=True)
        self.changed.emit()

    def named(self, name: str) -> Preset | None:
        """Give the preset of that name, however its letters are written; None when there is none."""
        return next((one for one in self.all() if one.name.casefold() == _one_line(name).casefold()), None)

    def _free_name(self, preset: Preset) -> str:
        wanted = name = _one_line(preset.name)
        number = 1
        while (known := self.named(name)) is not None and known.id != preset.id:
            number += 1
            name = f"{wanted[: NAME_CHARACTERS_MAX - 8]} ({number})"
        return name

    def remove(self, preset_id: str) -> None:
        """Take a preset out of the list; `save` brings it back."""
        self._fresh[preset_id] = None
        self._conversations.in_writer(partial(_remove, preset_id), _do_nothing, self.failed.emit, keep=True)
        self.changed.emit()


def _one_line(name: str) -> str:
    return " ".join(storable(name).split())[:NAME_CHARACTERS_MAX]


def _save(preset: Preset, database: Database) -> None:
    store.save(database, preset, now_ms())


def _remove(preset_id: str, database: Database) -> None:
    store.remove(database, preset_id, now_ms())


def _do_nothing(_: object) -> None:
    """Nothing hangs on it: what is fresh is what is shown."""
