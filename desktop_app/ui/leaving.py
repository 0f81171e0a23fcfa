"""Whether the window may close: when all that was written is on disk, or when the person says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_app.ui.open_conversation import OpenConversation
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from desktop_app.services.conversations import Conversations
    from desktop_app.ui.dialogs.unsaved import UnsavedDialog

FLUSH_TIMEOUT_MS = 1500
"""How long the window stands still before it asks; with a disk that works `flush` returns in 1 ms."""


class Leaving(QObject):
    """Stands between the wish to close the window and the end.

    Signals:
        close_requested(): the window should be closed now, as if the person had done so.
    """

    close_requested = Signal()

    def __init__(self, conversations: Conversations, conversation: OpenConversation, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._conversations = conversations
        self._conversation = conversation
        self._theme = theme
        self._window = window
        self._dialog: UnsavedDialog | None = None
        self._is_unasked = False
        self._others: list[tuple[Callable[[], None], Callable[[], list[str]]]] = []

    def store_also(self, store: Callable[[], None], unsaved_texts: Callable[[], list[str]]) -> None:
        """Have `store` called before the window closes; `unsaved_texts` gives what the disk has not taken."""
        self._others.append((store, unsaved_texts))

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme

    def ask_nothing(self) -> None:
        """Let the window close whatever happens: the system ends the application, and nobody may be there."""
        self._is_unasked = True

    def may_close(self) -> bool:
        """Store what is typed; say whether all is on disk or the person does not mind, and ask otherwise."""
        self._conversation.save_draft()
        for store, _ in self._others:
            store()
        if self._is_unasked or self._conversations.flush(FLUSH_TIMEOUT_MS):
            self._close_dialog()
            return True
        self._ask()
        return False

    def _ask(self) -> None:
        if self._dialog is not None:
            return
        from desktop_app.ui.dialogs.unsaved import UnsavedDialog

        self._dialog = UnsavedDialog(self._theme, self._window)
        self._dialog.retry_requested.connect(self.close_requested)
        self._dialog.copy_requested.connect(self._on_copy_requested)
        self._dialog.leave_requested.connect(self._on_leave_requested)
        self._dialog.finished.connect(self._on_finished)
        self._dialog.open()

    def _close_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.close()

    @Slot()
    def _on_copy_requested(self) -> None:
        texts = self._conversation.unsaved_texts()
        texts += [text for _, unsaved_texts in self._others for text in unsaved_texts()]
        QGuiApplication.clipboard().setText("\n\n".join(texts))

    @Slot()
    def _on_leave_requested(self) -> None:
        self.ask_nothing()
        self.close_requested.emit()

    @Slot()
    def _on_finished(self) -> None:
        self._dialog = None
