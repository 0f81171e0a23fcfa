"""A9: many starts with one data folder: one window, the others hand over and leave without opening the database."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.application import Application

N_STARTS = 20


def is_up(application: Application) -> bool:
    return (application.data_dir / "data" / "hearth.sqlite3").exists()


def wait_until(condition: object, timeout_s: float, what: str) -> None:
    assert callable(condition)
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"waited {timeout_s} s: {what}"
        time.sleep(0.05)


def trace_of(folder: Path) -> list[str]:
    """Give the moments of all starts that came as far as a window."""
    file = folder / "trace"
    return [key for line in file.read_text("utf-8").splitlines() for key in json.loads(line)] if file.exists() else []


@pytest.mark.timeout(240)
def test_twenty_starts_at_once_give_one_window(tmp_path: Path) -> None:
    data_dir = tmp_path / "shared"
    environment = {"HEARTH_TRACE": str(tmp_path / "trace")}
    starts = [Application(tmp_path / f"run{n}", data_dir=data_dir, environment=environment) for n in range(N_STARTS)]
    try:
        wait_until(lambda: sum(s.process.poll() is None for s in starts) <= 1, 90, "the others leave")
        wait_until(lambda: trace_of(tmp_path).count("first_paint") >= 1, 30, "the first window is painted")
        alive = [start for start in starts if start.process.poll() is None]
        assert len(alive) == 1
        assert [start.process.returncode for start in starts if start not in alive] == [0] * (N_STARTS - 1)
        assert trace_of(tmp_path).count("first_paint") == 1
    finally:
        for start in starts:
            start.kill()


@pytest.mark.linux("only Linux has strace")
def test_a_second_start_leaves_within_two_seconds_and_opens_no_database(tmp_path: Path) -> None:
    first = Application(tmp_path / "first", environment={"HEARTH_TRACE": str(tmp_path / "trace")})
    try:
        wait_until(lambda: "first_paint" in trace_of(tmp_path), 60, "the first window is painted")
        began = time.monotonic()
        second = Application(
            tmp_path / "second",
            data_dir=first.data_dir,
            prefix=("strace", "-f", "-e", "trace=openat", "-o", str(tmp_path / "log")),
        )
        assert second.wait() == 0
        assert time.monotonic() - began < 2.0 + 3.0  # strace alone costs it two seconds
        assert "hearth.sqlite3" not in (tmp_path / "log").read_text("utf-8", "replace")
        began = time.monotonic()
        third = Application(tmp_path / "third", data_dir=first.data_dir)
        assert third.wait() == 0
        assert time.monotonic() - began < 2.0
    finally:
        first.kill()


def test_a_lock_left_by_a_killed_window_blocks_nobody(tmp_path: Path) -> None:
    trace = {"HEARTH_TRACE": str(tmp_path / "trace")}
    first = Application(tmp_path / "first", environment=trace)
    wait_until(lambda: "first_paint" in trace_of(tmp_path), 60, "the first window is painted")
    first.kill()
    assert (first.data_dir / "data" / "hearth.lock").exists()
    second = Application(tmp_path / "second", data_dir=first.data_dir, environment=trace)
    try:
        wait_until(lambda: trace_of(tmp_path).count("first_paint") == 2, 60, "the second window is painted")
    finally:
        second.kill()


@pytest.mark.posix("Windows has no signals")
def test_terminate_ends_it_in_good_order(tmp_path: Path) -> None:
    one = Application(tmp_path / "one", environment={"HEARTH_TRACE": str(tmp_path / "trace")})
    wait_until(lambda: "first_paint" in trace_of(tmp_path), 60, "the window is painted")
    family = one.children()
    one.process.send_signal(signal.SIGTERM)
    try:
        assert one.wait(10) == 0
    except subprocess.TimeoutExpired:
        one.kill()
        raise
    _, alive = psutil.wait_procs(family, timeout=3)
    assert not alive
    assert not (one.data_dir / "data" / "hearth.lock").exists()
    assert not (one.data_dir / "data" / "hearth.sqlite3-wal").exists()
