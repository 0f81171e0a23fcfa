"""A field and a list over the window: type a few letters, go with the arrow keys, Enter takes, Esc closes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.record import Record
from desktop_app.ui.motion import appear, leave
from desktop_app.ui.palette.fuzzy import folded, score
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import paint_ground
from desktop_app.ui.widgets.escape import keeps_escape
from desktop_app.ui.widgets.labels import PlainLabel
from desktop_app.ui.widgets.sides import mirrored

Index = QModelIndex | QPersistentModelIndex

WIDTH, N_ROWS_SHOWN, RADIUS = 560, 8, 16
DETAIL_ROLE = Qt.ItemDataRole.UserRole + 1


class PaletteItem(Record):
    """One thing to choose: `detail` stands quietly at the right; `words` are found, too, and not shown."""

    key: str
    title: str
    detail: str = ""
    words: str = ""
    is_enabled: bool = True


class Palette(QFrame):
    """Floats over `window`; shows `items` in their order until something is typed, then the best first.

    Signals:
        chosen(key); closed(): without a choice, too.
    """

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, items: Sequence[PaletteItem], prompt: str, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        self.field = QLineEdit()
        self.field.setProperty("kind", "bare")
        self.field.setPlaceholderText(prompt)
        self.field.setAccessibleName(prompt)
        self.field.setMaxLength(200)
        self.field.textChanged.connect(self._on_text_changed)
        self.field.installEventFilter(self)
        self.model = _Model(items, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(_Delegate(theme, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(prompt)
        self.list.clicked.connect(self._on_clicked)
        self._nothing = PlainLabel(self.tr("Nothing fits these letters."), "secondary")
        self._nothing.setContentsMargins(12, 8, 12, 8)
        self._build()
        window.installEventFilter(self)
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]
        self._on_text_changed("")

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        self.field.setFixedHeight(self._theme.row(36))
        # The field itself has 2 px before its text: it stands over the titles of the rows.
        self.field.setTextMargins(10, 0, 10, 0)
        column.addWidget(self.field)
        column.addWidget(self.list)
        column.addWidget(self._nothing)

    def open(self) -> None:
        """Come up, with the keyboard in the field."""
        self._place()
        self.show()
        self.raise_()
        appear(self)
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_it(self) -> None:
        """Go away for good."""
        if self.isVisible():
            leave(self)
            self.hide()
            self._window.removeEventFilter(self)
            self.closed.emit()
            self.deleteLater()

    def _place(self) -> None:
        width = min(self._theme.scaled(WIDTH), self._window.width() - 48)
        n_rows = min(max(self.model.rowCount(), 1), N_ROWS_SHOWN)
        self.list.setFixedHeight(n_rows * self._theme.row(36))
        height = self.sizeHint().height()
        self.setGeometry((self._window.width() - width) // 2, max(24, self._window.height() // 6), width, height)

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self.model.find(text)
        has_rows = self.model.rowCount() > 0
        self.list.setVisible(has_rows)
        self._nothing.setVisible(not has_rows)
        if rows := self.model.rows_to_choose():
            self.list.setCurrentIndex(self.model.index(rows[0]))
        self._place()

    def _step(self, n_steps: int) -> None:
        rows = self.model.rows_to_choose()
        if not rows:
            return
        at = rows.index(self.list.currentIndex().row()) if self.list.currentIndex().row() in rows else -1
        # One step goes round, a page does not.
        place = (at + n_steps) % len(rows) if abs(n_steps) == 1 else min(max(at + n_steps, 0), len(rows) - 1)
        self.list.setCurrentIndex(self.model.index(rows[place]))

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEnabled:
            key = self.model.key(index.row())
            self.close_it()
            self.chosen.emit(key)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._choose(index)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        # Another window of the system may take it; in ours it has gone elsewhere.
        if self.isVisible() and new is not None and new is not self and not self.isAncestorOf(new):
            self.close_it()

    def event(self, event: QEvent) -> bool:
        """Keep Esc, which is for this here and not for the answer in progress."""
        return keeps_escape(event) or bool(super().event(event))

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Take the keys that are about the list from the field; follow the size of the window."""
        if watched is self.field and event.type() is QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            return self._take_key(event)
        if watched is self._window and event.type() is QEvent.Type.Resize:
            self._place()
        return False

    def _take_key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: N_ROWS_SHOWN, Qt.Key.Key_PageUp: -N_ROWS_SHOWN}
        key = Qt.Key(event.key())
        if key in steps:
            self._step(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.close_it()
        elif key not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            return False
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.setBrush(QColor(self._theme.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        line = self.list.y() - 4 if self.list.isVisible() else self._nothing.y() - 4
        painter.drawLine(QPointF(12, line + 0.5), QPointF(self.width() - 12, line + 0.5))
        painter.end()


class _Model(QAbstractListModel):
    def __init__(self, items: Sequence[PaletteItem], parent: Palette) -> None:
        super().__init__(parent)
        self._items = [(item, folded(item.title), folded(item.words)) for item in items]
        self._shown = list(items)

    def find(self, text: str) -> None:
        """Show what fits, the best first; equals keep their order."""
        wanted = folded(text.strip())
        # What is found only in the words behind a title comes after every title that fits, and only as one piece:
        # a few letters here and there are in every long text.
        points = [(score(wanted, title) * 2 or int(wanted in words), item) for item, title, words in self._items]
        self.beginResetModel()
        self._shown = [item for found, item in sorted(points, key=lambda pair: -pair[0]) if found] if wanted else []
        if not wanted:
            self._shown = [item for item, _, _ in self._items]
        self.endResetModel()

    def rows_to_choose(self) -> list[int]:
        """Give the rows that can be chosen now."""
        return [row for row, item in enumerate(self._shown) if item.is_enabled]

    def key(self, row: int) -> str:
        """Give the key of a row."""
        return self._shown[row].key

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        """Give the number of rows."""
        return 0 if parent.isValid() else len(self._shown)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Say what cannot be chosen now."""
        flags = super().flags(index)
        is_enabled = index.isValid() and self._shown[index.row()].is_enabled
        return flags if is_enabled else flags & ~Qt.ItemFlag.ItemIsEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Give title and detail."""
        if not index.isValid():
            return None
        item = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return item.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{item.title}, {item.detail}" if item.detail else item.title
        return item.detail if role == DETAIL_ROLE else None


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._theme = theme
        self._font, self._small_font = theme.font(theme.control_px), theme.font(theme.caption_px)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give 36 px at the usual font size."""
        return QSize(100, self._theme.row(36))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        theme = self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected or option.state & QStyle.StateFlag.State_MouseOver:
            paint_ground(painter, QRectF(option.rect), theme.accent_soft if is_selected else theme.hover, theme)
        place: QRect = option.rect.adjusted(12, 0, -12, 0)
        detail = str(index.data(DETAIL_ROLE) or "")
        painter.setFont(self._small_font)
        painter.setPen(QColor(theme.muted))
        # What the title leaves, and half of the row in any case.
        left = place.width() - QFontMetrics(self._font).horizontalAdvance(str(index.data())) - 24
        width = min(QFontMetrics(self._small_font).horizontalAdvance(detail), max(left, place.width() // 2))
        shown = painter.fontMetrics().elidedText(detail, Qt.TextElideMode.ElideRight, width + 1)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shown)
        place = mirrored(place.adjusted(0, 0, -width - 12, 0), place, painter.layoutDirection())
        painter.setFont(self._font)
        is_enabled = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        painter.setPen(QColor(theme.text if is_enabled else theme.muted))
        words = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)
        painter.restore()
