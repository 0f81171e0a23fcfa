"""What is pressed while the application still begins: kept, and done when there is somebody to follow it."""

from __future__ import annotations

from PySide6.QtCore import QChildEvent, QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QWidget
from shiboken6 import isValid


class EarlyPresses(QObject):
    """Holds back the shortcuts and buttons of a window, from its making to `end`. What is typed goes where the keyboard is.

    It listens to these alone: with all that the application hears the binding would make every type that there is at the
    first event for an object it cannot name, which takes 60 ms at once.
    """

    def __init__(self, window: QWidget, notices: QWidget) -> None:
        """`notices` is where there may be new buttons before anybody follows them."""
        super().__init__(window)
        self._held: list[QAction | QAbstractButton] = []
        self._heard: list[QObject] = [notices]
        notices.installEventFilter(self)
        self._hear(window)

    def _hear(self, widget: QWidget) -> None:
        for one in (*widget.findChildren(QAction), *widget.findChildren(QAbstractButton)):
            one.installEventFilter(self)
            self._heard.append(one)

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
        """Keep a shortcut, and a button that is pressed with the mouse or the keyboard."""
        if isinstance(event, QChildEvent) and event.polished() and isinstance(new := event.child(), QWidget):
            self._hear(new)
        elif isinstance(watched, QAction | QAbstractButton) and _is_press(event):
            self._held.append(watched)
            return True
        return False


def _is_press(event: QEvent) -> bool:
    if event.type() is QEvent.Type.Shortcut:
        return True
    if isinstance(event, QMouseEvent):
        return event.type() is QEvent.Type.MouseButtonPress and event.button() is Qt.MouseButton.LeftButton
    return isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space
