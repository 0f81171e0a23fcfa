"""Looking around on the hub from the window, with the real process and the real client in it.

Each process is one of its own: the client reads its environment once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.errors import AccessRequired, HubFailed, HubUnreachable, OfflineSwitchOn, RepositoryMissing
from desktop_app.hub.query import Query
from desktop_app.services.hub import Hub
from desktop_app.services.worker_process import own_command
from tests.fakes.hub import TestHub, write_gguf
from tests.fakes.network import FakeNetwork

TINY, GATED, PRIVATE = "acme/Tiny-GGUF", "meta/Gated-GGUF", "alice/Own-GGUF"
SIGNALS = ("found", "information", "card_read", "header_read", "who", "endpoint_checked", "failed")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    root = tmp_path_factory.mktemp("hub")
    write_gguf(root / TINY / "Tiny-Q4_K_M.gguf", size=10_000)
    (root / TINY / "README.md").write_text("# Tiny")
    write_gguf(root / GATED / "gated-Q4_K_M.gguf", size=10_000)
    write_gguf(root / PRIVATE / "own-Q4_K_M.gguf", size=10_000)
    for number in range(40):
        write_gguf(root / f"many/Model-{number:02}-GGUF/model-Q4_K_M.gguf")
    with TestHub(root, tokens={"hf_alice": "alice"}) as hub:
        hub.set_repo(GATED, gated="auto", allowed_users=["alice"])
        hub.set_repo(PRIVATE, private=True, allowed_users=["alice"])
        yield hub


@pytest.fixture(autouse=True)
def mended(served: TestHub) -> None:
    served.clear_faults()
    served.clear_requests()
    # A thread for a connection that is kept would be left behind.
    served.add_fault(path="*", method="*", headers={"Connection": "close"}, times=None)


class Asking:
    """A hub service, and what it has said."""

    def __init__(self, hub: Hub, network: FakeNetwork, qtbot: QtBot) -> None:
        self.hub, self.network, self._qtbot = hub, network, qtbot
        self.said: list[tuple[str, tuple[Any, ...]]] = []
        for name in SIGNALS:
            getattr(hub, name).connect(lambda *values, name=name: self.said.append((name, values)))

    def answer(self, number: int) -> tuple[str, Any]:
        """Wait for the answer to a request; give the signal's name and what came with it."""

        def answers() -> list[tuple[str, Any]]:
            return [(name, values[1] if len(values) == 2 else values[1:]) for name, values in self.said if values[0] == number]

        self._qtbot.waitUntil(lambda: len(answers()) == 1, timeout=20_000)
        return answers()[0]


@pytest.fixture
def asking(served: TestHub, qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Asking]]:
    made: list[Hub] = []

    def ask(**options: Any) -> Asking:
        network = FakeNetwork({"hub": own_command("hub", "--home", str(tmp_path))}, served.url)
        made.append(Hub(network, **options))
        return Asking(made[-1], network, qtbot)

    yield ask
    for hub in made:
        hub.close()


def test_nothing_runs_before_something_is_asked(asking: Callable[..., Asking], served: TestHub) -> None:
    one = asking()
    assert one.hub._process is None and served.requests() == []


def test_questions_are_answered_under_their_numbers(asking: Callable[..., Asking], served: TestHub) -> None:
    one = asking()
    search, card, info = one.hub.search(Query("tiny")), one.hub.card(TINY), one.hub.info(TINY)
    name, (repositories, is_more) = one.answer(search)
    assert name == "found" and [found.id for found in repositories] == [TINY] and is_more is False
    assert one.answer(card) == ("card_read", "# Tiny")
    name, repository = one.answer(info)
    assert name == "information" and [file.name for file in repository.files] == ["README.md", "Tiny-Q4_K_M.gguf"]
    name, shape = one.answer(one.hub.header(TINY, repository.revision, "Tiny-Q4_K_M.gguf"))
    assert name == "header_read" and len(shape.layers) == 2
    one.hub.close()
    assert sum(made.n_requests for made in one.network.recorded) == len(served.requests())


def test_what_is_known_is_not_asked_again(asking: Callable[..., Asking], served: TestHub) -> None:
    one = asking()
    first = one.answer(one.hub.info(TINY))
    assert one.answer(one.hub.info(TINY)) == first and len(served.requests()) == 1
    one.hub.forget()
    assert one.answer(one.hub.info(TINY)) == first and len(served.requests()) == 2


def test_a_search_goes_on_where_it_was_when_its_process_has_ended(asking: Callable[..., Asking], qtbot: QtBot) -> None:
    one = asking(idle_ms=1)
    search = one.hub.search(Query("model"))
    _, (first, is_more) = one.answer(search)
    assert len(first) == 30 and is_more
    qtbot.waitUntil(lambda: one.hub._process is None)
    _, (rest, is_more) = one.answer(one.hub.more(search))
    assert len(rest) == 10 and not is_more and not {found.id for found in rest} & {found.id for found in first}


def test_the_token_goes_only_to_what_needs_it(asking: Callable[..., Asking], served: TestHub) -> None:
    one = asking()
    file = ("gated-Q4_K_M.gguf",)
    assert one.answer(one.hub.header(GATED, "", *file)) == ("failed", AccessRequired(GATED, f"{served.url}/{GATED}"))
    one.network.token = "hf_alice"
    one.answer(one.hub.search(Query("tiny")))
    one.answer(one.hub.info(TINY))
    n_given = one.network.n_tokens_given
    assert one.answer(one.hub.header(GATED, "", *file))[0] == "header_read"
    assert one.answer(one.hub.whoami()) == ("who", "alice")
    assert one.network.n_tokens_given == n_given + 2
    carried = [entry["path"] for entry in served.requests() if entry["authorization"]]
    assert len(carried) == 2 and carried[0].endswith("gated-Q4_K_M.gguf") and carried[1] == "/api/whoami-v2"


def test_a_private_repository_is_found_by_its_address(asking: Callable[..., Asking], served: TestHub) -> None:
    one = asking()
    query = Query(f"https://huggingface.co/{PRIVATE}")
    assert one.answer(one.hub.search(query)) == ("failed", RepositoryMissing(PRIVATE))
    one.network.token = "hf_alice"
    name, (found, _) = one.answer(one.hub.search(query))
    assert name == "found" and found[0].is_private and found[0].needs_token
    one.answer(one.hub.search(Query("tiny")))
    carried = [entry["path"] for entry in served.requests() if entry["authorization"]]
    assert carried == [f"/api/models/{PRIVATE}"]


def test_offline_no_process_is_started(asking: Callable[..., Asking], served: TestHub) -> None:
    one = asking()
    one.network.set_offline(True)
    assert one.answer(one.hub.search(Query("tiny"))) == ("failed", OfflineSwitchOn())
    assert one.hub._process is None and served.requests() == []


def test_the_switch_stops_what_is_under_way(asking: Callable[..., Asking], served: TestHub) -> None:
    served.add_fault(path="*", method="*", delay=0.5, times=None)
    one = asking()
    search = one.hub.search(Query("tiny"))
    one.network.set_offline(True)
    assert one.answer(search) == ("failed", OfflineSwitchOn())


def test_another_endpoint_holds_for_what_is_not_answered_yet(asking: Callable[..., Asking], served: TestHub) -> None:
    one = asking()
    one.network.endpoint = "http://127.0.0.1:9"
    search = one.hub.search(Query("tiny"))
    one.network.endpoint = served.url
    one.network.changed.emit()
    assert one.answer(search)[0] == "found"


def test_what_is_cancelled_is_not_heard_of(asking: Callable[..., Asking]) -> None:
    one = asking()
    cancelled = one.hub.search(Query("tiny"))
    one.hub.cancel(cancelled)
    one.answer(one.hub.info("nobody/nothing"))
    assert [values[0] for _, values in one.said] == [cancelled + 1]
    assert one.said[0][1][1] == RepositoryMissing("nobody/nothing")


@pytest.mark.posix("Windows has no signals")
def test_a_process_that_ends_fails_what_it_was_asked_and_another_takes_over(
    asking: Callable[..., Asking], served: TestHub, expected_log: Callable[[str], None]
) -> None:
    expected_log("was ended by SIGKILL")
    served.add_fault(path="*", method="*", delay=0.5, times=1)
    one = asking()
    search = one.hub.search(Query("tiny"))
    assert one.hub._process is not None
    one.hub._process._process.kill()
    assert one.answer(search) == ("failed", HubFailed(served.url, 0))
    assert one.answer(one.hub.info(TINY))[0] == "information"


def test_what_never_answers_is_given_up(asking: Callable[..., Asking], served: TestHub) -> None:
    served.add_fault(path="*", method="*", delay=0.8, times=None)
    one = asking(limit_s=0.1)
    assert one.answer(one.hub.search(Query("tiny"))) == ("failed", HubUnreachable(served.url))
