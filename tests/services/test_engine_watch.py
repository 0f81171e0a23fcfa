"""When a process is given up: with no clock but the event loop's."""

from __future__ import annotations

import time

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.services import engine_watch
from desktop_app.services.engine_watch import EngineWatch


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value_ms in (("PING_INTERVAL_MS", 10), ("SILENCE_LIMIT_MS", 30), ("START_LIMIT_MS", 60), ("CANCEL_GRACE_MS", 30)):
        monkeypatch.setattr(engine_watch, name, value_ms)


@pytest.mark.parametrize(("is_starting", "n_pings"), [(False, 3), (True, 6)])
def test_silence_is_counted_in_pings(qtbot: QtBot, is_starting: bool, n_pings: int) -> None:
    watch = EngineWatch()
    pings: list[int] = []
    watch.ping_due.connect(lambda: pings.append(0))
    with qtbot.waitSignal(watch.silence_exceeded) as silence:
        watch.set_busy(True, is_starting=is_starting)
    assert silence.args == [n_pings * 10]
    assert len(pings) == n_pings


def test_a_process_that_is_heard_is_asked_on_and_on(qtbot: QtBot) -> None:
    watch = EngineWatch()
    watch.ping_due.connect(watch.hear)
    with qtbot.waitSignals([watch.ping_due] * 8), qtbot.assertNotEmitted(watch.silence_exceeded):
        watch.set_busy(True)


def test_a_process_that_lives_and_does_not_go_on_is_noticed(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_watch, "STANDSTILL_LIMIT_MS", 60)
    watch = EngineWatch()
    watch.ping_due.connect(watch.hear)
    with qtbot.waitSignal(watch.standstill_exceeded) as still:
        watch.set_busy(True)
    assert (still.args, watch.still_ms) == ([60], 60)
    watch.ping_due.connect(watch.go_on)
    with qtbot.waitSignals([watch.ping_due] * 10), qtbot.assertNotEmitted(watch.standstill_exceeded):
        pass


def test_who_was_idle_has_not_stood_still(qtbot: QtBot) -> None:
    watch = EngineWatch()
    watch.ping_due.connect(watch.hear)
    with qtbot.waitSignals([watch.ping_due] * 4):
        watch.set_busy(True)
    assert watch.still_ms >= 30
    watch.set_busy(False)
    watch.set_busy(True)
    assert watch.still_ms == 0


def test_an_idle_process_may_be_silent(qtbot: QtBot) -> None:
    watch = EngineWatch()
    watch.set_busy(True)
    watch.set_busy(False)
    with qtbot.assertNotEmitted(watch.ping_due, wait=50):
        pass


def test_a_task_that_does_not_end_is_noticed_and_one_that_ends_is_not(qtbot: QtBot) -> None:
    watch = EngineWatch()
    for task in (1, 2):
        watch.expect_end(task)
    watch.end(1)
    assert (watch.is_expected_to_end(1), watch.is_expected_to_end(2)) == (False, True)
    with qtbot.waitSignal(watch.cancel_exceeded):
        pass
    watch.end(2)
    with qtbot.assertNotEmitted(watch.cancel_exceeded, wait=60):
        pass


def test_each_task_has_its_own_time(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    watch = EngineWatch()
    watch.expect_end(1)
    now_s += 0.02
    watch.expect_end(2)
    watch.end(1)
    now_s += 0.019
    with qtbot.assertNotEmitted(watch.cancel_exceeded):
        watch._on_cancel_due()
    now_s += 0.01
    with qtbot.waitSignal(watch.cancel_exceeded):
        watch._on_cancel_due()


def test_what_was_told_to_stop_is_watched_on_and_stands_still_sooner(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_watch, "HANGS_LIMIT_MS", 100)
    watch = EngineWatch()
    watch.ping_due.connect(watch.hear)
    watch.set_busy(True)
    with qtbot.waitSignal(watch.cancel_exceeded):
        watch.expect_end(1)
    assert watch.overdue == {1}
    with qtbot.waitSignal(watch.standstill_exceeded) as still:
        for is_busy in (False, True, False):
            watch.set_busy(is_busy)  # somebody asks on, and gives up
    assert still.args == [100], "it has stood still since before it was told"
    watch.end(1)
    with qtbot.assertNotEmitted(watch.ping_due, wait=50):
        pass


def test_what_is_to_stop_in_its_own_time_is_watched_and_not_waited_for(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_watch, "HANGS_LIMIT_MS", 100)
    watch = EngineWatch()
    watch.ping_due.connect(watch.hear)
    with qtbot.waitSignal(watch.standstill_exceeded), qtbot.assertNotEmitted(watch.cancel_exceeded):
        watch.expect_end(1, is_waited_for=False)
    watch.end_all()
    with qtbot.assertNotEmitted(watch.ping_due, wait=50):
        pass


def test_a_process_that_is_gone_has_no_tasks(qtbot: QtBot) -> None:
    watch = EngineWatch()
    watch.expect_end(1)
    watch.end_all()
    assert not watch.is_expected_to_end(1)
    with qtbot.assertNotEmitted(watch.cancel_exceeded, wait=60):
        pass
