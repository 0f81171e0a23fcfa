"""C1: the download process is killed at any moment: what has come is not fetched again, and the end is the right file."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_app.hub.download_messages import (
    Connected,
    DownloadReady,
    Event,
    Finished,
    Progress,
    Start,
    Stopped,
    TryNow,
    decode_event,
    encode,
)
from desktop_app.hub.job import Job
from desktop_app.hub.parts import kept_of
from tests.fakes.hub import TestHub, write_gguf
from tests.hub.downloading import FILE, REPOSITORY, access_to, all_files, job_of, sha256_of

SIZE = 24_000_000
N_KILLS = 10
EXTRA_SHARE_MAX = 0.05
RATE = 4_000_000
"""Bytes a second on each connection: a kill finds it in the middle."""
LIMIT_S = 60


class DownloadProcess:
    """The real process with one job."""

    def __init__(self, hub: TestHub, job: Job, home: Path) -> None:
        self.job = job
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", "desktop_app", "--role", "download", "--home", str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.send(Start(job.id, job, access_to(hub), keep_free_bytes=0))

    def send(self, message: Start | TryNow) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(encode(message))
        self._child.stdin.flush()

    def events(self) -> Iterator[Event]:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            yield decode_event(line)

    def kill(self) -> None:
        self._child.kill()

    def end_input(self) -> None:
        assert self._child.stdin is not None
        self._child.stdin.close()

    def wait(self) -> int:
        """Give the exit status when it has gone, and close what is open here."""
        status = self._child.wait(LIMIT_S)
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                stream.close()
        return status


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[TestHub]:
    write_gguf(tmp_path / "hub" / REPOSITORY / FILE, size=SIZE)
    with TestHub(tmp_path / "hub") as hub:
        yield hub


@pytest.fixture
def job(hub: TestHub, tmp_path: Path) -> Job:
    return job_of(hub, tmp_path / "models")


def _after_head(hub: TestHub) -> list[dict[str, Any]]:
    """Give what one process has asked for; before its HEAD may stand what the one before it asked last."""
    log = hub.requests()
    return log[[one["method"] for one in log].index("HEAD") + 1 :]


@pytest.mark.posix("Windows has no signals")
def test_ten_kills_cost_nothing_and_end_in_the_right_file(hub: TestHub, job: Job, tmp_path: Path) -> None:
    """What was on its way when a kill came is lost to anybody; tests/bench/download.py measures it together with the rest."""
    hub.add_fault(path="/cdn/*", rate=RATE, times=None)
    generator = random.Random(1)
    marks = sorted(generator.uniform(0.0, 0.7) * SIZE for _ in range(N_KILLS))
    n_killed = n_forgotten = 0
    for mark in marks:
        before, told = kept_of(job), 0
        process = DownloadProcess(hub, job, tmp_path / "home")
        for event in process.events():
            if isinstance(event, Progress) and event.state != "checking":
                assert event.done_bytes >= before, "it has forgotten what there was"
                told = event.done_bytes
                if told >= mark:
                    process.kill()
        n_killed += process.wait() == -signal.SIGKILL
        n_forgotten += max(0, told - kept_of(job))
        assert not [name for name in all_files(tmp_path / "models") if name.endswith(".gguf")], "a part is no model"
    assert n_killed == N_KILLS and 0 < kept_of(job) < SIZE

    hub.clear_faults()
    hub.clear_requests()
    n_kept = kept_of(job)
    process = DownloadProcess(hub, job, tmp_path / "home")
    *_, last = process.events()
    assert process.wait() == 0
    assert last == Finished(job.id, (f"{job.folder}/{FILE}",), (job.files[0].sha256,))
    assert sha256_of(Path(job.folder) / FILE) == job.files[0].sha256
    assert all_files(tmp_path / "models") == [f"{REPOSITORY}/{FILE}"], "nothing is left behind"
    asked = _after_head(hub)
    assert all(one["range"] for one in asked)
    n_forgotten += sum(one["sent"] for one in asked) - (SIZE - n_kept)
    assert n_forgotten / SIZE <= EXTRA_SHARE_MAX


def test_the_end_of_input_is_a_pause(hub: TestHub, job: Job, tmp_path: Path) -> None:
    hub.add_fault(path="/cdn/*", rate=RATE, times=None)
    process = DownloadProcess(hub, job, tmp_path / "home")
    said = []
    for event in process.events():
        said.append(event)
        if isinstance(event, Progress) and event.done_bytes > 2_000_000:
            process.end_input()
    assert process.wait() == 0
    assert isinstance(said[0], DownloadReady) and said[-1] == Stopped(job.id)
    n_kept = kept_of(job)
    assert max(one.done_bytes for one in said if isinstance(one, Progress)) <= n_kept < SIZE

    hub.clear_faults()
    hub.clear_requests()
    process = DownloadProcess(hub, job, tmp_path / "home")
    said = list(process.events())
    assert process.wait() == 0
    assert isinstance(said[-1], Finished) and sum(one["sent"] for one in _after_head(hub)) == SIZE - n_kept
    reported = [one for one in said if isinstance(one, Connected)]
    assert sum(one.n_requests for one in reported) == len(_after_head(hub)) + 1
    assert sum(one.n_bytes for one in reported) == SIZE - n_kept


def test_a_window_that_is_gone_takes_its_download_along(hub: TestHub, job: Job, tmp_path: Path) -> None:
    hub.add_fault(path="/cdn/*", hang=True, times=None)
    process = DownloadProcess(hub, job, tmp_path / "home")
    for event in process.events():
        if isinstance(event, Progress):
            process.end_input()
    assert process.wait() == 0
