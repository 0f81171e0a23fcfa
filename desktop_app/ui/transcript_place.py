"""Where the transcript stands: an empty place until there is something to read, or until the window has been painted.

The view and the Markdown room behind it are a fifth of what a start imports (measured: 33 of 170 ms), and a start
shows the empty state. So this is the one place in `ui` that imports late.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.chat.message import Message
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from desktop_app.ui.transcript.transcript_view import TranscriptView


class TranscriptPlace(QWidget):
    """Passes on to a `TranscriptView` that it makes when it is first needed.

    Signals:
        link_clicked(href): as in `TranscriptView`.
    """

    link_clicked = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._error_text = ErrorText(self)
        self._view: TranscriptView | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    @property
    def view(self) -> TranscriptView:
        """The view, made now if need be."""
        if self._view is None:
            from desktop_app.ui.transcript.transcript_view import TranscriptView

            self._view = TranscriptView(self._theme, self, describe=self._error_text.stored_sentence)
            self._view.link_clicked.connect(self.link_clicked)
            self._view.addActions(self.actions())
            self.setFocusProxy(self._view)
            layout = self.layout()
            assert layout is not None
            layout.addWidget(self._view)
        return self._view

    @Slot()
    def warm(self) -> None:
        """Make the view and what the first answer needs, in idle time after the first paint."""
        self.view.warm()
        self.view.freeze_memory()

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        if self._view is not None:
            self._view.set_theme(theme)

    def set_messages(self, messages: Sequence[Message]) -> None:
        """Open a conversation, at its end."""
        self.view.set_messages(messages)

    def clear(self) -> None:
        """Show nothing."""
        if self._view is not None:
            self._view.clear()

    def add_message(self, message: Message) -> None:
        """Put a message at the end."""
        self.view.add_message(message)

    def append_text(self, message_id: str, text: str) -> None:
        """Take more text of an answer that is coming."""
        self.view.append_text(message_id, text)

    def update_message(self, message: Message) -> None:
        """Take the state, numbers or error of a message."""
        self.view.update_message(message)

    def set_reading(self, message_id: str, n_processed: int, n_prompt: int) -> None:
        """Say how much of the prompt was read, in tokens."""
        self.view.set_reading(message_id, n_processed, n_prompt)

    @Slot()
    def copy(self) -> None:
        """Put what is selected on the clipboard."""
        if self._view is not None:
            self._view.copy()
