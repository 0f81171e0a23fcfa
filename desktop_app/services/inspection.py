"""One unknown model file, read by a process of its own before the engine is trusted with it."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.errors import AppError, NotAModelFile, from_wire
from desktop_app.services.worker_process import WorkerProcess, own_command

log = logging.getLogger(__name__)

TIME_LIMIT_MS = 15_000
"""A vocabulary of 256,000 tokens is read in under a second; a file that takes so much longer never ends."""
START_LIMIT_MS = 60_000
"""For the process to start, from a cold disk beside a virus scanner: that is not the file's doing."""
_BEGUN = "begun"
"""What the process says before it turns to the file, see `engine.inspect_worker`."""
_MAX_LINE_BYTES = 65_536


class Inspection(QObject):
    """Reads one file.

    Signals:
        passed(): llama.cpp reads it.
        refused(AppError): it does not, or the process ended over it, or took too long, which may be the disk's doing.
    """

    passed = Signal()
    refused = Signal(object)

    def __init__(self, path: Path, parent: QObject, command: tuple[str, list[str]] | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self._is_over = False
        self._process = WorkerProcess(*(command or own_command("inspect")), _MAX_LINE_BYTES, self, name="inspect")
        self._process.line_received.connect(self._on_line)
        self._process.ended.connect(self._on_ended)
        self._limit = QTimer(self, singleShot=True, interval=START_LIMIT_MS)
        self._limit.timeout.connect(self._on_time_over)

    def start(self) -> None:
        """Begin; one of the signals comes later."""
        self._process.start()
        self._process.send(json.dumps(str(self.path)).encode() + b"\n")
        self._limit.start()

    def give_up(self) -> None:
        """End it; nothing is said any more."""
        self._is_over = True
        self._limit.stop()
        self._process.kill()

    def close(self) -> None:
        """End it and wait for the process."""
        self.give_up()
        self._process.stop_and_wait()

    def _finish(self, error: AppError | None) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._limit.stop()
        if error is None:
            self.passed.emit()
        else:
            self.refused.emit(error)

    @Slot(bytes)
    def _on_line(self, line: bytes) -> None:
        try:
            verdict = json.loads(line)
            if verdict == _BEGUN:
                self._limit.start(TIME_LIMIT_MS)
                return
            error = None if verdict is None else from_wire(verdict["error"], verdict["fields"])
        except (ValueError, KeyError, TypeError):
            error = NotAModelFile(str(self.path), "stops_reader")
        self._finish(error)

    @Slot(str, str)
    def _on_ended(self, reason: str, _log_tail: str) -> None:
        log.info("inspect: %s", reason)
        self._finish(NotAModelFile(str(self.path), "stops_reader"))

    @Slot()
    def _on_time_over(self) -> None:
        self._process.kill()
        self._finish(NotAModelFile(str(self.path), "takes_too_long"))
