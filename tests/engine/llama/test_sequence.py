"""What the KV cache holds, for models whose memory can be cut anywhere, within a window, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_app.engine.answer import ChatModel
from desktop_app.engine.llama.library import C, Interrupt
from desktop_app.engine.llama.sampler import Sampler
from desktop_app.engine.llama.sequence import Sequence
from desktop_app.engine.parameters import SamplingParameters
from tests.fakes.gguf_file import write_recurrent_model, write_sliding_window_model

LONG = [3 + index * 7 % 250 for index in range(600)]


def _go_on(_n_tokens: int) -> bool:
    return True


@pytest.fixture
def sequence(tiny_chat: ChatModel) -> Iterator[Sequence]:
    """Give the tiny model's sequence, empty."""
    tiny_chat.model.sequence.clear()
    yield tiny_chat.model.sequence
    tiny_chat.model.sequence.clear()


@pytest.fixture(scope="session")
def window_chat(tmp_path_factory: pytest.TempPathFactory, open_chat: Callable[..., ChatModel]) -> Iterator[ChatModel]:
    """Give a model with a sliding window of 16 tokens; its window's cache holds 256 positions."""
    chat = open_chat(write_sliding_window_model(tmp_path_factory.mktemp("models") / "window.gguf"), n_batch=32)
    yield chat
    chat.close()


@pytest.fixture(scope="session")
def recurrent_chat(tmp_path_factory: pytest.TempPathFactory, open_chat: Callable[..., ChatModel]) -> Iterator[ChatModel]:
    """Give a recurrent model."""
    chat = open_chat(write_recurrent_model(tmp_path_factory.mktemp("models") / "recurrent.gguf"), n_batch=32)
    yield chat
    chat.close()


def _next_tokens(chat: ChatModel, tokens: list[int], n_tokens: int = 6) -> tuple[int, list[int]]:
    """Give how many tokens were reused, and what follows greedily."""
    sequence = chat.model.sequence
    n_reused = sequence.reuse(tokens)
    assert sequence.read(tokens[n_reused:], _go_on)
    sampler = Sampler(SamplingParameters(temperature=0), chat.model.vocabulary.n_tokens, chat.model.n_ctx)
    drawn = []
    for _ in range(n_tokens):
        drawn.append(C.llama_sampler_sample(sampler.chain, chat.model.context, -1))
        sequence.append(drawn[-1])
    sampler.close()
    return n_reused, drawn


def test_the_common_prefix_is_reused(sequence: Sequence) -> None:
    sequence.read([10, 11, 12, 13], _go_on)
    assert sequence.common_prefix([10, 11, 99]) == 2
    assert sequence.reuse([10, 11, 99]) == 2
    assert sequence.tokens == [10, 11]


def test_one_token_is_always_left_to_be_read(sequence: Sequence) -> None:
    sequence.read([10, 11, 12], _go_on)
    assert sequence.reuse([10, 11, 12]) == 2
    assert sequence.reuse([10]) == 0
    assert sequence.tokens == []


def test_reading_is_told_and_can_be_stopped_after_each_batch(tiny_model: Path, open_chat: Callable[..., ChatModel]) -> None:
    chat = open_chat(tiny_model, n_batch=32)
    told: list[int] = []

    def stop_at_64(n_tokens: int) -> bool:
        told.append(n_tokens)
        return n_tokens < 64

    assert not chat.model.sequence.read(LONG[:200], stop_at_64)
    assert told == [32, 64]
    assert chat.model.sequence.tokens == LONG[:64]
    chat.close()


def test_after_an_abort_the_tokens_are_those_in_the_cache(sequence: Sequence, interrupt: Interrupt) -> None:
    sequence.read([10, 11, 12], _go_on)
    interrupt.set()
    try:
        assert not sequence.read([13, 14], _go_on)
        assert not sequence.append(15)
    finally:
        interrupt.clear()
    assert sequence.tokens == [10, 11, 12]
    assert sequence.append(13)
    assert sequence.tokens == [10, 11, 12, 13]


@pytest.mark.parametrize("model", ["tiny_chat", "window_chat", "recurrent_chat"])
@pytest.mark.parametrize("n_shared", [0, 1, 100, 189, 190])
def test_what_follows_a_cut_is_what_follows_from_an_empty_cache(
    model: str, n_shared: int, request: pytest.FixtureRequest
) -> None:
    chat: ChatModel = request.getfixturevalue(model)
    first, second = LONG[:190], [*LONG[:n_shared], 5, 6, 7]
    chat.model.sequence.clear()
    _, expected = _next_tokens(chat, second)
    chat.model.sequence.clear()
    _next_tokens(chat, first)
    n_reused, drawn = _next_tokens(chat, second)
    assert drawn == expected
    if model == "tiny_chat":
        assert n_reused == n_shared
    elif model == "recurrent_chat":
        assert n_reused == 0


def test_a_window_that_has_moved_on_is_read_again(window_chat: ChatModel) -> None:
    sequence = window_chat.model.sequence
    sequence.clear()
    _, expected = _next_tokens(window_chat, [*LONG[:100], 5])
    sequence.clear()
    _, drawn = _next_tokens(window_chat, LONG)
    # Cut near the end: the window before it is still there. Cut far back: it is gone.
    assert _next_tokens(window_chat, [*LONG, drawn[0], 5])[0] == len(LONG) + 1
    n_reused, drawn = _next_tokens(window_chat, [*LONG[:100], 5])
    assert (n_reused, drawn) == (0, expected)


def test_a_recurrent_model_goes_on_where_nothing_has_to_be_cut(recurrent_chat: ChatModel) -> None:
    recurrent_chat.model.sequence.clear()
    _, drawn = _next_tokens(recurrent_chat, LONG[:50])
    n_reused, _ = _next_tokens(recurrent_chat, LONG[:50] + drawn + [5])
    assert n_reused == 50 + len(drawn)
