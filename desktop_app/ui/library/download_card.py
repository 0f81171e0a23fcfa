"""The card of one download: how far it is, what it waits for, and what the person can do about it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.errors import (
    AccessPending,
    AccessRequired,
    AccessTokenRefused,
    ModelChangedOnHub,
    NotAHub,
    NotEnoughDiskSpace,
    OfflineSwitchOn,
    RepositoryMissing,
)
from desktop_app.services.download_item import RUNNING, DownloadItem
from desktop_app.ui.library.card import Card, Tag
from desktop_app.ui.library.download_words import DownloadWords
from desktop_app.ui.library.level_words import LevelWords
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton

Deed = Literal[
    "", "chat", "pause", "resume", "try_now", "remove_models", "go_online", "page", "network", "repository", "cancel"
]  # fmt: skip
"""What a button asks for."""


class DownloadCard(Card):
    """Shows what `set_item` was told. The first button is what helps, the second holds it or goes on, the third ends it.

    Signals:
        requested(id, Deed)
        menu_requested(id, QPoint): a place on the screen for the order of the queue.
    """

    requested = Signal(str, str)
    menu_requested = Signal(str, QPoint)

    def __init__(self, words: DownloadWords, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._words, self._levels = words, LevelWords(self)
        self._item: DownloadItem | None = None
        self._deeds: list[Deed] = ["", "", "cancel"]
        self.help = self.add_button()
        self.help.clicked.connect(self._on_help_clicked)
        self.hold = self.add_button()
        self.hold.clicked.connect(self._on_hold_clicked)
        self.drop = self.add_button()
        self.drop.clicked.connect(self._on_drop_clicked)
        self.more = IconButton("more", theme, self)
        self.more.clicked.connect(self._on_more_clicked)
        self._foot.addWidget(self.more)

    def set_item(self, item: DownloadItem, *, is_first: bool, can_move: bool, can_go_online: bool) -> None:
        """Show a download. `is_first`: to talk to this model is what the person is most likely to do next."""
        before, self._item = self._item, item
        self.setAccessibleName(self._words.spoken(item))
        self.set_quiet(self._words.quiet(item))
        is_begun = not item.is_over and (item.done_bytes > 0 or item.state in RUNNING)
        self.set_progress(item.done_bytes / max(1, item.total_bytes) if is_begun else None)
        self.more.setVisible(can_move)
        is_new = before is None or before.replaced(
            done_bytes=item.done_bytes, bytes_per_s=item.bytes_per_s, left_s=item.left_s, n_connections=item.n_connections
        ) != item  # fmt: skip
        if is_new:
            self._set_words(item, is_first=is_first, can_go_online=can_go_online)

    def _set_words(self, item: DownloadItem, *, is_first: bool, can_go_online: bool) -> None:
        self.set_title(item.title)
        self.setAccessibleName(self._words.spoken(item))
        level = self._levels.level(item.level)
        tags = [Tag(level, "accent", self._levels.level_meaning(item.level)), Tag(item.quantization)]
        self.set_tags([tag for tag in tags if tag.text])
        self.set_description(self._words.sentence(item))
        self.set_verdict(*self._words.status(item))
        self.progress.setAccessibleName(self.tr("Progress of {model}").format(model=item.title))
        self.progress.setEnabled(item.state in RUNNING)
        self._deeds = [self._helping(item, can_go_online=can_go_online), self._holding(item), "cancel"]
        for button, deed in zip((self.help, self.hold, self.drop), self._deeds, strict=True):
            text, spoken = self._button_words(deed, item)
            button.setText(text)
            button.setAccessibleName(spoken.format(model=item.title))
            button.setVisible(bool(deed))
        self.more.set_words(self.tr("Order of downloads: {model}").format(model=item.title))
        self.help.setProperty("kind", "primary" if self._deeds[0] == "chat" and is_first else "")
        self.help.style().unpolish(self.help)
        self.help.style().polish(self.help)

    @staticmethod
    def _helping(item: DownloadItem, *, can_go_online: bool) -> Deed:
        if item.state == "done":
            return "chat"
        if item.state not in ("waiting", "failed"):
            return ""
        reason = item.reason
        if isinstance(reason, OfflineSwitchOn):
            return "go_online" if can_go_online else ""
        if isinstance(reason, NotEnoughDiskSpace) or item.waits_for == "space":
            return "remove_models"
        if isinstance(reason, AccessRequired | AccessPending):
            return "page"
        if isinstance(reason, AccessTokenRefused | NotAHub):
            return "network"
        if isinstance(reason, ModelChangedOnHub | RepositoryMissing):
            return "repository"
        return "try_now" if item.state == "waiting" else ""

    @staticmethod
    def _holding(item: DownloadItem) -> Deed:
        if item.state == "done":
            return ""
        return "resume" if item.state in ("paused", "failed") else "pause"

    def _button_words(self, deed: Deed, item: DownloadItem) -> tuple[str, str]:
        """Give what stands on a button, and what a screen reader says."""
        if deed == "resume" and item.state == "failed":
            return self.tr("Try again"), self.tr("Try again to download {model}")
        if deed == "cancel" and item.is_over:
            return self.tr("Remove from the list"), self.tr("Remove {model} from the list of downloads")
        words = {
            "": ("", ""),
            "chat": (self.tr("Start chat"), self.tr("Start a chat with {model}")),
            "pause": (self.tr("Pause"), self.tr("Pause the download of {model}")),
            "resume": (self.tr("Resume"), self.tr("Resume the download of {model}")),
            "try_now": (self.tr("Try now"), self.tr("Try now to go on with {model}")),
            "remove_models": (self.tr("Remove models…"), self.tr("Remove models to make room for {model}")),
            "go_online": (self.tr("Go online"), self.tr("Go online to download {model}")),
            "page": (self.tr("Open its page…"), self.tr("Open the page of {model}")),
            "repository": (self.tr("Choose again…"), self.tr("Choose again which {model} to download")),
            "network": (self.tr("Network settings"), self.tr("Network settings for {model}")),
            "cancel": (self.tr("Cancel"), self.tr("Cancel the download of {model}")),
        }
        return words[deed]

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        super().set_theme(theme)
        self.more.set_theme(theme)

    def first_button(self) -> QPushButton:
        """Give the first one that can be pressed."""
        return next((button for button in self.buttons if not button.isHidden()), self.drop)

    def _ask(self, place: int) -> None:
        if self._item is not None and self._deeds[place]:
            self.requested.emit(self._item.id, self._deeds[place])

    @Slot()
    def _on_help_clicked(self) -> None:
        self._ask(0)

    @Slot()
    def _on_hold_clicked(self) -> None:
        self._ask(1)

    @Slot()
    def _on_drop_clicked(self) -> None:
        self._ask(2)

    @Slot()
    def _on_more_clicked(self) -> None:
        if self._item is not None:
            self.menu_requested.emit(self._item.id, self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))
