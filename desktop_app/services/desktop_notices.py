"""Notices of the desktop on Linux: what stands in the corner of the screen while another program has the keyboard.

Source: freedesktop.org, "Desktop Notifications Specification", 1.3.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app import APP_ID, APP_NAME
from desktop_app.record import Record
from desktop_app.services.session_bus import BusCall, SessionBus

_PATH = "/org/freedesktop/Notifications"
_NAME = "org.freedesktop.Notifications"
_N_AT_ONCE = 20
"""Notices whose click is waited for."""


class DesktopNotice(Record):
    """One notice in words; `about` comes back when it is clicked, `button` is what its default action is called."""

    sentence: str
    about: str
    button: str


class DesktopNotices(QObject):
    """Shows notices, if there is anything that shows them.

    Signals:
        clicked(about)
    """

    clicked = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = SessionBus([(_NAME, "ActionInvoked")], self)
        self._bus.signalled.connect(self._on_signalled)
        self._shown: deque[tuple[int, str]] = deque(maxlen=_N_AT_ONCE)

    def show(self, notice: DesktopNotice) -> None:
        """Show a notice."""
        hints = {"desktop-entry": ("s", APP_ID)}
        body = (APP_NAME, 0, APP_ID, APP_NAME, notice.sentence, ["default", notice.button], hints, -1)
        self._bus.call(BusCall(_NAME, _PATH, _NAME, "Notify", "susssasa{sv}i", body), partial(self._note_shown, notice.about))

    def close(self) -> None:
        """Leave the bus; what is shown stays."""
        self._bus.close()

    def _note_shown(self, about: str, answer: tuple[Any, ...]) -> None:
        self._shown.append((answer[0], about))

    @Slot(str, str, object)
    def _on_signalled(self, _member: str, _path: str, body: tuple[Any, ...]) -> None:
        for number, about in self._shown:
            if number == body[0]:
                self.clicked.emit(about)
