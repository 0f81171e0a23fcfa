"""Which file to recommend, of one repository and of the whole list: quality first, as far as this computer is quick with it.

Values only; how each file fits is asked of the caller. Source of the order: llama.cpp's table of perplexities, where the
cliff lies below Q3_K_M. Models with fewer than 4 billion parameters lose more from quantization.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop_app.hub.offer import Offer
from desktop_app.library.fit import Fit

FitOf = Callable[[Offer], Fit]

N_SMALL = 4_000_000_000
"""Below it a model should be quantized less."""
N_POOR = 3_000_000_000
"""Below it a model is worth less than a larger one that is not all on the card."""
_LESS = ("IQ4_XS", "Q3_K_L", "Q3_K_M")
"""Instead of what is not all on the card, never less: then a smaller model is better."""
_MORE_FOR_SMALL = ("Q8_0", "Q6_K")
_MORE = ("Q6_K", "Q5_K_M")


def recommended(offers: Sequence[Offer], fit_of: FitOf, n_parameters: int = 0) -> Offer | None:
    """Give the one of a repository's offers to take on this computer; None when it is too small for all of them."""
    start = next((one for one in offers if one.is_recommended), None)
    if start is None:
        return None
    same = {one.quantization: one for one in reversed(offers) if one.title == start.title}
    verdict = fit_of(start)
    if verdict.grade == "fast":
        is_small = 0 < n_parameters < N_SMALL
        share = 0.5 if is_small else 1.0
        for quantization in _MORE_FOR_SMALL if is_small else _MORE:
            more = same.get(quantization)
            if more is not None and more.weights_bytes > start.weights_bytes and _is_easy(fit_of(more), share):
                return more
        return start
    on_card = [same[one] for one in _LESS if one in same and same[one].weights_bytes < start.weights_bytes]
    for less in on_card:
        # IQ4_XS pays on a card only, and the others are worth their loss only when they change where it runs.
        if fit_of(less).grade == "fast":
            return less
    if verdict.grade != "too_big":
        return start
    # On the processor the quants with tables are slow.
    fitting = [one for one in on_card if not one.quantization.startswith("IQ") and fit_of(one).grade != "too_big"]
    return next(iter(fitting), None)


def best_of(choices: Sequence[tuple[Offer, Fit, int]]) -> int | None:
    """Give the index of the model to recommend; None when there is none.

    `choices`: of each model, the best first, what `recommended` gave, how it fits, and how many parameters it has.
    """
    fast = next((index for index, (_, verdict, _) in enumerate(choices) if verdict.grade == "fast"), None)
    fine = next((index for index, (_, verdict, _) in enumerate(choices) if verdict.grade == "fine"), None)
    if fast is not None and (fine is None or choices[fast][2] >= N_POOR or fast < fine):
        return fast
    if fine is not None:
        return fine
    fitting = [index for index, (_, verdict, _) in enumerate(choices) if verdict.grade == "slow"]
    # All of them are slow here: the smallest is the least so.
    return min(fitting, key=lambda index: choices[index][0].weights_bytes, default=None)


def _is_easy(verdict: Fit, share: float) -> bool:
    return verdict.grade == "fast" and verdict.needed_bytes <= verdict.free_bytes * share
