"""B6: a context that overflows by a few tokens or by many ends in an answer or in a sentence, never in anything else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.chat.message import MessageState, Role
from desktop_app.engine.context import MIN_ANSWER_TOKENS, room_for_answer
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.engine.protocol import (
    FINAL,
    ChatMessage,
    ContextFitted,
    Event,
    Failed,
    GenerateRequest,
    GenerationFinished,
    TextDelta,
)
from desktop_app.errors import ContextFull
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine
from desktop_app.services.generation import Generation
from desktop_app.ui.error_text import ErrorText
from tests.engine.real_worker import RealWorker
from tests.fakes.gguf_file import write_tiny_model

N_CTX = 256
OFFSETS = range(-8, 9)
N_PREDICT = (1, -1, 10**9)
N_SEEDS = 20
NO_END = tuple((token, float("-inf")) for token in (2, 267))
EARLIER = tuple(ChatMessage(role, f"{n}" * 10) for n in range(2) for role in ("user", "assistant"))
"""Two exchanges that may be left out."""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture
def worker(model: Path) -> Iterator[RealWorker]:
    with RealWorker() as process:
        process.ready()
        # More threads would wait for each other beside other tests.
        process.load(model, n_threads=1)
        yield process


class Asked:
    """What came of one request."""

    def __init__(self, worker: RealWorker, messages: tuple[ChatMessage, ...], policy: str, n_predict: int, seed: int) -> None:
        task = worker.new_task()
        sampling = SamplingParameters(n_predict=n_predict, seed=seed, logit_bias=NO_END)
        worker.send(GenerateRequest(task, messages, sampling, policy=policy))
        self.text, self.n_fitted = "", 0
        self.left_out: tuple[int, ...] = ()
        self.final: Event | None = None
        while self.final is None:
            event = worker.next()
            if isinstance(event, TextDelta):
                self.text += event.text
            elif isinstance(event, ContextFitted):
                self.n_fitted, self.left_out = event.n_prompt, event.left_out
            elif isinstance(event, FINAL):
                self.final = event


def has_more(ended: list[str], n_before: int) -> bool:
    return len(ended) > n_before


def question_of(worker: RealWorker, n_prompt: int, earlier: tuple[ChatMessage, ...] = ()) -> ChatMessage:
    """Give a question that makes a prompt of so many tokens, behind `earlier`; every character is a token here."""
    n_rest = Asked(worker, (*earlier, ChatMessage("user", "x")), "stop", 1, 1).n_fitted - 1
    return ChatMessage("user", "x" * (n_prompt - n_rest))


def check(asked: Asked, n_prompt: int, n_predict: int, policy: str) -> None:
    """Say whether this is one of the ends that there may be, and the right one."""
    room = room_for_answer(N_CTX, n_predict, policy)
    if n_prompt + room <= N_CTX:
        assert isinstance(asked.final, GenerationFinished), asked.final
        assert asked.final.stop == ("limit" if n_predict == 1 else "context")
        # The last token that is drawn need not stand in the context any more.
        assert asked.final.timings.n_predicted == (1 if n_predict == 1 else N_CTX - n_prompt + 1)
        assert (asked.n_fitted, asked.left_out) == (n_prompt, ())
    else:
        assert isinstance(asked.final, Failed), asked.final
        assert asked.final.error == ContextFull(n_prompt + room, N_CTX)
        assert asked.text == ""


def test_every_prompt_around_the_size_of_the_context_has_an_end_that_can_be_said(worker: RealWorker) -> None:
    questions = {offset: question_of(worker, N_CTX + offset) for offset in OFFSETS}
    for offset, question in questions.items():
        for n_predict in N_PREDICT:
            for seed in range(N_SEEDS):
                check(Asked(worker, (question,), "stop", n_predict, seed), N_CTX + offset, n_predict, "stop")
    assert Asked(worker, (ChatMessage("user", "Hi"),), "stop", 3, 1).text


def test_old_messages_make_room_for_every_such_prompt(worker: RealWorker) -> None:
    n_left_out = 0
    for offset in OFFSETS:
        messages = (*EARLIER, question_of(worker, N_CTX + offset, EARLIER))
        for n_predict in N_PREDICT:
            for seed in range(N_SEEDS // 5):
                asked = Asked(worker, messages, "drop", n_predict, seed)
                assert isinstance(asked.final, GenerationFinished), asked.final
                assert asked.text or n_predict == 1
                assert asked.n_fitted + min(room_for_answer(N_CTX, n_predict, "drop"), MIN_ANSWER_TOKENS) <= N_CTX
                is_over = N_CTX + offset + room_for_answer(N_CTX, n_predict, "drop") > N_CTX
                assert bool(asked.left_out) == is_over
                assert set(asked.left_out) <= set(range(len(EARLIER)))
                n_left_out += bool(asked.left_out)
    assert n_left_out
    assert Asked(worker, (ChatMessage("user", "Hi"),), "drop", 3, 1).text


def test_what_was_asked_and_said_is_kept_and_the_next_message_works(model: Path, tmp_path: Path, qtbot: QtBot) -> None:
    """In the window: the question stays, a sentence is shown, and choosing what may be left out lets it be answered."""
    conversations, engine = Conversations(tmp_path / "hearth.sqlite3"), Engine()
    generation = Generation(conversations, engine)
    ended: list[str] = []
    texts = ["short", "y" * 100, "z" * 100]
    generation.answer_finished.connect(lambda _id, message_id: ended.append(message_id))
    generation.answer_failed.connect(lambda _id, message_id, _error: ended.append(message_id))
    try:
        with qtbot.waitSignal(engine.model_loaded, timeout=20_000):
            engine.load(model)
        id_ = conversations.start_private()
        conversations.save_sampling(id_, SamplingParameters(n_predict=4, logit_bias=NO_END))
        for text in texts:
            n_before = len(ended)
            conversations.ask(id_, text, "Tiny")
            qtbot.waitUntil(partial(has_more, ended, n_before), timeout=20_000)
            assert conversations.flush()
        branch = conversations.branch(id_)

        assert [one.text for one in branch if one.role is Role.USER] == texts
        assert branch[-1].state is MessageState.FAILED and branch[-1].error is not None
        sentence = ErrorText().stored_sentence(*branch[-1].error)
        assert "256" in sentence and "Error" not in sentence and "Traceback" not in sentence

        conversations.save_context_policy(id_, "drop")
        conversations.continue_answer(branch[-1].id)
        qtbot.waitUntil(lambda: len(ended) == 4, timeout=20_000)
        assert conversations.flush()
        answer = conversations.branch(id_)[-1]
        assert (answer.id, answer.state) == (branch[-1].id, MessageState.DONE) and answer.text
    finally:
        generation.close()
        engine.stop()
        conversations.close()


# Planted faults


@pytest.mark.parametrize(
    ("fault", "n_prompt"),
    [
        ("context.room_for_answer = lambda *_: 0", N_CTX),
        ("answer.fitted = lambda chat, request: context.Fitted(chat.tokenizer.prompt(request.messages))", N_CTX + 8),
    ],
    ids=["no room for an answer", "never measured"],
)
def test_planted_a_prompt_that_leaves_no_room_is_seen(model: Path, fault: str, n_prompt: int) -> None:
    with RealWorker(f"from desktop_app.engine import answer, context\n{fault}") as worker:
        worker.ready()
        worker.load(model, n_threads=1)
        asked = Asked(worker, (question_of(worker, n_prompt),), "stop", -1, 1)
    with pytest.raises(AssertionError):
        check(asked, n_prompt, -1, "stop")
