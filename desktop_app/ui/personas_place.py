"""Personas in the window: who answers in the chat on show, how one is chosen, the page about them, and what comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot

from desktop_app.chat.persona import Persona
from desktop_app.services.instructions import Instructions
from desktop_app.services.personas import Personas
from desktop_app.ui.actions import Actions, keys
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.centre import Centre
from desktop_app.ui.collection_place import CollectionPlace
from desktop_app.ui.composer.composer import Composer
from desktop_app.ui.empty_state import EmptyState
from desktop_app.ui.model_choice import ModelChoice
from desktop_app.ui.model_status import ModelStatusText
from desktop_app.ui.notices import Notice, NoticeArea
from desktop_app.ui.open_conversation import OpenConversation
from desktop_app.ui.palette.palette import PaletteItem
from desktop_app.ui.personas.greeting import ChoosePersona, Greeting
from desktop_app.ui.personas.persona_button import PersonaButton, PersonaRow
from desktop_app.ui.sidebar.sidebar import Sidebar
from desktop_app.ui.top_bar import TopBar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_app.engine.parameters import SamplingParameters
    from desktop_app.services import Services
    from desktop_app.services.sampling_levels import SamplingLevels
    from desktop_app.ui.parameter_dialogs import ParameterDialogs
    from desktop_app.ui.personas.persona_parameters import PersonaParameters
    from desktop_app.ui.personas.personas_page import PersonasPage
    from desktop_app.ui.theme import Theme

NOBODY = "nobody"
SWITCH_BACK = "switch_persona_back"


class PersonasPlace(CollectionPlace["PersonasPage"]):
    """Follows the conversation on show."""

    def __init__(
        self,
        services: Services,
        conversation: OpenConversation,
        composer: Composer,
        empty_state: EmptyState,
        top_bar: TopBar,
        centre: Centre,
        sidebar: Sidebar,
        notices: NoticeArea,
        choice: ModelChoice,
        words: ModelStatusText,
        actions: Actions,
        levels: SamplingLevels,
        appearance: Appearance,
        window: QWidget,
    ) -> None:
        self.personas = Personas(services.conversations, lambda: appearance.language)
        super().__init__(self.personas, composer, centre, notices, actions, appearance, window)
        self._services, self._conversation, self._empty_state = services, conversation, empty_state
        self._sidebar, self._choice, self._words = sidebar, choice, words
        self.instructions = Instructions(self.personas, services.preferences, lambda: appearance.language, words.current_name)
        services.generation.instruct_by(self.instructions.of)
        self._levels = levels
        self._parameters: PersonaParameters | None = None
        levels.choose_persona_by(self.personas.parameters_of, self.personas.chosen, self.personas.personas_changed)
        self.greeting = Greeting(appearance.theme)
        self.choose_button = ChoosePersona()
        self.button = PersonaButton(appearance.theme)
        top_bar.add_at_end(self.button, n_after=1)
        self.row = PersonaRow(appearance.theme, window)
        """Belongs into the panel at the right, which is made when it is first shown."""
        self.row.hide()
        empty_state.add(self.greeting, self.choose_button)
        self._connect()
        self.retranslate()

    def _connect(self) -> None:
        self.greeting.suggestion_chosen.connect(self._on_suggestion_chosen)
        self.choose_button.wanted.connect(self.open_palette)
        for button in (self.button, self.row.button):
            button.clicked.connect(self.open_palette)
        self._actions.choose_persona.triggered.connect(self.open_palette)
        self._actions.show_personas.triggered.connect(self.toggle_page)
        self._conversation.opened.connect(self._on_opened)
        self.personas.chosen.connect(self._on_chosen_elsewhere)
        self.personas.personas_changed.connect(self._show)
        self._notices.action_requested.connect(self._on_action_requested)

    def serve_presets(self, dialogs: ParameterDialogs) -> None:
        """Let a named set of parameters be used for the persona of the chat on show, where that is the person's own."""
        dialogs.persona_name = self._own_name
        dialogs.choose_for_persona = self._choose_parameters

    def _own(self) -> Persona | None:
        persona = self.personas.of(self._conversation.conversation_id)
        return persona if persona is not None and not persona.is_shipped else None

    def _own_name(self) -> str:
        own = self._own()
        return own.name if own is not None else ""

    def _choose_parameters(self, parameters: SamplingParameters) -> SamplingParameters:
        own = self._own()
        if own is None:
            return parameters
        self.personas.save(own.replaced(parameters=parameters))
        return own.parameters

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        super().set_theme(theme)
        for button in (self.button, self.row.button):
            button.set_theme(theme)
        self.greeting.set_theme(theme)

    # Who answers here

    @Slot()
    def _show(self) -> None:
        persona = self.personas.of(self._conversation.conversation_id)
        shown = persona or Persona("", self.tr("No persona"), icon="person", colour="graphite")
        text = self.tr("Persona: {name}").format(name=shown.name)
        for button in (self.button, self.row.button):
            button.show_persona(shown)
            button.set_words(text, keys(self._actions.choose_persona))
        self.row.label.setText(self.tr("Persona"))
        self.button.setVisible(persona is not None)
        if persona is not None:
            self.greeting.show_persona(persona)
        self._empty_state.set_greeted(persona is not None)

    @Slot(str)
    def _on_opened(self, _conversation_id: str) -> None:
        self._show()

    @Slot(str)
    def _on_chosen_elsewhere(self, conversation_id: str) -> None:
        if conversation_id == (self._conversation.conversation_id or ""):
            self._show()

    @Slot(str)
    def _on_suggestion_chosen(self, text: str) -> None:
        edit = self._composer.edit
        edit.selectAll()
        edit.insert(text)
        edit.setFocus(Qt.FocusReason.OtherFocusReason)

    # Choosing

    @Slot()
    def open_palette(self) -> None:
        """Let a persona be chosen for the chat on show."""
        self._centre.show_page(None)
        here = self.personas.id_of(self._conversation.conversation_id)
        items = [PaletteItem(one.id, one.name, one.description, one.description) for one in self.personas.all()]
        if here is not None:
            items.append(PaletteItem(NOBODY, self.tr("No persona"), self.tr("The model as it is")))
        self.show_palette(items, self.tr("Choose a persona"), self._on_palette_chosen)

    @Slot(str)
    def _on_palette_chosen(self, key: str) -> None:
        self.choose(None if key == NOBODY else key)

    def choose(self, persona_id: str | None) -> None:
        """Let a persona answer in the chat on show from now on, with its own model; None: nobody in particular."""
        id_ = self._conversation.conversation_id
        before, model_before = self.personas.id_of(id_), self._services.engine.wanted_path
        if persona_id == before:
            return
        self.personas.choose(id_, persona_id)
        persona = self.personas.get(persona_id)
        if persona is not None and persona.model and Path(persona.model) != model_before:
            self._choice.use(Path(persona.model))
        if id_ is not None and not self._empty_state.isVisible():
            self._tell_switched(persona, (id_, before, model_before, self._services.engine.wanted_path))

    def _tell_switched(self, persona: Persona | None, payload: tuple[str, str | None, Path | None, Path | None]) -> None:
        named = self.tr("“{name}” answers here from now on.")
        sentence = named.format(name=persona.name) if persona is not None else self.tr("No persona answers here any more.")
        button = self.tr("Undo")
        self._notices.show_notice(Notice(sentence, "info", SWITCH_BACK, SWITCH_BACK, button, payload=payload, is_quiet=True))

    @Slot(str, object)
    def _on_action_requested(self, action: str, payload: object) -> None:
        if action != SWITCH_BACK or not isinstance(payload, tuple):
            return
        id_, before, model_before, model_after = payload
        self.personas.choose(id_, before)
        # Not when the person has chosen another one since.
        if model_before not in (None, model_after) and model_after == self._services.engine.wanted_path:
            self._choice.use(model_before)

    # The page

    def make_page(self) -> PersonasPage:
        """Make the page, and connect it."""
        from desktop_app.ui.personas.personas_page import PersonasPage

        parts = (self._services.library, self._words, self._appearance, self._notices)
        page = PersonasPage(self.personas, *parts, self._window)
        page.chat_requested.connect(self._on_chat_requested)
        page.parameters_requested.connect(self._on_parameters_requested)
        page.segments.templates_requested.connect(self._actions.show_prompts.trigger)
        return page

    @Slot(object)
    def _on_page_changed(self, page: object) -> None:
        super()._on_page_changed(page)
        if self.is_page_shown:
            self._sidebar.prompts.set_current(True)

    @Slot(object)
    def _on_chat_requested(self, persona: Persona) -> None:
        self._actions.new_chat.trigger()
        self.choose(persona.id)

    @Slot(object)
    def _on_parameters_requested(self, persona: Persona) -> None:
        from desktop_app.ui.personas.persona_parameters import PersonaParameters

        if self._parameters is None:
            self._parameters = PersonaParameters(self._levels, self.page.editor, self._window)
        self._parameters.show(persona, self._appearance.theme)

    def unsaved_texts(self) -> list[str]:
        """Give what was written and is not on disk."""
        return self.personas.unsaved_texts()

    def retranslate(self) -> None:
        """Say who answers: those that come with the application speak the new language, too."""
        self._show()
