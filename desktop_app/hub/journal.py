"""What is there of a partial file, kept so that it survives a kill, and, a little less exactly, a loss of power.

One file beside the partial one: a head of JSON that says whose it is, then two counters for every piece. The first
are mapped into memory and go on with every write; the system keeps them, and the bytes they speak of, when the process
is killed, and nobody keeps them when the power goes. The second are written every few seconds, after the bytes they speak
of are safely on the disk; they count when the computer has been started since.
"""

from __future__ import annotations

import json
import mmap
import os
import time
from pathlib import Path

HEAD_BYTES = 4096
VERSION = 1
_BOOT_TOLERANCE_S = 2.0


class Journal:
    """The pieces of one partial file and how many bytes of each are there. `advance`: by one thread for each piece."""

    def __init__(self, path: Path, identity: str, size_bytes: int, piece_bytes: int) -> None:
        self._path = path
        self.size_bytes, self.piece_bytes = size_bytes, piece_bytes
        self.n_pieces = -(-size_bytes // piece_bytes)
        self._n_complete = 0
        head = {"version": VERSION, "identity": identity, "size": size_bytes, "piece": piece_bytes}
        if not _is_of(path, head, self._file_bytes):
            self._create(head)
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), self._file_bytes)
        counters = memoryview(self._map)[HEAD_BYTES:].cast("I")
        self._now, self._safe = counters[: self.n_pieces], counters[self.n_pieces :]
        if not _is_this_start(_head_of(self._map[:HEAD_BYTES])):
            self._now[:] = self._safe
            self._write_head(head)

    @property
    def _file_bytes(self) -> int:
        return HEAD_BYTES + 2 * 4 * self.n_pieces

    @property
    def done_bytes(self) -> int:
        """Bytes that are there."""
        return sum(self._now)

    def piece(self, index: int) -> tuple[int, int]:
        """Give where the piece begins and where it ends, in bytes of the file."""
        start = index * self.piece_bytes
        return start, min(start + self.piece_bytes, self.size_bytes)

    def missing(self, index: int) -> tuple[int, int]:
        """Give from where to where a piece is missing, in bytes of the file."""
        start, end = self.piece(index)
        return start + self._now[index], end

    def is_complete(self, index: int) -> bool:
        """Tell whether nothing of a piece is missing."""
        start, end = self.piece(index)
        return self._now[index] == end - start

    def prefix_bytes(self) -> int:
        """Give how many bytes are there without a gap, from the first one on. For one thread: it remembers where it was."""
        while self._n_complete < self.n_pieces and self.is_complete(self._n_complete):
            self._n_complete += 1
        if self._n_complete == self.n_pieces:
            return self.size_bytes
        return self.missing(self._n_complete)[0]

    def advance(self, index: int, n_bytes: int) -> None:
        """Count bytes that have been written at the end of what is there of a piece."""
        self._now[index] += n_bytes

    def cut(self, file_bytes: int) -> None:
        """Count nothing that is not in a partial file of this length."""
        for index in range(self.n_pieces):
            self._now[index] = min(self._now[index], max(0, file_bytes - index * self.piece_bytes))
            self._safe[index] = min(self._safe[index], self._now[index])

    def save(self, partial: Path) -> None:
        """Make what is counted now survive a loss of power. Slow. Raises: OSError."""
        snapshot = self._now.tobytes()
        sync(partial)
        self._safe[:] = memoryview(snapshot).cast("I")
        self._map.flush()

    def close(self) -> None:
        """Let go of the file; what was counted stays in it."""
        self._now.release()
        self._safe.release()
        # The cast and the slice under them go with the last name for them.
        del self._now, self._safe
        self._map.close()

    def _create(self, head: dict[str, object]) -> None:
        beside = self._path.with_name(self._path.name + "~")
        with beside.open("wb") as file:
            # Every byte, and no hole: where the disk is full this is refused, and a write to a hole in memory ends the process.
            file.write(_head_line(head).ljust(self._file_bytes, b"\0"))
        beside.replace(self._path)

    def _write_head(self, head: dict[str, object]) -> None:
        self._map[:HEAD_BYTES] = _head_line(head)


def kept_bytes(path: Path) -> int:
    """Give how many bytes the journal at `path` counts, without opening it for writing; 0 where there is none."""
    try:
        data = path.read_bytes()
    except OSError:
        return 0
    head = _head_of(data[:HEAD_BYTES])
    size, piece = head.get("size"), head.get("piece")
    if not isinstance(size, int) or not isinstance(piece, int) or piece <= 0:
        return 0
    counters = data[HEAD_BYTES : HEAD_BYTES + 4 * -(-size // piece)]
    return sum(memoryview(counters[: len(counters) // 4 * 4]).cast("I"))


def sync(path: Path) -> None:
    """Have the system write a file out. Raises: OSError."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _is_of(path: Path, head: dict[str, object], file_bytes: int) -> bool:
    try:
        with path.open("rb") as file:
            found = _head_of(file.read(HEAD_BYTES))
            return {name: found.get(name) for name in head} == head and os.fstat(file.fileno()).st_size == file_bytes
    except OSError:
        return False


def _head_of(data: bytes) -> dict[str, object]:
    try:
        head = json.loads(data)
    except ValueError:
        return {}
    return head if isinstance(head, dict) else {}


def _head_line(head: dict[str, object]) -> bytes:
    return json.dumps(head | {"began_s": _began_s(), "boot": _boot()}).encode().ljust(HEAD_BYTES)


def _is_this_start(head: dict[str, object]) -> bool:
    """Tell whether the computer has not been started since; when in doubt, that it has."""
    if boot := _boot():
        return head.get("boot") == boot
    began_s = head.get("began_s")
    return isinstance(began_s, float) and abs(began_s - _began_s()) < _BOOT_TOLERANCE_S


def _boot() -> str:
    """Give the kernel's own name for this start of the computer; "" where it has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _began_s() -> float:
    """Give about when the clock that never goes back began: at the start of the computer."""
    return time.time() - time.monotonic()
