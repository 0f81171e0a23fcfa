"""What the KV cache holds, for models whose memory can be cut anywhere, within a window, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.engine.answer import ChatModel
from desktop_app.engine.llama import checkpoints
from desktop_app.engine.llama.batch import Batch
from desktop_app.engine.llama.checkpoints import N_CHECKPOINTS_MAX
from desktop_app.engine.llama.library import C, Interrupt
from desktop_app.engine.llama.sampler import Sampler
from desktop_app.engine.llama.sequence import Sequence, n_common
from desktop_app.engine.parameters import SamplingParameters
from tests.engine.direct import clear, put
from tests.fakes.gguf_file import write_recurrent_model, write_sliding_window_model

LONG = [3 + index * 7 % 250 for index in range(600)]


@pytest.fixture
def sequence(tiny_chat: ChatModel) -> Iterator[Sequence]:
    """Give the tiny model's sequence, empty."""
    clear(tiny_chat)
    yield tiny_chat.model.sequences[0]
    clear(tiny_chat)


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


def _logits(chat: ChatModel) -> list[float]:
    return list(C.llama_get_logits_ith(chat.model.context, -1)[: chat.model.vocabulary.n_tokens])


def _next_tokens(chat: ChatModel, tokens: list[int], n_tokens: int = 6) -> tuple[int, list[int]]:
    """Give how many tokens were reused, and what follows greedily."""
    sequence = chat.model.sequences[0]
    n_reused = sequence.keep(sequence.usable(tokens))
    put(chat, tokens[n_reused:])
    sampler = Sampler(SamplingParameters(temperature=0), chat.model.vocabulary, chat.model.n_ctx)
    drawn = []
    for _ in range(n_tokens):
        drawn.append(C.llama_sampler_sample(sampler.chain, chat.model.context, -1))
        put(chat, drawn[-1:])
    sampler.close()
    return n_reused, drawn


def test_the_common_prefix_is_reused(sequence: Sequence, tiny_chat: ChatModel) -> None:
    put(tiny_chat, [10, 11, 12, 13])
    assert sequence.usable([10, 11, 99]) == 2
    assert sequence.keep(2) == 2
    assert sequence.tokens == [10, 11]


def test_one_token_is_always_left_to_be_read(sequence: Sequence, tiny_chat: ChatModel) -> None:
    put(tiny_chat, [10, 11, 12])
    assert sequence.usable([10, 11, 12]) == 2
    assert sequence.usable([10]) == 0
    assert sequence.keep(0) == 0
    assert sequence.tokens == []


@given(st.lists(st.integers(0, 2), max_size=40), st.lists(st.integers(0, 2), max_size=40))
def test_what_two_lists_have_in_common_is_counted(first: list[int], second: list[int]) -> None:
    expected = 0
    while expected < min(len(first), len(second)) and first[expected] == second[expected]:
        expected += 1
    assert n_common(first, second) == expected


def test_after_an_abort_the_tokens_are_those_in_the_cache(sequence: Sequence, tiny_chat: ChatModel, interrupt: Interrupt) -> None:
    put(tiny_chat, [10, 11, 12])
    batch = Batch(32, len(tiny_chat.model.sequences))
    batch.add(sequence.id, [13, 14], 3, 1)
    interrupt.set()
    try:
        assert C.llama_decode(tiny_chat.model.context, batch.struct) == 2
    finally:
        interrupt.clear()
    sequence.resynchronize([13, 14])
    assert sequence.tokens == [10, 11, 12]
    put(tiny_chat, [13])
    assert sequence.tokens == [10, 11, 12, 13]


@pytest.mark.parametrize("model", ["tiny_chat", "window_chat", "recurrent_chat"])
def test_a_copy_goes_on_as_what_it_was_copied_from(model: str, request: pytest.FixtureRequest) -> None:
    chat: ChatModel = request.getfixturevalue(model)
    clear(chat)
    first, second = chat.model.sequences[:2]
    put(chat, LONG[:100])
    second.copy(first, 100)
    assert second.tokens == LONG[:100]
    put(chat, [5, 6], second)
    in_copy = _logits(chat)
    put(chat, [5, 6], first)
    assert _logits(chat) == pytest.approx(in_copy, abs=1e-4)
    clear(chat)


@pytest.mark.parametrize("model", ["window_chat", "recurrent_chat"])
def test_a_checkpoint_brings_back_what_cannot_be_cut(model: str, request: pytest.FixtureRequest) -> None:
    chat: ChatModel = request.getfixturevalue(model)
    clear(chat)
    _, expected = _next_tokens(chat, [*LONG[:100], 5])
    clear(chat)
    sequence = chat.model.sequences[0]
    put(chat, LONG[:100])
    sequence.take_checkpoint()
    put(chat, LONG[100:])
    assert sequence.usable([*LONG[:100], 5]) == 100
    n_reused, drawn = _next_tokens(chat, [*LONG[:100], 5])
    assert (n_reused, drawn) == (100, expected)
    assert sequence.checkpoints[0].n_tokens == 100, "it is there for the next time"
    clear(chat)


def test_checkpoints_are_few(recurrent_chat: ChatModel) -> None:
    clear(recurrent_chat)
    sequence = recurrent_chat.model.sequences[0]
    for index in range(N_CHECKPOINTS_MAX + 3):
        put(recurrent_chat, [10 + index])
        sequence.take_checkpoint()
        sequence.take_checkpoint()
    n_tokens = [point.n_tokens for point in sequence.checkpoints]
    # Spread over the text: what is asked anew far back has one before it, too.
    assert (len(n_tokens), n_tokens[-1]) == (N_CHECKPOINTS_MAX, N_CHECKPOINTS_MAX + 3)
    assert n_tokens[0] <= 3
    clear(recurrent_chat)


def test_checkpoints_of_all_conversations_share_the_memory_that_is_free(
    recurrent_chat: ChatModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear(recurrent_chat)
    first, second, *_ = recurrent_chat.model.sequences
    put(recurrent_chat, [10], first)
    first.take_checkpoint()
    n_bytes = len(first.checkpoints[0].data)

    def held() -> int:
        return sum(len(point.data) for one in (first, second) for point in one.checkpoints)

    # Room for three.
    monkeypatch.setattr(checkpoints.psutil, "virtual_memory", lambda: SimpleNamespace(available=8 * 3 * n_bytes - held()))
    for index in range(3):
        put(recurrent_chat, [11 + index], first)
        first.take_checkpoint()
    assert [point.n_tokens for point in first.checkpoints][-1] == 4
    assert len(first.checkpoints) == 3
    put(recurrent_chat, [20], second)
    second.take_checkpoint()
    assert (len(first.checkpoints), len(second.checkpoints)) == (2, 1)
    assert first.checkpoints[-1].n_tokens == 4
    for index in range(2):
        put(recurrent_chat, [21 + index], second)
        second.take_checkpoint()
    assert (len(first.checkpoints), len(second.checkpoints)) == (1, 2), "nobody loses all to one who has more"
    monkeypatch.setattr(checkpoints.psutil, "virtual_memory", lambda: SimpleNamespace(available=-held()))
    put(recurrent_chat, [29], second)
    second.take_checkpoint()
    assert [point.n_tokens for point in second.checkpoints][-1] == 3, "without room none is taken, and none is lost"
    clear(recurrent_chat)


def test_a_large_checkpoint_is_taken_where_there_is_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of Gemma 3 4B has more than 100 MB."""
    monkeypatch.setattr(checkpoints.psutil, "virtual_memory", lambda: SimpleNamespace(available=4 << 30))
    assert checkpoints.CheckpointRoom().make(400 << 20)
    assert not checkpoints.CheckpointRoom().make(600 << 20)


@pytest.mark.parametrize("model", ["tiny_chat", "window_chat", "recurrent_chat"])
@pytest.mark.parametrize("n_shared", [0, 1, 100, 189, 190])
def test_what_follows_a_cut_is_what_follows_from_an_empty_cache(
    model: str, n_shared: int, request: pytest.FixtureRequest
) -> None:
    chat: ChatModel = request.getfixturevalue(model)
    first, second = LONG[:190], [*LONG[:n_shared], 5, 6, 7]
    clear(chat)
    _, expected = _next_tokens(chat, second)
    clear(chat)
    _next_tokens(chat, first)
    n_reused, drawn = _next_tokens(chat, second)
    assert drawn == expected
    if model == "tiny_chat":
        assert n_reused == n_shared
    elif model == "recurrent_chat":
        assert n_reused == 0


def test_a_window_that_has_moved_on_is_read_again(window_chat: ChatModel) -> None:
    clear(window_chat)
    _, expected = _next_tokens(window_chat, [*LONG[:100], 5])
    clear(window_chat)
    _, drawn = _next_tokens(window_chat, LONG)
    # Cut near the end: the window before it is still there. Cut far back: it is gone.
    assert _next_tokens(window_chat, [*LONG, drawn[0], 5])[0] == len(LONG) + 1
    n_reused, drawn = _next_tokens(window_chat, [*LONG[:100], 5])
    assert (n_reused, drawn) == (0, expected)


def test_a_recurrent_model_goes_on_where_nothing_has_to_be_cut(recurrent_chat: ChatModel) -> None:
    clear(recurrent_chat)
    _, drawn = _next_tokens(recurrent_chat, LONG[:50])
    n_reused, _ = _next_tokens(recurrent_chat, LONG[:50] + drawn + [5])
    assert n_reused == 50 + len(drawn)


def test_what_has_left_a_window_gives_its_cells_to_what_comes_next(window_chat: ChatModel) -> None:
    clear(window_chat)
    sequence, memory = window_chat.model.sequences[0], C.llama_get_memory(window_chat.model.context)
    for start, end in ((0, 40), (40, 200), (200, 201)):
        put(window_chat, LONG[start:end])
    expected = _logits(window_chat)
    clear(window_chat)
    put(window_chat, LONG[:40])
    sequence.reuse_window()
    put(window_chat, LONG[40:200])
    assert C.llama_memory_seq_pos_min(memory, sequence.id) == 0, "so little that it can still be cut anywhere"
    sequence.reuse_window()
    put(window_chat, LONG[200:201])
    assert C.llama_memory_seq_pos_min(memory, sequence.id) == 1, "the first cell is used again"
    # In another order it adds up otherwise, as much as in a batch of another shape.
    assert _logits(window_chat) == pytest.approx(expected, abs=0.01)
    clear(window_chat)
