"""What menus and actions do with conversations: folders, tags, pins, copies, the way into the trash and back."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from desktop_app.ui.dialogs.tags import TagsDialog
from tests.ui.sidebar.conftest import Desk

CTRL = Qt.KeyboardModifier.ControlModifier


def menu_for(desk: Desk, *ids: str, folder_id: str = "") -> list[str]:
    """Open the menu as the list does; give what it offers."""
    desk.list.menu_folder_id = folder_id
    desk.list.menu_requested.emit(list(ids), folder_id, QPoint(10, 10))
    return desk.menu_texts(desk.menu())


def field(desk: Desk) -> Any:
    return desk.list.findChild(QLineEdit)


def name_it(desk: Desk, name: str) -> None:
    field(desk).setText(name)
    desk.qtbot.keyClick(field(desk), Qt.Key.Key_Return)
    QApplication.processEvents()


# Menus


def test_the_menu_of_one_conversation_has_all_that_can_be_done_with_it(desk: Desk) -> None:
    expected = ["Rename", "Pin", "Move to folder", "Tags…", "Duplicate", "Export…", "Move to trash"]
    assert menu_for(desk, "a") == expected
    desk.menu().close()


def test_messages_removed_from_a_conversation_come_back_from_its_menu(desk: Desk) -> None:
    desk.conversations.stored_removed["b"] = 3
    desk.click("b", CTRL)
    desk.click("a", CTRL)
    assert menu_for(desk, "b")[4:6] == ["Duplicate", "Restore 3 removed messages"]
    desk.choose("Restore 3 removed messages")
    assert desk.calls("restore_removed") == [("restore_removed", "b")] and desk.on_show() == "b"
    assert not any(row.startswith("Restore") for row in menu_for(desk, "a", "b"))
    desk.menu().close()


def test_the_menu_of_several_leaves_out_what_is_for_one(desk: Desk) -> None:
    desk.change("a", pinned_ms=1)
    desk.change("b", pinned_ms=2)
    assert menu_for(desk, "a", "b") == ["Unpin", "Move to folder", "Tags…", "Export…", "Move to trash"]
    desk.menu().close()


def test_several_are_moved_pinned_and_put_into_the_trash_together(desk: Desk) -> None:
    desk.click("c", CTRL)
    menu_for(desk, "a", "c")
    desk.choose("Move to folder", "Work")
    menu_for(desk, "a", "c")
    desk.choose("Pin")
    menu_for(desk, "a", "c")
    desk.choose("Move to trash")
    assert desk.calls("move") == [("move", ("a", "c"), "work")]
    assert desk.calls("pin") == [("pin", ("a", "c"), True)]
    assert desk.calls("trash") == [("trash", "a", "c")]


def test_the_folder_that_all_are_in_is_marked_in_the_menu(desk: Desk) -> None:
    desk.change("a", folder_id="work")
    menu_for(desk, "a")
    part = next(action.menu() for action in desk.menu().actions() if action.text() == "Move to folder")
    assert [action.text() for action in part.actions() if action.isChecked()] == ["Work"]
    desk.choose("Move to folder", "No folder")
    assert desk.calls("move") == [("move", ("a",), None)]


def test_names_of_folders_and_tags_stand_in_menus_literally(desk: Desk) -> None:
    desk.conversations.stored_folders["work"] = desk.conversations.stored_folders["work"].replaced(name="R&D")
    desk.conversations.folders_changed.emit()
    desk.change("a", tags=("x&y",))
    menu_for(desk, "a")
    part = next(action.menu() for action in desk.menu().actions() if action.text() == "Move to folder")
    assert "R&&D" in desk.menu_texts(part)
    desk.menu().close()
    desk.sidebar.more.click()
    desk.choose("Filter by tag", "x&&y")
    assert desk.model.tag == "x&y"


# Folders


def test_a_new_folder_is_named_where_it_stands(desk: Desk) -> None:
    desk.sidebar.more.click()
    desk.choose("New folder")
    assert desk.calls("add_folder") == [("add_folder", "New folder")] and field(desk).text() == "New folder"
    name_it(desk, "Letters")
    assert "Letters" in desk.rows()


def test_conversations_move_into_a_folder_that_is_made_for_them(desk: Desk) -> None:
    desk.click("c", CTRL)
    menu_for(desk, "a", "c")
    desk.choose("Move to folder", "New folder")
    name_it(desk, "Letters")
    at = desk.rows().index("Letters")
    assert desk.rows()[at : at + 3] == ["Letters", "Title a", "Title c"]


def test_a_folder_is_renamed_from_its_menu(desk: Desk) -> None:
    assert menu_for(desk, folder_id="work") == ["Rename", "Export…", "Remove folder, keep conversations"]
    desk.choose("Rename")
    name_it(desk, "Paid work")
    assert desk.calls("rename_folder") == [("rename_folder", "work", "Paid work")] and "Paid work" in desk.rows()


def test_a_removed_folder_keeps_its_conversations_and_comes_back(desk: Desk) -> None:
    desk.change("b", folder_id="work")
    menu_for(desk, folder_id="work")
    desk.choose("Remove folder, keep conversations")
    assert "Work" not in desk.rows() and "Title b" in desk.rows()
    sentence = "Folder “Work” removed; its conversations are still in the list."
    assert desk.window.notices.sentences() == [sentence]
    desk.undo()
    at = desk.rows().index("Work")
    assert desk.rows()[at : at + 2] == ["Work", "Title b"]


# The trash


def test_many_in_the_trash_are_one_notice_and_come_back_together(desk: Desk) -> None:
    desk.key(Qt.Key.Key_A, CTRL)
    desk.actions.trash.trigger()
    QApplication.processEvents()
    assert desk.window.notices.sentences() == ["5 conversations moved to trash."] and desk.on_show() is None
    desk.undo()
    assert desk.calls("restore") == [("restore", *"abcde")] and desk.on_show() == "a"
    assert [f"Title {id_}" in desk.rows() for id_ in "abcde"] == [True] * 5


def test_one_that_was_not_on_show_is_not_shown_when_it_comes_back(desk: Desk) -> None:
    desk.conversations.trash("b")
    desk.undo()
    assert desk.on_show() == "a" and "Title b" in desk.rows()


# Copies and private chats


def test_a_copy_is_shown(desk: Desk) -> None:
    menu_for(desk, "a")
    desk.choose("Duplicate")
    assert desk.calls("duplicate") == [("duplicate", "a")] and desk.on_show() not in ("a", None)


def test_ctrl_shift_n_begins_a_private_chat(desk: Desk) -> None:
    desk.qtbot.keyClick(desk.list, Qt.Key.Key_N, CTRL | Qt.KeyboardModifier.ShiftModifier)
    QApplication.processEvents()
    assert desk.calls("start_private") and desk.conversations.get(desk.on_show()).is_private
    assert QApplication.focusWidget() is desk.window.composer.edit


# Tags


def test_tags_are_chosen_in_a_dialog(desk: Desk) -> None:
    desk.change("a", tags=("x",))
    desk.change("c", tags=("x", "z"))
    desk.click("c", CTRL)
    menu_for(desk, "a", "c")
    desk.choose("Tags…")
    dialog = desk.window.findChild(TagsDialog)
    dialog._boxes["x"].click()
    desk.qtbot.keyClicks(dialog._field, "new one")
    desk.qtbot.keyClick(dialog._field, Qt.Key.Key_Return)
    next(one for one in dialog.findChildren(QPushButton) if one.text() == "Save").click()
    assert desk.calls("tag") == [("tag", ("a", "c"), ("new one",), ("x",))]


def test_a_filter_has_a_clear_way_back(desk: Desk) -> None:
    desk.change("c", tags=("x",))
    desk.sidebar.more.click()
    desk.choose("Filter by tag", "x")
    assert desk.rows()[1:] == ["Title c"] and desk.sidebar._filter.isVisible()
    assert desk.sidebar._filter.accessibleName() == "Only tagged x; show all conversations"
    desk.qtbot.mouseClick(desk.sidebar._filter, Qt.MouseButton.LeftButton)
    assert len(desk.rows()) > 5 and not desk.sidebar._filter.isVisible() and QApplication.focusWidget() is desk.list


def test_a_filter_ends_with_its_last_tag(desk: Desk) -> None:
    desk.change("c", tags=("x",))
    desk.list.tags_clicked.emit(["x"], QPoint())
    desk.conversations.tag(["c"], (), ["x"])
    assert desk.model.tag is None


def test_one_of_several_tags_is_chosen_in_a_menu(desk: Desk) -> None:
    desk.change("c", tags=("x", "y"))
    desk.list.tags_clicked.emit(["x", "y"], QPoint())
    desk.choose("y")
    assert desk.model.tag == "y"


# What stands in place of the list


def test_something_else_can_stand_where_the_list_stands(desk: Desk) -> None:
    above, other = QLineEdit(), QLineEdit()
    desk.sidebar.add_above_list(above)
    desk.sidebar.show_in_place_of_list(other)
    QApplication.processEvents()
    assert above.isVisible() and other.isVisible() and not desk.list.isVisible()
    desk.sidebar.show_in_place_of_list(None)
    assert not other.isVisible() and desk.list.isVisible()
