"""A question from anywhere: the small window, its key, and what becomes of the question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QKeyCombination, QObject, Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.errors import DiskFull
from desktop_app.services.hotkey import GlobalHotkey
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.quick_question import QuickQuestion


class FakeHotkey(GlobalHotkey):
    """A system where some keys belong to others."""

    def __init__(self, taken: tuple[str, ...] = (), *, is_there: bool = True) -> None:
        QObject.__init__(self)
        self.taken, self.is_there = taken, is_there
        self.key: str | None = None
        self.brought: list[int] = []

    @property
    def is_available(self) -> bool:
        return self.is_there

    @property
    def has_key(self) -> bool:
        return self.key is not None

    def set_key(self, key: QKeyCombination | None) -> None:
        text = QKeySequence(key).toString() if key is not None else None
        self.key = text if self.is_there and text not in self.taken else None

    def bring_to_front(self, window_id: int) -> None:
        self.brought.append(window_id)

    def close(self) -> None:
        self.key = None


@pytest.fixture
def hotkey() -> FakeHotkey:
    return FakeHotkey(taken=("Ctrl+Alt+T",))


@pytest.fixture
def quick(window: MainWindow, hotkey: FakeHotkey) -> Iterator[QuickQuestion]:
    conversations = window._services.conversations
    action = window.actions_.quick_question
    quick = QuickQuestion(conversations, window.ask_in_new_chat, action, hotkey, window._appearance, window)
    yield quick
    quick.close()
    QApplication.processEvents()


def type_and_send(quick: QuickQuestion, qtbot: QtBot, text: str) -> None:
    qtbot.keyClicks(quick.window.edit, text)
    qtbot.keyClick(quick.window.edit, Qt.Key.Key_Return)


def test_the_key_brings_it_up_and_the_question_begins_a_new_chat(
    quick: QuickQuestion, hotkey: FakeHotkey, services: Any, window: MainWindow, qtbot: QtBot
) -> None:
    window.composer.set_text("half a thought")
    shown: list[str] = []
    quick.conversation_requested.connect(shown.append)
    hotkey.pressed.emit()
    assert quick.window.isVisible() and hotkey.brought == [int(quick.window.winId())]
    services.conversations.is_instant = False
    type_and_send(quick, qtbot, "What is a leaf?")
    assert quick.window.isVisible() and quick.window.edit.toPlainText() == "What is a leaf?"
    services.conversations.commit()

    (id_,) = shown
    assert [one.text for one in services.conversations.branch(id_)] == ["What is a leaf?", ""]
    assert not quick.window.isVisible() and quick.window.edit.toPlainText() == ""
    assert window.composer.text() == "half a thought"


def test_a_question_that_cannot_be_stored_stays_and_can_be_sent_again(quick: QuickQuestion, services: Any, qtbot: QtBot) -> None:
    services.conversations.is_instant = False
    quick.open()
    type_and_send(quick, qtbot, "Keep me")
    qtbot.keyClick(quick.window.edit, Qt.Key.Key_Return)  # not twice while it is on its way
    services.conversations.refuse(DiskFull("/x/hearth.sqlite3"))
    assert quick.window.isVisible() and quick.window.edit.toPlainText() == "Keep me"
    assert "full" in quick.window.trouble.text() and quick.window.trouble.isVisible()
    qtbot.keyClick(quick.window.edit, Qt.Key.Key_Return)

    assert len([call for call in services.conversations.calls if call[0] == "ask"]) == 2


def test_it_has_a_ground_of_its_own(quick: QuickQuestion, window: MainWindow) -> None:
    quick.open()
    image = quick.window.grab().toImage()

    assert image.pixelColor(image.width() // 2, 6).name() == window._appearance.theme.surface.lower()
    assert image.pixelColor(0, image.height() // 2).name() == window._appearance.theme.line.lower()


def test_esc_puts_it_away_and_keeps_what_is_typed(quick: QuickQuestion, qtbot: QtBot) -> None:
    quick.open()
    qtbot.keyClicks(quick.window.edit, "later")
    qtbot.keyClick(quick.window.edit, Qt.Key.Key_Escape)
    assert not quick.window.isVisible()
    quick.open()
    qtbot.keyClicks(quick.window.edit, "!")

    assert quick.window.edit.toPlainText() == "later!"


def test_what_an_input_method_composes_is_not_sent(quick: QuickQuestion, services: Any, qtbot: QtBot) -> None:
    quick.open()
    QApplication.sendEvent(quick.window.edit, QInputMethodEvent("ni hao", []))
    qtbot.keyClick(quick.window.edit, Qt.Key.Key_Return)

    assert not [call for call in services.conversations.calls if call[0] == "ask"]


def test_it_grows_with_the_text_and_stays_on_the_screen(quick: QuickQuestion) -> None:
    quick.open()
    place = quick.window.screen().availableGeometry()
    quick.window.move(place.x(), place.bottom() - quick.window.height())
    before = quick.window.height()
    quick.window.edit.setPlainText("line\n" * 20)

    assert quick.window.height() > before and place.contains(quick.window.geometry())


def test_the_key_of_the_action_is_the_key_everywhere(quick: QuickQuestion, hotkey: FakeHotkey, window: MainWindow) -> None:
    action = window.actions_.quick_question
    quick.take_key()
    assert hotkey.key is None and quick.trouble_with_key() == ""
    action.setShortcut("Ctrl+Alt+Space")
    quick.take_key()
    assert hotkey.key == "Ctrl+Alt+Space" and quick.trouble_with_key() == ""
    action.setShortcut("Ctrl+Alt+T")
    quick.take_key()

    assert hotkey.key is None and "Ctrl+Alt+T" in quick.trouble_with_key()


def test_a_system_without_such_keys_is_told_plainly(window: MainWindow) -> None:
    hotkey = GlobalHotkey("cocoa")
    action = window.actions_.quick_question
    quick = QuickQuestion(window._services.conversations, window.ask_in_new_chat, action, hotkey, window._appearance, window)
    action.setShortcut("Ctrl+Alt+Space")
    quick.take_key()

    assert not hotkey.is_available and "this system has no keys" in quick.trouble_with_key()
    quick.close()
