"""What was found, as rows: conversations by title, then messages with the words and what stands around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QDate, QDateTime, QLocale, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_app.chat.message import Role
from desktop_app.chat.search import MessageHit, TitleHit

if TYPE_CHECKING:
    from desktop_app.chat.search import SearchResult

Index = QModelIndex | QPersistentModelIndex
Hit = TitleHit | MessageHit
_NOWHERE = QModelIndex()


class SearchHitsModel(QAbstractListModel):
    """The rows of one result: a heading is the words of it, every other row a hit."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Hit | str] = []

    def set_result(self, result: SearchResult | None) -> None:
        """Show what was found; None: nothing."""
        self.beginResetModel()
        self._rows = []
        if result is not None:
            self._add(self.tr("Titles"), result.titles)
            self._add(self.tr("Messages"), result.messages)
        self.endResetModel()

    def _add(self, heading: str, hits: Sequence[Hit]) -> None:
        if hits:
            self._rows += [heading, *hits]

    def hit(self, row: int) -> Hit | None:
        """Give the hit in a row; None for a heading, and where there is no row."""
        found = self._rows[row] if 0 <= row < len(self._rows) else None
        return None if isinstance(found, str) else found

    def row_of(self, hit: Hit) -> int | None:
        """Give the row with the same conversation and message; None when it was not found this time."""
        wanted = key(hit)
        return next((row for row, one in enumerate(self._rows) if not isinstance(one, str) and key(one) == wanted), None)

    def first_row(self) -> int | None:
        """Give the first row that is a hit."""
        return next((row for row, one in enumerate(self._rows) if not isinstance(one, str)), None)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Give the number of rows, headings included."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A heading can be neither reached nor chosen."""
        if not index.isValid() or self.hit(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give the words of a row, shown or spoken."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row if isinstance(row, str) else self.title(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row if isinstance(row, str) else self._spoken(row)
        return None

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
