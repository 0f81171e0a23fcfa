"""A process that reads model files one by one, each in a child of its own, and says how that ended.

Takes a path a line, and answers with {"inspected": …, "loaded": …, "seconds": …}: "sound", the name and the path of the
error, or "died" with the signal; `loaded` is null for what the inspection refused. Forking makes 200 files a matter
of seconds, where 200 starts of a process would take minutes. With "trusting" on its command line it takes every file for
sound: a planted fault.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from desktop_app.engine import inspect_worker  # noqa: E402
from desktop_app.engine.llama import library  # noqa: E402
from desktop_app.engine.llama.library import Interrupt, LibraryLog  # noqa: E402
from desktop_app.engine.llama.model import Model  # noqa: E402
from desktop_app.engine.parameters import LoadParameters  # noqa: E402
from desktop_app.errors import AppError  # noqa: E402

TIME_LIMIT_S = 10


def in_child(work: Callable[[], None]) -> str:
    """Give how `work` ended in a process of its own."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.alarm(TIME_LIMIT_S)
        try:
            work()
            said = "sound"
        except AppError as error:
            said = f"{type(error).__name__} {error.as_dict().get('path', '')}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    _, status = os.waitpid(pid, 0)
    said = os.read(reading, 4096).decode()
    os.close(reading)
    return f"died {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else said


def load(path: Path, log: LibraryLog) -> None:
    """Load a model as the engine does, and compute one token."""
    model = Model(path, LoadParameters(n_ctx=256, n_threads=1), Interrupt(), log)
    model.warm_up()
    model.close()


def main() -> None:
    """Answer until the end of input."""
    log = LibraryLog()
    log.install()
    library.load_backends()
    inspected = (lambda *_: None) if "trusting" in sys.argv else inspect_worker.check
    for line in sys.stdin:
        path = Path(json.loads(line))
        started = time.monotonic()
        found: dict[str, Any] = {"inspected": in_child(partial(inspected, path, log)), "loaded": None}
        if found["inspected"] == "sound":
            found["loaded"] = in_child(partial(load, path, log))
        found["seconds"] = time.monotonic() - started
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
