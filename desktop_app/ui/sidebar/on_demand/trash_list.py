"""What is in the trash, as rows: titles, and how many days each has left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate

from desktop_app.chat.conversation import Conversation
from desktop_app.clock import now_ms
from desktop_app.ui.sidebar.conversation_delegate import MARGIN
from desktop_app.ui.sidebar.list_words import ListWords
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RADIUS, paint_ground
from desktop_app.ui.widgets.labels import shortened
from desktop_app.ui.widgets.sides import mirrored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QStyleOptionViewItem

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
N_DAYS_KEPT = 30
"""After that many days `Conversations.purge_expired` deletes it."""
DAY_MS = 24 * 3600 * 1000
ID_ROLE = Qt.ItemDataRole.UserRole + 1
DAYS_ROLE = Qt.ItemDataRole.UserRole + 2


class TrashListModel(QAbstractListModel):
    """The rows, that put into the trash last first; `clock` gives milliseconds since 1970."""

    def __init__(self, parent: QObject | None = None, clock: Callable[[], int] = now_ms) -> None:
        super().__init__(parent)
        self._now_ms = clock
        self._words = ListWords(self)
        self._conversations: list[Conversation] = []

    def set_conversations(self, conversations: Sequence[Conversation]) -> None:
        """Show these, in this order."""
        self.beginResetModel()
        self._conversations = list(conversations)
        self.endResetModel()

    def ids(self) -> list[str]:
        """Give the ids of all rows."""
        return [one.id for one in self._conversations]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Give the number of rows."""
        return 0 if parent.isValid() else len(self._conversations)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give what `role` asks for; None for what rows do not have."""
        if not index.isValid():
            return None
        conversation = self._conversations[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words.title(conversation)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = self.tr("{title}, deleted for ever in %n day(s)", "", self._days_left(conversation))
            return words.format(title=self._words.spoken(conversation))
        if role == ID_ROLE:
            return conversation.id
        return self.tr("%n day(s)", "", self._days_left(conversation)) if role == DAYS_ROLE else None

    def _days_left(self, conversation: Conversation) -> int:
        end_ms = (conversation.trashed_ms or 0) + N_DAYS_KEPT * DAY_MS
        return max(1, -((self._now_ms() - end_ms) // DAY_MS))


class TrashDelegate(QStyledItemDelegate):
    """Paints the rows."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours and sizes."""
        self._theme = theme
        self._font = theme.font(theme.control_px)
        self._small_font = theme.font(theme.caption_px)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give 36 px at the usual font size."""
        return QSize(100, self._theme.row(36))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        theme = self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = self._view.verticalScrollBar()
        direction = self._view.layoutDirection()
        place: QRect = option.rect.adjusted(0, 0, -max(0, MARGIN - (bar.width() if bar.isVisible() else 0)), 0)
        place = mirrored(place, option.rect, direction)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if is_selected or is_hovered:
            paint_ground(painter, QRectF(place), theme.accent_soft if is_selected else theme.hover, theme)
        by_keys = self._view.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        if by_keys and self._view.hasFocus() and index == self._view.currentIndex():
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)
        self._paint_words(painter, place.adjusted(12, 0, -12, 0), index)
        painter.restore()

    def _paint_words(self, painter: QPainter, text: QRect, index: Index) -> None:
        days = str(index.data(DAYS_ROLE))
        painter.setFont(self._small_font)
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, days)
        rest = text.adjusted(0, 0, -QFontMetrics(self._small_font).horizontalAdvance(days) - 8, 0)
        text = mirrored(rest, text, self._view.layoutDirection())
        painter.setFont(self._font)
        painter.setPen(QColor(self._theme.text))
        words = shortened(str(index.data()), painter.fontMetrics(), text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)
