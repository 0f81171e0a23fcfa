"""What the hub's page shows before anything was searched for: good models for this computer, known without asking anybody."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.library.card import COLUMN, PAGE_MARGIN, Card, Tag
from desktop_app.ui.library.card_list import CardList
from desktop_app.ui.library.level_words import LevelWords
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.column import in_column
from desktop_app.ui.widgets.ends import EndsLayout
from desktop_app.ui.widgets.labels import ElidedLabel, PlainLabel, plain_tooltip

if TYPE_CHECKING:
    from desktop_app.services.short_list import ListedModel


class StartPage(QWidget):
    """A heading, one button beside it, and the cards.

    Signals:
        repository_chosen(id): the person wants to look at a model.
        button_pressed(): what is popular is wanted, or to go online: as the page said.
    """

    repository_chosen = Signal(str)
    button_pressed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words = LevelWords(self)
        self._models: dict[Hashable, ListedModel] = {}
        self.heading = ElidedLabel("heading2")
        self.button = QPushButton()
        self.button.setProperty("kind", "small")
        self.button.clicked.connect(self.button_pressed)
        self.sentence = PlainLabel("", "secondary")
        self.sentence.setWordWrap(True)
        self.list = CardList(self._make_card, theme)
        self._build()
        self._retranslate()

    def _build(self) -> None:
        line = EndsLayout(8, 8)
        line.addWidget(self.heading)
        line.set_right(self.button)
        head = QWidget()
        rows = QVBoxLayout(head)
        rows.setContentsMargins(0, 8, 0, 0)
        rows.setSpacing(4)
        rows.addLayout(line)
        rows.addWidget(self.sentence)
        top = in_column(head, COLUMN)
        top.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, 0)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(8)
        page.addLayout(top)
        page.addWidget(self.list, 1)

    def set_words(self, sentence: str, button: str) -> None:
        """Say something under the heading, and what the button does; "": it does nothing and is not there."""
        self.sentence.setText(sentence)
        self.button.setText(button)
        self.button.setVisible(bool(button))

    def set_models(self, models: tuple[ListedModel, ...]) -> None:
        """Show these."""
        self._models = {model.repository: model for model in models}
        self.list.set_keys(())
        self.list.set_keys(list(self._models))

    def begin(self) -> None:
        """Take the keyboard, at the first card."""
        for card in self.list.cards()[:1]:
            card.buttons[0].setFocus(Qt.FocusReason.TabFocusReason)

    def _make_card(self, key: Hashable) -> Card:
        model = self._models[key]
        card = Card(self._theme)
        card.set_title(model.name)
        card.set_tags(self._tags(model))
        card.set_quiet(self._words.size(model.size_bytes, is_exact=model.is_size_exact))
        card.set_description(self._facts(model))
        meaning = self._words.vision_meaning() if "vision" in model.tasks else ""
        card.description.setToolTip(plain_tooltip(meaning))
        card.description.setAccessibleDescription(meaning)
        card.set_verdict(self._words.verdict(model.fit), self._words.verdict_kind(model.fit))
        card.verdict.setToolTip(plain_tooltip(self._words.verdict_reason(model.fit)))
        button = card.add_button(self.tr("Look at it"), is_primary=model.is_best)
        button.setAccessibleName(self.tr("Look at {model}").format(model=model.name))
        said = (f"{self._facts(model)}.", meaning, self._words.verdict(model.fit))
        button.setAccessibleDescription(" ".join(part for part in said if part))
        button.clicked.connect(partial(self.repository_chosen.emit, model.repository))
        return card

    def _tags(self, model: ListedModel) -> list[Tag]:
        tags = [Tag(self.tr("Recommended"), "accent", self.tr("The best fit for this computer."))] if model.is_best else []
        count = self._words.parameter_count(model.n_parameters)
        return [*tags, Tag(count, hint=self._words.parameters(model.n_parameters))]

    def _facts(self, model: ListedModel) -> str:
        names = {
            "chat": self.tr("Chat"),
            "code": self.tr("Code"),
            "vision": self.tr("Vision model"),
            "reasoning": self.tr("Reasoning"),
        }
        n_languages = len(model.languages)
        languages = self.tr("%n language(s)", "", n_languages) if n_languages else ""
        facts = [*(names[task] for task in model.tasks if task in names), languages, self._words.license(model.license)]
        return " · ".join(fact for fact in facts if fact)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.list.set_theme(theme)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
            self.set_models(tuple(self._models.values()))

    def _retranslate(self) -> None:
        self.heading.setText(self.tr("Good models for this computer"))
        self.list.setAccessibleName(self.tr("Good models for this computer"))
