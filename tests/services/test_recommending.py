"""What is recommended to this computer, and what its button gets from the hub. The hub is a stand-in for the service."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from desktop_app.engine.protocol import Device
from desktop_app.errors import AppError, NoInternet, RepositoryMissing
from desktop_app.hub.repository import Repository, RepositoryFile
from desktop_app.library.fit import CardMemory, MachineMemory, MeasuredSpeed
from desktop_app.resources import resource
from desktop_app.services import recommending
from desktop_app.services.engine_state import EngineState
from desktop_app.services.recommending import Recommendation, Recommending
from tests.fakes.services import FakeEngine

GIB = 1 << 30
PROCESSOR = Device("CPU", "A processor", "cpu", 16 * GIB, 11 * GIB)
MEMORY = MachineMemory(11 * GIB, 16 * GIB)
QWEN_4B, Q4 = "unsloth/Qwen3.5-4B-GGUF", "Qwen3.5-4B-Q4_K_M.gguf"


class StandInHub(QObject):
    """Takes questions, and answers when the test says so."""

    information = Signal(int, object)
    failed = Signal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str]] = []

    def info(self, repository: str, revision: str = "") -> int:
        self.asked.append((repository, revision))
        return len(self.asked)


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    made: list[Recommending] = []

    def make(memory: MachineMemory = MEMORY, **options: Any) -> Any:
        engine, hub = FakeEngine(), StandInHub()
        engine.devices, engine.state = (PROCESSOR,), EngineState.READY
        folder = tmp_path / "not/there/yet"
        made.append(Recommending(engine, hub, folder, memory=lambda _: memory, **options))  # type: ignore[arg-type]
        return SimpleNamespace(service=made[-1], engine=engine, hub=hub)

    yield make
    for one in made:
        one.close()


def pick(one: Any, qtbot: QtBot) -> Recommendation:
    with qtbot.waitSignal(one.service.picked, timeout=10_000) as picked:
        one.service.pick()
    return picked.args[0]


def on_the_hub(*names: str, revision: str = "c0ffee") -> Repository:
    return Repository(QWEN_4B, revision, tuple(RepositoryFile(name, 2_800_000_000, "ab" * 32) for name in names))


def test_the_best_fit_is_picked_without_a_connection(make: Callable[..., Any], qtbot: QtBot) -> None:
    one = make(speed=lambda: MeasuredSpeed(processor=3e10), bytes_per_s=lambda: 1e7, n_found_elsewhere=lambda: 3)
    picked = pick(one, qtbot)
    assert (picked.name, picked.quantization, picked.level) == ("Qwen3.5 4B", "Q4_K_M", "balanced")
    assert picked.fit.place == "processor" and picked.fit.grade == "fine" and 10.7 < (picked.fit.tokens_per_s or 0) < 13
    assert not picked.is_size_exact and picked.seconds_left == 270 and picked.n_found_elsewhere == 3
    assert "zh" in picked.languages and picked.license == "apache-2.0"
    assert one.hub.asked == []


def test_a_card_makes_a_larger_one_fit(make: Callable[..., Any], qtbot: QtBot) -> None:
    one = make(MachineMemory(11 * GIB, 16 * GIB, (CardMemory("A card", 8 * GIB, 8 * GIB),)))
    picked = pick(one, qtbot)
    assert picked.name == "Qwen3.5 9B" and picked.fit.place == "card" and picked.fit.tokens_per_s is None


def test_the_first_one_comes_soon_however_large_the_computer_is(make: Callable[..., Any], qtbot: QtBot) -> None:
    picked = pick(make(MachineMemory(120 * GIB, 128 * GIB, (CardMemory("A card", 80 * GIB, 80 * GIB),))), qtbot)

    assert picked.fit.grade == "fast" and 4_000_000_000 < picked.size_bytes <= recommending.SOON_BYTES


def test_it_waits_for_the_engine_to_say_what_there_is(make: Callable[..., Any], qtbot: QtBot) -> None:
    one = make()
    one.engine.devices, one.engine.state = (), EngineState.STARTING
    one.service.pick()
    one.engine.devices, one.engine.state = (PROCESSOR,), EngineState.READY
    with qtbot.waitSignal(one.service.picked, timeout=10_000):
        one.engine.state_changed.emit(EngineState.READY)


def test_nothing_is_recommended_where_nothing_fits(make: Callable[..., Any], qtbot: QtBot) -> None:
    one = make(MachineMemory(GIB // 2, GIB))
    with qtbot.waitSignal(one.service.nothing_fits, timeout=10_000):
        one.service.pick()
    one.service.get()
    assert one.hub.asked == []


def test_a_disk_that_is_nearly_full_gets_a_smaller_one(
    make: Callable[..., Any], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(free=recommending.KEEP_FREE_BYTES + 2_000_000_000)
    monkeypatch.setattr(recommending.shutil, "disk_usage", lambda _: usage)
    assert pick(make(), qtbot).size_bytes < 2_000_000_000


def test_a_list_that_cannot_be_read_recommends_nothing(
    make: Callable[..., Any], qtbot: QtBot, tmp_path: Path, expected_log: Callable[[str], None]
) -> None:
    expected_log("the list of models cannot be read")
    one = make(catalog=tmp_path / "missing.json")
    with qtbot.waitSignal(one.service.nothing_fits, timeout=10_000):
        one.service.pick()


def test_the_button_asks_for_the_files_as_they_are_now(make: Callable[..., Any], qtbot: QtBot) -> None:
    one = make()
    pick(one, qtbot)
    with qtbot.waitSignal(one.service.offer_ready, timeout=1000) as ready:
        one.service.get()
        one.service.get()  # a second click while it asks
        one.hub.information.emit(99, on_the_hub("something-else-Q4_K_M.gguf"))  # what somebody else has asked
        one.hub.information.emit(1, on_the_hub("Qwen3.5-4B-Q8_0.gguf", Q4, "mmproj-F16.gguf"))
    offer = ready.args[0]
    assert one.hub.asked == [(QWEN_4B, "")]
    assert (offer.quantization, offer.revision, offer.size_bytes) == ("Q4_K_M", "c0ffee", 2_800_000_000)
    assert [file.name for file in offer.all_files] == [Q4] and offer.files[0].sha256 == "ab" * 32


def test_another_quantization_where_that_one_is_gone(make: Callable[..., Any], qtbot: QtBot) -> None:
    one = make()
    pick(one, qtbot)
    with qtbot.waitSignal(one.service.offer_ready, timeout=1000) as ready:
        one.service.get()
        one.hub.information.emit(1, on_the_hub("Qwen3.5-4B-UD-Q4_K_XL.gguf"))
    assert ready.args[0].quantization == "Q4_K_XL"


@pytest.mark.parametrize(("answer", "error"), [(None, NoInternet()), ((), RepositoryMissing(QWEN_4B, Q4))])
def test_what_goes_wrong_is_told_and_can_be_tried_again(
    make: Callable[..., Any], qtbot: QtBot, answer: tuple[str, ...] | None, error: AppError
) -> None:
    one = make()
    pick(one, qtbot)
    with qtbot.waitSignal(one.service.failed, timeout=1000) as failed:
        one.service.get()
        if answer is None:
            one.hub.failed.emit(1, error)
        else:
            one.hub.information.emit(1, on_the_hub(*answer))
    assert failed.args == [error]
    one.service.get()
    assert len(one.hub.asked) == 2


def test_a_hash_that_came_along_counts_more_than_a_mirror_s(make: Callable[..., Any], qtbot: QtBot, tmp_path: Path) -> None:
    record = json.loads(resource("catalog.json").read_text(encoding="utf-8"))
    for model in record["models"]:
        model |= {"revision": "c0ffee", "sizes": "exact"}
        for file in model["files"]:
            file["sha256"] = "cd" * 32
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps(record))
    one = make(catalog=path)
    assert pick(one, qtbot).is_size_exact
    with qtbot.waitSignal(one.service.offer_ready, timeout=1000) as ready:
        one.service.get()
        one.hub.information.emit(1, on_the_hub(Q4))
    assert one.hub.asked == [(QWEN_4B, "c0ffee")] and ready.args[0].files[0].sha256 == "cd" * 32
