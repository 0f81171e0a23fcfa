"""How fast something comes, smoothed so that it can be read."""

from __future__ import annotations

import math

SMOOTHING_S = 5.0
_FIRST_S = 0.5
"""Before so much time has passed a speed says nothing."""


class Speed:
    """Bytes a second: an average in which what was `SMOOTHING_S` ago counts for a third of what is now."""

    def __init__(self) -> None:
        self._began: tuple[int, float] | None = None
        self._last = (0, 0.0)
        self._bytes_per_s = 0.0

    def after(self, n_bytes: int, now_s: float) -> float:
        """Give the speed when at `now_s` there are `n_bytes`; what was there at the first call has not just come."""
        if self._began is None or n_bytes < self._last[0]:
            self._began = self._last = (n_bytes, now_s)
            return self._bytes_per_s
        passed_s = now_s - self._last[1]
        if passed_s <= 0:
            return self._bytes_per_s
        current = (n_bytes - self._last[0]) / passed_s
        age_s = now_s - self._began[1]
        if age_s < SMOOTHING_S:
            # At the beginning: the mean since then.
            self._bytes_per_s = (n_bytes - self._began[0]) / age_s if age_s >= _FIRST_S else 0.0
        else:
            self._bytes_per_s += (current - self._bytes_per_s) * (1 - math.exp(-passed_s / SMOOTHING_S))
        self._last = (n_bytes, now_s)
        return self._bytes_per_s
