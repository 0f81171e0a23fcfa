"""What makes of the window a desktop application: a key that works everywhere, and what stands beside the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from desktop_app.services.hotkey import GlobalHotkey
from desktop_app.services.update_check import UpdateCheck
from desktop_app.ui.notices import Notice
from desktop_app.ui.notifications import Notifications
from desktop_app.ui.quick_question import QuickQuestion
from desktop_app.ui.tray import Tray
from desktop_app.ui.updates import Updates

if TYPE_CHECKING:
    from desktop_app.services import Services
    from desktop_app.services.online import Online
    from desktop_app.ui.appearance import Appearance
    from desktop_app.ui.main_window import MainWindow


class DesktopPlace(QObject):
    """Made when the window is on the screen."""

    def __init__(self, services: Services, online: Online, appearance: Appearance, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._conversations = window, services.conversations
        self._begin_quick_question(services, appearance)
        self.tray = Tray(services.preferences, window.actions_, window)
        self.tray.window_requested.connect(window.bring_to_front)
        self.tray.missing.connect(self._on_tray_missing)
        self.notifications = Notifications(services.generation, services.preferences, self.tray, window)
        self.notifications.conversation_requested.connect(self._on_conversation_requested)
        self.notifications.window_requested.connect(window.bring_to_front)
        check = UpdateCheck(online.hub, services.preferences, self)
        self.updates = Updates(check, window.actions_.look_for_updates, window.notices, self)
        check.look_if_due()
        online.downloads.download_finished.connect(self.notifications.tell_downloaded)

    def _begin_quick_question(self, services: Services, appearance: Appearance) -> None:
        window = self._window
        action = window.actions_.quick_question
        hotkey = GlobalHotkey(QGuiApplication.platformName(), self, description=action.text())
        self.quick = QuickQuestion(services.conversations, window.ask_in_new_chat, action, hotkey, appearance, self)
        self.quick.conversation_requested.connect(self._on_conversation_requested)
        self.quick.files_dropped.connect(self._on_files_dropped)
        keys = window.commands.keys
        keys.changed.connect(self.quick.take_key)
        keys.explain("quick_question", self.quick.trouble_with_key)
        self.quick.take_key()

    def close(self) -> None:
        """Let go of what is not the window's own."""
        self.quick.close()
        self.notifications.close()
        self.tray.close()

    @Slot()
    def _on_tray_missing(self) -> None:
        sentence = self.tr("This system has no place for an icon beside the clock at the moment.")
        self._window.notices.show_notice(Notice(sentence, key="tray", is_quiet=True))

    @Slot(str, list)
    def _on_files_dropped(self, text: str, files: list[Path]) -> None:
        """A question with files is written in the large window, in a new chat."""
        self._window.bring_to_front()
        self._window.actions_.new_chat.trigger()
        self._window.composer.add_text(text)
        self._window.attaching.attach(files)

    @Slot(str)
    def _on_conversation_requested(self, conversation_id: str) -> None:
        self._window.bring_to_front()
        try:
            self._conversations.get(conversation_id)
        except LookupError:
            return  # deleted for ever since it was told of
        self._window.open_conversation(conversation_id)
