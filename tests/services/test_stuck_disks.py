"""A disk that does not answer keeps nobody from ending the application, or from closing what reads from it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QCoreApplication

from desktop_app.engine.parameters import LoadParameters
from desktop_app.services import data_move, downloads, load_plans, recommending, text_files
from desktop_app.services.engine_state import EngineState
from desktop_app.services.place import Place, Spot
from tests.fakes.network import FakeNetwork
from tests.fakes.online import FakeHub
from tests.fakes.services import FakeEngine
from tests.services.download_queue import Queue


def _read(folder: Path) -> Callable[[], None]:
    files = text_files.TextFiles()
    files.read("", folder / "notes.txt")
    return files.close


def _load(folder: Path) -> Callable[[], None]:
    plans = load_plans.LoadPlans(cast(Any, None))
    plans.prepare(folder / "model.gguf", LoadParameters())
    return plans.close


def _choose(folder: Path) -> Callable[[], None]:
    engine = FakeEngine()
    engine.state = EngineState.READY
    choosing = recommending.Recommending(cast(Any, engine), FakeHub(), folder)
    choosing.pick()
    return choosing.close


def _download(folder: Path) -> Callable[[], None]:
    return Queue(folder, FakeNetwork({})).close


def _take_away(_folder: Path) -> Callable[[], None]:
    return data_move.OldPlaces(Place(left=(Spot("/old"),))).close


@pytest.mark.parametrize(
    ("module", "work", "begin"),
    [
        (text_files, "read_text_file", _read),
        (load_plans, "_look", _load),
        (recommending, "_best", _choose),
        (downloads, "tidy_up", _download),
        (data_move, "clear_left", _take_away),
    ],
    ids=["attachment", "load", "recommendation", "downloads", "old place"],
)
def test_who_closes_does_not_wait_for_it(
    module: Any, work: str, begin: Callable[[Path], Callable[[], None]], tmp_path: Path, monkeypatch, qapp: QCoreApplication
) -> None:
    goes_on, has_ended = threading.Event(), threading.Event()

    def stuck(*_: object, **__: object) -> None:
        goes_on.wait(2)
        has_ended.set()

    monkeypatch.setattr(module, work, stuck)
    monkeypatch.setattr(module, "STUCK_S", 0.01)
    close = begin(tmp_path)
    close()
    was_waited_for = has_ended.is_set()
    goes_on.set()

    assert not was_waited_for and has_ended.wait(10)
