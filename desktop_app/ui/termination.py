"""Being told to end by the system: SIGTERM, SIGINT and SIGHUP leave in good order. Not imported on Windows."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from PySide6.QtCore import QSocketNotifier

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from desktop_app.ui.main_window import MainWindow


def quit_on_terminate(application: QApplication, window: MainWindow) -> None:
    """Quit on these signals. Python runs its handlers only when something wakes it, so a pipe does."""

    def leave(*_: object) -> None:
        # `quit` asks the window, which would ask the person.
        window.leaving.ask_nothing()
        application.quit()

    reading, writing = os.pipe()
    for end in (reading, writing):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(writing)
    notifier = QSocketNotifier(reading, QSocketNotifier.Type.Read, application)
    notifier.activated.connect(lambda: os.read(reading, 64))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, leave)
