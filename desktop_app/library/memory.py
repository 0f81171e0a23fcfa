"""How much memory a model takes with given parameters, on each device. Values only.

    weights + KV cache and recurrent states + room to compute in

`tests/bench/memory.py` compares it with what llama.cpp reports. What is not counted: some 100 MB of the process, the
context of a graphics driver, and what a scheduler of several cards copies; that is what the margins are for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from desktop_app.engine.parameters import DEFAULT_N_CTX_MAX, N_OUTPUTS_MAX, LoadParameters
from desktop_app.library.model_shape import LayerShape, ModelShape

_BYTES = {
    "f32": 4.0,
    "f16": 2.0,
    "bf16": 2.0,
    "q8_0": 34 / 32,
    "q5_1": 24 / 32,
    "q5_0": 22 / 32,
    "q4_1": 20 / 32,
    "q4_0": 18 / 32,
}
"""Bytes of one number in the KV cache."""
_N_CELLS_STEP = 256
"""llama.cpp rounds the context and the cache of sliding layers up to this."""
MAIN_MEMORY = -1
"""Stands for the processor's memory where cards are numbered from 0."""


@dataclass(frozen=True, slots=True)
class Use:
    """What one device is to hold, in bytes."""

    weights_bytes: int = 0
    kv_bytes: int = 0
    compute_bytes: int = 0

    @property
    def total_bytes(self) -> int:
        """All together."""
        return self.weights_bytes + self.kv_bytes + self.compute_bytes

    def __add__(self, other: Use) -> Use:
        """Give what two models hold on one device."""
        sums = self.weights_bytes + other.weights_bytes, self.kv_bytes + other.kv_bytes, self.compute_bytes + other.compute_bytes
        return Use(*sums)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What main memory and each card are to hold."""

    main: Use
    cards: tuple[Use, ...] = ()

    @property
    def total_bytes(self) -> int:
        """On all devices."""
        return self.main.total_bytes + sum(use.total_bytes for use in self.cards)

    def __add__(self, other: Estimate) -> Estimate:
        """Give what two models hold on the same devices."""
        return Estimate(self.main + other.main, tuple(one + two for one, two in zip(self.cards, other.cards, strict=True)))


def n_ctx_of(shape: ModelShape, parameters: LoadParameters) -> int:
    """Give the context that a load with these parameters makes, in tokens."""
    wanted = parameters.n_ctx if parameters.n_ctx > 0 else min(shape.n_ctx_train, DEFAULT_N_CTX_MAX)
    return _round_up(wanted)


def estimate(shape: ModelShape, parameters: LoadParameters, cards: Sequence[int] = ()) -> Estimate:
    """Give what each device is to hold; `cards`: free bytes of each graphics card.

    A negative `n_gpu_layers` means all layers, as in llama.cpp.
    """
    places = _places(len(shape.layers), parameters, cards)
    devices = range(MAIN_MEMORY, len(cards))
    weights, caches = dict.fromkeys(devices, 0), dict.fromkeys(devices, 0)
    weights[MAIN_MEMORY] += shape.input_bytes
    weights[places[-1]] += shape.output_bytes
    if shape.is_tied and places[-1] == MAIN_MEMORY:
        weights[MAIN_MEMORY] -= shape.input_bytes
    for index, (layer, place) in enumerate(zip(shape.layers, places, strict=False)):
        is_split = index < parameters.n_cpu_moe
        weights[place] += layer.weights_bytes - (layer.experts_bytes if is_split else 0)
        weights[MAIN_MEMORY] += layer.experts_bytes if is_split else 0
        caches[place if parameters.offload_kqv else MAIN_MEMORY] += cache_bytes(shape, layer, parameters)
    uses = {
        device: Use(
            weights[device],
            caches[device],
            _compute_bytes(shape, parameters, has_output=places[-1] == device)
            if device in places or (device == MAIN_MEMORY and parameters.n_cpu_moe)
            else 0,
        )
        for device in devices
    }
    # The last logits of every slot are kept in main memory, wherever they were computed.
    logits = 4 * shape.n_vocab * max(1, parameters.n_slots)
    uses[MAIN_MEMORY] += Use(compute_bytes=logits)
    if shape.has_mtp_layer:
        # It computes in a context of its own, and what it is given lies in main memory: a row of each token, three times.
        uses[places[-1]] += Use(compute_bytes=_compute_bytes(shape, parameters, has_output=True))
        uses[MAIN_MEMORY] += Use(compute_bytes=logits + 3 * 4 * shape.n_embd * parameters.n_batch)
    main = uses.pop(MAIN_MEMORY)
    return Estimate(main, tuple(uses.values()))


def cache_bytes(shape: ModelShape, layer: LayerShape, parameters: LoadParameters) -> int:
    """Give what one layer remembers: keys and values of all tokens, or the states of all slots."""
    row = layer.n_key * _BYTES[parameters.type_k] + layer.n_value * _BYTES[parameters.type_v]
    return int(_n_cells(shape, layer.is_sliding, parameters) * row) + max(1, parameters.n_slots) * layer.state_bytes


def _round_up(n_tokens: int) -> int:
    return -(-n_tokens // _N_CELLS_STEP) * _N_CELLS_STEP


def _n_ubatch(shape: ModelShape, parameters: LoadParameters) -> int:
    # 512 is llama.cpp's default for the part of a batch that is computed at once.
    return min(max(1, parameters.n_batch), 512, n_ctx_of(shape, parameters))


def _n_cells(shape: ModelShape, is_sliding: bool, parameters: LoadParameters) -> int:
    n_ctx = n_ctx_of(shape, parameters)
    if not is_sliding:
        return n_ctx
    # Every slot has a window of its own in the shared cells.
    return _round_up(min(n_ctx, shape.n_swa * max(1, parameters.n_slots) + _n_ubatch(shape, parameters)))


def _compute_bytes(shape: ModelShape, parameters: LoadParameters, *, has_output: bool) -> int:
    """Give the room for the largest step of reading. Fitted to what llama.cpp reserves, see `tests/bench/memory.py`."""
    n_ubatch, n_ctx = _n_ubatch(shape, parameters), n_ctx_of(shape, parameters)
    n_outputs = min(parameters.n_batch, N_OUTPUTS_MAX)
    logits = 4 * (n_ubatch * shape.n_embd + n_outputs * (shape.n_embd + shape.n_vocab)) if has_output else 0
    if parameters.flash_attn == "off":
        attention = 4 * n_ubatch * (n_ctx * (shape.n_head + 1) + 6 * shape.n_embd)
        return max(attention, logits)
    masks = sum(_n_cells(shape, is_sliding, parameters) for is_sliding in {layer.is_sliding for layer in shape.layers})
    feed_forward = 4 * n_ubatch * (3 * shape.n_ff + 4 * shape.n_embd) + 2 * n_ubatch * masks
    return max(feed_forward, logits)


def _places(n_layers: int, parameters: LoadParameters, cards: Sequence[int]) -> list[int]:
    """Give the device of every layer, the output layer last. Source: `llama_model_base::load_tensors`."""
    n_wanted = parameters.n_gpu_layers if parameters.n_gpu_layers >= 0 else n_layers + 1
    n_on_cards = min(n_wanted, n_layers + 1) if cards else 0
    first = n_layers + 1 - n_on_cards
    if parameters.split_mode == "none":
        shares = [1.0 if index == parameters.main_gpu else 0.0 for index in range(len(cards))]
    else:
        shares = [float(share) for share in (parameters.tensor_split or cards)]
    total = sum(shares) or 1.0
    ends = [end / total for end in accumulate(shares)]
    return [
        min(bisect_right(ends, (index - first) / n_on_cards), len(cards) - 1) if index >= first else MAIN_MEMORY
        for index in range(n_layers + 1)
    ]
