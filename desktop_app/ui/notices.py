"""The bars that tell what happened: an icon, one sentence, one button, Details, close.

The only place that shows an `AppError`. A bar stands until it is closed, but for quiet ones, which leave
by themselves; the same kind of news replaces its older bar.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.errors import AppError
from desktop_app.record import Record
from desktop_app.ui.error_text import ErrorText, Remedy
from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.labels import PlainLabel

N_NOTICES_MAX = 3
QUIET_MS = 8000
"""How long a quiet notice stands: time to read it and to reach Undo."""


class Notice(Record):
    """One piece of news, in the words on screen."""

    sentence: str
    kind: str = "info"
    """"info", "warning" or "error": the icon and its colour."""
    key: str = ""
    """A later notice with the same key takes this one's place."""
    action: str = ""
    """What `action_requested` says when the button is pressed."""
    button: str = ""
    payload: object = None
    details: str = ""
    is_quiet: bool = False
    """Leaves by itself."""
    is_only_way_back: bool = False
    """What its button brings back is nowhere else: no later notice pushes it out."""


READ_ONLY = "read_only"
"""Key of the notice that says that nothing can be written."""


class NoticeBar(QWidget):
    """One notice.

    Signals:
        action_requested(action, payload), details_requested(text), closed()
    """

    action_requested = Signal(str, object)
    details_requested = Signal(str)
    closed = Signal()

    def __init__(self, notice: Notice, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = notice
        self._theme = theme
        self._icon = QLabel()
        self._sentence = PlainLabel(notice.sentence)
        self._sentence.setWordWrap(True)
        # A bar of one line is as high as its buttons; two lines have room of their own.
        self._sentence.setContentsMargins(0, 4, 0, 4)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._action = self._add_button(notice.button, self._on_action_clicked)
        self._details = self._add_button(self.tr("Details") if notice.details else "", self._on_details_clicked)
        self._close = IconButton("close", theme)
        self._close.set_words(self.tr("Close"))
        self._close.clicked.connect(self.closed)
        self.setAccessibleName(notice.sentence)
        self._build()
        self.set_theme(theme)
        self._timer = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._timer.timeout.connect(self._on_time_out)
        if notice.is_quiet:
            self._timer.start()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(8)
        # No margin, which would stay on its side in languages from right to left.
        row.addSpacing(8)
        row.addWidget(self._icon)
        row.addSpacing(4)
        row.addWidget(self._sentence, 1)
        for button in (self._action, self._details, self._close):
            row.addWidget(button)

    def _add_button(self, text: str, slot: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", "small")
        button.clicked.connect(slot)
        button.setVisible(bool(text))
        return button

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        colours = {"warning": theme.warning, "error": theme.error}
        self._icon.setPixmap(pixmap(self.notice.kind, colours.get(self.notice.kind, theme.muted), theme.scaled(20)))
        self._close.set_theme(theme)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.setBrush(QColor(self._theme.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 14, 14)
        painter.end()

    @Slot()
    def _on_action_clicked(self) -> None:
        self.action_requested.emit(self.notice.action, self.notice.payload)
        self.closed.emit()

    @Slot()
    def _on_details_clicked(self) -> None:
        self.details_requested.emit(self.notice.details)

    @Slot()
    def _on_time_out(self) -> None:
        # Not from under the hand that reaches for its button.
        focused = QApplication.focusWidget()
        if self.underMouse() or (focused is not None and self.isAncestorOf(focused)):
            self._timer.start()
        else:
            self.closed.emit()


class NoticeArea(QWidget):
    """The bars on show, newest below.

    Signals:
        action_requested(action, payload): a button was pressed; for an error, its remedy and the error.
    """

    action_requested = Signal(str, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._error_text = ErrorText(self)
        self._bars: list[NoticeBar] = []
        self._column = QVBoxLayout(self)
        # As far from the sides as the composer's card, whose widget has room for its shadow.
        self._column.setContentsMargins(4, 4, 4, 4)
        self._column.setSpacing(8)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        for bar in self._bars:
            bar.set_theme(theme)

    def set_room_below(self, px: int) -> None:
        """Leave so much between the last bar and what is below it."""
        self._column.setContentsMargins(4, 4, 4, px)

    def show_error(self, error: AppError, retry: tuple[str, object] | None = None) -> None:
        """Say what `error` means.

        `retry`: what *Try again* asks for here, action and payload, since the window's own retry is about what is typed;
        ("", None): nothing, and there is no such button.
        """
        words = self._error_text.describe(error)
        # Only the kind: an engine that dies is told of twice, by itself and by the answer that it broke.
        key = type(error).__name__
        # To close it there is the cross.
        action, payload = retry if retry is not None and words.remedy is Remedy.TRY_AGAIN else (words.remedy, error)
        button = words.button if action and words.remedy is not Remedy.CLOSE else ""
        self.show_notice(Notice(words.sentence, "error", key, action, button, payload, words.details))

    def show_notice(self, notice: Notice) -> None:
        """Show `notice`; when there are more than `N_NOTICES_MAX`, the oldest goes that is not the only way back."""
        for bar in [bar for bar in self._bars if notice.key and bar.notice.key == notice.key]:
            self._remove(bar)
        bar = NoticeBar(notice, self._theme, self)
        bar.action_requested.connect(self.action_requested)
        bar.details_requested.connect(self._on_details_requested)
        bar.closed.connect(self._on_closed)
        older = [one for one in self._bars if not one.notice.is_only_way_back]
        if older and len(self._bars) >= N_NOTICES_MAX:
            self._remove(older[0])
        self._bars.append(bar)
        self._column.addWidget(bar)
        self.show()
        # Its layout would show it, but later.
        bar.show()
        from desktop_app.ui.motion import appear

        appear(bar)

    def has_key(self, key: str) -> bool:
        """Say whether a notice with this key is there."""
        return any(bar.notice.key == key for bar in self._bars)

    def close_key(self, key: str) -> None:
        """Take away what is no longer true, for instance when a model has been loaded after all."""
        for bar in [bar for bar in self._bars if bar.notice.key == key]:
            self._remove(bar)

    def sentences(self) -> list[str]:
        """Give what is on show, oldest first."""
        return [bar.notice.sentence for bar in self._bars]

    def _remove(self, bar: NoticeBar) -> None:
        if bar in self._bars:
            from desktop_app.ui.motion import leave

            leave(bar)
            self._bars.remove(bar)
            self._column.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        self.setVisible(bool(self._bars))

    @Slot()
    def _on_closed(self) -> None:
        sender = self.sender()
        if isinstance(sender, NoticeBar):
            self._remove(sender)

    @Slot(str)
    def _on_details_requested(self, text: str) -> None:
        from desktop_app.ui.dialogs.details import DetailsDialog

        DetailsDialog(text, self._theme, self.window()).open()
