"""Runs a function off the window's thread; its result, or the AppError it raised, comes back on that thread."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from desktop_app.errors import AppError
from desktop_app.logs import without_words

log = logging.getLogger(__name__)

T = TypeVar("T")

STUCK_S = 2.0
"""At the end, work on a disk that does not answer, of another computer perhaps, is not waited for longer."""


class Post(QObject):
    """Takes what other threads have to say to the window's thread.

    A thread must not emit a signal of an object that may be destroyed at that very moment: Qt then reads freed memory.
    So there is one of these for the whole process, and it is never destroyed.
    """

    _came = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        # Queued by force: the threads that emit are none that Qt has made.
        self._came.connect(self._on_came, Qt.ConnectionType.QueuedConnection)

    def tell(self, receiver: QObject, deliver: Callable[[], None]) -> None:
        """Have `deliver` called on the window's thread, unless `receiver` has been destroyed by then. From any thread."""
        with contextlib.suppress(RuntimeError):  # the interpreter is ending, and the signal has gone before the thread
            self._came.emit(receiver, deliver)

    @Slot(object, object)
    def _on_came(self, receiver: QObject, deliver: Callable[[], None]) -> None:
        if isValid(receiver):
            deliver()


@cache
def post() -> Post:
    """Give the one of this process; the first call is made on the window's thread."""
    return Post()


class Background(QObject):
    """For short work with files: one thread each, because it is rare and must not wait for other work."""

    def __init__(self, parent: QObject | None = None, *, waits_s: float | None = None) -> None:
        """`waits_s`: how long `close` waits for work that only reads, and may be stuck on a disk that does not answer.

        None: until the work has ended.
        """
        super().__init__(parent)
        self._waits_s = waits_s
        self._threads: list[threading.Thread] = []
        self._is_closed = False
        self._post = post()

    def run(
        self,
        function: Callable[[], T],
        on_result: Callable[[T], None],
        on_error: Callable[[AppError], None] | None = None,
    ) -> None:
        """Start `function`; one of the other two is called later, on this object's thread, unless `close` came first.

        An exception that is no AppError is our own mistake: it is raised again on this object's thread.
        """
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(
            target=self._work, args=(function, on_result, on_error), name="background", daemon=self._waits_s is not None
        )
        self._threads.append(thread)
        thread.start()

    def close(self) -> None:
        """Wait for what is running; its results are dropped."""
        self._is_closed = True
        for thread in self._threads:
            thread.join(self._waits_s)
        self._threads.clear()

    def _work(
        self, function: Callable[[], T], on_result: Callable[[T], None], on_error: Callable[[AppError], None] | None
    ) -> None:
        try:
            result = function()
        except AppError as error:
            problem = error
            self._tell(lambda: on_error(problem) if on_error else log.warning("unheard: %s", type(problem).__name__))
        except Exception as error:
            log.error("background work failed: %s", without_words(error))
            mistake = error
            self._tell(lambda: _raise(mistake))
        else:
            self._tell(lambda: on_result(result))

    def _tell(self, deliver: Callable[[], None]) -> None:
        self._post.tell(self, lambda: None if self._is_closed else deliver())


def _raise(error: Exception) -> None:
    raise error
