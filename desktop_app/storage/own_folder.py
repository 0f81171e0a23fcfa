"""A folder that Hearth made for itself: the only kind of place where it takes files away again.

A file inside says so. A folder that is a link, or that holds files of somebody else, is never used; what is taken
away must be a plain file that stands in the folder itself. So nothing that the person keeps can be hit, wherever
a link or a wrong path leads.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from desktop_app.durable import sync_folder
from desktop_app.errors import WriteFailed
from desktop_app.storage.faults import of_the_disk

MARKER = "hearth-folder.txt"
_WORDS = "Hearth made this folder and keeps it in order. Files of your own are safer in another one.\n"


class OwnFolder:
    """The folder at `path`, which may not be there yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self) -> None:
        """Make it where there is none, for its owner only. Raises: DiskFull, WriteFailed, also for a folder of others."""
        if self.is_ours():
            return
        if self.path.is_symlink():
            raise WriteFailed(str(self.path), "a link, not a folder of its own")
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if any(self.path.iterdir()):
                raise WriteFailed(str(self.path), "a folder with files of others")
            self.path.chmod(0o700)  # where it was there before
            number = os.open(self.path / MARKER, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(_WORDS)
        except OSError as error:
            raise of_the_disk(self.path, error) from error

    def is_ours(self) -> bool:
        """Say whether it is there, no link, and marked."""
        return not self.path.is_symlink() and _is_plain_file(self.path / MARKER)

    def files(self) -> list[Path]:
        """Give the plain files in it but for the marker; [] when it is not ours. Links are no plain files."""
        if not self.is_ours():
            return []
        try:
            return sorted(path for path in self.path.iterdir() if path.name != MARKER and _is_plain_file(path))
        except OSError:
            return []

    def remove(self, name: str) -> None:
        """Take the file `name` away. Raises: StorageError; ValueError, our mistake, for what is no plain file in here."""
        path = self.path / name
        if name == MARKER or name != Path(name).name or not self.is_ours() or not _is_plain_file(path):
            raise ValueError(f"{name} is not to be taken away")
        try:
            path.unlink()
        except OSError as error:
            raise of_the_disk(path, error) from error

    def dissolve(self) -> None:
        """Take the folder itself away, if it is ours and nothing else is in it. Raises: StorageError."""
        try:
            if self.is_ours() and [path.name for path in self.path.iterdir()] == [MARKER]:
                (self.path / MARKER).unlink()
                self.path.rmdir()
        except OSError as error:
            raise of_the_disk(self.path, error) from error

    def sync(self) -> None:
        """Make new names in it durable. Raises: StorageError."""
        try:
            sync_folder(self.path)
        except OSError as error:
            raise of_the_disk(self.path, error) from error


def _is_plain_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False
