"""The engine process: requests come in as lines on descriptor 0, events go out as lines on the old descriptor 1.

Two threads. The reader takes lines and answers at once what must not wait: a ping, a cancel, the end of
input. The main thread takes one task after the other. llama.cpp runs in the main thread without the
interpreter's lock, so the reader is always heard.

    main thread    take a task -> load | unload | answer -> its final message
    reader thread  line -> queue | Pong | interrupt the task | end of input: interrupt, then leave within a second
"""

from __future__ import annotations

import ctypes
import logging
import os
import queue
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

from desktop_app import __version__
from desktop_app.engine.answer import PROGRESS_INTERVAL_S, Answer, ChatModel
from desktop_app.engine.inspect import inspect
from desktop_app.engine.llama import library
from desktop_app.engine.llama.library import Interrupt, LibraryLog
from desktop_app.engine.llama.model import LoadCancelled, Model
from desktop_app.engine.protocol import (
    MAX_LINE_BYTES,
    PROTOCOL_VERSION,
    CancelRequest,
    CountRequest,
    EngineReady,
    Event,
    Failed,
    GenerateRequest,
    LoadProgress,
    LoadRequest,
    ModelLoaded,
    ModelUnloaded,
    PingRequest,
    Pong,
    ProtocolError,
    Request,
    TaskCancelled,
    TokensCounted,
    UnloadRequest,
    decode_request,
    encode,
)
from desktop_app.errors import AppError, EngineCrashed, NoModel

if sys.platform == "win32":
    import msvcrt
else:
    import resource

log = logging.getLogger(__name__)

EXIT_GARBAGE = 3
_MAX_BAD_LINES = 20
_LEAVE_AFTER_S = 1.0
_READ_BYTES = 1 << 16

Task = LoadRequest | UnloadRequest | GenerateRequest | CountRequest


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


class Inbox:
    """Tasks waiting for the main thread, and which of them, or the running one, shall stop."""

    def __init__(self, interrupt: Interrupt) -> None:
        self._interrupt = interrupt
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._waiting: set[int] = set()
        self._cancelled: set[int] = set()
        self._running: int | None = None
        self._ending = False

    def put(self, task: Task) -> None:
        """Let `task` wait for its turn."""
        with self._lock:
            self._waiting.add(task.task)
        self._queue.put(task)

    def cancel(self, task: int) -> None:
        """Stop `task`, running or waiting; one that is over or unknown is ignored."""
        with self._lock:
            if task == self._running:
                self._interrupt.set()
            elif task in self._waiting:
                self._cancelled.add(task)

    def end(self) -> None:
        """Stop what runs; `take` gives None from now on."""
        with self._lock:
            self._ending = True
            self._interrupt.set()
        self._queue.put(None)

    def take(self) -> tuple[Task | None, bool]:
        """Give the next task, waiting for it, and whether it was cancelled already; None at the end of input."""
        task = self._queue.get()
        with self._lock:
            if self._ending or task is None:
                return None, False
            self._waiting.discard(task.task)
            self._running = task.task
            self._interrupt.clear()
            was_cancelled = task.task in self._cancelled
            self._cancelled.discard(task.task)
            return task, was_cancelled

    def done(self) -> None:
        """Say that the running task is over: a cancel that comes now is too late."""
        with self._lock:
            self._running = None


class Reader(threading.Thread):
    """Reads requests until the end of input."""

    def __init__(self, inbox: Inbox, output: Output) -> None:
        super().__init__(name="reader", daemon=True)
        self._inbox = inbox
        self._output = output
        self._n_bad_lines = 0

    def run(self) -> None:
        """Read, then end the process if it does not end by itself."""
        try:
            self._read_lines()
        except OSError as error:
            log.warning("requests cannot be read any more: %s", error.strerror)
        self._inbox.end()
        # The main thread normally leaves by itself now. llama.cpp may be inside something that it cannot
        # be called back from, and the window must never leave a process behind.
        time.sleep(_LEAVE_AFTER_S)
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
            self._inbox.put(request)

    def _on_bad_line(self, n_bytes: int) -> None:
        # It may hold conversation text: its length is all that is said.
        log.error("a line that is no request was left out (%d bytes)", n_bytes)
        self._n_bad_lines += 1
        if self._n_bad_lines >= _MAX_BAD_LINES:
            log.error("too many of them: whoever writes is no window of ours")
            os._exit(EXIT_GARBAGE)


class Worker:
    """Does one task after the other with at most one model in memory."""

    def __init__(self, inbox: Inbox, output: Output, interrupt: Interrupt, library_log: LibraryLog) -> None:
        self._inbox = inbox
        self._send = output.send
        self._interrupt = interrupt
        self._library_log = library_log
        self._chat: ChatModel | None = None

    def run(self) -> None:
        """Work until the end of input."""
        while True:
            task, was_cancelled = self._inbox.take()
            if task is None:
                break
            if was_cancelled:
                self._send(TaskCancelled(task.task))
            else:
                self._do(task)
            self._inbox.done()
        self._unload()

    def _do(self, task: Task) -> None:
        try:
            if isinstance(task, LoadRequest):
                self._load(task)
            elif isinstance(task, UnloadRequest):
                self._unload()
                self._send(ModelUnloaded(task.task))
            elif isinstance(task, CountRequest):
                self._count(task)
            else:
                self._answer(task)
        except AppError as error:
            self._send(Failed(task.task, error))
        except BrokenPipeError:
            raise
        except Exception as error:  # the edge of the worker loop: one broken task must not end the process
            _log_without_values(error)
            self._send(Failed(task.task, EngineCrashed(reason="internal error")))

    def _load(self, request: LoadRequest) -> None:
        path, said = Path(request.path), 0.0
        # Before the old model goes: a file that is no model must not cost the one that works.
        inspect(path)
        self._unload()

        def on_progress(fraction: float) -> None:
            nonlocal said
            now = time.monotonic()
            if now - said >= PROGRESS_INTERVAL_S or fraction >= 1.0:
                said = now
                self._send(LoadProgress(request.task, fraction))

        try:
            model = Model(path, request.parameters, self._interrupt, self._library_log, on_progress)
        except LoadCancelled:
            self._send(TaskCancelled(request.task))
            return
        # From here on it is ours to free, whatever happens: by the next load or the end.
        self._chat = ChatModel(model)
        if self._interrupt.is_set:
            self._unload()
            self._send(TaskCancelled(request.task))
            return
        self._send(ModelLoaded(request.task, self._chat.info()))

    def _answer(self, request: GenerateRequest) -> None:
        if self._chat is None:
            raise NoModel
        Answer(self._chat, request, self._send, self._interrupt).run()

    def _count(self, request: CountRequest) -> None:
        if self._chat is None:
            raise NoModel
        self._send(TokensCounted(request.task, len(self._chat.model.vocabulary.tokenize(request.text))))

    def _unload(self) -> None:
        if self._chat is not None:
            self._chat.close()
            self._chat = None


def _log_without_values(error: Exception) -> None:
    """Log where `error` came from, but not its text: that may hold conversation."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " <- ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    log.error("internal error %s at %s", type(error).__name__, where)


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


def _harden() -> None:
    """No core dumps, which would hold the conversation, and no life after the window's death."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        parent = os.getppid()
        # 1 is PR_SET_PDEATHSIG (linux/prctl.h). The end of input is the first sign; this is for a process
        # that something else still keeps the pipe of open.
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(0)


def main() -> int:
    """Be the engine process. Gives the exit code."""
    output = Output(take_output())
    # Ctrl+C in a terminal goes to the whole group; when this process ends is for the window to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _harden()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    library_log, interrupt = LibraryLog(), Interrupt()
    library_log.install()
    library.load_backends()
    versions = {"hearth": __version__, "llama_cpp_python": library.version(), "llama_cpp": library.llama_version()}
    inbox = Inbox(interrupt)
    try:
        output.send(EngineReady(PROTOCOL_VERSION, os.getpid(), versions, library.devices()))
        Reader(inbox, output).start()
        Worker(inbox, output, interrupt, library_log).run()
    except BrokenPipeError:
        log.warning("the window does not listen any more")
    return 0
