"""Keeps the list in step with the stored conversations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop_app.ui.sidebar.conversation_list_model import ConversationListModel

if TYPE_CHECKING:
    from desktop_app.chat.conversation import Conversation
    from desktop_app.services import Services

N_ONE_BY_ONE = 50
"""More that change together become a new list: to move a row while 1,000 are marked takes 5 ms, a new list of 10,000 rows 40."""


class ConversationFeed(QObject):
    """Tells the list model what was added, changed or thrown away, who is being answered, and where something is not sent."""

    def __init__(self, model: ConversationListModel, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._conversations = conversations = services.conversations
        self._generation = generation = services.generation
        self._taken: set[str] = set()
        """Those of a deed with many, of each of which a signal of its own is still to come."""
        collapsed = services.preferences.get("collapsed_folders")
        model.set_conversations(conversations.all(), conversations.folders(), collapsed)
        model.rename_requested.connect(conversations.rename)
        for signal in (conversations.conversation_added, conversations.conversation_changed, conversations.conversation_restored):
            signal.connect(self._on_conversation_changed)
        for signal in (conversations.conversation_trashed, conversations.conversation_purged):
            signal.connect(self._on_conversation_gone)
        conversations.several_announced.connect(self._on_several_announced)
        conversations.unsent_changed.connect(self._on_unsent_changed)
        conversations.draft_attachments_changed.connect(self._on_unsent_changed)
        conversations.folders_changed.connect(self._on_folders_changed)
        generation.answer_started.connect(self._on_answer_started)
        generation.answer_finished.connect(self._on_answer_ended)
        generation.answer_failed.connect(self._on_answer_ended)

    @Slot(str)
    def _on_conversation_changed(self, conversation_id: str) -> None:
        if self._is_taken(conversation_id):
            return
        conversation = self._listed(conversation_id)
        if conversation is not None:
            self._model.put(conversation)
            self._on_unsent_changed(conversation_id)

    @Slot(str)
    def _on_conversation_gone(self, conversation_id: str) -> None:
        if not self._is_taken(conversation_id):
            self._model.remove(conversation_id)

    @Slot(object)
    def _on_several_announced(self, ids: Sequence[str]) -> None:
        if len(ids) <= N_ONE_BY_ONE:
            return
        self._taken.update(ids)
        found = {id_: self._listed(id_) for id_ in ids}
        self._model.put_many([one for one in found.values() if one is not None], [id_ for id_ in ids if found[id_] is None])
        unsent = self._conversations.unsent()
        for id_ in ids:
            self._model.set_unsent(id_, id_ in unsent)

    def _is_taken(self, conversation_id: str) -> bool:
        """Say whether this is the signal of one that was looked at together with the others; the next one is another."""
        is_taken = conversation_id in self._taken
        self._taken.discard(conversation_id)
        return is_taken

    def _listed(self, conversation_id: str) -> Conversation | None:
        """Give a conversation as it is now; None when it is in the trash, or was purged, and that is told next."""
        try:
            conversation = self._conversations.get(conversation_id)
        except LookupError:
            return None
        return conversation if conversation.trashed_ms is None else None

    def show_unsent(self) -> None:
        """Mark where something waits to be sent from an earlier time; to look through 10,000 conversations takes 5 ms."""
        for conversation_id in self._conversations.unsent():
            self._model.set_unsent(conversation_id, True)

    @Slot(str)
    def _on_unsent_changed(self, conversation_id: str) -> None:
        if conversation_id:
            self._model.set_unsent(conversation_id, self._conversations.is_unsent(conversation_id))

    @Slot()
    def _on_folders_changed(self) -> None:
        self._model.set_folders(self._conversations.folders())

    @Slot(str)
    def _on_answer_started(self, conversation_id: str) -> None:
        self._model.set_answering(conversation_id, True)

    @Slot(str)
    def _on_answer_ended(self, conversation_id: str) -> None:
        self._model.set_answering(conversation_id, self._generation.is_answering(conversation_id))
