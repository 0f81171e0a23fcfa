"""Files that the system opens with us while we run: macOS sends an event where others start the program again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QFileOpenEvent


class OpenedFiles(QObject):
    """Hands them to `open_file`. Only made on macOS: it sees every event of the application."""

    def __init__(self, open_file: Callable[[Path], object], application: QCoreApplication) -> None:
        super().__init__(application)
        self._open_file = open_file
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the event about a file."""
        if event.type() is QEvent.Type.FileOpen and isinstance(event, QFileOpenEvent) and event.file():
            self._open_file(Path(event.file()))
            return True
        return False
