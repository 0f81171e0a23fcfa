"""Keeps what is typed: within 300 ms it is on its way to the disk, for each conversation its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from desktop_app.ui.composer.composer import Composer

if TYPE_CHECKING:
    from desktop_app.services.conversations import Conversations

SAVE_DELAY_MS = 300
"""After the first key that is not stored, not after the last: who types without a pause must not lose a page."""


class Drafts(QObject):
    """The draft of the conversation on show; None is the chat that does not exist yet."""

    def __init__(self, composer: Composer, conversations: Conversations, parent: QObject) -> None:
        super().__init__(parent)
        self._composer = composer
        self._conversations = conversations
        self._conversation_id: str | None = None
        self._stored = ""
        self._timer = QTimer(self, singleShot=True, interval=SAVE_DELAY_MS)
        self._timer.timeout.connect(self.save)
        composer.text_changed.connect(self._on_text_changed)

    def open(self, conversation_id: str | None) -> None:
        """Put away what is typed and bring what was typed in `conversation_id`."""
        self._composer.edit.finish_composing()
        self.save()
        # Read first: of one that is gone nothing is opened, and what is typed goes on belonging where it did.
        stored = self._conversations.draft(conversation_id)
        self._conversation_id, self._stored = conversation_id, stored
        self._composer.set_text(stored)
        self._timer.stop()

    def follow(self, conversation_id: str) -> None:
        """The new chat has become `conversation_id`: what is typed from now on belongs there."""
        if self._conversation_id is None:
            self._conversations.save_draft(None, "")
        self._conversation_id = conversation_id
        # The commit has emptied the draft: the same text typed again is not stored.
        self._stored = self._conversations.draft(conversation_id)
        self._on_text_changed()

    def drop_sent(self, text: str) -> None:
        """The message `text` is stored: take it out of the field, and keep what was typed since."""
        self._composer.edit.finish_composing()
        typed = self._composer.text()
        if typed.startswith(text):
            self._composer.set_text(typed[len(text) :].lstrip())

    @Slot()
    def save(self) -> None:
        """Store what is typed, unless it is stored already."""
        self._timer.stop()
        text = self._composer.text()
        if text != self._stored:
            self._stored = text
            self._conversations.save_draft(self._conversation_id, text)

    @Slot()
    def _on_text_changed(self) -> None:
        # What is typed is not compared before `save`: with a page on one line each key would read the page again.
        if not self._timer.isActive():
            self._timer.start()
