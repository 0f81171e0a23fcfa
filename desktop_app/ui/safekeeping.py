"""Keeps the conversations safe while the window is open, and tells of it: backups, repairs, a full or slow disk.

Made after the first paint, which needs nothing of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtCore, QtGui
from PySide6.QtCore import QDateTime, QLocale, QObject, Qt, QTimer, Slot

from desktop_app.errors import AppError, DatabaseUnreadable, DiskFull
from desktop_app.services.opening import is_put_off
from desktop_app.services.reserve import Reserve
from desktop_app.services.starts import SETTLED_S, Starts
from desktop_app.ui.error_text import ErrorText, Remedy
from desktop_app.ui.notices import READ_ONLY, Notice

if TYPE_CHECKING:
    from desktop_app.services import Services
    from desktop_app.services.backup_work import Backup
    from desktop_app.services.opening import Recovery
    from desktop_app.services.repair import Repair
    from desktop_app.ui.appearance import Appearance
    from desktop_app.ui.dialogs.backups import BackupsDialog
    from desktop_app.ui.main_window import MainWindow

RETRY_INTERVAL_MS = 5000
"""How often a file that can only be read is tried again."""

OPEN_LAST = "open_last_conversation"
OPEN_SET_ASIDE = "open_set_aside"
BACK_UP = "back_up"
SHOW_BACKUPS = "show_backups"
COPY_UNSAVED = "copy_unsaved"
RESTORE_AGAIN = "restore_again"
REPAIR_AGAIN = "repair_again"


class Safekeeping(QObject):
    """What happens by itself, and what the buttons of its notices do."""

    def __init__(self, services: Services, window: MainWindow, appearance: Appearance, starts: Starts) -> None:
        super().__init__(window)
        self._services = services
        self._window = window
        self._appearance = appearance
        self._starts = starts
        self._reserve = Reserve(services.paths.data, self)
        self._repair: Repair | None = None
        self._dialog: BackupsDialog | None = None
        self.is_restart_wanted = False
        """The application is to start again when it has ended: a start repairs."""
        self._retry = QTimer(self, interval=RETRY_INTERVAL_MS)
        self._retry.timeout.connect(self._on_retry_due)
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_S * 1000)
        self._settled.timeout.connect(starts.settle)
        self._connect_disk()
        self._connect_backups()
        window.actions_.backups.triggered.connect(self.show_backups)
        window.notices.action_requested.connect(self._on_action_requested)

    def _connect_disk(self) -> None:
        conversations = self._services.conversations
        conversations.write_failed.connect(self._on_write_failed)
        conversations.write_recovered.connect(self._on_write_recovered)
        conversations.writing_slowed.connect(self._on_writing_slowed)
        conversations.writing_caught_up.connect(self._on_writing_caught_up)
        self._reserve.refilled.connect(self._on_reserve_refilled)

    def _connect_backups(self) -> None:
        backups = self._services.backups
        backups.backup_failed.connect(self._on_backup_failed)
        backups.damage_found.connect(self._on_damage_found)
        backups.restore_ended.connect(self._on_restore_ended)
        backups.restore_failed.connect(self._on_restore_failed)

    def begin(self, recovery: Recovery | None) -> None:
        """Tell of what the start has met, and begin to look after things."""
        self._settled.start()
        if recovery is not None:
            self._tell_recovery(recovery)
        if self._starts.is_loop:
            self._tell_loop()
        if self._services.conversations.file.problem is not None:
            self._tell_read_only()
            self._retry.start()
            return
        self._reserve.fill()
        if is_put_off(self._services.paths):
            self._begin_repair()
            return
        self._services.backups.begin()
        if not self._window.list_model.rowCount():
            self._services.backups.backups_found.connect(self._on_backups_found, Qt.ConnectionType.SingleShotConnection)
            self._services.backups.look()

    def close(self) -> None:
        """Stop looking after things."""
        self._retry.stop()
        self._settled.stop()
        self._reserve.close()
        if self._repair is not None:
            self._repair.close()

    @Slot()
    def show_backups(self) -> None:
        """Show what backups there are."""
        from desktop_app.ui.dialogs.backups import BackupsDialog

        self._dialog = dialog = BackupsDialog(self._services.backups, self._appearance.theme, self._window)
        dialog.folder_requested.connect(self._on_folder_requested)
        dialog.finished.connect(self._on_dialog_finished)
        dialog.open()

    @Slot()
    def _on_dialog_finished(self) -> None:
        self._dialog = None

    # A repair behind the window

    def _begin_repair(self) -> None:
        """No backups until it has ended: they would be of the little that is back, in place of better ones."""
        from desktop_app.services.repair import Repair

        self._repair = Repair(self._services.conversations, self._services.paths, parent=self)
        self._repair.ended.connect(self._on_repair_ended)
        self._repair.failed.connect(self._on_repair_failed)
        if self._repair.begin():
            sentence = self.tr("The file with your conversations was damaged; they come back here in the next minutes.")
            self._window.notices.show_notice(Notice(sentence, "warning", "repair"))

    def _repair_again(self) -> None:
        if self._repair is not None:
            self._repair.close()
            self._repair.deleteLater()
        self._begin_repair()

    @Slot(object)
    def _on_repair_ended(self, recovery: Recovery) -> None:
        self._window.notices.close_key("repair")
        self._tell_recovery(recovery)
        self._services.backups.begin()

    @Slot(object)
    def _on_repair_failed(self, error: AppError) -> None:
        self._window.notices.close_key("repair")
        self._window.show_error(error, (REPAIR_AGAIN, None))

    # What a start tells

    def _tell(self, sentence: str, key: str, action: str, button: str, kind: str = "warning", payload: object = None) -> None:
        self._window.notices.show_notice(Notice(sentence, kind, key, action, button, payload))

    def _tell_recovery(self, recovery: Recovery) -> None:
        count = recovery.n_conversations
        if recovery.is_whole:
            text = self.tr(
                "The file with your conversations was damaged and set aside; all %n conversation(s) are back.", "", count
            )
        elif recovery.backup_ms is not None:
            text = self.tr(
                "The file with your conversations was damaged and set aside; %n conversation(s) with {messages} messages "
                "are back, and what was written after {time} may be missing.", "", count,
            )  # fmt: skip
        else:
            text = self.tr(
                "The file with your conversations was damaged and set aside; %n conversation(s) with {messages} messages "
                "are back, and others may be missing.", "", count,
            )  # fmt: skip
        sentence = text.format(messages=QLocale().toString(recovery.n_messages), time=_moment(recovery.backup_ms or 0))
        self._tell(sentence, "recovery", OPEN_SET_ASIDE, self.tr("Open folder"), payload=recovery.folder)

    def _tell_loop(self) -> None:
        sentence = self.tr("Hearth ended unexpectedly twice, so no conversation was opened and no model was loaded.")
        self._tell(sentence, "loop", OPEN_LAST, self.tr("Open the last conversation"))

    def _tell_read_only(self) -> None:
        problem = self._services.conversations.file.problem
        if isinstance(problem, DiskFull):
            sentence = self.tr("The disk is full, so your conversations can be read but nothing can be saved.")
        else:
            sentence = self.tr(
                "The folder of your conversations is read-only, so they can be read but nothing can be saved; allow writing "
                "to it, then try again."
            )
        details = ErrorText(self).describe(problem).details if problem is not None else ""
        self._window.notices.show_notice(
            Notice(sentence, "warning", READ_ONLY, Remedy.TRY_AGAIN, self.tr("Try again"), problem, details)
        )

    @Slot(list)
    def _on_backups_found(self, found: list[Backup]) -> None:
        """There is no conversation: perhaps the file was taken away by something."""
        if not found or self._services.conversations.all() or self._services.conversations.trashed():
            return
        sentence = self.tr("There are no conversations here, but a backup of {time}.").format(time=_moment(found[0].made_ms))
        self._tell(sentence, "no_conversations", SHOW_BACKUPS, self.tr("Backups…"), "info")

    # The disk

    @Slot(object)
    def _on_write_failed(self, error: object) -> None:
        if isinstance(error, DatabaseUnreadable):
            self._starts.set_damaged(True)
        if isinstance(error, DiskFull) and self._reserve.release():
            sentence = self.tr("The disk is full and Hearth uses its last reserve; please free some space soon.")
            self._tell(sentence, "reserve", COPY_UNSAVED, self.tr("Copy what is not saved"))

    @Slot()
    def _on_retry_due(self) -> None:
        self._services.conversations.in_writer(lambda database: database.row("SELECT 1"), lambda _: None, lambda _: None)

    @Slot()
    def _on_write_recovered(self) -> None:
        if self._retry.isActive():
            self._retry.stop()
            self._window.notices.close_key(READ_ONLY)
            self._services.backups.begin()
            self._reserve.fill()

    @Slot()
    def _on_writing_slowed(self) -> None:
        sentence = self.tr("The disk takes long to answer; what you just wrote is not saved yet.")
        self._window.notices.show_notice(Notice(sentence, "warning", "slow"))

    @Slot()
    def _on_writing_caught_up(self) -> None:
        self._window.notices.close_key("slow")

    @Slot()
    def _on_reserve_refilled(self) -> None:
        self._window.notices.close_key("reserve")

    # Backups

    @Slot(object)
    def _on_backup_failed(self, error: object) -> None:
        if isinstance(error, DiskFull):
            sentence = self.tr("There is not enough space on the disk for a backup; free some space and try again.")
        else:
            sentence = self.tr("A backup of your conversations could not be made; check that its folder may be written to.")
        self._tell(sentence, "backup", BACK_UP, self.tr("Try again"))

    @Slot(object)
    def _on_damage_found(self, error: object) -> None:
        self._starts.set_damaged(True)
        self._window.show_error(error)  # type: ignore[arg-type]  # a signal carries plain objects

    @Slot(int, int, int)
    def _on_restore_ended(self, n_conversations: int, n_messages: int, n_own: int) -> None:
        if n_conversations:
            sentence = self.tr("%n conversation(s) came back from the backup.", "", n_conversations)
        elif n_messages:
            sentence = self.tr("%n message(s) came back from the backup.", "", n_messages)
        elif n_own:
            sentence = self.tr("%n prompt template(s), persona(s) or preset(s) came back from the backup.", "", n_own)
        else:
            sentence = self.tr("Everything that is in this backup is here already.")
        self._window.notices.show_notice(Notice(sentence, key="restore"))

    @Slot(object, object)
    def _on_restore_failed(self, error: AppError, backup: Path) -> None:
        # An open dialog says it itself.
        if self._dialog is None:
            self._window.show_error(error, (RESTORE_AGAIN, backup))

    # Buttons

    @Slot(str, object)
    def _on_action_requested(self, action: str, payload: object) -> None:
        match action:
            case Remedy.REPAIR:
                self._starts.set_damaged(True)
                # Not when the person stays because something is not saved.
                self.is_restart_wanted = True
                self.is_restart_wanted = self._window.close()
            case Remedy.TRY_AGAIN:
                # Whatever is held back goes to the disk before this does.
                self._on_retry_due()
            case "restore_again" if isinstance(payload, Path):
                self._services.backups.restore(payload)
            case "repair_again":
                self._repair_again()
            case "open_last_conversation":
                newest = next(iter(self._services.conversations.all()), None)
                self._window.open_conversation(newest.id if newest is not None else None)
            case "open_set_aside":
                self._on_folder_requested(payload)
            case "back_up":
                self._services.backups.make_if_due()
            case "show_backups":
                self.show_backups()
            case "copy_unsaved":
                QtGui.QGuiApplication.clipboard().setText("\n\n".join(self._window.conversation.unsaved_texts()))

    @Slot(object)
    def _on_folder_requested(self, folder: object) -> None:
        QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(folder)))


def _moment(made_ms: int) -> str:
    """Give date and time in the person's own way of writing them."""
    return QLocale().toString(QDateTime.fromMSecsSinceEpoch(made_ms), QLocale.FormatType.ShortFormat)
