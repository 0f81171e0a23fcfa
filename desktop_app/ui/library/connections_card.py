"""Every connection that was made, on the page *Network*: when, to whom, why, and how much came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QDateTime,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QShowEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app.ui.library.card import Card
from desktop_app.ui.sizes import size_text
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.sides import mirrored

if TYPE_CHECKING:
    from desktop_app.services.network import Connection, Network

N_AT_ONCE = 200
REFRESH_DELAY_MS = 500
_HEIGHT = 44
_N_SHOWN = 7

Index = QModelIndex | QPersistentModelIndex
CONNECTION_ROLE = Qt.ItemDataRole.UserRole


class ConnectionListModel(QAbstractListModel):
    """The newest first; older ones come as one scrolls."""

    def __init__(self, network: Network, parent: QWidget) -> None:
        super().__init__(parent)
        self._network = network
        self._rows = network.connections(N_AT_ONCE)
        self._is_all = len(self._rows) < N_AT_ONCE

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Give how many are known here."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give the connection, or all of it in words."""
        if not index.isValid():
            return None
        connection = self._rows[index.row()]
        if role == CONNECTION_ROLE:
            return connection
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.tr("{time}: {host}. {reason}. {amount}").format(
                time=time_text(connection), host=connection.host, reason=self.reason(connection), amount=self.amount(connection)
            )
        return None

    def canFetchMore(self, parent: Index) -> bool:
        """Tell whether there are older ones."""
        return not self._is_all and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        """Get older ones."""
        more = self._network.connections(N_AT_ONCE, self._rows[-1].number if self._rows else None)
        self._is_all = len(more) < N_AT_ONCE
        if more:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(more) - 1)
            self._rows += more
            self.endInsertRows()

    @Slot()
    def refresh(self) -> None:
        """Show what is new; rows that are known keep their place, and what is scrolled to stays in sight."""
        newest = self._network.connections(N_AT_ONCE)
        last = self._rows[0].number if self._rows else 0
        is_joined = bool(newest) and newest[-1].number <= last <= newest[0].number
        if not is_joined:
            self.beginResetModel()
            self._rows = newest
            self._is_all = len(newest) < N_AT_ONCE
            self.endResetModel()
            return
        new = [row for row in newest if row.number > last]
        if new:
            self.beginInsertRows(QModelIndex(), 0, len(new) - 1)
            self._rows = new + self._rows
            self.endInsertRows()
        known = {row.number: row for row in newest}
        for place, row in enumerate(self._rows[: len(newest)]):
            if (current := known.get(row.number, row)) != row:
                self._rows[place] = current
                self.dataChanged.emit(self.index(place), self.index(place))

    def reason(self, connection: Connection) -> str:
        """Give in words for what it was."""
        words = {
            "search": self.tr("Search"),
            "info": self.tr("Files of a model"),
            "card": self.tr("Description of a model"),
            "header": self.tr("Whether a model runs here"),
            "download": self.tr("Download"),
            "whoami": self.tr("Whose access token it is"),
            "check": self.tr("Whether a site for models answers"),
            "update": self.tr("Whether there is a newer version"),
        }
        purpose = words.get(connection.purpose, self.tr("Something else"))
        if not connection.repository:
            return purpose
        return self.tr("{reason}: {model}").format(reason=purpose, model=connection.repository)

    def amount(self, connection: Connection) -> str:
        """Give how often was asked and how much came."""
        if connection.status == 0:
            return self.tr("no answer")
        asked = self.tr("%n request(s)", "", connection.n_requests)
        return self.tr("{requests}, {size}").format(requests=asked, size=size_text(connection.n_bytes))


def time_text(connection: Connection) -> str:
    """Give when it began, in this computer's time."""
    return QLocale().toString(QDateTime.fromMSecsSinceEpoch(connection.began_ms), QLocale.FormatType.ShortFormat)


class ConnectionDelegate(QStyledItemDelegate):
    """Paints two lines: whom and how much, why and when."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give the height of a row."""
        return QSize(0, self._theme.scaled(_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row."""
        model = index.model()
        assert isinstance(model, ConnectionListModel)
        connection: Connection = index.data(CONNECTION_ROLE)
        place: QRect = option.rect.adjusted(0, 4, 0, -4)
        half = place.height() // 2
        upper = QRect(place.left(), place.top(), place.width(), half)
        painter.save()
        is_at = bool(option.state & QStyle.StateFlag.State_HasFocus)
        self._line(painter, upper, connection.host, model.amount(connection), is_upper=True, is_at=is_at)
        lower = upper.translated(0, place.height() - half)
        self._line(painter, lower, model.reason(connection), time_text(connection))
        painter.restore()

    def _line(
        self, painter: QPainter, place: QRect, left: str, right: str, *, is_upper: bool = False, is_at: bool = False
    ) -> None:
        theme = self._theme
        font = theme.font(theme.secondary_px if is_upper else theme.caption_px)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        align = Qt.AlignmentFlag
        room = max(0, place.width() - metrics.horizontalAdvance(right) - 16)
        painter.setPen(QColor(theme.muted))
        painter.drawText(place, align.AlignVCenter | align.AlignRight | Qt.TextFlag.TextSingleLine, right)
        painter.setPen(QColor(theme.accent if is_at else theme.text if is_upper else theme.muted))
        words = metrics.elidedText(left, Qt.TextElideMode.ElideMiddle, room)
        rest = mirrored(QRect(place.left(), place.top(), room, place.height()), place, painter.layoutDirection())
        painter.drawText(rest, align.AlignVCenter | align.AlignLeft | Qt.TextFlag.TextSingleLine, words)


class ConnectionsCard(Card):
    """The list, or a sentence when it is empty."""

    def __init__(self, network: Network, theme: Theme) -> None:
        super().__init__(theme)
        self._network = network
        self.set_title(self.tr("What Hearth has connected to"))
        self.model = ConnectionListModel(network, self)
        self.view = QListView()
        self.view.setProperty("kind", "plain")
        self.view.setModel(self.model)
        self.view.setItemDelegate(ConnectionDelegate(theme, self.view))
        self.view.setUniformItemSizes(True)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName(self.tr("What Hearth has connected to"))
        self.add_content(self.view)
        self.forget = self.add_button(self.tr("Empty this list"))
        self.forget.clicked.connect(self._on_forget_clicked)
        self._timer = QTimer(self, singleShot=True, interval=REFRESH_DELAY_MS)
        self._timer.timeout.connect(self._on_refresh_due)
        network.connection_recorded.connect(self._on_recorded)
        self._show_size()

    def _show_size(self) -> None:
        n_rows = self.model.rowCount()
        self.view.setVisible(n_rows > 0)
        self.forget.setVisible(n_rows > 0)
        self.view.setFixedHeight(self._theme.scaled(_HEIGHT) * min(n_rows, _N_SHOWN) + 2)
        if n_rows:
            self.set_description(self.tr("Every connection is listed here, the last one first, and stays on this computer."))
        else:
            self.set_description(
                self.tr("To nothing yet. Every connection will be listed here, and the list stays on this computer.")
            )

    def showEvent(self, event: QShowEvent) -> None:
        """Show what was made meanwhile."""
        super().showEvent(event)
        self._on_refresh_due()

    @Slot()
    def _on_recorded(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _on_refresh_due(self) -> None:
        self.model.refresh()
        self._show_size()

    @Slot()
    def _on_forget_clicked(self) -> None:
        self._network.forget_connections()
