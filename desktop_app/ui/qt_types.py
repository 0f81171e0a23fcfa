"""Qt's types come into being in the window's thread, before another thread paints: why, stands in `services.imports`."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QObject, QTimer, Slot

MODULES = (QtCore, QtGui)
"""Most of what can be painted with; about 260 types of them are not used by the window."""
_AMONG_WIDGETS = "QPlainTextDocumentLayout"
"""One of the layouts of documents: the binding looks through all of them when it is given one."""
TURN_S = 0.002
"""A turn takes so long, and one type more: 0.1 ms, once 4. All turns together take 60 to 80 ms."""


class QtTypes(QObject):
    """Makes all that are to come, in turns between which the window lives, or at once by `finish`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._made = _made()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_turn)
        self._timer.start()

    def finish(self) -> None:
        """Make what is still to come."""
        self._timer.stop()
        for _ in self._made:
            pass

    @Slot()
    def _on_turn(self) -> None:
        ends = time.perf_counter() + TURN_S
        for _ in self._made:
            if time.perf_counter() > ends:
                return
        self._timer.stop()


def _made() -> Iterator[str]:
    getattr(QtWidgets, _AMONG_WIDGETS)
    for module in MODULES:
        for name in dir(module):
            if name not in vars(module):
                getattr(module, name, None)
                yield name
