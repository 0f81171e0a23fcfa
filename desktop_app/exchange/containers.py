"""Where conversations lie: a file, a folder, or an archive. Gives their files as streams; nothing is ever unpacked to disk.

An archive is read as it stands, through limits: the names in it lead nowhere, since nothing is written, and those that
would lead out of it are refused all the same.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

from desktop_app.exchange.found import SkipReason
from desktop_app.exchange.limits import (
    MAX_DIRECTORY_BYTES,
    MAX_FILES,
    MAX_FOLDER_DEPTH,
    MAX_RATIO,
    MAX_UNPACKED_BYTES,
    RATIO_FROM_BYTES,
)
from desktop_app.exchange.text_stream import Readable
from desktop_app.record import Record

ZIP_MAGIC = b"PK\x03\x04"
_END_MAGIC = b"PK\x05\x06"
_END_BYTES = 22
_LONGEST_COMMENT = 65535
_PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others may ask for gigabytes of memory for their dictionary."""
_PACKING_ERRORS = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError)
"""What a damaged, encrypted or strange archive raises."""


class Refused(Exception):
    """A file or an archive that is not read (on)."""

    def __init__(self, reason: SkipReason) -> None:
        super().__init__(reason)
        self.reason = reason


class Place(Record):
    """One file that may hold conversations."""

    name: str
    """Within the folder or archive, with "/"."""
    n_bytes: int
    """What it counts for in the progress: its size where it lies, packed or not."""
    open: Callable[[], AbstractContextManager[Readable]]
    sibling: Callable[[str], AbstractContextManager[Readable] | None]
    """Gives the file of this name in the same folder, or None."""
    refusal: SkipReason | None = None
    """Why it is not to be opened."""

    @property
    def folder(self) -> str:
        """The folder it lies in; "" at the top."""
        return self.name.rpartition("/")[0]


def file_place(path: Path, name: str = "") -> Place:
    """Give a file of the disk."""

    def sibling(other: str) -> AbstractContextManager[Readable] | None:
        beside = path.with_name(other)
        return beside.open("rb") if beside.is_file() and not beside.is_symlink() else None

    return Place(name or path.name, _size(path), lambda: path.open("rb"), sibling)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def folder_places(folder: Path) -> Iterator[Place]:
    """Give the files in a folder and in those below it, by name. Links are not followed. Raises: Refused, too many."""
    n_files = 0
    for here, folders, names in os.walk(folder):
        depth = len(Path(here).relative_to(folder).parts)
        folders[:] = sorted(folders) if depth < MAX_FOLDER_DEPTH else []
        for name in sorted(names):
            n_files += 1
            if n_files > MAX_FILES:
                raise Refused(SkipReason.TOO_MANY_FILES)
            path = Path(here, name)
            if path.is_file() and not path.is_symlink():
                yield file_place(path, path.relative_to(folder).as_posix())


@contextmanager
def opened_archive(path: Path) -> Iterator[list[Place]]:
    """Give the files in an archive. Raises: Refused, OSError."""
    _check_directory(path)
    try:
        archive = zipfile.ZipFile(path)
    except _PACKING_ERRORS as error:
        raise Refused(SkipReason.UNREADABLE) from error
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > MAX_FILES:
            raise Refused(SkipReason.TOO_MANY_FILES)
        by_name = {entry.filename: entry for entry in entries}
        yield [_entry_place(archive, entry, by_name) for entry in entries]


def _check_directory(path: Path) -> None:
    """Look at the size of the list of contents before it is read whole. Source: APPNOTE.TXT 4.3.16."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _END_BYTES - _LONGEST_COMMENT))
        tail = file.read()
    at = tail.rfind(_END_MAGIC)
    n_directory = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if MAX_DIRECTORY_BYTES < n_directory < 2**32 - 1:
        raise Refused(SkipReason.TOO_MANY_FILES if n_directory <= size else SkipReason.UNREADABLE)


def _entry_place(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, by_name: dict[str, zipfile.ZipInfo]) -> Place:
    def opened() -> AbstractContextManager[Readable]:
        return closing(_Unpacked(archive, entry))

    def sibling(other: str) -> AbstractContextManager[Readable] | None:
        folder, separator, _ = entry.filename.rpartition("/")
        beside = by_name.get(f"{folder}{separator}{other}")
        return closing(_Unpacked(archive, beside)) if beside and _refusal(beside) is None else None

    return Place(entry.filename, entry.compress_size, opened, sibling, _refusal(entry))


def _refusal(entry: zipfile.ZipInfo) -> SkipReason | None:
    if is_unsafe(entry.filename):
        return SkipReason.UNSAFE_NAME
    is_encrypted = entry.flag_bits & 1
    return SkipReason.UNREADABLE if is_encrypted or entry.compress_type not in _PLAIN_METHODS else None


def is_unsafe(name: str) -> bool:
    """Say whether a name in an archive would lead out of the folder that it is unpacked to, on any system."""
    windows = PureWindowsPath(name)
    parts = {*windows.parts, *PurePosixPath(name).parts}
    return bool(windows.drive or windows.root) or name.startswith("/") or ".." in parts or "\0" in name


class _Unpacked:
    """A file of an archive, as long as it does not grow out of all proportion. Raises: Refused, also for a damaged one."""

    def __init__(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        try:
            self._stream = archive.open(entry)
        except _PACKING_ERRORS as error:
            raise Refused(SkipReason.UNREADABLE) from error
        self._n_packed = max(1, entry.compress_size)
        self._n_read = 0

    def read(self, size: int = -1, /) -> bytes:
        try:
            found = self._stream.read(size)
        except _PACKING_ERRORS as error:
            raise Refused(SkipReason.UNREADABLE) from error
        self._n_read += len(found)
        is_bomb = self._n_read > RATIO_FROM_BYTES and self._n_read > MAX_RATIO * self._n_packed
        if is_bomb or self._n_read > MAX_UNPACKED_BYTES:
            raise Refused(SkipReason.BOMB)
        return found

    def close(self) -> None:
        self._stream.close()
