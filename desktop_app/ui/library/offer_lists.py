"""What of a repository can be had: its sizes for everybody, and all its files; whether they run here, and how far they are."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_app.errors import AppError
from desktop_app.hub.offer import Offer, offers
from desktop_app.hub.repository import Repository
from desktop_app.services.offer_fits import OfferFits, Verdicts
from desktop_app.ui.library.card_list import CardList
from desktop_app.ui.library.offer_cards import OfferCard, OfferState
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from desktop_app.library.model_shape import ModelShape
    from desktop_app.services import Services
    from desktop_app.services.download_item import DownloadItem
    from desktop_app.services.online import Online


class OfferLists(QStackedWidget):
    """Two lists of the same offers.

    Signals:
        downloads_requested(), chat_requested(Path)
        failed(AppError): something could not be put into the queue.
    """

    downloads_requested = Signal()
    chat_requested = Signal(object)
    failed = Signal(object)

    def __init__(self, services: Services, online: Online, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library, self._online, self._theme = services.library, online, theme
        self.offers: tuple[Offer, ...] = ()
        self._by_name: dict[Hashable, Offer] = {}
        """By the name of the first file, which is what the lists know them by."""
        self._here: dict[str, Path] = {}
        """Those that are on this computer, by the same names."""
        self._n_parameters = 0
        self._found: Verdicts | None = None
        """None until it is known how large the model is in memory."""
        self._verdicts = OfferFits(services.engine, online.speeds, self)
        self._verdicts.found.connect(self._on_verdicts_found)
        self.sizes = CardList(self._make_size_card, theme)
        self.files = CardList(self._make_file_card, theme)
        self.addWidget(self.sizes)
        self.addWidget(self.files)
        downloads = online.downloads
        for changed in (downloads.download_added, downloads.download_changed, downloads.download_removed):
            changed.connect(self._show_states)
        downloads.download_finished.connect(self._show_states)
        self._library.models_changed.connect(self._on_models_changed)
        self._retranslate()

    def set_repository(self, repository: Repository) -> None:
        """Show what can be had of it."""
        self.offers, self._found, self._n_parameters = offers(repository), None, repository.n_parameters
        self._by_name = {_name(offer): offer for offer in self.offers}
        self._here = self._find_here()
        self.sizes.set_keys(())
        self.files.set_keys(())

    def show_sizes(self) -> None:
        """Show those that are offered first."""
        self._show(self.sizes, self._sizes())

    def show_files(self) -> None:
        """Show all there are."""
        self._show(self.files, list(self._by_name))

    def _show(self, part: CardList, keys: Sequence[Hashable]) -> None:
        # When they are first looked at: a card takes 2 ms to make.
        if not part.cards():
            part.set_keys(keys)
        self.setCurrentWidget(part)

    def _sizes(self) -> list[Hashable]:
        """Give those that are offered first and the one for this computer, each model's smallest before its largest."""
        titles = list(dict.fromkeys(one.title for one in self.offers))
        shown = [one for one in self.offers if one.level or self._is_best(one)]
        return [_name(one) for one in sorted(shown, key=lambda one: (titles.index(one.title), one.size_bytes))]

    def to_measure(self) -> Offer | None:
        """Give the offer whose header says how large the model is in memory: in another size it has the same layers."""
        return self._usual() or (self.offers[0] if self.offers else None)

    def set_shape(self, shape: ModelShape) -> None:
        """Say of each whether it runs here, now that the model's layers are known."""
        self._verdicts.ask(self.offers, shape, self._n_parameters)

    @Slot(object, object)
    def _on_verdicts_found(self, of: tuple[Offer, ...], found: Verdicts) -> None:
        if of is self.offers:
            self._found = found
            if self.sizes.cards():
                self.sizes.set_keys(self._sizes())
            self._show_states()

    def cards(self) -> list[OfferCard]:
        """Give the cards of both lists that were made."""
        return [card for part in (self.sizes, self.files) for card in part.cards() if isinstance(card, OfferCard)]

    def _usual(self) -> Offer | None:
        """Give the one that is taken unless this computer asks for another."""
        return next((offer for offer in self.offers if offer.is_recommended), None)

    def _is_best(self, offer: Offer) -> bool:
        return offer is self._usual() if self._found is None else _name(offer) == self._found.best

    def _make_size_card(self, key: Hashable) -> OfferCard:
        return self._make_card(key, is_exact=False)

    def _make_file_card(self, key: Hashable) -> OfferCard:
        return self._make_card(key, is_exact=True)

    def _make_card(self, key: Hashable, *, is_exact: bool) -> OfferCard:
        offer = self._by_name[key]
        is_named = is_exact or len({one.title for one in self.offers}) > 1
        card = OfferCard(offer, self._state(offer), self._theme, is_exact=is_exact, is_named=is_named)
        card.get_requested.connect(self._on_get_requested)
        card.downloads_requested.connect(self.downloads_requested)
        card.chat_requested.connect(self.chat_requested)
        return card

    def _state(self, offer: Offer) -> OfferState:
        fit = self._found.fits.get(_name(offer)) if self._found is not None else None
        path, item = self._here.get(_name(offer)), self._download_of(offer)
        if item is not None and item.state == "done":
            # It may have been removed since.
            is_there = self._library.by_path(Path(item.first_path)) is not None
            path, item = path or (Path(item.first_path) if is_there else None), None
        return OfferState(self._is_best(offer), fit, item, path)

    def _download_of(self, offer: Offer) -> DownloadItem | None:
        wanted = (offer.repository, offer.revision, offer.title, offer.quantization)
        items = self._online.downloads.items()
        return next((one for one in items if (one.repository, one.revision, one.title, one.quantization) == wanted), None)

    def _find_here(self) -> dict[str, Path]:
        """Give which offers were downloaded before: the same file by its hash, or by its name where no hash is known."""
        by_hash: dict[str, Path] = {}
        by_name: dict[tuple[str, str], Path] = {}
        for model in self._library.models():
            note = self._library.notes.of(model.path)
            if note.sha256:
                by_hash[note.sha256] = model.path
            elif note.repository:
                by_name[note.repository, model.path.name] = model.path
        found = {}
        for offer in self.offers:
            first = offer.files[0]
            path = by_hash.get(first.sha256) or by_name.get((offer.repository, first.base_name))
            if path is not None:
                found[first.name] = path
        return found

    @Slot()
    def _on_models_changed(self) -> None:
        self._here = self._find_here()
        self._show_states()

    @Slot()
    def _show_states(self) -> None:
        for card in self.cards():
            card.set_state(self._state(card.offer))

    @Slot(object)
    def _on_get_requested(self, offer: Offer) -> None:
        try:
            self._online.downloads.add(offer, fit=self._state(offer).fit)
        except AppError as error:
            self.failed.emit(error)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.sizes.set_theme(theme)
        self.files.set_theme(theme)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
            for card in self.cards():
                card.refresh()

    def _retranslate(self) -> None:
        self.sizes.setAccessibleName(self.tr("Sizes"))
        self.files.setAccessibleName(self.tr("All files"))


def _name(offer: Offer) -> str:
    return offer.files[0].name
