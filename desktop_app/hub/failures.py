"""What the hub's client raises, as the errors that a person is told about. In child processes only."""

from __future__ import annotations

import json
import logging
import socket
import ssl
import traceback
from collections.abc import Iterator

import httpx2
from huggingface_hub.errors import (
    DisabledRepoError,
    EntryNotFoundError,
    FileMetadataError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from desktop_app.errors import (
    AccessPending,
    AccessRequired,
    AccessTokenRefused,
    AppError,
    CertificateRefused,
    HubFailed,
    HubUnreachable,
    NoInternet,
    NotAHub,
    OfflineSwitchOn,
    RepositoryMissing,
    TooManyRequests,
)

log = logging.getLogger(__name__)

FAILURES = (
    AppError,
    httpx2.HTTPError,
    httpx2.InvalidURL,
    EntryNotFoundError,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    RuntimeError,  # lists in lists without end are one
)
"""What a request to a host can raise, by what it answers or because it does not."""
RETRY_S = 60
"""How long is waited when the hub does not say."""
_RETRY_S_MAX = 3600


def as_app_error(error: BaseException, endpoint: str, repository: str = "", file: str = "") -> AppError:
    """Give the error for what a request to `endpoint` has raised, one of `FAILURES`."""
    if isinstance(error, AppError):
        return error
    if isinstance(error, OfflineModeIsEnabled) or (isinstance(error, PermissionError) and str(error).startswith("offline")):
        return OfflineSwitchOn()
    if isinstance(error, HfHubHTTPError):
        return _of_answer(error, endpoint, repository, file)
    if isinstance(error, HFValidationError | EntryNotFoundError):
        return RepositoryMissing(repository, file)
    # What is no JSON, leads elsewhere or lacks the hub's own headers comes from the login page of some network.
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError | FileMetadataError | PermissionError):
        return NotAHub(endpoint)
    if isinstance(error, httpx2.TooManyRedirects | httpx2.UnsupportedProtocol | httpx2.DecodingError):
        return NotAHub(endpoint)
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in _with_causes(error)):
        return CertificateRefused(endpoint)
    if isinstance(error, httpx2.HTTPError | OSError | httpx2.InvalidURL):
        return NoInternet() if _is_no_network(error) else HubUnreachable(endpoint)
    # JSON of a shape that the client does not know. Its words may be what was searched for; the place tells enough.
    place = traceback.extract_tb(error.__traceback__)[-1]
    log.warning("an answer could not be read: %s in %s:%s", type(error).__name__, place.filename, place.lineno)
    return HubFailed(endpoint, 0)


def _of_answer(error: HfHubHTTPError, endpoint: str, repository: str, file: str) -> AppError:
    status = error.response.status_code
    has_token = "authorization" in error.response.request.headers
    page = f"{endpoint}/{repository}"
    if isinstance(error, GatedRepoError):
        return AccessPending(repository, page) if status == 403 else AccessRequired(repository, page)
    if status == 401 and has_token:
        # Sent with a token that is valid, a request for something that is not there ends in 404.
        return AccessTokenRefused(endpoint)
    if isinstance(error, RepositoryNotFoundError | DisabledRepoError):
        return RepositoryMissing(repository)
    if isinstance(error, RevisionNotFoundError | EntryNotFoundError) or status in (404, 410):
        return RepositoryMissing(repository, file)
    if status == 429:
        return TooManyRequests(retry_s(error.response))
    if status == 511:
        return NotAHub(endpoint)
    return HubFailed(endpoint, status)


def retry_s(response: httpx2.Response) -> int:
    """Give how long an answer asks us to wait, from its headers, in seconds."""
    said = response.headers.get("Retry-After", "").strip()
    if said.isdigit():
        return min(int(said), _RETRY_S_MAX)
    # Source: draft-ietf-httpapi-ratelimit-headers: RateLimit: "api";r=0;t=55
    for part in response.headers.get("RateLimit", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == "t" and value.isdigit():
            return min(int(value), _RETRY_S_MAX)
    return RETRY_S


def _is_no_network(error: BaseException) -> bool:
    """Tell whether it failed before anybody else was asked: no name resolution, no way, no proxy."""
    if isinstance(error, httpx2.ProxyError):
        return True
    unreachable = ("Network is unreachable", "No route to host", "Network is down", "unreachable network")
    return any(isinstance(one, socket.gaierror) or any(words in str(one) for words in unreachable) for one in _with_causes(error))


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in seen and len(seen) < 10:
        seen.append(one)
        one = one.__cause__ or one.__context__
    yield from seen
