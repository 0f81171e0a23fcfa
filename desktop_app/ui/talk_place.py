"""The panel at the right in the window: when it is made, whose values it shows, and where they are kept."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.errors import AppError
from desktop_app.services.engine import EngineState
from desktop_app.services.load_choices import LoadChoices
from desktop_app.services.sampling_levels import SamplingLevels
from desktop_app.ui.actions import Actions, keys
from desktop_app.ui.centre import Centre
from desktop_app.ui.model_names import ModelNames
from desktop_app.ui.model_talk.load_settings import LoadSettings
from desktop_app.ui.motion import appear, leave
from desktop_app.ui.open_conversation import OpenConversation
from desktop_app.ui.parameter_dialogs import ParameterDialogs
from desktop_app.ui.talk_panel.talk_panel import WIDTH_MAX, WIDTH_MIN, TalkPanel
from desktop_app.ui.theme import Theme
from desktop_app.ui.top_bar import TopBar
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.side_splitter import SideSplitter

if TYPE_CHECKING:
    from desktop_app.services import Services

CONVERSATION_LEAST, CONVERSATION_WIDTH = 320, 400
"""What the panel leaves for the conversation at least, and where it can; at the usual size of the text."""


class TalkPlace(QObject):
    """Follows the conversation on show."""

    def __init__(
        self,
        services: Services,
        conversation: OpenConversation,
        actions: Actions,
        centre: Centre,
        top_bar: TopBar,
        splitter: SideSplitter,
        theme: Theme,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._services = services
        self._conversations = services.conversations
        self.levels = SamplingLevels(services.conversations, services.engine, services.preferences, self)
        self.dialogs = ParameterDialogs(self.levels, services, window)
        self._loads = LoadChoices(services.preferences)
        self._loading = LoadSettings(services, theme, window)
        services.generation.sample_by(self.levels.sampling)
        self._conversation, self._actions, self._centre = conversation, actions, centre
        self._splitter, self._theme = splitter, theme
        self._panel: TalkPanel | None = None
        self.at_top: QWidget | None = None
        """What stands at the top of the panel, when that is made."""
        self._id: str | None = None
        """Whose values are on show; None: those of the new chat."""
        self._fresh: dict[str | None, tuple[str, SamplingParameters]] = {}
        """Values that were set and may not be on disk yet, by conversation."""
        self.button = IconButton("panel", theme)
        top_bar.add_at_end(self.button)
        self._connect()
        self._actions_words()

    def _connect(self) -> None:
        actions, services = self._actions, self._services
        self.button.clicked.connect(actions.show_talk_panel.trigger)
        actions.show_talk_panel.triggered.connect(self.toggle)
        actions.show_parameters.triggered.connect(self.show_parameters)
        actions.show_talk_panel.changed.connect(self._actions_words)
        self._conversation.opened.connect(self._on_opened)
        self._centre.page_changed.connect(self._on_page_changed)
        self.levels.changed.connect(self._on_levels_changed)
        services.engine.state_changed.connect(self._on_model_changed)
        services.preferences.setting_changed.connect(self._on_setting_changed)
        self._splitter.splitterMoved.connect(self._on_splitter_moved)
        self._splitter.room_wanted.connect(self._hide)

    @Slot()
    def _actions_words(self) -> None:
        self.button.set_words(self._actions.show_talk_panel.text(), keys(self._actions.show_talk_panel))

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.button.set_theme(theme)
        self._actions_words()
        if self._panel is not None:
            self._panel.set_theme(theme)
            if self._is_shown:
                self._give_width()

    @property
    def panel(self) -> TalkPanel:
        """The panel, made now if need be."""
        if self._panel is None:
            self._panel = TalkPanel(self._theme)
            self._panel.instructions_changed.connect(self._on_instructions_changed)
            self._panel.sampling_changed.connect(self._on_sampling_changed)
            self._panel.closed.connect(self.toggle)
            self._panel.context_chosen.connect(self._on_context_chosen)
            self._panel.setting_chosen.connect(self._services.preferences.set)
            self._panel.loading_requested.connect(self._on_loading_requested)
            self._panel.presets_requested.connect(self.show_presets)
            if self.at_top is not None:
                self._panel.top.addWidget(self.at_top)
                self.at_top.show()
            self._panel.hide()
            self._splitter.set_end(self._panel)
        return self._panel

    @Slot()
    def toggle(self) -> None:
        """Show or hide the panel."""
        if self._is_shown:
            leave(self.panel)
            self._hide()
            self._actions.focus_composer.trigger()
            return
        self._centre.show_page(None)
        self._show_values()
        self._give_width()
        appear(self.panel)
        self.button.set_current(True)
        self.panel.instructions.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _hide(self) -> None:
        """Hide the panel, and leave the keyboard where it is."""
        if self._is_shown:
            self.store()
            self._splitter.hide_end()
            self.button.set_current(False)

    def _give_width(self) -> None:
        # In a narrow window the conversation keeps what the panel can do without.
        usual = int(self._services.preferences.get("talk_panel_width"))
        self._splitter.show_end(*map(self._theme.scaled, (usual, CONVERSATION_WIDTH, CONVERSATION_LEAST)))

    @Slot(int, int)
    def _on_splitter_moved(self, _place: int, edge: int) -> None:
        """Keep the width that the person gives the panel, as it is at the usual size of the text."""
        if edge == 2 and (width := self._splitter.sizes()[2]) > 0:
            usual = round(width / self._theme.scale)
            self._services.preferences.set("talk_panel_width", min(max(usual, WIDTH_MIN), WIDTH_MAX))

    def store(self) -> None:
        """Keep what was typed."""
        if self._panel is not None:
            self._panel.store()

    @Slot(str)
    def take_instructions(self, text: str) -> None:
        """Let these be the instructions of the chat on show, unless it has some."""
        self.store()
        self._show_values()
        if not self.panel.instructions.toPlainText().strip():
            self._on_instructions_changed(text)
            self._show_values()

    def unsaved_texts(self) -> list[str]:
        """Give what was written for conversations and is not on disk."""
        texts = ((instructions, *dict(sampling.unfinished).values()) for instructions, sampling in self._fresh.values())
        return [text for of_one in texts for text in of_one if text]

    def _show_values(self) -> None:
        self._id = self._conversation.conversation_id
        if self._id in self._fresh:
            instructions, sampling = self._fresh[self._id]
        elif self._id is None:
            instructions, sampling = self._conversations.new_chat()
        else:
            instructions, sampling = self._conversations.get(self._id).system_prompt, self._conversations.sampling(self._id)
        values = self.levels.effective(self._id, sampling)
        self.panel.show_values(instructions, sampling, values)
        self._show_model()

    def _show_model(self) -> None:
        engine, preferences = self._services.engine, self._services.preferences
        model = engine.model
        chosen = self._loads.of(Path(model.path)) if model is not None else LoadParameters()
        if model is not None:
            model = ModelNames().named(model, self._services.library)
        self.panel.show_model(model, chosen, is_busy=engine.state is not EngineState.READY)
        self.panel.model_view.show_thinking(str(preferences.get("thinking")), int(preferences.get("thinking_budget")))

    @property
    def _is_shown(self) -> bool:
        return self._panel is not None and not self._panel.isHidden()

    def _keep(self, instructions: str, sampling: SamplingParameters) -> None:
        """Remember values until they are on disk: the writer does its work in turn, so this comes after theirs."""
        values = self._fresh[self._id] = (instructions, sampling)
        done = partial(self._on_kept, self._id, values)
        self._conversations.in_writer(_do_nothing, done, done, keep=True)

    def _on_kept(self, conversation_id: str | None, values: tuple[str, SamplingParameters], result: object) -> None:
        if not isinstance(result, AppError) and self._fresh.get(conversation_id) is values:
            del self._fresh[conversation_id]

    @Slot(str)
    def _on_opened(self, _conversation_id: str) -> None:
        if self._conversation.conversation_id != self._id:
            self.dialogs.close_presets()
        if self._is_shown:
            self.store()
            self._show_values()

    @Slot(object)
    def _on_page_changed(self, page: object) -> None:
        # A page has the whole width, and nothing to do with a conversation.
        if page is not None:
            self._hide()

    @Slot(str)
    def _on_instructions_changed(self, text: str) -> None:
        if self._id is None:
            self._conversations.save_new_chat(text, self.panel.sampling)
        else:
            self._conversations.save_system_prompt(self._id, text)
        self._keep(text, self.panel.sampling)

    @Slot(object)
    def _on_sampling_changed(self, sampling: SamplingParameters) -> None:
        if self._id is None:
            self._conversations.save_new_chat(self.panel.instructions.toPlainText(), sampling)
        else:
            self._conversations.save_sampling(self._id, sampling)
        self._keep(self.panel.instructions.toPlainText(), sampling)
        self._show_levels()

    def _show_levels(self) -> None:
        self.panel.show_levels(self.levels.effective(self._id, self.panel.sampling))

    @Slot()
    def _on_levels_changed(self) -> None:
        if self._is_shown:
            self._show_levels()

    @Slot(object)
    def _on_model_changed(self, _state: object) -> None:
        if self._is_shown:
            self._show_model()

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key in ("thinking", "thinking_budget", "load_parameters") and self._is_shown:
            self._show_model()

    # The model, presets, all chats

    @Slot(int)
    def _on_context_chosen(self, n_ctx: int) -> None:
        engine = self._services.engine
        if engine.model is not None:
            path = Path(engine.model.path)
            self._loads.choose(path, self._loads.of(path).replaced(n_ctx=n_ctx))
            engine.reload(is_fresh=True)

    @Slot()
    def _on_loading_requested(self) -> None:
        model = self._services.engine.model
        if model is not None:
            self._loading.set_theme(self._theme)
            self._loading.show(Path(model.path))

    @Slot()
    def show_presets(self) -> None:
        """Show the presets, to be used in the conversation on show or elsewhere."""
        self.store()
        self.dialogs.show_presets(self.panel, self._theme)

    @Slot()
    def show_parameters(self) -> None:
        """Show the parameters of all chats, and let them be changed."""
        self.dialogs.show_for_all(self._theme)


def _do_nothing(_database: object) -> None:
    """Only its turn matters."""
