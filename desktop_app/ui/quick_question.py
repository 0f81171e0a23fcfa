"""A question from anywhere: a key that works in every program brings up a small window, and its answer the large one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence

from desktop_app.chat.conversation import QUICK_QUESTION
from desktop_app.ui.chosen_keys import combination
from desktop_app.ui.composer.drafts import SAVE_DELAY_MS
from desktop_app.ui.composer.quick_window import QuickWindow
from desktop_app.ui.error_text import ErrorText

if TYPE_CHECKING:
    from desktop_app.errors import AppError
    from desktop_app.services.conversations import Conversations
    from desktop_app.services.hotkey import GlobalHotkey
    from desktop_app.ui.appearance import Appearance


class QuickQuestion(QObject):
    """The window, made when it is first wanted, and the key that brings it up: the one of `action`.

    `ask`: stores a question in a new chat and gives the id of that.

    Signals:
        conversation_requested(conversation_id): where the question is now.
        files_dropped(text, list of Path): with what was typed; they are for the large window.
    """

    conversation_requested = Signal(str)
    files_dropped = Signal(str, list)

    def __init__(
        self,
        conversations: Conversations,
        ask: Callable[[str], str],
        action: QAction,
        hotkey: GlobalHotkey,
        appearance: Appearance,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._ask, self._action, self._hotkey, self._appearance = ask, action, hotkey, appearance
        self._error_text = ErrorText(self)
        self._window: QuickWindow | None = None
        self._key = QKeySequence()
        self._asked = self._stored = ""
        self._timer = QTimer(self, singleShot=True, interval=SAVE_DELAY_MS)
        self._timer.timeout.connect(self._save)
        action.triggered.connect(self.open)
        hotkey.pressed.connect(self._on_hotkey_pressed)
        conversations.message_added.connect(self._on_message_added)
        conversations.ask_failed.connect(self._on_ask_failed)
        appearance.theme_changed.connect(self._on_theme_changed)

    @property
    def window(self) -> QuickWindow:
        """The window, made now if need be."""
        if self._window is None:
            self._window = QuickWindow(self._appearance.theme)
            # It has no parent, so that it can be there without the large window.
            self.destroyed.connect(self._window.deleteLater)
            self._stored = self._conversations.draft(QUICK_QUESTION)
            self._window.edit.setPlainText(self._stored)
            self._window.edit.textChanged.connect(self._on_text_changed)
            self._window.asked.connect(self._on_asked)
            self._window.files_dropped.connect(self._on_files_dropped)
        return self._window

    @Slot()
    def take_key(self) -> None:
        """Have the key of the action work everywhere."""
        key = self._action.shortcut()
        if key != self._key:
            self._key = key
            self._hotkey.set_key(None if key.isEmpty() else combination(key))

    def trouble_with_key(self) -> str:
        """Say why the key does not work everywhere; "" when it does, or there is none."""
        if self._key.isEmpty() or self._hotkey.has_key:
            return ""
        if not self._hotkey.is_available:
            return self.tr("Here it works only while Hearth has the keyboard: this system has no keys for every program.")
        keys = self._key.toString(QKeySequence.SequenceFormat.NativeText)
        return self.tr("Another program has “{keys}”, so it works only in Hearth; choose another one.").format(keys=keys)

    @Slot()
    def open(self) -> None:
        """Bring up the window."""
        self.window.come_up()

    def close(self) -> None:
        """Give the key back and let go of the window; what is typed there stands there again after the next start."""
        self._hotkey.close()
        if self._window is not None:
            self._window.edit.finish_composing()
            self._save()
            self._window.close()
            self._window.deleteLater()
            self._window = None

    @Slot()
    def _on_text_changed(self) -> None:
        # After the first key that is not stored, not after the last.
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _save(self) -> None:
        self._timer.stop()
        text = self.window.edit.toPlainText()
        if text != self._stored:
            self._stored = text
            self._conversations.save_draft(QUICK_QUESTION, text)

    @Slot()
    def _on_hotkey_pressed(self) -> None:
        self.open()
        self._hotkey.bring_to_front(int(self.window.winId()))

    @Slot(str)
    def _on_asked(self, text: str) -> None:
        self._save()
        self._asked = self._ask(text)

    @Slot(list)
    def _on_files_dropped(self, files: list[Path]) -> None:
        text = self.window.edit.toPlainText()
        self.window.set_asked()
        self.files_dropped.emit(text, files)

    @Slot(str, str)
    def _on_message_added(self, conversation_id: str, _message_id: str) -> None:
        if self._asked and conversation_id == self._asked:
            self._asked = ""
            self.window.set_asked()
            self.conversation_requested.emit(conversation_id)

    @Slot(str, object)
    def _on_ask_failed(self, conversation_id: str, error: AppError) -> None:
        if self._asked and conversation_id == self._asked:
            self._asked = ""
            self.window.tell(self._error_text.describe(error).sentence)

    @Slot(object)
    def _on_theme_changed(self, theme: object) -> None:
        if self._window is not None:
            self._window.set_theme(self._appearance.theme)
