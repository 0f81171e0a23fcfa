"""The bar that looks for words in the conversation: a field, how many there are, to the next and to the one before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from desktop_app.ui.motion import appear, leave
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.escape import keeps_escape
from desktop_app.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from desktop_app.ui.theme import Theme
    from desktop_app.ui.transcript.finding import Finding

_TYPING_MS = 80
"""Words are looked for when no key has come for so long."""


class FindBar(QFrame):
    """Stands over the upper right corner of what it looks in.

    Signals:
        closed()
    """

    closed = Signal()
    WIDTH = 400

    def __init__(self, finding: Finding, theme: Theme, parent: QWidget, keys_of: Callable[[str], str]) -> None:
        """`keys_of` gives those of an action by its name."""
        super().__init__(parent)
        self._keys_of = keys_of
        self._finding = finding
        self._counted = (0, 0)
        self.setObjectName("findBar")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.field = QLineEdit()
        self.field.setProperty("kind", "bare")
        self.field.installEventFilter(self)
        self.count = PlainLabel("", "caption")
        self.previous = IconButton("chevron-up", theme)
        self.next = IconButton("chevron-down", theme)
        self.close_button = IconButton("close", theme)
        self._timer = QTimer(self, singleShot=True, interval=_TYPING_MS)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 4, 4)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addSpacing(8)
        row.addWidget(self.count)
        row.addSpacing(4)
        for button in (self.previous, self.next, self.close_button):
            row.addWidget(button)
        self._connect()
        self._retranslate()

    def _connect(self) -> None:
        self.field.textChanged.connect(self._on_text_changed)
        self._timer.timeout.connect(self._on_typed)
        self._finding.changed.connect(self._on_counted)
        self.previous.clicked.connect(self._on_previous)
        self.next.clicked.connect(self._on_next)
        self.close_button.clicked.connect(self.leave)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        for button in (self.previous, self.next, self.close_button):
            button.set_theme(theme)

    def begin(self, words: str) -> None:
        """Come up and take the keyboard; `words` go into the field, "" keeps what is there."""
        self._retranslate()  # the keys may be others by now
        if self.isHidden():
            self.show()
            appear(self)
        self.raise_()
        if words:
            self.field.setText(words)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._on_typed()

    @Slot()
    def leave(self) -> None:
        """Go away; the words stay in the field for the next time."""
        self._timer.stop()
        leave(self)
        self.hide()
        self._finding.clear()
        self.closed.emit()

    def step(self, step: int) -> None:
        """Go to the next one (1) or to the one before (-1)."""
        if self._timer.isActive():
            self._timer.stop()
            self._on_typed()
        else:
            self._finding.step(step)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Enter goes on, Shift and Enter goes back, Esc ends it, before the window takes that key for Stop."""
        if keeps_escape(event):
            return True
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.leave()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
        return False

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.field.setPlaceholderText(self.tr("Find in this conversation"))
        self.field.setAccessibleName(self.tr("Find in this conversation"))
        self.previous.set_words(self.tr("Previous match"), self._keys_of("find_previous"))
        self.next.set_words(self.tr("Next match"), self._keys_of("find_next"))
        self.close_button.set_words(self.tr("Close"), "Esc")
        self._on_counted(*self._counted)

    @Slot()
    def _on_text_changed(self) -> None:
        self._timer.start()

    @Slot()
    def _on_typed(self) -> None:
        self._finding.find(self.field.text())

    @Slot(int, int)
    def _on_counted(self, n_current: int, n_total: int) -> None:
        self._counted = (n_current, n_total)
        if not self.field.text().strip():
            self.count.setText("")
        elif not n_current:
            self.count.setText(self.tr("No match"))
        else:
            locale = QLocale()
            numbers = (locale.toString(n_current), locale.toString(n_total))
            self.count.setText(self.tr("{n} of {total}").format(n=numbers[0], total=numbers[1]))
        for button in (self.previous, self.next):
            button.setEnabled(n_current > 0)

    @Slot()
    def _on_previous(self) -> None:
        self.step(-1)

    @Slot()
    def _on_next(self) -> None:
        self.step(1)
