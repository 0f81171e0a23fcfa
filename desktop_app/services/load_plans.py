"""How a model is to be loaded here: its file looked at, a ladder made for this computer, and what worked remembered.

Knows files, devices and parameters; the process that loads is `services.engine`'s.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import psutil
from PySide6.QtCore import QObject, Slot

from desktop_app.engine.gguf import read_header
from desktop_app.engine.inspect import inspect
from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.protocol import Device, DeviceReason, ModelInfo
from desktop_app.errors import AppError, ContextTooLarge, LoadCrashed, NotAModelFile, NotEnoughMemory
from desktop_app.library.ladder import Room, after_crash, fits, ladder, largest_n_ctx
from desktop_app.library.memory import estimate
from desktop_app.library.model_file import other_shards
from desktop_app.library.model_shape import ModelShape, shape_of
from desktop_app.record import Record
from desktop_app.services.background import STUCK_S, Background
from desktop_app.services.direct_plans import CARD_REASONS, DirectPlans, LoadPlan
from desktop_app.services.inspection import Inspection
from desktop_app.services.load_records import FileRecord, LoadRecord, LoadRecords, is_known, machine_key
from desktop_app.services.worker_process import was_killed

log = logging.getLogger(__name__)


class _Looked(Record):
    """What was found in a file."""

    file: FileRecord
    shape: ModelShape
    draft_file: FileRecord | None = None
    """The file of the small model that is to guess for it; None: none, or one that is not there, which the engine says."""
    draft: ModelShape | None = None
    """What is in it; None: nothing that can be read as a model."""


class LoadPlans(DirectPlans):
    """Plans that look at the file first, count on the memory there is, and remember."""

    def __init__(
        self,
        records: LoadRecords,
        parent: QObject | None = None,
        *,
        trusted: Path | None = None,
        inspect_command: tuple[str, list[str]] | None = None,
        available_bytes: Callable[[], int] | None = None,
        draft_of: Callable[[Path], str] = lambda path: "",
    ) -> None:
        """Make plans; `trusted` is the model that comes with the application, and is not inspected.

        `draft_of` gives the file of the small model that guesses for a model; "": none.
        """
        super().__init__(parent)
        self._records = records
        self._trusted = trusted
        self._inspect_command = inspect_command
        self._available_bytes = available_bytes or _available_bytes
        self._draft_of = draft_of
        self._background = Background(self, waits_s=STUCK_S)
        self._inspection: Inspection | None = None
        self._number = 0
        """Counts what was prepared: what comes of an earlier file is not heard."""
        self._devices: tuple[Device, ...] | None = None
        self._machine = ""
        self._draft = ""
        self._looked: _Looked | None = None
        self._to_inspect: list[Path] = []
        self._is_looked_at = False
        self._error: AppError | None = None
        self._draft_error: AppError | None = None
        """Why the small model is left out."""
        self._plan: LoadPlan | None = None
        self._meant = LoadParameters()
        self._index = -1
        self._is_at_draft = self._has_crashed = False
        self._is_below = False
        """Whether the first step of the plan is below one that did not work."""
        self._card_again = Path()
        """The file for which the card is to be tried, whatever is remembered."""
        self._in_memory: tuple[Path, FileRecord, LoadParameters] | None = None
        """What was loaded last: the file as it was, and what was asked for."""

    @property
    def meant(self) -> LoadParameters:
        """The first step of the last plan."""
        return self._meant

    @property
    def shape(self) -> ModelShape | None:
        """What the memory of the file that was loaded last depends on."""
        return self._looked.shape if self._looked is not None else None

    @property
    def is_at_card(self) -> bool:
        """Whether the step that the engine is at was planned on a graphics card."""
        return self._plan is not None and self._index >= 0 and self._plan.rungs[self._index].n_gpu_layers != 0

    def may_load_by_itself(self, path: Path) -> bool:
        """Tell whether this file has not ended the engine, or has changed since."""
        record = self._records.file(path)
        if record is None or not record.n_crashes:
            return True
        try:
            return _stamp(path).modified_ns != record.modified_ns
        except OSError:
            return True

    def prepare(self, path: Path, asked: LoadParameters) -> None:
        """Begin to look at a file, first in this process and, when it is unknown, in one of its own."""
        self.forget()
        self._number += 1
        number = self._number
        self._path, self._asked = path, asked

        def on_looked(looked: _Looked) -> None:
            if number == self._number:
                self._on_looked(looked)

        def on_error(error: AppError) -> None:
            if number == self._number:
                self._fail(error)

        self._draft = draft = self._draft_of(path)
        self._background.run(lambda: _look(path, draft), on_looked, on_error)

    def plan(self, devices: Sequence[Device], version: str) -> None:
        """Make a plan for these devices as soon as the file is looked at."""
        self._devices, self._machine = tuple(devices), machine_key(devices, version)
        self._go_on()

    def forget(self) -> None:
        """Nothing is being loaded any more: what is still found out is not heard."""
        self._number += 1
        if self._inspection is not None:
            self._inspection.give_up()
        self._devices = self._looked = self._error = self._draft_error = self._plan = self._inspection = None
        self._is_looked_at = self._is_at_draft = self._has_crashed = self._is_below = False
        self._index = -1

    def close(self) -> None:
        """End what is running."""
        inspection = self._inspection
        self.forget()
        if inspection is not None:
            inspection.close()
        self._background.close()

    def tried(self, index: int, *, is_draft: bool = False) -> None:
        """Note the step that the engine is at, and whether it is at the small model there."""
        self._index, self._is_at_draft = index, is_draft

    def worked(self, model: ModelInfo) -> bool:
        """Remember that the files are sound, and the step that worked when it was not the first."""
        if self._looked is None or self._plan is None:
            return False
        has_stepped_down = self._index > 0 or self._is_below
        file = self._looked.file
        self._in_memory = self._path, file, self._asked
        if has_stepped_down:
            self._remember(model.parameters, model.device_reason)
        self._remember_sound(self._path, file)
        if self._is_at_draft and self._looked.draft_file is not None:
            self._remember_sound(Path(self._draft), self._looked.draft_file)
        return has_stepped_down

    def _remember_sound(self, path: Path, file: FileRecord) -> None:
        known = self._records.file(path)
        if not is_known(known, file) or (known and known.n_crashes):
            self._records.save_file(path, file.replaced(is_sound=True))

    def crashed(self, reason: str, log_tail: str = "") -> bool:
        """Go on below the step that ended the engine, once; a second crash counts against the file, unless a card was in it.

        When it was at the small model, that one is left out and it counts against that one's file.
        """
        if self._plan is None or self._looked is None or self._index < 0:
            return False
        is_card, device_reason = self.is_at_card, self._plan.device_reason
        if any(one.n_gpu_layers for one in self._plan.rungs[: self._index + 1]):
            # Steps on a card that were refused before the one at which it ended wanted memory, as a rule.
            device_reason = "failed" if is_card and not was_killed(reason) else "too_little_memory"
        if self._is_at_draft:
            if not was_killed(reason):
                self._count_crash(Path(self._draft))
            self._leave_out_draft(LoadCrashed(self._draft, reason, log_tail))
            self._plan = LoadPlan(self._plan.rungs[self._index :], device_reason, self._draft_error)
            self._is_below, self._index, self._is_at_draft = self._is_below or self._index > 0, -1, False
            return True
        left = () if self._has_crashed else after_crash(self._plan.rungs, self._index)
        if not left:
            if not is_card:
                self._count_crash(self._path)
            return False
        self._plan = LoadPlan(left, device_reason)
        self._has_crashed, self._is_below, self._index = True, True, -1
        return True

    def try_card_again(self, path: Path) -> None:
        """Forget at the next plan for this file how it was loaded."""
        self._card_again = path

    def card_failed(self, model: ModelInfo, reason: DeviceReason) -> bool:
        """Remember that this model runs on the processor here. False: it was not loaded by a plan of these."""
        if self._in_memory is None or model.path != str(self._in_memory[0]):
            return False
        self._remember(model.parameters.replaced(n_gpu_layers=0, n_cpu_moe=0), reason)
        return True

    def _count_crash(self, path: Path) -> None:
        assert self._looked is not None
        file = self._looked.file if path == self._path else self._looked.draft_file
        known = self._records.file(path)
        if file is not None:
            self._records.save_file(path, file.replaced(n_crashes=(known.n_crashes if known else 0) + 1))

    def _leave_out_draft(self, error: AppError) -> None:
        assert self._looked is not None
        self._looked, self._draft_error = self._looked.replaced(draft=None, draft_file=None), error

    def _remember(self, parameters: LoadParameters, device_reason: str) -> None:
        assert self._in_memory is not None
        path, file, asked = self._in_memory
        self._records.save_load(path, self._machine, LoadRecord(file, asked, parameters, device_reason, int(time.time())))

    def _fail(self, error: AppError) -> None:
        self._error = error
        self._go_on()

    def _on_looked(self, looked: _Looked) -> None:
        self._looked = looked
        files = {self._path: looked.file, **({Path(self._draft): looked.draft_file} if looked.draft_file else {})}
        self._to_inspect = [path for path, file in files.items() if not self._is_trusted(path, file)]
        self._on_passed()

    def _is_trusted(self, path: Path, file: FileRecord) -> bool:
        return path == self._trusted or is_known(self._records.file(path), file)

    @Slot()
    def _on_passed(self) -> None:
        """Have the next file inspected, if there is one: the small model can end the engine as well as the other."""
        if not self._to_inspect:
            self._is_looked_at = True
            self._go_on()
            return
        self._inspection = Inspection(self._to_inspect.pop(0), self, self._inspect_command)
        self._inspection.passed.connect(self._on_passed)
        self._inspection.refused.connect(self._on_refused)
        self._inspection.start()

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        assert self._inspection is not None
        path = self._inspection.path
        if isinstance(error, NotAModelFile) and error.reason == "stops_reader":
            self._count_crash(path)
        if path == self._path:
            self._fail(error)
        else:
            self._leave_out_draft(error)
            self._on_passed()

    def _go_on(self) -> None:
        """Say what there is to say, when both the devices and the file are known."""
        if self._devices is None:
            return
        if self._error is not None:
            self.refused.emit(self._error)
        elif self._plan is not None:
            self.planned.emit(self._plan)
        elif self._looked is not None and self._is_looked_at:
            self._make_plan(self._looked)

    def _make_plan(self, looked: _Looked) -> None:
        assert self._devices is not None
        room = replace(room_of(self._devices, self._available_bytes()), draft=looked.draft)
        rungs, draft_error = ladder(looked.shape, self._asked, room), self._draft_error
        if not rungs and looked.draft is not None:
            draft_error = _too_large(Path(self._draft), looked.draft, self._asked.replaced(n_ctx=0), room)
            looked, room = looked.replaced(draft=None), replace(room, draft=None)
            rungs = ladder(looked.shape, self._asked, room)
        if not rungs:
            self._fail(_too_large(self._path, looked.shape, self._asked, room))
            return
        on_card = any(one.n_gpu_layers for one in rungs)
        reason: DeviceReason = "" if on_card or not room.cards or not self._asked.n_gpu_layers else "too_little_memory"
        kept = self._kept(looked.file)
        if kept is not None:
            reason = next((one for one in CARD_REASONS if one == kept.device_reason), reason)
            on_processor = tuple(one for one in rungs if not one.n_gpu_layers)
            if looked.draft is None or fits(looked.shape, kept.parameters, room):
                # Above it stands what was refused.
                later = rungs[rungs.index(kept.parameters) + 1 :] if kept.parameters in rungs else ()
                rungs = (kept.parameters, *(later or on_processor))
            elif kept.device_reason in CARD_REASONS:
                rungs = on_processor or (kept.parameters,)
        self._plan, self._meant = LoadPlan(tuple(dict.fromkeys(rungs)), reason, draft_error), rungs[0]
        log.info("a plan of %d steps", len(self._plan.rungs))
        self.planned.emit(self._plan)

    def _kept(self, file: FileRecord) -> LoadRecord | None:
        if self._path == self._card_again:
            self._card_again = Path()
            self._records.forget_load(self._path, self._machine)
        return self._records.load(self._path, self._machine, file, self._asked)


def _available_bytes() -> int:
    return int(psutil.virtual_memory().available)


def room_of(devices: Sequence[Device], available_bytes: int = 0) -> Room:
    """Give the memory of these devices; a card that shares the processor's memory counts when there is no other.

    `available_bytes`: what is free in main memory now. The devices count what the model in memory holds as free, so that
    the larger of both is what there will be when that model has left.
    """
    main = next((device for device in devices if device.type == "cpu"), None)
    cards = [device.free_bytes for device in devices if device.type == "gpu"]
    cards = cards or [device.free_bytes for device in devices if device.type == "igpu"]
    return Room(main.total_bytes if main else 0, max(main.free_bytes if main else 0, available_bytes), tuple(cards))


def _look(path: Path, draft: str) -> _Looked:
    """Read what is needed of a file, and of its draft model. Raises: ModelFileNotFound, NotAModelFile."""
    try:
        shape = _shape(path)
        looked = _Looked(_stamp(path), shape)
    except OSError as error:
        raise NotAModelFile(str(path), "not_readable") from error
    if draft:
        try:
            looked = looked.replaced(draft_file=_stamp(Path(draft)))
            looked = looked.replaced(draft=_shape(Path(draft)))
        except (OSError, AppError, ValueError):  # no path at all, for instance: settings can be written by hand
            log.info("a draft model cannot be looked at")
    return looked


def _shape(path: Path) -> ModelShape:
    return shape_of([inspect(path), *(read_header(shard) for shard in other_shards(path))])


def _stamp(path: Path) -> FileRecord:
    status = path.stat()
    return FileRecord(status.st_size, status.st_mtime_ns)


def _too_large(path: Path, shape: ModelShape, asked: LoadParameters, room: Room) -> AppError:
    """Give the error for a model that nothing makes fit."""
    if asked.n_ctx > 0:
        n_ctx = largest_n_ctx(shape, asked, room)
        if n_ctx:
            return ContextTooLarge(str(path), asked.n_ctx, n_ctx)
    needed = estimate(shape, asked.replaced(n_gpu_layers=0, n_ctx=asked.n_ctx or 2048))
    return NotEnoughMemory(str(path), needed.total_bytes, room.main_free)
