"""How fast this computer is, learned from its answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.engine.gguf import Header
from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.protocol import Device, GenerationFinished, Timings
from desktop_app.library.fit import MeasuredSpeed
from desktop_app.library.remote_shape import shape_of_start
from desktop_app.services.measured_speeds import MeasuredSpeeds
from desktop_app.services.preferences import Preferences
from tests.fakes.services import FakeEngine, model_info

GIB = 1 << 30
VALUES = {"general.architecture": "llama", "llama.block_count": 9, "llama.embedding_length": 512, "llama.context_length": 4096}
CARD = Device("CUDA0", "A card", "gpu", 8 * GIB, 8 * GIB)


class Answering(FakeEngine):
    """Has a model, and ends answers."""

    def hold(self, size_bytes: int, n_gpu_layers: int = 0) -> None:
        """Have a model of this size in memory."""
        self.shape = shape_of_start(Header(VALUES, {"tokenizer.ggml.tokens": 100}, {}), size_bytes)
        parameters = LoadParameters(n_gpu_layers=n_gpu_layers)
        self.model = model_info(size_bytes=size_bytes, n_gpu_layers=n_gpu_layers, parameters=parameters)

    def answer(self, tokens_per_s: float, n_predicted: int = 101, **others: int) -> None:
        """End an answer."""
        timings = Timings(n_predicted=n_predicted, predicted_ms=(n_predicted - 1) * 1000 / tokens_per_s, **others)
        self.generation_finished.emit(1, GenerationFinished(1, "eos", timings))


@pytest.fixture
def preferences(qtbot: QtBot, tmp_path: Path) -> Iterator[Preferences]:
    preferences = Preferences(tmp_path / "settings.json")
    yield preferences
    preferences.close()


@pytest.fixture
def engine() -> Answering:
    return Answering()


@pytest.fixture
def speeds(engine: Answering, preferences: Preferences) -> MeasuredSpeeds:
    return MeasuredSpeeds(engine, preferences)  # type: ignore[arg-type]


def test_what_one_answer_tells_is_kept(speeds: MeasuredSpeeds, engine: Answering, preferences: Preferences) -> None:
    assert speeds.of_this_machine() == MeasuredSpeed()
    engine.hold(10**9)
    engine.answer(20)
    assert speeds.of_this_machine().processor == pytest.approx(2e10, rel=0.01)
    assert speeds.of_this_machine().card is None
    later = MeasuredSpeeds(engine, preferences)  # type: ignore[arg-type]
    assert later.of_this_machine() == speeds.of_this_machine()


def test_another_machine_with_the_same_settings_is_measured_anew(speeds: MeasuredSpeeds, engine: Answering) -> None:
    engine.hold(10**9)
    engine.answer(20)
    engine.devices = (CARD,)
    assert speeds.of_this_machine() == MeasuredSpeed()
    engine.hold(10**9, n_gpu_layers=10)
    engine.answer(200)
    assert speeds.of_this_machine().card == pytest.approx(2e11, rel=0.01)


def test_a_slow_answer_counts_little_and_a_small_model_nothing(speeds: MeasuredSpeeds, engine: Answering) -> None:
    engine.hold(10**9)
    engine.answer(20)
    engine.answer(10)
    assert speeds.of_this_machine().processor == pytest.approx(1.8e10, rel=0.01)
    engine.answer(30)
    assert speeds.of_this_machine().processor == pytest.approx(3e10, rel=0.01)
    engine.hold(10**8)
    engine.answer(50)
    assert speeds.of_this_machine().processor == pytest.approx(3e10, rel=0.01)
    engine.hold(4 * 10**9)
    engine.answer(4)
    assert speeds.of_this_machine().processor == pytest.approx(1.6e10, rel=0.01)


def test_a_tiny_model_gives_a_hint_and_no_number(speeds: MeasuredSpeeds, engine: Answering) -> None:
    engine.hold(10**8)
    engine.answer(100)
    measured = speeds.of_this_machine()
    assert measured.processor is None and measured.processor_guess == pytest.approx(2e10, rel=0.01)
    engine.hold(10**9)
    engine.answer(12)
    assert speeds.of_this_machine().processor == pytest.approx(1.2e10, rel=0.01)


def test_what_tells_nothing_is_left_out(speeds: MeasuredSpeeds, engine: Answering) -> None:
    engine.answer(20)
    engine.hold(10**9)
    engine.answer(20, n_predicted=5)
    engine.answer(20, n_drafted=40)
    assert speeds.of_this_machine() == MeasuredSpeed()
    engine.devices = (CARD,)
    engine.hold(10**9, n_gpu_layers=4)  # partly here, partly there
    engine.answer(20)
    assert speeds.of_this_machine() == MeasuredSpeed()
