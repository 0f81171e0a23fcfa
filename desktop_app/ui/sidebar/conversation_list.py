"""The list in the sidebar: chooses, marks several, renames in place, takes rows into folders.

What is on show and what is marked are two things. A click or an arrow key does both; with Ctrl or Shift, and with the
right button, rows are only marked. Marks end when the keyboard goes elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6 import QtCore, QtGui
from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from desktop_app.ui.sidebar.conversation_delegate import ConversationDelegate
from desktop_app.ui.sidebar.conversation_list_model import CONVERSATIONS_TYPE, ConversationListModel, ConversationRole
from desktop_app.ui.sidebar.kept_marks import KeptMarks
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.escape import keeps_escape

if TYPE_CHECKING:
    from PySide6.QtCore import QItemSelection, QItemSelectionRange
    from PySide6.QtGui import (
        QAction,
        QContextMenuEvent,
        QDragEnterEvent,
        QDragLeaveEvent,
        QDragMoveEvent,
        QDropEvent,
        QFocusEvent,
        QKeyEvent,
        QMouseEvent,
    )

    from desktop_app.ui.sidebar.sections import Section

Index = QModelIndex | QPersistentModelIndex


class ConversationList(QListView):
    """The list.

    Signals:
        conversation_selected(conversation_id): the person chose it with mouse or keys, to see it.
        menu_requested(ids, folder_id, where): for these conversations, else for the folder, else ("") for the list.
        tags_clicked(tags, where): of one conversation.
        drop_requested(ids, is_to_pins, folder_id): to be pinned, or to be in the folder; None: in none.
    """

    conversation_selected = Signal(str)
    menu_requested = Signal(object, str, QPoint)
    tags_clicked = Signal(object, QPoint)
    drop_requested = Signal(object, bool, object)
    ring_target = None
    """The delegate paints the ring around the row."""

    def __init__(self, model: ConversationListModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.on_show = ""
        """Id of the conversation that is on show; "" for none."""
        self.is_left = False
        """Whether a page stands in place of that conversation: then its row does not say that one is there."""
        self.has_marks = False
        """Whether a conversation is marked; otherwise the one on show looks as if it were."""
        self.drop_section: Section | None = None
        """Where what is dragged would go now."""
        self.menu_actions: list[QAction] = []
        """What others add to the menu of conversations."""
        self.folder_menu_actions: list[QAction] = []
        """What others add to the menu of a folder."""
        self.menu_folder_id = ""
        """The folder whose menu was opened last."""
        self._opens = False
        self._is_plain_press = False
        self._pressed_at = QPoint()
        self._marks = KeptMarks(self, model)
        self._delegate = ConversationDelegate(theme, model, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDropIndicatorShown(False)
        self.clicked.connect(self._on_clicked)
        model.modelAboutToBeReset.connect(self._on_about_to_be_reset)
        model.modelReset.connect(self._on_reset)
        model.rowsInserted.connect(self._on_rows_inserted)
        self._retranslate()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._delegate.set_theme(theme)
        self.scheduleDelayedItemsLayout()

    def add_menu_actions(self, actions: Iterable[QAction]) -> None:
        """Offer more in the context menu of conversations; they are about `selected_ids`."""
        self.menu_actions += actions

    def add_folder_menu_actions(self, actions: Iterable[QAction]) -> None:
        """Offer more in the context menu of a folder; they are about `menu_folder_id`."""
        self.folder_menu_actions += actions

    # What is marked

    def selected_id(self) -> str | None:
        """Give the conversation that the keyboard is at; None when it is at none."""
        found = self.currentIndex().data(ConversationRole.ID) if self.currentIndex().isValid() else ""
        return str(found) if found else None

    def selected_ids(self) -> list[str]:
        """Give the conversations that are marked, in their order."""
        # By ranges: an index for each of ten thousand rows takes 60 ms.
        ranges = sorted((one.top(), one.bottom()) for one in self._ranges())
        rows = (row for first, last in ranges for row in range(first, last + 1))
        return [conversation.id for row in rows if (conversation := self._model.at(row)[1]) is not None]

    def _ranges(self) -> list[QItemSelectionRange]:
        ranges: list[QItemSelectionRange] = list(self.selectionModel().selection())  # type: ignore[call-overload]  # a QList
        return ranges

    @Slot(str)
    def select(self, conversation_id: str) -> None:
        """Mark the conversation that is on show, "" for none; `conversation_selected` stays silent."""
        before, self.on_show = self.on_show, conversation_id
        row = self._model.row_of(conversation_id)
        if row is None:
            # Where nothing is marked nothing is asked: the first question costs 5 ms, for classes that PySide makes then.
            if self.has_marks or self.currentIndex().isValid():
                self.selectionModel().clear()
        elif self.currentIndex().row() != row or self.selected_ids() != [conversation_id]:
            self._mark(self._model.index(row))
        # Not `viewport()`, which before the first paint makes PySide initialise 55 classes of enums: 13 ms.
        for shown in (self._model.row_of(before), row):
            if shown is not None:
                self.update(self._model.index(shown))

    @Slot(object)
    def set_page(self, page: object) -> None:
        """Tell that a page is on show, or None: the conversation again. What is marked stays so, and is seen again then."""
        self.is_left = page is not None
        self.viewport().update()

    def looks_marked(self, index: Index) -> bool:
        """Say whether a row is to be seen as marked."""
        is_shown = index.data(ConversationRole.ID) == self.on_show
        if is_shown and self.is_left and not self._has_several():
            return False
        return self.selectionModel().isSelected(index) or (is_shown and not self.has_marks)

    def _has_several(self) -> bool:
        return sum(one.height() for one in self._ranges()) > 1

    def _mark(self, index: QModelIndex) -> None:
        """Go to a row and mark it alone, without showing it."""
        # `setCurrentIndex` of the view would look at the keys that are held down, such as those of "next conversation".
        flags = QtCore.QItemSelectionModel.SelectionFlag
        self._opens, opens = False, self._opens
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect)
        self._opens = opens

    def rename_selected(self) -> None:
        """Open the field for a new title or name over the row that is marked, else over the one on show."""
        if not self.currentIndex().isValid() and (section := self._model.section_of(self.on_show)) is not None:
            if section.folder is not None:
                self._model.set_collapsed(section.folder.id, False)
            self.select(self.on_show)
        self._edit(self.currentIndex())

    def rename_folder(self, folder_id: str) -> None:
        """Open the field for a new name over a folder."""
        row = self._model.row_of_folder(folder_id)
        if row is not None:
            self._mark(self._model.index(row))
            self._edit(self.currentIndex())

    def _edit(self, index: QModelIndex) -> None:
        if index.isValid():
            self.scrollTo(index)
            self.edit(index)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which conversation was chosen by a key."""
        super().currentChanged(current, previous)
        found = current.data(ConversationRole.ID) if current.isValid() and self._opens else ""
        if found:
            self.conversation_selected.emit(str(found))

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Find out whether anything is marked; the heading of a folder, where the keyboard can be, is not."""
        super().selectionChanged(selected, deselected)
        if selected.isEmpty() and deselected.isEmpty():
            return  # a list that has just got its model
        self.has_marks = any(one.height() > 1 or bool(one.topLeft().data(ConversationRole.ID)) for one in self._ranges())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let the marks go, unless a menu, a dialog or another window has the keyboard for a while."""
        super().focusOutEvent(event)
        reasons = Qt.FocusReason
        if event.reason() in (reasons.MouseFocusReason, reasons.TabFocusReason, reasons.BacktabFocusReason):
            self.select(self.on_show)

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Mark; a row is shown when the button is let go on it, so that one can be dragged without being shown."""
        keys = Qt.KeyboardModifier
        self._is_plain_press = not event.modifiers() & (keys.ControlModifier | keys.ShiftModifier)
        self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show by the pointer that tags can be clicked."""
        super().mouseMoveEvent(event)
        at = event.position().toPoint()
        if self._tags_at(self.indexAt(at), at):
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.viewport().unsetCursor()

    def _tags_at(self, index: QModelIndex, at: QPoint) -> list[str]:
        return self._delegate.tags_at(self.visualRect(index), index, at) if index.isValid() else []

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Rename a conversation in place."""
        index = self.indexAt(event.position().toPoint())
        super().mouseDoubleClickEvent(event)
        if index.data(ConversationRole.ID) and self._is_plain_press:
            self._edit(index)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        if not self._is_plain_press:
            return
        section, conversation = self._model.at(index.row())
        if conversation is None and section.folder is not None:
            self._model.set_collapsed(section.folder.id, section.is_open)
        elif conversation is not None and (tags := self._tags_at(index, self._pressed_at)):
            self.tags_clicked.emit(tags, self.viewport().mapToGlobal(self.visualRect(index).bottomRight()))
        elif conversation is not None:
            self.conversation_selected.emit(conversation.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go through the rows; Left, Right and Enter close and open folders. No key deletes anything."""
        keys = Qt.KeyboardModifier
        is_plain = not event.modifiers() & (keys.ControlModifier | keys.ShiftModifier | keys.AltModifier)
        # A field hands on the Enter that ends it.
        is_editing = self.state() is QAbstractItemView.State.EditingState
        if is_plain and not is_editing and self._use_key(event.key()):
            event.accept()
            return
        self._opens = is_plain
        super().keyPressEvent(event)
        self._opens = False

    def _use_key(self, key: int) -> bool:
        """Do what a key is for here; False when it is none of ours."""
        if not self.currentIndex().isValid():
            return False
        section, conversation = self._model.at(self.currentIndex().row())
        match key:
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if conversation is not None:
                self.conversation_selected.emit(conversation.id)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if section.folder is not None:
                self._model.set_collapsed(section.folder.id, section.is_open)
            case Qt.Key.Key_Left if conversation is not None and section.folder is not None:
                self._mark(self._model.index(section.start))
            case Qt.Key.Key_Left | Qt.Key.Key_Right if conversation is None and section.folder is not None:
                self._model.set_collapsed(section.folder.id, key == Qt.Key.Key_Left)
            case Qt.Key.Key_Escape if len(self.selected_ids()) > 1:
                self.select(self.on_show)
            case _:
                return False
        return True

    def event(self, event: QEvent) -> bool:
        """Keep Esc while several are marked."""
        is_asked = event.type() is QEvent.Type.ShortcutOverride and len(self.selected_ids()) > 1
        return (is_asked and keeps_escape(event)) or bool(super().event(event))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of what is under the pointer, or of what is marked."""
        is_by_mouse = event.reason() is QtGui.QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if is_by_mouse else self.currentIndex()
        section, conversation = self._model.at(index.row()) if index.isValid() else (None, None)
        if conversation is not None and not self.selectionModel().isSelected(index):
            self._mark(index)
        folder = section.folder if section is not None and conversation is None else None
        if folder is not None:
            self._mark(index)
        at = event.pos() if is_by_mouse else self.visualRect(index).bottomLeft()
        self.menu_folder_id = folder.id if folder is not None else ""
        ids = self.selected_ids() if conversation is not None else []
        self.menu_requested.emit(ids, self.menu_folder_id, self.viewport().mapToGlobal(at))

    # Dragging

    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        """Take rows along; only meanwhile the list takes what is dropped, because the window takes model files."""
        self.setAcceptDrops(True)
        super().startDrag(supportedActions)
        self.setAcceptDrops(False)
        self._set_drop_section(None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take rows of ours."""
        event.setAccepted(event.mimeData().hasFormat(CONVERSATIONS_TYPE))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where the rows would go."""
        super().dragMoveEvent(event)  # scrolls near the edges
        section = self._section_at(event)
        is_place = section is None or not section.is_above_folders
        self._set_drop_section(section if is_place else None)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(is_place and any(self._model.section_of(id_) is not section for id_ in _dragged(event)))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show nothing of the kind any more."""
        super().dragLeaveEvent(event)
        self._set_drop_section(None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask for the rows to be moved to where they were dropped."""
        section = self._section_at(event)
        # Otherwise the list would go on scrolling.
        super().dragLeaveEvent(QtGui.QDragLeaveEvent())
        self._set_drop_section(None)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        folder = section.folder if section is not None else None
        is_to_pins = section is not None and section.is_pinned
        self.drop_requested.emit(_dragged(event), is_to_pins, folder.id if folder is not None else None)

    def _section_at(self, event: QDropEvent | QDragMoveEvent) -> Section | None:
        index = self.indexAt(event.position().toPoint())
        return self._model.at(index.row())[0] if index.isValid() else None

    def _set_drop_section(self, section: Section | None) -> None:
        if section is not self.drop_section:
            self.drop_section = section
            self.viewport().update()

    # What the model tells

    @Slot()
    def _on_about_to_be_reset(self) -> None:
        self._marks.note(self.selected_ids())

    @Slot()
    def _on_reset(self) -> None:
        """Bring back place and marks in another list of the same conversations."""
        self._marks.bring_back()
        # No selection tells of the end of its model.
        self.has_marks = self.has_marks and self.selectionModel().hasSelection()
        self._mark_on_show_if_nothing_is()

    @Slot()
    def _on_rows_inserted(self) -> None:
        """A folder was opened."""
        self._mark_on_show_if_nothing_is()

    def _mark_on_show_if_nothing_is(self) -> None:
        if self.on_show and not self.selectionModel().hasSelection() and not self.currentIndex().isValid():
            self.select(self.on_show)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Conversations"))


def _dragged(event: QDropEvent | QDragMoveEvent) -> list[str]:
    data = event.mimeData().data(CONVERSATIONS_TYPE).data()
    return bytes(data).decode().splitlines()
