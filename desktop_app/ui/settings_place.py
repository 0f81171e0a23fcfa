"""The page *Settings* in the window: when it is made, what leads to it and away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.settings import SETTINGS
from desktop_app.ui.actions import Actions
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.centre import Centre
from desktop_app.ui.notices import Notice, NoticeArea
from desktop_app.ui.settings.settings_page import SettingsPage
from desktop_app.ui.settings.words import SettingTexts
from desktop_app.ui.sidebar.sidebar import Sidebar
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from desktop_app.services import Services

UNDO_RESET = "undo_reset"
OFFLINE = "offline"


class SettingsPlace(QObject):
    """Shows the page in place of the conversation."""

    def __init__(
        self,
        services: Services,
        actions: Actions,
        centre: Centre,
        sidebar: Sidebar,
        notices: NoticeArea,
        appearance: Appearance,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._paths, self._preferences = services.paths, services.preferences
        self._actions, self._centre, self._notices = actions, centre, notices
        self._sidebar, self._appearance, self._window = sidebar, appearance, window
        self._page: SettingsPage | None = None
        actions.show_settings.triggered.connect(self.toggle)
        actions.reset_settings.triggered.connect(self.reset_all)
        actions.move_data.enabledChanged.connect(self._say_place)
        notices.action_requested.connect(self._on_action_requested)
        centre.page_changed.connect(self._on_page_changed)

    @property
    def page(self) -> SettingsPage:
        """The page, made now if need be."""
        if self._page is None:
            actions = self._actions
            deeds = {
                "window": (actions.show_shortcuts,),
                "answers": (actions.show_parameters,),
                "models": (actions.show_models, actions.model_folders),
                "network": (actions.show_network, actions.look_for_updates),
                "data": (
                    actions.backups, actions.import_conversations, actions.export_all, actions.open_data_folder,
                    actions.move_data,
                ),
                "": (actions.reset_settings, actions.show_diagnostics, actions.about),
            }  # fmt: skip
            self._page = SettingsPage(self._preferences, deeds, self._appearance.theme, self._window)
            self._page.closed.connect(self._on_closed)
            self._page.was_reset.connect(self._on_was_reset)
            self._page.installEventFilter(self)
            self._say_place()
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

    @Slot()
    def reset_all(self) -> None:
        """Let every setting of the page be as it was at first; where models and folders are, nobody wants to choose again.

        The offline switch stays, too: what waits behind it would connect at once, and nobody has asked for that.
        """
        keys = [key for key, setting in SETTINGS.items() if setting.section and key != OFFLINE]
        before = {key: self._preferences.get(key) for key in keys}
        changed = {key: value for key, value in before.items() if value != SETTINGS[key].default}
        for key in changed:
            self._preferences.set(key, SETTINGS[key].default)
        if self._preferences.get(OFFLINE):
            self._tell_reset(self.tr("All settings are back to their defaults, but Hearth stays offline."), changed)
        elif changed:
            self._tell_reset(self.tr("All settings are back to their defaults."), changed)

    @Slot(str, object)
    def _on_was_reset(self, key: str, before: object) -> None:
        sentence = self.tr("“{setting}” is back to its default.").format(setting=SettingTexts(self).of(key).label)
        self._tell_reset(sentence, {key: before})

    def _tell_reset(self, sentence: str, before: Mapping[str, Any]) -> None:
        button = self.tr("Undo") if before else ""
        self._notices.show_notice(Notice(sentence, "info", "reset", UNDO_RESET, button, before, is_quiet=True))

    @Slot(str, object)
    def _on_action_requested(self, action: str, before: object) -> None:
        if action == UNDO_RESET and isinstance(before, Mapping):
            for key, value in before.items():
                self._preferences.set(key, value)

    @Slot()
    def _say_place(self) -> None:
        """Say where everything lies, and why it is not moved from here."""
        if self._page is None:
            return
        if self._actions.move_data.isEnabled():
            text = self.tr("Your conversations are in “{folder}”.")
        else:
            text = self.tr("Your conversations are in “{folder}”: so says --data-dir, or the file “portable” beside the program.")
        self._page.sections["data"].set_note(text.format(folder=self._paths.main_folder))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Speak the page's language."""
        if event.type() is QEvent.Type.LanguageChange:
            self._say_place()
        return super().eventFilter(watched, event)
