"""The hub's own client, asked with limits: search, what a repository holds, its card, the first bytes of a model file.

Endpoints are tried in order; one that has not answered comes last for a minute. What comes back is text from
strangers, made into values here. In child processes only.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, BinaryIO, TypeVar

import httpx2
from huggingface_hub import HfApi, ModelInfo, get_session, hf_hub_url
from huggingface_hub.errors import EntryNotFoundError
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # public, and not named for a checker
    _pagination,
    build_hf_headers,
    hf_raise_for_status,
    http_backoff,
    paginate,
)

from desktop_app.engine.gguf import BadHeader, read_start
from desktop_app.errors import (
    AppError,
    HubFailed,
    HubUnreachable,
    NoInternet,
    NotAHub,
    NotAModelFile,
    RepositoryMissing,
    TooManyRequests,
)
from desktop_app.hub.access import Endpoint, HubAccess
from desktop_app.hub.failures import FAILURES, as_app_error
from desktop_app.hub.query import Named, Query, understood
from desktop_app.hub.reading import card_text, repository_of
from desktop_app.hub.repository import Repository
from desktop_app.hub.session import ConnectionCount, counted_as, make_client
from desktop_app.library.model_shape import ModelShape
from desktop_app.library.remote_shape import deciding_values, read_shape, shape_of_start

T = TypeVar("T")

N_RESULTS = 30
"""Results that one answer brings."""
N_LOOKED_AT_ONCE = 100
N_LOOKED_AT_MAX = 300
"""Results that are looked through for one answer when most are filtered out: the hub counts requests."""
CARD_BYTES_MAX = 512 << 10
HEADER_BYTES = (64 << 10, 1 << 20, 16 << 20)
"""What is asked for, until it is enough: before the vocabulary there is rarely more than the first."""
RETRY_DELAY_S = 1.0
DOWN_S = 60.0
_PASSING = (500, 502, 503, 504)
_EXPAND = ["gguf", "downloads", "likes", "lastModified", "gated", "tags", "author", "pipeline_tag", "cardData", "private", "sha"]
_SORTS = {
    "trending": "trendingScore",
    "downloads": "downloads",
    "likes": "likes",
    "updated": "lastModified",
    "created": "createdAt",
}
_TASKS = {"vision": "image-text-to-text", "embeddings": "feature-extraction"}
"""By the task that the hub gives a repository; one of those that see is not one of "text-generation" any more."""
_TAGS = {"chat": "conversational", "code": "code"}
"""By a tag: "conversational" is what the hub puts on every model with a chat template."""


class Results:
    """One search that goes on: the client pages by itself."""

    def __init__(self, found: Iterator[Repository], endpoint: str) -> None:
        self._found = found
        self.endpoint = endpoint

    def skip(self, query: Query, n_results: int) -> None:
        """Leave out the next results: they are known."""
        for one in self._found:
            n_results -= _is_wanted(one, query)
            if n_results <= 0:
                return

    def take(self, query: Query) -> tuple[tuple[Repository, ...], bool]:
        """Give the next results, and whether there are more."""
        taken: list[Repository] = []
        for n_looked_at, one in enumerate(self._found, 1):
            if _is_wanted(one, query):
                taken.append(one)
            if len(taken) == N_RESULTS or n_looked_at >= N_LOOKED_AT_MAX:
                return tuple(taken), True
        return tuple(taken), False


class HubClient:
    """Asks the endpoints of `access`. Every method raises AppError, and none of them waits for ever."""

    def __init__(self, access: HubAccess, count: ConnectionCount) -> None:
        self._access, self._count = access, count
        self._down: dict[str, float] = {}
        # WORKAROUND: paginate asks again by itself, up to 83 s, and waits as long as a 429 says; there is no argument for it.
        setattr(_pagination, "http_backoff", partial(http_backoff, max_retries=0))  # noqa: B010  # mypy knows no such name

    def search(self, query: Query, n_known: int = 0, token: str = "") -> tuple[Results, tuple[Repository, ...], bool]:
        """Begin a search; give what goes on with it, the results after `n_known`, and whether there are more.

        `token` is for a repository that is named in full; words are looked for without.
        """
        target = understood(query.text)
        if isinstance(target, Named):
            try:
                one = self.info(target.repository, target.revision, token)
                return Results(iter(()), one.endpoint), (one,), False
            except RepositoryMissing:
                if target.is_address:
                    raise
                words, author = target.repository.replace("/", " "), ""
        else:
            words, author = target.words, target.author

        def begin(endpoint: Endpoint) -> tuple[Results, tuple[Repository, ...], bool]:
            results = Results(self._found(endpoint, query, words, author), endpoint.url)
            if n_known:
                results.skip(query, n_known)
            return results, *results.take(query)

        return self._ask("search", begin)

    def more(self, results: Results, query: Query) -> tuple[tuple[Repository, ...], bool]:
        """Go on with a search, at the endpoint where it began."""
        try:
            with counted_as("search", endpoint=results.endpoint):
                return results.take(query)
        except FAILURES as error:
            raise as_app_error(error, results.endpoint) from error

    def info(self, repository: str, revision: str = "", token: str = "") -> Repository:
        """Give a repository with all its files, their sizes and hashes, at one commit."""

        def ask(endpoint: Endpoint) -> Repository:
            # The limit is the session's; without one the client would wait for ever.
            limit_s = self._access.read_timeout_s
            info = self._api(endpoint, token).model_info(
                repository, revision=revision or None, files_metadata=True, timeout=limit_s
            )
            return repository_of(info, endpoint.url)

        return self._ask("info", ask, repository, token=token)

    def card(self, repository: str, revision: str = "", token: str = "") -> str:
        """Give the model card without its header, Markdown of at most `CARD_BYTES_MAX`; "" when there is none."""

        def ask(endpoint: Endpoint) -> str:
            try:
                data, _ = self._start_of(endpoint, repository, revision, "README.md", CARD_BYTES_MAX, token)
            except EntryNotFoundError:
                return ""
            return card_text(data)

        return self._ask("card", ask, repository, token=token)

    def header(self, repository: str, revision: str, file: str, token: str = "") -> ModelShape:
        """Give the shape of a model by the first bytes of its file."""

        def ask(endpoint: Endpoint) -> ModelShape:
            return self._from_start(endpoint, repository, revision, file, token, read_shape)

        return self._ask("header", ask, repository, file, token=token)

    def deciding_values(self, repository: str, revision: str, file: str) -> dict[str, Any]:
        """Give what of a model file's header decides its shape, for the list that comes with the application."""

        def read(data: BinaryIO, size_bytes: int) -> dict[str, Any]:
            header = read_start(data, size_bytes)
            shape_of_start(header, size_bytes)
            return deciding_values(header)

        return self._ask("header", lambda endpoint: self._from_start(endpoint, repository, revision, file, "", read), repository)

    def whoami(self, token: str) -> str:
        """Give the account that an access token belongs to."""
        return self._ask("whoami", lambda endpoint: str(self._api(endpoint, token).whoami()["name"]), token=token)

    def check(self, url: str) -> None:
        """Look whether there is a hub at `url`, one that serves files as well."""

        def ask(endpoint: Endpoint) -> None:
            with make_client(self._access.replaced(endpoints=(endpoint,)), self._count) as session:
                answer = session.get(f"{endpoint.url}/api/models", params={"filter": "gguf", "limit": 1})
                hf_raise_for_status(answer)
                # One without models is one all the same.
                for model in answer.json():
                    head = session.head(hf_hub_url(model["id"], "README.md", endpoint=endpoint.url), follow_redirects=False)
                    if not any(name in head.headers for name in ("X-Repo-Commit", "X-Error-Code")):
                        raise NotAHub(endpoint.url)

        self._try("check", ask, Endpoint(url), "", "")

    def latest_release(self, url: str) -> str:
        """Give where the latest release of the project at `url` is described; "" when there is none.

        One request, and nothing is read but where it leads: that address ends in the version.
        """
        with counted_as("update", "", url):
            try:
                with make_client(self._access.replaced(endpoints=(Endpoint(url),)), self._count) as session:
                    answer = session.head(f"{url}/releases/latest", follow_redirects=False)
            except FAILURES as error:
                raise as_app_error(error, url) from error
        if answer.is_error:
            raise HubFailed(url, answer.status_code)
        return str(answer.request.url.join(answer.headers["Location"])) if answer.has_redirect_location else ""

    def _found(self, endpoint: Endpoint, query: Query, words: str, author: str) -> Iterator[Repository]:
        """Give results as long as there are any, a page at a time.

        What `HfApi.list_models` does, but for its `limit`: that is the size of a page and the end of the list in one, and
        without it a page has 1,000 repositories with their chat templates.
        """
        named = {"search": words, "author": author, "pipeline_tag": _TASKS.get(query.task, "")}
        filters = ["gguf", _TAGS.get(query.task, ""), query.language, f"license:{query.license}" if query.license else ""]
        params: dict[str, Any] = {name: value for name, value in named.items() if value}
        params |= {"filter": [one for one in filters if one], "sort": _SORTS[query.sort], "expand": _EXPAND}
        params["limit"] = N_LOOKED_AT_ONCE if query.max_parameters else N_RESULTS
        for item in paginate(f"{endpoint.url}/api/models", params=params, headers=build_hf_headers(token=False)):
            yield repository_of(ModelInfo(**item), endpoint.url)  # type: ignore[no-untyped-call]

    def _from_start(
        self,
        endpoint: Endpoint,
        repository: str,
        revision: str,
        file: str,
        token: str,
        read: Callable[[BinaryIO, int], T],
    ) -> T:
        """Give what `read` finds in the first bytes of a file; more of them are fetched until they are enough."""
        for n_bytes in HEADER_BYTES:
            data, size_bytes = self._start_of(endpoint, repository, revision, file, n_bytes, token)
            try:
                return read(io.BytesIO(data), size_bytes)
            except BadHeader as error:
                if error.reason != "truncated" or len(data) >= size_bytes or n_bytes == HEADER_BYTES[-1]:
                    raise NotAModelFile(file, error.reason) from error
        raise AssertionError("the last of them returns or raises")

    def _start_of(
        self, endpoint: Endpoint, repository: str, revision: str, file: str, n_bytes: int, token: str
    ) -> tuple[bytes, int]:
        """Give the first bytes of a file, and how many it has."""
        url = hf_hub_url(repository, file, revision=revision or None, endpoint=endpoint.url)
        headers = {"Range": f"bytes=0-{n_bytes - 1}", "Accept-Encoding": "identity"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        with get_session().stream("GET", url, headers=headers) as answer:
            if not any("X-Repo-Commit" in one.headers for one in (*answer.history, answer)) and answer.status_code < 400:
                raise NotAHub(endpoint.url)
            hf_raise_for_status(answer)
            data = bytearray()
            for piece in answer.iter_raw():
                data += piece
                if len(data) >= n_bytes:
                    break  # what was asked for, though the server may have more to say
            return bytes(data[:n_bytes]), _size_bytes(answer, len(data))

    def _api(self, endpoint: Endpoint, token: str = "") -> HfApi:
        # False: none; None would look for one of another application.
        return HfApi(endpoint=endpoint.url, token=token or False)

    def _ask(self, purpose: str, work: Callable[[Endpoint], T], repository: str = "", file: str = "", *, token: str = "") -> T:
        """Give what the first endpoint answers that can."""
        problems: list[AppError] = []
        for endpoint in self._in_order(token):
            try:
                return self._try(purpose, work, endpoint, repository, file)
            except (HubUnreachable, NoInternet, NotAHub) as error:
                self._down[endpoint.url] = time.monotonic()
                problems.append(error)
            except (HubFailed, TooManyRequests) as error:
                problems.append(error)
        # What the first one says counts: the others are there to help it out.
        raise problems[0]

    def _in_order(self, token: str) -> list[Endpoint]:
        """Give the endpoints to ask; with an access token those that get it, since for the others there is none."""
        now = time.monotonic()
        trusted = [one for one in self._access.endpoints if token and self._access.sends_token_to(one.url)]
        return sorted(trusted or self._access.endpoints, key=lambda one: now - self._down.get(one.url, -DOWN_S) < DOWN_S)

    def _try(self, purpose: str, work: Callable[[Endpoint], T], endpoint: Endpoint, repository: str, file: str) -> T:
        """Ask one endpoint, twice when the first failure is one of those that pass."""
        with counted_as(purpose, repository, endpoint.url):
            for is_last in (False, True):
                try:
                    return work(endpoint)
                except FAILURES as error:
                    problem = as_app_error(error, endpoint.url, repository, file)
                    if is_last or not _is_passing(error, problem):
                        raise problem from error
                time.sleep(RETRY_DELAY_S)
            raise AssertionError("the last time returns or raises")


def _is_wanted(one: Repository, query: Query) -> bool:
    return not query.max_parameters or one.n_parameters <= query.max_parameters


def _is_passing(error: BaseException, problem: AppError) -> bool:
    is_cut = isinstance(error, httpx2.ReadError | httpx2.RemoteProtocolError)
    return is_cut or (isinstance(problem, HubFailed) and problem.status in _PASSING)


def _size_bytes(answer: httpx2.Response, n_read: int) -> int:
    total = answer.headers.get("Content-Range", "").rpartition("/")[2]
    if not total.isdigit():
        total = answer.headers.get("Content-Length", "")
    return int(total) if total.isdigit() and len(total) < 20 else n_read
