"""The lines between the window and a download process."""

from __future__ import annotations

import json

import pytest

from desktop_app.errors import ChecksumMismatch, NoInternet, NotEnoughDiskSpace
from desktop_app.hub.access import Connected, Endpoint, HubAccess, Proxy
from desktop_app.hub.download_messages import (
    DownloadReady,
    Event,
    Failed,
    Finished,
    Progress,
    ProtocolError,
    Start,
    Stopped,
    TryNow,
    decode_event,
    decode_request,
    encode,
)
from desktop_app.hub.job import Job
from desktop_app.hub.repository import RepositoryFile

FILES = (RepositoryFile("a/模型-00001-of-00002.gguf", 5, "ab" * 32), RepositoryFile("README.md", 7, "", "cd" * 20))
JOB = Job("id-1", "acme/tiny", "c" * 40, "Tiny “模型”", FILES, "/models/acme/tiny", needs_token=True)
ACCESS = HubAccess(endpoints=(Endpoint("https://a", sends_token=True), Endpoint("https://b")), proxy=Proxy(https="http://p:1"))

EVENTS = [
    DownloadReady(1, 77),
    Progress("id-1", 5, 10, 123.0, 4, "downloading"),
    Progress("id-1", 5, 10, 0.0, 0, "waiting_space", NotEnoughDiskSpace(10, 5)),
    Progress("id-1", 5, 10, 0.0, 0, "waiting_network", NoInternet(), 30),
    Connected("host", 443, "download", "acme/tiny", 2, 1000, 206, "https://a"),
    Finished("id-1", ("/models/a", "/models/b"), ("ab" * 32, "cd" * 32)),
    Stopped("id-1"),
    Failed("id-1", ChecksumMismatch("a.gguf")),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_arrives_as_it_was_sent(event: Event) -> None:
    line = encode(event)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert decode_event(line) == event


@pytest.mark.parametrize("request_", [Start("id-1", JOB, ACCESS, "hf_x", 2, 99), TryNow("id-1")], ids=["Start", "TryNow"])
def test_a_request_arrives_as_it_was_sent(request_: Start | TryNow) -> None:
    assert decode_request(encode(request_)) == request_


def test_a_folder_with_a_name_in_another_encoding_stays_the_same() -> None:
    folder = "/models/\udcd6\udcd0/tiny"
    assert decode_request(encode(Start("id-1", JOB.replaced(folder=folder), ACCESS))).job.folder == folder
    finished = Finished("id-1", (f"{folder}/a.gguf",), ("ab" * 32,))
    assert decode_event(encode(finished)) == finished


def test_a_job_can_be_kept_as_json() -> None:
    assert Job.from_wire(json.loads(json.dumps(JOB.to_wire()))) == JOB
    assert JOB.total_bytes == 12


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b"null", b'{"type": "Start"}', b'{"type": "Quit"}', b"\xff", b"[" * 99999])
def test_what_is_no_message_is_refused_without_being_repeated(line: bytes) -> None:
    for decode in (decode_request, decode_event):
        with pytest.raises(ProtocolError) as raised:
            decode(line)
        assert raised.value.args == (
            f"not a {'request' if decode is decode_request else 'message'} of protocol 1 ({len(line)} bytes)",
        )


def test_the_access_token_is_in_no_other_text() -> None:
    start = Start("id-1", JOB, ACCESS, "hf_canary")
    assert "hf_canary" not in f"{start!r} {start}"
    broken = encode(start).replace(b'"needs_token"', b'"needs_what"')
    with pytest.raises(ProtocolError) as raised:
        decode_request(broken)
    assert "hf_canary" not in repr(raised.value) and raised.value.__cause__ is None
