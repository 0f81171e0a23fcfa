"""Conversations as the windows see them: read at once, written by `DatabaseWriter`, announced after the commit.

The only writer of the file. A screen never shows what is not on disk, with one exception: a draft that has been
handed over is given back as it is even before it is on disk, because changing conversations is faster than a disk.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, SignalInstance

from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import GenerationStats, Message, MessageState, new_id
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.errors import AppError
from desktop_app.services.writer import DatabaseWriter
from desktop_app.storage import conversations as store
from desktop_app.storage.conversations import Exchange, storable
from desktop_app.storage.database import Database

CLOSE_TIMEOUT_MS = 5000
"""Two tries at a database that another program has locked, and the time to close it."""


class Conversations(QObject):
    """All conversations of this computer's person.

    Signals, each after the commit:
        conversation_added(id), conversation_changed(id), conversation_trashed(id), conversation_restored(id)
        message_added(conversation_id, message_id), message_changed(conversation_id, message_id)
        ask_failed(conversation_id, AppError): the question of this `ask` is not on disk; `write_failed` follows.
        write_failed(AppError): what was asked for is not on disk. A question and a title are not tried again;
            the text of an answer and a draft are, until
        write_recovered(): everything that was held back is on disk.
    """

    conversation_added = Signal(str)
    conversation_changed = Signal(str)
    conversation_trashed = Signal(str)
    conversation_restored = Signal(str)
    message_added = Signal(str, str)
    message_changed = Signal(str, str)
    ask_failed = Signal(str, object)
    write_failed = Signal(object)
    write_recovered = Signal()

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        """Open the file, bring it up to date, and mark answers that a dead process left as interrupted.

        Raises: DatabaseTooNew, DatabaseUnreadable, DiskFull, WriteFailed.
        """
        super().__init__(parent)
        writing = Database.writing(path)
        try:
            store.mark_interrupted(writing)
            self._database = Database.reading(path)
        except BaseException:
            writing.close()
            raise
        self._writer = DatabaseWriter(writing, self)
        self._writer.outage_began.connect(self.write_failed)
        self._writer.outage_ended.connect(self.write_recovered)
        self._is_closed = False
        self._unsettled_drafts: dict[str | None, list[str]] = {}

    # Reading

    def all(self) -> list[Conversation]:
        """Give the conversations that are not in the trash, the one with the newest question first."""
        return store.all_conversations(self._database)

    def get(self, conversation_id: str) -> Conversation:
        """Give one conversation, in the trash or not. Raises: LookupError."""
        return store.conversation(self._database, conversation_id)

    def branch(self, conversation_id: str) -> tuple[Message, ...]:
        """Give the messages on show, in order. Raises: LookupError."""
        return store.branch_on_show(self._database, conversation_id)

    def message(self, message_id: str) -> Message:
        """Give one message; of an answer in progress the text stored so far. Raises: LookupError."""
        return store.message(self._database, message_id)

    def draft(self, conversation_id: str | None) -> str:
        """Give what stands in the composer; None: of the chat that does not exist yet."""
        if unsettled := self._unsettled_drafts.get(conversation_id):
            return unsettled[-1]
        return store.draft(self._database, conversation_id)

    def unsaved_drafts(self) -> list[str]:
        """Give the drafts that have been handed over and are not on disk yet, the empty ones left out."""
        return [drafts[-1] for drafts in self._unsettled_drafts.values() if drafts[-1]]

    def sampling(self, conversation_id: str) -> SamplingParameters:
        """Give how the answers of this conversation are sampled. Raises: LookupError."""
        return store.sampling(self._database, conversation_id)

    # Writing

    def ask(self, conversation_id: str | None, text: str, model: str) -> str:
        """Store a question and an empty answer to it by `model`; None: in a new conversation.

        Gives the conversation's id at once; `message_added` says when both are on disk.
        """
        exchange = Exchange(
            conversation_id=conversation_id or new_id(),
            is_new=conversation_id is None,
            question_id=new_id(),
            answer_id=new_id(),
            text=storable(text),
            model=storable(model),
        )
        self._writer.post(
            lambda database: store.ask(database, exchange),
            partial(self._on_asked, exchange),
            partial(self._on_ask_failed, exchange.conversation_id),
        )
        return exchange.conversation_id

    def append_text(self, message_id: str, text: str) -> None:
        """Store more text of an answer in progress; nothing is announced."""
        text = storable(text)
        self._writer.post(lambda database: store.append_text(database, message_id, text), keep=True)

    def finish(
        self,
        message_id: str,
        state: MessageState,
        stats: GenerationStats | None,
        error: AppError | None = None,
        rest: str = "",
    ) -> None:
        """End an answer in progress; `rest` is its text since the last `append_text`."""
        rest = storable(rest)
        self._writer.post(
            lambda database: store.finish(database, message_id, state, stats, error, rest),
            partial(self._on_finished, message_id),
            keep=True,
        )

    def rename(self, conversation_id: str, title: str) -> None:
        """Give it the person's title; an empty one brings back the title of the first question."""
        self._post_change(partial(store.rename, title=storable(title)), self.conversation_changed, conversation_id)

    def save_system_prompt(self, conversation_id: str, text: str) -> None:
        """Keep what stands before every prompt of this conversation."""
        self._post_change(partial(store.save_system_prompt, text=storable(text)), self.conversation_changed, conversation_id)

    def save_sampling(self, conversation_id: str, parameters: SamplingParameters) -> None:
        """Keep how the answers of this conversation are sampled."""
        self._post_change(partial(store.save_sampling, parameters=parameters), self.conversation_changed, conversation_id)

    def trash(self, conversation_id: str) -> None:
        """Put it into the trash; `restore` takes it out again."""
        self._post_change(store.trash, self.conversation_trashed, conversation_id)

    def restore(self, conversation_id: str) -> None:
        """Take it out of the trash."""
        self._post_change(store.restore, self.conversation_restored, conversation_id)

    def save_draft(self, conversation_id: str | None, text: str) -> None:
        """Keep what stands in the composer; None: of the chat that does not exist yet. Nothing is announced."""
        text = storable(text)
        self._unsettled_drafts.setdefault(conversation_id, []).append(text)
        self._writer.post(
            lambda database: store.save_draft(database, conversation_id, text),
            partial(self._on_draft_saved, conversation_id),
            keep=True,
        )

    def flush(self, timeout_ms: int = 5000) -> bool:
        """Wait until everything posted is on disk; False when the time is over or the disk does not take it."""
        return self._writer.flush(timeout_ms)

    def close(self) -> None:
        """Finish all writing and close the file; nothing but `flush` and `close` may be called afterwards.

        Returns after `CLOSE_TIMEOUT_MS` at the latest: what the disk has not taken by then is lost.
        """
        if self._is_closed:
            return
        self._is_closed = True
        # What came of the writing is told while it can still be read. The writing connection goes last: only a
        # connection that may write can take away the log beside the file.
        deadline_s = time.monotonic() + CLOSE_TIMEOUT_MS / 1000
        self._writer.settle(CLOSE_TIMEOUT_MS)
        self._database.close()
        # Nobody could read what is announced from here on.
        self.blockSignals(True)
        self._writer.close(round((deadline_s - time.monotonic()) * 1000))

    def _post_change(self, change: Callable[[Database, str], None], announced_by: SignalInstance, conversation_id: str) -> None:
        self._writer.post(
            lambda database: change(database, conversation_id),
            lambda _: announced_by.emit(conversation_id),
            self.write_failed.emit,
        )

    # After the commit

    def _on_asked(self, exchange: Exchange, _: None) -> None:
        announce = self.conversation_added if exchange.is_new else self.conversation_changed
        announce.emit(exchange.conversation_id)
        self.message_added.emit(exchange.conversation_id, exchange.question_id)
        self.message_added.emit(exchange.conversation_id, exchange.answer_id)

    def _on_ask_failed(self, conversation_id: str, error: AppError) -> None:
        self.ask_failed.emit(conversation_id, error)
        self.write_failed.emit(error)

    def _on_finished(self, message_id: str, conversation_id: str) -> None:
        self.message_changed.emit(conversation_id, message_id)

    def _on_draft_saved(self, conversation_id: str | None, _: None) -> None:
        unsettled = self._unsettled_drafts[conversation_id]
        unsettled.pop(0)
        if not unsettled:
            del self._unsettled_drafts[conversation_id]
