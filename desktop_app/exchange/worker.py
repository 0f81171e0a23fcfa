"""The process that reads files from outside: it may die of one, and the window lives on.

Reading also takes the processor for hundreds of milliseconds at a time, which a thread of the window's process could
not do without the window standing still. In comes one line with what to read, then one number a line: how much of what
was told is stored. When nothing more comes in, the process ends.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import BinaryIO

from desktop_app.exchange.found import Found, Progress, Skipped, Words
from desktop_app.exchange.limits import MEMORY_BYTES
from desktop_app.exchange.reader import read
from desktop_app.exchange.wire import N_AHEAD_CHARACTERS, Failed, Request, encode, weight
from desktop_app.logs import without_words
from desktop_app.own_process import begin, limit_memory

PROGRESS_INTERVAL_S = 0.1


def main() -> int:
    """Read what the first line of standard input asks for."""
    output = begin()
    limit_memory(MEMORY_BYTES, is_mapped_counted=False)
    if sys.platform != "win32":
        os.nice(5)  # after everybody else
    return run(sys.stdin.buffer, os.fdopen(output, "wb"))


def run(incoming: BinaryIO, outgoing: BinaryIO) -> int:
    """Read what the first line of `incoming` asks for and tell of it. Gives the exit code: 0, 1 after a mistake of ours."""
    line = incoming.readline()
    if not line:
        return 0
    request = Request(**json.loads(line))
    telling = _Telling(incoming, outgoing)
    try:
        for event in read(Path(request.path), Words(request.image_word, request.file_word), request.now_ms):
            telling.tell(event)
    except _NobodyListens:
        return 0
    except OSError as error:
        telling.tell(Failed(error.strerror or type(error).__name__))
    except Exception as error:
        sys.stderr.write(f"{without_words(error)}\n")
        return 1
    return 0


class _NobodyListens(Exception):
    """The window has gone, or has cancelled."""


class _Telling:
    """Writes events, never far ahead of what is stored."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming, self._outgoing = incoming, outgoing
        self._n_open = 0
        self._last_progress_s = 0.0

    def tell(self, event: object) -> None:
        if isinstance(event, Progress):
            now_s = time.monotonic()
            if now_s - self._last_progress_s < PROGRESS_INTERVAL_S and event.n_bytes_done < event.n_bytes:
                return
            self._last_progress_s = now_s
        elif isinstance(event, Found | Skipped):
            self._wait_for_room(weight(event))
        try:
            for line in encode(event):  # type: ignore[arg-type]
                self._outgoing.write(line)
            self._outgoing.flush()
        except BrokenPipeError as error:
            raise _NobodyListens from error

    def _wait_for_room(self, n_characters: int) -> None:
        while self._n_open and self._n_open + n_characters > N_AHEAD_CHARACTERS:
            line = self._incoming.readline()
            if not line:
                raise _NobodyListens
            self._n_open -= int(line)
        self._n_open += n_characters
