"""Python's garbage collection in the window's thread alone, when that is about to wait.

Left to itself it runs in whichever thread makes the next object, and what it finds of Qt there is taken apart in a thread
that it does not belong to, which ends the process: with another thread that did nothing but collect, a walk through our
screens crashed at the second window. Where the window waits, nobody waits for the window.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QObject, Slot

N_NEW = 5000
"""Objects more than at the last look that are worth a look, which takes a fifth of a millisecond."""
_N_PASSES = 10
"""After so many of its passes the next older generation is looked through, too, as in Python itself."""
_WHOLE_SHARE = 0.01
"""Looking through everything takes at most so much of the time."""


class Passes:
    """What is looked through, and when."""

    def __init__(self) -> None:
        self._whole_s = self._whole_ended = 0.0

    def collect(self) -> None:
        """Look through what is new, if that is much; now and then through more."""
        n_new, n_young, n_middle = gc.get_count()
        if n_new < N_NEW:
            return
        started = time.perf_counter()
        if n_middle > _N_PASSES and started - self._whole_ended > self._whole_s / _WHOLE_SHARE:
            gc.collect()
            self._whole_ended = time.perf_counter()
            self._whole_s = self._whole_ended - started
        else:
            gc.collect(1 if n_young > _N_PASSES else 0)


class GarbageCollection(QObject):
    """Collects in the thread that made it, and nothing does it anywhere else."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._passes = Passes()
        QAbstractEventDispatcher.instance().aboutToBlock.connect(self._on_about_to_block)

    @Slot()
    def _on_about_to_block(self) -> None:
        self._passes.collect()


def collect_here() -> GarbageCollection:
    """Let garbage be collected from now on, in the thread of the application that there is."""
    application = QCoreApplication.instance()
    assert application is not None
    return application.findChild(GarbageCollection) or GarbageCollection(application)
