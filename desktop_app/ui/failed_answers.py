"""Answers that came to nothing, or to half of it: why, in which conversation, and a button that acts on that one.

It may be any conversation, and another one may be on show when the button is pressed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.chat.conversation import first_line
from desktop_app.ui.error_text import ErrorText, Remedy
from desktop_app.ui.notices import Notice, NoticeArea

if TYPE_CHECKING:
    from desktop_app.errors import AppError
    from desktop_app.services import Services

ANSWER_AGAIN = "answer_again"


class FailedAnswers(QObject):
    """Tells of them.

    Signals:
        conversation_requested(conversation_id): it is to be on show.
    """

    conversation_requested = Signal(str)

    def __init__(self, services: Services, notices: NoticeArea, parent: QObject) -> None:
        super().__init__(parent)
        self._conversations = services.conversations
        self._notices = notices
        self._error_text = ErrorText(self)
        self._on_show = ""
        services.generation.answer_failed.connect(self._on_answer_failed)
        notices.action_requested.connect(self._on_action_requested)

    @Slot(str)
    def set_on_show(self, conversation_id: str) -> None:
        """Know which conversation is on show; "" for none."""
        self._on_show = conversation_id

    @Slot(str, str, object)
    def _on_answer_failed(self, conversation_id: str, message_id: str, error: AppError) -> None:
        words = self._error_text.describe(error)
        actions: dict[Remedy, tuple[str, object]] = {
            Remedy.MAKE_ROOM: (Remedy.MAKE_ROOM, conversation_id),
            Remedy.TRY_AGAIN: (ANSWER_AGAIN, (conversation_id, message_id)),
        }
        action, payload = actions.get(words.remedy, (words.remedy, error))
        button = words.button if words.remedy is not Remedy.CLOSE else ""
        # Only the kind: an engine that dies is told of twice, by itself and by the answer that it broke.
        key, sentence = type(error).__name__, self._placed(conversation_id, words.sentence)
        self._notices.show_notice(Notice(sentence, "error", key, action, button, payload, words.details))

    def _placed(self, conversation_id: str, sentence: str) -> str:
        """Say as well where it was, when that is not what the person looks at."""
        title = self._title(conversation_id)
        if conversation_id == self._on_show or title is None:
            return sentence
        if not title:
            return self.tr("The answer in another chat could not be finished. {sentence}").format(sentence=sentence)
        text = self.tr("The answer in “{title}” could not be finished. {sentence}")
        return text.format(title=title, sentence=sentence)

    def _title(self, conversation_id: str) -> str | None:
        """Give the title on one short line; None when the conversation was purged."""
        try:
            return first_line(self._conversations.get(conversation_id).title)
        except LookupError:
            return None

    @Slot(str, object)
    def _on_action_requested(self, action: str, payload: object) -> None:
        if action == ANSWER_AGAIN and isinstance(payload, tuple):
            conversation_id, message_id = payload
            if self._title(conversation_id) is not None:
                self.conversation_requested.emit(conversation_id)
                self._conversations.continue_answer(message_id)
