"""How a model is put into memory: everything that can be chosen, and what it would take."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_app.engine.parameters import DEFAULT_N_CTX_MAX, LoadParameters
from desktop_app.engine.protocol import ModelInfo
from desktop_app.library.fit import MachineMemory, load_need
from desktop_app.library.model_shape import ModelShape
from desktop_app.record import Record
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.dialogs.load_memory import LoadMemory
from desktop_app.ui.error_text import file_name
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.choice_box import ChoiceBox
from desktop_app.ui.widgets.labels import PlainLabel
from desktop_app.ui.widgets.number_slider import NumberSlider

_N_CTX_STEP = 256
"""llama.cpp rounds a context up to this."""
_N_CTX_UNKNOWN = 1 << 21
_SLOTS_MAX = 8
_DRAFT = "draft"
"""The one row that is no field of LoadParameters."""


class LoadSubject(Record):
    """What has to be known of a model that is not in memory."""

    name: str
    n_ctx_train: int
    n_layers: int
    n_offloadable: int = 0
    """Layers that a graphics card could hold; 0: one more than `n_layers`."""


class DraftChoice(Record):
    """A small model that may guess for the large one."""

    path: str
    name: str


class _Row(Record):
    """One field of LoadParameters on screen. `choices`: what is read, and the value; without any it is one of `numbers`."""

    field: str
    title: str
    help: str
    choices: tuple[tuple[str, Any], ...] = ()
    numbers: range = range(1)
    left_open: int | None = None
    """The value that leaves a number to Hearth."""
    number: int | None = None
    """What Hearth makes of it then; None: that is not known."""


class LoadChoicesDialog(Dialog):
    """Shows what was chosen for `model`, in memory or not; what nobody chose is left to Hearth and says so.

    `memory`: what there is when the model in memory has left; `shape`: what the model's memory depends on, None when that is
    not known; `projector_bytes`: of the file that lets it see, which the library counts too.
    `drafts`: the models that may guess for it; `draft`: the file of the one that was chosen, "" for none.

    Signals:
        draft_chosen(str): another file, or "" for none; comes before the next.
        parameters_chosen(LoadParameters)
    """

    draft_chosen = Signal(str)
    parameters_chosen = Signal(object)

    def __init__(
        self,
        model: ModelInfo | LoadSubject,
        chosen: LoadParameters,
        memory: MachineMemory,
        shape: ModelShape | None,
        theme: Theme,
        parent: QWidget,
        *,
        projector_bytes: int = 0,
        drafts: Sequence[DraftChoice] = (),
        draft: str = "",
    ) -> None:
        super().__init__("", theme, parent)
        self.set_heading(self.tr("How the model is loaded"))
        self._model, self._chosen, self._shape, self._theme = model, chosen, shape, theme
        self._drafts, self._draft = tuple(drafts), draft
        self._machine, self._projector_bytes = memory, projector_bytes
        self.boxes: dict[str, ChoiceBox] = {}
        self.numbers: dict[str, NumberSlider] = {}
        self.add_text(model.name, "secondary")
        self._add_rows()
        self.memory = LoadMemory()
        self.content.addWidget(self.memory)
        self._reset = self.add_button(self.tr("Leave everything to Hearth"))
        self._reset.clicked.connect(self._on_reset_clicked)
        self.add_button(self.tr("Cancel")).clicked.connect(self.reject)
        is_in_memory = isinstance(model, ModelInfo)
        self._use = self.add_button(self.tr("Use and reload") if is_in_memory else self.tr("Use"), is_primary=True)
        self._use.clicked.connect(self._on_use_clicked)
        self.finish_layout()
        self.ask_for(640, 720)
        self._refresh()

    def parameters(self) -> LoadParameters:
        """Give what is chosen on screen."""
        chosen = {name: box.currentData() for name, box in self.boxes.items() if name != _DRAFT}
        return self._chosen.replaced(**chosen, **{name: number.value() for name, number in self.numbers.items()})

    def set_memory(self, memory: MachineMemory) -> None:
        """Count with what is free now."""
        self._machine = memory
        self._show_memory()

    def draft(self) -> str:
        """Give the file of the model that is to guess, "" for none."""
        return str(self.boxes[_DRAFT].currentData())

    def _add_rows(self) -> None:
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(self._theme.scaled(16))
        grid.setColumnStretch(0, 1)
        for number, row in enumerate(self._rows()):
            self._add_row(grid, number, row)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        self.content.addWidget(area, 1)

    def _add_row(self, grid: QGridLayout, at: int, row: _Row) -> None:
        """Put a box of choices beside the words, or a slider between them."""
        name, help_text = PlainLabel(row.title, "strong"), PlainLabel(row.help, "caption")
        words = QVBoxLayout()
        words.setSpacing(4)
        for label in (name, help_text):
            label.setWordWrap(True)
            words.addWidget(label)
        if row.choices:
            words.addStretch(1)
            grid.addLayout(words, at, 0)
            grid.addWidget(self._add_box(row), at, 1, Qt.AlignmentFlag.AlignTop)
        else:
            words.insertWidget(1, self._add_number(row))
            grid.addLayout(words, at, 0, 1, 2)

    def _add_number(self, row: _Row) -> NumberSlider:
        number = self.numbers[row.field] = NumberSlider(row.title, row.numbers, self._theme, left_open=row.left_open)
        number.describe(row.help)
        number.set_value(getattr(self._chosen, row.field))
        number.show_automatic(row.number)
        number.changed.connect(self._refresh)
        return number

    def _add_box(self, row: _Row) -> ChoiceBox:
        box = self.boxes[row.field] = ChoiceBox(self._theme)
        box.setFixedSize(self._theme.scaled(208), self._theme.row(36))
        box.setAccessibleName(row.title)
        box.setAccessibleDescription(row.help)
        for title, value in row.choices:
            box.addItem(title, value)
        chosen = self._draft if row.field == _DRAFT else getattr(self._chosen, row.field)
        box.setCurrentIndex(self._index_of(box, chosen))
        box.setEnabled(box.count() > 1)
        box.currentIndexChanged.connect(self._refresh)
        return box

    def _index_of(self, box: ChoiceBox, value: Any) -> int:
        index = box.findData(value)
        if index < 0:  # set in the settings file by hand
            box.addItem(file_name(value) if box is self.boxes.get(_DRAFT) else str(value), value)
            index = box.count() - 1
        return index

    def _rows(self) -> list[_Row]:
        rows = [self._context_row()]
        if self._machine.cards:
            rows += self._card_rows()
        kv_types = tuple((name, name) for name in ("f16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0", "bf16", "f32"))
        rows += [
            _Row(
                "type_k", self.tr("Keys in the context"), self.tr("Smaller types take less memory and are less exact."), kv_types
            ),
            _Row("type_v", self.tr("Values in the context"), self.tr("A type smaller than f16 needs flash attention."), kv_types),
            _Row(
                "flash_attn",
                self.tr("Flash attention"),
                self.tr("Less memory for long contexts, where the device can do it."),
                ((self.tr("Automatic"), "auto"), (self.tr("On"), "on"), (self.tr("Off"), "off")),
            ),
            self._threads_row(),
            self._draft_row(),
            _Row(
                "n_slots",
                self.tr("Conversations at once"),
                self.tr("How many are kept in memory and answered side by side; they share the context."),
                tuple((QLocale().toString(number), number) for number in range(1, _SLOTS_MAX + 1)),
            ),
            _Row(
                "use_mmap",
                self.tr("Weights in memory"),
                self.tr("Pages of the file load at once and can be let go; a copy cannot."),
                ((self.tr("Pages of the file"), True), (self.tr("A copy of the file"), False)),
            ),
        ]
        return rows

    def _context_row(self) -> _Row:
        n_most = self._model.n_ctx_train or _N_CTX_UNKNOWN
        numbers = range(_N_CTX_STEP, max(n_most, _N_CTX_STEP) + 1, _N_CTX_STEP)
        text = self.tr("Tokens that the model sees at once. “{model}” was trained for {n}.")
        text = text.format(model=self._model.name, n=QLocale().toString(self._model.n_ctx_train))
        number = min(n_most, DEFAULT_N_CTX_MAX)
        return _Row("n_ctx", self.tr("Context"), text, numbers=numbers, left_open=0, number=number)

    def _threads_row(self) -> _Row:
        numbers = range(1, (os.cpu_count() or 1) + 1)
        text = self.tr("Set to automatic, they leave room for other programs that are busy.")
        number = self._model.n_threads if isinstance(self._model, ModelInfo) and not self._chosen.n_threads else None
        return _Row("n_threads", self.tr("Threads of the processor"), text, numbers=numbers, left_open=0, number=number)

    def _draft_row(self) -> _Row:
        if self._drafts or self._draft:
            text = self.tr("A small model of the same vocabulary guesses ahead: the answer is the same and can come faster.")
        else:
            text = self.tr("A small model of the same vocabulary could guess ahead; there is none here.")
        drafts = tuple((one.name, one.path) for one in self._drafts)
        return _Row(_DRAFT, self.tr("Draft model"), text, ((self.tr("None"), ""), *drafts))

    def _card_rows(self) -> list[_Row]:
        n_layers = self._model.n_offloadable or self._model.n_layers + 1
        rows = [
            _Row(
                "n_gpu_layers",
                self.tr("Layers on the graphics card"),
                self.tr("The rest is computed by the processor."),
                numbers=range(n_layers + 1),
                left_open=-1,
            ),
            _Row(
                "offload_kqv",
                self.tr("Where the context is kept"),
                self.tr("In main memory it leaves room for more layers, and is slower."),
                ((self.tr("With its layers"), True), (self.tr("In main memory"), False)),
            ),
        ]
        if len(self._machine.cards) > 1:
            cards = tuple((card.name, number) for number, card in enumerate(self._machine.cards))
            ways = (
                (self.tr("Whole layers"), "layer"),
                (self.tr("Parts of each layer"), "row"),
                (self.tr("One card only"), "none"),
            )
            rows += [
                _Row("split_mode", self.tr("Several graphics cards"), self.tr("How they share the model."), ways),
                _Row("main_gpu", self.tr("First graphics card"), self.tr("Used alone, or for what is not shared."), cards),
            ]
        if self._shape is not None and self._shape.has_experts:
            numbers = range(self._model.n_layers + 1)
            text = self.tr("Layers whose experts stay in main memory: a large model then fits a small card.")
            rows.append(_Row("n_cpu_moe", self.tr("Experts in main memory"), text, numbers=numbers))
        return rows

    @Slot()
    def _refresh(self) -> None:
        """Say what it would take, and offer only what changes something."""
        parameters, draft = self.parameters(), self.draft()
        self._use.setEnabled(parameters != self._chosen or draft != self._draft)
        self._reset.setEnabled(parameters != LoadParameters() or bool(draft))
        self._show_memory()

    def _show_memory(self) -> None:
        """Count what it takes. Measured for each step of a slider: 1 ms; 4 ms for 94 layers of experts on two cards."""
        if self._shape is None:
            self.memory.show_free(self._machine)
            return
        need = load_need(self._shape, self.parameters(), self._machine, self._projector_bytes)
        self.memory.show_need(need)
        if "n_gpu_layers" in self.numbers:
            self.numbers["n_gpu_layers"].show_automatic(max(0, need.parameters.n_gpu_layers))

    @Slot()
    def _on_reset_clicked(self) -> None:
        for name, value in {**LoadParameters().as_dict(), _DRAFT: ""}.items():
            if name in self.boxes:
                self.boxes[name].setCurrentIndex(self._index_of(self.boxes[name], value))
            elif name in self.numbers:
                self.numbers[name].set_value(value)
        self._refresh()

    @Slot()
    def _on_use_clicked(self) -> None:
        if self.draft() != self._draft:
            self.draft_chosen.emit(self.draft())
        self.parameters_chosen.emit(self.parameters())
        self.accept()
