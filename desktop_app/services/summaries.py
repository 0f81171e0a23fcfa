"""Summaries that the model makes when a conversation is longer than its context and the person has chosen that.

One for each conversation at a time. Each stands for more than the one before, which stays and counts again when the
later one is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.chat.message import Message, new_id, storable
from desktop_app.chat.summarising import part_to_sum_up, summary_in, summary_request, summary_sampling
from desktop_app.chat.summary import Summary
from desktop_app.clock import now_ms
from desktop_app.engine.protocol import GenerationFinished
from desktop_app.errors import AppError, ContextFull
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine
from desktop_app.storage import summaries as store
from desktop_app.storage.database import Database

if TYPE_CHECKING:
    from desktop_app.chat.conversation import Conversation

OnEnd = Callable[[AppError | None, bool], None]


class _Job:
    """A summary that is being made."""

    def __init__(self, conversation_id: str, branch: Sequence[Message], part: list[list[Message]], on_end: OnEnd) -> None:
        self.conversation_id = conversation_id
        self.branch = branch
        self.part = part
        self.on_end = on_end
        self.began_ms = now_ms()
        """What is removed from now on is in the summary all the same."""
        self.text: list[str] = []


class Summaries(QObject):
    """Makes, keeps and takes back summaries.

    Signals:
        started(conversation_id): the model sums up; ended(conversation_id).
        changed(conversation_id): what `of` gives.
        removed(conversation_id, summary_id)
    """

    started = Signal(str)
    ended = Signal(str)
    changed = Signal(str)
    removed = Signal(str, str)

    def __init__(self, conversations: Conversations, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._engine = engine
        self._jobs: dict[int, _Job] = {}
        self.instructions: Callable[[Conversation], str] = lambda conversation: conversation.system_prompt
        """What stands before every prompt of a conversation."""
        engine.text_generated.connect(self._on_text_generated)
        engine.generation_finished.connect(self._on_finished)
        engine.generation_failed.connect(self._on_failed)

    def of(self, conversation_id: str) -> tuple[Summary, ...]:
        """Give the summaries of a conversation that may be sent."""
        return store.summaries_in_use(self._conversations.reading(conversation_id), conversation_id)

    # Making

    def make(self, branch: Sequence[Message], on_end: OnEnd) -> bool:
        """Have the beginning of `branch` summed up; False when nothing of it can be.

        `on_end` is called when the summary is stored or could not be made, with the reason and whether it was stopped.
        """
        model = self._engine.model
        if model is None or not branch:
            return False
        conversation_id = branch[0].conversation_id
        database = self._conversations.reading(conversation_id)
        counts = store.token_counts(database, conversation_id, model.vocabulary)
        part = part_to_sum_up(branch, self.of(conversation_id), counts, model.n_ctx)
        if not part:
            return False
        self._ask(_Job(conversation_id, branch, part, on_end))
        self.started.emit(conversation_id)
        return True

    def cancel(self, conversation_id: str) -> None:
        """Stop what is being made for this conversation."""
        for task, job in list(self._jobs.items()):
            if job.conversation_id == conversation_id:
                self._engine.cancel(task)

    def _ask(self, job: _Job) -> None:
        instructions = self.instructions(self._conversations.get(job.conversation_id))
        messages = summary_request(job.branch, job.part, self.of(job.conversation_id), instructions)
        n_ctx = self._engine.model.n_ctx if self._engine.model else 0
        # What a model would think before it takes long and is not kept.
        self._jobs[self._engine.generate(messages, summary_sampling(n_ctx), thinking=False)] = job

    def _end(self, job: _Job, error: AppError | None = None, *, is_stopped: bool = False) -> None:
        self.ended.emit(job.conversation_id)
        job.on_end(error, is_stopped)

    @Slot(int, str)
    def _on_text_generated(self, task: int, text: str) -> None:
        if job := self._jobs.get(task):
            job.text.append(text)

    @Slot(int, object)
    def _on_finished(self, task: int, event: GenerationFinished) -> None:
        job = self._jobs.pop(task, None)
        if job is None:
            return
        text = summary_in("".join(job.text))
        if event.stop == "cancelled":
            self._end(job, is_stopped=True)
        elif not text:
            self._end(job, ContextFull(event.timings.n_prompt, self._engine.model.n_ctx if self._engine.model else 0))
        else:
            self._keep(job, text)

    def _keep(self, job: _Job, text: str) -> None:
        name = self._engine.model.name if self._engine.model else ""
        last = job.part[-1][-1].id
        new = Summary(new_id(), job.conversation_id, last, storable(text), storable(name), job.began_ms)

        def tell(_: None) -> None:
            self.changed.emit(job.conversation_id)
            self._end(job)

        self._conversations.in_writer_of(
            job.conversation_id, lambda database: store.add_summary(database, new), tell, partial(self._end, job)
        )

    @Slot(int, object)
    def _on_failed(self, task: int, error: AppError) -> None:
        job = self._jobs.pop(task, None)
        if job is None:
            return
        # The messages were not counted before, and there are more tokens in them than it seemed.
        if isinstance(error, ContextFull) and len(job.part) > 1:
            job.part = job.part[: len(job.part) // 2]
            job.text = []
            self._ask(job)
        else:
            self._end(job, error)

    # Taking back

    def remove(self, conversation_id: str, summary_id: str) -> None:
        """Take a summary back: the model reads the messages again that it stood for."""

        def tell(found: str | None) -> None:
            if found is not None:
                self.changed.emit(conversation_id)
                self.removed.emit(conversation_id, summary_id)

        self._write(conversation_id, lambda database: store.remove_summary(database, summary_id), tell)

    def restore(self, conversation_id: str, summary_id: str) -> None:
        """Let a summary count again that was taken back."""
        self._write(
            conversation_id,
            lambda database: store.restore_summary(database, summary_id),
            lambda _: self.changed.emit(conversation_id),
        )

    def _write(self, conversation_id: str, work: Callable[[Database], str | None], on_done: Callable[[str | None], None]) -> None:
        self._conversations.in_writer_of(conversation_id, work, on_done)
