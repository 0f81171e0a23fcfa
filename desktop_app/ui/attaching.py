"""Files with a question: from the button, the drop or the paste to the chips above the field, on disk at once.

What is attached stands in the draft of its conversation like the text, and goes with the question when it is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtWidgets
from PySide6.QtCore import QObject, Qt, Slot

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import new_id
from desktop_app.errors import AttachmentDoesNotFit
from desktop_app.services.text_files import N_FILES_MAX, TextFiles, pasted
from desktop_app.ui.notices import Notice, NoticeArea

if TYPE_CHECKING:
    from desktop_app.errors import AppError
    from desktop_app.services import Services
    from desktop_app.ui.composer.composer import Composer
    from desktop_app.ui.theme import Theme


class Attaching(QObject):
    """What is attached to the message being written."""

    def __init__(self, services: Services, composer: Composer, notices: NoticeArea, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._conversations = services.conversations
        self._engine = services.engine
        self._composer = composer
        self._notices = notices
        self._theme = theme
        self._conversation_id: str | None = None
        self._attachments: tuple[Attachment, ...] = ()
        self._storing: dict[str, str | None] = {}
        """On their way to the disk, and to which conversation: what is sent comes there after them, and takes them with it.

        One that went with a message stays: it is needed again when the disk refuses the message, and no other takes it.
        """
        self._reading: dict[str, str | None] = {}
        """Files that are being read, and for which conversation: what is sent there waits for them."""
        self._n_tokens: dict[str, int] = {}
        self._counting: dict[int, str] = {}
        self._files = TextFiles(self)
        self._files.file_read.connect(self._on_file_read)
        self._files.failed.connect(self._on_failed)
        composer.attach_requested.connect(self._on_attach_requested)
        composer.files_dropped.connect(self.attach)
        composer.text_attached.connect(self._on_text_attached)
        composer.files_given_up.connect(self._on_files_given_up)
        composer.attachments.drop_requested.connect(self._conversations.drop_draft_attachment)
        composer.attachments.show_requested.connect(self._on_show_requested)
        self._conversations.draft_attachments_changed.connect(self._on_attachments_changed)
        self._engine.tokens_counted.connect(self._on_tokens_counted)
        self._engine.model_loaded.connect(self._on_model_changed)
        self._engine.model_unloaded.connect(self._on_model_changed)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours for dialogs."""
        self._theme = theme

    @Slot(str)
    def open(self, conversation_id: str) -> None:
        """Another conversation is on show; "": the new chat."""
        self._conversation_id = conversation_id or None
        self._refresh()
        self._tell_reading(is_sent=False)

    def ids(self) -> tuple[str, ...]:
        """Give what goes with the message that is sent now."""
        storing = (id_ for id_, conversation_id in self._storing.items() if conversation_id == self._conversation_id)
        return (*(one.id for one in self._attachments), *storing)

    @Slot(list)
    def attach(self, paths: Sequence[Path | str]) -> None:
        """Attach files, in the order in which they are read."""
        if len(paths) > N_FILES_MAX:
            sentence = self.tr("Only the first %n file(s) were attached.", "", N_FILES_MAX)
            self._notices.show_notice(Notice(sentence, key="attached", is_quiet=True))
        for path in paths[:N_FILES_MAX]:
            wish = new_id()
            self._reading[wish] = self._conversation_id
            self._files.read(wish, Path(path))
        self._tell_reading()

    def close(self) -> None:
        """Let go of what is being read."""
        self._files.close()

    def _refresh(self) -> None:
        self._attachments = self._conversations.draft_attachments(self._conversation_id)
        for one in self._attachments:
            self._storing.pop(one.id, None)
        self._composer.attachments.set_attachments(self._attachments)
        self._count()

    def _count(self) -> None:
        """Have the tokens counted that are not known; without a model the chips show bytes."""
        model = self._engine.model
        if model is not None:
            for one in self._attachments:
                if one.id not in self._n_tokens and one.id not in self._counting.values():
                    self._counting[self._engine.count_tokens(one.text)] = one.id
        self._composer.attachments.set_tokens(self._n_tokens, model.n_ctx if model is not None else None)

    @Slot()
    def _on_attach_requested(self) -> None:
        dialog = QtWidgets.QFileDialog(self._composer.window(), self.tr("Attach files"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QtWidgets.QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.attach)
        dialog.open()

    @Slot(str)
    def _on_text_attached(self, text: str) -> None:
        self._store(self._conversation_id, pasted(text, self.tr("Pasted text.txt")))

    @Slot(str, object)
    def _on_file_read(self, wish: str, attachment: Attachment) -> None:
        if wish in self._reading:
            self._store(self._reading.pop(wish), attachment)
            self._tell_reading()

    def _store(self, conversation_id: str | None, attachment: Attachment) -> None:
        self._storing[attachment.id] = conversation_id
        self._conversations.save_draft_attachment(conversation_id, attachment)

    @Slot(str, object)
    def _on_failed(self, wish: str, error: AppError) -> None:
        if wish in self._reading:
            is_here = self._reading.pop(wish) == self._conversation_id
            self._notices.show_error(error)
            # What was to go with this file is not sent without it: the person has read the sentence first.
            self._tell_reading(is_sent=not is_here)

    @Slot()
    def _on_files_given_up(self) -> None:
        self._reading = {wish: other for wish, other in self._reading.items() if other != self._conversation_id}
        self._tell_reading(is_sent=False)

    def _tell_reading(self, *, is_sent: bool = True) -> None:
        self._composer.set_reading(self._conversation_id in self._reading.values(), is_sent=is_sent)

    @Slot(str)
    def _on_attachments_changed(self, conversation_id: str) -> None:
        if conversation_id == (self._conversation_id or ""):
            self._refresh()

    @Slot(int, int)
    def _on_tokens_counted(self, task: int, n_tokens: int) -> None:
        attachment_id = self._counting.pop(task, "")
        if not attachment_id:
            return
        self._n_tokens[attachment_id] = n_tokens
        model = self._engine.model
        self._composer.attachments.set_tokens(self._n_tokens, model.n_ctx if model is not None else None)
        if model is not None and n_tokens >= model.n_ctx:
            name = next((one.name for one in self._attachments if one.id == attachment_id), "")
            if name:
                self._notices.show_error(AttachmentDoesNotFit(name, n_tokens, model.n_ctx))

    @Slot()
    def _on_model_changed(self) -> None:
        self._n_tokens.clear()
        self._counting.clear()
        self._count()

    @Slot(str)
    def _on_show_requested(self, attachment_id: str) -> None:
        found = next((one for one in self._attachments if one.id == attachment_id), None)
        if found is not None:
            self.show_attachment(found)

    @Slot(object)
    def show_attachment(self, attachment: Attachment) -> None:
        """Show the text of a file as it was when it was attached."""
        from desktop_app.ui.dialogs.attachment import AttachmentDialog

        AttachmentDialog(attachment, self._theme, self._composer.window()).open()
