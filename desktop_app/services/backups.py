"""Backups while the window is open: made in time and out of the way, and brought back on request.

Everything runs off the window's thread, but for what a restore writes: that goes to the one writer, in portions, so
that an answer can be stored in between.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.clock import now_ms
from desktop_app.errors import AppError, DatabaseUnreadable
from desktop_app.services.background import Background

if TYPE_CHECKING:
    from desktop_app.services.backup_work import Backup, Merged, Pace, Reason
    from desktop_app.services.conversations import Conversations

FIRST_DELAY_MS = 30_000
"""After the first paint: the model is in memory by then; and few sessions are shorter."""
INTERVAL_MS = 3600_000
"""A window may be open for weeks."""

log = logging.getLogger(__name__)


class Backups(QObject):
    """The backups of the file of conversations.

    Signals:
        backup_made(Backup)
        backups_found(list of Backup, newest first): what `look` has found.
        backup_failed(AppError): the daily one could not be made; it is tried again in an hour.
        damage_found(AppError): the copy has shown that the file itself is damaged.
        restore_ended(n_conversations, n_messages, n_own): so many came back; `n_own`: templates, personas and presets.
        restore_failed(AppError, Path): what came back from this backup until then stays.
    """

    backup_made = Signal(object)
    backups_found = Signal(list)
    backup_failed = Signal(object)
    damage_found = Signal(object)
    restore_ended = Signal(int, int, int)
    restore_failed = Signal(object, object)

    def __init__(
        self,
        conversations: Conversations,
        database: Path,
        folder: Path,
        clock: Callable[[], int] = now_ms,
        parent: QObject | None = None,
    ) -> None:
        """`clock` gives milliseconds since 1970."""
        super().__init__(parent)
        self.folder = folder
        self._conversations = conversations
        self._database = database
        self._clock = clock
        self._background = Background(self)
        self._making = threading.Lock()
        self._pace: Pace | None = None
        self._restored: Merged | None = None
        """What came back so far; None when nothing is being restored."""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.make_if_due)

    def begin(self) -> None:
        """Look every hour whether the daily backup is due, the first time in `FIRST_DELAY_MS`."""
        self._timer.start(FIRST_DELAY_MS)

    @Slot()
    def make_if_due(self) -> None:
        """Make the backup of the day unless there is one, or nothing can be written."""
        self._timer.setInterval(INTERVAL_MS)
        if self._conversations.file.problem is not None:
            return
        from desktop_app.services.backup_work import make_daily

        self._run(partial(make_daily, self._database, self.folder, self._clock()), self._on_made, self._on_failed)

    def make(
        self,
        reason: Reason,
        then: Callable[[], None] | None = None,
        on_error: Callable[[AppError], None] | None = None,
        spared: Path | None = None,
    ) -> None:
        """Make a backup now, for instance before an import, and go on with `then`; with `on_error` when there is none.

        `spared`: an earlier one that is not taken away in its favour.
        """
        from desktop_app.services.backup_work import make

        def done(backup: Backup | None) -> None:
            self._on_made(backup)
            if backup is not None and then is not None:
                then()

        work = partial(make, self._database, self.folder, reason, self._clock(), spared=spared)
        self._run(work, done, on_error or self._on_failed)

    def look(self) -> None:
        """Find out what backups there are; `backups_found` tells."""
        from desktop_app.services.backup_work import found

        self._background.run(partial(found, self.folder), self.backups_found.emit)

    def restore(self, backup: Path) -> None:
        """Bring back what is in `backup` and missing here, after a backup of what is here; nothing is overwritten."""
        if self._restored is not None:
            return
        from desktop_app.services.backup_work import Merged

        self._restored = Merged()
        # The one of the same day would go: what is to be restored from must not.
        self.make("restore", lambda: self._plan(backup), partial(self._on_restore_failed, backup), spared=backup)

    def close(self) -> None:
        """Give up what is going on and wait for it: some milliseconds."""
        self._timer.stop()
        if self._pace is not None:
            self._pace.stop()
        self._background.close()

    # Making

    def _run(
        self,
        work: Callable[[Pace], Backup | None],
        done: Callable[[Backup | None], None],
        on_error: Callable[[AppError], None],
    ) -> None:
        """Have a backup made; one at a time, two would only be in each other's way."""

        def in_turn() -> Backup | None:
            with self._making:
                return work(self._its_pace())

        self._background.run(in_turn, done, on_error)

    def _its_pace(self) -> Pace:
        from desktop_app.services.backup_work import PAUSE_S, Pace

        if self._pace is None:
            self._pace = Pace(PAUSE_S)
        return self._pace

    def _on_made(self, backup: Backup | None) -> None:
        if backup is None:
            return
        log.info("backup made: %s, %d bytes", backup.path.name, backup.n_bytes)
        # So that the file without its log holds at least what the backup does, whatever becomes of the log.
        self._conversations.in_writer(lambda database: database.empty_log(), lambda _: None, lambda _: None)
        self.backup_made.emit(backup)

    def _on_failed(self, error: AppError) -> None:
        log.warning("no backup: %s", type(error).__name__)
        if isinstance(error, DatabaseUnreadable):
            self.damage_found.emit(error)
        else:
            self.backup_failed.emit(error)

    # Restoring

    def _plan(self, backup: Path) -> None:
        from desktop_app.services.backup_work import plan

        work = partial(plan, self._database, backup, self._its_pace())
        self._background.run(work, partial(self._bring_back, backup), partial(self._on_restore_failed, backup))

    def _bring_back(self, backup: Path, portions: list[list[str]]) -> None:
        """Have the first of `portions` brought back, then the others, each in its turn between what others write."""
        from desktop_app.services.backup_work import bring_back

        if not portions:
            self._end_restore()
            return
        work = bring_back(backup, portions[0], self._clock())
        done = partial(self._on_portion_done, backup, portions[1:])
        self._conversations.in_writer(work, done, partial(self._on_restore_failed, backup))

    def _on_portion_done(self, backup: Path, rest: list[list[str]], merged: Merged) -> None:
        assert self._restored is not None
        self._restored = self._restored.plus(merged)
        self._conversations.tell_restored(merged.added, merged.completed)
        self._bring_back(backup, rest)

    def _end_restore(self) -> None:
        assert self._restored is not None
        merged, self._restored = self._restored, None
        self.restore_ended.emit(len(merged.added), merged.n_messages, merged.n_own)

    def _on_restore_failed(self, backup: Path, error: AppError) -> None:
        self._restored = None
        self.restore_failed.emit(error, backup)
