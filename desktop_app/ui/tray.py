"""The icon beside the clock: off until the person wants it, and a place where the application goes on without a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from desktop_app import APP_NAME
from desktop_app.ui.actions import Actions
from desktop_app.ui.icons import application_icon
from desktop_app.ui.widgets.menu import make_menu

if TYPE_CHECKING:
    from desktop_app.services.preferences import Preferences


SHOWN_MS = 10_000
"""How long what the icon says is shown, where the system asks for that."""


class Tray(QObject):
    """Follows the settings `tray` and `close_to_tray`.

    Signals:
        window_requested(): the person wants to see the window.
        missing(): it was switched on, and this system has no place for it now.
        message_clicked(): what `tell` has shown.
    """

    window_requested = Signal()
    missing = Signal()
    message_clicked = Signal()

    def __init__(self, preferences: Preferences, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._preferences, self._actions, self._window = preferences, actions, window
        self.icon: QSystemTrayIcon | None = None
        self._menu: QMenu | None = None
        preferences.setting_changed.connect(self._on_setting_changed)
        window.installEventFilter(self)
        self._refresh()

    @property
    def is_there(self) -> bool:
        """Whether the person can see the icon."""
        return self.icon is not None and QSystemTrayIcon.isSystemTrayAvailable()

    def tell(self, sentence: str) -> bool:
        """Have the icon say something; False when there is none."""
        if self.icon is None or not self.is_there:
            return False
        self.icon.showMessage(APP_NAME, sentence, application_icon(), SHOWN_MS)
        return True

    def close(self) -> None:
        """Take the icon away."""
        self._window.removeEventFilter(self)
        if self.icon is not None:
            self.icon.hide()
            self.icon.deleteLater()
            self.icon = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go on without a window when it is closed with its own button; a quit ends the application as ever."""
        if event.type() is QEvent.Type.Close and event.spontaneous() and self._stays():
            # Other windows that close must not end what goes on here.
            QGuiApplication.setQuitOnLastWindowClosed(False)
            self._window.hide()
            event.ignore()
            return True
        if event.type() is QEvent.Type.Show:
            QGuiApplication.setQuitOnLastWindowClosed(True)
        elif event.type() is QEvent.Type.LanguageChange and self._menu is not None:
            self._fill(self._menu)
        return False

    def _stays(self) -> bool:
        application = QGuiApplication.instance()
        is_ending = isinstance(application, QGuiApplication) and application.isSavingSession()
        return self.is_there and bool(self._preferences.get("close_to_tray")) and not is_ending

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        # The one needs the other.
        if key == "close_to_tray" and self._preferences.get(key):
            self._preferences.set("tray", True)
        elif key == "tray":
            self._refresh()
            if not self._preferences.get("tray"):
                self._preferences.set("close_to_tray", False)
            if self._preferences.get("tray") and not self.is_there:
                self.missing.emit()

    def _refresh(self) -> None:
        if not self._preferences.get("tray"):
            if self.icon is not None:
                self.icon.hide()
                self.icon.deleteLater()
                self.icon = None
        elif self.icon is None:
            self.icon = QSystemTrayIcon(application_icon(), self)
            self._menu = make_menu(self._window, ends_itself=False)
            self._fill(self._menu)
            self.icon.setContextMenu(self._menu)
            self.icon.setToolTip(APP_NAME)
            self.icon.messageClicked.connect(self.message_clicked)
            self.icon.activated.connect(self._on_activated)
            self.icon.show()

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        menu.addAction(self.tr("Show the window")).triggered.connect(self.window_requested)
        menu.addAction(self._actions.new_chat.text()).triggered.connect(self._on_new_chat)
        menu.addAction(self._actions.quick_question)
        menu.addSeparator()
        menu.addAction(self._actions.quit.text()).triggered.connect(self._on_quit)

    @Slot(QSystemTrayIcon.ActivationReason)
    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.window_requested.emit()

    @Slot()
    def _on_new_chat(self) -> None:
        self.window_requested.emit()
        self._actions.new_chat.trigger()

    @Slot()
    def _on_quit(self) -> None:
        # With the window there, so that a question about what is not stored can be seen.
        self.window_requested.emit()
        self._actions.quit.trigger()
