"""The process of the engine: it is started, heard, asked whether it lives, and ended.

What is made of what it says, and of its end, is for `services.engine` to say.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Slot

from desktop_app.engine import protocol, wire
from desktop_app.errors import EngineCrashed
from desktop_app.services.engine_state import EngineState
from desktop_app.services.engine_tasks import EngineTasks
from desktop_app.services.worker_process import END_GRACE_MS, WorkerProcess

log = logging.getLogger(__name__)

LEAVE_GRACE_MS = 5000
"""What the engine gets at the end to write what models have read; the window is gone by then."""

READ_BYTES = 1 << 20
"""What a process that reads a file reads at least between two pings; one that only answers them needs less."""


class EngineProcess(EngineTasks):
    """Has one process at most, of which `_take` gets the events and `_on_ended` the end."""

    def __init__(self, command: tuple[str, list[str]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = command
        self._leaving: WorkerProcess | None = None
        self._holds_card = False
        """Whether what it has in memory is on a card; a model that is to leave is until it has."""
        self._n_read = 0
        """What `_has_read` has found last, in bytes."""
        self._unload_task = 0
        """What the model was told with to leave, while it has not."""
        self._watch.ping_due.connect(self._on_ping_due)

    def start(self) -> None:
        """Start the process, unless there is one, so that it is warm when the first model is asked for."""
        if self._process is not None:
            return
        program, arguments = self._command
        process = WorkerProcess(program, [*arguments, *self._card_options()], wire.MAX_ENGINE_LINE_BYTES, self)
        process.line_received.connect(self._on_line)
        process.ended.connect(self._on_ended)
        self._process = process
        self._is_greeted = self._holds_card = False
        self._unload_task = 0
        self._watch.hear()
        self._set_state(EngineState.STARTING)
        process.start()

    def begin_stop(self) -> None:
        """Tell the process to write what models have read, and to end; `stop` waits for that."""
        process, self._process = self._process, None
        if process is not None:
            process.line_received.disconnect(self._on_line)
            process.ended.disconnect(self._on_ended)
            if self._is_greeted and self._kept is not None:
                process.send(wire.encode(protocol.SaveStates(next(self._tasks))))
                process.flush()
            process.stop()
            self._leaving = process
        self._fail_all(EngineCrashed("stopped"))
        self._set_state(EngineState.STOPPED)

    def stop(self) -> None:
        """End the process and wait for it; for the end of the application."""
        self.begin_stop()
        process, self._leaving = self._leaving, None
        if process is not None:
            process.stop_and_wait(LEAVE_GRACE_MS if self._kept is not None else END_GRACE_MS)

    def _take(self, event: protocol.Event) -> None:
        """Make something of what the process says."""
        raise NotImplementedError

    def _on_ended(self, reason: str, log_tail: str) -> None:
        """Do something about a process that has ended of itself; it is the one there is until then."""
        raise NotImplementedError

    @Slot(bytes)
    def _on_line(self, line: bytes) -> None:
        if not line:
            return
        self._watch.hear()
        try:
            event = wire.decode_event(line)
        except wire.ProtocolError:
            log.info("engine: a line that is no message (%d bytes)", len(line))
            if self._process is not None:
                self._process.abandon("sent something that is no message")
            return
        if not isinstance(event, protocol.Pong):
            self._watch.go_on()
        if isinstance(event, protocol.FINAL):
            self._watch.end(event.task)
        self._take(event)

    @Slot()
    def _on_ping_due(self) -> None:
        if self._is_greeted:
            self._send(protocol.PingRequest(next(self._tasks)))
            if self._has_read():
                self._watch.go_on()

    def _has_read(self) -> bool:
        """Say whether the process has read more of a file since this was asked last; the first time it has.

        A file is mapped into memory as a whole before llama.cpp says how far it is, and what the system has taken out of
        memory again is read in the first step that needs it: from a slow disk that takes minutes.
        """
        import psutil

        before, self._n_read = self._n_read, -1
        try:
            process = psutil.Process(self.pid)
            n_bytes = process.memory_info().rss
            # macOS does not tell.
            n_bytes += process.io_counters().read_bytes if hasattr(process, "io_counters") else 0
        except psutil.Error:
            return False
        self._n_read = n_bytes
        return abs(n_bytes - before) >= READ_BYTES

    def _send_unload(self) -> None:
        self._unload_task = next(self._tasks)
        self._send(protocol.UnloadRequest(self._unload_task))
        if self._holds_card:
            self._watch.expect_end(self._unload_task, is_waited_for=False)

    def _tell_unloaded(self) -> None:
        """Say that the model has left, for a process that has ended before it could."""
        if self._unload_task:
            self._unload_task = 0
            self.model_unloaded.emit()

    def _drop_process(self) -> None:
        """Kill the process; nothing that it still says is heard."""
        process, self._process = self._process, None
        if process is not None:
            process.line_received.disconnect(self._on_line)
            process.ended.disconnect(self._on_ended)
            process.stopped.connect(process.deleteLater)
            process.kill()
