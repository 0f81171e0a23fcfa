"""A child process that speaks one JSON object a line, seen from the window.

Knows processes and lines, not what the lines mean. No thread: QProcess tells the event loop when there is
something to read. Measured: 0.07 ms a line (p99 0.2 to 3 ms), against 0.17 ms for multiprocessing.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections import deque

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal, Slot

log = logging.getLogger(__name__)

PASSED_ON = frozenset(
    # What a program needs to run. All else stays here: access tokens, proxies and whatever the person's shell
    # holds are no business of the child.
    {
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMP", "TEMP", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV",
        "PYTHONPATH", "PYTHONHOME", "PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR",
        "COMSPEC", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "NUMBER_OF_PROCESSORS", "XDG_RUNTIME_DIR",
        "XDG_CACHE_HOME", "NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES", "VK_ICD_FILENAMES", "VK_DRIVER_FILES",
        "VK_LOADER_DEBUG", "HEARTH_TRACE", "SSL_CERT_FILE", "SSL_CERT_DIR",
    }
)  # fmt: skip
PASSED_ON_PREFIXES = (
    "LC_",
    "DYLD_",
    "PROCESSOR_",
    "CUDA_",
    "GGML_",
    "HIP_",
    "ROCR_",
    "HSA_",
    "ZE_",
    "ONEAPI_",
    "OMP_",
    "GOMP_",
    "MESA_",
)
"""What tells llama.cpp's backends which devices to use, and how."""
SECRETS = ("KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL")

N_LOG_LINES = 40
"""Lines of the child's log kept for the Details of a crash."""
SLICE_MS = 8
"""Longest time spent on lines in one turn of the event loop, so that a flood cannot freeze the window."""
NOT_STARTED = "could not be started"
"""How the reason begins when the program is not there, or may not run."""
END_GRACE_MS = 2000
"""A child that was told to end and has not by then is killed."""


def child_environment() -> QProcessEnvironment:
    """Give the environment of a child: built from scratch, see `PASSED_ON`."""
    environment = QProcessEnvironment()
    for name, value in os.environ.items():
        upper = name.upper()
        is_needed = upper in PASSED_ON or upper.startswith(PASSED_ON_PREFIXES)
        if is_needed and not any(word in upper for word in SECRETS):
            environment.insert(name, value)
    # Otherwise an assertion in ggml starts gdb or lldb, if there is one, and the crash takes seconds.
    environment.insert("GGML_NO_BACKTRACE", "1")
    environment.insert("PYTHONUNBUFFERED", "1")
    return environment


def own_command(role: str, *options: str) -> tuple[str, list[str]]:
    """Give program and arguments that start this same application in another role."""
    arguments = ["--role", role, *options]
    if getattr(sys, "frozen", False):
        return sys.executable, arguments
    # -P: never import from the folder that the person happened to start us in.
    return sys.executable, ["-P", "-m", "desktop_app", *arguments]


class WorkerProcess(QObject):
    """One run of a child process. `name` is what its lines in the log begin with.

    Signals:
        line_received(bytes): a whole line, without its line feed.
        ended(str, str): it is gone without having been asked to: the reason in plain words (for a log and the
            Details, not a sentence for the screen) and the last lines of its log.
        stopped(): it is gone because `stop` or `kill` was called.
    """

    line_received = Signal(bytes)
    ended = Signal(str, str)
    stopped = Signal()

    def __init__(
        self, program: str, arguments: list[str], max_line_bytes: int, parent: QObject | None = None, *, name: str = "engine"
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._max_line_bytes = max_line_bytes
        self._pending: deque[bytes] = deque()
        self._partial = b""
        self._log_lines: deque[str] = deque(maxlen=N_LOG_LINES)
        self._is_stopping = False
        self._is_over = self._is_announced = False
        self._reason = ""
        self._process = QProcess(self)
        self._process.setProgram(program)
        self._process.setArguments(arguments)
        self._process.setProcessEnvironment(child_environment())
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.readyReadStandardError.connect(self._on_log)
        self._process.errorOccurred.connect(self._on_error)
        self._process.finished.connect(self._on_finished)
        self._continue = QTimer(self, singleShot=True, interval=0)
        self._continue.timeout.connect(self._deliver)
        self._kill_timer = QTimer(self, singleShot=True, interval=END_GRACE_MS)
        self._kill_timer.timeout.connect(self._process.kill)

    @property
    def pid(self) -> int:
        """Process id; 0 when it is not running."""
        return self._process.processId()

    def start(self) -> None:
        """Start it. A program that is not there ends up in `ended`."""
        self._process.start()

    def send(self, line: bytes) -> None:
        """Write one line, its line feed included. After the end of the child this does nothing."""
        if not self._is_over and not self._is_stopping:
            self._process.write(line)

    def stop(self) -> None:
        """Ask it to end by closing its input; kill it after `END_GRACE_MS`. Then `stopped` is emitted."""
        self._is_stopping = True
        if self._process.state() == QProcess.ProcessState.NotRunning:
            self._finish("")
            return
        self._process.closeWriteChannel()
        self._kill_timer.start()

    def flush(self, timeout_ms: int = 200) -> None:
        """Let go of what was sent, where no event loop does it. Blocks: for the end of the application only."""
        self._process.waitForBytesWritten(timeout_ms)

    def kill(self) -> None:
        """End it at once. Then `stopped` is emitted."""
        self._is_stopping = True
        self._process.kill()

    def abandon(self, reason: str) -> None:
        """End it at once because it misbehaves: reported through `ended` with `reason`."""
        self._reason = reason
        self._process.kill()

    def stop_and_wait(self, timeout_ms: int = END_GRACE_MS) -> None:
        """Like `stop`, and return when it is gone. Blocks: for the end of the application only."""
        self.stop()
        if self._process.state() != QProcess.ProcessState.NotRunning and not self._process.waitForFinished(timeout_ms):
            self._process.kill()
            self._process.waitForFinished(timeout_ms)

    @Slot()
    def _on_output(self) -> None:
        data = bytes(self._process.readAllStandardOutput().data())
        *lines, self._partial = (self._partial + data).split(b"\n")
        if any(len(line) > self._max_line_bytes for line in (*lines, self._partial)):
            self._partial = b""
            self.abandon("sent a line that is too long")
            return
        self._pending.extend(lines)
        self._deliver()

    @Slot()
    def _deliver(self) -> None:
        deadline = time.monotonic() + SLICE_MS / 1000
        while self._pending:
            self.line_received.emit(self._pending.popleft())
            if time.monotonic() > deadline:
                self._continue.start()
                return
        if self._is_over:
            self._announce_end()

    @Slot()
    def _on_log(self) -> None:
        for raw in bytes(self._process.readAllStandardError().data()).splitlines():
            line = raw.decode("utf-8", "replace").rstrip()
            if line:
                self._log_lines.append(line)
                log.info("%s: %s", self._name, line)

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._finish(f"{NOT_STARTED}: {self._process.errorString()}")

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, exit_code: int, status: QProcess.ExitStatus) -> None:
        self._on_log()
        self._on_output()
        if status == QProcess.ExitStatus.CrashExit:
            self._finish(_signal_words(exit_code))
        else:
            self._finish(f"ended with exit code {exit_code}")

    def _finish(self, reason: str) -> None:
        if not self._is_over:
            self._is_over = True
            self._reason = self._reason or reason
            self._kill_timer.stop()
            if not self._continue.isActive():
                self._deliver()

    def _announce_end(self) -> None:
        # A last line that is answered with `stop` comes here from within the delivery of it.
        if self._is_announced:
            return
        self._is_announced = True
        if self._is_stopping:
            self.stopped.emit()
        else:
            self.ended.emit(self._reason, "\n".join(self._log_lines))


def was_killed(reason: str) -> bool:
    """Tell whether a child was ended by somebody else: a person, or the system when it has no memory left."""
    return reason in {f"was ended by {name}" for name in ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP")}


def is_fault(reason: str) -> bool:
    """Tell whether a child was ended by a fault, in its own code or in a driver's: not of its own accord, nor by others."""
    return reason.startswith(("was ended by", "crashed with")) and not was_killed(reason)


def _signal_words(number: int) -> str:
    """Give "was ended by SIGSEGV" where the system has signals; QProcess passes the number as the exit code."""
    try:
        return f"was ended by {signal.Signals(number).name}"
    except ValueError:
        return f"crashed with code {number}"
