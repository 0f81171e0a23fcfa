"""The ways to load a model, for computers of every size."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.engine.parameters import LoadParameters
from desktop_app.library.ladder import CARD_MARGIN_BYTES, MAIN_MARGIN_BYTES, Room, after_crash, fits, ladder, largest_n_ctx
from desktop_app.library.memory import estimate
from desktop_app.library.model_shape import LayerShape, ModelShape

GIB = 1 << 30
LAYER = LayerShape(weights_bytes=120 << 20, experts_bytes=0, n_key=1024, n_value=1024, is_sliding=False, state_bytes=0)
MODEL = ModelShape(
    layers=(LAYER,) * 32,
    n_embd=4096,
    n_ff=14336,
    n_head=32,
    n_vocab=32000,
    n_ctx_train=32768,
    n_swa=0,
    input_bytes=70 << 20,
    output_bytes=100 << 20,
    can_quantize_cache=True,
    is_tied=False,
)
"""Like a model of seven billion parameters in four bits: 3.9 GiB, and 1 GiB of cache for 8,192 tokens."""
MIXTURE_LAYER = LayerShape(600 << 20, 560 << 20, 1024, 1024, False, 0)
AUTOMATIC = LoadParameters()


def room(card_gib: float = 0, main_gib: float = 16) -> Room:
    cards = (int(card_gib * GIB),) if card_gib else ()
    return Room(int(main_gib * GIB), int(main_gib * GIB), cards)


def test_a_card_that_is_large_enough_takes_all_layers() -> None:
    first = ladder(MODEL, AUTOMATIC, room(12))[0]
    assert (first.n_gpu_layers, first.n_ctx, first.type_k) == (33, 8192, "f16")


def test_a_small_card_takes_as_many_layers_as_fit_and_not_one_more() -> None:
    computer = room(4)
    first = ladder(MODEL, AUTOMATIC, computer)[0]
    assert 10 < first.n_gpu_layers < 30
    used = estimate(MODEL, first, computer.cards).cards[0].total_bytes
    assert used <= computer.cards[0] - CARD_MARGIN_BYTES
    assert not fits(MODEL, first.replaced(n_gpu_layers=first.n_gpu_layers + 1), computer)


def test_a_model_that_guesses_takes_its_place_beside_the_other() -> None:
    small = replace(MODEL, layers=(LAYER,) * 6, output_bytes=20 << 20)
    alone, together = room(6), replace(room(6), draft=small)
    first, less = ladder(MODEL, AUTOMATIC, alone)[0], ladder(MODEL, AUTOMATIC, together)[0]
    assert first.n_gpu_layers == 33 and 20 < less.n_gpu_layers < 33
    both = estimate(MODEL, less, alone.cards) + estimate(small, less, alone.cards)
    assert both.cards[0].total_bytes <= alone.cards[0] - CARD_MARGIN_BYTES
    assert not fits(MODEL, less.replaced(n_gpu_layers=less.n_gpu_layers + 1), together)


def test_a_model_that_guesses_has_as_many_slots_as_the_other() -> None:
    small = replace(MODEL, layers=(replace(LAYER, state_bytes=GIB // 4),) * 4)
    parameters = LoadParameters(n_ctx=4096, n_gpu_layers=0, use_mmap=False)
    needed = estimate(MODEL, parameters) + estimate(small, parameters)
    enough = needed.total_bytes + MAIN_MARGIN_BYTES
    assert fits(MODEL, parameters, Room(enough, enough, draft=small))
    assert not fits(MODEL, parameters, Room(enough - GIB, enough - GIB, draft=small))


def test_two_cards_take_together_what_one_cannot() -> None:
    first = ladder(MODEL, AUTOMATIC, Room(16 * GIB, 16 * GIB, (4 * GIB, 5 * GIB)))[0]
    assert first.n_gpu_layers == 33


def test_the_steps_go_down_in_the_order_layers_context_cache_processor() -> None:
    rungs = ladder(MODEL, AUTOMATIC, room(12))
    on_card = [(one.n_gpu_layers, one.n_ctx, one.type_k) for one in rungs if one.n_gpu_layers]
    assert on_card == [(33, 8192, "f16"), (24, 8192, "f16"), (16, 8192, "f16"), (16, 4096, "f16"), (16, 2048, "q8_0")]
    on_processor = [(one.n_ctx, one.type_v) for one in rungs if not one.n_gpu_layers]
    assert on_processor == [(8192, "f16"), (4096, "f16"), (2048, "f16"), (2048, "q8_0")]
    assert [bool(one.n_gpu_layers) for one in rungs] == [True] * 5 + [False] * 4


def test_a_mixture_leaves_its_experts_in_main_memory_before_whole_layers() -> None:
    mixture = ModelShape((MIXTURE_LAYER,) * 32, 2048, 6144, 32, 150000, 32768, 0, 200 << 20, 200 << 20, True, False)
    first = ladder(mixture, AUTOMATIC, room(8, main_gib=32))[0]
    assert (first.n_gpu_layers, 0 < first.n_cpu_moe < 32) == (33, True)


def test_layers_that_were_chosen_have_the_processor_below_them() -> None:
    rungs = ladder(MODEL, LoadParameters(n_gpu_layers=20, n_ctx=4096), room(8))
    assert [one.n_gpu_layers for one in rungs][:2] == [20, 20] and rungs[-1].n_gpu_layers == 0
    # What certainly does not fit is not tried there either.
    assert {one.n_gpu_layers for one in ladder(MODEL, LoadParameters(n_gpu_layers=20), room(8, main_gib=2))} == {20}


def test_what_the_person_chose_is_never_changed() -> None:
    chosen = LoadParameters(n_ctx=4096, n_gpu_layers=20, type_k="q5_0", type_v="q5_0", n_threads=3)
    assert ladder(MODEL, chosen, room(8)) == (chosen, chosen.replaced(n_gpu_layers=0))
    assert all(one.n_ctx == 4096 for one in ladder(MODEL, LoadParameters(n_ctx=4096), room(8)))
    assert {one.n_gpu_layers for one in ladder(MODEL, LoadParameters(n_gpu_layers=0), room(8))} == {0}


def test_what_certainly_does_not_fit_is_not_tried() -> None:
    # 1.2 GiB free for the cache: 8,192 tokens are too many, and 4,096 are not.
    tight = Room(16 * GIB, int(1.3 * GIB))
    assert [one.n_ctx for one in ladder(MODEL, AUTOMATIC, tight)] == [4096, 2048, 2048]
    assert ladder(MODEL, AUTOMATIC, Room(3 * GIB, 3 * GIB)) == ()
    assert ladder(MODEL, LoadParameters(n_ctx=1 << 30), room()) == ()


def test_weights_that_are_mapped_need_not_be_free_but_a_copy_must() -> None:
    tight = Room(8 * GIB, 3 * GIB)
    assert ladder(MODEL, AUTOMATIC, tight)
    assert ladder(MODEL, LoadParameters(use_mmap=False), tight) == ()


def test_the_largest_context_that_fits_is_offered() -> None:
    assert largest_n_ctx(MODEL, LoadParameters(n_ctx=1 << 20), Room(16 * GIB, 4 * GIB)) == 16384
    assert largest_n_ctx(MODEL, LoadParameters(n_ctx=1 << 20), Room(3 * GIB, 3 * GIB)) == 0


def test_after_a_crash_on_a_card_only_the_processor_is_left() -> None:
    rungs = ladder(MODEL, AUTOMATIC, room(12))
    assert {one.n_gpu_layers for one in after_crash(rungs, 0)} == {0}
    on_processor = rungs[5:]
    assert after_crash(on_processor, 1) == on_processor[2:]
    assert after_crash(rungs, len(rungs) - 1) == ()
