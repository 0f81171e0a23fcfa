"""Work that may be long, done on the window's thread a few milliseconds at a time.

For what needs the layout, which belongs to that thread. The work is a generator: it yields wherever it may rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import thread_time

from PySide6.QtCore import QObject, QTimer, Slot

FIRST_S = 0.03
"""Most work is done by then, before the next paint. CPU time: another program that is busy makes nothing come later."""
SLICE_S = 0.008


class Slices(QObject):
    """One piece of work at a time; another takes the place of the one before."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work: Iterator[object] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._on_timeout)

    @property
    def is_busy(self) -> bool:
        """Say whether anything is left to do."""
        return self._work is not None

    def begin(self, work: Iterator[object]) -> None:
        """Do what can be done at once, and the rest between the turns of the event loop."""
        self._work = work
        self._do(FIRST_S)

    def stop(self) -> None:
        """Leave undone what is left."""
        self._work = None
        self._timer.stop()

    def _do(self, duration_s: float) -> None:
        work = self._work
        assert work is not None
        deadline_s = thread_time() + duration_s
        for _ in work:
            if self._work is not work:
                return  # it has been stopped by what it did itself
            if thread_time() > deadline_s:
                self._timer.start()
                return
        if self._work is work:
            self.stop()

    @Slot()
    def _on_timeout(self) -> None:
        if self._work is not None:
            self._do(SLICE_S)
