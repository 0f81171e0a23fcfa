"""The trash in the sidebar: how much is in it, what can be done, and that nothing goes for ever by one key."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QPushButton

from desktop_app.chat.conversation import Conversation
from desktop_app.storage.trash import KEPT_MS
from desktop_app.ui.dialogs.for_ever import ForEverDialog
from desktop_app.ui.sidebar.on_demand.trash_list import DAY_MS, DAYS_ROLE, N_DAYS_KEPT, TrashListModel
from tests.ui.sidebar.conftest import Desk

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def panel(desk: Desk) -> Any:
    """Give the trash with "b", "c" and "d" in it, open."""
    desk.conversations.trash("b", "c", "d")
    QApplication.processEvents()
    desk.sidebar.trash.click()
    QApplication.processEvents()
    return desk.sidebar.in_place_of_list


def titles(panel: Any) -> list[str]:
    return [panel.model.index(row).data() for row in range(panel.model.rowCount())]


def mark(panel: Any, *rows: int) -> None:
    for row in rows:
        panel.list.selectionModel().select(panel.model.index(row), panel.list.selectionModel().SelectionFlag.Select)


def answer(desk: Desk, words: str) -> str:
    """Press a button of the question; give the question."""
    dialog = desk.window.findChild(ForEverDialog)
    question = dialog.windowTitle()
    next(one for one in dialog.findChildren(QPushButton) if one.text() == words).click()
    QApplication.processEvents()
    return question


def test_the_row_says_how_much_is_in_the_trash(desk: Desk) -> None:
    assert desk.sidebar.trash._trailing == ""
    desk.conversations.trash("b", "c")
    QApplication.processEvents()
    assert desk.sidebar.trash._trailing == "2"
    desk.conversations.restore("b", "c")
    QApplication.processEvents()
    assert desk.sidebar.trash._trailing == ""


def test_the_trash_takes_the_place_of_the_list_and_gives_it_back(desk: Desk, panel: Any) -> None:
    assert titles(panel) == ["Title b", "Title c", "Title d"] and not desk.list.isVisible()
    assert QApplication.focusWidget() is panel.list
    desk.qtbot.keyClick(panel.list, Qt.Key.Key_Escape)
    assert desk.list.isVisible() and QApplication.focusWidget() is desk.list
    desk.sidebar.trash.click()
    panel.back.click()
    assert desk.list.isVisible()
    desk.sidebar.trash.click()
    desk.sidebar.trash.click()
    assert desk.list.isVisible()


def test_restored_ones_are_in_the_list_again(desk: Desk, panel: Any) -> None:
    assert not panel.restore.isEnabled()
    mark(panel, 0, 2)
    panel.restore.click()
    QApplication.processEvents()
    assert desk.calls("restore") == [("restore", "b", "d")] and titles(panel) == ["Title c"]
    assert {"Title b", "Title d"} < set(desk.rows()) and desk.on_show() == "a"


def test_deleting_for_ever_asks_and_enter_says_no(desk: Desk, panel: Any) -> None:
    mark(panel, 1)
    panel.purge.click()
    dialog = desk.window.findChild(ForEverDialog)
    QApplication.processEvents()
    desk.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert desk.calls("purge") == [] and not dialog.isVisible()


def test_deleting_for_ever(desk: Desk, panel: Any) -> None:
    mark(panel, 0, 1)
    panel.purge.click()
    assert answer(desk, "Delete for ever") == "Delete 2 conversations for ever?"
    assert desk.calls("purge") == [("purge", "b", "c")] and titles(panel) == ["Title d"]


def test_emptying_the_trash_says_how_much_goes(desk: Desk, panel: Any) -> None:
    panel.empty.click()
    assert answer(desk, "Cancel").startswith("Empty the trash? 3 conversations") and desk.calls("empty_trash") == []
    QApplication.processEvents()
    panel.empty.click()
    answer(desk, "Delete for ever")
    assert titles(panel) == [] and not panel.empty.isVisible() and desk.sidebar.trash._trailing == ""


def test_no_single_key_deletes_anything_for_ever(desk: Desk, panel: Any) -> None:
    mark(panel, 0)
    plain = [key for key in Qt.Key if key.value < 0x7F or Qt.Key.Key_Escape.value <= key.value <= Qt.Key.Key_F12.value]
    for key in plain:
        if key is not Qt.Key.Key_Escape:
            desk.qtbot.keyClick(panel.list, key)
    assert desk.calls("purge") == desk.calls("empty_trash") == [] and desk.window.findChild(ForEverDialog) is None


def test_a_click_shows_what_is_in_the_trash(desk: Desk, panel: Any) -> None:
    at = panel.list.visualRect(panel.model.index(1)).center()
    desk.qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert desk.on_show() == "c" and panel.list.selected_ids() == ["c"]
    panel.list.setFocus()
    desk.qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    desk.qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert desk.on_show() == "d"


def test_the_menu_of_a_row_restores_it(desk: Desk, panel: Any) -> None:
    at = panel.list.visualRect(panel.model.index(2)).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, panel.list.viewport().mapToGlobal(at))
    panel.list.contextMenuEvent(event)
    assert desk.menu_texts(desk.menu()) == ["Restore", "Delete for ever…"]
    desk.choose("Restore")
    assert desk.calls("restore") == [("restore", "d")]


def test_a_new_folder_brings_the_list_back(desk: Desk, panel: Any) -> None:
    desk.actions.new_folder.trigger()
    QApplication.processEvents()
    assert desk.list.isVisible() and not panel.isVisible()


def test_the_colours_change_while_the_trash_is_open(desk: Desk, panel: Any) -> None:
    mark(panel, 0)
    before = panel.grab().toImage()
    desk.sidebar.setting_requested.emit("theme", "dark")
    assert panel.grab().toImage() != before


def test_days_that_are_left(qtmodeltester: Any) -> None:
    now_ms = 100 * DAY_MS
    model = TrashListModel(clock=lambda: now_ms)
    ages = (0, 0.5, 1, 29.5, 30, 40)
    model.set_conversations(
        [Conversation(str(age), str(age), False, 0, 0, trashed_ms=int(now_ms - age * DAY_MS)) for age in ages]
    )
    assert [model.index(row).data(DAYS_ROLE)[:2] for row in range(6)] == ["30", "30", "29", "1 ", "1 ", "1 "]
    qtmodeltester.check(model)


def test_the_days_are_those_that_the_disk_counts() -> None:
    assert N_DAYS_KEPT * DAY_MS == KEPT_MS


def test_the_menu_needs_a_row(desk: Desk, panel: Any) -> None:
    at = QPoint(20, panel.list.viewport().height() - 2)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, panel.list.viewport().mapToGlobal(at))
    panel.list.contextMenuEvent(event)
    assert QApplication.activePopupWidget() is None
