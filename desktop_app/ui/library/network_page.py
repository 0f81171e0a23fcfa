"""The page *Network*: the offline switch, where models come from, the proxy, the access token, and what was connected to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.ui.library.card import COLUMN, GAP, PAGE_MARGIN
from desktop_app.ui.library.connections_card import ConnectionsCard
from desktop_app.ui.library.endpoints_card import EndpointsCard
from desktop_app.ui.library.network_cards import OfflineCard, ProxyCard, TokenCard
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.column import in_column
from desktop_app.ui.widgets.page_area import PageArea

if TYPE_CHECKING:
    from desktop_app.services import Services
    from desktop_app.services.online import Online

TOP = 24


class NetworkPage(PageArea):
    """The page. Nothing on it asks the network for anything unless a button is pressed."""

    def __init__(self, services: Services, online: Online, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._online = online
        self._theme = theme
        self.viewport().setAutoFillBackground(False)
        self._build()

    def _build(self) -> None:
        """Make everything anew: for another language or other colours, too. Measured: 20 ms, most of it Qt's style sheet."""
        network, hub = self._online.network, self._online.hub
        self.offline = OfflineCard(network, self._theme)
        self.endpoints = EndpointsCard(network, hub, self._theme)
        self.proxy = ProxyCard(network, self._theme)
        self.token = TokenCard(network, hub, self._theme)
        self.record = ConnectionsCard(network, self._theme)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, TOP, 0, PAGE_MARGIN)
        column.setSpacing(GAP)
        for card in (self.offline, self.endpoints, self.proxy, self.token, self.record):
            column.addWidget(card)
        column.addStretch(1)
        page = QWidget()
        row = in_column(content, COLUMN)
        row.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, 0)
        page.setLayout(row)
        self.set_page(page, PAGE_MARGIN)
        self.verticalScrollBar().setSingleStep(self._theme.scaled(24))
        self.setFocusProxy(self.offline.switch)
        self.setAccessibleName(self.tr("Network"))

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self._build_again()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            QTimer.singleShot(0, self, self._build_again)

    @Slot()
    def _build_again(self) -> None:
        place = self.verticalScrollBar().value()
        self._build()
        self.verticalScrollBar().setValue(place)
