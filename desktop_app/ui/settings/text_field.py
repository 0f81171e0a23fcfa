"""A line of text as a setting: it holds when the keyboard leaves it or Enter is pressed."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit

from desktop_app.ui.theme import Theme

WIDTH, N_CHARACTERS_MAX = 250, 100


class SettingField(QLineEdit):
    """The line.

    Signals:
        entered(text): by the person.
    """

    entered = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setMaxLength(N_CHARACTERS_MAX)
        self.setFixedWidth(theme.scaled(WIDTH))
        self.setMinimumHeight(theme.row(32))
        self.editingFinished.connect(self._on_editing_finished)

    def set_theme(self, _theme: Theme) -> None:
        """Colours come from the style sheet."""

    @Slot()
    def _on_editing_finished(self) -> None:
        if self.isModified():
            self.setModified(False)
            self.entered.emit(" ".join(self.text().split()))
