"""Where a message is written: a card with the field, a quiet hint, and Send, which is Stop while an answer runs."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.composer.attachment_chips import AttachmentChips
from desktop_app.ui.composer.message_edit import MessageEdit
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton, RoundButton
from desktop_app.ui.widgets.labels import ElidedLabel, PlainLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

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
        queue_requested(text): it was sent while an answer is in progress.
        restore_requested(): out of the trash.
        text_changed(): the person typed, or the text was set.
        attach_requested(), files_dropped(list of Path), text_attached(text): what is to go with the message as a file.
        files_given_up(): of those that are still being read, none is to go with it.
    """

    submit_requested = Signal(str)
    stop_requested = Signal()
    queue_requested = Signal(str)
    restore_requested = Signal()
    text_changed = Signal()
    attach_requested = Signal()
    files_dropped = Signal(list)
    text_attached = Signal(str)
    files_given_up = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state = ComposerState.READY
        self._is_private = False
        self._is_reading = False
        self._held = ""
        """What was sent while its files are still being read: it goes when they are there."""
        self._trash_bar: _TrashBar | None = None
        self._tools: list[QWidget] = []
        self._gauges: QWidget | None = None
        """What stands before the buttons at the right, once there is something."""
        self.ring_radius = RADIUS
        self.edit = MessageEdit()
        self.edit.ring_target = _CardArea(self)  # type: ignore[attr-defined]
        self.edit.send_requested.connect(self._on_send_requested)
        self.edit.textChanged.connect(self._on_text_changed)
        self.edit.attaches_text = True
        self.edit.long_text_pasted.connect(self._on_long_text_pasted)
        self.edit.text_attached.connect(self.text_attached)
        self.edit.files_dropped.connect(self.files_dropped)
        self.attachments = AttachmentChips(theme)
        self.attach_button = IconButton("attach", theme)
        self.attach_button.clicked.connect(self.attach_requested)
        self._paste_offer = QPushButton()
        self._paste_offer.setProperty("kind", "small")
        self._paste_offer.setVisible(False)
        self._paste_offer.clicked.connect(self._on_paste_offer_clicked)
        self._pasted = ""
        self.button = RoundButton("arrow-up", theme)
        self.button.clicked.connect(self._on_button_clicked)
        self.queue_button = IconButton("queue", theme)
        self.queue_button.clicked.connect(self._on_send_requested)
        self._hint = ElidedLabel("caption", is_whole=True)
        self.setFocusProxy(self.edit)
        self._build()
        self.set_theme(theme)
        self._refresh()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SHADOW + 18, SHADOW + 17, SHADOW + 15, SHADOW + 10)
        column.setSpacing(13)
        column.addWidget(self.attachments)
        column.addWidget(self.edit)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.attach_button)
        row.addWidget(self._hint, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._paste_offer)
        row.addWidget(self.queue_button)
        row.addWidget(self.button)
        self._row = row
        column.addLayout(row)

    def add_tool(self, button: QWidget) -> None:
        """Put a button beside the one for files; none is seen in the trash."""
        self._tools.append(button)
        button.setVisible(self._trash_bar is None)
        self._row.insertWidget(self._row.indexOf(self.attach_button) + len(self._tools), button)

    def add_gauge(self, gauge: QWidget) -> None:
        """Put a gauge before the buttons at the right; none is seen in the trash."""
        if self._gauges is None:
            self._gauges = QWidget()
            row = QHBoxLayout(self._gauges)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(4)
            self._gauges.setVisible(self._trash_bar is None)
            self._row.insertWidget(self._row.indexOf(self.queue_button), self._gauges, 0, Qt.AlignmentFlag.AlignVCenter)
        gauges = self._gauges.layout()
        assert gauges is not None
        gauges.addWidget(gauge)

    @property
    def state(self) -> ComposerState:
        """What the button is for now."""
        return self._state

    def set_state(self, state: ComposerState) -> None:
        """Say what the button is for."""
        if state is not self._state:
            self._state = state
            self._refresh()

    def set_private(self, is_private: bool) -> None:
        """Say whether what is written here is never on disk."""
        if is_private != self._is_private:
            self._is_private = is_private
            self._refresh()

    @property
    def is_reading(self) -> bool:
        """Whether files are being read that go with the message."""
        return self._is_reading

    def set_reading(self, is_reading: bool, *, is_sent: bool = True) -> None:
        """Say whether files are being read that go with the message; at the end what was held for them goes if `is_sent`."""
        self._is_reading = is_reading
        held = self._held
        if held and not (is_reading and is_sent):
            self._hold("")
            if is_sent:
                self._send(held)

    @property
    def is_in_trash(self) -> bool:
        """Whether there is a way out of the trash in place of the field."""
        return self._trash_bar is not None

    def set_in_trash(self, is_in_trash: bool) -> None:
        """Show a way out of the trash in place of the field, or the field again."""
        if is_in_trash == (self._trash_bar is not None):
            return
        if is_in_trash:
            self._trash_bar = bar = _TrashBar()
            bar.restore.clicked.connect(self.restore_requested)
            column = self.layout()
            assert column is not None
            column.addWidget(bar)
            bar.show()
            if self.edit.hasFocus():
                # Before the field hides: Qt would hand the keyboard on, as if Tab had been pressed.
                bar.restore.setFocus(Qt.FocusReason.OtherFocusReason)
        for part in (self.edit, self._hint, self.queue_button, self.button, self.attach_button, self._gauges, *self._tools):
            if part is not None:
                part.setVisible(not is_in_trash)
        if not is_in_trash and self._trash_bar is not None:
            if self._trash_bar.restore.hasFocus():
                self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            self._trash_bar.hide()
            self._trash_bar.deleteLater()
            self._trash_bar = None
            self._refresh()

    def text(self) -> str:
        """Give what was typed."""
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Replace the text; the cursor goes to its end. What was there cannot be brought back by undo."""
        self.edit.setPlainText(text)
        if text:
            self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    def add_text(self, text: str) -> None:
        """Put `text` below what is typed; it can be undone."""
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)
        self.edit.insert(f"\n\n{text}" if self.text().strip() and text else text)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.button.set_theme(theme)
        self.queue_button.set_theme(theme)
        self.attach_button.set_theme(theme)
        self.attachments.set_theme(theme)
        self.edit.refit()
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language, fit the new font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._refresh()
        elif event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.edit.refit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape, which the field has no use for, waits no longer for files."""
        if self._held and event.key() == Qt.Key.Key_Escape:
            self.files_given_up.emit()
        else:
            super().keyPressEvent(event)

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
        self.edit.set_hints(self.tr("Write a message, or type / for a template"), self.tr("Write a message"))
        self.edit.setAccessibleName(self.tr("Message"))
        self.attach_button.set_words(self.tr("Attach files"))
        self._paste_offer.setText(self.tr("Attach the pasted text as a file"))
        self.queue_button.set_words(self.tr("Send after this answer"), self.tr("Enter"))
        self.button.set_icon("stop" if self._is_stop or self._held else "arrow-up")
        if self._is_stop:
            self.button.set_words(self.tr("Stop"), "Esc")
        elif self._held:
            self.button.set_words(self.tr("Leave the files out"), "Esc")
        else:
            self.button.set_words(self.tr("Send"), self.tr("Enter"))
        self._on_text_changed()

    @property
    def _is_stop(self) -> bool:
        """True while an answer is in progress: the round button stops it, and Enter lets a message wait."""
        return self._state in (ComposerState.WAITING, ComposerState.ANSWERING)

    def _hint_text(self, has_text: bool) -> str:
        if self._held:
            return self.tr("This goes as soon as its files are read. Esc leaves them out.")
        if self._is_stop and has_text:
            return self.tr("Enter sends this after the answer. Esc stops.")
        match self._state:
            case ComposerState.WAITING:
                return self.tr("The answer starts when the model is ready. Esc stops.")
            case ComposerState.ANSWERING:
                return self.tr("Answering. Esc stops.")
        if self._is_private:
            return self.tr("This chat is not saved.")
        return self.tr("Shift + Enter begins a new line")

    @Slot()
    def _on_text_changed(self) -> None:
        has_text = bool(self.text().strip())
        if self._held and not self.text().startswith(self._held):
            self._hold("")  # it is being written on, or another conversation is on show
            return
        self.button.setEnabled(self._is_stop or (has_text and self._state is ComposerState.READY))
        self.queue_button.setVisible(self._is_stop and has_text and self._trash_bar is None)
        if self._pasted and self._pasted not in self.text():
            self._pasted = ""
        self._paste_offer.setVisible(bool(self._pasted) and self._trash_bar is None)
        self._hint.setText(self._hint_text(has_text))
        self.text_changed.emit()

    @Slot(str)
    def _on_long_text_pasted(self, text: str) -> None:
        self._pasted = text
        self._on_text_changed()

    @Slot()
    def _on_paste_offer_clicked(self) -> None:
        """Take what was pasted out of the field again and let it be a file."""
        text, self._pasted = self._pasted, ""
        if self.edit.remove_last(text):
            self.text_attached.emit(text)
        self._on_text_changed()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_send_requested(self) -> None:
        text = self.text()
        if not text.strip() or self._trash_bar is not None:
            return
        if self._is_reading and self._state is not ComposerState.SENDING:
            self._hold(self._held or text)
        else:
            self._send(text)

    def _send(self, text: str) -> None:
        if self._is_stop:
            self.queue_requested.emit(text)
        elif self._state is ComposerState.READY:
            self.submit_requested.emit(text)

    def _hold(self, text: str) -> None:
        if text != self._held:
            self._held = text
            self._refresh()

    @Slot()
    def _on_button_clicked(self) -> None:
        if self._is_stop:
            self.stop_requested.emit()
        elif self._held:
            self.files_given_up.emit()
        else:
            # The button does not take the keyboard, which would end it.
            self.edit.finish_composing()
            self._on_send_requested()


class _TrashBar(QWidget):
    """What stands in the card for a conversation in the trash."""

    def __init__(self) -> None:
        super().__init__()
        self._sentence = PlainLabel("", "secondary")
        self.restore = QPushButton()
        self.restore.setProperty("kind", "small")
        row = QHBoxLayout(self)
        # The card has more room above than below: the field stands in it.
        row.setContentsMargins(0, 0, 0, 7)
        row.addWidget(self._sentence, 1)
        row.addWidget(self.restore)
        self._retranslate()

    def _retranslate(self) -> None:
        self._sentence.setText(self.tr("This conversation is in the trash."))
        self.restore.setText(self.tr("Restore"))

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()


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
