"""What is pressed while the application still begins: kept, and done when there is somebody to follow it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QWidget
from shiboken6 import isValid


class EarlyPresses(QObject):
    """Holds back the shortcuts and buttons of a window, from its making to `end`. What is typed goes where the keyboard is.

    It listens to these alone: with all that the application hears the binding would make every type that there is at the
    first event for an object it cannot name, which takes 60 ms at once.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._held: list[QAction | QAbstractButton] = []
        self._heard: list[QAction | QAbstractButton] = [*window.findChildren(QAction), *window.findChildren(QAbstractButton)]
        for one in self._heard:
            one.installEventFilter(self)

    def end(self) -> None:
        """Do what was held back, in order."""
        for one in filter(isValid, self._heard):
            one.removeEventFilter(self)
        for pressed in self._held:
            if not isValid(pressed):
                continue
            if isinstance(pressed, QAction):
                pressed.trigger()
            else:
                pressed.click()
        self._held.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep a shortcut, and a button that is pressed with the mouse."""
        kind = event.type()
        if kind is QEvent.Type.Shortcut and isinstance(watched, QAction):
            self._held.append(watched)
            return True
        if kind is QEvent.Type.MouseButtonPress and isinstance(watched, QAbstractButton):
            self._held.append(watched)
            return True
        return False
