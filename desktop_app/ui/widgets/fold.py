"""A heading that opens and closes what stands below it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RowButton


class Fold(QWidget):
    """Closed at first; `content` is for what it holds.

    Signals:
        opened(), closed()
    """

    opened = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = RowButton("chevron-right", theme)
        self.button.clicked.connect(self._on_clicked)
        self._inside = QWidget()
        self._inside.hide()
        self.content = QVBoxLayout(self._inside)
        self.content.setContentsMargins(8, 4, 0, 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.button)
        column.addWidget(self._inside)
        self._words = ""

    @property
    def is_open(self) -> bool:
        """Whether what it holds is on show."""
        return not self._inside.isHidden()

    def set_words(self, words: str) -> None:
        """Set what it is called."""
        self._words = words
        self.button.set_words(words)
        self._describe()

    def set_trailing(self, text: str) -> None:
        """Show a few quiet words at the end of the heading."""
        self.button.set_trailing(text)
        self.button.setAccessibleDescription(text)

    def set_open(self, is_open: bool) -> None:
        """Show or hide what it holds."""
        if is_open == self.is_open:
            return
        self._inside.setVisible(is_open)
        self.button.set_icon("chevron-down" if is_open else "chevron-right")
        self._describe()
        (self.opened if is_open else self.closed).emit()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.button.set_theme(theme)

    def _describe(self) -> None:
        words = self.tr("{heading}, open") if self.is_open else self.tr("{heading}, closed")
        self.button.setAccessibleName(words.format(heading=self._words))

    @Slot()
    def _on_clicked(self) -> None:
        self.set_open(not self.is_open)
