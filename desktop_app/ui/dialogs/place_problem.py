"""What is shown instead of the window when there is no place for anything: a disk is not there, a folder takes nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QApplication, QFileDialog

from desktop_app import APP_NAME
from desktop_app.errors import AppError, DataFolderGone, WriteFailed
from desktop_app.services.place import leave_folder, use_folder
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.theme import Theme


class PlaceProblemDialog(Dialog):
    """One sentence, and *Try again*; for a disk that has come back under another name also its folder."""

    def __init__(self, error: AppError, theme: Theme) -> None:
        super().__init__(APP_NAME, theme)
        self.set_heading(self.tr("Hearth cannot open your conversations"))
        self._sentence = self.add_text(ErrorText(self).describe(error).sentence)
        if isinstance(error, DataFolderGone):
            text = self.tr("If it is gone for good, you can start without it, in the usual place. What is on it stays there.")
            self.add_text(text, "secondary")
        self.add_button(self.tr("Quit")).clicked.connect(self.reject)
        if isinstance(error, DataFolderGone):
            self.add_button(self.tr("Start without it")).clicked.connect(self._on_without_clicked)
            self.add_button(self.tr("Choose the folder with my data…")).clicked.connect(self._on_choose_clicked)
        again = self.add_button(self.tr("Try again"), is_primary=True)
        again.clicked.connect(self.accept)
        self.finish_layout()
        again.setFocus()

    @Slot()
    def _on_choose_clicked(self) -> None:
        dialog = QFileDialog(self, self.tr("The folder with your data"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.choose)
        dialog.open()

    @Slot(str)
    def choose(self, folder: str) -> None:
        """Take a folder as the one that the data were moved to, and start with it; say so when it is not."""
        self._try(partial(use_folder, Path(folder)))

    @Slot()
    def _on_without_clicked(self) -> None:
        self._try(leave_folder)

    def _try(self, note_it: Callable[[], None]) -> None:
        try:
            note_it()
        except AppError as error:
            self._sentence.setText(ErrorText(self).describe(error).sentence)
            self.fit_height()
        else:
            self.accept()


def show_place_problem(application: QApplication, error: Exception, theme: Theme) -> bool:
    """Show why the application cannot start; say whether it is to try again."""
    if isinstance(error, OSError):
        error = WriteFailed(str(error.filename or ""), error.strerror or type(error).__name__)
    assert isinstance(error, AppError)
    dialog = PlaceProblemDialog(error, theme)
    dialog.finished.connect(application.exit)
    dialog.open()
    return application.exec() == PlaceProblemDialog.DialogCode.Accepted.value
