"""Partial files: how they are opened by one writer alone, put into their place, and cleared away.

A partial file has an ending of ours, so it is no model to anybody, and lies where it will end up, so that putting it there
is a change of name. It grows as its pieces come, from the front, and is never long before it is full.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Self

from desktop_app.durable import patiently, sync_folder
from desktop_app.errors import AppError, DiskFull, ModelFolderGone, WriteFailed
from desktop_app.hub.job import Job
from desktop_app.hub.journal import Journal, kept_bytes, sync
from desktop_app.hub.names import JOURNAL_ENDING, PART_ENDING, target_paths
from desktop_app.hub.repository import RepositoryFile

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_HELD_S = 10.0
"""So long a file that something else holds is tried again: virus scanners look at what has just been written."""
_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)
_FULL = (errno.ENOSPC, errno.EDQUOT) if hasattr(errno, "EDQUOT") else (errno.ENOSPC,)


class PartInUse(Exception):
    """Another process writes this partial file."""


class Part:
    """The partial file of `target`, held by this process until `close`. Raises: PartInUse, and as `disk_error` says."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(target.name + PART_ENDING)
        self._journal_path = target.with_name(target.name + JOURNAL_ENDING)
        self._journal: Journal | None = None
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._held = os.fdopen(
                os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600), "r+b", buffering=0
            )
        except OSError as error:
            raise disk_error(error, self.path) from error
        self._lock = _lock(self._held, self.path)
        if not _is_at(self._held, self.path):
            self.close()
            raise PartInUse  # it took its place just before it was locked here
        self.is_new = os.fstat(self._held.fileno()).st_size == 0

    def journal(self, identity: str, size_bytes: int, piece_bytes: int) -> Journal:
        """Give what is there of the content that `identity` names; of any other content nothing is kept."""
        self._close_journal()
        try:
            self._journal = Journal(self._journal_path, identity, size_bytes, piece_bytes)
            self._journal.cut(os.fstat(self._held.fileno()).st_size)
            if not self._journal.done_bytes:
                self._held.truncate(0)
        except OSError as error:
            raise disk_error(error, self._journal_path) from error
        return self._journal

    def writer(self) -> PartWriter:
        """Give a handle of its own for one connection."""
        return PartWriter(self.path)

    def clear(self) -> None:
        """Keep nothing of what is there, and go on holding it. What `journal` gave is not used any more."""
        self._close_journal()
        _delete(self._journal_path)
        try:
            self._held.truncate(0)
        except OSError as error:
            raise disk_error(error, self.path) from error

    def place(self) -> None:
        """Let the whole file take its place, and that of an older one. Then it is closed."""
        try:
            sync(self.path)
            self._close_journal()
            if sys.platform == "win32":
                self._held.close()  # what is open keeps its name there
            patiently(lambda: self.path.replace(self.target), _HELD_S)
            sync_folder(self.target.parent)
            self._journal_path.unlink(missing_ok=True)
        except OSError as error:
            raise disk_error(error, self.target) from error
        finally:
            self.close()

    def discard(self) -> None:
        """Delete it, and what is kept of it. Then it is closed."""
        self.close()
        _delete(self.path, self._journal_path)

    def close(self) -> None:
        """Let others have it."""
        self._close_journal()
        self._held.close()
        self._lock.close()

    def _close_journal(self) -> None:
        if self._journal is not None:
            self._journal.close()
            self._journal = None


class PartWriter:
    """Writes at any place of a partial file; errors of the disk come out as `disk_error` says."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = path.open("r+b", buffering=0)
        except OSError as error:
            raise disk_error(error, path) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write_at(self, position: int, data: bytes) -> None:
        """Write all of `data`. A handle for each connection, with its own position: Windows has no os.pwrite."""
        try:
            if self._file.tell() != position:
                self._file.seek(position)
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]
        except OSError as error:
            raise disk_error(error, self._path) from error


def disk_error(error: OSError, path: Path) -> AppError:
    """Give what a person is told of an error with a file in a folder of models."""
    if error.errno in _FULL:
        return DiskFull(str(path))
    if error.errno not in _REFUSED and not path.parent.is_dir():
        return ModelFolderGone(str(path.parent))
    return WriteFailed(str(path), error.strerror or type(error).__name__)


def discard(job: Job) -> None:
    """Delete what is there of a job that is not wanted any more, and the folders that it leaves empty.

    Not while a process downloads it. Whole models stay. Files that something holds are left to `clear_orphans`.
    """
    for target in target_paths(job):
        _delete(target.with_name(target.name + PART_ENDING), target.with_name(target.name + JOURNAL_ENDING))
        for folder in (target.parent, *target.parent.parents):
            if not folder.is_relative_to(Path(job.folder).parent):
                break
            try:
                folder.rmdir()
            except OSError:
                break  # it is not empty


def kept_of(job: Job) -> int:
    """Give how many bytes of a job are there: of partial files, and of whole ones that were put in place."""
    return sum(kept_of_file(file, target) for file, target in zip(job.files, target_paths(job), strict=True))


def kept_of_file(file: RepositoryFile, target: Path) -> int:
    """Give how many bytes of one file of a job are there."""
    if n_partial := kept_bytes(target.with_name(target.name + JOURNAL_ENDING)):
        return n_partial
    return file.size_bytes if target.is_file() and target.stat().st_size == file.size_bytes else 0


def clear_orphans(models: Path, jobs: Iterable[Job]) -> int:
    """Delete partial files under `models` that belong to none of `jobs`. Gives the bytes that they had.

    `jobs`: all that are not over, the paused ones too. Only files with our own endings are touched.
    """
    wanted = {target for job in jobs for target in target_paths(job)}
    n_bytes = 0
    for path, target in list(_partial_files(models)):
        if target not in wanted:
            n_bytes += path.stat().st_size if path.name.endswith(PART_ENDING) else 0
            _delete(path)
    return n_bytes


def _partial_files(models: Path) -> Iterator[tuple[Path, Path]]:
    """Give each file that is ours, and what it is a part of."""
    for current, folders, files in os.walk(models):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            for ending in (PART_ENDING, JOURNAL_ENDING, JOURNAL_ENDING + "~"):
                if name.endswith(ending):
                    yield Path(current, name), Path(current, name.removesuffix(ending))


def _delete(*paths: Path) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            continue  # held by something, or on a disk that is gone: `clear_orphans` finds it later


def _lock(file: BinaryIO, path: Path) -> BinaryIO:
    """Let this process be the only one that writes `file` at `path`, until what this gives is closed.

    A disk in the network that knows no locks has none. Raises: PartInUse.
    """
    lock = file
    try:
        if sys.platform == "win32":
            # There nobody may touch what is locked, so it is another file; it goes when it is closed.
            beside = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_TEMPORARY)
            lock = os.fdopen(beside, "r+b", buffering=0)
            msvcrt.locking(beside, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK):
            for one in {file, lock}:
                one.close()
            raise PartInUse from error
    return lock


def _is_at(file: BinaryIO, path: Path) -> bool:
    """Tell whether an open file is the one that has this name now."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError:
        return False
