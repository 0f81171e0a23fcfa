"""What stands in the middle of a new chat: a question, and one sentence about who will answer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.column import in_column
from desktop_app.ui.widgets.labels import PlainLabel


class EmptyState(QWidget):
    """The page of a new chat.

    Signals:
        models_requested(): the button under the sentence, which stands there only when there is no model, and no card.
    """

    models_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_model = True
        self._is_starter = True
        self._card: QWidget | None = None
        self._greeting: QWidget | None = None
        self._below: QWidget | None = None
        self._is_greeted = False
        self._heading = PlainLabel("", "heading")
        self._heading.setWordWrap(True)
        self._sentence = PlainLabel("", "muted")
        self._sentence.setWordWrap(True)
        self._button = QPushButton()
        self._button.setProperty("kind", "primary")
        self._button.clicked.connect(self.models_requested)
        self._starters: QWidget | None = None
        self._inside = QWidget()
        self._lower = QWidget()
        self._build(theme)
        self._retranslate()
        self._show_fitting()

    def _build(self, theme: Theme) -> None:
        rows = self._rows = QVBoxLayout(self._inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        rows.addWidget(self._heading)
        rows.addWidget(self._sentence)
        rows.addSpacing(4)
        rows.addWidget(self._button)
        rows.setAlignment(self._button, Qt.AlignmentFlag.AlignLeft)
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 0, 24, 0)
        # Like in the drawing a little above the middle, where the eye rests; and there it stays when something comes below.
        page.addStretch(4)
        page.addLayout(in_column(self._inside, theme.column_px))
        page.addLayout(in_column(self._lower, theme.column_px), 6)
        self._below_rows = QVBoxLayout(self._lower)
        self._below_rows.setContentsMargins(0, 20, 0, 0)
        self._below_rows.setSpacing(12)
        self._below_rows.addStretch(1)

    def set_theme(self, theme: Theme) -> None:
        """Be as wide as the text that is read."""
        for part in (self._inside, self._lower):
            part.setMaximumWidth(theme.column_px)

    def set_model(self, has_model: bool, is_starter: bool) -> None:
        """Say who would answer: nobody, the starter model, or another."""
        if (has_model, is_starter) != (self._has_model, self._is_starter):
            self._has_model, self._is_starter = has_model, is_starter
            self._retranslate()
            self._show_fitting()

    def set_card(self, card: QWidget | None) -> None:
        """Show `card` in place of the sentence; None: the sentence again. The card stays its maker's."""
        if self._card is not None:
            self._rows.removeWidget(self._card)
            self._card.setParent(None)
        self._card = card
        self._rows.setSpacing(12 if card is None else 24)
        if card is not None:
            self._rows.insertWidget(self._rows.indexOf(self._sentence), card)
            card.show()
        self._show_fitting()

    def add(self, greeting: QWidget, below: QWidget) -> None:
        """Have `greeting` to show in place of the question and the sentence, and `below` to stand under these."""
        self._greeting, self._below = greeting, below
        self._rows.insertWidget(0, greeting)
        self._below_rows.insertWidget(self._below_rows.count() - 1, below)
        self._show_fitting()

    def add_starters(self, starters: QWidget) -> None:
        """Have `starters` to show below, while there is a model and nobody else begins the talk."""
        self._starters = starters
        self._below_rows.insertWidget(0, starters)
        self._show_fitting()

    def set_greeted(self, is_greeted: bool) -> None:
        """Show the greeting, or the question and the sentence."""
        self._is_greeted = is_greeted
        self._show_fitting()

    def _show_fitting(self) -> None:
        self._heading.setVisible(not self._is_greeted)
        self._sentence.setVisible(self._card is None and not self._is_greeted)
        # The card has ways to a model of its own.
        self._button.setVisible(not self._has_model and self._card is None)
        if self._starters is not None:
            self._starters.setVisible(self._has_model and not self._is_greeted)
        if self._greeting is not None and self._below is not None:
            self._greeting.setVisible(self._is_greeted)
            self._below.setVisible(self._card is None and not self._is_greeted)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self._heading.setText(self.tr("What is on your mind?"))
        self._button.setText(self.tr("Choose a model"))
        if not self._has_model:
            text = self.tr("Choose a model to begin; it stays on this computer, like everything you write.")
        elif self._is_starter:
            text = self.tr("The starter model answers right away. It is tiny and meant for trying out.")
        else:
            text = self.tr("Write below; the answer is made here, on your own computer.")
        self._sentence.setText(text)
