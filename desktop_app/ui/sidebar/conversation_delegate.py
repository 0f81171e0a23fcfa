"""How a row of the list looks: headings, folders, conversations with their signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6 import QtWidgets
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QWidget

from desktop_app.ui.icons import pixmap
from desktop_app.ui.sidebar.conversation_list_model import ConversationListModel
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RADIUS, paint_ground
from desktop_app.ui.widgets.labels import plain_tooltip, shortened
from desktop_app.ui.widgets.sides import RIGHT_TO_LEFT, corner, facing, mirrored

if TYPE_CHECKING:
    from PySide6.QtGui import QHelpEvent
    from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem

    from desktop_app.chat.conversation import Conversation
    from desktop_app.ui.sidebar.conversation_list import ConversationList
    from desktop_app.ui.sidebar.sections import Section

Index = QModelIndex | QPersistentModelIndex
MARGIN = 12
"""Pixels between the rows and the right edge of the sidebar; the scroll bar stands in it."""
N_TITLE_CHARACTERS_MAX = 200
N_FOLDER_CHARACTERS_MAX = 100
DOT = 8
ICON = 16
INDENT = ICON + 6
"""From the left edge of an icon to the words after it; what is in a folder stands below its name."""
TAG_SHARE = 1 / 3
"""Of a row's width that tags may take."""


class _Parts:
    """Where the parts of a conversation's row go."""

    __slots__ = ("dot", "icon", "pencil", "tag", "tag_words", "title")

    def __init__(self) -> None:
        self.icon: tuple[str, QRect] | None = None
        self.dot: QRect | None = None
        self.pencil: QPoint | None = None
        self.tag: QRect | None = None
        self.tag_words = ""
        self.title = QRect()


class ConversationDelegate(QStyledItemDelegate):
    """Paints headings and rows."""

    def __init__(self, theme: Theme, model: ConversationListModel, view: ConversationList) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours and sizes."""
        self._theme = theme
        self._font = theme.font(theme.control_px)
        self._small_font = theme.font(theme.caption_px)
        self._small_metrics = QFontMetrics(self._small_font)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give 36 px at the usual font size, for headings too."""
        return QSize(100, self._theme.row(36))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = self._place(option.rect)
        section, conversation = self._model.at(index.row())
        if conversation is not None:
            self._paint_row(painter, place, self._is_hovered(option), index, conversation)
        elif section.folder is not None:
            self._paint_folder(painter, place, self._is_hovered(option), index, section)
        else:
            self._paint_heading(painter, place, section, str(index.data()))
        painter.restore()

    def _place(self, rect: QRect) -> QRect:
        bar = self._view.verticalScrollBar()
        taken = bar.width() if bar.isVisible() else 0
        place = rect.adjusted(0, 0, -max(0, MARGIN - taken), 0)
        return mirrored(place, rect, self._view.layoutDirection())

    def _is_hovered(self, option: QStyleOptionViewItem) -> bool:
        # Only the pointer needs the state: asking for it at the start makes the class QStyle, which takes 5 ms.
        return self._view.underMouse() and bool(option.state & QtWidgets.QStyle.StateFlag.State_MouseOver)

    # Headings

    def _paint_heading(self, painter: QPainter, place: QRect, section: Section, words: str) -> None:
        if section is self._view.drop_section:
            self._paint_background(painter, place, self._theme.accent_soft)
        painter.setFont(self._small_font)
        painter.setPen(QColor(self._theme.muted))
        # A little below the middle: a heading belongs to what follows it.
        painter.drawText(place.adjusted(12, 4, -12, 0), Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_folder(self, painter: QPainter, place: QRect, is_hovered: bool, index: Index, section: Section) -> None:
        theme = self._theme
        is_target = section is self._view.drop_section
        self._paint_background(painter, place, theme.accent_soft if is_target else theme.hover if is_hovered else "")
        self._paint_focus(painter, place, index)
        text = place.adjusted(12, 0, -10, 0)
        painter.drawPixmap(self._corner(self._centred(text.left(), text), place), pixmap("folder", theme.muted, ICON))
        text.adjust(INDENT, 0, 0, 0)
        if self._model.tag is None:
            name = "chevron-down" if section.is_open else "chevron-right"
            chevron = facing(name, pixmap(name, theme.muted, ICON), self._view.layoutDirection())
            painter.drawPixmap(self._corner(self._centred(text.right() - ICON + 1, text), place), chevron)
            text.adjust(0, 0, -ICON - 4, 0)
        painter.setFont(self._small_font)
        painter.setPen(QColor(theme.muted))
        number = self._view.locale().toString(len(section.entries))
        painter.drawText(self._mirrored(text, place), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, number)
        text.adjust(0, 0, -self._small_metrics.horizontalAdvance(number) - 8, 0)
        # A closed folder stands for what is in it.
        is_closed = not section.is_open and not self._view.is_left
        holds_shown = is_closed and self._model.section_of(self._view.on_show) is section
        self._paint_words(painter, self._mirrored(text, place), theme.accent if holds_shown else theme.text, str(index.data()))

    # Conversations

    def _paint_row(self, painter: QPainter, place: QRect, is_hovered: bool, index: Index, conversation: Conversation) -> None:
        theme = self._theme
        is_shown = conversation.id == self._view.on_show and not self._view.is_left
        is_marked = self._view.looks_marked(index)
        self._paint_background(painter, place, theme.accent_soft if is_marked else theme.hover if is_hovered else "")
        self._paint_focus(painter, place, index)
        parts = self._parts(place, index, conversation)
        if parts.icon is not None:
            painter.drawPixmap(parts.icon[1].topLeft(), pixmap(parts.icon[0], theme.muted, ICON))
        if parts.dot is not None:
            self._paint_dot(painter, parts.dot, self._model.is_answering(conversation.id))
        if parts.pencil is not None:
            painter.drawPixmap(parts.pencil, pixmap("pencil", theme.muted, ICON))
        if parts.tag is not None:
            painter.setFont(self._small_font)
            painter.setPen(QColor(theme.muted))
            words = self._small_metrics.elidedText(parts.tag_words, Qt.TextElideMode.ElideRight, parts.tag.width())
            painter.drawText(parts.tag, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)
        self._paint_words(painter, parts.title, theme.accent if is_shown else theme.text, str(index.data()))

    def _parts(self, place: QRect, index: Index, conversation: Conversation) -> _Parts:
        section = self._model.at(index.row())[0]
        parts = _Parts()
        text = place.adjusted(12, 0, -12, 0)
        if section.folder is not None:
            text.adjust(INDENT, 0, 0, 0)
        if conversation.is_private or section.is_pinned:
            name = "private" if conversation.is_private else "pin"
            parts.icon = name, self._mirrored(QRect(self._centred(text.left(), text), QSize(ICON, ICON)), place)
            text.adjust(INDENT, 0, 0, 0)
        if conversation.is_unread or self._model.is_answering(conversation.id):
            dot = QRect(0, 0, DOT, DOT)
            dot.moveCenter(QPoint(text.right() - DOT // 2, text.center().y() + 1))
            parts.dot = self._mirrored(dot, place)
            text.adjust(0, 0, -DOT - 8, 0)
        # In the conversation on show one sees it.
        if self._model.is_unsent(conversation.id) and conversation.id != self._view.on_show:
            parts.pencil = self._corner(self._centred(text.right() - ICON + 1, text), place)
            text.adjust(0, 0, -ICON - 8, 0)
        # All have the tag that is filtered by.
        tags = [tag for tag in conversation.tags if tag != self._model.tag]
        if tags:
            parts.tag_words = tags[0] if len(tags) == 1 else f"{tags[0]} +{len(tags) - 1}"
            wanted = self._small_metrics.horizontalAdvance(parts.tag_words) + 1
            width = min(wanted, round(text.width() * TAG_SHARE))
            parts.tag = self._mirrored(QRect(text.right() - width + 1, text.top(), width, text.height()), place)
            text.adjust(0, 0, -width - 8, 0)
        parts.title = self._mirrored(text, place)
        return parts

    def tags_at(self, rect: QRect, index: Index, at: QPoint) -> list[str]:
        """Give the tags that stand at a point of a row; none elsewhere."""
        conversation = self._model.at(index.row())[1]
        if conversation is None or not conversation.tags:
            return []
        tag = self._parts(self._place(rect), index, conversation).tag
        is_hit = tag is not None and tag.adjusted(-4, 0, 4, 0).contains(at)
        return [tag for tag in conversation.tags if tag != self._model.tag] if is_hit else []

    # Parts of both

    def _mirrored(self, part: QRect, place: QRect) -> QRect:
        return mirrored(part, place, self._view.layoutDirection())

    def _corner(self, at: QPoint, place: QRect) -> QPoint:
        return corner(at, ICON, place, self._view.layoutDirection())

    def _centred(self, left: int, text: QRect) -> QPoint:
        return QPoint(left, text.top() + (text.height() - ICON) // 2)

    def _paint_background(self, painter: QPainter, place: QRect, colour: str) -> None:
        if colour:
            paint_ground(painter, QRectF(place), colour, self._theme)

    def _paint_focus(self, painter: QPainter, place: QRect, index: Index) -> None:
        by_keys = self._view.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        if by_keys and self._view.hasFocus() and index == self._view.currentIndex():
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)

    def _paint_words(self, painter: QPainter, place: QRect, colour: str, words: str) -> None:
        painter.setFont(self._font)
        painter.setPen(QColor(colour))
        words = shortened(words, painter.fontMetrics(), place.width())
        if self._view.layoutDirection() == RIGHT_TO_LEFT:
            # As a part of its own: the dots of a Latin title stand behind its last word, not before the first.
            words = f"\u2068{words}\u2069"
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)

    def _paint_dot(self, painter: QPainter, dot: QRect, is_filled: bool) -> None:
        """Paint a filled dot for an answer in progress, a ring for one that was not read."""
        accent = QColor(self._theme.accent)
        painter.setPen(Qt.PenStyle.NoPen if is_filled else QPen(accent, 1.6))
        painter.setBrush(accent if is_filled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(dot) if is_filled else QRectF(dot).adjusted(0.8, 0.8, -0.8, -0.8))

    # What Qt asks

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """Say in words what the row shows by signs, and the whole of a title that is shortened."""
        conversation = self._model.at(index.row())[1] if index.isValid() else None
        if conversation is not None:
            parts = self._parts(self._place(view.visualRect(index)), index, conversation)
            is_cut = QFontMetrics(self._font).horizontalAdvance(str(index.data())) > parts.title.width()
            words = self._model.spoken(conversation) if is_cut or parts.icon or parts.dot or parts.pencil or parts.tag else ""
            QtWidgets.QToolTip.showText(event.globalPos(), plain_tooltip(words), view)
        return True

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Give the field for a new title or name."""
        is_folder = self._model.at(index.row())[1] is None
        editor = QtWidgets.QLineEdit(parent)
        editor.setMaxLength(N_FOLDER_CHARACTERS_MAX if is_folder else N_TITLE_CHARACTERS_MAX)
        editor.setAccessibleName(self.tr("Name of the folder") if is_folder else self.tr("Title of the conversation"))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Fill the field, but never over what the person has typed, whatever becomes of the row meanwhile."""
        if isinstance(editor, QtWidgets.QLineEdit) and not editor.isModified():
            super().setEditorData(editor, index)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Put the field exactly over its row."""
        editor.setGeometry(self._place(option.rect))
