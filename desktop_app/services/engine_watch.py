"""When to give up on the engine process: it says nothing while it works, gets nowhere, or does not stop when told to.

Knows clocks and task numbers; what is then done is for `services.engine` to say.
"""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

CANCEL_GRACE_MS = 800
"""A cancelled task that has not ended by then ends with its process: Stop works within a second, always."""
PING_INTERVAL_MS = 2000
"""How often a busy engine is asked whether it lives."""
SILENCE_LIMIT_MS = 10_000
"""A busy engine that answers no ping for so long is given up. Its reader thread answers whatever the model does."""
START_LIMIT_MS = 60_000
"""The same for a process that is just starting, from a cold disk beside a virus scanner."""
STANDSTILL_LIMIT_MS = 120_000
"""A busy engine that lives and has nothing to show for so long stands still. A driver that compiles for a card for the
first time may take half a minute; one that waits for a card that hangs waits for ever."""
HANGS_LIMIT_MS = 45_000
"""The same while a task goes on in it that was told to stop: who has stopped it would wait again, and again in vain."""


class EngineWatch(QObject):
    """Watches one process at a time.

    Signals:
        ping_due(): time to ask whether it lives.
        silence_exceeded(waited_ms): it has not been heard for longer than it may take.
        standstill_exceeded(waited_ms): it is heard, but its work has not gone on for longer than it may take.
        cancel_exceeded(): a cancelled task has not ended in time.
    """

    ping_due = Signal()
    silence_exceeded = Signal(int)
    standstill_exceeded = Signal(int)
    cancel_exceeded = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_busy = self._is_starting = False
        self._cancelled: dict[int, float] = {}
        """When each task that was told to stop must have ended, in monotonic seconds; infinite: nobody waits for that."""
        self._n_silent_ticks = 0
        """Pings sent since the process was last heard. Counted, not timed: the window may have stood still itself."""
        self._n_still_ticks = 0
        """Pings sent since its work went on last."""
        self._cancel_timer = QTimer(self, singleShot=True)
        self._cancel_timer.timeout.connect(self._on_cancel_due)
        self._ping_timer = QTimer(self, interval=PING_INTERVAL_MS)
        self._ping_timer.timeout.connect(self._on_ping_due)

    def set_busy(self, is_busy: bool, *, is_starting: bool = False) -> None:
        """Say whether the process has something to do: only then silence counts."""
        self._is_busy, self._is_starting = is_busy, is_starting
        self._watch_or_rest()

    def _watch_or_rest(self) -> None:
        """Count while the process has something to do, and be it what it was told to stop."""
        if not (self._is_busy or self._cancelled):
            self._ping_timer.stop()
        elif not self._ping_timer.isActive():
            self._ping_timer.start()
            self._n_silent_ticks = self._n_still_ticks = 0

    @property
    def still_ms(self) -> int:
        """For how long what it does has not gone on."""
        return self._n_still_ticks * self._ping_timer.interval()

    def hear(self) -> None:
        """Say that the process has said something, or is a new one."""
        self._n_silent_ticks = 0

    def go_on(self) -> None:
        """Say that its work has gone on: what it has said is more than that it lives."""
        self._n_still_ticks = 0

    def expect_end(self, task: int, *, is_waited_for: bool = True) -> None:
        """Say that `task` was told to stop; `is_waited_for`: within `CANCEL_GRACE_MS`."""
        self._cancelled.setdefault(task, time.monotonic() + CANCEL_GRACE_MS / 1000 if is_waited_for else math.inf)
        self._watch_or_rest()
        if is_waited_for and not self._cancel_timer.isActive():
            self._cancel_timer.start(CANCEL_GRACE_MS)

    def is_expected_to_end(self, task: int) -> bool:
        """Tell whether `task` was told to stop and has not ended yet."""
        return task in self._cancelled

    @property
    def overdue(self) -> frozenset[int]:
        """The tasks that were told to stop, and go on though nobody waits for them any more."""
        return frozenset(task for task, end_s in self._cancelled.items() if math.isinf(end_s))

    def end(self, task: int) -> None:
        """Say that `task` has ended, whether it was told to or not: the process has said so, or never had it."""
        self._cancelled.pop(task, None)
        self._watch_or_rest()

    def end_all(self) -> None:
        """Say that the process is gone and every task with it."""
        self._cancelled.clear()
        self._cancel_timer.stop()
        self._watch_or_rest()

    @Slot()
    def _on_ping_due(self) -> None:
        waited_ms = self._n_silent_ticks * self._ping_timer.interval()
        self._n_silent_ticks += 1
        self._n_still_ticks += 1
        if waited_ms >= (START_LIMIT_MS if self._is_starting else SILENCE_LIMIT_MS):
            self.silence_exceeded.emit(waited_ms)
            return
        self.ping_due.emit()
        if self.still_ms >= (HANGS_LIMIT_MS if self.overdue else STANDSTILL_LIMIT_MS):
            self.standstill_exceeded.emit(self.still_ms)

    @Slot()
    def _on_cancel_due(self) -> None:
        now_s = time.monotonic()
        due = [task for task, end_s in self._cancelled.items() if end_s - now_s <= 0.01]
        self._cancelled.update(dict.fromkeys(due, math.inf))
        next_s = min(self._cancelled.values(), default=math.inf)
        if not math.isinf(next_s):
            self._cancel_timer.start(max(1, int((next_s - now_s) * 1000)))
        if due:
            self.cancel_exceeded.emit()
