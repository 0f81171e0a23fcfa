"""What is set about the network, what children are told of it, who keeps the access token, and the record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.hub.access import OFFICIAL, Connected, Endpoint, HubAccess, Proxy
from desktop_app.services import connection_log
from desktop_app.services.conversations import Conversations
from desktop_app.services.network import Network
from desktop_app.services.preferences import Preferences
from desktop_app.services.secrets import Secrets, SecretStore
from desktop_app.storage.connections import N_KEPT, Connection, connections, save_connection
from tests.fakes.secret_store import FakeSecretStore
from tests.services.conversation_signals import settle

TOKEN = "hf_canary"
Make = Callable[..., Network]


@pytest.fixture
def store() -> FakeSecretStore:
    return FakeSecretStore()


@pytest.fixture
def conversations(qtbot: QtBot, tmp_path: Path) -> Iterator[Conversations]:
    conversations = Conversations(tmp_path / "hearth.sqlite3")
    yield conversations
    conversations.close()


@pytest.fixture
def make(conversations: Conversations, tmp_path: Path, store: FakeSecretStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Give a function that makes what a start of the application makes, over the same file of settings."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    made: list[tuple[Network, Preferences]] = []

    def make(secret_store: SecretStore | None = store, environment: dict[str, str] | None = None, **options: bool) -> Network:
        for network, preferences in made:
            network.close()
            preferences.close()
        made.clear()
        preferences = Preferences(tmp_path / "settings.json")
        secrets = Secrets(None, lambda: secret_store)
        network = Network(preferences, conversations, tmp_path / "hub", environment=environment or {}, secrets=secrets, **options)
        secrets.setParent(network)
        made.append((network, preferences))
        return network

    yield make
    for network, preferences in made:
        network.close()
        preferences.close()


def test_at_first_it_is_the_official_address_with_the_token(make: Make) -> None:
    assert make().access() == HubAccess(endpoints=(Endpoint(OFFICIAL, sends_token=True),))


def test_the_offline_switch_survives_a_restart_and_closes_children(make: Make) -> None:
    network = make()
    assert "--offline" not in network.command("hub")[1]
    network.set_offline(True)

    again = make()
    assert again.is_offline
    assert again.access().is_offline
    assert "--offline" in again.command("download")[1]


def test_offline_on_the_command_line_cannot_be_switched_off(make: Make) -> None:
    network = make(is_offline=True)
    network.set_offline(False)

    assert network.access().is_offline


def test_endpoints_are_added_behind_and_get_no_token(make: Make, qtbot: QtBot) -> None:
    network = make()
    with qtbot.waitSignal(network.changed):
        network.add_endpoint("hf-mirror.com")

    assert network.endpoints() == (Endpoint(OFFICIAL, True), Endpoint("https://hf-mirror.com"))
    assert make().endpoints() == network.endpoints()


def test_an_address_is_not_there_twice(make: Make) -> None:
    with pytest.raises(ValueError, match="already"):
        make().add_endpoint("https://huggingface.co/")


def test_without_any_address_the_official_one_is_back(make: Make) -> None:
    network = make()
    network.set_endpoints([Endpoint("https://mirror.example")])
    network.set_endpoints([])

    assert [one.url for one in network.endpoints()] == [OFFICIAL]


def test_the_endpoint_of_the_environment_comes_first_and_gets_no_token(make: Make) -> None:
    network = make(environment={"HF_ENDPOINT": "https://mirror.example/"})

    assert network.environment_endpoint == "https://mirror.example"
    assert network.endpoints() == (Endpoint("https://mirror.example"), Endpoint(OFFICIAL, True))


def test_what_the_person_said_of_the_environments_endpoint_holds(make: Make) -> None:
    network = make(environment={"HF_ENDPOINT": "https://mirror.example"})
    network.set_endpoints([one.replaced(sends_token=True) for one in network.endpoints()])

    assert network.endpoints()[0] == Endpoint("https://mirror.example", True)
    assert make(environment={"HF_ENDPOINT": "no address at all"}).environment_endpoint == ""


@pytest.mark.parametrize("named", ["https://mirror.example", OFFICIAL])
def test_what_only_the_environment_names_is_gone_with_it(make: Make, named: str) -> None:
    make(environment={"HF_ENDPOINT": named}).add_endpoint("other.example")

    assert [one.url for one in make().endpoints()] == [OFFICIAL, "https://other.example"]


def test_the_systems_proxies_are_read_and_told(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "localhost,.example.org")
    network = make()

    assert network.access().proxy == Proxy(https="http://proxy.example:3128", bypass="localhost,.example.org")
    network.set_proxy_mode("none")
    assert network.access().proxy == Proxy()


def test_the_password_of_one_proxy_is_told_to_no_other(make: Make) -> None:
    network = make()
    network.set_proxy_address("http://anna:canary@proxy.example:3128")
    told: list[str] = []
    network.changed.connect(lambda: told.append(network.proxy().any))
    network.set_proxy_address("http://anna:other@new.example:3128")
    network.set_proxy_address("http://anna@third.example:3128")
    assert told[-1] == "http://anna@third.example:3128"
    assert not [one for one in told if "canary" in one and "proxy.example" not in one]
    assert not [one for one in told if "other" in one and "new.example" not in one]


def test_the_password_of_a_proxy_is_in_the_store_and_not_in_the_settings(
    make: Make, store: FakeSecretStore, tmp_path: Path, qtbot: QtBot
) -> None:
    make().set_proxy_address("http://anna:canary@proxy.example:3128")
    qtbot.waitUntil(lambda: bool(store.kept))

    again = make()
    qtbot.waitUntil(lambda: again.proxy().any == "http://anna:canary@proxy.example:3128")
    assert "canary" not in (tmp_path / "settings.json").read_text()
    again.set_proxy_address("")
    qtbot.waitUntil(lambda: not store.kept)
    assert again.proxy_mode == "system"


def _token(network: Network, qtbot: QtBot) -> str:
    got: list[str] = []
    network.fetch_token(got.append)
    qtbot.waitUntil(lambda: bool(got))
    return got[0]


def test_the_access_token_is_kept_by_the_system(make: Make, store: FakeSecretStore, tmp_path: Path, qtbot: QtBot) -> None:
    network = make()
    with qtbot.waitSignal(network.token_changed):
        network.save_token(f" {TOKEN}\n")
    assert network.token_state == "kept"

    again = make()
    assert again.token_state == "kept"
    assert _token(again, qtbot) == TOKEN
    assert TOKEN not in (tmp_path / "settings.json").read_text()


def test_nobody_asks_the_systems_store_before_a_token_is_needed(make: Make, store: FakeSecretStore, qtbot: QtBot) -> None:
    with qtbot.waitSignal((network := make()).token_changed):
        network.save_token(TOKEN)
    store.n_asked = 0

    again = make()
    assert again.token_state == "kept"
    assert store.n_asked == 0


@pytest.mark.parametrize("has_store", [True, False])
def test_without_a_secure_store_it_is_known_for_this_run_only(
    make: Make, store: FakeSecretStore, has_store: bool, qtbot: QtBot, expected_log: Callable[[str], None]
) -> None:
    if has_store:
        expected_log("store for secrets failed: RuntimeError")
    store.is_locked = True
    network = make(store if has_store else None)
    with qtbot.waitSignal(network.token_changed):
        network.save_token(TOKEN)

    assert network.token_state == "this_run"
    assert _token(network, qtbot) == TOKEN
    assert make().token_state == "none"


def test_a_store_that_does_not_give_it_is_said_so(
    make: Make, store: FakeSecretStore, qtbot: QtBot, expected_log: Callable[[str], None]
) -> None:
    expected_log("store for secrets failed: RuntimeError")
    with qtbot.waitSignal((network := make()).token_changed):
        network.save_token(TOKEN)
    store.is_locked = True

    again = make()
    assert _token(again, qtbot) == ""
    assert again.token_state == "unreadable"
    store.is_locked = False
    assert _token(again, qtbot) == TOKEN
    assert again.token_state == "kept"


def test_a_forgotten_token_is_gone_everywhere(make: Make, store: FakeSecretStore, qtbot: QtBot) -> None:
    network = make()
    network.save_token(TOKEN)
    network.forget_token()
    qtbot.waitUntil(lambda: store.n_asked >= 4)
    qtbot.waitUntil(lambda: not store.kept)

    assert network.token_state == "none"
    assert _token(network, qtbot) == ""
    assert make().token_state == "none"


def test_the_token_of_the_environment_is_used_only_when_it_was_taken_over(make: Make, qtbot: QtBot) -> None:
    network = make(environment={"HF_TOKEN": TOKEN})
    assert network.has_environment_token
    assert network.token_state == "none"
    assert _token(network, qtbot) == ""

    with qtbot.waitSignal(network.token_changed):
        network.take_over_environment_token()
    assert _token(network, qtbot) == TOKEN


@pytest.mark.parametrize("text", ["", "  ", "two words", "тoken", "a\nb", "x" * 1001])
def test_what_is_no_access_token_is_refused(make: Make, text: str) -> None:
    with pytest.raises(ValueError, match="token"):
        make().save_token(text)


# The record


def test_reports_close_together_make_one_row(make: Make, conversations: Conversations) -> None:
    network = make()
    network.record(Connected("huggingface.co", 443, "download", "a/b", n_requests=1))
    network.record(Connected("huggingface.co", 443, "download", "a/b", n_bytes=500, status=206))
    network.record(Connected("127.0.0.1", 4321, "search", n_requests=1))

    rows = network.connections(10)
    assert [(row.host, row.purpose, row.n_requests, row.n_bytes, row.status) for row in rows] == [
        ("127.0.0.1:4321", "search", 1, 0, 0),
        ("huggingface.co", "download", 1, 500, 206),
    ]
    network.close()
    settle(conversations)
    assert connections(conversations.databases()[-1], 10) == rows


def test_a_row_is_on_disk_as_soon_as_the_connection_begins(make: Make, conversations: Conversations) -> None:
    make().record(Connected("huggingface.co", 443, "search", n_requests=1))
    settle(conversations)

    assert [row.n_requests for row in connections(conversations.databases()[-1], 10)] == [1]


def test_after_a_pause_there_is_a_new_row(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    at_ms = [1_790_000_000_000]
    monkeypatch.setattr(connection_log, "now_ms", lambda: at_ms[0])
    network = make()
    for pause_s in (10, 100):
        network.record(Connected("huggingface.co", 443, "search", n_requests=1))
        at_ms[0] += pause_s * 1000
    network.record(Connected("huggingface.co", 443, "search", n_requests=1))

    assert [row.n_requests for row in network.connections(10)] == [1, 2]


def test_older_rows_come_in_pages_and_numbers_go_on_after_a_restart(make: Make, conversations: Conversations) -> None:
    network = make()
    for number in range(5):
        network.record(Connected(f"host{number}", 443, "search", n_requests=1))
    network.close()
    settle(conversations)
    again = make()
    again.record(Connected("host5", 443, "search", n_requests=1))

    first = again.connections(4)
    assert [row.host for row in first] == ["host5", "host4", "host3", "host2"]
    assert [row.host for row in again.connections(4, first[-1].number)] == ["host1", "host0"]


def test_the_oldest_rows_go(conversations: Conversations) -> None:
    def fill(database: object) -> None:
        for number in (1, 2, N_KEPT + 2):
            save_connection(database, Connection(number, 0, 0, "h", "search", "", "", 1, 0, 200))  # type: ignore[arg-type]

    conversations.in_writer(fill, lambda _: None)
    settle(conversations)
    assert [row.number for row in connections(conversations.databases()[-1], 10)] == [N_KEPT + 2]


def test_the_record_can_be_emptied(make: Make, conversations: Conversations) -> None:
    network = make()
    network.record(Connected("huggingface.co", 443, "search", n_requests=1))
    network.forget_connections()
    settle(conversations)
    assert network.connections(10) == []
    network.record(Connected("huggingface.co", 443, "search", n_requests=1))
    settle(conversations)
    assert len(network.connections(10)) == 1


@pytest.mark.parametrize("endpoints", [[["https://x.example", "yes"]], [["http://far.example", True]], [["ftp://x", False]], 3])
def test_settings_that_are_no_endpoints_are_not_used(make: Make, tmp_path: Path, endpoints: object) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"hub_endpoints": endpoints, "proxy": 7}))

    assert [one.url for one in make().endpoints()] == [OFFICIAL]
