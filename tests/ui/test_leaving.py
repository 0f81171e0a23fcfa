"""Closing the window while the disk takes nothing: nobody loses a text without having been asked."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from desktop_app.ui.dialogs.unsaved import UnsavedDialog


@pytest.fixture
def held(services: Any, window: Any) -> Any:
    """Give a window with an unsent text and a disk that takes nothing."""
    services.conversations.is_out = True
    window.composer.set_text("unsent")
    yield window
    services.conversations.is_out = False


def dialog_of(window: Any) -> UnsavedDialog:
    return next(one for one in window.findChildren(UnsavedDialog) if one.isVisible())


def press(window: Any, words: str) -> None:
    next(one for one in dialog_of(window).findChildren(QPushButton) if one.text() == words).click()


def test_the_window_stays_and_asks_when_the_disk_takes_nothing(services: Any, held: Any) -> None:
    assert not held.close() and held.isVisible()
    dialog = dialog_of(held)
    assert dialog.windowTitle() == "Some of what you wrote is not saved yet."
    assert ("save_draft", None, "unsent") in services.conversations.calls[:-1]
    assert services.conversations.calls[-1] == ("flush", 1500)


def test_closing_twice_asks_once(held: Any) -> None:
    held.close()
    held.close()
    assert len(held.findChildren(UnsavedDialog)) == 1


def test_try_again_leaves_when_the_disk_is_back_and_stays_when_not(services: Any, held: Any) -> None:
    held.close()
    press(held, "Try again")
    assert held.isVisible() and dialog_of(held)
    services.conversations.is_out = False
    press(held, "Try again")
    assert not held.isVisible()
    assert not any(one.isVisible() for one in held.findChildren(UnsavedDialog))


def test_everything_unsaved_can_be_copied(services: Any, held: Any, qtbot: Any) -> None:
    services.conversations.is_instant = False
    qtbot.keyClick(held.composer.edit, Qt.Key.Key_Return)
    held.open_conversation(services.conversations.put("Other"))
    held.composer.set_text("of another chat")
    held.close()
    press(held, "Copy everything unsaved")
    assert QGuiApplication.clipboard().text().split("\n\n") == ["of another chat", "unsent"]
    assert held.isVisible()


def test_quit_anyway_leaves(held: Any) -> None:
    held.close()
    press(held, "Quit anyway")
    assert not held.isVisible()


def test_one_who_stays_is_asked_again_later(held: Any, qtbot: Any) -> None:
    held.close()
    qtbot.keyClick(dialog_of(held), Qt.Key.Key_Escape)
    assert held.isVisible() and not any(one.isVisible() for one in held.findChildren(UnsavedDialog))
    held.close()
    assert dialog_of(held)


def test_nobody_is_asked_when_the_system_ends_the_application(services: Any, held: Any) -> None:
    held.leaving.ask_nothing()
    assert held.close()
    assert services.conversations.drafts[None] == "unsent"
