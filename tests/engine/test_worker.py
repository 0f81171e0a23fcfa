"""The real engine process on its two pipes."""

from __future__ import annotations

import importlib.metadata
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.engine import worker as worker_module
from desktop_app.engine.answer import FLUSH_INTERVAL_S, ChatModel
from desktop_app.engine.context import MIN_ANSWER_TOKENS
from desktop_app.engine.inbox import Inbox
from desktop_app.engine.llama.library import Interrupt, LibraryLog
from desktop_app.engine.llama.model import Model
from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.pipe import EXIT_GARBAGE
from desktop_app.engine.protocol import (
    PROTOCOL_VERSION,
    CancelRequest,
    CountRequest,
    Failed,
    GenerationFinished,
    LoadAttempt,
    LoadProgress,
    LoadRequest,
    ModelLoaded,
    ModelUnloaded,
    PingRequest,
    Pong,
    TaskCancelled,
    TextDelta,
    TokensCounted,
    UnloadRequest,
)
from desktop_app.engine.wire import MAX_LINE_BYTES, decode_event
from desktop_app.errors import ContextFull, EngineCrashed, ModelFileNotFound, ModelLoadFailed, NoModel, NotAModelFile
from tests.engine.real_worker import RealWorker, is_running
from tests.fakes.gguf_file import header, tiny_pairs, write_tiny_model

_LONG = "word " * 3000
NO_END = tuple((token, float("-inf")) for token in (2, 267))
"""Bans the tiny model's end tokens, so that an answer goes on."""
STARTER_NO_END = ((0, float("-inf")), (2, float("-inf")))


def test_the_first_line_says_what_it_is() -> None:
    with RealWorker() as worker:
        ready = worker.ready()
        assert (ready.protocol, ready.pid) == (PROTOCOL_VERSION, worker.process.pid)
        assert ready.versions["llama_cpp_python"] == importlib.metadata.version("llama-cpp-python")
        assert any(device.type == "cpu" and device.free_bytes < device.total_bytes for device in ready.devices)


def test_it_stays_light(tiny_model: Path, tmp_path: Path) -> None:
    listing = tmp_path / "modules"
    prelude = f"import atexit, sys\natexit.register(lambda: open({str(listing)!r}, 'w').write(' '.join(sys.modules)))"
    with RealWorker(prelude) as worker:
        worker.load(tiny_model)
        worker.answer(("user", "Hi"), n_predict=2)
        worker.end_input()
    modules = listing.read_text().split()
    foreign = {"numpy", "diskcache", "PySide6", "shiboken6", "llama_cpp.llama", "apsw", "huggingface_hub", "asyncio", "ssl"}
    assert foreign.isdisjoint(modules)
    ours = {name for name in modules if name.startswith("desktop_app")}
    allowed = (
        "desktop_app.engine",
        "desktop_app.errors",
        "desktop_app.record",
        "desktop_app.logs",
        "desktop_app.paths",
        "desktop_app.app",
        "desktop_app.options",
        "desktop_app.own_process",
    )
    assert all(name == "desktop_app" or name.startswith(allowed) for name in ours), ours


def test_a_model_is_loaded_with_progress_and_described(worker: RealWorker, starter_model: Path) -> None:
    worker.send(LoadRequest(1, str(starter_model), LoadParameters(n_ctx=512)))
    fractions = []
    assert worker.next() == LoadAttempt(1, 0)
    while isinstance(event := worker.next(), LoadProgress):
        fractions.append(event.fraction)
    assert isinstance(event, ModelLoaded)
    model = event.model
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert (model.n_ctx, model.n_layers, model.n_gpu_layers, model.device) == (512, 30, 0, "")
    assert (model.has_chat_template, model.template_problem) == (True, "")
    assert model.name
    assert model.size_bytes > 90e6


def test_an_answer_streams_and_ends_with_its_timings(worker: RealWorker, starter_model: Path) -> None:
    worker.load(starter_model, n_ctx=512)
    text, finished = worker.answer(("user", "Say hello."), n_predict=24)
    timings = finished.timings
    assert text
    assert finished.stop in ("limit", "eos")
    assert 0 < timings.n_predicted <= 24
    assert timings.n_prompt > 10
    assert timings.n_reused == 0
    assert timings.first_token_ms >= timings.prompt_ms > 0
    assert timings.tokens_per_s > 0


def test_the_next_turn_reads_only_what_is_new(worker: RealWorker, starter_model: Path) -> None:
    worker.load(starter_model, n_ctx=1024)
    conversation = [("user", "Tell me about the sea, please.")]
    n_before = 0
    for question in ("And about rivers?", "And about 日本の川? 🔥", "Thanks."):
        answer, finished = worker.answer(*conversation, n_predict=40, temperature=0.9, seed=5)
        timings = finished.timings
        assert timings.n_reused >= n_before - 1
        n_before = timings.n_prompt + timings.n_predicted
        conversation += [("assistant", answer), ("user", question)]
    _, finished = worker.answer(*conversation, n_predict=4)
    assert finished.timings.n_reused >= n_before - 1
    assert finished.timings.n_prompt - finished.timings.n_reused < 20


def test_random_bytes_of_an_answer_are_reused_too(tiny_worker: RealWorker) -> None:
    answer, first = tiny_worker.answer(("user", "Hi"), n_predict=40, temperature=1.5, seed=3, logit_bias=NO_END)
    assert "\ufffd" in answer
    _, second = tiny_worker.answer(("user", "Hi"), ("assistant", answer), ("user", "Go on"), n_predict=2)
    # All but the beginning of a character at its end.
    assert second.timings.n_reused >= first.timings.n_prompt + first.timings.n_predicted - 1 - 3


def test_an_answer_that_was_cut_goes_on_as_if_it_had_not_been(worker: RealWorker, starter_model: Path) -> None:
    worker.load(starter_model, n_ctx=512)
    question = ("user", "Tell me about the sea.")
    whole, _ = worker.answer(question, n_predict=24)
    begun, first = worker.answer(question, n_predict=12)
    rest, second = worker.go_on(question, ("assistant", begun), n_predict=12)
    assert whole == begun + rest
    assert second.timings.n_predicted == 12
    # Nothing of it was read again.
    assert second.timings.n_prompt == first.timings.n_prompt + 12
    assert second.timings.n_reused == second.timings.n_prompt - 1
    _, third = worker.answer(question, ("assistant", whole), ("user", "Thanks."), n_predict=2)
    assert third.timings.n_reused >= second.timings.n_prompt + 12 - 1


def test_a_cut_answer_goes_on_in_a_fresh_engine(worker: RealWorker, starter_model: Path) -> None:
    # From 32 tokens at once macOS multiplies with Accelerate, which rounds otherwise than what computes one token.
    parameters = {"n_ctx": 512, "n_batch": 16}
    worker.load(starter_model, **parameters)
    question = ("user", "Tell me about the sea.")
    whole, _ = worker.answer(question, n_predict=24)
    worker.load(starter_model, **parameters)
    begun = " ".join(whole.split(" ")[:8])
    for cut in (begun, f"{begun} "):
        rest, _ = worker.go_on(question, ("assistant", cut), n_predict=8)
        assert rest
        assert whole.startswith(cut + rest)


def test_a_character_that_was_cut_is_drawn_again(tiny_worker: RealWorker) -> None:
    # One token a byte: the first half of an é, and nothing else.
    half = ((0xC3 + 3, 1000.0),)
    text, first = tiny_worker.answer(("user", "Hi"), n_predict=1, logit_bias=half)
    assert (text, first.timings.n_predicted) == ("", 1)
    text, second = tiny_worker.go_on(("user", "Hi"), ("assistant", "caf"), n_predict=1, logit_bias=half)
    assert (text, second.timings.n_prompt) == ("", first.timings.n_prompt + 3)
    _, third = tiny_worker.go_on(("user", "Hi"), ("assistant", "caf"), n_predict=1)
    assert third.timings.n_prompt == second.timings.n_prompt


def test_an_answer_that_has_no_text_yet_is_begun(tiny_worker: RealWorker) -> None:
    begun, first = tiny_worker.answer(("user", "Hi"), n_predict=5)
    again, second = tiny_worker.go_on(("user", "Hi"), n_predict=5)
    assert (again, second.timings.n_prompt) == (begun, first.timings.n_prompt)


def test_reasoning_that_the_template_begins_is_part_of_the_answer(worker: RealWorker, tmp_path: Path) -> None:
    source = "{% for m in messages %}{{ m.role }}:{{ m.content }}\n{% endfor %}assistant:{{ '<think>\n' }}"
    worker.load(write_tiny_model(tmp_path / "m.gguf", tokenizer__chat_template=source))
    begun, first = worker.answer(("user", "Hi"), n_predict=9, logit_bias=NO_END)
    assert begun.startswith("<think>\n")
    rest, second = worker.go_on(("user", "Hi"), ("assistant", begun), n_predict=9, logit_bias=NO_END)
    assert "<think>" not in rest
    assert second.timings.n_prompt >= first.timings.n_prompt + 9 - 3


def test_the_same_question_again_gives_the_same_answer(tiny_worker: RealWorker) -> None:
    question = ("user", "Hi there")
    first, _ = tiny_worker.answer(question, n_predict=30, seed=1, temperature=1.0)
    second, finished = tiny_worker.answer(question, n_predict=30, seed=1, temperature=1.0)
    other, _ = tiny_worker.answer(question, n_predict=30, seed=2, temperature=1.0)
    assert first == second != other
    assert finished.timings.n_reused == finished.timings.n_prompt - 1


def test_another_conversation_is_read_from_its_first_difference(tiny_worker: RealWorker) -> None:
    alone, _ = tiny_worker.answer(("user", "abc"), n_predict=20)
    tiny_worker.answer(("user", "something else entirely"), n_predict=20)
    again, finished = tiny_worker.answer(("user", "abc"), n_predict=20)
    assert again == alone
    assert finished.timings.n_reused < finished.timings.n_prompt


def test_a_stop_text_ends_the_answer_and_is_not_in_it(tiny_worker: RealWorker) -> None:
    whole, _ = tiny_worker.answer(("user", "Hi"), n_predict=40, logit_bias=NO_END)
    middle = whole[10:13]
    text, finished = tiny_worker.answer(("user", "Hi"), n_predict=40, logit_bias=NO_END, stop=(middle,))
    assert finished.stop == "word"
    assert text == whole[: whole.index(middle)]


def test_n_predict_ends_the_answer(tiny_worker: RealWorker) -> None:
    for n_predict in (0, 1, 5):
        _, finished = tiny_worker.answer(("user", "Hi"), n_predict=n_predict, logit_bias=NO_END)
        assert (finished.stop, finished.timings.n_predicted) == ("limit", n_predict)


def test_the_models_own_end_ends_the_answer(tiny_worker: RealWorker) -> None:
    text, finished = tiny_worker.answer(("user", "Hi"), logit_bias=((267, 1000.0),))
    assert (finished.stop, text, finished.timings.n_predicted) == ("eos", "", 0)


def test_a_full_context_ends_the_answer_and_the_next_one_works(tiny_worker: RealWorker) -> None:
    text, finished = tiny_worker.answer(("user", "Hi"), logit_bias=NO_END)
    timings = finished.timings
    assert finished.stop == "context"
    assert timings.n_prompt + timings.n_predicted == 256 + 1
    assert text
    _, finished = tiny_worker.answer(("user", "Hi"), n_predict=3, logit_bias=NO_END)
    assert finished.stop == "limit"


def test_every_prompt_around_the_size_of_the_context_ends_in_an_answer_or_the_numbers(tiny_worker: RealWorker) -> None:
    _, finished = tiny_worker.answer(("user", "x"), n_predict=1)
    n_rest = finished.timings.n_prompt - 1
    for n_prompt in range(256 - MIN_ANSWER_TOKENS - 3, 256 + 9):
        task = tiny_worker.start(("user", "x" * (n_prompt - n_rest)), logit_bias=NO_END)
        final = tiny_worker.final(task)
        if n_prompt + MIN_ANSWER_TOKENS > 256:
            assert final == Failed(task, ContextFull(n_prompt + MIN_ANSWER_TOKENS, 256))
        else:
            assert (final.stop, final.timings.n_prompt) == ("context", n_prompt)


def test_stop_between_tokens_keeps_the_text_so_far(tiny_worker: RealWorker) -> None:
    task = tiny_worker.start(("user", "Hi"), logit_bias=NO_END)
    first = tiny_worker.until(TextDelta)
    tiny_worker.send(CancelRequest(task))
    rest, finished = tiny_worker.rest_of(task)
    assert finished.stop in ("cancelled", "context")  # the tiny model is quick
    assert (first.text + rest).encode()


def test_stop_while_answering_takes_effect_within_a_second(worker: RealWorker, starter_model: Path) -> None:
    worker.load(starter_model)
    task = worker.start(("user", "Count to a thousand."), logit_bias=STARTER_NO_END)
    worker.until(TextDelta)
    started = time.monotonic()
    worker.send(CancelRequest(task))
    _, finished = worker.rest_of(task)
    assert finished.stop == "cancelled"
    assert time.monotonic() - started < 1


def test_stop_inside_a_long_prompt_takes_effect_within_a_second_and_leaves_the_cache_consistent(
    worker: RealWorker, starter_model: Path
) -> None:
    worker.load(starter_model, n_batch=4096)
    short, _ = worker.answer(("user", "Hello"), n_predict=8)
    for delay_s in (0.0, 0.3, 0.7):
        task = worker.start(("user", _LONG))
        worker.reading(task)
        time.sleep(delay_s)
        started = time.monotonic()
        worker.send(CancelRequest(task))
        text, finished = worker.rest_of(task)
        assert time.monotonic() - started < 1
        assert (finished.stop, text, finished.timings.n_predicted) == ("cancelled", "", 0)
        assert worker.answer(("user", "Hello"), n_predict=8)[0] == short


def test_a_ping_is_answered_while_a_prompt_is_read(worker: RealWorker, starter_model: Path) -> None:
    worker.load(starter_model)
    task = worker.start(("user", _LONG))
    worker.reading(task)
    started = time.monotonic()
    worker.send(PingRequest(7))
    assert worker.until(Pong).task == 7
    assert time.monotonic() - started < 1
    worker.send(CancelRequest(task))
    worker.rest_of(task)


def test_a_task_cancelled_while_it_waits_does_not_begin(worker: RealWorker, starter_model: Path) -> None:
    worker.load(starter_model, n_slots=1)
    running = worker.start(("user", _LONG))
    worker.reading(running)
    waiting = worker.start(("user", "Hi"))
    worker.send(CancelRequest(waiting))
    worker.send(CancelRequest(running))
    worker.send(CancelRequest(12345))
    assert worker.final(waiting) == TaskCancelled(waiting)
    assert worker.final(running).stop == "cancelled"


def test_a_load_can_be_cancelled(worker: RealWorker, starter_model: Path) -> None:
    worker.send(LoadRequest(1, str(starter_model)))
    worker.send(CancelRequest(1))
    assert worker.final(1) == TaskCancelled(1)
    task = worker.start(("user", "Hi"))
    assert worker.final(task) == Failed(task, NoModel())
    worker.load(starter_model, n_ctx=256)


def test_a_model_that_cannot_be_made_a_chat_model_is_freed(
    tiny_model: Path, interrupt: Interrupt, monkeypatch: pytest.MonkeyPatch, expected_log: Callable[[str], None]
) -> None:
    expected_log("ERROR .*internal error ZeroDivisionError")
    models: list[Model] = []

    def fail(model: Model, _template: str) -> ChatModel:
        models.append(model)
        raise ZeroDivisionError

    monkeypatch.setattr(worker_module, "ChatModel", fail)
    reading, writing = os.pipe()
    worker = worker_module.Worker(Inbox(interrupt), worker_module.Output(writing), interrupt, LibraryLog())
    worker._do(LoadRequest(1, str(tiny_model)))
    os.close(writing)
    with os.fdopen(reading, "rb") as lines:
        assert decode_event(lines.readlines()[-1].strip()) == Failed(1, EngineCrashed(reason="internal error"))

    assert [model.context for model in models] == [None]


def test_text_leaves_at_most_some_thirty_times_a_second(tiny_worker: RealWorker) -> None:
    task = tiny_worker.start(("user", "Hi"), logit_bias=NO_END)
    tiny_worker.until(TextDelta)
    started, n_lines = time.monotonic(), 0
    while isinstance(event := tiny_worker.next(), TextDelta):
        n_lines += 1
    assert isinstance(event, GenerationFinished)
    assert event.task == task
    assert n_lines <= (time.monotonic() - started) / FLUSH_INTERVAL_S + 2
    assert event.timings.n_predicted > 2 * n_lines


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (None, ModelFileNotFound),
        (b"", NotAModelFile),
        (b"<html>", NotAModelFile),
        (header(tiny_pairs(tokenizer__ggml__tokens=None)), NotAModelFile),
        (header(tiny_pairs()), ModelLoadFailed),
        (header(tiny_pairs(general__architecture="nonsense", nonsense__block_count=1)), NotAModelFile),
    ],
)
def test_a_file_that_is_no_model_is_told_and_the_engine_lives(
    worker: RealWorker, tmp_path: Path, tiny_model: Path, data: bytes | None, error: type[Exception]
) -> None:
    path = tmp_path / "m.gguf"
    if data is not None:
        path.write_bytes(data)
    worker.send(LoadRequest(1, str(path)))
    failed = worker.final(1)
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, error)
    assert failed.error.path == str(path)  # type: ignore[attr-defined]
    worker.load(tiny_model)


def test_what_llama_cpp_says_about_a_refused_file_is_kept(worker: RealWorker, tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(header(tiny_pairs()))
    worker.send(LoadRequest(1, str(path)))
    assert "token_embd" in worker.final(1).error.detail


def test_a_broken_template_does_not_stop_the_load(worker: RealWorker, tmp_path: Path) -> None:
    path = write_tiny_model(tmp_path / "m.gguf", tokenizer__chat_template="{% for i in range(99999) %}")
    model = worker.load(path)
    assert not model.has_chat_template
    assert model.template_problem
    assert worker.answer(("user", "Hi"), n_predict=3)[1].timings.n_predicted > 0


def test_a_model_can_be_unloaded_and_another_loaded(tiny_worker: RealWorker, tiny_model: Path) -> None:
    tiny_worker.send(UnloadRequest(1))
    assert tiny_worker.final(1) == ModelUnloaded(1)
    task = tiny_worker.start(("user", "Hi"))
    assert tiny_worker.final(task) == Failed(task, NoModel())
    tiny_worker.load(tiny_model)
    tiny_worker.load(tiny_model, n_ctx=512)
    tiny_worker.answer(("user", "Hi"), n_predict=2)


def test_what_native_code_prints_does_not_touch_the_protocol(tiny_model: Path) -> None:
    # Prints on descriptor 1 from C with every load progress, as some backends do.
    prelude = (
        "import ctypes, desktop_app.engine.worker as w\n"
        "libc, said = ctypes.CDLL(None), w.Worker._load\n"
        "def load(self, request):\n"
        "    libc.printf(b'native noise'), libc.fflush(None), print('python noise', flush=True)\n"
        "    said(self, request)\n"
        "    libc.write(1, b'{\"type\": ', 9)\n"
        "w.Worker._load = load"
    )
    with RealWorker(prelude) as worker:
        worker.ready()
        worker.load(tiny_model)
        worker.answer(("user", "Hi"), n_predict=3)
        assert all(decode_event(line) for line in worker.lines)
        assert "native noise" in worker.log
        assert "python noise" in worker.log


def test_garbage_is_left_out_and_only_its_length_is_logged(worker: RealWorker) -> None:
    worker.write(b"my secret diary\n\n{}\n\xff\xfe\n")
    worker.write(b'{"type": "GenerateRequest", "task": "secret", "messages": []}\n')
    worker.write(b'{"type": "PingRequest", "task": 1, "secret": 2}\n')
    worker.send(PingRequest(5))
    assert worker.until(Pong).task == 5
    assert "(15 bytes)" in worker.log
    assert "secret" not in worker.log


def test_a_line_longer_than_the_limit_is_left_out(worker: RealWorker) -> None:
    worker.write(b'{"type": "' + b"x" * (MAX_LINE_BYTES + 100_000) + b'"}\n')
    worker.send(PingRequest(5))
    assert worker.until(Pong).task == 5


def test_a_stream_of_garbage_ends_the_engine(worker: RealWorker) -> None:
    worker.write(b"noise\n" * 200)
    assert worker.process.wait(10) == EXIT_GARBAGE


def test_an_error_of_our_own_is_logged_without_a_persons_words(tiny_model: Path) -> None:
    prelude = (
        "import desktop_app.engine.answer as a\n"
        "def broken(chat, request):\n    raise ValueError('cannot use ' + request.messages[0].content)\n"
        "a.fitted = broken"
    )
    with RealWorker(prelude) as worker:
        worker.ready()
        worker.load(tiny_model)
        task = worker.start(("user", "my secret"))
        assert worker.final(task).error.reason == "internal error"
        assert "ValueError" in worker.log
        assert "secret" not in worker.log
        worker.load(tiny_model)


def test_the_end_of_input_ends_it(tiny_worker: RealWorker) -> None:
    assert tiny_worker.end_input() < 3
    assert tiny_worker.process.returncode == 0


def test_the_end_of_input_ends_it_inside_a_long_prompt(worker: RealWorker, starter_model: Path) -> None:
    worker.load(starter_model, n_batch=4096)
    worker.reading(worker.start(("user", _LONG)))
    assert worker.end_input() < 3
    assert worker.process.returncode == 0


def test_the_end_of_input_ends_it_even_where_llama_cpp_does_not_look_up(tiny_model: Path) -> None:
    prelude = (
        "import ctypes, desktop_app.engine.worker as w\n"
        "from desktop_app.engine.protocol import Pong\n"
        "w.Worker._answer = lambda self, request: (self._send(Pong(77)), ctypes.CDLL(None).sleep(60))"
    )
    with RealWorker(prelude) as worker:
        worker.ready()
        worker.load(tiny_model)
        worker.start(("user", "Hi"))
        worker.until(Pong)
        assert worker.end_input() < 3


@pytest.mark.linux("the death signal is Linux's")
def test_the_windows_death_ends_it_even_if_something_keeps_its_input_open(tmp_path: Path) -> None:
    # A parent that starts the engine with a pipe whose other end lives on in this test.
    reading, writing = os.pipe()
    script = (
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-m', 'desktop_app', '--role', 'engine'],"
        f" stdin={reading}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)\n"
        "p.stdout.readline()\nprint(p.pid, flush=True)\ntime.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, pass_fds=(reading,))
    try:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_running(pid)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        deadline = time.monotonic() + 3
        while is_running(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not is_running(pid)
    finally:
        parent.kill()
        parent.wait()
        if parent.stdout is not None:
            parent.stdout.close()
        os.close(reading)
        os.close(writing)


@pytest.mark.linux("reads /proc")
def test_there_are_no_core_dumps() -> None:
    allow = "import resource as r\nr.setrlimit(r.RLIMIT_CORE, (r.getrlimit(r.RLIMIT_CORE)[1],) * 2)"
    with RealWorker(allow) as worker:
        worker.ready()
        limits = Path(f"/proc/{worker.process.pid}/limits").read_text()
    assert next(line for line in limits.splitlines() if line.startswith("Max core file size")).split()[4] == "0"


def test_tokens_of_a_text_are_counted_as_plain_text(tiny_worker: RealWorker, tiny_chat: ChatModel) -> None:
    for text in ("one two three", "", "</s><s>[INST]", "你好"):
        task = tiny_worker.new_task()
        tiny_worker.send(CountRequest(task, text))
        event = tiny_worker.final(task)
        assert event == TokensCounted(task, len(tiny_chat.model.vocabulary.tokenize(text)))


def test_without_a_model_nothing_is_counted(worker: RealWorker) -> None:
    task = worker.new_task()
    worker.send(CountRequest(task, "text"))
    assert worker.final(task) == Failed(task, NoModel())
