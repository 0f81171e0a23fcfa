"""Requests on their way from the thread that reads them to the one that works."""

from __future__ import annotations

import queue
import threading
from collections.abc import Collection

from desktop_app.engine.llama.library import Interrupt
from desktop_app.engine.protocol import Request


class Inbox:
    """Tasks that wait for the main thread, and which tasks shall stop.

    A task is stopped between two steps of the work. Where one step is long, a prompt or a load, llama.cpp itself looks
    at the interrupt.
    """

    def __init__(self, interrupt: Interrupt) -> None:
        self._interrupt = interrupt
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._known: set[int] = set()
        """Tasks that have come and are not over; one that is unknown is not cancelled."""
        self._cancelled: set[int] = set()
        self._interruptible: Collection[int] = ()
        self.has_ended = False
        """Whether nothing will come any more, and everything shall stop."""
        self.has_cancelled = False
        """Whether `take_cancelled` has something to give: cheap to ask after every token."""

    def is_calm(self) -> bool:
        """Say whether nobody is to be stopped: what takes long asks now and then."""
        return not (self.has_cancelled or self.has_ended)

    @property
    def has_news(self) -> bool:
        """Whether the main thread should look here: a request, a task that shall stop, the end."""
        return self.has_cancelled or self.has_ended or not self._queue.empty()

    def put(self, request: Request) -> None:
        """Let `request` wait for its turn."""
        with self._lock:
            self._known.add(request.task)
        self._queue.put(request)

    def cancel(self, task: int) -> None:
        """Stop `task`, running or waiting; one that is over or unknown is ignored."""
        with self._lock:
            if task in self._known:
                self._cancelled.add(task)
                self.has_cancelled = True
                if task in self._interruptible:
                    self._interrupt.set()

    def end(self) -> None:
        """Stop everything; `take` gives None from now on."""
        with self._lock:
            self.has_ended = True
            self._interrupt.set()
        self._queue.put(None)

    def take(self, *, wait: bool, timeout_s: float | None = None) -> Request | None:
        """Give the next request; None at the end of input, and when there is none and not to `wait`, or not any longer."""
        try:
            request = self._queue.get(block=wait, timeout=timeout_s)
        except queue.Empty:
            return None
        if not self.has_ended:
            return request
        if request is not None:
            self._queue.put(request)  # for `rest`
        return None

    def rest(self) -> list[Request]:
        """Give what has come and was not taken before the end of input."""
        rest = []
        while not self._queue.empty():
            if (request := self._queue.get()) is not None:
                rest.append(request)
        return rest

    def take_cancelled(self) -> set[int]:
        """Give the tasks that shall stop, each once."""
        with self._lock:
            cancelled, self._cancelled, self.has_cancelled = self._cancelled, set(), False
            return cancelled

    def cancel_later(self, task: int) -> None:
        """Let `task`, whose turn has not come yet, stop when it has: see `is_cancelled`."""
        with self._lock:
            if task in self._known:
                self._cancelled.add(task)

    def is_cancelled(self, task: int) -> bool:
        """Tell whether `task` shall stop."""
        return task in self._cancelled

    def done(self, task: int) -> None:
        """Say that `task` is over: a cancel that comes now is too late."""
        with self._lock:
            self._known.discard(task)
            self._cancelled.discard(task)

    def begin_step(self, interruptible: Collection[int]) -> None:
        """Let a cancel of one of these tasks interrupt the library, until `end_step`."""
        with self._lock:
            self._interruptible = interruptible
            if any(task in self._cancelled for task in interruptible) or self.has_ended:
                self._interrupt.set()
            else:
                self._interrupt.clear()

    def end_step(self) -> None:
        """Let no cancel interrupt the library any more."""
        with self._lock:
            self._interruptible = ()
            if not self.has_ended:
                self._interrupt.clear()
