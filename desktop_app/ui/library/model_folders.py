"""The folders in which models are looked for: those of the person, added and taken out here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6 import QtWidgets
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from desktop_app.library.folder import LibraryFolder
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.library.local_words import store_name
from desktop_app.ui.sizes import size_text
from desktop_app.ui.theme import Theme

_PATH = Qt.ItemDataRole.UserRole


class ModelFoldersDialog(Dialog):
    """Lists them as `show_folders` was told.

    Signals:
        add_requested(Path), remove_requested(LibraryFolder): a folder of the person, or all of an application.
        folder_requested(Path): it is to be shown.
    """

    add_requested = Signal(object)
    remove_requested = Signal(object)
    folder_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__("", theme, parent)
        self.set_heading(self.tr("Model folders"))
        self.add_text(self.tr("Models are used where they are, and new ones in these folders appear by themselves."), "secondary")
        self._folders: tuple[LibraryFolder, ...] = ()
        self.list = QListWidget()
        self.list.setProperty("kind", "rows")
        self.list.setAccessibleName(self.tr("Model folders"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemSelectionChanged.connect(self._refresh)
        self.list.itemActivated.connect(self._on_show_clicked)
        self.content.addWidget(self.list, 1)
        self.sentence = self.add_text("", "secondary")
        self.remove = self.add_button(self.tr("Remove from the list"))
        self.remove.clicked.connect(self._on_remove_clicked)
        self.show_button = self.add_button(self.tr("Open folder"))
        self.show_button.clicked.connect(self._on_show_clicked)
        self.add_button(self.tr("Close")).clicked.connect(self.accept)
        self.add_button(self.tr("Add a folder…"), is_primary=True).clicked.connect(self._on_add_clicked)
        self.finish_layout()
        self.ask_for(620, 460)
        self._refresh()

    def show_folders(self, folders: Sequence[LibraryFolder]) -> None:
        """Show these; what is selected stays so."""
        selected = self._selected()
        self._folders = tuple(folders)
        self.list.clear()
        for folder in folders:
            item = QListWidgetItem(self._words(folder), self.list)
            item.setToolTip("")
            item.setData(_PATH, str(folder.path))
            if selected is not None and folder.path == selected.path:
                self.list.setCurrentItem(item)
        if self.list.currentItem() is None and folders:
            self.list.setCurrentRow(0)
        self._refresh()

    def _words(self, folder: LibraryFolder) -> str:
        if not folder.is_there:
            return self.tr("{folder}: not there now").format(folder=folder.path)
        text = self.tr("{folder}: %n model(s), {size}", "", folder.n_models)
        return text.format(folder=folder.path, size=size_text(folder.size_bytes))

    def _selected(self) -> LibraryFolder | None:
        row = self.list.currentRow()
        return self._folders[row] if 0 <= row < len(self._folders) else None

    @Slot()
    def _refresh(self) -> None:
        """Say what the selected folder is, and offer what can be done with it."""
        folder = self._selected()
        self.remove.setEnabled(folder is not None and folder.kind != "own")
        self.show_button.setEnabled(folder is not None and folder.is_there)
        if folder is None:
            text = ""
        elif folder.kind == "own":
            text = self.tr("Downloads go here.")
        elif not folder.is_there:
            text = self.tr("Its disk is not connected, or the folder was moved; its models come back with it.")
        elif folder.is_cut_short:
            text = self.tr("It holds more files than are looked at, so models may be missing: choose a folder inside it.")
        elif folder.kind == "added":
            text = self.tr("When you take it out, its files stay where they are.")
        else:
            text = self.tr("It belongs to {application}, and is only read.").format(application=store_name(folder.kind))
        self.sentence.setText(text)

    @Slot()
    def _on_add_clicked(self) -> None:
        dialog = QtWidgets.QFileDialog(self, self.tr("A folder with models"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QtWidgets.QFileDialog.FileMode.Directory)
        dialog.setOption(QtWidgets.QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_folder_selected)
        dialog.open()

    @Slot(str)
    def _on_folder_selected(self, path: str) -> None:
        self.add_requested.emit(Path(path))

    @Slot()
    def _on_remove_clicked(self) -> None:
        folder = self._selected()
        if folder is not None and folder.kind != "own":
            self.remove_requested.emit(folder)

    @Slot()
    def _on_show_clicked(self) -> None:
        folder = self._selected()
        if folder is not None and folder.is_there:
            self.folder_requested.emit(folder.path)
