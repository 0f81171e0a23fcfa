"""Downloads in this process, from hubs in this process; what waits is told to try now, so that nobody waits for it."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from huggingface_hub import close_session, set_client_factory
from huggingface_hub.utils._http import default_client_factory

from desktop_app.errors import AppError
from desktop_app.hub import download as download_module
from desktop_app.hub.access import Connected, Endpoint, HubAccess
from desktop_app.hub.download import Download
from desktop_app.hub.download_messages import Event, Failed, Finished, Progress, Start
from desktop_app.hub.job import Job
from desktop_app.hub.names import job_folder
from desktop_app.hub.repository import RepositoryFile
from desktop_app.hub.session import ConnectionCount, open_session
from tests.fakes.hub import TestHub

TICK_S = 0.01
"""How often a download looks about itself here; so often it is told to try now, too."""
REPOSITORY, FILE = "acme/tiny-GGUF", "tiny-Q4_K_M.gguf"


def job_of(hub: TestHub, models: Path, *names: str, repository: str = REPOSITORY, **changes: Any) -> Job:
    """Give the job for files as the hub has them now; `models` is made."""
    models.mkdir(exist_ok=True)
    repo = hub.repo(repository)
    assert repo is not None
    files = []
    for name in names or (FILE,):
        file = repo.files[name]
        sha256, blob_id = (file.sha256, "") if file.is_large else ("", file.etag)
        files.append(RepositoryFile(name, file.size, sha256, blob_id))
    job = Job("job-1", repository, repo.sha, "Tiny", tuple(files), str(job_folder(models, repository)))
    return job.replaced(**changes)


@dataclasses.dataclass
class Outcome:
    """How a download ended, and what it said on the way."""

    final: Finished | Failed
    progress: list[Progress]
    connected: list[Connected]

    @property
    def error(self) -> AppError | None:
        """Why it failed; None when it did not."""
        return self.final.error if isinstance(self.final, Failed) else None

    @property
    def path(self) -> Path:
        """The first file."""
        assert isinstance(self.final, Finished), self.final
        return Path(self.final.paths[0])

    def reasons(self, state: str) -> set[str]:
        """Give the names of the errors for which it was in a state."""
        return {type(one.reason).__name__ for one in self.progress if one.state == state}


@contextmanager
def session(access: HubAccess, connected: list[Connected]) -> Iterator[None]:
    """Let the hub's client of this process talk as `access` says."""
    count = ConnectionCount(connected.append)
    open_session(access, count)
    try:
        yield
    finally:
        close_session()
        set_client_factory(default_client_factory)
        count.flush()


def access_to(*hubs: TestHub | str, **changes: Any) -> HubAccess:
    """Give access to some hubs, in order; the first one may have a token. A hang is noticed soon."""
    urls = [hub if isinstance(hub, str) else hub.url for hub in hubs]
    endpoints = tuple(Endpoint(url, sends_token=number == 0) for number, url in enumerate(urls))
    return HubAccess(endpoints=endpoints, connect_timeout_s=0.5, read_timeout_s=0.3).replaced(**changes)


def download(job: Job, *hubs: TestHub | str, token: str = "", is_patient: bool = False, **options: Any) -> Outcome:
    """Run a job to its end. `is_patient`: it waits as long as it likes."""
    access = access_to(*hubs)
    outcome = Outcome(Failed(job.id, AppError()), [], [])

    def tell(event: Event) -> None:
        assert isinstance(event, Progress)
        outcome.progress.append(event)
        if not is_patient:
            running.try_now()

    with session(access, outcome.connected), patch.object(download_module, "TICK_S", TICK_S):
        running = Download(Start(job.id, job, access, token, **({"keep_free_bytes": 0} | options)), tell)
        outcome.final = running.run()
    return outcome


def sha256_of(path: Path) -> str:
    """Give the hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def all_files(folder: Path) -> list[str]:
    """Give the names of all files below a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
