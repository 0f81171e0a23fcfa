"""A small window over everything else: one question, which begins a new chat."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QCursor,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app import APP_NAME
from desktop_app.ui.composer.message_edit import MessageEdit
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RoundButton
from desktop_app.ui.widgets.focus_ring import FocusRing
from desktop_app.ui.widgets.labels import PlainLabel

WIDTH, N_LINES_MAX, RADIUS = 620, 8, 16


class QuickWindow(QWidget):
    """The field, a quiet line below it, and Send. Esc puts it away; what was typed is there the next time.

    Signals:
        asked(text): it stays until `set_asked` or `tell`.
        files_dropped(list of Path): for which the large window has a place.
    """

    asked = Signal(str)
    files_dropped = Signal(list)

    def __init__(self, theme: Theme) -> None:
        kind = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(None, kind)
        # The corners outside the rounded card.
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        # The application ends with its main window.
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self._theme = theme
        self._is_sending = False
        self.edit = MessageEdit()
        self.edit.ring_target = None  # type: ignore[attr-defined]  # there is nothing else to be at
        self.edit.set_n_lines_max(N_LINES_MAX)
        self.edit.textChanged.connect(self._on_text_changed)
        self.edit.send_requested.connect(self._on_send_requested)
        self.edit.files_dropped.connect(self.files_dropped)
        self.button = RoundButton("arrow-up", theme)
        self.button.clicked.connect(self._on_send_requested)
        self.hint = PlainLabel("", "caption")
        self.trouble = PlainLabel("", "warning")
        for label in (self.hint, self.trouble):
            label.setWordWrap(True)
        self.setFocusProxy(self.edit)
        self._ring = FocusRing(theme, self)
        self._build()
        self._retranslate()
        self.set_theme(theme)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 16, 12)
        column.setSpacing(12)
        column.addWidget(self.edit)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.hint, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.trouble, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.button)
        column.addLayout(row)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.button.set_theme(theme)
        self._ring.set_theme(theme)
        self.edit.refit()
        self.setFixedWidth(theme.scaled(WIDTH))

    def come_up(self) -> None:
        """Show it in the upper part of the screen where the pointer is, with the keyboard in the field."""
        self.adjustSize()
        screen = QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()
        place = screen.availableGeometry()
        self.move(place.x() + (place.width() - self.width()) // 2, place.y() + place.height() // 5)
        self.show()
        self.raise_()
        self.activateWindow()
        self.edit.setFocus(Qt.FocusReason.ActiveWindowFocusReason)

    def set_asked(self) -> None:
        """The question is stored: put the window away, empty."""
        self._is_sending = False
        self.edit.setReadOnly(False)
        self.edit.clear()
        self.hide()

    def tell(self, sentence: str) -> None:
        """Say why the question could not be stored; it can be sent again."""
        self._is_sending = False
        self.edit.setReadOnly(False)
        self.trouble.setText(sentence)
        self._refresh()

    @Slot()
    def _on_text_changed(self) -> None:
        self.trouble.clear()
        self._refresh()

    def _refresh(self) -> None:
        self.button.setEnabled(bool(self.edit.toPlainText().strip()) and not self._is_sending)
        self.hint.setText(self.tr("Enter asks in a new chat. Esc puts this away."))
        self.hint.setVisible(not self.trouble.text())
        self.trouble.setVisible(bool(self.trouble.text()))
        self.adjustSize()

    @Slot()
    def _on_send_requested(self) -> None:
        text = self.edit.toPlainText()
        if text.strip() and not self._is_sending:
            self._is_sending = True
            # What were typed meanwhile would go with what is stored.
            self.edit.setReadOnly(True)
            self._refresh()
            self.asked.emit(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.setBrush(QColor(self._theme.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go away with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Go on as the window is read, and show where the keyboard is, from the first Tab on."""
        return self._ring.tab(next) or super().focusNextPrevChild(next)

    def showEvent(self, event: QShowEvent) -> None:
        """Go on behind what is typed already: the next key must not replace it."""
        super().showEvent(event)
        self.edit.moveCursor(QTextCursor.MoveOperation.End)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay on the screen while the text grows."""
        super().resizeEvent(event)
        place = self.screen().availableGeometry()
        if self.isVisible() and self.geometry().bottom() > place.bottom():
            self.move(self.x(), max(place.y(), place.bottom() - self.height()))

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Quick question – {application}").format(application=APP_NAME))
        self.edit.set_hints(self.tr("Ask something"))
        self.edit.setAccessibleName(self.tr("Question"))
        self.button.set_words(self.tr("Send"), self.tr("Enter"))
        self._refresh()
