"""One job, from its first request to verified files in their places.

Files come one after the other, each over several connections. Each is compared with the hash that the hub has, while it
comes; a wrong one is deleted and fetched once more, from elsewhere or over one connection. When all are right, and
what calls itself a model can be read as one, all take their places; until then an older version stays where it is.
"""

from __future__ import annotations

import math
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import TypeVar

from desktop_app.engine.gguf import read_header
from desktop_app.errors import (
    AppError,
    ChecksumMismatch,
    DiskFull,
    ModelFolderGone,
    NotAModelFile,
    NotEnoughDiskSpace,
    TooManyRequests,
)
from desktop_app.hub.download_messages import Event, Failed, Finished, Progress, Start, State
from desktop_app.hub.following import FollowingHash, hash_of
from desktop_app.hub.journal import Journal
from desktop_app.hub.links import Links
from desktop_app.hub.names import target_paths
from desktop_app.hub.parts import Part, PartInUse, disk_error, kept_of_file
from desktop_app.hub.repository import RepositoryFile
from desktop_app.hub.speed import Speed
from desktop_app.hub.transfer import Transfer

T = TypeVar("T")

PIECE_BYTES_MAX = 8 << 20
PIECE_BYTES_MIN = 1 << 20
_N_PIECES = 32
"""A small file is cut so often, so that its last piece is not waited for by three connections of four."""
TICK_S = 0.1
TELL_AT_LEAST_S = 1.0
SPACE_INTERVAL_S = 2.0
FULL_PAUSE_S = 5.0
"""A disk that was full though it said that there is space is tried again after so long: a quota, for instance."""
SAVE_INTERVAL_S = 5.0
IN_USE_PAUSE_S = 0.5
N_ATTEMPTS = 2


class Download:
    """Runs one job; `tell` gets how it goes, in this thread and at most ten times a second."""

    def __init__(self, start: Start, tell: Callable[[Event], None]) -> None:
        self._start, self._job, self._tell = start, start.job, tell
        self._links = Links(start.job, start.access, start.token)
        self._targets = target_paths(start.job)
        self._done = [kept_of_file(file, target) for file, target in zip(self._job.files, self._targets, strict=True)]
        self._transfer: Transfer | None = None
        self._speed = Speed()
        self._told: Progress | None = None
        self._told_s = 0.0
        self._space_due_s = 0.0

    def try_now(self) -> None:
        """Wait for nothing but space. From any thread."""
        if (transfer := self._transfer) is not None:
            transfer.try_now()

    def run(self) -> Finished | Failed:
        """Do it; gives the last word on it."""
        parts: list[Part | None] = []
        try:
            _check_folder(Path(self._job.folder))
            sha256 = [self._have(index, parts) for index in range(len(self._job.files))]
            self._check_models(parts)
            for part in parts:
                if part is not None:
                    self._meanwhile("verifying", part.place)
            return Finished(self._job.id, tuple(str(target) for target in self._targets), tuple(sha256))
        except AppError as error:
            return Failed(self._job.id, error)
        finally:
            for part in parts:
                if part is not None:
                    part.close()

    def _have(self, index: int, parts: list[Part | None]) -> str:
        """Give the sha256 of a file that is there whole and right; its partial file, if it is one, is added to `parts`."""
        file, target = self._job.files[index], self._targets[index]
        self._say("checking")
        part = self._hold(target)
        if part.is_new and (sha256 := self._sha256_in_place(file, target)):
            part.discard()  # it was put there, and the others were not, when something ended the process
            parts.append(None)
            self._done[index] = file.size_bytes
            return sha256
        parts.append(part)
        n_connections = self._start.n_connections
        for _ in range(N_ATTEMPTS):
            if sha256 := self._fetch(index, part, n_connections):
                return sha256
            part.clear()
            self._done[index] = 0
            self._say("checking")
            n_connections = 1 if self._links.n_endpoints == 1 else n_connections
        part.discard()
        raise ChecksumMismatch(file.base_name)

    def _hold(self, target: Path) -> Part:
        """Open a partial file when nobody else writes it."""
        while True:
            try:
                return self._when_there_is_space(lambda: Part(target))
            except PartInUse:
                self._say("checking")
                time.sleep(IN_USE_PAUSE_S)

    def _when_there_is_space(self, make: Callable[[], T]) -> T:
        """Give what `make` gives when the disk has room for it: for files that are small, and made before anything comes."""
        while True:
            try:
                return make()
            except DiskFull as error:
                self._say("waiting_space", error)
                time.sleep(SPACE_INTERVAL_S)

    def _sha256_in_place(self, file: RepositoryFile, target: Path) -> str:
        """Give the sha256 of what lies in the file's place already; "" when it is not the file."""
        try:
            if target.stat().st_size != file.size_bytes:
                return ""
            content = self._meanwhile("checking", lambda: hash_of(target, file))
        except OSError:
            return ""
        return content.sha256 if content.is_right and (file.sha256 or file.blob_id) else ""

    def _fetch(self, index: int, part: Part, n_connections: int) -> str:
        """Give the sha256 of the file when it has come whole and right; "" when it is not the one that was asked for."""
        file = self._job.files[index]
        identity = file.sha256 or file.blob_id or f"{self._job.repository}@{self._job.revision}/{file.name}"
        piece_bytes = _piece_bytes(file.size_bytes)
        journal = self._when_there_is_space(lambda: part.journal(identity, file.size_bytes, piece_bytes))
        following = FollowingHash(file, part, journal)
        try:
            is_sequential = self._carry(index, part, journal, n_connections)
            if is_sequential:
                self._carry(index, part, journal, n_connections, is_sequential=True)
            self._say("verifying")
            while following.is_running:
                following.wait(TICK_S)
                self._say("verifying")
        finally:
            following.stop()
        if following.error is not None:
            raise following.error
        if not following.content.is_right:
            self._links.distrust()
            return ""
        return following.content.sha256

    def _carry(self, index: int, part: Part, journal: Journal, n_connections: int, *, is_sequential: bool = False) -> bool:
        """Bring what is missing. Gives True where that takes a single stream, and was not begun."""
        transfer = Transfer(
            self._job.files[index], self._job.repository, part, journal, self._links,
            n_connections=n_connections, is_sequential=is_sequential,
        )  # fmt: skip
        self._transfer = transfer
        self._done[index] = journal.done_bytes
        self._look_after_space(transfer, is_due=True)
        is_over = threading.Event()
        keeper = threading.Thread(target=_keep_saving, args=(journal, part, transfer, is_over), daemon=True, name="journal")
        keeper.start()
        transfer.start()
        try:
            while transfer.is_running:
                self._done[index] = journal.done_bytes
                self._look_after_space(transfer)
                self._say(*_state_of(transfer))
                transfer.wait_for_end(TICK_S)
        finally:
            self._transfer = None
            is_over.set()
            self._meanwhile("verifying", keeper.join)
        self._done[index] = journal.done_bytes
        if transfer.error is not None:
            raise transfer.error
        if not transfer.ignores_ranges and journal.done_bytes != journal.size_bytes:
            raise RuntimeError("a connection ended by a mistake of ours")
        return transfer.ignores_ranges

    def _look_after_space(self, transfer: Transfer, *, is_due: bool = False) -> None:
        """Have it wait while the disk is about to be full, and end when it is gone."""
        now_s = time.monotonic()
        if now_s < self._space_due_s and not is_due:
            return
        is_full = isinstance(transfer.lack_of_space, DiskFull)
        self._space_due_s = now_s + SPACE_INTERVAL_S
        if is_full and not is_due and now_s - transfer.lacking_since_s < FULL_PAUSE_S:
            return
        try:
            free_bytes = shutil.disk_usage(self._job.folder).free
        except OSError as error:
            transfer.halt(disk_error(error, Path(self._job.folder) / "model"))
            return
        needed_bytes = self._job.total_bytes - sum(self._done) + self._start.keep_free_bytes
        lack = NotEnoughDiskSpace(needed_bytes, free_bytes) if free_bytes < needed_bytes else None
        if lack != transfer.lack_of_space:
            transfer.set_lack_of_space(lack)

    def _check_models(self, parts: list[Part | None]) -> None:
        """Read the header of each model, as whoever loads it will. Raises: NotAModelFile."""
        for part in parts:
            if part is None or part.target.suffix.lower() != ".gguf":
                continue
            try:
                read_header(part.path)
            except NotAModelFile as error:
                part.discard()
                raise NotAModelFile(str(part.target), error.reason) from error

    def _meanwhile(self, state: State, work: Callable[[], T]) -> T:
        """Give what `work` gives, and speak on: a disk that takes minutes for it is no reason to be taken for dead."""
        with ThreadPoolExecutor(1, "disk") as pool:
            result = pool.submit(work)
            while not wait((result,), TICK_S).done:
                self._say(state)
            return result.result()

    def _say(self, state: State, reason: AppError | None = None, retry_s: float = 0.0, n_connections: int = 0) -> None:
        done_bytes, now_s = sum(self._done), time.monotonic()
        if self._told is not None and now_s - self._told_s < TICK_S and state == self._told.state:
            return
        speed = self._speed.after(done_bytes, now_s)
        progress = Progress(
            self._job.id, done_bytes, self._job.total_bytes, round(speed), n_connections, state, reason, math.ceil(retry_s)
        )
        if progress != self._told or now_s - self._told_s >= TELL_AT_LEAST_S:
            self._told, self._told_s = progress, now_s
            self._tell(progress)


def _state_of(transfer: Transfer) -> tuple[State, AppError | None, float, int]:
    if transfer.lack_of_space is not None:
        return "waiting_space", transfer.lack_of_space, 0.0, 0
    if transfer.n_carrying:
        return "downloading", None, 0.0, transfer.n_carrying
    if transfer.quiet_s > 0:
        return "waiting_rate", TooManyRequests(math.ceil(transfer.quiet_s)), transfer.quiet_s, 0
    if transfer.is_down:
        return "waiting_network", transfer.trouble, transfer.retry_s, 0
    return "downloading" if transfer.has_link else "checking", None, 0.0, 0


def _check_folder(folder: Path) -> None:
    """Never make the folder of models itself: it is on a disk that is not there. Raises: ModelFolderGone."""
    models = folder.parents[1]
    if not models.is_dir():
        raise ModelFolderGone(str(models))


def _piece_bytes(size_bytes: int) -> int:
    wanted = size_bytes // _N_PIECES // PIECE_BYTES_MIN * PIECE_BYTES_MIN
    return max(PIECE_BYTES_MIN, min(wanted, PIECE_BYTES_MAX))


def _keep_saving(journal: Journal, part: Part, transfer: Transfer, is_over: threading.Event) -> None:
    while not is_over.wait(SAVE_INTERVAL_S):
        try:
            journal.save(part.path)
        except OSError as error:
            transfer.halt(disk_error(error, part.path))
            return
