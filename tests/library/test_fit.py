"""The verdict before a download: where a model runs, whether it fits, and how fast it will be."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from desktop_app.engine.gguf import BadHeader, read_header
from desktop_app.engine.parameters import LoadParameters
from desktop_app.library.fit import CardMemory, MachineMemory, MeasuredSpeed, fit, read_bytes
from desktop_app.library.memory import estimate
from desktop_app.library.model_shape import ModelShape, shape_of
from desktop_app.library.remote_shape import read_shape, scaled
from desktop_app.resources import starter_model
from tests.fakes.gguf_file import header

GIB = 1 << 30
SIZE = 2_497_281_120
QWEN_4B = {
    "general.architecture": "qwen3",
    "qwen3.block_count": 36,
    "qwen3.context_length": 40960,
    "qwen3.embedding_length": 2560,
    "qwen3.feed_forward_length": 9728,
    "qwen3.attention.head_count": 32,
    "qwen3.attention.head_count_kv": 8,
    "qwen3.attention.key_length": 128,
    "qwen3.attention.value_length": 128,
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.tokens": ["x"] * 1000,
}
MIXTURE = {
    "general.architecture": "qwen3moe",
    "qwen3moe.block_count": 48,
    "qwen3moe.context_length": 40960,
    "qwen3moe.embedding_length": 2048,
    "qwen3moe.feed_forward_length": 6144,
    "qwen3moe.expert_count": 128,
    "qwen3moe.expert_used_count": 8,
    "qwen3moe.expert_feed_forward_length": 768,
    "qwen3moe.attention.head_count": 32,
    "qwen3moe.attention.head_count_kv": 4,
    "qwen3moe.attention.key_length": 128,
    "qwen3moe.attention.value_length": 128,
    "tokenizer.ggml.tokens": ["x"] * 1000,
}


def shape(values: dict[str, Any] = QWEN_4B, size_bytes: int = SIZE) -> ModelShape:
    return read_shape(io.BytesIO(header(values)), size_bytes)


def machine(free_gib: float, *cards_gib: float) -> MachineMemory:
    cards = tuple(CardMemory(f"Card {index}", int(one * GIB), int(one * GIB)) for index, one in enumerate(cards_gib))
    return MachineMemory(int(free_gib * GIB), int(free_gib * 1.3 * GIB), cards)


@pytest.mark.parametrize(
    ("memory", "expected"),
    [
        (machine(12, 8), ("fast", "card")),
        (machine(12, 3.0), ("fine", "partly")),
        (machine(12, 1.0), ("fine", "processor")),
        (machine(12), ("fine", "processor")),
        (machine(3), ("too_big", "nowhere")),
        (machine(3, 8), ("fast", "card")),
    ],
)
def test_where_it_runs(memory: MachineMemory, expected: tuple[str, str]) -> None:
    one = fit(shape(), SIZE, 0, memory)
    assert (one.grade, one.place) == expected


def test_it_counts_weights_context_room_and_projector() -> None:
    small, large = fit(shape(), SIZE, 8192, machine(12, 8)), fit(shape(), SIZE, 16384, machine(12, 8))
    cache_bytes = 36 * 8192 * 2 * 8 * 128 * 2
    assert SIZE + cache_bytes < small.needed_bytes < SIZE + cache_bytes + GIB
    assert cache_bytes <= large.needed_bytes - small.needed_bytes < cache_bytes * 1.1
    assert fit(shape(), SIZE, 8192, machine(12, 8), projector_bytes=GIB).needed_bytes == small.needed_bytes + GIB
    assert (small.n_ctx, small.n_layers, small.n_layers_on_card, small.device_name) == (8192, 37, 37, "Card 0")


def test_a_projector_takes_room_from_layers() -> None:
    memory = machine(12, 4.8)
    alone, together = fit(shape(), SIZE, 8192, memory), fit(shape(), SIZE, 8192, memory, projector_bytes=GIB)
    assert alone.place == "card" and together.place == "partly"
    assert together.n_layers_on_card < alone.n_layers_on_card


def test_the_same_shape_serves_for_other_quantizations() -> None:
    one = shape()
    assert fit(one, 2 * SIZE, 8192, machine(12, 8)).needed_bytes - fit(
        one, SIZE, 8192, machine(12, 8)
    ).needed_bytes == pytest.approx(SIZE, rel=0.01)
    assert scaled(one, 5 * GIB).weights_bytes == pytest.approx(5 * GIB, rel=0.001)


def test_a_speed_is_foretold_only_from_what_was_measured() -> None:
    one = shape()
    assert fit(one, SIZE, 0, machine(12)).tokens_per_s is None
    assert fit(one, SIZE, 0, machine(12), MeasuredSpeed(card=2e11)).tokens_per_s is None
    on_processor = fit(one, SIZE, 0, machine(12), MeasuredSpeed(processor=1e10))
    # The embeddings are looked up, not read: a token takes somewhat less than the whole file.
    assert on_processor.tokens_per_s is not None and 1e10 / SIZE < on_processor.tokens_per_s < 1.2e10 / SIZE
    assert on_processor.grade == "slow"
    assert fit(one, SIZE, 0, machine(12), MeasuredSpeed(processor=5e10)).grade == "fine"
    hinted = fit(one, SIZE, 0, machine(12), MeasuredSpeed(processor_guess=1e10))
    assert (hinted.grade, hinted.tokens_per_s) == ("slow", None)
    partly = fit(one, SIZE, 0, machine(12, 3.0), MeasuredSpeed(card=2e11, processor=1e10)).tokens_per_s
    assert partly is not None and on_processor.tokens_per_s < partly < 2e11 / SIZE


def test_of_a_mixture_only_the_experts_in_use_are_read() -> None:
    size = 18 * GIB
    mixture = shape(MIXTURE, size)
    _, read = read_bytes(mixture, LoadParameters(n_gpu_layers=0))
    assert mixture.experts_used == 8 / 128 and size * 0.05 < read < size * 0.2
    assert fit(mixture, size, 0, machine(40)).grade == "fine"
    assert fit(shape(size_bytes=size), size, 0, machine(40)).grade == "slow"
    # Its attention fits the card, its experts stay in main memory.
    assert fit(mixture, size, 0, machine(40, 6)).place == "partly"


def test_the_start_of_a_real_file_tells_the_same_as_all_of_it() -> None:
    path = starter_model()
    assert path is not None
    whole = shape_of([read_header(path)])
    with path.open("rb") as file:
        start = read_shape(io.BytesIO(file.read(1 << 16)), path.stat().st_size)
    for parameters in (LoadParameters(n_ctx=8192), LoadParameters(n_ctx=2048, type_k="q8_0", type_v="q8_0")):
        guessed, known = estimate(start, parameters), estimate(whole, parameters)
        assert guessed.main.kv_bytes == known.main.kv_bytes
        assert guessed.total_bytes == pytest.approx(known.total_bytes, rel=0.1)


def test_heads_that_are_no_share_of_the_width_can_have_a_quantized_cache() -> None:
    assert shape().can_quantize_cache  # 2560 / 32 is 80, and the heads have 128
    assert not shape(QWEN_4B | {"qwen3.attention.key_length": 80}).can_quantize_cache


@pytest.mark.parametrize(
    "wrong",
    [
        {"qwen3.block_count": 1 << 31},
        {"qwen3.block_count": 0},
        {"qwen3.embedding_length": 0},
        {"qwen3.attention.head_count": 1 << 31},
        {"qwen3.context_length": "long"},
        {"general.architecture": 7},
        {"qwen3.feed_forward_length": [1 << 31] * 36},
    ],
)
def test_impossible_numbers_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadHeader):
        shape(QWEN_4B | wrong)


def test_a_start_that_ends_too_early_is_told_from_a_wrong_one(tmp_path: Path) -> None:
    data = header(QWEN_4B)
    with pytest.raises(BadHeader) as caught:
        read_shape(io.BytesIO(data[:200]), SIZE)
    assert caught.value.reason == "truncated"
    with pytest.raises(BadHeader) as caught:
        read_shape(io.BytesIO(b"<!DOCTYPE html>" * 100), SIZE)
    assert caught.value.reason == "not_gguf"
