"""What a search on the hub has found, as a list: one row for a repository, and a last one that asks for more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from desktop_app.hub.repository import Repository
from desktop_app.ui.icons import pixmap
from desktop_app.ui.library.card import COLUMN, GAP, PADDING, PAGE_MARGIN, RADIUS, Tag
from desktop_app.ui.library.repository_words import RepositoryWords
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.labels import plain_tooltip
from desktop_app.ui.widgets.sides import corner, facing, mirrored

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_ROW = 76
_TAG_HEIGHT = 24
_TAG_PADDING = 8
_CHEVRON = 20
_TITLE_GAP, _TAG_GAP = 10, 8
"""Behind the name, and between tags."""


class ResultsModel(QAbstractListModel):
    """The rows. The last one is for more, while there is more."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.words = RepositoryWords(self)
        self._found: list[Repository] = []
        self._has_more = self._is_loading = False

    def set_found(self, found: Sequence[Repository], has_more: bool) -> None:
        """Show the first results of a search."""
        self.beginResetModel()
        self._found, self._has_more, self._is_loading = list(found), has_more, False
        self.endResetModel()

    def add_found(self, found: Sequence[Repository], has_more: bool) -> None:
        """Show more of them below; what is there already is left out."""
        known = {one.id for one in self._found}
        new = [one for one in found if one.id not in known]
        self.set_loading(False)
        if new:
            first = len(self._found)
            self.beginInsertRows(_NOWHERE, first, first + len(new) - 1)
            self._found += new
            self.endInsertRows()
        if self._has_more and not has_more:
            last = len(self._found)
            self.beginRemoveRows(_NOWHERE, last, last)
            self._has_more = False
            self.endRemoveRows()

    def set_loading(self, is_loading: bool) -> None:
        """Say in the last row that more is on its way."""
        self._is_loading = is_loading
        last = self.index(len(self._found))
        self.dataChanged.emit(last, last)

    def repository(self, row: int) -> Repository | None:
        """Give the repository of a row; None for the one that asks for more."""
        return self._found[row] if 0 <= row < len(self._found) else None

    @property
    def n_found(self) -> int:
        """How many repositories are shown."""
        return len(self._found)

    @property
    def has_more(self) -> bool:
        """Say whether the hub has more of them."""
        return self._has_more

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Give the number of rows, the one for more included."""
        return 0 if parent.isValid() else len(self._found) + self._has_more

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give the words of a row, shown or spoken."""
        if not index.isValid():
            return None
        repository = self.repository(index.row())
        if repository is None:
            words = self.tr("Loading…") if self._is_loading else self.tr("Show more")
            return words if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words.title(repository)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            tags = (tag.text for tag in self.words.tags(repository))
            return ", ".join((self.words.title(repository), *tags, self.words.facts(repository)))
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return " ".join(tag.hint for tag in self.words.tags(repository) if tag.hint)
        return None


class ResultDelegate(QStyledItemDelegate):
    """Paints each row as a card."""

    def __init__(self, theme: Theme, model: ResultsModel, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view, self._model = view, model
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours and sizes."""
        self._theme = theme
        self._title_font = theme.font(theme.text_px, QFont.Weight.DemiBold)
        self._fact_font = theme.font(theme.secondary_px)
        self._tag_font = theme.font(theme.caption_px)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give a card of 76 px at the usual font size, with the space below it."""
        height = _ROW if self._model.repository(index.row()) is not None else 36
        return QSize(100, self._theme.row(height) + GAP - 4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = self._card(option.rect)
        is_hovered = self._view.underMouse() and bool(option.state & QStyle.StateFlag.State_MouseOver)
        repository = self._model.repository(index.row())
        radius = RADIUS if repository is not None else 10
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.setBrush(QColor(self._theme.hover if is_hovered else self._theme.surface))
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        self._paint_ring(painter, place, index, radius)
        if repository is None:
            painter.setFont(self._theme.font(self._theme.control_px))
            painter.setPen(QColor(self._theme.text))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(index.data()))
        else:
            self._paint_repository(painter, place, repository)
        painter.restore()

    def _paint_ring(self, painter: QPainter, place: QRect, index: Index, radius: int) -> None:
        by_keys = self._view.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        if by_keys and self._view.hasFocus() and index == self._view.currentIndex():
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), radius - 1, radius - 1)

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> bool:
        """Say what the word under the pointer means."""
        repository = self._model.repository(index.row()) if index.isValid() else None
        if event.type() is not QEvent.Type.ToolTip or repository is None:
            return super().helpEvent(event, view, option, index)
        place = self._card(option.rect)
        _, tags = self._title_places(self._lines(place)[0], place, repository)
        hint = next((tag.hint for tag, at in tags if at.contains(event.pos())), "")
        QToolTip.showText(event.globalPos(), plain_tooltip(hint), view)
        return True

    @staticmethod
    def _card(row: QRect) -> QRect:
        """Give the card in a row, without the space below it."""
        return row.adjusted(0, 0, 0, 4 - GAP)

    def _lines(self, place: QRect) -> tuple[QRect, QRect]:
        """Give the two lines of a card, as from left to right."""
        inner = place.adjusted(PADDING + 2, 0, -PADDING - self._theme.scaled(_CHEVRON) - 12, 0)
        half = self._theme.row(_ROW) // 2
        first = QRect(inner.left(), place.top() + 12, inner.width(), half - 12)
        return first, QRect(inner.left(), first.bottom() + 1, inner.width(), half - 12)

    def _paint_repository(self, painter: QPainter, place: QRect, repository: Repository) -> None:
        theme, direction = self._theme, self._view.layoutDirection()
        size = theme.scaled(_CHEVRON)
        top = place.top() + (place.height() - size) // 2
        at = corner(QPoint(place.right() + 1 - PADDING - size, top), size, place, direction)
        painter.drawPixmap(at, facing("chevron-right", pixmap("chevron-right", theme.muted, size), direction))
        first, second = self._lines(place)
        self._paint_title(painter, first, place, repository)
        painter.setFont(self._fact_font)
        painter.setPen(QColor(theme.muted))
        second = mirrored(second, place, direction)
        facts = self._model.words.fitting_facts(repository, painter.fontMetrics(), second.width())
        painter.drawText(second, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, facts)

    def _paint_title(self, painter: QPainter, line: QRect, place: QRect, repository: Repository) -> None:
        """Paint the name, and behind it the tags that there is room for."""
        name, tags = self._title_places(line, place, repository)
        metrics, title = QFontMetrics(self._title_font), self._model.words.title(repository)
        painter.setFont(self._title_font)
        painter.setPen(QColor(self._theme.text))
        shown = metrics.elidedText(title, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
        for tag, at in tags:
            self._paint_tag(painter, at, tag)

    def _title_places(self, line: QRect, place: QRect, repository: Repository) -> tuple[QRect, list[tuple[Tag, QRect]]]:
        """Give where the name stands, and the tags that there is room for."""
        direction = self._view.layoutDirection()
        natural = QFontMetrics(self._title_font).horizontalAdvance(self._model.words.title(repository)) + 2
        least = line.width() // 2
        tags = self._fitting_tags(repository, line.width() - min(natural, least) - _TITLE_GAP)
        room = line.width() - _TITLE_GAP - sum(width + _TAG_GAP for _, width in tags)
        width = min(natural, max(room, least))
        x, height = line.left() + width + _TITLE_GAP, self._theme.scaled(_TAG_HEIGHT)
        places = []
        for tag, tag_width in tags:
            at = QRect(x, line.center().y() - height // 2 + 1, tag_width, height)
            places.append((tag, mirrored(at, place, direction)))
            x += tag_width + _TAG_GAP
        return mirrored(QRect(line.left(), line.top(), width, line.height()), place, direction), places

    def _fitting_tags(self, repository: Repository, room: int) -> list[tuple[Tag, int]]:
        """Give the tags that fit into `room` with their widths; one that warns is the last to go."""
        tags = [(tag, self._tag_width(tag)) for tag in self._model.words.tags(repository)]
        while tags and sum(width + _TAG_GAP for _, width in tags) - _TAG_GAP > room:
            # The number of parameters first: most names say it too.
            tags.remove(next((one for one in tags if one[0].kind != "warning"), tags[0]))
        return tags

    def _tag_width(self, tag: Tag) -> int:
        return QFontMetrics(self._tag_font).horizontalAdvance(tag.text) + 2 * _TAG_PADDING

    def _paint_tag(self, painter: QPainter, place: QRect, tag: Tag) -> None:
        theme = self._theme
        colour = {"warning": theme.warning, "accent": theme.accent, "good": theme.good}.get(tag.kind, theme.muted)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.accent_soft) if tag.kind == "accent" else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(self._tag_font)
        painter.setPen(QColor(colour))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, tag.text)


class ResultList(QListView):
    """The list. Up and Down go through it, Enter or a click opens a row.

    Signals:
        repository_chosen(Repository)
        more_requested()
        left_upwards(): Up in the first row.
    """

    repository_chosen = Signal(object)
    more_requested = Signal()
    left_upwards = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found = ResultsModel(self)
        self.setModel(self.found)
        self._delegate = ResultDelegate(theme, self.found, self)
        self.setItemDelegate(self._delegate)
        self.ring_target = None  # a row paints its own
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalScrollBar().setSingleStep(theme.scaled(24))
        self.clicked.connect(self._on_chosen)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._delegate.set_theme(theme)
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the rows in the middle; the bar stands at the edge of the page."""
        side = max(PAGE_MARGIN, (self.width() - COLUMN) // 2)
        bar = self.verticalScrollBar()
        beside = max(0, side - (bar.width() if bar.isVisible() else 0))
        left, right = (beside, side) if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else (side, beside)
        self.setViewportMargins(left, 0, right, 0)
        super().resizeEvent(event)

    def begin(self) -> None:
        """Take the keyboard, at the row where it was, or at the first."""
        if not self.currentIndex().isValid() and self.found.rowCount():
            self.setCurrentIndex(self.found.index(0))
        self.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter; leave the list above its first row."""
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self._on_chosen(index)
        elif event.key() == Qt.Key.Key_Up and index.row() <= 0:
            self.left_upwards.emit()
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _on_chosen(self, index: QModelIndex) -> None:
        repository = self.found.repository(index.row())
        if repository is not None:
            self.repository_chosen.emit(repository)
        elif index.isValid():
            self.more_requested.emit()
