"""A file of 16 MB that is only there to be taken away: on a full disk it makes room for what frees more.

Without it nothing could be deleted on a full disk, because SQLite writes down what it deletes before it does so.
"""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.services.background import Background

SIZE_BYTES = 16 * 1024 * 1024
MIN_FREE_BYTES = 1024**3
"""Only where so much is free: a disk with less is better served by 16 MB."""
CHECK_INTERVAL_MS = 30_000
_NAME = "reserve"

log = logging.getLogger(__name__)


def reserve_file(folder: Path) -> Path:
    """Give the file of the folder that holds the database."""
    return folder / _NAME


def release(folder: Path) -> bool:
    """Take the file away; say whether it was there. Never fails: without it all is as before."""
    try:
        reserve_file(folder).unlink()
    except OSError:
        return False
    log.info("the disk is full: the reserve was released")
    return True


def fill(folder: Path) -> bool:
    """Make the file where there is room; say whether it is there."""
    file = reserve_file(folder)
    try:
        if file.stat(follow_symlinks=False).st_size == SIZE_BYTES:
            return True
    except OSError:
        pass
    try:
        if shutil.disk_usage(folder).free < MIN_FREE_BYTES:
            return False
        _allocate(file)
    except OSError as error:
        log.info("no reserve: %s", error.strerror)
        release(folder)
        return False
    return True


def _allocate(file: Path) -> None:
    """Make a file that has all its blocks: one with holes would hold nothing in reserve."""
    file.unlink(missing_ok=True)
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as stream:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(stream.fileno(), 0, SIZE_BYTES)
        else:
            # Not of zeros, which some disks do not store.
            for _ in range(SIZE_BYTES // 65536):
                stream.write(os.urandom(65536))
        stream.flush()
        os.fsync(stream.fileno())


class Reserve(QObject):
    """Keeps the file there, and knows when it is not.

    Signals:
        filled(is_there): `fill` has done what it could.
        refilled(): there is room again, and the file.
    """

    filled = Signal(bool)
    refilled = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._is_released = False
        self._background = Background(self)
        self._timer = QTimer(self, interval=CHECK_INTERVAL_MS)
        self._timer.timeout.connect(self.fill)

    @Slot()
    def fill(self) -> None:
        """Make the file, off the window's thread; again and again until there is room."""
        self._background.run(lambda: fill(self._folder), self._on_filled)

    def release(self) -> bool:
        """Take the file away, in 1 ms; say whether that has made room."""
        is_released = release(self._folder)
        self._is_released |= is_released
        self._timer.start()
        return is_released

    def close(self) -> None:
        """Stop looking after it."""
        self._timer.stop()
        self._background.close()

    def _on_filled(self, is_there: bool) -> None:
        if not is_there:
            self._timer.start()
        else:
            self._timer.stop()
            if self._is_released:
                self._is_released = False
                self.refilled.emit()
        self.filled.emit(is_there)
