"""A field for a grammar or a JSON schema: it is checked while it is written, and the first mistake is marked."""

from __future__ import annotations

from functools import partial

from PySide6 import QtWidgets
from PySide6.QtCore import QElapsedTimer, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop_app.services.answer_form import FormMistake, grammar_mistake, schema_mistake
from desktop_app.services.background import Background
from desktop_app.ui.theme import Theme

CHECK_MS = 300
CHECK_MS_MAX = 700
"""Whoever writes without a pause is not waited for any longer: what is written is kept only when it was checked."""
N_CHARACTERS_AT_ONCE = 10_000
"""Of what is checked on the window's thread; one of 10,000 takes 5 ms."""


class FormEdit(QPlainTextEdit):
    """The field; `name`: "grammar" or "json_schema".

    Signals:
        checked(text, FormMistake | None): what is written, a moment after the last key or, where keys come without a
            pause, what was written a moment ago.
    """

    checked = Signal(str, object)

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._check = schema_mistake if name == "json_schema" else grammar_mistake
        self.setProperty("kind", "mono")
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._form = QTextCharFormat()
        self._form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        self.set_theme(theme)
        self._is_filling = self._is_waiting = False
        # A pasted schema can be as long as a book.
        self._background = Background(self, waits_s=0.0)
        self._timer = QTimer(self, singleShot=True, interval=CHECK_MS)
        self._timer.timeout.connect(self._on_check_due)
        self._since = QElapsedTimer()
        self.textChanged.connect(self._on_text_changed)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._form.setUnderlineColor(QColor(theme.error))

    def show_text(self, text: str, *, is_wrong: bool = False) -> None:
        """Show a text that is in force or, `is_wrong`, one to be put right; that one is told with its mistake in a moment."""
        self.forget_typed()
        if text != self.toPlainText():
            self._is_filling = True
            self.setPlainText(text)
            self._is_filling = False
            self._mark(None)
        if is_wrong and not self.extraSelections():
            self._is_waiting = True
            self._on_check_due()

    def forget_typed(self) -> None:
        """Tell nothing of what is written now."""
        self._timer.stop()
        self._is_waiting = False

    @property
    def is_waiting(self) -> bool:
        """Whether what is written was not checked yet."""
        return self._is_waiting

    def store(self) -> None:
        """Check now what was not checked yet."""
        if self._is_waiting:
            text = self.toPlainText()
            self._tell(text, self._check(text) if text.strip() else None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Check at once: a question may be sent next."""
        super().focusOutEvent(event)
        if len(self.toPlainText()) <= N_CHARACTERS_AT_ONCE:
            self.store()
        elif self._is_waiting:
            self._on_check_due()

    @Slot()
    def _on_text_changed(self) -> None:
        if self._is_filling:
            return
        if not self._is_waiting:
            self._since.start()
        self._is_waiting = True
        self._mark(None)
        if self._since.elapsed() < CHECK_MS_MAX - CHECK_MS or not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _on_check_due(self) -> None:
        text = self.toPlainText()
        if not text.strip():
            self._tell(text, None)
        else:
            self._background.run(partial(self._check, text), partial(self._on_checked, text))

    def _on_checked(self, text: str, mistake: FormMistake | None) -> None:
        if self._is_waiting and text == self.toPlainText():
            self._tell(text, mistake)
        elif self._is_waiting:
            # Whoever writes faster than that is not without a kept text for ever; what is written now is checked next.
            self.checked.emit(text, mistake)

    def _tell(self, text: str, mistake: FormMistake | None) -> None:
        self._timer.stop()
        self._is_waiting = False
        self._mark(mistake)
        self.checked.emit(text, mistake)

    def _mark(self, mistake: FormMistake | None) -> None:
        if mistake is None:
            self.setExtraSelections([])
            return
        text = self.toPlainText()
        marked = QtWidgets.QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        # Qt counts UTF-16 units. At the end there is nothing to underline: the character before it is.
        start = min(mistake.start, max(0, len(text) - 1))
        cursor.setPosition(len(text[:start].encode("utf-16-le", "surrogatepass")) // 2)
        end = max(mistake.end, start + 1)
        cursor.setPosition(len(text[:end].encode("utf-16-le", "surrogatepass")) // 2, QTextCursor.MoveMode.KeepAnchor)
        marked.cursor, marked.format = cursor, self._form
        self.setExtraSelections([marked])
