"""One repository of the hub: what it is, which sizes of it there are and whether they run here, all files, its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.errors import AppError
from desktop_app.hub.repository import Repository
from desktop_app.ui.library.card import COLUMN, PAGE_MARGIN
from desktop_app.ui.library.empty_page import EmptyPage
from desktop_app.ui.library.hub_trouble import HubTrouble
from desktop_app.ui.library.offer_lists import OfferLists
from desktop_app.ui.library.repository_head import RepositoryHead
from desktop_app.ui.markdown_text import MarkdownText, ask_to_open
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.column import in_column
from desktop_app.ui.widgets.segments import Segments

if TYPE_CHECKING:
    from desktop_app.library.model_shape import ModelShape
    from desktop_app.services import Services
    from desktop_app.services.online import Online


class RepositoryView(QWidget):
    """Asks the hub about one repository and shows the answer. Its card is asked for when somebody wants to read it.

    Signals:
        closed(): back to the results.
        segment_requested(key): another part of the page about models.
        chat_requested(Path)
        failed(AppError): something could not be put into the queue.
        save_requested(info, code): a block of code of the card.
    """

    closed = Signal()
    segment_requested = Signal(str)
    chat_requested = Signal(object)
    failed = Signal(object)
    save_requested = Signal(str, str)

    def __init__(self, services: Services, online: Online, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._online, self._theme = online, theme
        self._repository = Repository("")
        self._asked: dict[str, int] = {}
        """Requests that are out: "info", "header" or "card", and their numbers."""
        self._card_text: str | None = None
        self._trouble = HubTrouble(online, self)
        self.head = RepositoryHead(theme)
        self.segments = Segments(("sizes", "files", "about"))
        self.message = EmptyPage(theme)
        self.lists = OfferLists(services, online, theme)
        self.about: MarkdownText | None = None
        self._stack = QStackedWidget()
        self._stack.addWidget(self.message)
        self._stack.addWidget(self.lists)
        self._build()
        self._connect()
        self._retranslate()
        self.setFocusProxy(self.head.back)

    def _build(self) -> None:
        segments = QHBoxLayout()
        segments.addWidget(self.segments)
        segments.addStretch(1)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self.head)
        column.addLayout(segments)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 24, 0, 0)
        page.setSpacing(12)
        top = in_column(content, COLUMN)
        top.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, 0)
        page.addLayout(top)
        page.addWidget(self._stack, 1)

    def _connect(self) -> None:
        hub, trouble = self._online.hub, self._trouble
        hub.information.connect(self._on_information)
        hub.header_read.connect(self._on_header_read)
        hub.card_read.connect(self._on_card_read)
        hub.failed.connect(self._on_failed)
        self.head.back_requested.connect(self.closed)
        self.head.page_requested.connect(self._on_page_requested)
        self.segments.chosen.connect(self._show_part)
        self.message.button_pressed.connect(trouble.help)
        trouble.retry_requested.connect(self._ask_again)
        trouble.network_requested.connect(self._on_network_requested)
        trouble.page_requested.connect(self._on_url_requested)
        self.lists.downloads_requested.connect(self._on_downloads_requested)
        self.lists.chat_requested.connect(self.chat_requested)
        self.lists.failed.connect(self.failed)

    # Asking

    @property
    def repository(self) -> Repository:
        """The one on show."""
        return self._repository

    def show_repository(self, repository: Repository) -> None:
        """Show what is known of `repository`, and ask the hub for the rest."""
        self.forget()
        self._repository, self._card_text = repository, None
        self.head.set_repository(repository)
        self.segments.set_current("sizes")
        self._ask_again()

    def forget(self) -> None:
        """Want no answers any more."""
        for number in self._asked.values():
            self._online.hub.cancel(number)
        self._asked.clear()

    @Slot()
    def _ask_again(self) -> None:
        if self.segments.current == "about" and self._repository.revision:
            self._ask_for_card()
            return
        self.segments.hide()
        self._say(self.tr("Asking for {name}…").format(name=self._repository.id))
        self._asked["info"] = self._online.hub.info(self._repository.id)

    def _ask_for_card(self) -> None:
        self._say(self.tr("Asking for what its makers say…"))
        if "card" not in self._asked:
            self._asked["card"] = self._online.hub.card(self._repository.id, self._repository.revision)

    def _say(self, sentence: str) -> None:
        self.message.set_words(sentence)
        self._stack.setCurrentWidget(self.message)

    # Answers

    @Slot(int, object)
    def _on_information(self, number: int, repository: Repository) -> None:
        if not self._is_answer("info", number):
            return
        self._repository = repository
        self.head.set_repository(repository)
        self.lists.set_repository(repository)
        self.segments.show()
        self._show_part(self.segments.current)
        measured = self.lists.to_measure()
        if measured is not None:
            file = measured.files[0].name
            self._asked["header"] = self._online.hub.header(repository.id, repository.revision, file)

    @Slot(int, object)
    def _on_header_read(self, number: int, shape: ModelShape) -> None:
        if self._is_answer("header", number):
            self.lists.set_shape(shape)

    @Slot(int, str)
    def _on_card_read(self, number: int, text: str) -> None:
        if self._is_answer("card", number):
            self._card_text = text
            if self.segments.current == "about":
                self._show_card(text)

    @Slot(int, object)
    def _on_failed(self, number: int, error: AppError) -> None:
        # Without the header nothing is said about memory; the files can be had all the same.
        if self._is_answer("header", number):
            return
        is_card = self._is_answer("card", number)
        if (is_card and self.segments.current == "about") or self._is_answer("info", number):
            self._trouble.show(error, self.message)
            self._stack.setCurrentWidget(self.message)

    def _is_answer(self, wanted: str, number: int) -> bool:
        """Tell whether `number` is the request that is out, which it then no longer is."""
        if self._asked.get(wanted) != number:
            return False
        del self._asked[wanted]
        return True

    # Parts

    @Slot(str)
    def _show_part(self, key: str) -> None:
        if key == "about" and self._card_text is None:
            self._ask_for_card()
        elif key == "about":
            self._show_card(self._card_text or "")
        elif self.lists.offers:
            if key == "sizes":
                self.lists.show_sizes()
            else:
                self.lists.show_files()
            self._stack.setCurrentWidget(self.lists)
        else:
            self._say(self.tr("Hearth cannot run anything here; choose a model that has GGUF files."))

    def _show_card(self, text: str) -> None:
        if not text.strip():
            self._say(self.tr("Its makers have written nothing about it."))
            return
        if self.about is None:
            self.about = MarkdownText(self._theme)
            self.about.save_requested.connect(self.save_requested)
            self._stack.addWidget(self.about)
        self.about.set_text(self._repository.id, text)
        self._stack.setCurrentWidget(self.about)

    @Slot()
    def _on_downloads_requested(self) -> None:
        self.segment_requested.emit("downloads")

    @Slot()
    def _on_network_requested(self) -> None:
        self.segment_requested.emit("network")

    @Slot()
    def _on_page_requested(self) -> None:
        endpoint = self._repository.endpoint or self._online.network.endpoints()[0].url
        self._on_url_requested(QUrl(f"{endpoint}/{self._repository.id}"))

    @Slot(object)
    def _on_url_requested(self, url: QUrl) -> None:
        ask_to_open(url, self._theme, self.window())

    # What Qt asks

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        for part in (self.head, self.message, self.lists):
            part.set_theme(theme)
        if self.about is not None:
            self.about.set_theme(theme)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back to the results with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.segments.setAccessibleName(self.tr("What to show of it"))
        self.segments.set_words("sizes", self.tr("Sizes"))
        self.segments.set_words("files", self.tr("All files"))
        self.segments.set_words("about", self.tr("About"))
