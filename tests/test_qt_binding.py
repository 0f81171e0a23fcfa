"""The Qt binding keeps the reference counts of True and None level, so that its version can be moved safely.

Measured: PySide6 6.12.0 on Python 3.11 drops one reference to True at every `Signal.emit()` and aborts after a few
hundred; 6.11.3 is clean. From Python 3.12 on these objects are immortal: a binding made for older ones moves the counts
(by one for every `Signal.emit()`, measured with 6.11.3 on 3.13 and 3.14), and nothing is freed by it. Source: PEP 683.
"""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal

pytestmark = pytest.mark.skipif(sys.version_info >= (3, 12), reason="these objects are immortal, and their counts say nothing")

N_EMITTED = 50
N_CALLS = 500
SLACK = 10
"""The interpreter itself takes and gives back a few references meanwhile; a faulty binding is off by the number of calls."""


class Emitter(QObject):
    """Has a signal of each kind that the application uses."""

    happened = Signal()
    told = Signal(int, str)
    switched = Signal(bool)
    passed = Signal(object)


def test_emitting_signals_keeps_the_references_to_true(qapp) -> None:
    emitter = Emitter()
    received: list[bool] = []
    emitter.switched.connect(lambda value: received.append(bool(value)))
    emitter.passed.connect(lambda _: None)
    before = sys.getrefcount(True)

    for _ in range(N_EMITTED):
        emitter.happened.emit()
        emitter.told.emit(1, "text")
        emitter.passed.emit(None)
    drift = sys.getrefcount(True) - before

    assert abs(drift) < SLACK


def test_emitting_a_boolean_keeps_the_references_to_it(qapp) -> None:
    emitter = Emitter()
    emitter.switched.connect(lambda _: None)
    before = sys.getrefcount(True), sys.getrefcount(False)

    for _ in range(N_EMITTED):
        emitter.switched.emit(True)
        emitter.switched.emit(False)
    drift = sys.getrefcount(True) - before[0], sys.getrefcount(False) - before[1]

    assert max(abs(one) for one in drift) < SLACK


def test_calls_without_a_result_keep_the_references_to_none(qapp) -> None:
    emitter = Emitter()
    before = sys.getrefcount(None)

    for _ in range(N_CALLS):
        emitter.setObjectName("a")
        emitter.blockSignals(False)
    drift = sys.getrefcount(None) - before

    assert abs(drift) < SLACK
