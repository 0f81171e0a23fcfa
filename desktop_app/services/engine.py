"""The engine as the window sees it: one process, at most one model in it, tasks with numbers.

Knows the protocol and when to give up on a process. Knows nothing of conversations.
"""

from __future__ import annotations

import itertools
import logging
import sys
import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.engine import protocol
from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.errors import (
    AppError,
    ConversationTooLong,
    EngineCrashed,
    EngineNotResponding,
    EngineStartFailed,
    ModelFileNotFound,
    NoModel,
    NotAModelFile,
)
from desktop_app.services.worker_process import WorkerProcess

log = logging.getLogger(__name__)

CANCEL_GRACE_MS = 800
"""A cancelled task that has not ended by then ends with its process: Stop works within a second, always."""
PING_INTERVAL_MS = 2000
"""How often a busy engine is asked whether it lives."""
SILENCE_LIMIT_MS = 10_000
"""A busy engine that answers no ping for so long is given up. Its reader thread answers whatever the model does."""
START_LIMIT_MS = 60_000
"""The same for a process that is just starting, from a cold disk beside a virus scanner."""


class EngineState(StrEnum):
    """What the engine is doing."""

    STOPPED = "stopped"
    STARTING = "starting"
    IDLE = "idle"
    """Running, no model in memory."""
    LOADING = "loading"
    READY = "ready"
    ANSWERING = "answering"
    CRASHED = "crashed"


BUSY = (EngineState.STARTING, EngineState.LOADING, EngineState.ANSWERING)


def engine_command(*, is_offline: bool = False) -> tuple[str, list[str]]:
    """Give program and arguments that start this same application as the engine."""
    role = ["--role", "engine", *(["--offline"] if is_offline else [])]
    if getattr(sys, "frozen", False):
        return sys.executable, role
    # -P: never import from the folder that the person happened to start us in.
    return sys.executable, ["-P", "-m", "desktop_app", *role]


class Engine(QObject):
    """One engine process and what it is doing.

    Signals:
        state_changed(EngineState)
        load_progressed(float): 0.0 to 1.0. Ends in model_loaded(ModelInfo), load_failed(AppError) or load_cancelled().
        model_unloaded()
        prompt_progressed(task, n_processed, n_reused, n_prompt)
        text_generated(task, text): ends in generation_finished(task, GenerationFinished) or
            generation_failed(task, AppError), exactly once for every task that `generate` gave.
        crashed(AppError): the process is gone; what was running has failed just before.
    """

    state_changed = Signal(object)
    load_progressed = Signal(float)
    model_loaded = Signal(object)
    load_failed = Signal(object)
    load_cancelled = Signal()
    model_unloaded = Signal()
    prompt_progressed = Signal(int, int, int, int)
    text_generated = Signal(int, str)
    generation_finished = Signal(int, object)
    generation_failed = Signal(int, object)
    crashed = Signal(object)

    def __init__(self, command: tuple[str, list[str]] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = command or engine_command()
        self._process: WorkerProcess | None = None
        self._is_greeted = False
        self._tasks = itertools.count(1)
        self._state = EngineState.STOPPED
        self._model: protocol.ModelInfo | None = None
        self._devices: tuple[protocol.Device, ...] = ()
        self._versions: dict[str, str] = {}
        self._wanted: tuple[Path, LoadParameters] | None = None
        self._loaded: tuple[Path, LoadParameters] | None = None
        self._loading: tuple[Path, LoadParameters] | None = None
        self._before: tuple[protocol.ModelInfo, tuple[Path, LoadParameters]] | None = None
        """What was in memory when the load under way began: it comes back when the new file is no good."""
        self._load_task = 0
        self._answers: dict[int, protocol.Timings] = {}
        self._cancelled: dict[int, float] = {}
        """When each cancelled task must have ended, in monotonic seconds."""
        self._n_silent_ticks = 0
        """Pings sent since the process was last heard. Counted, not timed: the window may have stood still itself."""
        self._cancel_timer = QTimer(self, singleShot=True, interval=CANCEL_GRACE_MS)
        self._cancel_timer.timeout.connect(self._on_cancel_overdue)
        self._ping_timer = QTimer(self, interval=PING_INTERVAL_MS)
        self._ping_timer.timeout.connect(self._on_ping_due)

    @property
    def state(self) -> EngineState:
        """What it is doing now."""
        return self._state

    @property
    def model(self) -> protocol.ModelInfo | None:
        """The model in memory; None when there is none."""
        return self._model

    @property
    def devices(self) -> tuple[protocol.Device, ...]:
        """What llama.cpp can compute on; empty until the process has said so."""
        return self._devices

    @property
    def versions(self) -> dict[str, str]:
        """Versions that the engine reported; empty until then."""
        return self._versions

    @property
    def wanted_path(self) -> Path | None:
        """The model that was asked for last, loaded or not; None after `unload`."""
        return self._wanted[0] if self._wanted else None

    @property
    def pid(self) -> int:
        """Process id of the engine; 0 when there is none."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start the process, unless there is one, so that it is warm when the first model is asked for."""
        if self._process is not None:
            return
        process = WorkerProcess(*self._command, protocol.MAX_ENGINE_LINE_BYTES, self)
        process.line_received.connect(self._on_line)
        process.ended.connect(self._on_ended)
        self._process = process
        self._is_greeted = False
        self._n_silent_ticks = 0
        self._set_state(EngineState.STARTING)
        process.start()

    def load(self, path: Path, parameters: LoadParameters | None = None) -> None:
        """Load the model at `path`; a load that is under way is given up, running answers are cancelled first."""
        self._wanted = (path, parameters or LoadParameters())
        if self._load_task:
            self._retire()
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
            self._cancel(self._load_task)
        elif self._state is EngineState.STARTING:
            self._wanted = None
            self.load_cancelled.emit()

    def unload(self) -> None:
        """Take the model out of memory (*Eject*); running answers are cancelled, and so is a load."""
        self.cancel_load()
        self._wanted = None
        for task in self._answers:
            self._cancel(task)
        if self._process is not None and self._model is not None:
            self._process.send(protocol.encode(protocol.UnloadRequest(next(self._tasks))))
            # From now on nothing may be sent to it, though it is in memory until `model_unloaded`.
            self._model = None
            self._settle()

    def reload(self) -> None:
        """Start a fresh process if need be and load again what was loaded last."""
        if self._wanted is not None:
            self.load(*self._wanted)
        else:
            self.start()

    def generate(self, messages: Sequence[protocol.ChatMessage], sampling: SamplingParameters | None = None) -> int:
        """Ask for an answer and give its task number. Without a model it fails with `NoModel`, a turn later."""
        task = next(self._tasks)
        self._answers[task] = protocol.Timings()
        if self._process is None or self._model is None:
            QTimer.singleShot(0, self, lambda: self._fail_answer(task, NoModel()))
            return task
        line = protocol.encode(protocol.GenerateRequest(task, tuple(messages), sampling or SamplingParameters()))
        if len(line) > protocol.MAX_LINE_BYTES:
            QTimer.singleShot(0, self, lambda: self._fail_answer(task, ConversationTooLong(len(line), protocol.MAX_LINE_BYTES)))
            return task
        self._process.send(line)
        self._set_state(EngineState.ANSWERING)
        return task

    def cancel(self, task: int) -> None:
        """Stop an answer; what came so far counts. Effective within `CANCEL_GRACE_MS`."""
        if task in self._answers:
            self._cancel(task)

    def stop(self) -> None:
        """End the process and wait for it; for the end of the application."""
        process, self._process = self._process, None
        if process is not None:
            process.line_received.disconnect(self._on_line)
            process.stop_and_wait()
        self._fail_all(EngineCrashed("stopped"))
        self._set_state(EngineState.STOPPED)

    def _cancel(self, task: int) -> None:
        self._cancelled.setdefault(task, time.monotonic() + CANCEL_GRACE_MS / 1000)
        if self._process is not None:
            self._process.send(protocol.encode(protocol.CancelRequest(task)))
        if not self._cancel_timer.isActive():
            self._cancel_timer.start(CANCEL_GRACE_MS)

    def _send_load(self) -> None:
        if self._process is None or self._wanted is None:
            return
        path, parameters = self._wanted
        if self._model is not None and self._loaded is not None:
            self._before = (self._model, self._loaded)
        self._load_task, self._loading = next(self._tasks), self._wanted
        self._model = None
        self._set_state(EngineState.LOADING)
        self._process.send(protocol.encode(protocol.LoadRequest(self._load_task, str(path), parameters)))

    @Slot(bytes)
    def _on_line(self, line: bytes) -> None:
        if not line:
            return
        self._n_silent_ticks = 0
        try:
            event = protocol.decode_event(line)
        except protocol.ProtocolError as error:
            log.info("engine: %s", error)
            if self._process is not None:
                self._process.abandon("sent something that is no message")
            return
        self._take(event)

    def _take(self, event: protocol.Event) -> None:
        match event:
            case protocol.TextDelta(task=task, text=text):
                if task in self._answers:
                    self.text_generated.emit(task, text)
            case protocol.PromptProgress():
                if event.task in self._answers:
                    self.prompt_progressed.emit(event.task, event.n_processed, event.n_reused, event.n_prompt)
            case protocol.GenerationFinished(task=task):
                if self._answers.pop(task, None) is not None:
                    self._forget_cancelled(task)
                    self._settle()
                    self.generation_finished.emit(task, event)
            case protocol.EngineReady():
                self._greet(event)
            case protocol.LoadProgress(task=task, fraction=fraction) if task == self._load_task:
                self.load_progressed.emit(fraction)
            case protocol.ModelLoaded(task=task, model=model) if task == self._load_task:
                # Also when a cancel came too late: it is in memory, so it is what Reload brings back.
                self._wanted = self._loaded = self._loading
                self._before = None
                self._end_load(model)
                self.model_loaded.emit(model)
            case protocol.ModelUnloaded():
                self._model = None
                self._settle()
                self.model_unloaded.emit()
            case protocol.TaskCancelled(task=task):
                self._end_cancelled(task)
            case protocol.Failed(task=task, error=error):
                self._end_failed(task, error)

    def _greet(self, event: protocol.EngineReady) -> None:
        if event.protocol != protocol.PROTOCOL_VERSION and self._process is not None:
            self._process.abandon(f"speaks protocol {event.protocol}")
            return
        self._devices, self._versions = event.devices, event.versions
        self._is_greeted = True
        self._settle()
        self._send_load()

    def _end_load(self, model: protocol.ModelInfo | None) -> None:
        self._forget_cancelled(self._load_task)
        self._load_task = 0
        self._model = model
        self._settle()

    def _end_cancelled(self, task: int) -> None:
        if task == self._load_task:
            before, self._before = self._before, None
            self._end_load(None)
            if before is not None:
                self._wanted = before[1]
            self.load_cancelled.emit()
            if before is not None and not self._load_task:
                self.load(*before[1])
        elif task in self._answers:
            self._finish_cancelled(task)

    def _end_failed(self, task: int, error: AppError) -> None:
        if task == self._load_task:
            self._end_failed_load(error)
        elif task in self._answers:
            self._fail_answer(task, error)

    def _end_failed_load(self, error: AppError) -> None:
        """The file was no good: what was in memory before stays there, or comes back."""
        model, self._wanted = self._before or (None, None)
        # The engine looks into a file before it lets go of the model that it has.
        is_kept = isinstance(error, NotAModelFile | ModelFileNotFound)
        self._end_load(model if is_kept else None)
        self._before = None
        self.load_failed.emit(error)
        if self._wanted is not None and not is_kept and not self._load_task:
            self.load(*self._wanted)

    def _finish_cancelled(self, task: int) -> None:
        timings = self._answers.pop(task)
        self._forget_cancelled(task)
        self._settle()
        self.generation_finished.emit(task, protocol.GenerationFinished(task, "cancelled", timings))

    def _fail_answer(self, task: int, error: AppError) -> None:
        if self._answers.pop(task, None) is not None:
            self._forget_cancelled(task)
            self._settle()
            self.generation_failed.emit(task, error)

    def _forget_cancelled(self, task: int) -> None:
        self._cancelled.pop(task, None)
        if not self._cancelled:
            self._cancel_timer.stop()

    def _settle(self) -> None:
        """Take the state that follows from what is going on."""
        if self._process is None or not self._is_greeted:
            return
        if self._load_task:
            self._set_state(EngineState.LOADING)
        elif self._answers:
            self._set_state(EngineState.ANSWERING)
        else:
            self._set_state(EngineState.READY if self._model else EngineState.IDLE)

    def _set_state(self, state: EngineState) -> None:
        if state in BUSY and not self._ping_timer.isActive():
            self._ping_timer.start()
            self._n_silent_ticks = 0
        elif state not in BUSY:
            self._ping_timer.stop()
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)

    @Slot()
    def _on_ping_due(self) -> None:
        limit_ms = START_LIMIT_MS if self._state is EngineState.STARTING else SILENCE_LIMIT_MS
        waited_ms = self._n_silent_ticks * self._ping_timer.interval()
        self._n_silent_ticks += 1
        if waited_ms >= limit_ms:
            self._retire()
            self._report_crash(EngineNotResponding(waited_ms))
        elif self._process is not None and self._is_greeted:
            self._process.send(protocol.encode(protocol.PingRequest(next(self._tasks))))

    @Slot()
    def _on_cancel_overdue(self) -> None:
        """It did not stop when asked: end the process, and bring the model back behind the scenes."""
        now = time.monotonic()
        overdue = [task for task, deadline in self._cancelled.items() if deadline <= now + 0.01]
        if not overdue:
            left_s = min(self._cancelled.values(), default=now) - now
            self._cancel_timer.start(max(1, int(left_s * 1000)))
            return
        log.info("engine: a cancelled task did not end in %d ms, its process is ended", CANCEL_GRACE_MS)
        cancelled = [task for task in self._answers if task in self._cancelled]
        self._retire()
        for task in cancelled:
            self._finish_cancelled(task)
        self._fail_all(EngineCrashed("ended because a task did not stop"))
        self._set_state(EngineState.STOPPED)
        self.reload()

    def _retire(self) -> None:
        """Let go of the process: it is killed and nothing that it still says is heard."""
        process, self._process = self._process, None
        self._is_greeted = False
        self._model = None
        if process is not None:
            process.line_received.disconnect(self._on_line)
            process.ended.disconnect(self._on_ended)
            process.stopped.connect(process.deleteLater)
            process.kill()
        self._cancel_timer.stop()
        self._cancelled.clear()
        self._before = None
        if self._load_task:
            self._load_task = 0
            self.load_cancelled.emit()

    @Slot(str, str)
    def _on_ended(self, reason: str, log_tail: str) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        was_starting = not self._is_greeted
        self._is_greeted = False
        error: AppError = EngineCrashed(reason, log_tail)
        if was_starting and reason.startswith("could not be started"):
            error = EngineStartFailed(self._command[0], reason)
        self._report_crash(error)

    def _report_crash(self, error: AppError) -> None:
        if self._load_task and self._before is not None:
            # It died of the new file: Reload brings back the model that worked.
            self._wanted = self._before[1]
        self._before = None
        log.info("engine: %s", type(error).__name__)
        self._set_state(EngineState.CRASHED)
        self._fail_all(error)
        self.crashed.emit(error)

    def _fail_all(self, error: AppError) -> None:
        self._cancel_timer.stop()
        self._cancelled.clear()
        self._model = None
        self._load_task = 0
        for task in list(self._answers):
            del self._answers[task]
            self.generation_failed.emit(task, error)
