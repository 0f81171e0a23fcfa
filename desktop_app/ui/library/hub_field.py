"""The field of the hub's page that words, names and addresses are typed or pasted into."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RADIUS, IconButton

N_CHARACTERS_MAX = 500
"""More than any address of the hub has."""
_HEIGHT = 40
_ICON = 20
_LEFT = 12


class HubField(QFrame):
    """The field, with a glass at its left and, while there is something in it, a cross at its right.

    Signals:
        text_changed(text)
        enter_pressed(), down_pressed()
    """

    text_changed = Signal(str)
    enter_pressed = Signal()
    down_pressed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.ring_radius = RADIUS
        self.edit = QLineEdit()
        self.edit.setProperty("kind", "bare")
        self.edit.setMaxLength(N_CHARACTERS_MAX)
        self.edit.ring_target = self  # type: ignore[attr-defined]  # for the focus ring: around the whole field
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self._on_text_changed)
        self.clear = IconButton("close", theme)
        self.clear.clicked.connect(self._on_clear_clicked)
        self.clear.hide()
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self._row.addWidget(self.edit, 1)
        self._row.addWidget(self.clear)
        self.set_theme(theme)
        self._retranslate()

    @property
    def text(self) -> str:
        """What is typed."""
        return self.edit.text()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.clear.set_theme(theme)
        # The field itself has 2 px before its text.
        self._row.setContentsMargins(_LEFT + theme.scaled(_ICON) + 6, 0, 4, 0)
        self.setFixedHeight(theme.scaled(_HEIGHT))
        self.update()

    def sizeHint(self) -> QSize:
        """Give 40 px at the usual font size."""
        return QSize(400, self._theme.scaled(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame and the glass."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        size = theme.scaled(_ICON)
        painter.drawPixmap(_LEFT, (self.height() - size) // 2, pixmap("search", theme.muted, size))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The glass is a part of the field."""
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Search with Enter, go into the results with Down, and clear with Esc before the page takes that key."""
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() is QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape and self.text:
            event.accept()
            return True
        return event.type() is QEvent.Type.KeyPress and self._takes(event)

    def _takes(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.text.strip():
                self.enter_pressed.emit()
            case Qt.Key.Key_Down:
                self.down_pressed.emit()
            case Qt.Key.Key_Escape if self.text:
                self.edit.clear()
            case _:
                return False
        return True

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.edit.setPlaceholderText(self.tr("Search Hugging Face: words, owner/name, or an address"))
        self.edit.setAccessibleName(self.tr("Search Hugging Face"))
        self.clear.set_words(self.tr("Clear the search"), self.tr("Esc"))

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self.clear.setVisible(bool(text))
        self.text_changed.emit(text)

    @Slot()
    def _on_clear_clicked(self) -> None:
        self.edit.clear()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
