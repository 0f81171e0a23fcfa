"""A recurrent state that is taken back after wrong guesses is the one before them: when it goes on, is kept or is copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_app.engine import answer as answer_module
from desktop_app.engine.chat_model import ChatModel
from desktop_app.engine.inbox import Inbox
from desktop_app.engine.llama import state
from desktop_app.engine.llama.library import C, Interrupt, LibraryLog, load_backends
from desktop_app.engine.llama.model import Model
from desktop_app.engine.llama.sequence import Sequence
from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.engine.protocol import ChatMessage, Event, GenerateRequest
from desktop_app.engine.scheduler import Scheduler
from tests.engine.direct import clear, put
from tests.engine.test_drafted_answers import Always, Known, Told, Wrong, assert_same, logits, tell
from tests.fakes.mtp_model import write_hybrid_mtp_model

TEXT = [3 + (7 * index * index) % 251 for index in range(40)]
CLOSE, FAR = 0.02, 0.5
"""Between logits: of the best and the worst, which are some 20 apart."""


def open_hybrid(path: Path, interrupt: Interrupt, *, has_mtp_layer: bool) -> ChatModel:
    load_backends()
    parameters = LoadParameters(n_ctx=1024, n_batch=128, n_threads=1)
    return ChatModel(Model(path, parameters, interrupt, LibraryLog(), has_mtp_layer=has_mtp_layer))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_hybrid_mtp_model(tmp_path_factory.mktemp("hybrid") / "hybrid.gguf", remembers=True)


@pytest.fixture(scope="module")
def hybrid(path: Path, interrupt: Interrupt) -> Iterator[ChatModel]:
    """Give a model, half recurrent, that says something else after every other text."""
    chat = open_hybrid(path, interrupt, has_mtp_layer=True)
    yield chat
    chat.close()


@pytest.fixture
def chat(hybrid: ChatModel) -> ChatModel:
    """Give it with nothing in its memory."""
    clear(hybrid)
    return hybrid


def behind(chat: ChatModel, sequence: Sequence, tokens: list[int]) -> list[float]:
    """Put `tokens` behind a sequence and give the logits for what comes next."""
    put(chat, tokens, sequence)
    return logits(chat, -1)


def distance(first: list[float], second: list[float]) -> float:
    return max(abs(one - two) for one, two in zip(first, second, strict=True))


def expected(chat: ChatModel) -> list[float]:
    """Give the logits behind the text and two tokens more, read in one go."""
    return behind(chat, chat.model.sequences[-1], [*TEXT, 50, 60])


def rolled_back(chat: ChatModel) -> Sequence:
    """Give a sequence that holds the text after three wrong guesses."""
    sequence = chat.model.sequences[0]
    put(chat, TEXT[:-1], sequence)
    put(chat, [TEXT[-1], 9, 9, 9], sequence)
    assert sequence.roll_back(len(TEXT)) == len(TEXT)
    assert sequence.tokens == TEXT
    return sequence


def test_what_follows_is_as_if_nothing_had_been_guessed(chat: ChatModel) -> None:
    wanted, sequence = expected(chat), rolled_back(chat)
    put(chat, [50, 8, 8], sequence)
    sequence.roll_back(len(TEXT) + 1)
    put(chat, [60, 7], sequence)
    # The state taken back twice, and then by one.
    sequence.roll_back(len(TEXT) + 2)
    assert distance(behind(chat, sequence, [70]), behind(chat, chat.model.sequences[-1], [70])) < CLOSE
    sequence.clear()
    assert distance(behind(chat, rolled_back(chat), [50, 60]), wanted) < CLOSE


def test_the_text_before_matters(chat: ChatModel) -> None:
    other = behind(chat, chat.model.sequences[0], [*TEXT[:-1], 9, 50, 60])
    assert distance(other, expected(chat)) > FAR


def test_a_state_taken_back_can_be_kept_on_disk(chat: ChatModel) -> None:
    wanted, sequence, other = expected(chat), rolled_back(chat), chat.model.sequences[1]
    data = state.copy_of(chat.model.context, sequence.id, state.n_bytes_of(chat.model.context, sequence.id))
    assert state.put_back(chat.model.context, other.id, data)
    other.tokens = list(sequence.tokens)
    assert distance(behind(chat, other, [50, 60]), wanted) < CLOSE
    assert distance(behind(chat, sequence, [50, 60]), wanted) < CLOSE


def test_a_state_taken_back_can_be_a_checkpoint(chat: ChatModel) -> None:
    wanted, sequence = expected(chat), rolled_back(chat)
    sequence.take_checkpoint()
    put(chat, [7, 8, 7, 8, 7], sequence)
    assert sequence.keep(sequence.usable([*TEXT, 50, 60])) == len(TEXT)
    assert distance(behind(chat, sequence, [50, 60]), wanted) < CLOSE


def test_a_state_taken_back_is_not_shared_before_it_goes_on(chat: ChatModel) -> None:
    wanted, sequence, other = expected(chat), rolled_back(chat), chat.model.sequences[1]
    other.copy(sequence, len(TEXT))
    assert other.tokens == []
    assert distance(behind(chat, sequence, [50]), behind(chat, other, [*TEXT, 50])) < CLOSE
    other.copy(sequence, len(TEXT) + 1)
    assert other.tokens == sequence.tokens
    assert distance(behind(chat, other, [60]), wanted) < CLOSE


@pytest.mark.parametrize("is_from_mtp", [True, False])
def test_states_are_the_same_with_and_without_an_mtp_layer(
    is_from_mtp: bool, chat: ChatModel, path: Path, interrupt: Interrupt
) -> None:
    plain = open_hybrid(path, interrupt, has_mtp_layer=False)
    assert (plain.model.n_guesses_max, chat.model.n_guesses_max) == (0, 3)
    wanted = expected(chat)
    source, target = (chat, plain) if is_from_mtp else (plain, chat)
    put(source, TEXT)
    data = state.copy_of(source.model.context, 0, state.n_bytes_of(source.model.context, 0))
    assert state.put_back(target.model.context, 1, data)
    target.model.sequences[1].tokens = list(TEXT)
    assert distance(behind(target, target.model.sequences[1], [50, 60]), wanted) < CLOSE
    plain.close()


@pytest.mark.parametrize("guesses", [lambda tokens: Wrong(), Known], ids=["wrong", "known"])
def test_an_answer_is_the_same_with_guesses(
    chat: ChatModel, guesses: Callable[[list[int]], Wrong], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = tell(chat, adds_drafts=False)
    clear(chat)
    drafts = guesses(plain.tokens)
    monkeypatch.setattr(answer_module, "drafts_for", lambda chat, request: drafts)
    drafted = tell(chat, adds_drafts=True)
    assert drafted.timings.n_drafted > drafted.timings.n_accepted
    # Nothing is read again: one step for about every token.
    assert drafts.n_asked <= len(drafted.tokens)
    monkeypatch.undo()
    assert_same(chat, plain, drafted)


def test_answers_side_by_side_do_not_share_what_is_taken_back(chat: ChatModel, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = {}
    for question in ("one and two", "one and three, and a good deal more"):
        clear(chat)
        plain[question] = tell(chat, adds_drafts=False, question=question)
    clear(chat)
    monkeypatch.setattr(answer_module, "drafts_for", lambda chat, request: Known(plain[request.messages[0].content].tokens))
    monkeypatch.setattr("desktop_app.engine.scheduler._WHILE_ALONE_S", 0.0)
    events: list[Event] = []
    scheduler = Scheduler(chat, events.append, Inbox(Interrupt()))
    parameters, answers = SamplingParameters(temperature=0.0, n_predict=24), {}
    for task, question in enumerate(plain):
        scheduler.add(GenerateRequest(task, (ChatMessage("user", question),), parameters))
        # The second one joins when the first has had guesses that were wrong.
        while not task and (not answers or answers["one and two"]._n_drafted < 8):
            scheduler.step()
            answers = {one.answer.request.messages[0].content: one.answer for one in scheduler._running}
    while scheduler.is_busy:
        answers.update({one.answer.request.messages[0].content: one.answer for one in scheduler._running})
        scheduler.step()
    for question, told in plain.items():
        drafted, n_prompt = answers[question].target, len(told.prompt)
        assert_same(chat, told, Told("", drafted[n_prompt:], drafted[:n_prompt], told.timings, []))
    assert sum(answer._n_drafted for answer in answers.values()) > sum(answer._n_accepted for answer in answers.values()) > 8


def test_what_cannot_be_taken_back_is_read_again(chat: ChatModel, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = tell(chat, adds_drafts=False)
    clear(chat)
    remove, n_refused = C.llama_memory_seq_rm, 0

    def refusing(memory: object, id: int, start: int, end: int) -> bool:
        nonlocal n_refused
        n_refused += start > 0
        return bool(n_refused % 2 == 0 or start <= 0) and bool(remove(memory, id, start, end))

    monkeypatch.setattr(answer_module, "drafts_for", lambda chat, request: Known(plain.tokens))
    monkeypatch.setattr(C, "llama_memory_seq_rm", refusing)
    drafted = tell(chat, adds_drafts=True)
    assert n_refused >= 2
    monkeypatch.undo()
    assert_same(chat, plain, drafted)


def test_the_text_itself_is_looked_up(chat: ChatModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "payoff", Always())
    assert tell(chat, adds_drafts=True, logit_bias=((10, 60.0),)).timings.n_accepted > 10
