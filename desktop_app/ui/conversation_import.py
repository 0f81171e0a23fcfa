"""The way from a menu or a dropped file to an import. What it needs is imported when somebody wants one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QMimeData, QObject, Slot

from desktop_app.ui.error_text import file_name

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_app.services import Services
    from desktop_app.services.exchange import Imports
    from desktop_app.ui.dialogs.importing import ImportDialog
    from desktop_app.ui.theme import Theme

_ENDINGS = (".zip", ".json", ".jsonl", ".chat")


def dropped_export(data: QMimeData) -> Path | None:
    """Give the one file or archive that is being dropped and may hold conversations; None when it is none, or several."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and paths[0].suffix.lower() in _ENDINGS else None


class ConversationImport(QObject):
    """Opens the dialog, one at a time, and keeps what runs behind it."""

    def __init__(self, services: Services, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._services = services
        self._theme = theme
        self._window = window
        self._imports: Imports | None = None
        self._dialog: ImportDialog | None = None

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take other colours for the dialog."""
        self._theme = theme

    @Slot()
    def ask(self) -> None:
        """Let the person choose what to import, or show the import that runs."""
        self._opened()

    def offer(self, path: Path) -> None:
        """Ask whether the conversations in a file that was dropped are to be imported."""
        from desktop_app.ui.dialogs.question import QuestionDialog

        question = self.tr("Import the conversations in “{file}”?").format(file=file_name(str(path)))
        explanation = self.tr("Only conversations are taken, no settings; nothing that is here is overwritten.")
        dialog = QuestionDialog(question, explanation, self.tr("Import"), self.tr("Cancel"), path, self._theme, self._window)
        dialog.agreed.connect(self._on_agreed)
        dialog.open()

    @Slot(object)
    def _on_agreed(self, path: Path) -> None:
        dialog = self._opened()
        if self._imports is not None and not self._imports.is_running:
            dialog.start(path)

    def _opened(self) -> ImportDialog:
        from desktop_app.services.exchange import Imports
        from desktop_app.ui.dialogs.importing import ImportDialog

        if self._imports is None:
            self._imports = Imports(self._services.conversations, self._services.backups, parent=self)
            application = QCoreApplication.instance()
            if application is not None:
                application.aboutToQuit.connect(self._imports.close)
        if self._dialog is None:
            self._dialog = ImportDialog(self._imports, self._theme, self._window)
            self._dialog.destroyed.connect(self._on_dialog_destroyed)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        return self._dialog

    @Slot()
    def _on_dialog_destroyed(self) -> None:
        self._dialog = None
