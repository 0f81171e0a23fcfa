"""Where the bytes of a job's files are: asked of the endpoints in order, and asked again when a link has expired.

The hub's own client asks; what it raises becomes one of our errors. Of those `TRANSIENT` pass by themselves, and the
download waits; all others end it.
"""

from __future__ import annotations

import re
import threading
from urllib.parse import quote

from huggingface_hub import get_hf_file_metadata

from desktop_app.errors import (
    AccessPending,
    AccessRequired,
    AccessTokenRefused,
    AppError,
    HubFailed,
    HubUnreachable,
    ModelChangedOnHub,
    NoInternet,
    NotAHub,
    TooManyRequests,
)
from desktop_app.hub.access import HubAccess, origin_of
from desktop_app.hub.failures import FAILURES, as_app_error
from desktop_app.hub.job import Job
from desktop_app.hub.repository import RepositoryFile
from desktop_app.hub.session import counted_as
from desktop_app.record import Record

TRANSIENT = (NoInternet, HubUnreachable, NotAHub, TooManyRequests, HubFailed)
_SHA256, _SHA1 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{40}")


class Link(Record):
    """Where the bytes of one file are, for some time. `url` may hold a signature: it is not logged."""

    url: str
    headers: dict[str, str]
    endpoint: str
    etag: str
    """The content's name as the hub has it; "" where it says none."""


class Links:
    """Finds links for the files of one job. Endpoints that fail come later, until one that is no better has failed, too."""

    def __init__(self, job: Job, access: HubAccess, token: str) -> None:
        self._job, self._access = job, access
        self._token = token if job.needs_token else ""
        self._n_failures = {endpoint.url: 0 for endpoint in access.endpoints}
        self._last = ""
        self._lock = threading.Lock()

    @property
    def n_endpoints(self) -> int:
        """How many there are to choose from."""
        return len(self._n_failures)

    def distrust(self) -> None:
        """Note that what came from the last link was wrong."""
        with self._lock:
            if self._last:
                self._n_failures[self._last] += 1

    def failed(self, link: Link) -> None:
        """Note that nothing comes from there."""
        with self._lock:
            self._n_failures[link.endpoint] += 1

    def find(self, file: RepositoryFile) -> Link:
        """Ask the endpoints for a file, the best first. Raises: AppError, that of the first; see `TRANSIENT`."""
        with self._lock:
            endpoints = sorted(self._n_failures, key=self._n_failures.__getitem__)
        errors: dict[str, AppError] = {}
        for endpoint in endpoints:
            try:
                link = self._ask(endpoint, file)
            except AppError as error:
                errors[endpoint] = error
                with self._lock:
                    self._n_failures[endpoint] += isinstance(error, TRANSIENT)
            else:
                self._last = endpoint
                return link
        # One that does not get the access token refuses what needs it: that says nothing about the person.
        asked_as_person = [error for endpoint, error in errors.items() if self._token and self._access.sends_token_to(endpoint)]
        raise _worst(asked_as_person or list(errors.values()))

    def _ask(self, endpoint: str, file: RepositoryFile) -> Link:
        job = self._job
        url = f"{endpoint}/{job.repository}/resolve/{quote(job.revision, safe='')}/{quote(file.name)}"
        try:
            with counted_as("download", job.repository, endpoint):
                found = get_hf_file_metadata(
                    url, token=self._token or False, timeout=self._access.read_timeout_s, user_agent=self._access.user_agent
                )
        except FAILURES as error:
            raise as_app_error(error, endpoint, job.repository, file.name) from error
        if not found.commit_hash or found.size is None:
            raise NotAHub(endpoint)
        etag = found.etag or ""
        wanted = file.sha256 if _SHA256.fullmatch(etag) else file.blob_id if _SHA1.fullmatch(etag) else ""
        if found.size != file.size_bytes or (wanted and wanted != etag):
            raise ModelChangedOnHub(job.repository)
        headers = {"Accept-Encoding": "identity"}
        if self._token and origin_of(found.location) == origin_of(endpoint):
            headers["Authorization"] = f"Bearer {self._token}"
        return Link(found.location, headers, endpoint, etag)


def _worst(errors: list[AppError]) -> AppError:
    """Give the one to tell: a question of access, else one that passes while any does, else that of the first endpoint."""
    access = [error for error in errors if isinstance(error, AccessRequired | AccessPending | AccessTokenRefused)]
    passing = [error for error in errors if isinstance(error, TRANSIENT)]
    return (access or passing or errors)[0]
