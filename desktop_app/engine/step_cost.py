"""What a step takes that reads prompts, and how many tokens one may have to be over soon.

A step on a card has an overhead that does not depend on its size: of a model that lies in main memory in part, llama.cpp
copies the weights to the card for every batch of 32 tokens or more. Sized by the last tokens/s alone, each shorter step
would measure fewer of them again: with 1.05 s a step and 0.5 ms a token 8,000 tokens take 249 s, and 21 s in whole batches.
"""

from __future__ import annotations

MIN_CHUNK = 32
"""A step that reads has at least so many tokens."""
_ALIKE = 0.75
"""Two steps whose sizes differ by less do not tell what a token takes, and what the step itself."""
_ASK_AGAIN = 8
"""After so many steps of one size another one is tried."""


class StepCost:
    """What the steps of one model took. `has_overhead`: whether it is on a card, see above."""

    def __init__(self, *, has_overhead: bool) -> None:
        self._has_overhead = has_overhead
        self._overhead_s = 0.0
        self._n_since = _ASK_AGAIN
        """Steps since two of them told the overhead."""
        self._steps: tuple[tuple[int, float], ...] = ()
        """The last two: tokens and seconds."""

    def take(self, n_tokens: int, seconds: float) -> None:
        """Take in what a step took."""
        if n_tokens < MIN_CHUNK or seconds <= 0:
            return
        self._n_since += 1
        if self._steps and not _are_alike(n_tokens, self._steps[-1][0]):
            n_before, before_s = self._steps[-1]
            token_s = max(0.0, (seconds - before_s) / (n_tokens - n_before))
            self._overhead_s = max(0.0, seconds - token_s * n_tokens)
            if len(self._steps) > 1:  # the first one of all is slower
                self._n_since = 0
        self._steps = (*self._steps[-1:], (n_tokens, seconds))

    def n_within(self, seconds: float, n_max: int) -> int:
        """Give how many tokens the next step may have to take about `seconds`, or twice the overhead if that is more.

        A shorter one would be over hardly sooner, and would have read much less.
        """
        if not self._steps:
            return min(n_max, 4 * MIN_CHUNK)
        n_last, last_s = self._steps[-1]
        overhead_s = min(self._overhead_s, last_s) if self._has_overhead else 0.0
        n_tokens = int((max(seconds, 2 * overhead_s) - overhead_s) * n_last / max(last_s - overhead_s, 1e-6))
        if 2 * overhead_s > seconds:
            # By and by: what another program has delayed would look like this too.
            n_tokens = min(n_tokens, 2 * max(n_tokens for n_tokens, _ in self._steps))
        n_tokens = max(MIN_CHUNK, min(n_max, n_tokens))
        is_asking = self._has_overhead and n_tokens < n_max and self._n_since >= _ASK_AGAIN
        return min(n_max, _another(n_last)) if is_asking and _are_alike(n_tokens, n_last) else n_tokens


def _another(n_tokens: int) -> int:
    """Give a size that is clearly another one; a smaller one if there is."""
    half = max(MIN_CHUNK, n_tokens // 2)
    return 4 * n_tokens // 3 + 1 if _are_alike(half, n_tokens) else half


def _are_alike(one: float, other: float) -> bool:
    return min(one, other) > _ALIKE * max(one, other)
