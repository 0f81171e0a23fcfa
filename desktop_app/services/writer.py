"""One thread that owns the one writing connection, so that a slow disk never stalls the window.

Work is posted to it and done in order; what came of it is told on the thread that made the `DatabaseWriter`. A
full or failing disk must not lose an answer: work posted with `keep` that failed for such a reason is held, with
everything kept after it, and tried again with the next work and every `RETRY_INTERVAL_S`. Must not know what is
written.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import cache, partial
from queue import Empty, SimpleQueue
from typing import Any, NoReturn, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal, Slot

from desktop_app.errors import AppError, StorageError
from desktop_app.record import Record
from desktop_app.services.background import Post
from desktop_app.storage.database import Database

RETRY_INTERVAL_S = 2.0
CLOSE_TIMEOUT_MS = 5000
SLOW_S = 1.2
WATCH_INTERVAL_MS = 400
"""Together under 2 s, within which a person hears of a disk that does not answer."""

log = logging.getLogger(__name__)

T = TypeVar("T")


class _Job(Record):
    work: Callable[[Database], Any]
    on_done: Callable[[Any], None] | None
    on_error: Callable[[AppError], None] | None
    is_kept: bool


class _Flush:
    """Stands in the queue; when it is reached, everything posted before it has been tried."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.is_clean = False


class DatabaseWriter(QObject):
    """Runs posted work against the writing connection. Takes over `database` and closes it.

    Signals:
        outage_began(AppError): kept work could not be written and is held; once until
        outage_ended(): all of it is on disk.
        slowed(): the disk has been at one piece of work for `SLOW_S`; once until
        caught_up(): it is idle again.
    """

    outage_began = Signal(object)
    outage_ended = Signal()
    slowed = Signal()
    caught_up = Signal()

    def __init__(self, database: Database, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._queue: SimpleQueue[_Job | _Flush | None] = SimpleQueue()
        self._held: deque[_Job] = deque()
        self._outage: StorageError | None = None
        self._is_closed = False
        self._is_leaving = threading.Event()
        self._is_abandoned = False
        self._busy_since: float | None = None
        """When the work under way began, in monotonic seconds; None when there is none."""
        self._is_slow = False
        self._watch = QTimer(self, interval=WATCH_INTERVAL_MS)
        self._watch.timeout.connect(self._on_watch_due)
        self._post = _post()
        # A daemon, so that a crash of the window cannot leave the process hanging; `close` is the way to end it.
        self._thread = threading.Thread(target=self._run, name="database writer", daemon=True)
        self._thread.start()

    def post(
        self,
        work: Callable[[Database], T],
        on_done: Callable[[T], None] | None = None,
        on_error: Callable[[AppError], None] | None = None,
        *,
        keep: bool = False,
    ) -> None:
        """Have `work` done and return at once.

        `on_done` gets its result and `on_error` an AppError that it raised; any other exception is raised again
        on this thread. With `keep` a StorageError is not the end: see the module. While work is held, work that
        is not kept fails at once with the same error, because it must not overtake.
        """
        if self._is_closed:
            raise RuntimeError("posted to a closed DatabaseWriter")
        self._queue.put(_Job(work, on_done, on_error, keep))
        if not self._watch.isActive():
            self._watch.start()

    def flush(self, timeout_ms: int) -> bool:
        """Wait until everything posted so far was tried; True when all of it that is kept is on disk."""
        if self._is_closed:
            return not self._held and not self._is_abandoned
        flush = _Flush()
        self._queue.put(flush)
        return flush.reached.wait(timeout_ms / 1000) and flush.is_clean

    def settle(self, timeout_ms: int) -> None:
        """Wait until everything posted so far was tried, or the time is over, and tell what came of it."""
        if self._is_closed:
            return
        self._is_leaving.set()
        flush = _Flush()
        self._queue.put(flush)
        flush.reached.wait(timeout_ms / 1000)
        QCoreApplication.sendPostedEvents(self._post, QEvent.Type.MetaCall.value)

    def close(self, timeout_ms: int = CLOSE_TIMEOUT_MS) -> None:
        """Finish everything posted, put all into the one file, close the connection, and end the thread.

        A disk that has not done so in time is left alone: the thread ends with the process, and what was committed
        is safe in the log beside the file.
        """
        if self._is_closed:
            return
        self._is_closed = True
        self._watch.stop()
        self._is_leaving.set()
        self._queue.put(None)
        self._thread.join(max(timeout_ms, 0) / 1000)
        if self._thread.is_alive():
            self._is_abandoned = True
            log.error("the disk did not take everything in %d ms; left without it", timeout_ms)
        QCoreApplication.sendPostedEvents(self._post, QEvent.Type.MetaCall.value)

    # In the writer's thread

    def _run(self) -> None:
        while (job := self._next()) is not None:
            # At the end there is one last try: with a locked database each takes `BUSY_TIMEOUT_MS`.
            if not self._is_leaving.is_set():
                self._retry_held()
            if isinstance(job, _Flush):
                job.is_clean = not self._held
                job.reached.set()
            else:
                self._take(job)
        self._retry_held()
        try:
            self._database.close()
        except StorageError as error:
            # All that was acknowledged is safe in the log beside the file; only tidying up has failed.
            self._tell(partial(self.outage_began.emit, error))

    def _next(self) -> _Job | _Flush | None:
        while True:
            try:
                return self._queue.get(timeout=RETRY_INTERVAL_S if self._held else None)
            except Empty:
                self._retry_held()

    def _take(self, job: _Job) -> None:
        if self._outage is None:
            self._outage = self._try(job)
            if self._outage is not None:
                self._held.append(job)
                self._tell(partial(self.outage_began.emit, self._outage))
        elif job.is_kept:
            self._held.append(job)
        elif job.on_error is not None:
            self._tell(partial(job.on_error, self._outage))

    def _retry_held(self) -> None:
        while self._held:
            if self._try(self._held[0]) is not None:
                return
            self._held.popleft()
            if not self._held:
                self._outage = None
                self._tell(self.outage_ended.emit)

    def _try(self, job: _Job) -> StorageError | None:
        """Do it, tell what came of it, and give the error for which it has to be tried again."""
        self._busy_since = time.monotonic()
        try:
            result = job.work(self._database)
        except AppError as error:
            if job.is_kept and isinstance(error, StorageError):
                return error
            if job.on_error is not None:
                self._tell(partial(job.on_error, error))
        except Exception as error:
            # An edge, as in a background runner: our mistake goes to the hook, on the window's thread.
            self._tell(partial(_raise, error))
        else:
            if job.on_done is not None:
                self._tell(partial(job.on_done, result))
        finally:
            self._busy_since = None
        return None

    def _tell(self, call: Callable[[], Any]) -> None:
        # Nobody listens to a writer that was left behind; its QObject may be gone.
        if not self._is_abandoned:
            self._post.tell(self, call)

    # In the thread that made it

    @Slot()
    def _on_watch_due(self) -> None:
        """Runs only while there is work: an idle window is not woken."""
        since = self._busy_since
        if since is not None and time.monotonic() - since > SLOW_S and not self._is_slow:
            self._is_slow = True
            self.slowed.emit()
        elif since is None and self._queue.empty():
            self._watch.stop()
            if self._is_slow:
                self._is_slow = False
                self.caught_up.emit()


@cache
def _post() -> Post:
    """Give what takes the news of all writers, and only theirs, so that `settle` can have them told at once."""
    return Post()


def _raise(error: Exception) -> NoReturn:
    raise error
