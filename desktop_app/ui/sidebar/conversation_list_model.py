"""The conversations as rows for a list view: newest first, under headings of time.

A heading is a row too, so that all rows have one height and a view lays out thousands at once (uniform item
sizes). One change of one conversation moves, inserts or removes one row, and a heading where it must.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop_app.chat.conversation import Conversation

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class ConversationRole(IntEnum):
    """What a row can be asked for, beside Qt's own roles."""

    ID = Qt.ItemDataRole.UserRole + 1
    """Id of the conversation; "" for a heading."""
    IS_HEADING = Qt.ItemDataRole.UserRole + 2
    IS_ANSWERING = Qt.ItemDataRole.UserRole + 3


class Period(IntEnum):
    """The headings, in order."""

    TODAY = 0
    YESTERDAY = 1
    PREVIOUS_7_DAYS = 2
    PREVIOUS_30_DAYS = 3
    OLDER = 4


@dataclass(frozen=True, slots=True)
class _Row:
    """A conversation, or the heading of `period` when there is none."""

    period: Period
    conversation: Conversation | None = None


class ConversationListModel(QAbstractListModel):
    """Rows for the sidebar; it is told what changed and reads nothing itself.

    Signals:
        rename_requested(conversation_id, title): a row was edited. It shows the new title when that is stored.
    """

    rename_requested = Signal(str, str)

    def __init__(self, today: Callable[[], date] = date.today, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._rows: list[_Row] = []
        self._answering: set[str] = set()
        self._starts_ms = self._period_starts()

    # What a view asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Give the number of rows, headings included."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A heading can be neither reached nor chosen."""
        if not index.isValid() or self._rows[index.row()].conversation is None:
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
        return flags | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give what `role` asks for; None for what rows do not have."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._words(row)
            case Qt.ItemDataRole.EditRole:
                return row.conversation.title if row.conversation else None
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
            case ConversationRole.ID:
                return row.conversation.id if row.conversation else ""
            case ConversationRole.IS_HEADING:
                return row.conversation is None
            case ConversationRole.IS_ANSWERING:
                return row.conversation is not None and row.conversation.id in self._answering
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for a new title. Nothing changes here until it is stored; a blank title changes nothing at all."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        conversation = self._rows[index.row()].conversation
        title = " ".join(str(value).split())
        if conversation is None or not title or title == conversation.title:
            return False
        self.rename_requested.emit(conversation.id, title)
        return True

    def _words(self, row: _Row) -> str:
        if row.conversation is None:
            return self._heading(row.period)
        return " ".join(row.conversation.title.split()) or self.tr("New chat")

    def _spoken(self, row: _Row) -> str:
        words = self._words(row)
        if row.conversation is not None and row.conversation.id in self._answering:
            return self.tr("{title}, answering").format(title=words)
        return words

    def _heading(self, period: Period) -> str:
        match period:
            case Period.TODAY:
                return self.tr("Today")
            case Period.YESTERDAY:
                return self.tr("Yesterday")
            case Period.PREVIOUS_7_DAYS:
                return self.tr("Previous 7 days")
            case Period.PREVIOUS_30_DAYS:
                return self.tr("Previous 30 days")
            case Period.OLDER:
                return self.tr("Older")

    # What it is told

    def set_conversations(self, conversations: Iterable[Conversation]) -> None:
        """Show these, at the start. Later changes come one by one."""
        self.beginResetModel()
        ordered = sorted(conversations, key=lambda one: one.updated_ms, reverse=True)
        self._starts_ms = self._period_starts()
        self._rows = []
        for conversation in ordered:
            period = self._period(conversation)
            if not self._rows or self._rows[-1].period is not period:
                self._rows.append(_Row(period))
            self._rows.append(_Row(period, conversation))
        self.endResetModel()

    def put(self, conversation: Conversation) -> None:
        """Show a conversation that is new or has changed, in its place."""
        row = _Row(self._period(conversation), conversation)
        old = self.row_of(conversation.id)
        if old is None:
            self._insert(self._place_for(row), row)
        elif self._stays(old, row):
            self._rows[old] = row
            self.dataChanged.emit(self.index(old), self.index(old))
        else:
            self._move(old, row)

    def remove(self, conversation_id: str) -> None:
        """Show a conversation no longer. Does nothing when it is not shown."""
        row = self.row_of(conversation_id)
        if row is not None:
            period = self._rows[row].period
            self._delete(row)
            self._drop_empty_heading(period)

    def set_answering(self, conversation_id: str, is_answering: bool) -> None:
        """Mark a conversation that is being answered."""
        if is_answering:
            self._answering.add(conversation_id)
        else:
            self._answering.discard(conversation_id)
        row = self.row_of(conversation_id)
        if row is not None:
            self.dataChanged.emit(self.index(row), self.index(row), [ConversationRole.IS_ANSWERING])

    def refresh_headings(self) -> None:
        """Put the headings where they belong now: another day has begun, or another language is spoken."""
        self._starts_ms = self._period_starts()
        for row in reversed(range(len(self._rows))):
            if self._rows[row].conversation is None:
                self._delete(row)
        row = 0
        while row < len(self._rows):
            conversation = self._rows[row].conversation
            if conversation is not None:
                period = self._period(conversation)
                self._rows[row] = _Row(period, conversation)
                if row == 0 or self._rows[row - 1].period is not period:
                    self._insert_row(row, _Row(period))
            row += 1

    def refresh_headings_if_another_day(self) -> None:
        """The same, but only after midnight."""
        if self._period_starts() != self._starts_ms:
            self.refresh_headings()

    def row_of(self, conversation_id: str) -> int | None:
        """Give the row of a conversation; None when it is not shown."""
        for row, content in enumerate(self._rows):
            if content.conversation is not None and content.conversation.id == conversation_id:
                return row
        return None

    def neighbour(self, conversation_id: str | None, step: int) -> str | None:
        """Give the conversation `step` rows below (above when negative), headings not counted.

        None when there is none; for None as id the first one.
        """
        ids = [row.conversation.id for row in self._rows if row.conversation is not None]
        if conversation_id not in ids:
            return ids[0] if ids and step > 0 else None
        place = ids.index(conversation_id) + step
        return ids[place] if 0 <= place < len(ids) else None

    # Rows

    def _insert_row(self, at: int, row: _Row) -> None:
        self.beginInsertRows(QModelIndex(), at, at)
        self._rows.insert(at, row)
        self.endInsertRows()

    def _delete(self, at: int) -> None:
        self.beginRemoveRows(QModelIndex(), at, at)
        del self._rows[at]
        self.endRemoveRows()

    def _insert(self, at: int, row: _Row) -> None:
        """Insert `row` so that it comes before what stands at `at`, with its heading where that is missing."""
        if not self._has_heading(row.period):
            self._insert_row(at, _Row(row.period))
            at += 1
        self._insert_row(at, row)

    def _move(self, old: int, row: _Row) -> None:
        old_period = self._rows[old].period
        if not self._has_heading(row.period):
            at = self._place_for(row)
            self._insert_row(at, _Row(row.period))
            old += at <= old
        # Qt counts the target as if the row were still in its old place.
        target = self._place_for(row, skip=old)
        if target not in (old, old + 1):
            self.beginMoveRows(QModelIndex(), old, old, QModelIndex(), target)
            del self._rows[old]
            target -= target > old
            self._rows.insert(target, row)
            self.endMoveRows()
        else:
            target = old
            self._rows[old] = row
        self.dataChanged.emit(self.index(target), self.index(target))
        self._drop_empty_heading(old_period)

    def _place_for(self, row: _Row, skip: int | None = None) -> int:
        """Give the index of the first row that comes after `row`."""
        assert row.conversation is not None
        for at, other in enumerate(self._rows):
            if at == skip or other.period < row.period:
                continue
            if other.period > row.period:
                return at
            if other.conversation is not None and other.conversation.updated_ms <= row.conversation.updated_ms:
                return at
        return len(self._rows)

    def _stays(self, at: int, row: _Row) -> bool:
        return self._rows[at].period is row.period and self._place_for(row, skip=at) in (at, at + 1)

    def _has_heading(self, period: Period) -> bool:
        return any(row.conversation is None and row.period is period for row in self._rows)

    def _drop_empty_heading(self, period: Period) -> None:
        rows = [at for at, row in enumerate(self._rows) if row.period is period]
        if len(rows) == 1:
            self._delete(rows[0])

    # Time

    def _period_starts(self) -> tuple[int, ...]:
        """Give the first millisecond of today, yesterday, the last 7 and the last 30 days, in local time."""
        today = self._today()
        days = (today - timedelta(days=n_days) for n_days in (0, 1, 7, 30))
        # A day begins at local midnight, which astimezone() knows for every date: 23 and 25 hour days too.
        return tuple(int(datetime.combine(day, time.min).astimezone().timestamp() * 1000) for day in days)

    def _period(self, conversation: Conversation) -> Period:
        for period, start_ms in zip(Period, self._starts_ms, strict=False):
            if conversation.updated_ms >= start_ms:
                return period
        return Period.OLDER
