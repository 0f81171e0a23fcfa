"""The chat template and the reasoning of the loaded model on screen: a notice, a dialog, a button in the composer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.errors import ChatTemplateAdds
from desktop_app.services.template_choices import TemplateChoices
from desktop_app.ui.dialogs.chat_template import PLAIN, ChatTemplateDialog
from desktop_app.ui.error_text import Remedy
from desktop_app.ui.model_names import ModelNames
from desktop_app.ui.model_talk.load_settings import LOAD_SETTINGS, DraftTrouble, LoadSettings
from desktop_app.ui.model_talk.thinking_button import ThinkingButton
from desktop_app.ui.notices import Notice, NoticeArea
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from desktop_app.engine.protocol import ModelInfo
    from desktop_app.services import Services

KEY = "chat_template"
_MODES = {"on": True, "off": False}


class ModelTalk(QObject):
    """Follows the model in memory. `thinking` is a button that the window has to place."""

    def __init__(self, services: Services, notices: NoticeArea, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._services = services
        self._notices = notices
        self._theme = theme
        self._window = window
        self._names = ModelNames(self)
        self._templates = TemplateChoices(services.preferences)
        self._loading = LoadSettings(services, theme, window)
        self._draft_trouble = DraftTrouble(services, notices, window)
        self.thinking = ThinkingButton()
        self.thinking.mode_chosen.connect(self._on_mode_chosen)
        self.thinking.budget_chosen.connect(self._on_budget_chosen)
        services.generation.choose_thinking_by(self._choice)
        services.preferences.setting_changed.connect(self._on_setting_changed)
        services.engine.model_loaded.connect(self._on_model_loaded)
        services.engine.model_unloaded.connect(self._on_model_unloaded)
        notices.action_requested.connect(self._on_action_requested)
        self._show_choice()
        if services.engine.model is not None:
            self._on_model_loaded(services.engine.model)

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self._loading.set_theme(theme)

    @Slot()
    def show_template(self) -> None:
        """Show the chat template of the model in memory, and let another one be chosen."""
        model = self._services.engine.model
        if model is None:
            return
        model = self._names.named(model, self._services.library)
        path = Path(model.path)
        chosen, edited = self._templates.chosen(path), self._templates.edited(path)
        dialog = ChatTemplateDialog(model, chosen, self._theme, self._window, edited)
        dialog.template_chosen.connect(self._on_template_chosen)
        dialog.text_used.connect(self._on_text_used)
        dialog.text_kept.connect(self._on_text_kept)
        dialog.open()

    @Slot()
    def show_loading(self) -> None:
        """Show how the model in memory is loaded, and let that be changed."""
        model = self._services.engine.model
        if model is not None:
            self._loading.show(Path(model.path))

    def _choice(self) -> tuple[bool | None, int]:
        """Give whether models are to think, and for how many tokens at most."""
        preferences = self._services.preferences
        return _MODES.get(preferences.get("thinking")), int(preferences.get("thinking_budget"))

    def _show_choice(self) -> None:
        preferences = self._services.preferences
        self.thinking.set_choice(preferences.get("thinking"), preferences.get("thinking_budget"))

    @Slot(object)
    def _on_model_loaded(self, model: ModelInfo) -> None:
        self.thinking.setVisible(model.can_reason)
        self._notices.close_key(KEY)
        self._notices.close_key(ChatTemplateAdds.__name__)
        chosen = self._templates.chosen(Path(model.path))
        if model.template_fault == "edited":
            text = self.tr("Your chat template for “{model}” has an error, so it is not used.")
        elif model.template_fault:
            text = self.tr("The chat template of “{model}” cannot be relied on, so a known good one is used.")
        elif model.template == PLAIN and not chosen:
            text = self.tr("“{model}” was not taught to chat: it goes on with what you write.")
        else:
            return
        name = self._names.named(model, self._services.library).name
        sentence, button = text.format(model=name), self.tr("Chat template…")
        kind = "warning" if model.template_fault else "info"
        action = Remedy.CHOOSE_TEMPLATE
        self._notices.show_notice(Notice(sentence, kind, KEY, action, button, details=model.template_problem))

    @Slot()
    def _on_model_unloaded(self) -> None:
        self.thinking.hide()

    def _reload(self, path: Path) -> None:
        """Load the model again, if it is still the one that was asked for."""
        if self._services.engine.wanted_path == path:
            self._services.engine.reload()

    @Slot(str, str)
    def _on_template_chosen(self, path: str, name: str) -> None:
        self._templates.choose(Path(path), name)
        self._reload(Path(path))

    @Slot(str, str)
    def _on_text_used(self, path: str, text: str) -> None:
        before = self._templates.of(Path(path))
        self._templates.use(Path(path), text)
        if self._templates.of(Path(path)) != before:
            self._reload(Path(path))

    @Slot(str, str)
    def _on_text_kept(self, path: str, text: str) -> None:
        self._templates.keep_draft(Path(path), text)

    @Slot(str)
    def _on_mode_chosen(self, mode: str) -> None:
        self._services.preferences.set("thinking", mode)

    @Slot(int)
    def _on_budget_chosen(self, budget: int) -> None:
        self._services.preferences.set("thinking_budget", budget)

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key in ("thinking", "thinking_budget"):
            self._show_choice()

    @Slot(str, object)
    def _on_action_requested(self, action: str, _payload: object) -> None:
        if action == Remedy.CHOOSE_TEMPLATE:
            self.show_template()
        elif action == LOAD_SETTINGS:
            self.show_loading()
