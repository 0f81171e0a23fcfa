"""What was found, as rows: conversations by title, then messages with the words and what stands around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QDate, QDateTime, QLocale, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_app.chat.message import Role
from desktop_app.chat.search import MessageHit, Section, TitleHit

if TYPE_CHECKING:
    from desktop_app.chat.search import SearchResult

Index = QModelIndex | QPersistentModelIndex
Hit = TitleHit | MessageHit
Row = Hit | str | Section
_NOWHERE = QModelIndex()


class SearchHitsModel(QAbstractListModel):
    """The rows of one result: a heading is the words of it, a section the way to more of it, every other row a hit."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    def set_result(self, result: SearchResult | None) -> None:
        """Show what was found; None: nothing. Rows that were there before stay where they are on screen."""
        before, rows = self._rows, self._rows_of(result)
        first = _n_alike(before, rows)
        if not first:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        n_behind = _n_alike(reversed(before[first:]), reversed(rows[first:]))
        if (end := len(before) - n_behind) > first:
            self.beginRemoveRows(_NOWHERE, first, end - 1)
            self._rows = before[:first] + before[end:]
            self.endRemoveRows()
        if (end := len(rows) - n_behind) > first:
            self.beginInsertRows(_NOWHERE, first, end - 1)
            self._rows = rows
            self.endInsertRows()

    def _rows_of(self, result: SearchResult | None) -> list[Row]:
        if result is None:
            return []
        sections: tuple[tuple[Section, str, Sequence[Hit]], ...] = (
            (Section.TITLES, self.tr("Titles"), result.titles),
            (Section.MESSAGES, self.tr("Messages"), result.messages),
        )
        rows: list[Row] = []
        for section, heading, hits in sections:
            if hits:
                rows += [heading, *hits, *({section} & result.more)]
        return rows

    def hit(self, row: int) -> Hit | None:
        """Give the hit in a row; None for any other row, and where there is no row."""
        found = self._rows[row] if 0 <= row < len(self._rows) else None
        return found if isinstance(found, Hit) else None

    def section(self, row: int) -> Section | None:
        """Give of what a row leads to more; None for any other row, and where there is no row."""
        found = self._rows[row] if 0 <= row < len(self._rows) else None
        return found if isinstance(found, Section) else None

    def row_of(self, hit: Hit) -> int | None:
        """Give the row with the same conversation and message; None when it was not found this time."""
        wanted = key(hit)
        return next((row for row, one in enumerate(self._rows) if isinstance(one, Hit) and key(one) == wanted), None)

    def first_row(self) -> int | None:
        """Give the first row that is a hit."""
        return next((row for row, one in enumerate(self._rows) if isinstance(one, Hit)), None)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Give the number of rows, headings included."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A heading can be neither reached nor chosen."""
        if not index.isValid() or isinstance(self._rows[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give the words of a row, shown or spoken."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if isinstance(row, Section):
            return self.tr("Show more titles") if row is Section.TITLES else self.tr("Show older matches")
        if isinstance(row, str):
            return row
        return self.title(row) if role == Qt.ItemDataRole.DisplayRole else self._spoken(row)

    def title(self, hit: Hit) -> str:
        """Give the title of the conversation on one line."""
        return " ".join(hit.title.split()) or self.tr("New chat")

    def date(self, hit: Hit) -> str:
        """Give the day, or, of today, the time."""
        moment = QDateTime.fromMSecsSinceEpoch(hit.created_ms if isinstance(hit, MessageHit) else hit.updated_ms)
        kind = QLocale.FormatType.ShortFormat
        is_today = moment.date() == QDate.currentDate()
        return QLocale().toString(moment.time(), kind) if is_today else QLocale().toString(moment.date(), kind)

    def _spoken(self, hit: Hit) -> str:
        if isinstance(hit, TitleHit):
            return self.tr("{title}, {date}").format(title=self.title(hit), date=self.date(hit))
        words = (
            self.tr("You in {title}, {date}: {text}") if hit.role is Role.USER else self.tr("Answer in {title}, {date}: {text}")
        )
        return words.format(title=self.title(hit), date=self.date(hit), text=hit.snippet)


def key(hit: Hit) -> tuple[str, str]:
    """Give what makes a hit the same hit in another result."""
    return hit.conversation_id, hit.message_id if isinstance(hit, MessageHit) else ""


def _n_alike(before: Iterable[Row], rows: Iterable[Row]) -> int:
    """Give how many rows are the same in both from the beginning on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, rows, strict=False)))
