"""Titles that the model gives: after the first exchange of a conversation, in the background, once.

Right after an answer the model still holds all it has read of the conversation, so that a title costs a few dozen
tokens, and it is written beside whatever else is answered; later it would push another conversation out of memory. So
one that could not be made is tried again after the next answer of the same conversation, and not before. Until there is
one, and whenever the model is too weak for it, the conversation is called by the first line of its question.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from desktop_app.chat.conversation import first_line
from desktop_app.chat.message import MessageState, Role
from desktop_app.chat.title import TITLE_SAMPLING, title_in, title_messages
from desktop_app.engine.protocol import GenerationFinished
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine
from desktop_app.services.generation import Generation

MIN_N_PARAMS = 1_000_000_000
"""A smaller model follows the request too rarely; the first line of the question is a better title then."""
DELAY_MS = 500
"""Between an answer and the request: a person who asks on at once is not in its way."""


class Titles(QObject):
    """Asks for titles, one at a time, and stores what is usable."""

    def __init__(
        self, conversations: Conversations, engine: Engine, generation: Generation, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._engine = engine
        self._generation = generation
        self._untitled: set[str] = set()
        """Conversations that are to get a title."""
        self._ended: list[str] = []
        """Of these the ones whose answer has just ended."""
        self._task = 0
        self._conversation_id = ""
        self._text: list[str] = []
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._on_time)
        conversations.message_changed.connect(self._on_message_changed)
        conversations.conversation_changed.connect(self._on_conversation_changed)
        conversations.conversation_trashed.connect(self.cancel)
        conversations.conversation_purged.connect(self.cancel)
        engine.text_generated.connect(self._on_text_generated)
        engine.generation_finished.connect(self._on_finished)
        engine.generation_failed.connect(self._on_failed)

    @Slot(str)
    def cancel(self, conversation_id: str) -> None:
        """Make no title for this conversation, whether one is being made or was to be."""
        self._untitled.discard(conversation_id)
        if self._task and self._conversation_id == conversation_id:
            task, self._task = self._task, 0
            self._engine.cancel(task)

    @Slot(str, str)
    def _on_message_changed(self, conversation_id: str, message_id: str) -> None:
        """An answer has ended."""
        if conversation_id not in self._untitled and self._is_first_answer(message_id):
            self._untitled.add(conversation_id)
        if conversation_id in self._untitled and conversation_id not in self._ended:
            self._ended.append(conversation_id)
            self._timer.start()

    def _is_first_answer(self, message_id: str) -> bool:
        """Say whether this is the answer to the question that its conversation is called by."""
        try:
            answer = self._conversations.message(message_id)
            if answer.role is not Role.ASSISTANT or answer.state is not MessageState.DONE or answer.parent_id is None:
                return False
            question = self._conversations.message(answer.parent_id)
            conversation = self._conversations.get(answer.conversation_id)
        except LookupError:
            return False  # purged meanwhile
        is_first = question.parent_id is None and bool(answer.text)
        return is_first and not conversation.title_is_custom and conversation.title == first_line(question.text)

    @Slot()
    def _on_time(self) -> None:
        if self._task or not self._ended:
            return
        conversation_id, model = self._ended.pop(0), self._engine.model
        if conversation_id in self._untitled and model is not None and not self._generation.is_answering(conversation_id):
            if model.n_params < MIN_N_PARAMS:
                self._untitled.discard(conversation_id)
            else:
                self._ask(conversation_id)
        self._go_on()

    def _go_on(self) -> None:
        if self._ended and not self._task:
            self._timer.start()

    def _ask(self, conversation_id: str) -> None:
        try:
            instructions = self._generation.instructions(self._conversations.get(conversation_id))
            branch = self._conversations.branch(conversation_id)
        except LookupError:
            return  # purged, and that is told next
        messages = title_messages(branch, instructions)
        self._conversation_id, self._text = conversation_id, []
        self._task = self._engine.generate(messages, TITLE_SAMPLING, is_background=True, thinking=False)

    @Slot(str)
    def _on_conversation_changed(self, conversation_id: str) -> None:
        if conversation_id not in self._untitled:
            return
        try:
            is_custom = self._conversations.get(conversation_id).title_is_custom
        except LookupError:
            return  # purged, and that is told next
        if is_custom:
            self.cancel(conversation_id)

    @Slot(int, str)
    def _on_text_generated(self, task: int, text: str) -> None:
        if task == self._task:
            self._text.append(text)

    @Slot(int, object)
    def _on_finished(self, task: int, event: GenerationFinished) -> None:
        if task != self._task:
            return
        self._task = 0
        if event.stop != "cancelled":
            self._untitled.discard(self._conversation_id)
        # One that has not ended by itself is no title but a talk about one.
        title = title_in("".join(self._text)) if event.stop == "eos" else ""
        if title:
            self._conversations.set_automatic_title(self._conversation_id, title)
        self._go_on()

    @Slot(int, object)
    def _on_failed(self, task: int, _error: object) -> None:
        if task == self._task:
            self._task = 0
            self._untitled.discard(self._conversation_id)
            self._go_on()
