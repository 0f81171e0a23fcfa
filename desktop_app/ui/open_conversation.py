"""The conversation on show: what is stored and what streams goes to the transcript, what is written goes to the disk.

The composer is emptied only when its question is committed; until then the text stays where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.services.engine import EngineState
from desktop_app.ui.composer.composer import Composer, ComposerState
from desktop_app.ui.composer.drafts import Drafts
from desktop_app.ui.model_status import ModelStatusText
from desktop_app.ui.sending import Question, Sending

if TYPE_CHECKING:
    from desktop_app.chat.conversation import Conversation
    from desktop_app.services import Services
    from desktop_app.ui.editing import Editing
    from desktop_app.ui.message_queue import MessageQueue
    from desktop_app.ui.transcript_place import TranscriptPlace


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
        self,
        services: Services,
        transcript: TranscriptPlace,
        composer: Composer,
        words: ModelStatusText,
        editing: Editing,
        queue: MessageQueue,
        parent: QObject,
        attached: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        super().__init__(parent)
        self._conversations = services.conversations
        self._generation = services.generation
        self._engine = services.engine
        self._transcript = transcript
        self._composer = composer
        self._words = words
        self._editing = editing
        self._queue = queue
        self._attached = attached
        """Gives the files in the composer that go with a question."""
        self._drafts = Drafts(composer, services.conversations, self)
        self._sending = Sending(services.conversations)
        self._shown: set[str] = set()
        self._with_notes: Callable[[list[Message]], list[Message]] = list
        """Puts what stands between the messages among them."""
        self._wanted_private = ""
        """A conversation that is being made, to be shown as soon as it is there."""
        self._is_read_only = False
        self.conversation_id: str | None = None
        self._connect_composer()
        self._connect_messages()
        self._connect_conversation()
        self._connect_answers()

    def _connect_composer(self) -> None:
        self._composer.submit_requested.connect(self._on_submit_requested)
        self._composer.stop_requested.connect(self.stop)
        self._composer.queue_requested.connect(self._queue.add)
        self._composer.restore_requested.connect(self._on_restore_requested)
        self._queue.stored.connect(self._on_queued)
        self._queue.given_back.connect(self._on_given_back)

    def _connect_messages(self) -> None:
        self._conversations.message_added.connect(self._on_message_added)
        self._conversations.message_changed.connect(self._on_message_changed)
        self._conversations.branch_changed.connect(self._on_branch_changed)
        self._conversations.answer_resumed.connect(self._on_message_changed)
        self._conversations.ask_failed.connect(self._on_ask_failed)

    def _connect_conversation(self) -> None:
        self._conversations.conversation_added.connect(self._on_conversation_added)
        self._conversations.conversation_restored.connect(self._on_conversation_restored)
        self._conversations.conversation_purged.connect(self._on_conversation_purged)

    def _connect_answers(self) -> None:
        self._generation.text_appended.connect(self._on_text_appended)
        self._generation.reading_progressed.connect(self._on_reading_progressed)
        self._generation.answer_started.connect(self._on_answering_changed)
        self._generation.answer_finished.connect(self._on_answer_finished)
        self._generation.answer_failed.connect(self._on_answering_changed)
        # Queued: the engine changes its state in the middle of taking an answer from those that wait.
        self._engine.state_changed.connect(self._on_answering_changed, Qt.ConnectionType.QueuedConnection)

    # Opening

    def open(self, conversation_id: str | None, *, is_private: bool = False) -> None:
        """Show a conversation; None: the new chat, or with `is_private` one that is never on disk.

        What was typed is kept with the one before.
        """
        if conversation_id is None and is_private:
            self._open_private()
            return
        self._wanted_private = ""
        self._editing.leave()
        self._drafts.open(conversation_id)
        before, self.conversation_id = self.conversation_id, conversation_id
        messages = self._messages()
        # First, so that the transcript has its size when it lays 1,000 messages out: 15 ms of 50.
        self.emptiness_changed.emit(not messages)
        if messages:
            self._transcript.set_messages(messages)
            self._transcript.set_versions(self._versions())
        else:
            self._transcript.clear()
        self._take_conversation()
        self._queue.open(conversation_id)
        self._refresh_composer()
        self.opened.emit(conversation_id or "")
        self._editing.come_back(self.conversation_id, self._shown)
        if before != conversation_id:
            self._drop_if_empty(before)

    def _open_private(self) -> None:
        conversation_id = self._conversations.start_private()
        try:
            self._conversations.get(conversation_id)
        except LookupError:
            self._wanted_private = conversation_id  # it is being made; `conversation_added` says when it is there
        else:
            self.open(conversation_id)

    def _messages(self) -> list[Message]:
        """Read the messages on show, answers in progress with what has streamed."""
        branch = self._conversations.branch(self.conversation_id) if self.conversation_id is not None else ()
        messages = [self._with_text_so_far(one) for one in branch]
        self._shown = {message.id for message in messages}
        return self._with_notes(messages)

    def _versions(self) -> dict[str, tuple[str, ...]]:
        return self._conversations.versions_of_branch(self.conversation_id) if self.conversation_id is not None else {}

    def _with_text_so_far(self, message: Message) -> Message:
        """Give an answer in progress with what has streamed since it was last stored."""
        if message.state is not MessageState.GENERATING:
            return message
        return replace(message, text=self._generation.text_so_far(message.id) or message.text)

    def _take_conversation(self) -> None:
        """Show what the conversation as a whole is: private, in the trash; it has been seen now."""
        conversation = self._conversation()
        self._is_read_only = conversation is not None and conversation.trashed_ms is not None
        self._composer.set_in_trash(self._is_read_only)
        self._composer.set_private(conversation is not None and conversation.is_private)
        if conversation is not None and conversation.is_unread:
            self._conversations.set_unread(conversation.id, False)

    def _conversation(self) -> Conversation | None:
        return self._conversations.get(self.conversation_id) if self.conversation_id is not None else None

    def _drop_if_empty(self, conversation_id: str | None) -> None:
        """Let go of a private conversation in which nothing was written."""
        if conversation_id is None:
            return
        try:
            conversation = self._conversations.get(conversation_id)
        except LookupError:
            return
        is_empty = conversation.is_private and conversation.leaf_id is None
        if is_empty and not self._conversations.is_drafted(conversation_id):
            self._conversations.purge(conversation_id)

    # What others ask of it

    def place_notes_by(self, with_notes: Callable[[list[Message]], list[Message]]) -> None:
        """Have what stands between the messages put among them by this."""
        self._with_notes = with_notes

    def refresh_notes(self) -> None:
        """Show what stands between the messages as it is now."""
        if self._shown:
            self._transcript.replace_messages(self._messages(), self._versions(), is_at_end=False)
            self._editing.come_back(self.conversation_id, self._shown)

    @Slot(str)
    def send_apart(self, text: str) -> None:
        """Send what was not written in the composer, or let it wait for the answer: what stands there stays there."""
        conversation_id, state = self.conversation_id, self._composer.state
        if not text.strip():
            return
        self._drafts.save()
        # Files that are being read for the new chat would not find the conversation that it becomes without them.
        is_reading = conversation_id is None and self._composer.is_reading
        if self._is_read_only or is_reading or state is ComposerState.SENDING:
            self._composer.add_text(text)  # where it can be seen, and sent as soon as that is possible
        elif conversation_id is not None and state is not ComposerState.READY:
            self._queue.add_apart(conversation_id, text)
        else:
            self._sending.ask(conversation_id, text, self._words.current_name(), keeps_draft=True)
            self._composer.set_state(ComposerState.SENDING)

    @Slot()
    def stop(self) -> None:
        """Stop the answer on show."""
        if self.conversation_id is not None:
            self._generation.stop(self.conversation_id)

    def try_again(self) -> None:
        """Send again what could not be stored; store the draft when there is nothing to send."""
        text = self._composer.text()
        if self._sending.refused(self.conversation_id, text):
            self._on_submit_requested(text)
        else:
            self._drafts.save()

    def save_draft(self) -> None:
        """Store what is typed, for the end of the application."""
        self._composer.edit.finish_composing()
        self._drafts.save()
        self._editing.save()

    def unsaved_texts(self) -> list[str]:
        """Give what the person wrote that may not be on disk, none twice.

        That is what stands in the composer, is on its way, waits in drafts, or was changed in a message.
        """
        on_their_way = (*self._sending.texts(), *self._queue.texts())
        texts = (self._composer.text(), *on_their_way, *self._conversations.unsaved_drafts(), *self._editing.texts())
        return [text for text in dict.fromkeys(texts) if text.strip()]

    def _refresh_composer(self) -> None:
        conversation_id = self.conversation_id
        is_answering = conversation_id is not None and self._generation.is_answering(conversation_id)
        self.answering_changed.emit(is_answering)
        self._transcript.set_mode(is_answering=is_answering, is_read_only=self._is_read_only)
        self._queue.set_answering(is_answering)
        if is_answering:
            is_ready = self._engine.state in (EngineState.READY, EngineState.ANSWERING)
            self._composer.set_state(ComposerState.ANSWERING if is_ready else ComposerState.WAITING)
        elif self._sending.is_under_way(conversation_id):
            self._composer.set_state(ComposerState.SENDING)
        else:
            self._composer.set_state(ComposerState.READY)

    # The composer

    @Slot(str)
    def _on_submit_requested(self, text: str) -> None:
        self._sending.ask(self.conversation_id, text, self._words.current_name(), self._attached())
        self._composer.set_state(ComposerState.SENDING)

    @Slot(str)
    def _on_queued(self, text: str) -> None:
        """What was sent in the middle of an answer waits on disk."""
        if self.conversation_id is not None:
            self._drafts.drop_sent(text)
            self._drafts.follow(self.conversation_id)

    @Slot(str, str)
    def _on_given_back(self, conversation_id: str, text: str) -> None:
        self._give_back(conversation_id, text)

    def _give_back(self, conversation_id: str | None, text: str) -> None:
        """Let what could not be sent stand in the composer, where it was not written."""
        if conversation_id == self.conversation_id:
            self._composer.add_text(text)
            return
        try:
            draft = self._conversations.draft(conversation_id)
        except LookupError:
            return  # purged, and that is told next
        self._conversations.save_draft(conversation_id, f"{draft}\n\n{text}" if draft.strip() else text)

    @Slot()
    def _on_restore_requested(self) -> None:
        if self.conversation_id is not None:
            self._conversations.restore(self.conversation_id)

    # Messages

    @Slot(str, str)
    def _on_message_added(self, conversation_id: str, message_id: str) -> None:
        try:
            message = self._conversations.message(message_id)
        except LookupError:
            return  # purged, and that is told next
        if message.role is Role.USER and (question := self._sending.arrived(conversation_id)) is not None:
            self._settle(question)
            self._refresh_composer()
        if conversation_id == self.conversation_id and message_id not in self._shown:
            self._shown.add(message_id)
            self._transcript.add_message(message)
            self._transcript.set_versions(self._versions())
            self.emptiness_changed.emit(False)
            self._refresh_composer()

    def _settle(self, question: Question) -> None:
        """The question is on disk: take it out of the composer, or out of the draft when another chat is on show."""
        if self.conversation_id != question.came_from:
            if not question.keeps_draft and self._conversations.draft(question.came_from) == question.text:
                self._conversations.save_draft(question.came_from, "")
            return
        if not question.keeps_draft:
            self._drafts.drop_sent(question.text)
        self._drafts.follow(question.conversation_id)
        if question.came_from is None:
            self._transcript.clear()
            self.conversation_id = question.conversation_id
            self._queue.open(question.conversation_id)
            self.opened.emit(question.conversation_id)

    @Slot(str, str)
    def _on_message_changed(self, conversation_id: str, message_id: str) -> None:
        if conversation_id != self.conversation_id or message_id not in self._shown:
            return
        try:
            message = self._with_text_so_far(self._conversations.message(message_id))
        except LookupError:
            return  # purged, and that is told next
        self._transcript.update_message(message)
        if message.stats is not None and message.state is MessageState.DONE:
            self.speed_measured.emit(message.stats.tokens_per_s)

    @Slot(str)
    def _on_branch_changed(self, conversation_id: str) -> None:
        """Another version, a message more or less: the reader stays where they are, or is brought to a new answer.

        Measured: 60 ms with 5,000 messages, of which reading them takes 48; 13 ms with 1,000.
        """
        if conversation_id != self.conversation_id:
            return
        before = self._shown
        messages = self._messages()
        is_new = bool(messages) and messages[-1].state is MessageState.GENERATING and messages[-1].id not in before
        self._transcript.replace_messages(messages, self._versions(), is_at_end=is_new)
        self.emptiness_changed.emit(not messages)
        self._editing.come_back(self.conversation_id, self._shown)
        self._refresh_composer()

    # The conversation as a whole

    @Slot(str)
    def _on_conversation_added(self, conversation_id: str) -> None:
        if conversation_id == self._wanted_private:
            self.open(conversation_id)

    @Slot(str)
    def _on_conversation_restored(self, conversation_id: str) -> None:
        if conversation_id == self.conversation_id:
            self._take_conversation()
            self._refresh_composer()
            self._editing.come_back(conversation_id, self._shown)

    @Slot(str)
    def _on_conversation_purged(self, conversation_id: str) -> None:
        if conversation_id == self.conversation_id:
            self.conversation_id = None
            self.open(None)

    # Answers

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

    @Slot(str, str)
    def _on_answer_finished(self, conversation_id: str, _message_id: str) -> None:
        """An answer that ended while another conversation is on show has not been read; of a failure there is a notice."""
        if conversation_id != self.conversation_id:
            self._conversations.set_unread(conversation_id, True)
        self._refresh_composer()

    @Slot(str, object)
    def _on_ask_failed(self, conversation_id: str, _error: object) -> None:
        question = self._sending.failed(conversation_id)
        if question is not None and question.keeps_draft:
            self._give_back(question.came_from, question.text)
        self._refresh_composer()
