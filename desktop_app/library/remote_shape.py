"""The shape of a model of which only the first bytes are here: what memory depends on is in them, its tensors are not.

How the size of the file is divided among the layers is worked out from their widths; altogether it is exact. What was
read comes from a stranger, so that every number is looked at before anything is counted with it. Values only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, BinaryIO

from desktop_app.engine.gguf import BadHeader, Header, read_start
from desktop_app.library.model_shape import ModelShape, shape_of

_LIMITS = {
    "block_count": 4096,
    "embedding_length": 1 << 20,
    "embedding_length_per_layer_input": 1 << 16,
    "context_length": 1 << 31,
    "feed_forward_length": 1 << 24,
    "expert_count": 1 << 16,
    "expert_used_count": 1 << 16,
    "expert_feed_forward_length": 1 << 24,
    "expert_shared_feed_forward_length": 1 << 24,
    "leading_dense_block_count": 4096,
    "full_attention_interval": 4096,
    "attention.head_count": 1 << 16,
    "attention.head_count_kv": 1 << 16,
    "attention.key_length": 1 << 16,
    "attention.value_length": 1 << 16,
    "attention.key_length_swa": 1 << 16,
    "attention.value_length_swa": 1 << 16,
    "attention.key_length_mla": 1 << 16,
    "attention.sliding_window": 1 << 31,
    "attention.shared_kv_layers": 4096,
    "attention.sliding_window_pattern": 4096,
    "ssm.conv_kernel": 1 << 16,
    "ssm.inner_size": 1 << 24,
    "ssm.state_size": 1 << 16,
    "ssm.group_count": 1 << 16,
    "wkv.head_size": 1 << 16,
    "token_shift_count": 1 << 16,
    "shortconv.l_cache": 1 << 16,
    "kda.head_dim": 1 << 16,
    "vocab_size": 1 << 24,
}
"""The largest number that each key may have; all are at least 0."""
_N_VOCAB_MAX = 1 << 24


def read_shape(file: BinaryIO, size_bytes: int) -> ModelShape:
    """Read the shape of a model of `size_bytes` from its first bytes, which are all that `file` holds. Raises: BadHeader."""
    return shape_of_start(read_start(file, size_bytes), size_bytes)


def deciding_values(header: Header) -> dict[str, Any]:
    """Give what of a header decides the shape, as plain values: what `resources/catalog.json` keeps of a model."""
    architecture = str(header.values.get("general.architecture"))
    kept = {f"{architecture}.{key}" for key in _LIMITS}
    values = {key: value for key, value in header.values.items() if key in kept or key == "general.architecture"}
    return values | {"n_vocab": header.lengths.get("tokenizer.ggml.tokens", 0) or header.number("vocab_size")}


def shape_of_start(header: Header, size_bytes: int) -> ModelShape:
    """Give the shape of a model whose files have `size_bytes` from what its header says first. Raises: BadHeader."""
    architecture = header.values.get("general.architecture")
    if not isinstance(architecture, str) or not architecture:
        raise BadHeader("impossible_values")
    for key, limit in _LIMITS.items():
        _check(header.values.get(f"{architecture}.{key}", 0), limit)
    if header.number("block_count") < 1 or header.number("embedding_length") < 1:
        raise BadHeader("impossible_values")
    if header.lengths.get("tokenizer.ggml.tokens", 0) > _N_VOCAB_MAX:
        raise BadHeader("impossible_values")
    return shape_of([header if header.tensors else header.replaced(tensors=_guessed_tensors(header, size_bytes))])


def scaled(shape: ModelShape, size_bytes: int) -> ModelShape:
    """Give the same model in another quantization, whose files have `size_bytes`."""
    factor = size_bytes / max(1, shape.weights_bytes)

    def bytes_of(n_bytes: int) -> int:
        return int(n_bytes * factor)

    layers = tuple(
        replace(layer, weights_bytes=bytes_of(layer.weights_bytes), experts_bytes=bytes_of(layer.experts_bytes))
        for layer in shape.layers
    )
    return replace(shape, layers=layers, input_bytes=bytes_of(shape.input_bytes), output_bytes=bytes_of(shape.output_bytes))


def _check(value: Any, limit: int) -> None:
    numbers = value if isinstance(value, list) else [value]
    if not all(isinstance(number, int) and 0 <= number <= limit for number in numbers):
        raise BadHeader("impossible_values")


def _guessed_tensors(header: Header, size_bytes: int) -> dict[str, int]:
    """Divide the size among tensors as large as these widths make them."""
    n_embd, n_layers = header.number("embedding_length"), header.number("block_count")
    n_vocab = header.lengths.get("tokenizer.ggml.tokens", 0) or header.number("vocab_size")
    numbers = {"token_embd.weight": n_vocab * n_embd, "output.weight": n_vocab * n_embd}
    if n_per_layer := header.number("embedding_length_per_layer_input"):
        numbers["per_layer_token_embd.weight"] = n_vocab * n_per_layer * n_layers
    n_dense = header.number("leading_dense_block_count")
    n_expert = header.number("expert_count")
    attention, feed_forward = _attention(header, n_embd), 3 * n_embd * header.number("feed_forward_length")
    expert = 3 * n_embd * (header.number("expert_feed_forward_length") or header.number("feed_forward_length"))
    shared = 3 * n_embd * header.number("expert_shared_feed_forward_length")
    for index in range(n_layers):
        is_mixture = n_expert > 0 and index >= n_dense
        numbers[f"blk.{index}.attn.weight"] = attention + (shared if is_mixture else feed_forward)
        if is_mixture:
            numbers[f"blk.{index}.ffn_up_exps.weight"] = expert * n_expert
    total = sum(numbers.values()) or 1
    return {name: size_bytes * count // total for name, count in numbers.items()}


def _attention(header: Header, n_embd: int) -> int:
    n_head = header.number("attention.head_count")
    n_head_kv = header.number("attention.head_count_kv", n_head)
    size = n_embd // max(1, n_head)
    n_key, n_value = header.number("attention.key_length", size), header.number("attention.value_length", size)
    return n_embd * (n_head * (n_key + n_value) + n_head_kv * (n_key + n_value)) or 4 * n_embd * n_embd
