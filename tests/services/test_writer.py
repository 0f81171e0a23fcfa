"""The writer's thread: order, errors, outages, and the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop_app.errors import AppError, DiskFull, NoModel, WriteFailed
from desktop_app.services import writer as module
from desktop_app.services.writer import DatabaseWriter
from desktop_app.storage.database import Database

FULL = DiskFull("/somewhere")


class Disk:
    """Work that fails while `is_full`, and otherwise writes its key into the file."""

    def __init__(self) -> None:
        self.is_full = False
        self.n_tries = 0

    def write(self, key: str) -> Callable[[Database], str]:
        def work(database: Database) -> str:
            self.n_tries += 1
            if self.is_full:
                raise FULL
            database.execute("INSERT INTO value (key, value) VALUES (?, '')", key)
            return key

        return work


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hearth.sqlite3"


@pytest.fixture
def writer(qapp: QCoreApplication, path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DatabaseWriter]:
    monkeypatch.setattr(module, "RETRY_INTERVAL_S", 0.05)
    writer = DatabaseWriter(Database.writing(path))
    yield writer
    writer.close()


@pytest.fixture
def heard(writer: DatabaseWriter) -> list[object]:
    """What the writer says, in order."""
    heard: list[object] = []
    writer.outage_began.connect(heard.append)
    writer.outage_ended.connect(lambda: heard.append("ended"))
    return heard


def _keys(path: Path) -> list[str]:
    reading = Database.reading(path)
    keys = [row[0] for row in reading.rows("SELECT key FROM value ORDER BY key")]
    reading.close()
    return keys


def test_work_is_done_in_order_in_one_other_thread(qtbot: QtBot, writer: DatabaseWriter) -> None:
    worked: list[tuple[int, int]] = []
    told: list[int] = []

    def work(_: Database, number: int) -> int:
        worked.append((number, threading.get_ident()))
        return number

    for number in range(50):
        writer.post(partial(work, number=number), told.append)

    qtbot.waitUntil(lambda: len(told) == 50)

    assert told == list(range(50))
    assert [number for number, _ in worked] == told
    threads = {thread for _, thread in worked}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_callbacks_run_on_the_thread_that_made_it(qtbot: QtBot, writer: DatabaseWriter) -> None:
    threads: list[int] = []

    def fail(_: Database) -> None:
        raise NoModel

    writer.post(lambda _: None, lambda _: threads.append(threading.get_ident()))
    writer.post(fail, None, lambda _: threads.append(threading.get_ident()))
    assert threads == []
    qtbot.waitUntil(lambda: len(threads) == 2)

    assert set(threads) == {threading.get_ident()}


def test_posting_does_not_wait_for_the_disk(qtbot: QtBot, writer: DatabaseWriter) -> None:
    release = threading.Event()
    writer.post(lambda _: release.wait(10))

    began = time.perf_counter()
    for _ in range(100):
        writer.post(lambda _: None)
    took_s = time.perf_counter() - began
    release.set()

    assert took_s < 0.1
    assert writer.flush(5000)


def test_an_error_of_the_world_goes_to_on_error(qtbot: QtBot, writer: DatabaseWriter, heard: list[object]) -> None:
    disk = Disk()
    errors: list[AppError] = []
    disk.is_full = True
    writer.post(disk.write("a"), None, errors.append)
    qtbot.waitUntil(lambda: bool(errors))

    assert errors == [FULL]
    assert heard == []
    assert writer.flush(5000)


def test_a_mistake_of_ours_rises_on_the_window_s_thread(qtbot: QtBot, writer: DatabaseWriter) -> None:
    with qtbot.captureExceptions() as raised:
        writer.post(lambda _: 1 // 0, keep=True)
        qtbot.waitUntil(lambda: bool(raised))

    assert raised[0][0] is ZeroDivisionError
    # And it is not tried for ever.
    assert writer.flush(5000)


def test_kept_work_is_held_and_written_in_order_when_the_disk_is_back(
    qtbot: QtBot, writer: DatabaseWriter, heard: list[object], path: Path
) -> None:
    disk = Disk()
    told: list[str] = []
    disk.is_full = True
    for key in "abc":
        writer.post(disk.write(key), told.append, keep=True)
    qtbot.waitUntil(lambda: disk.n_tries > 5)
    assert not writer.flush(5000)
    assert (heard, told, _keys(path)) == ([FULL], [], [])

    disk.is_full = False
    qtbot.waitUntil(lambda: "ended" in heard)

    assert heard == [FULL, "ended"]
    assert told == ["a", "b", "c"]
    assert _keys(path) == ["a", "b", "c"]
    assert writer.flush(5000)


def test_a_second_outage_is_said_again(qtbot: QtBot, writer: DatabaseWriter, heard: list[object]) -> None:
    disk = Disk()
    for key in "ab":
        disk.is_full = True
        writer.post(disk.write(key), keep=True)
        qtbot.waitUntil(lambda: heard[-1:] == [FULL])
        disk.is_full = False
        qtbot.waitUntil(lambda: heard[-1:] == ["ended"])

    assert heard == [FULL, "ended", FULL, "ended"]


def test_during_an_outage_other_work_fails_at_once_and_does_not_overtake(
    qtbot: QtBot, writer: DatabaseWriter, path: Path
) -> None:
    disk = Disk()
    errors: list[AppError] = []
    told: list[str] = []
    disk.is_full = True
    writer.post(disk.write("held"), told.append, keep=True)
    # This one would succeed; it must not be on disk before the one that is held.
    writer.post(lambda database: database.execute("INSERT INTO value (key, value) VALUES ('new', '')"), None, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert (errors, _keys(path)) == ([FULL], [])

    disk.is_full = False
    qtbot.waitUntil(lambda: bool(told))
    assert _keys(path) == ["held"]


def test_the_next_work_ends_an_outage_before_the_interval_is_over(
    qtbot: QtBot, writer: DatabaseWriter, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_INTERVAL_S", 600)
    disk = Disk()
    told: list[str] = []
    disk.is_full = True
    writer.post(disk.write("a"), told.append, keep=True)
    assert not writer.flush(5000)

    disk.is_full = False
    writer.post(disk.write("b"), told.append)
    qtbot.waitUntil(lambda: told == ["a", "b"])


def test_flush_gives_up_after_its_time(qtbot: QtBot, writer: DatabaseWriter) -> None:
    release = threading.Event()
    writer.post(lambda _: release.wait(10))

    is_flushed = writer.flush(20)
    release.set()

    assert not is_flushed
    assert writer.flush(5000)


def test_close_finishes_everything_and_tells_it(qapp: QCoreApplication, path: Path) -> None:
    writer, disk = DatabaseWriter(Database.writing(path)), Disk()
    told: list[str] = []
    for number in range(20):
        writer.post(disk.write(f"{number:02}"), told.append)

    writer.close()
    writer.close()

    assert len(told) == 20
    assert not any(thread.name == "database writer" for thread in threading.enumerate())
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert _reopened_keys(path) == [f"{number:02}" for number in range(20)]
    with pytest.raises(RuntimeError):
        writer.post(lambda _: None)


def _reopened_keys(path: Path) -> list[str]:
    database = Database.writing(path)
    keys = [row[0] for row in database.rows("SELECT key FROM value ORDER BY key")]
    database.close()
    return keys


def test_closing_tries_held_work_once_more(qapp: QCoreApplication, path: Path) -> None:
    writer, disk = DatabaseWriter(Database.writing(path)), Disk()
    disk.is_full = True
    writer.post(disk.write("a"), keep=True)
    assert not writer.flush(5000)

    disk.is_full = False
    writer.close()

    assert _reopened_keys(path) == ["a"]


def test_closing_does_not_wait_for_a_disk_that_hangs(
    qapp: QCoreApplication, path: Path, expected_log: Callable[[str], None]
) -> None:
    writer, release, told = DatabaseWriter(Database.writing(path)), threading.Event(), []
    writer.post(lambda _: release.wait(20), told.append)
    expected_log("ERROR desktop_app.services.writer: the disk did not take everything in 100 ms")

    began = time.perf_counter()
    writer.close(100)
    took_s = time.perf_counter() - began
    assert not writer.flush(5000)
    release.set()
    writer._thread.join(10)
    QCoreApplication.processEvents()

    assert took_s < 1
    assert told == []


def test_other_failures_of_the_disk_are_held_too(qtbot: QtBot, writer: DatabaseWriter, heard: list[object]) -> None:
    failures = [WriteFailed("/somewhere", "SQLITE_IOERR_FSYNC")] * 2

    def work(_: Database) -> None:
        if failures:
            raise failures.pop()

    writer.post(work, keep=True)
    qtbot.waitUntil(lambda: "ended" in heard)

    assert heard == [WriteFailed("/somewhere", "SQLITE_IOERR_FSYNC"), "ended"]


def test_a_disk_that_does_not_answer_is_told_of_once_until_it_does(
    qtbot: QtBot, writer: DatabaseWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SLOW_S", 0.02)
    writer._watch.setInterval(5)
    told: list[str] = []
    writer.slowed.connect(lambda: told.append("slowed"))
    writer.caught_up.connect(lambda: told.append("caught up"))
    release = threading.Event()
    writer.post(lambda _: release.wait(10))
    qtbot.waitUntil(lambda: told == ["slowed"])

    release.set()
    qtbot.waitUntil(lambda: told == ["slowed", "caught up"])

    assert not writer._watch.isActive()
