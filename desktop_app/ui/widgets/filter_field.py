"""A field over a list, to narrow it down or to search with: an icon, what is typed, and a button that clears it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RADIUS, IconButton
from desktop_app.ui.widgets.sides import RIGHT_TO_LEFT, corner

HEIGHT, N_CHARACTERS_MAX = 36, 200
_ICON = 20
_LEFT = 12


class FilterField(QFrame):
    """The field; its words are given by the one who uses it.

    Signals:
        text_changed(text)
        enter_pressed(): with something in it.
        down_pressed(): to what is below.
    """

    text_changed = Signal(str)
    enter_pressed = Signal()
    down_pressed = Signal()

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        n_characters_max: int = N_CHARACTERS_MAX,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.ring_radius = RADIUS
        self.edit = QLineEdit()
        self.edit.setProperty("kind", "bare")
        self.edit.setMaxLength(n_characters_max)
        self.edit.ring_target = self  # type: ignore[attr-defined]  # for the focus ring: around the whole field
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self._on_text_changed)
        self.clear = IconButton("close", theme)
        self.clear.clicked.connect(self._on_clear_clicked)
        self.clear.hide()
        self.setFocusProxy(self.edit)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self._row.addWidget(self.edit, 1)
        self._row.addWidget(self.clear)
        self.set_theme(theme)

    @property
    def text(self) -> str:
        """What is typed."""
        return str(self.edit.text())

    def set_words(self, placeholder: str, clear: str, name: str = "") -> None:
        """Say what is looked through, and what the button does; `name` is for screen readers, where it is a shorter one."""
        self.edit.setPlaceholderText(placeholder)
        self.edit.setAccessibleName(name or placeholder)
        self.clear.set_words(clear, "Esc")

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.clear.set_theme(theme)
        self._leave_room()
        self.setFixedHeight(theme.row(HEIGHT))
        self.update()

    def _leave_room(self) -> None:
        """Leave room for the icon; the field itself has 2 px before its text."""
        before, after = _LEFT + self._theme.scaled(_ICON) + 5, 2
        is_mirrored = self.layoutDirection() == RIGHT_TO_LEFT
        self._row.setContentsMargins(after if is_mirrored else before, 0, before if is_mirrored else after, 0)

    def changeEvent(self, event: QEvent) -> None:
        """Leave room on the side where people begin to read."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._leave_room()

    def sizeHint(self) -> QSize:
        """Ask for its height, and for room to type."""
        return QSize(240, self._theme.row(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Shrink to a few letters."""
        return QSize(120, self._theme.row(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame and the icon."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        size = theme.scaled(_ICON)
        at = corner(QPoint(_LEFT, (self.height() - size) // 2), size, self.rect(), self.layoutDirection())
        painter.drawPixmap(at, pixmap("search", theme.muted, size))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The icon is a part of the field."""
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Clear with Esc, while there is something to clear; lead to the list with Down, and tell of Enter."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) or not isinstance(event, QKeyEvent):
            return False
        is_press = event.type() is QEvent.Type.KeyPress
        if event.key() == Qt.Key.Key_Escape and self.text:
            # Before the window takes that key for Stop.
            event.accept()
            if is_press:
                self.edit.clear()
            return True
        if event.key() == Qt.Key.Key_Down and is_press:
            self.down_pressed.emit()
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and is_press and self.text.strip():
            self.enter_pressed.emit()
            return True
        return False

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self.clear.setVisible(bool(text))
        self.text_changed.emit(text)

    @Slot()
    def _on_clear_clicked(self) -> None:
        self.edit.clear()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
