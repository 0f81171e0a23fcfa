"""Formulas, drawn by a child process: what is known at once, what has to be waited for, what will never be there.

The process is started with the first formula and ended when none was asked for in a while. A formula that takes too
long, or the process with it, is given up: it stays as it was written. Knows lines and time, not what a formula is.
"""

from __future__ import annotations

import itertools
import logging
from collections import OrderedDict, deque

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.formulas.protocol import MAX_LINE_BYTES, MAX_TEX, Drawing, DrawRequest, decode_answer, encode_request
from desktop_app.services.worker_process import WorkerProcess, own_command

log = logging.getLogger(__name__)

TIME_LIMIT_MS = 2_000
"""For one formula; the usual one takes 5 ms, the longest of a textbook 50, beside a model that uses all cores ten times that."""
START_LIMIT_MS = 20_000
_SECOND_LOOK_MS = 100
IDLE_MS = 180_000
"""Without a formula the process ends after this time: it holds 45 MB."""
N_IN_FLIGHT = 8
"""Formulas the process has been given: enough that it never waits for the window."""
N_KEPT = 512
N_KEPT_CHARS = 8_000_000
N_WAITING = 256
N_DEATHS = 5
PAUSE_MS = 60_000
"""After so many deaths nothing is started for so long: an answer made of hostile formulas must not use up a core."""

Formula = tuple[str, bool]
"""TeX without what stands around it, and whether it stands in lines of its own."""


def formula_command() -> tuple[str, list[str]]:
    """Give program and arguments that start this same application as the process that draws."""
    return own_command("formulas")


class Formulas(QObject):
    """All drawings, and the process that makes them.

    Signals:
        drawn(tex, is_display): `drawing` gives it now.
    """

    drawn = Signal(str, bool)

    def __init__(self, command: tuple[str, list[str]] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = command or formula_command()
        self._process: WorkerProcess | None = None
        self._is_ready = False
        self._is_overdue = False
        self._is_refused = False
        """True when the process has said something that no process of ours says: it is not listened to any more."""
        self._known: OrderedDict[Formula, Drawing | None] = OrderedDict()
        self._n_known_chars = 0
        self._waiting: deque[Formula] = deque()
        self._in_flight: OrderedDict[int, Formula] = OrderedDict()
        self._asked: set[Formula] = set()
        self._tasks = itertools.count(1)
        self._n_deaths = 0
        self._is_closed = False
        self._limit_timer = QTimer(self, singleShot=True)
        self._limit_timer.timeout.connect(self._on_overdue)
        self._pause_timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause_timer.timeout.connect(self._on_pause_over)
        self._idle_timer = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle_timer.timeout.connect(self._on_idle)

    @property
    def pid(self) -> int:
        """Process id; 0 when none runs."""
        return self._process.pid if self._process is not None else 0

    @property
    def is_busy(self) -> bool:
        """Say whether there is a formula that may still be drawn."""
        return bool(self._asked)

    def drawing(self, tex: str, is_display: bool) -> Drawing | None:
        """Give a drawing; None when there is none. One that was never asked for is asked for by that: see `drawn`."""
        formula = (tex, is_display)
        if formula in self._known:
            self._known.move_to_end(formula)
            return self._known[formula]
        if formula not in self._asked and tex and len(tex) <= MAX_TEX and not self._is_closed:
            self._asked.add(formula)
            self._waiting.append(formula)
            while len(self._waiting) > N_WAITING:
                self._asked.discard(self._waiting.popleft())
            self._send()
        return None

    def is_awaited(self, tex: str, is_display: bool) -> bool:
        """Say whether a formula was asked for and may still be drawn."""
        return (tex, is_display) in self._asked

    def close(self) -> None:
        """End the process and draw nothing more."""
        self._is_closed = True
        for timer in (self._limit_timer, self._pause_timer, self._idle_timer):
            timer.stop()
        self._waiting.clear()
        self._in_flight.clear()
        self._asked.clear()
        if self._process is not None:
            self._process.stop_and_wait()
            self._process = None

    # -- asking -----------------------------------------------------------------------------------------------------------

    def _send(self) -> None:
        if not self._waiting or self._pause_timer.isActive():
            return
        if self._process is None:
            self._start()
        if not self._is_ready or self._process is None:
            return
        self._idle_timer.stop()
        while self._waiting and len(self._in_flight) < N_IN_FLIGHT:
            formula = self._waiting.popleft()
            task = next(self._tasks)
            self._in_flight[task] = formula
            self._process.send(encode_request(DrawRequest(task, *formula)))
        if not self._limit_timer.isActive():
            self._limit_timer.start(TIME_LIMIT_MS)

    def _start(self) -> None:
        self._is_ready = False
        process = WorkerProcess(*self._command, MAX_LINE_BYTES, self, name="formulas")
        process.line_received.connect(self._on_line)
        process.ended.connect(self._on_ended)
        process.stopped.connect(process.deleteLater)
        self._process = process
        self._limit_timer.start(START_LIMIT_MS)
        process.start()

    @Slot(bytes)
    def _on_line(self, line: bytes) -> None:
        if self._process is None or self.sender() is not self._process or self._is_refused:
            return
        try:
            answer = decode_answer(line)
        except ValueError:
            # A drawing that holds what no drawing of ours does: whoever wrote this is not to be listened to.
            self._is_refused = True
            self._process.abandon("sent something that is no drawing")
            return
        self._is_ready = True
        formula = self._in_flight.pop(answer.task, None)
        self._limit_timer.stop()
        self._is_overdue = False
        if formula is not None:
            self._keep(formula, answer.drawing)
        self._send()
        if self._in_flight:
            self._limit_timer.start(TIME_LIMIT_MS)
        else:
            self._idle_timer.start()

    def _keep(self, formula: Formula, drawing: Drawing | None) -> None:
        self._asked.discard(formula)
        self._known[formula] = drawing
        self._n_known_chars += _n_chars(drawing)
        while len(self._known) > N_KEPT or self._n_known_chars > N_KEPT_CHARS:
            self._n_known_chars -= _n_chars(self._known.popitem(last=False)[1])
        if drawing is not None:
            self.drawn.emit(*formula)

    # -- ends ---------------------------------------------------------------------------------------------------------------

    @Slot()
    def _on_overdue(self) -> None:
        if not self._is_overdue:
            # The window may have stood still itself, and the answer lie in the pipe: one more turn of the event loop.
            self._is_overdue = True
            self._limit_timer.start(_SECOND_LOOK_MS)
        elif self._process is not None:
            self._process.abandon("took too long")

    @Slot(str, str)
    def _on_ended(self, reason: str, _log: str) -> None:
        """The first formula in flight is given up, those behind it get another process."""
        log.info("the process that draws formulas is gone: %s", reason)
        if self._process is not None:
            self._process.deleteLater()
        self._process, self._is_ready = None, False
        self._limit_timer.stop()
        self._is_overdue = self._is_refused = False
        if self._in_flight:
            self._keep(self._in_flight.popitem(last=False)[1], None)
        self._waiting.extendleft(reversed(self._in_flight.values()))
        self._in_flight.clear()
        self._n_deaths += 1
        if self._n_deaths >= N_DEATHS:
            self._pause_timer.start()
        else:
            self._send()

    @Slot()
    def _on_pause_over(self) -> None:
        self._n_deaths = N_DEATHS - 1
        self._send()

    @Slot()
    def _on_idle(self) -> None:
        if self._process is not None and not self._in_flight:
            self._process.stop()
            self._process, self._is_ready = None, False


def _n_chars(drawing: Drawing | None) -> int:
    return len(drawing.svg) if drawing is not None else 0
