"""The memory of a model is foretold from its header as llama.cpp then reserves it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_app.engine.gguf import Header, read_header
from desktop_app.engine.llama.library import C, Interrupt, LibraryLog, load_backends
from desktop_app.engine.llama.model import Model
from desktop_app.engine.parameters import LoadParameters
from desktop_app.library.memory import estimate
from desktop_app.library.model_shape import shape_of
from tests.fakes.gguf_file import write_recurrent_model, write_sliding_window_model, write_tiny_model
from tests.fakes.mtp_model import write_hybrid_mtp_model, write_mtp_model

MIB = 1 << 20
ROUNDING = 0.011 * MIB
"""llama.cpp logs hundredths of a MiB."""


PARTS = {"model": "weights", "KV": "kv", "RS": "kv", "compute": "compute", "output": "compute"}


@pytest.fixture(scope="module")
def library_log() -> Iterator[LibraryLog]:
    """Give the library's log, which the library keeps a pointer to."""
    load_backends()
    log = LibraryLog()
    log.install()
    yield log
    C.llama_log_set(C.llama_log_callback(0), None)


@pytest.fixture
def reserved(library_log: LibraryLog, expected_log: Callable[[str], None]) -> Callable[..., dict[str, int]]:
    """Give a function that loads a model and says what llama.cpp reserves for it, by part."""

    def reserved(path: Path, parameters: LoadParameters, **facts: bool) -> dict[str, int]:
        model = Model(path, parameters, Interrupt(), library_log, **facts)
        model.close()
        if model.n_ctx > model.n_ctx_train:
            expected_log("possible training context overflow")
        sums = dict.fromkeys(PARTS.values(), 0)
        for _, kind, n_bytes in model.buffers:
            sums[PARTS[kind]] += n_bytes
        return sums

    return reserved


@pytest.mark.parametrize(
    "parameters",
    [
        LoadParameters(n_ctx=2048),
        LoadParameters(n_ctx=5000, type_k="q8_0", type_v="q4_0"),
        LoadParameters(n_ctx=4096, n_slots=1, flash_attn="off"),
    ],
)
def test_the_starter_model_takes_what_was_foretold(
    starter_model: Path, parameters: LoadParameters, reserved: Callable[..., dict[str, int]]
) -> None:
    told = estimate(shape_of([read_header(starter_model)]), parameters).main
    real = reserved(starter_model, parameters)
    assert told.weights_bytes == pytest.approx(real["weights"], abs=ROUNDING)
    assert told.kv_bytes == pytest.approx(real["kv"], abs=2 * ROUNDING)
    assert told.total_bytes == pytest.approx(sum(real.values()), rel=0.05)


@pytest.mark.parametrize(
    "write", [write_tiny_model, write_sliding_window_model, write_recurrent_model], ids=["full", "sliding", "recurrent"]
)
@pytest.mark.parametrize("n_slots", [1, 64])
def test_the_cache_of_every_kind_of_layer_is_foretold(
    tmp_path: Path, write: Callable[[Path], Path], n_slots: int, reserved: Callable[..., dict[str, int]]
) -> None:
    path = write(tmp_path / "tiny.gguf")
    parameters = LoadParameters(n_ctx=16384, n_slots=n_slots)
    told = estimate(shape_of([read_header(path)]), parameters).main
    assert told.kv_bytes == pytest.approx(reserved(path, parameters)["kv"], abs=2 * ROUNDING)


@pytest.mark.parametrize("write", [write_mtp_model, write_hybrid_mtp_model], ids=["attention", "hybrid"])
def test_a_layer_that_guesses_ahead_computes_in_room_of_its_own(
    tmp_path: Path, write: Callable[..., Path], reserved: Callable[..., dict[str, int]]
) -> None:
    path = write(tmp_path / "mtp.gguf", context_length=16384)
    parameters, shape = LoadParameters(n_ctx=16384, n_slots=16, use_mmap=False), shape_of([read_header(path)])
    told, real = estimate(shape, parameters).main, reserved(path, parameters, has_mtp_layer=shape.has_mtp_layer)
    assert told.weights_bytes == pytest.approx(real["weights"], abs=ROUNDING)
    assert told.kv_bytes == pytest.approx(real["kv"], abs=3 * ROUNDING)
    assert told.total_bytes == pytest.approx(sum(real.values()), rel=0.05)


def header(architecture: str, **values: Any) -> Header:
    """Give a header with these values; "__" stands for "."."""
    pairs = {f"{architecture}.{key.replace('__', '.')}": value for key, value in values.items()}
    return Header({"general.architecture": architecture, **pairs}, {"tokenizer.ggml.tokens": 1000}, {})


def test_latent_attention_keeps_no_values() -> None:
    values = {"attention__key_length": 576, "attention__value_length": 512, "attention__head_count_kv": 1}
    common = {"block_count": 2, "embedding_length": 2048, "attention__head_count": 16, "context_length": 4096}
    shape = shape_of([header("deepseek2", **common, **values, attention__key_length_mla=192)])
    assert [(layer.n_key, layer.n_value) for layer in shape.layers] == [(576, 0)] * 2


def test_every_fourth_layer_of_a_hybrid_attends() -> None:
    ssm = {"ssm__conv_kernel": 4, "ssm__inner_size": 4096, "ssm__state_size": 128, "ssm__group_count": 16}
    common = {"block_count": 8, "embedding_length": 2048, "attention__head_count": 16, "attention__head_count_kv": 2}
    shape = shape_of([header("qwen3next", **common, **ssm, attention__key_length=256, full_attention_interval=4)])
    assert [layer.n_key > 0 for layer in shape.layers] == [False, False, False, True] * 2
    # Source: `n_embd_r` and `n_embd_s`: 3 * (4096 + 2 * 16 * 128) + 128 * 4096 numbers of four bytes.
    assert shape.layers[0].state_bytes == 4 * (3 * 8192 + 524288)
    assert shape.layers[3].state_bytes == 0


def test_one_number_for_each_layer_counts_layer_by_layer() -> None:
    common = {"block_count": 3, "embedding_length": 256, "attention__head_count": 4}
    shape = shape_of([header("llama", **common, attention__head_count_kv=[4, 1, 2])])
    assert [layer.n_key for layer in shape.layers] == [256, 64, 128]


def test_tensors_of_all_parts_count_and_experts_apart() -> None:
    one = header("qwen3moe", block_count=2, embedding_length=64, attention__head_count=4)
    first = one.replaced(tensors={"token_embd.weight": 100, "blk.0.attn_q.weight": 10, "blk.0.ffn_up_exps.weight": 500})
    second = one.replaced(tensors={"blk.1.ffn_down_exps.weight": 400, "output.weight": 90, "output_norm.weight": 5})
    shape = shape_of([first, second])
    assert [(layer.weights_bytes, layer.experts_bytes) for layer in shape.layers] == [(510, 500), (400, 400)]
    assert (shape.input_bytes, shape.output_bytes, shape.weights_bytes) == (100, 95, 1105)


def test_layers_go_to_the_cards_from_the_last_one_on() -> None:
    one = header("llama", block_count=4, embedding_length=64, attention__head_count=4, context_length=256)
    tensors = {f"blk.{index}.ffn_up.weight": 10**index for index in range(4)} | {"token_embd.weight": 7}
    shape = shape_of([one.replaced(tensors=tensors)])
    told = estimate(shape, LoadParameters(n_gpu_layers=3), [1000])
    # The output layer is the first to go, and a tied one brings a copy of the embeddings along.
    assert (told.main.weights_bytes, told.cards[0].weights_bytes) == (1 + 10 + 7, 100 + 1000 + 7)
    told = estimate(shape, LoadParameters(n_gpu_layers=5, tensor_split=(3.0, 2.0)), [1000, 1000])
    assert [use.weights_bytes for use in told.cards] == [111, 1007]
    told = estimate(shape, LoadParameters(n_gpu_layers=5, offload_kqv=False), [1000])
    assert told.cards[0].kv_bytes == 0 < told.main.kv_bytes
