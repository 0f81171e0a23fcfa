"""The download process: one job comes in, how it goes comes out, and the process ends with it.

It must have been prepared (`hub.access.prepare_child`) before this module is imported: the hub's client reads its
environment once. The end of input is the pause, and there is nothing to be done for it: whatever is there has been counted,
a kill does no harm either.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import threading
from typing import BinaryIO, NoReturn

from desktop_app.errors import OfflineSwitchOn
from desktop_app.hub.download import Download
from desktop_app.hub.download_messages import (
    FINAL,
    MAX_LINE_BYTES,
    PROTOCOL_VERSION,
    DownloadReady,
    Event,
    Failed,
    ProtocolError,
    Start,
    Stopped,
    TryNow,
    decode_request,
    encode,
)
from desktop_app.hub.session import ConnectionCount, open_session
from desktop_app.logs import without_words
from desktop_app.own_process import begin

log = logging.getLogger(__name__)

EXIT_GARBAGE = 3
_NICE = 10
_BELOW_NORMAL = 0x4000


def main() -> int:
    """Do the job that the first line of standard input describes. Gives the exit code."""
    output = begin(ends_with_window=True)
    _step_back()
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # They write addresses with signatures in them.
    for name in ("huggingface_hub", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    worker = _Worker(os.fdopen(output, "wb", buffering=0))
    try:
        exit_code = worker.run(sys.stdin.buffer)
    except Exception as error:
        log.error("%s", without_words(error))
        exit_code = 1
    _leave(exit_code)


class _Worker:
    def __init__(self, outgoing: BinaryIO) -> None:
        self._outgoing = outgoing
        self._lock = threading.Lock()
        self._is_over = False
        self._count = ConnectionCount(self._tell)

    def run(self, incoming: BinaryIO) -> int:
        self._tell(DownloadReady(PROTOCOL_VERSION, os.getpid()))
        line = incoming.readline(MAX_LINE_BYTES)
        if not line:
            return 0
        try:
            start = decode_request(line)
        except ProtocolError:
            log.error("a line that is no request (%d bytes)", len(line))
            return EXIT_GARBAGE
        if not isinstance(start, Start):
            return EXIT_GARBAGE
        if start.access.is_offline:
            self._tell(Failed(start.id, OfflineSwitchOn()))
            return 0
        open_session(start.access, self._count)
        download = Download(start, self._tell)
        threading.Thread(target=self._listen, args=(incoming, download, start.id), daemon=True, name="listener").start()
        final = download.run()
        self._count.flush()
        self._tell(final)
        return 0

    def _listen(self, incoming: BinaryIO, download: Download, id_: str) -> None:
        while line := incoming.readline(MAX_LINE_BYTES):
            try:
                request = decode_request(line)
            except ProtocolError:
                log.error("a line that is no request (%d bytes)", len(line))
                _leave(EXIT_GARBAGE)
            if isinstance(request, TryNow):
                download.try_now()
        self._count.flush()
        self._tell(Stopped(id_))
        _leave(0)

    def _tell(self, event: Event) -> None:
        """Write a line, from any thread; nothing after the last word."""
        with self._lock:
            if self._is_over:
                return
            self._is_over = isinstance(event, FINAL)
            try:
                self._outgoing.write(encode(event))
            except OSError:
                _leave(0)  # nobody listens


def _step_back() -> None:
    """Come after the window and the model that answers: a fast line takes most of a core.

    Source for Windows: SetPriorityClass in winbase.h; -1 stands for this process.
    """
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetPriorityClass(ctypes.c_void_p(-1), _BELOW_NORMAL)
    else:
        os.nice(_NICE)


def _leave(exit_code: int) -> NoReturn:
    """End at once: a connection that waits for its host is not waited for."""
    sys.stderr.flush()
    os._exit(exit_code)
