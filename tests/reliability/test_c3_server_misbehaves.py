"""C3: whatever a server does in the middle, the file comes whole, or one error says why it cannot."""

from __future__ import annotations

import shutil
import socketserver
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from desktop_app.errors import (
    AccessPending,
    AccessRequired,
    AccessTokenRefused,
    CertificateRefused,
    RepositoryMissing,
    TooManyRequests,
)
from desktop_app.hub import download as download_module
from desktop_app.hub import transfer as transfer_module
from desktop_app.hub.download import Download
from desktop_app.hub.download_messages import Finished, Start
from tests.fakes.hub import TestHub, write_gguf
from tests.hub.downloading import FILE, REPOSITORY, access_to, all_files, download, job_of, session, sha256_of

SIZE = 3_300_000
BODY, ASKED = "/cdn/*", "*/resolve/*"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    root = tmp_path_factory.mktemp("hub")
    write_gguf(root / REPOSITORY / FILE, size=SIZE)
    with TestHub(root, tokens={"hf_alice": "alice", "hf_bob": "bob"}) as hub:
        yield hub


@pytest.fixture
def hub(served: TestHub) -> TestHub:
    served.clear_faults()
    served.clear_requests()
    served.cdn = "separate"
    served.set_repo(REPOSITORY, gated=False, allowed_users=[])
    return served


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


PASSING: dict[str, list[dict[str, Any]]] = {
    "ranges are never given": [{"path": BODY, "ignore_range": True, "times": None}],
    "a range is not given once": [{"path": BODY, "ignore_range": True, "skip": 1}],
    "ranges are given no more": [{"path": BODY, "ignore_range": True, "skip": 2, "times": None}],
    "the content host says another ETag": [{"path": BODY, "headers": {"ETag": '"other"'}, "skip": 1}],
    "every computer behind it says another": [{"path": BODY, "headers": {"ETag": f'"{n}"'}, "skip": n} for n in range(3)],
    "no range where there is one": [{"path": BODY, "status": 416, "times": 2}],
    "expired": [{"path": BODY, "status": 403, "times": 3}],
    "gone": [{"path": BODY, "status": 410, "times": 3}],
    "not found for a moment": [{"path": BODY, "status": 404, "times": 2}],
    "busy, with a time": [{"path": BODY, "status": 503, "retry_after": 1, "times": 2}],
    "too many requests": [{"path": BODY, "status": 429, "retry_after": 100, "times": 2}],
    "too many requests, and for how long is not said": [{"path": BODY, "status": 429, "times": 1}],
    "too many questions": [{"path": ASKED, "method": "HEAD", "status": 429, "retry_after": 100, "times": 1}],
    "the hub is busy": [{"path": ASKED, "method": "HEAD", "status": 502, "times": 3}],
    "no length is said": [{"path": BODY, "headers": {"Content-Length": None}, "times": 3}],
    "no length and no ranges": [{"path": BODY, "headers": {"Content-Length": None}, "ignore_range": True, "times": None}],
    "compressed": [{"path": BODY, "headers": {"Content-Encoding": "gzip"}, "times": 2}],
    "another range than was asked for": [{"path": BODY, "headers": {"Content-Range": "bytes 5-9/3300000"}, "times": 2}],
    "a range that is none": [{"path": BODY, "headers": {"Content-Range": "bytes"}, "times": 2}],
    "of another size": [{"path": BODY, "headers": {"Content-Range": "bytes 0-1048575/77"}, "times": 1}],
    "reset before": [{"path": BODY, "drop_after": 0, "reset": True, "times": 3}],
    "reset in between": [{"path": BODY, "drop_after": 200_000, "reset": True, "times": 8}],
    "it drops all the time": [{"path": BODY, "drop_after": 150_000, "times": None}],
    "it drops all the time, without ranges": [
        {"path": BODY, "ignore_range": True, "times": None},
        {"path": BODY, "drop_after": 900_000, "times": 2},
    ],
}


@pytest.mark.parametrize("faults", PASSING.values(), ids=PASSING.keys())
def test_the_file_comes_whole_all_the_same(faults: list[dict[str, Any]], hub: TestHub, models: Path) -> None:
    for fault in faults:
        hub.add_fault(**fault)
    outcome = download(job_of(hub, models), hub)
    assert isinstance(outcome.final, Finished), outcome.final
    assert sha256_of(outcome.path) == hub.repo(REPOSITORY).files[FILE].sha256
    assert any(fault.seen > fault.skip for fault in hub._faults), "the fault was never met"


@pytest.mark.parametrize("status", [408, 500, 503])
def test_a_busy_server_is_never_given_up(status: int, hub: TestHub, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer_module, "N_REFUSALS_MAX", 2)
    hub.add_fault(path=BODY, status=status, times=5)
    assert isinstance(download(job_of(hub, models), hub, n_connections=1).final, Finished)


@pytest.mark.parametrize("fault", [{"hang": True}, {"stall_after": 300_000}], ids=["before", "in between"])
def test_silence_is_not_waited_for(fault: dict[str, Any], served: TestHub, models: Path) -> None:
    with TestHub(served.root) as hub:  # it says nothing until it is closed
        hub.add_fault(path=BODY, times=2, **fault)
        outcome = download(job_of(hub, models), hub)
    assert isinstance(outcome.final, Finished)
    assert sum(one["sent"] for one in hub.requests(path=BODY)) == SIZE


def test_a_line_that_drops_all_the_time_is_gone_on_with_at_once(hub: TestHub, models: Path) -> None:
    hub.add_fault(path=BODY, drop_after=150_000, times=None)
    outcome = download(job_of(hub, models), hub, is_patient=True)
    assert isinstance(outcome.final, Finished)
    assert not outcome.reasons("waiting_network") and len(hub.requests(method="HEAD")) == 1, "the link is still good"
    assert sum(one["sent"] for one in hub.requests(path=BODY)) == SIZE


ENDING: dict[str, tuple[dict[str, Any], str]] = {
    "no bytes for us, for ever": ({"path": BODY, "status": 403, "times": None}, "HubFailed"),
    "not found, for ever": ({"path": BODY, "status": 404, "times": None}, "HubFailed"),
    "no range, for ever": ({"path": BODY, "status": 416, "times": None}, "HubFailed"),
    "compressed, for ever": ({"path": BODY, "headers": {"Content-Encoding": "br"}, "times": None}, "HubFailed"),
    "no repository": ({"path": ASKED, "method": "HEAD", "status": 404, "times": None}, "RepositoryMissing"),
    "refused by the hub": ({"path": ASKED, "method": "HEAD", "status": 403, "times": None}, "HubFailed"),
}


@pytest.mark.parametrize(("fault", "error"), ENDING.values(), ids=ENDING.keys())
def test_what_will_not_pass_ends_it_with_one_error(fault: dict[str, Any], error: str, hub: TestHub, models: Path) -> None:
    hub.add_fault(**fault)
    outcome = download(job_of(hub, models), hub)
    assert type(outcome.error).__name__ == error, outcome.final
    assert not [name for name in all_files(models) if name.endswith(".gguf")]
    assert len(hub.requests()) < 40, "it knocks at the door, it does not break it down"


def test_each_reason_why_a_gated_repository_is_closed_has_its_own_error(hub: TestHub, models: Path) -> None:
    job, page = job_of(hub, models).replaced(needs_token=True), f"{hub.url}/{REPOSITORY}"
    hub.set_repo(REPOSITORY, gated="manual", allowed_users=["alice"])
    assert download(job, hub).error == AccessRequired(REPOSITORY, page)
    assert download(job, hub, token="hf_bob").error == AccessPending(REPOSITORY, page)
    assert download(job, hub, token="hf_nobody").error == AccessTokenRefused(hub.url)
    assert isinstance(download(job.replaced(repository="acme/other"), hub).error, RepositoryMissing)
    assert isinstance(download(job, hub, token="hf_alice").final, Finished)


def test_a_hub_that_wants_to_be_left_alone_is_left_alone(hub: TestHub, models: Path) -> None:
    hub.add_fault(path=BODY, status=429, retry_after=1, times=1)
    outcome = download(job_of(hub, models), hub, is_patient=True, n_connections=1)
    first, second = hub.requests(path=BODY)[:2]
    assert second["time"] - first["time"] >= 1
    waiting = [one for one in outcome.progress if one.state == "waiting_rate"]
    assert waiting and waiting[0].reason == TooManyRequests(1) and waiting[0].n_connections == 0


def test_a_host_that_the_content_has_moved_to_gets_the_request_and_no_token(hub: TestHub, models: Path) -> None:
    hub.set_repo(REPOSITORY, gated="auto", allowed_users=["alice"])
    job = job_of(hub, models).replaced(needs_token=True)
    assert isinstance(download(job, hub, token="hf_alice").final, Finished)
    assert {one["authorization"] for one in hub.requests(path=BODY)} == {None}


def test_a_computer_behind_it_that_redirects_once_more_is_followed(hub: TestHub, models: Path) -> None:
    job = job_of(hub, models)
    with TestHub(hub.root) as elsewhere:
        place = elsewhere.signed_url(f"/cdn/{REPOSITORY}/{job.files[0].sha256}")
        hub.add_fault(path=BODY, status=302, headers={"Location": place}, times=None)
        outcome = download(job, hub)
        assert isinstance(outcome.final, Finished)
        assert sum(one["sent"] for one in elsewhere.requests(path=BODY)) == SIZE


class _Handler(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.server.n_served += 1  # type: ignore[attr-defined]


def test_a_certificate_that_nobody_vouches_for_is_no_way_in(
    hub: TestHub, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download_module, "SPACE_INTERVAL_S", 0.02)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    (tmp_path / "self-signed.pem").write_text(SELF_SIGNED)
    context.load_cert_chain(tmp_path / "self-signed.pem")
    job = job_of(hub, models)
    with socketserver.TCPServer(("127.0.0.1", 0), _Handler) as server:
        server.n_served = 0  # type: ignore[attr-defined]
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        url = f"https://127.0.0.1:{server.server_address[1]}"
        waiting = []

        def tell(event: Any) -> None:
            if event.state == "waiting_network":
                waiting.append(event)
                shutil.rmtree(models, ignore_errors=True)  # nothing else would end it

        with session(access_to(url), []):
            Download(Start(job.id, job, access_to(url), keep_free_bytes=0), tell).run()
        server.shutdown()
        thread.join()
    assert waiting[0].reason == CertificateRefused(url) and server.n_served == 0  # type: ignore[attr-defined]


SELF_SIGNED = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgdQTgSGXVVQCA0MDO
8WUNRSnaa5aMK8MdqcfQxsANaSChRANCAARQqfxHx1il6RbuOorhLlqe1PJHpS2t
L9sztKAn+YN4xtyNhEyIAwyfklrZkVA98VbaDElThWow37iVcIwBWWLN
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBkTCCATagAwIBAgIUZlGWU39MySJsCOzuDkQ/pYUL9HcwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMjE0MjUyNFoYDzIxMjYxMDI5
MTQyNTI0WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARQqfxHx1il6RbuOorhLlqe1PJHpS2tL9sztKAn+YN4xtyNhEyIAwyf
klrZkVA98VbaDElThWow37iVcIwBWWLNo2QwYjAdBgNVHQ4EFgQU+W/+I4ZcPpJo
v2Rfx/IL1FHfpdIwHwYDVR0jBBgwFoAU+W/+I4ZcPpJov2Rfx/IL1FHfpdIwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0kAMEYC
IQDgVeExLzNtYk3Y8zZfZzw25+fDUrKnF7S4Di+83pqe5wIhAOOgXWbAEAlL5uHU
VchZp/fiXwNgYiO3/+s3+WHol+oP
-----END CERTIFICATE-----
"""
"""A key of nothing: made for this test, valid for this computer, vouched for by nobody."""
