"""What is written stays written: content is on the disk before it has its name, and the name itself is made durable.

On Windows something else, a virus scanner or a backup, may hold a file for a moment; what it stands in the way of is tried
again for a while.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

HELD_S = 2.0
"""So long a small file that something else holds is tried again."""
_HELD_PAUSE_S = 0.05


def replace_whole(target: Path, data: bytes) -> None:
    """Let `data` take the place of `target`, for its owner only; the file is whole at every moment. Raises: OSError."""
    number, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        patiently(lambda: Path(name).replace(target))
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable; Windows has no such call and does it with the file. Raises: OSError."""
    if os.name != "posix":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def patiently(work: Callable[[], T], held_s: float | None = None) -> T:
    """Do what something else may stand in the way of; None: for as long as a small file. Raises: OSError."""
    until = time.monotonic() + (HELD_S if held_s is None else held_s)
    while True:
        try:
            return work()
        except PermissionError:
            if time.monotonic() > until:
                raise
            time.sleep(_HELD_PAUSE_S)
