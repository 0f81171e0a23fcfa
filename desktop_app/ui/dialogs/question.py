"""A question with two answers."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.theme import Theme


class QuestionDialog(Dialog):
    """Asks `question`; the words are given by the one who asks.

    Signals:
        agreed(payload)
    """

    agreed = Signal(object)

    def __init__(
        self,
        question: str,
        explanation: str,
        yes: str,
        no: str,
        payload: object,
        theme: Theme,
        parent: QWidget,
        *,
        is_careful: bool = False,
    ) -> None:
        """Take the words; `is_careful`: yes throws something away, so that Enter means no."""
        super().__init__(question, theme, parent)
        self._payload = payload
        self.add_text(explanation, "secondary")
        words = ((yes, self._on_yes_clicked), (no, self.reject))
        for text, slot in words if is_careful else reversed(words):
            self.add_button(text, is_primary=text == (no if is_careful else yes)).clicked.connect(slot)
        self.finish_layout()

    @Slot()
    def _on_yes_clicked(self) -> None:
        self.agreed.emit(self._payload)
        self.accept()
