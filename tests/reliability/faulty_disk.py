"""A disk that fails on purpose, below SQLite: at the n-th write, sync or truncation, or when it is full.

A VFS of our own, like that of `power_loss`, so that it runs wherever the tests run. It looks only at files of the
database; what others do to the disk is not its business.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw


class FaultyDisk(apsw.VFS):
    """Passes everything on until it is to fail.

    `fail_at`: the number, from 1, of the write, sync or truncation that fails, 0: none. `is_sticky`: all after it fail as
    well. `error`: what SQLite hears. `capacity_bytes`: writes that make the files in `folder` larger fail; None: no limit.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.base = apsw.vfs_names()[0]
        self.folder = folder
        self.n_done = 0
        self.fail_at = 0
        self.is_sticky = False
        self.error: type[apsw.Error] = apsw.IOError
        self.capacity_bytes: int | None = None
        super().__init__(name, self.base)

    def count(self) -> None:
        self.n_done += 1
        if self.fail_at and (self.n_done == self.fail_at or (self.is_sticky and self.n_done > self.fail_at)):
            raise self.error

    def take(self, file: Path, end: int) -> None:
        if self.capacity_bytes is None:
            return
        used = {path: path.stat().st_size for path in self.folder.iterdir() if path.is_file()}
        grown = max(0, end - used.get(file, 0))
        if grown and sum(used.values()) + grown > self.capacity_bytes:
            raise apsw.FullError

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        text = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        return _FaultyFile(self, name, flags, Path(text))


class _FaultyFile(apsw.VFSFile):
    def __init__(self, disk: FaultyDisk, name: str | apsw.URIFilename | None, flags: list[int], file: Path) -> None:
        super().__init__(disk.base, name, flags)
        self._disk, self._file = disk, file

    def xWrite(self, data: bytes | bytearray | memoryview, offset: int) -> None:
        self._disk.count()
        self._disk.take(self._file, offset + len(data))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self._disk.count()
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        # The power stays on here, so nothing has to reach a real disk; it would take a minute.
        self._disk.count()


@contextmanager
def faulty_disk(folder: Path) -> Iterator[FaultyDisk]:
    """Let all that SQLite does in this process go over a disk that can fail."""
    before = apsw.vfs_names()[0]
    disk = FaultyDisk("faulty", folder)
    apsw.set_default_vfs("faulty")
    try:
        yield disk
    finally:
        apsw.set_default_vfs(before)
        disk.unregister()
