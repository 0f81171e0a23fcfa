"""The process that draws formulas: one line asks for one, one line answers. The end of input ends it.

Some formulas take for ever, some take all memory: whoever started this process ends it then, and loses one formula.
Nothing is logged: a formula is part of a conversation.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading

from desktop_app.formulas import drawing
from desktop_app.formulas.protocol import Drawn, DrawRequest, decode_request, encode_answer
from desktop_app.own_process import begin, limit_memory

MEMORY_BYTES = 1 << 30


def main() -> int:
    """Be the process. Gives the exit code."""
    output = begin()
    logging.disable(logging.CRITICAL)
    limit_memory(MEMORY_BYTES, is_mapped_counted=True)
    if sys.platform != "win32":
        os.nice(5)  # after everybody else
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
