"""B7: memory that is not there. Refused before the load where it can be told, else a smaller way that works.

Loads that are refused before the engine hears of them stand in `tests/services/test_load_plans.py`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalEmittedError

from desktop_app.chat.message import Message, MessageState
from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.engine.protocol import (
    FINAL,
    ChatMessage,
    Failed,
    LoadAttempt,
    LoadRequest,
    ModelLoaded,
    ModelUnloaded,
    UnloadRequest,
)
from desktop_app.errors import DecodeFailed
from desktop_app.services import engine_watch
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine, EngineState
from desktop_app.services.generation import Generation
from desktop_app.services.load_plans import LoadPlans
from desktop_app.services.load_records import LoadRecords
from tests.engine.real_worker import RealWorker
from tests.fakes import refusing_card
from tests.fakes.gguf_file import write_tiny_model

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


def check_smaller(prelude: str, path: Path) -> None:
    """See that of a cache for 8192 tokens one of half the size comes, or of a quarter, and that the same process answers."""
    rungs = [LoadParameters(n_ctx=n_ctx, n_gpu_layers=0) for n_ctx in (8192, 4096, 2048)]
    with RealWorker(prelude) as worker:
        worker.ready()
        task = worker.new_task()
        worker.send(LoadRequest(task, str(path), rungs[0], tuple(rungs[1:])))
        tried = []
        while not isinstance(event := worker.next(), FINAL):
            tried += [event.index] if isinstance(event, LoadAttempt) else []
        assert isinstance(event, ModelLoaded), event
        assert event.model.n_ctx < 8192 and tried == list(range(rungs.index(event.model.parameters) + 1))
        assert worker.answer(("user", "Say hello."), n_predict=4)[1].timings.n_predicted == 4


def check_given_back(prelude: str, path: Path, n_rounds: int) -> None:
    """See that a model that leaves gives its memory back, each time."""
    with RealWorker(prelude) as worker:
        worker.ready()
        process = psutil.Process(worker.process.pid)
        idle = process.memory_info().rss
        for _ in range(n_rounds):
            worker.load(path, n_ctx=4096)
            loaded = process.memory_info().rss
            task = worker.new_task()
            worker.send(UnloadRequest(task))
            assert isinstance(worker.final(task), ModelUnloaded)
            left = process.memory_info().rss
            assert left == pytest.approx(idle, abs=0.05 * loaded), "the memory has not come back"


@pytest.mark.linux("only Linux keeps to this limit")
def test_a_cache_that_cannot_be_allocated_gets_smaller(starter_model: Path) -> None:
    """The real library under a real limit: 180 MB are refused, 45 MB are not."""
    check_smaller(LIMITED.format(more_bytes=150 << 20), starter_model)


def test_memory_comes_back_when_a_model_leaves(starter_model: Path) -> None:
    check_given_back("", starter_model, 2)


class Desk:
    """A model on a scripted card, and conversations that it answers."""

    wait_ms = 20_000
    """For an answer."""

    def __init__(self, folder: Path, qtbot: QtBot, **script: object) -> None:
        self.conversations = Conversations(folder / "hearth.sqlite3")
        self.engine = Engine(refusing_card.command(**script))
        self.generation = Generation(self.conversations, self.engine)
        self.generation.sample_by(lambda _: SamplingParameters(n_predict=12, temperature=0.0))
        trusted = write_tiny_model(folder / "tiny.gguf")
        self.plans = LoadPlans(LoadRecords(self.conversations), self.engine, trusted=trusted)
        self.engine.plan_with(self.plans)
        self._qtbot = qtbot
        with qtbot.waitSignal(self.engine.model_loaded, timeout=20_000):
            self.engine.load(trusted)

    def ask(self) -> Message:
        """Ask a question and give its whole answer."""
        ended: list[object] = []
        for end in (self.generation.answer_finished, self.generation.answer_failed):
            end.connect(lambda *facts: ended.append(facts))
        asked = self.conversations.ask(None, "the heat", "tiny")
        self._qtbot.waitUntil(lambda: bool(ended), timeout=self.wait_ms)
        assert self.conversations.flush()
        return self.conversations.branch(asked)[-1]

    def close(self) -> None:
        """End what runs."""
        self.generation.close()
        self.engine.stop()
        self.plans.close()
        self.conversations.close()


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Iterator[Callable[..., Desk]]:
    """Give a function that makes a desk whose card has this script."""
    made: list[Desk] = []

    def make(**script: object) -> Desk:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Desk(folder, qtbot, **script))
        return made[-1]

    yield make
    for one in made:
        one.close()


def check_card_lost(room: Desk, qtbot: QtBot, n_before: int) -> None:
    """See that an answer in which the card is lost behind `n_before` tokens goes on, told once, on the processor."""
    assert room.engine.model is not None and room.engine.model.n_gpu_layers == 2
    told, text, loaded, kept = [], [], [], []
    room.engine.stepped_down.connect(told.append)
    room.engine.state_changed.connect(lambda state: kept.append("".join(text)) if state is EngineState.STARTING else None)
    room.engine.model_loaded.connect(loaded.append)
    room.generation.text_appended.connect(lambda _conversation, _message, piece: text.append(piece))
    with qtbot.assertNotEmitted(room.generation.answer_failed), qtbot.assertNotEmitted(room.engine.crashed):
        answer = room.ask()
    assert (answer.state, answer.text) == (MessageState.DONE, "".join(text))
    assert len(kept) == 1 and bool(kept[0]) == (n_before > 1)
    assert answer.text.startswith(kept[0]) and len(answer.text) > len(kept[0])
    assert [(model.n_gpu_layers, model.device_reason) for model in loaded] == [(0, "failed")]
    assert told == loaded
    # From then on it is an ordinary model, and the same is not told again.
    assert room.ask().state is MessageState.DONE
    assert (room.engine.state, len(told)) == (EngineState.READY, 1)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an engine that does not go on be noticed in half a second."""
    monkeypatch.setattr(engine_watch, "PING_INTERVAL_MS", 50)
    monkeypatch.setattr(engine_watch, "STANDSTILL_LIMIT_MS", 500)
    monkeypatch.setattr(engine_watch, "HANGS_LIMIT_MS", 400)
    monkeypatch.setattr(engine_watch, "SILENCE_LIMIT_MS", 1 << 30)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("n_before", [1, 6], ids=["first", "later"])
@pytest.mark.parametrize("how", ["dies", "fails", "hangs"])
def test_an_answer_in_which_a_card_is_lost_goes_on_on_the_processor(
    desk: Callable[..., Desk], qtbot: QtBot, how: str, n_before: int
) -> None:
    check_card_lost(desk(**{how: "first_token", "n_before": n_before}), qtbot, n_before)


def test_who_stops_a_card_that_hangs_gets_the_processor(
    desk: Callable[..., Desk], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_watch, "PING_INTERVAL_MS", 20)
    monkeypatch.setattr(engine_watch, "HANGS_LIMIT_MS", 100)
    room = desk(hangs="first_token", n_before=1)
    told: list[object] = []
    room.engine.stepped_down.connect(told.append)
    asked = room.conversations.ask(None, "the heat", "tiny")
    qtbot.waitUntil(lambda: room.engine._watch.still_ms >= 200)
    with (
        qtbot.waitSignal(room.engine.model_loaded, timeout=20_000) as loaded,
        qtbot.waitSignal(room.generation.answer_finished, timeout=5000),
        qtbot.assertNotEmitted(room.engine.crashed),
    ):
        room.generation.stop(asked)
    assert (loaded.args[0].n_gpu_layers, loaded.args[0].device_reason) == (0, "failed")
    assert told == [loaded.args[0]]
    assert room.conversations.flush()
    stats = room.conversations.branch(asked)[-1].stats
    assert stats is not None and stats.stop == "cancelled"


def check_stop_on_card(room: Desk, qtbot: QtBot) -> None:
    """See that Stop is not held up by what a card has begun, and costs nothing."""
    pid = room.engine.pid
    asked = room.conversations.ask(None, "the heat", "tiny")
    qtbot.waitSignal(room.engine.prompt_progressed).wait()
    with qtbot.waitSignal(room.generation.answer_finished, timeout=1000 + engine_watch.CANCEL_GRACE_MS):
        room.generation.stop(asked)
    assert (room.engine.pid, room.engine.state) == (pid, EngineState.READY), "the model was loaded anew"
    assert room.ask().state is MessageState.DONE
    assert room.engine.pid == pid, "the model was loaded anew"
    assert not room.engine._watch.overdue
    assert room.conversations.flush()
    stats = room.conversations.branch(asked)[-1].stats
    assert stats is not None and stats.stop == "cancelled"


def test_a_step_on_a_card_that_is_longer_than_stop_may_take_is_left_to_end(
    desk: Callable[..., Desk], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_watch, "CANCEL_GRACE_MS", 100)
    check_stop_on_card(desk(step_s=0.4), qtbot)


@pytest.fixture
def hanging(desk: Callable[..., Desk], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Callable[[], tuple[Desk, str]]:
    """Give a function that has a question asked of a card that hangs. It is noticed only because somebody is to stop."""
    monkeypatch.setattr(engine_watch, "PING_INTERVAL_MS", 20)
    monkeypatch.setattr(engine_watch, "CANCEL_GRACE_MS", 50)
    monkeypatch.setattr(engine_watch, "HANGS_LIMIT_MS", 600)

    def hang() -> tuple[Desk, str]:
        room = desk(hangs="first_token", n_before=1)
        with qtbot.waitSignal(room.engine.context_fitted):
            asked = room.conversations.ask(None, "the heat", "tiny")
        return room, asked

    return hang


def test_a_card_that_hangs_is_noticed_though_all_that_it_was_asked_has_been_stopped(
    hanging: Callable[[], tuple[Desk, str]], qtbot: QtBot
) -> None:
    room, asked = hanging()
    pid = room.engine.pid
    with qtbot.waitSignal(room.generation.answer_finished, timeout=1000):
        room.generation.stop(asked)
    assert (room.engine.state, room.engine.pid) == (EngineState.READY, pid)
    with (
        qtbot.waitSignal(room.engine.stepped_down, timeout=20_000) as told,
        qtbot.assertNotEmitted(room.engine.crashed),
    ):
        pass
    assert (told.args[0].n_gpu_layers, told.args[0].device_reason) == (0, "failed")
    qtbot.waitUntil(lambda: not psutil.pid_exists(pid))


def test_who_asks_again_and_again_of_a_card_that_hangs_gets_an_answer(
    hanging: Callable[[], tuple[Desk, str]], qtbot: QtBot
) -> None:
    room, asked = hanging()
    for _ in range(2):
        qtbot.wait(100)
        with qtbot.waitSignal(room.generation.answer_finished, timeout=1000):
            room.generation.stop(asked)
        asked = room.conversations.ask(None, "the cold", "tiny")
    with qtbot.waitSignal(room.generation.answer_finished, timeout=20_000), qtbot.assertNotEmitted(room.generation.answer_failed):
        pass
    assert room.conversations.flush()
    assert room.conversations.branch(asked)[-1].text
    assert room.engine.model is not None and room.engine.model.device_reason == "failed"


@pytest.mark.parametrize("is_stopped", [False, True], ids=["answering", "stopped"])
def test_eject_on_a_card_that_hangs_takes_the_model_out_and_loads_none(
    hanging: Callable[[], tuple[Desk, str]], qtbot: QtBot, is_stopped: bool
) -> None:
    room, asked = hanging()
    pid, path = room.engine.pid, Path(room.engine.model.path if room.engine.model else "")
    if is_stopped:
        with qtbot.waitSignal(room.generation.answer_finished, timeout=1000):
            room.generation.stop(asked)
    with (
        qtbot.waitSignal(room.engine.model_unloaded, timeout=5000),
        qtbot.assertNotEmitted(room.engine.crashed),
        qtbot.assertNotEmitted(room.generation.answer_failed),
    ):
        room.engine.unload()
    with qtbot.assertNotEmitted(room.engine.model_loaded, wait=200):
        qtbot.waitUntil(lambda: room.engine.state is EngineState.IDLE, timeout=10_000)
    assert (room.engine.model, room.engine.wanted_path) == (None, None)
    assert not room.generation.is_any_answering()
    qtbot.waitUntil(lambda: not psutil.pid_exists(pid))
    with qtbot.waitSignal(room.engine.stepped_down, timeout=20_000) as told:
        room.engine.load(path)
    assert told.args[0].device_reason == "failed"


@pytest.mark.parametrize("wish", ["another", "eject"])
def test_a_model_that_leaves_in_the_middle_of_a_step_on_a_card_leaves_in_good_order(
    desk: Callable[..., Desk], qtbot: QtBot, tmp_path: Path, wish: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has been read is written then, which an engine that is ended does not do."""
    monkeypatch.setattr(engine_watch, "CANCEL_GRACE_MS", 100)
    room, other = desk(step_s=0.6), write_tiny_model(tmp_path / "other.gguf")
    pid = room.engine.pid
    room.conversations.ask(None, "the heat", "tiny")
    qtbot.waitSignal(room.engine.prompt_progressed).wait()
    left = room.engine.model_loaded if wish == "another" else room.engine.model_unloaded
    with qtbot.waitSignal(left, timeout=20_000), qtbot.waitSignal(room.generation.answer_finished, timeout=1000):
        room.engine.load(other) if wish == "another" else room.engine.unload()
    assert room.engine.pid == pid


def test_a_card_that_hangs_does_not_hold_up_the_next_model(
    hanging: Callable[[], tuple[Desk, str]], qtbot: QtBot, tmp_path: Path
) -> None:
    (room, asked), other = hanging(), write_tiny_model(tmp_path / "other.gguf")
    with qtbot.waitSignal(room.generation.answer_finished, timeout=1000):
        room.generation.stop(asked)
    with qtbot.waitSignal(room.engine.model_loaded, timeout=20_000) as loaded, qtbot.assertNotEmitted(room.engine.crashed):
        room.engine.load(other)
    assert (loaded.args[0].path, loaded.args[0].n_gpu_layers) == (str(other), 2)


def test_of_two_answers_on_a_card_that_hangs_the_one_that_is_not_stopped_goes_on(
    desk: Callable[..., Desk], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_watch, "PING_INTERVAL_MS", 20)
    monkeypatch.setattr(engine_watch, "HANGS_LIMIT_MS", 100)
    room = desk(hangs="first_token", n_before=1)
    stopped, other = (room.conversations.ask(None, text, "tiny") for text in ("the heat", "the cold"))
    qtbot.waitUntil(lambda: len(room.engine._answers) == 2 and room.engine._watch.still_ms >= 200)
    ended: list[str] = []
    room.generation.answer_finished.connect(lambda conversation, *_: ended.append(conversation))
    with qtbot.assertNotEmitted(room.generation.answer_failed):
        room.generation.stop(stopped)
        qtbot.waitUntil(lambda: {stopped, other} <= set(ended), timeout=20_000)
    assert room.conversations.flush()
    assert room.conversations.branch(other)[-1].state is MessageState.DONE
    assert room.engine.model is not None and room.engine.model.n_gpu_layers == 0


def test_a_card_that_was_lost_is_told_of_the_model_that_lost_it(desk: Callable[..., Desk], qtbot: QtBot, tmp_path: Path) -> None:
    room, other = desk(fails="first_token", n_before=1), write_tiny_model(tmp_path / "other.gguf")
    told: list[str] = []
    room.engine.stepped_down.connect(lambda model: told.append(model.path))
    first = room.engine.model.path if room.engine.model else ""
    room.conversations.ask(None, "the heat", "tiny")
    qtbot.waitUntil(lambda: room.engine.state is EngineState.STARTING, timeout=10_000)
    with qtbot.waitSignal(room.engine.model_loaded, timeout=20_000):
        room.engine.load(other)
    assert told == []
    with qtbot.waitSignal(room.engine.stepped_down, timeout=20_000):
        room.engine.load(Path(first))
    assert told == [first]


@pytest.mark.parametrize("n_gpu_layers", [-1, 0], ids=["on the card", "on the processor"])
def test_a_card_that_was_lost_is_not_told_of_where_the_model_is_loaded_as_was_chosen_then(
    hanging: Callable[[], tuple[Desk, str]], qtbot: QtBot, n_gpu_layers: int
) -> None:
    room, asked = hanging()
    path = Path(room.engine.model.path if room.engine.model else "")
    room.generation.stop(asked)
    qtbot.waitUntil(lambda: room.engine.state is EngineState.STARTING, timeout=10_000)
    with qtbot.assertNotEmitted(room.engine.stepped_down), qtbot.waitSignal(room.engine.model_loaded, timeout=20_000) as loaded:
        room.engine.load(path, LoadParameters(n_ctx=128, n_gpu_layers=n_gpu_layers))
    expected = (0, "chosen") if n_gpu_layers == 0 else (2, "")
    assert (loaded.args[0].n_gpu_layers, loaded.args[0].device_reason) == expected


def test_a_card_that_is_slow_and_goes_on_is_left_in_peace(desk: Callable[..., Desk], soon: None) -> None:
    room = desk(step_s=0.15)
    room.generation.sample_by(lambda _: SamplingParameters(n_predict=12, temperature=1.0, seed=1))
    assert room.ask().state is MessageState.DONE
    assert room.engine.model is not None and room.engine.model.n_gpu_layers == 2


@pytest.fixture
def slow_disk(desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Give a desk where the first step reads what the system has taken out of memory, for longer than a card may hang."""
    monkeypatch.setattr(engine_watch, "PING_INTERVAL_MS", 100)
    monkeypatch.setattr(engine_watch, "CANCEL_GRACE_MS", 100)
    for name in ("STANDSTILL_LIMIT_MS", "HANGS_LIMIT_MS"):
        monkeypatch.setattr(engine_watch, name, 1000)
    return desk(pages_s=4.0, n_before=1)


def test_a_step_that_reads_from_a_slow_disk_is_not_the_cards_failure(slow_disk: Desk) -> None:
    pid = slow_disk.engine.pid
    assert slow_disk.ask().state is MessageState.DONE
    assert slow_disk.engine.pid == pid
    assert slow_disk.engine.model is not None and slow_disk.engine.model.n_gpu_layers == 2


def test_who_stops_a_step_that_reads_from_a_slow_disk_keeps_the_model(slow_disk: Desk, qtbot: QtBot) -> None:
    room, pid = slow_disk, slow_disk.engine.pid
    with qtbot.waitSignal(room.engine.context_fitted):
        asked = room.conversations.ask(None, "the heat", "tiny")
    with qtbot.waitSignal(room.generation.answer_finished, timeout=1000 + engine_watch.CANCEL_GRACE_MS):
        room.generation.stop(asked)
    qtbot.waitUntil(lambda: not room.engine._watch.overdue, timeout=10_000)
    assert (room.engine.pid, room.engine.state) == (pid, EngineState.READY)


def test_a_processor_that_takes_long_is_left_in_peace(desk: Callable[..., Desk], qtbot: QtBot) -> None:
    room = desk(has_card=False)
    room.conversations.ask(None, "the heat", "tiny")
    with qtbot.waitSignal(room.generation.answer_finished, timeout=5000), qtbot.assertNotEmitted(room.engine.crashed):
        room.engine._watch.standstill_exceeded.emit(120_000)


def test_a_card_without_room_in_an_answer_is_not_called_broken(desk: Callable[..., Desk]) -> None:
    room = desk(fails="first_token", code=-2, n_before=6)
    assert room.ask().state is MessageState.DONE
    assert room.engine.model is not None and room.engine.model.device_reason == "too_little_memory"


@pytest.mark.posix("Windows has no signals")
@pytest.mark.parametrize("by", ["SIGKILL", "exit"])
def test_an_engine_that_no_fault_has_ended_comes_back_on_the_card(desk: Callable[..., Desk], qtbot: QtBot, by: str) -> None:
    room = desk(dies="first_token", by=by, n_before=6)
    with qtbot.waitSignal(room.engine.crashed, timeout=10_000):
        room.conversations.ask(None, "the heat", "tiny")
    with qtbot.waitSignal(room.engine.model_loaded, timeout=20_000) as loaded:
        room.engine.reload()
    assert (loaded.args[0].n_gpu_layers, loaded.args[0].device_reason) == (2, "")


def test_a_batch_that_nobody_can_compute_is_not_the_cards_fault(desk: Callable[..., Desk], qtbot: QtBot) -> None:
    room = desk(fails="first_token", code=-1, n_before=6)
    with qtbot.waitSignal(room.generation.answer_failed, timeout=10_000) as failed:
        room.conversations.ask(None, "the heat", "tiny")
    assert failed.args[2] == DecodeFailed(-1)
    assert room.engine.model is not None and room.engine.model.n_gpu_layers == 2


def test_an_answer_that_is_stopped_as_the_card_is_lost_stays_stopped(desk: Callable[..., Desk], qtbot: QtBot) -> None:
    room = desk()
    asked = room.conversations.ask(None, "the heat", "tiny")
    qtbot.waitSignal(room.engine.prompt_progressed).wait()
    with qtbot.waitSignal(room.generation.answer_finished, timeout=5000):
        room.generation.stop(asked)
        room.engine._take(Failed(next(iter(room.engine._answers)), DecodeFailed(-3)))
    with qtbot.waitSignal(room.engine.model_loaded, timeout=20_000):
        pass
    assert room.conversations.flush()
    stats = room.conversations.branch(asked)[-1].stats
    assert stats is not None and stats.stop == "cancelled"
    assert not room.generation.is_any_answering()


def check_sleep(qtbot: QtBot, path: Path) -> None:
    """See what a suspend does to the engine: it stands still, and then goes on as if nothing had been."""
    engine, pid = Engine(), None
    try:
        with qtbot.waitSignal(engine.model_loaded, timeout=20_000):
            engine.load(path, LoadParameters(n_ctx=1024, n_threads=1))
        with qtbot.waitSignal(engine.text_generated, timeout=20_000):
            task = engine.generate((ChatMessage("user", "Tell me a long story."),), SamplingParameters(n_predict=80, seed=1))
        pid = engine.pid
        assert pid
        os.kill(pid, signal.SIGSTOP)
        qtbot.waitUntil(lambda: engine._watch._n_silent_ticks >= 10 or engine.state is EngineState.CRASHED)
        assert engine.state is EngineState.ANSWERING, "it was given up"
        with qtbot.waitSignal(engine.generation_finished, timeout=20_000) as finished:
            os.kill(pid, signal.SIGCONT)
        assert finished.args[0] == task and finished.args[1].timings.n_predicted == 80
    finally:
        engine.stop()
        qtbot.waitUntil(lambda: pid is None or not psutil.pid_exists(pid))


@pytest.mark.posix("Windows has no signals")
def test_an_answer_goes_on_after_the_computer_has_slept(
    starter_model: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_watch, "PING_INTERVAL_MS", 20)
    check_sleep(qtbot, starter_model)


# Planted faults


@pytest.mark.linux("only Linux keeps to this limit")
def test_planted_a_ladder_of_one_step_is_seen(starter_model: Path) -> None:
    """Weights and all as in the gate, since the limit is set for them."""
    one_step = """
from desktop_app.engine import loading
whole = loading.Loading.model
def one_step(loading):
    loading._request = loading._request.replaced(ladder=())
    return whole(loading)
loading.Loading.model = one_step
"""
    with pytest.raises(AssertionError, match="ModelLoadFailed"):
        check_smaller(LIMITED.format(more_bytes=150 << 20) + one_step, starter_model)


def test_planted_a_model_that_stays_in_memory_is_seen(starter_model: Path) -> None:
    never_freed = "from desktop_app.engine.llama.library import C\nC.llama_free = C.llama_model_free = lambda _: None"
    with pytest.raises(AssertionError, match="has not come back"):
        check_given_back(never_freed, starter_model, 1)


def test_planted_a_stop_that_costs_the_model_is_seen(
    desk: Callable[..., Desk], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_watch, "CANCEL_GRACE_MS", 100)
    monkeypatch.setattr(engine_watch, "PING_INTERVAL_MS", 20)
    monkeypatch.setattr(engine_watch, "HANGS_LIMIT_MS", -1)
    with pytest.raises(AssertionError, match="loaded anew"):
        check_stop_on_card(desk(step_s=0.4), qtbot)


def test_planted_a_card_that_is_waited_for_for_ever_is_seen(
    desk: Callable[..., Desk], qtbot: QtBot, soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_watch, "STANDSTILL_LIMIT_MS", 1 << 30)
    room = desk(hangs="first_token", n_before=6)
    room.wait_ms = 3000
    with pytest.raises(qtbot.TimeoutError):
        check_card_lost(room, qtbot, 6)


@pytest.mark.parametrize("how", ["dies", "fails"])
def test_planted_a_card_whose_loss_ends_the_answer_is_seen(
    desk: Callable[..., Desk], qtbot: QtBot, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Engine, "_leave_card", lambda *_, **__: False)
    with pytest.raises(SignalEmittedError):
        check_card_lost(desk(**{how: "first_token", "n_before": 6}), qtbot, 6)


def test_planted_a_card_that_is_taken_again_is_seen(
    desk: Callable[..., Desk], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LoadPlans, "card_failed", lambda *_, **__: True)
    with pytest.raises((AssertionError, SignalEmittedError)):
        check_card_lost(desk(dies="first_token", n_before=6), qtbot, 6)


@pytest.mark.posix("Windows has no signals")
def test_planted_an_engine_that_is_given_up_too_soon_is_seen(
    starter_model: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_watch, "PING_INTERVAL_MS", 20)
    monkeypatch.setattr(engine_watch, "SILENCE_LIMIT_MS", 100)
    with pytest.raises(AssertionError, match="given up"):
        check_sleep(qtbot, starter_model)
