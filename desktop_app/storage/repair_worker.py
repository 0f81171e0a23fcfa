"""The process that builds a new file from a large damaged one, while the window is open on an empty one.

In comes one line with where everything is; out goes one line with what came of it. It takes the processor for a minute,
which a thread of the window's process could not do without the window standing still, and it may die of what it reads.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

from desktop_app.errors import AppError, to_wire
from desktop_app.logs import without_words
from desktop_app.own_process import begin
from desktop_app.storage.own_folder import OwnFolder
from desktop_app.storage.recovery import rebuild


def main() -> int:
    """Do what the first line of standard input asks for. Gives the exit code: 0, 1 after a mistake of ours."""
    output = os.fdopen(begin(), "wb")
    line = sys.stdin.buffer.readline()
    if not line:
        return 0
    threading.Thread(target=_end_with_the_window, daemon=True).start()
    try:
        answer = _answer(json.loads(line))
    except Exception as error:
        sys.stderr.write(f"{without_words(error)}\n")
        return 1
    output.write(json.dumps(answer).encode() + b"\n")
    output.flush()
    return 0


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        workshop = OwnFolder(Path(request["workshop"]))
        new = rebuild(Path(request["damaged"]), Path(request["backups"]), workshop, request["until_ms"])
    except AppError as error:
        return to_wire(error)
    return new.as_dict() | {"path": str(new.path)}


def _end_with_the_window() -> None:
    """Nobody waits any more when the input ends; what is half done is cleared away by the next start."""
    while os.read(0, 65536):  # not `sys.stdin`, whose lock the end of the interpreter would wait for
        pass
    os._exit(0)
