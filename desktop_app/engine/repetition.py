"""Whether an answer goes round in circles.

Small models come into a loop now and then: the starter model found no end in 11 of 40 conversations of two questions, with
the sampling of its author and with llama.cpp's, and 10 of these answers were one passage over and over. That
goes on until the context is full, for minutes, and nobody is served by it.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

N_SAME_MIN = 384
"""Tokens that are the same passage over and over before that is called a loop: longer than a table of equal cells, a
refrain or a row of zeros in code mostly is. Who wants more of it continues the answer."""
N_TIMES_MIN = 4
"""How many times it must stand there."""
N_PASSAGE_MAX = 256
"""Tokens of a passage. Of the loops seen none was longer than 75."""
_N_LOOKED_AT = N_TIMES_MIN * N_PASSAGE_MAX
_N_KEY = 16
"""With its last so many tokens the passage is looked for."""


def goes_round(tokens: Sequence[int]) -> bool:
    """Say whether the end of `tokens` is one passage over and over. About 30 µs."""
    if len(tokens) < N_SAME_MIN:
        return False
    end = array("i", tokens[-_N_LOOKED_AT:])
    data, size = end.tobytes(), end.itemsize
    key, at = data[-_N_KEY * size :], len(data) - _N_KEY * size
    # Backwards through all places where it ended in the same words: the passage may hold them more than once.
    while (at := data.rfind(key, 0, at + len(key) - 1)) >= 0:
        shift = len(data) - len(key) - at
        if shift > N_PASSAGE_MAX * size:
            return False
        n_same = max(N_SAME_MIN * size, N_TIMES_MIN * shift)
        if shift % size == 0 and len(data) >= n_same and data[shift - n_same :] == data[-n_same:-shift]:
            return True
    return False
