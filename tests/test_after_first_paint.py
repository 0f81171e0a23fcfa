"""The whole application begins in small turns: what is slow to import is imported by a thread, and no press is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

BEGINS = """
import json, linecache, sys, threading
from desktop_app import after_first_paint, app
from desktop_app.after_first_paint import AfterFirstPaint

window_thread, imported, to_come = threading.get_ident(), [], []
read = after_first_paint._read

def watched_read(names):
    of_qt = [module for name, module in sys.modules.items() if name.startswith("PySide6.Qt") and name != "PySide6.QtTest"]
    to_come.extend(name for module in of_qt for name in dir(module) if name not in vars(module))
    read(names)

run, end, first = AfterFirstPaint.run, AfterFirstPaint._end_beginning, threading.Event()

def watched_run(self):
    run(self)
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    first.set()
    QTest.keyClick(self._window.composer.edit, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(self._window.composer.edit, "typed at once")

def watched_end(self):
    end(self)
    first.clear()
    shown = self._window.centre.page is not None
    sources = [name for name in linecache.cache if "desktop_app" in name]
    of_qt = sorted(name for name in sys.modules if name.startswith("PySide6.Qt"))
    print(json.dumps({"imported": imported, "shown": shown, "typed": self._window.composer.text(), "sources": sources,
                      "to_come": to_come, "of_qt": of_qt}))
    self._window.close()

def note(event, values):
    if event == "import" and first.is_set() and threading.get_ident() == window_thread:
        imported.append(values[0])

sys.addaudithook(note)
AfterFirstPaint.run, AfterFirstPaint._end_beginning = watched_run, watched_end
after_first_paint._read = watched_read
sys.exit(app.main(["--data-dir", sys.argv[1]]))
"""


def begun(tmp_path: Path) -> dict[str, Any]:
    """Give what was found when the application began."""
    done = subprocess.run(
        [sys.executable, "-c", BEGINS, str(tmp_path / "data")],
        cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_what_comes_after_the_first_paint_does_not_stop_the_window(tmp_path: Path) -> None:
    found = begun(tmp_path)

    # Modules of Qt are for this thread alone, see `test_no_thread_makes_a_type_of_qt`; this one takes 5 to 7 ms.
    assert [name for name in found["imported"] if name.startswith(("desktop_app", "PySide6"))] == ["PySide6.QtNetwork"]
    assert found["typed"] == "typed at once"
    assert found["shown"], "a key was pressed before its page was there"
    assert found["sources"] == [], "the binding reads the source of what is imported after it"


def test_no_thread_makes_a_type_of_qt(tmp_path: Path) -> None:
    found = begun(tmp_path)

    assert found["to_come"] == [], "two threads that make types at once end the process"
    assert set(found["of_qt"]) == {f"PySide6.Qt{name}" for name in ("Core", "Gui", "Widgets", "Network", "Test")}, (
        "QtTest is ours"
    )
