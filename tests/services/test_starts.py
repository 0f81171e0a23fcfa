"""How the last runs ended, from the note that they left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop_app.services.starts import LOOP_S, Starts

NOON = 1_790_000_000.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "starts.json"


def _start(path: Path, now_s: float) -> Starts:
    return Starts(path, lambda: now_s)


def test_a_good_end_leaves_nothing(path: Path) -> None:
    _start(path, NOON).end_well()

    assert not path.exists()
    assert not _start(path, NOON + 1).was_cut_off


def test_one_end_without_a_good_bye_is_no_loop(path: Path) -> None:
    _start(path, NOON)
    second = _start(path, NOON + 5)

    assert (second.was_cut_off, second.is_loop) == (True, False)


def test_two_ends_without_a_good_bye_soon_after_one_another_are_a_loop(path: Path) -> None:
    for seconds in (0, 20):
        _start(path, NOON + seconds)

    assert _start(path, NOON + 40).is_loop


def test_a_loop_goes_on_until_a_good_end(path: Path) -> None:
    for seconds in (0, 20, 40):
        _start(path, NOON + seconds)
    fourth = _start(path, NOON + 60)
    assert fourth.is_loop
    fourth.end_well()

    assert not _start(path, NOON + 61).is_loop


def test_when_the_power_goes_after_long_use_it_is_no_loop(path: Path) -> None:
    for seconds in (0, 100):
        _start(path, NOON + seconds).settle()

    found = _start(path, NOON + 120)
    assert (found.was_cut_off, found.is_loop) == (True, False)


def test_two_ends_far_from_one_another_are_no_loop(path: Path) -> None:
    for seconds in (0, LOOP_S + 1):
        _start(path, NOON + seconds)

    assert not _start(path, NOON + LOOP_S + 10).is_loop


def test_a_clock_that_went_back_makes_no_loop(path: Path) -> None:
    for seconds in (3600, 3610):
        _start(path, NOON + seconds)

    assert not _start(path, NOON).is_loop


def test_damage_is_remembered_over_a_good_end_until_it_is_repaired(path: Path) -> None:
    first = _start(path, NOON)
    first.set_damaged(True)
    first.end_well()
    second = _start(path, NOON + 10)
    assert (second.is_repair_wanted, second.was_cut_off) == (True, False)
    second.set_damaged(False)
    second.end_well()

    assert not path.exists()


def test_damage_does_not_make_a_loop_forgotten(path: Path) -> None:
    for seconds in (0, 20):
        _start(path, NOON + seconds).set_damaged(True)

    found = _start(path, NOON + 40)
    assert (found.is_loop, found.is_repair_wanted) == (True, True)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"is_running": 1, "starts": "x"}', '{"is_running": true, "starts": [null]}']
)
def test_a_note_that_makes_no_sense_is_none(path: Path, content: str) -> None:
    path.write_text(content)

    found = _start(path, NOON)
    assert (found.is_loop, found.is_repair_wanted) == (False, False)
    assert json.loads(path.read_text())["starts"] == [NOON]


@pytest.mark.posix("a folder for a file")
def test_where_nothing_can_be_written_the_start_goes_on(tmp_path: Path) -> None:
    starts = _start(tmp_path / "missing" / "starts.json", NOON)
    starts.settle()
    starts.end_well()

    assert not starts.is_loop
