"""Prompt templates in the window: the slash in the composer, the palette, the form, their page, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication

from desktop_app.chat.instructions import MACROS, filled
from desktop_app.services.prompt_templates import PromptTemplates
from desktop_app.templates.render import filled_in
from desktop_app.templates.syntax import mistakes
from desktop_app.templates.template import PromptTemplate
from desktop_app.ui.actions import Actions
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.centre import Centre
from desktop_app.ui.collection_place import CollectionPlace
from desktop_app.ui.composer.composer import Composer
from desktop_app.ui.dialogs.prompt_form import PromptForm
from desktop_app.ui.notices import Notice, NoticeArea
from desktop_app.ui.palette.palette import PaletteItem
from desktop_app.ui.prompts.starters import Starters
from desktop_app.ui.sidebar.sidebar import Sidebar
from desktop_app.ui.transcript_place import TranscriptPlace
from desktop_app.ui.widgets.buttons import IconButton

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_app.services import Services
    from desktop_app.ui.prompts.prompts_page import PromptsPage
    from desktop_app.ui.theme import Theme

SLASH = "/"
N_OFFERED_MAX = 200_000
"""Characters of a clipboard or a selection that are offered; more is a file."""


class PromptsPlace(CollectionPlace["PromptsPage"]):
    """Opens the palette when a slash is typed into the empty composer, or its button is pressed.

    Signals:
        instructions_wanted(text): a template for the chat on show, which is empty, has these.
        send_requested(text): of itself, whatever stands in the composer.
    """

    instructions_wanted = Signal(str)
    send_requested = Signal(str)

    def __init__(
        self,
        services: Services,
        composer: Composer,
        transcript: TranscriptPlace,
        centre: Centre,
        sidebar: Sidebar,
        notices: NoticeArea,
        actions: Actions,
        appearance: Appearance,
        window: QWidget,
    ) -> None:
        self.templates = PromptTemplates(services.conversations)
        super().__init__(self.templates, composer, centre, notices, actions, appearance, window)
        self._transcript, self._sidebar = transcript, sidebar
        self.values: Callable[[], dict[str, str]] = dict
        """Gives what is known of the moment and of the person, by the names that instructions have for it."""
        self._shown: dict[str, PromptTemplate] = {}
        self.button = IconButton("slash", appearance.theme)
        self.button.clicked.connect(self.open_palette)
        composer.add_tool(self.button)
        composer.edit.slash_typed.connect(self.open_palette)
        actions.choose_prompt.triggered.connect(self.open_palette)
        actions.show_prompts.triggered.connect(self.toggle_page)
        self._starters = Starters()
        self._starters.chosen.connect(self._on_starter_chosen)
        centre.empty_state.add_starters(self._starters)
        self.retranslate()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        super().set_theme(theme)
        self.button.set_theme(theme)

    def make_page(self) -> PromptsPage:
        """Make the page, and connect it."""
        from desktop_app.ui.prompts.prompts_page import PromptsPage

        page = PromptsPage(self.templates, self._appearance, self._notices, self._window)
        page.try_requested.connect(self._on_try_requested)
        page.segments.personas_requested.connect(self._actions.show_personas.trigger)
        return page

    @Slot(object)
    def _on_page_changed(self, page: object) -> None:
        super()._on_page_changed(page)
        self._sidebar.prompts.set_current(self.is_page_shown)

    @Slot(object)
    def _on_try_requested(self, template: PromptTemplate) -> None:
        self._on_page_closed()
        self._use(template)

    @Slot()
    def open_palette(self) -> None:
        """Let a template be chosen."""
        if not self._composer.edit.isVisible():
            return
        templates = self.templates.by_use(self._appearance.language)
        self._shown = {template.id: template for template in templates}
        items = [PaletteItem(one.id, one.title, one.folder, f"{one.folder} {one.text[:200]}") for one in templates]
        self.show_palette(items, self.tr("Choose a prompt template"), self._on_chosen)

    @Slot(str)
    def _on_chosen(self, template_id: str) -> None:
        self._use(self._shown[template_id])

    @Slot(str)
    def _on_starter_chosen(self, template_id: str) -> None:
        templates = self.templates.by_use(self._appearance.language)
        self._use(next(template for template in templates if template.id == template_id))

    def _use(self, template: PromptTemplate) -> None:
        self.templates.note_use(template.id)
        if wrong := (*mistakes(template.text), *mistakes(template.system_prompt)):
            self._notices.show_error(wrong[0])
            return
        if not template.form():
            self._insert(filled_in(template.text, {}), filled_in(template.system_prompt, {}))
            return
        offered = self._offered(template)
        form = PromptForm(template, offered, self._appearance.theme, self._window, is_new_chat=self._centre.is_empty)
        form.insert_requested.connect(self._insert)
        form.send_requested.connect(self._send)
        form.open()

    def _offered(self, template: PromptTemplate) -> dict[str, str]:
        """Give first values by kind of field, and by name: they stand in the form, where the person sees them."""
        # The clipboard is another program's: it is asked only for a template that wants it.
        clipboard = QGuiApplication.clipboard()
        sources: dict[str, Callable[[], str]] = {
            "clipboard": lambda: clipboard.text(),
            "selection": self._transcript.selected_text,
        }
        kinds = {str(field.kind) for field in template.form()}
        offered = {kind: text() for kind, text in sources.items() if kind in kinds}
        if any(field.name in MACROS for field in template.form()):
            values = self.values()
            offered |= {name: filled(text, values) for name, text in MACROS.items()}
        return {key: text for key, text in offered.items() if text and len(text) <= N_OFFERED_MAX}

    @Slot(str, str)
    def _insert(self, text: str, instructions: str) -> None:
        self._take_instructions(instructions)
        self._put_in_composer(text)

    def _take_instructions(self, instructions: str) -> None:
        if instructions.strip() and self._centre.is_empty:
            self.instructions_wanted.emit(instructions)
        elif instructions.strip():
            sentence = self.tr("The instructions of this template are for a new chat; here only its text is used.")
            self._notices.show_notice(Notice(sentence, key="instructions_left_out", is_quiet=True))

    def _put_in_composer(self, text: str) -> None:
        edit = self._composer.edit
        if edit.toPlainText() == SLASH:
            edit.selectAll()
        edit.insert(text)
        edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str, str)
    def _send(self, text: str, instructions: str) -> None:
        self._take_instructions(instructions)
        if self._composer.text() == SLASH:
            self._put_in_composer("")  # with it the palette was opened
        self._composer.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.send_requested.emit(text)

    def retranslate(self) -> None:
        """Say the words in the window."""
        self.button.set_words(self.tr("Prompt templates"), SLASH)
