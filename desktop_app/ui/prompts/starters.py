"""A few prompt templates under the question of a new chat, for those who do not know yet what to write."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.ui.widgets.flow import FlowLayout

STARTERS = ("summarise", "translate", "explain-code", "step-by-step")
"""Keys of the collection that comes with Hearth."""


class Starters(QWidget):
    """A button for each.

    Signals:
        chosen(template_id)
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        flow = FlowLayout(8, self)
        flow.setContentsMargins(0, 0, 0, 0)
        self.buttons = {key: QPushButton(self) for key in STARTERS}
        for key, button in self.buttons.items():
            button.setAutoDefault(False)
            button.clicked.connect(partial(self.chosen.emit, f"shipped:{key}"))
            flow.addWidget(button)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        words = (self.tr("Summarise a text"), self.tr("Translate"), self.tr("Explain some code"), self.tr("Plan something"))
        for button, text in zip(self.buttons.values(), words, strict=True):
            button.setText(text)
