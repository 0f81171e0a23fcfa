"""Answers in progress: from the stored question to the stored answer.

Follows `Conversations`: as soon as an empty answer in state *generating* is on disk, it is generated. Text goes
to the screen a few times a second and to the disk once a second, whatever the speed of the model.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.chat.message import GenerationStats, MessageState, Role
from desktop_app.chat.prompt import messages_to_send
from desktop_app.engine.protocol import GenerationFinished, Timings
from desktop_app.errors import AppError, NoModel
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine, EngineState
from desktop_app.trace import trace

log = logging.getLogger(__name__)

SHOW_INTERVAL_PROCESSOR_MS = 100
"""Between two flushes to the screen while the model uses all cores: beside a process that works 2 ms in every
33 ms llama.cpp keeps 0.90 of its speed, with 8 ms 0.80. Measured in tests/bench/decode.py."""
SHOW_INTERVAL_GRAPHICS_MS = 33
"""The same when a graphics card does the work and the cores are free."""
SAVE_INTERVAL_MS = 1000
"""Text that a crash of this process can lose at most."""


@dataclass(slots=True)
class _Answer:
    """An answer in progress, or waiting for the model."""

    conversation_id: str
    message_id: str
    task: int = 0
    """0 while it waits for the model."""
    shown: list[str] = field(default_factory=list)
    unshown: list[str] = field(default_factory=list)
    unsaved: list[str] = field(default_factory=list)


class Generation(QObject):
    """All answers in progress.

    Signals:
        text_appended(conversation_id, message_id, text): new text, many tokens at once.
        reading_progressed(message_id, n_processed, n_prompt): while the model reads the conversation.
        answer_started(conversation_id), answer_finished(conversation_id, message_id)
        answer_failed(conversation_id, message_id, AppError): its text so far is kept.
    """

    text_appended = Signal(str, str, str)
    reading_progressed = Signal(str, int, int)
    answer_started = Signal(str)
    answer_finished = Signal(str, str)
    answer_failed = Signal(str, str, object)

    def __init__(self, conversations: Conversations, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._engine = engine
        self._waiting: list[_Answer] = []
        self._running: dict[int, _Answer] = {}
        self._has_traced = False
        self._is_closed = False
        self._show_timer = QTimer(self, singleShot=True)
        self._show_timer.timeout.connect(self._show)
        self._save_timer = QTimer(self, singleShot=True, interval=SAVE_INTERVAL_MS)
        self._save_timer.timeout.connect(self._save)
        conversations.message_added.connect(self._on_message_added)
        conversations.conversation_trashed.connect(self.stop)
        engine.model_loaded.connect(self._on_model_loaded)
        engine.load_failed.connect(self._fail_waiting)
        engine.load_cancelled.connect(self._on_load_cancelled)
        engine.crashed.connect(self._fail_waiting)
        engine.model_unloaded.connect(self._on_load_cancelled)
        engine.prompt_progressed.connect(self._on_prompt_progressed)
        engine.text_generated.connect(self._on_text_generated)
        engine.generation_finished.connect(self._on_finished)
        engine.generation_failed.connect(self._on_failed)

    def start(self, conversation_id: str, message_id: str) -> None:
        """Generate the empty answer `message_id`; it waits while the model is being loaded."""
        if self._is_closed:
            return  # at the next start it is marked as interrupted
        self._waiting.append(_Answer(conversation_id, message_id))
        self.answer_started.emit(conversation_id)
        if self._engine.state in (EngineState.READY, EngineState.ANSWERING):
            self._send_next()
        elif self._engine.wanted_path is None:
            self._fail_waiting(NoModel())
        elif self._engine.state in (EngineState.CRASHED, EngineState.STOPPED, EngineState.IDLE):
            self._engine.reload()

    @Slot(str)
    def stop(self, conversation_id: str) -> None:
        """Stop the answer of this conversation and keep its text."""
        for answer in [answer for answer in self._waiting if answer.conversation_id == conversation_id]:
            self._waiting.remove(answer)
            self._end(answer, MessageState.DONE, _stats("cancelled", Timings()))
        for task, answer in list(self._running.items()):
            if answer.conversation_id == conversation_id:
                self._engine.cancel(task)

    def is_answering(self, conversation_id: str) -> bool:
        """Say whether an answer of this conversation is in progress or waits for the model."""
        return any(answer.conversation_id == conversation_id for answer in (*self._waiting, *self._running.values()))

    def text_so_far(self, message_id: str) -> str:
        """Give what has been shown of an answer in progress; "" when there is none of that id."""
        for answer in self._running.values():
            if answer.message_id == message_id:
                return "".join(answer.shown)
        return ""

    def close(self) -> None:
        """Store what has come so far, for the end of the application; the answers are *interrupted*."""
        self._is_closed = True
        self._show_timer.stop()
        self._save_timer.stop()
        for answer in (*self._waiting, *self._running.values()):
            self._conversations.finish(answer.message_id, MessageState.INTERRUPTED, None, rest="".join(answer.unsaved))
        self._waiting.clear()
        self._running.clear()

    def _send_next(self) -> None:
        """Hand the first answer that waits to the engine, unless it has one: so a waiting one can be stopped here."""
        while self._waiting and not self._running and self._engine.state is EngineState.READY:
            answer = self._waiting[0]
            try:
                conversation = self._conversations.get(answer.conversation_id)
                branch = [one for one in self._conversations.branch(answer.conversation_id) if one.id != answer.message_id]
                sampling = self._conversations.sampling(answer.conversation_id)
            except AppError as error:
                self._fail(self._waiting.pop(0), error)
                continue
            answer.task = self._engine.generate(messages_to_send(branch, conversation.system_prompt), sampling)
            # Only now: whoever asks while the engine says that it is answering must find the answer.
            self._running[answer.task] = self._waiting.pop(0)

    @Slot(str, str)
    def _on_message_added(self, conversation_id: str, message_id: str) -> None:
        message = self._conversations.message(message_id)
        if message.role is Role.ASSISTANT and message.state is MessageState.GENERATING:
            self.start(conversation_id, message_id)

    @Slot(object)
    def _on_model_loaded(self, _model: object) -> None:
        self._send_next()

    @Slot()
    def _on_load_cancelled(self) -> None:
        # Choosing another model while one loads is a cancel too, and the one before may come back: then wait for it.
        if self._engine.wanted_path is None:
            self._fail_waiting(NoModel())

    @Slot(object)
    def _fail_waiting(self, error: AppError) -> None:
        waiting, self._waiting = self._waiting, []
        for answer in waiting:
            self._fail(answer, error)

    @Slot(int, int, int, int)
    def _on_prompt_progressed(self, task: int, n_processed: int, _n_reused: int, n_prompt: int) -> None:
        if answer := self._running.get(task):
            self.reading_progressed.emit(answer.message_id, n_processed, n_prompt)

    @Slot(int, str)
    def _on_text_generated(self, task: int, text: str) -> None:
        answer = self._running.get(task)
        if answer is None:
            return
        if not self._has_traced:
            self._has_traced = True
            trace("first_token")
        answer.unshown.append(text)
        answer.unsaved.append(text)
        if not self._show_timer.isActive():
            # The first piece is shown at once: it is what the person waits for.
            self._show_timer.start(self._show_interval_ms() if answer.shown else 0)
        if not self._save_timer.isActive():
            self._save_timer.start()

    def _show_interval_ms(self) -> int:
        model = self._engine.model
        return SHOW_INTERVAL_GRAPHICS_MS if model and model.device else SHOW_INTERVAL_PROCESSOR_MS

    @Slot()
    def _show(self) -> None:
        for answer in self._running.values():
            self._show_one(answer)

    def _show_one(self, answer: _Answer) -> None:
        if answer.unshown:
            text = "".join(answer.unshown)
            answer.unshown.clear()
            answer.shown.append(text)
            self.text_appended.emit(answer.conversation_id, answer.message_id, text)

    @Slot()
    def _save(self) -> None:
        for answer in self._running.values():
            if answer.unsaved:
                self._conversations.append_text(answer.message_id, "".join(answer.unsaved))
                answer.unsaved.clear()

    @Slot(int, object)
    def _on_finished(self, task: int, event: GenerationFinished) -> None:
        if answer := self._running.pop(task, None):
            self._end(answer, MessageState.DONE, _stats(event.stop, event.timings))
            self._send_next()

    @Slot(int, object)
    def _on_failed(self, task: int, error: AppError) -> None:
        if answer := self._running.pop(task, None):
            self._fail(answer, error)
            self._send_next()

    def _end(self, answer: _Answer, state: MessageState, stats: GenerationStats | None) -> None:
        self._show_one(answer)
        self._conversations.finish(answer.message_id, state, stats, rest="".join(answer.unsaved))
        self.answer_finished.emit(answer.conversation_id, answer.message_id)

    def _fail(self, answer: _Answer, error: AppError) -> None:
        self._show_one(answer)
        state = MessageState.INTERRUPTED if answer.shown else MessageState.FAILED
        self._conversations.finish(answer.message_id, state, None, error=error, rest="".join(answer.unsaved))
        self.answer_failed.emit(answer.conversation_id, answer.message_id, error)


def _stats(stop: str, timings: Timings) -> GenerationStats:
    return GenerationStats(
        stop=stop,
        n_prompt=timings.n_prompt,
        n_reused=timings.n_reused,
        n_predicted=timings.n_predicted,
        prompt_ms=timings.prompt_ms,
        predicted_ms=timings.predicted_ms,
        first_token_ms=timings.first_token_ms,
    )
