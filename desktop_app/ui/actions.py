"""Every action of the window: its words, its keys, and nothing of what it does.

`main_window.py` connects them. An action lives in the window, so its key works wherever the keyboard is, but for
those that belong to one view (*Copy*, *Move to trash*), which the window adds to that view.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


class Actions(QObject):
    """The actions, as attributes."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.new_chat = self._make(window, "Ctrl+N")
        self.rename = self._make(window, "F2")
        self.trash = self._make(None, "Ctrl+Delete", "Ctrl+Backspace")
        self.next_conversation = self._make(window, "Ctrl+PgDown", "Ctrl+Tab")
        self.previous_conversation = self._make(window, "Ctrl+PgUp", "Ctrl+Shift+Tab")
        self.toggle_sidebar = self._make(window, "Ctrl+B")
        self.focus_composer = self._make(window, "Ctrl+L")
        self.choose_model = self._make(window, "Ctrl+M")
        self.open_file = self._make(window, "Ctrl+O")
        self.eject = self._make(window)
        self.reload = self._make(window, "Ctrl+Shift+R")
        self.stop = self._make(window, "Esc")
        self.copy = self._make(None, QKeySequence(QKeySequence.StandardKey.Copy).toString())
        self.open_models_folder = self._make(window)
        self.about = self._make(window)
        self.quit = self._make(window, "Ctrl+Q")
        self.about.setMenuRole(QAction.MenuRole.AboutRole)
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.retranslate()

    def _make(self, window: QWidget | None, *keys: str) -> QAction:
        action = QAction(self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        if window is not None:
            window.addAction(action)
        else:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return action

    def retranslate(self) -> None:
        """Speak the language that is on now."""
        self.new_chat.setText(self.tr("New chat"))
        self.rename.setText(self.tr("Rename"))
        self.trash.setText(self.tr("Move to trash"))
        self.next_conversation.setText(self.tr("Next conversation"))
        self.previous_conversation.setText(self.tr("Previous conversation"))
        self.toggle_sidebar.setText(self.tr("Show or hide the sidebar"))
        self.focus_composer.setText(self.tr("Write a message"))
        self.choose_model.setText(self.tr("Choose a model"))
        self.open_file.setText(self.tr("Open file…"))
        self.eject.setText(self.tr("Eject"))
        self.reload.setText(self.tr("Reload the model"))
        self.stop.setText(self.tr("Stop"))
        self.copy.setText(self.tr("Copy"))
        self.open_models_folder.setText(self.tr("Open models folder"))
        self.about.setText(self.tr("About Hearth"))
        self.quit.setText(self.tr("Quit"))


def keys(action: QAction) -> str:
    """Give the first shortcut of `action` as it is shown beside a button: "Ctrl N"."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")
