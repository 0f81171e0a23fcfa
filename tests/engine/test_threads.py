"""The number of threads follows what other programs leave of the machine."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import namedtuple

import psutil
import pytest

from desktop_app.engine import threads
from desktop_app.engine.threads import INTERVAL_S, N_QUIET, N_QUIET_MAX, OthersLoad, ThreadCount

Times = namedtuple("Times", "user nice system idle iowait irq softirq steal guest guest_nice")


class Machine:
    """Processors that other programs want `wanted` of; what they get depends on how many of our threads spin there."""

    def __init__(self, n_cores: int, n_threads: int) -> None:
        self.n_cores, self.wanted = n_cores, 0.0
        self.changes: list[int] = []
        self.count = ThreadCount(n_threads, self.changes.append, others=self.others, n_cores=n_cores)

    def others(self) -> float:
        n_free = self.n_cores - self.count.n_threads
        # What does not fit beside us has to share a core with one of our threads, half and half at most.
        beside = min(self.wanted, n_free)
        return beside + min(self.wanted - beside, (self.n_cores - n_free) / 2)

    def work(self, n_looks: int) -> list[int]:
        """Decode for so many looks; give the numbers of threads that were set meanwhile."""
        n_before = len(self.changes)
        for _ in range(n_looks * 5):
            self.count.stepped(INTERVAL_S / 5 + 1e-9)
        return self.changes[n_before:]


def test_on_a_quiet_machine_nothing_changes() -> None:
    machine = Machine(n_cores=2, n_threads=2)
    machine.wanted = 0.1
    assert machine.work(1000) == []
    assert machine.count.n_threads == 2


def test_a_busy_process_takes_one_thread_at_once_and_no_more() -> None:
    machine = Machine(n_cores=2, n_threads=2)
    machine.wanted = 1.0
    assert machine.work(1) == [1]
    assert machine.work(1000) == []


def test_the_last_thread_stays_whatever_the_others_do() -> None:
    machine = Machine(n_cores=2, n_threads=2)
    machine.wanted = 8.0
    assert machine.work(1000) == [1]


def test_the_thread_comes_back_when_it_has_been_quiet_for_a_while() -> None:
    machine = Machine(n_cores=2, n_threads=2)
    machine.wanted = 1.0
    machine.work(10)
    machine.wanted = 0.0
    assert machine.work(N_QUIET - 1) == []
    assert machine.work(1) == [2]


def test_what_others_did_in_a_pause_takes_no_thread() -> None:
    loads = iter([2.0, 0.0])
    changes: list[int] = []
    count = ThreadCount(2, changes.append, others=lambda: next(loads, 0.0), n_cores=2)
    count.begin()
    count.stepped(INTERVAL_S)
    assert changes == []
    assert next(loads, None) is None, "it has looked: at the pause, which does not count, and at the work"


def test_after_a_long_pause_all_threads_are_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(n_cores=2, n_threads=2)
    machine.wanted = 1.0
    machine.work(10)
    machine.count.begin()
    assert machine.count.n_threads == 1, "that was no pause"
    monkeypatch.setattr(threads, "PAUSE_S", 0.0)
    machine.count.begin()
    assert machine.count.n_threads == 2
    assert machine.work(1) == [1]


def test_one_quiet_moment_is_not_enough() -> None:
    machine = Machine(n_cores=2, n_threads=2)
    machine.wanted = 1.0
    machine.work(10)
    for _ in range(20):
        machine.wanted = 0.0
        machine.work(N_QUIET - 1)
        machine.wanted = 1.0
        machine.work(1)
    assert machine.changes == [1]


def test_a_load_near_the_limit_does_not_make_it_swing() -> None:
    for percent in range(0, 200, 5):
        machine = Machine(n_cores=2, n_threads=2)
        machine.wanted = percent / 100
        assert len(machine.work(1000)) <= 1, f"others want {percent} % of a core"


def test_what_comes_and_goes_is_waited_for_longer_each_time() -> None:
    machine = Machine(n_cores=2, n_threads=2)
    waits = []
    for _ in range(8):
        machine.wanted = 1.0
        machine.work(4)
        machine.wanted, n_looks = 0.0, 0
        while machine.count.n_threads == 1:
            machine.work(1)
            n_looks += 1
        waits.append(n_looks)
    assert waits == [N_QUIET, 8, 16, 32, N_QUIET_MAX, N_QUIET_MAX, N_QUIET_MAX, N_QUIET_MAX]
    machine.work(N_QUIET_MAX)
    machine.wanted = 1.0
    machine.work(4)
    machine.wanted = 0.0
    assert machine.work(N_QUIET) == [2], "after a long calm the next one is an ordinary one again"


def test_with_many_cores_others_use_the_free_ones_first() -> None:
    machine = Machine(n_cores=8, n_threads=7)
    machine.wanted = 1.0
    assert machine.work(100) == []
    machine.wanted = 3.0
    assert machine.work(100)[-1] == 5
    machine.wanted = 0.0
    assert machine.work(2 * N_QUIET) == [6, 7]


def test_a_chosen_number_of_threads_is_kept() -> None:
    changes: list[int] = []
    count = ThreadCount(2, changes.append, follows_load=False, others=lambda: 2.0, n_cores=2)
    for _ in range(100):
        count.stepped(INTERVAL_S)
    assert (changes, count.n_threads) == ([], 2)


def test_one_thread_never_looks() -> None:
    def others() -> float:
        raise AssertionError("nothing could follow from it")

    count = ThreadCount(1, lambda n_threads: None, others=others, n_cores=4)
    count.stepped(10 * INTERVAL_S)


def test_our_own_work_and_waiting_for_a_disk_are_no_load(monkeypatch: pytest.MonkeyPatch) -> None:
    own_s, now_s, counters = 100.0, 1000.0, Times(50, 1, 20, 500, 30, 1, 2, 3, 4, 0)
    monkeypatch.setattr(threads.os, "sched_getaffinity", lambda _pid: {1}, raising=False)
    monkeypatch.setattr(threads.time, "process_time", lambda: own_s)
    monkeypatch.setattr(threads.time, "perf_counter", lambda: now_s)
    # The other processor is busy, but nothing of ours may run there.
    monkeypatch.setattr(threads.psutil, "cpu_times", lambda percpu: [Times(now_s, *([0] * 9)), counters])
    load = OthersLoad()
    own_s, now_s = own_s + 0.5, now_s + 2
    counters = Times(50.75, 1, 20, 500.5, 30.25, 1, 2, 3.5, 4.25, 0)
    assert load.n_cores == 1
    # A guest's 0.25 s are part of the 0.75 that programs used; 0.5 were ours.
    assert load() == pytest.approx((0.75 + 0.5 - 0.5) / 2)


def test_a_busy_process_is_seen_on_this_machine() -> None:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as busy:
        process = psutil.Process(busy.pid)
        try:
            load, began_s, before_s = OthersLoad(), time.perf_counter(), process.cpu_times().user
            while process.cpu_times().user - before_s < 0.3:
                pass
            assert load() * (time.perf_counter() - began_s) > 0.2
        finally:
            busy.kill()
