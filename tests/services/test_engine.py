"""The engine as the window sees it, against a scripted process: every task ends once, Stop always works."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.engine.protocol import ChatMessage
from desktop_app.errors import (
    ContextFull,
    ConversationTooLong,
    EngineCrashed,
    EngineNotResponding,
    EngineStartFailed,
    NoModel,
    NotAModelFile,
)
from desktop_app.services import engine as engine_module
from desktop_app.services import engine_watch
from desktop_app.services.engine import Engine, EngineState
from tests.fakes import engine_worker

QUESTION = (ChatMessage("user", "one two three"),)
MODEL = Path("/models/fake.gguf")


@pytest.fixture
def start(qtbot: QtBot) -> Iterator[Callable[..., Engine]]:
    """Give a function that makes an engine with these options of the fake."""
    made: list[Engine] = []

    def make(*options: str) -> Engine:
        made.append(Engine(engine_worker.command(*options)))
        return made[-1]

    yield make
    for engine in made:
        engine.stop()


def loaded(engine: Engine, qtbot: QtBot) -> Engine:
    with qtbot.waitSignal(engine.model_loaded, timeout=10_000):
        engine.load(MODEL)
    return engine


def test_a_model_is_loaded_and_answers(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start("--words", "4"), qtbot)
    text: list[str] = []
    engine.text_generated.connect(lambda _task, piece: text.append(piece))
    with qtbot.waitSignal(engine.generation_finished) as finished:
        task = engine.generate(QUESTION)
    assert "".join(text) == "w1 w2 w3 w4 "
    assert finished.args[0] == task
    assert finished.args[1].stop == "eos"
    assert engine.state is EngineState.READY


def test_states_are_told_in_order(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = start("--load-s", "0.1")
    states: list[EngineState] = []
    engine.state_changed.connect(states.append)
    loaded(engine, qtbot)
    with qtbot.waitSignal(engine.generation_finished):
        engine.generate(QUESTION)
    expected = [EngineState.STARTING, EngineState.IDLE, EngineState.LOADING, EngineState.READY, EngineState.ANSWERING]
    assert states == [*expected, EngineState.READY]


def test_without_a_model_an_answer_fails_with_that_reason(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = start()
    with qtbot.waitSignal(engine.generation_failed) as failed:
        engine.generate(QUESTION)
    assert failed.args[1] == NoModel()


def test_an_error_of_the_engine_arrives_with_its_fields(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start("--fail", "context"), qtbot)
    with qtbot.waitSignal(engine.generation_failed) as failed:
        engine.generate(QUESTION)
    assert failed.args[1] == ContextFull(n_needed=600, n_ctx=512)
    assert engine.state is EngineState.READY


def test_a_refused_file_leaves_an_engine_that_lives(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = start("--fail", "load")
    with qtbot.waitSignal(engine.load_failed) as failed:
        engine.load(MODEL)
    assert failed.args[0] == NotAModelFile(str(MODEL), "not_gguf")
    assert engine.state is EngineState.IDLE
    assert engine.model is None


def test_cancel_ends_an_answer_and_keeps_what_came(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start("--words", "1000", "--rate", "100"), qtbot)
    task = engine.generate(QUESTION)
    qtbot.waitSignal(engine.text_generated).wait()
    with qtbot.waitSignal(engine.generation_finished) as finished:
        engine.cancel(task)
    assert finished.args[1].stop == "cancelled"


def test_stop_works_within_a_second_on_an_engine_that_ignores_it_and_the_model_comes_back(
    qtbot: QtBot, start: Callable[..., Engine]
) -> None:
    engine = loaded(start("--words", "100000", "--rate", "100", "--ignore-cancel"), qtbot)
    old_pid = engine.pid
    task = engine.generate(QUESTION)
    qtbot.waitSignal(engine.text_generated).wait()
    began = time.monotonic()
    with qtbot.waitSignal(engine.model_loaded, timeout=10_000):
        with qtbot.waitSignal(engine.generation_finished, timeout=2000) as finished:
            engine.cancel(task)
        assert time.monotonic() - began < 1.0 + 0.2
        assert finished.args[1].stop == "cancelled"
    assert engine.pid != old_pid
    qtbot.waitUntil(lambda: not psutil.pid_exists(old_pid))


def test_a_load_is_cancelled_at_any_moment(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = start("--load-s", "60")
    with qtbot.waitSignal(engine.load_progressed, timeout=10_000):
        engine.load(MODEL)
    with qtbot.waitSignal(engine.load_cancelled, timeout=1500):
        engine.cancel_load()
    assert engine.model is None


def test_choosing_another_model_while_one_loads_takes_the_other(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = start("--load-s", "0.5")
    with qtbot.waitSignal(engine.load_progressed, timeout=10_000):
        engine.load(MODEL)
    other = Path("/models/other.gguf")
    with qtbot.waitSignal(engine.model_loaded, timeout=10_000) as signal:
        engine.load(other)
    assert signal.args[0].path == str(other)


def test_choosing_another_model_while_answering_stops_the_answer(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start("--words", "1000", "--rate", "100"), qtbot)
    engine.generate(QUESTION)
    qtbot.waitSignal(engine.text_generated).wait()
    finished: list[str] = []
    engine.generation_finished.connect(lambda _task, event: finished.append(event.stop))
    with qtbot.waitSignal(engine.model_loaded):
        engine.load(Path("/models/other.gguf"))
    assert finished == ["cancelled"]


@pytest.mark.posix("Windows has no signals")
@pytest.mark.parametrize("how", ["SIGKILL", "SIGSEGV", "SIGABRT", "exit0", "mute"])
def test_an_engine_that_dies_fails_its_answer_and_can_be_reloaded(
    qtbot: QtBot, start: Callable[..., Engine], how: str, tmp_path: Path
) -> None:
    engine = loaded(start("--words", "50", "--rate", "200", "--die", how), qtbot)
    failed: list[object] = []
    engine.generation_failed.connect(lambda _task, error: failed.append(error))
    with qtbot.waitSignal(engine.crashed, timeout=3000) as crashed:
        engine.generate(QUESTION)
    assert isinstance(crashed.args[0], EngineCrashed)
    assert failed == [crashed.args[0]]
    assert engine.state is EngineState.CRASHED
    with qtbot.waitSignal(engine.model_loaded, timeout=10_000):
        engine.reload()


@pytest.mark.parametrize("options", [("--die", "exit0"), ("--garbage",)], ids=["ended", "given up"])
def test_an_engine_that_is_gone_has_no_model_and_no_answers_when_it_says_so(
    qtbot: QtBot, start: Callable[..., Engine], options: tuple[str, ...]
) -> None:
    engine = loaded(start("--words", "5000", "--rate", "100", *options), qtbot)
    told: list[tuple[object, ...]] = []
    engine.generation_failed.connect(lambda *_: told.append(("failed", engine.model)))
    engine.state_changed.connect(lambda state: told.append((state, engine.model)))
    with qtbot.waitSignal(engine.crashed, timeout=5000):
        engine.generate(QUESTION)
    assert told[1:] == [("failed", None), (EngineState.CRASHED, None)]


@pytest.mark.parametrize("options", [("--garbage",), ("--huge-line", "3000000")])
def test_an_engine_that_says_what_is_no_message_is_ended(
    qtbot: QtBot, start: Callable[..., Engine], options: tuple[str, ...]
) -> None:
    engine = loaded(start("--words", "5000", "--rate", "100", *options), qtbot)
    with qtbot.waitSignal(engine.crashed, timeout=3000):
        engine.generate(QUESTION)


@pytest.mark.posix("Windows has no signals")
def test_an_engine_that_stands_still_is_given_up(
    qtbot: QtBot, start: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_watch, "SILENCE_LIMIT_MS", 300)
    monkeypatch.setattr(engine_watch, "PING_INTERVAL_MS", 100)
    engine = loaded(start("--words", "50", "--rate", "100", "--die", "SIGSTOP"), qtbot)
    pid = engine.pid
    with qtbot.waitSignal(engine.crashed, timeout=5000) as crashed:
        engine.generate(QUESTION)
    assert isinstance(crashed.args[0], EngineNotResponding)
    qtbot.waitUntil(lambda: not psutil.pid_exists(pid))


def test_a_slow_engine_that_answers_pings_is_not_given_up(
    qtbot: QtBot, start: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_watch, "SILENCE_LIMIT_MS", 400)
    monkeypatch.setattr(engine_watch, "PING_INTERVAL_MS", 100)
    engine = loaded(start("--words", "2", "--rate", "1.5"), qtbot)
    with qtbot.waitSignal(engine.generation_finished, timeout=6000), qtbot.assertNotEmitted(engine.crashed):
        engine.generate(QUESTION)


def test_an_engine_of_another_version_is_refused(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = start("--old-protocol")
    with qtbot.waitSignal(engine.crashed, timeout=10_000) as crashed:
        engine.start()
    assert "protocol" in crashed.args[0].reason


def test_an_engine_that_cannot_be_started_says_which_program(qtbot: QtBot) -> None:
    engine = Engine(("/no/such/program", []))
    with qtbot.waitSignal(engine.crashed) as crashed:
        engine.start()
    assert isinstance(crashed.args[0], EngineStartFailed)
    assert crashed.args[0].program == "/no/such/program"
    engine.stop()


def test_a_foreign_file_leaves_the_model_that_was_there(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start(), qtbot)
    with qtbot.waitSignal(engine.load_failed):
        engine.load(Path("/models/foreign.gguf"))
    assert engine.state is EngineState.READY
    assert engine.model is not None
    assert engine.wanted_path == MODEL


def test_a_model_that_the_engine_refuses_brings_the_one_before_back(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start(), qtbot)
    with qtbot.waitSignals([engine.load_failed, engine.model_loaded]):
        engine.load(Path("/models/refused.gguf"))
    assert engine.model is not None and engine.model.path == str(MODEL)


def test_reload_after_a_file_that_kills_the_engine_takes_the_one_before(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start(), qtbot)
    with qtbot.waitSignal(engine.crashed, timeout=5000):
        engine.load(Path("/models/deadly.gguf"))
    with qtbot.waitSignal(engine.model_loaded, timeout=10_000) as signal:
        engine.reload()
    assert signal.args[0].path == str(MODEL)


def test_a_cancelled_load_brings_the_model_before_back(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start("--load-s", "0.5"), qtbot)
    with qtbot.waitSignal(engine.load_progressed):
        engine.load(Path("/models/other.gguf"))
    with qtbot.waitSignals([engine.load_cancelled, engine.model_loaded], timeout=10_000):
        engine.cancel_load()
    assert engine.model is not None and engine.model.path == str(MODEL)


@pytest.mark.parametrize("third", ["foreign", "refused"])
def test_a_third_model_that_is_no_good_brings_the_first_one_back(qtbot: QtBot, start: Callable[..., Engine], third: str) -> None:
    engine = loaded(start("--load-s", "0.2"), qtbot)
    with qtbot.waitSignal(engine.load_progressed):
        engine.load(Path("/models/other.gguf"))
    with qtbot.waitSignals([engine.load_failed, engine.model_loaded], timeout=10_000):
        engine.load(Path(f"/models/{third}.gguf"))
    assert engine.model is not None and engine.model.path == str(MODEL)
    assert engine.wanted_path == MODEL


def test_a_choice_while_the_first_model_comes_back_does_not_lose_it(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start("--load-s", "0.2"), qtbot)
    engine.load(Path("/models/refused.gguf"))
    with qtbot.waitSignal(engine.load_failed):
        pass
    with qtbot.waitSignal(engine.load_progressed):
        pass  # that of the first model
    with qtbot.waitSignals([engine.load_failed, engine.model_loaded], timeout=10_000):
        engine.load(Path("/models/foreign.gguf"))
    assert engine.model is not None and engine.model.path == str(MODEL)


def test_a_load_that_ignores_its_cancel_ends_with_its_process_and_the_model_before_comes_back(
    qtbot: QtBot, start: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_watch, "CANCEL_GRACE_MS", 50)
    engine = loaded(start("--load-s", "0.4", "--ignore-cancel"), qtbot)
    pid = engine.pid
    with qtbot.waitSignal(engine.load_progressed):
        engine.load(Path("/models/other.gguf"))
    with qtbot.waitSignals([engine.load_cancelled, engine.model_loaded], timeout=10_000):
        engine.cancel_load()
    assert engine.pid != pid
    assert engine.model is not None and engine.model.path == str(MODEL)


def test_reload_after_a_file_that_the_engine_falls_silent_over_takes_the_one_before(
    qtbot: QtBot, start: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_watch, "SILENCE_LIMIT_MS", 300)
    monkeypatch.setattr(engine_watch, "PING_INTERVAL_MS", 100)
    engine = loaded(start(), qtbot)
    with qtbot.waitSignal(engine.crashed, timeout=5000) as crashed:
        engine.load(Path("/models/frozen.gguf"))
    assert isinstance(crashed.args[0], EngineNotResponding)
    with qtbot.waitSignal(engine.model_loaded, timeout=10_000) as signal:
        engine.reload()
    assert signal.args[0].path == str(MODEL)


def test_two_choices_in_a_row_while_answering_kill_no_third_process(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start("--words", "10000", "--rate", "100", "--load-s", "0.3"), qtbot)
    engine.generate(QUESTION)
    qtbot.waitSignal(engine.text_generated).wait()
    finished: list[str] = []
    engine.generation_finished.connect(lambda _task, event: finished.append(event.stop))
    engine.load(Path("/models/a.gguf"))
    engine.load(Path("/models/b.gguf"))
    pid = engine.pid
    with qtbot.waitSignal(engine.model_loaded, timeout=10_000) as signal:
        pass
    assert (Path(signal.args[0].path), finished) == (Path("/models/b.gguf"), ["cancelled"])
    qtbot.wait(engine_watch.CANCEL_GRACE_MS + 200)  # the grace of the answer must not end the new process
    assert engine.pid == pid
    assert engine.state is EngineState.READY


def test_a_window_that_stood_still_does_not_blame_the_engine(
    qtbot: QtBot, start: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_watch, "SILENCE_LIMIT_MS", 400)
    monkeypatch.setattr(engine_watch, "PING_INTERVAL_MS", 100)
    engine = loaded(start("--words", "40", "--rate", "20"), qtbot)
    with qtbot.waitSignal(engine.generation_finished, timeout=6000), qtbot.assertNotEmitted(engine.crashed):
        engine.generate(QUESTION)
        qtbot.waitSignal(engine.text_generated).wait()
        time.sleep(1.0)  # the window's thread is what stands still here


def test_a_conversation_longer_than_a_line_fails_and_the_engine_lives(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start(), qtbot)
    with qtbot.waitSignal(engine.generation_failed) as failed:
        engine.generate((ChatMessage("user", "x" * (17 << 20)),))
    assert isinstance(failed.args[1], ConversationTooLong)
    with qtbot.waitSignal(engine.generation_finished):
        engine.generate(QUESTION)


def test_eject_while_answering_stops_the_answer(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start("--words", "10000", "--rate", "100"), qtbot)
    engine.generate(QUESTION)
    qtbot.waitSignal(engine.text_generated).wait()
    with qtbot.waitSignals([engine.generation_finished, engine.model_unloaded], timeout=3000):
        engine.unload()
    assert engine.model is None


def test_eject_says_that_the_model_is_out_when_an_answer_of_it_ignores_its_end(
    qtbot: QtBot, start: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_watch, "CANCEL_GRACE_MS", 50)
    engine = loaded(start("--words", "10000", "--rate", "100", "--ignore-cancel"), qtbot)
    pid = engine.pid
    with qtbot.waitSignal(engine.text_generated):
        engine.generate(QUESTION)
    with qtbot.waitSignals([engine.generation_finished, engine.model_unloaded], timeout=3000):
        engine.unload()
    qtbot.waitUntil(lambda: engine.state is EngineState.IDLE)
    assert (engine.model, engine.wanted_path, engine.pid == pid) == (None, None, False)


def test_offline_reaches_the_engine() -> None:
    assert engine_module.engine_command(is_offline=True)[1][-1] == "--offline"


def test_eject_takes_the_model_out(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start(), qtbot)
    with qtbot.waitSignal(engine.model_unloaded):
        engine.unload()
    assert engine.model is None
    assert engine.state is EngineState.IDLE


@pytest.mark.parametrize("options", [(), ("--ignore-cancel",)], ids=["cancelled", "too late"])
def test_eject_while_another_model_loads_leaves_none(
    qtbot: QtBot, start: Callable[..., Engine], options: tuple[str, ...]
) -> None:
    engine = loaded(start("--load-s", "0.3", *options), qtbot)
    with qtbot.waitSignal(engine.load_progressed):
        engine.load(Path("/models/other.gguf"))
    signals = [engine.load_cancelled, engine.model_unloaded]
    with qtbot.assertNotEmitted(engine.model_loaded, wait=600), qtbot.waitSignals(signals, timeout=5000):
        engine.unload()
    assert (engine.model, engine.wanted_path, engine.state) == (None, None, EngineState.IDLE)
    assert loaded(engine, qtbot).model is not None


def test_the_end_of_the_window_ends_the_engine(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start(), qtbot)
    pid = engine.pid
    engine.stop()
    assert not psutil.pid_exists(pid)
    assert engine.state is EngineState.STOPPED


def test_the_command_is_this_application_in_another_role() -> None:
    program, arguments = engine_module.engine_command()
    assert program == sys.executable
    assert arguments[-2:] == ["--role", "engine"]


# Work in the background


def test_work_in_the_background_is_no_answering(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start("--words", "4"), qtbot)
    with qtbot.waitSignal(engine.generation_finished) as finished, qtbot.assertNotEmitted(engine.state_changed):
        task = engine.generate(QUESTION, is_background=True)
    assert (finished.args[0], finished.args[1].stop) == (task, "eos")


def test_an_answer_is_asked_for_beside_work_in_the_background(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start("--words", "3", "--rate", "20"), qtbot)
    ends: list[tuple[int, str]] = []
    engine.generation_finished.connect(lambda task, event: ends.append((task, event.stop)))
    with qtbot.waitSignal(engine.text_generated):
        background = engine.generate(QUESTION, is_background=True)
    answer = engine.generate(QUESTION)
    assert engine.state is EngineState.ANSWERING
    qtbot.waitUntil(lambda: len(ends) == 2)
    assert ends == [(background, "eos"), (answer, "eos")]
    assert engine.state is EngineState.READY


@pytest.mark.posix("Windows has no signals")
def test_an_engine_that_stands_still_in_the_background_is_given_up(
    qtbot: QtBot, start: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_watch, "SILENCE_LIMIT_MS", 200)
    monkeypatch.setattr(engine_watch, "PING_INTERVAL_MS", 100)
    engine = loaded(start("--words", "50", "--rate", "100", "--die", "SIGSTOP"), qtbot)
    with qtbot.waitSignal(engine.crashed, timeout=5000) as crashed:
        engine.generate(QUESTION, is_background=True)
    assert isinstance(crashed.args[0], EngineNotResponding)


def test_an_answer_is_continued(qtbot: QtBot, start: Callable[..., Engine]) -> None:
    engine = loaded(start("--words", "2"), qtbot)
    text: list[str] = []
    engine.text_generated.connect(lambda _task, piece: text.append(piece))
    with qtbot.waitSignal(engine.generation_finished):
        engine.generate((*QUESTION, ChatMessage("assistant", "w1 w2 ")), is_continued=True)
    assert "".join(text) == "w3 w4 "
