"""The keys that a person has chosen: in force at once, none for two actions, and a way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.settings import SETTINGS
from desktop_app.ui.chosen_keys import ChosenKeys
from desktop_app.ui.dialogs.shortcuts import ShortcutsDialog
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.widgets.tab_order import stops
from tests.fakes.services import fake_services

CTRL, SHIFT, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def keys(window: MainWindow) -> ChosenKeys:
    return ChosenKeys(window.actions_, window._services.preferences, window)


@pytest.fixture
def sheet(keys: ChosenKeys, window: MainWindow, qtbot: QtBot) -> ShortcutsDialog:
    sheet = ShortcutsDialog(keys, window._appearance.theme, window)
    sheet.open()
    return sheet


def of(window: MainWindow, name: str) -> list[str]:
    return [key.toString() for key in window.actions_.all()[name].shortcuts()]


def press(sheet: ShortcutsDialog, name: str, key: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
    """Press the keys of an action on the sheet, and then these."""
    button = sheet.rows[name].button
    button.click()
    QTest.keyClick(button, key, modifiers)


def test_another_key_is_in_force_at_once_and_stored(sheet: ShortcutsDialog, window: MainWindow, qtbot: QtBot) -> None:
    press(sheet, "new_chat", Qt.Key.Key_J, CTRL | ALT)

    assert of(window, "new_chat") == ["Ctrl+Alt+J"]
    assert window._services.preferences.get("shortcuts") == [["new_chat", "Ctrl+Alt+J"]]
    assert window.sidebar.new_chat._trailing == "Ctrl Alt J"
    sheet.close()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(window.actions_.new_chat.triggered):
        qtbot.keyClick(window.composer.edit, Qt.Key.Key_J, CTRL | ALT)


def test_what_was_chosen_is_there_at_the_next_start(tmp_path: Any, make_window: Callable[[Any], MainWindow]) -> None:
    window = make_window(fake_services(tmp_path, shortcuts=[["export", "Ctrl+Alt+E", "F9"], ["search"]]))
    ChosenKeys(window.actions_, window._services.preferences, window)

    assert of(window, "export") == ["Ctrl+Alt+E", "F9"] and of(window, "search") == []


def test_a_key_of_another_action_is_told_and_can_be_had(sheet: ShortcutsDialog, window: MainWindow) -> None:
    press(sheet, "rename", Qt.Key.Key_N, CTRL)
    assert of(window, "rename") == ["F2"] and of(window, "new_chat") == ["Ctrl+N"]
    assert sheet.news.text() == "“Ctrl+N” belongs to “New chat”." and sheet.use.isVisible()
    sheet.use.click()

    assert of(window, "rename") == ["Ctrl+N"] and of(window, "new_chat") == []
    assert sheet.rows["new_chat"].button.text() == "None"
    assert not sheet.use.isVisible() and sheet.news.text() == ""


@pytest.mark.parametrize(
    ("key", "modifiers", "why"),
    [
        (Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "writing"),
        (Qt.Key.Key_A, SHIFT, "writing"),
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "writing"),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "writing"),
        (Qt.Key.Key_V, CTRL, "editing"),
        (Qt.Key.Key_Z, CTRL, "editing"),
    ],
)
def test_a_key_that_is_needed_to_write_is_refused(
    sheet: ShortcutsDialog, window: MainWindow, key: Qt.Key, modifiers: Any, why: str
) -> None:
    press(sheet, "rename", key, modifiers)

    assert why in sheet.news.text() and not sheet.use.isVisible()
    assert of(window, "rename") == ["F2"]


def test_esc_leaves_it_and_backspace_takes_the_keys_away(sheet: ShortcutsDialog, window: MainWindow) -> None:
    press(sheet, "rename", Qt.Key.Key_Escape)
    assert sheet.isVisible() and of(window, "rename") == ["F2"]
    press(sheet, "rename", Qt.Key.Key_Backspace)

    assert of(window, "rename") == [] and window._services.preferences.get("shortcuts") == [["rename"]]


def test_a_key_is_taken_before_it_does_what_it_is_for(sheet: ShortcutsDialog, window: MainWindow) -> None:
    done: list[bool] = []
    window.actions_.new_chat.triggered.connect(done.append)
    button = sheet.rows["new_chat"].button
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_N, CTRL)
    override.ignore()
    QApplication.sendEvent(button, override)
    assert not override.isAccepted()
    button.click()
    QApplication.sendEvent(button, override)
    assert override.isAccepted()
    QTest.keyClick(button, Qt.Key.Key_N, CTRL)

    assert done == [] and of(window, "new_chat") == ["Ctrl+N"] and sheet.news.text() == ""


def test_the_usual_keys_come_back_to_one_and_to_all(sheet: ShortcutsDialog, window: MainWindow) -> None:
    for name, key in (("rename", Qt.Key.Key_F7), ("export", Qt.Key.Key_F8), ("pin", Qt.Key.Key_F9)):
        press(sheet, name, key)
    assert sheet.rows["rename"].reset.isVisible() and sheet.reset_all.isEnabled()
    sheet.rows["rename"].reset.click()
    assert of(window, "rename") == ["F2"] and of(window, "export") == ["F8"]
    sheet.reset_all.click()

    assert of(window, "export") == ["Ctrl+Shift+E"] and of(window, "pin") == []
    assert window._services.preferences.get("shortcuts") == [] and not sheet.reset_all.isEnabled()


def test_whoever_gets_its_usual_key_back_takes_it_from_the_other(keys: ChosenKeys, window: MainWindow) -> None:
    keys.choose("rename", [QKeySequence("Ctrl+N")])
    assert of(window, "new_chat") == [] and keys.is_changed("new_chat")
    keys.reset("new_chat")

    assert of(window, "new_chat") == ["Ctrl+N"] and of(window, "rename") == ["F2"]


@pytest.mark.parametrize(
    "stored",
    [
        [["stop", "F2"], ["no_such_action", "F3"], ["rename", "no key"]],
        [["rename", "Ctrl+N"], ["pin", "Ctrl+N"]],
        [["rename", "Esc"]],
    ],
)
def test_a_file_edited_by_hand_gives_no_key_to_two(
    tmp_path: Any, make_window: Callable[[Any], MainWindow], stored: list[list[str]]
) -> None:
    assert SETTINGS["shortcuts"].check(stored)
    window = make_window(fake_services(tmp_path, shortcuts=stored))
    ChosenKeys(window.actions_, window._services.preferences, window)
    every = [key for name in window.actions_.all() for key in of(window, name)]

    assert len(every) == len(set(every)) and all(every)
    assert of(window, "stop") == ["Esc"]


@pytest.mark.parametrize("value", [{}, [[]], [["a", 1]], ["new_chat"], [["a", *"bcdefg"]], [["a", "x" * 65]]])
def test_what_are_no_shortcuts_is_not_accepted(value: Any) -> None:
    assert not SETTINGS["shortcuts"].check(value)


def test_all_of_it_with_the_keyboard(sheet: ShortcutsDialog, window: MainWindow) -> None:
    button = sheet.rows["new_chat"].button
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert button.text() == "Press the keys" and button.accessibleName() == "New chat: Press the keys"
    QTest.keyClick(button, Qt.Key.Key_F6)

    assert of(window, "new_chat") == ["F6"] and QApplication.focusWidget() is button


def test_a_row_is_found_by_its_words_and_by_its_key(sheet: ShortcutsDialog, qtbot: QtBot) -> None:
    qtbot.keyClicks(sheet.filter, "larger")
    assert [name for name, row in sheet.rows.items() if row.label.isVisible()] == ["zoom_in"]
    sheet.filter.setText("shift+n")

    assert [name for name, row in sheet.rows.items() if row.button.isVisible()] == ["new_private_chat"]


def test_the_rows_that_come_later_are_reached_by_tab_in_their_order(sheet: ShortcutsDialog, qtbot: QtBot) -> None:
    names = list(sheet._keys.names())
    qtbot.waitUntil(lambda: list(sheet._rows) == names)
    rows = {row.button: name for name, row in sheet._rows.items()}
    changeable = [name for name in names if sheet._keys.can_change(name)]

    # As soon as the rows made last have their places.
    qtbot.waitUntil(lambda: [rows[place] for place in stops(sheet) if place in rows] == changeable)
    places = list(stops(sheet))
    assert places[0] is sheet.filter and places[-1] in (sheet.reset_all, sheet.close_button)
    assert len(changeable) > 50
