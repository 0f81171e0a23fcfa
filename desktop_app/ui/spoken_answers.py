"""An answer read aloud while it comes, for those who listen to a screen reader.

Sentences are told when they are whole, and not more often than a voice can follow: told letter by letter, an answer
would interrupt itself. What a model thinks before it answers is not told; that it does is.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from desktop_app.chat.reasoning import split
from desktop_app.services.generation import Generation
from desktop_app.ui.open_conversation import OpenConversation

PAUSE_MS = 1_500
"""Between two announcements."""
_END = re.compile(r"[.!?…](?=\s)|[。！？]|\n")


class SpokenAnswers(QObject):
    """Announces the answer in the conversation on show, politely: after what is being said at that moment."""

    def __init__(self, generation: Generation, conversation: OpenConversation, window: QWidget) -> None:
        super().__init__(window)
        self._generation, self._conversation, self._window = generation, conversation, window
        self._message_id = ""
        self._n_said = 0
        """Characters of the answer that were announced."""
        self._is_thinking = False
        self._text = ""
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._say_sentences)
        generation.text_appended.connect(self._on_text_appended)
        generation.answer_finished.connect(self._on_answer_finished)

    @Slot(str, str, str)
    def _on_text_appended(self, conversation_id: str, message_id: str, _text: str) -> None:
        if conversation_id != self._conversation.conversation_id or not QAccessible.isActive():
            return
        if message_id != self._message_id:
            self._message_id, self._n_said, self._is_thinking = message_id, 0, False
            self._say(self.tr("The answer begins."))
        self._text = self._generation.text_so_far(message_id)
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _say_sentences(self) -> None:
        """Tell the sentences that are whole by now."""
        parts = split(self._text)
        if parts.text and not parts.is_closed:
            if not self._is_thinking:
                self._is_thinking = True
                self._say(self.tr("The model is thinking."))
            return
        ends = [found.end() for found in _END.finditer(parts.answer, self._n_said)]
        if ends:
            self._tell(parts.answer, ends[-1])

    @Slot(str, str)
    def _on_answer_finished(self, conversation_id: str, message_id: str) -> None:
        if message_id != self._message_id:
            return
        self._timer.stop()
        self._message_id = ""
        if conversation_id == self._conversation.conversation_id:
            answer = split(self._text).answer
            self._tell(answer, len(answer))
            self._say(self.tr("The answer is complete."))

    def _tell(self, answer: str, end: int) -> None:
        words = " ".join(answer[self._n_said : end].split())
        self._n_said = end
        if words:
            self._say(words)

    def _say(self, words: str) -> None:
        event = QAccessibleAnnouncementEvent(self._window, words)
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
        QAccessible.updateAccessibility(event)
