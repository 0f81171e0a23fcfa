"""The conversation on show: what is stored and what streams goes to the transcript, what is written goes to the disk.

The composer is emptied only when its question is committed; until then the text stays where it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.services.engine import EngineState
from desktop_app.ui.composer.composer import Composer, ComposerState
from desktop_app.ui.composer.drafts import Drafts
from desktop_app.ui.model_status import ModelStatusText

if TYPE_CHECKING:
    from desktop_app.services import Services
    from desktop_app.ui.transcript_place import TranscriptPlace


@dataclass(slots=True)
class _Question:
    """A question on its way to the disk. `came_from`: the conversation it was written in, None for a new chat."""

    came_from: str | None
    conversation_id: str
    text: str


class OpenConversation(QObject):
    """Which conversation is on show, and its life on screen.

    Signals:
        opened(conversation_id): another is on show; "" for the new chat.
        emptiness_changed(is_empty): whether there is anything to read.
        answering_changed(is_answering): whether there is something to stop.
        speed_measured(tokens_per_s)
    """

    opened = Signal(str)
    emptiness_changed = Signal(bool)
    answering_changed = Signal(bool)
    speed_measured = Signal(float)

    def __init__(
        self, services: Services, transcript: TranscriptPlace, composer: Composer, words: ModelStatusText, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._conversations = services.conversations
        self._generation = services.generation
        self._engine = services.engine
        self._transcript = transcript
        self._composer = composer
        self._words = words
        self._drafts = Drafts(composer, services.conversations, self)
        self._pending: dict[str, _Question] = {}
        self._refused: _Question | None = None
        self._shown: set[str] = set()
        self.conversation_id: str | None = None
        self._connect_composer()
        self._connect_services()

    def _connect_composer(self) -> None:
        self._composer.submit_requested.connect(self._on_submit_requested)
        self._composer.stop_requested.connect(self.stop)

    def _connect_services(self) -> None:
        self._conversations.message_added.connect(self._on_message_added)
        self._conversations.message_changed.connect(self._on_message_changed)
        self._conversations.ask_failed.connect(self._on_ask_failed)
        self._generation.text_appended.connect(self._on_text_appended)
        self._generation.reading_progressed.connect(self._on_reading_progressed)
        self._generation.answer_started.connect(self._on_answering_changed)
        self._generation.answer_finished.connect(self._on_answering_changed)
        self._generation.answer_failed.connect(self._on_answering_changed)
        # Queued: the engine changes its state in the middle of taking an answer from those that wait.
        self._engine.state_changed.connect(self._on_answering_changed, Qt.ConnectionType.QueuedConnection)

    def open(self, conversation_id: str | None) -> None:
        """Show a conversation; None: the new chat. What was typed is kept with the one before."""
        self._drafts.open(conversation_id)
        self.conversation_id = conversation_id
        messages = [] if conversation_id is None else [self._with_text_so_far(one) for one in self._branch(conversation_id)]
        self._shown = {message.id for message in messages}
        if messages:
            self._transcript.set_messages(messages)
        else:
            self._transcript.clear()
        self.emptiness_changed.emit(not messages)
        self._refresh_composer()
        self.opened.emit(conversation_id or "")

    def _branch(self, conversation_id: str) -> tuple[Message, ...]:
        return self._conversations.branch(conversation_id)

    def _with_text_so_far(self, message: Message) -> Message:
        """Give an answer in progress with what has streamed since it was last stored."""
        if message.state is not MessageState.GENERATING:
            return message
        return replace(message, text=self._generation.text_so_far(message.id) or message.text)

    @Slot()
    def stop(self) -> None:
        """Stop the answer on show."""
        if self.conversation_id is not None:
            self._generation.stop(self.conversation_id)

    def try_again(self) -> None:
        """Send again what could not be stored; store the draft when there is nothing to send."""
        refused = self._refused
        is_here = refused is not None and refused.came_from == self.conversation_id
        if refused is not None and is_here and not self._is_sending() and self._composer.text() == refused.text:
            self._on_submit_requested(refused.text)
        else:
            self._drafts.save()

    def save_draft(self) -> None:
        """Store what is typed, for the end of the application."""
        self._drafts.save()

    def unsaved_texts(self) -> list[str]:
        """Give what the person wrote that may not be on disk: in the composer, on its way, and in drafts; none twice."""
        questions = [question.text for question in self._pending.values()]
        texts = [self._composer.text(), *questions, *self._conversations.unsaved_drafts()]
        return [text for text in dict.fromkeys(texts) if text.strip()]

    def _is_sending(self) -> bool:
        """Say whether a question of the chat on show is on its way to the disk: a second Enter would ask it twice."""
        return any(question.came_from == self.conversation_id for question in self._pending.values())

    def _refresh_composer(self) -> None:
        conversation_id = self.conversation_id
        is_answering = conversation_id is not None and self._generation.is_answering(conversation_id)
        self.answering_changed.emit(is_answering)
        if is_answering:
            is_ready = self._engine.state in (EngineState.READY, EngineState.ANSWERING)
            self._composer.set_state(ComposerState.ANSWERING if is_ready else ComposerState.WAITING)
        elif self._is_sending():
            self._composer.set_state(ComposerState.SENDING)
        else:
            self._composer.set_state(ComposerState.READY)

    @Slot(str)
    def _on_submit_requested(self, text: str) -> None:
        came_from = self.conversation_id
        self._refused = None
        conversation_id = self._conversations.ask(came_from, text, self._words.current_name())
        self._pending[conversation_id] = _Question(came_from, conversation_id, text)
        self._composer.set_state(ComposerState.SENDING)

    @Slot(str, str)
    def _on_message_added(self, conversation_id: str, message_id: str) -> None:
        message = self._conversations.message(message_id)
        if message.role is Role.USER and (question := self._pending.pop(conversation_id, None)) is not None:
            self._settle(question)
            self._refresh_composer()
        if conversation_id == self.conversation_id and message_id not in self._shown:
            self._shown.add(message_id)
            self._transcript.add_message(message)
            self.emptiness_changed.emit(False)
            self._refresh_composer()

    def _settle(self, question: _Question) -> None:
        """The question is on disk: take it out of the composer, or out of the draft when another chat is on show."""
        if self.conversation_id != question.came_from:
            if self._conversations.draft(question.came_from) == question.text:
                self._conversations.save_draft(question.came_from, "")
            return
        self._drafts.drop_sent(question.text)
        self._drafts.follow(question.conversation_id)
        if question.came_from is None:
            self._transcript.clear()
            self.conversation_id = question.conversation_id
            self.opened.emit(question.conversation_id)

    @Slot(str, str)
    def _on_message_changed(self, conversation_id: str, message_id: str) -> None:
        if conversation_id != self.conversation_id:
            return
        message = self._conversations.message(message_id)
        self._transcript.update_message(message)
        if message.stats is not None:
            self.speed_measured.emit(message.stats.tokens_per_s)

    @Slot(str, str, str)
    def _on_text_appended(self, conversation_id: str, message_id: str, text: str) -> None:
        if conversation_id == self.conversation_id and message_id in self._shown:
            self._transcript.append_text(message_id, text)

    @Slot(str, int, int)
    def _on_reading_progressed(self, message_id: str, n_processed: int, n_prompt: int) -> None:
        if message_id in self._shown:
            self._transcript.set_reading(message_id, n_processed, n_prompt)

    @Slot()
    def _on_answering_changed(self) -> None:
        self._refresh_composer()

    @Slot(str, object)
    def _on_ask_failed(self, conversation_id: str, _error: object) -> None:
        self._refused = self._pending.pop(conversation_id, None)
        self._refresh_composer()
