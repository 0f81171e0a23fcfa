"""The trash in place of the list: what is in it, the way back, and, after a question, the end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListView, QVBoxLayout, QWidget

from desktop_app.chat.conversation import Conversation
from desktop_app.ui.sidebar.conversation_delegate import MARGIN
from desktop_app.ui.sidebar.on_demand.trash_list import ID_ROLE, TrashDelegate, TrashListModel
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RowButton
from desktop_app.ui.widgets.escape import keeps_escape
from desktop_app.ui.widgets.labels import PlainLabel
from desktop_app.ui.widgets.menu import make_menu


class TrashPanel(QWidget):
    """Back, the conversations with the days they have left, and what can be done with them.

    Signals:
        closed(): the person wants the list again.
        conversation_selected(conversation_id): to be read.
        restore_requested(ids), purge_requested(ids), empty_requested(ids): the last with all that are there.
    """

    closed = Signal()
    conversation_selected = Signal(str)
    restore_requested = Signal(object)
    purge_requested = Signal(object)
    empty_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = RowButton("arrow-left", theme)
        self.back.clicked.connect(self.closed)
        self._note = PlainLabel("", "caption")
        self._note.setWordWrap(True)
        self.model = TrashListModel(self)
        self.list = _TrashList(self.model, theme, self)
        self.list.menu_requested.connect(self._on_menu_requested)
        self.list.activated_by_person.connect(self.conversation_selected)
        self.list.selectionModel().selectionChanged.connect(self._refresh)
        self.restore = RowButton("restore", theme)
        self.restore.clicked.connect(self._on_restore)
        self.purge = RowButton("close", theme)
        self.purge.clicked.connect(self._on_purge)
        self.empty = RowButton("trash", theme)
        self.empty.clicked.connect(self._on_empty)
        self._restore_action = QAction(self)
        self._restore_action.triggered.connect(self._on_restore)
        self._purge_action = QAction(self)
        self._purge_action.triggered.connect(self._on_purge)
        self._delegate_theme(theme)
        self._build()
        self._retranslate()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, left, below in (
            (self.back, 0, 4),
            (self._note, 12, 12),
            (self.list, 0, 8),
            (self.restore, 0, 0),
            (self.purge, 0, 0),
            (self.empty, 0, 8),
        ):
            # Room and no margins at the sides: they change places in languages from right to left.
            frame = QHBoxLayout()
            frame.setContentsMargins(0, 0, 0, below)
            frame.setSpacing(0)
            frame.addSpacing(left)
            frame.addWidget(widget, 1)
            frame.addSpacing(0 if widget is self.list else MARGIN)
            column.addLayout(frame, 1 if widget is self.list else 0)

    def _delegate_theme(self, theme: Theme) -> None:
        for button in (self.back, self.restore, self.purge, self.empty):
            button.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._delegate_theme(theme)
        self.list.set_theme(theme)

    def set_conversations(self, conversations: Sequence[Conversation]) -> None:
        """Show these; what is marked stays marked."""
        marked = set(self.list.selected_ids())
        self.model.set_conversations(conversations)
        flags = QItemSelectionModel.SelectionFlag
        for row, conversation_id in enumerate(self.model.ids()):
            if conversation_id in marked:
                self.list.selectionModel().setCurrentIndex(self.model.index(row), flags.Select)
        self._refresh()

    def select(self, conversation_id: str) -> None:
        """Mark one conversation, none when it is not here."""
        ids = self.model.ids()
        if conversation_id in ids:
            self.list.setCurrentIndex(self.model.index(ids.index(conversation_id)))
        else:
            self.list.selectionModel().clear()

    def event(self, event: QEvent) -> bool:
        """Keep Esc, which is for this here and not for the answer in progress."""
        return keeps_escape(event) or bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leads back to the list."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.back.set_words(self.tr("Back to conversations"), self.tr("Esc"))
        self.list.setAccessibleName(self.tr("Conversations in the trash"))
        self._restore_action.setText(self.tr("Restore"))
        self.restore.set_words(self.tr("Restore"))
        self._purge_action.setText(self.tr("Delete for ever…"))
        self.purge.set_words(self.tr("Delete for ever…"))
        self.empty.set_words(self.tr("Empty trash…"))
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        n_rows = self.model.rowCount()
        if n_rows:
            self._note.setText(self.tr("Conversations in the trash are deleted for ever after 30 days."))
        else:
            self._note.setText(self.tr("The trash is empty."))
        has_marked = self.list.selectionModel().hasSelection()
        self.restore.setEnabled(has_marked)
        self.purge.setEnabled(has_marked)
        self.empty.setEnabled(n_rows > 0)
        for button in (self.restore, self.purge, self.empty):
            button.setVisible(n_rows > 0)

    @Slot(QPoint)
    def _on_menu_requested(self, where: QPoint) -> None:
        menu = make_menu(self)
        menu.addAction(self._restore_action)
        menu.addSeparator()
        menu.addAction(self._purge_action)
        menu.popup(where)

    @Slot()
    def _on_restore(self) -> None:
        if ids := self.list.selected_ids():
            self.restore_requested.emit(ids)

    @Slot()
    def _on_purge(self) -> None:
        if ids := self.list.selected_ids():
            self.purge_requested.emit(ids)

    @Slot()
    def _on_empty(self) -> None:
        if ids := self.model.ids():
            self.empty_requested.emit(ids)


class _TrashList(QListView):
    """The rows. A click or Enter shows one, Ctrl and Shift mark several; no key deletes anything."""

    activated_by_person = Signal(str)
    menu_requested = Signal(QPoint)
    ring_target = None
    """The delegate paints the ring around the row."""

    def __init__(self, model: TrashListModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._delegate = TrashDelegate(theme, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.clicked.connect(self._on_clicked)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._delegate.set_theme(theme)
        self.scheduleDelayedItemsLayout()

    def selected_ids(self) -> list[str]:
        """Give the conversations that are marked, in their order."""
        return [str(index.data(ID_ROLE)) for index in sorted(self.selectedIndexes(), key=lambda index: index.row())]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show with Enter; the rest is Qt's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_clicked(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of what is marked."""
        is_by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if is_by_mouse else self.currentIndex()
        if not index.isValid():
            return
        if not self.selectionModel().isSelected(index):
            self.setCurrentIndex(index)
        at = event.pos() if is_by_mouse else self.visualRect(index).bottomLeft()
        self.menu_requested.emit(self.viewport().mapToGlobal(at))

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        if index.isValid() and len(self.selectedIndexes()) == 1:
            self.activated_by_person.emit(str(index.data(ID_ROLE)))
