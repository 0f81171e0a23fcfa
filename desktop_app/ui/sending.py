"""Questions on their way to the disk: each is asked once, and one that the disk did not take can be sent again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop_app.record import Record

if TYPE_CHECKING:
    from desktop_app.services.conversations import Conversations


class Question(Record):
    """A question on its way. `came_from`: the conversation it was written in, None for a new chat."""

    came_from: str | None
    conversation_id: str
    text: str
    keeps_draft: bool = False
    """It was not written in the composer, and what stands there stays."""


class Sending:
    """The questions that are not on disk yet."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations
        self._pending: dict[str, Question] = {}
        self._refused: Question | None = None

    def ask(
        self, came_from: str | None, text: str, model: str, attachments: Sequence[str] = (), *, keeps_draft: bool = False
    ) -> None:
        """Hand a question to the disk, with the files in the composer that go with it."""
        self._refused = None
        conversation_id = self._conversations.ask(came_from, text, model, attachments=attachments, keeps_draft=keeps_draft)
        self._pending[conversation_id] = Question(came_from, conversation_id, text, keeps_draft)

    def is_under_way(self, came_from: str | None) -> bool:
        """Say whether a question of this chat is on its way: a second Enter would ask it twice."""
        return any(question.came_from == came_from for question in self._pending.values())

    def texts(self) -> list[str]:
        """Give what is on its way."""
        return [question.text for question in self._pending.values()]

    def arrived(self, conversation_id: str) -> Question | None:
        """Take the question that is on disk now; None when none was on its way there."""
        return self._pending.pop(conversation_id, None)

    def failed(self, conversation_id: str) -> Question | None:
        """The disk has not taken it; it waits to be sent again. Gives it."""
        self._refused = self._pending.pop(conversation_id, None)
        return self._refused

    def refused(self, came_from: str | None, text: str) -> bool:
        """Say whether `text` is what the disk has not taken from this chat, and can be sent again."""
        question = self._refused
        is_same = question is not None and question.came_from == came_from and question.text == text
        return is_same and not self.is_under_way(came_from)
