"""How long work goes on that has told how far it is."""

from __future__ import annotations

MIN_ELAPSED_S = 2.0
"""Before, nobody asks how long it takes, and nobody could say."""
MIN_FRACTION = 0.02


def seconds_left(fraction: float, elapsed_s: float) -> int | None:
    """Give whole seconds until `fraction`, 0.0 to 1.0, is 1; None while that cannot be said, or is under a second."""
    if elapsed_s < MIN_ELAPSED_S or not MIN_FRACTION <= fraction < 1.0:
        return None
    return round(elapsed_s * (1.0 - fraction) / fraction) or None
