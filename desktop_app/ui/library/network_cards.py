"""Cards of the page *Network*: the offline switch, the proxy, and the access token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QSizePolicy, QWidget

from desktop_app.errors import AppError
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.library.card import Card
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.check_box import CheckBox
from desktop_app.ui.widgets.choice_box import ChoiceBox
from desktop_app.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from desktop_app.services.hub import Hub
    from desktop_app.services.network import Network, Proxy

N_CHARACTERS_MAX = 1000


class FieldRow(QWidget):
    """A field with a button behind it; Enter in the field is the button.

    Signals:
        entered(text): there is something in the field, and the person wants it taken.
    """

    entered = Signal(str)

    def __init__(self, name: str, hint: str, words: str, theme: Theme) -> None:
        super().__init__()
        self.field = QLineEdit()
        self.field.setMaxLength(N_CHARACTERS_MAX)
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(name)
        self.field.setMinimumHeight(theme.row(36))
        self.button = QPushButton(words)
        self.button.setAutoDefault(False)
        self.button.setAccessibleName(f"{words} – {name}")
        self.button.setEnabled(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        self.field.textChanged.connect(self._on_text_changed)
        self.field.returnPressed.connect(self._on_entered)
        self.button.clicked.connect(self._on_entered)

    @Slot()
    def _on_text_changed(self) -> None:
        self.button.setEnabled(bool(self.field.text().strip()))

    @Slot()
    def _on_entered(self) -> None:
        if self.button.isEnabled():
            self.entered.emit(self.field.text())


class OfflineCard(Card):
    """The switch."""

    def __init__(self, network: Network, theme: Theme) -> None:
        super().__init__(theme)
        self._network = network
        self.set_title(self.tr("Stay offline"))
        self.switch = CheckBox(self.tr("Connect to no other computer"), theme)
        self.add_content(self.switch)
        self.switch.clicked.connect(self._on_clicked)
        network.changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        is_forced = self._network.is_offline_for_this_run
        self.switch.setChecked(self._network.is_offline)
        self.switch.setEnabled(not is_forced)
        if is_forced:
            text = self.tr("Hearth was started with --offline and stays so until it ends.")
        elif self._network.is_offline:
            text = self.tr("Nothing is sent or fetched, and downloads wait. Models on this computer answer as always.")
        else:
            text = self.tr("Hearth connects only for what you ask for: a search, a model, a check on this page.")
        self.set_description(text)

    @Slot(bool)
    def _on_clicked(self, is_checked: bool) -> None:
        self._network.set_offline(is_checked)


class ProxyCard(Card):
    """The choice between the system's proxies, none, and one's own."""

    def __init__(self, network: Network, theme: Theme) -> None:
        super().__init__(theme)
        self._network = network
        self.set_title(self.tr("Proxy"))
        self.box = ChoiceBox(theme)
        self.box.setAccessibleName(self.tr("Proxy"))
        self.box.setFixedHeight(theme.row(36))
        self.box.setMaximumWidth(theme.scaled(280))
        self.box.setMinimumContentsLength(8)
        self.box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for mode, words in (
            ("system", self.tr("The system’s proxy")),
            ("none", self.tr("None")),
            ("own", self.tr("Custom")),
        ):
            self.box.addItem(words, mode)
        self.address = FieldRow(self.tr("Address of the proxy"), "http://127.0.0.1:7890", self.tr("Use"), theme)
        self.add_content(self.box)
        self.add_content(self.address)
        self.box.activated.connect(self._on_activated)
        self.address.entered.connect(self._on_entered)
        network.changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        mode = self._network.proxy_mode
        self.box.setCurrentIndex(self.box.findData(mode))
        self.address.setVisible(mode == "own")
        self.address.field.setText(self._network.proxy_address)
        self.set_verdict("")
        if mode == "none":
            self.set_description(self.tr("Hearth connects directly, whatever this system says."))
        elif mode == "own":
            text = self.tr("A password in the address is kept in this system’s password store.")
            self.set_description(text)
        else:
            self._describe_system(self._network.system_proxy())

    def _describe_system(self, proxy: Proxy) -> None:
        addresses = sorted({_without_password(one) for one in (proxy.https or proxy.any, proxy.http or proxy.any) if one})
        if addresses:
            self.set_description(self.tr("This system names {addresses}.").format(addresses=self.tr(", ").join(addresses)))
        else:
            self.set_description(self.tr("This system names no proxy, so Hearth connects directly."))

    @Slot()
    def _on_activated(self) -> None:
        mode = self.box.currentData()
        if mode != "own" or self._network.proxy_address:
            self._network.set_proxy_mode(mode)
            return
        # Nothing to use yet: what was in force stays so until there is an address.
        self.address.show()
        self.address.field.setFocus()
        self.set_description(self.tr("Type the address of the proxy. Until then nothing changes."))

    @Slot(str)
    def _on_entered(self, text: str) -> None:
        try:
            self._network.set_proxy_address(text)
        except ValueError:
            self.set_verdict(self.tr("This is not the address of a proxy."), "warning")


class TokenCard(Card):
    """The access token: what it is for, who keeps it, and whose it is."""

    def __init__(self, network: Network, hub: Hub, theme: Theme) -> None:
        super().__init__(theme)
        self._network, self._hub = network, hub
        self._asked = 0
        """The question whose the token is; 0: none, or one about another token."""
        self.set_title(self.tr("Access token"))
        self.state = PlainLabel("", "secondary")
        self.state.setWordWrap(True)
        self.entry = FieldRow(self.tr("Access token"), "hf_…", self.tr("Save"), theme)
        self.entry.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.add_content(self.state)
        self.add_content(self.entry)
        self.take_over = self.add_button(self.tr("Use the one in HF_TOKEN"))
        self.check = self.add_button(self.tr("Ask whose it is"))
        self.remove = self.add_button(self.tr("Remove"))
        self.remove.setAccessibleName(self.tr("Remove the access token"))
        self.set_description(
            self.tr(
                "Some models can be downloaded only by people who have agreed to their terms on Hugging Face. An access token "
                "shows who you are. It is sent for such models only, and only to addresses that may get it."
            )
        )
        self._connect()
        self._refresh()

    def _connect(self) -> None:
        self.entry.entered.connect(self._on_entered)
        self.take_over.clicked.connect(self._on_take_over_clicked)
        self.check.clicked.connect(self._on_check_clicked)
        self.remove.clicked.connect(self._on_remove_clicked)
        self._network.token_changed.connect(self._refresh)
        self._hub.who.connect(self._on_who)
        self._hub.failed.connect(self._on_failed)

    @Slot()
    def _refresh(self) -> None:
        state = self._network.token_state
        words = {
            "none": self.tr("There is none."),
            "kept": self.tr("This system’s password store keeps it."),
            "this_run": self.tr(
                "This system has no secure password store: Hearth knows it until you quit, then it is forgotten."
            ),
            "unreadable": self.tr(
                "This system’s password store does not hand over the access token. Unlock the store, or enter the token again."
            ),
        }
        self.state.setText(words[state])
        self.check.setVisible(state != "none")
        self.remove.setVisible(state != "none")
        self.take_over.setVisible(state == "none" and self._network.has_environment_token)
        self.set_verdict("")

    @Slot(str)
    def _on_entered(self, text: str) -> None:
        try:
            self._network.save_token(text)
        except ValueError:
            self.set_verdict(self.tr("This is not an access token."), "warning")
        else:
            self._asked = 0
            self.entry.field.clear()

    @Slot()
    def _on_take_over_clicked(self) -> None:
        self._asked = 0
        try:
            self._network.take_over_environment_token()
        except ValueError:
            self.set_verdict(self.tr("This is not an access token."), "warning")

    @Slot()
    def _on_check_clicked(self) -> None:
        self.set_verdict(self.tr("Asking…"))
        self._asked = self._hub.whoami()

    @Slot()
    def _on_remove_clicked(self) -> None:
        self._asked = 0
        self._network.forget_token()

    @Slot(int, str)
    def _on_who(self, number: int, name: str) -> None:
        if number == self._asked:
            self.set_verdict(self.tr("It belongs to {name}.").format(name=name), "good")

    @Slot(int, object)
    def _on_failed(self, number: int, error: AppError) -> None:
        if number == self._asked:
            self.set_verdict(ErrorText(self).describe(error).sentence, "error")


def _without_password(address: str) -> str:
    scheme, separator, rest = address.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"
