"""The backups there are: when each was made and how large it is, to bring back from it what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.dialogs.question import QuestionDialog
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.sizes import size_text
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from desktop_app.services.backup_work import Backup
    from desktop_app.services.backups import Backups

_PATH = Qt.ItemDataRole.UserRole


class BackupsDialog(Dialog):
    """Lists the backups, makes one, and restores from one.

    Signals:
        folder_requested(Path): its folder is to be shown.
    """

    folder_requested = Signal(object)

    def __init__(self, backups: Backups, theme: Theme, parent: QWidget) -> None:
        super().__init__("", theme, parent)
        self.ask_for(560, 480)
        self._backups = backups
        self._theme = theme
        self.set_heading(self.tr("Backups"))
        what = self.tr(
            "Hearth keeps a copy of your conversations for each of the last 7 days and of the 4 weeks before, and the last 3 "
            "that you made."
        )
        self.add_text(what, "secondary")
        self._list = QListWidget()
        self._list.setProperty("kind", "rows")
        self._list.setAccessibleName(self.tr("Backups"))
        self._list.itemSelectionChanged.connect(self._on_selection_changed)
        self._list.itemActivated.connect(self._on_restore_clicked)
        self.content.addWidget(self._list, 1)
        self._state = self.add_text("", "secondary")
        self.add_button(self.tr("Open folder")).clicked.connect(self._on_folder_clicked)
        self._make = self.add_button(self.tr("Back up now"))
        self._make.clicked.connect(self._on_make_clicked)
        self._restore = self.add_button(self.tr("Restore…"), is_primary=True)
        self._restore.clicked.connect(self._on_restore_clicked)
        self.finish_layout()
        backups.backups_found.connect(self._on_backups_found)
        backups.backup_made.connect(self._on_backup_made)
        backups.backup_failed.connect(self._on_backup_failed)
        backups.restore_ended.connect(self.accept)
        backups.restore_failed.connect(self._on_restore_failed)
        self._on_selection_changed()
        backups.look()

    @Slot(list)
    def _on_backups_found(self, found: list[Backup]) -> None:
        self._list.clear()
        for backup in found:
            item = QListWidgetItem(self._words(backup), self._list)
            item.setData(_PATH, str(backup.path))
        self._state.setText("" if found else self.tr("There is no backup yet; the first is made today."))
        self._state.setVisible(not found)
        if found:
            self._list.setCurrentRow(0)
            self._list.setFocus()

    def _words(self, backup: Backup) -> str:
        locale = QLocale()
        made = locale.toString(QDateTime.fromMSecsSinceEpoch(backup.made_ms), QLocale.FormatType.ShortFormat)
        reasons = {
            "daily": self.tr("daily"), "manual": self.tr("made by you"), "migration": self.tr("before an update"),
            "import": self.tr("before an import"), "restore": self.tr("before a restore"),
        }  # fmt: skip
        words = self.tr("{time}, {reason}, {size}")
        return words.format(time=made, reason=reasons[backup.reason], size=size_text(backup.n_bytes))

    @Slot()
    def _on_selection_changed(self) -> None:
        self._restore.setEnabled(bool(self._list.selectedItems()))

    @Slot()
    def _on_folder_clicked(self) -> None:
        self.folder_requested.emit(self._backups.folder)

    @Slot()
    def _on_make_clicked(self) -> None:
        self._make.setEnabled(False)
        self._backups.make("manual")

    @Slot(object)
    def _on_backup_failed(self, error: object) -> None:
        self._make.setEnabled(True)
        self._tell(error)

    @Slot(object)
    def _on_restore_failed(self, error: object) -> None:
        self._on_selection_changed()
        self._tell(error)

    def _tell(self, error: object) -> None:
        self._state.setText(ErrorText(self).describe(error).sentence)  # type: ignore[arg-type]  # a signal carries plain objects
        self._state.setVisible(True)

    @Slot(object)
    def _on_backup_made(self, _backup: object) -> None:
        self._make.setEnabled(True)
        self._backups.look()

    @Slot()
    def _on_restore_clicked(self) -> None:
        chosen = self._list.selectedItems()
        # Enter in the list is heard twice: by the list, and by the button that Enter presses.
        if not chosen or any(one.isVisible() for one in self.findChildren(QuestionDialog)):
            return
        question = QuestionDialog(
            self.tr("Bring back what is missing?"),
            self.tr(
                "Conversations and messages that this backup holds and that are gone come back; what is there stays as it is."
            ),
            self.tr("Bring back"),
            self.tr("Cancel"),
            Path(chosen[0].data(_PATH)),
            self._theme,
            self,
        )
        question.agreed.connect(self._on_agreed)
        question.open()

    @Slot(object)
    def _on_agreed(self, path: object) -> None:
        self._restore.setEnabled(False)
        self._state.setText(self.tr("Restoring…"))
        self._state.setVisible(True)
        self._backups.restore(Path(str(path)))
