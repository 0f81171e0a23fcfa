"""The context on screen: gauge, panel, pale messages, notes between them, and what is offered when it is full."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.chat.message import Message, MessageState
from desktop_app.chat.note import NoteMessage, edge_note, summary_note
from desktop_app.chat.prompt import in_force
from desktop_app.errors import ContextFull
from desktop_app.services.context_meter import ContextMeter, Fill
from desktop_app.services.summaries import Summaries
from desktop_app.ui.context.gauge import ContextGauge
from desktop_app.ui.context.panel import ContextPanel
from desktop_app.ui.error_text import Remedy
from desktop_app.ui.notices import Notice, NoticeArea
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from desktop_app.services import Services
    from desktop_app.ui.message_actions import MessageActions
    from desktop_app.ui.open_conversation import OpenConversation
    from desktop_app.ui.transcript_place import TranscriptPlace

UNDO_SUMMARY = "restore_summary"


class ContextView(QObject):
    """Follows the conversation on show.

    Signals:
        conversation_requested(conversation_id): there is no room in it, and the person is about to make some.
    """

    conversation_requested = Signal(str)

    def __init__(
        self,
        services: Services,
        conversation: OpenConversation,
        transcript: TranscriptPlace,
        add_gauge: Callable[[QWidget], None],
        notices: NoticeArea,
        theme: Theme,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._services = services
        self._conversation = conversation
        self._transcript = transcript
        self._notices = notices
        self._theme = theme
        self._window = window
        self.meter = ContextMeter(services.conversations, services.engine, services.generation, self)
        self.summaries = Summaries(services.conversations, services.engine, self)
        services.generation.sum_up_by(self.summaries)
        self.summaries.instructions = services.generation.instructions
        services.generation.choose_policy_by(partial(services.preferences.get, "context_policy"))
        self.gauge = ContextGauge(theme)
        add_gauge(self.gauge)
        self._panel: ContextPanel | None = None
        self._chosen = ""
        """What was chosen in the panel on show."""
        self._ended: set[str] = set()
        """Answers that have ended and are on their way to the disk, where it is read how."""
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._place_notes)
        conversation.place_notes_by(self._with_notes)
        self._connect()
        self._on_opened(conversation.conversation_id or "")

    def _connect(self) -> None:
        self._conversation.opened.connect(self._on_opened)
        self.meter.measured.connect(self._on_measured)
        self.meter.unseen_changed.connect(self._on_unseen_changed)
        self.gauge.clicked.connect(self.show_panel)
        self.summaries.started.connect(self._on_summary_started)
        self.summaries.ended.connect(self._on_summary_ended)
        self.summaries.changed.connect(self._on_summaries_changed)
        self.summaries.removed.connect(self._on_summary_removed)
        self._notices.action_requested.connect(self._on_action_requested)
        self._services.preferences.setting_changed.connect(self._on_setting_changed)
        self._services.generation.answer_finished.connect(self._on_answer_finished)
        self._services.conversations.message_changed.connect(self._on_message_changed)

    def connect_requests(self, message_actions: MessageActions) -> None:
        """Follow what is asked for by the buttons of messages."""
        message_actions.summary_undo_requested.connect(self._on_undo_requested)

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.gauge.set_theme(theme)

    # The panel

    @Slot()
    def show_panel(self) -> None:
        """Show what is in the context, and let the person choose what happens when it is full."""
        id_ = self._conversation.conversation_id
        if id_ is None or self._panel is not None:
            return
        policy = self._services.generation.policy(self._services.conversations.get(id_))
        default = str(self._services.preferences.get("context_policy"))
        self._chosen = ""
        self._panel = panel = ContextPanel(self.meter.fill, policy, default, self._theme, self._window)
        panel.policy_chosen.connect(self._on_policy_chosen)
        panel.default_requested.connect(self._on_default_requested)
        panel.closed.connect(self._on_panel_closed)
        # Of a conversation that has come on show this moment nothing is measured yet.
        panel.pop_up(self.gauge if self.gauge.isVisible() else self.gauge.parentWidget() or self._window)

    def _make_room_in(self, conversation_id: str) -> None:
        try:
            self._services.conversations.get(conversation_id)
        except LookupError:
            return  # purged since its notice came
        self.conversation_requested.emit(conversation_id)
        self.show_panel()

    @Slot(str)
    def _on_policy_chosen(self, policy: str) -> None:
        if self._conversation.conversation_id is not None:
            self._chosen = policy
            self._services.conversations.save_context_policy(self._conversation.conversation_id, policy)

    @Slot(str)
    def _on_default_requested(self, policy: str) -> None:
        self._services.preferences.set("context_policy", policy)

    @Slot()
    def _on_panel_closed(self) -> None:
        """Let an answer go on that had no room, now that there is a way to make some."""
        self._panel = None
        id_, conversations = self._conversation.conversation_id, self._services.conversations
        if id_ is None or self._chosen in ("", "stop") or self._services.generation.is_answering(id_):
            return
        branch = conversations.branch(id_)
        if branch and _lacked_room(branch[-1]):
            self._notices.close_key(ContextFull.__name__)
            # What was chosen is on its way to the disk before this.
            conversations.continue_answer(branch[-1].id)

    # Measured

    @Slot(str)
    def _on_opened(self, conversation_id: str) -> None:
        self.meter.follow(conversation_id)
        self._on_measured(self.meter.fill)
        self._on_unseen_changed(self.meter.unseen)

    @Slot(object)
    def _on_measured(self, fill: Fill | None) -> None:
        self.gauge.set_fill(fill)

    @Slot(object)
    def _on_unseen_changed(self, unseen: frozenset[str]) -> None:
        self._transcript.set_unseen(unseen)
        # Not in the middle of opening a conversation, and once for all that changes now.
        self._settle.start()

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == "context_policy":
            self.meter.refresh()

    @Slot(str, str)
    def _on_answer_finished(self, _conversation_id: str, message_id: str) -> None:
        self._ended.add(message_id)

    @Slot(str, str)
    def _on_message_changed(self, conversation_id: str, message_id: str) -> None:
        """An answer that has filled the context says so, and what can be done."""
        if message_id not in self._ended:
            return
        try:
            message = self._services.conversations.message(message_id)
        except LookupError:
            return  # purged, and that is told next
        if message.state is MessageState.GENERATING:
            return  # something else about it has changed
        self._ended.discard(message_id)
        is_on_show = conversation_id == self._conversation.conversation_id
        if is_on_show and message.state is MessageState.DONE and _lacked_room(message) and self.meter.fill is not None:
            self._tell_cut(conversation_id)

    def _tell_cut(self, conversation_id: str) -> None:
        sentence = self.tr("The answer has filled the context and stops here; choose what may be left out to let it go on.")
        button = self.tr("Make room…")
        notice = Notice(sentence, "warning", ContextFull.__name__, Remedy.MAKE_ROOM, button, conversation_id)
        self._notices.show_notice(notice)

    # Notes

    def _with_notes(self, messages: list[Message]) -> list[Message]:
        """Give `messages` with what stands between them: a summary, and where the model begins to read."""
        if not messages:
            return messages
        id_ = messages[0].conversation_id
        summary = in_force(self.summaries.of(id_), messages)
        unseen = self.meter.unseen
        placed: list[Message] = []
        n_pale = 0
        last_pale = max((index for index, one in enumerate(messages) if one.id in unseen), default=-1)
        for index, one in enumerate(messages):
            placed.append(one)
            n_pale += one.id in unseen
            if summary is not None and one.id == summary.up_to_message_id:
                placed.append(summary_note(summary, n_pale or index + 1))
                n_pale = 0
            elif index == last_pale and n_pale and index + 1 < len(messages):
                placed.append(edge_note(id_, n_pale))
        return placed

    @Slot()
    def _place_notes(self) -> None:
        """Have the notes placed again, if others belong there: a long conversation takes 60 ms to be read."""
        shown = self._transcript.messages()
        wanted = self._with_notes([one for one in shown if not isinstance(one, NoteMessage)])
        if [one for one in wanted if isinstance(one, NoteMessage)] != [one for one in shown if isinstance(one, NoteMessage)]:
            self._conversation.refresh_notes()

    # Summaries

    @Slot(str)
    def _on_summaries_changed(self, conversation_id: str) -> None:
        if conversation_id == self._conversation.conversation_id:
            self.meter.refresh()
            self._settle.start()

    @Slot(str)
    def _on_summary_started(self, conversation_id: str) -> None:
        if conversation_id == self._conversation.conversation_id:
            sentence = self.tr("The context is full: the model summarises the oldest messages, then it answers.")
            self._notices.show_notice(Notice(sentence, key="summary"))

    @Slot(str)
    def _on_summary_ended(self, _conversation_id: str) -> None:
        self._notices.close_key("summary")

    @Slot(str)
    def _on_undo_requested(self, summary_id: str) -> None:
        if self._conversation.conversation_id is not None:
            self.summaries.remove(self._conversation.conversation_id, summary_id)

    @Slot(str, str)
    def _on_summary_removed(self, conversation_id: str, summary_id: str) -> None:
        sentence = self.tr("Summary taken back.")
        payload = (conversation_id, summary_id)
        self._notices.show_notice(
            Notice(sentence, key="summary", action=UNDO_SUMMARY, button=self.tr("Undo"), payload=payload, is_quiet=True)
        )

    @Slot(str, object)
    def _on_action_requested(self, action: str, payload: object) -> None:
        if action == UNDO_SUMMARY and isinstance(payload, tuple):
            self.summaries.restore(*payload)
        elif action == Remedy.MAKE_ROOM and isinstance(payload, str):
            self._make_room_in(payload)


def _lacked_room(message: Message) -> bool:
    """Say whether an answer failed, or ended, because the context was full."""
    if message.state is MessageState.FAILED:
        return message.error is not None and message.error[0] == ContextFull.__name__
    return message.stats is not None and message.stats.stop == "context"
