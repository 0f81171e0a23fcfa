"""Answers in progress: from the stored question to the stored answer.

Follows `Conversations`: as soon as an answer in state *generating* is on disk, it is generated, or the rest of it
when it has text already. Text goes to the screen a few times a second and to the disk once a second, whatever the
speed of the model. When an answer has ended by itself, the first message that waits for that is asked.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from desktop_app.chat.message import GenerationStats, MessageState, Role
from desktop_app.engine.protocol import ContextFitted, GenerationFinished, Timings
from desktop_app.errors import AppError, CardFailed, ContextFull, NoModel
from desktop_app.services.answer_in_progress import AnswerInProgress
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine, EngineState
from desktop_app.services.follow_ups import FollowUps
from desktop_app.services.generation_facts import GenerationFacts
from desktop_app.services.room_making import RoomMaking
from desktop_app.trace import trace

log = logging.getLogger(__name__)

SHOW_INTERVAL_PROCESSOR_MS = 100
"""Between two flushes to the screen while the model uses all cores: beside a process that works 2 ms in every
33 ms llama.cpp keeps 0.90 of its speed, with 8 ms 0.80. Measured in tests/bench/decode.py."""
SHOW_INTERVAL_GRAPHICS_MS = 33
"""The same when a graphics card does the work and the cores are free."""
SAVE_INTERVAL_MS = 1000
"""Text that a crash of this process can lose at most."""
BY_ITSELF = ("eos", "word", "limit", "repetition")
"""Ends after which a conversation goes on. With a full context nothing that is asked could be answered, unless the oldest
messages may be left out."""


class Generation(GenerationFacts):
    """All answers in progress; what is told of them stands at `GenerationFacts`."""

    def __init__(self, conversations: Conversations, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(RoomMaking(conversations, engine, self._on_room_made, self._on_no_room_made), parent)
        self._conversations = conversations
        self._engine = engine
        self.sample_by(conversations.sampling)
        self._follow_ups = FollowUps(conversations, self._is_busy, self)
        self.name_models_by(lambda: engine.model.name if engine.model else "")
        self._has_traced = False
        self._is_closed = False
        self._show_timer = QTimer(self, singleShot=True)
        self._show_timer.timeout.connect(self._show)
        self._shown_s = 0.0
        self._save_timer = QTimer(self, singleShot=True, interval=SAVE_INTERVAL_MS)
        self._save_timer.timeout.connect(self._save)
        self._connect_conversations()
        self._connect_engine()

    def _connect_conversations(self) -> None:
        conversations = self._conversations
        conversations.message_added.connect(self._on_message_added)
        conversations.answer_resumed.connect(self._on_answer_resumed)
        conversations.message_removed.connect(self._on_message_removed)
        conversations.conversation_trashed.connect(self.stop)
        conversations.conversation_purged.connect(self._on_conversation_purged)

    def _connect_engine(self) -> None:
        engine = self._engine
        engine.model_loaded.connect(self._on_model_loaded)
        engine.load_failed.connect(self._fail_waiting)
        engine.load_cancelled.connect(self._on_load_cancelled)
        engine.crashed.connect(self._fail_waiting)
        engine.model_unloaded.connect(self._on_load_cancelled)
        engine.context_fitted.connect(self._on_context_fitted)
        engine.prompt_progressed.connect(self._on_prompt_progressed)
        engine.text_generated.connect(self._on_text_generated)
        engine.answer_grown.connect(self._on_answer_grown)
        engine.generation_finished.connect(self._on_finished)
        engine.generation_failed.connect(self._on_failed)

    def start(self, conversation_id: str, message_id: str) -> None:
        """Generate the answer `message_id`, or the rest of it; it waits while the model is being loaded.

        An answer of the same conversation that is on no branch with it is stopped first and keeps its text.
        """
        if self._is_closed or any(answer.message_id == message_id for answer in self._in_progress()):
            return  # at the next start it is marked as interrupted
        try:
            message = self._conversations.message(message_id)
            self._stop_other_branches(conversation_id, message_id)
        except LookupError:
            return  # purged, and that is told next
        self._waiting.append(AnswerInProgress(conversation_id, message_id, message.text, message.stats))
        self.answer_started.emit(conversation_id)
        if self._engine.state in (EngineState.READY, EngineState.ANSWERING):
            self._send_next()
        elif self._engine.wanted_path is None:
            self._fail_waiting(NoModel())
        elif self._engine.state in (EngineState.CRASHED, EngineState.STOPPED, EngineState.IDLE):
            self._engine.reload()

    @Slot(str)
    def stop(self, conversation_id: str) -> None:
        """Stop the answer of this conversation and keep its text; what waits for its end waits on."""
        self._follow_ups.put_off(conversation_id)
        for answer in self._in_progress():
            if answer.conversation_id == conversation_id:
                self._stop(answer)

    def name_models_by(self, name: Callable[[], str]) -> None:
        """Take the name of the model that answers a message which waited from here: as the person reads it."""
        self._follow_ups.model_name = name

    def send_queued(self, conversation_id: str) -> None:
        """Ask the first message that waits, as `FollowUps.send` does."""
        self._follow_ups.send(conversation_id)

    def hold_queue(self, conversation_id: str, is_held: bool) -> None:
        """Ask nothing that waits there by itself while the person is changing it."""
        self._follow_ups.hold(conversation_id, is_held)

    def _is_busy(self, conversation_id: str) -> bool:
        return self._is_closed or self.is_answering(conversation_id)

    def close(self) -> None:
        """Store what has come so far, for the end of the application; the answers are *interrupted*."""
        self._is_closed = True
        self._show_timer.stop()
        self._save_timer.stop()
        for answer in self._in_progress():
            rest = "".join(answer.unsaved)
            self._conversations.finish(answer.message_id, MessageState.INTERRUPTED, answer.earlier_stats, rest=rest)
        self._waiting.clear()
        self._running.clear()
        self._room.waiting.clear()

    def _stop(self, answer: AnswerInProgress) -> None:
        if answer in self._waiting:
            self._waiting.remove(answer)
            self._end(answer, MessageState.DONE, answer.stats("cancelled", Timings()))
        elif answer in self._room.waiting:
            answer.is_stopped = True
            self._room.cancel(answer)
        else:
            answer.is_stopped = True
            self._engine.cancel(answer.task)

    def _stop_other_branches(self, conversation_id: str, message_id: str) -> None:
        """Stop what was to be answered in place of `message_id`. An answer that is a part of its prompt ends first."""
        others = [answer for answer in self._in_progress() if answer.conversation_id == conversation_id]
        if others:
            path = {message.id for message in self._conversations.branch_to(message_id)}
            for answer in others:
                if answer.message_id not in path:
                    self._stop(answer)

    def _send_next(self) -> None:
        """Hand as many of the answers that wait to the engine as it works on at once; the others can be stopped here."""
        while (answer := self._next()) is not None:
            try:
                conversation = self._conversations.get(answer.conversation_id)
                # Not the branch on show: the person may look at another version meanwhile.
                branch = self._conversations.branch_to(answer.message_id)
                sampling = self._sampling(answer.conversation_id)
                sent = self._room.prepare(answer, conversation, branch)
            except AppError as error:
                self._waiting.remove(answer)
                self._fail(answer, error)
                continue
            except LookupError:
                self._waiting.remove(answer)  # purged, and that is told next
                continue
            if answer.n_before and sampling.n_predict > 0:
                sampling = sampling.replaced(n_predict=max(1, sampling.n_predict - answer.n_before))
            thinking, thinking_budget = self._thinking()
            answer.task = self._engine.generate(
                sent.messages,
                sampling,
                is_continued=bool(answer.earlier),
                policy=answer.policy,
                conversation="" if conversation.is_private else conversation.id,
                thinking=thinking,
                thinking_budget=thinking_budget,
            )
            # Only now: whoever asks while the engine says that it is answering must find the answer.
            self._running[answer.task] = answer
            self._waiting.remove(answer)

    def _next(self) -> AnswerInProgress | None:
        """Give the first answer that can be handed over: one of a conversation in which nothing is being written."""
        model = self._engine.model
        is_ready = self._engine.state in (EngineState.READY, EngineState.ANSWERING)
        if not is_ready or model is None or len(self._running) >= model.n_slots:
            return None
        busy = {running.conversation_id for running in self._running.values()}
        return next((answer for answer in self._waiting if answer.conversation_id not in busy), None)

    # A full context

    def _on_room_made(self, answer: AnswerInProgress) -> None:
        self._waiting.insert(0, answer)
        self._send_next()

    def _on_no_room_made(self, answer: AnswerInProgress, error: AppError | None, is_stopped: bool) -> None:
        if isinstance(error, CardFailed) and not (is_stopped or answer.has_left_card):
            answer.has_left_card = True
            self._waiting.insert(0, answer)  # what stands before it is summed up on the processor
        elif is_stopped or error is None:
            self._end(answer, MessageState.DONE, answer.stats("cancelled", Timings()))
        else:
            self._fail(answer, error)
        self._send_next()

    def _go_on(self, answer: AnswerInProgress, event: GenerationFinished) -> bool:
        """Let an answer that has filled the context go on where room can be made; False: it ends here."""
        if event.stop != "context" or answer.policy == "stop" or answer.is_stopped or not event.timings.n_predicted:
            return False
        self._show_one(answer)
        self._save_one(answer)
        return bool(answer.text) and self._room.make(answer.gone_on(event.timings))

    @Slot(int, object)
    def _on_context_fitted(self, task: int, event: ContextFitted) -> None:
        answer = self._running.get(task)
        if answer is not None and answer.sent is not None:
            unseen = answer.sent.summed_up | answer.sent.ids_of(event.left_out)
            self.context_fitted.emit(answer.conversation_id, unseen, event.n_prompt, event.n_ctx)

    @Slot(str, str)
    def _on_message_added(self, conversation_id: str, message_id: str) -> None:
        try:
            message = self._conversations.message(message_id)
        except LookupError:
            return  # purged, and that is told next
        if message.role is Role.ASSISTANT and message.state is MessageState.GENERATING:
            self.start(conversation_id, message_id)

    @Slot(str, str)
    def _on_answer_resumed(self, conversation_id: str, message_id: str) -> None:
        self.start(conversation_id, message_id)

    @Slot(str, str)
    def _on_message_removed(self, _conversation_id: str, message_id: str) -> None:
        for answer in self._in_progress():
            if answer.message_id == message_id:
                self._stop(answer)

    @Slot(str)
    def _on_conversation_purged(self, conversation_id: str) -> None:
        """There is nothing left to keep its text with."""
        self._waiting = [answer for answer in self._waiting if answer.conversation_id != conversation_id]
        self._room.forget(conversation_id)
        for task, answer in list(self._running.items()):
            if answer.conversation_id == conversation_id:
                del self._running[task]
                self._engine.cancel(task)
        self._follow_ups.put_off(conversation_id)

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
        answer.clock.feed(text, time.monotonic())
        answer.unshown.append(text)
        answer.unsaved.append(text)
        if not self._show_timer.isActive():
            # The first piece is shown at once: it is what the person waits for. The engine sends at the same pace.
            waited_ms = int((time.monotonic() - self._shown_s) * 1000)
            self._show_timer.start(max(0, self._show_interval_ms() - waited_ms) if answer.shown else 0)
        if not self._save_timer.isActive():
            self._save_timer.start()

    @Slot(int, int)
    def _on_answer_grown(self, task: int, n_predicted: int) -> None:
        if answer := self._running.get(task):
            answer.n_predicted = n_predicted

    def _show_interval_ms(self) -> int:
        model = self._engine.model
        return SHOW_INTERVAL_GRAPHICS_MS if model and model.device else SHOW_INTERVAL_PROCESSOR_MS

    @Slot()
    def _show(self) -> None:
        self._shown_s = time.monotonic()
        for answer in self._running.values():
            self._show_one(answer)

    def _show_one(self, answer: AnswerInProgress) -> None:
        if answer.unshown:
            text = "".join(answer.unshown)
            answer.unshown.clear()
            answer.shown.append(text)
            self.text_appended.emit(answer.conversation_id, answer.message_id, text)

    @Slot()
    def _save(self) -> None:
        for answer in self._running.values():
            self._save_one(answer)

    def _save_one(self, answer: AnswerInProgress) -> None:
        if answer.unsaved:
            self._conversations.append_text(answer.message_id, "".join(answer.unsaved))
            answer.unsaved.clear()

    @Slot(int, object)
    def _on_finished(self, task: int, event: GenerationFinished) -> None:
        answer = self._running.pop(task, None)
        if answer is not None and not self._go_on(answer, event):
            self._end_by_itself(answer, event.stop, event.timings)
        self._send_next()

    @Slot(int, object)
    def _on_failed(self, task: int, error: AppError) -> None:
        answer = self._running.pop(task, None)
        if answer is not None and not self._is_settled(answer, error):
            self._fail(answer, error)
        self._send_next()

    def _is_settled(self, answer: AnswerInProgress, error: AppError) -> bool:
        """Say whether an answer that has failed goes on all the same, or has come to its end by that."""
        if isinstance(error, CardFailed):
            return self._goes_on_without_card(answer)
        return isinstance(error, ContextFull) and self._is_context_settled(answer)

    def _goes_on_without_card(self, answer: AnswerInProgress) -> bool:
        """Let an answer that a card has failed in go on behind what it says, once: the model comes back on the processor."""
        if answer.is_stopped:
            self._end(answer, MessageState.DONE, answer.stats("cancelled", Timings()))
            return True
        if answer.has_left_card:
            return False
        self._show_one(answer)
        self._save_one(answer)
        self._waiting.insert(0, answer.moved())
        return True

    def _is_context_settled(self, answer: AnswerInProgress) -> bool:
        """Say whether an answer that does not fit goes on all the same, or has come to its end by that."""
        if answer.is_stopped:
            self._end(answer, MessageState.DONE, answer.stats("cancelled", Timings()))
            return True
        if answer.policy == "summarise" and self._room.make(answer):
            return True
        if answer.n_before:
            # It has gone on until nothing but itself is left in the context.
            self._end_by_itself(answer, "context", Timings())
        return bool(answer.n_before)

    def _end_by_itself(self, answer: AnswerInProgress, stop: str, timings: Timings) -> None:
        """End an answer that the engine has ended, and let the conversation go on where it can."""
        self._end(answer, MessageState.DONE, answer.stats(stop, timings))
        # Where the oldest messages may go, there is room for the next question in a full context, too.
        if stop in BY_ITSELF or (stop == "context" and answer.policy == "drop" and not answer.is_stopped):
            self._follow_ups.go_on(answer.conversation_id, answer.message_id)
        else:
            self._follow_ups.put_off(answer.conversation_id)

    def _end(self, answer: AnswerInProgress, state: MessageState, stats: GenerationStats | None) -> None:
        self._show_one(answer)
        self._conversations.finish(answer.message_id, state, stats, rest="".join(answer.unsaved))
        self.answer_finished.emit(answer.conversation_id, answer.message_id)

    def _fail(self, answer: AnswerInProgress, error: AppError) -> None:
        self._show_one(answer)
        self._follow_ups.put_off(answer.conversation_id)
        state = MessageState.INTERRUPTED if answer.shown or answer.earlier else MessageState.FAILED
        rest = "".join(answer.unsaved)
        self._conversations.finish(answer.message_id, state, answer.earlier_stats, error=error, rest=rest)
        self.answer_failed.emit(answer.conversation_id, answer.message_id, error)
