"""Buttons for what is no setting and belongs to settings: each is an action of the window."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.ui.widgets.flow import FlowLayout


class DeedRow(QWidget):
    """The buttons, on as many lines as they need."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = FlowLayout(8, self)
        self.buttons = [(action, self._button(action)) for action in actions]
        for _, button in self.buttons:
            line.addWidget(button)
        self.setVisible(bool(self.buttons))

    def _button(self, action: QAction) -> QPushButton:
        button = QPushButton(self)
        button.setAutoDefault(False)
        button.setEnabled(action.isEnabled())
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        return button

    def show_matching(self, words: Sequence[str], heading: str) -> int:
        """Show only what has all these words in it or in the heading, and give how many that are."""
        n_shown = 0
        for _, button in self.buttons:
            is_shown = all(word in button.text().casefold() or word in heading for word in words)
            button.setVisible(is_shown)
            n_shown += is_shown
        self.setVisible(n_shown > 0)
        return n_shown

    def retranslate(self) -> None:
        """Speak the new language."""
        for action, button in self.buttons:
            button.setText(action.text())
