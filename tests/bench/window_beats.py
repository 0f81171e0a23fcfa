"""The application with a heart: a timer in its event loop beats every 10 ms, at rest and while models come. Run by download.py.

`python tests/bench/window_beats.py FILE -- [arguments of hearth]`; FILE holds what is downloaded, one after the other, as JSON:
a list of [repository, revision, name, size, sha256]. Prints one JSON object: how late each beat was, in seconds, at rest
and meanwhile. The page of downloads is on the screen.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QObject, Qt, QTimer

from desktop_app import app
from desktop_app.hub.offer import Offer
from desktop_app.hub.repository import RepositoryFile
from desktop_app.services.online import Online
from desktop_app.ui import main_window

BEAT_MS = 10
SETTLE_MS = 10_000
"""The starter model is loaded and tried meanwhile."""
REST_MS = 4_000


class Heart(QObject):
    """Beats; has a file downloaded after every rest."""

    def __init__(self, window: main_window.MainWindow, online: Online, wanted: list[list[object]]) -> None:
        super().__init__(window)
        self._window, self._online, self._wanted = window, online, wanted
        self._late: dict[str, list[float]] = {"rest": [], "meanwhile": []}
        self._during = ""
        self._last_s = 0.0
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        online.downloads.download_finished.connect(self._rest)
        online.downloads.download_failed.connect(self._fail)
        window.models.show("downloads")
        QTimer.singleShot(SETTLE_MS, self, self._rest)

    def _beat(self) -> None:
        now_s = time.perf_counter()
        if self._during:
            self._late[self._during].append(now_s - self._last_s - BEAT_MS / 1000)
        self._last_s = now_s

    def _rest(self) -> None:
        self._during = "rest"
        QTimer.singleShot(REST_MS, self, self._download)

    def _download(self) -> None:
        if not self._wanted:
            sys.stdout.write(json.dumps(self._late) + "\n")
            sys.stdout.flush()
            self._window.close()
            return
        repository, revision, name, size_bytes, sha256 = self._wanted.pop(0)
        file = RepositoryFile(name, size_bytes, sha256)
        self._during = "meanwhile"
        self._online.downloads.add(Offer(repository, revision, name, "Q4_K_M", "balanced", (file,), None, size_bytes))

    def _fail(self, _id: str, error: object) -> None:
        sys.stderr.write(f"{error!r}\n")
        self._window.close()


def main() -> int:
    """Run the application with a heart."""
    wanted = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    original = main_window.MainWindow.show_models

    def with_heart(window: main_window.MainWindow, online: Online) -> None:
        original(window, online)
        Heart(window, online, wanted)

    main_window.MainWindow.show_models = with_heart
    return app.main(sys.argv[3:])


if __name__ == "__main__":
    sys.exit(main())
