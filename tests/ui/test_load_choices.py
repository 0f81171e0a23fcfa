"""The dialog about how a model is loaded: what can be chosen here, and what it would take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.engine.gguf import read_header
from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.protocol import Device, ModelInfo
from desktop_app.library.model_shape import ModelShape, shape_of
from desktop_app.ui.dialogs.load_choices import DraftChoice, LoadChoicesDialog, LoadSubject
from desktop_app.ui.theme import Theme
from tests.fakes.gguf_file import write_tiny_model

CPU = Device("CPU", "A processor", "cpu", 16 << 30, 9 << 30)
CARDS = tuple(Device(f"CUDA{number}", f"<b>Card</b> {number}", "gpu", 8 << 30, 7 << 30) for number in range(2))
MODEL = ModelInfo("/m/a.gguf", "A model", "", 10**9, 10**9, 4096, 40_960, 28, 0, "", 4, True)


@pytest.fixture
def shape(tmp_path: Path) -> ModelShape:
    """Give what a tiny model's memory depends on."""
    return shape_of([read_header(write_tiny_model(tmp_path / "tiny.gguf"))])


@pytest.fixture
def ask(theme: Theme, shape: ModelShape, qtbot: Any) -> Any:
    """Give a function that opens the dialog; what it says comes into `dialog.answers`."""
    parent = QWidget()
    qtbot.addWidget(parent)

    def make(*cards: Device, chosen: LoadParameters | None = None, subject: Any = MODEL, **drafts: Any) -> Any:
        plan = (subject, chosen or LoadParameters(), (CPU, *cards), shape)
        dialog: Any = LoadChoicesDialog(*plan, theme, parent, **drafts)
        dialog.answers = []
        dialog.draft_chosen.connect(dialog.answers.append)
        dialog.parameters_chosen.connect(dialog.answers.append)
        dialog.show()
        return dialog

    return make


def press(dialog: Any, text: str) -> None:
    next(one for one in dialog.findChildren(QPushButton) if one.text() == text).click()


def pick(dialog: Any, field: str, value: Any) -> None:
    dialog.boxes[field].setCurrentIndex(dialog.boxes[field].findData(value))


def test_without_a_card_nothing_of_cards_is_offered(ask: Any) -> None:
    assert not {"n_gpu_layers", "main_gpu", "split_mode", "offload_kqv", "n_cpu_moe"} & set(ask().boxes)
    assert {"n_gpu_layers", "offload_kqv"} < set(ask(CARDS[0]).boxes)
    assert {"main_gpu", "split_mode"} < set(ask(*CARDS).boxes)


def test_what_is_chosen_is_said_and_the_rest_stays_left_to_us(ask: Any) -> None:
    dialog = ask(*CARDS)
    for field, value in (("n_ctx", 16_384), ("n_gpu_layers", 7), ("type_k", "q8_0"), ("main_gpu", 1), ("use_mmap", False)):
        pick(dialog, field, value)
    press(dialog, "Use and reload")
    assert dialog.answers == [LoadParameters(n_ctx=16_384, n_gpu_layers=7, type_k="q8_0", main_gpu=1, use_mmap=False)]


def test_nothing_changed_is_nothing_to_use(ask: Any) -> None:
    dialog = ask(chosen=LoadParameters(n_threads=3))
    assert not dialog._use.isEnabled()
    press(dialog, "Leave everything to Hearth")
    assert dialog._use.isEnabled()
    press(dialog, "Use and reload")
    assert dialog.answers == [LoadParameters()]


def test_a_draft_model_is_chosen_from_those_that_fit(ask: Any) -> None:
    assert not ask().boxes["draft"].isEnabled()
    dialog = ask(drafts=[DraftChoice("/m/small.gguf", "Small")])
    pick(dialog, "draft", "/m/small.gguf")
    press(dialog, "Use and reload")
    assert dialog.answers == ["/m/small.gguf", LoadParameters()]


def test_a_draft_model_is_taken_back_with_everything_else(ask: Any) -> None:
    dialog = ask(draft="/m/gone.gguf")
    assert dialog.boxes["draft"].currentText() == "gone.gguf"
    assert not dialog._use.isEnabled()
    press(dialog, "Leave everything to Hearth")
    press(dialog, "Use and reload")
    assert dialog.answers == ["", LoadParameters()]


def test_a_model_that_is_not_in_memory_is_not_loaded_by_this(ask: Any) -> None:
    dialog = ask(subject=LoadSubject("A model", 40_960, 28))
    pick(dialog, "n_slots", 2)
    press(dialog, "Use")
    assert dialog.answers == [LoadParameters(n_slots=2)]


def test_what_it_would_take_follows_the_choice(ask: Any) -> None:
    dialog = ask()
    texts = []
    for n_ctx in (2048, 40_960):
        pick(dialog, "n_ctx", n_ctx)
        texts.append(dialog.memory.text())
    assert all(text.startswith("It would take about ") and "17.2 GB (main memory)" in text for text in texts)
    assert texts[0] != texts[1]


def test_a_value_set_by_hand_is_shown_and_kept(ask: Any) -> None:
    dialog = ask(chosen=LoadParameters(n_ctx=5000))
    assert dialog.boxes["n_ctx"].currentText() == "5000"
    pick(dialog, "n_slots", 2)
    press(dialog, "Use and reload")
    assert dialog.answers == [LoadParameters(n_ctx=5000, n_slots=2)]
