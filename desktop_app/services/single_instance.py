"""One window for each data folder: the lock that decides who is first.

The lock file knows a dead owner by its process id, so a killed window blocks nobody. What a later start says to
the first is in `instance_server`, which needs QtNetwork; the first start must not wait for that import.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLockFile

REACH_S = 20.0
"""How long a later start tries: the first listens once its window is painted, on a cold disk after some seconds."""
RETRY_S = 0.05


def take_lock(folder: Path) -> QLockFile | None:
    """Give the held lock of `folder`, to be kept as long as the application runs; None when another holds it.

    Where nothing can be written, on a full disk or a read-only one, it is a lock of the same name in the folder for
    temporary files.
    """
    for file in (folder / "hearth.lock", _elsewhere(folder)):
        lock = QLockFile(str(file))
        lock.setStaleLockTime(0)  # never by age: a window may be open for weeks
        if lock.tryLock(0):
            return lock
        if lock.error() is QLockFile.LockError.LockFailedError:
            return None
    return lock  # nowhere can anything be written; then two windows do each other no harm


def _elsewhere(folder: Path) -> Path:
    name = str(folder.absolute()).replace("/", "%").replace("\\", "%").replace(":", "%")
    return Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / f"hearth{name[-200:]}.lock"


def take_lock_or_hand_over(folder: Path, hand_over: Callable[[], bool]) -> QLockFile | None:
    """Give the lock of `folder`; None when `hand_over` has reached the window that holds it.

    Raises: TimeoutError when it is held for `REACH_S` by something that does not answer.
    """
    deadline = time.monotonic() + REACH_S
    while (lock := take_lock(folder)) is None:
        if hand_over():
            return None
        if time.monotonic() > deadline:
            raise TimeoutError(f"{folder} is in use by a Hearth that does not answer")
        time.sleep(RETRY_S)
    return lock
