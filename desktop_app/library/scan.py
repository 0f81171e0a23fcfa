"""A folder becomes a list of model files, and of the folders below it. The files are not opened."""

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

N_ENTRIES_MAX = 200_000
"""Folder entries looked at; a models folder that points at a whole disk must not keep a thread busy for minutes."""
N_DEEP_MAX = 16
"""Folders below one another. A circle of links ends before; a circle of mounts does not."""
_BLOCK_BYTES = 512
"""Source: POSIX, `st_blocks`."""

Identity = tuple[int, int] | Path


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A plain file that may be a model or a part of one. What another application says of it is "" or None elsewhere."""

    path: Path
    size_bytes: int
    modified_ns: int
    disk_bytes: int
    """What the disk has more when this name is gone: 0 for a link, and for one of several names."""
    identity: Identity
    """The same for all names of one file."""
    store: str = ""
    name: str = ""
    quantization: str = ""
    projector: Path | None = None
    repository: str = ""
    revision: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Walk:
    """What is in a folder. `folders`: itself and those below it; () when it is not there or cannot be read."""

    files: tuple[FoundFile, ...]
    folders: tuple[Path, ...]
    is_cut_short: bool


def walk(folder: Path, is_given_up: Callable[[], bool] = lambda: False) -> Walk:
    """Give the model files in `folder` and all folders below it. What cannot be read is left out.

    `is_given_up` is asked at every folder; then what was found so far is all.
    """
    files: list[FoundFile] = []
    folders: list[Path] = []
    seen: set[Identity] = set()
    waiting, n_left = [(folder, 0)], N_ENTRIES_MAX
    while waiting and n_left > 0 and not is_given_up():
        current, depth = waiting.pop()
        try:
            place = identity_of(current, current.stat())
            # Links to folders are followed, since models are large and often live elsewhere; circles end here.
            if place in seen:
                continue
            seen.add(place)
            entries = _entries(current, n_left)
        except OSError:
            continue
        folders.append(current)
        n_left -= len(entries)
        files += [file for entry in entries if _is_model_name(entry.name) and (file := found_file(Path(entry.path))) is not None]
        if depth < N_DEEP_MAX:
            waiting += [(Path(entry.path), depth + 1) for entry in reversed(entries) if _is_folder(entry)]
    return Walk(tuple(files), tuple(folders), n_left <= 0)


def found_file(path: Path) -> FoundFile | None:
    """Give one file; None when it is no plain file, or cannot be looked at."""
    try:
        status = path.stat()
        is_link = path.is_symlink()
    except (OSError, ValueError):
        return None  # a broken link, gone in the meantime, or no path at all
    if not stat.S_ISREG(status.st_mode):
        return None
    disk_bytes = getattr(status, "st_blocks", -(-status.st_size // _BLOCK_BYTES)) * _BLOCK_BYTES
    is_only_name = not is_link and status.st_nlink <= 1
    return FoundFile(path, status.st_size, status.st_mtime_ns, disk_bytes if is_only_name else 0, identity_of(path, status))


def matching(folder: Path, pattern: str, n_max: int = N_ENTRIES_MAX) -> list[Path]:
    """Give at most so many paths in `folder` that fit a pattern, by name; [] when it is not there or cannot be read."""
    try:
        return sorted(itertools.islice(folder.glob(pattern), n_max))
    except OSError:
        return []


def identity_of(path: Path, status: os.stat_result) -> Identity:
    """Give what is the same for all names of one file; some network disks do not tell, then it is the path."""
    return (status.st_dev, status.st_ino) if status.st_ino else path


def _entries(folder: Path, n_max: int) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(itertools.islice(entries, n_max), key=lambda entry: entry.name)


def _is_model_name(name: str) -> bool:
    # Names with a dot first are not the person's: "._model.gguf" is what macOS leaves on foreign disks.
    return name.lower().endswith(".gguf") and not name.startswith(".")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return not entry.name.startswith(".") and entry.is_dir()
    except OSError:
        return False
