"""Messages that wait for the answer in progress: quiet cards above the composer, to be changed or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.chat.queued import QueuedMessage
from desktop_app.ui.composer.composer import SHADOW
from desktop_app.ui.composer.drafts import SAVE_DELAY_MS
from desktop_app.ui.composer.message_edit import MessageEdit
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.escape import keeps_escape
from desktop_app.ui.widgets.labels import ElidedLabel, PlainLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

N_CARDS_MAX = 4
"""More are counted, not shown: the transcript needs the room."""
N_LINES_MAX = 4
_RADIUS = 10
_LEFT = 14
_SEPARATOR = " · "


class QueuedCard(QWidget):
    """One message.

    Signals:
        edited(id, text): also while it is typed, so that nothing of it is lost.
        editing_changed(): see `is_edited`.
        cancelled(id), send_requested()
    """

    edited = Signal(str, str)
    editing_changed = Signal()
    cancelled = Signal(str)
    send_requested = Signal()

    def __init__(self, message: QueuedMessage, theme: Theme) -> None:
        super().__init__()
        self._message = message
        self._theme = theme
        self._edit: MessageEdit | None = None
        self._original = self._stored = message.text
        """What stood there before it was changed, and what is on its way to the disk."""
        self._timer = QTimer(self, singleShot=True, interval=SAVE_DELAY_MS)
        self._timer.timeout.connect(self._store_typed)
        self.ring_radius = _RADIUS
        self._text = ElidedLabel("secondary")
        self.send = QPushButton()
        self.send.setProperty("kind", "small")
        self.pencil, self.cross = IconButton("pencil", theme), IconButton("close", theme)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(_LEFT, 4, 4, 4)
        self._row.setSpacing(4)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self.send, 0, Qt.AlignmentFlag.AlignVCenter)
        for button in (self.pencil, self.cross):
            self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.send.clicked.connect(self.send_requested)
        self.pencil.clicked.connect(self._on_pencil_clicked)
        self.cross.clicked.connect(self._on_cross_clicked)
        self.set_message(message)

    @property
    def message(self) -> QueuedMessage:
        """What waits."""
        return self._message

    @property
    def is_edited(self) -> bool:
        """Whether the person is changing it."""
        return self._edit is not None

    def store(self) -> None:
        """Have stored what is typed, with what an input method is in the middle of."""
        if self._edit is not None:
            self._edit.finish_composing()
            self._store_typed()

    @Slot()
    def _store_typed(self) -> None:
        self._timer.stop()
        text = self._edit.toPlainText() if self._edit is not None else ""
        if not text.strip():
            text = self._original  # what is left while the field is emptied key by key is not meant
        if text != self._stored:
            self._stored = text
            self.edited.emit(self._message.id, text)

    @Slot()
    def _on_text_changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def set_message(self, message: QueuedMessage) -> None:
        """Show another text; one that is being changed stays in its field."""
        self._message = message
        self._text.setText(_SEPARATOR.join([message.text, *message.files]))
        self._retranslate()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        for button in (self.pencil, self.cross):
            button.set_theme(theme)
        self.update()

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Waiting: {text}").format(text=self._message.text))
        self.send.setText(self.tr("Send now"))
        if self._edit is None:
            self.pencil.set_words(self.tr("Edit"))
            self.cross.set_words(self.tr("Do not send"))
        else:
            self._edit.setAccessibleName(self.tr("Edit message"))
            self.cross.set_words(self.tr("Cancel"), "Esc")

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give up a change with Esc, also while the window has another use for it."""
        if keeps_escape(event):
            return True
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self._give_up()
            return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.setBrush(QColor(self._theme.surface if self._edit is not None else self._theme.background))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.end()

    @property
    def original(self) -> str:
        """What stood there before it was changed."""
        return self._original

    @Slot()
    def _on_pencil_clicked(self) -> None:
        self.begin_edit(self._message.text).setFocus(Qt.FocusReason.OtherFocusReason)

    def begin_edit(self, original: str) -> MessageEdit:
        """Let it be changed, or changed on; Esc brings back `original`."""
        self._edit = edit = MessageEdit()
        edit.set_n_lines_max(N_LINES_MAX)
        edit.ring_target = self  # type: ignore[attr-defined]  # read by the focus ring
        edit.installEventFilter(self)
        edit.setPlainText(self._message.text)
        edit.moveCursor(edit.textCursor().MoveOperation.End)
        edit.textChanged.connect(self._on_text_changed)
        edit.send_requested.connect(self._on_accepted)
        self._original, self._stored = original, self._message.text
        self._row.setContentsMargins(_LEFT, 8, 4, 4)
        self._row.insertWidget(0, edit, 1)
        self._text.hide()
        self.pencil.hide()
        self._retranslate()
        self.update()
        self.editing_changed.emit()
        return edit

    @Slot()
    def _on_accepted(self) -> None:
        text = self._edit.toPlainText() if self._edit is not None else ""
        if text.strip():
            self.store()
            self._text.setText(text)
            self._end_edit()

    def _give_up(self) -> None:
        if self._stored != self._original:
            self.edited.emit(self._message.id, self._original)
        self._end_edit()

    @Slot()
    def _on_cross_clicked(self) -> None:
        if self._edit is not None:
            self._give_up()
        else:
            self.cancelled.emit(self._message.id)

    def _end_edit(self) -> None:
        edit, self._edit = self._edit, None
        if edit is None:
            return
        self._row.setContentsMargins(_LEFT, 4, 4, 4)
        self._text.show()
        self.pencil.show()
        self.pencil.setFocus(Qt.FocusReason.OtherFocusReason)
        self._row.removeWidget(edit)
        edit.hide()
        edit.deleteLater()
        self._timer.stop()
        self._retranslate()
        self.update()
        self.editing_changed.emit()


class QueuedMessages(QWidget):
    """The cards, the first to be sent on top.

    Signals:
        edited(id, text), editing_changed(), cancelled(id), send_requested(): as those of the cards.
    """

    edited = Signal(str, str)
    editing_changed = Signal()
    cancelled = Signal(str)
    send_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._cards: list[QueuedCard] = []
        self._n_messages = 0
        self._is_answering = False
        self._caption = PlainLabel("", "caption")
        self._rest = PlainLabel("", "caption")
        for label in (self._caption, self._rest):
            label.setContentsMargins(_LEFT, 0, 0, 0)
        self._column = QVBoxLayout(self)
        # As far from the sides as the composer's card, whose widget has room for its shadow.
        self._column.setContentsMargins(SHADOW, 4, SHADOW, 4)
        self._column.setSpacing(4)
        self._column.addWidget(self._caption)
        self._column.addWidget(self._rest)
        self.hide()

    @property
    def cards(self) -> tuple[QueuedCard, ...]:
        """The cards on show."""
        return tuple(self._cards)

    @property
    def is_edited(self) -> bool:
        """Whether the person is changing what waits."""
        return any(card.is_edited for card in self._cards)

    def store(self) -> None:
        """Have stored what is typed."""
        for card in self._cards:
            card.store()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        for card in self._cards:
            card.set_theme(theme)

    def set_messages(self, messages: Sequence[QueuedMessage], is_answering: bool) -> None:
        """Show what waits; without an answer in progress it can be sent now."""
        shown = {message.id: message for message in messages[:N_CARDS_MAX]}
        for card in [card for card in self._cards if card.message.id not in shown]:
            self._remove(card)
        known = {card.message.id: card for card in self._cards}
        for place, message in enumerate(shown.values()):
            if message.id in known:
                known[message.id].set_message(message)
            else:
                self._add(message, place)
        self._n_messages, self._is_answering = len(messages), is_answering
        for number, card in enumerate(self._cards):
            card.send.setVisible(number == 0 and not is_answering)
        self._retranslate()
        self.setVisible(bool(messages))

    def _add(self, message: QueuedMessage, place: int) -> None:
        card = QueuedCard(message, self._theme)
        card.edited.connect(self.edited)
        card.editing_changed.connect(self.editing_changed)
        card.cancelled.connect(self.cancelled)
        card.send_requested.connect(self.send_requested)
        self._cards.insert(place, card)
        self._column.insertWidget(place + 1, card)  # below the caption

    def _remove(self, card: QueuedCard) -> None:
        card.store()
        self._cards.remove(card)
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()
        if card.is_edited:
            self.editing_changed.emit()

    def _retranslate(self) -> None:
        caption = self.tr("Sent after this answer") if self._is_answering else self.tr("Not sent yet")
        self._caption.setText(caption)
        n_more = self._n_messages - len(self._cards)
        self._rest.setText(self.tr("%n more message(s)", "", n_more))
        self._rest.setVisible(n_more > 0)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
