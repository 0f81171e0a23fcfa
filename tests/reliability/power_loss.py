"""What a power cut may leave of a file: writes recorded below SQLite, replayed with some of them missing.

A VFS of our own records every write, truncation, sync, creation and deletion in order. `image` then builds the
folder as it may look after the power went at a given moment: what was synced is there; of the rest every write is
there, lost, or torn at 512 bytes, and of the changes to the folder the first few. This needs neither strace nor
leave to trace a process, so it runs wherever the tests run; what it cannot see, the syncs of the folder that
SQLite does inside, follows SQLite's rule (os_unix.c, UNIXFILE_DIRSYNC): with the first sync of a journal or log.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import apsw

SECTOR_BYTES = 512


@dataclass(slots=True)
class Operation:
    """One thing that happened to the file `name`; kind: create, write, truncate, sync, delete, sync_folder."""

    kind: str
    name: str
    offset: int = 0
    data: bytes = b""


class Recorder(apsw.VFS):
    """Passes everything to the system's VFS and writes it down in `operations`."""

    def __init__(self, name: str) -> None:
        self.base = apsw.vfs_names()[0]
        self.operations: list[Operation] = []
        self.seen: set[str] = set()
        super().__init__(name, self.base)

    def record(self, kind: str, name: str, offset: int = 0, data: bytes = b"") -> None:
        self.operations.append(Operation(kind, Path(name).name, offset, data))

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        text = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        if text not in self.seen:
            self.seen.add(text)
            self.record("create", text)
        return _RecordedFile(self, name, flags, text)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        self.seen.discard(filename)
        self.record("delete", filename)
        if syncdir:
            self.record("sync_folder", filename)


class _RecordedFile(apsw.VFSFile):
    def __init__(self, recorder: Recorder, name: str | apsw.URIFilename | None, flags: list[int], text: str) -> None:
        super().__init__(recorder.base, name, flags)
        self._recorder, self._name = recorder, text

    def xWrite(self, data: bytes | bytearray | memoryview, offset: int) -> None:
        super().xWrite(data, offset)
        self._recorder.record("write", self._name, offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:
        super().xTruncate(newsize)
        self._recorder.record("truncate", self._name, newsize)

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._recorder.record("sync", self._name)


@contextmanager
def recording() -> Iterator[Recorder]:
    """Record everything that SQLite does in this process while inside."""
    before = apsw.vfs_names()[0]
    recorder = Recorder("recorder")
    apsw.set_default_vfs("recorder")
    try:
        yield recorder
    finally:
        apsw.set_default_vfs(before)
        recorder.unregister()


@dataclass(slots=True)
class _File:
    content: bytearray = field(default_factory=bytearray)
    unsynced: list[Operation] = field(default_factory=list)
    has_synced_folder: bool = False


@dataclass(slots=True)
class _Disk:
    """`names` is the folder as it is on disk, `current` as the program sees it."""

    names: dict[str, _File] = field(default_factory=dict)
    current: dict[str, _File] = field(default_factory=dict)
    unsynced: list[tuple[str, _File | None]] = field(default_factory=list)

    def take(self, operation: Operation) -> None:
        name = operation.name
        if operation.kind == "create":
            self.current[name] = _File()
            self.unsynced.append((name, self.current[name]))
        elif operation.kind == "delete":
            del self.current[name]
            self.unsynced.append((name, None))
        elif operation.kind == "sync_folder":
            self.sync_folder(len(self.unsynced))
        elif operation.kind == "sync":
            self._sync(name, self.current[name])
        else:
            self.current[name].unsynced.append(operation)

    def _sync(self, name: str, file: _File) -> None:
        for operation in file.unsynced:
            _apply(file.content, operation)
        file.unsynced.clear()
        if not file.has_synced_folder and name.endswith(("-journal", "-wal")):
            file.has_synced_folder = True
            self.sync_folder(len(self.unsynced))

    def sync_folder(self, n_changes: int) -> None:
        for name, file in self.unsynced[:n_changes]:
            if file is None:
                self.names.pop(name, None)
            else:
                self.names[name] = file
        del self.unsynced[:n_changes]


def _apply(content: bytearray, operation: Operation) -> None:
    if operation.kind == "truncate":
        del content[operation.offset :]
        return
    end = operation.offset + len(operation.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[operation.offset : end] = operation.data


def _survivors(unsynced: list[Operation], chance: random.Random) -> Iterator[Operation]:
    """Give what reached the disk of what was not synced, in one of several ways."""
    share = chance.choice((0.0, 0.5, 0.9, 1.0))
    for operation in unsynced:
        fate = chance.random()
        if fate < share * 0.8:
            yield operation
        elif fate < share and operation.kind == "write":
            yield from _torn(operation, chance)


def _torn(operation: Operation, chance: random.Random) -> Iterator[Operation]:
    for start in range(0, len(operation.data), SECTOR_BYTES):
        if chance.random() < 0.5:
            data = operation.data[start : start + SECTOR_BYTES]
            yield Operation("write", operation.name, operation.offset + start, data)


def image(operations: list[Operation], n_done: int, seed: int, folder: Path, is_wanted: Callable[[str], bool]) -> None:
    """Make in `folder` what the disk may hold when the power goes after the first `n_done` operations."""
    chance = random.Random(seed)
    disk = _Disk()
    for operation in operations[:n_done]:
        if is_wanted(operation.name):
            disk.take(operation)
    disk.sync_folder(chance.randint(0, len(disk.unsynced)))
    folder.mkdir()
    for name, file in disk.names.items():
        content = bytearray(file.content)
        for operation in _survivors(file.unsynced, chance):
            _apply(content, operation)
        (folder / name).write_bytes(content)
