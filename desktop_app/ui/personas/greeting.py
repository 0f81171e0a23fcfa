"""What stands in the middle of a new chat with a persona: who answers, and what one may want to say first."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.chat.persona import Persona
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.avatar import Avatar
from desktop_app.ui.widgets.buttons import RowButton
from desktop_app.ui.widgets.labels import PlainLabel, plain_tooltip

AVATAR = 56


class Greeting(QWidget):
    """The picture, the name, and a button for each suggestion.

    Signals:
        suggestion_chosen(text)
    """

    suggestion_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.avatar = Avatar(AVATAR, theme)
        self.name = PlainLabel("", "heading")
        self.name.setWordWrap(True)
        self.description = PlainLabel("", "muted")
        self.description.setWordWrap(True)
        self.suggestions: list[RowButton] = []
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.name)
        words.addWidget(self.description)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(8)
        self._rows.addLayout(head)
        self._rows.addSpacing(8)

    def show_persona(self, persona: Persona) -> None:
        """Show who answers."""
        self.avatar.show_persona(persona)
        self.name.setText(persona.name)
        self.description.setText(persona.description)
        self.description.setVisible(bool(persona.description))
        for button in self.suggestions:
            self._rows.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.suggestions = [self._suggestion(text) for text in persona.suggestions]
        for button in self.suggestions:
            self._rows.addWidget(button)

    def _suggestion(self, text: str) -> RowButton:
        button = RowButton("arrow-up", self._theme, is_framed=True, parent=self)
        button.setText(text)
        # It is painted as it is, and an ampersand in it is no key to press.
        button.setShortcut(QKeySequence())
        button.setAccessibleName(text)
        button.setToolTip(plain_tooltip(text))
        button.setProperty("suggestion", text)
        button.clicked.connect(self._on_clicked)
        return button

    def _on_clicked(self) -> None:
        self.suggestion_chosen.emit(str(self.sender().property("suggestion")))

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.avatar.set_theme(theme)
        for button in self.suggestions:
            button.set_theme(theme)


class ChoosePersona(QWidget):
    """The quiet way to a persona, under the sentence of a new chat without one.

    Signals:
        wanted(): the button was pressed.
    """

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton()
        self.button.setProperty("kind", "small")
        self.button.clicked.connect(self.wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        row.addStretch(1)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.button.setText(self.tr("Choose a persona"))
