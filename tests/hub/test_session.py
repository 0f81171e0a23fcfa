"""The one client of a child: time limits, tokens, hosts, and the count of what it does, against the test hub."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from desktop_app.errors import NoInternet, OfflineSwitchOn
from desktop_app.hub import session
from desktop_app.hub.access import Connected, Endpoint, HubAccess
from desktop_app.hub.session import ConnectionCount, counted_as, make_client
from tests.fakes.hub import TestHub, write_gguf

TOKEN = "hf_canary"
FILE = "/acme/tiny-GGUF/resolve/main/tiny-Q4_K_M.gguf"
N_BYTES = 300_000


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestHub]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    write_gguf(tmp_path / "acme/tiny-GGUF/tiny-Q4_K_M.gguf", size=N_BYTES)
    with TestHub(tmp_path, tokens={TOKEN: "alice"}) as hub:
        yield hub


def _client(hub: TestHub, count: ConnectionCount | None = None, **changes: object) -> httpx2.Client:
    access = HubAccess(endpoints=(Endpoint(hub.url, sends_token=True),)).replaced(**changes)
    return make_client(access, count or ConnectionCount(lambda _: None))


def test_every_request_and_every_byte_is_reported(hub: TestHub) -> None:
    reports: list[Connected] = []
    count = ConnectionCount(reports.append)
    with _client(hub, count) as client, counted_as("download", "acme/tiny-GGUF", hub.url):
        assert len(client.get(hub.url + FILE).content) == N_BYTES
    count.flush()

    ends = time.monotonic() + 10
    # The hub counts what it has sent when the client has it already.
    while (log := hub.requests()) and log[-1]["sent"] < N_BYTES and time.monotonic() < ends:
        time.sleep(0.01)
    assert len(log) == 2
    assert sum(one.n_requests for one in reports) == 2
    assert sum(one.n_bytes for one in reports) == sum(entry["sent"] for entry in log) > N_BYTES
    assert {(one.purpose, one.repository, one.endpoint) for one in reports} == {("download", "acme/tiny-GGUF", hub.url)}
    assert {one.port for one in reports} == {httpx2.URL(url).port for url in (hub.url, hub.cdn_url)}
    assert reports[0].status == 0, "a connection is told of before it is answered"
    assert {one.status for one in reports} == {0, 302, 200}


def test_what_grows_is_told_once_a_second(hub: TestHub, monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [100.0]
    monkeypatch.setattr(session.time, "monotonic", lambda: now_s[0])
    reports: list[Connected] = []
    count = ConnectionCount(reports.append)
    for _ in range(1000):
        count.add("host", 443, n_bytes=10)
        now_s[0] += 0.003
    count.flush()

    assert sum(one.n_bytes for one in reports) == 10_000
    assert len(reports) <= 5


def test_the_access_token_does_not_leave_the_endpoint_that_may_have_it(hub: TestHub) -> None:
    with _client(hub) as client:
        client.get(hub.url + FILE, headers={"Authorization": f"Bearer {TOKEN}"})
        link = client.head(hub.url + FILE, follow_redirects=False).headers["Location"]
        client.get(link, headers={"Authorization": f"Bearer {TOKEN}"})

    tokens = [(entry["host"], entry["authorization"]) for entry in hub.requests()]
    assert tokens[0] == ("hub", f"Bearer {TOKEN}")
    assert {value for host, value in tokens if host == "cdn"} == {None}


def test_an_endpoint_that_may_not_have_it_gets_none(hub: TestHub) -> None:
    with _client(hub, endpoints=(Endpoint(hub.url),)) as client:
        client.get(hub.url + FILE, headers={"Authorization": f"Bearer {TOKEN}"})

    assert {entry["authorization"] for entry in hub.requests()} == {None}


def test_a_host_that_no_endpoint_has_named_is_refused(hub: TestHub) -> None:
    with _client(hub) as client, pytest.raises(PermissionError):
        client.get(hub.cdn_url + "/anything")

    assert hub.requests() == []


def test_a_redirect_from_tls_into_the_open_is_not_followed() -> None:
    gate = session._Gate(HubAccess(), ConnectionCount(lambda _: None))
    request = httpx2.Request("GET", "https://huggingface.co/x")
    gate.note(httpx2.Response(302, headers={"Location": "http://huggingface.co/x"}, request=request))
    gate.note(httpx2.Response(302, headers={"Location": "https://cas-bridge.xethub.hf.co/x"}, request=request))

    with pytest.raises(PermissionError):
        gate.check(httpx2.Request("GET", "http://huggingface.co/x"))
    gate.check(httpx2.Request("GET", "https://cas-bridge.xethub.hf.co/x"))


def test_offline_nothing_is_sent(hub: TestHub) -> None:
    with _client(hub, is_offline=True) as client, pytest.raises(OfflineSwitchOn):
        client.get(hub.url + FILE)

    assert hub.requests() == []


def test_a_call_without_a_time_limit_gets_one(hub: TestHub) -> None:
    hub.add_fault(path="/api/*", hang=True)
    with _client(hub, read_timeout_s=0.2) as client, pytest.raises(httpx2.ReadTimeout):
        client.get(f"{hub.url}/api/models", timeout=None)


def test_cookies_are_not_sent_back(hub: TestHub) -> None:
    hub.add_fault(path="/api/*", headers={"Set-Cookie": "visitor=42; Path=/"})
    with _client(hub) as client:
        client.get(f"{hub.url}/api/models")
        client.get(f"{hub.url}/api/models")

    assert len(hub.requests()) == 2
    assert all("cookie" not in entry["headers"] for entry in hub.requests())
    assert {entry["headers"]["user-agent"] for entry in hub.requests()} == {HubAccess().user_agent}


def test_requests_go_through_the_proxy_that_was_named(hub: TestHub, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.setenv(name, "")
    session._use_proxy(session.Proxy(http=hub.url))
    access = HubAccess(endpoints=(Endpoint("http://hub.invalid"),))
    with make_client(access, ConnectionCount(lambda _: None)) as client:
        client.get("http://hub.invalid/api/models")
    session._use_proxy(session.Proxy())
    with make_client(access, ConnectionCount(lambda _: None)) as client, pytest.raises(httpx2.ConnectError):
        client.get("http://hub.invalid/api/models")

    assert [entry["headers"]["host"] for entry in hub.requests()] == ["hub.invalid"]


def test_a_socks_proxy_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.setenv(name, "")
    session._use_proxy(session.Proxy(any="socks5://127.0.0.1:9"))
    with make_client(HubAccess(), ConnectionCount(lambda _: None)) as client, pytest.raises(httpx2.ConnectError):
        client.get("https://huggingface.co/")


@pytest.mark.parametrize("address", ["socks4://127.0.0.1:1080", "nonsense://x"])
def test_an_unknown_kind_of_proxy_is_not_gone_round(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.setenv(name, "")
    session._use_proxy(session.Proxy(any=address))
    with pytest.raises(NoInternet):
        make_client(HubAccess(), ConnectionCount(lambda _: None))
