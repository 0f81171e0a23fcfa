"""The queue of downloads, over processes that do what the titles say; see `tests.fakes.download_worker`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop_app.errors import (
    DatabaseUnreadable,
    DownloadError,
    DownloadProcessEnded,
    ModelFolderGone,
    NotEnoughDiskSpace,
    OfflineSwitchOn,
)
from desktop_app.hub.names import PART_ENDING
from desktop_app.library.fit import Fit
from desktop_app.services import download_process, download_store, downloads
from desktop_app.services.relocation import follow_models
from tests.fakes import download_worker
from tests.fakes.network import FakeNetwork
from tests.services.download_queue import SIZE, Queue, offer

GIB = 1 << 30


@pytest.fixture
def network(qapp: QCoreApplication) -> FakeNetwork:
    return FakeNetwork({"download": download_worker.command()})


@pytest.fixture
def start(tmp_path: Path, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Queue]]:
    """Give a function that starts the application; what it starts last is closed."""
    monkeypatch.setattr(downloads, "LOOK_AGAIN_MS", 50)
    monkeypatch.setattr(downloads, "FIRST_PAUSE_MS", 10)
    running: list[Queue] = []

    def start(**options: Any) -> Queue:
        while running:
            running.pop().close()
        running.append(Queue(tmp_path, network, **options))
        return running[-1]

    yield start
    while running:
        running.pop().close()


@pytest.fixture
def queue(start: Callable[[], Queue]) -> Queue:
    return start()


def until_state(qtbot: QtBot, queue: Queue, id_: str, state: str) -> None:
    qtbot.waitUntil(lambda: queue.state(id_) == state, timeout=10_000)


def test_a_download_ends_as_a_model_of_the_library(qtbot: QtBot, queue: Queue) -> None:
    id_ = queue.downloads.add(offer("half", "Tiny"))
    assert queue.state(id_) == "queued"
    qtbot.waitUntil(lambda: len(queue.finished) == 1)

    path = queue.models / "acme" / "Tiny" / "Tiny-0.gguf"
    item = queue.downloads.get(id_)
    assert queue.finished == [(id_, path)]
    assert (item.state, item.done_bytes, item.total_bytes, item.first_path) == ("done", SIZE, SIZE, str(path))
    assert queue.library.by_path(path) is not None
    note = queue.library.notes.of(path)
    assert (note.repository, note.revision, note.sha256) == ("acme/Tiny", "c0ffee", f"{0:064}")
    assert ("downloading" in {state for _, state in queue.states}) and queue.network.recorded


def test_one_after_the_other_in_the_order_of_the_queue(qtbot: QtBot, queue: Queue) -> None:
    first = queue.downloads.add(offer("hold", "a"))
    until_state(qtbot, queue, first, "downloading")
    for name in "bcd":
        queue.downloads.add(offer("verify", name))
    last = queue.downloads.items()[-1].id
    queue.downloads.move(last, 1)
    wanted = queue.downloads.add(offer("hold", "e"), is_wanted_next=True)

    names = [item.repository for item in queue.downloads.items()]
    assert names == ["acme/a", "acme/e", "acme/d", "acme/b", "acme/c"]
    assert [item.state for item in queue.downloads.items()] == ["downloading", *["queued"] * 4]
    queue.downloads.pause(first)
    assert queue.state(first) == "paused"
    until_state(qtbot, queue, wanted, "downloading")
    queue.downloads.cancel(wanted)
    until_state(qtbot, queue, last, "verifying")


def test_the_same_offer_is_not_fetched_twice(qtbot: QtBot, queue: Queue) -> None:
    id_ = queue.downloads.add(offer("hold", "a"))
    queue.downloads.pause(id_)

    assert queue.downloads.add(offer("hold", "a")) == id_
    assert len(queue.downloads.items()) == 1
    until_state(qtbot, queue, id_, "downloading")


def test_a_paused_download_keeps_what_is_there_and_goes_on_with_it(qtbot: QtBot, queue: Queue) -> None:
    id_ = queue.downloads.add(offer("half hold", "a"))
    qtbot.waitUntil(lambda: queue.downloads.get(id_).done_bytes == SIZE // 2)
    queue.downloads.pause(id_)
    item = queue.downloads.get(id_)
    assert (item.state, item.done_bytes, item.bytes_per_s, item.left_s) == ("paused", SIZE // 2, 0.0, None)
    qtbot.waitUntil(lambda: queue.pid() == 0)
    assert len(queue.parts()) == 1

    queue.downloads.resume(id_)
    until_state(qtbot, queue, id_, "downloading")
    assert queue.downloads.get(id_).done_bytes == SIZE // 2


def test_a_cancelled_download_leaves_nothing(qtbot: QtBot, queue: Queue) -> None:
    id_ = queue.downloads.add(offer("half linger hold", "a", n_files=2))
    qtbot.waitUntil(lambda: len(queue.parts()) == 2)
    queue.downloads.cancel(id_)

    assert queue.downloads.items() == [] and queue.removed == [id_]
    qtbot.waitUntil(lambda: not queue.left())
    assert queue.pid() == 0


def test_nothing_starts_before_the_one_before_has_ended(qtbot: QtBot, queue: Queue) -> None:
    id_ = queue.downloads.add(offer("linger hold", "a"))
    until_state(qtbot, queue, id_, "downloading")
    before = psutil.Process(queue.pid())
    queue.downloads.pause(id_)
    queue.downloads.resume(id_)
    qtbot.waitUntil(lambda: queue.pid() not in (0, before.pid))

    assert not before.is_running()


def test_the_queue_goes_on_after_a_restart(qtbot: QtBot, start: Callable[[], Queue]) -> None:
    queue = start()
    running = queue.downloads.add(offer("half hold", "a"))
    paused = queue.downloads.add(offer("hold", "b"))
    failed = queue.downloads.add(offer("fail", "c"), is_wanted_next=True)
    queue.downloads.pause(paused)
    qtbot.waitUntil(lambda: len(queue.failed) == 1)
    qtbot.waitUntil(lambda: queue.downloads.get(running).done_bytes == SIZE // 2)
    before = queue.downloads.items()
    queue = start()

    assert [item.id for item in queue.downloads.items()] == [item.id for item in before] == [running, paused, failed]
    assert queue.state(paused) == "paused" and isinstance(queue.downloads.get(failed).reason, DownloadError)
    assert queue.downloads.get(running).done_bytes == SIZE // 2
    until_state(qtbot, queue, running, "downloading")
    queue.downloads.resume(failed)
    assert queue.titles() == ["half hold", "fail", "hold"]


def test_a_queue_that_is_held_is_shown_and_begins_when_something_is_wanted(qtbot: QtBot, start: Callable[..., Queue]) -> None:
    queue = start()
    id_ = queue.downloads.add(offer("half hold", "a"))
    until_state(qtbot, queue, id_, "downloading")
    queue = start(is_held=True)
    qtbot.waitUntil(lambda: not queue.downloads._is_clearing)
    assert (queue.state(id_), queue.pid(), len(queue.parts())) == ("queued", 0, 1)
    assert queue.downloads.add(offer("half hold", "a")) == id_
    until_state(qtbot, queue, id_, "downloading")


def test_what_the_journal_counts_is_shown_after_a_kill(qtbot: QtBot, start: Callable[[], Queue]) -> None:
    queue = start()
    fit = Fit("fast", "card", 1, 2, 3, 3, 24.0, "A card", 8192)
    id_ = queue.downloads.add(offer("half hold", "a"), fit=fit)
    qtbot.waitUntil(lambda: queue.downloads.get(id_).done_bytes == SIZE // 2)
    queue.downloads.pause(id_)
    # As if the last thing that was written had been that it is in the queue.
    queue.downloads._queue.change(id_, done_bytes=0)
    queue = start()

    qtbot.waitUntil(lambda: queue.downloads.get(id_).done_bytes == SIZE // 2)
    assert queue.downloads.get(id_).fit == fit


def test_parts_of_no_download_are_cleared_away_at_the_start(qtbot: QtBot, start: Callable[[], Queue]) -> None:
    queue = start()
    id_ = queue.downloads.add(offer("half hold", "a"))
    qtbot.waitUntil(lambda: len(queue.parts()) == 1)
    queue.downloads.pause(id_)
    orphan = queue.models / "acme" / "b" / f"b.gguf{PART_ENDING}"
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"x")
    foreign = queue.models / "mine.gguf.part"
    foreign.write_bytes(b"x")
    queue = start()

    qtbot.waitUntil(lambda: not orphan.exists())
    assert len(queue.parts()) == 1 and foreign.exists()


def test_parts_stay_when_their_folder_was_moved_and_the_queue_could_not_follow(
    qtbot: QtBot, start: Callable[..., Queue], tmp_path: Path
) -> None:
    """As when the disk with the database was full at that start."""
    queue = start()
    id_ = queue.downloads.add(offer("half hold", "a"))
    qtbot.waitUntil(lambda: queue.downloads.get(id_).done_bytes == SIZE // 2)
    old, new = queue.models, tmp_path / "elsewhere"
    queue.close()
    old.rename(new)
    queue = start(models=new, is_held=True)
    qtbot.waitUntil(lambda: not queue.downloads._is_clearing)
    assert len(queue.parts()) == 1
    assert queue.downloads.get(id_).done_bytes == SIZE // 2

    queue.preferences.set("models_place", str(old))
    follow_models(new, queue.preferences, queue.conversations)
    queue = start(models=new)
    until_state(qtbot, queue, id_, "downloading")
    assert queue.downloads.get(id_).done_bytes == SIZE // 2


def test_a_failed_download_keeps_its_reason_and_can_be_tried_again(qtbot: QtBot, queue: Queue) -> None:
    id_ = queue.downloads.add(offer("half fail", "a"))
    after = queue.downloads.add(offer("hold", "b"))
    qtbot.waitUntil(lambda: len(queue.failed) == 1)

    item = queue.downloads.get(id_)
    assert queue.failed == [(id_, DownloadError())]
    assert (item.state, item.reason, item.done_bytes) == ("failed", DownloadError(), SIZE // 2)
    until_state(qtbot, queue, after, "downloading")
    queue.downloads.resume(id_)
    assert queue.downloads.get(id_).reason is None
    assert [item.id for item in queue.downloads.items()] == [after, id_]


@pytest.mark.parametrize("word", ["network", "rate", "space"])
def test_what_it_waits_for_is_shown_until_it_goes_on(qtbot: QtBot, queue: Queue, word: str) -> None:
    id_ = queue.downloads.add(offer(f"half {word} hold", "a"))
    until_state(qtbot, queue, id_, "waiting")
    item = queue.downloads.get(id_)
    assert (item.waits_for, item.reason) == (word, download_worker.REASONS[word])
    assert (item.done_bytes, item.bytes_per_s, item.left_s) == (SIZE // 2, 0.0, None)

    queue.downloads.try_now(id_)
    until_state(qtbot, queue, id_, "downloading")
    assert queue.downloads.get(id_).reason is None


def test_speed_and_time_left_and_never_a_number_that_stands_still(
    qtbot: QtBot, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download_process, "STALLED_S", 0.3)
    monkeypatch.setattr(download_process, "WATCH_INTERVAL_MS", 50)
    id_ = queue.downloads.add(offer("half hold", "a", size_bytes=4_000_000))
    qtbot.waitUntil(lambda: queue.downloads.get(id_).bytes_per_s == 1_000_000.0)
    assert queue.downloads.get(id_).left_s == 2
    until_state(qtbot, queue, id_, "stalled")

    item = queue.downloads.get(id_)
    assert (item.bytes_per_s, item.left_s, item.done_bytes) == (0.0, None, 2_000_000)
    qtbot.waitUntil(lambda: (id_, "stalled") in queue.states)


@pytest.mark.posix("Windows has no signals")
def test_a_process_that_ends_by_itself_is_started_again(qtbot: QtBot, queue: Queue, expected_log) -> None:
    expected_log("the download process was ended by SIGKILL")
    monkey = offer("half hold", "a")
    id_ = queue.downloads.add(monkey)
    until_state(qtbot, queue, id_, "downloading")
    pid = queue.pid()
    psutil.Process(pid).kill()
    qtbot.waitUntil(lambda: queue.pid() not in (0, pid))
    until_state(qtbot, queue, id_, "downloading")

    assert ("waiting" in [state for _, state in queue.states]) and not queue.failed


def test_a_process_that_ends_again_and_again_is_given_up(qtbot: QtBot, queue: Queue, expected_log) -> None:
    expected_log("the download process ended with exit code 3")
    id_ = queue.downloads.add(offer("exit", "a"))
    after = queue.downloads.add(offer("hold", "b"))
    qtbot.waitUntil(lambda: len(queue.failed) == 1, timeout=10_000)

    assert queue.failed == [(id_, DownloadProcessEnded("ended with exit code 3", "the reason stands in the log"))]
    until_state(qtbot, queue, after, "downloading")


def test_a_process_that_does_not_answer_is_started_again(
    qtbot: QtBot, queue: Queue, expected_log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download_process, "SILENT_S", 0.2)
    monkeypatch.setattr(download_process, "WATCH_INTERVAL_MS", 100)
    expected_log("the download process does not answer")
    id_ = queue.downloads.add(offer("mute", "a"))
    until_state(qtbot, queue, id_, "downloading")
    pid = queue.pid()
    qtbot.waitUntil(lambda: queue.pid() not in (0, pid))


def test_the_offline_switch_stops_everything_until_it_is_off(qtbot: QtBot, queue: Queue) -> None:
    id_ = queue.downloads.add(offer("half hold", "a"))
    qtbot.waitUntil(lambda: queue.downloads.get(id_).done_bytes == SIZE // 2)
    queue.network.set_offline(True)
    assert queue.downloads.get(id_).done_bytes == SIZE // 2
    qtbot.waitUntil(lambda: queue.pid() == 0)
    assert queue.downloads.get(id_).done_bytes == SIZE // 2
    other = queue.downloads.add(offer("hold", "b"))

    for one in (id_, other):
        item = queue.downloads.get(one)
        assert (item.state, item.waits_for, item.reason) == ("waiting", "online", OfflineSwitchOn())
    queue.network.set_offline(False)
    until_state(qtbot, queue, id_, "downloading")
    assert queue.state(other) == "queued"


def test_another_endpoint_is_taken_up_at_once(qtbot: QtBot, queue: Queue) -> None:
    id_ = queue.downloads.add(offer("half linger hold", "a"))
    qtbot.waitUntil(lambda: queue.downloads.get(id_).done_bytes == SIZE // 2)
    pid = queue.pid()
    queue.network.changed.emit()
    assert queue.pid() == pid
    queue.network.endpoint = "http://127.0.0.1:2"
    queue.network.changed.emit()
    queue.network.changed.emit()

    assert queue.downloads.get(id_).done_bytes == SIZE // 2
    qtbot.waitUntil(lambda: queue.pid() not in (0, pid))
    until_state(qtbot, queue, id_, "downloading")


def test_a_download_that_is_cancelled_while_the_network_changes_is_gone(qtbot: QtBot, queue: Queue) -> None:
    id_ = queue.downloads.add(offer("half linger hold", "a"))
    qtbot.waitUntil(lambda: len(queue.parts()) == 1)
    queue.downloads.cancel(id_)
    queue.network.endpoint = "http://127.0.0.1:2"
    queue.network.changed.emit()

    qtbot.waitUntil(lambda: not queue.left())
    assert queue.downloads.items() == []


def test_an_access_token_is_asked_for_only_where_it_is_needed(qtbot: QtBot, queue: Queue) -> None:
    queue.network.token = "hf_secret"
    queue.downloads.add(offer("half", "open"))
    qtbot.waitUntil(lambda: len(queue.finished) == 1)
    assert queue.network.n_tokens_given == 0
    queue.downloads.add(offer("token", "gated", gated="auto"))
    qtbot.waitUntil(lambda: len(queue.finished) == 2)

    assert queue.network.n_tokens_given == 1


def test_the_access_token_is_in_no_file(qtbot: QtBot, start: Callable[[], Queue], tmp_path: Path) -> None:
    queue = start()
    queue.network.token = "hf_secret"
    queue.downloads.add(offer("token hold", "gated", gated="auto"))
    qtbot.waitUntil(lambda: queue.pid() != 0)
    until_state(qtbot, queue, queue.downloads.items()[0].id, "downloading")
    told = psutil.Process(queue.pid())
    said = " ".join([*told.cmdline(), *told.environ().values()])
    queue.close()

    assert "hf_secret" not in said
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"hf_secret" in path.read_bytes()]


def test_room_is_counted_for_the_whole_queue(qtbot: QtBot, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    n_free = [GIB + 2500]
    monkeypatch.setattr(downloads, "free_bytes", lambda _: n_free[0])
    ids = [queue.downloads.add(offer("hold", name, size_bytes=size)) for name, size in (("a", 1000), ("b", 2000), ("c", 1000))]
    qtbot.waitUntil(lambda: [queue.state(id_) for id_ in ids] == ["downloading", "waiting", "queued"])

    item = queue.downloads.get(ids[1])
    assert (item.waits_for, item.reason) == ("space", NotEnoughDiskSpace(GIB + 3000, GIB + 2500))
    n_free[0] = 2 * GIB
    qtbot.waitUntil(lambda: queue.state(ids[1]) == "queued")


def test_a_disk_that_was_taken_away_is_waited_for(qtbot: QtBot, queue: Queue) -> None:
    id_ = queue.downloads.add(offer("half gone", "a"))
    away = queue.models.with_name("away")
    qtbot.waitUntil(lambda: len(queue.parts()) == 1)
    queue.models.rename(away)
    qtbot.waitUntil(lambda: queue.downloads.get(id_).waits_for == "folder")

    assert queue.downloads.get(id_).reason == ModelFolderGone(str(queue.models)) and not queue.models.exists()
    away.rename(queue.models)
    until_state(qtbot, queue, id_, "checking")


def test_a_broken_entry_of_another_version_does_no_harm(qtbot: QtBot, start: Callable[[], Queue], expected_log) -> None:
    queue = start()
    id_ = queue.downloads.add(offer("hold", "a"))
    queue.conversations.in_writer(
        lambda database: database.execute(
            "INSERT INTO download (id, position, state, record, created_ms) VALUES ('x', 0, 'queued', '[]', 1)"
        ),
        lambda _: None,
    )
    expected_log("a download in the queue is of another version")
    until_state(qtbot, queue, id_, "downloading")  # what is at the start has been cleared away
    # It may be the one of a later version, to which the person goes back.
    part = queue.models / "acme" / "b" / f"b.gguf{PART_ENDING}"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x")
    queue = start()

    assert [item.id for item in queue.downloads.items()] == [id_]
    until_state(qtbot, queue, id_, "downloading")
    assert part.exists()


def test_parts_stay_when_the_queue_cannot_be_read(
    qtbot: QtBot, start: Callable[[], Queue], expected_log, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = start()
    id_ = queue.downloads.add(offer("half hold", "a"))
    qtbot.waitUntil(lambda: len(queue.parts()) == 1)
    queue.downloads.pause(id_)

    def unreadable(_: object) -> None:
        raise DatabaseUnreadable("hearth.sqlite3", "corrupt")

    with monkeypatch.context() as patch:
        patch.setattr(download_store.store, "downloads", unreadable)
        expected_log("the queue of downloads cannot be read: DatabaseUnreadable")
        queue = start()
        until_state(qtbot, queue, queue.downloads.add(offer("hold", "b")), "downloading")
        assert len([part for part in queue.parts() if "a-0" in part.name]) == 1
    queue = start()
    assert queue.downloads.get(id_).state == "paused"


def test_the_computer_stays_awake_while_something_comes_in(qtbot: QtBot, queue: Queue) -> None:
    id_ = queue.downloads.add(offer("half network hold", "a"))
    until_state(qtbot, queue, id_, "waiting")
    assert queue.awake.asked == [False, True, False]
    queue.downloads.try_now(id_)
    until_state(qtbot, queue, id_, "downloading")
    qtbot.waitUntil(lambda: queue.awake.asked[-1])
    queue.downloads.pause(id_)
    qtbot.waitUntil(lambda: queue.pid() == 0)

    assert queue.awake.asked == [False, True, False, True, False]


def test_when_the_system_says_that_there_is_a_network_it_is_tried_at_once(qtbot: QtBot, queue: Queue) -> None:
    id_ = queue.downloads.add(offer("half network hold", "a"))
    until_state(qtbot, queue, id_, "waiting")
    assert queue.reachability.n_watched > 0
    queue.reachability.changed.emit()

    until_state(qtbot, queue, id_, "downloading")


@pytest.mark.posix("Windows has no signals")
def test_what_is_held_back_holds_up_nothing_once_it_is_not_wanted(
    qtbot: QtBot, queue: Queue, expected_log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "FIRST_PAUSE_MS", 60_000)
    monkeypatch.setattr(downloads, "LONGEST_PAUSE_MS", 60_000)
    expected_log("the download process was ended by SIGKILL")
    id_ = queue.downloads.add(offer("die", "a"))
    after = queue.downloads.add(offer("hold", "b"))
    qtbot.waitUntil(lambda: queue.downloads.get(id_).waits_for == "restart")
    assert queue.state(after) == "queued"
    queue.downloads.pause(id_)

    until_state(qtbot, queue, after, "downloading")
