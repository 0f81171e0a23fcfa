"""The engine as the window sees it: one process, at most one model in it, tasks with numbers.

Knows the protocol, and what to do about a process that is given up. Knows nothing of conversations.
"""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from desktop_app.engine import protocol, wire
from desktop_app.engine.parameters import LoadParameters
from desktop_app.errors import (
    AppError,
    CardFailed,
    DecodeFailed,
    EngineCrashed,
    EngineNotResponding,
    EngineStartFailed,
    LoadCrashed,
    ModelFileNotFound,
    NotAModelFile,
)
from desktop_app.services.direct_plans import CARD_REASONS, DirectPlans, LoadPlan
from desktop_app.services.engine_process import EngineProcess
from desktop_app.services.engine_state import EngineState, engine_command
from desktop_app.services.worker_process import NOT_STARTED, is_fault

log = logging.getLogger(__name__)

__all__ = ["Engine", "EngineState", "engine_command"]

INVALID_BATCH, ALLOCATION_FAILED = -1, -2
"""What `llama_decode` returns for a batch that nobody can compute, and when a device has no memory left; below: a fault."""


class Engine(EngineProcess):
    """One engine process, and the model that is wanted in it; what is heard of it stands at `EngineFacts`."""

    def __init__(self, command: tuple[str, list[str]] | None = None, parent: QObject | None = None) -> None:
        super().__init__(command or engine_command(), parent)
        self._loaded: tuple[Path, LoadParameters] | None = None
        self._loading: tuple[Path, LoadParameters] | None = None
        self._before: tuple[Path, LoadParameters] | None = None
        """What worked before the load under way, and those it took the place of: it comes back when the file is no good."""
        self._held: protocol.ModelInfo | None = None
        """What was in memory when the load under way began, or when it was told to leave, and may be there still."""
        self._is_load_sent = self._is_ejected = False
        """Whether the engine knows of the load under way, and whether its model is to leave again, should it be there."""
        self._plan_task = 0
        """The request for the devices that the next plan is made from: memory comes and goes with other programs."""
        self._left_card: Path | None = None
        """The model that a card failed in an answer of, while nobody has been told that it is on the processor because of it."""
        self._watch.silence_exceeded.connect(self._on_silence_exceeded)
        self._watch.standstill_exceeded.connect(self._on_standstill_exceeded)
        self._watch.cancel_exceeded.connect(self._on_cancel_exceeded)
        self.plan_with(self._plans)

    def plan_with(self, plans: DirectPlans) -> None:
        """Have every load planned by `plans` from now on."""
        self._plans = plans
        plans.planned.connect(self._on_planned)
        plans.refused.connect(self._on_refused)

    def load(self, path: Path, parameters: LoadParameters | None = None) -> None:
        """Load the model at `path`; a load that is under way is given up, running answers are cancelled first."""
        self._wanted = (path, parameters or self._parameters_of(path))
        if self._load_task:
            before = self._before or (self._loaded if self._loaded == self._loading else None)
            self._retire()
            self._before = before
        self._plans.prepare(*self._wanted)
        for task in list(self._answers):
            if self._process is None:
                self._finish_cancelled(task)
            else:
                self._cancel(task)
        self.start()
        if self._is_greeted:
            self._send_load()

    def cancel_load(self) -> None:
        """Stop a load. Effective within `CANCEL_GRACE_MS`."""
        if self._load_task:
            self._wanted = None
            if self._is_load_sent:
                self._cancel(self._load_task)
            else:
                self._plans.forget()
                self._end_cancelled(self._load_task)
        elif self._state is EngineState.STARTING:
            self._wanted = None
            self.load_cancelled.emit()

    def unload(self) -> None:
        """Take the model out of memory (*Eject*); running answers are cancelled, and so is a load."""
        # Neither what is being loaded nor what was there before: nothing comes back by itself.
        self._before, self._is_ejected = None, bool(self._load_task)
        self.cancel_load()
        self._wanted = None
        self._let_go()

    def rest(self) -> None:
        """Take the model out of memory until it is needed: `reload` brings it back."""
        if self._state is EngineState.READY:
            self._let_go()

    def _let_go(self) -> None:
        for task in self._answers:
            self._cancel(task)
        # In the middle of a load the model before may still be there, or the new one already.
        if self._process is not None and (self._model is not None or self._is_ejected):
            self._send_unload()
            # From now on nothing may be sent to it, though it is in memory until `model_unloaded`.
            self._held, self._model = self._model or self._held, None
            self._settle()

    def reload(self, *, is_fresh: bool = False) -> None:
        """Start a process if need be and load again what was loaded last; `is_fresh`: as it is chosen now."""
        if self._wanted is not None:
            self.load(self._wanted[0], None if is_fresh else self._wanted[1])
        else:
            self.start()

    def try_card_again(self) -> None:
        """Load the model on the graphics card again, whatever has happened there; a driver is looked for anew."""
        if self._wanted is None:
            return
        self._plans.try_card_again(self._wanted[0])
        if self._cards is not None and self._cards.try_again():
            self._retire()
        self.reload()

    def _send_load(self) -> None:
        if self._process is None or self._wanted is None:
            return
        self._held = self._model
        if self._model is not None:
            self._before = self._loaded
        self._load_task, self._loading = next(self._tasks), self._wanted
        self._model, self._is_load_sent, self._is_ejected = None, False, False
        self._set_state(EngineState.LOADING)
        self._plan_task = self.look_at_devices()

    @Slot(object)
    def _on_planned(self, plan: LoadPlan) -> None:
        if not self._load_task or self._process is None or self._loading is None:
            return
        self._is_load_sent = True
        self._process.send(wire.encode(self._load_request(self._load_task, self._loading[0], plan)))

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        if self._load_task:
            self._end_failed_load(error)

    def _take(self, event: protocol.Event) -> None:
        if isinstance(event, protocol.ModelLoaded | protocol.ModelUnloaded | protocol.LoadAttempt):
            self._holds_card = isinstance(event, protocol.ModelLoaded) and event.model.n_gpu_layers > 0
        match event:
            case protocol.TextDelta(task=task, text=text, n_predicted=n_predicted):
                if task in self._answers:
                    self.answer_grown.emit(task, n_predicted)
                    self.text_generated.emit(task, text)
            case protocol.PromptProgress():
                if event.task in self._answers:
                    self.prompt_progressed.emit(event.task, event.n_processed, event.n_reused, event.n_prompt)
            case protocol.GenerationFinished(task=task):
                if self._answers.pop(task, None) is not None:
                    self._settle()
                    self.generation_finished.emit(task, event)
            case protocol.ContextFitted(task=task):
                if task in self._answers:
                    self.context_fitted.emit(task, event)
            case protocol.ContextMeasured(task=task):
                self.context_measured.emit(task, event)
            case protocol.TokensCounted(task=task, n_tokens=n_tokens):
                self.tokens_counted.emit(task, n_tokens)
            case protocol.DevicesTold():
                self._take_devices(event)
            case protocol.EngineReady():
                self._greet(event)
            case protocol.LoadProgress(task=task, fraction=fraction) if task == self._load_task:
                self.load_progressed.emit(fraction)
            case protocol.LoadAttempt(task=task) if task == self._load_task:
                self._plans.tried(event.index, is_draft=event.is_draft)
            case protocol.ModelLoaded(task=task) if task == self._load_task and self._is_ejected:
                self._end_cancelled(task)
            case protocol.ModelLoaded(task=task, model=model) if task == self._load_task:
                self._take_loaded(model)
            case protocol.ModelUnloaded():
                self._model, self._unload_task = None, 0
                self._settle()
                self.look_at_devices()
                self.model_unloaded.emit()
            case protocol.TaskCancelled(task=task):
                self._end_cancelled(task)
            case protocol.Failed(task=task, error=error):
                self._end_failed(task, error)

    def _take_loaded(self, model: protocol.ModelInfo) -> None:
        has_stepped_down = self._plans.worked(model) | self._has_lost_cards()
        if self._loading is not None and self._left_card == self._loading[0]:
            # With other settings it may be on the card again, or on the processor because that is what was chosen.
            has_stepped_down |= model.device_reason in CARD_REASONS
            self._left_card = None
        # Also when a cancel came too late: it is in memory, so it is what Reload brings back.
        self._wanted = self._loaded = self._loading
        self._before = None
        self._end_load(model)
        self.model_loaded.emit(model)
        if has_stepped_down:
            self.stepped_down.emit(model)

    def _greet(self, event: protocol.EngineReady) -> None:
        if event.protocol != protocol.PROTOCOL_VERSION and self._process is not None:
            self._process.abandon(f"speaks protocol {event.protocol}")
            return
        self._devices, self._versions = event.devices, event.versions
        self._is_greeted = True
        self._settle()
        self._send_kept()
        self._send_load()

    def _take_devices(self, event: protocol.DevicesTold) -> None:
        is_news, self._devices = event.devices != self._devices, event.devices
        if event.task == self._plan_task:
            self._plan_task = 0
            if self._load_task and not self._is_load_sent:
                self._plans.plan(self._devices, self._versions.get("llama_cpp", ""))
        if is_news:
            self.devices_changed.emit()

    def _end_load(self, model: protocol.ModelInfo | None) -> None:
        self._load_task = 0
        self._model = model
        self._settle()

    def _end_cancelled(self, task: int) -> None:
        if task == self._load_task:
            before, self._before = self._before, None
            self._end_load(None)
            if before is not None:
                self._wanted = before
            self.load_cancelled.emit()
            if before is not None and not self._load_task:
                self.load(*before)
        elif task in self._answers:
            self._finish_cancelled(task)

    def _end_failed(self, task: int, error: AppError) -> None:
        if task == self._load_task and self._loading is not None and self._is_draft_refused(error):
            self._plans.prepare(*self._loading)
            self._send_load()
        elif task == self._load_task:
            self._end_failed_load(error)
        elif not (task in self._answers and isinstance(error, DecodeFailed) and self._leave_card_after(error.code)):
            self._fail_answer(task, error)

    def _end_failed_load(self, error: AppError) -> None:
        """The file was no good: what was in memory before stays there, or comes back."""
        self._wanted, self._before = self._before, None
        is_kept = self._held is not None and (isinstance(error, NotAModelFile | ModelFileNotFound) or not self._is_load_sent)
        self._end_load(self._held if is_kept else None)
        self.load_failed.emit(error)
        if self._wanted is not None and not is_kept and not self._load_task:
            self.load(*self._wanted)

    @Slot(int)
    def _on_silence_exceeded(self, waited_ms: int) -> None:
        before = self._before if self._load_task else None
        self._retire()
        if before is not None:
            # It fell silent over the new file: Reload brings back the model that worked.
            self._wanted = before
        self._report_crash(EngineNotResponding(waited_ms))

    @Slot(int)
    def _on_standstill_exceeded(self, waited_ms: int) -> None:
        """A driver waits for its card: as if it had ended the process. A processor is slow, but does not hang."""
        reason = f"was ended by us: nothing came of a graphics card in {waited_ms} ms"
        # Nobody waits for its end: the driver may not even let go of a process that is killed.
        if self._load_task and not self._plans.is_at_card:
            # Before the first step it is the model that is to leave, or a card that is asked for its free memory.
            if self._holds_card or self._plan_task:
                self._blame_card_of_held()
                self._drop_process()
                self._begin_again(reason)
        elif self._holds_card and self._unload_task:
            self._blame_card_of_held()
            self._replace()
        elif self._holds_card or self._load_task:
            self._drop_process()
            self._on_ended(reason, "")

    @Slot()
    def _on_cancel_exceeded(self) -> None:
        """It did not stop when asked."""
        if not self._holds_card or self._watch.is_expected_to_end(self._load_task):
            self._replace()
            return
        # A card goes through with what it has begun. Nobody waits for it but the watch, and what has been read stays.
        for task in list(self._answers):
            if self._watch.is_expected_to_end(task):
                self._finish_cancelled(task)

    def _replace(self) -> None:
        """End the process, and bring the model back behind the scenes if one is wanted."""
        log.info("engine: what was told to stop does not, its process is ended")
        cancelled = [task for task in self._answers if self._watch.is_expected_to_end(task)]
        before = self._before
        self._retire()
        if self._wanted is None and before is not None:
            self._wanted = before  # it was a load that was cancelled
        for task in cancelled:
            self._finish_cancelled(task)
        self._fail_all(EngineCrashed("ended because a task did not stop"))
        self._set_state(EngineState.STOPPED)
        self.reload()

    def _retire(self) -> None:
        """Let go of the process, and of what it was doing."""
        self._drop_process()
        self._is_greeted = False
        self._model = None
        self._watch.end_all()
        self._before = None
        if self._load_task:
            self._load_task = 0
            self.load_cancelled.emit()
        self._tell_unloaded()

    @Slot(str, str)
    def _on_ended(self, reason: str, log_tail: str) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        was_starting = not self._is_greeted
        self._is_greeted = False
        if was_starting and self._may_be_cards(reason):
            self.start()
            return
        if self._load_task and self._is_load_sent and self._plans.crashed(reason, log_tail):
            self._begin_again(reason)
            return
        if is_fault(reason) and self._leave_card(reason, log_tail):
            return
        error: AppError = EngineCrashed(reason, log_tail)
        if self._load_task and self._is_load_sent and self._loading is not None:
            error = LoadCrashed(str(self._loading[0]), reason, log_tail)
        if was_starting and reason.startswith(NOT_STARTED):
            error = EngineStartFailed(self._command[0], reason)
        self._report_crash(error)

    def _begin_again(self, reason: str) -> None:
        """Start another process for the load under way."""
        log.info("engine: %s while it loaded; it starts again for that", reason)
        for task in list(self._answers):
            self._finish_cancelled(task)
        self._watch.end_all()
        self._load_task = 0
        self._tell_unloaded()
        self.start()

    def _leave_card_after(self, code: int) -> bool:
        if code >= INVALID_BATCH:
            return False
        device_reason: protocol.DeviceReason = "too_little_memory" if code == ALLOCATION_FAILED else "failed"
        return self._leave_card(f"llama_decode returned {code}", device_reason=device_reason)

    def _leave_card(self, reason: str, log_tail: str = "", device_reason: protocol.DeviceReason = "failed") -> bool:
        """Bring the model back on the processor when it was a card that computed what has failed; False: it was not."""
        model, loaded = self._model, self._loaded
        if model is None or loaded is None or not model.n_gpu_layers or not (self._answers or self._watch.overdue):
            return False
        if not self._plans.card_failed(model, device_reason):
            return False
        log.info("engine: %s in an answer on a graphics card; the model comes back on the processor", reason)
        # Also a process that still runs: what a driver has left behind in it is not to be relied on.
        self._retire()
        self._fail_all(CardFailed(reason, log_tail))
        self._left_card = loaded[0]
        self.load(*loaded)
        return True

    def _blame_card_of_held(self) -> None:
        """Remember that a card failed the model that is to leave, when it goes on with a stopped answer of it."""
        model = self._model or self._held
        if model is not None and self._watch.overdue - {self._unload_task} and self._plans.card_failed(model, "failed"):
            self._left_card = Path(model.path)

    def _report_crash(self, error: AppError) -> None:
        if self._load_task:
            # It died of the new file: Reload brings back the model that worked, if there was one.
            self._wanted = self._before
        self._before = None
        log.info("engine: %s", type(error).__name__)
        self._fail_all(error)
        self._set_state(EngineState.CRASHED)
        self.crashed.emit(error)
