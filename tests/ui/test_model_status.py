"""The words of the top bar."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from desktop_app.library.model_file import ModelFile
from desktop_app.services.engine import EngineState
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


@pytest.mark.parametrize("state", list(EngineState))
def test_every_state_has_words_beside_its_dot(state: EngineState, services: Any, window: Any) -> None:
    services.engine.become(state, model_info() if state in (EngineState.READY, EngineState.ANSWERING) else None)
    assert all(shown(window)[:2])


def test_the_picker_marks_the_model_and_offers_eject(services: Any, window: Any) -> None:
    services.engine.become(EngineState.READY, model_info())
    menu = window._choice.menu()
    texts = [action.text() for action in menu.actions()]
    assert texts == ["Starter model (tiny)\tQ4_1 · 98 MB", "", "Open file…", "Eject"]
    menu.close()


def test_choosing_a_model_loads_and_remembers_it(services: Any, window: Any) -> None:
    window._choice.use(Path("/m/new.gguf"))
    assert services.engine.calls == [("load", Path("/m/new.gguf"))]
    assert services.preferences.get("last_model") == "", "a file that takes the engine down would do so at every start"
    services.engine.become(EngineState.READY, model_info("/m/new.gguf"))
    assert services.preferences.get("last_model") == "/m/new.gguf"
