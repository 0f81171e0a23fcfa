"""The text of an attached file, to be read and copied."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_app.chat.attachment import Attachment
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.theme import Theme

N_CHARACTERS_MAX = 200_000
"""Shown of a longer file: the field lays out all its lines, 60 ms for so many."""


class AttachmentDialog(Dialog):
    """One file as it was when it was attached."""

    def __init__(self, attachment: Attachment, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("", theme, parent)
        self.ask_for(720, 560)
        self._attachment = attachment
        self._cut = self.add_text("", "secondary")
        self._cut.setVisible(len(attachment.text) > N_CHARACTERS_MAX)
        self._field = self.add_readable(attachment.text[:N_CHARACTERS_MAX])
        self._field.setFont(theme.mono_font())
        self._copy = self.add_button("")
        self._copy.clicked.connect(self._on_copy_clicked)
        self._close = self.add_button("", is_primary=True)
        self._close.clicked.connect(self.accept)
        self.finish_layout()
        self._retranslate()

    def _retranslate(self) -> None:
        self.set_heading(self._attachment.name)
        self._cut.setText(self.tr("Only the beginning is shown; Copy takes all of it."))
        self._field.setAccessibleName(self._attachment.name)
        self._copy.setText(self.tr("Copy"))
        self._close.setText(self.tr("Close"))

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._attachment.text)
