"""Conversations as the windows see them: read at once, written by `DatabaseWriter`, announced after the commit.

The only writer of the file. A screen never shows what is not on disk, with one exception: a draft that has been
handed over is given back as it is even before it is on disk, because changing conversations is faster than a disk.
Private conversations are never on disk at all: see `two_databases`.

Four layers: `ConversationReading` reads and announces, `ConversationLibrary` puts whole conversations in order,
`ConversationDrafts` keeps what is no message yet, and here messages are written.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

from desktop_app.chat.message import GenerationStats, MessageState, new_id, storable
from desktop_app.errors import AppError
from desktop_app.services.conversation_drafts import ConversationDrafts
from desktop_app.storage import attachments as attached
from desktop_app.storage import branches
from desktop_app.storage import conversations as store
from desktop_app.storage.conversations import Exchange
from desktop_app.storage.database import Database

CLOSE_TIMEOUT_MS = 5000
"""Two tries at a database that another program has locked, and the time to close it."""


class Conversations(ConversationDrafts):
    """All conversations of this computer's person; what is announced stands at `ConversationReading`."""

    # Questions and answers

    def start_private(self) -> str:
        """Make an empty conversation that is never on disk, nor is anything written in it; gives its id at once."""
        conversation_id = new_id()
        self._databases.open_private()

        def start(_: Database) -> None:
            store.add_conversation(self._private(), conversation_id)

        self._post(start, lambda _: self.conversation_added.emit(conversation_id))
        return conversation_id

    def ask(
        self,
        conversation_id: str | None,
        text: str,
        model: str,
        *,
        attachments: Sequence[str] = (),
        is_private: bool = False,
        is_quick: bool = False,
        keeps_draft: bool = False,
    ) -> str:
        """Store a question and an empty answer to it by `model`; None: in a new conversation.

        `attachments`: ids of those in the composer that go with it. `is_private`: the new one is never on disk.
        `is_quick`: what stands in the composer of the new chat is another question, and stays. `keeps_draft`: it was not
        written in the composer, and what stands there is left alone. Gives the conversation's id at once;
        `message_added` says when both are on disk.
        """
        exchange = Exchange(
            conversation_id=conversation_id or new_id(),
            is_new=conversation_id is None,
            question_id=new_id(),
            answer_id=new_id(),
            text=storable(text),
            model=storable(model),
            attachments=tuple(attachments),
            is_quick=is_quick,
            keeps_draft=keeps_draft,
        )
        if is_private:
            self._databases.open_private()
        self._post(
            partial(self._ask, exchange, is_private and exchange.is_new),
            partial(self._on_asked, exchange, conversation_id or ""),
            partial(self._on_ask_failed, exchange.conversation_id),
        )
        return exchange.conversation_id

    def _ask(self, exchange: Exchange, is_private: bool, main: Database) -> None:
        if not is_private:
            store.ask(main if exchange.is_new else self._databases.home(main, exchange.conversation_id), exchange)
            return
        private = self._private()
        of_new_chat = [one for one in attached.draft_attachments(main, None) if one.id in exchange.attachments]
        for one in of_new_chat:
            attached.save_draft_attachment(private, None, one)
        store.ask(private, exchange)
        # What was in the composer of the new chat has been on disk until now.
        if of_new_chat or store.draft(main, None):
            for one in of_new_chat:
                attached.drop_draft_attachment(main, one.id)
            store.save_draft(main, None, "")
            main.empty_log()

    def append_text(self, message_id: str, text: str) -> None:
        """Store more text of an answer in progress; nothing is announced."""
        text = storable(text)
        self._post(lambda main: store.append_text(self._databases.home_of_message(main, message_id), message_id, text), keep=True)

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

        def finish(main: Database) -> str:
            return store.finish(self._databases.home_of_message(main, message_id), message_id, state, stats, error, rest)

        self._post(finish, lambda conversation_id: self.message_changed.emit(conversation_id, message_id), keep=True)

    def continue_answer(self, answer_id: str) -> None:
        """Let an answer that has ended be in progress again, with its text; `answer_resumed` says when.

        One that is in progress already is left alone: the button may be pressed twice.
        """

        def resume(main: Database) -> str | None:
            return branches.continue_answer(self._databases.home_of_message(main, answer_id), answer_id)

        def tell(conversation_id: str | None) -> None:
            if conversation_id is not None:
                self.answer_resumed.emit(conversation_id, answer_id)

        self._post(resume, tell)

    # Versions

    def edit(self, message_id: str, text: str, model: str) -> str:
        """Put a version with another text beside a message and show it; gives its id at once.

        A question gets an empty answer by `model`; an answer ends the branch on show.
        """
        version_id, answer_id, text, model = new_id(), new_id(), storable(text), storable(model)

        def edit(main: Database) -> tuple[str, bool]:
            database = self._databases.home_of_message(main, message_id)
            return branches.edit(database, message_id, version_id, answer_id, text, model)

        def tell(result: tuple[str, bool]) -> None:
            conversation_id, has_answer = result
            self._tell_branch(conversation_id, *([version_id, answer_id] if has_answer else [version_id]))

        self._post(edit, tell)
        return version_id

    def regenerate(self, answer_id: str, model: str) -> str:
        """Put an empty answer by `model` beside an answer, or below a question, and show it; gives its id at once."""
        new_answer_id, model = new_id(), storable(model)

        def regenerate(main: Database) -> str:
            return branches.regenerate(self._databases.home_of_message(main, answer_id), answer_id, new_answer_id, model)

        self._post(regenerate, lambda conversation_id: self._tell_branch(conversation_id, new_answer_id))
        return new_answer_id

    def show_version(self, message_id: str) -> None:
        """Let the branch on show go through a message, and below it to what was shown there last."""
        self._post(
            lambda main: branches.show_version(self._databases.home_of_message(main, message_id), message_id),
            self.branch_changed.emit,
        )

    def remove_message(self, message_id: str) -> None:
        """Take a message out of the conversation; it keeps its place, and `restore_message` brings it back for 30 days."""

        def tell(conversation_id: str) -> None:
            self.branch_changed.emit(conversation_id)
            self.message_removed.emit(conversation_id, message_id)

        self._post(lambda main: branches.remove_message(self._databases.home_of_message(main, message_id), message_id), tell)

    def restore_message(self, message_id: str, *more: str) -> None:
        """Bring removed messages back and show them, given in order of removal; what was purged meanwhile is left out."""
        ids = (message_id, *more)

        def restore(main: Database) -> list[tuple[str, str]]:
            restored: list[tuple[str, str]] = []
            for database in self._databases.both(main):
                own = [id_ for id_ in ids if store.conversation_of_message(database, id_) is not None]
                if own:
                    restored += zip(branches.restore_messages(database, own), own, strict=True)
            return restored

        self._post(restore, self._tell_restored_messages)

    def restore_removed(self, conversation_id: str) -> None:
        """Bring back every message that was removed from a conversation within 30 days."""

        def restore(main: Database) -> list[tuple[str, str]]:
            restored = branches.restore_removed(self._databases.home(main, conversation_id), conversation_id)
            return [(conversation_id, id_) for id_ in restored]

        self._post(restore, self._tell_restored_messages)

    def _tell_restored_messages(self, restored: list[tuple[str, str]]) -> None:
        for conversation_id in dict(restored):
            self.branch_changed.emit(conversation_id)
        for conversation_id, message_id in restored:
            self.message_restored.emit(conversation_id, message_id)

    def pin_message(self, message_id: str, is_pinned: bool) -> None:
        """Let the model see a message whatever does not fit its context, or no longer."""
        self._post(
            lambda main: branches.pin_message(self._databases.home_of_message(main, message_id), message_id, is_pinned),
            lambda conversation_id: self.message_changed.emit(conversation_id, message_id),
        )

    def _tell_branch(self, conversation_id: str, *added: str) -> None:
        """Announce another branch first: who shows it reads it again and knows the new messages then."""
        self.branch_changed.emit(conversation_id)
        self.conversation_changed.emit(conversation_id)
        for message_id in added:
            self.message_added.emit(conversation_id, message_id)

    # The end

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
        self._databases.close_reading()
        # Nobody could read what is announced from here on.
        self.blockSignals(True)
        self._writer.close(round((deadline_s - time.monotonic()) * 1000))
        self._databases.close_private()

    def _private(self) -> Database:
        private = self._databases.private_writing
        assert private is not None
        return private

    # After the commit

    def _on_asked(self, exchange: Exchange, came_from: str, _: None) -> None:
        announce = self.conversation_added if exchange.is_new else self.conversation_changed
        announce.emit(exchange.conversation_id)
        self.message_added.emit(exchange.conversation_id, exchange.question_id)
        self.message_added.emit(exchange.conversation_id, exchange.answer_id)
        if exchange.attachments:
            self.draft_attachments_changed.emit(came_from)

    def _on_ask_failed(self, conversation_id: str, error: AppError) -> None:
        self.ask_failed.emit(conversation_id, error)
        self.write_failed.emit(error)
