"""A driver that ends the process that only looks for cards: the answer comes from the processor, and that is remembered.

The engine is the real process; its graphics card is scripted.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.engine.protocol import NO_CARDS, ChatMessage, ModelInfo
from desktop_app.errors import EngineCrashed
from desktop_app.services import card_trial
from desktop_app.services.card_trial import VALID_S, CardTrial
from desktop_app.services.engine import Engine, EngineState
from desktop_app.services.preferences import Preferences
from tests.fakes import refusing_card
from tests.fakes.gguf_file import write_tiny_model

QUESTION = (ChatMessage("user", "the heat"),)

Start = Callable[..., Engine]


@pytest.fixture
def preferences(tmp_path: Path, qtbot: QtBot) -> Iterator[Preferences]:
    made = Preferences(tmp_path / "settings.json")
    yield made
    made.close()


@pytest.fixture
def start(preferences: Preferences) -> Iterator[Start]:
    """Give a function that makes an engine with such a card, as the application does at each of its starts."""
    engines: list[Engine] = []

    def make(command: tuple[str, list[str]]) -> Engine:
        engines.append(Engine(command))
        engines[-1].try_cards_by(CardTrial(preferences))
        return engines[-1]

    yield make
    for engine in engines:
        engine.stop()


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_tiny_model(tmp_path / "tiny.gguf")


def load(engine: Engine, model: Path, qtbot: QtBot) -> tuple[ModelInfo, int]:
    """Give the model, and how often it was said that it is not as it was meant to be."""
    told: list[ModelInfo] = []
    engine.stepped_down.connect(told.append)
    with qtbot.assertNotEmitted(engine.crashed), qtbot.waitSignal(engine.model_loaded, timeout=20_000) as loaded:
        engine.load(model, LoadParameters(n_gpu_layers=2))
    engine.stepped_down.disconnect(told.append)
    return loaded.args[0], len(told)


@pytest.mark.parametrize("script", [{"dies": "looking"}, {"dies": "waiting", "limit_s": 0.3}], ids=["ends", "holds up"])
def test_a_driver_that_stops_the_start_leads_to_an_answer_on_the_processor(
    start: Start, model: Path, qtbot: QtBot, tmp_path: Path, script: dict[str, object]
) -> None:
    diary = tmp_path / "diary"
    command = refusing_card.command(**script, diary=str(diary))
    engine = start(command)
    info, n_told = load(engine, model, qtbot)
    with qtbot.waitSignal(engine.generation_finished, timeout=10_000):
        engine.generate(QUESTION, SamplingParameters(n_predict=4))
    assert (info.n_gpu_layers, info.device_reason, n_told) == (0, "failed", 1)
    assert diary.read_text("utf-8").split() == ["cards", "none"]
    # Neither the next load nor the next start tries it, or says it, again; but why it is slow can still be read.
    for later in (engine, start(command)):
        info, n_told = load(later, model, qtbot)
        assert (info.device_reason, n_told) == ("failed", 0)
    assert diary.read_text("utf-8").split() == ["cards", "none", "none"]


def test_a_driver_that_was_given_up_is_looked_for_again_when_the_person_wants_it(
    start: Start, model: Path, qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    load(start(refusing_card.command(dies="looking")), model, qtbot)
    diary = tmp_path / "diary"
    engine = start(refusing_card.command(diary=str(diary)))
    assert load(engine, model, qtbot)[0].device_reason == "failed"
    with qtbot.waitSignal(engine.model_loaded, timeout=20_000) as loaded, qtbot.assertNotEmitted(engine.stepped_down):
        engine.try_card_again()
    assert (loaded.args[0].n_gpu_layers, loaded.args[0].device_reason) == (2, "")
    assert diary.read_text("utf-8").split() == ["none", "cards"]
    assert preferences.get("failed_drivers") == []


def test_a_good_driver_is_used_and_nothing_is_remembered(
    start: Start, model: Path, qtbot: QtBot, preferences: Preferences
) -> None:
    info, n_told = load(start(refusing_card.command()), model, qtbot)
    assert (info.n_gpu_layers, info.device_reason, n_told) == (2, "", 0)
    assert preferences.get("failed_drivers") == []


def test_an_engine_that_ends_without_cards_too_is_reported_and_no_card_is_blamed(start: Start, qtbot: QtBot) -> None:
    engine = start((sys.executable, ["-S", "-c", "import os; os.abort()"]))
    states: list[EngineState] = []
    engine.state_changed.connect(states.append)
    with qtbot.waitSignal(engine.crashed, timeout=10_000) as crashed:
        engine.start()
    assert isinstance(crashed.args[0], EngineCrashed)
    assert states[-1] is EngineState.CRASHED


def has_failed(preferences: Preferences) -> CardTrial:
    trial = CardTrial(preferences)
    assert (trial.options, trial.ended_early(), trial.options) == ([], True, [NO_CARDS])
    assert preferences.get("failed_drivers") == []  # nobody knows yet whether it was the card
    assert (trial.worked(), trial.worked()) == (True, False)
    assert CardTrial(preferences).options == [NO_CARDS]
    return trial


def test_a_driver_that_was_replaced_gets_another_chance(preferences: Preferences, tmp_path: Path, monkeypatch) -> None:
    manifest = tmp_path / "card.json"
    manifest.write_text("{}", "utf-8")
    monkeypatch.setenv("VK_DRIVER_FILES", str(manifest))
    has_failed(preferences)
    os.utime(manifest, (1, 1))
    assert CardTrial(preferences).options == []


@pytest.mark.parametrize("name", ["node", "version", "time"])
def test_so_does_another_computer_another_hearth_and_another_week(preferences: Preferences, monkeypatch, name: str) -> None:
    has_failed(preferences)
    match name:
        case "node":
            monkeypatch.setattr(card_trial.platform, "node", lambda: "another")
        case "version":
            monkeypatch.setattr(card_trial, "__version__", "99")
        case "time":
            later = time.time() + VALID_S + 1
            monkeypatch.setattr(card_trial.time, "time", lambda: later)
    assert CardTrial(preferences).options == []


@pytest.mark.parametrize("kept", [["x"], "x", [1, 2], ["x", -1], ["x", True], {"x": 1}])
def test_what_another_program_left_there_is_not_used(preferences: Preferences, kept: object) -> None:
    with pytest.raises(ValueError, match="failed_drivers"):
        preferences.set("failed_drivers", kept)
