"""What there is to know and to hear of answers in progress, and by whose choices they are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.engine.parameters import SamplingParameters
from desktop_app.services.answer_in_progress import AnswerInProgress
from desktop_app.services.room_making import RoomMaking

if TYPE_CHECKING:
    from desktop_app.chat.conversation import Conversation
    from desktop_app.services.summaries import Summaries


class GenerationFacts(QObject):
    """All answers in progress.

    Signals:
        text_appended(conversation_id, message_id, text): new text, many tokens at once.
        reading_progressed(message_id, n_processed, n_prompt): while the model reads the conversation.
        context_fitted(conversation_id, ids, n_prompt, n_ctx): what an answer is given to read, and the ids of the messages
            that are not in it.
        answer_started(conversation_id), answer_finished(conversation_id, message_id)
        answer_failed(conversation_id, message_id, AppError): its text so far is kept.
    """

    text_appended = Signal(str, str, str)
    reading_progressed = Signal(str, int, int)
    context_fitted = Signal(str, object, int, int)
    answer_started = Signal(str)
    answer_finished = Signal(str, str)
    answer_failed = Signal(str, str, object)

    def __init__(self, room: RoomMaking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[AnswerInProgress] = []
        self._running: dict[int, AnswerInProgress] = {}
        self._room = room
        self._thinking: Callable[[], tuple[bool | None, int]] = lambda: (None, -1)
        self._sampling: Callable[[str], SamplingParameters] = lambda _conversation_id: SamplingParameters()

    def choose_policy_by(self, policy: Callable[[], str]) -> None:
        """Take what is done with a conversation that does not fit from here, where it has no choice of its own."""
        self._room.default_policy = policy

    def choose_thinking_by(self, thinking: Callable[[], tuple[bool | None, int]]) -> None:
        """Take whether models reason before they answer, and for how many tokens at most, from here."""
        self._thinking = thinking

    def sample_by(self, sampling: Callable[[str], SamplingParameters]) -> None:
        """Take how the answers of a conversation are sampled from here; by itself it is what was chosen in it."""
        self._sampling = sampling

    def instruct_by(self, instructions: Callable[[Conversation], str]) -> None:
        """Take what stands before every prompt of a conversation from here; by itself it is the conversation's own."""
        self._room.instructions = instructions

    def instructions(self, conversation: Conversation) -> str:
        """Give what stands before every prompt of a conversation, as it is to be read now."""
        return self._room.instructions(conversation)

    def sum_up_by(self, summaries: Summaries) -> None:
        """Have summaries made by this."""
        self._room.summaries = summaries

    def policy(self, conversation: Conversation) -> str:
        """Give what is done when a conversation does not fit the context: "stop", "drop" or "summarise"."""
        return self._room.policy(conversation)

    def is_answering(self, conversation_id: str) -> bool:
        """Say whether an answer of this conversation is in progress or waits for the model."""
        return any(answer.conversation_id == conversation_id for answer in self._in_progress())

    def n_predicted(self, conversation_id: str) -> int:
        """Give how many tokens have come of the answer in progress; 0 when there is none."""
        return next((answer.n_predicted for answer in self._running.values() if answer.conversation_id == conversation_id), 0)

    def is_any_answering(self) -> bool:
        """Say whether any answer is in progress or waits for the model."""
        return bool(self._waiting or self._running or self._room.waiting)

    def text_so_far(self, message_id: str) -> str:
        """Give all that has been shown of an answer in progress; "" when there is none of that id."""
        return next((answer.text for answer in self._in_progress() if answer.message_id == message_id), "")

    def _in_progress(self) -> Iterator[AnswerInProgress]:
        yield from (*self._waiting, *self._running.values(), *self._room.waiting)
