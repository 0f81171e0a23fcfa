"""What of a model's header decides how much memory it takes: layers, their caches and their tensors. Values only.

Source: llama.cpp, `llama_model::load_hparams`, `llama_hparams` and the files of `src/models`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from desktop_app.engine.gguf import Header
from desktop_app.engine.mtp_layer import has_mtp_layer
from desktop_app.engine.parameters import N_ROLLED_BACK_MAX

_N_BLOCK = 32
"""Numbers of a block of the quantized KV types."""
_LAYER = re.compile(r"blk\.(\d+)\.")
_EXPERTS = re.compile(r"\.ffn_(up|down|gate|gate_up)_(ch|)exps")
"""Source: `LLM_FFN_EXPS_REGEX` in llama.cpp's common.h."""
_N_SWA = {"gemma2": 4096, "exaone4": 4096, "exaone-moe": 128, "cohere2": 4096}
"""Windows of architectures whose files need not say them."""
_SWA_PATTERN = {
    "afmoe": 4, "cohere2": 4, "cohere2moe": -4, "exaone-moe": 4, "exaone4": 4, "gemma2": 2, "gemma3": 6, "gemma3n": 5,
    "laguna": -4, "llama4": 4, "mellum": 4, "muse-glimmer": 4, "olmo2": 4, "gpt-oss": 2, "plamo3": 8, "smallthinker": -4,
}  # fmt: skip
"""One layer in so many sees everything: the last of them, the first where the number is negative."""
_NO_SWA = ("phi3",)
"""Architectures whose files name a window that llama.cpp does not use."""
_ALL_RECURRENT = ("mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7")
_BOTH = ("falcon-h1",)
"""Architectures with attention and a state in every layer."""
_N_KV_LAYERS = {"gemma3n": 20}
"""Layers with a cache of their own; the others use those of the last one that has."""


@dataclass(frozen=True, slots=True)
class LayerShape:
    """One layer. `n_key` and `n_value`: numbers kept of each token; `state_bytes`: kept of each sequence."""

    weights_bytes: int
    experts_bytes: int
    """The part of `weights_bytes` that only a few tokens at a time need."""
    n_key: int
    n_value: int
    is_sliding: bool
    state_bytes: int


@dataclass(frozen=True, slots=True)
class ModelShape:
    """A whole model."""

    layers: tuple[LayerShape, ...]
    n_embd: int
    n_ff: int
    """Numbers of a token between the two halves of a feed-forward part; of a mixture, of all experts that it uses."""
    n_head: int
    n_vocab: int
    n_ctx_train: int
    n_swa: int
    """Window in tokens of the layers that slide; 0 when none does."""
    input_bytes: int
    """Tensors that always lie in main memory: the embeddings of tokens."""
    output_bytes: int
    """Tensors of the output layer, those included that a tied model takes from the input."""
    can_quantize_cache: bool
    """Whether the rows of the KV cache are whole blocks of the quantized types."""
    is_tied: bool
    """Whether the output layer uses the tensors of the input: on one device they are there once."""
    experts_used: float = 1.0
    """The share of a mixture's experts that one token goes through."""
    has_mtp_layer: bool = False
    """Whether the last layer only guesses ahead: it has a context of its own to compute in."""

    @property
    def weights_bytes(self) -> int:
        """Bytes of all tensors."""
        tied_bytes = self.input_bytes if self.is_tied else 0
        return self.input_bytes + self.output_bytes - tied_bytes + sum(layer.weights_bytes for layer in self.layers)

    @property
    def has_experts(self) -> bool:
        """Whether it is a mixture of experts."""
        return any(layer.experts_bytes for layer in self.layers)


def shape_of(headers: Sequence[Header]) -> ModelShape:
    """Give the shape of a model from its headers: one, or one for each part of it, the first part first."""
    first = headers[0]
    architecture = str(first.values.get("general.architecture"))
    tensors = [(name, n_bytes) for header in headers for name, n_bytes in header.tensors.items()]
    n_embd, n_layers = first.number("embedding_length", 1), first.number("block_count", 1)
    input_bytes = _sum(tensors, lambda name: name.startswith(("token_embd.", "per_layer_token_embd.")))
    is_tied = not any(name == "output.weight" for name, _ in tensors)
    output_bytes = _sum(tensors, lambda name: name.startswith("output"))
    n_used = first.number("expert_used_count")
    mixture = n_used * first.number("expert_feed_forward_length") + first.number("expert_shared_feed_forward_length")
    return ModelShape(
        layers=_layers(first, architecture, tensors, n_layers, N_ROLLED_BACK_MAX if has_mtp_layer(headers) else 0),
        n_embd=n_embd,
        n_ff=max(first.number("feed_forward_length") if not mixture else 0, mixture),
        n_head=first.number("attention.head_count"),
        n_vocab=first.lengths.get("tokenizer.ggml.tokens", 0) or first.number("vocab_size"),
        n_ctx_train=first.number("context_length", 1),
        n_swa=_n_swa(first, architecture),
        input_bytes=input_bytes,
        output_bytes=output_bytes + (input_bytes if is_tied else 0),
        can_quantize_cache=_can_quantize_cache(first),
        is_tied=is_tied,
        experts_used=min(1.0, n_used / first.number("expert_count")) if n_used and first.number("expert_count") else 1.0,
        has_mtp_layer=has_mtp_layer(headers),
    )


def _can_quantize_cache(header: Header) -> bool:
    size = header.number("embedding_length") // max(1, header.number("attention.head_count"))
    for key in ("attention.key_length", "attention.value_length"):
        width = header.number(key, size)
        if width % _N_BLOCK or header.number(f"{key}_swa", width) % _N_BLOCK:
            return False
    return True


def _sum(tensors: Iterable[tuple[str, int]], is_wanted: Any) -> int:
    return sum(n_bytes for name, n_bytes in tensors if is_wanted(name))


def _n_swa(header: Header, architecture: str) -> int:
    if architecture in _NO_SWA:
        return 0
    return header.number("attention.sliding_window", _N_SWA.get(architecture, 0))


def _layers(
    header: Header, architecture: str, tensors: Sequence[tuple[str, int]], n_layers: int, n_rolled_back: int
) -> tuple[LayerShape, ...]:
    weights, experts = [0] * n_layers, [0] * n_layers
    for name, n_bytes in tensors:
        found = _LAYER.match(name)
        if found and int(found[1]) < n_layers:
            weights[int(found[1])] += n_bytes
            experts[int(found[1])] += n_bytes if _EXPERTS.search(name) else 0
    sliding = _sliding(header, architecture, n_layers)
    recurrent = _recurrent(header, architecture, n_layers)
    n_with_cache = _N_KV_LAYERS.get(architecture, n_layers - header.number("attention.shared_kv_layers"))
    state_bytes = _state_bytes(header) * (1 + n_rolled_back)
    return tuple(
        LayerShape(
            weights[index],
            experts[index],
            *(
                _cache(header, index, sliding[index])
                if index < n_with_cache and _is_attending(architecture, recurrent[index])
                else (0, 0)
            ),
            is_sliding=sliding[index],
            state_bytes=state_bytes if recurrent[index] else 0,
        )
        for index in range(n_layers)
    )


def _is_attending(architecture: str, is_recurrent: bool) -> bool:
    return architecture in _BOTH or not is_recurrent


def _of_layer(header: Header, key: str, index: int, default: int) -> int:
    """Give a number that may be one for all layers or one for each."""
    value = header.values.get(f"{header.values.get('general.architecture')}.{key}", default)
    if isinstance(value, list):
        value = value[index] if index < len(value) else default
    return int(value) if isinstance(value, int) else default


def _cache(header: Header, index: int, is_sliding: bool) -> tuple[int, int]:
    """Give how many numbers a token leaves in the K and the V cache of a layer."""
    n_head = header.number("attention.head_count")
    n_head_kv = _of_layer(header, "attention.head_count_kv", index, _of_layer(header, "attention.head_count", index, n_head))
    size = header.number("embedding_length") // max(1, n_head)
    n_key, n_value = header.number("attention.key_length", size), header.number("attention.value_length", size)
    if is_sliding:
        n_key = header.number("attention.key_length_swa", n_key)
        n_value = header.number("attention.value_length_swa", n_value)
    # Multi-head latent attention keeps one compressed row, from which the values are taken as well.
    is_latent = header.number("attention.key_length_mla") > 0
    return n_head_kv * n_key, 0 if is_latent else n_head_kv * n_value


def _sliding(header: Header, architecture: str, n_layers: int) -> list[bool]:
    if not _n_swa(header, architecture):
        return [False] * n_layers
    stated = header.values.get(f"{architecture}.attention.sliding_window_pattern", _SWA_PATTERN.get(architecture, 1))
    if isinstance(stated, list):
        return [bool(stated[index]) if index < len(stated) else False for index in range(n_layers)]
    period = max(1, abs(int(stated)))
    sees_all = 0 if _SWA_PATTERN.get(architecture, 1) < 0 else period - 1
    return [index % period != sees_all for index in range(n_layers)]


def _recurrent(header: Header, architecture: str, n_layers: int) -> list[bool]:
    if architecture in _ALL_RECURRENT + _BOTH:
        return [True] * n_layers
    if not _state_bytes(header):
        return [False] * n_layers
    interval = header.number("full_attention_interval")
    if interval:
        # Layers that only guess ahead come last, and all of them attend.
        n_stated = n_layers - header.number("nextn_predict_layers")
        return [index < n_stated and (index + 1) % interval != 0 for index in range(n_layers)]
    return [
        _of_layer(header, "attention.head_count_kv", index, 1) == 0
        and (architecture not in ("nemotron_h", "nemotron_h_moe") or _of_layer(header, "feed_forward_length", index, 0) == 0)
        for index in range(n_layers)
    ]


def _state_bytes(header: Header) -> int:
    """Give the bytes of one recurrent layer's state for one sequence. Source: `n_embd_r` and `n_embd_s`."""
    n_embd = header.number("embedding_length")
    if head_size := header.number("wkv.head_size"):
        return 4 * (header.number("token_shift_count", 2) * n_embd + n_embd * head_size)
    if n_kept := header.number("shortconv.l_cache"):
        return 4 * n_embd * (n_kept - 1)
    n_before = max(0, header.number("ssm.conv_kernel") - 1)
    if head_size := header.number("kda.head_dim"):
        n_head = header.number("attention.head_count")
        return 4 * (3 * (n_before or 3) * n_head * head_size + head_size * head_size * n_head)
    n_inner, n_state = header.number("ssm.inner_size"), header.number("ssm.state_size")
    return 4 * (n_before * (n_inner + 2 * header.number("ssm.group_count") * n_state) + n_state * n_inner)
