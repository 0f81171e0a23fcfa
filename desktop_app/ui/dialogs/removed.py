"""What was removed from a page of things with names within 30 days, to be read and brought back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout, QWidget

from desktop_app.chat.removed import Removed
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.labels import PlainLabel


class RemovedDialog(Dialog):
    """Shows `removed`, the last first; several can be marked.

    Signals:
        restore_requested(ids)
    """

    restore_requested = Signal(object)

    def __init__(self, title: str, removed: Sequence[Removed], theme: Theme, parent: QWidget) -> None:
        super().__init__(title, theme, parent)
        self._removed = list(removed)
        self._list = QListView()
        self._list.setProperty("kind", "rows")
        self._list.setModel(QStringListModel([one.name for one in self._removed], self._list))
        self._list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self._list.setAccessibleName(title)
        self._list.setFixedWidth(theme.scaled(220))
        self._build()
        self.add_button(self.tr("Close")).clicked.connect(self.reject)
        self._back = self.add_button(self.tr("Bring back"), is_primary=True)
        self._back.clicked.connect(self._on_back_clicked)
        self.finish_layout()
        self.ask_for(760, 460)
        self._list.selectionModel().currentChanged.connect(self._show_current)
        self._list.selectionModel().selectionChanged.connect(self._show_current)
        self._list.setCurrentIndex(self._list.model().index(0, 0))
        self._show_current()
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        shown = QVBoxLayout()
        shown.setSpacing(4)
        self._words = PlainLabel("", "secondary")
        self._words.setWordWrap(True)
        shown.addWidget(self._words)
        self._text = self.add_readable("")
        self.content.removeWidget(self._text)
        self._text.setAccessibleName(self.tr("Text"))
        shown.addWidget(self._text, 1)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(self._list)
        columns.addLayout(shown, 1)
        self.content.addLayout(columns, 1)

    @Slot()
    def _show_current(self) -> None:
        row = self._list.currentIndex().row()
        self._back.setEnabled(self._list.selectionModel().hasSelection())
        if not 0 <= row < len(self._removed):
            self._words.setText(self.tr("Nothing was removed within the last 30 days."))
            return
        one = self._removed[row]
        moment = QLocale().toString(QDateTime.fromMSecsSinceEpoch(one.removed_ms), QLocale.FormatType.ShortFormat)
        self._words.setText(self.tr("Removed on {moment}; it can be brought back for 30 days.").format(moment=moment))
        self._text.setPlainText(one.text)

    @Slot()
    def _on_back_clicked(self) -> None:
        rows = sorted(index.row() for index in self._list.selectionModel().selectedIndexes())
        self.accept()
        self.restore_requested.emit([self._removed[row].id for row in rows])
