"""Moments of a start, for the benchmark: with HEARTH_TRACE=FILE each is one JSON line in that file.

Monotonic milliseconds; on Linux and macOS that clock is the same for all processes.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path


def trace(moment: str) -> None:
    """Write that `moment` (for instance first_paint) is now. Does nothing without HEARTH_TRACE."""
    target = os.environ.get("HEARTH_TRACE")
    if target:
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(json.dumps({moment: time.monotonic_ns() / 1e6}) + "\n")
