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
        self.button, self.edit, self.notices = QPushButton("Models"), QLineEdit(), QWidget()
        QVBoxLayout(self.notices)
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.addWidget(self.button)
        layout.addWidget(self.edit)
        layout.addWidget(self.notices)
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
    early = EarlyPresses(window, window.notices)
    qtbot.mouseClick(window.button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(window.edit, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    window.follow()
    assert window.done == []
    early.end()
    assert window.done == ["models", "settings"]


def test_a_button_of_a_new_notice_waits_too(window: Window, qtbot: Any) -> None:
    early = EarlyPresses(window, window.notices)
    bar = QWidget()
    button = QPushButton("Retry", bar)
    window.notices.layout().addWidget(bar)
    qtbot.waitUntil(button.isVisible)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    button.clicked.connect(lambda: window.done.append("retry"))
    assert window.done == []
    early.end()
    assert window.done == ["retry"]


def test_the_space_bar_presses_and_the_right_button_does_not(window: Window, qtbot: Any) -> None:
    early = EarlyPresses(window, window.notices)
    qtbot.mouseClick(window.button, Qt.MouseButton.RightButton)
    qtbot.keyClick(window.button, Qt.Key.Key_A)
    window.follow()
    early.end()
    early = EarlyPresses(window, window.notices)
    qtbot.keyClick(window.button, Qt.Key.Key_Space)
    assert window.done == []
    early.end()
    assert window.done == ["models"]


def test_what_is_typed_does_not_wait(window: Window, qtbot: Any) -> None:
    EarlyPresses(window, window.notices)
    qtbot.keyClicks(window.edit, "Hello")
    assert window.edit.text() == "Hello"


def test_afterwards_everything_is_done_at_once(window: Window, qtbot: Any) -> None:
    EarlyPresses(window, window.notices).end()
    window.follow()
    qtbot.keyClick(window.edit, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    qtbot.mouseClick(window.button, Qt.MouseButton.LeftButton)
    assert window.done == ["settings", "models"]


def test_what_is_gone_meanwhile_is_left_out(window: Window, qtbot: Any) -> None:
    early = EarlyPresses(window, window.notices)
    qtbot.mouseClick(window.button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(window.button.destroyed):
        window.button.deleteLater()
    window.settings.triggered.connect(lambda: window.done.append("settings"))
    early.end()
    assert window.done == []
