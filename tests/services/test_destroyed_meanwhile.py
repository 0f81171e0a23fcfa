"""What other threads have to say to an object that is destroyed at that moment is told to nobody, and harms nobody.

Each in a process of its own: a signal of an object that is being destroyed reads freed memory, and that ends all.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication

from desktop_app.services.hotkey import GlobalHotkey

BEGIN = """
import sys, threading
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QEvent, QObject

sys.setswitchinterval(1e-5)
application = QCoreApplication([])

def destroy_while(begin, n_times):
    for _ in range(n_times):
        owner, go_on = QObject(), threading.Event()
        threads = begin(owner, go_on)
        go_on.set()
        owner.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        application.processEvents()
        for thread in threads:
            thread.join()
    print("still here")

def started(*work):
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    return threads
"""
WRITER = """
from desktop_app.services.writer import DatabaseWriter

class Disk:
    def close(self): pass

def begin(owner, go_on):
    writer = DatabaseWriter(Disk(), owner)
    for _ in range(6):
        writer.post(lambda _: go_on.wait(), lambda _: None)
    writer._queue.put(None)
    return [writer._thread]

destroy_while(begin, 200)
"""
EXPORT = """
from desktop_app.services import export_work
from desktop_app.services.exporting import ExportRun

export_work.TELL_INTERVAL_S = 0

def begin(owner, go_on):
    run = ExportRun(owner)

    def work():
        go_on.wait()
        for number in range(20):
            run.track.step(number, 20)

    return started(work, work)

destroy_while(begin, 200)
"""
SUPPLY = """
from desktop_app.services import formula_supply

formula_supply.PATIENCE_S = formula_supply._WAIT_S = 0.0

class Service:
    def drawing(self, *_): pass
    def is_awaited(self, *_): pass

def begin(owner, go_on):
    supply = formula_supply.FormulaSupply(Service(), owner)

    def work():
        go_on.wait()
        for _ in range(5):
            supply.fetch([("x", False)], lambda: None)

    return started(work, work)

destroy_while(begin, 200)
"""
FILE = """
from desktop_app.errors import DiskFull
from desktop_app.services import file_access

class Disk:
    reading = unchanging = classmethod(lambda cls, path: cls())
    def version(self): return file_access.SCHEMA_VERSION
    def close(self): pass

def opened(path, _):
    if threading.current_thread() is threading.main_thread():
        raise DiskFull(str(path))

file_access._open_for_writing, file_access.Database = opened, Disk

def begin(owner, go_on):
    access = file_access.FileAccess(Path("x"), None, owner)

    def work():
        go_on.wait()
        for _ in range(5):
            access._open_after_all(None)

    return started(work, work)

destroy_while(begin, 200)
"""


@pytest.mark.parametrize("script", [WRITER, EXPORT, SUPPLY, FILE], ids=["writer", "export", "formulas", "file"])
def test_a_thread_that_tells_something_while_its_listener_is_destroyed(script: str) -> None:
    command = [sys.executable, "-c", BEGIN + script]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (ended.returncode, ended.stdout) == (0, "still here\n"), ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_key_that_was_let_go_of_for_good_is_not_touched_again(qapp: QCoreApplication) -> None:
    class Grab:
        def __init__(self) -> None:
            self.calls: list[str] = []

        def __getattr__(self, name: str) -> Any:
            return lambda *_: self.calls.append(name)

    hotkey, grab = GlobalHotkey("offscreen"), Grab()
    hotkey._grab = grab
    hotkey.close()
    hotkey.close()
    hotkey.set_key(None)
    hotkey.bring_to_front(1)

    assert grab.calls == ["close"] and not hotkey.has_key
