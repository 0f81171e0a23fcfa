"""The words of the top bar."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.engine.parameters import LoadParameters
from desktop_app.errors import ContextTooLarge
from desktop_app.library.model_file import ModelFile
from desktop_app.services.engine import EngineState
from desktop_app.ui.model_choice import N_ROWS
from tests.fakes.services import model_info


def shown(window: Any) -> tuple[str, str, str]:
    bar = window.top_bar
    button = bar.button.text() if bar.button.isVisibleTo(window) else ""
    return bar.model_button.text(), bar.words.full_text(), button


def test_a_model_on_the_processor_and_how_fast_it_was(services: Any, window: Any) -> None:
    services.engine.become(EngineState.READY, model_info())
    assert shown(window) == ("Starter model (tiny)", "Processor, 2 threads", "")
    window.conversation.speed_measured.emit(41.3)
    assert shown(window)[1] == "Processor, 2 threads · 41 tokens/s"


def test_a_model_on_the_graphics_card(services: Any, window: Any) -> None:
    services.library.files.append(ModelFile(Path("/m/q.gguf"), "Qwen3 4B", 1, False, ""))
    services.engine.become(EngineState.READY, model_info("/m/q.gguf", device="Some card", n_gpu_layers=36))
    assert shown(window) == ("Qwen3 4B", "Graphics card, 36 of 36 layers", "")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("chosen", "Processor, as you chose"),
        ("no_backend", "Processor, because this version has no graphics support"),
        ("no_card", "Processor, because no graphics card was found"),
        ("too_little_memory", "Processor, because the graphics card has too little free memory"),
        ("failed", "Processor, because the graphics card or its driver failed"),
    ],
)
def test_a_model_on_the_processor_says_why(services: Any, window: Any, reason: str, words: str) -> None:
    services.engine.become(EngineState.READY, model_info(device_reason=reason))
    assert shown(window)[1] == words


def test_layers_are_counted_with_the_output_layer(services: Any, window: Any) -> None:
    services.engine.become(EngineState.READY, model_info(device="Some card", n_gpu_layers=33, n_offloadable=33, n_layers=32))
    assert shown(window)[1] == "Graphics card, 33 of 33 layers"


@pytest.mark.parametrize(
    ("n_on_card", "n_cpu_moe", "words"),
    [
        (49, 30, "Graphics card, 49 of 49 layers, the experts of 30 of them in main memory"),
        (49, 99, "Graphics card, 49 of 49 layers, the experts of 48 of them in main memory"),
        (40, 30, "Graphics card, 40 of 49 layers, the experts of 21 of them in main memory"),
        (10, 30, "Graphics card, 10 of 49 layers"),
    ],
)
def test_experts_in_main_memory_are_no_layers_on_the_card(
    services: Any, window: Any, n_on_card: int, n_cpu_moe: int, words: str
) -> None:
    parameters = LoadParameters(n_gpu_layers=n_on_card, n_cpu_moe=n_cpu_moe)
    mixture = model_info(device="A card", n_gpu_layers=n_on_card, n_offloadable=49, n_layers=48, parameters=parameters)
    services.engine.become(EngineState.READY, mixture)
    assert shown(window)[1] == words
    services.engine.shape = SimpleNamespace(has_experts=False)
    services.engine.become(EngineState.READY, mixture)
    assert "experts" not in shown(window)[1]


def test_a_card_that_failed_is_told_in_one_sentence(services: Any, window: Any) -> None:
    services.engine.stepped_down.emit(model_info(device_reason="failed"))
    assert "“Starter model (tiny)”" in window.notices.sentences()[-1] and "processor" in window.notices.sentences()[-1]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"n_gpu_layers": 24}, "24 of 33 layers on the graphics card."),
        ({"n_ctx": 4096}, "a context of 4,096 tokens."),
        ({"type_k": "q8_0", "type_v": "q8_0"}, "a KV cache of type q8_0."),
        ({"n_gpu_layers": 16, "n_ctx": 4096}, "16 of 33 layers on the graphics card and a context of 4,096 tokens."),
        ({"n_gpu_layers": 16, "type_k": "q8_0"}, "16 of 33 layers on the graphics card and a KV cache of type q8_0."),
        ({"n_ctx": 2048, "type_k": "q8_0"}, "a context of 2,048 tokens and a KV cache of type q8_0."),
        (
            {"n_gpu_layers": 16, "n_ctx": 2048, "type_k": "q8_0"},
            "16 of 33 layers on the graphics card, a context of 2,048 tokens and a KV cache of type q8_0.",
        ),
    ],
)
def test_what_is_smaller_than_it_was_meant_to_be_is_named(services: Any, window: Any, found: dict[str, Any], words: str) -> None:
    services.engine.meant = LoadParameters(n_gpu_layers=33, n_ctx=8192)
    parameters = services.engine.meant.replaced(**found)
    model = model_info(
        device="Card", n_gpu_layers=parameters.n_gpu_layers, n_offloadable=33, n_ctx=parameters.n_ctx, parameters=parameters
    )
    services.engine.stepped_down.emit(model)
    assert window.notices.sentences()[-1].partition(" was loaded with ")[2] == words


def test_a_card_that_failed_can_be_tried_again_where_that_is_said(services: Any, window: Any, qtbot: Any) -> None:
    services.engine.become(EngineState.READY, model_info(device_reason="failed"))
    assert (shown(window)[2], window.top_bar.button.toolTip()) == ("Try again", "<qt>Try the graphics card again</qt>")
    qtbot.mouseClick(window.top_bar.button, Qt.MouseButton.LeftButton)
    assert services.engine.calls[-1] == ("try_card_again",)
    services.engine.stepped_down.emit(model_info(device_reason="failed"))
    window.notices._bars[-1]._action.click()
    assert services.engine.calls.count(("try_card_again",)) == 2
    services.engine.stepped_down.emit(model_info(device_reason="too_little_memory"))
    assert "too little free memory" in window.notices.sentences()[-1]
    # With the model on the card what was said is no longer true.
    services.engine.become(EngineState.READY, model_info(device="Some card", n_gpu_layers=36))
    assert (window.notices.sentences(), shown(window)[2]) == ([], "")


@pytest.mark.parametrize(("reason", "is_offered"), [("failed", True), ("too_little_memory", True), ("chosen", False)])
def test_the_picker_offers_to_try_the_card_again(services: Any, window: Any, reason: str, is_offered: bool) -> None:
    services.engine.become(EngineState.READY, model_info(device_reason=reason))
    menu = window._choice.menu()
    found = [action for action in menu.actions() if action.text() == "Try the graphics card again"]
    assert bool(found) == is_offered
    for action in found:
        action.trigger()
        assert services.engine.calls[-1] == ("try_card_again",)
    menu.close()


def test_a_context_that_is_too_large_has_a_button_that_makes_it_smaller(services: Any, window: Any, qtbot: Any) -> None:
    error = ContextTooLarge("/models/big.gguf", 1 << 20, 4096)
    services.engine.load_failed.emit(error)
    window._remedies.apply("smaller_context", error)
    assert services.engine.calls[-1] == ("load", Path("/models/big.gguf"), LoadParameters(n_ctx=4096))


def test_loading_shows_how_much_and_can_be_cancelled(services: Any, window: Any, qtbot: Any) -> None:
    services.engine.load(Path("/models/starter.gguf"))
    services.engine.load_progressed.emit(0.43)
    assert shown(window) == ("Starter model (tiny)", "Loading 43 %", "Cancel")
    qtbot.mouseClick(window.top_bar.button, Qt.MouseButton.LeftButton)
    assert services.engine.calls[-1] == ("cancel_load",)


def test_a_stopped_engine_can_be_reloaded(services: Any, window: Any, qtbot: Any) -> None:
    services.engine.wanted_path = Path("/models/starter.gguf")
    services.engine.become(EngineState.CRASHED)
    assert shown(window) == ("Starter model (tiny)", "Stopped", "Reload")
    qtbot.mouseClick(window.top_bar.button, Qt.MouseButton.LeftButton)
    assert services.engine.calls[-1] == ("reload",)


def test_no_model_is_said_and_offered(services: Any, window: Any) -> None:
    services.engine.become(EngineState.IDLE)
    assert shown(window)[:2] == ("Choose a model", "No model is loaded")
    assert window.empty_state._button.isVisibleTo(window)
    card = QWidget()
    window.empty_state.set_card(card)
    assert not window.empty_state._button.isVisibleTo(window)  # the card has ways to a model of its own
    window.empty_state.set_card(None)
    assert window.empty_state._button.isVisibleTo(window)


@pytest.mark.parametrize("state", list(EngineState))
def test_every_state_has_words_beside_its_dot(state: EngineState, services: Any, window: Any) -> None:
    services.engine.become(state, model_info() if state in (EngineState.READY, EngineState.ANSWERING) else None)
    assert all(shown(window)[:2])


def test_the_picker_marks_the_model_and_offers_eject(services: Any, window: Any) -> None:
    services.engine.become(EngineState.READY, model_info())
    menu = window._choice.menu()
    texts = [action.text() for action in menu.actions()]
    assert texts[:4] == ["Starter model (tiny)\tQ4_1 · 98 MB", "", "All models…", "Open file…"]
    assert texts[4:] == ["", "Chat template…", "How it is loaded…", "Eject when unused", "Eject"]
    menu.close()


def test_what_is_in_memory_counts_the_model_that_guesses(services: Any, window: Any) -> None:
    sizes = {"weights_bytes": 1_000_000_000, "kv_bytes": 200_000_000, "compute_bytes": 100_000_000, "draft_bytes": 400_000_000}
    services.engine.become(EngineState.READY, model_info(**sizes))
    menu = window._choice.menu()
    assert [action.text() for action in menu.actions() if action.text().startswith("In memory")] == ["In memory\t1.7 GB"]
    menu.close()


def test_of_many_models_the_picker_offers_those_in_use_and_leads_to_all(services: Any, window: Any, qtbot: QtBot) -> None:
    files = [ModelFile(Path(f"/models/{number:02}.gguf"), f"Model {number:02}", 1_000_000) for number in range(30)]
    services.library.have(*files, ModelFile(Path("/models/broken.gguf"), "Broken", 5, problem="truncated"))
    services.library.notes.put(files[20].path, is_favourite=True)
    services.library.notes.put(files[25].path, used_ms=1)
    services.engine.become(EngineState.READY, model_info(str(files[29].path)))
    menu = window._choice.menu()
    names = [action.text().partition("\t")[0] for action in menu.actions() if action.data()]
    assert len(names) == N_ROWS
    assert {"Starter model (tiny)", "Model 20", "Model 25", "Model 29"} < set(names)
    assert names[1:] == sorted(names[1:])
    with qtbot.waitSignal(window.actions_.show_models.triggered):
        next(action for action in menu.actions() if action.text() == "All models…").trigger()
    menu.close()


def test_the_time_after_which_a_model_leaves_is_chosen_in_the_picker(services: Any, window: Any) -> None:
    services.engine.become(EngineState.READY, model_info())
    menu = window._choice.menu()
    times = next(action.menu() for action in menu.actions() if action.menu() is not None)
    assert [(action.text(), action.isChecked()) for action in times.actions()] == [
        ("Never", False),
        ("After 15 minutes", False),
        ("After 60 minutes", True),
        ("After 240 minutes", False),
    ]
    times.actions()[1].trigger()
    assert services.preferences.get("idle_unload_minutes") == 15
    menu.close()


def test_a_model_that_rests_says_how_it_comes_back(services: Any, window: Any) -> None:
    services.engine.wanted_path = Path("/m/starter.gguf")
    services.engine.become(EngineState.IDLE)
    assert shown(window)[1] == "Not in memory; your next message loads it"


def test_a_long_load_says_how_long_it_takes(services: Any, window: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("desktop_app.ui.model_status.time.monotonic", lambda: now)
    services.engine.become(EngineState.LOADING)
    now = 110.0
    services.engine.load_progressed.emit(0.25)
    assert shown(window)[1] == "Loading 25 %, 30 seconds left"


def test_choosing_a_model_loads_and_remembers_it(services: Any, window: Any) -> None:
    window._choice.use(Path("/m/new.gguf"))
    assert services.engine.calls == [("load", Path("/m/new.gguf"))]
    assert services.preferences.get("last_model") == "", "a file that takes the engine down would do so at every start"
    services.engine.become(EngineState.READY, model_info("/m/new.gguf"))
    assert services.preferences.get("last_model") == "/m/new.gguf"
