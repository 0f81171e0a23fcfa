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


PAINTS = """
import json, sys, threading
from PySide6.QtWidgets import QApplication
from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import Message, Role
from desktop_app.exchange.exported import Exported, ExportWords
from desktop_app.ui.qt_types import QtTypes
from desktop_app.ui.transcript.paper.look import paper_theme
from desktop_app.ui.transcript.paper.writing import Paper

def made():
    return {(name, one) for name, module in sys.modules.items() if name.startswith("PySide6.Qt") for one in vars(module)}

def paint():
    before = made()
    size = len(paper.pdf(exported, words, lambda *_: None))
    print(json.dumps({"size": size, "made": sorted(one for _, one in made() - before)}))

application = QApplication([])
texts = (sys.argv[2], "<think>Why?</think>" + sys.argv[2])
messages = [Message(f"m{n}", "c", None, role, text, n) for n, (role, text) in enumerate(zip((Role.USER, Role.ASSISTANT), texts))]
exported, words = Exported(Conversation("c", "Title", True, 7, 8), messages), ExportWords(when=str)
paper, types = Paper(paper_theme()), QtTypes(application)
if sys.argv[1] == "finished":
    types.finish()
thread = threading.Thread(target=paint)
thread.start()
thread.join()
"""
TEXT = """
# Heading

Words *in* **all** `kinds` of [dress](https://example.org), ~~gone~~, $x^2$.

- one
  1. two
- [x] done
- [ ] to do

> A quotation

| a | b |
|--|--:|
| 1 | 2 |

```python
def f(): return 1
```

---

$$x^2 + y^2$$
"""


@pytest.mark.parametrize("when", ["finished", "not finished"])
def test_a_thread_that_paints_pages_makes_none(when: str) -> None:
    """And without `finish` it does, or there would be nothing to see."""
    done = subprocess.run(
        [sys.executable, "-c", PAINTS, when, TEXT],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = json.loads(done.stdout)

    assert found["size"] > 5000
    assert (found["made"] == []) == (when == "finished"), found["made"]


@pytest.mark.parametrize("how", ["in turns", "at once"])
def test_all_are_made(how: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MAKES, how], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True, timeout=60
    )
    found = json.loads(done.stdout)

    assert found[0] > 200 and found[-1] == 0
    assert (len({n for n in found if n}) > 4) == (how == "in turns")
