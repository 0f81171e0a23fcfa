"""The way back after something was put away: a quiet notice with one button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.ui.notices import Notice, NoticeArea

if TYPE_CHECKING:
    from desktop_app.services.conversations import Conversations

UNDO_TRASH = "undo_trash"
UNDO_FOLDER = "undo_folder"


class Undo(QObject):
    """Tells of conversations in the trash and of folders that were removed, and brings them back.

    Signals:
        conversation_requested(conversation_id): it was on show when it was put away, and is back.
    """

    conversation_requested = Signal(str)

    def __init__(self, conversations: Conversations, notices: NoticeArea, window: QWidget) -> None:
        super().__init__(window)
        self._conversations = conversations
        self._notices = notices
        self._on_show = ""
        self._trashed: list[str] = []
        """What was put into the trash by the same deed."""
        self._was_on_show = ""
        """The one of them that was on show."""
        self._returning = ""
        # What is done to many at once is told one by one.
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._on_deed_over)
        conversations.conversation_trashed.connect(self._on_conversation_trashed)
        conversations.conversation_restored.connect(self._on_conversation_restored)
        notices.action_requested.connect(self._on_action_requested)

    @Slot(str)
    def set_on_show(self, conversation_id: str) -> None:
        """Know which conversation is on show; "" for none."""
        self._on_show = conversation_id

    @Slot(str)
    def _on_conversation_trashed(self, conversation_id: str) -> None:
        if not self._timer.isActive():
            self._trashed = []
            self._was_on_show = ""
        self._trashed.append(conversation_id)
        if conversation_id == self._on_show:
            self._was_on_show = conversation_id
        if not self._timer.isActive():
            self._tell_trashed()
        self._timer.start()

    @Slot()
    def _on_deed_over(self) -> None:
        if len(self._trashed) > 1:
            self._tell_trashed()

    def _tell_trashed(self) -> None:
        n_trashed = len(self._trashed)
        several = self.tr("%n conversation(s) moved to trash.", "", n_trashed)
        sentence = self.tr("Moved to trash.") if n_trashed == 1 else several
        payload = (tuple(self._trashed), self._was_on_show)
        self._tell(sentence, "trash", UNDO_TRASH, payload)

    @Slot(str, object)
    def tell_folder_removed(self, name: str, ids: list[str]) -> None:
        """Say that a folder is gone and its conversations are not."""
        sentence = self.tr("Folder “{name}” removed; its conversations are still in the list.").format(name=name)
        self._tell(sentence, "folder", UNDO_FOLDER, (name, tuple(ids)))

    def _tell(self, sentence: str, key: str, action: str, payload: object) -> None:
        button = self.tr("Undo")
        self._notices.show_notice(Notice(sentence, key=key, action=action, button=button, payload=payload, is_quiet=True))

    @Slot(str, object)
    def _on_action_requested(self, action: str, payload: object) -> None:
        if not isinstance(payload, tuple):
            return
        if action == UNDO_TRASH:
            ids, self._returning = payload
            self._conversations.restore(*ids)
        elif action == UNDO_FOLDER:
            name, ids = payload
            self._conversations.move(ids, self._conversations.add_folder(name))

    @Slot(str)
    def _on_conversation_restored(self, conversation_id: str) -> None:
        if conversation_id == self._returning:
            self._returning = ""
            self.conversation_requested.emit(conversation_id)
