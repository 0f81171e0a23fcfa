"""Keeps the computer from going to sleep by itself while something is being fetched. Whoever shuts it still can.

Linux: `systemd-inhibit`, which holds as long as the command under it runs; that reads from us and ends when we do.
macOS: `caffeinate`, which watches this process. Windows: a state of this thread. Where there is nothing of the
kind the computer sleeps, and the download goes on when it wakes up.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys

from PySide6.QtCore import QObject, QProcess, Slot

from desktop_app import APP_NAME

log = logging.getLogger(__name__)

_CONTINUOUS, _SYSTEM_REQUIRED = 0x80000000, 0x00000001
"""Source: Windows, `SetThreadExecutionState`."""
END_GRACE_MS = 500


def awake_command() -> tuple[str, list[str]] | None:
    """Give program and arguments of what keeps this computer awake while it runs; None where there is no such program."""
    if sys.platform == "darwin":
        return "caffeinate", ["-i", "-w", str(os.getpid())]
    if sys.platform == "win32":
        return None
    about = ["--what=idle", f"--who={APP_NAME}", "--why=Downloading a model", "--mode=block"]
    return "systemd-inhibit", [*about, "cat"]


class KeepAwake(QObject):
    """Says whether the computer may sleep by itself. To be used by the thread of the window."""

    def __init__(self, command: tuple[str, list[str]] | None = None, parent: QObject | None = None) -> None:
        """`command`: another one than `awake_command`."""
        super().__init__(parent)
        self._command = command or awake_command()
        self._process: QProcess | None = None
        self._is_needed = False

    def set_needed(self, is_needed: bool) -> None:
        """Keep it awake from now on, or no longer."""
        if is_needed == self._is_needed:
            return
        self._is_needed = is_needed
        if sys.platform == "win32":
            state = _CONTINUOUS | (_SYSTEM_REQUIRED if is_needed else 0)
            ctypes.windll.kernel32.SetThreadExecutionState(state)
        elif is_needed:
            self._start()
        else:
            self._stop()

    def close(self) -> None:
        """Let it sleep, and wait for that: for the end of the application."""
        self.set_needed(False)
        for process in self.findChildren(QProcess):
            process.waitForFinished(END_GRACE_MS)

    def _start(self) -> None:
        if self._command is None:
            return
        self._process = QProcess(self)
        self._process.setProgram(self._command[0])
        self._process.setArguments(self._command[1])
        self._process.setStandardOutputFile(QProcess.nullDevice())
        self._process.setStandardErrorFile(QProcess.nullDevice())
        self._process.errorOccurred.connect(self._on_error)
        self._process.start()

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.errorOccurred.disconnect(self._on_error)
            process.finished.connect(process.deleteLater)
            # Killed, not asked: it has nothing to tidy up, and the system takes back what it held.
            process.kill()

    @Slot()
    def _on_error(self) -> None:
        log.info("nothing keeps this computer awake: %s is not there, or has ended", self._command and self._command[0])
