"""The field under New chat: what is typed here is searched for everywhere."""

from __future__ import annotations

from PySide6 import QtWidgets
from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RADIUS, IconButton
from desktop_app.ui.widgets.escape import keeps_escape
from desktop_app.ui.widgets.sides import RIGHT_TO_LEFT, corner, mirrored

N_CHARACTERS_MAX = 200
"""As much as is searched for: `chat.matching`."""
_ICON = 20
_LEFT = 12


class SearchField(QFrame):
    """An icon, a field, and while there is something in it: filter and clear.

    Signals:
        text_changed(text)
        filter_requested(where): a place on the screen for the menu.
        down_pressed(), enter_pressed(): to the results, and the first of them.
        left(): Esc in an empty field.
    """

    text_changed = Signal(str)
    filter_requested = Signal(QPoint)
    down_pressed = Signal()
    enter_pressed = Signal()
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._keys = ""
        self._is_filtered = False
        self.edit = QtWidgets.QLineEdit()
        self.edit.setProperty("kind", "bare")
        self.edit.setMaxLength(N_CHARACTERS_MAX)
        self.edit.ring_target = self  # type: ignore[attr-defined]  # for the focus ring: around the whole field
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self._on_text_changed)
        self.filter: IconButton | None = None
        self.clear: IconButton | None = None
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self._row.addWidget(self.edit, 1)
        self.set_theme(theme)
        self._retranslate()

    @property
    def text(self) -> str:
        """What is typed."""
        return str(self.edit.text())

    def set_text(self, text: str) -> None:
        """Put `text` into the field."""
        self.edit.setText(text)

    def set_keys(self, keys: str) -> None:
        """Show at the right end, while nothing is typed, which keys lead here."""
        self._keys = keys
        self.update()

    def set_filtered(self, is_filtered: bool) -> None:
        """Show that not everything is searched."""
        self._is_filtered = is_filtered
        if self.filter is not None:
            self.filter.set_current(is_filtered)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        for button in (self.filter, self.clear):
            if button is not None:
                button.set_theme(theme)
        self._leave_room()
        self.updateGeometry()
        self.update()

    def _leave_room(self) -> None:
        """Leave room for the icon; the field itself has 2 px before its text."""
        before, after = _LEFT + self._theme.scaled(_ICON) + 5, 2
        is_mirrored = self.layoutDirection() == RIGHT_TO_LEFT
        self._row.setContentsMargins(after if is_mirrored else before, 0, before if is_mirrored else after, 0)

    def sizeHint(self) -> QSize:
        """Give 36 px at the usual font size."""
        return QSize(120, self._theme.row(36))

    def minimumSizeHint(self) -> QSize:
        """Shrink to any width."""
        return QSize(64, self._theme.row(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame, the icon and the keys."""
        theme = self._theme
        is_used = self.edit.hasFocus() or bool(self.edit.text())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.surface if is_used else theme.side))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        size = theme.scaled(_ICON)
        at = corner(QPoint(_LEFT, (self.height() - size) // 2), size, self.rect(), self.layoutDirection())
        painter.drawPixmap(at, pixmap("search", theme.muted, size))
        if self._keys and not is_used:
            self._paint_keys(painter)
        painter.end()

    def _paint_keys(self, painter: QPainter) -> None:
        font = self._theme.font(self._theme.caption_px)
        words_width = self.edit.fontMetrics().horizontalAdvance(self.edit.placeholderText())
        if QFontMetrics(font).horizontalAdvance(self._keys) + words_width + 24 > self.edit.width():
            return
        painter.setFont(font)
        painter.setPen(QColor(self._theme.muted))
        place = mirrored(self.rect().adjusted(0, 0, -13, 0), self.rect(), self.layoutDirection())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._keys)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The icon is a part of the field."""
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lead into the results; Esc clears, before the window takes that key for Stop."""
        kind = event.type()
        if kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        elif keeps_escape(event):
            return True
        elif kind is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._takes(event)
        return False

    def _takes(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Escape if self.edit.text():
                self.edit.clear()
            case Qt.Key.Key_Escape:
                self.left.emit()
            case Qt.Key.Key_Down if self.edit.text():
                self.down_pressed.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.edit.text():
                self.enter_pressed.emit()
            case _:
                return False
        return True

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language, and turn round with it."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.LayoutDirectionChange:
            self._leave_room()

    def _retranslate(self) -> None:
        self.edit.setPlaceholderText(self.tr("Search"))
        self.edit.setAccessibleName(self.tr("Search all conversations"))
        if self.filter is not None and self.clear is not None:
            self.filter.set_words(self.tr("Where to search"))
            self.clear.set_words(self.tr("Clear the search"), self.tr("Esc"))

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self._show_buttons(bool(text))
        self.update()
        self.text_changed.emit(text)

    def _show_buttons(self, are_shown: bool) -> None:
        if self.filter is None or self.clear is None:
            if not are_shown:
                return
            self.filter = IconButton("filter", self._theme, self)
            self.filter.clicked.connect(self._on_filter_clicked)
            self.clear = IconButton("close", self._theme, self)
            self.clear.clicked.connect(self._on_clear_clicked)
            self._row.addWidget(self.filter)
            self._row.addWidget(self.clear)
            self.set_filtered(self._is_filtered)
            self._retranslate()
        for button in (self.filter, self.clear):
            button.setVisible(are_shown)

    @Slot()
    def _on_filter_clicked(self) -> None:
        self.filter_requested.emit(self.mapToGlobal(QPoint(0, self.height() + 4)))

    @Slot()
    def _on_clear_clicked(self) -> None:
        self.edit.clear()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
