"""Messages that wait for the end of an answer: when the next of them is asked, and below which answer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from desktop_app.services.conversations import Conversations


class FollowUps(QObject):
    """Asks what waits; `is_busy` says whether nothing can be asked in a conversation now. Works for `Generation`."""

    def __init__(self, conversations: Conversations, is_busy: Callable[[str], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._is_busy = is_busy
        self.model_name: Callable[[], str] = str
        """Gives the name of the model that answers what waited."""
        self._due: dict[str, str] = {}
        """By conversation, its last answer, when that has ended by itself: what comes to wait there is asked below it at once."""
        self._held: set[str] = set()
        """Conversations where the person is changing what waits."""
        self._asking: set[str] = set()
        """Conversations where a message that waited is on its way to being a question."""
        conversations.queue_changed.connect(self._on_queue_changed)
        conversations.write_failed.connect(self._on_write_failed)

    def send(self, conversation_id: str) -> None:
        """Ask the first message that waits, unless an answer is in progress: then it is asked when that has ended.

        It stands below the answer that it has waited for, whatever the person looks at by now. After one that did not
        end by itself it is sent by hand, and stands below what is on show.
        """
        is_busy = conversation_id in self._asking or self._is_busy(conversation_id)
        if is_busy or not self._conversations.queued(conversation_id):
            return
        self._asking.add(conversation_id)
        # The next one waits for the end of this one's answer.
        answer_id = self._due.pop(conversation_id, None)
        self._conversations.ask_queued(conversation_id, self.model_name(), answer_id)

    def hold(self, conversation_id: str, is_held: bool) -> None:
        """Ask nothing that waits there by itself while the person is changing it; what was due by then is asked after that."""
        (self._held.add if is_held else self._held.discard)(conversation_id)
        self._send_by_itself(conversation_id)

    def go_on(self, conversation_id: str, answer_id: str) -> None:
        """An answer has ended by itself: ask what waits for it."""
        self._due[conversation_id] = answer_id
        self._send_by_itself(conversation_id)

    def put_off(self, conversation_id: str) -> None:
        """Ask nothing by itself until another answer has ended."""
        self._due.pop(conversation_id, None)

    def _send_by_itself(self, conversation_id: str) -> None:
        if conversation_id in self._due and conversation_id not in self._held:
            self.send(conversation_id)

    @Slot(str)
    def _on_queue_changed(self, conversation_id: str) -> None:
        self._asking.discard(conversation_id)
        # It may have come to wait just before the answer ended, and be on disk only now.
        self._send_by_itself(conversation_id)

    @Slot()
    def _on_write_failed(self) -> None:
        self._asking.clear()
