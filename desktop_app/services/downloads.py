"""The queue of downloads: one at a time, each in a process of its own, and every end of the application survived.

An offer is put into the queue and kept in the database at once; the first for which there is room is started, in a
process that knows nothing of the queue. Whatever ends that (the person, a crash, the end of the application), the queue
goes on with what is first then. Nothing is started while the process before it, or what deletes parts, is at work:
there is never more than one writer. Must not know how bytes come.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.chat.message import new_id
from desktop_app.clock import now_ms
from desktop_app.errors import AppError, DownloadProcessEnded, ModelFolderGone, ModelInUse, OfflineSwitchOn, WriteFailed
from desktop_app.hub.download_messages import Failed, Finished, Start
from desktop_app.hub.job import Job
from desktop_app.hub.names import job_folder
from desktop_app.hub.offer import Offer
from desktop_app.library.fit import Fit
from desktop_app.services.background import STUCK_S, Background
from desktop_app.services.conversation_reading import ConversationReading
from desktop_app.services.download_files import remove_parts, tidy_up
from desktop_app.services.download_item import DownloadItem, WaitsFor
from desktop_app.services.download_process import DownloadProcess, Outcome
from desktop_app.services.download_queue import DownloadQueue
from desktop_app.services.download_space import free_bytes, without_room
from desktop_app.services.download_store import Download, DownloadStore
from desktop_app.services.keep_awake import KeepAwake
from desktop_app.services.reachability import Reachability

if TYPE_CHECKING:
    from desktop_app.services.file_release import FileRelease
    from desktop_app.services.model_library import ModelLibrary
    from desktop_app.services.network import Network

log = logging.getLogger(__name__)

LOOK_AGAIN_MS = 5_000
"""While something waits for room, or for the disk itself, the disk is asked so often."""
N_DEATHS_MAX = 5
"""So many ends of its process in a row, with nothing that came in between, and a download has failed."""
FIRST_PAUSE_MS = 1_000
LONGEST_PAUSE_MS = 30_000
"""Before a process that has ended by itself is started again: a second, then twice as long each time."""
_HELD = (DownloadProcessEnded, ModelFolderGone)
"""After these a download is held back for a while."""


class Downloads(QObject):
    """All downloads.

    Signals, each with the id of the download:
        download_added(id)
        download_changed(id): what `get` gives.
        download_finished(id, Path): it is in the library; the file to load.
        download_failed(id, AppError): it does not go on by itself.
        download_removed(id)
        order_changed(): `items` gives them in another order.
    """

    download_added = Signal(str)
    download_changed = Signal(str)
    download_finished = Signal(str, object)
    download_failed = Signal(str, object)
    download_removed = Signal(str)
    order_changed = Signal()

    def __init__(
        self,
        conversations: ConversationReading,
        network: Network,
        library: ModelLibrary,
        folder: Path,
        parent: QObject | None = None,
        *,
        awake: KeepAwake | None = None,
        reachability: Reachability | None = None,
        release: FileRelease | None = None,
    ) -> None:
        """`folder`: that of the models. `begin` reads the queue. `release`: None where there is no engine."""
        super().__init__(parent)
        self._network, self._library, self._folder = network, library, folder
        self._background = Background(self, waits_s=STUCK_S)
        self._awake = awake or KeepAwake(parent=self)
        self._reachability = reachability or Reachability(self)
        self._reachability.changed.connect(self._on_network_back)
        self._release = release
        if release is not None:
            release.released.connect(self._on_released)
        self._replacing = ""
        """The download that is to take the place of a file of the engine's; it comes before all others until it has ended."""
        self._in_use: ModelInUse | None = None
        """While the engine still has that file: then nothing is started."""
        self._queue = DownloadQueue(DownloadStore(conversations))
        self._waits: dict[str, AppError] = {}
        """Why something in the queue is not started."""
        self._process: DownloadProcess | None = None
        self._is_stopping = False
        """True: what the process works on is shown as if it had ended."""
        self._n_deaths = 0
        """How often in a row the process of `_last_started` has ended by itself without having brought anything."""
        self._last_started = ""
        self._cancelled: list[Job] = []
        """Their parts are still there."""
        self._is_clearing = self._is_looking = self._is_closed = self._is_held = False
        self._pause = self._timer(FIRST_PAUSE_MS)
        self._look_again = self._timer(LOOK_AGAIN_MS)
        network.changed.connect(self._on_network_changed)

    def _timer(self, interval_ms: int) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=interval_ms)
        timer.timeout.connect(self._turn)
        return timer

    def begin(self, *, is_held: bool = False) -> None:
        """Read the queue of last time and go on with it; parts that nobody will finish are deleted.

        `is_held`: it is only shown, until the person wants something of it.
        """
        self._is_held = is_held
        self._queue.read()
        for id_ in (*self._queue.order, *self._queue.over()):
            self.download_added.emit(id_)
        self._is_clearing = True
        work = partial(tidy_up, self._folder, self._queue.jobs(), clears=self._queue.is_whole)
        self._background.run(work, self._on_tidied)

    def _on_tidied(self, n_bytes: Mapping[str, int]) -> None:
        for id_, n_kept in n_bytes.items():
            if self._queue.see(id_, n_kept):
                self.download_changed.emit(id_)
        self._on_cleared(None)

    def close(self) -> None:
        """Stop what is running, for the end of the application: it goes on at the next start."""
        if self._is_closed:
            return
        self._is_closed = True
        self._pause.stop()
        self._look_again.stop()
        if self._process is not None:
            self._process.ended.disconnect(self._on_ended)
            self._process.stop_and_wait()
            if not self._is_stopping:
                self._keep_progress(self._process.id)
        self._awake.close()
        self._background.close()

    # What the windows ask

    def items(self) -> list[DownloadItem]:
        """Give all downloads: the queue in order, then those that are over, the last first."""
        return [self.get(id_) for id_ in (*self._queue.order, *self._queue.over())]

    def get(self, id_: str) -> DownloadItem:
        """Give one download. Raises: LookupError."""
        download = self._queue[id_]
        job = download.job
        item = DownloadItem(
            id=id_,
            title=job.title,
            quantization=download.quantization,
            level=download.level,
            repository=job.repository,
            revision=job.revision,
            state=download.state,
            done_bytes=download.done_bytes,
            total_bytes=job.total_bytes,
            reason=download.reason,
            first_path=download.first_path,
            finished_ms=download.finished_ms,
            fit=download.fit,
        )
        if download.state != "queued":
            return item
        if self._process is not None and self._is_running(id_):
            return self._process.shown(item)
        reason = self._waits.get(id_)
        return item if reason is None else item.replaced(state="waiting", reason=reason, waits_for=_waits_for(reason))

    # What the person wants

    def add(self, offer: Offer, *, is_wanted_next: bool = False, fit: Fit | None = None) -> str:
        """Put an offer into the queue and give the id of its download: of the one that is there already, if there is.

        `fit`: the verdict that the person was told; it is shown on.
        """
        self._is_held = False
        if known := self._queue.of_offer(offer):
            self.resume(known)
            self._turn()
            return known
        folder = str(job_folder(self._folder, offer.repository))
        job = Job(new_id(), offer.repository, offer.revision, offer.title, offer.all_files, folder, offer.needs_token)
        download = Download(job, offer.quantization, offer.level, created_ms=now_ms(), fit=fit)
        self._queue.add(download, self._next_place() if is_wanted_next else len(self._queue.order))
        self.download_added.emit(job.id)
        self._turn()
        return job.id

    def pause(self, id_: str) -> None:
        """Stop one of the queue at once; what is there of it stays."""
        if id_ in self._queue.queued():
            self._queue.change(id_, state="paused", done_bytes=self.get(id_).done_bytes)
            self._let_go(id_)
            self.download_changed.emit(id_)
            self._turn()

    def resume(self, id_: str) -> None:
        """Go on with one that is paused, in its turn, or next with one that has failed."""
        if id_ not in self._queue or self._queue[id_].state not in ("paused", "failed"):
            return
        self._n_deaths = 0
        self._is_held = False
        self._pause.stop()
        self._queue.change(id_, state="queued", reason=None, finished_ms=None)
        if id_ not in self._queue.order:
            self._queue.move(id_, self._next_place())
            self.order_changed.emit()
        self.download_changed.emit(id_)
        self._turn()

    def try_now(self, id_: str) -> None:
        """Have one that waits do so no longer."""
        if self._process is not None and self._is_running(id_):
            self._process.try_now()
        if id_ == self._replacing:
            self._in_use = None
        self._pause.stop()
        self._turn()

    def cancel(self, id_: str) -> None:
        """Forget one and delete what is there of it. Of one that is done only the entry goes, the model stays."""
        download = self._queue.remove(id_)
        if download is None:
            return
        self._let_go(id_)
        self.download_removed.emit(id_)
        if download.state != "done":
            self._cancelled.append(download.job)
            self._clear()

    def move(self, id_: str, position: int) -> None:
        """Put one at this place of the queue, 0 is the first. What is running goes on, whatever is before it."""
        if id_ in self._queue.order:
            self._queue.move(id_, position)
            self.order_changed.emit()
            self._turn()

    def _next_place(self) -> int:
        """Give the place behind what is running."""
        order = self._queue.order
        return 1 if order and self._is_running(order[0]) else 0

    # What is done about it

    @Slot()
    def _turn(self) -> None:
        """Look how much room there is, for everything that waits its turn; then what can be started is."""
        if self._is_closed or self._is_held or self._is_looking or self._is_clearing or not self._queue.queued():
            return
        if self._network.is_offline:
            self._set_waits(dict.fromkeys(self._queue.queued(), OfflineSwitchOn()))
            return
        self._is_looking = True
        self._background.run(partial(free_bytes, self._folder), self._on_looked, self._on_folder_gone)

    def _is_running(self, id_: str) -> bool:
        return self._process is not None and self._process.id == id_ and not self._is_stopping

    def _on_looked(self, n_free: int) -> None:
        self._is_looking = False
        # What is running comes first: its bytes will be there whatever the order is.
        items = [self.get(id_) for id_ in sorted(self._queue.queued(), key=self._turn_of)]
        waits: dict[str, AppError] = dict(without_room([(one.id, one.missing_bytes) for one in items], n_free))
        if waits:
            self._look_again.start()
        ready = next((one.id for one in items if one.id not in waits), "")
        if self._pause.isActive() and isinstance(held := self._waits.get(ready), _HELD):
            waits[ready] = held
        if self._in_use is not None:
            waits[self._replacing] = self._in_use
        self._set_waits(waits)
        is_held = self._pause.isActive() or self._in_use is not None
        if ready and self._process is None and not is_held and not self._network.is_offline:
            self._start(ready)

    def _turn_of(self, id_: str) -> tuple[bool, bool]:
        return not self._is_running(id_), id_ != self._replacing

    def _on_folder_gone(self, error: AppError) -> None:
        self._is_looking = False
        self._set_waits(dict.fromkeys(self._queue.queued(), error))
        self._look_again.start()

    def _set_waits(self, waits: Mapping[str, AppError]) -> None:
        changed = [id_ for id_ in self._queue.order if self._waits.get(id_) != waits.get(id_)]
        self._waits = dict(waits)
        for id_ in changed:
            self.download_changed.emit(id_)

    def _start(self, id_: str) -> None:
        job = self._queue[id_].job
        start = Start(id_, job, self._network.access())
        process = DownloadProcess(self._network.command("download"), start, self)
        process.changed.connect(self._on_process_changed)
        process.connected.connect(self._network.record)
        process.ended.connect(self._on_ended)
        self._process, self._is_stopping = process, False
        if id_ != self._last_started:
            self._last_started, self._n_deaths = id_, 0
        self.download_changed.emit(id_)
        if job.needs_token:
            self._network.fetch_token(partial(self._run, process))
        else:
            self._run(process, "")

    def _run(self, process: DownloadProcess, token: str) -> None:
        # The system may have asked the person before it gave the access token: much can have happened.
        if process is self._process and not self._is_stopping and not self._is_closed:
            process.run(token)

    def _let_go(self, id_: str) -> None:
        """Do no more for one, and let nothing wait for it."""
        if isinstance(self._waits.pop(id_, None), _HELD):
            self._pause.stop()
        self._end_replacing(id_)
        self._stop(id_)

    def _stop(self, id_: str) -> None:
        if self._is_running(id_):
            assert self._process is not None
            self._is_stopping = True
            self._process.stop()

    @Slot()
    def _on_process_changed(self) -> None:
        if self._process is not None and self._is_running(self._process.id):
            item = self.get(self._process.id)
            # Not while it waits: that may be for days.
            self._awake.set_needed(item.state in ("checking", "downloading", "verifying"))
            if item.waits_for == "network":
                self._reachability.watch()
            self.download_changed.emit(item.id)

    @Slot()
    def _on_network_back(self) -> None:
        process = self._process
        if process is not None and self._is_running(process.id) and self.get(process.id).waits_for == "network":
            process.try_now()

    @Slot(object)
    def _on_ended(self, outcome: Outcome) -> None:
        assert self._process is not None
        process, was_stopping = self._process, self._is_stopping
        id_ = process.id
        if id_ in self._queue and not was_stopping:
            self._keep_progress(id_)
        self._process, self._is_stopping = None, False
        self._awake.set_needed(False)
        process.deleteLater()
        if id_ in self._queue:
            self._settle(id_, outcome)
        self._clear()
        self._turn()

    def _settle(self, id_: str, outcome: Outcome) -> None:
        """Note what the process has come to."""
        if isinstance(outcome, Finished):
            self._finish(id_, outcome)
        elif isinstance(outcome, DownloadProcessEnded):
            self._note_death(id_, outcome)
        elif isinstance(outcome, Failed) and isinstance(outcome.error, ModelFolderGone):
            self._hold(id_, ModelFolderGone(str(self._folder)), FIRST_PAUSE_MS)
        elif isinstance(outcome, Failed) and isinstance(outcome.error, WriteFailed) and self._begin_replacing(id_, outcome.error):
            self.download_changed.emit(id_)
        elif isinstance(outcome, Failed) and not isinstance(outcome.error, OfflineSwitchOn):
            self._fail(id_, outcome.error)

    def _begin_replacing(self, id_: str, error: WriteFailed) -> bool:
        """Wait for the engine, if it is because of that that a file could not be put into its place."""
        if self._release is None or not self._release.begin(Path(error.path)):
            return False
        self._replacing, self._in_use = id_, ModelInUse(error.path)
        self._waits[id_] = self._in_use
        return True

    def _end_replacing(self, id_: str) -> None:
        if id_ == self._replacing and self._release is not None:
            self._replacing, self._in_use = "", None
            self._release.end()

    @Slot()
    def _on_released(self) -> None:
        self._in_use = None
        self._turn()

    def _finish(self, id_: str, finished: Finished) -> None:
        path, job = Path(finished.paths[0]), self._queue[id_].job
        self._queue.change(id_, state="done", done_bytes=job.total_bytes, first_path=str(path), finished_ms=now_ms())
        try:
            self._library.add(path)
        except AppError as error:
            log.warning("a model is gone as soon as it has come: %s", type(error).__name__)
        self._library.notes.note_download(path, job.repository, job.revision, finished.sha256[0])
        self._end_replacing(id_)
        self.download_changed.emit(id_)
        self.download_finished.emit(id_, path)

    def _fail(self, id_: str, error: AppError) -> None:
        self._queue.change(id_, state="failed", reason=error, finished_ms=now_ms())
        log.info("a download has failed: %s", type(error).__name__)
        self._end_replacing(id_)
        self.download_changed.emit(id_)
        self.download_failed.emit(id_, error)

    def _note_death(self, id_: str, error: DownloadProcessEnded) -> None:
        """Start its process again in a while, with what is there; give up when that has brought nothing often enough."""
        self._n_deaths += 1
        log.warning("the download process %s", error.reason)
        if self._n_deaths >= N_DEATHS_MAX:
            self._n_deaths = 0
            self._fail(id_, error)
            return
        self._hold(id_, error, min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (self._n_deaths - 1)))

    def _hold(self, id_: str, error: AppError, pause_ms: int) -> None:
        self._waits[id_] = error
        self._pause.start(pause_ms)
        self.download_changed.emit(id_)

    def _keep_progress(self, id_: str) -> None:
        n_bytes = self.get(id_).done_bytes
        if n_bytes > self._queue[id_].done_bytes:
            self._n_deaths = 0
        self._queue.change(id_, done_bytes=n_bytes)

    def _clear(self) -> None:
        """Delete the parts of what was cancelled, once nothing writes them any more."""
        is_written = self._process is not None and any(job.id == self._process.id for job in self._cancelled)
        if not self._cancelled or self._is_clearing or is_written or self._is_closed:
            return
        self._is_clearing = True
        work = partial(remove_parts, self._folder, tuple(self._cancelled), self._queue.jobs(), clears=self._queue.is_whole)
        self._background.run(work, self._on_cleared)
        self._cancelled.clear()

    def _on_cleared(self, _: None) -> None:
        self._is_clearing = False
        self._clear()
        self._turn()

    @Slot()
    def _on_network_changed(self) -> None:
        process = self._process
        if process is not None and self._is_running(process.id) and process.access != self._network.access():
            self._keep_progress(process.id)
            self._stop(process.id)  # it goes on with what holds now
        self._turn()


def _waits_for(reason: AppError) -> WaitsFor:
    if isinstance(reason, OfflineSwitchOn):
        return "online"
    if isinstance(reason, DownloadProcessEnded):
        return "restart"
    if isinstance(reason, ModelInUse):
        return "model"
    return "folder" if isinstance(reason, ModelFolderGone) else "space"
