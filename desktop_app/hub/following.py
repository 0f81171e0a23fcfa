"""The hash of a file, computed while the file still comes, so that it is known soon after the last byte."""

from __future__ import annotations

import errno
import hashlib
import threading
from pathlib import Path

from desktop_app.errors import AppError
from desktop_app.hub.journal import Journal
from desktop_app.hub.parts import Part, disk_error
from desktop_app.hub.repository import RepositoryFile

BLOCK_BYTES = 1 << 20
_PAUSE_S = 0.02


class ContentHash:
    """The hash of what it was given so far, and whether it is that of `file`."""

    def __init__(self, file: RepositoryFile) -> None:
        self._file = file
        self._sha256 = hashlib.sha256()
        # What git has for a small file: no protection against anybody, it finds mistakes.
        self._blob = hashlib.sha1(b"blob %d\0" % file.size_bytes, usedforsecurity=False)

    def update(self, block: memoryview) -> None:
        """Take more bytes."""
        self._sha256.update(block)
        if not self._file.sha256:
            self._blob.update(block)

    @property
    def sha256(self) -> str:
        """The hash as hexadecimal digits."""
        return self._sha256.hexdigest()

    @property
    def is_right(self) -> bool:
        """Say whether the hub has it so: by sha256, else by git's name for it. Where the hub has neither, nothing can be said."""
        if self._file.sha256:
            return self.sha256 == self._file.sha256
        return not self._file.blob_id or self._blob.hexdigest() == self._file.blob_id


def hash_of(path: Path, file: RepositoryFile) -> ContentHash:
    """Give the hash of a file on this computer. Raises: OSError."""
    content, buffer = ContentHash(file), memoryview(bytearray(BLOCK_BYTES))
    with path.open("rb", buffering=0) as reader:
        while n_bytes := reader.readinto(buffer):
            content.update(buffer[:n_bytes])
    return content


class FollowingHash:
    """Reads in a thread of its own what is there of a partial file, from its start; what has just come is still in memory.

    After a resume it begins with the first byte: nothing is taken on trust.
    """

    def __init__(self, file: RepositoryFile, part: Part, journal: Journal) -> None:
        self._size_bytes, self._part, self._journal = file.size_bytes, part, journal
        self._is_over = threading.Event()
        self.content = ContentHash(file)
        """Of what was read; of the whole file when it is not running any more."""
        self.error: AppError | None = None
        """Why it could not be read."""
        self._thread = threading.Thread(target=self._run, daemon=True, name="hash")
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Say whether the end of the file has not been reached."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Read no further, and let go of the file."""
        self._is_over.set()
        self._thread.join()

    def wait(self, timeout_s: float) -> None:
        """Wait for its end, or so long."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        buffer = memoryview(bytearray(BLOCK_BYTES))
        n_read = 0
        try:
            with self._part.path.open("rb", buffering=0) as reader:
                while n_read < self._size_bytes and not self._is_over.is_set():
                    n_there = min(BLOCK_BYTES, self._journal.prefix_bytes() - n_read)
                    if n_there <= 0:
                        self._is_over.wait(_PAUSE_S)
                        continue
                    block = buffer[: reader.readinto(buffer[:n_there])]
                    if not block:
                        raise OSError(errno.EIO, "the file became shorter")
                    self.content.update(block)
                    n_read += len(block)
        except OSError as error:
            self.error = disk_error(error, self._part.path)
