"""The language between the window and the process that looks around on the hub: one JSON object a line, UTF-8.

The field `type` on the wire is the class name. The window's first line is `Open`, answered with `HubReady`, which
carries the protocol version. Every other request has a number of its own and ends in exactly one final message
(`FINAL`); `Cancel` has no answer, its target's is. The end of input ends the process, whatever it waits for.

An access token is a field of the one request that needs it, and goes no other way.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, cast

from desktop_app.errors import AppError, from_wire, to_wire
from desktop_app.hub.access import Connected, HubAccess
from desktop_app.hub.query import Query
from desktop_app.hub.repository import Repository, repository_from
from desktop_app.library.model_shape import LayerShape, ModelShape
from desktop_app.record import Record

PROTOCOL_VERSION = 1
MAX_LINE_BYTES = 1 << 20
"""A longer request is refused."""
MAX_HUB_LINE_BYTES = 16 << 20
"""A longer answer means that the process is broken: 10,000 files have some 2 MB."""


class ProtocolError(ValueError):
    """A line that is no message of this protocol."""


# Window to hub process


class Open(Record):
    """First line: how the hub may be reached. Answered with HubReady."""

    access: HubAccess


class Search(Record):
    """Begin a search. Ends in Found or Failed."""

    id: int
    query: Query
    n_known: int = 0
    """Results that an earlier process has given: those after them are wanted."""
    token: str = ""
    """For a repository that is named in full and not for everybody; words are looked for without."""

    def __repr__(self) -> str:
        return f"Search(id={self.id!r})"  # never the access token


class More(Record):
    """Go on with the search `search`. Ends in Found or Failed."""

    id: int
    search: int


class _Asks(Record):
    id: int
    repository: str
    revision: str = ""
    token: str = ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.id!r})"  # never the access token


class Info(_Asks):
    """Ask for a repository. Ends in Information or Failed."""


class Card(_Asks):
    """Ask for a model card. Ends in CardRead or Failed."""


class ReadHeader(_Asks):
    """Ask for the shape of the model in `file`. Ends in HeaderRead or Failed."""

    file: str = ""


class WhoAmI(Record):
    """Ask whose access token it is. Ends in Who or Failed."""

    id: int
    token: str

    def __repr__(self) -> str:
        return f"WhoAmI(id={self.id!r})"


class CheckEndpoint(Record):
    """Ask whether there is a hub at `url`. Ends in EndpointChecked or Failed."""

    id: int
    url: str


class AskRelease(Record):
    """Ask which release of the application is the latest at `url`. Ends in ReleaseFound or Failed."""

    id: int
    url: str


class Cancel(Record):
    """Nobody waits for the answer to `id` any more."""

    id: int


Request = Open | Search | More | Info | Card | ReadHeader | WhoAmI | CheckEndpoint | AskRelease | Cancel

# Hub process to window


class HubReady(Record):
    """Answer to `Open`: the client is imported."""

    protocol: int
    pid: int


class Found(Record):
    """Results of a search."""

    id: int
    repositories: tuple[Repository, ...]
    is_more: bool


class Information(Record):
    """A repository with its files."""

    id: int
    repository: Repository


class CardRead(Record):
    """The Markdown of a model card."""

    id: int
    text: str


class HeaderRead(Record):
    """What the memory of a model depends on."""

    id: int
    shape: ModelShape


class Who(Record):
    """The account of an access token."""

    id: int
    name: str


class EndpointChecked(Record):
    """There is a hub."""

    id: int
    url: str


class ReleaseFound(Record):
    """Where the latest release is described; "" when there is none."""

    id: int
    page: str


class Cancelled(Record):
    """Final message of what was cancelled before it was answered."""

    id: int


class Failed(Record):
    """Final message of any request that went wrong."""

    id: int
    error: AppError


FINAL = (Found, Information, CardRead, HeaderRead, Who, EndpointChecked, ReleaseFound, Cancelled, Failed)
Event = (
    HubReady | Connected | Found | Information | CardRead | HeaderRead | Who | EndpointChecked | ReleaseFound | Cancelled | Failed
)

_REQUESTS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (Open, Search, More, Info, Card, ReadHeader, WhoAmI, CheckEndpoint, AskRelease, Cancel)
}
_EVENTS: dict[str, type[Any]] = {kind.__name__: kind for kind in (HubReady, Connected, *FINAL)}


def _shape(record: dict[str, Any]) -> ModelShape:
    return ModelShape(**{**record, "layers": tuple(LayerShape(**layer) for layer in record["layers"])})


_NESTED: dict[str, Any] = {
    "access": HubAccess.from_wire,
    "query": lambda record: Query(**record),
    "repository": lambda value: repository_from(value) if isinstance(value, dict) else value,
    "repositories": lambda records: tuple(repository_from(record) for record in records),
    "shape": _shape,
    "error": lambda record: from_wire(record["error"], record["fields"]),
}


def _plain(value: Any) -> Any:
    if isinstance(value, AppError):
        return to_wire(value)
    if isinstance(value, HubAccess):
        return value.to_wire()
    if isinstance(value, ModelShape):
        return asdict(value)
    assert isinstance(value, Record)
    return value.as_dict()


def encode(message: Request | Event) -> bytes:
    """Give `message` as one line with its line feed."""
    record = {"type": type(message).__name__, **message.as_dict()}
    return json.dumps(record, ensure_ascii=False, default=_plain).encode("utf-8", "replace") + b"\n"


def _decode(line: bytes, kinds: dict[str, type[Any]]) -> Any:
    try:
        record = json.loads(line)
        kind = kinds[record.pop("type")]
        for name in record.keys() & _NESTED.keys():
            record[name] = _NESTED[name](record[name])
        return kind(**record)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        # Not the line itself, nor where it came from: it may hold an access token.
        raise ProtocolError(f"not a message of protocol {PROTOCOL_VERSION} ({len(line)} bytes)") from None


def decode_request(line: bytes) -> Request:
    """Give the request in `line`. Raises: ProtocolError."""
    return cast(Request, _decode(line, _REQUESTS))


def decode_event(line: bytes) -> Event:
    """Give the hub process's message in `line`. Raises: ProtocolError."""
    return cast(Event, _decode(line, _EVENTS))
