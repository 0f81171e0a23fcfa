"""What waits in the conversation on show: from the composer to the disk, and the cards that tell of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.ui.composer.queued import QueuedMessages

if TYPE_CHECKING:
    from desktop_app.chat.queued import QueuedMessage
    from desktop_app.services import Services


class MessageQueue(QObject):
    """Follows one conversation after the other.

    Signals:
        stored(text): it waits, and is on disk: the composer may let go of it.
        given_back(conversation_id, text): it is nowhere else, since it was not written in the composer, and is not on disk.
    """

    stored = Signal(str)
    given_back = Signal(str, str)

    def __init__(
        self, services: Services, cards: QueuedMessages, parent: QObject, attached: Callable[[], Sequence[str]] = tuple
    ) -> None:
        """`attached` gives the files in the composer that go with a message."""
        super().__init__(parent)
        self._attached = attached
        self._conversations = services.conversations
        self._generation = services.generation
        self._cards = cards
        self._conversation_id: str | None = None
        self._is_answering = False
        self._messages: tuple[QueuedMessage, ...] = ()
        """What waits, as last read: an engine that ends with the application changes its state when nothing can be read."""
        self._pending: dict[str, tuple[str, str]] = {}
        """On their way to the disk: conversation and text."""
        self._apart: set[str] = set()
        """Those of them that were not written in the composer."""
        self._left: dict[str, dict[str, str]] = {}
        """What the person was changing in conversations that they left, and what stood there before."""
        cards.edited.connect(self._conversations.edit_queued)
        cards.editing_changed.connect(self._on_editing_changed)
        cards.send_requested.connect(self._on_send_requested)
        self._conversations.message_queued.connect(self._on_message_queued)
        self._conversations.queue_changed.connect(self._on_queue_changed)
        self._conversations.queue_failed.connect(self._on_queue_failed)
        self._conversations.conversation_purged.connect(self._on_conversation_purged)

    def open(self, conversation_id: str | None) -> None:
        """Show what waits in a conversation."""
        before, self._conversation_id = self._conversation_id, conversation_id
        if before == conversation_id:
            self._refresh()
            return
        if before is not None and (edited := {card.message.id: card.original for card in self._cards.cards if card.is_edited}):
            self._left[before] = edited  # not asked: half of it may be missing
        self._cards.set_messages((), self._is_answering)  # what is typed there is stored
        self._refresh()
        left = self._left.pop(conversation_id or "", {})
        for card in self._cards.cards:
            if card.message.id in left:
                card.begin_edit(left[card.message.id])
        self._on_editing_changed()

    def set_answering(self, is_answering: bool) -> None:
        """Say whether an answer is in progress, which the messages wait for."""
        if is_answering != self._is_answering:
            self._is_answering = is_answering
            self._show()

    def add(self, text: str) -> None:
        """Let a message wait; a second Enter before it is on disk does nothing."""
        conversation_id = self._conversation_id
        if conversation_id is None or (conversation_id, text) in self._pending.values():
            return
        self._pending[self._conversations.queue(conversation_id, text, self._attached())] = (conversation_id, text)

    def add_apart(self, conversation_id: str, text: str) -> None:
        """Let a message wait that was not written in the composer: what stands there stays."""
        queued_id = self._conversations.queue(conversation_id, text, keeps_draft=True)
        self._pending[queued_id] = (conversation_id, text)
        self._apart.add(queued_id)

    def texts(self) -> list[str]:
        """Give what is on its way."""
        return [text for _, text in self._pending.values()]

    def _refresh(self) -> None:
        self._messages = self._conversations.queued(self._conversation_id) if self._conversation_id is not None else ()
        self._show()

    def _show(self) -> None:
        if self._messages or not self._cards.isHidden():
            self._cards.set_messages(self._messages, self._is_answering)

    @Slot(str, str)
    def _on_message_queued(self, conversation_id: str, queued_id: str) -> None:
        # It may have been asked by now, and wait no more.
        _, text = self._pending.pop(queued_id, ("", ""))
        if queued_id in self._apart:
            self._apart.remove(queued_id)
        elif text and conversation_id == self._conversation_id:
            self.stored.emit(text)

    @Slot(str)
    def _on_queue_changed(self, conversation_id: str) -> None:
        if conversation_id == self._conversation_id:
            self._refresh()

    @Slot(str, object)
    def _on_queue_failed(self, queued_id: str, _error: object) -> None:
        # Not on disk, and not tried again: the text is still in the composer, where Enter sends it, or goes there now.
        refused = self._pending.pop(queued_id, None)
        if refused is not None and queued_id in self._apart:
            self._apart.remove(queued_id)
            self.given_back.emit(*refused)

    @Slot(str)
    def _on_conversation_purged(self, conversation_id: str) -> None:
        # What came after that is not written, and nothing is told of it.
        self._pending = {id: sent for id, sent in self._pending.items() if sent[0] != conversation_id}
        self._apart.intersection_update(self._pending)

    @Slot()
    def _on_editing_changed(self) -> None:
        if self._conversation_id is not None:
            self._generation.hold_queue(self._conversation_id, self._cards.is_edited)

    @Slot()
    def _on_send_requested(self) -> None:
        self._cards.store()
        if self._conversation_id is not None:
            self._generation.send_queued(self._conversation_id)
