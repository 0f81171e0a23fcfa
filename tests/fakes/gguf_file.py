"""GGUF files made by hand: any header for the reader, and a tiny llama that llama.cpp really loads.

The tiny model has random weights and says nothing sensible, but it has a context, a KV cache and special
tokens, and fits in some 100 kB. Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONTROL, USER_DEFINED, BYTE, NORMAL, UNKNOWN = 3, 4, 6, 1, 2
"""Token types; source: `enum llama_token_type`."""
CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
_F32 = 0
_N_EMBD, _N_FF, _N_HEAD = 32, 64, 4


@dataclass(frozen=True)
class U64:
    """A number to be written as an unsigned 64-bit value."""

    value: int


@dataclass(frozen=True)
class I32:
    """A number to be written as a signed 32-bit value."""

    value: int


Tensor = tuple[str, tuple[int, ...]]


def _text(value: str | bytes) -> bytes:
    data = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<Q", len(data)) + data


def _value(value: Any) -> bytes:
    """Give `value` with its type in front."""
    if isinstance(value, (str, bytes)):
        return struct.pack("<I", 8) + _text(value)
    if isinstance(value, bool):
        return struct.pack("<IB", 7, value)
    if isinstance(value, U64):
        return struct.pack("<IQ", 10, value.value)
    if isinstance(value, I32):
        return struct.pack("<Ii", 5, value.value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    items = [_value(item) for item in value]
    kind = items[0][:4] if items else struct.pack("<I", 8)
    return struct.pack("<I", 9) + kind + struct.pack("<Q", len(items)) + b"".join(item[4:] for item in items)


def header(pairs: Mapping[str, Any], tensors: Sequence[Tensor] = (), version: int = 3) -> bytes:
    """Give a whole header; tensors are F32, one after the other."""
    parts = [b"GGUF", struct.pack("<IQQ", version, len(tensors), len(pairs))]
    parts += [_text(key) + _value(value) for key, value in pairs.items()]
    offset = 0
    for name, dimensions in tensors:
        parts.append(_text(name) + struct.pack(f"<I{len(dimensions)}QIQ", len(dimensions), *dimensions, _F32, offset))
        offset += -(-4 * math.prod(dimensions) // 32) * 32
    data = b"".join(parts)
    return data + bytes(-len(data) % 32)


def _weights(tensors: Sequence[Tensor], seed: int) -> bytes:
    generator, parts = random.Random(seed), []
    for name, dimensions in tensors:
        n_values = math.prod(dimensions)
        values = [1.0] * n_values if "norm" in name else [generator.gauss(0, 0.3) for _ in range(n_values)]
        data = struct.pack(f"<{n_values}f", *values)
        parts.append(data + bytes(-len(data) % 32))
    return b"".join(parts)


def tiny_vocabulary(special: Sequence[tuple[str, int]] = ()) -> tuple[list[str], list[int]]:
    """Give texts and types: one token a byte, a few words, and the control tokens of ChatML."""
    tokens = [("<unk>", UNKNOWN), ("<s>", CONTROL), ("</s>", CONTROL)]
    tokens += [(f"<0x{byte:02X}>", BYTE) for byte in range(256)]
    tokens += [("▁", NORMAL), ("a", NORMAL), ("e", NORMAL), ("t", NORMAL), ("▁the", NORMAL), ("th", NORMAL), ("he", NORMAL)]
    tokens += [("<|im_start|>", CONTROL), ("<|im_end|>", CONTROL), *special]
    return [text for text, _ in tokens], [kind for _, kind in tokens]


def tiny_pairs(special: Sequence[tuple[str, int]] = (), **changes: Any) -> dict[str, Any]:
    """Give the pairs of the tiny model; `changes` replace or add by key with "__" for ".", None leaves out."""
    texts, kinds = tiny_vocabulary(special)
    pairs: dict[str, Any] = {
        "general.architecture": "llama",
        "general.name": "Tiny",
        "llama.block_count": 1,
        "llama.context_length": 256,
        "llama.embedding_length": _N_EMBD,
        "llama.feed_forward_length": _N_FF,
        "llama.attention.head_count": _N_HEAD,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.dimension_count": _N_EMBD // _N_HEAD,
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": texts,
        "tokenizer.ggml.scores": [float(-index) for index in range(len(texts))],
        "tokenizer.ggml.token_type": [I32(kind) for kind in kinds],
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": texts.index("<|im_end|>"),
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.ggml.add_space_prefix": False,
        "tokenizer.chat_template": CHATML,
    }
    pairs.update({key.replace("__", "."): value for key, value in changes.items()})
    return {key: value for key, value in pairs.items() if value is not None}


def tiny_tensors(n_vocab: int) -> list[Tensor]:
    """Give the tensors of one llama layer."""
    square, up, down = (_N_EMBD, _N_EMBD), (_N_EMBD, _N_FF), (_N_FF, _N_EMBD)
    return [
        ("token_embd.weight", (_N_EMBD, n_vocab)),
        ("blk.0.attn_norm.weight", (_N_EMBD,)),
        ("blk.0.attn_q.weight", square),
        ("blk.0.attn_k.weight", square),
        ("blk.0.attn_v.weight", square),
        ("blk.0.attn_output.weight", square),
        ("blk.0.ffn_norm.weight", (_N_EMBD,)),
        ("blk.0.ffn_gate.weight", up),
        ("blk.0.ffn_up.weight", up),
        ("blk.0.ffn_down.weight", down),
        ("output_norm.weight", (_N_EMBD,)),
    ]


def sliding_window_pairs() -> dict[str, Any]:
    """Give the pairs of a tiny Gemma 3: most layers see only the last 16 tokens."""
    names = ("context_length", "embedding_length", "feed_forward_length", "attention.head_count", "rope.dimension_count")
    llama = tiny_pairs(llama__context_length=1024)
    pairs = {key: value for key, value in llama.items() if not key.startswith("llama.")}
    pairs.update({f"gemma3.{name}": llama[f"llama.{name}"] for name in names})
    epsilon = "gemma3.attention.layer_norm_rms_epsilon"
    return {
        **pairs,
        "general.architecture": "gemma3",
        "gemma3.block_count": 6,
        "gemma3.attention.sliding_window": 16,
        epsilon: 1e-6,
    }


def sliding_window_tensors(n_vocab: int) -> list[Tensor]:
    """Give the tensors of six Gemma 3 layers."""
    tensors = tiny_tensors(n_vocab)
    layer = [tensor for tensor in tensors if tensor[0].startswith("blk.")]
    head = (_N_EMBD // _N_HEAD,)
    layer += [("blk.0.attn_q_norm.weight", head), ("blk.0.attn_k_norm.weight", head)]
    layer += [("blk.0.post_attention_norm.weight", (_N_EMBD,)), ("blk.0.post_ffw_norm.weight", (_N_EMBD,))]
    layers = [(name.replace("blk.0", f"blk.{index}"), shape) for index in range(6) for name, shape in layer]
    return [tensor for tensor in tensors if not tensor[0].startswith("blk.")] + layers


def recurrent_pairs() -> dict[str, Any]:
    """Give the pairs of a tiny Mamba, whose memory is one state that cannot be cut back."""
    pairs = {key: value for key, value in tiny_pairs().items() if not key.startswith("llama.")}
    ssm = {"conv_kernel": 4, "inner_size": 2 * _N_EMBD, "state_size": 8, "time_step_rank": 2}
    pairs.update({f"mamba.ssm.{name}": value for name, value in ssm.items()})
    sizes = {"context_length": 256, "embedding_length": _N_EMBD, "feed_forward_length": 0, "attention.head_count": 0}
    pairs.update({f"mamba.{name}": value for name, value in sizes.items()})
    epsilon = "mamba.attention.layer_norm_rms_epsilon"
    return {**pairs, "general.architecture": "mamba", "mamba.block_count": 1, epsilon: 1e-5}


def recurrent_tensors(n_vocab: int) -> list[Tensor]:
    """Give the tensors of one Mamba layer."""
    inner = 2 * _N_EMBD
    return [
        ("token_embd.weight", (_N_EMBD, n_vocab)),
        ("output_norm.weight", (_N_EMBD,)),
        ("blk.0.attn_norm.weight", (_N_EMBD,)),
        ("blk.0.ssm_in.weight", (_N_EMBD, 2 * inner)),
        ("blk.0.ssm_conv1d.weight", (4, inner)),
        ("blk.0.ssm_conv1d.bias", (inner,)),
        ("blk.0.ssm_x.weight", (inner, 2 + 2 * 8)),
        ("blk.0.ssm_dt.weight", (2, inner)),
        ("blk.0.ssm_dt.bias", (inner,)),
        ("blk.0.ssm_a", (8, inner)),
        ("blk.0.ssm_d", (inner,)),
        ("blk.0.ssm_out.weight", (inner, _N_EMBD)),
    ]


def write_tiny_model(path: Path, special: Sequence[tuple[str, int]] = (), seed: int = 1, **changes: Any) -> Path:
    """Write a model of some 100 kB that llama.cpp loads."""
    pairs = tiny_pairs(special, **changes)
    tensors = tiny_tensors(len(pairs["tokenizer.ggml.tokens"]))
    path.write_bytes(header(pairs, tensors) + _weights(tensors, seed))
    return path


def write_sliding_window_model(path: Path) -> Path:
    """Write a tiny Gemma 3 that llama.cpp loads."""
    pairs = sliding_window_pairs()
    tensors = sliding_window_tensors(len(pairs["tokenizer.ggml.tokens"]))
    path.write_bytes(header(pairs, tensors) + _weights(tensors, 1))
    return path


def write_recurrent_model(path: Path) -> Path:
    """Write a tiny Mamba that llama.cpp loads."""
    pairs = recurrent_pairs()
    tensors = recurrent_tensors(len(pairs["tokenizer.ggml.tokens"]))
    path.write_bytes(header(pairs, tensors) + _weights(tensors, 1))
    return path
