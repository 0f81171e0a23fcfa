"""The ways to load a model on this computer, the best first: what is tried when the one before was refused.

First as many layers as fit the graphics cards, then fewer layers, a smaller context, a quantized KV cache, and at last
the processor. What the person has chosen is not changed, but for the card when it does not do; only what was left to us
is. Values only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from desktop_app.engine.parameters import LoadParameters
from desktop_app.library.memory import estimate, n_ctx_of
from desktop_app.library.model_shape import ModelShape

CARD_MARGIN_BYTES = 1 << 30
"""What stays free on each card, for the driver, the screen and what grows. Source: llama.cpp's `--fit`."""
MAIN_MARGIN_BYTES = 256 << 20
"""What stays free in main memory for everything else."""
N_CTX_MIN = 2048
"""No smaller context is tried by itself: a conversation would be full after a few answers."""
QUANTIZED = "q8_0"


@dataclass(frozen=True, slots=True)
class Room:
    """What this computer has, in bytes. `cards`: free memory of each graphics card, in llama.cpp's order.

    `draft`: a small model that is loaded with every one, in the same way, to guess for it.
    """

    main_total: int
    main_free: int
    cards: tuple[int, ...] = ()
    draft: ModelShape | None = None


def ladder(shape: ModelShape, wanted: LoadParameters, room: Room) -> tuple[LoadParameters, ...]:
    """Give the ways to load, the best first; () when none can fit.

    Left to us are a negative `n_gpu_layers` and an `n_ctx` of 0, and the KV types where both are f16.
    """
    exact = wanted.replaced(n_ctx=n_ctx_of(shape, wanted))
    smaller = list(_smaller(exact, may_shrink=wanted.n_ctx <= 0, may_quantize=shape.can_quantize_cache))
    rungs: list[LoadParameters] = []
    if room.cards and wanted.n_gpu_layers != 0:
        rungs += _on_cards(shape, exact, smaller, room)
    # Also where the person has chosen layers: an answer without the card is better than none.
    on_processor = (one.replaced(n_gpu_layers=0, n_cpu_moe=0) for one in (exact, *smaller))
    rungs += [one for one in on_processor if fits(shape, one, room)]
    return tuple(dict.fromkeys(rungs))


def fits(shape: ModelShape, parameters: LoadParameters, room: Room) -> bool:
    """Tell whether there is room on every device."""
    needed = estimate(shape, parameters, room.cards)
    if room.draft is not None:
        needed = needed + estimate(room.draft, parameters, room.cards)
    if any(use.total_bytes > max(0, free - CARD_MARGIN_BYTES) for use, free in zip(needed.cards, room.cards, strict=True)):
        return False
    main = needed.main
    # Mapped weights are pages of the file: they need to be in memory for speed, but the system can let them go.
    fixed_bytes = main.total_bytes - (main.weights_bytes if parameters.use_mmap else 0)
    return fixed_bytes <= room.main_free - MAIN_MARGIN_BYTES and main.total_bytes <= room.main_total - MAIN_MARGIN_BYTES


def largest_n_ctx(shape: ModelShape, wanted: LoadParameters, room: Room) -> int:
    """Give the largest context, a power of two from `N_CTX_MIN` up, that fits in main memory; 0 when none does."""
    n_ctx = 1 << (max(1, min(n_ctx_of(shape, wanted), 1 << 30)).bit_length() - 1)
    while n_ctx >= N_CTX_MIN:
        if fits(shape, wanted.replaced(n_ctx=n_ctx, n_gpu_layers=0), room):
            return n_ctx
        n_ctx //= 2
    return 0


def after_crash(rungs: Sequence[LoadParameters], index: int) -> tuple[LoadParameters, ...]:
    """Give what is left to try when the engine died on `rungs[index]`: a driver that kills is not tried again."""
    left = rungs[index + 1 :]
    return tuple(one for one in left if one.n_gpu_layers == 0) if rungs[index].n_gpu_layers else tuple(left)


def _smaller(exact: LoadParameters, *, may_shrink: bool, may_quantize: bool) -> Iterator[LoadParameters]:
    contexts = [exact.n_ctx]
    while may_shrink and contexts[-1] // 2 >= N_CTX_MIN:
        contexts.append(contexts[-1] // 2)
    yield from (exact.replaced(n_ctx=n_ctx) for n_ctx in contexts[1:])
    # Quantized values need flash attention, and a model that refuses it would refuse this too.
    if may_quantize and exact.type_k == exact.type_v == "f16" and exact.flash_attn != "off":
        yield exact.replaced(n_ctx=contexts[-1], type_k=QUANTIZED, type_v=QUANTIZED)


def _on_cards(shape: ModelShape, exact: LoadParameters, smaller: Sequence[LoadParameters], room: Room) -> list[LoadParameters]:
    if exact.n_gpu_layers > 0:
        return [exact, *smaller]
    best = _best_on_cards(shape, exact, room)
    if best is None:
        less = (_best_on_cards(shape, one, room) for one in smaller)
        return [one for one in less if one is not None][:2]
    fewer = [n for n in (best.n_gpu_layers * 3 // 4, best.n_gpu_layers // 2) if n > 0]
    rungs = [best, *(best.replaced(n_gpu_layers=n) for n in fewer)]
    last = rungs[-1]
    return rungs + [one.replaced(n_gpu_layers=last.n_gpu_layers, n_cpu_moe=last.n_cpu_moe) for one in _ends(smaller)]


def _ends(smaller: Sequence[LoadParameters]) -> list[LoadParameters]:
    """Give the first and the last: every rung costs a load."""
    return [smaller[0], smaller[-1]] if len(smaller) > 1 else list(smaller)


def _best_on_cards(shape: ModelShape, exact: LoadParameters, room: Room) -> LoadParameters | None:
    """Give the most layers that fit; a mixture keeps its experts in main memory before it leaves whole layers there."""
    n_all = len(shape.layers) + 1
    everything = exact.replaced(n_gpu_layers=n_all)
    if fits(shape, everything, room):
        return everything
    if shape.has_experts and not exact.n_cpu_moe:
        n_cpu_moe = _first(lambda n: fits(shape, everything.replaced(n_cpu_moe=n), room), range(1, n_all))
        if n_cpu_moe is not None:
            return everything.replaced(n_cpu_moe=n_cpu_moe)
    n_layers = _first(lambda n: fits(shape, exact.replaced(n_gpu_layers=n), room), range(n_all - 1, 0, -1))
    return None if n_layers is None else exact.replaced(n_gpu_layers=n_layers)


def _first(is_good: Callable[[int], bool], numbers: range) -> int | None:
    """Give the first good number, where all that follow are good as well."""
    index = bisect_left(numbers, True, key=is_good)
    return numbers[index] if index < len(numbers) else None
