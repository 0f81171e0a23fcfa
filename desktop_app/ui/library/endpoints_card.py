"""The addresses of the hub on the page *Network*: in which order they are tried, and which may get the access token."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.errors import AppError
from desktop_app.services.network import SUGGESTED_MIRROR, Endpoint, can_get_token
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.library.card import Card
from desktop_app.ui.library.network_cards import FieldRow
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.check_box import CheckBox
from desktop_app.ui.widgets.ends import EndsLayout
from desktop_app.ui.widgets.labels import ElidedLabel, PlainLabel

if TYPE_CHECKING:
    from desktop_app.services.hub import Hub
    from desktop_app.services.network import Network


class EndpointRow(QWidget):
    """One address with its buttons. The card connects them."""

    def __init__(self, endpoint: Endpoint, theme: Theme) -> None:
        super().__init__()
        self.endpoint = endpoint
        self.address = ElidedLabel("strong")
        self.address.setText(endpoint.url.removeprefix("https://"))
        self.result = PlainLabel("", "secondary")
        self.result.setWordWrap(True)
        self.result.hide()
        self.sends_token = CheckBox(self.tr("May get the access token"), theme)
        self.sends_token.setAccessibleName(self.tr("{address} may get the access token").format(address=endpoint.url))
        self.sends_token.setChecked(endpoint.sends_token)
        # In the open it is sent to nobody.
        self.sends_token.setVisible(can_get_token(endpoint.url))
        names = {
            "check": ("refresh", self.tr("Check {address}")),
            "up": ("chevron-up", self.tr("Try {address} earlier")),
            "down": ("chevron-down", self.tr("Try {address} later")),
            "remove": ("close", self.tr("Remove {address}")),
        }
        self.buttons = {key: IconButton(icon, theme) for key, (icon, _) in names.items()}
        right = QWidget()
        row = QHBoxLayout(right)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.sends_token)
        for key, (_, words) in names.items():
            self.buttons[key].set_words(words.format(address=endpoint.url))
            row.addWidget(self.buttons[key])
        line = EndsLayout(10, 0)
        line.addWidget(self.address)
        line.set_right(right)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.result)

    def tell(self, text: str) -> None:
        """Show what a check has found."""
        self.result.setText(text)
        self.result.show()


class EndpointsCard(Card):
    """The list, and a field for another address."""

    def __init__(self, network: Network, hub: Hub, theme: Theme) -> None:
        super().__init__(theme)
        self._network, self._hub = network, hub
        self._theme_of_rows = theme
        self._checks: dict[int, str] = {}
        self.rows: list[EndpointRow] = []
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(4)
        holder = QWidget()
        holder.setLayout(self._list)
        self.add_content(holder)
        self.entry = FieldRow(self.tr("Address of a site for models"), "https://…", self.tr("Add"), theme)
        self.add_content(self.entry)
        self.mirror = self.add_button()
        self.set_title(self.tr("Where models come from"))
        self.entry.entered.connect(self._on_entered)
        self.mirror.clicked.connect(self._on_mirror_clicked)
        network.changed.connect(self._refresh)
        hub.endpoint_checked.connect(self._on_checked)
        hub.failed.connect(self._on_failed)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        endpoints = self._network.endpoints()
        is_same = [row.endpoint for row in self.rows] == list(endpoints)
        if not is_same:
            self._make_rows(endpoints)
        if self._network.environment_endpoint:
            text = self.tr("The first one is set by HF_ENDPOINT. When one does not answer, the next is asked.")
        else:
            text = self.tr("Tried in this order: when one does not answer, the next is asked.")
        self.set_description(text)
        host = SUGGESTED_MIRROR.removeprefix("https://")
        self.mirror.setText(self.tr("Add the mirror {host}").format(host=host))
        self.mirror.setVisible(all(one.url != SUGGESTED_MIRROR for one in endpoints))
        is_full = self._network.is_full
        self.mirror.setEnabled(not is_full)
        self.entry.setEnabled(not is_full)
        full = self.tr("No more than %n addresses can be kept. Remove one to add another.", "", len(endpoints))
        self.set_verdict(full if is_full else "", "warning")

    def _make_rows(self, endpoints: tuple[Endpoint, ...]) -> None:
        focused = self._focused()
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [EndpointRow(one, self._theme_of_rows) for one in endpoints]
        n_fixed = 1 if self._network.environment_endpoint else 0
        for place, row in enumerate(self.rows):
            self._list.addWidget(row)
            row.buttons["up"].setEnabled(place > n_fixed)
            row.buttons["down"].setEnabled(n_fixed <= place < len(self.rows) - 1)
            row.buttons["remove"].setEnabled(place >= n_fixed and len(self.rows) > 1)
            row.sends_token.clicked.connect(partial(self._on_token_clicked, row.endpoint))
            row.buttons["check"].clicked.connect(partial(self._on_check_clicked, row.endpoint.url))
            row.buttons["up"].clicked.connect(partial(self._on_move_clicked, row.endpoint.url, -1))
            row.buttons["down"].clicked.connect(partial(self._on_move_clicked, row.endpoint.url, 1))
            row.buttons["remove"].clicked.connect(partial(self._on_remove_clicked, row.endpoint.url))
        self._focus(focused)

    def _focused(self) -> tuple[str, str] | None:
        """Give address and button that the keyboard is at."""
        for row in self.rows:
            for key, button in {**row.buttons, "token": row.sends_token}.items():
                if button.hasFocus():
                    return row.endpoint.url, key
        return None

    def _focus(self, place: tuple[str, str] | None) -> None:
        if place is None or not self.rows:
            return
        row = next((row for row in self.rows if row.endpoint.url == place[0]), self.rows[-1])
        button = {**row.buttons, "token": row.sends_token}[place[1]]
        (button if button.isEnabled() else row.buttons["check"]).setFocus()

    def _row(self, url: str) -> EndpointRow | None:
        return next((row for row in self.rows if row.endpoint.url == url), None)

    def _on_token_clicked(self, endpoint: Endpoint) -> None:
        changed = endpoint.replaced(sends_token=not endpoint.sends_token)
        self._network.set_endpoints([changed if one == endpoint else one for one in self._network.endpoints()])

    def _on_move_clicked(self, url: str, n_steps: int) -> None:
        endpoints = list(self._network.endpoints())
        place = next(place for place, one in enumerate(endpoints) if one.url == url)
        endpoints.insert(place + n_steps, endpoints.pop(place))
        self._network.set_endpoints(endpoints)

    def _on_remove_clicked(self, url: str) -> None:
        self._network.set_endpoints([one for one in self._network.endpoints() if one.url != url])

    def _on_check_clicked(self, url: str) -> None:
        row = self._row(url)
        if row is not None:
            row.tell(self.tr("Asking…"))
            self._checks[self._hub.check_endpoint(url)] = url

    @Slot(str)
    def _on_entered(self, text: str) -> None:
        try:
            self._network.add_endpoint(text)
        except ValueError:
            self.set_verdict(self.tr("This is not the address of a site for models, or it is there already."), "warning")
        else:
            self.entry.field.clear()

    @Slot()
    def _on_mirror_clicked(self) -> None:
        self._network.add_endpoint(SUGGESTED_MIRROR)

    @Slot(int, str)
    def _on_checked(self, number: int, _url: str) -> None:
        self._tell(number, self.tr("It answers, and it is a site for models."))

    @Slot(int, object)
    def _on_failed(self, number: int, error: AppError) -> None:
        if number in self._checks:
            self._tell(number, ErrorText(self).describe(error).sentence)

    def _tell(self, number: int, text: str) -> None:
        row = self._row(self._checks.pop(number, ""))
        if row is not None:
            row.tell(text)
