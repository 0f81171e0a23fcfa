"""The calm sign that an answer is on its way: one dot, painted again less than twice a second, and only while somebody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

if TYPE_CHECKING:
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_INTERVAL_MS = 600


class WaitingDot(QObject):
    """Blinks in one view while its last message has no text yet."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._view = view
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self._on_timeout)

    @property
    def is_blinking(self) -> bool:
        """Say whether it costs anything."""
        return self._timer.isActive()

    def refresh(self) -> None:
        """Begin or end, as the messages are now."""
        messages = self._view.conversation.messages
        if messages and messages[-1].is_waiting and self._view.isVisible():
            if not self._timer.isActive():
                self._timer.start()
        else:
            self._timer.stop()
            self._view.shown.is_dot_bright = True

    @Slot()
    def _on_timeout(self) -> None:
        self.refresh()
        if self._timer.isActive():
            self._view.shown.is_dot_bright = not self._view.shown.is_dot_bright
            self._view.viewport().update(self._view.places.dot_rect())
