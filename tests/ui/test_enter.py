"""Enter presses the button where the keyboard is, and no other one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from desktop_app.ui.dialogs.question import QuestionDialog
from desktop_app.ui.notices import Notice
from desktop_app.ui.theme import Theme


def test_enter_presses_the_button_where_the_keyboard_is(window: Any, services: Any, qtbot: Any) -> None:
    window.activateWindow()
    window.open_conversation(services.conversations.put("One"))
    window.sidebar.new_chat.setFocus()
    qtbot.keyClick(window.sidebar.new_chat, Qt.Key.Key_Return)
    assert window.conversation.conversation_id is None


def test_enter_presses_the_button_of_a_notice(window: Any, qtbot: Any) -> None:
    window.activateWindow()
    window.notices.show_notice(Notice("Moved.", action="undo", button="Undo", payload=7))
    QApplication.processEvents()
    button = next(one for one in window.notices.findChildren(QPushButton) if one.text() == "Undo")
    button.setFocus()
    with qtbot.waitSignal(window.notices.action_requested) as asked:
        qtbot.keyClick(button, Qt.Key.Key_Enter)
    assert asked.args == ["undo", 7]


def test_enter_on_cancel_agrees_to_nothing(window: Any, theme: Theme, qtbot: Any) -> None:
    dialog = QuestionDialog("Delete?", "It is gone then.", "Delete", "Cancel", None, theme, window)
    agreed: list[object] = []
    dialog.agreed.connect(agreed.append)
    dialog.open()
    cancel = next(one for one in dialog.findChildren(QPushButton) if one.text() == "Cancel")
    cancel.setFocus()
    qtbot.keyClick(cancel, Qt.Key.Key_Return)
    assert not dialog.isVisible() and agreed == []
