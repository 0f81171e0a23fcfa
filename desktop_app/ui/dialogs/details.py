"""What stands behind a sentence that tells of an error."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.theme import Theme


class DetailsDialog(Dialog):
    """What stands behind a sentence: fields and the last lines of the log, to be read or copied."""

    def __init__(self, text: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("", theme, parent)
        self.ask_for(640, 420)
        self._text = text
        self._field = self.add_readable(text)
        self._field.setFont(theme.mono_font())
        self._copy = self.add_button("")
        self._copy.clicked.connect(self._on_copy_clicked)
        self._close = self.add_button("", is_primary=True)
        self._close.clicked.connect(self.accept)
        self.finish_layout()
        self._retranslate()

    def _retranslate(self) -> None:
        self.set_heading(self.tr("Details"))
        self._field.setAccessibleName(self.tr("Details"))
        self._copy.setText(self.tr("Copy"))
        self._close.setText(self.tr("Close"))

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
