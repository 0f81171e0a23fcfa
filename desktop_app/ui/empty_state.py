"""What stands in the middle of a new chat: a question, and one sentence about who will answer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.widgets.column import in_column
from desktop_app.ui.widgets.labels import PlainLabel

COLUMN = 736


class EmptyState(QWidget):
    """The page of a new chat.

    Signals:
        models_requested(): the button under the sentence, which stands there only when there is no model.
    """

    models_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_model = True
        self._is_starter = True
        self._card: QWidget | None = None
        self._heading = PlainLabel("", "heading")
        self._heading.setWordWrap(True)
        self._sentence = PlainLabel("", "muted")
        self._sentence.setWordWrap(True)
        self._button = QPushButton()
        self._button.setProperty("kind", "primary")
        self._button.clicked.connect(self.models_requested)
        self._build()
        self._retranslate()

    def _build(self) -> None:
        column = QWidget()
        rows = self._rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        rows.addWidget(self._heading)
        rows.addWidget(self._sentence)
        rows.addSpacing(4)
        rows.addWidget(self._button)
        rows.setAlignment(self._button, Qt.AlignmentFlag.AlignLeft)
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 0, 24, 0)
        # Like in the drawing a little above the middle, where the eye rests.
        page.addStretch(5)
        page.addLayout(in_column(column, COLUMN))
        page.addStretch(6)

    def set_model(self, has_model: bool, is_starter: bool) -> None:
        """Say who would answer: nobody, the starter model, or another."""
        if (has_model, is_starter) != (self._has_model, self._is_starter):
            self._has_model, self._is_starter = has_model, is_starter
            self._retranslate()

    def set_card(self, card: QWidget | None) -> None:
        """Show `card` in place of the sentence; None: the sentence again. The card stays its maker's."""
        if self._card is not None:
            self._rows.removeWidget(self._card)
            self._card.setParent(None)
        self._card = card
        self._rows.setSpacing(12 if card is None else 24)
        if card is not None:
            self._rows.insertWidget(1, card)
            card.show()
        self._sentence.setVisible(card is None)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self._heading.setText(self.tr("What is on your mind?"))
        self._button.setText(self.tr("Choose a model"))
        self._button.setVisible(not self._has_model)
        if not self._has_model:
            text = self.tr("Choose a model to begin; it stays on this computer, like everything you write.")
        elif self._is_starter:
            text = self.tr("The starter model answers right away. It is tiny and meant for trying out.")
        else:
            text = self.tr("Write below; the answer is made here, on your own computer.")
        self._sentence.setText(text)
