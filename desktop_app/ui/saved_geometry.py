"""Where the window stood and how wide the sidebar was, from one start to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QSize, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_app.ui.sidebar.sidebar import WIDTH_MAX, WIDTH_MIN
from desktop_app.ui.widgets.side_splitter import SideSplitter

if TYPE_CHECKING:
    from desktop_app.services.preferences import Preferences

SIZE = QSize(1240, 820)


class SavedGeometry(QObject):
    """Puts the window where it was, and remembers where it is."""

    def __init__(self, preferences: Preferences, splitter: SideSplitter, window: QWidget) -> None:
        super().__init__(window)
        self._preferences = preferences
        self._window = window
        stored = QByteArray.fromBase64(str(preferences.get("window_geometry")).encode())
        if stored.isEmpty() or not window.restoreGeometry(stored):
            window.resize(SIZE.boundedTo(QGuiApplication.primaryScreen().availableSize()))
        splitter.set_side(int(preferences.get("sidebar_width")), bool(preferences.get("sidebar_visible")))
        splitter.side_changed.connect(self._on_side_changed)

    def save(self) -> None:
        """Remember where the window is."""
        geometry = bytes(self._window.saveGeometry().toBase64().data()).decode()
        self._preferences.set("window_geometry", geometry)

    @Slot(int, bool)
    def _on_side_changed(self, width: int, is_visible: bool) -> None:
        self._preferences.set("sidebar_width", min(max(width, WIDTH_MIN), WIDTH_MAX))
        self._preferences.set("sidebar_visible", is_visible)
