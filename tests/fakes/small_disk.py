"""The real download process on a disk that is as full as the test says, whoever runs the tests.

The disk is one of ours between the process and the file system, read anew at every look: JSON with "free", the bytes
that the disk says it has, and "room", the bytes that it really takes (a quota, say); neither counts what is written.
"""

from __future__ import annotations

import errno
import io
import json
import os
import pathlib
import shutil
import sys
from collections import namedtuple
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from desktop_app.hub.access import prepare_child

Usage = namedtuple("Usage", "total used free")


def command(state: Path, home: Path) -> tuple[str, list[str]]:
    """Give program and arguments of a download process on the disk that `state` describes."""
    return sys.executable, [str(Path(__file__).resolve()), str(state), str(home)]


def set_disk(state: Path, *, free: int, room: int) -> None:
    """Let the disk be like this from now on."""
    beside = state.with_name(f"{state.name}~")
    beside.write_text(json.dumps({"free": free, "room": room}))
    beside.replace(state)


def look(state: Path, folder: Any) -> Any:
    """Give what the disk says of itself. Raises: OSError when there is no such folder."""
    Path(folder).stat()
    free = json.loads(state.read_text())["free"]
    return Usage(free, 0, free)


class _Small(io.FileIO):
    """A file on it. What does not fit is refused as the system refuses it."""

    state: Path

    def write(self, data: Any) -> int:
        end = self.tell() + len(data)
        grows = end - os.fstat(self.fileno()).st_size
        if grows > 0 and end > json.loads(self.state.read_text())["room"]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(data)


def main() -> None:
    """Be the process."""
    state, home = Path(sys.argv[1]), Path(sys.argv[2])
    _Small.state = state
    usual = pathlib.Path.open

    def open_small(path: Path, mode: str = "r", buffering: int = -1, *rest: Any, **named: Any) -> Any:
        return _Small(path, "r+") if (mode, buffering) == ("r+b", 0) else usual(path, mode, buffering, *rest, **named)

    system: Any = shutil
    system.disk_usage = partial(look, state)
    paths: Any = pathlib.Path
    paths.open = open_small
    prepare_child(home)
    from desktop_app.hub import download
    from desktop_app.hub.download_worker import main as run

    download.SPACE_INTERVAL_S, download.FULL_PAUSE_S = 0.1, 0.3
    sys.exit(run())


if __name__ == "__main__":
    main()
