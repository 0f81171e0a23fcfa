"""The queue of downloads, kept: values from and to rows of the database. Knows nothing of what is running."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, cast, get_args

from desktop_app.errors import AppError, from_wire, to_wire
from desktop_app.hub.job import Job
from desktop_app.library.fit import Fit
from desktop_app.record import Record
from desktop_app.services.conversation_reading import ConversationReading
from desktop_app.storage import downloads as store
from desktop_app.storage.database import Database
from desktop_app.storage.downloads import DownloadRow

log = logging.getLogger(__name__)

KeptState = Literal["queued", "paused", "done", "failed"]


class Download(Record):
    """One download as it is kept. What is running is *queued*: after whatever end of the application it goes on."""

    job: Job
    quantization: str
    level: str
    """As in `Offer`."""
    state: KeptState = "queued"
    done_bytes: int = 0
    """As it was when the state changed last."""
    reason: AppError | None = None
    """Why it has failed."""
    first_path: str = ""
    """The file to load, once it is done."""
    created_ms: int = 0
    finished_ms: int | None = None
    fit: Fit | None = None
    """Whether it will run here, as it was when it was chosen."""

    @property
    def id(self) -> str:
        """The job's."""
        return self.job.id

    @property
    def is_over(self) -> bool:
        """Say whether it is no longer in the queue."""
        return self.state in ("done", "failed")


class DownloadStore:
    """Kept in the database of the conversations. A full disk holds writing back and loses nothing."""

    def __init__(self, conversations: ConversationReading) -> None:
        self._conversations = conversations

    def read(self) -> tuple[list[Download], bool]:
        """Give what was kept, in the order of the queue, and whether that is all of it.

        A row that this version cannot read is left out, and left there.
        """
        try:
            rows = store.downloads(self._conversations.databases()[-1])
        except AppError as error:
            # A database in trouble has told so elsewhere.
            log.warning("the queue of downloads cannot be read: %s", type(error).__name__)
            return [], False
        found = [download for row in rows if (download := _download(row)) is not None]
        return found, len(found) == len(rows)

    def save(self, download: Download, position: int) -> None:
        """Keep a download at its place in the queue."""
        self._write(partial(_save, _row(download, position)))

    def place(self, ids: Sequence[str]) -> None:
        """Keep the order of the queue."""
        self._write(partial(_place, tuple(ids)))

    def remove(self, id_: str) -> None:
        """Forget a download."""
        self._write(partial(_remove, id_))

    def _write(self, work: Callable[[Database], None]) -> None:
        self._conversations.in_writer(work, _do_nothing, keep=True)


def _row(download: Download, position: int) -> DownloadRow:
    fit = download.fit.as_dict() if download.fit is not None else None
    shown = {"quantization": download.quantization, "level": download.level, "fit": fit}
    kept = {"job": download.job.to_wire(), "done_bytes": download.done_bytes, "first_path": download.first_path}
    reason = json.dumps(to_wire(download.reason)) if download.reason is not None else ""
    record = json.dumps(shown | kept)
    return DownloadRow(download.id, position, download.state, record, reason, download.created_ms, download.finished_ms)


def _download(row: DownloadRow) -> Download | None:
    try:
        kept = json.loads(row.record)
        reason = json.loads(row.reason) if row.reason else None
        return Download(
            job=Job.from_wire(kept["job"]),
            quantization=str(kept["quantization"]),
            level=str(kept["level"]),
            state=cast(KeptState, row.state) if row.state in get_args(KeptState) else "queued",
            done_bytes=int(kept["done_bytes"]),
            reason=from_wire(reason["error"], reason["fields"]) if reason else None,
            first_path=str(kept["first_path"]),
            created_ms=row.created_ms,
            finished_ms=row.finished_ms,
            fit=Fit(**kept["fit"]) if kept.get("fit") else None,
        )
    except (ValueError, TypeError, KeyError):
        log.warning("a download in the queue is of another version")
        return None


def _save(row: DownloadRow, database: Database) -> None:
    store.save_download(database, row)


def _place(ids: Sequence[str], database: Database) -> None:
    store.place_downloads(database, ids)


def _remove(id_: str, database: Database) -> None:
    store.remove_download(database, id_)


def _do_nothing(_: object) -> None:
    """It is on disk."""
