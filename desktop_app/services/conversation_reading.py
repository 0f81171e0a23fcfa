"""What the windows can read of conversations, at once and as it is on disk, and what they are told about them.

The lowest of four layers that make `Conversations`: it owns both ways to the disk. Must not know what is written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.conversation import Conversation
from desktop_app.chat.folder import Folder
from desktop_app.chat.message import Message
from desktop_app.chat.queued import QueuedMessage
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.errors import AppError
from desktop_app.services.file_access import FileAccess
from desktop_app.services.two_databases import PurgedError, TwoDatabases
from desktop_app.services.writer import DatabaseWriter
from desktop_app.storage import attachments, branches, folders, queued
from desktop_app.storage import conversations as store
from desktop_app.storage.database import Database
from desktop_app.storage.outdated import outdated_by

T = TypeVar("T")


class ConversationReading(QObject):
    """All conversations of this computer's person, to be read.

    Signals, each after the commit:
        conversation_added(id), conversation_changed(id), conversation_trashed(id), conversation_restored(id)
        conversation_purged(id): it is gone for ever.
        several_announced(ids): one of these signals for each follows at once; for who would rather take them together.
        folders_changed(), tags_changed(): what `folders` or `tags` give.
        message_added(conversation_id, message_id), message_changed(conversation_id, message_id)
        message_removed(conversation_id, message_id), message_restored(conversation_id, message_id)
        branch_changed(conversation_id): another branch is on show; comes before `message_added` of what is new on it.
        answer_resumed(conversation_id, message_id): an answer that had ended is in progress again.
        queue_changed(conversation_id): what `queued` gives.
        queued_cancelled(CancelledMessage), queued_taken_back(TakenBackMessage): it waits no more, and is gone or in the composer.
        unsent_changed(conversation_id): perhaps what `is_unsent` gives.
        draft_attachments_changed(conversation_id): what `draft_attachments` gives; "" for the new chat.
        ask_failed(conversation_id, AppError): the question of this `ask` is not on disk; `write_failed` follows.
        message_queued(conversation_id, queued_id): the message of this `queue` is on disk; `queue_changed` follows.
        queue_failed(queued_id, AppError): the message of this `queue` is not on disk; `write_failed` follows.
        write_failed(AppError): what was asked for is not on disk. A question, one that waits and a title are not tried again;
            the text of an answer and a draft are, until
        write_recovered(): everything that was held back is on disk.
        writing_slowed(): the disk has not answered for more than a second; once until
        writing_caught_up(): it has done all.
    """

    conversation_added = Signal(str)
    conversation_changed = Signal(str)
    conversation_trashed = Signal(str)
    conversation_restored = Signal(str)
    conversation_purged = Signal(str)
    several_announced = Signal(object)
    folders_changed = Signal()
    tags_changed = Signal()
    message_added = Signal(str, str)
    message_changed = Signal(str, str)
    message_removed = Signal(str, str)
    message_restored = Signal(str, str)
    branch_changed = Signal(str)
    answer_resumed = Signal(str, str)
    queue_changed = Signal(str)
    queued_cancelled = Signal(object)
    queued_taken_back = Signal(object)
    draft_attachments_changed = Signal(str)
    unsent_changed = Signal(str)
    ask_failed = Signal(str, object)
    message_queued = Signal(str, str)
    queue_failed = Signal(str, object)
    write_failed = Signal(object)
    write_recovered = Signal()
    writing_slowed = Signal()
    writing_caught_up = Signal()

    def __init__(self, path: Path, parent: QObject | None = None, *, back_up: Callable[[], object] | None = None) -> None:
        """Open the file, bring it up to date, and mark answers that a dead process left as interrupted.

        `back_up` is called before an older file is changed. Where nothing can be written, `file.problem` says why.
        Raises: DatabaseTooNew, DatabaseUnreadable, DiskFull, WriteFailed.
        """
        super().__init__(parent)
        self.file = FileAccess(path, back_up, self)
        self.file.became_writable.connect(self._on_became_writable)
        self._databases = TwoDatabases(self.file.reading)
        self._writer = DatabaseWriter(self.file.writing, self)
        self._writer.outage_began.connect(self.write_failed)
        self._writer.outage_ended.connect(self.write_recovered)
        self._writer.slowed.connect(self.writing_slowed)
        self._writer.caught_up.connect(self.writing_caught_up)
        self._unsettled_drafts: dict[str | None, list[str]] = {}
        self._unsettled_edits: dict[str, list[str | None]] = {}
        self._unsettled_queued: dict[str, list[str]] = {}
        self._unsettled_attachments: dict[str | None, list[str]] = {}
        self._is_closed = False

    # The list

    def all(self) -> list[Conversation]:
        """Give the conversations that are not in the trash, the one with the newest question first."""
        found = store.all_conversations(self._databases.reading)
        if self._databases.private_reading is not None:
            found += store.all_conversations(self._databases.private_reading)
            found.sort(key=lambda one: -one.updated_ms)
        return found

    def trashed(self) -> list[Conversation]:
        """Give the conversations in the trash, the one put there last first."""
        found = store.trashed_conversations(self._databases.reading)
        if self._databases.private_reading is not None:
            found += store.trashed_conversations(self._databases.private_reading)
            found.sort(key=lambda one: -(one.trashed_ms or 0))
        return found

    def get(self, conversation_id: str) -> Conversation:
        """Give one conversation, in the trash or not. Raises: LookupError."""
        return store.conversation(self._databases.of_conversation(conversation_id), conversation_id)

    def folders(self) -> list[Folder]:
        """Give all folders, by name."""
        return folders.folders(self._databases.reading)

    def tags(self) -> list[str]:
        """Give the tags of conversations that are not in the trash, by name."""
        found = folders.tags(self._databases.reading)
        if self._databases.private_reading is not None:
            found = sorted({*found, *folders.tags(self._databases.private_reading)}, key=str.casefold)
        return found

    # One conversation

    def branch(self, conversation_id: str) -> tuple[Message, ...]:
        """Give the messages on show, in order, the removed ones left out. Raises: LookupError."""
        return branches.branch_on_show(self._databases.of_conversation(conversation_id), conversation_id)

    def branch_to(self, message_id: str) -> tuple[Message, ...]:
        """Give the messages down to this one, whatever is on show, the removed ones left out. Raises: LookupError."""
        found = self.message(message_id)
        return branches.branch_to(self._databases.of_message(message_id), found.conversation_id, message_id)

    def message(self, message_id: str) -> Message:
        """Give one message; of an answer in progress the text stored so far. Raises: LookupError."""
        return store.message(self._databases.of_message(message_id), message_id)

    def versions(self, message_id: str) -> tuple[str, ...]:
        """Give the ids of a message and of those beside it, in order of creation, the removed ones left out."""
        return branches.versions(self._databases.of_message(message_id), message_id)

    def n_removed(self, conversation_id: str) -> int:
        """Give how many messages of all branches were removed and can be brought back; asked when a menu opens."""
        return len(branches.removed_ids(self._databases.of_conversation(conversation_id), conversation_id))

    def outdate_summary(self, conversation_id: str, message_ids: Collection[str]) -> bool:
        """Say whether a summary is not used any more because it tells of one of these messages, which were removed."""
        database = self._databases.of_conversation(conversation_id)
        return any(not ids.isdisjoint(message_ids) for ids in outdated_by(database, conversation_id).values())

    def versions_of_branch(self, conversation_id: str) -> dict[str, tuple[str, ...]]:
        """Give `versions` of every message of a conversation that has more than one."""
        return branches.all_versions(self._databases.of_conversation(conversation_id), conversation_id)

    def queued(self, conversation_id: str) -> tuple[QueuedMessage, ...]:
        """Give what waits for the answer in progress, in order."""
        stored = queued.queued(self._databases.of_conversation(conversation_id), conversation_id)
        unsettled = self._unsettled_queued
        return tuple(one.replaced(text=unsettled[one.id][-1]) if one.id in unsettled else one for one in stored)

    def draft(self, conversation_id: str | None) -> str:
        """Give what stands in the composer; None: of the chat that does not exist yet."""
        if unsettled := self._unsettled_drafts.get(conversation_id):
            return unsettled[-1]
        return store.draft(self._databases.of_conversation(conversation_id), conversation_id)

    def edit_draft(self, message_id: str) -> str | None:
        """Give what an edit of this message has come to; None when none was begun, or it was sent or given up."""
        if unsettled := self._unsettled_edits.get(message_id):
            return unsettled[-1]
        return store.edit_draft(self._databases.of_message(message_id), message_id)

    def edits_begun(self, conversation_id: str) -> set[str]:
        """Give the ids of messages with an `edit_draft`: of a conversation, and of any that are not on disk yet."""
        begun = store.edits_begun(self._databases.of_conversation(conversation_id), conversation_id)
        unsettled = {message_id: texts[-1] for message_id, texts in self._unsettled_edits.items() if texts}
        return {message_id for message_id in begun | set(unsettled) if unsettled.get(message_id, "") is not None}

    def unsent(self) -> set[str]:
        """Give the ids of the conversations with a draft, a file in the composer or an edit that was begun, as on disk."""
        return set[str]().union(*(store.unsent(database) for database in self.databases()))

    def is_unsent(self, conversation_id: str) -> bool:
        """Say whether a conversation is one of `unsent`."""
        return store.is_unsent(self._databases.of_conversation(conversation_id), conversation_id)

    def draft_attachments(self, conversation_id: str | None) -> tuple[Attachment, ...]:
        """Give what is attached in the composer; None: of the chat that does not exist yet."""
        return attachments.draft_attachments(self._databases.of_conversation(conversation_id), conversation_id)

    def is_drafted(self, conversation_id: str) -> bool:
        """Say whether anything stands in the composer of a conversation, or is on its way to the disk."""
        is_attached = conversation_id in self._unsettled_attachments or bool(self.draft_attachments(conversation_id))
        return is_attached or bool(self.draft(conversation_id))

    def unsaved_drafts(self) -> list[str]:
        """Give what was typed and handed over and is not on disk yet: drafts, edits, what waiting messages became."""
        drafts = [some[-1] for some in self._unsettled_drafts.values()]
        edits = [some[-1] for some in self._unsettled_edits.values()]
        waiting = [some[-1] for some in self._unsettled_queued.values()]
        return [text for text in (*drafts, *edits, *waiting) if text]

    def new_chat(self) -> tuple[str, SamplingParameters]:
        """Give system prompt and sampling with which the next new conversation begins."""
        return store.new_chat(self._databases.reading)

    def sampling(self, conversation_id: str) -> SamplingParameters:
        """Give how the answers of this conversation are sampled. Raises: LookupError."""
        return store.sampling(self._databases.of_conversation(conversation_id), conversation_id)

    # For the layers above, for the search, and for backups

    def databases(self) -> list[Database]:
        """Give what is read from now: what is in memory only, when there is such a thing, and the file.

        They belong to this thread; each opens `another` of itself for a second one.
        """
        private = self._databases.private_reading
        return [self._databases.reading] if private is None else [private, self._databases.reading]

    def models(self) -> list[str]:
        """Give the names of the models that have answered, in order."""
        return sorted({name for database in self.databases() for name in store.models(database)}, key=str.casefold)

    def reading(self, conversation_id: str) -> Database:
        """Give the database that a conversation is read from, on this thread: the file, or what is in memory only."""
        return self._databases.of_conversation(conversation_id)

    def in_writer_of(
        self,
        conversation_id: str,
        work: Callable[[Database], T],
        on_done: Callable[[T], None] | None = None,
        on_error: Callable[[AppError], None] | None = None,
    ) -> None:
        """Have `work` done with the writing connection to what holds a conversation; not when it was purged meanwhile."""
        self._post(lambda main: work(self._databases.home(main, conversation_id)), on_done, on_error)

    def in_writer(
        self,
        work: Callable[[Database], T],
        on_done: Callable[[T], None],
        on_error: Callable[[AppError], None] | None = None,
        *,
        keep: bool = False,
    ) -> None:
        """Have `work` done with the writing connection to the file, in its turn; with `keep` as often as it takes."""
        self._writer.post(work, on_done, on_error or self.write_failed.emit, keep=keep)

    def tell_restored(self, added: Sequence[str], completed: Sequence[str]) -> None:
        """Announce conversations that came back from a backup, and those in which messages came back."""
        self._databases.note_restored(added)
        for id_ in added:
            self.conversation_added.emit(id_)
        for id_ in completed:
            self.branch_changed.emit(id_)
            self.conversation_changed.emit(id_)
        self.folders_changed.emit()
        self.tags_changed.emit()

    @Slot()
    def _on_became_writable(self) -> None:
        self._databases.reading = self.file.reading
        self.write_recovered.emit()

    def _post(
        self,
        work: Callable[[Database], T],
        on_done: Callable[[T], None] | None = None,
        on_error: Callable[[AppError], None] | None = None,
        *,
        keep: bool = False,
    ) -> None:
        """Have something written; what was purged in the meantime needs no writing, and nothing is told of it."""

        def work_unless_purged(main: Database) -> tuple[T, ...]:
            try:
                return (work(main),)
            except PurgedError:
                return ()

        def tell(result: tuple[T, ...]) -> None:
            if result and on_done is not None:
                on_done(result[0])

        self._writer.post(work_unless_purged, tell, on_error or self.write_failed.emit, keep=keep)
