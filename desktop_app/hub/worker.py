"""The process that looks around on the hub: requests in, answers out, and a report of every connection.

It must have been prepared (`hub.access.prepare_child`) before this module is imported: the hub's client reads its
environment once. Some requests are answered at the same time, since one of them may wait for a host that is silent.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
from typing import BinaryIO

from desktop_app.errors import AppError
from desktop_app.hub.access import Connected, HubAccess
from desktop_app.hub.client import HubClient, Results
from desktop_app.hub.hub_messages import (
    MAX_LINE_BYTES,
    PROTOCOL_VERSION,
    AskRelease,
    Cancel,
    Cancelled,
    Card,
    CardRead,
    CheckEndpoint,
    EndpointChecked,
    Event,
    Failed,
    Found,
    HeaderRead,
    HubReady,
    Info,
    Information,
    More,
    Open,
    ProtocolError,
    ReadHeader,
    ReleaseFound,
    Request,
    Search,
    Who,
    WhoAmI,
    decode_request,
    encode,
)
from desktop_app.hub.query import Query
from desktop_app.hub.session import ConnectionCount, open_session
from desktop_app.logs import without_words
from desktop_app.own_process import begin, limit_memory

log = logging.getLogger(__name__)

N_AT_ONCE = 4
N_SEARCHES_MAX = 8
"""Searches that can be gone on with; the oldest are forgotten."""
MEMORY_BYTES = 1 << 30
"""Far more than any answer takes; a server that never stops talking ends this process and not the computer."""


def main() -> int:
    """Be the process. Gives the exit code."""
    output = begin(ends_with_window=True)
    limit_memory(MEMORY_BYTES, is_mapped_counted=False)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # Both write addresses into the log, and with them what is searched for.
    for name in ("huggingface_hub", "httpx2"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    exit_code = Worker(os.fdopen(output, "wb", buffering=0)).run(sys.stdin.buffer)
    # Threads that wait for a host are not waited for, and the output stays open for the one that writes just now.
    sys.stderr.flush()
    os._exit(exit_code)


class Worker:
    """Reads requests, has threads answer them, writes events."""

    def __init__(self, outgoing: BinaryIO) -> None:
        self._outgoing = outgoing
        self._writing = threading.Lock()
        self._waiting: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._searches: dict[int, tuple[Query, Results, threading.Lock]] = {}
        self._count = ConnectionCount(self._tell)

    def run(self, incoming: BinaryIO) -> int:
        """Answer until the input ends. Gives the exit code: 0, 1 for input that is no request."""
        while line := incoming.readline(MAX_LINE_BYTES):
            try:
                request = decode_request(line)
            except ProtocolError:
                log.error("a line that is no request (%d bytes)", len(line))
                return 1
            if isinstance(request, Open):
                self._open(request.access)
            elif isinstance(request, Cancel):
                self._cancelled.add(request.id)
            else:
                self._waiting.put(request)
        self._count.flush()
        return 0

    def _open(self, access: HubAccess) -> None:
        open_session(access, self._count)
        client = HubClient(access, self._count)
        for _ in range(N_AT_ONCE):
            threading.Thread(target=self._work, args=(client,), name="hub", daemon=True).start()
        self._tell(HubReady(PROTOCOL_VERSION, os.getpid()))

    def _work(self, client: HubClient) -> None:
        while True:
            request = self._waiting.get()
            assert not isinstance(request, Open | Cancel)
            answer: Event = Cancelled(request.id)
            if request.id not in self._cancelled:
                try:
                    answer = self._answer(client, request)
                except AppError as error:
                    answer = Failed(request.id, error)
                except Exception as error:
                    sys.stderr.write(f"{without_words(error)}\n")
                    sys.stderr.flush()
                    os._exit(1)
            self._count.flush()
            self._tell(Cancelled(request.id) if request.id in self._cancelled else answer)
            self._cancelled.discard(request.id)

    def _answer(self, client: HubClient, request: Request) -> Event:
        match request:
            case Search():
                results, repositories, is_more = client.search(request.query, request.n_known, request.token)
                self._keep(request, results)
                return Found(request.id, repositories, is_more)
            case More():
                return self._more(client, request)
            case Info():
                return Information(request.id, client.info(request.repository, request.revision, request.token))
            case Card():
                return CardRead(request.id, client.card(request.repository, request.revision, request.token))
            case ReadHeader():
                shape = client.header(request.repository, request.revision, request.file, request.token)
                return HeaderRead(request.id, shape)
            case WhoAmI():
                return Who(request.id, client.whoami(request.token))
            case CheckEndpoint():
                client.check(request.url)
                return EndpointChecked(request.id, request.url)
            case AskRelease():
                return ReleaseFound(request.id, client.latest_release(request.url))
        raise AssertionError(type(request).__name__)

    def _keep(self, request: Search, results: Results) -> None:
        while len(self._searches) >= N_SEARCHES_MAX:
            self._searches.pop(min(self._searches), None)
        self._searches[request.id] = (request.query, results, threading.Lock())

    def _more(self, client: HubClient, request: More) -> Event:
        if request.search not in self._searches:
            return Found(request.id, (), False)
        query, results, reading = self._searches[request.search]
        with reading:
            return Found(request.id, *client.more(results, query))

    def _tell(self, event: Event | Connected) -> None:
        line = encode(event)
        with self._writing:
            try:
                self._outgoing.write(line)
            except BrokenPipeError:
                os._exit(0)
