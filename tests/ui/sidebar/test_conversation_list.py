"""What mouse and keys do in the list; what is on show and what is marked are two things."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from desktop_app.ui.sidebar.conversation_list_model import CONVERSATIONS_TYPE, ConversationRole
from desktop_app.ui.widgets.labels import plain_tooltip
from tests.ui.sidebar.conftest import Desk

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def drop(desk: Desk, ids: list[str], at: QPoint) -> bool:
    """Drag rows to `at` and let them go; give whether the list would take them."""
    data = desk.model.mimeData([desk.model.index(desk.model.row_of(id_) or 0) for id_ in ids])
    rest = (Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(at, *rest)
    desk.list.dragEnterEvent(enter)
    move = QDragMoveEvent(at, *rest)
    desk.list.dragMoveEvent(move)
    if move.isAccepted():
        desk.list.dropEvent(QDropEvent(QPointF(at), *rest))
    assert (enter.isAccepted() and desk.list.drop_section is None) or not move.isAccepted()
    return move.isAccepted()


def open_menu(desk: Desk, at: QPoint) -> None:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, desk.list.viewport().mapToGlobal(at))
    desk.list.contextMenuEvent(event)


# Choosing and marking


def test_a_click_shows_a_conversation_when_the_button_is_let_go(desk: Desk) -> None:
    desk.qtbot.mousePress(desk.list.viewport(), Qt.MouseButton.LeftButton, pos=desk.at("c"))
    assert desk.on_show() == "a"
    desk.qtbot.mouseRelease(desk.list.viewport(), Qt.MouseButton.LeftButton, pos=desk.at("c"))
    assert desk.on_show() == "c" and desk.marked() == ["c"]


def test_arrow_keys_show_what_they_reach(desk: Desk) -> None:
    desk.key(Qt.Key.Key_Down)
    assert desk.on_show() == "b" and desk.marked() == ["b"]


@pytest.mark.parametrize("key", [CTRL, SHIFT])
def test_with_ctrl_and_shift_rows_are_only_marked(desk: Desk, key: Any) -> None:
    desk.click("c", key)
    assert desk.on_show() == "a" and desk.marked() == (["a", "c"] if key is CTRL else ["a", "b", "c"])


def test_shift_and_arrows_mark_more_rows(desk: Desk) -> None:
    desk.key(Qt.Key.Key_Down, SHIFT)
    desk.key(Qt.Key.Key_Down, SHIFT)
    assert desk.on_show() == "a" and desk.marked() == ["a", "b", "c"]


def test_ctrl_a_marks_all_conversations_and_no_heading(desk: Desk) -> None:
    desk.key(Qt.Key.Key_A, CTRL)
    assert desk.marked() == list("abcde") and desk.on_show() == "a"
    desk.key(Qt.Key.Key_Escape)
    assert desk.marked() == ["a"]


def test_marks_end_when_the_keyboard_goes_elsewhere(desk: Desk) -> None:
    desk.click("c", CTRL)
    desk.window.composer.edit.setFocus(Qt.FocusReason.MouseFocusReason)
    assert desk.marked() == ["a"]


def test_marks_stay_while_a_menu_is_open_and_in_another_window(desk: Desk) -> None:
    desk.click("c", CTRL)
    for reason in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
        desk.list.clearFocus()
        desk.list.setFocus(reason)
    assert desk.marked() == ["a", "c"]


def test_a_new_list_keeps_marks_and_place(desk: Desk) -> None:
    for n in range(60):
        desk.conversations.put(f"more {n}", 1_000_000 + n)
        desk.conversations.conversation_added.emit(f"c{n + 1}")
    desk.click("c", CTRL)
    QApplication.processEvents()
    desk.list.verticalScrollBar().setValue(700)
    desk.model.refresh_headings()
    assert desk.marked() == ["a", "c"] and desk.list.verticalScrollBar().value() == 700


def test_no_single_key_deletes_anything(desk: Desk) -> None:
    desk.click("c", CTRL)
    plain = [key for key in Qt.Key if key.value < 0x7F or Qt.Key.Key_Escape.value <= key.value <= Qt.Key.Key_F12.value]
    assert {Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_D, Qt.Key.Key_Return} < set(plain)
    for key in plain:
        desk.key(key)
    assert not [call for call in desk.conversations.calls if call[0] in ("trash", "purge", "empty_trash", "remove_folder")]


def test_ctrl_delete_puts_all_that_is_marked_into_the_trash(desk: Desk) -> None:
    desk.click("c", CTRL)
    desk.key(Qt.Key.Key_Delete, CTRL)
    assert desk.calls("trash") == [("trash", "a", "c")] and desk.on_show() is None
    assert desk.services.generation.stopped == ["a", "c"]


# Folders by keys and mouse


def test_keys_reach_folders_close_and_open_them(desk: Desk) -> None:
    desk.change("b", folder_id="work")
    desk.click("b")
    desk.key(Qt.Key.Key_Left)
    assert desk.list.currentIndex().data() == "Work" and desk.on_show() == "b"
    desk.key(Qt.Key.Key_Left)
    assert desk.model.row_of("b") is None and desk.services.preferences.get("collapsed_folders") == ["work"]
    desk.key(Qt.Key.Key_Right)
    assert desk.model.row_of("b") is not None and desk.services.preferences.get("collapsed_folders") == []
    desk.key(Qt.Key.Key_Return)
    desk.key(Qt.Key.Key_Up)
    assert desk.model.row_of("b") is None and desk.list.currentIndex().data() == "Home"
    assert desk.on_show() == "b" and desk.marked() == []


def test_a_click_on_a_folder_closes_it_and_shows_nothing_else(desk: Desk) -> None:
    desk.change("b", folder_id="work")
    desk.click("work")
    assert desk.model.row_of("b") is None and desk.on_show() == "a"


def test_a_double_click_renames_in_place(desk: Desk) -> None:
    at = desk.at("c")
    desk.click("c")
    desk.qtbot.mouseDClick(desk.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    editor = desk.list.findChild(QLineEdit)
    assert editor.text() == "Title c"
    editor.setText("Better")
    desk.qtbot.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert desk.calls("rename") == [("rename", "c", "Better")]


def test_what_is_typed_survives_a_change_of_the_row(desk: Desk) -> None:
    desk.actions.rename.trigger()
    editor = desk.list.findChild(QLineEdit)
    editor.selectAll()
    desk.qtbot.keyClicks(editor, "Mine")
    desk.change("a", is_unread=True, folder_id="work")
    assert editor.text() == "Mine"
    desk.qtbot.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert desk.calls("rename") == [("rename", "a", "Mine")]


def test_rename_opens_the_folder_of_what_is_on_show(desk: Desk) -> None:
    desk.change("a", folder_id="work")
    desk.model.set_collapsed("work", True)
    desk.window.composer.edit.setFocus(Qt.FocusReason.TabFocusReason)
    desk.actions.rename.trigger()
    assert desk.model.collapsed == [] and desk.list.findChild(QLineEdit).text() == "Title a"


# Menus


def test_a_menu_is_about_what_is_marked_or_under_the_pointer(desk: Desk) -> None:
    asked: list[Any] = []
    desk.list.menu_requested.disconnect()
    desk.list.menu_requested.connect(lambda ids, folder_id, _where: asked.append((ids, folder_id)))
    desk.click("c", CTRL)
    open_menu(desk, desk.at("c"))
    open_menu(desk, desk.at("d"))
    open_menu(desk, desk.at("work"))
    open_menu(desk, QPoint(20, desk.list.viewport().height() - 2))
    assert asked == [(["a", "c"], ""), (["d"], ""), ([], "work"), ([], "")] and desk.on_show() == "a"


# Tags


def test_a_click_on_a_tag_filters_and_does_not_open(desk: Desk) -> None:
    desk.change("c", tags=("x",))
    QApplication.processEvents()
    row = desk.list.visualRect(desk.model.index(desk.model.row_of("c") or 0))
    at = QPoint(row.right() - 12 - 14, row.center().y())
    desk.qtbot.mouseMove(desk.list.viewport(), at)
    desk.qtbot.mouseClick(desk.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert desk.model.tag == "x" and desk.rows()[1:] == ["Title c"] and desk.on_show() == "a"


# Dragging


def test_rows_are_dropped_into_a_folder_and_out_again(desk: Desk) -> None:
    assert drop(desk, ["b", "c"], desk.at("work"))
    assert desk.calls("move") == [("move", ("b", "c"), "work")]
    assert not drop(desk, ["b"], desk.at("work")), "it is there already"
    assert not drop(desk, ["c"], desk.at_row(desk.rows().index("Folders"))), "no place"
    assert drop(desk, ["b"], desk.at("a"))
    assert desk.calls("move")[-1] == ("move", ("b",), None)
    assert drop(desk, ["c"], QPoint(20, desk.list.viewport().height() - 2))
    assert desk.calls("move")[-1] == ("move", ("c",), None)


def test_a_row_dropped_on_what_is_in_a_folder_goes_there_too(desk: Desk) -> None:
    desk.change("b", folder_id="home")
    assert drop(desk, ["c"], desk.at("b"))
    assert desk.calls("move") == [("move", ("c",), "home")]


def test_pins_are_made_and_undone_by_dropping(desk: Desk) -> None:
    desk.change("b", pinned_ms=1)
    assert drop(desk, ["c"], desk.at("b"))
    assert desk.calls("pin") == [("pin", ("c",), True)]
    assert drop(desk, ["b"], desk.at("work"))
    assert desk.calls("pin")[-1] == ("pin", ("b",), False) and desk.calls("move") == [("move", ("b",), "work")]


def test_only_rows_can_be_dropped_and_only_while_some_are_dragged(desk: Desk) -> None:
    assert not desk.list.acceptDrops(), "a model file is the window's"
    assert desk.model.mimeTypes() == [CONVERSATIONS_TYPE]


# What it looks like


def test_every_kind_of_row_is_painted(desk: Desk) -> None:
    desk.change("a", tags=("x", "y"), is_unread=True)
    desk.change("b", pinned_ms=1)
    desk.change("c", is_private=True, folder_id="work")
    desk.services.generation.begin("d")
    desk.model.set_collapsed("home", True)
    before = desk.list.grab().toImage()
    desk.change("a", tags=(), is_unread=False)
    assert desk.list.grab().toImage() != before


def test_a_tip_says_the_signs_of_a_row_in_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QHelpEvent
    from PySide6.QtWidgets import QToolTip

    shown: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_: shown.append(text))
    desk.change("c", title="<b>c", is_unread=True)
    at = desk.at("c")
    event = QHelpEvent(QEvent.Type.ToolTip, at, desk.list.viewport().mapToGlobal(at))
    QApplication.sendEvent(desk.list.viewport(), event)
    assert shown == [plain_tooltip("<b>c, unread")]


def test_a_role_says_which_folder_a_heading_is(desk: Desk) -> None:
    row = desk.model.row_of_folder("work")
    index = desk.model.index(row or 0)
    assert index.data(ConversationRole.FOLDER_ID) == "work" and index.data(ConversationRole.ID) == ""


# What was not sent


def _pencils(desk: Desk) -> list[str]:
    """Give the ids of the rows that show the pencil, as the delegate paints them."""
    shown = desk.list.itemDelegate()
    rows = [desk.model.index(row) for row in range(desk.model.rowCount())]
    of = [(index, desk.model.at(index.row())[1]) for index in rows]
    return [one.id for index, one in of if one is not None and shown._parts(desk.list.visualRect(index), index, one).pencil]


def test_a_conversation_with_a_draft_has_a_pencil_that_is_spoken_too_unless_it_is_on_show(desk: Desk) -> None:
    desk.conversations.save_draft("b", "half a thought")
    desk.conversations.save_draft("a", "here")
    row = desk.model.index(desk.model.row_of("b") or 0)

    assert _pencils(desk) == ["b"]
    assert row.data(Qt.ItemDataRole.AccessibleTextRole) == "Title b, with something not sent"
    desk.conversations.save_draft("b", " ")
    assert _pencils(desk) == [] and row.data(Qt.ItemDataRole.AccessibleTextRole) == "Title b"


def test_what_was_not_sent_before_the_start_is_marked_after_it(desk: Desk) -> None:
    desk.conversations.drafts["c"] = "from yesterday"
    assert _pencils(desk) == []
    desk.window.show_context()

    assert _pencils(desk) == ["c"]


def test_pencil_dot_and_tag_have_each_their_place(desk: Desk) -> None:
    desk.change("b", is_unread=True, tags=("travel",))
    desk.conversations.save_draft("b", "half")
    index = desk.model.index(desk.model.row_of("b") or 0)
    parts = desk.list.itemDelegate()._parts(desk.list.visualRect(index), index, desk.conversations.get("b"))

    assert parts.title.right() < parts.tag.left() and parts.tag.right() < parts.pencil.x() < parts.dot.left() - 16


# While a page is on show


def colours(desk: Desk, id_: str) -> set[str]:
    """Give the colours of a row that are the accent's."""
    theme = desk.window._appearance.theme
    QApplication.processEvents()
    image = desk.list.viewport().grab(desk.list.visualRect(desk.list.model().index(desk.model.row_of(id_), 0))).toImage()
    found = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    return found & {theme.accent.lower(), theme.accent_soft.lower()}


def show_page(desk: Desk) -> None:
    desk.window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange, False)
    desk.window.centre.show_page(QWidget())


def test_the_conversation_looks_unmarked_while_a_page_is_on_show_and_is_marked_again_after_it(desk: Desk) -> None:
    desk.window.composer.edit.setFocus(Qt.FocusReason.MouseFocusReason)
    before = colours(desk, "a")
    assert before
    show_page(desk)
    assert colours(desk, "a") == set()
    assert desk.marked() == ["a"] and desk.list.on_show == "a"
    desk.window.centre.show_page(None)
    assert colours(desk, "a") == before


def test_a_click_leads_back_from_a_page_to_the_conversation_that_was_on_show(desk: Desk) -> None:
    show_page(desk)
    desk.click("a")
    assert desk.window.centre.page is None and colours(desk, "a")


def test_several_marks_are_seen_on_a_page_too(desk: Desk) -> None:
    show_page(desk)
    desk.click("c", CTRL)
    assert desk.marked() == ["a", "c"]
    assert colours(desk, "a") and colours(desk, "c")


def test_the_keyboard_in_the_list_is_seen_on_a_page(desk: Desk) -> None:
    show_page(desk)
    assert colours(desk, "a") == set()
    desk.window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    desk.list.setFocus(Qt.FocusReason.TabFocusReason)
    assert colours(desk, "a") == {desk.window._appearance.theme.accent.lower()}
    desk.key(Qt.Key.Key_Down)
    assert desk.on_show() == "b" and desk.window.centre.page is None


def test_a_closed_folder_does_not_stand_for_a_conversation_behind_a_page(desk: Desk) -> None:
    desk.change("a", folder_id="home")
    desk.model.set_collapsed("home", True)
    row = desk.list.visualRect(desk.model.index(desk.model.row_of_folder("home"), 0))
    QApplication.processEvents()
    before = desk.list.viewport().grab(row).toImage()
    show_page(desk)
    assert desk.list.viewport().grab(row).toImage() != before
