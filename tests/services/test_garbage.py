"""Garbage is collected in the window's thread and in no other, when the window is about to wait."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop_app.services import garbage
from desktop_app.services.garbage import GarbageCollection


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave the collection as the other tests have it, and begin with nothing that is old."""
    gc.collect()
    yield
    gc.disable()


@pytest.fixture
def ended_in() -> Callable[[], list[int]]:
    """Give a function that makes a Qt object that only the collection can end; it gives the threads where such ended."""
    threads: list[int] = []

    def make() -> list[int]:
        one = QObject()
        one.itself = one  # type: ignore[attr-defined]
        weakref.finalize(one, lambda: threads.append(threading.get_ident()))
        return threads

    return make


def work_in_a_thread() -> list[list[int]]:
    """Give more objects than any generation takes before it is looked through, made in another thread."""
    kept: list[list[int]] = []
    worker = threading.Thread(target=lambda: kept.extend([] for _ in range(200_000)))
    worker.start()
    worker.join()
    return kept


def test_what_is_left_of_qt_ends_in_the_windows_thread(qtbot: QtBot, ended_in: Callable[[], list[int]]) -> None:
    collection = GarbageCollection()
    threads = ended_in()
    kept = work_in_a_thread()
    assert len(kept) > garbage.N_NEW and threads == []
    qtbot.waitUntil(lambda: threads == [threading.get_ident()])
    collection.deleteLater()


def test_planted_left_to_python_it_ends_in_any_thread(ended_in: Callable[[], list[int]]) -> None:
    threads = ended_in()
    gc.enable()
    work_in_a_thread()
    assert threads != [] and threads != [threading.get_ident()]


def test_all_generations_have_their_turn_and_everything_a_small_share_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    passes, looked_at, now = garbage.Passes(), [], [1000.0]
    counts = [0, 0, 0]

    def collect(generation: int = 2) -> None:
        looked_at.append(generation)
        now[0] += 0.05
        counts[: generation + 1] = [0] * (generation + 1)
        if generation < 2:
            counts[generation + 1] += 1

    monkeypatch.setattr(garbage.gc, "get_count", lambda: tuple(counts))
    monkeypatch.setattr(garbage.gc, "collect", collect)
    monkeypatch.setattr(garbage.time, "perf_counter", lambda: now[0])

    counts[0] = garbage.N_NEW - 1
    passes.collect()
    assert looked_at == []
    for _ in range(2000):
        counts[0] = garbage.N_NEW
        passes.collect()
        now[0] += 0.01
    assert (looked_at.count(0) + looked_at.count(1) + looked_at.count(2), looked_at[:12]) == (2000, [0] * 11 + [1])
    assert 100 < looked_at.count(1) < 200
    # Two minutes, of which looking through everything may take 1.2 s, 0.05 s at a time.
    assert 10 <= looked_at.count(2) <= 25


def test_there_is_one_for_the_application(qapp: QObject) -> None:
    first = garbage.collect_here()
    assert garbage.collect_here() is first and first.parent() is qapp
    assert not gc.isenabled()
    first.deleteLater()
