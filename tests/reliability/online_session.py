"""A person who looks around on the hub and gets two models, with everything watched that leaves the application.

The children are the real ones, each under strace; the services are those of the application, and the store for the
access token is one in memory. What was done is left for tests to look at.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from pytestqt.qtbot import QtBot

from desktop_app.hub.offer import offers
from desktop_app.hub.query import Query
from desktop_app.hub.repository import Repository
from desktop_app.logs import start_logging, stop_logging
from desktop_app.paths import Paths
from desktop_app.services.conversations import Conversations
from desktop_app.services.downloads import Downloads
from desktop_app.services.hub import Hub
from desktop_app.services.model_library import ModelLibrary
from desktop_app.services.network import Connection, Network
from desktop_app.services.preferences import Preferences
from desktop_app.services.secrets import Secrets
from tests.fakes.hub import TestHub, write_gguf
from tests.fakes.secret_store import FakeSecretStore

PUBLIC, GATED = "acme/Tiny-3B-GGUF", "meta/Gated-3B-GGUF"
TOKEN = "hf_canaryOfAlice"
"""Kept by the person."""
FOREIGN_TOKEN = "hf_canaryOfTheShell"
"""In HF_TOKEN, and in the file of the hub's own client: not ours to send."""
N_BYTES = 3_000_000
LIMIT_MS = 30_000


def serve(folder: Path) -> TestHub:
    """Give a hub with a repository for everybody and one for alice."""
    write_gguf(folder / f"{PUBLIC}/Tiny-3B-Q4_K_M.gguf", size=N_BYTES)
    (folder / f"{PUBLIC}/README.md").write_text("# Tiny\n")
    write_gguf(folder / f"{GATED}/Gated-3B-Q4_K_M.gguf", size=N_BYTES)
    hub = TestHub(folder, tokens={TOKEN: "alice", FOREIGN_TOKEN: "mallory"})
    hub.set_repo(PUBLIC, downloads=1200)
    hub.set_repo(GATED, gated="manual", allowed_users=["alice"])
    # A connection for each request: the hub's threads for kept ones would be left behind.
    hub.add_fault(path="*", method="*", headers={"Connection": "close"}, times=None)
    return hub


class TracedNetwork(Network):
    """Starts each child under strace."""

    traces: Path

    def command(self, role: str) -> tuple[str, list[str]]:
        program, arguments = super().command(role)
        log = next(path for n in itertools.count() if not (path := self.traces / f"{role}-{n}").exists())
        log.touch()
        return "strace", ["-f", "-qq", "--seccomp-bpf", "-e", "trace=connect,sendto,bind", "-o", str(log), program, *arguments]


class OnlineSession:
    """One run of the application's services over the folder `folder`, online, with `hub` as HF_ENDPOINT."""

    def __init__(self, folder: Path, hub: TestHub, qtbot: QtBot, network: type[Network] = TracedNetwork) -> None:
        self.hub, self._qtbot = hub, qtbot
        self.paths = Paths.under(folder / "data")
        self.paths.create()
        self.traces = folder / "traces"
        self.traces.mkdir(exist_ok=True)
        self.store = FakeSecretStore()
        self.check_log: list[dict[str, Any]] = []
        """What the hub has heard while it was checked: about one of its repositories, and for none."""
        self.seen_processes: list[tuple[list[str], dict[str, str]]] = []
        start_logging(self.paths.logs, "window")
        self._preferences = Preferences(self.paths.config / "settings.json")
        self._conversations = Conversations(self.paths.database)
        self.network = network(
            self._preferences, self._conversations, self.paths.cache / "hub",
            environment={"HF_ENDPOINT": hub.url, "HF_TOKEN": FOREIGN_TOKEN}, secrets=Secrets(self._preferences, lambda: self.store),
        )  # fmt: skip
        if isinstance(self.network, TracedNetwork):
            self.network.traces = self.traces
        self._library = ModelLibrary(self.paths.models, self._preferences, find_starter=lambda: None)
        self._hub = Hub(self.network)
        self._downloads = Downloads(self._conversations, self.network, self._library, self.paths.models)
        self._downloads.begin()
        self.network.connection_recorded.connect(self._look_at_children)

    def allow_token(self) -> None:
        """Keep the access token, and let it go to the hub under test, and to no other."""
        with self._qtbot.waitSignal(self.network.token_changed):
            self.network.save_token(TOKEN)
        self.network.set_endpoints([one.replaced(sends_token=one.url == self.hub.url) for one in self.network.endpoints()])

    def look_around(self) -> Repository:
        """Search, and read everything about the public repository."""
        self.ask(self._hub.found, lambda: self._hub.search(Query("tiny")))
        repository: Repository = self.ask(self._hub.information, lambda: self._hub.info(PUBLIC))
        self.ask(self._hub.card_read, lambda: self._hub.card(PUBLIC))
        file = offers(repository)[0].files[0].name
        self.ask(self._hub.header_read, lambda: self._hub.header(PUBLIC, repository.revision, file))
        return repository

    def check_endpoint(self) -> None:
        """Press the button."""
        n_before = len(self.hub.requests())
        self.ask(self._hub.endpoint_checked, lambda: self._hub.check_endpoint(self.hub.url))
        self.check_log = self.hub.requests()[n_before:]

    def ask_whose_token(self) -> str:
        """Press the button."""
        return str(self.ask(self._hub.who, self._hub.whoami))

    def gated(self) -> Repository:
        """Read about the repository that is not for everybody."""
        repository: Repository = self.ask(self._hub.information, lambda: self._hub.info(GATED))
        return repository

    def get(self, repository: Repository) -> Path:
        """Download the first offer of a repository."""
        with self._qtbot.waitSignal(self._downloads.download_finished, timeout=LIMIT_MS) as done:
            self._downloads.add(offers(repository)[0])
        assert done.args is not None
        return Path(done.args[1])

    def ask(self, signal: Any, question: Callable[[], int]) -> Any:
        """Ask something, and give the answer. An error fails the test."""
        failures: list[object] = []
        self._hub.failed.connect(lambda _number, error: failures.append(error))
        with self._qtbot.waitSignal(signal, timeout=LIMIT_MS) as answered:
            question()
        assert failures == []
        assert answered.args is not None
        return answered.args[1]

    def _look_at_children(self) -> None:
        for child in psutil.Process().children(recursive=True):
            try:
                self.seen_processes.append((child.cmdline(), child.environ()))
            except psutil.Error:
                continue  # it has just ended

    def rows(self) -> list[Connection]:
        """Give the record that the person can read."""
        return self.network.connections(1000)

    def close(self) -> None:
        """Quit."""
        self._downloads.close()
        self._hub.close()
        self.network.close()
        self._library.close()
        assert self._conversations.flush(5000)
        self._conversations.close()
        self._preferences.close()
        stop_logging()


def targets(trace: str) -> set[str]:
    """Give "address:port" of everything in an strace log that was to leave a process."""
    found = set()
    for line in trace.splitlines():
        if "AF_INET" in line and re.search(r"\b(connect|sendto|bind)\(", line):
            port = re.search(r"sin6?_port=htons\((\d+)\)", line)
            address = re.search(r'inet_(?:addr|pton)\((?:AF_INET6?, )?"([^"]+)"', line)
            found.add(f"{address[1] if address else '?'}:{port[1] if port else '?'}")
    return found


def repository_of(entry: dict[str, Any]) -> str:
    """Give the repository that a request of the test hub's log was about, "" for none."""
    path = entry["path"].removeprefix("/api/resolve-cache/models/").removeprefix("/api/resolve-cache/")
    path = path.removeprefix("/api/models/").removeprefix("/cdn/").lstrip("/")
    return next((one for one in (PUBLIC, GATED) if path.startswith(one)), "")


def requests_by_host(session: OnlineSession) -> Counter[tuple[str, str]]:
    """Give how many requests the hub has had, by "address:port" and repository."""
    places = {"hub": session.hub.url, "cdn": session.hub.cdn_url}
    return Counter(
        (places[entry["host"]].removeprefix("http://"), "" if entry in session.check_log else repository_of(entry))
        for entry in session.hub.requests()
    )


def recorded_by_host(rows: list[Connection]) -> Counter[tuple[str, str]]:
    """Give the same of the record that the person can read."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts[row.host, row.repository] += row.n_requests
    return counts
