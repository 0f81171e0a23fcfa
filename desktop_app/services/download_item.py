"""One download as the windows see it. Values only."""

from __future__ import annotations

from typing import Literal

from desktop_app.errors import AppError
from desktop_app.library.fit import Fit
from desktop_app.record import Record

DownloadState = Literal["queued", "checking", "downloading", "waiting", "stalled", "paused", "verifying", "done", "failed"]
"""*waiting*: for something in the world, see `DownloadItem.waits_for`; it goes on by itself. *stalled*: connected, and
no byte has come for some seconds."""

WaitsFor = Literal["", "network", "rate", "space", "folder", "online", "restart", "model"]
"""The network; the hub, that has asked to come later; room on the disk; the disk itself; the offline switch; a process
that has ended by itself, and is started again; the engine, that has the file in memory which is to be replaced."""

RUNNING = frozenset({"checking", "downloading", "stalled", "verifying"})
"""States in which work is going on."""
OVER = frozenset({"done", "failed"})
"""States that only the person ends."""


class DownloadItem(Record):
    """What a card shows."""

    id: str
    title: str
    quantization: str
    level: str
    """As in `Offer`."""
    repository: str
    revision: str
    state: DownloadState
    done_bytes: int
    total_bytes: int
    bytes_per_s: float = 0.0
    left_s: int | None = None
    """Seconds that the rest takes; None while nobody can say."""
    n_connections: int = 0
    reason: AppError | None = None
    """Why it waits or has failed."""
    waits_for: WaitsFor = ""
    first_path: str = ""
    """The file to load, once it is done."""
    finished_ms: int | None = None
    fit: Fit | None = None
    """Whether it will run here, as it was when it was chosen; None: nobody knew."""

    @property
    def missing_bytes(self) -> int:
        """Bytes that are still to come."""
        return max(0, self.total_bytes - self.done_bytes)

    @property
    def is_over(self) -> bool:
        """Say whether nothing is going to happen by itself."""
        return self.state in OVER
