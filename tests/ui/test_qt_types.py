"""Types of Qt are all made in the window's thread, a few at a time, before anybody else could make one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

MAKES = """
import json, sys
from PySide6 import QtCore, QtGui
from PySide6.QtCore import QCoreApplication, QObject, QTimer

def n_to_come():
    return sum(name not in vars(module) for module in (QtCore, QtGui) for name in dir(module))

from desktop_app.ui.qt_types import QtTypes
application = QCoreApplication([])
parent, found = QObject(), [n_to_come()]
types = QtTypes(parent)
if sys.argv[1] == "at once":
    types.finish()
    found.append(n_to_come())
looks = QTimer(interval=0)
looks.timeout.connect(lambda: found.append(n_to_come()))
looks.timeout.connect(lambda: application.quit() if not found[-1] and not types._timer.isActive() else None)
looks.start()
QTimer.singleShot(20_000, application.quit)
application.exec()
print(json.dumps(found))
"""


@pytest.mark.parametrize("how", ["in turns", "at once"])
def test_all_are_made(how: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MAKES, how], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True, timeout=60
    )
    found = json.loads(done.stdout)

    assert found[0] > 200 and found[-1] == 0
    assert (len({n for n in found if n}) > 4) == (how == "in turns")
