"""A job from its first request to files in their places: what comes, from where, and what is left."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from desktop_app.errors import (
    AccessRequired,
    DiskFull,
    HubFailed,
    HubUnreachable,
    ModelChangedOnHub,
    ModelFolderGone,
    NotEnoughDiskSpace,
    OfflineSwitchOn,
    RepositoryMissing,
)
from desktop_app.hub import download as download_module
from desktop_app.hub import parts
from desktop_app.hub.download_messages import Failed, Finished, Progress, Start
from desktop_app.hub.journal import Journal
from desktop_app.hub.links import Links
from desktop_app.hub.parts import Part, PartWriter, clear_orphans, discard, kept_of
from tests.fakes.hub import TestHub, write_gguf
from tests.hub.downloading import FILE, REPOSITORY, access_to, all_files, download, job_of, session, sha256_of

SIZE = 3_500_000


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[TestHub]:
    write_gguf(tmp_path / "hub" / REPOSITORY / FILE, size=SIZE)
    with TestHub(tmp_path / "hub", tokens={"hf_alice": "alice"}) as hub:
        yield hub


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def test_a_file_comes_over_several_connections_and_its_hash_is_told(hub: TestHub, models: Path) -> None:
    hub.add_fault(path="/cdn/*", rate=4_000_000, times=None)
    outcome = download(job_of(hub, models), hub)

    source = hub.root / REPOSITORY / FILE
    assert outcome.final == Finished("job-1", (str(models / REPOSITORY / FILE),), (sha256_of(source),))
    assert outcome.path.read_bytes() == source.read_bytes()
    assert all_files(models) == [f"{REPOSITORY}/{FILE}"]
    asked = hub.requests(path="/cdn/*")
    assert hub.peak_transfers > 1 and len(asked) == 4 and all(one["range"] for one in asked)
    assert sum(one["sent"] for one in asked) == SIZE
    assert outcome.progress[0].state == "checking" and outcome.progress[-1].done_bytes == SIZE


def test_what_was_reported_is_what_the_hub_has_logged(hub: TestHub, models: Path) -> None:
    outcome = download(job_of(hub, models), hub)
    assert sum(one.n_requests for one in outcome.connected) == len(hub.requests())
    assert sum(one.n_bytes for one in outcome.connected) == sum(one["sent"] for one in hub.requests(method="GET"))
    assert {(one.purpose, one.repository) for one in outcome.connected} == {("download", REPOSITORY)}


def test_all_files_of_a_job_come_the_small_ones_too(hub: TestHub, models: Path) -> None:
    folder = hub.root / REPOSITORY
    for name in ("big-00001-of-00002.gguf", "big-00002-of-00002.gguf", "mmproj-tiny.gguf"):
        write_gguf(folder / "BF16" / name, size=400_000, seed=len(name))
    (folder / "README.md").write_text("# Tiny\n" * 1000)
    names = ("BF16/big-00001-of-00002.gguf", "BF16/big-00002-of-00002.gguf", "BF16/mmproj-tiny.gguf", "README.md")
    outcome = download(job_of(hub, models, *names), hub)
    assert isinstance(outcome.final, Finished)
    assert outcome.final.paths == tuple(str(models / REPOSITORY / name) for name in names)
    assert all((models / REPOSITORY / name).read_bytes() == (folder / name).read_bytes() for name in names)


def test_no_file_of_a_job_takes_its_place_before_all_are_right(hub: TestHub, models: Path) -> None:
    write_gguf(hub.root / REPOSITORY / "a.gguf", size=100_000)
    write_gguf(hub.root / REPOSITORY / "b.gguf", size=100_000, seed=1)
    job = job_of(hub, models, "a.gguf", "b.gguf")
    right = hub.repo(REPOSITORY).files["b.gguf"].sha256
    hub.add_fault(path=f"/cdn/*/{right}", corrupt_at=(99_000,), times=None)
    assert download(job, hub).error is not None
    assert not [name for name in all_files(models) if name.endswith(".gguf")]


def test_what_is_there_is_not_asked_for_again(hub: TestHub, models: Path) -> None:
    job = job_of(hub, models)
    hub.add_fault(path="/cdn/*", drop_after=300_000, times=2)
    hub.add_fault(path="/cdn/*", status=404, times=None, skip=2)
    assert isinstance(download(job, hub, n_connections=2).error, HubFailed)
    n_there = kept_of(job)
    assert 600_000 <= n_there < SIZE

    hub.clear_faults()
    hub.clear_requests()
    outcome = download(job, hub)
    assert isinstance(outcome.final, Finished)
    assert outcome.progress[0].done_bytes == n_there
    assert sum(one["sent"] for one in hub.requests(path="/cdn/*")) == SIZE - n_there


def test_a_mirror_takes_over_when_the_first_endpoint_does_not_answer(hub: TestHub, models: Path, tmp_path: Path) -> None:
    with TestHub(hub.root, cdn="none") as mirror:
        job = job_of(hub, models)
        hub.add_fault(path="*", method="*", hang=True, times=None)
        outcome = download(job, hub, mirror)
    assert isinstance(outcome.final, Finished)
    assert not hub.requests(path="/cdn/*") and mirror.requests(path="*/resolve/*")


def test_a_mirror_takes_over_when_the_content_host_of_the_first_is_out_of_reach(hub: TestHub, models: Path) -> None:
    with TestHub(hub.root) as mirror:
        job = job_of(hub, models)
        hub.add_fault(path="/cdn/*", hang=True, times=None)
        outcome = download(job, hub, mirror)
    assert isinstance(outcome.final, Finished)
    assert sum(one["sent"] for one in mirror.requests(path="/cdn/*")) == SIZE


def test_links_that_expire_are_asked_for_anew(hub: TestHub, models: Path) -> None:
    hub.add_fault(path="/cdn/*", status=403, skip=1, times=2)
    assert isinstance(download(job_of(hub, models), hub, n_connections=1).final, Finished)
    assert [one["status"] for one in hub.requests(path="/cdn/*")] == [206, 403, 403, 206, 206, 206]
    assert len(hub.requests(method="HEAD")) == 3


def test_links_that_are_never_good_are_not_asked_for_for_ever(hub: TestHub, models: Path) -> None:
    hub.signed_url_ttl = -10
    assert download(job_of(hub, models), hub).error == HubFailed(hub.url, 403)


def test_the_token_goes_to_the_hub_for_what_needs_it_and_to_nobody_else(hub: TestHub, models: Path) -> None:
    hub.set_repo(REPOSITORY, gated="auto", allowed_users=["alice"])
    job = job_of(hub, models)
    assert download(job, hub, token="hf_alice").error == AccessRequired(REPOSITORY, f"{hub.url}/{REPOSITORY}")
    assert {one["authorization"] for one in hub.requests()} == {None}, "the job does not say that it is needed"
    assert isinstance(download(job.replaced(needs_token=True), hub, token="hf_alice").final, Finished)
    assert {one["authorization"] for one in hub.requests(host="hub")} == {None, "Bearer hf_alice"}
    assert {one["authorization"] for one in hub.requests(host="cdn")} == {None}


def test_a_mirror_that_serves_the_bytes_itself_gets_the_token_only_when_it_may(hub: TestHub, models: Path) -> None:
    hub.set_repo(REPOSITORY, gated="auto", allowed_users=["alice"])
    job = job_of(hub, models).replaced(needs_token=True)
    hub.cdn = "none"
    assert isinstance(download(job, hub, token="hf_alice").final, Finished)
    hub.clear_requests()
    shutil.rmtree(models / "acme")
    access = access_to("http://127.0.0.1:9", hub)
    with session(access, []), pytest.raises(HubUnreachable):
        # Not AccessRequired, which would end it: the one that may have the token is only out of reach.
        Links(job, access, "hf_alice").find(job.files[0])
    assert {one["authorization"] for one in hub.requests()} == {None}


def test_a_new_version_replaces_the_old_one_only_when_it_is_right(hub: TestHub, models: Path) -> None:
    old = download(job_of(hub, models), hub).path
    before = old.read_bytes()
    write_gguf(hub.root / REPOSITORY / FILE, size=SIZE, seed=7)
    job = job_of(hub, models)
    hub.add_fault(path="/cdn/*", corrupt_at=(SIZE - 5,), times=None)
    assert download(job, hub).error is not None
    assert old.read_bytes() == before
    hub.clear_faults()
    assert download(job, hub).path.read_bytes() == (hub.root / REPOSITORY / FILE).read_bytes() != before


def test_files_that_were_put_in_place_before_the_process_ended_are_not_fetched_again(hub: TestHub, models: Path) -> None:
    job = job_of(hub, models)
    download(job, hub)
    (models / REPOSITORY / f"{FILE}.hearth-journal").write_bytes(b"what a kill leaves")
    hub.clear_requests()
    assert isinstance(download(job, hub).final, Finished)
    assert hub.requests() == [] and all_files(models) == [f"{REPOSITORY}/{FILE}"]


@pytest.mark.parametrize(("module", "name"), [(download_module, "hash_of"), (parts, "sync")])
def test_it_speaks_while_a_slow_disk_reads_or_writes(
    module: ModuleType, name: str, hub: TestHub, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that says nothing for half a minute is taken for one that hangs, and is ended."""
    monkeypatch.setattr(download_module, "TELL_AT_LEAST_S", 0.0)
    job, done = job_of(hub, models), getattr(module, name)
    if name == "hash_of":  # of a whole file that is there already
        download(job, hub)
    spoken = threading.Semaphore(0)

    def slow(*arguments: Any) -> Any:
        while spoken.acquire(blocking=False):
            pass
        for _ in range(3):
            assert spoken.acquire(timeout=10), "nothing was said meanwhile"
        return done(*arguments)

    monkeypatch.setattr(module, name, slow)
    access = access_to(hub)
    with session(access, []):
        running = download_module.Download(Start(job.id, job, access, keep_free_bytes=0), lambda _: spoken.release())
        assert isinstance(running.run(), Finished)


def test_a_file_that_changed_on_the_hub_is_not_mixed_with_the_old_one(hub: TestHub, models: Path) -> None:
    job = job_of(hub, models).replaced(revision="main")
    write_gguf(hub.root / REPOSITORY / FILE, size=SIZE, seed=7)
    assert download(job, hub).error == ModelChangedOnHub(REPOSITORY)
    assert isinstance(download(job.replaced(revision="0" * 40), hub).error, RepositoryMissing)


def test_it_waits_for_space_and_goes_on_when_there_is_some(hub: TestHub, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job, free_bytes = job_of(hub, models), [SIZE + 999]
    monkeypatch.setattr(download_module.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(0, 0, free_bytes[0]))
    monkeypatch.setattr(download_module, "SPACE_INTERVAL_S", 0.05)
    waiting = []

    def tell(event: object) -> None:
        if event.state == "waiting_space":
            waiting.append((event.reason, list(hub.requests())))
            free_bytes[0] += 1

    access = access_to(hub)
    with session(access, []):
        final = download_module.Download(Start(job.id, job, access, keep_free_bytes=1000), tell).run()
    assert isinstance(final, Finished)
    assert waiting[0] == (NotEnoughDiskSpace(SIZE + 1000, SIZE + 999), [])


def test_a_disk_that_is_full_all_the_same_is_waited_for(hub: TestHub, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job, write_at, n_full = job_of(hub, models), PartWriter.write_at, [3]
    lock = threading.Lock()

    def write_sometimes(writer: PartWriter, position: int, data: bytes) -> None:
        with lock:
            n_full[0] -= 1
        if n_full[0] >= 0:
            raise DiskFull("/models")
        write_at(writer, position, data)

    monkeypatch.setattr(PartWriter, "write_at", write_sometimes)
    monkeypatch.setattr(download_module, "SPACE_INTERVAL_S", 0.02)
    monkeypatch.setattr(download_module, "FULL_PAUSE_S", 0.15)
    outcome = download(job, hub)
    assert isinstance(outcome.final, Finished) and sha256_of(outcome.path) == job.files[0].sha256
    assert "DiskFull" in outcome.reasons("waiting_space")


def test_a_disk_without_room_for_the_first_byte_is_waited_for(
    hub: TestHub, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, make, n_full = job_of(hub, models), download_module.Part.journal, [2]

    def sometimes(part: Part, *about: Any) -> Journal:
        n_full[0] -= 1
        if n_full[0] >= 0:
            raise DiskFull(str(part.path))
        return make(part, *about)

    monkeypatch.setattr(download_module.Part, "journal", sometimes)
    monkeypatch.setattr(download_module, "SPACE_INTERVAL_S", 0.01)
    outcome = download(job, hub)
    assert isinstance(outcome.final, Finished) and outcome.reasons("waiting_space") == {"DiskFull"}


def test_a_folder_of_models_that_is_gone_is_not_made(hub: TestHub, models: Path) -> None:
    job = job_of(hub, models)
    models.rmdir()
    assert download(job, hub).error == ModelFolderGone(str(models))
    assert not models.exists() and hub.requests() == []


@pytest.mark.posix("on Windows a folder stays while a file in it is open")
def test_a_folder_of_models_that_goes_away_ends_it(hub: TestHub, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = job_of(hub, models)
    hub.add_fault(path="/cdn/*", rate=1_000_000, times=None)
    monkeypatch.setattr(download_module, "SPACE_INTERVAL_S", 0.02)
    access = access_to(hub)

    def tell(event: Progress) -> None:
        if event.done_bytes > 100_000:
            shutil.rmtree(models, ignore_errors=True)

    with session(access, []):
        final = download_module.Download(Start(job.id, job, access, keep_free_bytes=0), tell).run()
    assert final == Failed(job.id, ModelFolderGone(job.folder)) and not models.exists()


def test_two_processes_do_not_write_the_same_file(hub: TestHub, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download_module, "IN_USE_PAUSE_S", 0.02)
    job = job_of(hub, models)
    other = Part(models / REPOSITORY / FILE)
    seen = threading.Event()

    def let_go() -> None:
        assert seen.wait(10)
        assert not hub.requests()
        other.close()

    thread = threading.Thread(target=let_go)
    thread.start()
    access, n_told = access_to(hub), [0]

    def tell(event: object) -> None:
        n_told[0] += 1
        if n_told[0] > 1:
            seen.set()

    monkeypatch.setattr(download_module, "TELL_AT_LEAST_S", 0.05)
    with session(access, []):
        final = download_module.Download(Start(job.id, job, access, keep_free_bytes=0), tell).run()
    thread.join()
    assert isinstance(final, Finished)


def test_offline_nothing_is_asked(hub: TestHub, models: Path) -> None:
    job, access = job_of(hub, models), access_to(hub, is_offline=True)
    with session(access, []):
        final = download_module.Download(Start(job.id, job, access), lambda _: None).run()
    assert final == Failed(job.id, OfflineSwitchOn()) and hub.requests() == []


def test_an_endpoint_that_is_not_there_is_waited_for(hub: TestHub, models: Path) -> None:
    job = job_of(hub, models)
    hub.add_fault(path="*/resolve/*", method="HEAD", status=503, times=3)
    outcome = download(job, hub)
    waited = [one for one in outcome.progress if one.state == "waiting_network"]
    assert isinstance(outcome.final, Finished)
    assert waited[0].reason == HubFailed(hub.url, 503) and waited[0].retry_s > 0 and waited[0].n_connections == 0


def test_discarding_a_job_leaves_nothing_of_it_and_touches_nothing_else(hub: TestHub, models: Path) -> None:
    job = job_of(hub, models)
    hub.add_fault(path="/cdn/*", drop_after=300_000, times=1)
    hub.add_fault(path="/cdn/*", status=404, times=None, skip=1)
    download(job, hub)
    (models / "mine.gguf").write_bytes(b"GGUF")
    assert len(all_files(models)) == 3
    discard(job)
    assert all_files(models) == ["mine.gguf"] and not (models / "acme").exists()


def test_orphans_are_cleared_and_what_is_waited_for_is_not(hub: TestHub, models: Path) -> None:
    job = job_of(hub, models)
    hub.add_fault(path="/cdn/*", drop_after=300_000, times=1)
    hub.add_fault(path="/cdn/*", status=404, times=None, skip=1)
    download(job, hub)
    (models / "old.gguf.hearth-part").write_bytes(b"x" * 1000)
    (models / "old.gguf.hearth-journal").write_bytes(b"{}")
    (models / "browser.gguf.part").write_bytes(b"of another program")
    assert clear_orphans(models, [job]) == 1000
    kept = [f"{REPOSITORY}/{FILE}.hearth-journal", f"{REPOSITORY}/{FILE}.hearth-part", "browser.gguf.part"]
    assert all_files(models) == kept
