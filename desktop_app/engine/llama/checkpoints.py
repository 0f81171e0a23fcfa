"""What a model cannot roll back, remembered at some moments of a conversation, and the main memory that this may take.

A sliding window forgets what lies before it, and a recurrent state is rolled up: such a memory cannot be cut anywhere,
it can only be put back to how it was. Some 10 MB with Gemma 3 270M, 120 MB with 4B, 80 MB with a large hybrid model.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence as Points
from typing import Protocol

import psutil

from desktop_app.record import Record

log = logging.getLogger(__name__)

N_CHECKPOINTS_MAX = 4
"""Of one conversation; they are written to disk with it."""
_SHARE = 8
"""All checkpoints together take at most this part of the main memory that is free."""


class Checkpoint(Record):
    """A sliding window, or a recurrent state, as it was after `n_tokens`."""

    n_tokens: int
    data: bytearray


class Holder(Protocol):
    """A sequence: its `checkpoints` are in order of `n_tokens`."""

    checkpoints: list[Checkpoint]


def thinned(points: Points[Checkpoint]) -> list[Checkpoint]:
    """Give `points` without the one that is missed least: where its neighbours are near. The last one stays longest.

    So they lie spread over the conversation, and what is edited or asked anew far back has one before it too.
    """
    if len(points) < 2:
        return []
    starts = [0, *(point.n_tokens for point in points)]
    index = min(range(len(points) - 1), key=lambda number: starts[number + 2] - starts[number])
    return [*points[:index], *points[index + 1 :]]


class CheckpointRoom:
    """The memory for the checkpoints of all sequences of one context."""

    def __init__(self) -> None:
        self.holders: list[Holder] = []

    def make(self, n_bytes: int) -> bool:
        """Let those go that are too much beside `n_bytes` more, of whoever has most; False where there is no room at all."""
        n_held = sum(map(_n_bytes, self.holders))
        n_max = (psutil.virtual_memory().available + n_held) // _SHARE
        if n_bytes > n_max:
            log.info("there is no memory for a checkpoint of %d MB", n_bytes >> 20)
            return False
        while n_held + n_bytes > n_max:
            most = max(self.holders, key=_n_bytes)
            n_held -= _n_bytes(most)
            most.checkpoints = thinned(most.checkpoints)
            n_held += _n_bytes(most)
        return True


def _n_bytes(holder: Holder) -> int:
    return sum(len(point.data) for point in holder.checkpoints)
