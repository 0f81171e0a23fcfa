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
        self, question: str, explanation: str, yes: str, no: str, payload: object, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(question, theme, parent)
        self._payload = payload
        self.add_text(explanation, "secondary")
        self.add_button(no).clicked.connect(self.reject)
        self.add_button(yes, is_primary=True).clicked.connect(self._on_yes_clicked)
        self.finish_layout()

    @Slot()
    def _on_yes_clicked(self) -> None:
        self.agreed.emit(self._payload)
        self.accept()
