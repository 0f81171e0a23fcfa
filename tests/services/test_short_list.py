"""The list that comes with the application, and what a repository offers, are judged for this computer without a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.hub.offer import offers
from desktop_app.hub.repository import RepositoryFile
from desktop_app.library.fit import CardMemory, MachineMemory, MeasuredSpeed
from desktop_app.resources import resource
from desktop_app.services.offer_fits import OfferFits, Verdicts, verdicts
from desktop_app.services.short_list import ShortList, short_list
from tests.fakes.online import repository, shape
from tests.fakes.services import FakeEngine

GB = 1_000_000_000
CATALOG = resource("catalog.json")
SMALL = MachineMemory(6 * GB, 8 * GB)
LARGE = MachineMemory(100 * GB, 128 * GB, (CardMemory("A card", 80 * GB, 80 * GB),))


def test_the_best_for_this_computer_stands_first_and_what_is_too_large_last() -> None:
    grades = ("fast", "fine", "slow", "too_big")
    for memory in (SMALL, LARGE):
        first, *rest = short_list(CATALOG, memory, None)
        assert first.is_best and not any(one.is_best for one in rest)
        assert [grades.index(one.fit.grade) for one in rest] == sorted(grades.index(one.fit.grade) for one in rest)
    assert short_list(CATALOG, SMALL, None)[-1].fit.grade == "too_big"
    assert {one.fit.place for one in short_list(CATALOG, LARGE, None)} == {"card"}


def test_a_measured_speed_is_foretold() -> None:
    (first, *_), (unmeasured, *_) = (short_list(CATALOG, LARGE, speed) for speed in (MeasuredSpeed(card=5e11), None))
    assert first.fit.tokens_per_s and unmeasured.fit.tokens_per_s is None


def test_a_list_that_cannot_be_read_is_no_list(qtbot: QtBot, tmp_path: Path, expected_log: Any) -> None:
    broken = tmp_path / "catalog.json"
    broken.write_text(json.dumps({"models": [{}]}))
    expected_log("the list of models cannot be read")
    engine = FakeEngine()
    asked = ShortList(engine, None, engine, catalog=broken)  # type: ignore[arg-type]  # a fake
    with qtbot.waitSignal(asked.found) as found:
        asked.ask()
    assert found.args == [()]


@pytest.mark.parametrize(("n_parameters", "best"), [(8 * GB, "Q4_K_M"), (3 * GB, "Q8_0")])
def test_small_models_are_quantized_less(n_parameters: int, best: str) -> None:
    found = verdicts(offers(repository()), shape(), LARGE, None, n_parameters)
    assert best in found.best
    assert len(found.fits) == 4


def test_of_several_models_in_one_repository_none_is_the_best() -> None:
    files = tuple(RepositoryFile(f"Model-{size}B-Q4_K_M.gguf", size * GB) for size in (1, 2))
    assert verdicts(offers(repository(files=files)), shape(), LARGE, None, 0).best == ""


def test_verdicts_come_with_the_offers_they_are_for(qtbot: QtBot) -> None:
    engine = FakeEngine()
    fits, of = OfferFits(engine, None, engine), offers(repository())  # type: ignore[arg-type]  # a fake
    with qtbot.waitSignal(fits.found) as found:
        fits.ask(of, shape())
    assert found.args[0] is of and isinstance(found.args[1], Verdicts)
