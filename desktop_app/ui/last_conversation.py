"""The second start goes on where the first one ended: the conversation that was on show last time is on show again.

Used after the first paint, which a long conversation must not put off. What the model has read of it was kept on disk
by the engine, and comes back with the next question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop_app.errors import StorageError

if TYPE_CHECKING:
    from desktop_app.services import Services
    from desktop_app.ui.main_window import MainWindow

KEY = "last_conversation"


class LastConversation(QObject):
    """Remembers what is on show from now on. A private conversation is not remembered, as nothing of it is."""

    def __init__(self, services: Services, window: MainWindow) -> None:
        super().__init__(window)
        self._services = services
        self._window = window
        window.conversation.opened.connect(self._on_opened)

    def open(self) -> None:
        """Show the conversation of last time, if it is still there and not in the trash."""
        id_ = str(self._services.preferences.get(KEY))
        try:
            if id_ and self._services.conversations.get(id_).trashed_ms is None:
                self._window.open_conversation(id_)
        except LookupError:
            return
        except StorageError as error:
            self._window.show_error(error)

    @Slot(str)
    def _on_opened(self, conversation_id: str) -> None:
        is_private = bool(conversation_id) and self._services.conversations.get(conversation_id).is_private
        self._services.preferences.set(KEY, "" if is_private else conversation_id)
