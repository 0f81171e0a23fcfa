"""The process that looks around on the hub, with the real client: what it finds, what it says when something is wrong.

Every process here is one of its own, since the client reads its environment once.
"""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from desktop_app.errors import (
    AccessPending,
    AccessRequired,
    AccessTokenRefused,
    HubFailed,
    HubUnreachable,
    NotAHub,
    NotAModelFile,
    OfflineSwitchOn,
    RepositoryMissing,
    TooManyRequests,
)
from desktop_app.hub.access import Endpoint
from desktop_app.hub.hub_messages import (
    Cancel,
    Cancelled,
    Card,
    CardRead,
    CheckEndpoint,
    EndpointChecked,
    Failed,
    Found,
    HeaderRead,
    Info,
    Information,
    More,
    ReadHeader,
    Search,
    Who,
    WhoAmI,
)
from desktop_app.hub.offer import offers
from desktop_app.hub.query import Query
from tests.fakes.hub import TestHub, write_gguf
from tests.hub.conftest import GATED, SHAPE, mend
from tests.hub.hub_process import HubProcess, access_to

SILENCE_S = 1.2
"""Longer than a child waits here; after it the hub's threads end."""


def ids(found: Found) -> list[str]:
    return [one.id for one in found.repositories]


def test_words_find_repositories_with_what_there_is_to_say_of_them(process: HubProcess, served: TestHub) -> None:
    found = process.ask(Search, query=Query("tiny"))
    assert isinstance(found, Found) and ids(found) == [SHAPE] and not found.is_more
    tiny = found.repositories[0]
    assert (tiny.downloads, tiny.likes, tiny.license, tiny.languages) == (1200, 30, "apache-2.0", ("en", "zh"))
    assert (tiny.architecture, tiny.n_ctx_train, tiny.base_model) == ("llama", 40960, "acme/Tiny-3B")
    assert tiny.has_chat_template and tiny.endpoint == served.url and tiny.updated.endswith("Z")


def test_results_come_in_portions_without_one_coming_twice(process: HubProcess, served: TestHub) -> None:
    first = process.ask(Search, query=Query("model", sort="downloads"))
    second = process.ask(More, search=first.id)
    third = process.ask(More, search=first.id)
    assert [len(part.repositories) for part in (first, second, third)] == [30, 30, 10]
    assert [first.is_more, second.is_more, third.is_more] == [True, True, False]
    names = ids(first) + ids(second) + ids(third)
    assert names == [f"many/Model-{number:02}-GGUF" for number in reversed(range(70))]
    asked = [dict(one["query"])["limit"] for one in served.requests(path="/api/models")]
    assert asked == ["30", "30", "30"]  # a page of its own size has 1,000 on the real hub
    assert process.ask(More, search=12_345) == Found(process._next_number - 1, (), False)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query("author:acme"), [SHAPE]),
        (Query("model", task="embeddings", sort="downloads"), [f"many/Model-{n:02}-GGUF" for n in range(68, 8, -2)]),
        (Query(task="code"), [SHAPE]),
        (Query(task="chat"), [SHAPE]),
        (Query(language="zh"), [SHAPE]),
        (Query(license="apache-2.0"), [SHAPE]),
        (Query("author:acme", max_parameters=1), []),
        (Query("author:acme", max_parameters=1_000_000), [SHAPE]),
        (Query(SHAPE), [SHAPE]),
        (Query("Tiny-3B/Instruct"), [SHAPE]),  # no such repository: meant as words
        (Query(f"https://hf-mirror.com/{SHAPE}/blob/main/Tiny-3B-Instruct-Q8_0.gguf"), [SHAPE]),
    ],
)
def test_filters_names_and_addresses(process: HubProcess, query: Query, expected: list[str]) -> None:
    assert ids(process.ask(Search, query=query)) == expected


def test_a_licence_of_its_own_is_told_by_its_name(process: HubProcess, served: TestHub) -> None:
    served.set_repo("many/Model-00-GGUF", cardData={"license": "other", "license_name": "a-licence"})
    assert process.ask(Info, repository="many/Model-00-GGUF").repository.license == "a-licence"


def test_an_address_to_nothing_is_no_search(process: HubProcess) -> None:
    failed = process.ask(Search, query=Query("https://huggingface.co/nobody/nothing"))
    assert isinstance(failed, Failed) and failed.error == RepositoryMissing("nobody/nothing")


def test_a_repository_comes_with_its_files_at_one_commit(process: HubProcess, served: TestHub) -> None:
    information = process.ask(Info, repository=SHAPE)
    assert isinstance(information, Information)
    repository, on_the_hub = information.repository, served.repo(SHAPE)
    assert on_the_hub is not None and repository.revision == on_the_hub.sha
    files = {file.name: (file.size_bytes, file.sha256 or file.blob_id) for file in repository.files}
    assert files == {name: (file.size, file.sha256 if file.is_large else file.blob_id) for name, file in on_the_hub.files.items()}
    offered = [(one.level, one.quantization, one.title) for one in offers(repository)]
    assert offered == [
        ("large", "Q8_0", "Tiny 3B Instruct"),
        ("balanced", "Q4_K_M", "Tiny 3B Instruct"),
        ("small", "Q3_K_M", "Tiny 3B Instruct"),
    ]


def test_a_card_is_read_without_what_machines_read(process: HubProcess) -> None:
    assert process.ask(Card, repository=SHAPE).text == "# Tiny\n\nA *small* model."
    assert process.ask(Card, repository="many/Model-01-GGUF").text == ""


def test_a_header_is_read_by_its_first_bytes(process: HubProcess, served: TestHub) -> None:
    read = process.ask(ReadHeader, repository=SHAPE, file="Tiny-3B-Instruct-Q4_K_M.gguf")
    assert isinstance(read, HeaderRead)
    shape = read.shape
    assert (len(shape.layers), shape.n_embd, shape.n_vocab, shape.n_ctx_train) == (36, 2560, 20_000, 40960)
    size = served.repo(SHAPE).files["Tiny-3B-Instruct-Q4_K_M.gguf"].size  # type: ignore[union-attr]
    assert size * 0.99 < shape.weights_bytes <= size
    asked = served.requests(path="*Q4_K_M*") + served.requests(host="cdn")
    assert {one["range"] for one in asked} == {"bytes=0-65535"}
    assert sum(one["sent"] for one in served.requests(host="cdn")) <= 65536 + 1000


def test_a_file_that_is_no_model_is_said_to_be_none(process: HubProcess) -> None:
    failed = process.ask(ReadHeader, repository=SHAPE, file="README.md")
    assert failed.error == NotAModelFile("README.md", "not_gguf")
    missing = process.ask(ReadHeader, repository=SHAPE, file="nothing.gguf")
    assert missing.error == RepositoryMissing(SHAPE, "nothing.gguf")


def test_the_files_of_a_gated_repository_are_for_those_who_agreed(process: HubProcess, served: TestHub) -> None:
    assert process.ask(Info, repository=GATED).repository.gated == "manual"
    page, file = f"{served.url}/{GATED}", {"repository": GATED, "file": "gated-Q4_K_M.gguf"}
    assert process.ask(ReadHeader, **file).error == AccessRequired(GATED, page)
    assert process.ask(ReadHeader, **file, token="hf_bob").error == AccessPending(GATED, page)
    assert isinstance(process.ask(ReadHeader, **file, token="hf_alice"), HeaderRead)
    assert process.ask(ReadHeader, **file, token="hf_wrong").error == AccessTokenRefused(served.url)
    assert all(one["authorization"] is None for one in served.requests(host="cdn"))


def test_whose_token_it_is(process: HubProcess, served: TestHub) -> None:
    assert process.ask(WhoAmI, token="hf_alice") == Who(process._next_number - 1, "alice")
    assert process.ask(WhoAmI, token="hf_wrong").error == AccessTokenRefused(served.url)


def test_a_hub_that_wants_to_be_left_alone_is(process: HubProcess, served: TestHub) -> None:
    served.add_fault(path="/api/models", status=429, retry_after=300, times=None)
    assert process.ask(Search, query=Query("tiny")).error == TooManyRequests(300)
    assert len(served.requests()) == 1


def test_a_failure_that_passes_is_not_told(process: HubProcess, served: TestHub) -> None:
    served.add_fault(path="/api/models*", status=503)
    assert ids(process.ask(Search, query=Query("tiny"))) == [SHAPE]
    served.add_fault(path="/api/models*", status=507, times=None)
    assert process.ask(Info, repository=SHAPE).error == HubFailed(served.url, 507)


def test_what_is_cancelled_before_its_turn_is_not_asked(process: HubProcess, served: TestHub) -> None:
    served.add_fault(path="/api/models/hang/*", delay=SILENCE_S, times=None)
    hanging = [Info(100_000 + number, f"hang/number-{number}") for number in range(4)]
    late = Info(200_000, "late/never-asked")
    for request in (*hanging, late, Cancel(late.id)):
        process.send(request)
    assert process.answer(late.id) == Cancelled(late.id)
    assert served.requests(path="*never-asked*") == []


def test_every_connection_is_reported_as_the_hub_has_seen_it(process: HubProcess, served: TestHub) -> None:
    process.ask(Search, query=Query("tiny"))
    process.ask(Info, repository=SHAPE)
    process.ask(ReadHeader, repository=SHAPE, file="Tiny-3B-Instruct-Q8_0.gguf")
    process.ask(Card, repository=SHAPE)
    told: dict[str, int] = {}
    for one in process.connected:
        told[one.purpose] = told.get(one.purpose, 0) + one.n_requests
    seen = served.requests()
    assert sum(told.values()) == len(seen)
    assert told == {"search": 1, "info": 1, "header": 2, "card": 2}
    assert all(one.repository == SHAPE for one in process.connected if one.purpose != "search")
    assert not [one for one in seen if "telemetry" in one["path"] or "agent-harnesses" in one["path"]]
    assert all(one["authorization"] is None for one in seen)


def test_an_endpoint_is_looked_at_before_it_is_used(process: HubProcess, served: TestHub, tmp_path: Path) -> None:
    write_gguf(tmp_path / "other/a/b/b-Q4_K_M.gguf")
    with TestHub(tmp_path / "other", cdn="none") as mirror:
        mend(mirror)
        assert process.ask(CheckEndpoint, url=mirror.url) == EndpointChecked(process._next_number - 1, mirror.url)
        mirror.add_fault(path="*", method="*", headers={"X-Repo-Commit": None, "X-Error-Code": None}, times=None)
        assert process.ask(CheckEndpoint, url=mirror.url).error == NotAHub(mirror.url)
    assert process.ask(CheckEndpoint, url=mirror.url).error == HubUnreachable(mirror.url)


def test_another_endpoint_helps_out(served: TestHub, home: Path) -> None:
    with TestHub(served.root) as gone:
        pass
    process = HubProcess(home, access_to(gone.url, served.url))
    try:
        assert process.ask(Search, query=Query("tiny")).repositories[0].endpoint == served.url
        assert isinstance(process.ask(Card, repository=SHAPE), CardRead)
        # The one that does not answer was asked once, and comes last for a while.
        assert len([one for one in process.connected if one.port == int(gone.url.rpartition(":")[2])]) == 1
    finally:
        process.close()


def test_a_question_with_a_token_goes_to_those_that_get_it(served: TestHub, home: Path) -> None:
    mirror = Endpoint(served.url.replace("127.0.0.1", "localhost"))
    process = HubProcess(home, access_to(served.url).replaced(endpoints=(mirror, Endpoint(served.url, sends_token=True))))
    served.clear_requests()
    assert process.ask(WhoAmI, token="hf_alice").name == "alice"
    assert process.close() == (0, "")

    assert [entry["authorization"] for entry in served.requests()] == ["Bearer hf_alice"]


def test_a_login_page_is_no_hub(served: TestHub, home: Path, tmp_path: Path) -> None:
    served.add_fault(path="*", method="*", status=302, headers={"Location": "http://192.0.2.1/login"}, times=None)
    process = HubProcess(home, access_to(served.url))
    try:
        assert process.ask(Search, query=Query("tiny")).error == NotAHub(served.url)
        assert process.ask(Info, repository=SHAPE).error == NotAHub(served.url)
    finally:
        mend(served)
        process.close()


def test_a_silent_hub_is_given_up(served: TestHub, home: Path) -> None:
    served.clear_requests()
    served.add_fault(path="*", method="*", delay=SILENCE_S, times=None)
    process = HubProcess(home, access_to(served.url))
    try:
        assert process.ask(Search, query=Query("tiny")).error == HubUnreachable(served.url)
        assert len(served.requests()) == 1
    finally:
        mend(served)
        process.close()


def test_offline_nothing_is_sent(served: TestHub, home: Path) -> None:
    served.clear_requests()
    process = HubProcess(home, access_to(served.url, is_offline=True), "--offline")
    try:
        assert process.ask(Search, query=Query("tiny")).error == OfflineSwitchOn()
        assert process.ask(WhoAmI, token="hf_alice").error == OfflineSwitchOn()
    finally:
        process.close()
    assert served.requests() == [] and process.connected == []


def test_what_it_was_asking_for_at_the_end_is_reported_too(served: TestHub, home: Path) -> None:
    process = HubProcess(home, access_to(served.url))
    served.clear_requests()
    served.add_fault(path="/api/models/*", delay=SILENCE_S, skip=1, times=None)
    process.ask(Info, repository=SHAPE)
    # Within a second of the first one, so it is not told at once.
    process.send(Info(2, SHAPE))
    for _ in range(1000):
        if len(served.requests()) == 2:
            break
        threading.Event().wait(0.01)
    process.close()
    mend(served)
    assert len(served.requests()) == 2 == sum(one.n_requests for one in process.connected)


def test_the_end_of_input_ends_it_whatever_it_waits_for(served: TestHub, home: Path) -> None:
    served.add_fault(path="*", method="*", delay=SILENCE_S, times=None)
    process = HubProcess(home, access_to(served.url, read_timeout_s=60.0))
    process.send(Search(1, Query("tiny")))
    exit_code, log = process.close()
    mend(served)
    assert (exit_code, log) == (0, "")
