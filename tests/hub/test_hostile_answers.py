"""What a hub that lies can do to the process that asks it: nothing but be called one that cannot be understood.

The process is one of its own, with the real client: that reads its environment once.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from desktop_app.errors import HubFailed, HubUnreachable, NotAHub, NotAModelFile
from desktop_app.hub.hub_messages import Card, CardRead, Failed, Found, Info, Information, ReadHeader, Search
from desktop_app.hub.query import Query
from tests.fakes.gguf_file import U64, header
from tests.hub.hub_process import HubProcess, access_to

KNOWN = {"X-Repo-Commit": "0" * 40}
OK = "a/b"


class Liar:
    """A server that answers every path with what the test has said."""

    def __init__(self) -> None:
        self.body, self.headers, self.paths = b"", dict[str, str](), list[str]()
        liar = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                liar.paths.append(self.path)
                self.send_response(302 if "Location" in liar.headers else 200)
                for name, value in liar.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(liar.body)
                except ConnectionError:
                    pass  # it has heard enough

            do_HEAD = do_GET

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever)
        self._thread.start()

    def say(self, body: Any, **headers: str) -> None:
        """Answer with this from now on."""
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Liar, HubProcess]]:
    liar = Liar()
    process = HubProcess(tmp_path_factory.mktemp("home"), access_to(liar.url))
    yield liar, process
    exit_code, log = process.close()
    liar.close()
    assert exit_code == 0 and "secret words" not in log


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"<html>please sign in</html>", NotAHub),
        (b"", NotAHub),
        (b"\xff\xfe\x00", NotAHub),
        (b"[" * 100_000, HubFailed),
        ({"error": "no"}, HubFailed),
        ([1, 2], HubFailed),
        ([{"no": "id"}], HubFailed),
        ([{"id": OK, "lastModified": "yesterday"}], HubFailed),
        ([{"id": OK, "siblings": [{"rfilename": "x", "lfs": "large"}]}], HubFailed),
    ],
)
def test_an_answer_that_makes_no_sense(both: tuple[Liar, HubProcess], body: Any, error: type[Exception]) -> None:
    liar, process = both
    liar.say(body)
    answer = process.ask(Search, query=Query("secret words"))
    assert isinstance(answer, Failed) and answer.error == (error(liar.url, 0) if error is HubFailed else error(liar.url))


def test_values_of_the_wrong_kind_are_left_out(both: tuple[Liar, HubProcess]) -> None:
    liar, process = both
    file = {
        "rfilename": "../../x.gguf",
        "size": -5,
        "blobId": "../../etc",
        "lfs": {"size": 10**30, "sha256": "nonsense", "pointerSize": 1},
    }
    about = {
        "id": OK, "sha": "../../main", "siblings": [file], "gated": ["auto"], "downloads": "many", "likes": True, "private": "yes",
        "tags": ["x" * 10_000, 7, "\u202etag\x00\n", "license:<b>mit"], "cardData": {"license": {"a": 1}, "license_name": "x", "language": [["en"], 5, "zh"]},
        "gguf": {"total": -1, "architecture": ["llama"], "context_length": 1e9, "chat_template": 5}, "pipeline_tag": {},
    }  # fmt: skip
    liar.say(about)
    answer = process.ask(Info, repository=OK)
    assert isinstance(answer, Information)
    told = answer.repository
    assert (told.revision, told.gated, told.downloads, told.likes, told.n_parameters, told.n_ctx_train) == ("", "", 0, 0, 0, 0)
    assert (told.files[0].size_bytes, told.files[0].sha256, told.files[0].blob_id) == (0, "", "")
    assert "tag" in told.tags and not told.is_private and "zh" in told.languages and all(len(tag) <= 200 for tag in told.tags)


def test_pages_without_end_are_not_followed_without_end(both: tuple[Liar, HubProcess]) -> None:
    liar, process = both
    liar.paths.clear()
    liar.say([{"id": OK, "gguf": {"total": 10**12}}] * 100, Link=f'<{liar.url}/api/models?cursor=x>; rel="next"')
    answer = process.ask(Search, query=Query("secret words", max_parameters=1))
    assert isinstance(answer, Found) and answer.repositories == () and answer.is_more
    assert len(liar.paths) <= 4


@pytest.mark.parametrize("location", ["http://192.0.2.1/", "file:///etc/passwd", "http://[::1", "/api/models"])
def test_it_is_not_led_elsewhere(both: tuple[Liar, HubProcess], location: str) -> None:
    liar, process = both
    liar.say(b"", Location=location)
    answer = process.ask(Info, repository=OK)
    assert isinstance(answer, Failed) and answer.error in (NotAHub(liar.url), HubUnreachable(liar.url))


def test_a_login_page_is_no_card(both: tuple[Liar, HubProcess]) -> None:
    liar, process = both
    liar.say(b"<html>please sign in</html>")
    assert process.ask(Card, repository=OK).error == NotAHub(liar.url)


def test_of_a_card_and_a_header_only_the_start_is_taken(both: tuple[Liar, HubProcess]) -> None:
    liar, process = both
    liar.say(b"x" * 30_000_000, **KNOWN)
    answer = process.ask(Card, repository=OK)
    assert isinstance(answer, CardRead) and len(answer.text) == 512 << 10
    refused = process.ask(ReadHeader, repository=OK, file="x.gguf")
    assert refused.error == NotAModelFile("x.gguf", "not_gguf")


@pytest.mark.parametrize(
    "values",
    [
        {"llama.block_count": U64(1 << 60), "llama.embedding_length": 8},
        {
            "llama.block_count": 1,
            "llama.embedding_length": 8,
            "llama.attention.head_count": [7, "x"][:1],
            "llama.context_length": "x",
        },
    ],
)
def test_numbers_that_no_model_has_are_refused(both: tuple[Liar, HubProcess], values: dict[str, Any]) -> None:
    liar, process = both
    liar.say(header({"general.architecture": "llama"} | values), **KNOWN)
    answer = process.ask(ReadHeader, repository=OK, file="x.gguf")
    assert answer.error == NotAModelFile("x.gguf", "impossible_values")


def test_a_path_is_not_led_out_of_the_home_folder(tmp_path: Path, both: tuple[Liar, HubProcess]) -> None:
    liar, process = both
    liar.say({"id": "../../x", "sha": "0" * 40})
    answer = process.ask(Info, repository="../../x")
    assert isinstance(answer, Failed)
