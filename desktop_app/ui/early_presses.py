"""What is pressed while the application still begins: kept, and done when there is somebody to follow it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton
from shiboken6 import isValid


class EarlyPresses(QObject):
    """Holds back shortcuts and buttons, from its making to `end`. What is typed goes where the keyboard is."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._held: list[QAction | QAbstractButton] = []
        application = QCoreApplication.instance()
        assert application is not None
        self._application = application
        application.installEventFilter(self)

    def end(self) -> None:
        """Do what was held back, in order."""
        self._application.removeEventFilter(self)
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
