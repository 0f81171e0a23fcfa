"""Tiny models with a layer for multi-token prediction (MTP), whose guesses come true or do not, as the test wants.

Every token has a place on a circle, seen at 16 frequencies, so that to go on by one is the same rotation for all of them.
The layers add nothing, and the next token of the model is the next one on the circle. A true MTP layer mixes what it is
given as it is meant to be: the token, and the hidden state of the one before turned on by one. Two parts in three are the
hidden state: from that of another token it makes another guess. An untrue one has random weights, and what it guesses
depends on all the pairs before.
"""

from __future__ import annotations

import math
import random
import struct
from pathlib import Path

from tests.fakes.gguf_file import I32, Tensor, header, tiny_pairs, tiny_tensors, tiny_vocabulary

_N_EMBD, _N_FF, _N_HEAD, _N_INNER = 32, 64, 4, 32
_FIRST, _N_CIRCLE = 3, 256
"""The tokens of single bytes."""
_FREQUENCIES = (3, 7, 13, 22, 29, 37, 41, 54, 59, 68, 77, 83, 94, 101, 113, 122)
_OF_STATE = 2.0


def next_token(token: int) -> int:
    """Give what the model says behind `token`."""
    return _FIRST + (token - _FIRST + 1) % _N_CIRCLE


def _angle(frequency: int, place: int) -> float:
    return 2 * math.pi * frequency * place / _N_CIRCLE


def _point(token: int) -> list[float]:
    place = token - _FIRST
    return [turn(_angle(frequency, place)) for frequency in _FREQUENCIES for turn in (math.cos, math.sin)]


def _mix() -> list[float]:
    """Give the rows of `nextn.eh_proj`: of the token one part, of the hidden state two, turned on by one place."""
    rows = []
    for row in range(_N_EMBD):
        frequency, is_sine = _FREQUENCIES[row // 2], row % 2
        cosine, sine = (_OF_STATE * turn(_angle(frequency, 1)) for turn in (math.cos, math.sin))
        values = [0.0] * (2 * _N_EMBD)
        values[row] = 1.0
        even = _N_EMBD + row - is_sine
        values[even], values[even + 1] = (sine, cosine) if is_sine else (cosine, -sine)
        rows += values
    return rows


def _tensors(n_vocab: int) -> list[Tensor]:
    tensors = tiny_tensors(n_vocab)
    layer = [tensor for tensor in tensors if tensor[0].startswith("blk.")]
    head = (_N_EMBD // _N_HEAD,)
    layer += [("blk.0.attn_q_norm.weight", head), ("blk.0.attn_k_norm.weight", head)]
    layers = [(name.replace("blk.0", f"blk.{index}"), shape) for index in range(2) for name, shape in layer]
    names = {"enorm": (_N_EMBD,), "hnorm": (_N_EMBD,), "shared_head_norm": (_N_EMBD,), "eh_proj": (2 * _N_EMBD, _N_EMBD)}
    layers += [(f"blk.1.nextn.{name}.weight", shape) for name, shape in names.items()]
    outer = [tensor for tensor in tensors if not tensor[0].startswith("blk.")]
    return [*outer, ("output.weight", (_N_EMBD, n_vocab)), *layers]


def _values(name: str, shape: tuple[int, ...], is_true: bool, generator: random.Random) -> list[float]:
    n_values = math.prod(shape)
    if "norm" in name:
        return [1.0] * n_values
    if name in ("token_embd.weight", "output.weight"):
        # Tokens that are on no circle stand for the one of their number; nobody ever says them.
        shift, rows = (1, []) if name == "output.weight" else (0, [])
        for token in range(shape[1]):
            is_said = _FIRST <= token < _FIRST + _N_CIRCLE
            rows += _point(token - shift) if is_said or not shift else [0.0] * _N_EMBD
        return rows
    if is_true and name.endswith("eh_proj.weight"):
        return _mix()
    if ("output" in name or "down" in name) and (is_true or name.startswith("blk.0.")):
        return [0.0] * n_values
    return [generator.gauss(0, 0.3) for _ in range(n_values)]


def _hybrid_tensors(n_vocab: int) -> list[Tensor]:
    """Give the tensors of a recurrent layer, one with attention, and the MTP layer."""
    tensors = tiny_tensors(n_vocab)
    own = {name.removeprefix("blk.0."): shape for name, shape in tensors if name.startswith("blk.")}
    ffn = {name: shape for name, shape in own.items() if name.startswith("ffn_") and "norm" not in name}
    norms = {"attn_norm.weight": (_N_EMBD,), "post_attention_norm.weight": (_N_EMBD,)}
    head = (_N_EMBD // _N_HEAD,)
    attention = {name: own[name] for name in ("attn_k.weight", "attn_v.weight", "attn_output.weight")}
    attention |= {"attn_q.weight": (_N_EMBD, 2 * _N_EMBD), "attn_q_norm.weight": head, "attn_k_norm.weight": head}
    state = {
        "attn_qkv.weight": (_N_EMBD, 3 * _N_INNER),
        "attn_gate.weight": (_N_EMBD, _N_INNER),
        "ssm_conv1d.weight": (4, 3 * _N_INNER),
        "ssm_dt.bias": (2,),
        "ssm_a": (2,),
        "ssm_beta.weight": (_N_EMBD, 2),
        "ssm_alpha.weight": (_N_EMBD, 2),
        "ssm_norm.weight": (_N_INNER // 2,),
        "ssm_out.weight": (_N_INNER, _N_EMBD),
    }
    layers = [(0, norms | ffn | state), (1, norms | ffn | attention), (2, norms | ffn | attention)]
    outer = [tensor for tensor in tensors if not tensor[0].startswith("blk.")]
    outer += [(f"blk.{index}.{name}", shape) for index, layer in layers for name, shape in layer.items()]
    nextn = {"enorm": (_N_EMBD,), "hnorm": (_N_EMBD,), "shared_head_norm": (_N_EMBD,), "eh_proj": (2 * _N_EMBD, _N_EMBD)}
    return [
        *outer,
        ("output.weight", (_N_EMBD, n_vocab)),
        *((f"blk.2.nextn.{name}.weight", shape) for name, shape in nextn.items()),
    ]


def write_hybrid_mtp_model(path: Path, *, is_true: bool = True, remembers: bool = False, context_length: int = 1024) -> Path:
    """Write a tiny Qwen 3.5, half recurrent; `remembers`: what it says depends on all it has read."""
    sizes = {key.removeprefix("llama."): value for key, value in tiny_pairs().items() if key.startswith("llama.")}
    pairs = {key: value for key, value in tiny_pairs().items() if not key.startswith("llama.")}
    own: dict[str, object] = {
        "block_count": 3, "nextn_predict_layers": 1, "context_length": context_length, "full_attention_interval": 2,
        "rope.dimension_sections": [I32(2), I32(1), I32(1), I32(0)],
        "ssm.conv_kernel": 4, "ssm.inner_size": _N_INNER, "ssm.state_size": _N_INNER // 2, "ssm.time_step_rank": 2,
        "ssm.group_count": 2,
    }  # fmt: skip
    own["attention.key_length"] = own["attention.value_length"] = _N_EMBD // _N_HEAD
    pairs.update({f"qwen35.{key}": value for key, value in {**sizes, **own}.items()})
    pairs["general.architecture"] = "qwen35"
    tensors, generator, parts = _hybrid_tensors(len(pairs["tokenizer.ggml.tokens"])), random.Random(1), []
    for name, shape in tensors:
        values = _values(name, shape, is_true, generator)
        if name == "ssm_a" or name.endswith(".ssm_a"):
            values = [-0.1, -0.3]
        elif name == "blk.0.ssm_out.weight":
            values = [generator.gauss(0, 1.5) if remembers else 0.0 for _ in values]
        data = struct.pack(f"<{len(values)}f", *values)
        parts.append(data + bytes(-len(data) % 32))
    path.write_bytes(header(pairs, tensors) + b"".join(parts))
    return path


def write_mtp_model(path: Path, *, is_true: bool = True, context_length: int = 1024) -> Path:
    """Write a tiny HY V3 of one layer and one MTP layer; `is_true`: whether what that guesses is right."""
    texts, _ = tiny_vocabulary()
    sizes = {key.removeprefix("llama."): value for key, value in tiny_pairs().items() if key.startswith("llama.")}
    pairs = {key: value for key, value in tiny_pairs().items() if not key.startswith("llama.")}
    own = {"block_count": 2, "nextn_predict_layers": 1, "expert_feed_forward_length": _N_FF, "context_length": context_length}
    own["attention.key_length"] = own["attention.value_length"] = _N_EMBD // _N_HEAD
    pairs.update({f"hy_v3.{key}": value for key, value in {**sizes, **own}.items()})
    pairs["general.architecture"] = "hy_v3"
    tensors, generator, parts = _tensors(len(texts)), random.Random(1), []
    for name, shape in tensors:
        values = _values(name, shape, is_true, generator)
        data = struct.pack(f"<{len(values)}f", *values)
        parts.append(data + bytes(-len(data) % 32))
    path.write_bytes(header(pairs, tensors) + b"".join(parts))
    return path
