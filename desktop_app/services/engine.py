"""The engine as the window sees it: one process, at most one model in it, tasks with numbers.

Knows the protocol, and what to do about a process that is given up. Knows nothing of conversations.
"""

from __future__ import annotations

import itertools
import logging
import sys
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
from desktop_app.services.engine_watch import CANCEL_GRACE_MS, EngineWatch
from desktop_app.services.worker_process import WorkerProcess

log = logging.getLogger(__name__)


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
        tokens_counted(task, n_tokens): comes after what runs, or never when there is no model.
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
    tokens_counted = Signal(int, int)
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
        self._answers: dict[int, bool] = {}
        """Every task that `generate` gave and that has not ended, and whether it is in the background."""
        self._watch = EngineWatch(self)
        self._watch.ping_due.connect(self._on_ping_due)
        self._watch.silence_exceeded.connect(self._on_silence_exceeded)
        self._watch.cancel_exceeded.connect(self._on_cancel_exceeded)

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
        self._watch.hear()
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

    def generate(
        self,
        messages: Sequence[protocol.ChatMessage],
        sampling: SamplingParameters | None = None,
        *,
        is_continued: bool = False,
        is_background: bool = False,
    ) -> int:
        """Ask for an answer and give its task number. Without a model it fails with `NoModel`, a turn later.

        `is_continued`: the last message is an answer, and what comes is the rest of it. `is_background`: nobody waits
        for it; the engine stays READY meanwhile, and any other answer that is asked for cancels it.
        """
        if not is_background:
            self._cancel_background()
        task = next(self._tasks)
        self._answers[task] = is_background
        if self._process is None or self._model is None:
            QTimer.singleShot(0, self, lambda: self._fail_answer(task, NoModel()))
            return task
        request = protocol.GenerateRequest(task, tuple(messages), sampling or SamplingParameters(), is_continued)
        line = protocol.encode(request)
        if len(line) > protocol.MAX_LINE_BYTES:
            QTimer.singleShot(0, self, lambda: self._fail_answer(task, ConversationTooLong(len(line), protocol.MAX_LINE_BYTES)))
            return task
        self._process.send(line)
        self._settle()
        return task

    def count_tokens(self, text: str) -> int:
        """Ask how many tokens `text` has for the model in memory, and give the task's number."""
        task = next(self._tasks)
        line = protocol.encode(protocol.CountRequest(task, text))
        if self._process is not None and self._model is not None and len(line) <= protocol.MAX_LINE_BYTES:
            self._process.send(line)
        return task

    def _cancel_background(self) -> None:
        for task, is_background in list(self._answers.items()):
            if is_background:
                self.cancel(task)

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
        self._watch.expect_end(task)
        if self._process is not None:
            self._process.send(protocol.encode(protocol.CancelRequest(task)))

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
        self._watch.hear()
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
                    self._watch.end(task)
                    self._settle()
                    self.generation_finished.emit(task, event)
            case protocol.TokensCounted(task=task, n_tokens=n_tokens):
                self.tokens_counted.emit(task, n_tokens)
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
        self._watch.end(self._load_task)
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
        del self._answers[task]
        self._watch.end(task)
        self._settle()
        self.generation_finished.emit(task, protocol.GenerationFinished(task, "cancelled", protocol.Timings()))

    def _fail_answer(self, task: int, error: AppError) -> None:
        if self._answers.pop(task, None) is not None:
            self._watch.end(task)
            self._settle()
            self.generation_failed.emit(task, error)

    def _settle(self) -> None:
        """Take the state that follows from what is going on."""
        if self._process is None or not self._is_greeted:
            return
        if self._load_task:
            self._set_state(EngineState.LOADING)
        elif not all(self._answers.values()):
            self._set_state(EngineState.ANSWERING)
        else:
            self._set_state(EngineState.READY if self._model else EngineState.IDLE)

    def _set_state(self, state: EngineState) -> None:
        is_in_background = state is EngineState.READY and bool(self._answers)
        self._watch.set_busy(state in BUSY or is_in_background, is_starting=state is EngineState.STARTING)
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)

    @Slot()
    def _on_ping_due(self) -> None:
        if self._process is not None and self._is_greeted:
            self._process.send(protocol.encode(protocol.PingRequest(next(self._tasks))))

    @Slot(int)
    def _on_silence_exceeded(self, waited_ms: int) -> None:
        self._retire()
        self._report_crash(EngineNotResponding(waited_ms))

    @Slot()
    def _on_cancel_exceeded(self) -> None:
        """It did not stop when asked: end the process, and bring the model back behind the scenes."""
        log.info("engine: a cancelled task did not end in %d ms, its process is ended", CANCEL_GRACE_MS)
        cancelled = [task for task in self._answers if self._watch.is_expected_to_end(task)]
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
        self._watch.end_all()
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
        self._watch.end_all()
        self._model = None
        self._load_task = 0
        for task in list(self._answers):
            del self._answers[task]
            self.generation_failed.emit(task, error)
