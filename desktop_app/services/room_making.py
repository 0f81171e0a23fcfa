"""What the model is given to read for an answer, and what is done when that does not fit its context.

Works for `Generation`: a plain object, because it tells nobody but the one that made it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from desktop_app.chat.message import Message
from desktop_app.chat.prompt import Sent, to_send
from desktop_app.errors import AppError
from desktop_app.services.answer_in_progress import AnswerInProgress
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine

if TYPE_CHECKING:
    from desktop_app.chat.conversation import Conversation
    from desktop_app.services.summaries import Summaries


class RoomMaking:
    """Makes room by the policy of a conversation.

    `on_room(answer)` is called when an answer is to be handed to the engine again, and
    `on_none(answer, reason, is_stopped)` when a summary that it waited for could not be made, or was stopped.
    """

    def __init__(
        self,
        conversations: Conversations,
        engine: Engine,
        on_room: Callable[[AnswerInProgress], None],
        on_none: Callable[[AnswerInProgress, AppError | None, bool], None],
    ) -> None:
        self._conversations = conversations
        self._engine = engine
        self._on_room = on_room
        self._on_none = on_none
        self.waiting: list[AnswerInProgress] = []
        """Answers that wait for a summary of what stands before them."""
        self.summaries: Summaries | None = None
        self.default_policy: Callable[[], str] = lambda: "stop"
        self.instructions: Callable[[Conversation], str] = lambda conversation: conversation.system_prompt

    def policy(self, conversation: Conversation) -> str:
        """Give what is done when a conversation does not fit the context: "stop", "drop" or "summarise"."""
        return conversation.context_policy or self.default_policy()

    def prepare(self, answer: AnswerInProgress, conversation: Conversation, branch: Sequence[Message]) -> Sent:
        """Give what the engine gets to read for an answer: the conversation, or a summary and the rest of it."""
        from desktop_app.storage import summaries as store

        answer.policy = "stop" if answer.is_out_of_room else self.policy(conversation)
        database, model = self._conversations.reading(conversation.id), self._engine.model
        summaries, counts = store.summaries_in_use(database, conversation.id), dict[str, int]()
        if answer.policy != "stop" and model is not None:
            counts = store.token_counts(database, conversation.id, model.vocabulary)
        is_continued = bool(answer.earlier)
        if is_continued:
            # What is on disk is up to a second behind.
            branch = [*branch[:-1], replace(branch[-1], text=answer.earlier)]
        instructions = self.instructions(conversation)
        answer.sent = to_send(branch, instructions, is_continued=is_continued, summaries=summaries, counts=counts)
        return answer.sent

    def make(self, answer: AnswerInProgress) -> bool:
        """Do what the person has chosen for an answer that does not fit or has filled the context; False: nothing is left."""
        if answer.policy == "drop" and answer.n_before:
            self._on_room(answer)
            return True
        if answer.policy != "summarise" or self.summaries is None:
            return False
        try:
            branch = self._conversations.branch_to(answer.message_id)
        except LookupError:
            return True  # purged, and that is told next
        self.waiting.append(answer)
        try:
            is_made = self.summaries.make(branch, partial(self._on_summed_up, answer))
        except AppError as error:
            self._on_summed_up(answer, error, is_stopped=False)
            return True
        except LookupError:
            self.waiting.remove(answer)
            return True  # purged, and that is told next
        if not is_made:
            self.waiting.remove(answer)
            answer.is_out_of_room = True
            self._on_room(answer)
        return True

    def cancel(self, answer: AnswerInProgress) -> None:
        """Stop the summary that an answer waits for; `on_none` follows."""
        if self.summaries is not None:
            self.summaries.cancel(answer.conversation_id)

    def forget(self, conversation_id: str) -> None:
        """Let go of the answers of a conversation that is purged."""
        for answer in [one for one in self.waiting if one.conversation_id == conversation_id]:
            self.waiting.remove(answer)
            self.cancel(answer)

    def _on_summed_up(self, answer: AnswerInProgress, error: AppError | None, is_stopped: bool) -> None:
        if answer not in self.waiting:
            return
        self.waiting.remove(answer)
        if is_stopped or answer.is_stopped or error is not None:
            self._on_none(answer, error, is_stopped or answer.is_stopped)
        else:
            self._on_room(answer)
