"""C2: what is not the file that was asked for is never a model: it is refused, fetched once more, and told of."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from desktop_app.errors import AppError, ChecksumMismatch, NotAHub, NotAModelFile
from desktop_app.hub.download_messages import Finished
from tests.fakes.hub import TestHub, write_gguf
from tests.hub.downloading import FILE, REPOSITORY, all_files, download, job_of, sha256_of

SIZE = 2_500_000
HTML = b"<!doctype html><title>Sign in to this network</title>" + b" " * 4000


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[TestHub]:
    write_gguf(tmp_path / "hub" / REPOSITORY / FILE, size=SIZE)
    with TestHub(tmp_path / "hub") as hub:
        yield hub


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def _swap(hub: TestHub, models: Path) -> AppError | None:
    """Have another file of the same size behind the same name, address and hash, as a broken mirror has it."""
    job, source = job_of(hub, models), hub.root / REPOSITORY / FILE
    truth = source.read_bytes()
    write_gguf(source, size=SIZE, seed=9)
    wrong = hub.repo(REPOSITORY).files[FILE]
    hub.cdn = "none"
    lie = {"ETag": f'"{job.files[0].sha256}"', "X-Linked-ETag": f'"{job.files[0].sha256}"', "X-Repo-Commit": job.revision}
    hub.add_fault(path="*/resolve/*", method="*", headers=lie, times=None)
    assert wrong.size == len(truth)
    return download(job.replaced(revision="main"), hub).error


WRONG = {
    "one bit of many": {"corrupt_at": (1_700_000,)},
    "the first byte": {"corrupt_at": (0,)},
    "the last byte": {"corrupt_at": (SIZE - 1,)},
    "bytes in every piece": {"corrupt_at": tuple(range(0, SIZE, 100_000))},
}


@pytest.mark.parametrize("fault", WRONG.values(), ids=WRONG.keys())
def test_wrong_bytes_are_fetched_once_more(fault: dict[str, object], hub: TestHub, models: Path) -> None:
    hub.add_fault(path="/cdn/*", times=3, **fault)  # it comes in three pieces
    outcome = download(job_of(hub, models), hub)
    assert isinstance(outcome.final, Finished)
    assert sha256_of(outcome.path) == sha256_of(hub.root / REPOSITORY / FILE) == outcome.final.sha256[0]
    assert sum(one["sent"] for one in hub.requests(path="/cdn/*")) == 2 * SIZE


def test_what_was_wrong_is_not_counted_as_done(hub: TestHub, models: Path) -> None:
    hub.add_fault(path="/cdn/*", corrupt_at=(0,), times=3)
    hub.add_fault(path="/cdn/*", rate=5_000_000, times=None)
    outcome = download(job_of(hub, models), hub)
    told = [one.done_bytes for one in outcome.progress]
    assert told.count(0) >= 2 and max(told[: -told[::-1].index(0)]) > 0, "it begins at nothing, twice"


@pytest.mark.parametrize("fault", WRONG.values(), ids=WRONG.keys())
def test_bytes_that_stay_wrong_are_deleted_and_told_of(fault: dict[str, object], hub: TestHub, models: Path) -> None:
    hub.add_fault(path="/cdn/*", times=None, **fault)
    assert download(job_of(hub, models), hub).error == ChecksumMismatch(FILE)
    assert sum(one["sent"] for one in hub.requests(path="/cdn/*")) == 2 * SIZE, "one more attempt, and no third"
    assert all_files(models) == []


def test_the_second_attempt_asks_a_mirror_that_has_it_right(hub: TestHub, models: Path) -> None:
    hub.add_fault(path="/cdn/*", corrupt_at=(77,), times=None)
    with TestHub(hub.root) as mirror:
        outcome = download(job_of(hub, models), hub, mirror)
        assert isinstance(outcome.final, Finished) and mirror.requests(path="/cdn/*")


def test_another_file_under_the_same_name_and_hash_is_found_out(hub: TestHub, models: Path) -> None:
    assert _swap(hub, models) == ChecksumMismatch(FILE)
    assert all_files(models) == []


class _Page(BaseHTTPRequestHandler):
    """What a hotel's network answers to everything."""

    kind = "text/html; charset=utf-8"

    def do_GET(self) -> None:
        self.server.n_served += 1  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", self.kind)
        self.end_headers()
        self.wfile.write(HTML)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Lie(_Page):
    kind = "application/octet-stream"


@pytest.mark.parametrize("page", [_Page, _Lie])
def test_the_login_page_of_a_network_is_not_taken_for_a_model(page: type[_Page], hub: TestHub, models: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), page) as server:
        server.n_served = 0  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        place = f"http://127.0.0.1:{server.server_address[1]}/login"
        hub.add_fault(path="*/resolve/*", method="HEAD", headers={"Location": place}, times=3)
        outcome = download(job_of(hub, models), hub)
        server.shutdown()
        thread.join()
    assert sha256_of(outcome.path) == sha256_of(hub.root / REPOSITORY / FILE)
    assert server.n_served >= 3  # type: ignore[attr-defined]
    if page is _Page:
        assert sum(one["sent"] for one in hub.requests(path="/cdn/*")) == SIZE, "it was known before the hash"


def test_a_page_instead_of_the_hub_is_waited_out(hub: TestHub, models: Path) -> None:
    hub.add_fault(path="*/resolve/*", method="HEAD", headers={"X-Repo-Commit": None}, times=2)
    outcome = download(job_of(hub, models), hub)
    assert isinstance(outcome.final, Finished) and outcome.reasons("waiting_network") == {NotAHub.__name__}


@pytest.mark.parametrize("delta", [-1, -70_000, 70_000])
def test_a_length_that_is_not_true_changes_nothing(delta: int, hub: TestHub, models: Path) -> None:
    hub.add_fault(path="/cdn/*", content_length_delta=delta, times=2)
    outcome = download(job_of(hub, models), hub)
    assert sha256_of(outcome.path) == sha256_of(hub.root / REPOSITORY / FILE)


@pytest.mark.parametrize("n_bytes", [0, 1, 70_000, 1_000_000])
def test_a_piece_that_ends_early_is_gone_on_with(n_bytes: int, hub: TestHub, models: Path) -> None:
    hub.add_fault(path="/cdn/*", drop_after=n_bytes, times=2)
    outcome = download(job_of(hub, models), hub)
    assert sha256_of(outcome.path) == sha256_of(hub.root / REPOSITORY / FILE)
    extra = sum(one["sent"] for one in hub.requests(path="/cdn/*")) - SIZE
    assert extra == 0, "what has come is not sent again"


@pytest.mark.parametrize("content", [HTML, b"GGUF" + b"\xff" * 5000, b"", b"GGUF"], ids=["html", "garbage", "empty", "short"])
def test_what_the_hub_itself_has_and_is_no_model_does_not_become_one(content: bytes, hub: TestHub, models: Path) -> None:
    (hub.root / REPOSITORY / FILE).write_bytes(content)
    error = download(job_of(hub, models), hub).error
    assert isinstance(error, NotAModelFile) and error.path == str(models / REPOSITORY / FILE)
    assert all_files(models) == []


def test_a_small_file_is_compared_with_what_git_has(hub: TestHub, models: Path) -> None:
    (hub.root / REPOSITORY / "config.json").write_text('{"n": 1}' * 100)
    hub.add_fault(path="/api/resolve-cache/*", corrupt_at=(3,), times=1)
    hub.add_fault(path="/api/resolve-cache/*", corrupt_at=(3,), times=1)
    job = job_of(hub, models, "config.json")
    assert isinstance(download(job, hub).final, Finished)
    hub.add_fault(path="/api/resolve-cache/*", corrupt_at=(3,), times=None)
    (models / REPOSITORY / "config.json").unlink()
    assert download(job, hub).error == ChecksumMismatch("config.json")
