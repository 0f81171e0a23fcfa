"""The two ends of the engine process: events go out as lines, requests come in as lines."""

from __future__ import annotations

import logging
import os
import threading
import time

from desktop_app.engine.inbox import Inbox
from desktop_app.engine.protocol import CancelRequest, Event, PingRequest, Pong, Request, SaveStates
from desktop_app.engine.wire import MAX_LINE_BYTES, ProtocolError, decode_request, encode

log = logging.getLogger(__name__)

EXIT_GARBAGE = 3
_MAX_BAD_LINES = 20
_READ_BYTES = 1 << 16
_LEAVE_AFTER_S = 1.0
SAVE_LIMIT_S = 4.5
"""The same for a process that was told to write what it has read: the window waits for 5 s."""


class Output:
    """Writes whole lines; used by both threads."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def send(self, event: Event) -> None:
        """Write `event` as one line. Raises: BrokenPipeError when nobody listens any more."""
        line = memoryview(encode(event))
        with self._lock:
            while line:
                line = line[os.write(self._descriptor, line) :]


class Reader(threading.Thread):
    """Reads requests until the end of input."""

    def __init__(self, inbox: Inbox, output: Output) -> None:
        super().__init__(name="reader", daemon=True)
        self._inbox = inbox
        self._output = output
        self._n_bad_lines = 0
        self._leave_after_s = _LEAVE_AFTER_S

    def run(self) -> None:
        """Read, then end the process if it does not end by itself."""
        try:
            self._read_lines()
        except OSError as error:
            log.warning("requests cannot be read any more: %s", error.strerror)
        self._inbox.end()
        # The main thread normally leaves by itself now. llama.cpp may be inside something that it cannot
        # be called back from, and the window must never leave a process behind.
        time.sleep(self._leave_after_s)
        os._exit(0)

    def _read_lines(self) -> None:
        held, is_too_long = bytearray(), False
        while chunk := os.read(0, _READ_BYTES):
            *lines, rest = chunk.split(b"\n")
            for line in lines:
                held += line
                if is_too_long or len(held) > MAX_LINE_BYTES:
                    self._on_bad_line(len(held))
                elif held:
                    self._on_line(bytes(held))
                held, is_too_long = bytearray(), False
            held += rest
            if len(held) > MAX_LINE_BYTES:
                # Read on to its end, keeping nothing of it.
                held, is_too_long = bytearray(), True

    def _on_line(self, line: bytes) -> None:
        try:
            request = decode_request(line)
            if not isinstance(request.task, int):
                raise ProtocolError("a task is a number")
        except ProtocolError:
            self._on_bad_line(len(line))
            return
        self._on_request(request)

    def _on_request(self, request: Request) -> None:
        if isinstance(request, PingRequest):
            self._output.send(Pong(request.task))
        elif isinstance(request, CancelRequest):
            self._inbox.cancel(request.task)
        else:
            if isinstance(request, SaveStates):
                self._leave_after_s = SAVE_LIMIT_S
            self._inbox.put(request)

    def _on_bad_line(self, n_bytes: int) -> None:
        # It may hold conversation text: its length is all that is said.
        log.error("a line that is no request was left out (%d bytes)", n_bytes)
        self._n_bad_lines += 1
        if self._n_bad_lines >= _MAX_BAD_LINES:
            log.error("too many of them: whoever writes is no window of ours")
            os._exit(EXIT_GARBAGE)
