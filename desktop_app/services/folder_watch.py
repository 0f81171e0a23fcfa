"""Tells when something in the folders of models has changed: a file came, went, or got another name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

N_FOLDERS_MAX = 500
"""Systems allow a limited number; what lies deeper is found by the next search."""


class FolderWatch(QObject):
    """Watches folders, not files: those change while they are read.

    Signals:
        changed(): something came, went or was renamed a moment ago.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._on_directory_changed)
        self._quiet = QTimer(self, singleShot=True)
        self._quiet.timeout.connect(self.changed)

    def follow(self, folders: Sequence[Path], quiet_ms: int) -> None:
        """Watch these from now on, and no others; what changes within `quiet_ms` is told once."""
        self._quiet.setInterval(quiet_ms)
        wanted = {str(folder) for folder in folders[:N_FOLDERS_MAX]}
        watched = set(self._watcher.directories())
        if gone := list(watched - wanted):
            self._watcher.removePaths(gone)
        if new := list(wanted - watched):
            self._watcher.addPaths(new)

    def close(self) -> None:
        """Tell nothing any more."""
        self._quiet.stop()
        self._watcher.directoryChanged.disconnect(self._on_directory_changed)
        # What it waits for belongs to this thread: it must not be left to the garbage collector, which may run in another.
        self._watcher.deleteLater()

    @Slot(str)
    def _on_directory_changed(self, _folder: str) -> None:
        # Not started anew by every change, or a folder that never rests would never be told.
        if not self._quiet.isActive():
            self._quiet.start()
