"""Files and folders that are there whole or not at all: written beside their place, on disk before they get their name.

Nothing is overwritten that nobody has agreed to: a name that is taken gets a number.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from desktop_app.chat.message import new_id
from desktop_app.durable import sync_folder
from desktop_app.storage.faults import of_the_disk

N_NAMES_MAX = 1000


def write_whole(target: Path, write: Callable[[BinaryIO], object], *, may_replace: bool = False) -> Path:
    """Have `write` write a file and give where it is; without `may_replace` the name may have got a number.

    Raises: DiskFull, WriteFailed, and what `write` raises; nothing is left behind then.
    """
    if may_replace:
        # Behind a link it is the file that is replaced, not the link.
        target = Path(os.path.realpath(target))
    beside = _beside(target)
    try:
        write_new(beside, write)
        placed = _put_in_place(beside, target, may_replace)
        sync_folder(target.parent)
    except OSError as error:
        raise of_the_disk(target, error) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()
    return placed


def write_new(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Have `write` write a file that is not there yet, and see that it is on disk. Raises: OSError, and what `write` raises."""
    with path.open("xb") as stream:
        write(stream)
        stream.flush()
        os.fsync(stream.fileno())


def write_folder(target: Path, fill: Callable[[Path], object]) -> Path:
    """Have `fill` put files into a new folder and give where it is: its name may have got a number.

    Raises: DiskFull, WriteFailed, and what `fill` raises; nothing is left behind then.
    """
    beside = _beside(target)
    try:
        beside.mkdir()
        fill(beside)
        sync_folder(beside)
        placed = _put_folder_in_place(beside, target)
        sync_folder(target.parent)
    except OSError as error:
        raise of_the_disk(target, error) from error
    finally:
        with contextlib.suppress(OSError):
            _remove(beside)
    return placed


def _beside(target: Path) -> Path:
    return target.with_name(f".hearth-{new_id()}.part")


def _names(target: Path, suffix: str) -> Iterator[Path]:
    """Give `target`, then the same name with a number before its suffix."""
    yield target
    stem = target.name.removesuffix(suffix)
    for number in range(2, N_NAMES_MAX):
        yield target.with_name(f"{stem} ({number}){suffix}")


def _put_in_place(beside: Path, target: Path, may_replace: bool) -> Path:
    if may_replace:
        beside.replace(target)
        return target
    for name in _names(target, target.suffix):
        try:
            # Unlike a rename it fails when the name is taken, on every system, and in one step.
            name.hardlink_to(beside)
        except FileExistsError:
            continue
        except OSError:
            if name.exists():
                continue
            beside.replace(name)  # a file system without links
        return name
    raise FileExistsError(0, "no free name", str(target))


def _put_folder_in_place(beside: Path, target: Path) -> Path:
    for name in _names(target, ""):
        if not os.path.lexists(name):
            beside.rename(name)
            return name
    raise FileExistsError(0, "no free name", str(target))


def _remove(folder: Path) -> None:
    """Take away a folder of ours with the plain files in it; nothing else is ever in it."""
    if not stat.S_ISDIR(folder.lstat().st_mode):
        return
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
