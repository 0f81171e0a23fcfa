"""The page *Hugging Face*: looking for models. It asks the hub for nothing before somebody searches or presses a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop_app.errors import AppError, OfflineSwitchOn
from desktop_app.hub.repository import Repository
from desktop_app.services.local_fits import machine_memory
from desktop_app.services.short_list import ShortList
from desktop_app.ui.library.card import COLUMN, PAGE_MARGIN
from desktop_app.ui.library.empty_page import EmptyPage
from desktop_app.ui.library.hub_field import HubField
from desktop_app.ui.library.hub_filters import HubFilters
from desktop_app.ui.library.hub_results import ResultList
from desktop_app.ui.library.hub_search import HubSearch
from desktop_app.ui.library.hub_trouble import HubTrouble
from desktop_app.ui.library.repository_view import RepositoryView
from desktop_app.ui.library.start_page import StartPage
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.column import in_column
from desktop_app.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from desktop_app.services import Services
    from desktop_app.services.online import Online
    from desktop_app.services.short_list import ListedModel

DEBOUNCE_MS = 300
"""After the last letter: every search counts against what the hub allows an address."""


class HubPage(QWidget):
    """The search and what it found; one repository takes the place of both.

    Signals:
        segment_requested(key): another part of the page about models.
        chat_requested(Path)
        failed(AppError): something could not be put into the queue.
        save_requested(info, code): a block of code of a model's card.
    """

    segment_requested = Signal(str)
    chat_requested = Signal(object)
    failed = Signal(object)
    save_requested = Signal(str, str)

    def __init__(self, services: Services, online: Online, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._services, self._online, self._theme = services, online, theme
        self._search = HubSearch(online.hub, self)
        self._does_help = False
        """True while the message says what went wrong."""
        self._trouble = HubTrouble(online, self)
        self.field = HubField(theme)
        self.filters = HubFilters(theme)
        self.status = PlainLabel("", "secondary")
        self.results = ResultList(theme)
        self.message = EmptyPage(theme)
        self.start = StartPage(theme)
        self._short_list = ShortList(services.engine, online.speeds, self)
        self._devices: object = None
        """Those that the short list was made for."""
        self._repository: RepositoryView | None = None
        self._body = QStackedWidget()
        self._pages = QStackedWidget()
        self._timer = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._build()
        self._connect()
        self._retranslate()
        self._show_start()

    def _build(self) -> None:
        head = QWidget()
        rows = QVBoxLayout(head)
        rows.setContentsMargins(0, 24, 0, 0)
        rows.setSpacing(12)
        for part in (self.field, self.filters, self.status):
            rows.addWidget(part)
        self._body.addWidget(self.message)
        self._body.addWidget(self.start)
        self._body.addWidget(self.results)
        search = QWidget()
        column = QVBoxLayout(search)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        top = in_column(head, COLUMN)
        top.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, 0)
        column.addLayout(top)
        column.addWidget(self._body, 1)
        self._pages.addWidget(search)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._pages)
        self.setFocusProxy(self.field.edit)

    def _connect(self) -> None:
        search, trouble = self._search, self._trouble
        search.found.connect(self._on_found)
        search.more_found.connect(self._on_more_found)
        search.failed.connect(self._show_trouble)
        search.more_failed.connect(self._on_more_failed)
        self._online.network.changed.connect(self._on_network_changed)
        self._timer.timeout.connect(self._begin_search)
        self.field.text_changed.connect(self._on_text_changed)
        self.field.enter_pressed.connect(self._begin_search)
        self.field.down_pressed.connect(self._on_down_pressed)
        self.filters.changed.connect(self._on_filters_changed)
        self.results.repository_chosen.connect(self._on_repository_chosen)
        self.results.more_requested.connect(self._on_more_requested)
        self.results.left_upwards.connect(self._on_left_upwards)
        self.message.button_pressed.connect(self._on_message_pressed)
        self.start.button_pressed.connect(self._on_start_pressed)
        self.start.repository_chosen.connect(self.show_repository)
        self._short_list.found.connect(self._on_short_list_found)
        self._services.engine.state_changed.connect(self._read_short_list)
        trouble.retry_requested.connect(self._search_again)
        trouble.network_requested.connect(self._on_network_requested)

    # What others ask of the page

    @property
    def repository_view(self) -> RepositoryView:
        """The place of one repository, made now if need be."""
        if self._repository is None:
            view = self._repository = RepositoryView(self._services, self._online, self._theme)
            view.closed.connect(self._on_repository_closed)
            view.segment_requested.connect(self.segment_requested)
            view.chat_requested.connect(self.chat_requested)
            view.failed.connect(self.failed)
            view.save_requested.connect(self.save_requested)
            self._pages.addWidget(view)
        return self._repository

    @Slot(str)
    def show_repository(self, repository_id: str) -> None:
        """Show a repository that the person has chosen elsewhere."""
        self._on_repository_chosen(Repository(repository_id))

    # Searching

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        if text.strip():
            self._timer.start()
            return
        self._timer.stop()
        self._search.forget()
        self.results.found.set_found((), False)
        self._show_start()

    @Slot()
    def _begin_search(self) -> None:
        self._timer.stop()
        if self._search.begin(self.filters.query(self.field.text.strip(), self._free_bytes())):
            self._show_searching()

    @Slot()
    def _search_again(self) -> None:
        if self._search.query is None:
            self._show_start()
        else:
            self._search.again()
            self._show_searching()

    def _search_for_popular(self) -> None:
        self._search.begin(self.filters.query("", self._free_bytes()))
        self._show_searching()

    def _free_bytes(self) -> int:
        """Give the memory that a model may take: of the cards together, or the processor's."""
        memory = machine_memory(self._services.engine.devices)
        return max(memory.cards_budget_bytes, memory.main_budget_bytes)

    @Slot()
    def _on_filters_changed(self) -> None:
        if self._search.query is not None or self.field.text.strip():
            self._begin_search()

    @Slot()
    def _on_more_requested(self) -> None:
        if self.results.found.has_more and self._search.more():
            self.results.found.set_loading(True)

    @Slot(object, bool)
    def _on_found(self, found: tuple[Repository, ...], has_more: bool) -> None:
        self.results.found.set_found(found, has_more)
        self.results.scrollToTop()
        self._show_results()

    @Slot(object, bool)
    def _on_more_found(self, found: tuple[Repository, ...], has_more: bool) -> None:
        self.results.found.add_found(found, has_more)
        self._show_results()

    @Slot(object)
    def _on_more_failed(self, error: AppError) -> None:
        self.results.found.set_loading(False)
        self.failed.emit(error)

    # What is shown

    def _show_searching(self) -> None:
        self._does_help = False
        searching = self.tr("Searching…")
        if self.results.found.n_found:
            self._say(searching)
            return
        self._say("")
        self.message.set_words(searching)
        self._body.setCurrentWidget(self.message)

    def _show_results(self) -> None:
        found = self.results.found
        if found.n_found:
            n_shown = self.tr("%n model(s), and more", "", found.n_found)
            self._say(n_shown if found.has_more else self.tr("%n model(s)", "", found.n_found))
            self._body.setCurrentWidget(self.results)
            return
        self._say("")
        if self.filters.are_set:
            self.message.set_words(self.tr("Nothing was found with these filters."), self.tr("Clear the filters"), icon="search")
        else:
            self.message.set_words(self.tr("Nothing was found; try fewer or other words."), icon="search")
        self._body.setCurrentWidget(self.message)

    def _show_start(self) -> None:
        """Show what is known without asking anybody."""
        self._does_help = False
        self._say("")
        self._services.engine.look_at_devices()
        self._read_short_list()
        if self._online.network.is_offline:
            self.start.set_words(*self._trouble.take(OfflineSwitchOn()))
        else:
            promise = self.tr("Nothing leaves this computer before you search or press a button.")
            self.start.set_words(promise, self.tr("Show what is popular"))
        self._body.setCurrentWidget(self.start)

    def _say(self, text: str) -> None:
        """Say something above what was found."""
        self.status.setText(text)
        self.status.setVisible(bool(text))

    @Slot()
    def _read_short_list(self) -> None:
        """Find out anew what fits, when the engine has said what this computer has; what is free of it comes and goes."""
        devices = [(device.name, device.total_bytes) for device in self._services.engine.devices]
        if devices != self._devices:
            self._devices = devices
            self._short_list.ask()

    @Slot(object)
    def _on_short_list_found(self, models: tuple[ListedModel, ...]) -> None:
        self.start.set_models(models)

    @Slot()
    def _on_start_pressed(self) -> None:
        if self._online.network.is_offline:
            self._trouble.help()
        else:
            self._search_for_popular()

    @Slot(object)
    def _show_trouble(self, error: AppError) -> None:
        self._does_help = True
        self._say("")
        self.results.found.set_found((), False)
        self._trouble.show(error, self.message)
        self._body.setCurrentWidget(self.message)

    @Slot()
    def _on_message_pressed(self) -> None:
        if self._does_help:
            self._trouble.help()
        else:
            self.filters.reset()
            self._begin_search()

    @Slot()
    def _on_network_changed(self) -> None:
        """Say so when the switch was turned; nothing is asked for, and what was wanted is not forgotten."""
        if self._online.network.is_offline and self._search.query is not None:
            self._search.cancel()
            self._show_trouble(OfflineSwitchOn())
        elif self._does_help or self._search.query is None:
            self._show_start()

    # Going around

    @Slot(object)
    def _on_repository_chosen(self, repository: Repository) -> None:
        view = self.repository_view
        view.show_repository(repository)
        self._pages.setCurrentWidget(view)
        self.setFocusProxy(view)
        view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_repository_closed(self) -> None:
        self.repository_view.forget()
        self._pages.setCurrentIndex(0)
        self.setFocusProxy(self.field.edit)
        if self.results.found.n_found:
            self.results.begin()
        else:
            self.field.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_down_pressed(self) -> None:
        if self._body.currentWidget() is self.results:
            self.results.begin()
        elif self._body.currentWidget() is self.start:
            self.start.begin()

    @Slot()
    def _on_left_upwards(self) -> None:
        self.field.edit.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _on_network_requested(self) -> None:
        self.segment_requested.emit("network")

    # What Qt asks

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        for part in (self.field, self.filters, self.results, self.message, self.start):
            part.set_theme(theme)
        if self._repository is not None:
            self._repository.set_theme(theme)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.results.setAccessibleName(self.tr("Models that were found"))
        if self.results.found.n_found:
            self._show_results()
        elif not self._does_help and self._search.query is None:
            self._show_start()
