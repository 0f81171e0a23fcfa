"""Whether guessed tokens are worth checking on this machine, learned while answers are written.

A step that checks k guesses takes longer than one without, and gives one token more for every guess that is right up to
the first that is wrong. Measured with the starter model on 2 cores: 4 tokens take 3.0 times as long as one, 8 take 4.8,
16 take 8.4, so there only guesses that are right nine times in ten pay; a graphics card takes 8 in the time of one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

SIZES = (0, 3, 7, 15, 31)
"""How many tokens are guessed: few sizes, so that the time of each is known soon and llama.cpp's graphs are used again."""
_MIN_GAIN = 1.05
_N_TIMES = 9
_PRIOR_COST = 0.45
"""Of a one-token step, for each token beside the first, until it was measured: between a processor and a card."""
_PRIOR_WEIGHT = 8.0
"""Guessed tokens that what is assumed at first counts as much as."""
_FORGETTING = 0.998
"""For each step: what did not pay is tried again some hundreds of tokens later."""
_MAX_AGE = 1000
"""Steps. A time that is older does not count: it may have been a moment when the machine was busy."""


class StepTimes:
    """How long steps took lately, by the tokens checked in them.

    Of the last few the lower quartile counts: other programs make some longer, and never one shorter, and the times that
    are compared come from different moments.
    """

    def __init__(self) -> None:
        self._seconds: dict[int, deque[float]] = {}
        self._added_at: dict[int, int] = {}

    def add(self, n_guessed: int, seconds: float, step: int) -> None:
        """Keep the time of one step, and drop what is too old."""
        self._seconds.setdefault(n_guessed, deque(maxlen=_N_TIMES)).append(seconds)
        self._added_at[n_guessed] = step
        for size in [size for size, at in self._added_at.items() if size and step - at > _MAX_AGE]:
            del self._seconds[size], self._added_at[size]

    @property
    def is_known(self) -> bool:
        """Whether steps without guesses were measured: all else is told by comparison with them."""
        return len(self._seconds.get(0, ())) >= 3

    def single(self) -> float:
        """Give the seconds of a step without guesses."""
        return self._usual(0)

    def _usual(self, n_guessed: int) -> float:
        seconds = sorted(self._seconds[n_guessed])
        return seconds[len(seconds) // 4]

    def of(self, n_guessed: int) -> float:
        """Give the seconds of a step that checks so many, 0 included; of a size that was not tried, what is likely."""
        if n_guessed in self._seconds:
            return self._usual(n_guessed)
        single = self.single()
        assumed = single * (1 + _PRIOR_COST * n_guessed)
        smaller = max(size for size in self._seconds if size < n_guessed)
        larger = min((size for size in self._seconds if size > n_guessed), default=0)
        if larger:
            share = (n_guessed - smaller) / (larger - smaller)
            return self._usual(smaller) + share * (self._usual(larger) - self._usual(smaller))
        # The first tokens beside one cost the most: from a small size alone a larger one would look too slow to try.
        return min(assumed, single + (self._usual(smaller) - single) * n_guessed / smaller) if smaller else assumed


class Acceptance:
    """How often a guess of one kind is right, given that those before it were."""

    def __init__(self, assumed: float) -> None:
        self._assumed = assumed
        self._n_right = self._n_wrong = 0.0
        self._step = 0

    def add(self, n_guessed: int, n_right: int, step: int) -> None:
        """Count what became of one series of guesses."""
        self._forget(step)
        self._n_right += n_right
        self._n_wrong += n_right < n_guessed

    def rate(self, step: int) -> float:
        """Give the share, between 0 and 1; near to what was assumed while little is known."""
        self._forget(step)
        right = self._assumed * _PRIOR_WEIGHT + self._n_right
        return right / (_PRIOR_WEIGHT + self._n_right + self._n_wrong)

    def _forget(self, step: int) -> None:
        kept = _FORGETTING ** (step - self._step)
        self._n_right, self._n_wrong, self._step = self._n_right * kept, self._n_wrong * kept, step


class Payoff:
    """What was learned about one model on this machine; shared by all of its answers."""

    def __init__(self, assumed: Sequence[float]) -> None:
        """`assumed`: for each kind of guess, how often it is right."""
        self._times = StepTimes()
        self._acceptance = [Acceptance(rate) for rate in assumed]
        self._step = 0

    def best_size(self, kind: int, n_max: int, seconds_each: float = 0.0) -> int:
        """Give how many tokens to guess, at most `n_max`; 0: it does not pay. `seconds_each`: what a guess itself takes."""
        if not self._times.is_known:
            return 0
        rate, single = self._acceptance[kind].rate(self._step), self._times.single()
        best, best_gain = 0, _MIN_GAIN
        for size in SIZES[1:]:
            if size > n_max:
                break
            n_expected = (1 - rate ** (size + 1)) / (1 - rate) if rate < 1 else size + 1
            gain = n_expected * single / (self._times.of(size) + size * seconds_each)
            if gain > best_gain:
                best, best_gain = size, gain
        return best

    def judged(self, kind: int, n_guessed: int, n_right: int, seconds: float) -> None:
        """Learn from one step; `n_guessed` 0: one without guesses, of no kind."""
        self._step += 1
        if n_guessed in SIZES:
            self._times.add(n_guessed, seconds, self._step)
        if n_guessed:
            self._acceptance[kind].add(n_guessed, n_right, self._step)
