"""Puts a `HubAccess` in force in a child process and counts every request that is made there.

All requests, those of the hub's client and those for the bytes of models, go through one `httpx2.Client`. Its hooks
give each a time limit (some calls of the client have none), take away an access token that is not for this host, and
refuse hosts that no endpoint has named, so that nothing goes anywhere else by mistake.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial

import httpx2
from huggingface_hub import set_client_factory

from desktop_app.errors import NoInternet, OfflineSwitchOn
from desktop_app.hub.access import Connected, HubAccess, Proxy, is_this_computer, origin_of

REPORT_INTERVAL_S = 1.0
"""A connection is reported when it begins, and then at most so often."""


Reason = tuple[str, str, str]
"""Purpose, repository, endpoint."""
_reason: ContextVar[Reason] = ContextVar("_reason", default=("other", "", ""))


@contextlib.contextmanager
def counted_as(purpose: str, repository: str = "", endpoint: str = "") -> Iterator[None]:
    """Say for what the requests inside are made. Holds for this thread alone: a new thread has said nothing yet."""
    token = _reason.set((purpose, repository, endpoint))
    try:
        yield
    finally:
        _reason.reset(token)


@dataclass(slots=True)
class _Sum:
    n_requests: int = 0
    n_bytes: int = 0
    status: int = 0
    is_pending: bool = False
    reported_s: float = -REPORT_INTERVAL_S


class ConnectionCount:
    """Adds up requests and bytes by host, purpose and repository and hands them to `report` in portions.

    `report` is called in the thread that has made the request, by one thread at a time.
    """

    def __init__(self, report: Callable[[Connected], None]) -> None:
        self._report = report
        self._lock = threading.Lock()
        self._sums: dict[tuple[str, int, Reason], _Sum] = {}

    def add(
        self, host: str, port: int, *, n_requests: int = 0, n_bytes: int = 0, status: int = 0, reason: Reason | None = None
    ) -> None:
        """Count something; `reason`: None for what this thread has said with `counted_as`."""
        key = (host, port, reason or _reason.get())
        with self._lock:
            total = self._sums.setdefault(key, _Sum())
            total.n_requests += n_requests
            total.n_bytes += n_bytes
            total.status = status or total.status
            total.is_pending = True
            if time.monotonic() - total.reported_s >= REPORT_INTERVAL_S:
                self._hand_over(key, total)

    def flush(self) -> None:
        """Report what is not yet: before the last word on a request, and at the end."""
        with self._lock:
            for key, total in self._sums.items():
                if total.is_pending:
                    self._hand_over(key, total)

    def _hand_over(self, key: tuple[str, int, Reason], total: _Sum) -> None:
        host, port, (purpose, repository, endpoint) = key
        self._report(Connected(host, port, purpose, repository, total.n_requests, total.n_bytes, total.status, endpoint))
        total.n_requests = total.n_bytes = total.status = 0
        total.is_pending = False
        total.reported_s = time.monotonic()


def open_session(access: HubAccess, count: ConnectionCount) -> None:
    """Make the hub's client talk as `access` says: `huggingface_hub.get_session()` gives the client for everything.

    Offline every request raises OfflineSwitchOn.
    """
    # It logs every address, and with it what is searched for.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    _use_proxy(access.proxy)
    set_client_factory(partial(make_client, access, count))


def make_client(access: HubAccess, count: ConnectionCount) -> httpx2.Client:
    """Give the client on which all requests are made; it takes proxies and certificates from this process's environment.

    Raises: NoInternet for a proxy of a kind that it does not know: to go round it may be what nobody wants.
    """
    gate = _Gate(access, count)
    try:
        return httpx2.Client(
            event_hooks={"request": [gate.check], "response": [gate.note]},
            follow_redirects=True,
            timeout=_timeout(access),
            headers={"User-Agent": access.user_agent},
        )
    except (ValueError, httpx2.InvalidURL) as error:
        raise NoInternet from error


def _timeout(access: HubAccess) -> httpx2.Timeout:
    return httpx2.Timeout(access.read_timeout_s, connect=access.connect_timeout_s)


def _use_proxy(proxy: Proxy) -> None:
    """The client reads them from here and knows how to read NO_PROXY; on Windows and macOS "*" stands before the system's."""
    is_straight = not (proxy.http or proxy.https or proxy.any)
    values = {
        "HTTP_PROXY": proxy.http,
        "HTTPS_PROXY": proxy.https,
        "ALL_PROXY": proxy.any,
        "NO_PROXY": "*" if is_straight else proxy.bypass,
    }
    for name, value in values.items():
        os.environ.pop(name.lower(), None)
        os.environ[name] = value


class _Gate:
    """The hooks of one client."""

    def __init__(self, access: HubAccess, count: ConnectionCount) -> None:
        self._access = access
        self._count = count
        self._known = {origin_of(one.url) for one in access.endpoints}

    def check(self, request: httpx2.Request) -> None:
        """Refuse, or send with a time limit, without a token that is not for this host, and without cookies."""
        if self._access.is_offline:
            raise OfflineSwitchOn
        origin = origin_of(str(request.url))
        if origin not in self._known:
            raise PermissionError(f"{origin[1]} is no host of the hub")
        if not self._access.sends_token_to(str(request.url)):
            request.headers.pop("Authorization", None)
        request.headers.pop("Cookie", None)
        request.headers["User-Agent"] = self._access.user_agent
        limits = _timeout(self._access).as_dict()
        asked = request.extensions.get("timeout") or {}
        request.extensions["timeout"] = {name: asked.get(name) or limit for name, limit in limits.items()}
        self._count.add(origin[1], origin[2], n_requests=1)

    def note(self, response: httpx2.Response) -> None:
        """Count the answer and its bytes, and know the host that it leads to."""
        scheme, host, port = origin_of(str(response.request.url))
        if location := response.headers.get("Location"):
            target = origin_of(str(response.request.url.join(location)))
            # Never from TLS to none: what was asked for would stand in the open.
            if target[0] == "https" or (scheme == "http" and is_this_computer(host) == is_this_computer(target[1])):
                self._known.add(target)
        reason = _reason.get()
        self._count.add(host, port, status=response.status_code, reason=reason)
        if isinstance(response.stream, httpx2.SyncByteStream):
            received = partial(self._received, host, port, reason)
            response.stream = _CountedStream(response.stream, received)

    def _received(self, host: str, port: int, reason: Reason, n_bytes: int) -> None:
        self._count.add(host, port, n_bytes=n_bytes, reason=reason)


class _CountedStream(httpx2.SyncByteStream):
    """The body of an answer; tells how many bytes came."""

    def __init__(self, stream: httpx2.SyncByteStream, received: Callable[[int], None]) -> None:
        self._stream = stream
        self._received = received

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self._received(len(piece))
            yield piece

    def close(self) -> None:
        self._stream.close()
