"""The missing bytes of one file, over several connections at once.

Every connection takes the first piece that nobody has, asks for the rest of it with a Range request, and puts back what it
did not get. Whatever passes by itself is waited for, without an end: a connection that broke after it had brought
something is made again at once, else see `Patience`. An expired link is asked for anew by one, for all.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import httpx2
from huggingface_hub import get_session

from desktop_app.errors import AppError, DiskFull, HubFailed, NotEnoughDiskSpace, TooManyRequests
from desktop_app.hub.access import origin_of
from desktop_app.hub.answers import REFUSED, Broken, RangesIgnored, check_all, check_part
from desktop_app.hub.failures import as_app_error
from desktop_app.hub.journal import Journal
from desktop_app.hub.links import TRANSIENT, Link, Links
from desktop_app.hub.parts import Part, PartWriter
from desktop_app.hub.patience import Patience
from desktop_app.hub.repository import RepositoryFile
from desktop_app.hub.session import counted_as

PROGRESS_BYTES = 64 * 1024
"""A connection that has brought so much was no failure."""
N_REFUSALS_MAX = 6
"""Answers in a row, each to a fresh link, that were none: the server will not think otherwise."""
N_IGNORED_MAX = 3
"""Ranges in a row that a server has ignored which has given some before."""

LackOfSpace = NotEnoughDiskSpace | DiskFull


class _Halted(Exception):
    """It shall end, or wait for space. What has come is counted."""


class Transfer:
    """Fetches what `journal` lacks of `file` into `part`, by threads of its own.

    `is_sequential`: in one stream from the first byte, for servers that know no ranges.
    """

    def __init__(
        self, file: RepositoryFile, repository: str, part: Part, journal: Journal, links: Links, *,
        n_connections: int, is_sequential: bool = False,
    ) -> None:  # fmt: skip
        self._file, self._repository = file, repository
        self._part, self._journal, self._links = part, journal, links
        self._is_sequential = is_sequential
        n_missing = sum(not journal.is_complete(index) for index in range(journal.n_pieces))
        n_connections = min(1 if is_sequential else n_connections, n_missing)
        self._changed = threading.Condition()
        self._taken: set[int] = set()
        self._n_came = [0] * n_connections
        """Bytes that each connection has brought in its last try."""
        self._patience = Patience(max(1, n_connections))
        self._link: Link | None = None
        self._is_link_good = False
        self._link_lock = threading.Lock()
        self._etags: dict[tuple[str, str, int], set[str]] = {}
        """What each content host calls the file."""
        self._has_ranges = False
        self._n_ignored = self._n_refusals = 0
        self._is_halted = False
        self.has_link = False
        """Whether any endpoint has said where the bytes are."""
        self.n_carrying = 0
        """Connections that carry bytes now."""
        self.lack_of_space: LackOfSpace | None = None
        """Why it waits for space; None while there is some."""
        self.lacking_since_s = 0.0
        self.trouble: AppError | None = None
        """What was wrong last; None when something has come since."""
        self.error: AppError | None = None
        """Why it has ended and is not complete."""
        self.ignores_ranges = False
        """Whether it has ended because the server gives whole files only."""
        self._threads = [
            threading.Thread(target=self._run, args=(index,), daemon=True, name=f"connection {index}")
            for index in range(n_connections)
        ]

    def start(self) -> None:
        """Begin; it ends by itself."""
        for thread in self._threads:
            thread.start()

    @property
    def is_running(self) -> bool:
        """Say whether any connection is still at work."""
        return any(thread.is_alive() for thread in self._threads)

    @property
    def is_down(self) -> bool:
        """Say whether nothing comes, and something is wrong."""
        return self._patience.is_down and not self.n_carrying

    @property
    def quiet_s(self) -> float:
        """Seconds for which the hub wants to be left alone."""
        return self._patience.quiet_s

    @property
    def retry_s(self) -> float:
        """Seconds until something is tried again."""
        return self._patience.retry_s

    def set_lack_of_space(self, lack: LackOfSpace | None) -> None:
        """Wait until there is space, or go on."""
        with self._changed:
            self.lack_of_space = lack
            self.lacking_since_s = time.monotonic()
            self._changed.notify_all()

    def try_now(self) -> None:
        """Wait for nothing but space."""
        with self._changed:
            self._patience.try_now()
            self._changed.notify_all()

    def wait_for_end(self, timeout_s: float) -> None:
        """Wait until a connection has no more to do, or so long."""
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout_s)
                return

    def halt(self, error: AppError | None = None) -> None:
        """Let the connections end, each with the next that it reads."""
        with self._changed:
            self._is_halted = True
            self.error = self.error or error
            self._changed.notify_all()

    def _run(self, index: int) -> None:
        try:
            with self._part.writer() as writer:
                while (piece := self._take(index)) is not None:
                    self._try(index, piece, writer)
        except AppError as error:
            self.halt(error)
        finally:
            with self._changed:
                self._changed.notify_all()

    def _take(self, index: int) -> int | None:
        """Give the first piece that nobody has, when it is this connection's turn; None when nothing is missing."""
        with self._changed:
            while not self._is_halted:
                missing = [one for one in range(self._journal.n_pieces) if not self._journal.is_complete(one)]
                if not missing:
                    return None
                wait_s = self._patience.wait_s(index)
                piece = next((one for one in missing if one not in self._taken), None)
                if wait_s == 0 and piece is not None and self.lack_of_space is None:
                    self._taken.add(piece)
                    return piece
                self._changed.wait(wait_s or None)
            return None

    def _try(self, index: int, piece: int, writer: PartWriter) -> None:
        """Make one request; what goes wrong is noted, so that the next one is better."""
        self._n_came[index] = 0
        try:
            link = self._current_link(index)
            try:
                self._fetch(index, piece, link, writer)
            except Broken as broken:
                self._note_broken(index, link, broken)
        except _Halted:
            pass
        except DiskFull as error:
            self.set_lack_of_space(error)
        except RangesIgnored:
            self._note_ignored()
        finally:
            with self._changed:
                self._taken.discard(piece)
                self._changed.notify_all()

    def _current_link(self, index: int) -> Link:
        """Give the link that all use; asked for by one while the others wait. Raises: _Halted, AppError."""
        with self._link_lock:
            if self._is_halted or self._patience.wait_s(index) != 0:
                raise _Halted  # another one has just found that there is no link to be had
            if self._link is None:
                try:
                    self._link, self._is_link_good = self._links.find(self._file), False
                except TRANSIENT as error:
                    self._count_refusal(error, is_refusal=isinstance(error, HubFailed) and error.status in REFUSED)
                    self._note_trouble(error)
                    with self._changed:
                        self._patience.note_failure_of_all()
                    raise _Halted from error
                self.has_link = True
            return self._link

    def _fetch(self, index: int, piece: int, link: Link, writer: PartWriter) -> None:
        start, end = self._journal.missing(piece)
        headers = dict(link.headers) if self._is_sequential else link.headers | {"Range": f"bytes={start}-{end - 1}"}
        try:
            with (
                counted_as("download", self._repository, link.endpoint),
                get_session().stream("GET", link.url, headers=headers) as response,
            ):
                if self._is_sequential:
                    check_all(response, self._file.size_bytes, link.endpoint)
                    self._carry(index, self._split(response, link.endpoint), writer)
                    return
                check_part(response, start, end, self._file.size_bytes, link.endpoint)
                self._check_etag(response, link)
                self._has_ranges = self._is_link_good = True
                self._carry(index, self._placed(response, piece, link.endpoint), writer)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            is_refusal = isinstance(error, PermissionError)  # it has led to a host that is none of the hub's
            raise Broken(as_app_error(error, link.endpoint, self._repository), is_refusal=is_refusal) from error

    def _carry(self, index: int, blocks: Iterator[tuple[int, int, bytes]], writer: PartWriter) -> None:
        """Write what comes: piece, place in the file and bytes."""
        is_noted = False
        with self._changed:
            self.n_carrying += 1
        try:
            for piece, position, block in blocks:
                if self._is_halted or self.lack_of_space is not None:
                    raise _Halted
                writer.write_at(position, block)
                self._journal.advance(piece, len(block))
                self._n_came[index] += len(block)
                if not is_noted and self._n_came[index] >= PROGRESS_BYTES:
                    is_noted = True
                    self._note_progress(index)
        finally:
            with self._changed:
                self.n_carrying -= 1

    def _placed(self, response: httpx2.Response, piece: int, endpoint: str) -> Iterator[tuple[int, int, bytes]]:
        """Give the bytes of an answer to a Range request, and no more than were asked for."""
        start, end = self._journal.missing(piece)
        is_exact = response.headers.get("Content-Length") == str(end - start)
        for block in response.iter_raw():
            yield piece, start, block[: end - start]
            start += len(block)
            if start >= end and not is_exact:
                return  # what is left is nothing that was asked for; an exact answer leaves the connection good for the next
        if start < end:
            raise Broken(HubFailed(endpoint, response.status_code))  # it had said that there is less

    def _split(self, response: httpx2.Response, endpoint: str) -> Iterator[tuple[int, int, bytes]]:
        """Give the bytes of a whole file that are missing, each to its piece."""
        position = 0
        for received in response.iter_raw():
            block = received[: self._file.size_bytes - position]
            while block:
                piece = position // self._journal.piece_bytes
                _, end = self._journal.piece(piece)
                n_bytes = min(len(block), end - position)
                n_there = max(0, self._journal.missing(piece)[0] - position)
                if n_there < n_bytes:
                    yield piece, position + n_there, block[n_there:n_bytes]
                position += n_bytes
                block = block[n_bytes:]
        if position < self._file.size_bytes:
            raise Broken(HubFailed(endpoint, response.status_code))

    def _check_etag(self, response: httpx2.Response, link: Link) -> None:
        """Have the hub asked again when another file seems to lie at the same address. Raises: Broken.

        Not more than once for each name that the content host gives it: some have several computers that do not agree.
        """
        etag, origin = response.headers.get("ETag", ""), origin_of(str(response.url))
        known = self._etags.setdefault(origin, {etag})
        if etag not in known:
            known.add(etag)
            raise Broken(HubFailed(link.endpoint, response.status_code), is_refusal=True)

    def _note_progress(self, index: int) -> None:
        with self._changed:
            self._patience.note_progress(index)
            self._n_refusals = self._n_ignored = 0
            self.trouble = None
            self._changed.notify_all()

    def _note_trouble(self, error: AppError) -> None:
        with self._changed:
            self.trouble = error
            if isinstance(error, TooManyRequests):
                self._patience.be_quiet(error.retry_s)

    def _note_broken(self, index: int, link: Link, broken: Broken) -> None:
        """Wait where nothing has come, and ask for another link. Raises: AppError: it has been refused too often."""
        self._note_trouble(broken.error)
        if isinstance(broken.error, TooManyRequests) or self._n_came[index] >= PROGRESS_BYTES:
            return
        with self._link_lock:
            is_expired = broken.is_refusal and (self._is_link_good or self._link is not link)
            if self._link is link:
                self._link = None
        if is_expired:
            return
        self._links.failed(link)
        self._count_refusal(broken.error, is_refusal=broken.is_refusal)
        with self._changed:
            self._patience.note_failure(index)

    def _count_refusal(self, error: AppError, *, is_refusal: bool) -> None:
        self._n_refusals += is_refusal
        if self._n_refusals >= N_REFUSALS_MAX:
            raise error

    def _note_ignored(self) -> None:
        """Give ranges up for this server when it has given none, or has ignored some in a row."""
        self._n_ignored += 1
        if not self._has_ranges or self._n_ignored >= N_IGNORED_MAX:
            self.ignores_ranges = True
            self.halt()
