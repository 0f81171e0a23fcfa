"""The page *Settings* in the window: when it is made, what leads to it and away."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.services.preferences import Preferences
from desktop_app.ui.actions import Actions
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.centre import Centre
from desktop_app.ui.settings.settings_page import SettingsPage
from desktop_app.ui.sidebar.sidebar import Sidebar
from desktop_app.ui.theme import Theme


class SettingsPlace(QObject):
    """Shows the page in place of the conversation."""

    def __init__(
        self,
        preferences: Preferences,
        actions: Actions,
        centre: Centre,
        sidebar: Sidebar,
        appearance: Appearance,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._preferences, self._actions, self._centre = preferences, actions, centre
        self._sidebar, self._appearance, self._window = sidebar, appearance, window
        self._page: SettingsPage | None = None
        actions.show_settings.triggered.connect(self.toggle)
        centre.page_changed.connect(self._on_page_changed)

    @property
    def page(self) -> SettingsPage:
        """The page, made now if need be."""
        if self._page is None:
            actions = self._actions
            deeds = {
                "models": (actions.show_models, actions.model_folders),
                "network": (actions.show_network,),
                "data": (actions.backups, actions.import_conversations, actions.export_all),
            }
            self._page = SettingsPage(self._preferences, deeds, self._appearance.theme, self._window)
            self._page.closed.connect(self._on_closed)
        return self._page

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        if self._page is not None:
            self._page.set_theme(theme)

    @Slot()
    def toggle(self) -> None:
        """Show the page, or the conversation again."""
        if self._page is not None and self._centre.page is self._page:
            self._on_closed()
        else:
            self._centre.show_page(self.page)
            self.page.filter.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_closed(self) -> None:
        self._centre.show_page(None)
        self._actions.focus_composer.trigger()

    @Slot(object)
    def _on_page_changed(self, page: object) -> None:
        self._sidebar.settings.set_current(self._page is not None and page is self._page)
