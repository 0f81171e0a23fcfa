"""How full the context is for the conversation on show, and which of its messages the model no longer reads.

The engine measures: with the model's own template and vocabulary, and after every change of the conversation. While an
answer is made, what it was really given to read counts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import Role
from desktop_app.chat.prompt import Sent, to_send
from desktop_app.engine.protocol import ContextMeasured
from desktop_app.errors import AppError
from desktop_app.record import Record
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine
from desktop_app.services.generation import Generation
from desktop_app.storage import summaries as store
from desktop_app.storage.branches import branch_on_show
from desktop_app.storage.conversations import conversation as read_conversation
from desktop_app.storage.database import Database

log = logging.getLogger(__name__)

_DELAY_MS = 30
"""Several things are told of one change: one measurement for all."""
_GROWTH_MS = 500
"""So often the tokens of an answer in progress are added."""
_DRAFT_MS = 400
"""What is being written is counted when the person pauses for so long."""
_DRAFT_CHARACTERS_MAX = 200_000
"""More is not counted before it is sent: it would keep the engine for 0.1 s and longer."""


class Fill(Record):
    """What takes how much of a context of `n_ctx` tokens."""

    n_prompt: int
    n_ctx: int
    n_system: int = 0
    """The system prompt, and a summary with it."""
    n_messages: int = 0
    """Questions and answers without those that are pinned."""
    n_pinned: int = 0
    n_unseen: int = 0
    """Messages that the model does not read."""
    n_summed_up: int = 0
    """Of those the ones that a summary stands for."""
    n_answer: int = 0
    """What has come of the answer in progress."""
    n_draft: int = 0
    """What stands in the composer, without what the template will write around it."""

    @property
    def n_used(self) -> int:
        """All that is taken or about to be, at most the whole context."""
        return min(self.n_ctx, self.n_prompt + self.n_answer + self.n_draft)

    @property
    def n_other(self) -> int:
        """What the chat template writes around the messages."""
        return max(0, self.n_prompt - self.n_system - self.n_messages - self.n_pinned)

    @property
    def n_free(self) -> int:
        """What is left for the next question and its answer."""
        return self.n_ctx - self.n_used

    @property
    def share(self) -> float:
        """From 0.0 to 1.0, how full it is."""
        return self.n_used / self.n_ctx if self.n_ctx else 0.0


class ContextMeter(QObject):
    """Measures one conversation.

    Signals:
        measured(Fill or None): None while there is nothing to say: no conversation, or no model.
        unseen_changed(ids): the messages of the conversation on show that the model does not read.
    """

    measured = Signal(object)
    unseen_changed = Signal(object)

    def __init__(
        self, conversations: Conversations, engine: Engine, generation: Generation, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._engine = engine
        self._generation = generation
        self._conversation_id = ""
        self._task = 0
        self._sent = Sent((), ())
        self._vocabulary = ""
        self.fill: Fill | None = None
        self.unseen: frozenset[str] = frozenset()
        self._timer = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._timer.timeout.connect(self._measure)
        self._growth = QTimer(self, singleShot=True, interval=_GROWTH_MS)
        self._growth.timeout.connect(self._grow)
        self._draft: Callable[[], str] = str
        self._n_draft = self._draft_task = 0
        self._pause = QTimer(self, singleShot=True, interval=_DRAFT_MS)
        self._pause.timeout.connect(self._count_draft)
        for changed in (
            conversations.message_changed, conversations.branch_changed, conversations.conversation_changed,
            conversations.message_removed, conversations.message_restored,
        ):  # fmt: skip
            changed.connect(self._on_changed)
        engine.model_loaded.connect(self.refresh)
        engine.model_unloaded.connect(self._forget)
        engine.crashed.connect(self._forget)
        engine.context_measured.connect(self._on_measured)
        engine.tokens_counted.connect(self._on_counted)
        generation.context_fitted.connect(self._on_fitted)
        generation.text_appended.connect(self._on_text_appended)

    def follow(self, conversation_id: str) -> None:
        """Measure this conversation from now on; "": none."""
        if conversation_id != self._conversation_id:
            self._conversation_id = conversation_id
            self._forget()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Measure again, soon."""
        if self._conversation_id:
            self._timer.start()

    def read_draft_by(self, draft: Callable[[], str]) -> None:
        """Count what the person is writing as well, which `draft` gives."""
        self._draft = draft

    @Slot()
    def on_draft_changed(self) -> None:
        """Count it at the next pause."""
        self._pause.start()

    @Slot()
    def _count_draft(self) -> None:
        draft = self._draft()
        self._draft_task = 0
        if not draft or len(draft) > _DRAFT_CHARACTERS_MAX:
            self._take_draft(0)
        elif self._engine.model is not None and self.fill is not None:
            self._draft_task = self._engine.count_tokens(draft)

    @Slot(int, int)
    def _on_counted(self, task: int, n_tokens: int) -> None:
        if task == self._draft_task:
            self._take_draft(n_tokens)

    def _take_draft(self, n_tokens: int) -> None:
        self._n_draft = n_tokens
        if self.fill is not None:
            self._take(self.fill, self.unseen)

    @Slot(str)
    def _on_text_appended(self, conversation_id: str) -> None:
        if conversation_id == self._conversation_id and not self._growth.isActive():
            self._growth.start()

    @Slot()
    def _grow(self) -> None:
        if self.fill is not None and self._generation.is_answering(self._conversation_id):
            self._take(self.fill.replaced(n_answer=self._generation.n_predicted(self._conversation_id)), self.unseen)

    @Slot()
    def _forget(self) -> None:
        """There is nothing to be said."""
        self._task = self._draft_task = self._n_draft = 0
        self._take(None, frozenset())

    @Slot(str)
    def _on_changed(self, conversation_id: str) -> None:
        if conversation_id == self._conversation_id:
            self.refresh()

    @Slot()
    def _measure(self) -> None:
        model, id_ = self._engine.model, self._conversation_id
        # What an answer in progress was given to read has been said; it is measured again when it has ended.
        if model is None or not id_ or self._generation.is_answering(id_):
            return
        try:
            instructions = self._generation.instructions(self._conversations.get(id_))
        except LookupError:
            return  # purged, and that is told next
        # On the writer's thread: 5,000 messages take 45 ms to be read and put together.
        read = partial(_read, id_, model.vocabulary, instructions)
        self._conversations.in_writer_of(id_, read, partial(self._on_read, id_, model.vocabulary), self._on_unreadable)

    def _on_read(self, conversation_id: str, vocabulary: str, found: tuple[Conversation, Sent] | None) -> None:
        if conversation_id != self._conversation_id or found is None or self._generation.is_answering(conversation_id):
            return
        if self._engine.model is None or self._engine.model.vocabulary != vocabulary:
            return  # another model is being loaded, and when it is there it is measured again
        conversation, self._sent = found
        self._vocabulary = vocabulary
        if self._sent.messages:
            self._task = self._engine.measure(self._sent.messages, self._generation.policy(conversation))
        else:
            self._forget()

    def _on_unreadable(self, error: AppError) -> None:
        log.info("not measured: %s", type(error).__name__)

    @Slot(int, object)
    def _on_measured(self, task: int, event: ContextMeasured) -> None:
        if task != self._task:
            return
        self._task = 0
        self._keep_counts(event.n_tokens)
        unseen = self._sent.summed_up | self._sent.ids_of(event.left_out)
        sizes = {"system": 0, "pinned": 0, "messages": 0}
        for index, (message, n_tokens) in enumerate(zip(self._sent.messages, event.n_tokens, strict=False)):
            if index not in event.left_out:
                kind = "system" if message.role == Role.SYSTEM else "pinned" if message.is_pinned else "messages"
                sizes[kind] += n_tokens
        n_unseen, n_summed_up = len(unseen), len(self._sent.summed_up)
        fill = Fill(event.n_prompt, event.n_ctx, sizes["system"], sizes["messages"], sizes["pinned"], n_unseen, n_summed_up)
        self._take(fill, unseen)

    def _keep_counts(self, n_tokens: tuple[int, ...]) -> None:
        """Store what was counted now, so that it need not be counted again."""
        new = {
            ids[0]: n_new
            for ids, message, n_new in zip(self._sent.ids, self._sent.messages, n_tokens, strict=False)
            if len(ids) == 1 and message.n_tokens < 0
        }
        if new:
            vocabulary = self._vocabulary
            self._conversations.in_writer_of(
                self._conversation_id, lambda database: store.put_token_counts(database, vocabulary, new)
            )

    @Slot(str, object, int, int)
    def _on_fitted(self, conversation_id: str, unseen: frozenset[str], n_prompt: int, n_ctx: int) -> None:
        if conversation_id == self._conversation_id:
            self._task = 0
            before = self.fill or Fill(0, n_ctx)
            # What was written has been sent by now, or stands there still beside a queued question or a new try.
            self._draft_task = self._n_draft = 0
            self._pause.start()
            self._take(before.replaced(n_prompt=n_prompt, n_ctx=n_ctx, n_unseen=len(unseen), n_answer=0), unseen)

    def _take(self, fill: Fill | None, unseen: frozenset[str]) -> None:
        if unseen != self.unseen:
            self.unseen = unseen
            self.unseen_changed.emit(unseen)
        if fill is not None:
            fill = fill.replaced(n_draft=self._n_draft)
            if self.fill is None:
                self._pause.start()  # another conversation, or another model
        if fill != self.fill:
            self.fill = fill
            self.measured.emit(fill)


def _read(conversation_id: str, vocabulary: str, instructions: str, database: Database) -> tuple[Conversation, Sent] | None:
    """Give a conversation and what would be sent of the branch on show; None when it is gone."""
    try:
        conversation = read_conversation(database, conversation_id)
        branch = branch_on_show(database, conversation_id)
    except LookupError:
        return None
    counts = store.token_counts(database, conversation_id, vocabulary)
    summaries = store.summaries_in_use(database, conversation_id)
    return conversation, to_send(branch, instructions, summaries=summaries, counts=counts)
