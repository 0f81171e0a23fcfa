"""The list of a page of things with names: its rows, and how they are laid out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app.record import Record
from desktop_app.ui.widgets.labels import plain_tooltip

Index = QModelIndex | QPersistentModelIndex


class Row(Record):
    """One of the things. `note` is read out with the name, and found by the filter."""

    id: str
    name: str
    note: str
    tooltip: str
    value: Any
    """What the editor shows."""


class CollectionRows(QStyledItemDelegate):
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
