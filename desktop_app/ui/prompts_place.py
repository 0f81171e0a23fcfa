"""Prompt templates in the window: the slash in the composer, the palette, the form, their page, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication

from desktop_app.services.prompt_templates import PromptTemplates
from desktop_app.templates.render import filled_in
from desktop_app.templates.syntax import mistakes
from desktop_app.templates.template import PromptTemplate
from desktop_app.ui.actions import Actions
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.centre import Centre
from desktop_app.ui.composer.composer import Composer
from desktop_app.ui.dialogs.prompt_form import PromptForm
from desktop_app.ui.notices import NoticeArea
from desktop_app.ui.palette.palette import Palette, PaletteItem
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


class PromptsPlace(QObject):
    """Opens the palette when a slash is typed into the empty composer, or its button is pressed."""

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
        super().__init__(window)
        self.templates = PromptTemplates(services.conversations, self)
        self._composer, self._transcript = composer, transcript
        self._centre, self._sidebar, self._notices = centre, sidebar, notices
        self._page: PromptsPage | None = None
        self._appearance, self._window = appearance, window
        self._palette: Palette | None = None
        self._shown: dict[str, PromptTemplate] = {}
        self.button = IconButton("slash", appearance.theme)
        self.button.clicked.connect(self.open_palette)
        composer.add_tool(self.button)
        composer.edit.slash_typed.connect(self.open_palette)
        actions.choose_prompt.triggered.connect(self.open_palette)
        actions.show_prompts.triggered.connect(self.toggle_page)
        self._actions = actions
        centre.page_changed.connect(self._on_page_changed)
        self.templates.failed.connect(notices.show_error)
        window.installEventFilter(self)
        self._retranslate()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.button.set_theme(theme)
        if self._page is not None:
            self._page.set_theme(theme)

    @property
    def page(self) -> PromptsPage:
        """The page, made now if need be."""
        if self._page is None:
            from desktop_app.ui.prompts.prompts_page import PromptsPage

            self._page = PromptsPage(self.templates, self._appearance, self._notices, self._window)
            self._page.closed.connect(self._on_page_closed)
            self._page.try_requested.connect(self._on_try_requested)
        return self._page

    @Slot()
    def toggle_page(self) -> None:
        """Show the page, or the conversation again."""
        if self._page is not None and self._centre.page is self._page:
            self._on_page_closed()
        else:
            self._centre.show_page(self.page)
            self.page.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def store(self) -> None:
        """Have what is typed on the page stored now."""
        if self._page is not None:
            self._page.leave()

    @Slot()
    def _on_page_closed(self) -> None:
        self._centre.show_page(None)
        self._actions.focus_composer.trigger()

    @Slot(object)
    def _on_page_changed(self, page: object) -> None:
        is_shown = self._page is not None and page is self._page
        self._sidebar.prompts.set_current(is_shown)
        if self._page is not None and not is_shown:
            self._page.leave()

    @Slot(object)
    def _on_try_requested(self, template: PromptTemplate) -> None:
        self._on_page_closed()
        self._use(template)

    @Slot()
    def open_palette(self) -> None:
        """Let a template be chosen."""
        if self._palette is not None or not self._composer.edit.isVisible():
            return
        templates = self.templates.by_use(self._appearance.language)
        self._shown = {template.id: template for template in templates}
        items = [PaletteItem(one.id, one.title, one.folder, f"{one.folder} {one.text[:200]}") for one in templates]
        self._palette = Palette(items, self.tr("Choose a prompt template"), self._appearance.theme, self._window)
        self._palette.chosen.connect(self._on_chosen)
        self._palette.closed.connect(self._on_closed)
        self._palette.open()

    @Slot()
    def _on_closed(self) -> None:
        self._palette = None
        self._composer.edit.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot(str)
    def _on_chosen(self, template_id: str) -> None:
        self._use(self._shown[template_id])

    def _use(self, template: PromptTemplate) -> None:
        self.templates.note_use(template.id)
        if wrong := mistakes(template.text):
            self._notices.show_error(wrong[0])
            return
        if not template.form():
            self._insert(filled_in(template.text, {}))
            return
        form = PromptForm(template, self._offered(template), self._appearance.theme, self._window)
        form.insert_requested.connect(self._insert)
        form.send_requested.connect(self._send)
        form.open()

    def _offered(self, template: PromptTemplate) -> dict[str, str]:
        """Give first values by kind of field: they stand in the form, where the person sees them."""
        # The clipboard is another program's: it is asked only for a template that wants it.
        clipboard = QGuiApplication.clipboard()
        sources: dict[str, Callable[[], str]] = {
            "clipboard": lambda: clipboard.text(),
            "selection": self._transcript.selected_text,
        }
        kinds = {str(field.kind) for field in template.form()}
        offered = {kind: text() for kind, text in sources.items() if kind in kinds}
        return {kind: text for kind, text in offered.items() if text and len(text) <= N_OFFERED_MAX}

    @Slot(str)
    def _insert(self, text: str) -> None:
        edit = self._composer.edit
        if edit.toPlainText() == SLASH:
            edit.selectAll()
        edit.insert(text)
        edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _send(self, text: str) -> None:
        self._insert(text)
        self._composer.send()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Speak the new language."""
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        return False

    def _retranslate(self) -> None:
        self.button.set_words(self.tr("Prompt templates"), SLASH)
