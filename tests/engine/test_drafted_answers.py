"""Answers with tokens guessed ahead are those without: with the engine's own scheduler."""

from __future__ import annotations

import ctypes
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_app.engine import answer as answer_module
from desktop_app.engine.chat_model import ChatModel
from desktop_app.engine.drafts import Drafts, drafts_for
from desktop_app.engine.inbox import Inbox
from desktop_app.engine.llama import draft_model
from desktop_app.engine.llama.draft_model import DraftModel
from desktop_app.engine.llama.library import C, Interrupt
from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.engine.protocol import (
    ChatMessage,
    Event,
    Failed,
    GenerateRequest,
    GenerationFinished,
    LoadRequest,
    ModelLoaded,
    TextDelta,
    Timings,
)
from desktop_app.engine.scheduler import Scheduler
from desktop_app.errors import DraftModelUnsuitable, ModelFileNotFound, NoModel, NotAModelFile
from tests.engine.direct import clear, put
from tests.engine.real_worker import RealWorker
from tests.fakes.gguf_file import write_recurrent_model, write_sliding_window_model
from tests.fakes.mtp_model import write_hybrid_mtp_model

NEAR_TIE = 0.1
QUESTION = "one two three four one two three four one two"
N_CTX = 1024


class Always:
    """Finds that every guess pays."""

    def best_size(self, _kind: int, n_max: int, _seconds_each: float = 0.0) -> int:
        return min(7, n_max)

    def judged(self, *_facts: object) -> None:
        pass


class Wrong:
    """Guesses what nobody would say."""

    def __init__(self) -> None:
        self.n_asked = 0

    def extend(self, tokens: Iterable[int]) -> None:
        pass

    def propose(self, n_max: int) -> list[int]:
        self.n_asked += 1
        return [5 + self.n_asked % 3] * min(6, n_max)

    def judged(self, *_facts: object) -> None:
        pass

    def close(self) -> None:
        pass


class Known(Wrong):
    """Guesses what another run has drawn, and every fifth time something else."""

    def __init__(self, tokens: list[int]) -> None:
        super().__init__()
        self._tokens = [*tokens]
        self._n_drawn = -1

    def extend(self, tokens: Iterable[int]) -> None:
        self._n_drawn = 0 if self._n_drawn < 0 else self._n_drawn + len(list(tokens))

    def propose(self, n_max: int) -> list[int]:
        places = range(self._n_drawn, min(self._n_drawn + 4, self._n_drawn + n_max, len(self._tokens)))
        return [5 if place % 5 == 4 else self._tokens[place] for place in places]


class Told:
    """What came of one answer."""

    def __init__(self, text: str, tokens: list[int], prompt: list[int], timings: Timings, held: list[int]) -> None:
        self.text, self.tokens, self.prompt, self.timings, self.held = text, tokens, prompt, timings, held


def tell(chat: ChatModel, *, adds_drafts: bool, question: str = QUESTION, **sampling: Any) -> Told:
    """Have `question` answered at temperature 0."""
    events: list[Event] = []
    scheduler = Scheduler(chat, events.append, Inbox(Interrupt()))
    n_predict = 60 if chat.model.n_ctx < N_CTX else 24
    parameters = SamplingParameters(**{"temperature": 0.0, "n_predict": n_predict, **sampling})
    scheduler.add(GenerateRequest(1, (ChatMessage("user", question),), parameters, adds_drafts=adds_drafts))
    while scheduler.is_busy:
        scheduler.step()
        if scheduler._running:
            answer, sequence = scheduler._running[0].answer, scheduler._running[0].sequence
            held = list(sequence.tokens)
            assert answer.target[: len(held)] == held
    finished = events[-1]
    assert isinstance(finished, GenerationFinished)
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    scheduler.close()
    return Told(text, answer.target[answer.n_prompt :], answer.target[: answer.n_prompt], finished.timings, held)


def logits(chat: ChatModel, index: int) -> list[float]:
    """Give the logits at `index` of the last batch."""
    pointer = C.llama_get_logits_ith(chat.model.context, index)
    return list(ctypes.cast(pointer, ctypes.POINTER(ctypes.c_float))[: chat.model.vocabulary.n_tokens])


def assert_same(chat: ChatModel, plain: Told, drafted: Told) -> None:
    """Fail unless two answers are the same up to a place where two tokens are about as likely."""
    if plain.tokens != drafted.tokens:
        place = next(index for index, pair in enumerate(zip(plain.tokens, drafted.tokens, strict=False)) if pair[0] != pair[1])
        clear(chat)
        put(chat, [*plain.prompt, *plain.tokens[:place]])
        best, second = sorted(logits(chat, -1))[:-3:-1]
        assert best - second < NEAR_TIE, f"another token at {place}"


@pytest.fixture(scope="module")
def single_chat(starter_model: Path, open_chat: Callable[..., ChatModel]) -> Iterator[ChatModel]:
    """Give the starter model on one thread: two would wait for each other where other tests run beside."""
    chat = open_chat(starter_model, n_ctx=N_CTX, n_threads=1)
    yield chat
    chat.close()


@pytest.fixture(params=["tiny", "sliding window", "single"])
def chat(request: pytest.FixtureRequest, open_chat: Callable[..., ChatModel], tmp_path: Path) -> Iterator[ChatModel]:
    """Give models of several kinds."""
    name = request.param
    if name == "sliding window":
        chat = open_chat(write_sliding_window_model(tmp_path / "window.gguf"))
    else:
        chat = request.getfixturevalue(f"{name}_chat")
    clear(chat)
    yield chat
    if name == "sliding window":
        chat.close()


def test_an_answer_is_the_same_and_every_token_the_most_likely(chat: ChatModel, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = tell(chat, adds_drafts=False)
    clear(chat)
    sample, others = C.llama_sampler_sample, []

    def checked(chain: Any, context: Any, index: int) -> int:
        token: int = sample(chain, context, index)
        row = logits(chat, index)
        if row[token] < max(row):
            others.append(token)
        return token

    monkeypatch.setattr(answer_module, "drafts_for", lambda chat, request: Known(plain.tokens))
    monkeypatch.setattr(C, "llama_sampler_sample", checked)
    drafted = tell(chat, adds_drafts=True)
    assert drafted.timings.n_drafted > drafted.timings.n_accepted > 4
    assert others == []
    monkeypatch.undo()
    assert_same(chat, plain, drafted)


def test_a_text_that_repeats_itself_gives_right_guesses(tiny_chat: ChatModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiny_chat, "payoff", Always())
    clear(tiny_chat)
    drafted = tell(tiny_chat, adds_drafts=True, logit_bias=((10, 30.0),))
    assert drafted.timings.n_accepted > 20


def test_wrong_guesses_leave_no_trace(chat: ChatModel, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = tell(chat, adds_drafts=False)
    clear(chat)
    wrong = Wrong()
    monkeypatch.setattr(answer_module, "drafts_for", lambda chat, request: wrong)
    drafted = tell(chat, adds_drafts=True)
    assert drafted.timings.n_drafted > 5 * len(drafted.tokens) - 40
    assert drafted.timings.n_accepted < len(drafted.tokens) / 2
    # Not read again from the beginning either: one step for about every token.
    assert wrong.n_asked <= len(drafted.tokens)
    assert_same(chat, plain, drafted)


def test_a_grammar_is_kept_over_guesses(single_chat: ChatModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_chat, "payoff", Always())
    form = json.dumps({"type": "array", "items": {"enum": ["one", "two"]}, "minItems": 6, "maxItems": 6})
    told = tell(
        single_chat, adds_drafts=True, question='Say ["one", "two", "one", "two", "one", "two"]', json_schema=form, n_predict=60
    )
    assert len(json.loads(told.text)) == 6
    assert told.timings.n_drafted > 0


def test_a_draw_by_chance_is_the_same_too(single_chat: ChatModel, monkeypatch: pytest.MonkeyPatch) -> None:
    hot = {"temperature": 0.8, "seed": 5, "repeat_penalty": 1.3}
    clear(single_chat)
    plain = tell(single_chat, adds_drafts=False, **hot)
    clear(single_chat)
    monkeypatch.setattr(answer_module, "drafts_for", lambda chat, request: Known(plain.tokens))
    drafted = tell(single_chat, adds_drafts=True, **hot)
    assert drafted.timings.n_drafted > drafted.timings.n_accepted > 4
    assert drafted.tokens[:12] == plain.tokens[:12]


def test_a_memory_that_cannot_be_cut_gets_no_guesses(open_chat: Callable[..., ChatModel], tmp_path: Path) -> None:
    chat = open_chat(write_recurrent_model(tmp_path / "recurrent.gguf"))
    request = GenerateRequest(1, (ChatMessage("user", "x"),))
    assert drafts_for(chat, request) is None
    chat.close()


def test_nobody_guesses_who_was_asked_not_to(tiny_chat: ChatModel) -> None:
    assert drafts_for(tiny_chat, GenerateRequest(1, (ChatMessage("user", "x"),), adds_drafts=False)) is None


def test_a_small_model_of_the_same_vocabulary_guesses(
    tiny_chat: ChatModel, tiny_model: Path, open_chat: Callable[..., ChatModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The same model: every guess is right, as long as it follows the text.
    small = DraftModel(open_chat(tiny_model).model, tiny_chat.model.vocabulary)
    monkeypatch.setattr(draft_model, "_MIN_CHUNK", 256)
    small._n_chunk = 256
    drafts = Drafts(Always(), small)  # type: ignore[arg-type]
    monkeypatch.setattr(drafts._lookup, "match", lambda: (-1, -1))
    monkeypatch.setattr(answer_module, "drafts_for", lambda chat, request: drafts)
    clear(tiny_chat)
    plain = tell(tiny_chat, adds_drafts=False)
    clear(tiny_chat)
    drafted = tell(tiny_chat, adds_drafts=True)
    assert drafted.timings.n_accepted == drafted.timings.n_drafted > 40
    assert_same(tiny_chat, plain, drafted)
    small.close()


@pytest.fixture
def small(tiny_chat: ChatModel, tiny_model: Path, open_chat: Callable[..., ChatModel]) -> Iterator[DraftModel]:
    """Give a draft model with room for 256 tokens in two conversations."""
    model = DraftModel(open_chat(tiny_model, n_ctx=256, n_slots=2).model, tiny_chat.model.vocabulary)
    yield model
    model.close()


def test_a_long_text_is_read_a_chunk_each_time(small: DraftModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_model, "_CHUNK_S", 0.0)
    text = [3 + index % 200 for index in range(100)]
    for n_read in (32, 64, 96):
        assert small.guess(text, 3) == []
        assert len(small._sequences[-1].tokens) == n_read
    assert len(small.guess(text, 3)) == 3
    text.append(7)
    assert len(small.guess(text, 3)) == 3, "what comes token after token is read at once"


def test_a_chunk_is_never_more_than_is_read_at_once(
    tiny_chat: ChatModel, tiny_model: Path, open_chat: Callable[..., ChatModel]
) -> None:
    small = DraftModel(open_chat(tiny_model, n_ctx=256, n_batch=8).model, tiny_chat.model.vocabulary)
    text = [3 + index % 200 for index in range(40)]
    assert [len(small.guess(text, 3)) for _ in range(5)] == [0, 0, 0, 0, 3]
    small.close()


def test_a_conversation_that_comes_again_is_not_read_again(small: DraftModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_model, "_CHUNK_S", 0.0)
    texts = {name: [3 + (index * step) % 200 for index in range(60)] for name, step in (("a", 1), ("b", 3), ("c", 7))}
    for name in "ab":
        assert (small.guess(texts[name], 3), len(small.guess(texts[name], 3))) == ([], 3)
    for name in "abba":
        assert len(small.guess(list(texts[name]), 3)) == 3
    # A third one takes the place of the one that was not used for longest.
    assert small.guess(texts["c"], 3) == []
    assert len(small.guess(list(texts["a"]), 3)) == 3
    assert small.guess(list(texts["b"]), 3) == []


def test_conversations_that_do_not_fit_together_make_way(small: DraftModel, monkeypatch: pytest.MonkeyPatch) -> None:
    long = {name: [3 + (index * step) % 200 for index in range(150)] for name, step in (("a", 1), ("b", 3))}
    monkeypatch.setattr(small, "_n_chunk", 256)
    for name in "aba":
        assert len(small.guess(list(long[name]), 3)) == 3
        assert sum(len(one.tokens) for one in small._sequences) <= 256


def test_guesses_that_are_broken_off_do_not_cost_what_was_read(small: DraftModel, interrupt: Interrupt) -> None:
    text = [3 + index % 200 for index in range(60)]
    assert (small.guess(text, 3), len(small.guess(text, 3))) == ([], 3)
    interrupt.set()
    assert small.guess([*text, 5], 3) == []
    interrupt.clear()
    assert len(small._sequences[-1].tokens) >= 60
    assert len(small.guess([*text, 5], 3)) == 3


def test_a_draft_model_works_with_as_many_threads_as_the_other(
    tiny_chat: ChatModel, small: DraftModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiny_chat, "draft_model", small)
    tiny_chat.use_threads(2)
    assert C.llama_n_threads(small._model.context) == C.llama_n_threads(tiny_chat.model.context) == 2
    tiny_chat.use_threads(1)
    assert C.llama_n_threads(small._model.context) == 1


def test_a_model_that_cannot_take_a_wrong_guess_back_guesses_for_nobody(
    tiny_chat: ChatModel, tmp_path: Path, open_chat: Callable[..., ChatModel]
) -> None:
    rolled_up = open_chat(write_recurrent_model(tmp_path / "recurrent.gguf"))
    with pytest.raises(DraftModelUnsuitable) as caught:
        DraftModel(rolled_up.model, tiny_chat.model.vocabulary)
    assert caught.value.reason == "memory"
    rolled_up.close()


def test_a_draft_model_guesses_for_a_hybrid_model_that_can_take_guesses_back_and_for_no_other(
    worker: RealWorker, tiny_model: Path, tmp_path: Path
) -> None:
    hybrid, recurrent = write_hybrid_mtp_model(tmp_path / "hybrid.gguf"), write_recurrent_model(tmp_path / "recurrent.gguf")
    worker.send(LoadRequest(1, str(hybrid), LoadParameters(n_ctx=512), draft_path=str(tiny_model)))
    assert isinstance(worker.final(1), ModelLoaded)
    endless = SamplingParameters(temperature=0.0, n_predict=120, logit_bias=((10, 30.0),))
    worker.send(GenerateRequest(9, (ChatMessage("user", QUESTION),), endless))
    assert worker.final(9).timings.n_drafted > 0
    worker.send(LoadRequest(2, str(recurrent), LoadParameters(), draft_path=str(tiny_model)))
    assert worker.final(2).error == DraftModelUnsuitable(str(tiny_model), "large")


def test_a_draft_model_is_loaded_with_the_other_or_neither_is(
    worker: RealWorker, tiny_model: Path, starter_model: Path, tmp_path: Path
) -> None:
    worker.send(LoadRequest(1, str(tiny_model), LoadParameters(), draft_path=str(tiny_model)))
    assert isinstance(worker.final(1), ModelLoaded)
    endless = SamplingParameters(temperature=0.0, n_predict=30, logit_bias=((10, 30.0),))
    worker.send(GenerateRequest(9, (ChatMessage("user", QUESTION),), endless))
    assert worker.final(9).timings.n_predicted == 30
    worker.send(LoadRequest(2, str(tiny_model), LoadParameters(), draft_path=str(starter_model)))
    assert worker.final(2).error == DraftModelUnsuitable(str(starter_model), "vocabulary")
    worker.start(("user", "x"))
    assert worker.until(Failed).error == NoModel()
    assert worker.load(tiny_model).path == str(tiny_model)


def test_a_draft_file_that_is_no_model_does_not_cost_the_model_in_memory(
    worker: RealWorker, tiny_model: Path, tmp_path: Path
) -> None:
    worker.load(tiny_model)
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"GGUF")
    gone = tmp_path / "gone.gguf"
    expected = NotAModelFile(str(bad), "truncated"), ModelFileNotFound(str(gone))
    for task, error in enumerate(expected, 20):
        worker.send(LoadRequest(task, str(tiny_model), LoadParameters(), draft_path=error.path))
        assert worker.final(task).error == error
    worker.send(GenerateRequest(9, (ChatMessage("user", QUESTION),), SamplingParameters(n_predict=3)))
    assert worker.final(9).timings.n_predicted >= 1


def test_a_model_of_another_vocabulary_cannot_guess(
    tiny_model: Path, single_chat: ChatModel, open_chat: Callable[..., ChatModel]
) -> None:
    other = open_chat(tiny_model)
    with pytest.raises(DraftModelUnsuitable):
        DraftModel(other.model, single_chat.model.vocabulary)
    other.close()
