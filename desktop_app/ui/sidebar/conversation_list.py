"""The list in the sidebar: chooses, renames in place, asks for the trash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6 import QtGui, QtWidgets
from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyledItemDelegate, QWidget

from desktop_app.ui.sidebar.conversation_list_model import ConversationListModel, ConversationRole
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RADIUS
from desktop_app.ui.widgets.menu import make_menu

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QContextMenuEvent
    from PySide6.QtWidgets import QStyleOptionViewItem

Index = QModelIndex | QPersistentModelIndex
MARGIN = 12
"""Pixels between the rows and the right edge of the sidebar; the scroll bar stands in it."""
N_TITLE_CHARACTERS_MAX = 200
DOT = 8


class ConversationDelegate(QStyledItemDelegate):
    """Paints headings and rows."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self._theme = theme
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours and sizes."""
        self._theme = theme
        self._font = theme.font(theme.control_px)
        self._heading_font = theme.font(theme.caption_px)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give 36 px at the usual font size, for headings too."""
        return QSize(100, self._theme.scaled(36))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = self._place(option.rect)
        if index.data(ConversationRole.IS_HEADING):
            self._paint_heading(painter, place, str(index.data()))
        else:
            self._paint_row(painter, place, self._is_hovered(option), index)
        painter.restore()

    def _place(self, rect: QRect) -> QRect:
        bar = self._view.verticalScrollBar()
        taken = bar.width() if bar.isVisible() else 0
        return rect.adjusted(0, 0, -max(0, MARGIN - taken), 0)

    def _paint_heading(self, painter: QPainter, place: QRect, words: str) -> None:
        painter.setFont(self._heading_font)
        painter.setPen(QColor(self._theme.muted))
        # A little below the middle: a heading belongs to what follows it.
        painter.drawText(place.adjusted(12, 4, -12, 0), Qt.AlignmentFlag.AlignVCenter, words)

    def _is_hovered(self, option: QStyleOptionViewItem) -> bool:
        # Only the pointer needs the state: asking for it at the start makes the class QStyle, which takes 5 ms.
        return self._view.underMouse() and bool(option.state & QtWidgets.QStyle.StateFlag.State_MouseOver)

    def _paint_row(self, painter: QPainter, place: QRect, is_hovered: bool, index: Index) -> None:
        theme = self._theme
        is_selected = self._view.selectionModel().isSelected(index)
        background = theme.accent_soft if is_selected else theme.hover if is_hovered else ""
        if background:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(background))
            painter.drawRoundedRect(QRectF(place), RADIUS, RADIUS)
        if self._shows_focus(index):
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)
        text = place.adjusted(12, 0, -12, 0)
        if index.data(ConversationRole.IS_ANSWERING):
            self._paint_dot(painter, text)
            text.adjust(0, 0, -DOT - 8, 0)
        painter.setFont(self._font)
        painter.setPen(QColor(theme.accent if is_selected else theme.text))
        words = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)

    def _shows_focus(self, index: Index) -> bool:
        by_keys = self._view.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        return by_keys and self._view.hasFocus() and index == self._view.currentIndex()

    def _paint_dot(self, painter: QPainter, text: QRect) -> None:
        dot = QRect(0, 0, DOT, DOT)
        dot.moveCenter(QPoint(text.right() - DOT // 2, text.center().y() + 1))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.accent))
        painter.drawEllipse(dot)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Give the field for a new title."""
        editor = QtWidgets.QLineEdit(parent)
        editor.setMaxLength(N_TITLE_CHARACTERS_MAX)
        editor.setAccessibleName(self.tr("Title of the conversation"))
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Put the field exactly over its row."""
        editor.setGeometry(self._place(option.rect))


class ConversationList(QListView):
    """The list.

    Signals:
        conversation_selected(conversation_id): the person chose it with mouse or keys.
    """

    conversation_selected = Signal(str)
    ring_target = None
    """The delegate paints the ring around the row."""

    def __init__(self, model: ConversationListModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._menu_actions: list[QAction] = []
        self._delegate = ConversationDelegate(theme, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self._retranslate()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._delegate.set_theme(theme)
        self.scheduleDelayedItemsLayout()

    def set_menu_actions(self, actions: list[QAction]) -> None:
        """Set what the context menu of a conversation offers."""
        self._menu_actions = actions

    def selected_id(self) -> str | None:
        """Give the conversation that is marked; None when none is."""
        found = self.currentIndex().data(ConversationRole.ID) if self.currentIndex().isValid() else ""
        return str(found) if found else None

    @Slot(str)
    def select(self, conversation_id: str) -> None:
        """Mark the conversation that is on show, "" for none; `conversation_selected` stays silent."""
        row = self._model.row_of(conversation_id)
        was_blocked = self.blockSignals(True)
        if row is None:
            self.selectionModel().clear()
        elif self.currentIndex().row() != row:
            self.setCurrentIndex(self._model.index(row))
        self.blockSignals(was_blocked)

    def rename_selected(self) -> None:
        """Open the field for a new title over the row that is marked."""
        if self.selected_id() is not None:
            self.scrollTo(self.currentIndex())
            self.edit(self.currentIndex())

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which conversation was chosen."""
        super().currentChanged(current, previous)
        found = current.data(ConversationRole.ID) if current.isValid() else ""
        if found:
            self.conversation_selected.emit(str(found))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the conversation under the pointer, or with the marked one."""
        is_by_mouse = event.reason() is QtGui.QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if is_by_mouse else self.currentIndex()
        if not index.isValid() or not index.data(ConversationRole.ID):
            return
        self.setCurrentIndex(index)
        menu = make_menu(self)
        menu.addActions(self._menu_actions)
        at = event.pos() if is_by_mouse else self.visualRect(index).bottomLeft()
        menu.popup(self.viewport().mapToGlobal(at))

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Conversations"))
