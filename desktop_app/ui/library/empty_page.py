"""A page with nothing on it yet: one sentence about what to do next, and one button that does it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.labels import PlainLabel

_WIDTH = 560


class EmptyPage(QWidget):
    """The page.

    Signals:
        button_pressed()
    """

    button_pressed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name, self._is_problem = "", False
        self._icon = QLabel()
        self.sentence = PlainLabel("", "muted")
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.sentence.setMinimumWidth(min(_WIDTH, 280))
        self.sentence.setMaximumWidth(_WIDTH)
        self.note = PlainLabel("", "secondary")
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.note.setMaximumWidth(_WIDTH)
        self.button = QPushButton()
        self.button.setProperty("kind", "primary")
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.button_pressed)
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addStretch(4)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self.sentence, self.note):
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(label, 1000)
            row.addStretch(1)
            column.addLayout(row)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        # A little above the middle, where the eye rests.
        column.addStretch(6)

    def set_words(self, sentence: str, button: str = "", *, icon: str = "", note: str = "", is_problem: bool = False) -> None:
        """Say `sentence`; without `button` there is none. `is_problem`: something went wrong."""
        self._icon_name, self._is_problem = icon or ("warning" if is_problem else ""), is_problem
        self.sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.button.setText(button)
        self.button.setAccessibleDescription(sentence)
        self.button.setVisible(bool(button))
        self._show_icon()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self._show_icon()

    def _show_icon(self) -> None:
        self._icon.setVisible(bool(self._icon_name))
        if self._icon_name:
            colour = self._theme.warning if self._is_problem else self._theme.muted
            self._icon.setPixmap(pixmap(self._icon_name, colour, self._theme.scaled(28)))
