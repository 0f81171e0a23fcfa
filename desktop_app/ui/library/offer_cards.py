"""What of a repository can be had, as cards: by size for everybody, by exact name for those who want to see everything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from desktop_app.hub.offer import Offer
from desktop_app.library.fit import Fit
from desktop_app.record import Record
from desktop_app.services.download_item import DownloadItem
from desktop_app.ui.library.card import Card, Tag
from desktop_app.ui.library.level_words import LevelWords
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.labels import plain_tooltip

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

N_NAMES_MAX = 6


class OfferState(Record):
    """What there is to say of an offer besides what it is."""

    is_best: bool = False
    """The one that fits this computer best."""
    fit: Fit | None = None
    """Whether it runs here; None: that is not known."""
    download: DownloadItem | None = None
    """One that is not done."""
    path: Path | None = None
    """Where it is on this computer; None: it is not."""


class OfferCard(Card):
    """One offer. `is_exact`: called by its file; `is_named`: by its model; otherwise by its level.

    Signals:
        get_requested(Offer), downloads_requested(), chat_requested(Path)
    """

    get_requested = Signal(object)
    downloads_requested = Signal()
    chat_requested = Signal(object)

    def __init__(
        self,
        offer: Offer,
        state: OfferState,
        theme: Theme,
        *,
        is_exact: bool = False,
        is_named: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self.offer = offer
        self._state = state
        self._is_exact, self._is_named = is_exact, is_named
        self._words = LevelWords(self)
        self.button = self.add_button()
        self.button.clicked.connect(self._on_clicked)
        self.refresh()

    def set_state(self, state: OfferState) -> None:
        """Show what has come to be known of it, or has become of it."""
        if state != self._state:
            self._state = state
            self.refresh()

    def refresh(self) -> None:
        """Find the words anew."""
        self.set_title(self._title())
        self.set_tags(self._words_beside())
        self.set_description(self._description())
        fit = self._state.fit
        self.set_verdict(self._words.verdict(fit) if fit else "", self._words.verdict_kind(fit) if fit else "")
        self.verdict.setToolTip(plain_tooltip(self._words.verdict_reason(fit)) if fit else "")
        self._show_download()
        self._name_button()

    def _title(self) -> str:
        if self._is_exact:
            return self.offer.files[0].base_name
        return self.offer.title if self._is_named else self._words.level(self.offer.level) or self.tr("Best fit")

    def _words_beside(self) -> list[Tag]:
        tags = [Tag(self.tr("Recommended"), "accent", self.tr("The best fit for this computer."))] if self._state.is_best else []
        if (self._is_exact or self._is_named) and self.offer.level:
            tags.append(Tag(self._words.level(self.offer.level), "" if self._state.is_best else "accent"))
        if self.offer.quantization:
            tags.append(Tag(self.offer.quantization))
        if self._state.path is not None:
            tags.append(Tag(self.tr("On this computer"), "good"))
        if self.offer.projector is not None and not self._is_exact:
            tags.append(Tag(self.tr("Vision model"), hint=self._words.vision_meaning()))
        return tags

    def _description(self) -> str:
        offer = self.offer
        parts = []
        if self._is_exact and len(offer.files) > 1:
            names = [file.base_name for file in offer.files[1 : N_NAMES_MAX + 1]]
            n_more = len(offer.files) - 1 - len(names)
            parts.append(", ".join(names) + (" …" if n_more else ""))
        if not self._is_exact:
            lines = (self._words.level_meaning(offer.level), self._words.vision_meaning() if offer.projector is not None else "")
            parts.append("\n".join(line for line in lines if line))
        if offer.projector is not None and self._is_exact:
            text = self.tr("Comes with {file} ({size}) for pictures; Hearth itself talks to it in words only.")
            size = self._words.size(offer.projector.size_bytes)
            parts.append(text.format(file=offer.projector.base_name, size=size))
        return " ".join(part for part in parts if part)

    def _show_download(self) -> None:
        item, size = self._state.download, self._words.size(self.offer.size_bytes)
        if item is None or self._state.path is not None:
            self.set_progress(None)
            self.set_quiet(size)
            return
        self.set_progress(item.done_bytes / item.total_bytes if item.total_bytes else 0.0)
        self.set_quiet(self.tr("{done} of {total}").format(done=self._words.size(item.done_bytes), total=size))

    def _name_button(self) -> None:
        if self._state.path is not None:
            text, spoken = self.tr("Start chat"), self.tr("Start a chat with {model}, {size}")
        elif self._state.download is not None:
            text, spoken = self.tr("Show download"), self.tr("Show the download of {model}, {size}")
        else:
            text, spoken = self.tr("Get"), self.tr("Get {model}, {size}")
        name = f"{self.offer.title} {self.offer.quantization}".strip()
        self.button.setText(text)
        self.button.setAccessibleName(spoken.format(model=name, size=self._words.size(self.offer.size_bytes)))
        said = (self._words.vision_meaning() if self.offer.projector is not None else "", self.verdict.full_text())
        self.button.setAccessibleDescription(" ".join(part for part in said if part))
        is_next = self._state.path is not None or (self._state.is_best and self._state.download is None)
        kind = "primary" if is_next else ""
        if self.button.property("kind") != kind:
            self.button.setProperty("kind", kind)
            self.button.style().unpolish(self.button)
            self.button.style().polish(self.button)

    @Slot()
    def _on_clicked(self) -> None:
        if self._state.path is not None:
            self.chat_requested.emit(self._state.path)
        elif self._state.download is not None:
            self.downloads_requested.emit()
        else:
            self.get_requested.emit(self.offer)
