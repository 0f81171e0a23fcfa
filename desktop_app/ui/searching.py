"""Searching everything: from the field under New chat to the message that has the words.

The panel with what was found is made when something is first typed. A hit on a branch that is not on show lets the
conversation show that branch; the message is gone to as soon as it is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal, Slot

from desktop_app.ui.actions import Actions, keys
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.sidebar.search_field import SearchField
from desktop_app.ui.sidebar.sidebar import Sidebar
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_app.chat.search import MessageHit, SearchFilters, SearchLimits, SearchResult, Section, TitleHit
    from desktop_app.errors import AppError
    from desktop_app.services import Services
    from desktop_app.ui.sidebar.on_demand.search_filters import SearchFilterMenu
    from desktop_app.ui.sidebar.on_demand.search_panel import SearchPanel
    from desktop_app.ui.transcript_place import TranscriptPlace

_SETTLED_MS = 300
"""What was found is looked for again when nothing has changed for so long."""


class Searching(QObject):
    """Keeps field, results and what is on show together.

    Signals:
        conversation_requested(conversation_id): to be shown, at once.
    """

    conversation_requested = Signal(str)

    def __init__(
        self,
        services: Services,
        sidebar: Sidebar,
        transcript: TranscriptPlace,
        actions: Actions,
        theme: Theme,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._conversations = services.conversations
        self._search = services.search
        self._sidebar = sidebar
        self._transcript = transcript
        self._actions = actions
        self._theme = theme
        self._error_text = ErrorText(self)
        self._panel: SearchPanel | None = None
        self._menu: SearchFilterMenu | None = None
        self._filters: SearchFilters | None = None
        self._limits: SearchLimits | None = None
        self._wanted: MessageHit | None = None
        """What the person has opened and is not on show yet."""
        self._words = ""
        self.field = SearchField(theme)
        self.field.set_keys(keys(actions.search))
        sidebar.add_above_list(self.field)
        sidebar.place_changed.connect(self._on_place_changed)
        self._connect_field()
        self._timer = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._timer.timeout.connect(self._ask)

    def _connect_field(self) -> None:
        self.field.text_changed.connect(self._on_text_changed)
        self.field.down_pressed.connect(self._on_down_pressed)
        self.field.enter_pressed.connect(self._on_enter_pressed)
        self.field.filter_requested.connect(self._on_filter_requested)
        self.field.left.connect(self._actions.focus_composer.trigger)

    def _connect_results(self) -> None:
        """Listen to what only matters once something has been searched for."""
        conversations = self._conversations
        self._search.found.connect(self._on_found)
        self._search.failed.connect(self._on_failed)
        self._search.completed.connect(self._ask)
        conversations.branch_changed.connect(self._on_branch_changed)
        for of_one in (
            conversations.conversation_trashed, conversations.conversation_restored, conversations.conversation_purged,
            conversations.conversation_changed, conversations.branch_changed,
        ):  # fmt: skip
            of_one.connect(self._on_changed)
        conversations.message_changed.connect(self._on_changed)

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.field.set_theme(theme)
        if self._panel is not None:
            self._panel.set_theme(theme)

    def begin(self) -> None:
        """Put the keyboard into the field, what stands there marked."""
        self.field.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.edit.selectAll()

    # The field

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self._timer.stop()
        if text.strip():
            panel = self._shown_panel()
            if self._sidebar.in_place_of_list is not panel:
                panel.set_result(None)
                self._sidebar.show_in_place_of_list(panel)
            self._ask_anew()
        else:
            self._search.forget()
            if self._panel is not None and self._sidebar.in_place_of_list is self._panel:
                self._sidebar.show_in_place_of_list(None)

    def _ask_anew(self) -> None:
        """Look for something else: of that the newest first."""
        from desktop_app.chat.search import FIRST

        self._limits = FIRST
        self._ask()

    @Slot()
    def _ask(self) -> None:
        if self.field.text.strip() and self._filters is not None and self._limits is not None:
            self._search.find(self.field.text, self._filters, self._limits)

    @Slot(object)
    def _on_older_requested(self, section: Section) -> None:
        assert self._limits is not None
        self._limits = self._limits.raised(section)
        self._ask()

    @Slot()
    def _on_down_pressed(self) -> None:
        self._shown_panel().take_keyboard()

    @Slot()
    def _on_enter_pressed(self) -> None:
        if (hit := self._shown_panel().first_hit()) is not None:
            self._open(hit)

    @Slot()
    def _on_place_changed(self) -> None:
        """Something else stands where the results stood: the search is over."""
        if self._panel is not None and self.field.text and self._sidebar.in_place_of_list is not self._panel:
            self.field.set_text("")

    # What is found

    def _shown_panel(self) -> SearchPanel:
        if self._panel is None:
            from desktop_app.chat.search import SearchFilters
            from desktop_app.ui.sidebar.on_demand.search_panel import SearchPanel

            self._filters = SearchFilters()
            self._panel = SearchPanel(self._theme, self._sidebar)
            self._panel.hit_chosen.connect(self._open)
            self._panel.older_requested.connect(self._on_older_requested)
            self._panel.everywhere_requested.connect(self._on_everywhere_requested)
            self._panel.field_requested.connect(self.begin)
            self._panel.closed.connect(self._on_closed)
            self._connect_results()
        return self._panel

    @Slot(object)
    def _on_found(self, result: SearchResult) -> None:
        if self.field.text.strip():
            self._shown_panel().set_result(result)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self._shown_panel().set_problem(self._error_text.describe(error).sentence)

    @Slot()
    def _on_changed(self) -> None:
        """What was found may be gone, and more may be found: look again, but not at every step."""
        if self.field.text.strip():
            self._timer.start()

    @Slot()
    def _on_closed(self) -> None:
        self.field.set_text("")
        self.begin()

    # Opening a hit

    @Slot(object)
    def _open(self, hit: TitleHit | MessageHit) -> None:
        from desktop_app.chat.search import MessageHit

        self._wanted = None
        self._words = self.field.text
        self.conversation_requested.emit(hit.conversation_id)
        if isinstance(hit, MessageHit) and not self._transcript.show_message(hit.message_id, self._words):
            self._wanted = hit
            self._conversations.show_version(hit.message_id)

    @Slot(str)
    def _on_branch_changed(self, conversation_id: str) -> None:
        """The branch of the hit is on show now: `OpenConversation` has heard of it before."""
        hit = self._wanted
        if hit is not None and hit.conversation_id == conversation_id:
            self._wanted = None
            self._transcript.show_message(hit.message_id, self._words)

    # Where to search

    @Slot(QPoint)
    def _on_filter_requested(self, where: QPoint) -> None:
        assert self._filters is not None
        conversations = self._conversations
        menu = self._filter_menu().menu(
            self._filters, conversations.folders(), conversations.tags(), conversations.models()
        )  # fmt: skip
        menu.setMinimumWidth(self.field.width())
        menu.popup(where)

    def _filter_menu(self) -> SearchFilterMenu:
        if self._menu is None:
            from desktop_app.ui.sidebar.on_demand.search_filters import SearchFilterMenu

            self._menu = SearchFilterMenu(self.field)
            self._menu.chosen.connect(self._set_filters)
        return self._menu

    @Slot()
    def _on_everywhere_requested(self) -> None:
        from desktop_app.chat.search import SearchFilters

        self._set_filters(SearchFilters())
        self.begin()

    @Slot(object)
    def _set_filters(self, filters: SearchFilters) -> None:
        words = self._filter_menu().words(filters, self._conversations.folders())
        self._filters = filters
        self.field.set_filtered(bool(words))
        self._shown_panel().set_filters(words)
        self._ask_anew()
