"""A load is planned from the file and the devices, goes on below a step that ended the engine, and is remembered.

The engine is the real process; its graphics card is scripted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.engine.inspect import inspect
from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.engine.protocol import ChatMessage, Device, ModelInfo
from desktop_app.errors import ContextTooLarge, LoadCrashed, NotAModelFile, NotEnoughMemory
from desktop_app.library import ladder
from desktop_app.library.ladder import MAIN_MARGIN_BYTES
from desktop_app.library.memory import estimate
from desktop_app.library.model_shape import shape_of
from desktop_app.services import engine_watch, inspection, load_plans
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine, EngineState
from desktop_app.services.load_plans import LoadPlans
from desktop_app.services.load_records import FileRecord, LoadRecords
from desktop_app.services.worker_process import own_command
from desktop_app.storage.database import Database
from desktop_app.storage.model_loads import save_model_load
from tests.fakes import engine_worker, refusing_card
from tests.fakes.gguf_file import write_tiny_model

QUESTION = (ChatMessage("user", "the heat"),)
SOUND = (sys.executable, ["-c", "import sys; sys.stdin.readline(); print('null')"])
DEADLY = (sys.executable, ["-c", "import os; os.abort()"])
DEADLY_DRAFT = (sys.executable, ["-c", "import os, sys; 'draft.gguf' in sys.stdin.readline() and os.abort(); print('null')"])
ENDLESS = (sys.executable, ["-c", "import time; print('\"begun\"', flush=True); time.sleep(60)"])
NEVER_BEGUN = (sys.executable, ["-c", "import time; time.sleep(60)"])
SLOW_TO_START = (sys.executable, ["-c", "import time; time.sleep(1); print('\"begun\"', flush=True); print('null')"])


class Computer:
    """One computer with its records, on which engines are started one after the other."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.conversations = Conversations(folder / "hearth.sqlite3")
        self.available_bytes = 0
        self.qtbot = qtbot
        self.engines: list[Engine] = []
        self.plans: list[LoadPlans] = []

    def engine(
        self, command: tuple[str, list[str]], inspect_command: tuple[str, list[str]] = SOUND, *, draft: str = ""
    ) -> Engine:
        assert self.conversations.flush()  # what the one before has learned is on disk
        self.engines.append(Engine(command))
        records = LoadRecords(self.conversations)
        plans = LoadPlans(
            records,
            self.engines[-1],
            inspect_command=inspect_command,
            available_bytes=lambda: self.available_bytes,
            draft_of=lambda path: draft,
        )
        self.plans.append(plans)
        self.engines[-1].choose_draft_by(lambda path: draft)
        self.engines[-1].plan_with(self.plans[-1])
        return self.engines[-1]

    def load(self, engine: Engine, path: Path, parameters: LoadParameters | None = None) -> ModelInfo:
        with self.qtbot.waitSignal(engine.model_loaded, timeout=20_000) as signal:
            engine.load(path, parameters)
        model: ModelInfo = signal.args[0]
        return model

    def close(self) -> None:
        for engine in self.engines:
            engine.stop()
        for plans in self.plans:
            plans.close()
        self.conversations.close()


@pytest.fixture
def computer(tmp_path: Path, qtbot: QtBot) -> Iterator[Computer]:
    made = Computer(tmp_path, qtbot)
    yield made
    made.close()


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_tiny_model(tmp_path / "tiny.gguf")


def test_a_card_without_room_is_left_alone_and_that_is_said(computer: Computer, model: Path) -> None:
    info = computer.load(computer.engine(refusing_card.command(free_bytes=1 << 30)), model)
    assert (info.n_gpu_layers, info.device_reason) == (0, "too_little_memory")


def test_every_plan_counts_on_the_memory_that_a_card_has_then(computer: Computer, model: Path, tmp_path: Path) -> None:
    free = tmp_path / "free"
    free.write_text(str(1 << 30), "ascii")
    engine = computer.engine(refusing_card.command(free_file=str(free)))
    assert computer.load(engine, model).device_reason == "too_little_memory"
    free.write_text(str(8 << 30), "ascii")
    assert computer.load(engine, model).n_gpu_layers == 2
    free.write_text("0", "ascii")
    assert computer.load(engine, model, LoadParameters(n_ctx=256)).device_reason == "too_little_memory"


def test_what_is_free_can_be_asked_for_and_is_when_a_model_has_left(
    computer: Computer, model: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    free = tmp_path / "free"
    free.write_text(str(8 << 30), "ascii")
    engine = computer.engine(refusing_card.command(free_file=str(free)))
    computer.load(engine, model)
    for n_bytes, ask in ((5 << 30, engine.look_at_devices), (6 << 30, engine.unload)):
        free.write_text(str(n_bytes), "ascii")
        with qtbot.waitSignal(engine.devices_changed, timeout=10_000):
            ask()
        assert engine.devices[0].free_bytes == n_bytes


@pytest.mark.parametrize("when", ["load", "first_token"])
@pytest.mark.parametrize("how", ["dies", "hangs"])
def test_a_driver_that_ends_the_engine_or_holds_it_up_leads_to_an_answer_on_the_processor(
    computer: Computer, model: Path, qtbot: QtBot, how: str, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_watch, "PING_INTERVAL_MS", 50)
    monkeypatch.setattr(engine_watch, "STANDSTILL_LIMIT_MS", 500)
    monkeypatch.setattr(engine_watch, "SILENCE_LIMIT_MS", 1 << 30)
    engine = computer.engine(refusing_card.command(**{how: when}))
    states: list[EngineState] = []
    engine.state_changed.connect(states.append)
    with qtbot.assertNotEmitted(engine.crashed), qtbot.assertNotEmitted(engine.load_failed):
        info = computer.load(engine, model)
        with qtbot.waitSignal(engine.generation_finished, timeout=10_000):
            engine.generate(QUESTION, SamplingParameters(n_predict=4))
    assert (info.n_gpu_layers, info.device_reason) == (0, "failed")
    assert states.count(EngineState.STARTING) == 2
    # The next start knows: no second crash, and it still says why.
    engine = computer.engine(refusing_card.command(**{how: when}))
    again: list[EngineState] = []
    engine.state_changed.connect(again.append)
    info = computer.load(engine, model)
    assert (info.n_gpu_layers, info.device_reason, again.count(EngineState.STARTING)) == (0, "failed", 1)


def test_what_was_refused_is_not_tried_again_until_the_file_or_the_wish_changes(computer: Computer, model: Path) -> None:
    assert computer.load(computer.engine(refusing_card.command(n_layers_max=0)), model).device_reason == "too_little_memory"
    # The card has come to its senses, which nobody knows yet.
    engine = computer.engine(refusing_card.command())
    info = computer.load(engine, model)
    assert (info.n_gpu_layers, info.device_reason) == (0, "too_little_memory")
    info = computer.load(engine, model, LoadParameters(n_ctx=512))
    assert (info.n_gpu_layers, info.n_offloadable, info.device_reason) == (2, 2, "")
    os.utime(model, (1, 1))
    assert computer.load(engine, model).n_gpu_layers == 2


def test_a_driver_that_failed_is_tried_again_when_the_person_wants_it(computer: Computer, model: Path, qtbot: QtBot) -> None:
    assert computer.load(computer.engine(refusing_card.command(dies="load")), model).device_reason == "failed"
    engine = computer.engine(refusing_card.command())
    assert computer.load(engine, model).device_reason == "failed"
    with qtbot.waitSignal(engine.model_loaded, timeout=20_000) as loaded:
        engine.try_card_again()
    assert (loaded.args[0].n_gpu_layers, loaded.args[0].device_reason) == (2, "")
    # What was remembered is forgotten for good, and one that fails once more leads to the processor once more.
    assert computer.load(computer.engine(refusing_card.command()), model).n_gpu_layers == 2
    engine = computer.engine(refusing_card.command(dies="load"))
    assert computer.load(engine, model).device_reason == "failed"
    with qtbot.waitSignal(engine.stepped_down, timeout=20_000) as told:
        engine.try_card_again()
    assert told.args[0].device_reason == "failed"


@pytest.mark.parametrize("when", ["load", "first_token"])
def test_a_driver_that_ends_the_engine_with_chosen_layers_leads_to_the_processor_too(
    computer: Computer, model: Path, when: str
) -> None:
    engine = computer.engine(refusing_card.command(dies=when))
    info = computer.load(engine, model, LoadParameters(n_gpu_layers=1, n_ctx=512))
    assert (info.n_gpu_layers, info.n_ctx, info.device_reason) == (0, 512, "failed")


def test_a_crash_on_a_card_is_not_the_files(
    computer: Computer, model: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing fits on the processor, so that there is no step below.
    monkeypatch.setattr(ladder, "MAIN_MARGIN_BYTES", 1 << 50)
    engine = computer.engine(refusing_card.command(dies="load"))
    with qtbot.waitSignal(engine.crashed, timeout=20_000):
        engine.load(model, LoadParameters(n_gpu_layers=1, n_ctx=512))
    assert computer.plans[-1].may_load_by_itself(model)


def test_a_load_that_stepped_down_knows_how_it_was_meant_to_be(computer: Computer, model: Path, qtbot: QtBot) -> None:
    engine = computer.engine(refusing_card.command(n_layers_max=1))
    with qtbot.waitSignal(engine.stepped_down, timeout=20_000) as told:
        computer.load(engine, model, LoadParameters(n_ctx=512))
    assert (told.args[0].parameters, engine.meant.n_gpu_layers) == (engine.meant.replaced(n_gpu_layers=1), 2)


@pytest.mark.posix("Windows has no signals")
def test_an_engine_that_is_killed_in_a_load_had_too_little_memory(computer: Computer, model: Path) -> None:
    info = computer.load(computer.engine(refusing_card.command(dies="load", by="SIGKILL")), model)
    assert (info.n_gpu_layers, info.device_reason) == (0, "too_little_memory")


def test_a_file_that_ends_the_engine_every_time_is_tried_twice_and_named(computer: Computer, model: Path, qtbot: QtBot) -> None:
    engine = computer.engine(refusing_card.command(dies="always"))
    states: list[EngineState] = []
    engine.state_changed.connect(states.append)
    with qtbot.waitSignal(engine.crashed, timeout=20_000) as crashed:
        engine.load(model)
    assert isinstance(crashed.args[0], LoadCrashed)
    assert crashed.args[0].path == str(model)
    assert states.count(EngineState.STARTING) == 2
    assert engine.wanted_path is None
    assert not computer.plans[-1].may_load_by_itself(model)
    os.utime(model, (1, 1))
    assert computer.plans[-1].may_load_by_itself(model)


@pytest.mark.parametrize(
    ("command", "reason", "is_blamed"),
    [(DEADLY, "stops_reader", True), (ENDLESS, "takes_too_long", False), (NEVER_BEGUN, "takes_too_long", False)],
    ids=["deadly", "endless", "never begun"],
)
def test_a_file_that_ends_or_holds_up_its_reader_never_reaches_the_engine(
    computer: Computer,
    model: Path,
    qtbot: QtBot,
    command: tuple[str, list[str]],
    reason: str,
    is_blamed: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inspection, "TIME_LIMIT_MS", 300)
    if command is NEVER_BEGUN:
        monkeypatch.setattr(inspection, "START_LIMIT_MS", 300)
    engine = computer.engine(engine_worker.command(), command)
    with qtbot.waitSignal(engine.load_failed, timeout=10_000) as failed, qtbot.assertNotEmitted(engine.crashed):
        engine.load(model)
    assert failed.args[0] == NotAModelFile(str(model), reason)
    assert engine.state is EngineState.IDLE
    assert computer.plans[-1].may_load_by_itself(model) != is_blamed


def test_the_time_for_a_file_begins_when_its_reader_has_started(
    computer: Computer, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "TIME_LIMIT_MS", 300)
    assert computer.load(computer.engine(engine_worker.command(), SLOW_TO_START), model).path == str(model)


def test_the_real_reader_says_when_it_begins(computer: Computer, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[bytes] = []
    heard = inspection.Inspection._on_line
    monkeypatch.setattr(inspection.Inspection, "_on_line", lambda self, line: (lines.append(line), heard(self, line)))
    computer.load(computer.engine(engine_worker.command(), own_command("inspect")), model)
    assert lines == [b'"begun"', b"null"]


def test_a_bad_file_leaves_the_model_that_was_there(computer: Computer, model: Path, qtbot: QtBot, tmp_path: Path) -> None:
    engine = computer.engine(engine_worker.command())
    computer.load(engine, model)
    other = tmp_path / "other.gguf"
    other.write_bytes(b"GGUF")
    with qtbot.waitSignal(engine.load_failed, timeout=10_000):
        engine.load(other)
    assert engine.state is EngineState.READY
    assert engine.wanted_path == model


def test_a_file_that_was_read_without_harm_is_not_read_again(computer: Computer, model: Path) -> None:
    computer.load(computer.engine(engine_worker.command()), model)
    assert computer.load(computer.engine(engine_worker.command(), DEADLY), model).path == str(model)


def test_a_record_of_another_version_is_as_good_as_none(computer: Computer, model: Path) -> None:
    def write(database: Database) -> None:
        for machine, text in (("", '{"colour": "red"}'), ("m", "[1, 2]")):
            save_model_load(database, str(model), machine, text, 1)

    computer.conversations.in_writer(write, lambda _: None)
    assert computer.conversations.flush()
    records = LoadRecords(computer.conversations)
    assert records.file(model) is None
    assert records.load(model, "m", FileRecord(1, 1), LoadParameters()) is None


def test_a_context_that_cannot_fit_is_told_with_one_that_can(computer: Computer, model: Path, qtbot: QtBot) -> None:
    engine = computer.engine(engine_worker.command())
    with qtbot.waitSignal(engine.load_failed, timeout=10_000) as failed:
        engine.load(model, LoadParameters(n_ctx=1 << 30))
    error = failed.args[0]
    assert isinstance(error, ContextTooLarge)
    assert computer.load(engine, model, LoadParameters(n_ctx=error.n_ctx_fitting)).path == str(model)


def test_weights_that_cannot_fit_never_reach_the_engine(
    computer: Computer, model: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ladder, "MAIN_MARGIN_BYTES", 8 << 30)
    engine = computer.engine(engine_worker.command())
    with qtbot.waitSignal(engine.load_failed, timeout=10_000) as failed:
        engine.load(model)
    assert isinstance(failed.args[0], NotEnoughMemory)
    assert failed.args[0].n_free_bytes == 4 << 30
    # What others have let go of since the engine started counts at once.
    monkeypatch.setattr(ladder, "MAIN_MARGIN_BYTES", 6 << 30)
    computer.available_bytes = 7 << 30
    assert computer.load(engine, model).path == str(model)


def test_a_load_is_cancelled_while_the_file_is_looked_at(computer: Computer, model: Path, qtbot: QtBot) -> None:
    engine = computer.engine(engine_worker.command(), ENDLESS)
    engine.load(model)
    qtbot.waitUntil(lambda: engine.state is EngineState.LOADING)
    pid = engine.pid
    with qtbot.waitSignal(engine.load_cancelled, timeout=1000):
        engine.cancel_load()
    assert (engine.state, engine.pid) == (EngineState.IDLE, pid)


def test_eject_while_a_file_is_looked_at_leaves_no_model(computer: Computer, model: Path, tmp_path: Path, qtbot: QtBot) -> None:
    engine = computer.engine(engine_worker.command())
    computer.load(engine, model)
    computer.plans[-1]._inspect_command = ENDLESS
    engine.load(write_tiny_model(tmp_path / "other.gguf"))
    qtbot.waitUntil(lambda: computer.plans[-1]._inspection is not None)
    with qtbot.assertNotEmitted(engine.model_loaded, wait=300), qtbot.waitSignal(engine.model_unloaded, timeout=5000):
        engine.unload()
    assert (engine.model, engine.wanted_path, engine.state) == (None, None, EngineState.IDLE)


def test_another_choice_while_a_file_is_looked_at_takes_the_other(
    computer: Computer, model: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    engine = computer.engine(engine_worker.command())
    other = write_tiny_model(tmp_path / "other.gguf")
    engine.load(model)
    assert computer.load(engine, other).path == str(other)


@pytest.mark.parametrize(("spare_share", "expected"), [(3.0, "both"), (0.5, "one"), (-0.2, "none")])
def test_what_a_model_that_guesses_takes_is_counted_and_it_gives_way_first(
    computer: Computer, model: Path, tmp_path: Path, qtbot: QtBot, spare_share: float, expected: str
) -> None:
    draft, asked = write_tiny_model(tmp_path / "draft.gguf"), LoadParameters(n_ctx=256, use_mmap=False)
    alone_bytes = estimate(shape_of([inspect(model)]), asked).total_bytes
    free = MAIN_MARGIN_BYTES + int(alone_bytes * (1 + spare_share))
    plans = LoadPlans(
        LoadRecords(computer.conversations),
        inspect_command=SOUND,
        available_bytes=lambda: free,
        draft_of=lambda path: str(draft),
    )
    computer.plans.append(plans)
    plans.prepare(model, asked)
    signal = plans.refused if expected == "none" else plans.planned
    with qtbot.waitSignal(signal, timeout=10_000) as said:
        plans.plan([Device("CPU", "", "cpu", 64 << 30, 0)], "")
    if expected != "none":
        assert said.args[0].rungs[0].n_ctx == 256
        refused = said.args[0].draft_error
        assert refused is None if expected == "both" else refused.path == str(draft)


def test_a_draft_model_that_ends_its_reader_never_reaches_the_engine(
    computer: Computer, model: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    draft = write_tiny_model(tmp_path / "draft.gguf")
    engine = computer.engine(refusing_card.command(deadly="draft.gguf"), DEADLY_DRAFT, draft=str(draft))
    states: list[EngineState] = []
    engine.state_changed.connect(states.append)
    with qtbot.waitSignal(engine.draft_refused, timeout=20_000) as refused:
        computer.load(engine, model)
    assert refused.args[0] == NotAModelFile(str(draft), "stops_reader")
    assert states.count(EngineState.STARTING) == 1
    assert [computer.plans[-1].may_load_by_itself(path) for path in (model, draft)] == [True, False]


def test_a_draft_model_that_ends_the_engine_is_left_out_and_blamed_alone(
    computer: Computer, model: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    draft = write_tiny_model(tmp_path / "draft.gguf")
    engine = computer.engine(refusing_card.command(deadly="draft.gguf"), draft=str(draft))
    with (
        qtbot.assertNotEmitted(engine.crashed),
        qtbot.assertNotEmitted(engine.stepped_down),
        qtbot.waitSignal(engine.draft_refused, timeout=20_000) as refused,
    ):
        info = computer.load(engine, model)
    error = refused.args[0]
    assert isinstance(error, LoadCrashed) and (error.path, error.reason) == (str(draft), "was ended by SIGABRT")
    assert (info.n_gpu_layers, info.device_reason) == (2, ""), "the card has done nothing wrong"
    assert [computer.plans[-1].may_load_by_itself(path) for path in (model, draft)] == [True, False]


def test_why_the_card_was_left_is_still_known_when_the_draft_model_ends_the_engine(
    computer: Computer, model: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    draft = write_tiny_model(tmp_path / "draft.gguf")
    script = {"deadly": "draft.gguf", "n_layers_max": 0}
    engine = computer.engine(refusing_card.command(**script), draft=str(draft))
    with qtbot.waitSignal(engine.stepped_down, timeout=20_000):
        info = computer.load(engine, model)
    assert (info.n_gpu_layers, info.device_reason) == (0, "too_little_memory")
    # The next start knows.
    info = computer.load(computer.engine(refusing_card.command(**script)), model)
    assert (info.n_gpu_layers, info.device_reason) == (0, "too_little_memory")


def test_a_file_that_is_read_slowly_is_not_the_cards_failure(
    computer: Computer, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_watch, "PING_INTERVAL_MS", 100)
    monkeypatch.setattr(engine_watch, "STANDSTILL_LIMIT_MS", 1000)
    info = computer.load(computer.engine(refusing_card.command(reads_s=2.0)), model)
    assert (info.n_gpu_layers, info.device_reason) == (2, "")


def test_a_draft_model_that_was_loaded_is_not_inspected_again(computer: Computer, model: Path, tmp_path: Path) -> None:
    draft = write_tiny_model(tmp_path / "draft.gguf")
    computer.load(computer.engine(refusing_card.command(), draft=str(draft)), model)
    engine = computer.engine(refusing_card.command(), DEADLY, draft=str(draft))
    computer.load(engine, model)
    assert engine._draft == str(draft)


@pytest.mark.parametrize("draft", ["", "gone.gguf", "folder", "no\0path", "x" * 5000])
def test_a_draft_model_that_cannot_be_looked_at_is_left_out_of_the_plan(tmp_path: Path, draft: str) -> None:
    (tmp_path / "folder").mkdir()
    looked = load_plans._look(write_tiny_model(tmp_path / "tiny.gguf"), str(tmp_path / draft) if draft else "")

    assert looked.draft is None
    assert looked.shape.layers
