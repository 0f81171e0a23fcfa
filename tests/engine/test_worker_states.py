"""The engine keeps on disk what its model has read: a conversation goes on after a restart, and ends with its deletion."""

from __future__ import annotations

import os
import time
from pathlib import Path

import psutil
import pytest

from desktop_app.engine.parameters import SamplingParameters
from desktop_app.engine.protocol import (
    CancelRequest,
    ChatMessage,
    CountRequest,
    ForgetStates,
    GenerateRequest,
    GenerationFinished,
    Request,
    SaveStates,
    StatesKept,
    StatesRequest,
    TaskCancelled,
    TextDelta,
    UnloadRequest,
)
from tests.engine.real_worker import RealWorker

KEY = "5e" * 32
TALK = (ChatMessage("user", "the tea, " * 12),)
"""More tokens than are read again as fast as they are loaded, in a context of 256."""
CONVERSATION = "a1b2c3"
SLOW_DISK = (
    "import time\nimport desktop_app.engine.state_store as s\nw = s._write\ns._write = lambda *a: (time.sleep({}), w(*a))\n"
)

SLOW_READING = """
import time
import desktop_app.engine.state_files as s
s.PIECE_BYTES, pieces = 4096, s.pieces_of
def slow(*given):
    for piece in pieces(*given):
        if not piece.start:
            open({!r}, "w").close()
        time.sleep(5)
        yield piece
s.pieces_of = slow
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder for states."""
    (tmp_path / "kv").mkdir()
    return tmp_path / "kv"


def _do(worker: RealWorker, request: Request) -> object:
    worker.send(request)
    return worker.final(request.task)


def _keep(worker: RealWorker, folder: Path, max_bytes: int = 1 << 30) -> None:
    assert isinstance(_do(worker, StatesRequest(worker.new_task(), str(folder), KEY, max_bytes)), StatesKept)


def _save(worker: RealWorker) -> None:
    assert isinstance(_do(worker, SaveStates(worker.new_task())), StatesKept)


def _answer(
    worker: RealWorker, messages: tuple[ChatMessage, ...] = TALK, conversation: str = CONVERSATION
) -> tuple[int, GenerationFinished]:
    """Give how many tokens the prompt had, and the end of the answer, which is one token long."""
    task = worker.new_task()
    sampling = SamplingParameters(temperature=0, n_predict=1)
    finished = _do(worker, GenerateRequest(task, messages, sampling, conversation=conversation))
    assert isinstance(finished, GenerationFinished), finished
    return finished.timings.n_prompt, finished


def _n_reused(worker: RealWorker, conversation: str = CONVERSATION) -> int:
    return _answer(worker, conversation=conversation)[1].timings.n_reused


@pytest.fixture
def keeping(worker: RealWorker, tiny_model: Path, folder: Path) -> RealWorker:
    """Give an engine that keeps states and has answered once."""
    _keep(worker, folder)
    worker.load(tiny_model)
    _answer(worker)
    return worker


def _files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_after_a_restart_nothing_is_read_twice(keeping: RealWorker, tiny_model: Path, folder: Path) -> None:
    process = psutil.Process(keeping.process.pid)
    seen = " ".join((*process.cmdline(), *process.environ().values())).encode("utf-8", "surrogateescape")
    keeping.end_input()

    assert len(_files(folder)) == 1
    assert KEY.encode() not in seen
    assert KEY not in keeping.log
    assert CONVERSATION not in keeping.log + "".join(_files(folder))
    with RealWorker() as later:
        later.ready()
        later.load(tiny_model)
        _keep(later, folder)  # in the other order, too
        n_prompt, finished = _answer(later)
        assert finished.timings.n_reused == n_prompt - 1


def test_eject_keeps_what_was_read_for_the_next_load(keeping: RealWorker, tiny_model: Path, folder: Path) -> None:
    _do(keeping, UnloadRequest(keeping.new_task()))
    keeping.load(tiny_model, n_threads=1)
    n_prompt, finished = _answer(keeping)
    assert finished.timings.n_reused == n_prompt - 1

    # Nothing of it is of use in another context.
    keeping.load(tiny_model, n_slots=2)
    assert _n_reused(keeping) == 0


def test_of_a_conversation_without_a_name_nothing_is_written(worker: RealWorker, tiny_model: Path, folder: Path) -> None:
    _keep(worker, folder)
    worker.load(tiny_model)
    _answer(worker, conversation="")
    _save(worker)
    worker.end_input()

    assert _files(folder) == []


def test_what_is_forgotten_is_gone_and_does_not_come_back(keeping: RealWorker, folder: Path) -> None:
    _save(keeping)
    assert len(_files(folder)) == 1
    assert isinstance(_do(keeping, ForgetStates(keeping.new_task(), ("another", CONVERSATION))), StatesKept)
    assert _files(folder) == []
    # It is still of use in memory, and is written when it has been answered again.
    _save(keeping)
    assert _files(folder) == []
    assert _n_reused(keeping) > 0
    _save(keeping)
    assert len(_files(folder)) == 1
    _answer(keeping)
    _do(keeping, ForgetStates(keeping.new_task(), (CONVERSATION,)))
    keeping.end_input()
    assert _files(folder) == []


def test_what_is_forgotten_last_is_not_written_at_the_end(tiny_model: Path, folder: Path) -> None:
    with RealWorker("import time\nimport desktop_app.engine.worker as w\nw.Worker._count = lambda *_: time.sleep(0.4)") as worker:
        worker.ready()
        _keep(worker, folder)
        worker.load(tiny_model)
        _answer(worker)
        # The end of input comes while it is busy with something else.
        worker.send(CountRequest(worker.new_task(), ""))
        worker.send(ForgetStates(worker.new_task(), (CONVERSATION,)))
        worker.end_input()
        assert _files(folder) == []


def test_a_limit_of_nothing_takes_everything_away(keeping: RealWorker, folder: Path) -> None:
    _save(keeping)
    _keep(keeping, folder, max_bytes=0)
    assert _files(folder) == []
    _answer(keeping)
    _save(keeping)
    keeping.end_input()
    assert _files(folder) == []


def test_what_nobody_asks_about_is_written_after_a_while(tiny_model: Path, folder: Path) -> None:
    with RealWorker("import desktop_app.engine.worker as w\nw.IDLE_S = 0.1") as worker:
        worker.ready()
        _keep(worker, folder)
        worker.load(tiny_model)
        _answer(worker)
        deadline = time.monotonic() + 20
        while not any(name.endswith(".kv") for name in _files(folder)) and time.monotonic() < deadline:
            time.sleep(0)
        assert len(_files(folder)) == 1


def test_in_the_middle_of_an_answer_it_writes_when_told_and_ends(tiny_model: Path, folder: Path) -> None:
    # A disk that is slower than what an engine gets that was told nothing.
    with RealWorker(SLOW_DISK.format(0.6)) as worker:
        worker.ready()
        _keep(worker, folder)
        worker.load(tiny_model)
        worker.send(GenerateRequest(worker.new_task(), TALK, conversation=CONVERSATION))
        worker.until(TextDelta)
        worker.send(SaveStates(worker.new_task()))
        worker.end_input()
        assert [name[-3:] for name in _files(folder)] == [".kv"]


@pytest.mark.posix("Windows has no such pipes")
def test_an_answer_is_stopped_while_what_was_kept_is_read(keeping: RealWorker, tiny_model: Path, folder: Path) -> None:
    _answer(keeping)
    _save(keeping)
    keeping.end_input()
    has_begun = folder.with_name("begun")
    os.mkfifo(has_begun)
    with RealWorker(SLOW_READING.format(str(has_begun))) as worker:
        worker.ready()
        _keep(worker, folder)
        worker.load(tiny_model)
        task = worker.new_task()
        worker.send(GenerateRequest(task, TALK, conversation=CONVERSATION))
        has_begun.open().close()
        worker.send(CancelRequest(task))
        assert worker.final(task) == TaskCancelled(task)


def test_a_disk_that_hangs_does_not_keep_it_alive(tiny_model: Path, folder: Path) -> None:
    with RealWorker(SLOW_DISK.format(60)) as worker:
        worker.ready()
        _keep(worker, folder)
        worker.load(tiny_model)
        _answer(worker)
        assert worker.end_input() < 3
