"""How much room there is for the queue of downloads, and which of them it is not enough for."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from desktop_app.errors import ModelFolderGone, NotEnoughDiskSpace
from desktop_app.hub.download_messages import KEEP_FREE_BYTES


def free_bytes(folder: Path) -> int:
    """Give the bytes that are free on the disk of `folder`. Asks the disk. Raises: ModelFolderGone."""
    try:
        # Not that of a folder above: where a disk was taken away, that is another disk.
        return shutil.disk_usage(folder).free
    except OSError as error:
        raise ModelFolderGone(str(folder)) from error


def without_room(missing: Iterable[tuple[str, int]], n_free: int) -> dict[str, NotEnoughDiskSpace]:
    """Give those of a queue that there is no room for beside those before them, with what they would need.

    `missing`: ids in order, with the bytes that are still to come. One that does not fit holds up none behind it.
    """
    found: dict[str, NotEnoughDiskSpace] = {}
    n_needed = KEEP_FREE_BYTES
    for id_, n_missing in missing:
        if n_needed + n_missing > n_free:
            found[id_] = NotEnoughDiskSpace(n_needed + n_missing, n_free)
        else:
            n_needed += n_missing
    return found
