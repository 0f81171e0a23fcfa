"""What a beginner sets: how creative answers are, how long, and how much of the conversation the model remembers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, QObject, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.engine.parameters import DEFAULT_N_CTX_MAX
from desktop_app.services.sampling_levels import Level, LevelValue
from desktop_app.ui.parameters.words import ParameterWords
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.choice_box import ChoiceBox
from desktop_app.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from desktop_app.engine.parameters import LoadParameters
    from desktop_app.engine.protocol import ModelInfo

TEMPERATURES = (0.0, 0.4, 0.8, 1.2)
"""From always the same answer to a surprising one; 0.8 is llama.cpp's own."""
LENGTHS = (150, 500, 1500)
"""Tokens: a paragraph, a page, several pages."""
CONTEXTS = tuple(2048 << power for power in range(8))
_TOKENS_EACH_PAGE = 400


class SimpleView(QWidget):
    """Three boxes with their labels.

    Signals:
        chosen(name, value), dropped(name): of a sampling parameter, in this conversation.
        context_chosen(n_ctx): for the model in memory; 0: as suits it.
    """

    chosen = Signal(str, object)
    dropped = Signal(str)
    context_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ParameterWords(self)
        self._is_filling = False
        self._values: Mapping[str, LevelValue] = {}
        self._model: ModelInfo | None = None
        self._n_ctx = 0
        self._contexts: list[int] = []
        self.creativity, self.length, self.memory = (ChoiceBox(theme) for _ in range(3))
        self._labels = [PlainLabel("", "secondary") for _ in range(3)]
        self._recommended, self._about_length, self._about_memory = (PlainLabel("", "caption") for _ in range(3))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        below = (self._recommended, self._about_length, self._about_memory)
        for label, box, more in zip(self._labels, (self.creativity, self.length, self.memory), below, strict=True):
            # A turn of the wheel over the panel is meant for the panel.
            box.installEventFilter(self)
            column.addSpacing(6)
            column.addWidget(label)
            column.addWidget(box)
            more.setWordWrap(True)
            column.addWidget(more)
        self.creativity.currentIndexChanged.connect(self._on_creativity_chosen)
        self.length.currentIndexChanged.connect(self._on_length_chosen)
        self.memory.currentIndexChanged.connect(self._on_memory_chosen)
        self.set_theme(theme)
        self._retranslate()

    def show_values(self, values: Sequence[LevelValue]) -> None:
        """Show what is in force."""
        self._values = {one.name: one for one in values}
        self._fill()

    def show_model(self, model: ModelInfo | None, chosen: LoadParameters, *, is_busy: bool) -> None:
        """Show the model in memory and how it is to be loaded; `is_busy`: it answers, and must not be loaded again now."""
        self._model, self._n_ctx = model, chosen.n_ctx
        self.memory.setEnabled(model is not None and not is_busy)
        self._fill()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours and sizes."""
        for box in (self.creativity, self.length, self.memory):
            box.set_theme(theme)
            box.setMinimumHeight(theme.row(32))

    def _fill(self) -> None:
        was_filling, self._is_filling = self._is_filling, True
        if self._values:
            temperature, length = self._values["temperature"], self._values["n_predict"]
            self._fill_one(self.creativity, temperature, TEMPERATURES, self._creativity_words())
            self._fill_one(self.length, length, LENGTHS, self._length_words())
        self._fill_memory()
        self._tell_recommended()
        self._is_filling = was_filling

    def _fill_one(self, box: ChoiceBox, value: LevelValue, offered: tuple[float, ...], words: list[str]) -> None:
        is_own = value.level is Level.CONVERSATION
        below, level = (value.below, value.below_level) if is_own else (value.value, value.level)
        box.clear()
        box.addItems([self._below_words(value.name, below, level), *words])
        if not is_own:
            box.setCurrentIndex(0)
        elif value.value in offered:
            box.setCurrentIndex(offered.index(value.value) + 1)
        else:
            box.addItem(self._words.number(value.value))
            box.setCurrentIndex(box.count() - 1)

    def _below_words(self, name: str, below: float, level: Level) -> str:
        value = self._words.number(below)
        if name == "n_predict" and below < 0:
            return self.tr("As long as it takes")
        sentences = {
            Level.ENGINE: self.tr("As usual, {value}"),
            Level.APPLICATION: self.tr("As in all chats, {value}"),
            Level.MODEL: self.tr("As its author recommends, {value}"),
            Level.PERSONA: self.tr("As the persona has it, {value}"),
            Level.CONVERSATION: self.tr("As usual, {value}"),
        }
        return sentences[level].format(value=value)

    def _creativity_words(self) -> list[str]:
        return [self.tr("Always the same answer"), self.tr("Careful"), self.tr("Balanced"), self.tr("Inventive")]

    def _length_words(self) -> list[str]:
        return [self.tr("A paragraph at most"), self.tr("A page at most"), self.tr("Some pages at most")]

    def _fill_memory(self) -> None:
        box, model = self.memory, self._model
        box.clear()
        if model is None:
            box.addItem(self.tr("No model is loaded"))
            self._about_memory.hide()
            return
        n_most = model.n_ctx_train or CONTEXTS[-1]
        sizes = {size for size in CONTEXTS if size < n_most} | {n_most} | ({self._n_ctx} if self._n_ctx else set())
        self._contexts = [0, *sorted(sizes)]
        automatic = self.tr("Automatic, {pages}").format(pages=self._pages(min(n_most, DEFAULT_N_CTX_MAX)))
        box.addItems([automatic, *(self._pages(size) for size in self._contexts[1:])])
        box.setCurrentIndex(self._contexts.index(self._n_ctx))
        text = self.tr("{n} tokens at present. A change applies to “{model}” in every chat and loads the model again.")
        self._about_memory.setText(text.format(model=model.name, n=QLocale().toString(model.n_ctx)))
        self._about_memory.show()

    def _pages(self, n_tokens: int) -> str:
        return self.tr("about %n page(s)", "", max(1, round(n_tokens / _TOKENS_EACH_PAGE)))

    def _tell_recommended(self) -> None:
        """Say what the author of the model recommends, in numbers."""
        chosen = self._model.recommended.chosen if self._model is not None else {}
        name = self._model.name if self._model is not None else ""
        text = self.tr("The author of “{model}” recommends: {values}.")
        self._recommended.setText(text.format(model=name, values=self._words.summary(chosen)))
        self._recommended.setVisible(bool(chosen))

    @Slot(int)
    def _on_creativity_chosen(self, index: int) -> None:
        self._choose("temperature", TEMPERATURES, index)

    @Slot(int)
    def _on_length_chosen(self, index: int) -> None:
        self._choose("n_predict", LENGTHS, index)

    def _choose(self, name: str, offered: tuple[float, ...], index: int) -> None:
        if self._is_filling or not 0 <= index <= len(offered):
            return
        if index:
            self.chosen.emit(name, offered[index - 1])
        else:
            self.dropped.emit(name)

    @Slot(int)
    def _on_memory_chosen(self, index: int) -> None:
        if not self._is_filling and 0 <= index < len(self._contexts) and self._contexts[index] != self._n_ctx:
            self.context_chosen.emit(self._contexts[index])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the wheel to the panel."""
        if event.type() is QEvent.Type.Wheel:
            event.ignore()
            return True
        return False

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        words = (self.tr("Creativity"), self.tr("Length of answers"), self.tr("How far back it reads"))
        for label, box, text in zip(self._labels, (self.creativity, self.length, self.memory), words, strict=True):
            label.setText(text)
            box.setAccessibleName(text)
        self._about_length.setText(self.tr("This applies from the next answer on, in this conversation only."))
        self.memory.setAccessibleDescription(self.tr("How much of a conversation the model can see at once"))
        self._fill()
