"""What is pressed while the application still begins is done once there is somebody to follow it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMainWindow, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.early_presses import EarlyPresses


class Window(QMainWindow):
    """With an action, a button and a field that note what reaches them."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.settings = QAction("Settings", self)
        self.settings.setShortcut("Ctrl+,")
        self.addAction(self.settings)
        self.button, self.edit = QPushButton("Models"), QLineEdit()
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.addWidget(self.button)
        layout.addWidget(self.edit)
        self.setCentralWidget(inner)

    def follow(self) -> None:
        """Begin to listen, as a place does some time after the first paint."""
        self.settings.triggered.connect(lambda: self.done.append("settings"))
        self.button.clicked.connect(lambda: self.done.append("models"))


@pytest.fixture
def window(qtbot: Any) -> Window:
    """Give one that is on the screen and has the keyboard."""
    window = Window()
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.edit.setFocus()
    return window


def test_a_shortcut_and_a_button_wait_for_those_who_follow_them(window: Window, qtbot: Any) -> None:
    early = EarlyPresses(window)
    qtbot.mouseClick(window.button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(window.edit, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    window.follow()
    assert window.done == []
    early.end()
    assert window.done == ["models", "settings"]


def test_what_is_typed_does_not_wait(window: Window, qtbot: Any) -> None:
    EarlyPresses(window)
    qtbot.keyClicks(window.edit, "Hello")
    assert window.edit.text() == "Hello"


def test_afterwards_everything_is_done_at_once(window: Window, qtbot: Any) -> None:
    EarlyPresses(window).end()
    window.follow()
    qtbot.keyClick(window.edit, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    qtbot.mouseClick(window.button, Qt.MouseButton.LeftButton)
    assert window.done == ["settings", "models"]


def test_what_is_gone_meanwhile_is_left_out(window: Window, qtbot: Any) -> None:
    early = EarlyPresses(window)
    qtbot.mouseClick(window.button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(window.button.destroyed):
        window.button.deleteLater()
    window.settings.triggered.connect(lambda: window.done.append("settings"))
    early.end()
    assert window.done == []
