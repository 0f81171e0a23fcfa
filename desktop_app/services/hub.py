"""Looking around on the hub, from the window: one child process that is there while somebody asks."""

from __future__ import annotations

import itertools
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.errors import AccessRequired, AppError, HubFailed, HubUnreachable, OfflineSwitchOn, RepositoryMissing
from desktop_app.hub import hub_messages as messages
from desktop_app.hub.access import Connected
from desktop_app.hub.query import Query
from desktop_app.record import Record
from desktop_app.services.worker_process import WorkerProcess

if TYPE_CHECKING:
    from desktop_app.services.network import Network

log = logging.getLogger(__name__)

IDLE_MS = 60_000
"""After so long without a question the process ends; a new one takes half a second."""
LIMIT_S = 90.0
"""What is not answered by then is given up, whatever the process is doing."""
_WATCH_INTERVAL_S = 1.0
FRESH_S = 300.0
"""So long what was read of a repository is not asked for again: the hub counts requests."""
_N_KEPT = 64
_READS = (messages.Info, messages.Card, messages.ReadHeader)
_WITH_TOKEN = (*_READS, messages.Search)
"""What is asked once more with the access token when it was refused without."""


class _Asked(Record):
    """A request that is not answered."""

    request: Any
    since_s: float


class _SearchSoFar(Record):
    """A search, what of it has arrived, and the process that can go on with it."""

    number: int
    query: Query
    n_arrived: int
    process: object


class Hub(QObject):
    """Asks the hub. Every request has a number; exactly one of the signals answers it, unless it is cancelled.

    Signals:
        found(int, tuple[Repository, ...], bool): results of `search` or `more`; whether there are more.
        information(int, Repository): with all files, their sizes and hashes.
        card_read(int, str): the text of a model card, Markdown from outside; "" when there is none.
        header_read(int, ModelShape): what the memory depends on.
        who(int, str): the account that the access token belongs to.
        endpoint_checked(int, str): the endpoint is a hub.
        release_found(int, str): where the latest release of the application is described; "" when there is none.
        failed(int, AppError): any of these.
    """

    found = Signal(int, object, bool)
    information = Signal(int, object)
    card_read = Signal(int, str)
    header_read = Signal(int, object)
    who = Signal(int, str)
    endpoint_checked = Signal(int, str)
    release_found = Signal(int, str)
    failed = Signal(int, object)

    def __init__(
        self,
        network: Network,
        parent: QObject | None = None,
        *,
        command: Callable[[], tuple[str, list[str]]] | None = None,
        idle_ms: int = IDLE_MS,
        limit_s: float = LIMIT_S,
    ) -> None:
        """Ask as `network` says; `command` starts the process."""
        super().__init__(parent)
        self._network = network
        self._command = command or partial(network.command, "hub")
        self._limit_s = limit_s
        self._numbers = itertools.count(1)
        self._process: WorkerProcess | None = None
        self._ending: list[WorkerProcess] = []
        self._asked: dict[int, _Asked] = {}
        self._searches: dict[int, _SearchSoFar] = {}
        self._kept: OrderedDict[tuple[str, ...], tuple[float, messages.Event]] = OrderedDict()
        self._idle = QTimer(self, singleShot=True, interval=idle_ms)
        self._idle.timeout.connect(self._on_idle)
        self._watch = QTimer(self, interval=round(min(_WATCH_INTERVAL_S, limit_s) * 1000))
        self._watch.timeout.connect(self._on_watch_due)
        network.changed.connect(self._on_network_changed)

    def search(self, query: Query) -> int:
        """Begin a search; `found` brings its first results."""
        number = next(self._numbers)
        self._ask(messages.Search(number, query))
        self._searches[number] = _SearchSoFar(number, query, 0, self._process)
        while len(self._searches) > _N_KEPT:
            del self._searches[min(self._searches)]
        return number

    def more(self, number: int) -> int:
        """Ask for the next results of the search `number`; answered under the number that this gives."""
        so_far, own = self._searches[number], next(self._numbers)
        self._searches[own] = so_far
        if so_far.process is not None and so_far.process is self._process:
            self._ask(messages.More(own, so_far.number))
        else:
            self._ask(messages.Search(own, so_far.query, so_far.n_arrived))
            self._searches[number] = self._searches[own] = so_far.replaced(number=own, process=self._process)
        return own

    def info(self, repository: str, revision: str = "") -> int:
        """Ask for a repository with all its files; `information` brings it."""
        return self._read(messages.Info(next(self._numbers), repository, revision))

    def card(self, repository: str, revision: str = "") -> int:
        """Ask for the model card; `card_read` brings it."""
        return self._read(messages.Card(next(self._numbers), repository, revision))

    def header(self, repository: str, revision: str, file: str) -> int:
        """Ask for the shape of a model file, by its first bytes; `header_read` brings it."""
        return self._read(messages.ReadHeader(next(self._numbers), repository, revision, file=file))

    def whoami(self) -> int:
        """Ask whose access token it is; `who` brings the name."""
        number = next(self._numbers)

        def ask(token: str) -> None:
            self._ask(messages.WhoAmI(number, token))

        self._network.fetch_token(ask)
        return number

    def check_endpoint(self, url: str) -> int:
        """Ask whether there is a hub at `url`; `endpoint_checked` says so."""
        number = next(self._numbers)
        self._ask(messages.CheckEndpoint(number, url))
        return number

    def latest_release(self, url: str) -> int:
        """Ask which release of the application is the latest at `url`; `release_found` says so."""
        number = next(self._numbers)
        self._ask(messages.AskRelease(number, url))
        return number

    def cancel(self, number: int) -> None:
        """Hear no more of a request."""
        if self._asked.pop(number, None) is not None and self._process is not None:
            self._process.send(messages.encode(messages.Cancel(number)))

    def forget(self) -> None:
        """Take nothing for known: the next question is asked anew."""
        self._kept.clear()

    def close(self) -> None:
        """End the child process."""
        self._asked.clear()
        self._idle.stop()
        self._watch.stop()
        self._let_go()
        for process in list(self._ending):
            process.stop_and_wait()

    # Asking

    def _read(self, request: Any) -> int:
        """Ask for something about a repository, unless it is known."""
        kept = self._kept.get(_key(request))
        if kept is not None and time.monotonic() - kept[0] < FRESH_S and not self._network.is_offline:
            self._asked[request.id] = _Asked(request, time.monotonic())
            # Later, since the one who asks must have the number first.
            QTimer.singleShot(0, self, partial(self._answer_again, request.id, kept[1]))
        else:
            self._ask(request)
        return int(request.id)

    def _answer_again(self, number: int, answer: messages.Event) -> None:
        if self._asked.pop(number, None) is not None:
            self._tell(answer.replaced(id=number))

    def _ask(self, request: Any) -> None:
        self._asked[request.id] = _Asked(request, time.monotonic())
        if self._network.is_offline:
            QTimer.singleShot(0, self, partial(self._fail, request.id, OfflineSwitchOn()))
            return
        self._running().send(messages.encode(request))
        self._idle.start()
        self._watch.start()

    def _running(self) -> WorkerProcess:
        if self._process is None:
            process = WorkerProcess(*self._command(), messages.MAX_HUB_LINE_BYTES, self, name="hub")
            process.line_received.connect(self._on_line)
            process.ended.connect(self._on_ended)
            process.start()
            process.send(messages.encode(messages.Open(self._network.access())))
            self._process = process
        return self._process

    def _let_go(self) -> None:
        """Have the process end; what it still says is not heard."""
        process, self._process = self._process, None
        if process is None:
            return
        process.line_received.disconnect(self._on_line)
        process.line_received.connect(self._on_last_line)
        process.ended.disconnect(self._on_ended)
        for signal in (process.stopped, process.ended):
            signal.connect(partial(self._forget_process, process))
        self._ending.append(process)
        process.stop()

    def _forget_process(self, process: WorkerProcess, *_: str) -> None:
        self._ending.remove(process)
        process.deleteLater()

    # Hearing

    def _tell(self, event: Any) -> None:
        """Give an answer to the one who asked, unless it was cancelled."""
        match event:
            case messages.Found():
                self._count(event.id, len(event.repositories))
                self.found.emit(event.id, event.repositories, event.is_more)
            case messages.Information():
                self.information.emit(event.id, event.repository)
            case messages.CardRead():
                self.card_read.emit(event.id, event.text)
            case messages.HeaderRead():
                self.header_read.emit(event.id, event.shape)
            case messages.Who():
                self.who.emit(event.id, event.name)
            case messages.EndpointChecked():
                self.endpoint_checked.emit(event.id, event.url)
            case messages.ReleaseFound():
                self.release_found.emit(event.id, event.page)

    def _count(self, number: int, n_arrived: int) -> None:
        """Note what has arrived of a search, under all of its numbers."""
        if number not in self._searches:
            return
        search = self._searches[number].number
        for own, so_far in self._searches.items():
            if so_far.number == search:
                self._searches[own] = so_far.replaced(n_arrived=so_far.n_arrived + n_arrived)

    def _fail(self, number: int, error: AppError) -> None:
        if self._asked.pop(number, None) is not None:
            self.failed.emit(number, error)

    def _fail_all(self, error: AppError) -> None:
        for number in list(self._asked):
            self._fail(number, error)

    def _ask_with_token(self, request: Any, error: AppError) -> None:
        """Ask once more, as the person: a repository that is not for everybody needs it, and no other gets it."""

        def ask(token: str) -> None:
            if token and request.id in self._asked:
                self._ask(request.replaced(token=token))
            else:
                self._fail(request.id, error)

        self._network.fetch_token(ask)

    @Slot(bytes)
    def _on_line(self, line: bytes) -> None:
        try:
            event = messages.decode_event(line)
        except messages.ProtocolError as error:
            assert self._process is not None
            self._process.abandon(str(error))
            return
        if isinstance(event, Connected):
            self._network.record(event)
        elif isinstance(event, messages.FINAL) and event.id in self._asked:
            self._on_answer(self._asked[event.id].request, event)

    @Slot(bytes)
    def _on_last_line(self, line: bytes) -> None:
        try:
            event = messages.decode_event(line)
        except messages.ProtocolError:
            return
        if isinstance(event, Connected):
            self._network.record(event)

    def _on_answer(self, request: Any, event: Any) -> None:
        self._idle.start()
        if isinstance(event, messages.Failed):
            is_refused = isinstance(event.error, AccessRequired | RepositoryMissing) and isinstance(request, _WITH_TOKEN)
            if is_refused and not request.token:
                self._ask_with_token(request, event.error)
            else:
                self._fail(event.id, event.error)
            return
        del self._asked[event.id]
        if isinstance(request, _READS):
            self._kept[_key(request)] = (time.monotonic(), event)
            while len(self._kept) > _N_KEPT:
                self._kept.popitem(last=False)
        self._tell(event)

    @Slot(str, str)
    def _on_ended(self, reason: str, _log_tail: str) -> None:
        log.warning("hub: %s", reason)
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
        self._fail_all(HubFailed(self._network.access().endpoints[0].url, 0))

    @Slot()
    def _on_idle(self) -> None:
        if self._asked:
            self._idle.start()
        else:
            self._watch.stop()
            self._let_go()

    @Slot()
    def _on_watch_due(self) -> None:
        now_s = time.monotonic()
        if any(now_s - asked.since_s > self._limit_s for asked in self._asked.values()):
            self._let_go()
            self._fail_all(HubUnreachable(self._network.access().endpoints[0].url))

    @Slot()
    def _on_network_changed(self) -> None:
        """Have what is not answered asked anew, in the way that counts now."""
        self._kept.clear()
        if self._process is None:
            return
        self._let_go()
        for asked in list(self._asked.values()):
            request = asked.request
            if isinstance(request, messages.More):
                so_far = self._searches[request.id]
                request = messages.Search(request.id, so_far.query, so_far.n_arrived)
            self._ask(request)


def _key(request: Any) -> tuple[str, ...]:
    return type(request).__name__, request.repository, request.revision, getattr(request, "file", "")
