"""Messages that waited and are not to be sent: into the composer when nothing stands there, else gone with a way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot

from desktop_app.chat.queued import above_draft
from desktop_app.ui.notices import Notice, NoticeArea

if TYPE_CHECKING:
    from desktop_app.chat.queued import CancelledMessage, TakenBackMessage
    from desktop_app.services.conversations import Conversations
    from desktop_app.ui.composer.composer import Composer
    from desktop_app.ui.composer.queued import QueuedMessages

UNDO_CANCEL = "restore_queued"
_CANCELLED = "queued_cancelled"


class TakenBack(QObject):
    """Follows the crosses of the cards, whichever conversation is on show."""

    def __init__(
        self,
        conversations: Conversations,
        cards: QueuedMessages,
        composer: Composer,
        attached: Callable[[], Sequence[str]],
        notices: NoticeArea,
        parent: QObject,
    ) -> None:
        """`attached` gives the files in the composer."""
        super().__init__(parent)
        self._conversations = conversations
        self._composer = composer
        self._attached = attached
        self._notices = notices
        self._on_show = ""
        self._cancelled: list[CancelledMessage] = []
        """What the notice on show brings back."""
        cards.cancelled.connect(self._on_cross_pressed)
        conversations.queued_taken_back.connect(self._on_taken_back)
        conversations.queued_cancelled.connect(self._on_cancelled)
        notices.action_requested.connect(self._on_action_requested)

    @Slot(str)
    def set_on_show(self, conversation_id: str) -> None:
        """Know which conversation is on show; "" for none."""
        self._on_show = conversation_id

    @Slot(str)
    def _on_cross_pressed(self, queued_id: str) -> None:
        self._composer.edit.finish_composing()
        if self._composer.text().strip() or self._attached():
            self._conversations.cancel_queued(queued_id)
        else:
            self._conversations.take_back_queued(queued_id)

    @Slot(object)
    def _on_taken_back(self, taken: TakenBackMessage) -> None:
        """It is in the draft now. What was typed while it was on its way stays below it."""
        if taken.message.conversation_id != self._on_show:
            return
        self._composer.edit.finish_composing()
        typed = self._composer.text()
        # It is there already when the conversation was left and opened again meanwhile; a later one may stand above it.
        if not f"\n\n{typed}".endswith(f"\n\n{taken.draft}"):
            self._composer.set_text(above_draft(taken.message.text, typed))
        self._composer.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _on_cancelled(self, cancelled: CancelledMessage) -> None:
        # What an older notice that still stands brings back, the new one in its place brings back, too.
        if not self._notices.has_key(_CANCELLED):
            self._cancelled = []
        self._cancelled.append(cancelled)
        n_cancelled = len(self._cancelled)
        several = self.tr("%n message(s) will not be sent.", "", n_cancelled)
        sentence = self.tr("The message will not be sent.") if n_cancelled == 1 else several
        undo, payload = self.tr("Undo"), tuple(self._cancelled)
        notice = Notice(sentence, "info", _CANCELLED, UNDO_CANCEL, undo, payload, is_only_way_back=True)
        self._notices.show_notice(notice)

    @Slot(str, object)
    def _on_action_requested(self, action: str, payload: object) -> None:
        if action == UNDO_CANCEL and isinstance(payload, tuple):
            for cancelled in payload:
                self._conversations.restore_queued(cancelled)
