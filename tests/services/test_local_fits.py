"""Verdicts on the models on this computer: read once, off the window's thread, and told when they are there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.engine.gguf import Header
from desktop_app.engine.inspect import inspect
from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.protocol import Device
from desktop_app.library.fit import CardMemory, MachineMemory
from desktop_app.library.model_file import ModelFile, model_file
from desktop_app.services import local_fits
from desktop_app.services.local_fits import LocalFits, machine_memory
from tests.fakes.gguf_file import write_tiny_model

GIB = 1 << 30
PROCESSOR = MachineMemory(8 * GIB, 16 * GIB)
WITH_CARD = MachineMemory(8 * GIB, 16 * GIB, (CardMemory("A card", 6 * GIB, 8 * GIB),))


@pytest.fixture
def tiny(tmp_path: Path) -> ModelFile:
    """Give a model on disk."""
    return model_file(write_tiny_model(tmp_path / "tiny.gguf"))


@pytest.fixture
def fits(qtbot: QtBot) -> Iterator[Any]:
    """Give the service over a machine that the test can change in `memory`."""
    engine: Any = SimpleNamespace(devices=())
    made: Any = LocalFits(engine, lambda _: LoadParameters(), memory=lambda _: made.machine)
    made.machine = PROCESSOR
    yield made
    made.close()


def ask(fits: LocalFits, qtbot: QtBot, *files: ModelFile) -> list[Path]:
    with qtbot.waitSignal(fits.found, timeout=10_000) as found:
        fits.ask(files)
    return list(found.args[0])


def test_a_verdict_follows_the_memory_there_is(fits: Any, tiny: ModelFile, qtbot: QtBot) -> None:
    assert fits.of(tiny.path) is None
    assert ask(fits, qtbot, tiny) == [tiny.path]
    assert fits.of(tiny.path).place == "processor"
    fits.machine = WITH_CARD
    ask(fits, qtbot, tiny)
    assert fits.of(tiny.path).place == "card"
    fits.machine = MachineMemory(1 << 20, 1 << 20)
    ask(fits, qtbot, tiny)
    assert fits.of(tiny.path).grade == "too_big"


def test_a_file_is_read_once_and_again_when_it_is_another(
    fits: Any, tiny: ModelFile, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []

    def counted(path: Path) -> Header:
        read.append(path)
        return inspect(path)

    monkeypatch.setattr(local_fits, "inspect", counted)
    ask(fits, qtbot, tiny)
    assert fits.shape(tiny) is not None
    fits.machine = WITH_CARD
    ask(fits, qtbot, tiny)
    assert read == [tiny.path]
    other = ModelFile(tiny.path, tiny.name, tiny.size_bytes, modified_ms=tiny.modified_ms + 1)
    assert fits.shape(other) is None
    fits.machine = PROCESSOR
    ask(fits, qtbot, other)
    assert read == [tiny.path, tiny.path]


def test_a_projector_takes_memory_too(fits: Any, tiny: ModelFile, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "mmproj.gguf").write_bytes(bytes(100_000))
    ask(fits, qtbot, tiny)
    alone = fits.of(tiny.path).needed_bytes
    ask(fits, qtbot, replace(tiny, projector=tmp_path / "mmproj.gguf"))
    assert fits.of(tiny.path).needed_bytes == alone + 100_000
    ask(fits, qtbot, replace(tiny, projector=tmp_path / "gone.gguf"))
    assert fits.of(tiny.path).needed_bytes == alone


def test_what_cannot_be_read_gets_no_verdict_and_holds_nothing_up(
    fits: Any, tiny: ModelFile, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"GGUF" + bytes(100))
    bad, gone = model_file(tmp_path / "bad.gguf"), ModelFile(tmp_path / "gone.gguf", "gone", 5)
    assert ask(fits, qtbot, bad, gone, tiny) == [tiny.path]
    assert fits.of(bad.path) is fits.of(gone.path) is None


def test_the_cards_are_those_that_count() -> None:
    main = Device("CPU", "A processor", "cpu", 16 * GIB, 9 * GIB)
    shared, own = Device("V0", "Shared", "igpu", 8 * GIB, 7 * GIB), Device("V1", "Own", "gpu", 8 * GIB, 7 * GIB)
    assert [card.name for card in machine_memory((main, shared)).cards] == ["Shared"]
    assert [card.name for card in machine_memory((main, shared, own)).cards] == ["Own"]
    assert machine_memory((main,)).cards == ()
    assert machine_memory((main,)).free_bytes >= 9 * GIB
