"""A page of things with names: a list with a filter at the left, the editor of the one that is chosen beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

from PySide6 import QtWidgets
from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QIcon, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QListView, QPushButton, QVBoxLayout, QWidget

from desktop_app.chat.removed import Removed
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.dialogs.removed import RemovedDialog
from desktop_app.ui.notices import Notice, NoticeArea
from desktop_app.ui.palette.fuzzy import folded
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RowButton
from desktop_app.ui.widgets.collection_editor import CollectionEditor
from desktop_app.ui.widgets.collection_rows import CollectionModel, CollectionRows, Row
from desktop_app.ui.widgets.filter_field import FilterField
from desktop_app.ui.widgets.page import Page
from desktop_app.ui.widgets.prompt_segments import PromptSegments

Editor = TypeVar("Editor", bound=CollectionEditor)
LIST_WIDTH, PICTURE = 264, 24


class CollectionPage(Page, Generic[Editor]):
    """The page. One of its kind gives `every`, `picture`, `make_editor`, and does what its buttons ask for.

    `undo`: the action of the notice after something was removed; its payload goes to `restore_requested`.

    Signals:
        files_chosen(list of Path): to be imported.
        restore_requested(ids): of what is to come back.
    """

    files_chosen = Signal(list)
    restore_requested = Signal(object)

    def __init__(self, segment: str, undo: str, appearance: Appearance, notices: NoticeArea, window: QWidget) -> None:
        super().__init__(appearance.theme, window)
        self._appearance, self._notices, self._undo = appearance, notices, undo
        theme = appearance.theme
        self.segments = PromptSegments(segment)
        self.new_button, self.import_button, self.export_button = (QPushButton() for _ in range(3))
        self.new_button.setProperty("kind", "primary")
        self.filter = FilterField(theme)
        self.filter.text_changed.connect(self._refresh)
        self.filter.down_pressed.connect(self._on_down_pressed)
        self.model = CollectionModel(self.picture, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setProperty("kind", "rows")
        self.list.setItemDelegate(CollectionRows(self.list))
        self.list.setUniformItemSizes(True)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)
        self.removed = RowButton("trash", theme)
        self.removed.clicked.connect(self._on_removed_clicked)
        self._removed: list[str] = []
        """What the notice on show brings back, in order of removal."""
        self._is_reading_removed = False
        notices.action_requested.connect(self._on_action_requested)
        self._shown_id = ""
        self._editor: Editor | None = None
        # Not `singleShot`, which comes before the first paint.
        self._making = QTimer(self, singleShot=True, interval=0)
        self._making.timeout.connect(self._on_making_due)
        self._place()

    def _place(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(16, 20, 0, 16)
        left.setSpacing(8)
        left.addWidget(self.filter)
        left.addWidget(self.list, 1)
        left.addWidget(self.removed)
        self._side = QWidget()
        self._side.setLayout(left)
        self._body = QHBoxLayout()
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(0)
        self._body.addWidget(self._side, 0, Qt.AlignmentFlag.AlignLeft)
        self.build((self.import_button, self.export_button, self.new_button), self._body)
        self.lead_with(self.segments)

    # What one of its kind gives

    def every(self) -> Sequence[Row]:
        """Give all there is, in the order of the list."""
        raise NotImplementedError

    def picture(self, value: Any) -> QIcon | None:
        """Give what stands before the name; None: nothing."""
        return None

    def make_editor(self) -> Editor:
        """Make the editor, and connect it."""
        raise NotImplementedError

    def several_removed(self, n_removed: int) -> str:
        """Say that several were removed."""
        raise NotImplementedError

    def read_removed(self, on_read: Callable[[list[Removed]], None]) -> None:
        """Give what was removed and can be brought back."""
        raise NotImplementedError

    def title_of_removed(self) -> str:
        """Name the dialog about what was removed."""
        raise NotImplementedError

    # The editor

    @property
    def editor(self) -> Editor:
        """The editor, made now if need be: half of what the page costs, so it comes after the first look at the list."""
        if self._editor is None:
            self._editor = self.make_editor()
            self._body.addWidget(self._editor, 1)
            # Not in the next turn, as the layout would: whoever begins a new one types into it at once.
            self._editor.show()
            self._on_current_changed()
        return self._editor

    @Slot()
    def _on_making_due(self) -> None:
        _ = self.editor

    def show_value(self, value: Any) -> None:
        """Let the editor show another one, None: nothing; the one that is being edited stays."""
        if self._editor is not None and not _are_one(self._editor.value, value):
            self._editor.show_value(value)

    def leave(self) -> None:
        """Store what was typed; the page goes out of sight."""
        if self._editor is not None:
            self._editor.end_sitting()

    # The list

    @Slot()
    def _refresh(self) -> None:
        every, wanted = self.every(), folded(self.filter.text.strip())
        self.model.show([row for row in every if wanted in folded(f"{row.name} {row.note}")])
        number = self.model.row(self._shown_id)
        if number >= 0:
            self.list.setCurrentIndex(self.model.index(number))
        elif not self._shown_id or all(row.id != self._shown_id for row in every):
            self._shown_id = ""
            self.show_value(None)
            self.list.setCurrentIndex(self.model.index(0))

    @Slot()
    def _on_down_pressed(self) -> None:
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_current_changed(self) -> None:
        value = self.model.value(self.list.currentIndex().row())
        if value is not None:
            self._shown_id = value.id
            self.show_value(value)

    def show_one(self, value: Any) -> None:
        """Let it be the one that is chosen."""
        self.filter.edit.clear()
        self._refresh()
        row = self.model.row(value.id)
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))

    # What was removed

    def tell_removed(self, id: str, sentence: str, undo: str) -> None:
        """Say that it is gone, and offer to bring it back with a button that says `undo`."""
        # What an older notice that still stands brings back, the new one in its place brings back, too.
        before = self._removed if self._notices.has_key(self._undo) else []
        self._removed = [*(one for one in before if one != id), id]
        n_removed = len(self._removed)
        text, payload = sentence if n_removed == 1 else self.several_removed(n_removed), tuple(self._removed)
        self._notices.show_notice(Notice(text, "info", self._undo, self._undo, undo, payload=payload, is_quiet=True))

    @Slot(str, object)
    def _on_action_requested(self, action: str, payload: object) -> None:
        if action == self._undo and isinstance(payload, tuple):
            self.restore_requested.emit(payload)

    @Slot()
    def _on_removed_clicked(self) -> None:
        if not self._is_reading_removed:
            self._is_reading_removed = True
            self.read_removed(self._show_removed)

    def _show_removed(self, removed: list[Removed]) -> None:
        self._is_reading_removed = False
        if self.isVisible():
            dialog = RemovedDialog(self.title_of_removed(), removed, self._appearance.theme, self.window())
            dialog.restore_requested.connect(self._on_restore_requested)
            dialog.open()

    @Slot(object)
    def _on_restore_requested(self, ids: Sequence[str]) -> None:
        # It may be about the same, and offers what has been done.
        self._notices.close_key(self._undo)
        self.restore_requested.emit(ids)

    # Notices and files

    def tell_imported(self, sentence: str, skipped: Sequence[str]) -> None:
        """Say how many came, and why those are missing that did not."""
        kind = "warning" if skipped else "info"
        self._notices.show_notice(Notice(sentence, kind, f"{self._undo}_imported", details="\n".join(skipped)))

    def tell_saved(self, sentence: str) -> None:
        """Say that a file was written."""
        self._notices.show_notice(Notice(sentence, key=f"{self._undo}_exported", is_quiet=True))

    def ask_for_files(self, title: str, filters: Sequence[str]) -> None:
        """Let the person choose files to import: `files_chosen` comes."""
        dialog = self._file_dialog(title, filters)
        dialog.setFileMode(QtWidgets.QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._on_files_selected)
        dialog.open()

    def ask_where(self, title: str, filters: Sequence[str], write: Callable[[Path, str], None]) -> None:
        """Let the person choose a file to write: `write` gets it, with the filter that was chosen."""
        dialog = self._file_dialog(title, filters)
        dialog.setAcceptMode(QtWidgets.QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(_suffix(dialog.selectedNameFilter()))
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_suffix(chosen)))
        dialog.fileSelected.connect(lambda path: write(Path(path), dialog.selectedNameFilter()))
        dialog.open()

    def _file_dialog(self, title: str, filters: Sequence[str]) -> QtWidgets.QFileDialog:
        dialog = QtWidgets.QFileDialog(self.window(), title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilters(list(filters))
        return dialog

    @Slot(list)
    def _on_files_selected(self, paths: list[str]) -> None:
        self.files_chosen.emit([Path(path) for path in paths])

    # What Qt asks

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        super().set_theme(theme)
        self.filter.set_theme(theme)
        self.removed.set_theme(theme)
        self.model.repaint()
        if self._editor is not None:
            self._editor.set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what there is by now: a backup may have brought some back."""
        super().showEvent(event)
        self._refresh()
        if self._editor is None:
            self._making.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the list what the editor can spare."""
        super().resizeEvent(event)
        width = self._appearance.theme.scaled(LIST_WIDTH)
        self._side.setFixedWidth(min(width, max(width * 2 // 3, event.size().width() * 3 // 10)))

    def changeEvent(self, event: QEvent) -> None:
        """Show what there is in the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._refresh()
            self._on_current_changed()

    def retranslate(self) -> None:
        """Say the words that all pages of its kind have."""
        super().retranslate()
        self.new_button.setText(self.tr("New"))
        self.import_button.setText(self.tr("Import…"))
        self.export_button.setText(self.tr("Export…"))
        self.removed.set_words(self.tr("Removed…"))


def _are_one(one: Any, other: Any) -> bool:
    """Say whether two values are the same thing, whatever was typed since; of what comes with Hearth in one language."""
    return one is not None and other is not None and (one.id, one.language) == (other.id, other.language)


def _suffix(name_filter: str) -> str:
    """Give "md" for "One template as Markdown (*.md)"."""
    return name_filter.rpartition("*.")[2].rstrip(")")
