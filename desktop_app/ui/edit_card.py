"""A message being edited: its text in a field, on a card in the place of the message.

Imported when the first message is edited.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from desktop_app.ui.composer.message_edit import MessageEdit
from desktop_app.ui.theme import Theme
from desktop_app.ui.transcript.cover import CoverCard
from desktop_app.ui.widgets.escape import keeps_escape
from desktop_app.ui.widgets.labels import ElidedLabel

RADIUS = 14
_N_LINES_LEAST = 3


class EditCard(CoverCard):
    """The card. `is_question`: what is written is asked again; otherwise it becomes another version of the answer.

    Signals:
        accepted(text), cancelled()
    """

    accepted = Signal(str)
    cancelled = Signal()

    def __init__(self, text: str, is_question: bool, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._is_question = is_question
        self._is_busy = False
        self.ring_radius = RADIUS
        self.edit = MessageEdit(does_enter_send=False)
        self.edit.ring_target = self  # type: ignore[attr-defined]  # read by the focus ring
        self.edit.installEventFilter(self)
        self._hint = ElidedLabel("caption")
        self._cancel = QPushButton()
        self._accept = QPushButton()
        for button in (self._cancel, self._accept):
            button.setProperty("kind", "small")
        self._accept.setProperty("kind", "smallPrimary")
        self._build()
        self.edit.setPlainText(text)
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)
        self.edit.send_requested.connect(self._on_accepted)
        self.edit.textChanged.connect(self._refresh)
        self._accept.clicked.connect(self._on_accepted)
        self._cancel.clicked.connect(self.cancelled)
        self._retranslate()
        self._refresh()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 12, 12)
        column.setSpacing(12)
        column.addWidget(self.edit)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._hint, 1)
        row.addWidget(self._cancel)
        row.addWidget(self._accept)
        column.addLayout(row)

    def text(self) -> str:
        """Give what stands in the field."""
        return self.edit.toPlainText()

    def set_busy(self, is_busy: bool) -> None:
        """Say whether the text is on its way to the disk."""
        self._is_busy = is_busy
        self.edit.setReadOnly(is_busy)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.edit.refit()
        self.update()

    def fit(self, room: int) -> int:
        """Let the field grow as far as there is room; give the height of the card."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        line_px = QFontMetrics(self.edit.font()).lineSpacing()
        around = layout.sizeHint().height() - self.edit.height()
        self.edit.set_n_lines_max(max(_N_LINES_LEAST, (room - around) // line_px))
        return around + self.edit.sizeHint().height()

    def _retranslate(self) -> None:
        self.edit.setAccessibleName(self.tr("Edit message"))
        self._cancel.setText(self.tr("Cancel"))
        self._accept.setText(self.tr("Send") if self._is_question else self.tr("Save"))
        if self._is_question:
            self._hint.setText(self.tr("Ctrl + Enter sends it as a new version. Esc cancels."))
        else:
            self._hint.setText(self.tr("Ctrl + Enter saves it as a new version. Esc cancels."))

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cancel with Esc, also while the window has another use for it."""
        if keeps_escape(event):
            return True
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
            return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # The corners outside the card: below it the transcript goes on.
        painter.fillRect(self.rect(), QColor(self._theme.background))
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.setBrush(QColor(self._theme.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.end()

    @Slot()
    def _refresh(self) -> None:
        self._accept.setEnabled(bool(self.text().strip()) and not self._is_busy)

    @Slot()
    def _on_accepted(self) -> None:
        if self._accept.isEnabled():
            self.accepted.emit(self.text())
