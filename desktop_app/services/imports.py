"""Imports in the window's thread that do not stop the window: one module at a time, with turns of its loop between them.

Another thread must not import what defines classes of Qt objects. The binding makes Qt's types when they are first named,
and takes a class into the tree that it looks for types in before the class is whole; for neither it has a lock. A window
that looked for a type at such a moment ended the process: 3 starts of 120 on a busy machine, and 20 of 20 where two
threads named all types. Source: `incarnateType` in shiboken's sbkmodule.cpp, and the comment above its lock, which only
a Python without GIL has.
"""

from __future__ import annotations

import importlib
import sys
import threading
import time
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from PySide6.QtCore import QObject, QTimer, Slot

PACKAGE = "desktop_app."
TURN_S = 0.002
"""A turn takes so long, and one module more."""


class _NeededFirst(ImportError):
    """Breaks an import off where it comes to a module of ours that is not in memory yet."""


class _OneByOne(MetaPathFinder):
    """Finds nothing, and breaks off what would bring a second module along.

    While it works no other thread may import one of the same modules: it would wait for the one that is broken off, and
    take that for whole.
    """

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._wanted: list[str] = []
        self._failed: set[str] = set()
        self._is_importing = False

    def want(self, names: Sequence[str]) -> None:
        """Have these imported, in this order."""
        self._wanted += reversed(names)

    def import_one(self) -> bool:
        """Import a module that needs no others, or find out which one is needed first; False when all are there.

        What a module raises that is no ImportError is a mistake of ours and is raised, once.
        """
        while self._wanted and self._wanted[-1] in sys.modules:
            self._wanted.pop()
        if not self._wanted:
            return False
        self._is_importing = True
        try:
            importlib.import_module(self._wanted[-1])
        except _NeededFirst as needed:
            self._wanted.append(str(needed.name))
        except ImportError:  # raised once more where it is needed
            self._failed.add(self._wanted.pop())
        except BaseException:
            self._failed.add(self._wanted.pop())
            raise
        finally:
            self._is_importing = False
        return True

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Break off the import of a module that needs `name`."""
        is_ours = self._is_importing and name.startswith(PACKAGE) and threading.get_ident() == self._thread
        # What is wanted already and not there yet is on its way: two modules that import each other.
        if is_ours and name not in self._failed and name not in self._wanted:
            raise _NeededFirst(name=name)
        return None


class TurnImports(QObject):
    """Imports what is wanted in turns."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._one_by_one = _OneByOne()
        self._then: Callable[[], None] = lambda: None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_turn)
        # A new list: another thread may be going through the old one.
        sys.meta_path = [self._one_by_one, *sys.meta_path]

    def run(self, names: Sequence[str], then: Callable[[], None]) -> None:
        """Call `then` when these modules of ours are in memory."""
        self._one_by_one.want([f"{PACKAGE}{name}" for name in names])
        self._then = then
        self._timer.start()

    def close(self) -> None:
        """Leave imports as they were; what is not in memory yet comes when it is needed."""
        self._timer.stop()
        sys.meta_path = [one for one in sys.meta_path if one is not self._one_by_one]

    @Slot()
    def _on_turn(self) -> None:
        ends = time.perf_counter() + TURN_S
        while self._one_by_one.import_one():
            if time.perf_counter() > ends:
                return
        self._timer.stop()
        self._then()
