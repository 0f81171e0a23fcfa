"""The language between the window and a download process: one JSON object a line, UTF-8.

The field `type` on the wire is the class name. The first line of the process is `DownloadReady`, which carries the
protocol version. The window then sends one `Start`; the job's `id` is the request's, and it ends in exactly one final
message (`FINAL`). The end of input is the pause: what is there stays, the job ends with `Stopped`, the process ends.

The access token is a field of `Start` and goes no other way.
"""

from __future__ import annotations

import json
from typing import Any, Literal, cast

from desktop_app.errors import AppError, from_wire, to_wire
from desktop_app.hub.access import Connected, HubAccess
from desktop_app.hub.job import Job
from desktop_app.record import Record

PROTOCOL_VERSION = 1
MAX_LINE_BYTES = 4 * 1024 * 1024
"""Longer than any job: 10,000 files with their hashes."""
KEEP_FREE_BYTES = 1 << 30
"""Left free on the disk, whatever is downloaded: a full disk costs more than a model."""
N_CONNECTIONS = 4

State = Literal["checking", "downloading", "waiting_network", "waiting_rate", "waiting_space", "verifying"]


class ProtocolError(ValueError):
    """A line that is no message of this protocol."""


# Window to download process


class Start(Record):
    """Download `job`. Ends in Finished, Failed, or in Stopped when the input ends."""

    id: str
    """`job.id`."""
    job: Job
    access: HubAccess
    token: str = ""
    """Access token; sent only where `job.needs_token` and the endpoint allows it."""
    n_connections: int = N_CONNECTIONS
    """1 to 8."""
    keep_free_bytes: int = KEEP_FREE_BYTES
    """Bytes that stay free on the disk of `job.folder`: the rest of the queue counts in."""

    def __repr__(self) -> str:
        return f"Start(id={self.id!r})"  # never the access token


class TryNow(Record):
    """Wait no longer: the network has changed, or the person is tired of it. No answer of its own."""

    id: str


Request = Start | TryNow

# Download process to window


class DownloadReady(Record):
    """First line of the process."""

    protocol: int
    pid: int


class Progress(Record):
    """How it goes; at most ten a second, and at least one a second while the job lives."""

    id: str
    done_bytes: int
    """Of all files, what was there before included; falls when a file turned out to be wrong."""
    total_bytes: int
    bytes_per_s: float
    """Over the last 5 s."""
    n_connections: int
    """Those that carry bytes now."""
    state: State
    reason: AppError | None = None
    """Why it waits; None while it does not."""
    retry_s: float = 0.0
    """Seconds until it tries again by itself; 0: it is trying, or waits for space."""


class Finished(Record):
    """Final message: every file is verified and in its place."""

    id: str
    paths: tuple[str, ...]
    """Absolute, in the order of `job.files`."""
    sha256: tuple[str, ...]
    """Of each file, as computed here."""


class Stopped(Record):
    """Final message after the end of input; what is there stays for the next time."""

    id: str


class Failed(Record):
    """Final message: it cannot go on by itself."""

    id: str
    error: AppError


Event = DownloadReady | Progress | Connected | Finished | Stopped | Failed

FINAL = (Finished, Stopped, Failed)

_EVENTS: dict[str, type[Any]] = {kind.__name__: kind for kind in (DownloadReady, Progress, Connected, Finished, Stopped, Failed)}


def encode(message: Request | Event) -> bytes:
    """Give `message` as one line with its line feed."""
    record = {"type": type(message).__name__, **message.as_dict()}
    # Folders may have names in another encoding; whoever reads the line gets the same halves of surrogate pairs.
    return json.dumps(record, ensure_ascii=False, default=_plain).encode("utf-8", "surrogatepass") + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, AppError):
        return to_wire(value)
    if isinstance(value, Job | HubAccess):
        return value.to_wire()
    raise TypeError(type(value).__name__)


def decode_request(line: bytes) -> Request:
    """Give the request in `line`. Raises: ProtocolError."""
    try:
        record = json.loads(line)
        kind = record.pop("type")
        if kind == "TryNow":
            return TryNow(**record)
        if kind != "Start":
            raise ValueError(kind)
        values = {"job": Job.from_wire(record["job"]), "access": HubAccess.from_wire(record["access"])}
        return Start(**(record | values))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        # Not the line itself: it may hold an access token. Nor where it came from, for the same reason.
        raise ProtocolError(f"not a request of protocol {PROTOCOL_VERSION} ({len(line)} bytes)") from None


def decode_event(line: bytes) -> Event:
    """Give the message of the process in `line`. Raises: ProtocolError."""
    try:
        record = json.loads(line)
        kind = _EVENTS[record.pop("type")]
        for name in ("error", "reason"):
            if record.get(name) is not None:
                record[name] = from_wire(record[name]["error"], record[name]["fields"])
        for name in ("paths", "sha256"):
            if name in record:
                record[name] = tuple(record[name])
        return cast(Event, kind(**record))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ProtocolError(f"not a message of protocol {PROTOCOL_VERSION} ({len(line)} bytes)") from error
