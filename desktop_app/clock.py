"""What time it is, in the unit in which everything that is kept says it."""

from __future__ import annotations

import time


def now_ms() -> int:
    """Give milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000
