"""What there is to download, in which order, and that all of it is kept. Knows nothing of what is running."""

from __future__ import annotations

from typing import Any

from desktop_app.hub.job import Job
from desktop_app.hub.offer import Offer
from desktop_app.services.download_store import Download, DownloadStore


class DownloadQueue:
    """All downloads; those that are not over have a place. Every change is on its way to the disk when a method returns."""

    def __init__(self, store: DownloadStore) -> None:
        self._store = store
        self._all: dict[str, Download] = {}
        self._order: list[str] = []
        self.is_whole = False
        """False: there is more on the disk than was read, and partial files of it may be there."""

    def read(self) -> None:
        """Take in what was kept."""
        found, self.is_whole = self._store.read()
        for download in found:
            self._all[download.id] = download
            if not download.is_over:
                self._order.append(download.id)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._all

    def __getitem__(self, id_: str) -> Download:
        return self._all[id_]

    @property
    def order(self) -> tuple[str, ...]:
        """Ids of what is not over."""
        return tuple(self._order)

    def queued(self) -> list[str]:
        """Give the ids of what wants to be fetched, in order."""
        return [id_ for id_ in self._order if self._all[id_].state == "queued"]

    def over(self) -> list[str]:
        """Give the ids of what is over, the last first."""
        ended = [one for one in self._all.values() if one.is_over]
        return [one.id for one in sorted(ended, key=lambda one: -(one.finished_ms or 0))]

    def jobs(self) -> tuple[Job, ...]:
        """Give all jobs that parts on the disk may belong to."""
        return tuple(one.job for one in self._all.values() if one.state != "done")

    def of_offer(self, offer: Offer) -> str:
        """Give the id of the download of this offer that is not over; "" when there is none."""
        wanted = (offer.repository, offer.revision, offer.all_files)
        jobs = (self._all[id_].job for id_ in self._order)
        return next((job.id for job in jobs if (job.repository, job.revision, job.files) == wanted), "")

    def add(self, download: Download, place: int) -> None:
        """Put one more at this place."""
        self._all[download.id] = download
        self._order.insert(place, download.id)
        self._save(download)
        self._store.place(self._order)

    def move(self, id_: str, place: int) -> None:
        """Give one this place, and one that was over, too."""
        if id_ in self._order:
            self._order.remove(id_)
        self._order.insert(place, id_)
        self._store.place(self._order)

    def change(self, id_: str, **changes: Any) -> None:
        """Have other values for one; it loses its place with what ends it."""
        download = self._all[id_] = self._all[id_].replaced(**changes)
        if download.is_over and id_ in self._order:
            self._order.remove(id_)
        self._save(download)

    def see(self, id_: str, done_bytes: int) -> bool:
        """Take in how much of one is there, which the disk knows by itself. Gives whether that is news."""
        is_new = id_ in self._all and self._all[id_].done_bytes != done_bytes
        if is_new:
            self._all[id_] = self._all[id_].replaced(done_bytes=done_bytes)
        return is_new

    def remove(self, id_: str) -> Download | None:
        """Forget one, and give what it was."""
        download = self._all.pop(id_, None)
        if download is not None:
            self._store.remove(id_)
        if id_ in self._order:
            self._order.remove(id_)
        return download

    def _save(self, download: Download) -> None:
        self._store.save(download, self._order.index(download.id) if download.id in self._order else 0)
