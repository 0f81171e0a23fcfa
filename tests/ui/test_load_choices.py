"""The dialog about how a model is loaded: what can be chosen here, and what it would take."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton, QSlider, QSpinBox, QWidget

from desktop_app.engine.gguf import read_header
from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.protocol import ModelInfo
from desktop_app.library.fit import CardMemory, MachineMemory, fit
from desktop_app.library.model_shape import ModelShape, shape_of
from desktop_app.library.remote_shape import read_shape
from desktop_app.ui.dialogs.load_choices import DraftChoice, LoadChoicesDialog, LoadSubject
from desktop_app.ui.theme import Theme
from tests.fakes.gguf_file import header, write_tiny_model
from tests.library.test_fit import MIXTURE, QWEN_4B, SIZE

GB = 10**9
FREE_BYTES, TOTAL_BYTES = 9 * GB, 16 * GB
CARDS = tuple(CardMemory(f"<b>Card</b> {number}", 7 * GB, 8 * GB) for number in range(2))
MODEL = ModelInfo("/m/a.gguf", "A model", "", 10**9, 10**9, 4096, 40_960, 28, 0, "", 4, True)
LARGE = read_shape(io.BytesIO(header(QWEN_4B)), SIZE)
EXPERTS = read_shape(io.BytesIO(header(MIXTURE)), 18 * GB)
LARGE_MODEL = LoadSubject("A large model", 40_960, 36)


@pytest.fixture
def shape(tmp_path: Path) -> ModelShape:
    """Give what a tiny model's memory depends on."""
    return shape_of([read_header(write_tiny_model(tmp_path / "tiny.gguf"))])


@pytest.fixture
def ask(theme: Theme, shape: ModelShape, qtbot: Any) -> Any:
    """Give a function that opens the dialog; what it says comes into `dialog.answers`."""
    parent = QWidget()
    qtbot.addWidget(parent)

    def make(
        *cards: CardMemory,
        chosen: LoadParameters | None = None,
        subject: Any = MODEL,
        of: ModelShape | None = shape,
        free_bytes: int = FREE_BYTES,
        **more: Any,
    ) -> Any:
        plan = (subject, chosen or LoadParameters(), MachineMemory(free_bytes, TOTAL_BYTES, cards), of)
        dialog: Any = LoadChoicesDialog(*plan, theme, parent, **more)
        dialog.answers = []
        dialog.draft_chosen.connect(dialog.answers.append)
        dialog.parameters_chosen.connect(dialog.answers.append)
        dialog.show()
        return dialog

    return make


def said(dialog: Any) -> list[str]:
    """Give what is said of memory, a line for each device."""
    return [line.text() for line in dialog.memory.lines if not line.isHidden()]


def warnings(dialog: Any) -> list[str]:
    return [line.text() for line in dialog.memory.lines if not line.isHidden() and line.property("kind") == "warning"]


def press(dialog: Any, text: str) -> None:
    next(one for one in dialog.findChildren(QPushButton) if one.text() == text).click()


def fields(dialog: Any) -> set[str]:
    return {*dialog.boxes, *dialog.numbers}


def pick(dialog: Any, field: str, value: Any) -> None:
    if field in dialog.numbers:
        dialog.numbers[field].slider.setValue(value)
    else:
        dialog.boxes[field].setCurrentIndex(dialog.boxes[field].findData(value))


def test_without_a_card_nothing_of_cards_is_offered(ask: Any) -> None:
    assert not {"n_gpu_layers", "main_gpu", "split_mode", "offload_kqv", "n_cpu_moe"} & fields(ask())
    assert {"n_gpu_layers", "offload_kqv"} < fields(ask(CARDS[0]))
    assert {"main_gpu", "split_mode"} < fields(ask(*CARDS))


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
        texts.append(said(dialog)[0])
    assert all(text.startswith("Main memory: about ") and text.endswith(" needed, 9.0 GB of 16.0 GB free.") for text in texts)
    assert texts[0] != texts[1]


def test_each_device_is_told_with_what_is_free_there(ask: Any) -> None:
    main, *cards = said(ask(CARDS[0], CARDS[1].replaced(free_bytes=3 * GB), of=LARGE, subject=LARGE_MODEL))
    assert main.endswith(" needed, 9.0 GB of 16.0 GB free.")
    assert [text.partition(" needed, ")[2] for text in cards] == ["7.0 GB of 8.0 GB free.", "3.0 GB of 8.0 GB free."]
    assert cards[0].startswith("<b>Card</b> 0: about ")


def test_a_card_that_is_not_used_and_a_model_nobody_knows_leave_what_is_free(ask: Any) -> None:
    dialog = ask(*CARDS)
    pick(dialog, "n_gpu_layers", 0)
    assert said(dialog)[1:] == ["<b>Card</b> 0: 7.0 GB of 8.0 GB free.", "<b>Card</b> 1: 7.0 GB of 8.0 GB free."]
    assert said(ask(CARDS[0], of=None)) == ["Main memory: 9.0 GB of 16.0 GB free.", "<b>Card</b> 0: 7.0 GB of 8.0 GB free."]


def test_more_than_is_free_warns_and_says_what_would_take_less(ask: Any) -> None:
    full = CARDS[0].replaced(free_bytes=2 * GB)
    dialog = ask(full, of=LARGE, subject=LARGE_MODEL)
    assert warnings(dialog) == []  # as many layers as fit
    pick(dialog, "n_gpu_layers", 37)
    (warning,) = warnings(dialog)
    assert warning.startswith("<b>Card</b> 0: about 3.8 GB needed, 2.0 GB of 8.0 GB free. That is too much, as 1.1 GB stays free")
    pick(dialog, "n_gpu_layers", 0)
    assert warnings(dialog) == []
    dialog.set_memory(MachineMemory(3 * GB, TOTAL_BYTES, (full,)))
    (warning,) = warnings(dialog)
    assert warning.startswith("Main memory: about 3.8 GB needed, 3.0 GB of 16.0 GB free. That is too much")


@pytest.mark.parametrize("free_gb", [3, 4, 5, 6, 7, 8, 9])
@pytest.mark.parametrize("card_gb", [0, 1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("projector_bytes", [0, GB])
def test_it_warns_where_the_library_says_too_large(free_gb: int, card_gb: int, projector_bytes: int, ask: Any) -> None:
    cards = (CARDS[0].replaced(free_bytes=card_gb * GB),) if card_gb else ()
    memory = MachineMemory(free_gb * GB, TOTAL_BYTES, cards)
    verdict = fit(LARGE, LARGE.weights_bytes, 0, memory, projector_bytes=projector_bytes)
    about = {"of": LARGE, "subject": LARGE_MODEL, "free_bytes": free_gb * GB, "projector_bytes": projector_bytes}
    assert bool(warnings(ask(*cards, **about))) == (verdict.grade == "too_big")


def test_context_layers_threads_and_experts_are_chosen_by_a_slider_and_a_field(ask: Any) -> None:
    dialog = ask(CARDS[0], of=EXPERTS, subject=LoadSubject("A mixture", 40_960, 48))
    sliders = {one.accessibleName(): (one.minimum(), one.maximum(), one.singleStep()) for one in dialog.findChildren(QSlider)}
    assert sliders.pop("Threads of the processor")[0] == 1
    assert sliders == {
        "Context": (256, 40_960, 256),
        "Layers on the graphics card": (0, 49, 1),
        "Experts in main memory": (0, 48, 1),
    }
    assert {one.accessibleName() for one in dialog.findChildren(QSpinBox)} == {*sliders, "Threads of the processor"}


def test_every_step_of_the_slider_counts_what_it_takes_within_10_ms(ask: Any) -> None:
    dialog = ask(*CARDS, of=EXPERTS, subject=LoadSubject("A mixture", 40_960, 48))
    took_s, texts = [], set()
    for n_ctx in range(512, 40_960, 4096):
        began = time.thread_time()
        dialog.numbers["n_ctx"].slider.setValue(n_ctx)
        took_s.append(time.thread_time() - began)
        texts.add(said(dialog)[0])
    assert len(texts) > 5
    assert sorted(took_s)[len(took_s) // 2] < 0.010


def test_layers_left_to_hearth_are_shown_as_many_as_fit_now(ask: Any) -> None:
    layers = ask(CARDS[0].replaced(free_bytes=3 * GB), of=LARGE, subject=LARGE_MODEL).numbers["n_gpu_layers"]
    assert layers.automatic.isChecked() and 0 < layers.slider.value() < 37
    dialog = ask(CARDS[0], of=LARGE, subject=LARGE_MODEL)
    layers = dialog.numbers["n_gpu_layers"]
    assert layers.slider.value() == 37
    dialog.set_memory(MachineMemory(FREE_BYTES, TOTAL_BYTES, (CARDS[0].replaced(free_bytes=GB),)))
    assert layers.slider.value() == 0 and layers.value() == -1
    assert ask(CARDS[0], of=None).numbers["n_gpu_layers"].field.text() == ""


def test_a_value_set_by_hand_is_shown_and_kept(ask: Any) -> None:
    dialog = ask(chosen=LoadParameters(n_ctx=5000))
    assert dialog.numbers["n_ctx"].field.text() == "5,000"
    pick(dialog, "n_slots", 2)
    press(dialog, "Use and reload")
    assert dialog.answers == [LoadParameters(n_ctx=5000, n_slots=2)]
