"""What is shown instead of the window when the conversations cannot be opened."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from desktop_app import APP_NAME, __version__
from desktop_app.errors import AppError, DatabaseTooNew
from desktop_app.paths import Paths
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.theme import Theme, load_theme, system_theme_name


class StartProblemDialog(Dialog):
    """One sentence, the details, the folder, and Quit."""

    def __init__(self, error: AppError, paths: Paths, theme: Theme) -> None:
        super().__init__(APP_NAME, theme)
        self.set_heading(self.tr("Hearth cannot open your conversations"))
        self._paths = paths
        words = ErrorText(self).describe(error)
        self.add_text(words.sentence)
        if isinstance(error, DatabaseTooNew):
            self._add_way_on(error)
        field = self.add_readable(words.details, 112)
        field.setAccessibleName(self.tr("Details"))
        self.add_button(self.tr("Open folder")).clicked.connect(self._on_folder_clicked)
        leave = self.add_button(self.tr("Quit"), is_primary=True)
        leave.clicked.connect(self.accept)
        self.finish_layout()
        leave.setFocus()

    def _add_way_on(self, error: DatabaseTooNew) -> None:
        needed = self.tr("They have format {found}; Hearth {version} reads formats up to {supported}.")
        locale = QLocale()
        found, supported = locale.toString(error.found), locale.toString(error.supported)
        self.add_text(needed.format(found=found, version=__version__, supported=supported))
        self.add_text(self.tr("To start with empty conversations elsewhere, run:"))
        label = self.add_text(self.tr("hearth --data-dir FOLDER"))
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    @Slot()
    def _on_folder_clicked(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._paths.data)))


def show_start_problem(application: QApplication, error: AppError, paths: Paths) -> int:
    """Show why the application cannot start; gives the exit code when the person has read it."""
    dialog = StartProblemDialog(error, paths, load_theme(system_theme_name(), 1.0))
    dialog.open()
    application.exec()
    return 1
