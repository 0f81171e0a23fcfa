"""What a person does to whole conversations: names, folders, tags, pins, the trash, copies.

The second layer of `Conversations`. What is done to several at once is one transaction and one signal for each.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, SignalInstance, Slot

from desktop_app.chat.folder import Folder
from desktop_app.chat.message import new_id, storable
from desktop_app.clock import now_ms
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.errors import AppError
from desktop_app.services.conversation_reading import ConversationReading
from desktop_app.storage import conversations as store
from desktop_app.storage import copies, folders, trash
from desktop_app.storage.database import Database

log = logging.getLogger(__name__)

LOG_IN_USE_MS = 1000
"""After so long the log is emptied that was being read when something had been purged."""


class ConversationLibrary(ConversationReading):
    """All conversations, to be read and put in order."""

    def __init__(self, path: Path, parent: QObject | None = None, *, back_up: Callable[[], object] | None = None) -> None:
        """Open the file like `ConversationReading`."""
        super().__init__(path, parent, back_up=back_up)
        self._log_timer = QTimer(self, singleShot=True)
        self._log_timer.timeout.connect(self._on_log_due)

    # One conversation

    def rename(self, conversation_id: str, title: str) -> None:
        """Give it the person's title; an empty one brings back the title of the first question."""
        self._post_change(partial(store.rename, title=storable(title)), conversation_id)

    def set_automatic_title(self, conversation_id: str, title: str) -> None:
        """Give it a title that was made for it; one that the person gave stays."""
        self._post_change(partial(store.set_automatic_title, title=storable(title)), conversation_id)

    def set_unread(self, conversation_id: str, is_unread: bool) -> None:
        """Mark it as one with an answer that was not seen, or as seen."""
        self._post_change(partial(store.set_unread, is_unread=is_unread), conversation_id)

    def save_system_prompt(self, conversation_id: str, text: str) -> None:
        """Keep what stands before every prompt of this conversation."""
        self._post_change(partial(store.save_system_prompt, text=storable(text)), conversation_id, keep=True)

    def save_new_chat(self, system_prompt: str, parameters: SamplingParameters) -> None:
        """Keep system prompt and sampling with which the next new conversation begins."""
        work = partial(store.save_new_chat, system_prompt=storable(system_prompt), parameters=parameters)
        self._post(work, lambda _: None, keep=True)

    def save_sampling(self, conversation_id: str, parameters: SamplingParameters) -> None:
        """Keep how the answers of this conversation are sampled."""
        self._post_change(partial(store.save_sampling, parameters=parameters), conversation_id, keep=True)

    def save_context_policy(self, conversation_id: str, policy: str | None) -> None:
        """Keep what is done when this conversation does not fit the context; None: what the settings say."""
        self._post_change(partial(store.save_context_policy, policy=policy), conversation_id)

    def _post_change(self, change: Callable[[Database, str], bool | None], conversation_id: str, *, keep: bool = False) -> None:
        """Have one conversation changed and announce it; a change that says False was none. `keep`: as often as it takes."""

        def tell(is_changed: bool | None) -> None:
            if is_changed is not False:
                self.conversation_changed.emit(conversation_id)

        self._post(lambda main: change(self._databases.home(main, conversation_id), conversation_id), tell, keep=keep)

    # Folders, tags and pins

    def add_folder(self, name: str) -> str:
        """Make a folder and give its id at once."""
        folder = Folder(new_id(), folders.one_line(storable(name)), now_ms())
        self._post(lambda main: folders.put_folder(main, folder), self._tell_folders)
        return folder.id

    def rename_folder(self, folder_id: str, name: str) -> None:
        """Give a folder another name; an empty one changes nothing."""
        if wanted := folders.one_line(storable(name)):
            self._post(lambda main: folders.rename_folder(main, folder_id, wanted), self._tell_folders)

    def remove_folder(self, folder_id: str) -> None:
        """Remove a folder; its conversations stay, in no folder."""

        def remove(main: Database) -> list[str]:
            return [id_ for database in self._databases.both(main) for id_ in folders.remove_folder(database, folder_id)]

        def tell(left: list[str]) -> None:
            self._tell_folders(None)
            self._emit_each(self.conversation_changed, left)

        self._post(remove, tell)

    def move(self, ids: Sequence[str], folder_id: str | None) -> None:
        """Put conversations into a folder; None: into none."""

        def move(database: Database, some: Sequence[str]) -> None:
            folders.move(database, some, folder_id)

        def know_folders(main: Database) -> None:
            if self._databases.private_writing is not None:
                for folder in folders.folders(main):
                    folders.put_folder(self._databases.private_writing, folder)

        self._post_each(move, self.conversation_changed, ids, before=know_folders)

    def pin(self, ids: Sequence[str], is_pinned: bool) -> None:
        """Pin conversations to the top of the list, or let them go."""
        self._post_each(partial(folders.pin, is_pinned=is_pinned), self.conversation_changed, ids)

    def tag(self, ids: Sequence[str], add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Give conversations tags and take others away."""
        added, removed = [storable(name) for name in add], [storable(name) for name in remove]

        self._post_each(partial(folders.tag, add=added, remove=removed), self.conversation_changed, ids, changes_tags=True)

    def _tell_folders(self, _: object) -> None:
        self.folders_changed.emit()

    # The trash

    def trash(self, conversation_id: str, *more: str) -> None:
        """Put conversations into the trash; `restore` takes them out again."""
        self._post_each(trash.trash, self.conversation_trashed, (conversation_id, *more), moves_tags=True)

    def restore(self, conversation_id: str, *more: str) -> None:
        """Take conversations out of the trash."""
        self._post_each(trash.restore, self.conversation_restored, (conversation_id, *more), moves_tags=True)

    def purge(self, conversation_id: str, *more: str) -> None:
        """Delete conversations for ever: from the file, its log and the index."""
        self._post(partial(self._purge, lambda _: (conversation_id, *more)), self._tell_purged)

    def empty_trash(self) -> None:
        """Delete for ever what is in the trash."""
        self._post(partial(self._purge, trash.trashed_ids), self._tell_purged)

    def purge_expired(self) -> None:
        """Delete for ever what was put into the trash or removed 30 days ago or earlier."""
        until_ms = now_ms() - trash.KEPT_MS

        def purge_expired(main: Database) -> list[str]:
            for database in self._databases.both(main):
                trash.empty_removed_messages(database, until_ms)
            trash.purge_collections(main, until_ms)
            return self._purge(lambda database: trash.trashed_ids(database, until_ms), main)

        self._post(purge_expired, self._tell_purged)

    def _purge(self, choose: Callable[[Database], Sequence[str]], main: Database) -> list[str]:
        purged: list[str] = []
        for database in self._databases.both(main):
            ids = [id_ for id_ in choose(database) if store.has_conversation(database, id_)]
            if ids:
                cut_off = trash.purge(database, ids)
                self._databases.note_purged([*ids, *cut_off])
                purged += ids
        return purged

    def _tell_purged(self, ids: list[str]) -> None:
        self._emit_each(self.conversation_purged, ids)
        self._sweep(is_more=True)

    def _sweep(self, is_more: bool) -> None:
        """Clear up after a purge, one step at a time, so that a question never waits for all of it."""
        if self._is_closed:
            return
        if is_more:
            self._post(trash.sweep, self._sweep, self._on_sweep_failed)
        elif trash.is_unswept(self._databases.reading):
            self._log_timer.start(LOG_IN_USE_MS)

    @Slot()
    def _on_log_due(self) -> None:
        self._sweep(is_more=True)

    def _on_sweep_failed(self, error: AppError) -> None:
        # What was purged is marked as not swept up: the next start goes on.
        log.warning("not swept up yet: %s", type(error).__name__)

    def _post_each(
        self,
        change: Callable[[Database, Sequence[str]], None],
        announced_by: SignalInstance,
        ids: Sequence[str],
        *,
        before: Callable[[Database], None] | None = None,
        moves_tags: bool = False,
        changes_tags: bool = False,
    ) -> None:
        """Have several conversations changed, and announce each that is still there.

        `changes_tags`: tags in use may come and go with it; `moves_tags`: with conversations that have some.
        """

        def change_each(main: Database) -> tuple[list[str], bool]:
            if before is not None:
                before(main)
            homes = self._databases.homes(main, ids)
            for database, some in homes:
                change(database, some)
            is_tagged = moves_tags and any(folders.have_tags(database, some) for database, some in homes)
            return [id_ for _, some in homes for id_ in some], is_tagged

        def tell(result: tuple[list[str], bool]) -> None:
            changed, is_tagged = result
            self._emit_each(announced_by, changed)
            if changes_tags or is_tagged:
                self.tags_changed.emit()

        self._post(change_each, tell)

    # Copies

    def duplicate(self, conversation_id: str) -> str:
        """Make a second conversation with the same messages in all branches; gives its id at once."""
        copy_id = new_id()
        self._post_copy(
            copy_id, lambda main: copies.duplicate(self._databases.home(main, conversation_id), conversation_id, copy_id)
        )
        return copy_id

    def branch_off(self, message_id: str) -> str:
        """Make a conversation with what is shown from the first message down to this one; gives its id at once."""
        copy_id = new_id()
        self._post_copy(
            copy_id, lambda main: copies.branch_off(self._databases.home_of_message(main, message_id), message_id, copy_id)
        )
        return copy_id

    def _post_copy(self, copy_id: str, copy: Callable[[Database], None]) -> None:
        def copy_and_look(main: Database) -> bool:
            copy(main)
            return any(folders.have_tags(database, [copy_id]) for database in self._databases.both(main))

        def tell(has_tags: bool) -> None:
            self.conversation_added.emit(copy_id)
            if has_tags:
                self.tags_changed.emit()

        self._post(copy_and_look, tell)

    def _emit_each(self, announced_by: SignalInstance, ids: Sequence[str]) -> None:
        if len(ids) > 1:
            self.several_announced.emit(ids)
        for id_ in ids:
            announced_by.emit(id_)
