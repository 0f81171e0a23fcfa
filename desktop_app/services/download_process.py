"""One run of a download process: how far it is, and the moment when nothing writes to the files any more."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.errors import DownloadProcessEnded
from desktop_app.hub.access import Connected, HubAccess
from desktop_app.hub.download_messages import (
    MAX_LINE_BYTES,
    PROTOCOL_VERSION,
    DownloadReady,
    Event,
    Failed,
    Finished,
    Progress,
    ProtocolError,
    Start,
    State,
    Stopped,
    TryNow,
    decode_event,
    encode,
)  # fmt: skip
from desktop_app.services.download_item import DownloadItem, DownloadState, WaitsFor
from desktop_app.services.worker_process import WorkerProcess

WATCH_INTERVAL_MS = 1000
SILENT_S = 30.0
"""A process that has said nothing for so long does not answer; a living one speaks every second."""
STALLED_S = 5.0
"""Without a byte for so long a download is shown as stalled: a speed that stands still would be a lie."""
TELL_INTERVAL_MS = 250
"""How far it is is told so often; that its state is another one, at once."""

Outcome = Finished | Failed | Stopped | DownloadProcessEnded

_STATES: dict[State, tuple[DownloadState, WaitsFor]] = {
    "checking": ("checking", ""),
    "downloading": ("downloading", ""),
    "verifying": ("verifying", ""),
    "waiting_network": ("waiting", "network"),
    "waiting_rate": ("waiting", "rate"),
    "waiting_space": ("waiting", "space"),
}


class DownloadProcess(QObject):
    """Downloads what `start` says.

    Signals:
        changed(): what `shown` gives.
        connected(Connected): what went over the network.
        ended(Outcome): the process is gone, and nothing writes any more. DownloadProcessEnded: nobody asked for it.
    """

    changed = Signal()
    connected = Signal(object)
    ended = Signal(object)

    def __init__(self, command: tuple[str, list[str]], start: Start, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._start = start
        self._outcome: Finished | Failed | Stopped | None = None
        self._progress: Progress | None = None
        self._heard_s = self._came_s = time.monotonic()
        self._n_silent_looks = 0
        self._was_stalled = False
        self._process = WorkerProcess(*command, MAX_LINE_BYTES, self, name="download")
        self._process.line_received.connect(self._on_line)
        self._process.ended.connect(self._on_ended)
        self._process.stopped.connect(self._on_stopped)
        self._watch = QTimer(self, interval=WATCH_INTERVAL_MS)
        self._watch.timeout.connect(self._on_watch_due)
        self._tell = QTimer(self, singleShot=True, interval=TELL_INTERVAL_MS)
        self._tell.timeout.connect(self.changed)

    @property
    def id(self) -> str:
        """The download's."""
        return self._start.id

    @property
    def access(self) -> HubAccess:
        """What it was told of the network."""
        return self._start.access

    @property
    def pid(self) -> int:
        """Process id; 0 when it is not running."""
        return self._process.pid

    @property
    def is_stalled(self) -> bool:
        """Say whether it should be receiving bytes and does not."""
        is_receiving = self._progress is not None and self._progress.state == "downloading"
        return is_receiving and time.monotonic() - self._came_s > STALLED_S

    def shown(self, item: DownloadItem) -> DownloadItem:
        """Give `item` with how far this run is."""
        progress = self._progress
        if progress is None:
            return item.replaced(state="checking")
        state, waits_for = _STATES[progress.state]
        if state == "checking":
            # It has not counted yet what is there.
            return item.replaced(state=state, done_bytes=max(item.done_bytes, progress.done_bytes))
        is_flowing = state == "downloading" and not self.is_stalled and progress.bytes_per_s > 0
        return item.replaced(
            state="stalled" if self.is_stalled else state,
            done_bytes=progress.done_bytes,
            bytes_per_s=progress.bytes_per_s if is_flowing else 0.0,
            left_s=round((item.total_bytes - progress.done_bytes) / progress.bytes_per_s) if is_flowing else None,
            n_connections=progress.n_connections,
            reason=progress.reason,
            waits_for=waits_for,
        )

    def run(self, token: str = "") -> None:
        """Start the process, with an access token where the job needs one."""
        self._start = self._start.replaced(token=token)
        self._heard_s = time.monotonic()
        self._watch.start()
        self._process.start()

    def stop(self) -> None:
        """Have it end; what is there stays. It is gone when `ended` says so, after 2 s at the latest."""
        self._process.stop()

    def stop_and_wait(self) -> None:
        """Like `stop`, and return when it is gone. Blocks: for the end of the application only."""
        self._watch.stop()
        self._tell.stop()
        self._process.stop_and_wait()

    def try_now(self) -> None:
        """Have it wait no longer."""
        self._process.send(encode(TryNow(self._start.id)))

    @Slot(bytes)
    def _on_line(self, line: bytes) -> None:
        if self._outcome is not None:
            return
        self._heard_s, self._n_silent_looks = time.monotonic(), 0
        try:
            self._take(decode_event(line))
        except ProtocolError:
            self._process.abandon("sent something that is no message")

    def _take(self, event: Event) -> None:
        if isinstance(event, DownloadReady):
            if event.protocol != PROTOCOL_VERSION:
                self._process.abandon("is of another version")
            else:
                self._process.send(encode(self._start))
        elif isinstance(event, Connected):
            self.connected.emit(event)
        elif isinstance(event, Progress):
            self._take_progress(event)
        else:
            self._outcome = event
            self._process.stop()

    def _take_progress(self, progress: Progress) -> None:
        before = self._progress
        is_new_state = before is None or (before.state, before.reason) != (progress.state, progress.reason)
        if before is None or is_new_state or before.done_bytes != progress.done_bytes:
            self._came_s = time.monotonic()
        self._progress, was_stalled = progress, self._was_stalled
        self._was_stalled = self.is_stalled
        if is_new_state or was_stalled != self._was_stalled:
            self._tell.stop()
            self.changed.emit()
        elif not self._tell.isActive():
            self._tell.start()

    @Slot()
    def _on_watch_due(self) -> None:
        # A second look: this computer may have slept, and the process with it.
        self._n_silent_looks = self._n_silent_looks + 1 if time.monotonic() - self._heard_s > SILENT_S else 0
        if self._n_silent_looks > 1:
            self._process.abandon("does not answer")
        elif self.is_stalled != self._was_stalled:
            self._was_stalled = self.is_stalled
            self.changed.emit()

    @Slot(str, str)
    def _on_ended(self, reason: str, log_tail: str) -> None:
        self._end(self._outcome or DownloadProcessEnded(reason, log_tail))

    @Slot()
    def _on_stopped(self) -> None:
        self._end(self._outcome or Stopped(self._start.id))

    def _end(self, outcome: Outcome) -> None:
        self._watch.stop()
        self._tell.stop()
        self.ended.emit(outcome)
