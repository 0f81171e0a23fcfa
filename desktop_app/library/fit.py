"""Whether a model will run on this computer, where, and how fast: said before it is downloaded. Values only."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from desktop_app.engine.parameters import LoadParameters
from desktop_app.library.ladder import CARD_MARGIN_BYTES, Room, ladder
from desktop_app.library.memory import Estimate, estimate, n_ctx_of
from desktop_app.library.model_shape import ModelShape
from desktop_app.library.remote_shape import scaled
from desktop_app.record import Record

Grade = Literal["fast", "fine", "slow", "too_big"]
Place = Literal["card", "partly", "processor", "nowhere"]

N_CTX = 8192
"""Tokens that are counted with unless the person has chosen a context."""
FINE_TOKENS_PER_S = 8 * 4 / 3
"""8 words a second, with four tokens in three English words: as fast as one reads."""
ASSUMED_CARD = 150e9
ASSUMED_PROCESSOR = 30e9
"""Bytes of weights a second where nothing was measured: two channels of DDR4 give about 50, of which two thirds arrive. Only
for the grade: a number of tokens is not made of it."""
MAIN_MARGIN_BYTES = 2 << 30
MAIN_MARGIN_SHARE = 0.2
"""The larger of both stays free in main memory; on a computer with little, half of what is free does."""


class CardMemory(Record):
    """One graphics card."""

    name: str
    free_bytes: int
    total_bytes: int


class MachineMemory(Record):
    """What this computer has now, in bytes. `cards` in llama.cpp's order."""

    free_bytes: int
    total_bytes: int
    cards: tuple[CardMemory, ...] = ()

    @property
    def main_budget_bytes(self) -> int:
        """What a model may take of main memory."""
        margin = max(MAIN_MARGIN_BYTES, int(self.free_bytes * MAIN_MARGIN_SHARE))
        return max(self.free_bytes - margin, self.free_bytes // 2)

    @property
    def cards_budget_bytes(self) -> int:
        """What a model may take of all graphics cards together."""
        return sum(max(0, card.free_bytes - CARD_MARGIN_BYTES) for card in self.cards)


class Share(Record):
    """What one device would hold of a model, and what there is."""

    name: str
    """Of the graphics card; "": main memory."""
    needed_bytes: int
    free_bytes: int
    total_bytes: int
    kept_bytes: int
    """What has to stay free."""
    has_room: bool


class LoadNeed(Record):
    """What a load takes of each device."""

    parameters: LoadParameters
    """Those that it was counted for: with as many layers on cards as fit, where that was left to us."""
    main: Share
    cards: tuple[Share, ...]
    needed: Estimate

    @property
    def has_room(self) -> bool:
        """Whether there is room on every device."""
        return self.main.has_room and all(card.has_room for card in self.cards)


class MeasuredSpeed(Record):
    """How fast weights are read when tokens are made, in bytes a second; None: not measured on this machine."""

    card: float | None = None
    processor: float | None = None
    card_guess: float = ASSUMED_CARD
    """What a grade is made from while `card` is not measured; no number is told that was made from it."""
    processor_guess: float = ASSUMED_PROCESSOR


class Fit(Record):
    """The verdict on one model file."""

    grade: Grade
    """"fast": all on the graphics card; "fine": quick enough to read along; "slow"; "too_big"."""
    place: Place
    needed_bytes: int
    """On all devices together: weights, KV cache, room to compute in, projector."""
    free_bytes: int
    """On all devices that would be used."""
    n_layers: int
    """Those that a card could hold, the output layer counted as one."""
    n_layers_on_card: int
    tokens_per_s: float | None = None
    """None: this machine has not been measured yet."""
    device_name: str = ""
    """Of the graphics card; "" on the processor."""
    n_ctx: int = 0
    """The context that this was counted for."""
    projector_bytes: int = 0
    """The part of `needed_bytes` that is the projector's."""


def fit(
    shape: ModelShape,
    size_bytes: int,
    n_ctx: int,
    memory: MachineMemory,
    speed: MeasuredSpeed | None = None,
    projector_bytes: int = 0,
) -> Fit:
    """Give the verdict for files of `size_bytes` with the layers of `shape`, at a context of `n_ctx` tokens.

    `shape` may be that of the same model in another quantization: its weights are taken to scale with the size.
    `n_ctx` 0: the smaller of `N_CTX` and what the model was trained for. Takes about a millisecond.
    """
    shape = scaled(shape, size_bytes)
    asked = LoadParameters(n_ctx=n_ctx or min(N_CTX, shape.n_ctx_train))
    need = load_need(shape, asked, memory, projector_bytes)
    if need.has_room:
        return _verdict(shape, need.parameters, need.needed, memory, speed or MeasuredSpeed(), projector_bytes)
    least = estimate(shape, asked.replaced(n_gpu_layers=0))
    return Fit(
        grade="too_big",
        place="nowhere",
        needed_bytes=least.total_bytes + projector_bytes,
        free_bytes=memory.main_budget_bytes + memory.cards_budget_bytes,
        n_layers=len(shape.layers) + 1,
        n_layers_on_card=0,
        n_ctx=asked.n_ctx,
        projector_bytes=projector_bytes,
    )


def load_need(shape: ModelShape, parameters: LoadParameters, memory: MachineMemory, projector_bytes: int = 0) -> LoadNeed:
    """Give what a load with exactly these parameters takes; only a negative `n_gpu_layers` is made to fit.

    Measured: 0.5 ms, and 3 ms for 94 layers of experts on two cards that are too small.
    """
    room = _room(memory, projector_bytes)
    exact = parameters.replaced(n_ctx=n_ctx_of(shape, parameters))
    counted = _made_to_fit(shape, exact, room) if exact.n_gpu_layers < 0 else exact
    parameters = counted or exact.replaced(n_gpu_layers=0, n_cpu_moe=0)
    needed = estimate(shape, parameters, room.cards)
    cards = tuple(
        # A card that is not used needs no room for anything.
        _card_share(card, use.total_bytes and use.total_bytes + (0 if index else projector_bytes))
        for index, (card, use) in enumerate(zip(memory.cards, needed.cards, strict=True))
    )
    main = Share(
        name="",
        needed_bytes=needed.main.total_bytes + (0 if cards else projector_bytes),
        free_bytes=memory.free_bytes,
        total_bytes=memory.total_bytes,
        kept_bytes=memory.free_bytes - memory.main_budget_bytes,
        has_room=counted is not None and needed.main.total_bytes <= memory.main_budget_bytes,
    )
    return LoadNeed(parameters, main, cards, needed)


def _made_to_fit(shape: ModelShape, exact: LoadParameters, room: Room) -> LoadParameters | None:
    """Give the same with as many layers on cards as fit; None when it cannot be loaded at all."""
    # The context is as asked for, and the KV cache is not made smaller: that comes when it is loaded and does not fit.
    rungs = (one for one in ladder(shape, exact, room) if one.n_ctx >= exact.n_ctx and one.type_k == exact.type_k)
    return next(rungs, None)


def _card_share(card: CardMemory, needed_bytes: int) -> Share:
    has_room = needed_bytes <= max(0, card.free_bytes - CARD_MARGIN_BYTES)
    return Share(card.name, needed_bytes, card.free_bytes, card.total_bytes, CARD_MARGIN_BYTES, has_room)


def _room(memory: MachineMemory, projector_bytes: int) -> Room:
    """Give the memory without what a projector takes, which lies on the first card where there is one."""
    cards = [card.free_bytes for card in memory.cards]
    if cards:
        cards[0] -= projector_bytes
    main_free = memory.free_bytes - (0 if cards else projector_bytes)
    return Room(memory.total_bytes, main_free, tuple(cards))


def _verdict(
    shape: ModelShape,
    parameters: LoadParameters,
    needed: Estimate,
    memory: MachineMemory,
    speed: MeasuredSpeed,
    projector_bytes: int,
) -> Fit:
    n_layers = len(shape.layers) + 1
    n_on_card = parameters.n_gpu_layers
    is_all = n_on_card >= n_layers and not parameters.n_cpu_moe
    place: Place = "card" if is_all else "partly" if n_on_card else "processor"
    read = read_bytes(shape, parameters, tuple(card.free_bytes for card in memory.cards))
    expected = _tokens_per_s(*read, speed)
    guess = MeasuredSpeed(speed.card or speed.card_guess, speed.processor or speed.processor_guess)
    assumed = expected or _tokens_per_s(*read, guess)
    # Partly on a card is what a person with a card expects, so that half the speed is still fine.
    is_fine = (assumed or 0) >= FINE_TOKENS_PER_S * (0.5 if place == "partly" else 1)
    return Fit(
        grade="fast" if is_all else "fine" if is_fine else "slow",
        place=place,
        needed_bytes=needed.total_bytes + projector_bytes,
        free_bytes=(memory.cards_budget_bytes if n_on_card else 0) + (0 if is_all else memory.main_budget_bytes),
        n_layers=n_layers,
        n_layers_on_card=n_on_card,
        tokens_per_s=expected,
        device_name=memory.cards[0].name if n_on_card and memory.cards else "",
        n_ctx=parameters.n_ctx,
        projector_bytes=projector_bytes,
    )


def read_bytes(shape: ModelShape, parameters: LoadParameters, cards: tuple[int, ...] = ()) -> tuple[int, int]:
    """Give the bytes of weights that are read for every token: (on cards, in main memory)."""
    layers = tuple(
        replace(
            layer,
            weights_bytes=layer.weights_bytes - int(layer.experts_bytes * (1 - shape.experts_used)),
            experts_bytes=int(layer.experts_bytes * shape.experts_used),
        )
        for layer in shape.layers
    )
    # Of the embeddings one row is read; a tied model reads them all, as its output layer.
    needed = estimate(replace(shape, layers=layers, input_bytes=0), parameters, cards)
    return sum(use.weights_bytes for use in needed.cards), needed.main.weights_bytes


def _tokens_per_s(card_bytes: int, main_bytes: int, speed: MeasuredSpeed) -> float | None:
    parts = [(n_bytes, rate) for n_bytes, rate in ((card_bytes, speed.card), (main_bytes, speed.processor)) if n_bytes]
    if not parts or any(not rate for _, rate in parts):
        return None
    return 1 / sum(n_bytes / rate for n_bytes, rate in parts if rate)
