"""A model that nobody uses leaves the memory, and comes back with the next question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.services import idle_unload as idle_unload_module
from desktop_app.services.engine import Engine, EngineState
from desktop_app.services.idle_unload import IdleUnload
from desktop_app.services.preferences import Preferences
from tests.fakes import engine_worker

MODEL = Path("/models/one.gguf")


@pytest.fixture
def make(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], Engine]]:
    """Give a function that makes an engine that rests after so many (very short) minutes, with a model in it."""
    monkeypatch.setattr(idle_unload_module, "_MS_PER_MINUTE", 20)
    engines: list[Engine] = []
    settings: list[Preferences] = []

    def make_engine(minutes: int) -> Engine:
        engine = Engine(engine_worker.command())
        engines.append(engine)
        preferences = Preferences(tmp_path / "settings.json")
        settings.append(preferences)
        preferences.set("idle_unload_minutes", minutes)
        IdleUnload(engine, preferences, engine)
        with qtbot.waitSignal(engine.model_loaded, timeout=10_000):
            engine.load(MODEL)
        return engine

    yield make_engine
    for engine in engines:
        engine.stop()
    for preferences in settings:
        preferences.close()


def test_an_unused_model_leaves_and_is_known_still(make: Callable[[int], Engine], qtbot: QtBot) -> None:
    engine = make(1)
    with qtbot.waitSignal(engine.model_unloaded, timeout=10_000):
        pass
    assert engine.state is EngineState.IDLE
    assert engine.model is None
    assert engine.wanted_path == MODEL
    with qtbot.waitSignal(engine.model_loaded, timeout=10_000):
        engine.reload()


def test_with_no_time_set_it_stays(make: Callable[[int], Engine], qtbot: QtBot) -> None:
    engine = make(0)
    with qtbot.assertNotEmitted(engine.model_unloaded, wait=100):
        pass
    assert engine.state is EngineState.READY
