from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QCoreApplication

from desktop_app.errors import AppError, DiskFull
from desktop_app.services.background import Background


@pytest.fixture
def background(qapp):
    """Give one that is closed after the test."""
    made = Background()
    yield made
    made.close()


def test_the_work_runs_elsewhere_and_its_result_comes_back_here(background: Background, qtbot) -> None:
    results: list[tuple[int, bool]] = []

    background.run(
        threading.get_ident, lambda worker: results.append((worker, threading.current_thread() is threading.main_thread()))
    )

    qtbot.waitUntil(lambda: bool(results))
    assert results[0][0] != threading.get_ident()
    assert results[0][1]


def test_an_app_error_comes_back_as_a_value(background: Background, qtbot) -> None:
    errors: list[AppError] = []

    def fail() -> None:
        raise DiskFull("/somewhere")

    background.run(fail, lambda _: pytest.fail("no result"), errors.append)

    qtbot.waitUntil(lambda: bool(errors))
    assert errors == [DiskFull("/somewhere")]


def test_our_own_mistake_is_logged_and_raised_on_the_windows_thread(background: Background, qtbot, expected_log) -> None:
    expected_log("background work failed: ZeroDivisionError")

    with qtbot.captureExceptions() as raised:
        background.run(lambda: 1 / 0, lambda _: None)
        qtbot.waitUntil(lambda: bool(raised))

    assert raised[0][0] is ZeroDivisionError


def test_close_waits_and_drops_what_comes_too_late(qapp) -> None:
    background = Background()
    begun, go_on = threading.Event(), threading.Event()
    results: list[bool] = []

    def work() -> bool:
        begun.set()
        return go_on.wait(10)

    background.run(work, results.append)
    begun.wait(10)
    go_on.set()
    background.close()
    qapp.processEvents()

    assert results == []
    assert "background" not in {thread.name for thread in threading.enumerate()}


def test_work_that_only_reads_and_is_stuck_is_not_waited_for_at_the_end(qapp: QCoreApplication) -> None:
    goes_on, has_ended = threading.Event(), threading.Event()
    background, told = Background(waits_s=0.01), list[object]()

    def stuck() -> None:
        goes_on.wait(10)
        has_ended.set()

    background.run(stuck, told.append)
    background.close()
    assert not has_ended.is_set()
    goes_on.set()
    assert has_ended.wait(10)
    qapp.processEvents()
    assert told == []


DESTROYED_MEANWHILE = """
import sys, threading
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from desktop_app.services.background import Background

sys.setswitchinterval(1e-5)
application = QCoreApplication([])
for _ in range(400):
    owner, go_on = QObject(), threading.Event()
    background = Background(owner)
    for _ in range(4):
        background.run(go_on.wait, lambda _: sys.exit("told"))
    go_on.set()
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    application.processEvents()
print("still here")
"""


def test_an_owner_that_is_destroyed_while_work_ends_is_told_nothing() -> None:
    """In a process of its own: a signal of an object that is being destroyed reads freed memory, and that ends all."""
    ended = subprocess.run([sys.executable, "-c", DESTROYED_MEANWHILE], capture_output=True, text=True, timeout=60, check=False)

    assert (ended.returncode, ended.stdout) == (0, "still here\n"), ended.stderr
