"""The page *Models*: its head with the parts to choose from, and the part that is chosen, made when it is first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_app.ui.library.downloads_page import DownloadsPage
from desktop_app.ui.library.hub_page import HubPage
from desktop_app.ui.library.local_page import LocalPage
from desktop_app.ui.library.network_page import NetworkPage
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.page import Page
from desktop_app.ui.widgets.segments import Segments

if TYPE_CHECKING:
    from desktop_app.services import Services
    from desktop_app.services.online import Online

Part = LocalPage | HubPage | DownloadsPage | NetworkPage
_PARTS: dict[str, type[Part]] = {"local": LocalPage, "hub": HubPage, "downloads": DownloadsPage, "network": NetworkPage}


class ModelsPage(Page):
    """The page. `show_part` takes "local", "hub", "downloads" or "network".

    Signals:
        chat_requested(Path): a model is to be loaded and talked to.
        failed(AppError)
        save_requested(info, code): a block of code in what the makers of a model say.
    """

    chat_requested = Signal(object)
    failed = Signal(object)
    save_requested = Signal(str, str)

    def __init__(self, services: Services, online: Online, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window)
        self._services, self._online, self._theme, self._window = services, online, theme, window
        self._parts: dict[str, Part] = {}
        self.segments = Segments(("local", "hub", "downloads"))
        self.segments.chosen.connect(self.show_part)
        self.network_button = IconButton("network", theme)
        self.network_button.clicked.connect(self._on_network_clicked)
        self._stack = QStackedWidget()
        online.downloads.download_added.connect(self._refresh_count)
        online.downloads.download_changed.connect(self._refresh_count)
        online.downloads.download_removed.connect(self._refresh_count)
        self.build((self.segments, self.network_button), self._stack)
        self.retranslate()

    def part(self, key: str) -> Part:
        """Give a part, made now if need be."""
        if key not in self._parts:
            part = _PARTS[key](self._services, self._online, self._theme, self._window)
            self._connect(part)
            self._stack.addWidget(part)
            self._parts[key] = part
        return self._parts[key]

    def _connect(self, part: Part) -> None:
        for name, slot in (
            ("chat_requested", self.chat_requested),
            ("failed", self.failed),
            ("save_requested", self.save_requested),
            ("segment_requested", self.show_part),
            ("hub_requested", self.show_repository),
        ):
            signal = getattr(part, name, None)
            if signal is not None:
                signal.connect(slot)

    @property
    def current(self) -> str:
        """The key of the part on show, "" before there is one."""
        shown = self._stack.currentWidget()
        return next((key for key, part in self._parts.items() if part is shown), "")

    @Slot(str)
    def show_part(self, key: str) -> None:
        """Show a part, with the keyboard in it unless it is in the head."""
        part = self.part(key)
        self._stack.setCurrentWidget(part)
        self.segments.set_current(key)
        self.network_button.set_current(key == "network")
        focused: QWidget | None = self.focusWidget()
        if focused is None or not self.head.isAncestorOf(focused):
            part.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def local(self) -> LocalPage:
        """The part about models on this computer."""
        part = self.part("local")
        assert isinstance(part, LocalPage)
        return part

    def show_folders(self) -> None:
        """Show in which folders models are looked for."""
        self.local.show_folders()

    def find_elsewhere(self) -> None:
        """Look for models of other applications, and ask which are to be used."""
        self.local.find_elsewhere()

    @Slot(str)
    def show_repository(self, repository_id: str) -> None:
        """Show a repository of the hub."""
        hub = self.part("hub")
        assert isinstance(hub, HubPage)
        self.show_part("hub")
        hub.show_repository(repository_id)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        super().set_theme(theme)
        self._theme = theme
        self.network_button.set_theme(theme)
        for part in self._parts.values():
            part.set_theme(theme)

    def retranslate(self) -> None:
        """Say the words of the page."""
        super().retranslate()
        self.set_title(self.tr("Models"))
        self.segments.setAccessibleName(self.tr("Where to look for models"))
        self.segments.set_words("local", self.tr("On this computer"))
        self.segments.set_words("hub", "Hugging Face")
        self.network_button.set_words(self.tr("Network"))
        self._refresh_count()

    @Slot()
    def _refresh_count(self) -> None:
        n_active = sum(item.state not in ("done", "failed") for item in self._online.downloads.items())
        words = self.tr("Downloads {n}").format(n=self.locale().toString(n_active)) if n_active else self.tr("Downloads")
        self.segments.set_words("downloads", words)

    @Slot()
    def _on_network_clicked(self) -> None:
        self.show_part("network")
