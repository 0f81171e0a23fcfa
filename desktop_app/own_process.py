"""What a child process does first: keep its output to itself, and leave nothing of a conversation behind."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

if sys.platform == "win32":
    import msvcrt
else:
    import resource


def begin(*, ends_with_window: bool = False) -> int:
    """Take the output, see `take_output`; from now on there is no end by Ctrl+C and no core dump.

    `ends_with_window`: nor is there a life after the death of the thread that started this process.
    """
    output = take_output()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal goes to the whole group; the window says when it ends
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # it would hold the conversation
    if sys.platform == "linux" and ends_with_window:
        parent = os.getppid()
        # 1 is PR_SET_PDEATHSIG (linux/prctl.h). The end of input is the first sign; this is for a process
        # that something else still keeps the pipe of open.
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(0)
    return output


def take_output() -> int:
    """Give a private copy of descriptor 1, and let descriptor 1 be the log: native code prints.

    Measured: without this 3 of 6 lines of the protocol were corrupt.
    """
    descriptor = os.dup(1)
    if sys.platform == "win32":
        # In text mode Windows ends lines with two characters and input at Ctrl+Z.
        for binary in (0, descriptor):
            msvcrt.setmode(binary, os.O_BINARY)
    os.dup2(2, 1)
    return descriptor


def limit_memory(limit_bytes: int, *, is_mapped_counted: bool) -> None:
    """Have the system refuse more memory than this, or address space with all that is mapped; not on Windows."""
    if sys.platform != "win32":
        kind = resource.RLIMIT_AS if is_mapped_counted else resource.RLIMIT_DATA
        resource.setrlimit(kind, (limit_bytes, limit_bytes))
