"""The settings while the application runs: read and set at once, stored a moment later and off the window's thread."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app import settings
from desktop_app.errors import AppError, SettingsHeld
from desktop_app.services.background import Background

SAVE_DELAY_MS = 400
"""Dragging the sidebar's edge sets its width some sixty times a second; the file is written once, after it."""


class Preferences(QObject):
    """Gives and takes settings by key, see `desktop_app.settings`."""

    setting_changed = Signal(str)
    """The key of a setting that has another value now."""
    write_failed = Signal(object)
    """An AppError: the settings are in force but not on the disk. The next change tries again, and so does `retry`."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        """Load the file at `path`; `problem` says what was wrong with it."""
        super().__init__(parent)
        self._path = path
        loaded = settings.load(path)
        self._settings = loaded.settings
        self._problem = loaded.problem
        self._beneath = None if isinstance(loaded.problem, SettingsHeld) else settings.Settings({})
        """What stands in a file that was held at the start: kept, but for what is changed; None: nobody could read it yet."""
        self._revision = 0
        self._saved_revision = 0
        self._saving = threading.Lock()
        self._background = Background(self)
        self._timer = QTimer(self, singleShot=True, interval=SAVE_DELAY_MS)
        self._timer.timeout.connect(self._on_save_due)

    @property
    def problem(self) -> AppError | None:
        """Why the file could not be used and the defaults are in force; None when all is well."""
        return self._problem

    def get(self, key: str) -> Any:
        """Give the value in force. Raises: KeyError for no such setting."""
        return self._settings.get(key)

    def set(self, key: str, value: Any) -> None:
        """Put a value in force and store it soon. Raises: KeyError for no such setting, ValueError for the value."""
        before = self._settings.get(key)
        self._settings = self._settings.changed(key, value)
        if before == value:
            return
        self._revision += 1
        self._timer.start()
        self.setting_changed.emit(key)

    def retry(self) -> None:
        """Store now what could not be stored; `write_failed` says when that fails again."""
        self._timer.stop()
        self._on_save_due()

    def close(self) -> None:
        """Store what is not stored yet; returns when it is on the disk or has failed (`write_failed`)."""
        self._timer.stop()
        self._background.close()
        try:
            self._save(self._settings, self._revision)
        except AppError as error:
            self.write_failed.emit(error)

    @Slot()
    def _on_save_due(self) -> None:
        values, revision = self._settings, self._revision
        self._background.run(lambda: self._save(values, revision), lambda _: None, self.write_failed.emit)

    def _save(self, values: settings.Settings, revision: int) -> None:
        # Two saves can meet when the disk is slow: the newer one wins, whichever comes first.
        with self._saving:
            if revision > self._saved_revision:
                if self._beneath is None:
                    self._beneath = self._read_late()
                settings.save(self._path, values.over(self._beneath))
                self._saved_revision = revision

    def _read_late(self) -> settings.Settings:
        """Read what was held at the start, or set it aside. Raises: SettingsHeld: neither can be, so it must not be written."""
        loaded = settings.load(self._path)
        if isinstance(loaded.problem, SettingsHeld):
            raise loaded.problem
        return loaded.settings
