"""What an answer to a request for bytes is good for, told before the first of them is written."""

from __future__ import annotations

import re

import httpx2

from desktop_app.errors import AppError, HubFailed, NotAHub, TooManyRequests
from desktop_app.hub.failures import retry_s

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
REFUSED = (400, 401, 403, 404, 405, 406, 410, 414, 416, 451)
"""Whoever asks the same once more gets the same answer. 403 and 410 are those of a link that has expired."""


class Broken(Exception):
    """Nothing more comes in this way, and another try may help; `error` says what is wrong.

    `is_refusal`: the server has answered, and will hardly answer anything else to the same link.
    """

    def __init__(self, error: AppError, *, is_refusal: bool = False) -> None:
        super().__init__()
        self.error, self.is_refusal = error, is_refusal


class RangesIgnored(Exception):
    """The answer is the whole file, where a part of it was asked for."""


def check_part(response: httpx2.Response, start: int, end: int, size_bytes: int, endpoint: str) -> None:
    """Let only an answer pass that holds the bytes from `start` on, at most to `end`. Raises: Broken, RangesIgnored."""
    _check_status(response, endpoint)
    if response.status_code == 200:
        _check_whole(response, size_bytes, endpoint)
        if (start, end) != (0, size_bytes):
            raise RangesIgnored
        return
    found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if found is None or int(found[1]) != start or int(found[2]) >= end:
        raise Broken(HubFailed(endpoint, response.status_code), is_refusal=True)
    if found[3] not in ("*", str(size_bytes)):
        raise Broken(HubFailed(endpoint, response.status_code), is_refusal=True)


def check_all(response: httpx2.Response, size_bytes: int, endpoint: str) -> None:
    """Let only an answer pass that holds the whole file. Raises: Broken."""
    _check_status(response, endpoint)
    _check_whole(response, size_bytes, endpoint)


def _check_status(response: httpx2.Response, endpoint: str) -> None:
    status = response.status_code
    if status == 429:
        raise Broken(TooManyRequests(retry_s(response)))
    if status not in (200, 206):
        raise Broken(HubFailed(endpoint, status), is_refusal=status in REFUSED)
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Broken(HubFailed(endpoint, status), is_refusal=True)  # it was asked not to


def _check_whole(response: httpx2.Response, size_bytes: int, endpoint: str) -> None:
    """A page of a hotel's network or of a proxy comes with status 200, too."""
    length = response.headers.get("Content-Length")
    if response.headers.get("Content-Type", "").startswith("text/html"):
        raise Broken(NotAHub(endpoint))
    if response.status_code != 200 or length not in (None, str(size_bytes)):
        raise Broken(HubFailed(endpoint, response.status_code), is_refusal=True)
