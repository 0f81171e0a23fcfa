"""How many threads llama.cpp works with, so that it shares the machine with what else runs there.

llama.cpp's threads wait for each other by spinning, several hundred times a token. While another program holds one of
the cores, every such wait lasts until that program is made to leave it: with two threads on two cores and one busy
process, 1 to 40 tokens/s are left of 110 to 160, and one thread makes 80 to 130. So a thread is taken away as soon as
there is no core for it, and comes back when there has been one for a while.

What is looked at is how much of the processors others use, not our own speed: that changes with the length of the
context, with the number of answers at once, and with what is read or written.
"""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Callable

import psutil

log = logging.getLogger(__name__)

INTERVAL_S = 0.25
"""Work between two looks. The system counts in steps of 1 to 10 ms; a look takes 0.1 ms."""
TOLERATED_DOWN = 0.25
"""Cores that others may take from our threads before one goes. Source: measured, two threads beside a process that
works 0.36 of the time (of which it gets 0.23 while we spin) are as fast as one."""
TOLERATED_UP = 0.15
"""Cores that others may still use of the one that a thread comes back to; the window shows an answer with 0.05 to 0.1."""
N_QUIET = 4
"""Looks in a row that must find a core free before a thread comes back to it."""
N_QUIET_MAX = 64
"""The same when it had to go again soon each time: what comes and goes costs more than it gives."""


PAUSE_S = 5.0
"""After so long without work all threads are tried again: if there is no core for them, that is noticed within one look."""


class OthersLoad:
    """Tells how many cores' worth of time all other processes used since it was asked last."""

    def __init__(self) -> None:
        allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
        self._processors = sorted(allowed)
        self.n_cores = len(self._processors)
        """Processors that this process may run on."""
        self._asked_s, self._others_s = time.perf_counter(), self._read_s()

    def __call__(self) -> float:
        """Give it: 0.0 to `n_cores`. What a virtual machine's host takes away counts as used by others."""
        asked_s, others_s = time.perf_counter(), self._read_s()
        load = (others_s - self._others_s) / max(asked_s - self._asked_s, 1e-6)
        self._asked_s, self._others_s = asked_s, others_s
        return min(max(load, 0.0), float(self.n_cores))

    def _read_s(self) -> float:
        every = psutil.cpu_times(percpu=True)
        busy_s = 0.0
        for number in self._processors:
            if number < len(every):
                times = every[number]
                # A guest's time is in `user` already; waiting for a disk leaves the processor free.
                guests_s = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)
                busy_s += sum(times) - times.idle - getattr(times, "iowait", 0.0) - guests_s
        return busy_s - time.process_time()


class ThreadCount:
    """Sets the number of threads between two calls of `llama_decode`, from 1 to `n_max`."""

    def __init__(
        self,
        n_max: int,
        set_n_threads: Callable[[int], None],
        *,
        follows_load: bool = True,
        others: Callable[[], float] | None = None,
        n_cores: int = 0,
    ) -> None:
        """`others` and `n_cores` are for tests: the load to go by, and of how many processors."""
        self.n_threads = n_max
        self._n_max, self._set_n_threads = n_max, set_n_threads
        self._follows_load = follows_load and n_max > 1
        if others is None and self._follows_load:
            others = measured = OthersLoad()
            n_cores = measured.n_cores
        self._others, self._n_cores = others or float, n_cores
        self._worked_s, self._ended_s = 0.0, time.perf_counter()
        self._n_quiet, self._n_quiet_wanted, self._n_looks_since_up = 0, N_QUIET, N_QUIET_MAX

    def begin(self) -> None:
        """Say that there is work again: what others did in the pause says nothing of now."""
        if self._follows_load:
            self._others()
            self._worked_s = 0.0
            if time.perf_counter() - self._ended_s >= PAUSE_S:
                self._n_quiet = 0
                self._take(self._n_max, self._n_cores)

    def stepped(self, seconds: float) -> None:
        """Say that there was work for so long; this is where the number of threads changes."""
        self._worked_s += seconds
        self._ended_s = time.perf_counter()
        if self._follows_load and self._worked_s >= INTERVAL_S:
            self._worked_s = 0.0
            self._look(self._n_cores - self._others())

    def _look(self, n_free: float) -> None:
        """Take what `n_free` cores, less than whole ones, are good for."""
        self._n_looks_since_up += 1
        if math.floor(n_free + TOLERATED_DOWN) < self.n_threads:
            was_soon = self._n_looks_since_up <= N_QUIET_MAX
            if self.n_threads > 1:
                self._n_quiet_wanted = min(self._n_quiet_wanted * 2, N_QUIET_MAX) if was_soon else N_QUIET
            self._n_quiet = 0
            self._take(max(1, math.floor(n_free + TOLERATED_DOWN)), n_free)
        elif self.n_threads < self._n_max and math.floor(n_free + TOLERATED_UP) > self.n_threads:
            self._n_quiet += 1
            if self._n_quiet >= self._n_quiet_wanted:
                self._n_quiet = self._n_looks_since_up = 0
                self._take(self.n_threads + 1, n_free)
        else:
            self._n_quiet = 0

    def _take(self, n_threads: int, n_free: float) -> None:
        if n_threads != self.n_threads:
            self.n_threads = n_threads
            self._set_n_threads(n_threads)
            log.info("threads: %d of %d, %.2f cores are free", n_threads, self._n_max, n_free)
