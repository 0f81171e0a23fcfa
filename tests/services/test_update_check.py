"""Whether there is a newer version: with the real process and the real client, and when it is asked at all."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from desktop_app import PROJECT_URL
from desktop_app.errors import HubFailed, HubUnreachable, NoInternet, OfflineSwitchOn
from desktop_app.services import update_check
from desktop_app.services.hub import Hub
from desktop_app.services.update_check import DAY_MS, UpdateCheck, is_newer
from desktop_app.services.worker_process import own_command
from tests.fakes.hub import TestHub
from tests.fakes.network import FakeNetwork
from tests.fakes.services import FakePreferences


@pytest.fixture
def site(tmp_path: Path) -> Iterator[TestHub]:
    with TestHub(tmp_path / "hub") as site:
        site.add_fault(path="*", method="*", headers={"Connection": "close"}, times=None)
        yield site


@pytest.fixture
def network(site: TestHub, tmp_path: Path) -> FakeNetwork:
    # The hub's own address is another one: that of the project is known for this one request only.
    return FakeNetwork({"hub": own_command("hub", "--home", str(tmp_path))}, "http://127.0.0.1:1")


@pytest.fixture
def check(site: TestHub, network: FakeNetwork, qtbot: QtBot) -> Iterator[UpdateCheck]:
    hub = Hub(network)
    yield UpdateCheck(hub, FakePreferences(), hub, url=f"{site.url}/hearth-chat/hearth")
    hub.close()


def leads_to(site: TestHub, place: str) -> None:
    headers = {"Location": f"{site.url}/hearth-chat/hearth{place}", "Connection": "close"}
    site.add_fault(path="*/releases/latest", method="HEAD", status=302, headers=headers, times=None)


def test_a_newer_version_is_found_by_one_request_that_is_recorded(
    site: TestHub, network: FakeNetwork, check: UpdateCheck, qtbot: QtBot
) -> None:
    leads_to(site, "/releases/tag/v99.0.1")
    with qtbot.waitSignal(check.newer_found, timeout=20_000) as found:
        check.look()

    assert found.args == ["99.0.1", f"{site.url}/hearth-chat/hearth/releases/tag/v99.0.1"]
    assert [(one["method"], one["path"]) for one in site.requests()] == [("HEAD", "/hearth-chat/hearth/releases/latest")]
    (made,) = network.recorded[-1:]
    assert (made.purpose, made.repository, made.status) == ("update", "", 302)
    assert sum(one.n_requests for one in network.recorded) == 1


def test_what_is_no_newer_release_of_this_project_is_none(site: TestHub, check: UpdateCheck, qtbot: QtBot) -> None:
    newer: list[Any] = []
    check.newer_found.connect(lambda *found: newer.append(found))
    places = ("/releases/tag/v0.0.1", "/releases", "/releases/tag/v99.0.1-rc1", "/../../evil/tag/v99.0.1")
    for place in places:
        site.clear_faults()
        leads_to(site, place)
        with qtbot.waitSignal(check.none_newer, timeout=20_000):
            check.look()

    assert newer == [] and len(site.requests()) == len(places)


def test_a_page_in_trouble_is_told_and_asked_once(site: TestHub, check: UpdateCheck, qtbot: QtBot) -> None:
    for status in (404, 500):
        site.clear_faults()
        site.clear_requests()
        trouble = {"Connection": "close"}
        site.add_fault(path="*/releases/latest", method="HEAD", status=status, headers=trouble, times=None)
        with qtbot.waitSignal(check.failed, timeout=20_000) as told:
            check.look()
        assert isinstance(told.args[0], HubFailed) and told.args[0].status == status
        assert len(site.requests()) == 1


def test_offline_nothing_is_sent(site: TestHub, network: FakeNetwork, check: UpdateCheck, qtbot: QtBot) -> None:
    network.set_offline(True)
    with qtbot.waitSignal(check.failed) as told:
        check.look()

    assert isinstance(told.args[0], OfflineSwitchOn) and site.requests() == []


def test_a_site_that_does_not_answer_is_told(network: FakeNetwork, qtbot: QtBot) -> None:
    hub = Hub(network)
    check = UpdateCheck(hub, FakePreferences(), hub, url="http://127.0.0.1:1/hearth-chat/hearth")
    with qtbot.waitSignal(check.failed, timeout=20_000) as told:
        check.look()

    assert isinstance(told.args[0], HubUnreachable | NoInternet)
    hub.close()


class AskedHub(QObject):
    """Takes the question, and answers when the test says."""

    release_found = Signal(int, str)
    failed = Signal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def latest_release(self, url: str) -> int:
        self.asked.append(url)
        return len(self.asked)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    now = [10 * DAY_MS]
    monkeypatch.setattr(update_check, "now_ms", lambda: now[0])
    return now


def test_nothing_is_asked_by_itself_unless_it_is_wanted_and_then_once_a_day(now: list[int], qtbot: QtBot) -> None:
    hub, preferences = AskedHub(), FakePreferences()
    check = UpdateCheck(hub, preferences)  # type: ignore[arg-type]
    check.look_if_due()
    assert hub.asked == []
    preferences.set("looks_for_updates", True)
    check.look_if_due()
    check.look_if_due()
    hub.release_found.emit(1, "")
    now[0] += DAY_MS - 1
    check.look_if_due()
    assert hub.asked == [PROJECT_URL]
    now[0] += 1
    check.look_if_due()
    assert len(hub.asked) == 2
    hub.failed.emit(2, NoInternet())  # a day without a network is no day on which it was asked
    check.look_if_due()

    assert len(hub.asked) == 3


def test_what_was_asked_by_itself_tells_only_good_news(now: list[int]) -> None:
    hub = AskedHub()
    check = UpdateCheck(hub, FakePreferences(looks_for_updates=True))  # type: ignore[arg-type]
    told: list[str] = []
    check.none_newer.connect(lambda: told.append("none"))
    check.failed.connect(lambda _: told.append("failed"))
    check.newer_found.connect(lambda version, _: told.append(version))
    check.look_if_due()
    hub.release_found.emit(1, "")
    now[0] += DAY_MS
    check.look_if_due()
    hub.failed.emit(2, NoInternet())
    check.look_if_due()
    hub.release_found.emit(99, f"{PROJECT_URL}/releases/tag/v9.0.0")  # somebody else's answer
    hub.release_found.emit(3, f"{PROJECT_URL}/releases/tag/v8.0.0")

    assert told == ["8.0.0"]


@pytest.mark.parametrize(
    ("tag", "version", "is_so"),
    [
        ("v0.2.0", "0.1.9", True),
        ("0.10.0", "0.9.0", True),
        ("v0.1.0", "0.1.0", False),
        ("v1.0.0", "1.0.1", False),
        ("v2.0.0-rc1", "1.0.0", False),
        ("v2.0", "1.0.0", False),
        ("latest", "1.0.0", False),
        ("v٢.0.0", "1.0.0", False),
        ("", "1.0.0", False),
    ],
)
def test_versions_are_compared_by_their_numbers(tag: str, version: str, is_so: bool) -> None:
    assert is_newer(tag, version) == is_so


def test_the_address_is_the_one_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]

    assert project["urls"]["Homepage"] == PROJECT_URL and PROJECT_URL.startswith("https://")
