"""How fast models came here the last time: what the time of the next download is foretold from."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop_app.services.downloads import Downloads
from desktop_app.services.preferences import Preferences

SETTING = "download_bytes_per_s"


class DownloadSpeed(QObject):
    """Listens to downloads; the speed stays in the settings."""

    def __init__(self, downloads: Downloads, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._downloads, self._preferences = downloads, preferences
        self._last = 0.0
        downloads.download_changed.connect(self._on_changed)
        downloads.download_finished.connect(self._on_finished)

    def of_last(self) -> float | None:
        """Give bytes a second; None when nothing was downloaded yet."""
        return float(self._preferences.get(SETTING)) or None

    @Slot(str)
    def _on_changed(self, id_: str) -> None:
        speed = self._downloads.get(id_).bytes_per_s
        if speed > 0:
            self._last = speed

    @Slot(str, object)
    def _on_finished(self, _id: str, _path: object) -> None:
        if self._last >= 1:
            self._preferences.set(SETTING, int(self._last))
