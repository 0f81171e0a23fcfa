"""Reads every module of the application and every file of tests as if this were another system: `python -m tests.elsewhere win32`.

First everything is read as it is, so that libraries are there whatever they ask; then ours once more, with the modules,
functions and signals gone that the other system lacks. It prints what cannot be read there.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import re
import signal
import socket
import sys
import time
import traceback
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

from pytestqt.qt_compat import qt_api

from tests.newer_python import let_windows_be_played

ROOT = Path(__file__).parents[1]
OURS = ("desktop_app", "tests")
LACKING = {
    "win32": {"fcntl", "resource", "pty", "tty", "pwd", "grp", "termios", "syslog", "posix", "readline", "curses"},
    "darwin": {"spwd", "ossaudiodev"},
}
"""Modules of the standard library. Source: "Availability" in Python's documentation."""
OF_LINUX = r"^([\w.-]+)==\S+ ; (?:.* and )?sys_platform == 'linux' "
"""What the lock file has installed on Linux alone."""
GONE: dict[str, dict[Any, tuple[str, ...]]] = {
    "win32": {
        os: ("fork", "geteuid", "getuid", "getegid", "getgid", "mkfifo", "mknod", "uname", "getpgid", "killpg", "setsid", "statvfs",
             "sysconf", "sync", "getloadavg", "nice", "chown", "pread", "pwrite", "sched_getaffinity", "sched_setaffinity", "sched_yield",
             "posix_fadvise", "posix_fallocate", "O_NOFOLLOW", "O_DIRECTORY", "O_NONBLOCK", "memfd_create", "WNOHANG", "WTERMSIG"),
        signal: ("SIGKILL", "SIGSTOP", "SIGCONT", "SIGALRM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGPIPE", "SIGQUIT", "alarm", "setitimer"),
        socket: ("AF_UNIX",),
        time: ("tzset",),
    },
    "darwin": {os: ("sched_getaffinity", "sched_setaffinity", "posix_fadvise", "posix_fallocate", "memfd_create", "O_PATH", "O_TMPFILE")},
}  # fmt: skip
THERE: dict[str, tuple[str, ...]] = {"win32": ("msvcrt", "winreg", "_winapi"), "darwin": ()}


def names() -> list[str]:
    """Give the modules of the application, and what pytest reads of the tests."""
    ours = sorted((ROOT / "desktop_app").rglob("*.py"))
    paths = [path for path in ours if path.name != "__main__.py"] + sorted((ROOT / "tests").rglob("test_*.py"))
    return [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths]


class _Nowhere:
    """Finds nothing for the modules that are not there."""

    def __init__(self, lacking: set[str]) -> None:
        self._lacking = lacking

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        if name in self._lacking:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def not_installed() -> set[str]:
    """Give the modules of packages that are locked for Linux alone."""
    locked = set(re.findall(OF_LINUX, (ROOT / "requirements-dev.txt").read_text("utf-8"), re.MULTILINE))
    of_packages = packages_distributions().items()
    return {name for name, packages in of_packages if {re.sub("[-_.]+", "-", package.lower()) for package in packages} <= locked}


def become(system: str) -> None:
    """Forget what is ours, and take away what the other system lacks."""
    lacking = LACKING[system] | not_installed()
    for name in [name for name in sys.modules if name.partition(".")[0] in lacking.union(OURS)]:
        del sys.modules[name]
    for module, gone in GONE[system].items():
        for name in gone:
            if hasattr(module, name):
                delattr(module, name)
    sys.meta_path.insert(0, _Nowhere(lacking))
    sys.modules.update({name: MagicMock() for name in THERE[system]})
    if system == "win32":
        let_windows_be_played()
        for name in ("windll", "WinDLL", "WINFUNCTYPE", "WinError", "get_last_error", "FormatError"):
            setattr(ctypes, name, MagicMock())
    sys.platform = system


def unreadable(system: str) -> list[str]:
    """Give a line for each module that cannot be read on that system."""
    for name in names():
        importlib.import_module(name)
    become(system)
    found = []
    for name in names():
        try:
            importlib.import_module(name)
        except Exception as error:
            last = [frame for frame in traceback.extract_tb(error.__traceback__) if str(ROOT) in frame.filename][-1]
            found.append(f"{name}: {error!r} ({Path(last.filename).name}:{last.lineno})")
    return found


if __name__ == "__main__":
    qt_api.set_qt_api("pyside6")
    lines = unreadable(sys.argv[1])
    print("\n".join(lines))
    sys.exit(bool(lines))
