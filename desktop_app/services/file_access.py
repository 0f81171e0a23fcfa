"""How the file of conversations was opened: for writing, or, where nothing can be written, for reading only.

A full disk or a read-only folder must not keep anybody from reading. What is to be written then fails with the error
that the opening met, until one try succeeds; from then on everything is as usual. A file of an older version, which cannot
be brought up to date then, is read from a copy in memory that is.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.errors import DatabaseUnreadable, DiskFull, StorageError, WriteFailed
from desktop_app.services.background import post
from desktop_app.storage.conversations import mark_interrupted
from desktop_app.storage.database import Database
from desktop_app.storage.migrations import SCHEMA_VERSION
from desktop_app.storage.waiting import WaitingDatabase

log = logging.getLogger(__name__)


class FileAccess(QObject):
    """Both connections to the file.

    Signals:
        became_writable(): it could only be read until now; `reading` is another connection from here on.
    """

    became_writable = Signal()

    def __init__(self, path: Path, back_up: Callable[[], object] | None = None, parent: QObject | None = None) -> None:
        """Open `path`; `back_up` is called before an older file is changed.

        Raises: DatabaseTooNew, DatabaseUnreadable; DiskFull and WriteFailed when it cannot even be read.
        """
        super().__init__(parent)
        self._path = path
        self._post = post()
        self.problem: StorageError | None = None
        """Why nothing can be written; None when all is well."""
        try:
            self.writing = _open_for_writing(path, back_up)
        except (DiskFull, WriteFailed) as problem:
            self.problem = problem
            self.reading = self._open_for_reading_only(problem)
            self.writing = WaitingDatabase(path, partial(self._open_after_all, back_up))
            log.warning("the conversations can only be read: %s", type(problem).__name__)
            return
        try:
            self.reading = Database.reading(path)
        except BaseException:
            self.writing.close()
            raise

    def _open_for_reading_only(self, problem: StorageError) -> Database:
        for open_ in (Database.reading, Database.unchanging):
            with contextlib.suppress(StorageError):
                database = open_(self._path)
                try:
                    return self._as_of_today(database, problem)
                except BaseException:
                    database.close()
                    raise
        raise problem

    def _as_of_today(self, database: Database, problem: StorageError) -> Database:
        """Give what is in the file with today's tables; one without any, or with those of tomorrow, cannot be read."""
        version = database.version()
        if not 0 < version <= SCHEMA_VERSION:
            raise problem
        if version == SCHEMA_VERSION:
            return database
        log.info("a file of an older version is read from memory")
        today = database.brought_up()
        database.close()
        return today

    def _open_after_all(self, back_up: Callable[[], object] | None) -> Database:
        """On the writer's thread."""
        opened = _open_for_writing(self._path, back_up)
        self._post.tell(self, self._on_opened)
        return opened

    def _on_opened(self) -> None:
        reading = Database.reading(self._path)
        self.reading.close()
        self.reading, self.problem = reading, None
        self.became_writable.emit()


def _open_for_writing(path: Path, back_up: Callable[[], object] | None) -> Database:
    log = Path(f"{path}-wal")
    was_cut_off = False
    with contextlib.suppress(OSError):  # what cannot be looked at cannot be opened either, and that is told
        was_cut_off = log.is_file() and log.stat().st_size > 0
    writing = Database.writing(path, back_up)
    try:
        if was_cut_off:
            _check_log(writing, log)
        mark_interrupted(writing)
    except DatabaseUnreadable:
        writing.abandon()
        raise
    except BaseException:
        writing.close()
        raise
    return writing


def _check_log(writing: Database, log: Path) -> None:
    """Before anything is written: what SQLite cannot reach in the log is written over then."""
    from desktop_app.storage.log_check import has_unreachable_commits

    if has_unreachable_commits(log, writing.n_frames_of_log()):
        raise DatabaseUnreadable(str(writing.path), "a log that is damaged in the middle")
