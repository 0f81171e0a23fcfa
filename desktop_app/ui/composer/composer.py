"""Where a message is written: a card with the field, a quiet hint, and Send, which is Stop while an answer runs."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.ui.composer.message_edit import MessageEdit
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RoundButton
from desktop_app.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

RADIUS = 16
SHADOW = 4
"""Pixels around the card that its shadow fades out in."""


class ComposerState(Enum):
    """What the round button is for."""

    READY = auto()
    SENDING = auto()
    """A question is on its way to the disk."""
    WAITING = auto()
    """It is stored; the answer starts when the model is ready."""
    ANSWERING = auto()


class Composer(QWidget):
    """The card.

    Signals:
        submit_requested(text), stop_requested()
        text_changed(): the person typed, or the text was set.
    """

    submit_requested = Signal(str)
    stop_requested = Signal()
    text_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state = ComposerState.READY
        self.ring_radius = RADIUS
        self.edit = MessageEdit()
        self.edit.ring_target = _CardArea(self)  # type: ignore[attr-defined]
        self.edit.send_requested.connect(self._on_send_requested)
        self.edit.textChanged.connect(self._on_text_changed)
        self.button = RoundButton("arrow-up", theme)
        self.button.clicked.connect(self._on_button_clicked)
        self._hint = ElidedLabel("caption")
        self.setFocusProxy(self.edit)
        self._build()
        self.set_theme(theme)
        self._refresh()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SHADOW + 18, SHADOW + 17, SHADOW + 15, SHADOW + 10)
        column.setSpacing(13)
        column.addWidget(self.edit)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._hint, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.button)
        column.addLayout(row)

    @property
    def state(self) -> ComposerState:
        """What the button is for now."""
        return self._state

    def set_state(self, state: ComposerState) -> None:
        """Say what the button is for."""
        if state is not self._state:
            self._state = state
            self._refresh()

    def text(self) -> str:
        """Give what was typed."""
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Replace the text; the cursor goes to its end. What was there cannot be brought back by undo."""
        self.edit.setPlainText(text)
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.button.set_theme(theme)
        self.edit.refit()
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language, fit the new font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._refresh()
        elif event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.edit.refit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to write, wherever the card is pressed."""
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)

    def card_rect(self) -> QRectF:
        """Give where the card is; the rest of the widget is its shadow."""
        return QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the shadow and the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = self.card_rect().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        # Painted by hand: QGraphicsDropShadowEffect renders the whole card again for every blink of the cursor.
        for spread in range(SHADOW, 0, -1):
            painter.setBrush(QColor(0, 0, 0, 4))
            painter.drawRoundedRect(card.adjusted(-spread + 1, -spread + 2, spread - 1, spread), RADIUS + spread, RADIUS + spread)
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.setBrush(QColor(self._theme.surface))
        painter.drawRoundedRect(card, RADIUS, RADIUS)
        painter.end()

    def _refresh(self) -> None:
        self.edit.setPlaceholderText(self.tr("Write a message"))
        self.edit.setAccessibleName(self.tr("Message"))
        is_stop = self._state in (ComposerState.WAITING, ComposerState.ANSWERING)
        self.button.set_icon("stop" if is_stop else "arrow-up")
        if is_stop:
            self.button.set_words(self.tr("Stop"), "Esc")
        else:
            self.button.set_words(self.tr("Send"), self.tr("Enter"))
        self._hint.setText(self._hint_text())
        self._on_text_changed()

    def _hint_text(self) -> str:
        match self._state:
            case ComposerState.WAITING:
                return self.tr("The answer starts when the model is ready. Esc stops.")
            case ComposerState.ANSWERING:
                return self.tr("Answering. Esc stops.")
        return self.tr("Shift + Enter begins a new line")

    def _can_send(self) -> bool:
        return self._state is ComposerState.READY and bool(self.text().strip())

    @Slot()
    def _on_text_changed(self) -> None:
        is_stop = self._state in (ComposerState.WAITING, ComposerState.ANSWERING)
        self.button.setEnabled(is_stop or self._can_send())
        self.text_changed.emit()

    @Slot()
    def _on_send_requested(self) -> None:
        if self._can_send():
            self.submit_requested.emit(self.text())

    @Slot()
    def _on_button_clicked(self) -> None:
        if self._state in (ComposerState.WAITING, ComposerState.ANSWERING):
            self.stop_requested.emit()
        else:
            self._on_send_requested()


class _CardArea(QWidget):
    """Where the focus ring of the field goes: around the card, not around the text."""

    def __init__(self, composer: Composer) -> None:
        super().__init__(composer)
        self.ring_radius = RADIUS
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._composer = composer
        composer.installEventFilter(self)
        self.lower()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Follow the card."""
        if event.type() is QEvent.Type.Resize:
            self.setGeometry(self._composer.card_rect().toRect())
        return False

    def sizeHint(self) -> QSize:
        """Ask for nothing."""
        return QSize(0, 0)
