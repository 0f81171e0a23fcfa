"""Where log lines go and how they look: one rotating file a role, and warnings on standard error too.

Prompts, answers, file contents and access tokens are never logged, at no level: log what happened, ids,
counts and durations. This is the one module that may keep state: the handlers it has installed.
"""

from __future__ import annotations

import contextlib
import faulthandler
import itertools
import logging
import sys
import threading
import traceback
from pathlib import Path
from typing import TextIO

MAX_BYTES = 1_000_000
"""A file is turned over at this size; with `N_OLD_FILES` old ones a role keeps at most 4 MB."""
N_OLD_FILES = 3
_FORMAT = "%(asctime)s.%(msecs)03d %(levelname)-7s {role}[%(process)d] %(name)s: %(message)s"
_DATE_FORMAT = "%Y-%m-%d %H:%M:%S"

_installed: list[logging.Handler] = []


def log_file(folder: Path, role: str) -> Path:
    """Give the file of a role: hearth.log for the window, hearth-<role>.log for its children.

    One file for each, because two processes that turn over the same file lose each other's lines.
    """
    return folder / ("hearth.log" if role == "window" else f"hearth-{role}.log")


def crash_file(folder: Path) -> Path:
    """Give the file in which stands where the window was when its process crashed; the last crash comes last."""
    return folder / "hearth-crash.log"


def keep_stack_of_crash(folder: Path) -> None:
    """Have Python write where each thread is, should this process crash: names of functions and lines, never a value.

    The file stays open until the process ends, and is empty unless one did crash. Not on Windows: there Python would
    write with each exception in the code of the system, also where that handles it, as its dialogs do.
    """
    if sys.platform == "win32":
        return
    path = crash_file(folder)
    with contextlib.suppress(OSError):
        is_full = path.exists() and path.stat().st_size > MAX_BYTES
        faulthandler.enable(path.open("w" if is_full else "a", encoding="utf-8"))


def without_words(error: BaseException) -> str:
    """Give the class of an exception and where it was raised. What it says may be text of a conversation, and is left out."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}".rstrip()


def keep_words_out() -> None:
    """Have Python write of an exception that nobody catches only `without_words`.

    For child processes: what they write to standard error is in the window's log. A child that uses a library whose
    callbacks run Python meets the third of these ways.
    """

    def tell(error: BaseException | None) -> None:
        if error is not None and sys.stderr is not None:
            sys.stderr.write(f"{without_words(error)}\n")

    def tell_of_thread(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_type is not SystemExit:  # a way to end a thread
            tell(failed.exc_value)

    sys.excepthook = lambda _kind, error, _traceback: tell(error)
    threading.excepthook = tell_of_thread
    sys.unraisablehook = lambda failed: tell(failed.exc_value)


def start_logging(folder: Path, role: str) -> None:
    """Send everything from INFO up to the role's file, and from WARNING up to standard error.

    Called again it starts afresh. A folder that cannot be written costs the file, never the start.
    """
    stop_logging()
    formatter = logging.Formatter(_FORMAT.format(role=role), _DATE_FORMAT)
    if sys.stderr is not None:  # there is none in a windowed program on Windows
        _install(logging.StreamHandler(sys.stderr), logging.WARNING, formatter)
    logging.getLogger().setLevel(logging.INFO)
    try:
        file = _TurningFile(log_file(folder, role))
    except OSError as error:
        logging.getLogger(__name__).warning("no log file: %s", error.strerror)
    else:
        _install(file, logging.INFO, formatter)
    logging.captureWarnings(True)


def stop_logging() -> None:
    """Close what `start_logging` opened."""
    while _installed:
        handler = _installed.pop()
        logging.getLogger().removeHandler(handler)
        handler.close()
    logging.captureWarnings(False)


class _TurningFile(logging.FileHandler):
    """A log file that makes way for a new one at `MAX_BYTES`.

    Like `logging.handlers.RotatingFileHandler`, whose module brings sockets and pickle to every start (12 ms). On a full
    disk lines are lost, and nothing else: whoever writes one hears nothing of it.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", errors="backslashreplace")
        self._path = path

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record) + self.terminator
        n_bytes = len(line.encode("utf-8", "backslashreplace"))
        try:
            if self.stream is None:
                self.stream = self._open()
            if 0 < self.stream.tell() > MAX_BYTES - n_bytes:
                self._turn_over()
            self.stream.write(line)
            self.stream.flush()
        except OSError:
            self.stream, broken = None, self.stream  # what it still holds would be tried again with every line
            _let_go(broken)

    def _turn_over(self) -> None:
        self.close()
        names = [self._path, *(self._path.with_name(f"{self._path.name}.{n}") for n in range(1, N_OLD_FILES + 1))]
        for newer, older in reversed(list(itertools.pairwise(names))):
            if newer.exists():
                newer.replace(older)
        self.stream = self._open()


def _let_go(stream: TextIO | None) -> None:
    if stream is not None:
        with contextlib.suppress(OSError):
            stream.close()


def _install(handler: logging.Handler, level: int, formatter: logging.Formatter) -> None:
    handler.setLevel(level)
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
    _installed.append(handler)
