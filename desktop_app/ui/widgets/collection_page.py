"""A page of things with names: a list with a filter at the left, the editor of the one that is chosen beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

from PySide6 import QtWidgets
from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QIcon, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.record import Record
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.notices import Notice, NoticeArea
from desktop_app.ui.palette.fuzzy import folded
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.collection_editor import CollectionEditor
from desktop_app.ui.widgets.filter_field import FilterField
from desktop_app.ui.widgets.labels import plain_tooltip
from desktop_app.ui.widgets.page import Page
from desktop_app.ui.widgets.prompt_segments import PromptSegments

Editor = TypeVar("Editor", bound=CollectionEditor)
Index = QModelIndex | QPersistentModelIndex
LIST_WIDTH, PICTURE = 264, 24


class Row(Record):
    """One of the things. `note` is read out with the name, and found by the filter."""

    id: str
    name: str
    note: str
    tooltip: str
    value: Any
    """What the editor shows."""


class CollectionPage(Page, Generic[Editor]):
    """The page. One of its kind gives `every`, `picture`, `make_editor`, and does what its buttons ask for.

    `undo`: the action of the notice after something was removed; its payload goes to `undo_requested`.

    Signals:
        files_chosen(list of Path): to be imported.
        undo_requested(str): the id of what is to come back.
    """

    files_chosen = Signal(list)
    undo_requested = Signal(str)

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
        self.list.setItemDelegate(_Rows(self.list))
        self.list.setUniformItemSizes(True)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)
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

    # Notices and files

    def tell_removed(self, id: str, sentence: str, undo: str) -> None:
        """Say that it is gone, and offer to bring it back with a button that says `undo`."""
        self._notices.show_notice(Notice(sentence, "info", self._undo, self._undo, undo, payload=id, is_quiet=True))

    @Slot(str, object)
    def _on_action_requested(self, action: str, payload: object) -> None:
        if action == self._undo and isinstance(payload, str):
            self.undo_requested.emit(payload)

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


def _are_one(one: Any, other: Any) -> bool:
    """Say whether two values are the same thing, whatever was typed since; of what comes with Hearth in one language."""
    return one is not None and other is not None and (one.id, one.language) == (other.id, other.language)


def _suffix(name_filter: str) -> str:
    """Give "md" for "One template as Markdown (*.md)"."""
    return name_filter.rpartition("*.")[2].rstrip(")")


class _Rows(QStyledItemDelegate):
    """Rows as wide as the list: a name that does not fit is shortened."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give the usual height."""
        return QSize(1, super().sizeHint(option, index).height())


class CollectionModel(QAbstractListModel):
    """The rows that pass the filter."""

    def __init__(self, picture: Callable[[Any], QIcon | None], parent: QWidget) -> None:
        super().__init__(parent)
        self._picture = picture
        self._rows: Sequence[Row] = ()

    def show(self, rows: Sequence[Row]) -> None:
        """Show another list."""
        if [row.id for row in rows] == [row.id for row in self._rows]:
            # The same rows with other words: what is chosen stays chosen.
            self._rows = rows
            self.repaint()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def repaint(self) -> None:
        """Show the same with other words or colours."""
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def value(self, number: int) -> Any:
        """Give what stands in a row; None when there is none."""
        return self._rows[number].value if 0 <= number < len(self._rows) else None

    def row(self, id: str) -> int:
        """Give the row of what has this id; -1 when it is not shown."""
        return next((number for number, row in enumerate(self._rows) if row.id == id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        """Give the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | QIcon | None:
        """Give picture and name, and for a screen reader the note as well."""
        if not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DecorationRole:
            return self._picture(row.value)
        if role == Qt.ItemDataRole.AccessibleTextRole and row.note:
            return f"{row.name}, {row.note}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(row.tooltip)
        return row.name if role == Qt.ItemDataRole.DisplayRole else None
