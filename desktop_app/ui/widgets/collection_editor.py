"""The editor beside the list of a page of things with names: its fields in a column, and when what is typed is stored.

What is typed is stored after a moment, and when the editor goes.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, SignalInstance, Slot
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.flow import FlowLayout
from desktop_app.ui.widgets.labels import PlainLabel

SAVE_MS, CHECK_MS = 600, 250
SITTING_S = 600
"""A page may stay open for days: what is changed so long after the first change is changed in another sitting."""
COLUMN = 720
N_PLACES_AT_ONCE = 200
"""Places in braces that are looked at anew at every key, 5 µs each; more of them wait until nothing is typed for a moment."""
N_PLACES_MAX = 2000


class CollectionEditor(QWidget):
    """The editor. Of what comes with the application it shows everything and changes nothing.

    One of its kind names its fields in `edits`, its long texts in `texts` and what only the person's own have in `own_only`,
    and gives `typed`, `fill` and `check`.

    Signals:
        changed(value): to be stored.
        copy_requested(value), remove_requested(value): buttons.
    """

    changed = Signal(object)
    copy_requested = Signal(object)
    remove_requested = Signal(object)

    def __init__(self, theme: Theme, n_labels: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._stored: Any = None
        self._filled: Any = None
        """What the fields gave before anything was typed: they turn a space that does not break into a usual one."""
        self._is_filling = False
        self._began_s: float | None = None
        """When the first change of this sitting was stored, in seconds since 1970; None: none was."""
        self._error_text = ErrorText(self)
        self._timer = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._timer.timeout.connect(self.store)
        self._check_timer = QTimer(self, singleShot=True, interval=CHECK_MS)
        self._check_timer.timeout.connect(self._on_check_due)
        self.labels = [self.wrapped("secondary") for _ in range(n_labels)]
        self.problem, self.hint = self.wrapped("warning"), self.wrapped("caption")
        self.copy, self.remove = self.button(self.copy_requested), self.button(self.remove_requested)
        self.edits: Sequence[QLineEdit | QPlainTextEdit] = ()
        self.texts: Sequence[QPlainTextEdit] = ()
        self.own_only: Sequence[QWidget] = ()

    # What one of its kind gives

    def typed(self, stored: Any) -> Any:
        """Give `stored` with what stands in the fields."""
        raise NotImplementedError

    def fill(self, value: Any) -> None:
        """Put a value into the fields."""
        raise NotImplementedError

    def check(self) -> None:
        """Say what is wrong with the texts."""
        raise NotImplementedError

    def usual_hint(self) -> str:
        """Say how the texts are written."""
        raise NotImplementedError

    def is_same(self, one: Any, other: Any) -> bool:
        """Say whether two values differ in nothing."""
        return bool(one == other)

    def set_sizes(self) -> None:
        """Be as large as the person's font asks for."""
        self._inside.setMaximumWidth(self._theme.scaled(COLUMN) + 48)

    def retranslate(self) -> None:
        """Say the words that all of its kind have."""
        ours = self.tr("This one comes with Hearth; make a copy to change it.")
        self.hint.setText(ours if self.is_ours else self.usual_hint())
        self.copy.setText(self.tr("Make a copy"))
        self.remove.setText(self.tr("Remove"))

    # Building

    @staticmethod
    def wrapped(kind: str) -> PlainLabel:
        """Give a label of several lines."""
        label = PlainLabel("", kind)
        label.setWordWrap(True)
        return label

    def button(self, signal: SignalInstance) -> QPushButton:
        """Give a button: `signal` comes with what is on show, which is stored before."""
        button = QPushButton()
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._tell(signal))
        return button

    def build(self, form: QVBoxLayout, buttons: Sequence[QWidget]) -> None:
        """Place the fields, and a row of buttons below them."""
        for edit in self.edits:
            if isinstance(edit, QPlainTextEdit):
                edit.setTabChangesFocus(True)
            edit.textChanged.connect(self.on_text_edited if edit in self.texts else self.on_edited)
        form.setContentsMargins(24, 20, 24, 24)
        form.setSpacing(6)
        row = FlowLayout(8)
        for button in buttons:
            row.addWidget(button)
        form.addLayout(row)
        self._area = QScrollArea(self)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # In a large window it stands in the middle of what the list leaves.
        self._area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._area.hide()
        # From the outside in: what goes from one parent to another is styled anew, with all that is in it.
        self._inside = QWidget(self._area)
        self._area.setWidget(self._inside)
        self._inside.setLayout(form)
        self.set_sizes()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._area)
        self.retranslate()

    # What is on show

    @property
    def value(self) -> Any:
        """What is on show, as it stands in the fields; None: nothing."""
        return self._stored if self._stored is None or self._stored.is_shipped else self.typed(self._stored)

    @property
    def is_ours(self) -> bool:
        """Whether what is on show comes with the application."""
        return self._stored is not None and bool(self._stored.is_shipped)

    @property
    def is_fresh(self) -> bool:
        """Whether the next change that is stored begins a sitting."""
        # By the clock on the wall: another stands still while the computer sleeps.
        return self._began_s is None or abs(time.time() - self._began_s) > SITTING_S

    def end_sitting(self) -> None:
        """Store what was typed; whoever goes on begins anew."""
        self.store()
        self._began_s = None

    def show_value(self, value: Any) -> None:
        """Show another one, None: nothing; what was changed of the one before is stored."""
        self.end_sitting()
        self._check_timer.stop()
        self._is_filling = True
        self._stored = value
        self._area.setVisible(value is not None)
        if value is not None:
            for edit in self.edits:
                edit.setReadOnly(self.is_ours)
            for part in self.own_only:
                part.setVisible(not self.is_ours)
            self.fill(value)
            for edit in self.edits:
                if isinstance(edit, QLineEdit):
                    edit.setCursorPosition(0)  # a long one is read from its beginning
            self.check()
            self._area.verticalScrollBar().setValue(0)
        self._filled = self.value
        self._is_filling = False
        self.retranslate()

    def say_problem(self, sentence: str) -> None:
        """Say what is wrong; "": nothing."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self.texts[0].setAccessibleDescription(sentence)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.set_sizes()

    # Changing

    @Slot()
    def store(self) -> None:
        """Have what was changed stored now."""
        self._timer.stop()
        value = self.value
        if value is not None and not self.is_same(value, self._filled):
            self._stored = self._filled = value
            self.changed.emit(value)
            if self.is_fresh:
                self._began_s = time.time()

    @Slot()
    def on_edited(self) -> None:
        """Store it soon."""
        # After the first key that is not stored, not after the last: who types without a pause must not lose a page.
        if not self._is_filling and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def on_text_edited(self) -> None:
        """Store it soon, and say what is wrong with it."""
        if self._is_filling:
            return
        if sum(edit.toPlainText().count("{{") for edit in self.texts) <= N_PLACES_AT_ONCE:
            self._check_timer.stop()
            self.check()
        else:
            self._check_timer.start()
        self.on_edited()

    @Slot()
    def _on_check_due(self) -> None:
        self.check()

    def _tell(self, signal: SignalInstance) -> None:
        self.store()
        if self._stored is not None:
            signal.emit(self._stored)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
            if self._stored is not None:
                self.check()
