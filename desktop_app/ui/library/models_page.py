"""The page *Models*: its head with the parts to choose from, and the part that is chosen, made when it is first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.ui.library.downloads_page import DownloadsPage
from desktop_app.ui.library.hub_page import HubPage
from desktop_app.ui.library.local_page import LocalPage
from desktop_app.ui.library.network_page import NetworkPage
from desktop_app.ui.theme import Theme
from desktop_app.ui.top_bar import HEIGHT
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.labels import PlainLabel
from desktop_app.ui.widgets.segments import Segments

if TYPE_CHECKING:
    from desktop_app.services import Services
    from desktop_app.services.online import Online

Part = LocalPage | HubPage | DownloadsPage | NetworkPage
_PARTS: dict[str, type[Part]] = {"local": LocalPage, "hub": HubPage, "downloads": DownloadsPage, "network": NetworkPage}


class ModelsPage(QWidget):
    """The page. `show_part` takes "local", "hub", "downloads" or "network".

    Signals:
        closed(): the person wants the conversation back.
        chat_requested(Path): a model is to be loaded and talked to.
        failed(AppError)
        save_requested(info, code): a block of code in what the makers of a model say.
    """

    closed = Signal()
    chat_requested = Signal(object)
    failed = Signal(object)
    save_requested = Signal(str, str)

    def __init__(self, services: Services, online: Online, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._services, self._online, self._theme, self._window = services, online, theme, window
        self._parts: dict[str, Part] = {}
        self._heading = PlainLabel("", "heading2")
        self.segments = Segments(("local", "hub", "downloads"))
        self.segments.chosen.connect(self.show_part)
        self.network_button = IconButton("network", theme)
        self.network_button.clicked.connect(self._on_network_clicked)
        self.close_button = IconButton("close", theme)
        self.close_button.clicked.connect(self.closed)
        self._stack = QStackedWidget()
        online.downloads.download_added.connect(self._refresh_count)
        online.downloads.download_changed.connect(self._refresh_count)
        online.downloads.download_removed.connect(self._refresh_count)
        self._build()
        self._retranslate()

    def _build(self) -> None:
        self._head = QFrame()
        self._head.setObjectName("topBar")
        self._head.setFixedHeight(self._theme.scaled(HEIGHT))
        row = QHBoxLayout(self._head)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(8)
        row.addWidget(self._heading)
        row.addStretch(1)
        row.addWidget(self.segments, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.network_button)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._stack, 1)

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
        if focused is None or not self._head.isAncestorOf(focused):
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
        self._theme = theme
        self._head.setFixedHeight(theme.scaled(HEIGHT))
        self.network_button.set_theme(theme)
        self.close_button.set_theme(theme)
        for part in self._parts.values():
            part.set_theme(theme)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Esc, when nothing in the page has a use for it."""
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
        self._heading.setText(self.tr("Models"))
        self.segments.setAccessibleName(self.tr("Where to look for models"))
        self.segments.set_words("local", self.tr("On this computer"))
        self.segments.set_words("hub", "Hugging Face")
        self.network_button.set_words(self.tr("Network"))
        self.close_button.set_words(self.tr("Back to the conversation"), "Esc")
        self._refresh_count()

    @Slot()
    def _refresh_count(self) -> None:
        n_active = sum(item.state not in ("done", "failed") for item in self._online.downloads.items())
        words = self.tr("Downloads {n}").format(n=self.locale().toString(n_active)) if n_active else self.tr("Downloads")
        self.segments.set_words("downloads", words)

    @Slot()
    def _on_network_clicked(self) -> None:
        self.show_part("network")
