"""The card over the empty chat of a first start: the model that fits this computer best, and how far its download is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.library.card import Card, Tag
from desktop_app.ui.library.level_words import LevelWords
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.sides import mirrored

if TYPE_CHECKING:
    from desktop_app.services.download_item import DownloadItem
    from desktop_app.services.recommending import Recommendation

_CORNER = 12


class FirstCard(Card):
    """The card. Nothing stands on it before `set_recommendation`.

    Signals:
        get_requested(): the recommended model is wanted.
        local_requested(): the models of other applications are.
        other_requested(): the person wants to look around.
        downloads_requested(): where downloads are listed.
        closed(): the card is not wanted.
    """

    get_requested = Signal()
    local_requested = Signal()
    other_requested = Signal()
    downloads_requested = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._words = LevelWords(self)
        self._error_text = ErrorText(self)
        self._recommendation: Recommendation | None = None
        self._download: DownloadItem | None = None
        self._is_busy = False
        self._has_starter = True
        self.get = self.add_button(is_primary=True)
        self.get.clicked.connect(self.get_requested)
        self.local = self.add_button()
        self.local.clicked.connect(self.local_requested)
        self.other = self.add_button()
        self.other.clicked.connect(self.other_requested)
        self.downloads = self.add_button()
        self.downloads.clicked.connect(self.downloads_requested)
        self.close_button = IconButton("close", theme, self)
        self.close_button.clicked.connect(self.closed)
        self._refresh()

    def set_recommendation(self, recommendation: Recommendation, *, has_starter: bool = True) -> None:
        """Offer this model; `has_starter`: there is one that can answer meanwhile."""
        self._recommendation, self._has_starter = recommendation, has_starter
        self._refresh()

    def set_download(self, item: DownloadItem | None) -> None:
        """Show how far its download is; None: there is none."""
        self._download = item
        if item is not None:
            self._is_busy = False
        self._refresh()

    def set_busy(self, is_busy: bool) -> None:
        """Say whether the hub is being asked for the files."""
        self._is_busy = is_busy
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        super().set_theme(theme)
        self.close_button.set_theme(theme)
        self._place_close()

    def _refresh(self) -> None:
        is_loading = self._download is not None
        self.get.setEnabled(not self._is_busy)
        for button in (self.get, self.local, self.other, self.close_button):
            button.setVisible(not is_loading)
        self.downloads.setVisible(is_loading)
        self.get.setText(self.tr("Get it"))
        self.other.setText(self.tr("Something else"))
        self.downloads.setText(self.tr("Show downloads"))
        self.close_button.set_words(self.tr("Do not show this again"))
        if self._download is not None:
            self._show_download(self._download)
        elif self._recommendation is not None:
            self._show_offer(self._recommendation)
        self._place_close()

    def _show_offer(self, offered: Recommendation) -> None:
        self.set_title(self.tr("A good fit for this computer"))
        self.set_tags([Tag(self.tr("Recommended"), "accent")])
        self.set_quiet("")
        self.set_progress(None)
        n_found = offered.n_found_elsewhere
        found = self.tr("I already have models: %n found", "", n_found)
        self.local.setText(found if n_found else self.tr("I already have models"))
        name = self.tr("Get {model}").format(model=offered.name)
        self.get.setAccessibleName(name)
        self.get.setAccessibleDescription(self._facts(offered))
        if self._is_busy:
            self.set_description(self.tr("Asking for the files of {model}…").format(model=offered.name))
            return
        text = self.tr("{facts}. The starter model below can answer right away, but it is tiny.")
        self.set_description(text.format(facts=self._facts(offered)) if self._has_starter else self._facts(offered))

    def _facts(self, offered: Recommendation) -> str:
        """Give what there is to know before it is downloaded, beside each other."""
        size = self._words.size(offered.size_bytes, is_exact=offered.is_size_exact)
        left = offered.seconds_left
        time = self.tr("{duration} to download").format(duration=self._words.duration(left)) if left is not None else ""
        facts = (offered.name, size, time, self._words.short_verdict(offered.fit))
        return " · ".join(fact for fact in facts if fact)

    def _show_download(self, item: DownloadItem) -> None:
        titles = {"done": self.tr("{model} is there"), "failed": self.tr("{model} could not be downloaded")}
        self.set_title(titles.get(item.state, self.tr("{model} is on its way")).format(model=item.title))
        self.set_tags([])
        self.set_progress(item.done_bytes / item.total_bytes if item.total_bytes else 0.0)
        done = self.tr("{done} of {total}")
        parts = [done.format(done=self._words.size(item.done_bytes), total=self._words.size(item.total_bytes))]
        if item.left_s is not None and item.state == "downloading":
            parts.append(self.tr("{duration} left").format(duration=self._words.duration(item.left_s)))
        self.set_quiet(" · ".join(parts))
        self.set_description(self._state(item))

    def _state(self, item: DownloadItem) -> str:
        if item.reason is not None and item.state in ("waiting", "failed"):
            return self._error_text.describe(item.reason).sentence
        sentences = {
            "paused": self.tr("The download is paused."),
            "stalled": self.tr("Nothing has come for a while; it goes on as soon as something does."),
            "waiting": self.tr("The download waits, and goes on by itself."),
            "failed": self.tr("The download has failed."),
            "verifying": self.tr("Every byte is being checked."),
            "done": self.tr("It is checked and being loaded."),
        }
        usual = self.tr("You can write meanwhile: the starter model answers, and afterwards the new one can answer again.")
        return sentences.get(item.state, usual if self._has_starter else "")

    def _place_close(self) -> None:
        size = self.close_button.sizeHint()
        place = QRect(QPoint(self.width() - size.width() - _CORNER, _CORNER), size)
        self.close_button.setGeometry(mirrored(place, self.rect(), self.layoutDirection()))
        # It lies over the corner where the tags end.
        self._head.keep_free(0 if self._download is not None else size.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the cross in its corner."""
        super().resizeEvent(event)
        self._place_close()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._refresh()
        elif event.type() is QEvent.Type.LayoutDirectionChange:
            self._place_close()
