"""The page *Downloads*: the queue, what has come of it, and what the person wants of each."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Signal, Slot
from PySide6.QtGui import QDesktopServices, QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.services.download_item import DownloadItem
from desktop_app.ui.dialogs.links import LinkDialog, checked_link
from desktop_app.ui.dialogs.question import QuestionDialog
from desktop_app.ui.library.card import COLUMN, PAGE_MARGIN, Card
from desktop_app.ui.library.card_list import RING, CardList
from desktop_app.ui.library.download_card import DownloadCard
from desktop_app.ui.library.download_words import DownloadWords
from desktop_app.ui.library.empty_page import EmptyPage
from desktop_app.ui.sizes import size_text
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.column import in_column
from desktop_app.ui.widgets.labels import ElidedLabel
from desktop_app.ui.widgets.menu import make_menu

if TYPE_CHECKING:
    from desktop_app.services import Services
    from desktop_app.services.online import Online

ASKED_FROM_BYTES = 50_000_000
"""Before more than this is thrown away the person is asked: it is a minute and more of waiting."""
TOP = 24 - RING


class DownloadsPage(QWidget):
    """The page.

    Signals:
        chat_requested(Path): a model that has come is to be talked to.
        segment_requested(str): another part of the page *Models*: "local", "hub" or "network".
        hub_requested(repository): what the hub has of it.
    """

    chat_requested = Signal(object)
    segment_requested = Signal(str)
    hub_requested = Signal(str)

    def __init__(self, services: Services, online: Online, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._online, self._downloads = online, online.downloads
        self._theme, self._window = theme, window
        self._words = DownloadWords(self)
        self._bar = QWidget()
        self._summary = ElidedLabel("secondary")
        self.hold_all = self._small_button(self._on_hold_all)
        self.clear = self._small_button(self._on_clear)
        self.list = CardList(self._make_card, theme)
        self.empty = EmptyPage(theme)
        self.empty.button_pressed.connect(partial(self.segment_requested.emit, "hub"))
        self._pages = QStackedWidget()
        self._build()
        self._connect_downloads()
        self._retranslate()
        self._refresh()

    def _small_button(self, slot: object) -> QPushButton:
        button = QPushButton()
        button.setProperty("kind", "small")
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _build(self) -> None:
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, RING, 0, 8)
        row.setSpacing(8)
        row.addWidget(self._summary, 1)
        row.addWidget(self.hold_all)
        row.addWidget(self.clear)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, TOP, 0, 0)
        column.setSpacing(0)
        bar = in_column(self._bar, COLUMN)
        bar.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, 0)
        column.addLayout(bar)
        column.addWidget(self.list, 1)
        self._pages.addWidget(content)
        self._pages.addWidget(self.empty)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._pages)

    def _connect_downloads(self) -> None:
        downloads = self._downloads
        downloads.download_added.connect(self._refresh)
        downloads.download_removed.connect(self._refresh)
        downloads.order_changed.connect(self._refresh)
        downloads.download_finished.connect(self._refresh)
        downloads.download_failed.connect(self._refresh)
        downloads.download_changed.connect(self._on_changed)
        self._online.network.changed.connect(self._refresh)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.list.set_theme(theme)
        self.empty.set_theme(theme)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the keyboard on to the first thing that can be pressed."""
        super().focusInEvent(event)
        cards = [card for card in self.list.cards() if isinstance(card, DownloadCard)]
        button = cards[0].first_button() if cards else self.empty.button
        button.setFocus(event.reason())

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
            self.list.set_keys(())
            self._refresh()

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Downloads"))
        self.clear.setText(self.tr("Clear finished"))
        sentence = self.tr("What you download shows up here; find a model that fits this computer.")
        self.empty.set_words(sentence, self.tr("Find a model"), icon="download")

    # What is shown

    @Slot()
    def _refresh(self) -> None:
        items = self._downloads.items()
        had_focus = self.focusWidget() is not None and self.isAncestorOf(self.focusWidget())
        self.list.set_keys([item.id for item in items])
        for item in items:
            self._show(self.list.card(item.id), item)
        self._show_bar()
        self._pages.setCurrentIndex(0 if items else 1)
        if had_focus and not items:
            self.empty.button.setFocus()

    @Slot(str)
    def _on_changed(self, id_: str) -> None:
        self._show(self.list.card(id_), self._downloads.get(id_))
        self._show_bar()

    def _make_card(self, key: object) -> Card:
        card = DownloadCard(self._words, self._theme)
        card.requested.connect(self._on_requested)
        card.menu_requested.connect(self._on_menu_requested)
        self._show(card, self._downloads.get(str(key)))
        return card

    def _show(self, card: Card | None, item: DownloadItem) -> None:
        if isinstance(card, DownloadCard):
            done = [one for one in self._downloads.items() if one.state == "done"]
            card.set_item(
                item,
                is_first=bool(done) and done[0].id == item.id,
                can_move=not item.is_over and len(self._active()) > 1,
                can_go_online=not self._online.network.is_offline_for_this_run,
            )

    def _active(self) -> list[DownloadItem]:
        return [item for item in self._downloads.items() if not item.is_over]

    def _show_bar(self) -> None:
        active = self._active()
        n_done = sum(item.state == "done" for item in self._downloads.items())
        self._summary.setText(self._words.summary(len(active), sum(item.missing_bytes for item in active)))
        is_held = all(item.state == "paused" for item in active)
        self.hold_all.setText(self.tr("Resume all") if is_held else self.tr("Pause all"))
        self.hold_all.setVisible(len(active) > 1)
        self.clear.setVisible(n_done > 1)
        self._bar.setVisible(len(active) > 1 or n_done > 1)

    # What the person wants

    @Slot(str, str)
    def _on_requested(self, id_: str, deed: str) -> None:
        item = self._downloads.get(id_)
        match deed:
            case "chat":
                self.chat_requested.emit(Path(item.first_path))
            case "pause":
                self._downloads.pause(id_)
            case "resume":
                self._downloads.resume(id_)
            case "try_now":
                self._downloads.try_now(id_)
            case "cancel":
                self._cancel(item)
            case "go_online":
                self._online.network.set_offline(False)
            case "remove_models":
                self.segment_requested.emit("local")
            case "network":
                self.segment_requested.emit("network")
            case "repository":
                self.hub_requested.emit(item.repository)
            case "page":
                self._open_page(getattr(item.reason, "url", ""))

    def _cancel(self, item: DownloadItem) -> None:
        if item.state == "done" or item.done_bytes < ASKED_FROM_BYTES:
            self._downloads.cancel(item.id)
            return
        question = self.tr("Cancel the download of “{model}”?").format(model=item.title)
        text = self.tr(
            "{size} has been downloaded and will be deleted. If you pause instead, it is kept and can go on at any time."
        )
        explanation = text.format(size=size_text(item.done_bytes))
        yes, no = self.tr("Cancel and delete"), self.tr("Keep the download")
        dialog = QuestionDialog(question, explanation, yes, no, item.id, self._theme, self._window, is_careful=True)
        dialog.agreed.connect(self._downloads.cancel)
        dialog.open()

    def _open_page(self, address: str) -> None:
        url = checked_link(address)
        if url is not None:
            dialog = LinkDialog(url, self._theme, self._window)
            dialog.open_requested.connect(QDesktopServices.openUrl)
            dialog.open()

    @Slot(str, QPoint)
    def _on_menu_requested(self, id_: str, where: QPoint) -> None:
        ids = [item.id for item in self._active()]
        if id_ not in ids:
            return
        place = ids.index(id_)
        menu = make_menu(self)
        for text, target in (
            (self.tr("Download first"), 0),
            (self.tr("Move up"), place - 1),
            (self.tr("Move down"), place + 1),
            (self.tr("Download last"), len(ids) - 1),
        ):
            action = menu.addAction(text)
            action.triggered.connect(partial(self._downloads.move, id_, target))
            action.setEnabled(0 <= target < len(ids) and target != place)
        menu.popup(where)

    @Slot()
    def _on_hold_all(self) -> None:
        active = self._active()
        is_held = all(item.state == "paused" for item in active)
        for item in active:
            if is_held:
                self._downloads.resume(item.id)
            else:
                self._downloads.pause(item.id)

    @Slot()
    def _on_clear(self) -> None:
        for item in self._downloads.items():
            if item.state == "done":
                self._downloads.cancel(item.id)
