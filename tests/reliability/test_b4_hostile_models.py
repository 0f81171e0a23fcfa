"""B4: 200 damaged model files; none takes more than a process of its own with it, and each is named in one sentence."""

from __future__ import annotations

import json
import random
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app import app
from desktop_app.engine.protocol import ChatMessage
from desktop_app.errors import NotAModelFile
from desktop_app.paths import Paths
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine, EngineState
from desktop_app.services.load_plans import LoadPlans
from desktop_app.services.load_records import LoadRecords
from desktop_app.services.preferences import Preferences
from desktop_app.services.worker_process import own_command
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.main_window import MainWindow
from tests.fakes.gguf_file import (
    tiny_vocabulary,
    write_recurrent_model,
    write_sliding_window_model,
    write_tiny_model,
)
from tests.reliability import model_reading

N_FILES, N_WHOLE, SEED = 200, 20, 20
TEXTS = tiny_vocabulary()[0]
KNOWN: dict[str, dict[str, Any]] = {
    "the same token twice": {"tokenizer__ggml__tokens": ["a", *TEXTS[1:-1], "a"]},
    "a byte that is none": {"tokenizer__ggml__tokens": [*TEXTS[:3], "<0x-1>", *TEXTS[4:]]},
    "no layers": {"llama__block_count": 0},
    "more heads than numbers": {"llama__attention__head_count": 64},
    "fewer types than tokens": {"tokenizer__ggml__token_type": [1, 1, 1]},
    "an end token far outside": {"tokenizer__ggml__eos_token_id": 2**31},
    "a window of nothing": {"llama__attention__head_count_kv": 0},
}
"""Shapes that have ended llama.cpp, or another program built on it, in public reports."""


@contextmanager
def reader(*options: str) -> Iterator[Callable[[Path], dict[str, Any]]]:
    """Give a function that has a file inspected and, when that says it is sound, loaded."""
    command = [sys.executable, str(Path(model_reading.__file__)), *options]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdin is not None and process.stdout is not None
    reading, writing = process.stdout, process.stdin

    def read(path: Path) -> dict[str, Any]:
        writing.write(json.dumps(str(path)) + "\n")
        writing.flush()
        found: dict[str, Any] = json.loads(reading.readline())
        return found

    try:
        yield read
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


@pytest.fixture(scope="module")
def read() -> Iterator[Callable[[Path], dict[str, Any]]]:
    """Give that function, with the inspection that there is."""
    with reader() as read:
        yield read


def mutated(data: bytes, generator: random.Random) -> bytes:
    """Give a copy with bits turned, numbers made extreme, and pieces put in, taken out or cut off."""
    damaged = bytearray(data)
    for _ in range(generator.choice((1, 1, 1, 2, 8))):
        place = generator.randrange(min(max(1, len(damaged)), 12_000))
        match generator.randrange(6):
            case 0 | 1:
                damaged[place : place + 1] = bytes([damaged[place] ^ 1 << generator.randrange(8)] if damaged else [])
            case 2:
                damaged[place : place + 8] = struct.pack("<Q", generator.choice((0, 1, 2**32, 2**62, 2**63, 2**64 - 1)))
            case 3:
                del damaged[place : place + generator.randrange(1, 64)]
            case 4:
                damaged[place:place] = generator.randbytes(generator.randrange(1, 64))
            case 5:
                del damaged[-place:]
    return bytes(damaged)


def check(found: dict[str, Any], path: Path) -> None:
    """A file is refused by name or costs its inspection; what passed is loaded, or refused by name, and never deadly."""
    assert found["seconds"] < model_reading.TIME_LIMIT_S
    for verdict in (found["inspected"], found["loaded"] or "sound"):
        assert verdict == "sound" or verdict.startswith("died") or verdict.split(" ", 1)[1] == str(path)
    assert not (found["loaded"] or "").startswith("died"), found


@pytest.mark.posix("Windows has no signals")
def test_200_damaged_files_cost_at_most_their_inspection(read: Callable[[Path], dict[str, Any]], tmp_path: Path) -> None:
    writers = (write_tiny_model, write_sliding_window_model, write_recurrent_model)
    originals = [write(tmp_path / "original.gguf").read_bytes() for write in writers]
    generator = random.Random(SEED)
    verdicts = []
    for number in range(N_FILES):
        path = tmp_path / f"damaged {number}.gguf"
        path.write_bytes(mutated(originals[number % len(originals)], generator))
        found = read(path)
        check(found, path)
        verdicts.append(found["inspected"].split()[0])
        path.unlink()
    # The damage is of every kind: caught by us, by llama.cpp, by neither, and what is harmless.
    assert {"NotAModelFile", "ModelLoadFailed", "died", "sound"} <= set(verdicts)


@pytest.mark.posix("Windows has no signals")
@pytest.mark.parametrize("changes", KNOWN.values(), ids=KNOWN.keys())
def test_shapes_known_from_reports_end_no_engine(
    read: Callable[[Path], dict[str, Any]], tmp_path: Path, changes: dict[str, Any]
) -> None:
    path = write_tiny_model(tmp_path / "known.gguf", **changes)
    check(read(path), path)


@pytest.mark.posix("Windows has no signals")
def test_positions_that_turn_more_than_a_head_end_no_answer(read: Callable[[Path], dict[str, Any]], tmp_path: Path) -> None:
    # llama.cpp takes it, and ends at the first token.
    path = write_sliding_window_model(tmp_path / "turning.gguf")
    key = b"gemma3.rope.dimension_count"
    data = path.read_bytes()
    assert key + struct.pack("<II", 4, 8) in data
    path.write_bytes(data.replace(key + struct.pack("<II", 4, 8), key + struct.pack("<II", 4, 72)))
    check(read(path), path)


def test_twenty_through_the_whole_application_cost_one_sentence_each(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> None:
    paths = Paths.under(tmp_path / "hearth")
    paths.create()
    good = write_tiny_model(tmp_path / "good.gguf")
    preferences = Preferences(paths.config / "settings.json")
    appearance = Appearance(qapp, preferences)
    services = app._build_services(paths, preferences, Conversations(paths.database))
    engine = services.engine
    plans = LoadPlans(LoadRecords(services.conversations), engine, inspect_command=own_command("inspect"))
    engine.plan_with(plans)
    window = MainWindow(services, appearance)
    qtbot.addWidget(window)
    window.show()
    told: list[str] = []
    engine.model_loaded.connect(lambda model: told.append(model.path))
    engine.load_failed.connect(lambda error: told.append(ErrorText().describe(error).sentence))
    generator, verdicts = random.Random(SEED), set()
    try:
        engine.load(good)
        qtbot.waitUntil(lambda: told == [str(good)], timeout=20_000)
        pid = engine.pid
        for number in range(N_WHOLE):
            path = tmp_path / f"damaged-{number}.gguf"
            if number == N_WHOLE // 2:
                write_tiny_model(path, **KNOWN["the same token twice"])
            else:
                path.write_bytes(mutated(good.read_bytes(), generator))
            told.clear()
            with qtbot.assertNotEmitted(engine.crashed):
                engine.load(path)
                qtbot.waitUntil(lambda: bool(told), timeout=20_000)
            assert (engine.state, engine.pid) == (EngineState.READY, pid), "the model that was there still answers"
            if told != [str(path)]:
                assert path.name in told[0] and told[0] in window.notices.sentences()
                assert preferences.get("last_model") != str(path), "it is not loaded by itself at the next start"
                verdicts.add(plans.may_load_by_itself(path))
            path.unlink()
        assert verdicts == {True, False}, "refused by us, and by what it does to its reader"
        with qtbot.waitSignal(services.generation.answer_finished, timeout=20_000):
            qtbot.keyClicks(window.composer.edit, "the heat")
            qtbot.keyClick(window.composer.edit, Qt.Key.Key_Return)
    finally:
        window.close()
        app._close_services(services)
        plans.close()
        appearance.close()
        preferences.close()


def check_named(folder: Path, qtbot: QtBot) -> None:
    """See a file that ends its reader through the real inspection and the real engine, to the sentence that is read."""
    good = write_tiny_model(folder / "good.gguf")
    deadly = write_tiny_model(folder / "deadly.gguf", **KNOWN["the same token twice"])
    conversations = Conversations(folder / "hearth.sqlite3")
    engine = Engine()
    plans = LoadPlans(LoadRecords(conversations), engine, inspect_command=own_command("inspect"))
    engine.plan_with(plans)
    try:
        with qtbot.waitSignal(engine.model_loaded, timeout=20_000):
            engine.load(good)
        pid = engine.pid
        with qtbot.waitSignal(engine.load_failed, timeout=20_000) as failed, qtbot.assertNotEmitted(engine.crashed):
            engine.load(deadly)
        assert failed.args[0] == NotAModelFile(str(deadly), "stops_reader")
        assert "deadly.gguf" in ErrorText().describe(failed.args[0]).sentence
        assert (engine.state, engine.pid, engine.wanted_path) == (EngineState.READY, pid, good)
        assert not plans.may_load_by_itself(deadly) and plans.may_load_by_itself(good)
        with qtbot.waitSignal(engine.text_generated, timeout=20_000):
            task = engine.generate((ChatMessage("user", "the heat"),))
        engine.cancel(task)
        qtbot.waitUntil(lambda: engine.state is EngineState.READY)
    finally:
        engine.stop()
        plans.close()
        conversations.close()


def test_a_file_that_ends_its_reader_is_named_and_the_engine_goes_on(tmp_path: Path, qtbot: QtBot) -> None:
    check_named(tmp_path, qtbot)


# Planted faults


@pytest.mark.posix("files are read in a process that is forked")
def test_planted_an_inspection_that_sees_nothing_costs_an_engine(tmp_path: Path) -> None:
    path = write_tiny_model(tmp_path / "known.gguf", **KNOWN["no layers"])
    with reader("trusting") as read, pytest.raises(AssertionError, match="died"):
        check(read(path), path)


def test_planted_a_file_that_is_offered_again_is_seen(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LoadPlans, "_count_crash", lambda *_: None)
    with pytest.raises(AssertionError, match="may_load_by_itself"):
        check_named(tmp_path, qtbot)


def test_planted_a_sentence_without_the_file_is_seen(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ErrorText, "_not_a_model_file", lambda *_: "This is no model.")
    with pytest.raises(AssertionError, match=r"deadly\.gguf"):
        check_named(tmp_path, qtbot)
