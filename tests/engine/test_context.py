"""What fits a context, and what is left out of one that does not."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest

from desktop_app.engine.chat_model import ChatModel
from desktop_app.engine.context import (
    KEPT_SHARE,
    MIN_ANSWER_TOKENS,
    exchanges_of,
    first_kept,
    fitted,
    measured,
    overhead,
    room_for_answer,
    vocabulary_key,
)
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.engine.protocol import ChatMessage, GenerateRequest, MeasureRequest
from desktop_app.errors import ChatTemplateFailed, ContextFull

N_CTX = 256


def conversation(n_exchanges: int, length: int = 20, *, pinned: Sequence[int] = (), system: str = "") -> tuple[ChatMessage, ...]:
    """Give exchanges of which each message has `length` characters, and a question."""
    messages = [ChatMessage("system", system)] if system else []
    for n in range(n_exchanges):
        messages.append(ChatMessage("user", f"{n:02}" + "x" * (length - 2), n in pinned))
        messages.append(ChatMessage("assistant", f"{n:02}" + "y" * (length - 2)))
    return (*messages, ChatMessage("user", "?" * length))


def request(messages: Sequence[ChatMessage], policy: str, n_predict: int = -1, *, is_continued: bool = False) -> GenerateRequest:
    return GenerateRequest(1, tuple(messages), SamplingParameters(n_predict=n_predict), is_continued, policy=policy)


def test_a_prompt_that_leaves_room_for_an_answer_fits_and_one_token_more_is_said_with_both_numbers(tiny_chat: ChatModel) -> None:
    n_rest = len(fitted(tiny_chat, request([ChatMessage("user", "x")], "stop")).prompt.tokens) - 1
    fits = [ChatMessage("user", "x" * (N_CTX - MIN_ANSWER_TOKENS - n_rest))]

    assert len(fitted(tiny_chat, request(fits, "stop")).prompt.tokens) == N_CTX - MIN_ANSWER_TOKENS
    with pytest.raises(ContextFull) as caught:
        fitted(tiny_chat, request([ChatMessage("user", fits[0].content + "x")], "stop"))
    assert (caught.value.n_needed, caught.value.n_ctx) == (N_CTX + 1, N_CTX)


def test_an_answer_of_one_token_needs_room_for_one() -> None:
    assert room_for_answer(4096, 1, "stop") == room_for_answer(4096, 1, "drop") == 1
    assert room_for_answer(4096, 100_000, "stop") == MIN_ANSWER_TOKENS
    assert room_for_answer(4096, -1, "drop") == 512


def test_nothing_is_left_out_of_what_fits(tiny_chat: ChatModel) -> None:
    messages = conversation(2)

    assert fitted(tiny_chat, request(messages, "drop")).left_out == ()
    assert fitted(tiny_chat, request(messages, "drop")).prompt == fitted(tiny_chat, request(messages, "stop")).prompt


def test_the_oldest_exchanges_go_whole_and_the_rest_fits(tiny_chat: ChatModel) -> None:
    messages = conversation(12, system="Be brief.")

    found = fitted(tiny_chat, request(messages, "drop"))

    assert found.left_out == tuple(range(1, len(found.left_out) + 1))
    assert len(found.left_out) % 2 == 0
    assert len(found.prompt.tokens) + room_for_answer(N_CTX, -1, "drop") <= N_CTX
    assert "Be brief." in found.prompt.text
    assert messages[-1].content in found.prompt.text
    assert messages[1].content not in found.prompt.text


def test_pinned_exchanges_stay(tiny_chat: ChatModel) -> None:
    messages = conversation(12, pinned=(0, 3))

    found = fitted(tiny_chat, request(messages, "drop"))

    assert found.left_out
    assert {0, 1, 6, 7}.isdisjoint(found.left_out)
    assert "00xx" in found.prompt.text and "00yy" in found.prompt.text and "03xx" in found.prompt.text
    assert "01xx" not in found.prompt.text


def test_pins_that_leave_no_room_are_said_and_not_dropped(tiny_chat: ChatModel) -> None:
    with pytest.raises(ContextFull):
        fitted(tiny_chat, request(conversation(12, pinned=range(12)), "drop"))


def test_a_question_that_does_not_fit_alone_is_said(tiny_chat: ChatModel) -> None:
    messages = (*conversation(4)[:-1], ChatMessage("user", "?" * N_CTX))

    with pytest.raises(ContextFull) as caught:
        fitted(tiny_chat, request(messages, "drop"))
    assert caught.value.n_needed > N_CTX


def test_a_long_question_gets_a_short_answer_rather_than_none(tiny_chat: ChatModel) -> None:
    n_rest = len(fitted(tiny_chat, request([ChatMessage("user", "x")], "drop")).prompt.tokens) - 1
    messages = (*conversation(4)[:-1], ChatMessage("user", "?" * (N_CTX - MIN_ANSWER_TOKENS - n_rest)))

    assert len(fitted(tiny_chat, request(messages, "drop")).prompt.tokens) == N_CTX - MIN_ANSWER_TOKENS


def test_the_limit_moves_rarely_as_a_conversation_goes_on(tiny_chat: ChatModel) -> None:
    """What is left out of one prompt is left out of the next, and little more: the beginnings are mostly the same."""
    seen = []
    for n in range(1, 60):
        seen.append(len(fitted(tiny_chat, request(conversation(n, 8), "drop")).left_out))

    moves = [index for index in range(1, len(seen)) if seen[index] != seen[index - 1]]
    assert seen == sorted(seen)
    assert seen[-1] > 80
    n_each = 2 * (8 + overhead(tiny_chat.tokenizer)[1])
    n_between = (N_CTX - N_CTX // KEPT_SHARE - room_for_answer(N_CTX, -1, "drop")) // n_each
    assert all(later - earlier >= n_between for earlier, later in itertools.pairwise(moves))


def test_an_answer_that_is_continued_pushes_out_what_stands_before_its_question(tiny_chat: ChatModel) -> None:
    begun = ChatMessage("assistant", "z" * 120)
    messages = (*conversation(3), begun)

    found = fitted(tiny_chat, request(messages, "drop", is_continued=True))

    assert found.left_out == (0, 1, 2, 3, 4, 5)[: len(found.left_out)] != ()
    assert found.prompt.begun == begun.content


def test_a_known_count_is_believed_and_the_prompt_is_still_exact(tiny_chat: ChatModel) -> None:
    messages = [one.replaced(n_tokens=1) for one in conversation(12)]

    found = fitted(tiny_chat, request(messages, "drop"))

    assert len(found.prompt.tokens) + room_for_answer(N_CTX, -1, "drop") <= N_CTX


def test_a_summary_is_asked_for_while_there_is_room_for_an_answer(tiny_chat: ChatModel) -> None:
    n_rest = len(fitted(tiny_chat, request([ChatMessage("user", "x")], "stop")).prompt.tokens) - 1
    messages = [ChatMessage("user", "x" * (N_CTX - MIN_ANSWER_TOKENS - n_rest))]

    fitted(tiny_chat, request(messages, "stop"))
    with pytest.raises(ContextFull):
        fitted(tiny_chat, request(messages, "summarise"))


@pytest.mark.parametrize("messages", [(), (ChatMessage("tool", "x"),)])
def test_what_is_no_conversation_is_refused(tiny_chat: ChatModel, messages: tuple[ChatMessage, ...]) -> None:
    with pytest.raises(ChatTemplateFailed):
        fitted(tiny_chat, request(messages, "drop"))


def test_an_exchange_begins_with_its_question() -> None:
    messages = [ChatMessage(role, "") for role in ("system", "assistant", "user", "assistant", "user")]

    assert [one.indexes for one in exchanges_of(messages, [1] * 5)] == [(1,), (2, 3), (4,)]


def test_the_last_exchange_is_never_left_out() -> None:
    exchanges = exchanges_of([ChatMessage("user", ""), ChatMessage("assistant", "")] * 5, [100] * 10)

    assert first_kept(exchanges, 10, 5) == 4
    assert first_kept([], 10, 5) == 0


@pytest.mark.parametrize("policy", ["stop", "drop", "summarise"])
def test_what_is_measured_is_what_would_be_read(tiny_chat: ChatModel, policy: str) -> None:
    messages = conversation(2)
    found = measured(tiny_chat, MeasureRequest(7, messages, policy))

    assert (found.task, found.n_ctx, found.left_out) == (7, N_CTX, ())
    assert found.n_prompt == len(fitted(tiny_chat, request(messages, "stop")).prompt.tokens)
    assert found.n_tokens == tuple(len(tiny_chat.model.vocabulary.tokenize(one.content)) for one in messages)


def test_measuring_says_what_is_left_out_and_how_far_over_the_limit_it_is(tiny_chat: ChatModel) -> None:
    messages = conversation(12)

    assert (
        measured(tiny_chat, MeasureRequest(1, messages, "drop")).left_out == fitted(tiny_chat, request(messages, "drop")).left_out
    )
    assert measured(tiny_chat, MeasureRequest(1, messages, "stop")).n_prompt > N_CTX
    assert measured(tiny_chat, MeasureRequest(1, conversation(50), "stop")).n_prompt > 2 * N_CTX
    assert measured(tiny_chat, MeasureRequest(1, (), "stop")).n_prompt == 0


def test_models_with_one_vocabulary_share_its_name(tiny_chat: ChatModel, starter_chat: ChatModel, tiny_model: Path) -> None:
    assert vocabulary_key(tiny_chat.model) == vocabulary_key(tiny_chat.model) == tiny_chat.info().vocabulary
    assert vocabulary_key(tiny_chat.model) != vocabulary_key(starter_chat.model)
