"""Instructions and parameters of one conversation: a simple view, and behind a button all of them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_app.engine.parameters import SamplingParameters
from desktop_app.ui.talk_panel.parameter_row import Parameter, ParameterRow
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.choice_box import ChoiceBox
from desktop_app.ui.widgets.labels import PlainLabel

WIDTH = 320
SAVE_MS = 500
TEMPERATURES = (0.0, 0.4, 0.8, 1.2)
"""From always the same answer to a surprising one; 0.8 is llama.cpp's own."""
LENGTHS = (150, 500, 1500)
"""Tokens: a paragraph, a page, several pages."""
_LARGE = 2.0**31 - 1


class TalkPanel(QFrame):
    """The panel.

    Signals:
        instructions_changed(text), sampling_changed(SamplingParameters): to be kept.
        closed()
    """

    instructions_changed = Signal(str)
    sampling_changed = Signal(object)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setMinimumWidth(theme.scaled(260))
        self._theme = theme
        self._sampling = SamplingParameters()
        self._is_filling = False
        self._heading = PlainLabel("", "heading2")
        self.close_button = IconButton("close", theme)
        self.close_button.clicked.connect(self.closed)
        self._labels = [PlainLabel("", "secondary") for _ in range(3)]
        self.instructions = QPlainTextEdit()
        self.instructions.setTabChangesFocus(True)
        self.instructions.setFixedHeight(theme.scaled(140))
        self.instructions.textChanged.connect(self._on_instructions_edited)
        self.instructions.installEventFilter(self)
        self.creativity, self.length = ChoiceBox(theme), ChoiceBox(theme)
        for box in (self.creativity, self.length):
            box.setMinimumHeight(theme.scaled(32))
        self.creativity.currentIndexChanged.connect(self._on_creativity_chosen)
        self.length.currentIndexChanged.connect(self._on_length_chosen)
        self._note = PlainLabel("", "caption")
        self._note.setWordWrap(True)
        self.more = QPushButton()
        self.more.setCheckable(True)
        self.more.setProperty("kind", "small")
        self.more.toggled.connect(self._on_more_toggled)
        self.rows: dict[str, ParameterRow] = {}
        self._timer = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._timer.timeout.connect(self.store)
        self._build()
        self._retranslate()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._heading, 1)
        head.addWidget(self.close_button)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(16, 12, 16, 16)
        self._column.setSpacing(6)
        self._column.addLayout(head)
        for label, part in zip(self._labels, (self.instructions, self.creativity, self.length), strict=True):
            self._column.addSpacing(6)
            self._column.addWidget(label)
            self._column.addWidget(part)
        self._column.addSpacing(6)
        self._column.addWidget(self._note)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._all = QWidget()
        self._all.hide()
        rows = QVBoxLayout(self._all)
        rows.setContentsMargins(0, 6, 0, 0)
        rows.setSpacing(10)
        self._column.addWidget(self._all)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    @property
    def sampling(self) -> SamplingParameters:
        """What is chosen here."""
        return self._sampling

    def show_values(self, instructions: str, sampling: SamplingParameters) -> None:
        """Show those of another conversation; what was typed for the one before has been told."""
        self._is_filling = True
        if instructions != self.instructions.toPlainText():
            self.instructions.setPlainText(instructions)
        self._sampling = sampling
        self._show_sampling()
        self._is_filling = False

    def _show_sampling(self) -> None:
        was_filling, self._is_filling = self._is_filling, True
        chosen = self._sampling.chosen
        self._fill(self.creativity, TEMPERATURES, chosen.get("temperature"), self._creativity_words())
        length = chosen.get("n_predict")
        self._fill(self.length, LENGTHS, None if length == -1 else length, self._length_words())
        for row in self.rows.values():
            row.show_value(chosen)
        self._is_filling = was_filling

    def _fill(self, box: ChoiceBox, values: tuple[float, ...], value: float | None, words: list[str]) -> None:
        box.clear()
        box.addItems(words)
        if value is None:
            box.setCurrentIndex(0)
        elif value in values:
            box.setCurrentIndex(values.index(value) + 1)
        else:
            box.addItem(self.locale().toString(value))
            box.setCurrentIndex(box.count() - 1)

    def _creativity_words(self) -> list[str]:
        return [
            self.tr("As the model's author recommends"),
            self.tr("Always the same answer"),
            self.tr("Careful"),
            self.tr("Balanced"),
            self.tr("Inventive"),
        ]

    def _length_words(self) -> list[str]:
        return [
            self.tr("As long as it takes"),
            self.tr("A paragraph at most"),
            self.tr("A page at most"),
            self.tr("Some pages at most"),
        ]

    @Slot()
    def store(self) -> None:
        """Tell the instructions now, if they were changed."""
        if self._timer.isActive():
            self._timer.stop()
            self.instructions_changed.emit(self.instructions.toPlainText())

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Keep the instructions when the keyboard goes elsewhere: a question may be sent before the moment is over."""
        if event.type() is QEvent.Type.FocusOut:
            self.store()
        return False

    @Slot()
    def _on_instructions_edited(self) -> None:
        if not self._is_filling:
            self._timer.start()

    @Slot(int)
    def _on_creativity_chosen(self, index: int) -> None:
        if not self._is_filling and 0 <= index <= len(TEMPERATURES):
            self._choose("temperature", TEMPERATURES[index - 1] if index else None)

    @Slot(int)
    def _on_length_chosen(self, index: int) -> None:
        if not self._is_filling and 0 <= index <= len(LENGTHS):
            self._choose("n_predict", LENGTHS[index - 1] if index else None)

    @Slot(str, object)
    def _on_row_chosen(self, name: str, value: object) -> None:
        self._choose(name, value)

    @Slot(str)
    def _on_row_dropped(self, name: str) -> None:
        self._choose(name, None)

    def _choose(self, name: str, value: Any) -> None:
        """Let a parameter have a value here; None: it is left to the model."""
        chosen = {key: one for key, one in self._sampling.chosen.items() if key != name}
        if value is not None:
            chosen[name] = value
        if chosen != self._sampling.chosen:
            self._sampling = SamplingParameters(**chosen)
            self.sampling_changed.emit(self._sampling)
        self._show_sampling()

    @Slot(bool)
    def _on_more_toggled(self, is_on: bool) -> None:
        if is_on and not self.rows:
            self._make_rows()
        self._all.setVisible(is_on)

    def _make_rows(self) -> None:
        layout = self._all.layout()
        assert layout is not None
        for parameter in self._parameters():
            row = ParameterRow(parameter, self._theme)
            row.chosen.connect(self._on_row_chosen)
            row.dropped.connect(self._on_row_dropped)
            layout.addWidget(row)
            self.rows[parameter.name] = row
        self._show_sampling()

    def _parameters(self) -> list[Parameter]:
        """Give what the full view shows, in the order in which it matters."""
        return [
            Parameter(
                "temperature",
                self.tr("Temperature"),
                self.tr("Higher is more surprising; 0 takes the likeliest token."),
                highest=5.0,
            ),
            Parameter("top_k", "top_k", self.tr("Only so many of the likeliest tokens are drawn from; 0: all."), "whole", 0, 1e6),
            Parameter("top_p", "top_p", self.tr("Only the likeliest tokens that make up this share together; 1: all.")),
            Parameter("min_p", "min_p", self.tr("Only tokens at least this likely, compared with the likeliest; 0: all.")),
            Parameter("typical_p", "typical_p", self.tr("Tokens about as surprising as is usual here; 1: off.")),
            Parameter(
                "top_n_sigma",
                "top_n_sigma",
                self.tr("Tokens at most so many deviations below the likeliest; -1: off."),
                "number",
                -1,
                100,
            ),
            Parameter("xtc_probability", "xtc_probability", self.tr("How often the likeliest tokens are left out; 0: off.")),
            Parameter("xtc_threshold", "xtc_threshold", self.tr("What counts as likely for that; above 0.5: off.")),
            Parameter("repeat_penalty", "repeat_penalty", self.tr("Holds back what came lately; 1: off."), "number", 0.01, 10),
            Parameter("repeat_last_n", "repeat_last_n", self.tr("How many tokens back it looks; -1: all."), "whole", -1, _LARGE),
            Parameter("presence_penalty", "presence_penalty", self.tr("Holds back what came at all; 0: off."), "number", -2, 2),
            Parameter("frequency_penalty", "frequency_penalty", self.tr("Holds back what came often; 0: off."), "number", -2, 2),
            Parameter("dry_multiplier", "dry_multiplier", self.tr("Holds back whole repetitions; 0: off."), "number", 0, 100),
            Parameter("mirostat", "mirostat", self.tr("Steers the surprise by itself: 1 or 2; 0: off."), "whole", 0, 2),
            Parameter(
                "seed",
                self.tr("Seed"),
                self.tr("The same number gives the same answer; -1: another each time."),
                "whole",
                -1,
                2.0**32 - 2,
            ),
            Parameter(
                "n_predict", self.tr("Longest answer"), self.tr("In tokens; -1: until the model ends."), "whole", -1, _LARGE
            ),
            Parameter("stop", self.tr("Stop at"), self.tr("Texts that end the answer; write \\n between several."), "texts"),
            Parameter(
                "json_schema",
                self.tr("JSON schema"),
                self.tr("The answer is JSON that fits this schema; {} for any JSON."),
                "json",
            ),
        ]

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.close_button.set_theme(theme)
        for box in (self.creativity, self.length):
            box.set_theme(theme)
        for row in self.rows.values():
            row.set_theme(theme)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self._heading.setText(self.tr("This conversation"))
        self.close_button.set_words(self.tr("Close"), "Esc")
        words = (self.tr("Instructions"), self.tr("Creativity"), self.tr("Length of answers"))
        parts = (self.instructions, self.creativity, self.length)
        for label, part, text in zip(self._labels, parts, words, strict=True):
            label.setText(text)
            part.setAccessibleName(text)
        self.instructions.setPlaceholderText(
            self.tr("What the model should always keep in mind, for instance: answer in short sentences.")
        )
        self._note.setText(self.tr("This holds from the next answer on, in this conversation only."))
        self.more.setText(self.tr("All parameters"))
        if self.rows:
            for row in self.rows.values():
                row.deleteLater()
            self.rows = {}
            self._make_rows()
        self._show_sampling()
