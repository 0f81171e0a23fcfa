"""What a person has written that is no message yet: in the composer, in an edit, or waiting for an answer to end.

The third layer of `Conversations`. What is handed over is given back as it is even before it is on disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TypeVar

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import new_id, storable
from desktop_app.chat.queued import CancelledMessage, TakenBackMessage, above_draft
from desktop_app.errors import AppError
from desktop_app.services.conversation_library import ConversationLibrary
from desktop_app.services.two_databases import first_found
from desktop_app.storage import attachments as attached
from desktop_app.storage import conversations as store
from desktop_app.storage import queued as waiting
from desktop_app.storage.database import Database

K = TypeVar("K")
V = TypeVar("V")


class ConversationDrafts(ConversationLibrary):
    """All conversations, to be read and put in order, and what is being written in them."""

    # What waits

    def queue(self, conversation_id: str, text: str, attachments: Sequence[str] = (), *, keeps_draft: bool = False) -> str:
        """Let a message wait until the answer in progress has ended; gives its id at once.

        `attachments`: ids of those in the composer that go with it. `keeps_draft`: it was not written in the composer, and
        what stands there is left alone.
        """
        queued_id, text = new_id(), storable(text)

        def queue(main: Database) -> None:
            home = self._databases.home(main, conversation_id)
            waiting.queue(home, conversation_id, queued_id, text, tuple(attachments), keeps_draft=keeps_draft)

        def tell(_: None) -> None:
            self.message_queued.emit(conversation_id, queued_id)
            self.queue_changed.emit(conversation_id)
            if attachments:
                self.draft_attachments_changed.emit(conversation_id)

        self._post(queue, tell, partial(self._on_queue_failed, queued_id))
        return queued_id

    def edit_queued(self, queued_id: str, text: str) -> None:
        """Give a waiting message another text; one that waits no more is left alone."""
        text = storable(text)
        self._unsettled_queued.setdefault(queued_id, []).append(text)

        def edit(main: Database) -> str | None:
            return first_found(self._databases.both(main), lambda database: waiting.edit_queued(database, queued_id, text))

        self._writer.post(edit, partial(self._on_queued_saved, queued_id), keep=True)

    def cancel_queued(self, queued_id: str) -> None:
        """Delete a waiting message; `queued_cancelled` gives what `restore_queued` needs."""

        def tell(cancelled: CancelledMessage | None) -> None:
            if cancelled is not None:
                self.queue_changed.emit(cancelled.message.conversation_id)
                self.queued_cancelled.emit(cancelled)

        def cancel(main: Database) -> CancelledMessage | None:
            return first_found(self._databases.both(main), lambda database: waiting.cancel_queued(database, queued_id))

        self._post(cancel, tell)

    def restore_queued(self, cancelled: CancelledMessage) -> None:
        """Let a message wait again that was cancelled; it is nowhere else, so a disk that refuses it is asked again."""
        message = cancelled.message
        self._unsettled_queued.setdefault(message.id, []).append(message.text)

        def restore(main: Database) -> str | None:
            if self._databases.is_purged(message.conversation_id):
                return None
            waiting.restore_queued(self._databases.home(main, message.conversation_id), cancelled)
            return message.conversation_id

        self._writer.post(restore, partial(self._on_queued_saved, message.id), keep=True)

    def take_back_queued(self, queued_id: str) -> None:
        """Put a waiting message with its files into the composer, above the draft; `queued_taken_back` says when."""

        def tell(taken: TakenBackMessage | None) -> None:
            if taken is None:
                return
            message, conversation_id = taken.message, taken.message.conversation_id
            # What was handed over since knows nothing of the message, and is written over it.
            if unsettled := self._unsettled_drafts.get(conversation_id):
                self.save_draft(conversation_id, above_draft(message.text, unsettled[-1]))
            self.queue_changed.emit(conversation_id)
            if message.files:
                self.draft_attachments_changed.emit(conversation_id)
            self.unsent_changed.emit(conversation_id)
            self.queued_taken_back.emit(taken)

        def take_back(main: Database) -> TakenBackMessage | None:
            return first_found(self._databases.both(main), lambda database: waiting.take_back_queued(database, queued_id))

        self._post(take_back, tell)

    def ask_queued(self, conversation_id: str, model: str, answer_id: str | None = None) -> None:
        """Make the first message that waits a question with an empty answer by `model`; does nothing when none waits.

        `answer_id`: what it has waited for, and is asked below; None: it is asked below what is on show.
        """
        question_id, new_answer_id, model = new_id(), new_id(), storable(model)

        def ask(main: Database) -> tuple[bool, bool]:
            database = self._databases.home(main, conversation_id)
            return waiting.ask_queued(database, conversation_id, question_id, new_answer_id, model, answer_id)

        def tell(result: tuple[bool, bool]) -> None:
            is_asked, is_other_branch = result
            if is_asked:
                self.queue_changed.emit(conversation_id)
                if is_other_branch:
                    self.branch_changed.emit(conversation_id)
                self.conversation_changed.emit(conversation_id)
                self.message_added.emit(conversation_id, question_id)
                self.message_added.emit(conversation_id, new_answer_id)

        self._post(ask, tell)

    # The composer

    def save_draft(self, conversation_id: str | None, text: str) -> None:
        """Keep what stands in the composer; None: of the chat that does not exist yet."""
        text = storable(text)
        self._unsettled_drafts.setdefault(conversation_id, []).append(text)
        # Whatever comes of it, it is told: what is handed over must be let go.
        self._writer.post(
            partial(self._save_draft, conversation_id, text), partial(self._on_draft_saved, conversation_id), keep=True
        )

    def _save_draft(self, conversation_id: str | None, text: str, main: Database) -> None:
        if not self._databases.is_purged(conversation_id):
            store.save_draft(self._databases.home(main, conversation_id), conversation_id, text)

    def save_edit_draft(self, message_id: str, text: str | None) -> None:
        """Keep what an edit of a message has come to; None: it was sent or given up."""
        text = None if text is None else storable(text)
        self._unsettled_edits.setdefault(message_id, []).append(text)
        self._writer.post(
            partial(self._save_edit_draft, message_id, text), partial(self._on_edit_draft_saved, message_id), keep=True
        )

    def _save_edit_draft(self, message_id: str, text: str | None, main: Database) -> str | None:
        if self._databases.is_purged(message_id):
            return None
        home = self._databases.home_of_message(main, message_id)
        store.save_edit_draft(home, message_id, text)
        return store.conversation_of_message(home, message_id)

    def save_draft_attachment(self, conversation_id: str | None, attachment: Attachment) -> None:
        """Attach a file in the composer; None: of the chat that does not exist yet."""
        one = attachment.replaced(name=storable(attachment.name), text=storable(attachment.text))
        self._unsettled_attachments.setdefault(conversation_id, []).append(one.id)

        def save(main: Database) -> None:
            if not self._databases.is_purged(conversation_id):
                attached.save_draft_attachment(self._databases.home(main, conversation_id), conversation_id, one)

        self._writer.post(save, partial(self._on_draft_attachment_saved, conversation_id), keep=True)

    def drop_draft_attachment(self, attachment_id: str) -> None:
        """Take a file out of the composer."""

        def tell(conversation_id: str | None) -> None:
            if conversation_id is not None:
                self.draft_attachments_changed.emit(conversation_id)

        def drop(database: Database) -> str | None:
            return attached.drop_draft_attachment(database, attachment_id)

        self._post(lambda main: first_found(self._databases.both(main), drop), tell)

    # After the commit

    def _on_draft_saved(self, conversation_id: str | None, _: None) -> None:
        _settle_first(self._unsettled_drafts, conversation_id)
        if conversation_id is not None:
            self.unsent_changed.emit(conversation_id)

    def _on_draft_attachment_saved(self, conversation_id: str | None, _: None) -> None:
        _settle_first(self._unsettled_attachments, conversation_id)
        self.draft_attachments_changed.emit(conversation_id or "")

    def _on_queue_failed(self, queued_id: str, error: AppError) -> None:
        self.queue_failed.emit(queued_id, error)
        self.write_failed.emit(error)

    def _on_queued_saved(self, queued_id: str, conversation_id: str | None) -> None:
        _settle_first(self._unsettled_queued, queued_id)
        if conversation_id is not None:
            self.queue_changed.emit(conversation_id)

    def _on_edit_draft_saved(self, message_id: str, conversation_id: str | None) -> None:
        _settle_first(self._unsettled_edits, message_id)
        if conversation_id is not None:
            self.unsent_changed.emit(conversation_id)


def _settle_first(unsettled: dict[K, list[V]], key: K) -> None:
    unsettled[key].pop(0)
    if not unsettled[key]:
        del unsettled[key]
