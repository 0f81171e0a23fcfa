"""Editing messages in place: one at a time, and what was written is on disk within 300 ms, as what stands in the composer.

The card stays until the new version is on disk. Whoever opens another conversation in the middle, or loses the window,
finds the text again.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from desktop_app.chat.message import Role
from desktop_app.chat.reasoning import split
from desktop_app.record import Record
from desktop_app.ui.composer.drafts import SAVE_DELAY_MS
from desktop_app.ui.notices import Notice, NoticeArea
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from desktop_app.services import Services
    from desktop_app.ui.edit_card import EditCard
    from desktop_app.ui.model_status import ModelStatusText
    from desktop_app.ui.transcript_place import TranscriptPlace

EDIT_ON = "edit_on"


class _Edit(Record):
    """A message and what it is to become. `original`: what stood in it."""

    conversation_id: str
    message_id: str
    original: str
    text: str


class Editing(QObject):
    """The card, and texts that wait for theirs.

    Signals:
        conversation_requested(id): the person goes back to a text in it.
        ended(): the card has gone, and nothing else has taken the keyboard.
    """

    conversation_requested = Signal(str)
    ended = Signal()

    def __init__(
        self,
        services: Services,
        transcript: TranscriptPlace,
        words: ModelStatusText,
        notices: NoticeArea,
        theme: Theme,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._conversations = services.conversations
        self._transcript = transcript
        self._words = words
        self._notices = notices
        self._theme = theme
        self._card: EditCard | None = None
        self._edit: _Edit | None = None
        """What the card is about, with the text that is stored."""
        self._sent: tuple[str, _Edit] | None = None
        """On its way to the disk: the id of the new version."""
        self._asked_for = ""
        """The message whose text the person goes back to, in a version that is not on show yet."""
        self._timer = QTimer(self, singleShot=True, interval=SAVE_DELAY_MS)
        self._timer.timeout.connect(self.save)
        self._told: _Edit | None = None
        """What the notice leads back to."""
        self._conversations.write_failed.connect(self._on_write_failed)
        self._conversations.conversation_trashed.connect(self._on_conversation_gone)
        self._conversations.conversation_purged.connect(self._on_conversation_gone)
        self._conversations.message_removed.connect(self._on_message_removed)
        notices.action_requested.connect(self._on_action_requested)

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        if self._card is not None:
            self._card.set_theme(theme)

    def begin(self, message_id: str) -> None:
        """Open the card of a message that is on show, with the text it was left with, and bring the keyboard there."""
        self._open(message_id)
        if self._card is not None:
            self._card.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, message_id: str) -> None:
        if self._edit is not None and self._edit.message_id == message_id:
            return
        self._put_away()
        message = self._conversations.message(message_id)
        begun = self._conversations.edit_draft(message_id)
        # What the model thought before it stays as it is.
        original = split(message.text).answer.lstrip() if message.role is Role.ASSISTANT else message.text
        text = begun if begun is not None else original
        self._edit = _Edit(message.conversation_id, message_id, original, text)
        # With the first edit, not at the start.
        from desktop_app.ui.edit_card import EditCard

        self._card = EditCard(text, message.role is Role.USER, self._theme)
        self._card.accepted.connect(self._on_accepted)
        self._card.cancelled.connect(self._on_cancelled)
        self._card.edit.textChanged.connect(self._on_text_changed)
        self._transcript.view.cover.put(message_id, self._card)

    def leave(self) -> None:
        """Another conversation is opened: keep what was changed, and say so."""
        kept = self._put_away()
        if kept is not None:
            self._tell(self.tr("Your edit is kept."), kept)

    def come_back(self, conversation_id: str | None, message_ids: Collection[str]) -> None:
        """Other messages are on show: close the card of one that is not there, open one that was left."""
        if self._sent is not None and self._sent[0] in message_ids:
            self._sent = None
            self._close()
            self.ended.emit()
        if self._edit is not None and self._edit.message_id not in message_ids:
            self.leave()
        if self._edit is not None or conversation_id is None or self._transcript.view.shown.is_read_only:
            return
        if self._asked_for in message_ids:
            self.begin(self._asked_for)
            self._asked_for = ""
            return
        begun = self._conversations.edits_begun(conversation_id)
        waiting = next((message_id for message_id in message_ids if message_id in begun), None)
        if waiting is not None:
            self._open(waiting)

    def texts(self) -> list[str]:
        """Give what was changed in the card."""
        current = self._current()
        return [current.text] if current is not None else []

    @Slot()
    def save(self) -> None:
        """Store what was changed, unless it is stored already or on its way as a new version."""
        self._timer.stop()
        edit = self._edit
        if edit is None or self._card is None or self._is_sent(edit):
            return
        text = self._card.text()
        if text != edit.text:
            self._edit = edit.replaced(text=text)
            self._conversations.save_edit_draft(edit.message_id, text if text != edit.original else None)

    def _current(self) -> _Edit | None:
        """Give what the card holds, if it was changed."""
        if self._edit is None or self._card is None:
            return None
        edit = self._edit.replaced(text=self._card.text())
        return edit if edit.text != edit.original else None

    def _is_sent(self, edit: _Edit) -> bool:
        return self._sent is not None and self._sent[1].message_id == edit.message_id

    def _put_away(self) -> _Edit | None:
        """Close the card; what was changed and is not on its way is stored and given."""
        if self._card is not None:
            self._card.edit.finish_composing()
        edit = self._current()
        self.save()
        self._close()
        return edit if edit is not None and not self._is_sent(edit) else None

    def _close(self) -> None:
        self._timer.stop()
        card, self._card, self._edit = self._card, None, None
        if card is not None:
            self._transcript.view.cover.take_away()
            card.deleteLater()

    def _tell(self, sentence: str, edit: _Edit) -> None:
        self._told = edit
        button = self.tr("Continue editing")
        self._notices.show_notice(Notice(sentence, key="edit", action=EDIT_ON, button=button, payload=edit, is_quiet=True))

    @Slot()
    def _on_text_changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot(str)
    def _on_accepted(self, text: str) -> None:
        if self._edit is None or self._card is None:
            return
        edit = self._edit.replaced(text=text)
        message = self._conversations.message(edit.message_id)
        if message.role is not Role.USER and text == edit.original:
            self._on_cancelled()
            return
        self._card.set_busy(True)
        self._edit = edit
        before = message.text[: len(message.text) - len(edit.original)]
        self._sent = (self._conversations.edit(edit.message_id, before + text, self._words.current_name()), edit)
        self._conversations.save_edit_draft(edit.message_id, None)

    @Slot()
    def _on_cancelled(self) -> None:
        edit = self._current()
        if edit is not None and self._is_sent(edit):
            return  # too late: it is on its way
        if self._edit is not None:
            self._conversations.save_edit_draft(self._edit.message_id, None)
        self._close()
        self.ended.emit()
        if edit is not None:
            self._tell(self.tr("The edit was dropped."), edit)

    @Slot(object)
    def _on_write_failed(self, _error: object) -> None:
        if self._sent is None:
            return
        edit, self._sent = self._sent[1], None
        self._conversations.save_edit_draft(edit.message_id, edit.text)
        if self._card is not None and self._edit is not None and self._edit.message_id == edit.message_id:
            self._card.set_busy(False)
        else:
            self._tell(self.tr("Your edit could not be saved and is kept."), edit)

    @Slot(str)
    def _on_conversation_gone(self, conversation_id: str) -> None:
        """There is no way back to an edit in it, until it is brought out of the trash: then its card is open."""
        if self._told is not None and self._told.conversation_id == conversation_id:
            self._told = None
            self._notices.close_key("edit")

    @Slot(str, str)
    def _on_message_removed(self, conversation_id: str, message_id: str) -> None:
        if self._told is not None and self._told.message_id == message_id:
            self._on_conversation_gone(conversation_id)

    @Slot(str, object)
    def _on_action_requested(self, action: str, payload: object) -> None:
        if action != EDIT_ON or not isinstance(payload, _Edit):
            return
        self._conversations.save_edit_draft(payload.message_id, payload.text)
        self.conversation_requested.emit(payload.conversation_id)
        if self._transcript.view.shown.is_read_only:
            return  # it is in the trash, where the edit waits too
        branch = self._conversations.branch(payload.conversation_id)
        if payload.message_id in {message.id for message in branch}:
            self.begin(payload.message_id)
        else:
            self._asked_for = payload.message_id
            self._conversations.show_version(payload.message_id)
