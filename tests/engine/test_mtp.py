"""Answers with guesses of the model's own layer for multi-token prediction: right ones, wrong ones, and after every turn."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from desktop_app.engine.chat_model import ChatModel
from desktop_app.engine.draft_payoff import Payoff
from desktop_app.engine.drafts import _ASSUMED, _MTP
from desktop_app.engine.gguf import read_header
from desktop_app.engine.inbox import Inbox
from desktop_app.engine.llama import mtp as mtp_module
from desktop_app.engine.llama import state
from desktop_app.engine.llama.library import C, Interrupt, LibraryLog, load_backends
from desktop_app.engine.llama.model import Model
from desktop_app.engine.llama.mtp import MtpLayer
from desktop_app.engine.llama.sequence import Sequence
from desktop_app.engine.mtp_layer import has_mtp_layer
from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.engine.protocol import (
    ChatMessage,
    Event,
    GenerateRequest,
    GenerationFinished,
    LoadRequest,
    ModelLoaded,
    SaveStates,
    StatesRequest,
    TextDelta,
)
from desktop_app.engine.scheduler import Scheduler
from desktop_app.engine.wire import decode_event
from tests.engine.direct import clear, put
from tests.engine.real_worker import RealWorker
from tests.fakes.mtp_model import next_token, write_hybrid_mtp_model, write_mtp_model

N_PREDICT = 40
TEXT = [3 + (7 * index * index) % 251 for index in range(120)]
PARAMETERS = LoadParameters(n_ctx=1024, n_batch=128, n_threads=1)


class Only:
    """Finds that guesses of an MTP layer pay, and no others."""

    pays = True

    def best_size(self, kind: int, n_max: int, _seconds_each: float = 0.0) -> int:
        return min(7, n_max) if kind == _MTP and self.pays else 0

    def judged(self, *_facts: object) -> None:
        pass


class Even(Payoff):
    """Learns with steps that always take as long as on a middling processor."""

    def judged(self, kind: int, n_guessed: int, n_right: int, seconds: float) -> None:
        super().judged(kind, n_guessed, n_right, 1.0 + 0.3 * n_guessed)


class Talk:
    """Conversations with one model, in its own scheduler."""

    def __init__(self, chat: ChatModel) -> None:
        self.events: list[Event] = []
        self.chat = chat
        self.scheduler = Scheduler(chat, self.events.append, Inbox(Interrupt()))
        self.n_tasks = 0

    def add(self, question: str, conversation: str = "", **changes: Any) -> int:
        """Begin an answer, and give its number."""
        self.n_tasks += 1
        sampling = SamplingParameters(**{"temperature": 0.0, "n_predict": N_PREDICT, **changes.pop("sampling", {})})
        messages = (ChatMessage("user", question), *changes.pop("more", ()))
        self.scheduler.add(GenerateRequest(self.n_tasks, messages, sampling, conversation=conversation, **changes))
        return self.n_tasks

    def finish(self, task: int) -> GenerationFinished:
        """Work until `task` has ended; what is drawn is checked against the circle."""
        while not any(isinstance(event, GenerationFinished) and event.task == task for event in self.events):
            assert self.scheduler.is_busy
            self.scheduler.step()
            for running in self.scheduler._running:
                answer, held = running.answer, running.sequence.tokens
                assert answer.target[: len(held)] == held
                drawn = answer.target[answer.n_prompt - 1 :]
                assert all(after == next_token(before) for before, after in pairwise(drawn[1:]))
        return next(event for event in self.events if isinstance(event, GenerationFinished) and event.task == task)

    def ask(self, question: str, conversation: str = "", **changes: Any) -> GenerationFinished:
        """Have a question answered."""
        return self.finish(self.add(question, conversation, **changes))


def acceptance(finished: GenerationFinished) -> float:
    """Give the share of guesses that were right; there must be some."""
    assert finished.timings.n_drafted >= 7
    return finished.timings.n_accepted / finished.timings.n_drafted


def open_mtp(path: Path, interrupt: Interrupt, **parameters: int) -> ChatModel:
    load_backends()
    return ChatModel(Model(path, PARAMETERS.replaced(**parameters), interrupt, LibraryLog(), has_mtp_layer=True))


@pytest.fixture(scope="module")
def true_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mtp_model(tmp_path_factory.mktemp("mtp") / "true.gguf")


@pytest.fixture(scope="module", params=["attention", "hybrid"])
def true_model(
    request: pytest.FixtureRequest, true_path: Path, tmp_path_factory: pytest.TempPathFactory, interrupt: Interrupt
) -> Iterator[ChatModel]:
    """Give a model whose MTP layer guesses right, loaded once."""
    is_hybrid = request.param == "hybrid"
    path = write_hybrid_mtp_model(tmp_path_factory.mktemp("mtp") / "hybrid.gguf") if is_hybrid else true_path
    chat = open_mtp(path, interrupt)
    assert chat.model.can_cut != is_hybrid
    yield chat
    chat.close()


@pytest.fixture(scope="module")
def untrue_model(tmp_path_factory: pytest.TempPathFactory, interrupt: Interrupt) -> Iterator[ChatModel]:
    """Give the same with another MTP layer, whose guesses are wrong and depend on all that it has read."""
    chat = open_mtp(write_mtp_model(tmp_path_factory.mktemp("mtp") / "untrue.gguf", is_true=False), interrupt)
    yield chat
    chat.close()


@pytest.fixture
def chat(true_model: ChatModel, monkeypatch: pytest.MonkeyPatch) -> ChatModel:
    """Give the model that guesses right, with nothing in its memory; it is looked at after every step."""
    monkeypatch.setattr("desktop_app.engine.scheduler._WHILE_ALONE_S", 0.0)
    monkeypatch.setattr(true_model, "payoff", Only())
    clear(true_model)
    return true_model


@pytest.fixture
def untrue(untrue_model: ChatModel, monkeypatch: pytest.MonkeyPatch) -> ChatModel:
    """Give the model that guesses wrong, with nothing in its memory."""
    monkeypatch.setattr(untrue_model, "payoff", Only())
    clear(untrue_model)
    layer_of(untrue_model)._is_asked = True
    return untrue_model


def test_right_guesses_are_taken(chat: ChatModel) -> None:
    finished = Talk(chat).ask("x", sampling={"n_predict": 100})
    assert finished.timings.n_predicted == 100
    assert acceptance(finished) > 0.9
    assert finished.timings.n_accepted > (80 if chat.model.can_cut else 65)


def test_wrong_guesses_leave_no_trace(untrue: ChatModel) -> None:
    finished = Talk(untrue).ask("x", sampling={"n_predict": 100})
    assert finished.timings.n_predicted == 100
    assert acceptance(finished) < 0.1


def test_guesses_end_where_they_do_not_pay(chat: ChatModel, untrue: ChatModel, monkeypatch: pytest.MonkeyPatch) -> None:
    for one, low, high in ((chat, 100, 250), (untrue, 3, 40)):
        monkeypatch.setattr(one, "payoff", Even(_ASSUMED))
        finished = Talk(one).ask("x", sampling={"n_predict": 200})
        assert low <= finished.timings.n_drafted <= high


def test_nobody_guesses_who_was_asked_not_to(chat: ChatModel) -> None:
    assert Talk(chat).ask("x", adds_drafts=False).timings.n_drafted == 0


def test_after_a_long_prompt_read_in_several_chunks(chat: ChatModel) -> None:
    assert acceptance(Talk(chat).ask("a long question " * 25)) > 0.9


def test_with_small_batches(true_path: Path, interrupt: Interrupt, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = open_mtp(true_path, interrupt, n_batch=16)
    monkeypatch.setattr(chat, "payoff", Only())
    assert acceptance(Talk(chat).ask("a question of some length " * 8)) > 0.9
    chat.close()


def test_asked_again_and_with_another_question(chat: ChatModel) -> None:
    talk = Talk(chat)
    for question in ("what is it", "what is it", "what was it", "what"):
        assert acceptance(talk.ask(question, "one")) > 0.9


def test_a_conversation_that_goes_on(chat: ChatModel) -> None:
    talk = Talk(chat)
    more: tuple[ChatMessage, ...] = ()
    for turn in range(4):
        assert acceptance(talk.ask("a first question", "one", more=more)) > 0.9
        more += (ChatMessage("assistant", "yes"), ChatMessage("user", f"and number {turn}"))


def test_between_more_conversations_than_there_are_places(chat: ChatModel) -> None:
    talk = Talk(chat)
    opening = "the same beginning of all conversations, and then "
    for _ in range(2):
        for name in "abcdef":
            assert acceptance(talk.ask(opening + name, name)) > 0.9


def test_after_a_cancel(chat: ChatModel) -> None:
    talk = Talk(chat)
    task = talk.add("what is it", "one", sampling={"n_predict": 400})
    while not talk.scheduler._running or talk.scheduler._running[0].answer._n_drafted < 9:
        talk.scheduler.step()
    talk.scheduler.cancel(task)
    assert acceptance(talk.finish(task)) > 0.9
    assert acceptance(talk.ask("what is it", "one")) > 0.9


def test_while_another_answer_joins_and_leaves(chat: ChatModel) -> None:
    talk = Talk(chat)
    first = talk.add("what is it", sampling={"n_predict": 200})
    for _ in range(4):
        talk.scheduler.step()
    second = talk.add("a question that is a good deal longer than the other one " * 4, sampling={"n_predict": 20})
    beside = talk.finish(second)
    assert beside.timings.n_drafted == 0
    assert acceptance(talk.finish(first)) > 0.9


def test_an_answer_that_had_no_guesses_for_long_gets_some_again(chat: ChatModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Only, "pays", False)
    talk = Talk(chat)
    task = talk.add("x", sampling={"n_predict": 220})
    while not talk.scheduler._running or len(talk.scheduler._running[0].answer._tokens) < 100:
        talk.scheduler.step()
    assert talk.scheduler._running[0].answer._n_drafted == 0
    monkeypatch.setattr(Only, "pays", True)
    assert acceptance(talk.finish(task)) > 0.9


def test_the_layer_computes_with_the_threads_of_the_model(chat: ChatModel) -> None:
    for n_threads in (2, 1):
        chat.model.use_threads(n_threads)
        assert [C.llama_n_threads(one) for one in (chat.model.context, layer_of(chat).context)] == [n_threads] * 2


def read(chat: ChatModel, tokens: list[int], sequence: Sequence, n_at_once: int) -> None:
    """Have the model compute `tokens`, and its MTP layer follow."""
    layer = layer_of(chat)
    for start in range(0, len(tokens), n_at_once):
        chunk = tokens[start : start + n_at_once]
        put(chat, chunk, sequence)
        layer.follow(sequence, len(chunk), 0)


def layer_of(chat: ChatModel) -> MtpLayer:
    assert chat.model.mtp is not None
    return chat.model.mtp


def guessed(chat: ChatModel, sequence: Sequence, n_guesses: int = 1) -> list[float]:
    """Give the logits of the last one of so many guesses for what comes behind `sequence` and one token more."""
    layer = layer_of(chat)
    layer.attend(sequence)
    assert len(layer.guess([*sequence.tokens, 77], n_guesses)) == n_guesses
    pointer = C.llama_get_logits_ith(layer.context, -1)
    return list(ctypes.cast(pointer, ctypes.POINTER(ctypes.c_float))[: chat.model.vocabulary.n_tokens])


def distance(first: list[float], second: list[float]) -> float:
    return max(abs(one - two) for one, two in zip(first, second, strict=True))


CLOSE, FAR = 0.02, 0.2
"""Logits have a standard deviation of some 8; keys and values are kept in 16 bits."""


@pytest.fixture
def read_whole(untrue: ChatModel) -> tuple[Sequence, list[float]]:
    """Give a free sequence, and the logits of the third guess behind the text where it is read in one piece."""
    first, second = untrue.model.sequences[:2]
    read(untrue, TEXT, first, len(TEXT))
    return second, guessed(untrue, first, 3)


@pytest.mark.parametrize("n_at_once", [2, 7, 50, 100])
def test_the_pairs_are_the_same_however_the_text_came(
    untrue: ChatModel, read_whole: tuple[Sequence, list[float]], n_at_once: int
) -> None:
    second, expected = read_whole
    read(untrue, TEXT, second, n_at_once)
    assert distance(guessed(untrue, second, 3), expected) < CLOSE


def test_the_pairs_are_the_same_after_wrong_guesses(untrue: ChatModel, read_whole: tuple[Sequence, list[float]]) -> None:
    second, expected = read_whole
    read(untrue, TEXT[:90], second, 90)
    for token in TEXT[90:]:
        guessed(untrue, second, 4)
        read(untrue, [token], second, 1)
    assert distance(guessed(untrue, second, 3), expected) < CLOSE


def test_what_is_cut_off_is_no_part_of_the_pairs(untrue: ChatModel, read_whole: tuple[Sequence, list[float]]) -> None:
    second, expected = read_whole
    read(untrue, TEXT[:100], second, 50)
    read(untrue, [9] * 30, second, 10)
    second.keep(100)
    read(untrue, TEXT[100:], second, 10)
    assert distance(guessed(untrue, second, 3), expected) < CLOSE


def test_a_cut_into_what_was_read_costs_one_hidden_state(untrue: ChatModel) -> None:
    first, second = untrue.model.sequences[:2]
    read(untrue, TEXT, first, len(TEXT))
    expected = guessed(untrue, first)
    read(untrue, [*TEXT[:60], *[9] * 30], second, 90)
    guessed(untrue, second)
    second.keep(60)
    read(untrue, TEXT[60:], second, 10)
    # One pair in 120 has no hidden state.
    assert distance(guessed(untrue, second), expected) < 2.0


def test_pairs_depend_on_what_was_read(untrue: ChatModel) -> None:
    first, second = untrue.model.sequences[:2]
    read(untrue, TEXT, first, len(TEXT))
    read(untrue, [*reversed(TEXT[:-1]), TEXT[-1]], second, len(TEXT))
    assert distance(guessed(untrue, first), guessed(untrue, second)) > FAR


def come_as_copy(chat: ChatModel, source: Sequence, target: Sequence) -> None:
    target.copy(source, 60)


def come_from_disk(chat: ChatModel, source: Sequence, target: Sequence) -> None:
    data = state.copy_of(chat.model.context, source.id, state.n_bytes_of(chat.model.context, source.id))
    target.clear()
    assert state.put_back(chat.model.context, target.id, data)
    target.tokens = list(source.tokens)


@pytest.mark.parametrize("come", [come_as_copy, come_from_disk])
def test_what_came_from_elsewhere_has_no_pairs_of_another_text(
    untrue: ChatModel, come: Callable[[ChatModel, Sequence, Sequence], None]
) -> None:
    source, fresh, used = untrue.model.sequences[:3]
    read(untrue, TEXT[:60], source, 60)
    read(untrue, [9] * 90, used, 90)
    guessed(untrue, used)
    found = []
    for target in (fresh, used):
        come(untrue, source, target)
        assert layer_of(untrue).guess([*target.tokens, 77], 1) == [] or target is fresh
        read(untrue, TEXT[60:], target, 10)
        found.append(guessed(untrue, target, 2))
    assert distance(*found) < CLOSE


def test_a_full_memory_begins_anew(chat: ChatModel, monkeypatch: pytest.MonkeyPatch) -> None:
    talk, decode, refused, layer = Talk(chat), C.llama_decode, [], layer_of(chat)
    C.llama_memory_clear(layer._memory, True)
    talk.ask("the question before", "one")
    held = [id for id in range(4) if C.llama_memory_seq_pos_max(layer._memory, id) >= 0]

    def refusing(where: Any, batch: Any) -> int:
        if where == layer.context and any(C.llama_memory_seq_pos_max(layer._memory, id) >= 0 for id in held):
            refused.append(1)
            return 1
        return int(decode(where, batch))

    monkeypatch.setattr(C, "llama_decode", refusing)
    assert acceptance(talk.ask("x", "two", sampling={"n_predict": 80})) > 0.9
    assert (len(held), len(refused)) == (1, 1)


def test_prompts_read_side_by_side_keep_their_own_hidden_states(untrue: ChatModel) -> None:
    talk = Talk(untrue)
    tasks = [talk.add(question, name, sampling={"n_predict": 1}) for question, name in (("what", "one"), ("and then?", "two"))]
    for task in tasks:
        talk.finish(task)
    fresh = untrue.model.sequences[-1]
    for sequence in untrue.model.sequences[:2]:
        read(untrue, [*sequence.tokens], fresh, len(sequence.tokens))
        assert len(sequence.tokens) > 20
        assert distance(guessed(untrue, sequence), guessed(untrue, fresh)) < CLOSE
        fresh.clear()


def test_a_model_without_such_a_layer_has_none(tiny_chat: ChatModel, tiny_model: Path) -> None:
    assert tiny_chat.model.mtp is None
    assert not has_mtp_layer([read_header(tiny_model)])


def test_a_layer_that_llama_cpp_would_not_take_is_left_alone(true_path: Path, tmp_path: Path) -> None:
    assert has_mtp_layer([read_header(true_path)])
    header = read_header(true_path)
    without = header.replaced(tensors={name: size for name, size in header.tensors.items() if "eh_proj" not in name})
    assert not has_mtp_layer([without])
    assert has_mtp_layer([without, header])
    for changes in ({"general.architecture": "llama"}, {"hy_v3.nextn_predict_layers": 2}, {"hy_v3.nextn_predict_layers": 0}):
        assert not has_mtp_layer([header.replaced(values={**header.values, **changes})])


@pytest.mark.parametrize("missing", ["memory", "functions"])
def test_without_room_or_functions_the_model_loads_without(
    missing: str, true_path: Path, interrupt: Interrupt, monkeypatch: pytest.MonkeyPatch
) -> None:
    init = C.llama_init_from_model
    if missing == "functions":
        monkeypatch.setattr(mtp_module, "optional_function", lambda *_facts: None)
    else:
        is_mtp = C.LLAMA_CONTEXT_TYPE_MTP
        monkeypatch.setattr(
            C, "llama_init_from_model", lambda model, given: None if given.ctx_type == is_mtp else init(model, given)
        )
    chat = open_mtp(true_path, interrupt)
    assert chat.model.mtp is None
    finished = Talk(chat).ask("x")
    assert (finished.timings.n_predicted, finished.timings.n_drafted) == (N_PREDICT, 0)
    chat.close()


@pytest.mark.parametrize("refused", ["weights", "context"])
def test_a_model_that_is_refused_with_its_layer_loads_without(
    refused: str, tmp_path: Path, interrupt: Interrupt, monkeypatch: pytest.MonkeyPatch
) -> None:
    load, init = C.llama_model_load_from_file, C.llama_init_from_model
    if refused == "weights":
        monkeypatch.setattr(C, "llama_model_load_from_file", lambda path, given: None if given.load_mtp else load(path, given))
    else:
        monkeypatch.setattr(C, "llama_init_from_model", lambda model, given: None if given.n_rs_seq else init(model, given))
    chat = open_mtp(write_hybrid_mtp_model(tmp_path / "hybrid.gguf"), interrupt)
    assert (chat.model.mtp, chat.model.n_guesses_max) == (None, 0)
    assert Talk(chat).ask("x").timings.n_predicted == N_PREDICT
    chat.close()


def test_a_hybrid_model_goes_on_after_a_restart(tmp_path: Path) -> None:
    path, folder = write_hybrid_mtp_model(tmp_path / "hybrid.gguf", remembers=True), tmp_path / "kv"
    folder.mkdir()
    request = GenerateRequest(3, (ChatMessage("user", "the tea, " * 12),), SamplingParameters(temperature=0.0, n_predict=20))
    texts, timings = [], []
    for _ in range(2):
        with RealWorker() as worker:
            worker.ready()
            worker.send(LoadRequest(1, str(path), PARAMETERS))
            worker.final(1)
            worker.send(StatesRequest(2, str(folder), "5e" * 32, 1 << 30))
            worker.final(2)
            worker.send(request.replaced(conversation="a1b2c3"))
            timings.append(worker.final(3).timings)
            events = map(decode_event, worker.lines)
            texts.append("".join(event.text for event in events if isinstance(event, TextDelta)))
            worker.send(SaveStates(4))
            worker.final(4)
    assert texts[0] == texts[1]
    assert (timings[0].n_reused, timings[1].n_reused) == (0, timings[0].n_prompt - 1)


def test_the_engine_loads_the_layer_unless_another_model_guesses(worker: RealWorker, true_path: Path, tiny_model: Path) -> None:
    sizes = []
    for task, draft in enumerate(("", str(true_path)), 1):
        worker.send(LoadRequest(task, str(true_path), PARAMETERS, draft_path=draft))
        loaded = worker.final(task)
        assert isinstance(loaded, ModelLoaded)
        sizes.append(loaded.model.kv_bytes)
        worker.send(GenerateRequest(10 + task, (ChatMessage("user", "x"),), SamplingParameters(temperature=0.0, n_predict=30)))
        assert worker.final(10 + task).timings.n_predicted == 30
    assert sizes[0] == 2 * sizes[1]
