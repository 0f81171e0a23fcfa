"""A window with conversations in its list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from desktop_app.chat.folder import Folder
from tests.fakes.services import NOW_MS


class Desk:
    """The sidebar of a window: two folders, five conversations, "a" on show; keys and clicks as a person makes them."""

    def __init__(self, services: Any, window: Any, qtbot: Any) -> None:
        self.services, self.window, self.qtbot = services, window, qtbot
        self.conversations, self.model = services.conversations, window.list_model
        self.sidebar, self.list, self.actions = window.sidebar, window.sidebar.list, window.actions_
        for name in ("Home", "Work"):
            self.conversations.stored_folders[name.lower()] = Folder(name.lower(), name, 0)
        self.conversations.folders_changed.emit()
        for place, id_ in enumerate("abcde"):
            self.conversations.put(f"Title {id_}", NOW_MS - place * 1000, id_)
            self.conversations.conversation_added.emit(id_)
        window.open_conversation("a")
        window.activateWindow()
        self.list.setFocus()
        QApplication.processEvents()

    def change(self, id_: str, **values: Any) -> None:
        self.conversations.stored[id_] = replace(self.conversations.stored[id_], **values)
        self.conversations.conversation_changed.emit(id_)

    def rows(self) -> list[str]:
        return [self.model.index(row).data() for row in range(self.model.rowCount())]

    def at(self, id_: str) -> QPoint:
        row = self.model.row_of(id_)
        return self.at_row(self.model.row_of_folder(id_) if row is None else row)

    def at_row(self, row: int) -> QPoint:
        QApplication.processEvents()
        return self.list.visualRect(self.model.index(row)).center() - QPoint(60, 0)

    def click(self, id_: str, *keys: Qt.KeyboardModifier) -> None:
        modifiers = Qt.KeyboardModifier.NoModifier
        for key in keys:
            modifiers |= key
        self.qtbot.mouseClick(self.list.viewport(), Qt.MouseButton.LeftButton, modifiers, self.at(id_))

    def key(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        both = Qt.KeyboardModifier.NoModifier
        for one in modifiers:
            both |= one
        self.qtbot.keyClick(self.list, key, both)

    def on_show(self) -> str | None:
        return self.window.conversation.conversation_id

    def marked(self) -> list[str]:
        return self.list.selected_ids()

    def calls(self, name: str) -> list[tuple[Any, ...]]:
        return [call for call in self.conversations.calls if call[0] == name]

    def menu(self) -> QMenu:
        """Give the menu that is open."""
        found = QApplication.activePopupWidget()
        assert isinstance(found, QMenu)
        return found

    def undo(self) -> None:
        """Press the button of the newest notice."""
        [one for one in self.window.notices.findChildren(QPushButton) if one.text() == "Undo"][-1].click()
        QApplication.processEvents()

    def menu_texts(self, menu: QMenu) -> list[str]:
        return [action.text() for action in menu.actions() if not action.isSeparator()]

    def choose(self, *words: str) -> None:
        """Choose in the open menu, and in the menu behind it when there are several words."""
        menu = self.menu()
        last = menu
        for word in words:
            action = next(one for one in last.actions() if one.text() == word)
            if action.menu() is not None:
                last = action.menu()
        menu.hide()
        # Without a window system nobody makes it active again.
        self.window.activateWindow()
        QApplication.processEvents()
        action.trigger()
        menu.close()
        QApplication.processEvents()


@pytest.fixture
def desk(services: Any, window: Any, qtbot: Any) -> Desk:
    """Give a window with conversations in its list."""
    return Desk(services, window, qtbot)
