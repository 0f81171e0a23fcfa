"""The newer half of `FakeConversations`: folders, tags, pins, the trash, versions, the queue and attachments.

What concerns the list is done in memory; what concerns messages is only written down in `calls`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.conversation import Conversation
from desktop_app.chat.folder import Folder
from desktop_app.chat.message import Message, new_id
from desktop_app.chat.queued import QueuedMessage


class FakeConversationCalls(QObject):
    """Signals, and what can be done to conversations that are there."""

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

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[Any, ...]] = []
        self.file = SimpleNamespace(problem=None)
        self.stored: dict[str, Conversation] = {}
        self.messages: dict[str, list[Message]] = {}
        self.stored_folders: dict[str, Folder] = {}
        self.stored_versions: dict[str, tuple[str, ...]] = {}
        self.stored_removed: dict[str, int] = {}
        self.stored_queue: dict[str, list[QueuedMessage]] = {}
        self.stored_attachments: dict[str | None, list[Attachment]] = {}
        self.edit_drafts: dict[str, str | None] = {}

    def in_writer(self, _work: object, _on_done: object, _on_error: object = None) -> None:
        """Write down that something was to be done."""
        self.calls.append(("in_writer",))

    def _change(self, ids: Iterable[str], **values: Any) -> None:
        for id_ in ids:
            self.stored[id_] = replace(self.stored[id_], **values)
            self.conversation_changed.emit(id_)

    # Reading

    def folders(self) -> list[Folder]:
        """Give all."""
        return sorted(self.stored_folders.values(), key=lambda folder: folder.name.casefold())

    def tags(self) -> list[str]:
        """Give those in use."""
        return sorted({tag for one in self.stored.values() if one.trashed_ms is None for tag in one.tags}, key=str.casefold)

    def trashed(self) -> list[Conversation]:
        """Give what is in the trash."""
        return sorted((one for one in self.stored.values() if one.trashed_ms is not None), key=lambda one: -(one.trashed_ms or 0))

    def versions(self, message_id: str) -> tuple[str, ...]:
        """Give what the test has set, or the message alone."""
        return self.stored_versions.get(message_id, (message_id,))

    def versions_of_branch(self, conversation_id: str) -> dict[str, tuple[str, ...]]:
        """Give what the test has set."""
        return {one.id: self.stored_versions[one.id] for one in self.messages[conversation_id] if one.id in self.stored_versions}

    def queued(self, conversation_id: str) -> tuple[QueuedMessage, ...]:
        """Give what waits."""
        return tuple(self.stored_queue.get(conversation_id, ()))

    def draft_attachments(self, conversation_id: str | None) -> tuple[Attachment, ...]:
        """Give what is in the composer."""
        return tuple(self.stored_attachments.get(conversation_id, ()))

    # The list

    def add_folder(self, name: str) -> str:
        """Make a folder."""
        folder = Folder(new_id(), name, 0)
        self.calls.append(("add_folder", name))
        self.stored_folders[folder.id] = folder
        # Never before the id is given: the disk is another thread.
        QTimer.singleShot(0, self, self.folders_changed.emit)
        return folder.id

    def rename_folder(self, folder_id: str, name: str) -> None:
        """Rename it."""
        self.calls.append(("rename_folder", folder_id, name))
        self.stored_folders[folder_id] = self.stored_folders[folder_id].replaced(name=name)
        self.folders_changed.emit()

    def remove_folder(self, folder_id: str) -> None:
        """Remove it; its conversations stay."""
        self.calls.append(("remove_folder", folder_id))
        del self.stored_folders[folder_id]
        self.folders_changed.emit()
        self._change([one.id for one in self.stored.values() if one.folder_id == folder_id], folder_id=None)

    def move(self, ids: Sequence[str], folder_id: str | None) -> None:
        """Move them."""
        self.calls.append(("move", tuple(ids), folder_id))
        self._change(ids, folder_id=folder_id)

    def pin(self, ids: Sequence[str], is_pinned: bool) -> None:
        """Pin them."""
        self.calls.append(("pin", tuple(ids), is_pinned))
        self._change(ids, pinned_ms=1 if is_pinned else None)

    def tag(self, ids: Sequence[str], add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Tag them."""
        self.calls.append(("tag", tuple(ids), tuple(add), tuple(remove)))
        for id_ in ids:
            self._change([id_], tags=tuple(sorted({*self.stored[id_].tags, *add} - set(remove))))
        self.tags_changed.emit()

    def set_unread(self, conversation_id: str, is_unread: bool) -> None:
        """Mark it."""
        self.calls.append(("set_unread", conversation_id, is_unread))
        self._change([conversation_id], is_unread=is_unread)

    def set_automatic_title(self, conversation_id: str, title: str) -> None:
        """Take a title that was made."""
        self.calls.append(("set_automatic_title", conversation_id, title))
        if not self.stored[conversation_id].title_is_custom:
            self._change([conversation_id], title=title)

    def purge(self, conversation_id: str, *more: str) -> None:
        """Forget them."""
        self.calls.append(("purge", conversation_id, *more))
        for id_ in (conversation_id, *more):
            del self.stored[id_], self.messages[id_]
            self.conversation_purged.emit(id_)

    def empty_trash(self) -> None:
        """Forget what is in the trash."""
        self.calls.append(("empty_trash",))
        if ids := [one.id for one in self.trashed()]:
            self.purge(*ids)

    def purge_expired(self) -> None:
        """Nothing here ever expires."""
        self.calls.append(("purge_expired",))

    def duplicate(self, conversation_id: str) -> str:
        """Have it twice."""
        self.calls.append(("duplicate", conversation_id))
        id_ = new_id()
        self.stored[id_] = replace(self.stored[conversation_id], id=id_)
        self.messages[id_] = [replace(one, id=new_id(), conversation_id=id_) for one in self.messages[conversation_id]]
        QTimer.singleShot(0, self, partial(self.conversation_added.emit, id_))
        return id_

    # Messages: written down

    def branch_off(self, message_id: str) -> str:
        """Write it down."""
        self.calls.append(("branch_off", message_id))
        return new_id()

    def start_private(self) -> str:
        """Have an empty one that says it is private."""
        self.calls.append(("start_private",))
        id_ = new_id()
        self.stored[id_], self.messages[id_] = Conversation(id_, "", False, 0, 0, is_private=True), []
        QTimer.singleShot(0, self, partial(self.conversation_added.emit, id_))
        return id_

    def edit(self, message_id: str, text: str, model: str) -> str:
        """Write it down."""
        self.calls.append(("edit", message_id, text, model))
        return new_id()

    def regenerate(self, answer_id: str, model: str) -> str:
        """Write it down."""
        self.calls.append(("regenerate", answer_id, model))
        return new_id()

    def continue_answer(self, answer_id: str) -> None:
        """Write it down."""
        self.calls.append(("continue_answer", answer_id))

    def show_version(self, message_id: str) -> None:
        """Write it down."""
        self.calls.append(("show_version", message_id))

    def remove_message(self, message_id: str) -> None:
        """Write it down."""
        self.calls.append(("remove_message", message_id))

    def restore_message(self, message_id: str, *more: str) -> None:
        """Write it down."""
        self.calls.append(("restore_message", message_id, *more))

    def n_removed(self, conversation_id: str) -> int:
        """Give what the test has set."""
        return self.stored_removed.get(conversation_id, 0)

    def restore_removed(self, conversation_id: str) -> None:
        """Write it down."""
        self.calls.append(("restore_removed", conversation_id))

    # What waits and what is attached

    def queue(self, conversation_id: str, text: str, attachments: Sequence[str] = (), *, keeps_draft: bool = False) -> str:
        """Let it wait."""
        self.calls.append(("queue", conversation_id, text))
        id_ = new_id()
        self.stored_queue.setdefault(conversation_id, []).append(QueuedMessage(id_, conversation_id, text))
        self.queue_changed.emit(conversation_id)
        return id_

    def edit_queued(self, queued_id: str, text: str) -> None:
        """Give it another text."""
        self.calls.append(("edit_queued", queued_id, text))
        for conversation_id, some in self.stored_queue.items():
            if any(one.id == queued_id for one in some):
                self.stored_queue[conversation_id] = [one.replaced(text=text) if one.id == queued_id else one for one in some]
                self.queue_changed.emit(conversation_id)

    def cancel_queued(self, queued_id: str) -> None:
        """Take it out."""
        self._take_out("cancel_queued", queued_id)

    def take_back_queued(self, queued_id: str) -> None:
        """Take it out; it is in the composer then."""
        self._take_out("take_back_queued", queued_id)

    def _take_out(self, call: str, queued_id: str) -> None:
        self.calls.append((call, queued_id))
        for conversation_id, some in self.stored_queue.items():
            if any(one.id == queued_id for one in some):
                self.stored_queue[conversation_id] = [one for one in some if one.id != queued_id]
                self.queue_changed.emit(conversation_id)

    def outdate_summary(self, conversation_id: str, message_ids: Collection[str]) -> bool:
        """Say that there are no summaries."""
        return False

    def ask_queued(self, conversation_id: str, model: str, answer_id: str | None = None) -> None:
        """Write it down."""
        self.calls.append(("ask_queued", conversation_id, model))

    def edit_draft(self, message_id: str) -> str | None:
        """Give what was kept."""
        return self.edit_drafts.get(message_id)

    def edits_begun(self, _conversation_id: str) -> set[str]:
        """Give the messages of which one was kept."""
        return {message_id for message_id, text in self.edit_drafts.items() if text is not None}

    def save_edit_draft(self, message_id: str, text: str | None) -> None:
        """Keep what an edit has come to."""
        self.calls.append(("save_edit_draft", message_id, text))
        self.edit_drafts[message_id] = text

    def pin_message(self, message_id: str, is_pinned: bool) -> None:
        """Write it down."""
        self.calls.append(("pin_message", message_id, is_pinned))

    def save_context_policy(self, conversation_id: str, policy: str | None) -> None:
        """Write it down."""
        self.calls.append(("save_context_policy", conversation_id, policy))

    def save_draft_attachment(self, conversation_id: str | None, attachment: Attachment) -> None:
        """Have it in the composer."""
        self.calls.append(("save_draft_attachment", conversation_id, attachment.name))
        self.stored_attachments.setdefault(conversation_id, []).append(attachment)
        self.draft_attachments_changed.emit(conversation_id or "")

    def drop_draft_attachment(self, attachment_id: str) -> None:
        """Have it there no more."""
        self.calls.append(("drop_draft_attachment", attachment_id))
        for conversation_id, some in self.stored_attachments.items():
            if any(one.id == attachment_id for one in some):
                self.stored_attachments[conversation_id] = [one for one in some if one.id != attachment_id]
                self.draft_attachments_changed.emit(conversation_id or "")
