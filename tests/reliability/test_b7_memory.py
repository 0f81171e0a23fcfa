"""B7: memory that is not there. Refused before the load where it can be told, else a smaller way that works.

Loads that are refused before the engine hears of them stand in `tests/services/test_load_plans.py`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.engine.protocol import ChatMessage, LoadAttempt, LoadRequest, ModelLoaded, ModelUnloaded, UnloadRequest
from desktop_app.errors import DecodeFailed, EngineCrashed
from desktop_app.services import engine_watch
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine, EngineState
from desktop_app.services.load_plans import LoadPlans
from desktop_app.services.load_records import LoadRecords
from tests.engine.real_worker import RealWorker
from tests.fakes import refusing_card
from tests.fakes.gguf_file import write_tiny_model

QUESTION = (ChatMessage("user", "the heat"),)
LIMITED = """
import resource
from desktop_app.engine.llama import library
from desktop_app.engine.llama.library import C
real = C.llama_init_from_model
def init(model, settings):
    # From here on only so much more: the weights are in memory, and the cache is asked for.
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    limit = used + {more_bytes}
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    try:
        return real(model, settings)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
C.llama_init_from_model = init
"""


def test_a_cache_that_cannot_be_allocated_gets_smaller(starter_model: Path) -> None:
    """The real library under a real limit: 180 MB are refused, 45 MB are not, and the same process answers."""
    rungs = [LoadParameters(n_ctx=n_ctx, n_gpu_layers=0) for n_ctx in (8192, 4096, 2048)]
    with RealWorker(LIMITED.format(more_bytes=150 << 20)) as worker:
        worker.ready()
        task = worker.new_task()
        worker.send(LoadRequest(task, str(starter_model), rungs[0], tuple(rungs[1:])))
        tried = []
        while not isinstance(event := worker.next(), ModelLoaded):
            tried += [event.index] if isinstance(event, LoadAttempt) else []
        assert event.model.n_ctx < 8192 and tried == list(range(rungs.index(event.model.parameters) + 1))
        assert worker.answer(("user", "Say hello."), n_predict=4)[1].timings.n_predicted == 4


def test_memory_comes_back_when_a_model_leaves(starter_model: Path) -> None:
    with RealWorker() as worker:
        worker.ready()
        process = psutil.Process(worker.process.pid)
        idle = process.memory_info().rss
        for _ in range(2):
            worker.load(starter_model, n_ctx=4096)
            loaded = process.memory_info().rss
            task = worker.new_task()
            worker.send(UnloadRequest(task))
            assert isinstance(worker.final(task), ModelUnloaded)
            assert process.memory_info().rss == pytest.approx(idle, abs=0.05 * loaded)


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path, qtbot: QtBot) -> Iterator[Engine]:
    conversations = Conversations(tmp_path / "hearth.sqlite3")
    made = Engine(refusing_card.command(**request.param))
    trusted = write_tiny_model(tmp_path / "tiny.gguf")
    plans = LoadPlans(LoadRecords(conversations), made, trusted=trusted)
    made.plan_with(plans)
    with qtbot.waitSignal(made.model_loaded, timeout=20_000):
        made.load(trusted)
    yield made
    made.stop()
    plans.close()
    conversations.close()


@pytest.mark.parametrize(
    ("engine", "error"),
    [
        ({"dies": "first_token", "n_before": 3}, EngineCrashed),
        ({"fails": "first_token", "n_before": 3}, DecodeFailed),
    ],
    indirect=["engine"],
    ids=["dies", "fails"],
)
def test_a_card_that_is_lost_in_an_answer_gives_way_to_the_processor(
    engine: Engine, qtbot: QtBot, error: type[Exception]
) -> None:
    assert engine.model is not None and engine.model.n_gpu_layers == 2
    with qtbot.waitSignal(engine.generation_failed, timeout=10_000) as failed:
        engine.generate(QUESTION, SamplingParameters(n_predict=50))
    assert isinstance(failed.args[1], error)
    with qtbot.waitSignal(engine.model_loaded, timeout=20_000) as loaded:
        engine.reload()
    assert (loaded.args[0].n_gpu_layers, loaded.args[0].device_reason) == (0, "failed")
    with qtbot.waitSignal(engine.generation_finished, timeout=10_000):
        engine.generate(QUESTION, SamplingParameters(n_predict=4))
    assert engine.state is EngineState.READY


def test_an_answer_goes_on_after_the_computer_has_slept(
    starter_model: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a suspend does to the engine: it stands still, and then goes on as if nothing had been."""
    monkeypatch.setattr(engine_watch, "PING_INTERVAL_MS", 20)
    engine = Engine()
    try:
        with qtbot.waitSignal(engine.model_loaded, timeout=20_000):
            engine.load(starter_model, LoadParameters(n_ctx=1024, n_threads=1))
        with qtbot.waitSignal(engine.text_generated, timeout=20_000):
            engine.generate((ChatMessage("user", "Tell me a long story."),), SamplingParameters(n_predict=80, seed=1))
        assert engine.pid is not None
        with qtbot.assertNotEmitted(engine.crashed), qtbot.assertNotEmitted(engine.generation_failed):
            os.kill(engine.pid, signal.SIGSTOP)
            qtbot.waitUntil(lambda: engine._watch._n_silent_ticks >= 10)
            with qtbot.waitSignal(engine.generation_finished, timeout=20_000) as finished:
                os.kill(engine.pid, signal.SIGCONT)
        assert finished.args[1].timings.n_predicted == 80
    finally:
        engine.stop()
