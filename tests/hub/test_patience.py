"""When connections may try again, and how a speed is smoothed."""

from __future__ import annotations

import pytest

from desktop_app.hub import patience as patience_module
from desktop_app.hub.patience import Patience
from desktop_app.hub.speed import Speed


@pytest.fixture
def now_s(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(patience_module.time, "monotonic", lambda: now[0])
    return now


def test_each_attempt_that_brings_nothing_is_followed_by_a_longer_wait(now_s: list[float]) -> None:
    patience, waits = Patience(4), []
    for _ in range(8):
        patience.note_failure(0)
        waits.append(patience.wait_s(0))
        now_s[0] += waits[-1]
        assert patience.wait_s(0) == 0
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    patience.note_progress(0)
    patience.note_failure(0)
    assert patience.wait_s(0) == 1, "anything that comes makes it begin anew"


def test_one_that_fails_does_not_hold_up_the_others(now_s: list[float]) -> None:
    patience = Patience(3)
    patience.note_failure(1)
    patience.note_failure(1)
    assert [patience.wait_s(index) for index in range(3)] == [0, 2, 0] and not patience.is_down


def test_when_all_fail_only_the_first_goes_on_trying(now_s: list[float]) -> None:
    patience = Patience(3)
    for index in range(3):
        patience.note_failure(index)
    assert patience.is_down and patience.retry_s == 1
    assert patience.wait_s(0) == 1 and patience.wait_s(1) is patience.wait_s(2) is None
    patience.note_progress(0)
    assert not patience.is_down and patience.wait_s(1) == 1


def test_what_none_could_try_counts_for_all_of_them(now_s: list[float]) -> None:
    patience = Patience(4)
    patience.note_failure_of_all()
    assert patience.is_down and patience.wait_s(3) is None


def test_nobody_tries_while_the_hub_wants_to_be_left_alone(now_s: list[float]) -> None:
    patience = Patience(2)
    patience.be_quiet(20)
    patience.be_quiet(5)
    assert patience.wait_s(0) == patience.wait_s(1) == patience.retry_s == 20
    patience.try_now()
    assert patience.wait_s(0) == 0 and patience.quiet_s == 0


def test_a_speed_is_the_mean_at_first_and_follows_slowly_later() -> None:
    speed = Speed()
    assert speed.after(500, 0.0) == 0, "what was there has not just come"
    assert speed.after(600, 0.1) == 0, "too soon to say"
    assert speed.after(2500, 2.0) == 1000
    for tenth in range(21, 100):
        last = speed.after(500 + tenth * 100, tenth / 10)
    assert last == pytest.approx(1000)
    assert 900 < speed.after(10_400, 10.3) < 1000, "a moment of silence is no zero"
    assert speed.after(10_400, 40.0) < 5, "a long one is"


def test_a_speed_is_never_negative_when_wrong_bytes_were_deleted() -> None:
    speed = Speed()
    speed.after(0, 0.0)
    speed.after(5000, 5.0)
    assert speed.after(0, 5.1) >= 0 and speed.after(1000, 6.1) > 0
