"""The speed of the last download is what the next one's time is foretold from."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.services.download_speed import DownloadSpeed
from desktop_app.services.preferences import Preferences


class StandIn(QObject):
    """Downloads of which only the speed is known."""

    download_changed = Signal(str)
    download_finished = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.speed = 0.0

    def get(self, _id: str) -> Any:
        return SimpleNamespace(bytes_per_s=self.speed)


def test_it_is_that_of_the_last_bytes_that_came_and_outlives_the_run(tmp_path: Path, qapp: object) -> None:
    preferences, downloads = Preferences(tmp_path / "settings.json"), StandIn()
    speed = DownloadSpeed(downloads, preferences)  # type: ignore[arg-type]
    assert speed.of_last() is None
    for downloads.speed in (2e6, 3.5e6, 0.0):  # nothing comes while it is verified
        downloads.download_changed.emit("x")
    assert speed.of_last() is None
    downloads.download_finished.emit("x", tmp_path)
    preferences.close()

    assert DownloadSpeed(StandIn(), Preferences(tmp_path / "settings.json")).of_last() == 3.5e6  # type: ignore[arg-type]
