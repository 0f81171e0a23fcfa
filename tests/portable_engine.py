"""The engine that is given to everybody, with a graphics card that is none, and with drivers that are broken.

`packaging/try_engine.py` runs this where that engine was built; an ordinary run of the tests does not collect it.
The card is lavapipe, a device of Vulkan that computes on the processor; a broken driver is lavapipe with one function
that ends the process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.engine.llama import library
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.engine.protocol import ChatMessage, ModelInfo
from desktop_app.services import engine_watch
from desktop_app.services.card_trial import CardTrial
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine
from desktop_app.services.load_plans import LoadPlans
from desktop_app.services.load_records import LoadRecords
from desktop_app.services.preferences import Preferences
from tests.bench import portable

LIBRARIES = Path(library.C.__file__).parent / "lib"
SOURCE = Path(__file__).parent / "fakes" / "broken_driver.c"
QUESTION = (ChatMessage("user", "Count to ten."),)
WHEN_LOOKING = ("load", "vkEnumeratePhysicalDevices")
AT_FIRST_USE = ("vkCreateDevice", "vkQueueSubmit")


@pytest.fixture(autouse=True)
def no_driver(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No driver of this machine is used, but by a test that asks for one."""
    monkeypatch.setenv("VK_ICD_FILENAMES", str(tmp_path / "none.json"))


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let lavapipe be the one card, and give the file of its driver."""
    for name, value in portable.software_card().items():
        monkeypatch.setenv(name, value)
    manifest = Path(os.environ["VK_ICD_FILENAMES"])
    return Path(json.loads(manifest.read_text("utf-8"))["ICD"]["library_path"])


@pytest.fixture(scope="module")
def broken_driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("driver") / "broken.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", made, SOURCE], check=True)
    return made


class Computer:
    """One computer with what it remembers, on which the application is started again and again."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self._conversations = Conversations(folder / "hearth.sqlite3")
        self._preferences = Preferences(folder / "settings.json")
        self._qtbot = qtbot
        self._running: list[tuple[Engine, LoadPlans]] = []

    def start(self) -> Engine:
        """Start, as the application does."""
        assert self._conversations.flush()
        engine = Engine()
        engine.try_cards_by(CardTrial(self._preferences))
        plans = LoadPlans(LoadRecords(self._conversations), engine)
        engine.plan_with(plans)
        self._running.append((engine, plans))
        return engine

    def answer(self, engine: Engine, model: Path) -> tuple[ModelInfo, str, int]:
        """Load, ask, and give the model, the answer, and how often it was said that it is slower than meant."""
        pieces: list[str] = []
        told: list[ModelInfo] = []
        engine.text_generated.connect(lambda _task, text: pieces.append(text))
        engine.stepped_down.connect(told.append)
        with self._qtbot.assertNotEmitted(engine.crashed), self._qtbot.assertNotEmitted(engine.load_failed):
            with self._qtbot.waitSignal(engine.model_loaded, timeout=100_000) as loaded:
                engine.load(model)
            with self._qtbot.waitSignal(engine.generation_finished, timeout=100_000):
                engine.generate(QUESTION, SamplingParameters(n_predict=8, temperature=0.0))
        return loaded.args[0], "".join(pieces), len(told)

    def close(self) -> None:
        for engine, plans in self._running:
            engine.stop()
            plans.close()
        self._conversations.close()
        self._preferences.close()


@pytest.fixture
def computer(tmp_path: Path, qtbot: QtBot) -> Iterator[Computer]:
    made = Computer(tmp_path, qtbot)
    yield made
    made.close()


@pytest.fixture
def broken_card(card: Path, broken_driver: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the driver that breaks be the only one; without MESA_FAULT it does not."""
    manifest = tmp_path / "broken.json"
    about = {"file_format_version": "1.0.0", "ICD": {"library_path": str(broken_driver), "api_version": "1.3.0"}}
    manifest.write_text(json.dumps(about), "utf-8")
    monkeypatch.setenv("VK_ICD_FILENAMES", str(manifest))
    monkeypatch.setenv("MESA_REAL_DRIVER", str(card))


def self_check(model: Path) -> dict[str, object]:
    command = [sys.executable, "-m", "desktop_app", "--self-check", "--model", str(model)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    return json.loads(done.stdout)


def test_it_is_the_engine_for_everybody_and_finds_the_best_module_for_this_processor(starter_model: Path) -> None:
    modules = {path.name for path in LIBRARIES.glob("libggml-cpu-*.so")}
    assert {"libggml-cpu-x64.so", "libggml-cpu-haswell.so", "libggml-cpu-zen4.so"} <= modules
    assert (LIBRARIES / library.CARDS / "libggml-vulkan.so").is_file()
    report = self_check(starter_model)
    assert (report["ok"], report["devices"][0]["type"], len(report["devices"])) == (True, "cpu", 1)
    assert (report["backends"], "cards" in report) == (["CPU"], False)


def test_without_a_driver_it_is_the_card_that_is_said_to_be_missing(computer: Computer, starter_model: Path) -> None:
    info, text, n_told = computer.answer(computer.start(), starter_model)
    assert (info.n_gpu_layers, info.device_reason, n_told) == (0, "no_card", 0)
    assert text


def test_nothing_looks_for_a_place_of_the_machine_it_was_built_on() -> None:
    for path in LIBRARIES.rglob("*.so*"):
        dynamic = subprocess.run(["readelf", "-d", path], capture_output=True, text=True, check=True).stdout
        assert {line.split("[")[1].rstrip("]") for line in dynamic.splitlines() if "RUNPATH" in line or "RPATH" in line} <= {
            "$ORIGIN"
        }
        assert "libssl" not in dynamic


def test_vulkan_computes_what_the_processor_computes(card: Path, tmp_path: Path) -> None:
    place = LIBRARIES.parents[1]
    found = portable.beside_processor(place, portable.software_card(), tmp_path)
    assert found["vulkan_cosine"] >= 0.98
    assert found["vulkan_same_choice"] >= 0.9
    assert found["vulkan_layers_missing"] <= 0


def test_a_driver_is_used_as_long_as_it_does_not_break(broken_card: None, computer: Computer, starter_model: Path) -> None:
    info, text, n_told = computer.answer(computer.start(), starter_model)
    assert (info.n_gpu_layers, info.device_reason, n_told) == (info.n_offloadable, "", 0)
    assert "llvmpipe" in info.device
    assert text


@pytest.mark.parametrize("fault", [*WHEN_LOOKING, *AT_FIRST_USE])
def test_a_broken_driver_leads_to_an_answer_on_the_processor_and_one_sentence(
    fault: str, broken_card: None, computer: Computer, starter_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MESA_FAULT", fault)
    info, text, n_told = computer.answer(computer.start(), starter_model)
    assert (info.n_gpu_layers, info.device, info.device_reason, n_told) == (0, "", "failed", 1)
    assert text
    # The next start knows: it neither tries that again nor says it.
    info, again, n_told = computer.answer(computer.start(), starter_model)
    assert (info.n_gpu_layers, info.device_reason, n_told, again) == (0, "failed", 0, text)
    report = self_check(starter_model)
    assert (report["ok"], report["cards"]) == (True, "failed")


def test_a_driver_that_hangs_leads_to_an_answer_on_the_processor_and_one_sentence(
    broken_card: None, computer: Computer, starter_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MESA_FAULT", "vkQueueSubmit")
    monkeypatch.setenv("MESA_FAULT_HANGS", "1")
    monkeypatch.setattr(engine_watch, "STANDSTILL_LIMIT_MS", 10_000)
    info, text, n_told = computer.answer(computer.start(), starter_model)
    assert (info.n_gpu_layers, info.device, info.device_reason, n_told) == (0, "", "failed", 1)
    assert text
