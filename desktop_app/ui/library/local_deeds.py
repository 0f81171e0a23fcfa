"""What can be done with models on this computer beside talking to them: notes, the trash, folders, other applications."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_app.errors import AppError
from desktop_app.library.folder import LibraryFolder
from desktop_app.library.model_file import ModelFile
from desktop_app.services.load_choices import LoadChoices
from desktop_app.ui.dialogs.question import QuestionDialog
from desktop_app.ui.icons import icon
from desktop_app.ui.library.found_models import FoundModelsDialog
from desktop_app.ui.library.local_words import LocalWords, store_name
from desktop_app.ui.library.model_details import ModelDetailsDialog
from desktop_app.ui.library.model_folders import ModelFoldersDialog
from desktop_app.ui.model_choice import same_file
from desktop_app.ui.sizes import size_text
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.menu import make_menu, menu_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from desktop_app.services import Services


STORES_SETTING = "model_stores"


class LocalDeeds(QObject):
    """Opens menus and dialogs, and hands what the person decides to the library.

    Signals:
        removed(str): a model is in the trash; a sentence that says so.
        hub_requested(str): the repository of a model is to be shown.
        added(Path): a file has come into the library.
        failed(AppError)
    """

    removed = Signal(str)
    hub_requested = Signal(str)
    added = Signal(object)
    failed = Signal(object)

    def __init__(self, services: Services, words: LocalWords, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._services, self._library = services, services.library
        self._words, self._theme, self._window = words, theme, window
        self._choices = LoadChoices(services.preferences)
        self._names: dict[Path, str] = {}
        """Of what is on its way into the trash: afterwards nobody knows it."""
        self._used_before: frozenset[str] = frozenset()
        self._found: FoundModelsDialog | None = None
        self._folders: ModelFoldersDialog | None = None
        self._library.found_elsewhere.connect(self._on_found_elsewhere)
        self._library.models_changed.connect(self._on_models_changed)
        self._library.model_removed.connect(self._on_model_removed)
        self._library.removal_failed.connect(self.failed)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme

    # One model

    def menu(self, file: ModelFile) -> QMenu:
        """Give the menu of a model."""
        menu = make_menu(self._window)
        note = self._library.notes.of(file.path)
        self._add(menu, self.tr("Details…"), "info", "details", file)
        self._add(menu, self.tr("Write a note…") if not note.text else self.tr("Change the note…"), "pencil", "note", file)
        self._add(menu, self.tr("Show in folder"), "folder", "folder", file)
        self._add(menu, self.tr("Copy the path"), "copy", "copy", file)
        if note.repository or file.repository:
            text = self.tr("Look for the newer version") if note.is_outdated else self.tr("Show on Hugging Face")
            self._add(menu, text, "link", "hub", file)
        if self.is_in_memory(file.path):
            self._add(menu, self.tr("Eject"), "eject", "eject", file)
        if file.store:
            menu.addSeparator()
            text = self.tr("No longer use models of {application}").format(application=store_name(file.store))
            self._add(menu, text, "close", "drop_store", file)
        elif file.is_removable:
            menu.addSeparator()
            if self._library.is_listed_by_itself(file.path):
                self._add(menu, self.tr("Remove from the list"), "close", "drop_file", file)
            self._add(menu, self.tr("Move to the system’s trash…"), "trash", "remove", file)
        menu.triggered.connect(self._on_triggered)
        return menu

    def _add(self, menu: QMenu, text: str, icon_name: str, deed: str, file: ModelFile | None = None) -> QAction:
        action = menu.addAction(icon(icon_name, self._theme.muted, 16), menu_text(text))
        action.setData((deed, file))
        return action

    def is_in_memory(self, path: Path) -> bool:
        """Say whether the engine has this model in memory."""
        model = self._services.engine.model
        return model is not None and same_file(path, Path(model.path))

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        deed, file = action.data()
        match deed:
            case "details" | "note":
                self.show_details(file, edits_note=deed == "note")
            case "folder":
                self._show_folder(file.path.parent)
            case "copy":
                QGuiApplication.clipboard().setText(str(file.path))
            case "hub":
                self.hub_requested.emit(self._library.notes.of(file.path).repository or file.repository)
            case "eject":
                self._services.engine.unload()
            case "drop_file":
                self._library.drop_file(file.path)
            case "drop_store":
                self._library.drop_store(file.store)
            case "remove":
                self.ask_removal(file)
            case "open_file":
                self.ask_for_file()
            case "folders":
                self.show_folders()
            case "refresh":
                self._library.refresh()

    def show_details(self, file: ModelFile, *, edits_note: bool = False) -> None:
        """Show all that is known of a model."""
        note, draft = self._library.notes.of(file.path), self._choices.draft_of(file.path)
        dialog = ModelDetailsDialog(file, note, draft, self._words, self._theme, self._window, edits_note=edits_note)
        dialog.note_changed.connect(self._library.notes.set_text)
        dialog.folder_requested.connect(self._on_file_folder_requested)
        dialog.open()

    def ask_removal(self, file: ModelFile) -> None:
        """Ask whether a model is to go into the trash; what may not is left alone."""
        plan = self._library.removal(file.path)
        if plan.refusal:
            return
        question = self.tr("Move “{model}” to your system’s trash?").format(model=self._words.name(file))
        n_files = len(plan.files)
        if plan.freed_bytes:
            text = self.tr(
                "Its %n file(s) can be brought back from your system’s trash; {size} becomes free when that is emptied.",
                "",
                n_files,
            )
        else:  # a link: what it leads to stays
            text = self.tr("Its %n file(s) can be brought back from your system’s trash until that is emptied.", "", n_files)
        explanation = text.format(size=size_text(plan.freed_bytes))
        buttons = (self.tr("Move to the system’s trash"), self.tr("Cancel"))
        dialog = QuestionDialog(question, explanation, *buttons, file.path, self._theme, self._window)
        dialog.agreed.connect(self._on_removal_agreed)
        dialog.open()

    @Slot(object)
    def _on_removal_agreed(self, path: Path) -> None:
        file = self._library.by_path(path)
        # It may have gone, or become another application's, while the question stood there.
        if file is not None and not self._library.removal(path).refusal:
            self._names[path] = self._words.name(file)
            self._library.remove(path)

    @Slot(object, object)
    def _on_model_removed(self, path: Path, n_bytes: int) -> None:
        name = self._names.pop(path, path.stem)
        if n_bytes:
            text = self.tr("“{model}” is in your system’s trash; {size} becomes free when you empty it.")
        else:
            text = self.tr("“{model}” is in your system’s trash.")
        self.removed.emit(text.format(model=name, size=size_text(n_bytes)))

    @Slot(object)
    def _on_file_folder_requested(self, path: Path) -> None:
        self._show_folder(path.parent)

    @Slot(object)
    def _show_folder(self, folder: Path) -> None:
        QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(folder)))

    # All of them

    def page_menu(self) -> QMenu:
        """Give the menu for what concerns no single model."""
        menu = make_menu(self._window)
        self._add(menu, self.tr("Open file…"), "file", "open_file")
        self._add(menu, self.tr("Model folders…"), "folder", "folders")
        self._add(menu, self.tr("Look again"), "refresh", "refresh")
        menu.triggered.connect(self._on_triggered)
        return menu

    def ask_for_file(self) -> None:
        """Let the person choose a file that is to be in the library."""
        dialog = QtWidgets.QFileDialog(self._window, self.tr("Open a model"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QtWidgets.QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("GGUF models (*.gguf)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(self._on_file_selected)
        dialog.open()

    @Slot(str)
    def _on_file_selected(self, path: str) -> None:
        try:
            self.added.emit(self._library.add(Path(path)).path)
        except AppError as error:
            self.failed.emit(error)

    @Slot()
    def show_folders(self) -> None:
        """Show where models are looked for."""
        self._folders = ModelFoldersDialog(self._theme, self._window)
        self._folders.show_folders(self._library.folders())
        self._folders.add_requested.connect(self._on_add_folder_requested)
        self._folders.remove_requested.connect(self._on_drop_folder_requested)
        self._folders.folder_requested.connect(self._show_folder)
        self._folders.finished.connect(self._on_folders_finished)
        self._folders.open()

    @Slot(object)
    def _on_add_folder_requested(self, path: Path) -> None:
        try:
            self._library.add_folder(path)
        except AppError as error:
            self.failed.emit(error)

    @Slot(object)
    def _on_drop_folder_requested(self, folder: LibraryFolder) -> None:
        if folder.kind == "added":
            self._library.drop_folder(folder.path)
        else:
            self._library.drop_store(folder.kind)

    @Slot()
    def _on_folders_finished(self) -> None:
        self._folders = None

    @Slot()
    def _on_models_changed(self) -> None:
        if self._folders is not None:
            self._folders.show_folders(self._library.folders())

    @Slot()
    def find_elsewhere(self) -> None:
        """Look for the models of other applications, and ask which are to be used."""
        if self._found is not None:
            return
        self._used_before = frozenset(self._services.preferences.get(STORES_SETTING))
        self._found = FoundModelsDialog(self._used_before, self._theme, self._window)
        self._found.stores_chosen.connect(self._on_stores_chosen)
        self._found.rejected.connect(self._on_found_rejected)
        self._found.finished.connect(self._on_found_finished)
        self._found.open()
        self._library.find_elsewhere()

    def _by_store(self) -> dict[str, Sequence[ModelFile]]:
        found: dict[str, list[ModelFile]] = {}
        for file in self._library.models():
            if file.store:
                found.setdefault(file.store, []).append(file)
        return dict(found)

    @Slot()
    def _on_found_elsewhere(self) -> None:
        if self._found is not None:
            self._found.show_found(self._by_store())

    @Slot(object)
    def _on_stores_chosen(self, stores: list[str]) -> None:
        for store in self._by_store():
            if store not in stores:
                self._library.drop_store(store)

    @Slot()
    def _on_found_rejected(self) -> None:
        """Leave it as it was, also when nothing has been found yet."""
        for store in self._services.preferences.get(STORES_SETTING):
            if store not in self._used_before:
                self._library.drop_store(store)

    @Slot()
    def _on_found_finished(self) -> None:
        self._found = None
