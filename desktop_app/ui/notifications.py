"""Tells of a long answer or a download that is ready while the person is elsewhere. Nothing of a conversation is in it."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from desktop_app import APP_NAME
from desktop_app.services.desktop_notices import DesktopNotice, DesktopNotices
from desktop_app.ui.error_text import file_name
from desktop_app.ui.icons import application_icon
from desktop_app.ui.tray import SHOWN_MS

if TYPE_CHECKING:
    from desktop_app.services.generation import Generation
    from desktop_app.services.preferences import Preferences
    from desktop_app.ui.tray import Tray

LONG_S = 20.0
"""From here on an answer is told of: nobody goes away from a short one."""


class Notifications(QObject):
    """Follows answers, and downloads by `tell_downloaded`.

    Signals:
        conversation_requested(conversation_id), window_requested(): a notice was clicked.
    """

    conversation_requested = Signal(str)
    window_requested = Signal()

    def __init__(self, generation: Generation, preferences: Preferences, tray: Tray, window: QWidget) -> None:
        super().__init__(window)
        self._preferences, self._tray, self._window = preferences, tray, window
        self._began_s: dict[str, float] = {}
        self._about = ""
        self._desktop: DesktopNotices | None = None
        self._passing_icon: QSystemTrayIcon | None = None
        tray.message_clicked.connect(self._on_message_clicked)
        generation.answer_started.connect(self._on_answer_started)
        generation.answer_finished.connect(self._on_answer_finished)
        generation.answer_failed.connect(self._on_answer_failed)

    def close(self) -> None:
        """Leave the desktop."""
        if self._desktop is not None:
            self._desktop.close()
        if self._passing_icon is not None:
            self._passing_icon.hide()

    @Slot(str, object)
    def tell_downloaded(self, _download_id: str, path: Path) -> None:
        """Tell of a model that is here now."""
        self._tell(self.tr("“{model}” is on this computer now.").format(model=file_name(str(path))), "")

    @Slot(str)
    def _on_answer_started(self, conversation_id: str) -> None:
        self._began_s[conversation_id] = time.monotonic()

    @Slot(str, str)
    def _on_answer_finished(self, conversation_id: str, _message_id: str) -> None:
        if self._was_long(conversation_id):
            self._tell(self.tr("An answer is ready."), conversation_id)

    @Slot(str, str, object)
    def _on_answer_failed(self, conversation_id: str, _message_id: str, _error: object) -> None:
        if self._was_long(conversation_id):
            self._tell(self.tr("An answer could not be finished."), conversation_id)

    def _was_long(self, conversation_id: str) -> bool:
        now_s = time.monotonic()
        return now_s - self._began_s.pop(conversation_id, now_s) >= LONG_S

    def _tell(self, sentence: str, about: str) -> None:
        """Show a notice, unless the person is looking at us."""
        if QApplication.activeWindow() is not None or not self._preferences.get("notifications"):
            return
        QApplication.alert(self._window)
        self._about = about
        if sys.platform == "linux":
            self._on_desktop().show(DesktopNotice(sentence, about, self.tr("Show")))
        elif not self._tray.tell(sentence):
            # Windows and macOS show what an icon says; one that comes and goes with it is enough.
            icon = self._passing()
            icon.show()
            icon.showMessage(APP_NAME, sentence, application_icon(), SHOWN_MS)

    def _passing(self) -> QSystemTrayIcon:
        if self._passing_icon is None:
            self._passing_icon = QSystemTrayIcon(application_icon(), self)
            self._passing_icon.messageClicked.connect(self._on_message_clicked)
        return self._passing_icon

    def _on_desktop(self) -> DesktopNotices:
        if self._desktop is None:
            self._desktop = DesktopNotices(self)
            self._desktop.clicked.connect(self._on_clicked)
        return self._desktop

    @Slot()
    def _on_message_clicked(self) -> None:
        if self._passing_icon is not None:
            self._passing_icon.hide()
        self._on_clicked(self._about)

    @Slot(str)
    def _on_clicked(self, about: str) -> None:
        if about:
            self.conversation_requested.emit(about)
        else:
            self.window_requested.emit()
