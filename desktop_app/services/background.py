"""Runs a function off the window's thread; its result, or the AppError it raised, comes back on that thread."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from desktop_app.errors import AppError

log = logging.getLogger(__name__)

T = TypeVar("T")


class Background(QObject):
    """For short work with files: one thread each, because it is rare and must not wait for other work."""

    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None, *, waits_s: float | None = None) -> None:
        """`waits_s`: how long `close` waits for work that only reads, and may be stuck on a disk that does not answer.

        None: until the work has ended.
        """
        super().__init__(parent)
        self._waits_s = waits_s
        self._threads: list[threading.Thread] = []
        self._is_closed = False
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)

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
            log.error("background work failed: %s", type(error).__name__, exc_info=True)
            mistake = error
            self._tell(lambda: _raise(mistake))
        else:
            self._tell(lambda: on_result(result))

    def _tell(self, deliver: Callable[[], None]) -> None:
        # Nobody has waited for it, and the signal has gone with the application.
        with contextlib.suppress(RuntimeError):
            # With this object in it: were its Python half let go before the news arrives, Qt would look for a slot in vain.
            self._finished.emit((self, deliver))

    @Slot(object)
    def _on_finished(self, news: tuple[Background, Callable[[], None]]) -> None:
        if not self._is_closed:
            news[1]()


def _raise(error: Exception) -> None:
    raise error
