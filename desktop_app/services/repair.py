"""Brings conversations back from a large damaged file while the window is open: a process builds a new file of what can
be read and of the newest backup, and what is in that comes over in portions, as when a backup is restored.

What the person does meanwhile stays as it is. A window that closes leaves the rest to the next start.
"""

from __future__ import annotations

import json
import logging
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.clock import now_ms
from desktop_app.errors import AppError, from_wire
from desktop_app.paths import Paths
from desktop_app.services.background import Background
from desktop_app.services.backup_work import Merged, bring_back, portions
from desktop_app.services.conversations import Conversations
from desktop_app.services.worker_process import WorkerProcess, own_command
from desktop_app.storage.own_folder import OwnFolder
from desktop_app.storage.recovery import Rebuilt, Recovery, end_put_off, newest_whole, put_off_recovery, workshop_of

MAX_LINE_BYTES = 1024 * 1024

log = logging.getLogger(__name__)


class Repair(QObject):
    """One recovery that was put off.

    Signals:
        ended(Recovery): everything that can be brought back is here.
        failed(AppError): the disk does not let it; the next start tries again.
    """

    ended = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        conversations: Conversations,
        paths: Paths,
        command: tuple[str, list[str]] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._paths = paths
        self._command = command or own_command("repair")
        self._background = Background(self)
        self._process: WorkerProcess | None = None
        self._has_answered = False
        self._put_off = put_off_recovery(paths.database, paths.quarantine)

    def begin(self) -> bool:
        """Begin or go on; False: nothing was put off."""
        if self._put_off is None:
            return False
        process = WorkerProcess(*self._command, MAX_LINE_BYTES, self, name="repair")
        process.line_received.connect(self._on_line)
        process.ended.connect(self._on_process_ended)
        self._process = process
        request = {
            "damaged": str(self._put_off.folder / self._paths.database.name),
            "backups": str(self._paths.backups),
            "workshop": str(workshop_of(self._paths.database).path),
            "until_ms": self._put_off.since_ms,
        }
        process.start()
        process.send(json.dumps(request).encode() + b"\n")
        return True

    def close(self) -> None:
        """Leave the rest to the next start."""
        if self._process is not None:
            self._process.blockSignals(True)
            self._process.stop_and_wait(500)
            self._process = None
        self._background.close()
        self._put_off = None

    # A new file

    @Slot(bytes)
    def _on_line(self, line: bytes) -> None:
        try:
            values = json.loads(line)
            error = from_wire(values["error"], values["fields"]) if "error" in values else None
            rebuilt = Rebuilt(**values | {"path": Path(values["path"])}) if error is None else None
        except (ValueError, TypeError, LookupError):
            return  # then it has not done its work, and ends
        self._has_answered = True
        if error is not None:
            self._fail(error)
        else:
            self._plan(rebuilt)

    @Slot(str, str)
    def _on_process_ended(self, reason: str, _log_tail: str) -> None:
        assert self._process is not None
        self._process.deleteLater()
        self._process = None
        if self._has_answered:
            return
        log.warning("the process that repairs %s", reason)
        self._background.run(self._newest_backup, self._plan, self._fail)

    def _newest_backup(self) -> Rebuilt | None:
        assert self._put_off is not None
        backup = newest_whole(OwnFolder(self._paths.backups), self._put_off.since_ms)
        return Rebuilt(backup.path, 0, 0, False, backup.made_ms) if backup is not None else None

    # And what is in it

    def _plan(self, rebuilt: Rebuilt | None) -> None:
        if rebuilt is None:
            self._end(Rebuilt(Path(), 0, 0, False, None), Merged())
            return
        work = partial(portions, self._paths.database, rebuilt.path)
        # The last one, of no conversation, brings what belongs to none.
        self._background.run(work, lambda found: self._bring_back(rebuilt, [*found, []], Merged()), self._fail)

    def _bring_back(self, rebuilt: Rebuilt, rest: list[list[str]], merged: Merged) -> None:
        if self._put_off is None:
            return
        if not rest:
            self._end(rebuilt, merged)
            return
        work = bring_back(rebuilt.path, rest[0], now_ms(), is_same=True)
        self._conversations.in_writer(work, partial(self._on_brought_back, rebuilt, rest[1:], merged), self._fail)

    def _on_brought_back(self, rebuilt: Rebuilt, rest: list[list[str]], before: Merged, merged: Merged) -> None:
        if self._put_off is None:
            return
        self._conversations.tell_restored(merged.added, merged.completed)
        self._bring_back(rebuilt, rest, before.plus(merged))

    def _end(self, rebuilt: Rebuilt, merged: Merged) -> None:
        assert self._put_off is not None
        folder, self._put_off = self._put_off.folder, None
        numbers = rebuilt.n_conversations or len(merged.added), rebuilt.n_messages or merged.n_messages
        recovery = Recovery(*numbers, rebuilt.is_whole, rebuilt.backup_ms, folder)
        log.warning("the database was damaged; %d conversations are back", recovery.n_conversations)
        self._background.run(partial(end_put_off, self._paths.database), lambda _: self.ended.emit(recovery), self.failed.emit)

    def _fail(self, error: AppError) -> None:
        log.warning("no repair: %s", type(error).__name__)
        self._put_off = None
        self.failed.emit(error)
