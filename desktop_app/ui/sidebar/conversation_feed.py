"""Keeps the list in step with the stored conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop_app.ui.sidebar.conversation_list_model import ConversationListModel

if TYPE_CHECKING:
    from desktop_app.services.conversations import Conversations
    from desktop_app.services.generation import Generation


class ConversationFeed(QObject):
    """Tells the list model what was added, changed, put into the trash or brought back, and who is being answered."""

    def __init__(
        self, model: ConversationListModel, conversations: Conversations, generation: Generation, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._conversations = conversations
        self._generation = generation
        model.set_conversations(conversations.all())
        model.rename_requested.connect(conversations.rename)
        for signal in (conversations.conversation_added, conversations.conversation_changed, conversations.conversation_restored):
            signal.connect(self._on_conversation_changed)
        conversations.conversation_trashed.connect(model.remove)
        generation.answer_started.connect(self._on_answer_started)
        generation.answer_finished.connect(self._on_answer_ended)
        generation.answer_failed.connect(self._on_answer_ended)

    @Slot(str)
    def _on_conversation_changed(self, conversation_id: str) -> None:
        conversation = self._conversations.get(conversation_id)
        if conversation.trashed_ms is None:
            self._model.put(conversation)

    @Slot(str)
    def _on_answer_started(self, conversation_id: str) -> None:
        self._model.set_answering(conversation_id, True)

    @Slot(str)
    def _on_answer_ended(self, conversation_id: str) -> None:
        self._model.set_answering(conversation_id, self._generation.is_answering(conversation_id))
