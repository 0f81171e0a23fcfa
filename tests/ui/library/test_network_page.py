"""The page *Network*: the switch, the addresses, the proxy, the token, and the record of connections."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop_app.errors import AccessTokenRefused, HubUnreachable
from desktop_app.hub.access import OFFICIAL, Connected, Endpoint
from desktop_app.services.conversations import Conversations
from desktop_app.services.network import SUGGESTED_MIRROR, Network
from desktop_app.services.preferences import Preferences
from desktop_app.services.secrets import Secrets
from desktop_app.settings import N_ENDPOINTS_MAX
from desktop_app.ui.error_text import Remedy
from desktop_app.ui.library import connections_card
from desktop_app.ui.library.connections_card import ConnectionListModel
from desktop_app.ui.library.network_page import NetworkPage
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.models_place import ModelsPlace
from desktop_app.ui.theme import Theme, load_theme
from tests.fakes.online import FakeOnline
from tests.fakes.secret_store import FakeSecretStore
from tests.reliability.plain_text_walk import Canary, Walk
from tests.services.conversation_signals import settle


class FakeHub(QObject):
    """Writes down what is asked; the test answers."""

    endpoint_checked = Signal(int, str)
    who = Signal(int, str)
    failed = Signal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def check_endpoint(self, url: str) -> int:
        self.asked.append(url)
        return len(self.asked)

    def whoami(self) -> int:
        self.asked.append("whoami")
        return len(self.asked)


@pytest.fixture
def environment() -> dict[str, str]:
    return {}


@pytest.fixture
def conversations(qtbot: QtBot, tmp_path: Path) -> Iterator[Conversations]:
    conversations = Conversations(tmp_path / "hearth.sqlite3")
    yield conversations
    conversations.close()


@pytest.fixture
def network(conversations: Conversations, environment: dict[str, str], tmp_path: Path, monkeypatch: Any) -> Iterator[Network]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    preferences = Preferences(tmp_path / "settings.json")
    secrets = Secrets(preferences, FakeSecretStore)
    network = Network(preferences, conversations, tmp_path / "hub", environment=environment, secrets=secrets)
    yield network
    network.close()
    preferences.close()


@pytest.fixture
def hub(qtbot: QtBot) -> FakeHub:
    return FakeHub()


@pytest.fixture
def page(network: Network, hub: FakeHub, theme: Theme, qtbot: QtBot) -> Iterator[NetworkPage]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 700)
    made = NetworkPage(cast(Any, None), cast(Any, SimpleNamespace(network=network, hub=hub)), theme, window)
    made.resize(900, 700)
    window.show()
    yield made
    window.close()


def urls(network: Network) -> list[str]:
    return [one.url for one in network.endpoints()]


def test_opening_the_page_asks_nobody(page: NetworkPage, hub: FakeHub) -> None:
    assert hub.asked == []


def test_the_switch_is_the_setting(page: NetworkPage, network: Network, qtbot: QtBot) -> None:
    page.offline.switch.click()
    assert network.is_offline
    network.set_offline(False)
    assert not page.offline.switch.isChecked()


def test_an_address_is_added_by_enter_and_a_wrong_one_is_said_so(page: NetworkPage, network: Network, qtbot: QtBot) -> None:
    field = page.endpoints.entry.field
    field.setText("mirror.example")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert urls(network) == [OFFICIAL, "https://mirror.example"]
    assert field.text() == ""

    field.setText("http://far.example")
    page.endpoints.entry.button.click()
    assert len(urls(network)) == 2
    assert page.endpoints.verdict.full_text() != ""
    assert field.text() == "http://far.example"


def test_the_mirror_is_added_by_one_click_and_offered_no_longer(page: NetworkPage, network: Network) -> None:
    assert not page.endpoints.mirror.isHidden()
    page.endpoints.mirror.click()

    assert network.endpoints()[-1] == Endpoint(SUGGESTED_MIRROR, sends_token=False)
    assert page.endpoints.mirror.isHidden()


def test_one_address_too_many_is_not_asked_for(page: NetworkPage, network: Network) -> None:
    card = page.endpoints
    for number in range(N_ENDPOINTS_MAX - 1):
        assert card.entry.isEnabled() and card.mirror.isEnabled()
        network.add_endpoint(f"https://mirror-{number}.example")
    assert not card.entry.isEnabled() and not card.mirror.isEnabled()
    assert "No more than 20 addresses" in card.verdict.full_text()
    with pytest.raises(ValueError, match="too many"):
        network.add_endpoint(SUGGESTED_MIRROR)

    card.rows[0].buttons["remove"].click()
    assert card.mirror.isEnabled() and card.verdict.full_text() == ""
    card.mirror.click()
    assert urls(network)[-1] == SUGGESTED_MIRROR


def test_addresses_are_moved_removed_and_allowed_the_token(page: NetworkPage, network: Network) -> None:
    network.add_endpoint("mirror.example")
    page.endpoints.rows[1].buttons["up"].click()
    assert urls(network) == ["https://mirror.example", OFFICIAL]

    page.endpoints.rows[0].sends_token.click()
    assert network.endpoints()[0].sends_token

    page.endpoints.rows[0].buttons["remove"].click()
    assert urls(network) == [OFFICIAL]
    assert not page.endpoints.rows[0].buttons["remove"].isEnabled()


def test_what_is_in_the_open_is_not_asked_about_the_token(page: NetworkPage, network: Network) -> None:
    network.add_endpoint("http://192.168.1.2")

    assert [row.sends_token.isHidden() for row in page.endpoints.rows] == [False, True]


@pytest.mark.parametrize("environment", [{"HF_ENDPOINT": "https://mirror.example"}])
def test_the_environments_address_is_shown_first_and_stays(page: NetworkPage, network: Network) -> None:
    row = page.endpoints.rows[0]

    assert row.address.full_text() == "mirror.example"
    assert not any(row.buttons[key].isEnabled() for key in ("up", "down", "remove"))
    assert "HF_ENDPOINT" in page.endpoints.description.text()


def test_a_check_tells_its_own_row(page: NetworkPage, network: Network, hub: FakeHub) -> None:
    network.add_endpoint("mirror.example")
    for row in page.endpoints.rows:
        row.buttons["check"].click()
    assert hub.asked == [OFFICIAL, "https://mirror.example"]
    hub.failed.emit(1, HubUnreachable(OFFICIAL))
    hub.endpoint_checked.emit(2, "https://mirror.example")
    hub.failed.emit(99, HubUnreachable(OFFICIAL))

    first, second = (row.result.text() for row in page.endpoints.rows)
    assert "huggingface.co" in first
    assert second == "It answers, and it is a site for models."


def test_an_own_proxy_counts_when_there_is_an_address(page: NetworkPage, network: Network) -> None:
    box = page.proxy.box
    box.setCurrentIndex(box.findData("own"))
    box.activated.emit(box.currentIndex())
    assert network.proxy_mode == "system"

    page.proxy.address.field.setText("nonsense://x")
    page.proxy.address.button.click()
    assert network.proxy_mode == "system"
    page.proxy.address.field.setText("socks5://127.0.0.1:1080")
    page.proxy.address.button.click()
    assert network.proxy().any == "socks5://127.0.0.1:1080"

    box.setCurrentIndex(box.findData("none"))
    box.activated.emit(box.currentIndex())
    assert network.proxy_mode == "none"
    assert page.proxy.address.isHidden()


def test_a_password_is_never_shown(network: Network, page: NetworkPage, qtbot: QtBot) -> None:
    network.set_proxy_address("http://anna:canary@proxy.example:3128")

    assert page.proxy.address.field.text() == "http://anna@proxy.example:3128"
    assert page.token.entry.field.echoMode() is QLineEdit.EchoMode.Password


def test_a_token_is_kept_asked_about_and_removed(page: NetworkPage, network: Network, hub: FakeHub, qtbot: QtBot) -> None:
    card = page.token
    assert card.check.isHidden()
    card.entry.field.setText("hf_canary")
    with qtbot.waitSignal(network.token_changed):
        card.entry.button.click()
    assert card.entry.field.text() == ""
    assert hub.asked == []

    card.check.click()
    hub.who.emit(1, "<b>alice</b>")
    assert card.verdict.full_text() == "It belongs to <b>alice</b>."
    card.check.click()
    hub.failed.emit(2, AccessTokenRefused(OFFICIAL))
    assert "access token" in card.verdict.full_text()

    card.remove.click()
    assert network.token_state == "none"
    assert card.remove.isHidden()


def test_what_is_heard_of_an_earlier_token_is_not_said_of_another(
    page: NetworkPage, network: Network, hub: FakeHub, qtbot: QtBot
) -> None:
    card = page.token

    def keep(token: str) -> None:
        card.entry.field.setText(token)
        with qtbot.waitSignal(network.token_changed):
            card.entry.button.click()

    keep("hf_canary")
    card.check.click()
    keep("hf_other")
    hub.who.emit(1, "alice")
    assert card.verdict.full_text() == ""
    card.check.click()
    card.remove.click()
    hub.who.emit(2, "bob")
    assert card.verdict.full_text() == ""


@pytest.mark.parametrize("environment", [{"HF_TOKEN": "hf_canary"}])
def test_the_environments_token_is_offered(page: NetworkPage, network: Network, qtbot: QtBot) -> None:
    assert not page.token.take_over.isHidden()
    with qtbot.waitSignal(network.token_changed):
        page.token.take_over.click()

    assert page.token.take_over.isHidden()


def test_connections_appear_as_they_are_made(page: NetworkPage, network: Network, qtbot: QtBot) -> None:
    page.record._timer.setInterval(0)
    assert page.record.view.isHidden()
    network.record(Connected("huggingface.co", 443, "search", n_requests=1, n_bytes=1000, status=200))
    qtbot.waitUntil(lambda: page.record.model.rowCount() == 1)
    network.record(Connected("huggingface.co", 443, "search", n_requests=1))
    words = page.record.model.index(0)
    qtbot.waitUntil(lambda: "2 request" in words.data())
    assert "huggingface.co. Search. 2 request(s), 1.0 kB" in words.data()

    page.hide()
    network.record(Connected("mirror.example", 443, "search", n_requests=1))
    assert not page.record._timer.isActive()
    page.show()
    assert page.record.model.rowCount() == 2

    page.record.forget.click()
    qtbot.waitUntil(lambda: page.record.model.rowCount() == 0)
    qtbot.waitUntil(page.record.view.isHidden)


def test_the_list_of_connections_is_a_sound_model(
    network: Network, conversations: Conversations, qtbot: QtBot, qtmodeltester: ModelTester, monkeypatch: Any
) -> None:
    monkeypatch.setattr(connections_card, "N_AT_ONCE", 10)
    for number in range(25):
        network.record(Connected(f"host{number}.example", 443, "download", "a/b", n_requests=1))
    settle(conversations)
    parent = QWidget()
    qtbot.addWidget(parent)
    model = ConnectionListModel(network, parent)
    assert model.rowCount() == 10
    qtmodeltester.check(model)
    while model.canFetchMore(model.index(-1)):
        model.fetchMore(model.index(-1))
    assert model.rowCount() == 25

    network.record(Connected("new.example", 443, "search", n_requests=1))
    model.refresh()
    assert model.rowCount() == 26
    assert "new.example" in model.index(0).data()


def test_other_colours_and_another_language_make_it_anew(page: NetworkPage, network: Network) -> None:
    network.add_endpoint("mirror.example")
    page.set_theme(load_theme("dark", 1.5))
    QCoreApplication.sendEvent(page, QEvent(QEvent.Type.LanguageChange))
    QCoreApplication.processEvents()

    assert [row.address.full_text() for row in page.endpoints.rows] == ["huggingface.co", "mirror.example"]


@pytest.mark.posix("Windows has no signals")
def test_words_from_outside_are_shown_letter_by_letter(page: NetworkPage, network: Network, hub: FakeHub) -> None:
    with tempfile.TemporaryDirectory() as folder:
        canary = Canary(Path(folder))
        network.record(Connected(canary.plant("host"), 443, "download", canary.plant("model"), n_requests=1))
        page.record.model.refresh()
        page.record._show_size()
        page.endpoints.rows[0].tell(canary.plant("answer"))
        hub.who.emit(page.token._asked, canary.plant("account"))
        QCoreApplication.processEvents()
        walk = Walk(canary)
        walk.over(page)

        assert walk.wrong == []
        assert all(walk.has_seen(place) for place in ("host", "model", "answer", "account"))
        assert not canary.was_opened()


def test_everything_that_can_be_pressed_has_a_name(page: NetworkPage, network: Network) -> None:
    network.add_endpoint("mirror.example")
    QCoreApplication.processEvents()
    inside = [*page.findChildren(QWidget)]
    reachable = [one for one in inside if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible()]

    assert len(reachable) > 15
    unnamed = [one for one in reachable if not (one.accessibleName() or getattr(one, "text", lambda: "")())]
    assert [type(one).__name__ for one in unnamed] == []


def test_the_menu_of_the_settings_and_the_button_of_an_error_lead_to_the_page(
    window: MainWindow, services: Any, network: Network, theme: Theme
) -> None:
    shown = (window.actions_, window.centre, window.sidebar, window._choice, window.notices)
    place = ModelsPlace(services, FakeOnline(network=network), *shown, theme, window)  # type: ignore[arg-type]
    assert window.actions_.show_network in window.sidebar.settings_menu().actions()
    window.actions_.show_network.trigger()
    assert place.page.current == "network"

    place.show("downloads")
    window.notices.action_requested.emit(Remedy.NETWORK, HubUnreachable(OFFICIAL))
    assert place.page.current == "network"
