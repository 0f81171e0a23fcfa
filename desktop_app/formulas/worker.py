"""The process that draws formulas: one line asks for one, one line answers. The end of input ends it.

Some formulas take for ever, some take all memory: whoever started this process ends it then, and loses one formula.
Nothing is logged: a formula is part of a conversation.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import sys
import threading

from desktop_app.formulas import drawing
from desktop_app.formulas.protocol import Drawn, DrawRequest, decode_request, encode_answer

if sys.platform == "win32":
    import msvcrt
else:
    import resource

MEMORY_BYTES = 1 << 30


def main() -> int:
    """Be the process. Gives the exit code."""
    output = _take_output()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal goes to the whole group
    logging.disable(logging.CRITICAL)
    _harden()
    drawing.prepare()
    try:
        _send(output, Drawn(0))
        lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=_read, args=(lines,), daemon=True).start()
        while True:
            _send(output, _answer(decode_request(lines.get())))
    except BrokenPipeError:
        return 0


def _read(lines: queue.SimpleQueue[bytes]) -> None:
    """Pass lines on. At the end of input the window is gone: then this ends whatever goes on, which may be for ever."""
    for line in iter(sys.stdin.buffer.readline, b""):
        lines.put(line)
    os._exit(0)


def _answer(request: DrawRequest) -> Drawn:
    try:
        return Drawn(request.task, drawing.draw(request.tex, request.is_display))
    except Exception as error:  # the edge of the worker's loop: a formula that cannot be drawn is shown as it was written
        return Drawn(request.task, None, type(error).__name__)


def _send(output: int, answer: Drawn) -> None:
    line = memoryview(encode_answer(answer))
    while line:
        line = line[os.write(output, line) :]


def _take_output() -> int:
    """Give a private copy of descriptor 1, and let descriptor 1 be the log: a library that prints must not be heard."""
    descriptor = os.dup(1)
    if sys.platform == "win32":
        for binary in (0, descriptor):
            msvcrt.setmode(binary, os.O_BINARY)
    os.dup2(2, 1)
    return descriptor


def _harden() -> None:
    """No core dumps, which would hold conversation; not all of the memory; and after everybody else."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        os.nice(5)
