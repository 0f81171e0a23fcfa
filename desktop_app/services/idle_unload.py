"""A model that nobody has used for a while leaves the memory; the next question brings it back."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from desktop_app.services.engine import Engine, EngineState
from desktop_app.services.preferences import Preferences

SETTING = "idle_unload_minutes"
_MS_PER_MINUTE = 60_000


class IdleUnload(QObject):
    """Counts the time since the engine was last asked for something."""

    def __init__(self, engine: Engine, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._preferences = preferences
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(engine.rest)
        engine.state_changed.connect(self._on_state_changed)
        preferences.setting_changed.connect(self._on_setting_changed)
        self._begin()

    def _begin(self) -> None:
        minutes = int(self._preferences.get(SETTING))
        if minutes and self._engine.state is EngineState.READY:
            self._timer.start(minutes * _MS_PER_MINUTE)
        else:
            self._timer.stop()

    @Slot(object)
    def _on_state_changed(self, _state: object) -> None:
        self._begin()

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == SETTING:
            self._begin()
