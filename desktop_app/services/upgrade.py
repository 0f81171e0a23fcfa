"""The copy that is made before this version changes a large file of an older one: begun before there is a window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.clock import now_ms
from desktop_app.errors import AppError
from desktop_app.paths import Paths
from desktop_app.services.background import Background
from desktop_app.services.backup_work import Pace, make_before_migration


class Upgrade(QObject):
    """Makes the copy, once.

    Signals:
        finished(): it is made or was given up; `is_done` tells.
    """

    finished = Signal()

    def __init__(self, paths: Paths, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_done = False
        """Whether there is a copy, checked from end to end."""
        self._paths = paths
        self._pace = Pace()
        self._background = Background(self)

    @property
    def copied(self) -> float:
        """How much of the file is copied, 0 to 1; then the copy is read from end to end."""
        return self._pace.copied

    def start(self) -> None:
        """Begin."""
        self._background.run(self._make, self._on_made, self._on_failed)

    def stop(self) -> None:
        """Give it up, within milliseconds; a copy that is not whole is removed."""
        self._pace.stop()
        self._background.close()

    def _make(self) -> bool:
        return make_before_migration(self._paths.database, self._paths.backups, now_ms(), self._pace)

    def _on_made(self, is_made: bool) -> None:
        self.is_done = is_made
        self.finished.emit()

    def _on_failed(self, _error: AppError) -> None:
        # Opening the file meets the same, and has a sentence and a button for it.
        self.finished.emit()
