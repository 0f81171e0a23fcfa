"""E2: online, only the hub is talked to, only for what the person asked, without a token that it does not need.

Every check is seen to find its fault: the log of a hub with a planted request, a child with the fault built in.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop_app.hub.access import HubAccess
from tests.driven import PAGES
from tests.fakes.hub import TestHub
from tests.reliability.killed import ROOT
from tests.reliability.online_session import (
    FOREIGN_TOKEN,
    GATED,
    PUBLIC,
    TOKEN,
    OnlineSession,
    recorded_by_host,
    repository_of,
    requests_by_host,
    serve,
    targets,
)  # fmt: skip

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
TELEMETRY = ("agent-harnesses", "telemetry", "check-for-update")


@pytest.fixture(scope="module")
def done(
    tmp_path_factory: pytest.TempPathFactory, qapp: QCoreApplication, request: pytest.FixtureRequest
) -> Iterator[OnlineSession]:
    """Give a session in which everything was done that uses the network."""
    folder = tmp_path_factory.mktemp("online")
    with serve(folder / "hub") as hub, pytest.MonkeyPatch.context() as shell:
        shell.setenv("HF_TOKEN", FOREIGN_TOKEN)
        shell.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # the hub under test has no TLS
        session = OnlineSession(folder, hub, QtBot(request))
        try:
            assert hub.requests() == [], "a start asks for nothing"
            session.get(session.look_around())
            session.check_endpoint()
            assert tokens(hub) == set(), "so far nothing has needed a token"
            session.allow_token()
            assert session.ask_whose_token() == "alice"
            session.get(session.gated())
            yield session
        finally:
            session.close()


def tokens(hub: TestHub) -> set[tuple[str, str, str]]:
    """Give host, repository and token of the requests that had one."""
    sent = [entry for entry in hub.requests() if entry["authorization"]]
    return {
        (entry["host"], repository_of(entry) or entry["path"], entry["authorization"].removeprefix("Bearer ")) for entry in sent
    }


def unasked(hub: TestHub) -> list[str]:
    """Give the paths of requests that nobody has asked for."""
    return [entry["path"] for entry in hub.requests() if any(word in entry["path"] for word in TELEMETRY)]


def test_both_models_are_here(done: OnlineSession) -> None:
    names = {path.name for path in done.paths.models.rglob("*.gguf")}
    assert names == {"Tiny-3B-Q4_K_M.gguf", "Gated-3B-Q4_K_M.gguf"}


def test_nothing_but_the_hub_and_its_content_host_is_connected_to(done: OnlineSession) -> None:
    traces = [path.read_text("utf-8", "replace") for path in done.traces.iterdir()]
    allowed = {url.removeprefix("http://") for url in (done.hub.url, done.hub.cdn_url)}

    assert len(traces) >= 3
    assert all("connect(" in trace for trace in traces), "a log that covers nothing"
    assert set().union(*map(targets, traces)) == allowed


def test_nothing_is_asked_before_the_person_asks(done: OnlineSession) -> None:
    first = done.hub.requests()[0]
    assert (first["path"], dict(first["query"])["search"]) == ("/api/models", "tiny")
    assert [row.n_requests for row in done.rows() if row.purpose in ("search", "whoami")] == [1, 1]


def test_the_token_goes_to_the_hub_for_what_needs_it_and_nowhere_else(done: OnlineSession) -> None:
    assert tokens(done.hub) == {("hub", GATED, TOKEN), ("hub", "/api/whoami-v2", TOKEN)}
    assert FOREIGN_TOKEN not in str(done.hub.requests())


def test_there_is_no_telemetry_and_nothing_that_tells_who_asks(done: OnlineSession) -> None:
    assert unasked(done.hub) == []
    agents = {entry["headers"]["user-agent"] for entry in done.hub.requests()}
    assert agents == {HubAccess().user_agent}
    assert all("cookie" not in entry["headers"] for entry in done.hub.requests())


def test_the_record_is_what_the_hub_has_seen(done: OnlineSession) -> None:
    assert recorded_by_host(done.rows()) == requests_by_host(done)
    assert sum(row.n_bytes for row in done.rows()) == sum(entry["sent"] for entry in done.hub.requests())
    assert {row.purpose for row in done.rows()} == {"search", "info", "card", "header", "check", "whoami", "download"}
    assert {row.endpoint for row in done.rows()} == {done.hub.url}
    assert all(row.status for row in done.rows())


def test_variables_of_the_shell_do_not_reach_a_child(done: OnlineSession) -> None:
    assert any("--role" in command for command, _ in done.seen_processes)
    names = {name.upper() for _, environment in done.seen_processes for name in environment}
    assert {name for name in names if name.startswith("HF_") or name.endswith("_PROXY")} == set()


def test_offline_nothing_is_sent_any_more(done: OnlineSession, qtbot: QtBot) -> None:
    n_before = len(done.hub.requests())
    done.network.set_offline(True)
    with qtbot.waitSignal(done._hub.failed):
        done._hub.info("acme/Other-GGUF")
    done.network.set_offline(False)

    assert len(done.hub.requests()) == n_before


@pytest.mark.linux("only Linux has strace")
def test_a_start_a_chat_and_a_look_at_every_page_ask_for_nothing(tmp_path: Path) -> None:
    log = tmp_path / "strace"
    command = [
        "strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=connect,sendto,bind", "-o", str(log),
        sys.executable, str(ROOT / "tests" / "driven.py"), "--ask", "Hello", "--pages", "--engine", "--words 5",
        "--", "--data-dir", str(tmp_path / "data"),
    ]  # fmt: skip
    with serve(tmp_path / "hub") as hub:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HF_ENDPOINT": hub.url, "HF_TOKEN": FOREIGN_TOKEN}
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False, env=environment)
        assert hub.requests() == []

    assert done.returncode == 0, done.stderr[-2000:]
    assert [json.loads(line)["page"] for line in done.stdout.splitlines() if b"page" in line] == list(PAGES)
    trace = log.read_text("utf-8", "replace")
    assert targets(trace) == set()
    assert "AF_UNIX" in trace, "a log that covers nothing"


def test_the_checks_see_what_they_are_for() -> None:
    trace = (
        '7 connect(5, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = 0\n'
        '7 sendto(5, "", 1, 0, {sa_family=AF_INET6, sin6_port=htons(53), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}, 28)\n'
        '7 connect(4, {sa_family=AF_UNIX, sun_path="/run/nscd"}, 110) = -1\n'
    )
    assert targets(trace) == {"192.0.2.1:443", "2001:db8::1:53"}
    assert repository_of({"path": f"/{PUBLIC}/resolve/main/x.gguf"}) == PUBLIC
    assert repository_of({"path": f"/cdn/{GATED}/abc"}) == GATED
    assert repository_of({"path": "/api/models"}) == ""
