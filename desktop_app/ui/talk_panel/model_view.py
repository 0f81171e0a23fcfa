"""How the model in memory is loaded and whether it thinks, at the end of the full view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop_app.settings import THINKING_BUDGETS
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.choice_box import ChoiceBox
from desktop_app.ui.widgets.fold import Fold
from desktop_app.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from desktop_app.engine.protocol import ModelInfo

_MODES = ("auto", "on", "off")


class ModelView(QWidget):
    """Two groups.

    Signals:
        loading_requested(): the person wants to change how the model is loaded.
        setting_chosen(key, value): "thinking" or "thinking_budget".
    """

    loading_requested = Signal()
    setting_chosen = Signal(str, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_filling = False
        self._model: ModelInfo | None = None
        self._choice = ("auto", -1)
        self.thinking, self.loading = Fold(theme), Fold(theme)
        self.mode, self.budget = ChoiceBox(theme), ChoiceBox(theme)
        self._labels = [PlainLabel("", "secondary") for _ in range(2)]
        self._about_thinking, self.facts = PlainLabel("", "caption"), PlainLabel("", "secondary")
        self.change = QPushButton()
        self.change.setProperty("kind", "small")
        self.change.clicked.connect(self.loading_requested)
        self.mode.currentIndexChanged.connect(self._on_mode_chosen)
        self.budget.currentIndexChanged.connect(self._on_budget_chosen)
        self._build()
        self.set_theme(theme)
        self._retranslate()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.thinking)
        column.addWidget(self.loading)
        for label, box in zip(self._labels, (self.mode, self.budget), strict=True):
            box.installEventFilter(self)
            self.thinking.content.addWidget(label)
            self.thinking.content.addWidget(box)
        self.thinking.content.setSpacing(6)
        self.thinking.content.addWidget(self._about_thinking)
        self.loading.content.setSpacing(8)
        self.loading.content.addWidget(self.facts)
        self.loading.content.addWidget(self.change, 0, Qt.AlignmentFlag.AlignLeft)
        for text in (self._about_thinking, self.facts):
            text.setWordWrap(True)

    def show_model(self, model: ModelInfo | None) -> None:
        """Show the model in memory."""
        self._model = model
        self.change.setEnabled(model is not None)
        self.facts.setText(self._facts(model) if model is not None else self.tr("No model is loaded."))
        self._fill()

    def show_thinking(self, mode: str, budget: int) -> None:
        """Show whether models think, and for how many tokens at most; -1: no limit."""
        self._choice = (mode, budget)
        self._fill()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours and sizes."""
        for part in (self.thinking, self.loading, self.mode, self.budget):
            part.set_theme(theme)
        for box in (self.mode, self.budget):
            box.setMinimumHeight(theme.row(32))

    def _facts(self, model: ModelInfo) -> str:
        """Give how the model was loaded, a line for each fact."""
        locale, parameters = QLocale(), model.parameters
        flash = {"auto": self.tr("automatic"), "on": self.tr("on"), "off": self.tr("off")}
        layers = self.tr("Layers on the graphics card: {n} of {all}")
        lines = (
            self.tr("Context: {n} tokens").format(n=locale.toString(model.n_ctx)),
            layers.format(n=locale.toString(model.n_gpu_layers), all=locale.toString(model.n_offloadable or model.n_layers + 1)),
            self.tr("KV cache: {keys} and {values}").format(keys=parameters.type_k, values=parameters.type_v),
            self.tr("Flash attention: {state}").format(state=flash.get(parameters.flash_attn, parameters.flash_attn)),
            self.tr("Threads: {n}").format(n=locale.toString(model.n_threads)),
            self.tr("Conversations at once: {n}").format(n=locale.toString(model.n_slots)),
        )
        return "\n".join(lines)

    def _fill(self) -> None:
        was_filling, self._is_filling = self._is_filling, True
        mode, budget = self._choice
        self.mode.clear()
        self.mode.addItems([self.tr("The model’s default"), self.tr("Think before answering"), self.tr("Answer at once")])
        self.mode.setCurrentIndex(_MODES.index(mode))
        self.budget.clear()
        self.budget.addItems([self._budget_words(one) for one in self._budgets()])
        self.budget.setCurrentIndex(self._budgets().index(budget))
        can_reason = self._model is None or self._model.can_reason
        self.mode.setEnabled(can_reason)
        self.budget.setEnabled(can_reason and mode != "off")
        about = self.tr("Applies to all chats.") if can_reason else self.tr("The model in memory cannot think before it answers.")
        self._about_thinking.setText(about)
        self._is_filling = was_filling

    def _budgets(self) -> list[int]:
        budget = self._choice[1]
        return [*THINKING_BUDGETS, *([budget] if budget not in THINKING_BUDGETS else [])]

    def _budget_words(self, budget: int) -> str:
        return self.tr("No limit") if budget < 0 else self.tr("At most %n token(s)", "", budget)

    @Slot(int)
    def _on_mode_chosen(self, index: int) -> None:
        if not self._is_filling and index >= 0:
            self.setting_chosen.emit("thinking", _MODES[index])

    @Slot(int)
    def _on_budget_chosen(self, index: int) -> None:
        if not self._is_filling and index >= 0:
            self.setting_chosen.emit("thinking_budget", self._budgets()[index])

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
        self.thinking.set_words(self.tr("Thinking"))
        self.loading.set_words(self.tr("How the model is loaded"))
        words = (self.tr("Before it answers"), self.tr("Longest thought"))
        for label, box, text in zip(self._labels, (self.mode, self.budget), words, strict=True):
            label.setText(text)
            box.setAccessibleName(text)
        self.change.setText(self.tr("Change…"))
        self.show_model(self._model)
