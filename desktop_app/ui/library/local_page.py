"""The models on this computer, one card each: those the person likes best first, made as one comes near them."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop_app.library.model_file import ModelFile
from desktop_app.services.load_choices import LoadChoices
from desktop_app.services.local_fits import LocalFits
from desktop_app.ui.library.card import COLUMN, PAGE_MARGIN, Card
from desktop_app.ui.library.card_list import CardList
from desktop_app.ui.library.empty_page import EmptyPage
from desktop_app.ui.library.local_bar import LocalBar
from desktop_app.ui.library.local_card import LocalCard
from desktop_app.ui.library.local_deeds import LocalDeeds
from desktop_app.ui.library.local_words import LocalWords, store_name
from desktop_app.ui.model_talk.load_settings import LoadSettings
from desktop_app.ui.notices import Notice, NoticeArea
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.column import in_column

if TYPE_CHECKING:
    from desktop_app.services import Services
    from desktop_app.services.online import Online

TOP = 24
NOTICES_WIDTH = 776
"""As wide as those of the window, which stand below."""
SORT = "model_sort"
_MORE = "more"
"""The key of the card that says where better models are, while the starter model is alone."""


class LocalPage(QWidget):
    """The page.

    Signals:
        chat_requested(Path): a model is to be loaded and talked to.
        segment_requested(str): another part of the page *Models* is to be shown.
        hub_requested(str): a repository of the hub is to be shown.
        failed(AppError): the window tells of it, and knows what its button does.
    """

    chat_requested = Signal(object)
    segment_requested = Signal(str)
    hub_requested = Signal(str)
    failed = Signal(object)

    def __init__(self, services: Services, online: Online, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._services, self._library, self._theme = services, services.library, theme
        self._words = LocalWords(self)
        self._fits = LocalFits(services.engine, LoadChoices(services.preferences).of, online.speeds, self)
        self._settings = LoadSettings(services, theme, window)
        self._deeds = LocalDeeds(services, self._words, theme, window)
        self._devices = services.engine.devices
        """Those that the verdicts on show were made with."""
        self._is_stale = False
        """The list has changed since it was shown last."""
        self._first: Path | None = None
        """The model that the accent is on: the first that can be talked to."""
        self.bar = LocalBar(theme)
        self.bar.set_sort(services.preferences.get(SORT))
        self.list = CardList(self._make_card, theme)
        self.empty = EmptyPage(theme)
        self.notices = NoticeArea(theme)
        self.notices.set_room_below(16)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        self.setFocusProxy(self.bar.filter.edit)
        self._build()
        self._connect()
        self._retranslate()

    def _build(self) -> None:
        bar = in_column(self.bar, COLUMN)
        bar.setContentsMargins(PAGE_MARGIN, TOP, PAGE_MARGIN, 8)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(bar)
        page.addWidget(self._stack, 1)
        notices = in_column(self.notices, NOTICES_WIDTH)
        notices.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, 0)
        page.addLayout(notices)

    def _connect(self) -> None:
        library, engine, deeds = self._library, self._services.engine, self._deeds
        library.models_changed.connect(self._on_changed)
        library.notes.changed.connect(self._on_changed)
        self._fits.found.connect(self._on_fits_found)
        for changed in (engine.model_loaded, engine.model_unloaded, engine.state_changed, engine.devices_changed):
            changed.connect(self._on_engine_changed)
        self.bar.filter.text_changed.connect(self.refresh)
        self.bar.filter.down_pressed.connect(self._on_down_pressed)
        self.bar.sort_chosen.connect(self._on_sort_chosen)
        self.bar.find_requested.connect(deeds.find_elsewhere)
        self.bar.menu_requested.connect(self._on_page_menu_requested)
        self.empty.button_pressed.connect(self.bar.filter.edit.clear)
        deeds.removed.connect(self._on_removed)
        deeds.hub_requested.connect(self.hub_requested)
        deeds.added.connect(self.list.reveal)
        deeds.failed.connect(self.failed)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.bar.filter.edit.setFocus)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._fits.close)

    # What is shown

    @Slot()
    def refresh(self) -> None:
        """Show the models that there are, in the order that was chosen."""
        self._is_stale = False
        models = self._library.models()
        shown = self._sorted([file for file in models if self._matches(file)])
        is_alone = bool(shown) and all(file.is_starter for file in models)
        usable = (file.path for file in shown if not file.problem and not file.is_embedding)
        self._first = next(usable, None) if not is_alone else None
        self.bar.elsewhere.setHidden(is_alone)
        self.list.set_keys([*(file.path for file in shown), *([_MORE] if is_alone else [])])
        for card in self.list.cards():
            self._show(card)
        self.bar.set_count(len(shown), len(models), sum(file.size_bytes for file in models))
        text = self.tr("No model here has “{words}” in its name or note.")
        self.empty.set_words(text.format(words=self.bar.filter.text), self.tr("Show all models"), icon="search")
        self._stack.setCurrentWidget(self.list if shown else self.empty)

    def _matches(self, file: ModelFile) -> bool:
        words = self.bar.filter.text.casefold().split()
        note, facts = self._library.notes.of(file.path), file.facts
        said = [self._words.name(file), file.name, file.path.name, file.quantization, store_name(file.store), note.text]
        said += [note.repository or file.repository, facts.architecture if facts is not None else ""]
        text = "\n".join(said).casefold()
        return all(word in text for word in words)

    def _sorted(self, files: list[ModelFile]) -> list[ModelFile]:
        """Favourites first, then in the order that was chosen, then by name; what cannot be used last."""
        sort, note = self._services.preferences.get(SORT), self._library.notes.of

        def key(file: ModelFile) -> tuple[object, ...]:
            first = {"used": -note(file.path).used_ms, "size": -file.size_bytes}.get(sort, 0)
            is_late = file.is_starter and sort != "name"
            return bool(file.problem), not note(file.path).is_favourite, first, is_late, file.name.casefold(), str(file.path)

        return sorted(files, key=key)

    def _make_card(self, key: Hashable) -> Card:
        if not isinstance(key, Path):
            return self._more_card()
        card = LocalCard(key, self._words, self._theme)
        card.chat_requested.connect(self.chat_requested)
        card.settings_requested.connect(self._on_settings_requested)
        card.favourite_requested.connect(self._library.notes.set_favourite)
        card.menu_requested.connect(self._on_menu_requested)
        self._show(card)
        file = self._library.by_path(key)
        if file is not None:
            self._fits.ask([file])
        return card

    def _more_card(self) -> Card:
        card = Card(self._theme)
        find = card.add_button(is_primary=True)
        find.clicked.connect(self._on_hub_clicked)
        elsewhere = card.add_button()
        elsewhere.clicked.connect(self._deeds.find_elsewhere)
        self._show(card)
        return card

    def _show(self, card: Card) -> None:
        """Bring a card up to date."""
        if not isinstance(card, LocalCard):
            card.set_title(self.tr("There are better models than this one"))
            card.set_description(self.tr("Get one that fits this computer, or use those that another application has got."))
            for button, text in zip(card.buttons, (self.tr("Look on Hugging Face"), self.bar.elsewhere.text()), strict=True):
                button.setText(text)
            return
        file = self._library.by_path(card.path)
        if file is not None:
            note, is_in_memory = self._library.notes.of(file.path), self._deeds.is_in_memory(file.path)
            fit = self._fits.of(file.path)
            card.set_model(file, note, fit, is_in_memory=is_in_memory, is_first=file.path == self._first)

    # What happened

    @Slot()
    def _on_changed(self) -> None:
        """Show it, now or when the page is on show again."""
        self._is_stale = True
        if self.isVisible():
            self.refresh()

    @Slot()
    def _on_engine_changed(self) -> None:
        for card in self.list.cards():
            self._show(card)
        if self._services.engine.devices != self._devices:
            self._ask_fits()

    @Slot(object)
    def _on_fits_found(self, paths: list[Path]) -> None:
        for card in (self.list.card(path) for path in paths):
            if card is not None:
                self._show(card)

    @Slot(str)
    def _on_sort_chosen(self, name: str) -> None:
        self._services.preferences.set(SORT, name)
        self.refresh()
        self.list.verticalScrollBar().setValue(0)

    @Slot()
    def _on_down_pressed(self) -> None:
        self.list.focus_first()

    @Slot(object)
    def _on_settings_requested(self, path: Path) -> None:
        file = self._library.by_path(path)
        if file is not None:
            fit = self._fits.of(path)
            self._settings.show(path, self._fits.shape(file), fit.projector_bytes if fit is not None else 0)

    @Slot(object, QPoint)
    def _on_menu_requested(self, path: Path, at: QPoint) -> None:
        file = self._library.by_path(path)
        if file is not None:
            self._deeds.menu(file).popup(at)

    @Slot(QPoint)
    def _on_page_menu_requested(self, at: QPoint) -> None:
        self._deeds.page_menu().popup(at)

    @Slot()
    def _on_hub_clicked(self) -> None:
        self.segment_requested.emit("hub")

    @Slot(str)
    def _on_removed(self, sentence: str) -> None:
        self.notices.show_notice(Notice(sentence, "trash", key="removed", is_quiet=True))

    # What Qt and the window ask

    def show_folders(self) -> None:
        """Show in which folders models are looked for."""
        self._deeds.show_folders()

    def find_elsewhere(self) -> None:
        """Look for models of other applications, and ask which are to be used."""
        self._deeds.find_elsewhere()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        for part in (self.bar, self.list, self.empty, self.notices, self._settings, self._deeds):
            part.set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        """Look at what has changed meanwhile: other programs have taken memory, or given it back."""
        super().showEvent(event)
        if self._is_stale:
            self.refresh()
        self._ask_fits()
        self._services.engine.look_at_devices()

    def _ask_fits(self) -> None:
        self._devices = self._services.engine.devices
        self._fits.ask([file for card in self.list.cards() if (file := self._file_of(card)) is not None])

    def _file_of(self, card: Card) -> ModelFile | None:
        return self._library.by_path(card.path) if isinstance(card, LocalCard) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask whether the model that the keyboard is at is to go into the trash, with Delete."""
        card = self.list.focused_card() if event.key() == Qt.Key.Key_Delete else None
        file = self._file_of(card) if card is not None else None
        if file is not None:
            self._deeds.ask_removal(file)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Models on this computer"))
        self.refresh()
