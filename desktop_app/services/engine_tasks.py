"""What the engine is asked to do, each under a number of its own: answers, counts, what it keeps on disk.

When the process is given up, and which model it has, is for `services.engine` to say.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from desktop_app.engine import protocol, wire
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.errors import AppError, ConversationTooLong, NoModel
from desktop_app.services.engine_facts import EngineFacts
from desktop_app.services.engine_state import BUSY, EngineState
from desktop_app.services.engine_watch import EngineWatch


class EngineTasks(EngineFacts):
    """Gives tasks to the process there is, and lets those fail that it cannot have."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_greeted = False
        self._tasks = itertools.count(1)
        self._kept: tuple[Path, bytes, int] | None = None
        self._load_task = 0
        self._answers: dict[int, bool] = {}
        """Every task that `generate` gave and that has not ended, and whether it is in the background."""
        self._watch = EngineWatch(self)

    def generate(
        self,
        messages: Sequence[protocol.ChatMessage],
        sampling: SamplingParameters | None = None,
        *,
        is_continued: bool = False,
        is_background: bool = False,
        policy: str = "stop",
        conversation: str = "",
        thinking: bool | None = None,
        thinking_budget: int = -1,
    ) -> int:
        """Ask for an answer and give its task number. Without a model it fails with `NoModel`, a turn later.

        `is_continued`: the last message is an answer, and what comes is the rest of it. `is_background`: nobody waits
        for it: the engine stays READY meanwhile, and what somebody waits for comes first. `policy`: what is
        done with a conversation that does not fit the context. `conversation`: id of one of which the engine may write to
        disk what the model has read. `thinking` and `thinking_budget`: as in GenerateRequest.
        """
        task = next(self._tasks)
        self._answers[task] = is_background
        if self._process is None or self._model is None:
            QTimer.singleShot(0, self, lambda: self._fail_answer(task, NoModel()))
            return task
        request = protocol.GenerateRequest(
            task,
            tuple(messages),
            sampling or SamplingParameters(),
            is_continued,
            is_background,
            policy=policy,
            conversation=conversation,
            thinking=thinking,
            thinking_budget=thinking_budget,
        )
        if not self._send(request):
            n_bytes = len(wire.encode(request))
            QTimer.singleShot(0, self, lambda: self._fail_answer(task, ConversationTooLong(n_bytes, wire.MAX_LINE_BYTES)))
            return task
        self._settle()
        return task

    def count_tokens(self, text: str) -> int:
        """Ask how many tokens `text` has for the model in memory, and give the task's number."""
        task = next(self._tasks)
        if self._model is not None:
            self._send(protocol.CountRequest(task, text))
        return task

    def look_at_devices(self) -> int:
        """Ask what there is to compute on and what memory is free; `devices_changed` follows when that is another."""
        task = next(self._tasks)
        if self._is_greeted:
            self._send(protocol.DevicesRequest(task))
        return task

    def measure(self, messages: Sequence[protocol.ChatMessage], policy: str) -> int:
        """Ask what a conversation takes of the context, and give the task's number."""
        task = next(self._tasks)
        if self._model is not None:
            self._send(protocol.MeasureRequest(task, tuple(messages), policy))
        return task

    def cancel(self, task: int) -> None:
        """Stop an answer; what came so far counts. Effective within `CANCEL_GRACE_MS`."""
        if task in self._answers:
            self._cancel(task)

    def keep_states(self, folder: Path, key: bytes, max_bytes: int) -> None:
        """Let this process and those that follow keep there what models have read; `max_bytes` 0: nowhere."""
        self._kept = (folder, key, max_bytes)
        self._send_kept()

    def forget_states(self, conversations: Sequence[str]) -> None:
        """Let the engine keep nothing of these conversations, nor write what it has of them in memory."""
        if self._is_greeted:
            self._send(protocol.ForgetStates(next(self._tasks), tuple(conversations)))

    def _send_kept(self) -> None:
        if self._kept is not None and self._is_greeted:
            folder, key, max_bytes = self._kept
            self._send(protocol.StatesRequest(next(self._tasks), str(folder), key.hex(), max_bytes))

    def _cancel(self, task: int) -> None:
        if self._send(protocol.CancelRequest(task)):
            self._watch.expect_end(task)

    def _finish_cancelled(self, task: int) -> None:
        del self._answers[task]
        self._settle()
        self.generation_finished.emit(task, protocol.GenerationFinished(task, "cancelled", protocol.Timings()))

    def _fail_answer(self, task: int, error: AppError) -> None:
        if self._answers.pop(task, None) is not None:
            self._watch.end(task)
            self._settle()
            self.generation_failed.emit(task, error)

    def _fail_all(self, error: AppError) -> None:
        self._watch.end_all()
        self._model = None
        self._load_task = 0
        for task in list(self._answers):
            del self._answers[task]
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
