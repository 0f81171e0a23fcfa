"""The way from a menu or a key to a file or a printer. What it needs is imported when somebody wants one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QCoreApplication, QObject, Qt, Slot

from desktop_app.errors import AppError
from desktop_app.ui.error_text import ErrorText, file_name
from desktop_app.ui.notices import Notice, NoticeArea

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_app.exchange.exported import Exported
    from desktop_app.services import Formulas, Services
    from desktop_app.services.exporting import Exports
    from desktop_app.services.formula_supply import FormulaSupply
    from desktop_app.ui.actions import Actions
    from desktop_app.ui.dialogs.exporting import ExportDialog
    from desktop_app.ui.qt_types import QtTypes
    from desktop_app.ui.sidebar.conversation_list import ConversationList
    from desktop_app.ui.sidebar.conversation_list_model import ConversationListModel
    from desktop_app.ui.theme import Theme
    from desktop_app.ui.transcript.paper.writing import Paper
    from desktop_app.ui.transcript_place import TranscriptPlace

OPEN_FOLDER = "open_exported"
SAVE_AGAIN = "save_code_again"
PRINT_AGAIN = "print_again"


class ConversationExport(QObject):
    """Lets conversations, messages and code go out."""

    def __init__(
        self,
        services: Services,
        list_: ConversationList,
        model: ConversationListModel,
        transcript: TranscriptPlace,
        notices: NoticeArea,
        actions: Actions,
        theme: Theme,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._services = services
        self._formulas: Formulas | None = services.formulas
        self._list = list_
        self._model = model
        self._transcript = transcript
        self._notices = notices
        self._theme = theme
        self._window = window
        self._on_show = ""
        self._exports: Exports | None = None
        self._supply: FormulaSupply | None = None
        self._types: QtTypes | None = None
        self._dialog: ExportDialog | None = None
        actions.export.triggered.connect(self._on_export)
        actions.export_folder.triggered.connect(self._on_export_folder)
        actions.export_all.triggered.connect(self._on_export_all)
        actions.print.triggered.connect(self._on_print)
        list_.add_menu_actions([actions.export])
        list_.add_folder_menu_actions([actions.export_folder])
        transcript.save_requested.connect(self.save_code)
        notices.action_requested.connect(self._on_action_requested)

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take other colours for the dialog."""
        self._theme = theme

    @Slot(str)
    def set_on_show(self, conversation_id: str) -> None:
        """Another conversation is on show; "" for the new chat."""
        self._on_show = conversation_id

    # What goes out

    def ask(self, ids: Sequence[str], name: str = "") -> None:
        """Let the person export these conversations; several are called `name` together."""
        if len(ids) == 1:
            self._open(self.tr("Export this conversation"), self._title(ids[0]), ids=tuple(ids))
        elif ids:
            heading = self.tr("Export %n conversation(s)", "", len(ids))
            self._open(heading, name or self._dated(self.tr("Conversations")), ids=tuple(ids))

    @Slot(str)
    def ask_message(self, message_id: str) -> None:
        """Let the person export one message; "": what is selected."""
        if message_id:
            heading, messages = self.tr("Export this message"), [self._services.conversations.message(message_id)]
        else:
            heading, messages = self.tr("Export the selection"), self._transcript.selected_messages()
        if not messages:
            return
        from desktop_app.exchange.exported import Exported

        conversation = self._services.conversations.get(messages[0].conversation_id)
        self._open(heading, conversation.title, part=Exported(conversation, messages, is_whole=False))

    @Slot()
    def _on_export(self) -> None:
        self.ask(self._list.selected_ids() or ([self._on_show] if self._on_show else []))

    @Slot()
    def _on_export_folder(self) -> None:
        folder_id = self._list.menu_folder_id
        name = next((folder.name for folder in self._model.folders() if folder.id == folder_id), "")
        self.ask(self._model.in_folder(folder_id), name)

    @Slot()
    def _on_export_all(self) -> None:
        self._open(self.tr("Export everything"), self._dated("Hearth"), ids=None)

    def _title(self, conversation_id: str) -> str:
        return self._services.conversations.get(conversation_id).title

    def _dated(self, name: str) -> str:
        return f"{name} {QtCore.QDate.currentDate().toString(Qt.DateFormat.ISODate)}"

    # The dialog

    def _open(self, heading: str, name: str, ids: tuple[str, ...] | None = (), part: Exported | None = None) -> None:
        """Ask about what goes out, in place of what was asked before; what is running is shown instead.

        Measured: 5 ms, the first time 50, nearly all of it imports.
        """
        from desktop_app.ui.dialogs.export_words import ExportTexts
        from desktop_app.ui.dialogs.exporting import ExportDialog, Subject

        if self._dialog is not None and not self._dialog.is_running:
            self._dialog.reject()
        if self._dialog is None:
            self._dialog = ExportDialog(
                self._its_exports(), Subject(heading, name, ids, part), ExportTexts(self).words(), self._paper(),
                self._services.preferences, self._theme, self._window,
            )  # fmt: skip
            self._dialog.exported.connect(self._on_exported)
            self._dialog.finished.connect(self._on_dialog_finished)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    @Slot()
    def _on_dialog_finished(self) -> None:
        self._dialog = None

    @Slot(object, object)
    def _on_exported(self, path: Path, folder: Path) -> None:
        self._tell(self.tr("Exported to “{name}”.").format(name=file_name(str(path))), folder)

    def _tell(self, sentence: str, folder: Path) -> None:
        button = self.tr("Open folder")
        self._notices.show_notice(Notice(sentence, "info", "export", OPEN_FOLDER, button, folder, is_quiet=True))

    # Paper

    @Slot()
    def _on_print(self) -> None:
        if self._on_show:
            self._print(self._on_show)

    def _print(self, conversation_id: str) -> None:
        # Measured: 30 ms the first time, for the system's dialog and what knows printers.
        from desktop_app.ui.dialogs.export_words import ExportTexts
        from desktop_app.ui.transcript.paper.printing import Printing

        words = ExportTexts(self).words()
        title = self._title(conversation_id)
        printing = Printing(self._its_exports(), conversation_id, title, words, self._paper(), self._window)
        printing.printed.connect(self._on_printed)
        printing.failed.connect(partial(self._on_not_printed, conversation_id))
        printing.ask()

    @Slot()
    def _on_printed(self) -> None:
        self._notices.show_notice(Notice(self.tr("The conversation is with the printer."), key="print", is_quiet=True))

    def _on_not_printed(self, conversation_id: str, error: AppError) -> None:
        self._notices.show_error(error, (PRINT_AGAIN, conversation_id))

    def _print_again(self, conversation_id: str) -> None:
        try:
            self._print(conversation_id)
        except LookupError:
            return  # it was deleted for ever meanwhile

    # Code

    @Slot(str, str)
    def save_code(self, info: str, code: str) -> None:
        """Let the person save code, byte for byte; `info` stands behind its fence and gives a name."""
        from desktop_app.exchange.code_names import code_file_name

        self._ask_where(code_file_name(info), code)

    def _ask_where(self, name: str, code: str) -> None:
        from desktop_app.ui.dialogs.exporting import documents

        dialog = QtWidgets.QFileDialog(self._window, self.tr("Save code"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QtWidgets.QFileDialog.AcceptMode.AcceptSave)
        dialog.setDirectory(str(self._services.preferences.get("export_folder")) or documents())
        dialog.selectFile(name)
        dialog.fileSelected.connect(partial(self._save, code))
        dialog.open()

    def _save(self, code: str, path: str) -> None:
        # The dialog has asked whether a file that is there is to be replaced.
        run = self._its_exports().save(Path(path), code, may_replace=True)
        run.ended.connect(self._on_saved)
        run.failed.connect(partial(self._on_not_saved, code))
        self._services.preferences.set("export_folder", str(Path(path).parent))

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        self._tell(self.tr("Saved as “{name}”.").format(name=file_name(str(path))), path.parent)

    def _on_not_saved(self, code: str, error: AppError) -> None:
        words = ErrorText(self).describe(error)
        payload = (Path(getattr(error, "path", "")).name, code)
        button = self.tr("Save as…")
        self._notices.show_notice(Notice(words.sentence, "error", "export", SAVE_AGAIN, button, payload, words.details))

    # What it needs

    def _its_exports(self) -> Exports:
        if self._exports is None:
            from desktop_app.services.exporting import Exports

            self._exports = Exports(self._services.conversations, self, before_work=self._finish_types)
            application = QCoreApplication.instance()
            if application is not None:
                application.aboutToQuit.connect(self._exports.close)
        return self._exports

    def _finish_types(self) -> None:
        if self._types is not None:
            self._types.finish()

    def _paper(self) -> Paper:
        from desktop_app.services.formula_supply import FormulaSupply
        from desktop_app.ui.qt_types import QtTypes
        from desktop_app.ui.transcript.paper.look import paper_theme
        from desktop_app.ui.transcript.paper.writing import Paper

        if self._supply is None and self._formulas is not None:
            self._supply = FormulaSupply(self._formulas, self)
        if self._types is None:
            self._types = QtTypes(self)  # done long before somebody has chosen a file, or a printer
        return Paper(paper_theme(), self._supply.fetch if self._supply is not None else None)

    @Slot(str, object)
    def _on_action_requested(self, action: str, payload: object) -> None:
        match action:
            case "open_exported":
                QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(payload)))
            case "print_again":
                self._print_again(str(payload))
            case "save_code_again" if isinstance(payload, tuple):
                self._ask_where(*payload)
