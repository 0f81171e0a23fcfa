"""Every type of Qt that is used comes into being in the window's thread, before another thread imports what names it.

PySide6 makes a type when its name is looked up for the first time, and strikes it off a list that has no lock. Python code
runs while it is made (that of its enums), so another thread may come in between that looks up the same name, or one that
needs it; both then strike it off, and the process ends. Two threads that look up all names end it in 20 starts of 20.
Source: `incarnateType` in shiboken's sbkmodule.cpp, and the comment above its lock, which only a Python without GIL has.

Few of them are made in vain: at the first event for an object that it cannot name the binding makes all those of objects
by itself, which takes 60 ms at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from importlib import import_module

from PySide6.QtCore import QObject, QTimer, Slot

MODULES = ("QtCore", "QtGui", "QtWidgets", "QtNetwork")
"""All whose types we name, but for two that the window's thread imports when a formula or a printer needs them."""
TURN_S = 0.002
"""A turn takes so long, and one type or module more."""


def _made() -> Iterator[str]:
    for name in MODULES:
        module = import_module(f"PySide6.{name}")
        yield name
        for type_name in dir(module):
            if type_name not in vars(module):
                getattr(module, type_name, None)
                yield type_name


class QtTypes(QObject):
    """Makes types in turns between which the window lives, then calls `then`."""

    def __init__(self, then: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._then = then
        self._made = _made()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._make)
        self._timer.start()

    @Slot()
    def _make(self) -> None:
        began = time.perf_counter()
        while time.perf_counter() - began < TURN_S:
            if next(self._made, None) is None:
                self._timer.stop()
                self._then()
                return
