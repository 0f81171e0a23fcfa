"""macOS' program for disk images, asked again where something of the system's own has an image open for a moment.

What looks through every new image for malware does so just when it is to be made or given back: "Resource busy". Source:
https://github.com/actions/runner-images/issues/7522.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from dev import Problem

PAUSES_S = (1, 2, 4, 8, 15, 30)
BUSY = "Resource busy"


def hdiutil(
    arguments: Sequence[str | Path], run: Callable[[list[str]], object], pause: Callable[[float], object] = time.sleep
) -> None:
    """Run it, as often as it takes. Raises: Problem, also when it stays busy."""
    line = ["hdiutil", *map(str, arguments)]
    for pause_s in PAUSES_S:
        try:
            run(line)
            return
        except Problem as problem:
            if BUSY not in str(problem):
                raise
        pause(pause_s)
    run(line)


def detach(place: str | Path, run: Callable[[list[str]], object], pause: Callable[[float], object] = time.sleep) -> None:
    """Give an image back, at last by force: nothing was written to it. Raises: Problem."""
    try:
        hdiutil(["detach", place], run, pause)
    except Problem:
        hdiutil(["detach", place, "-force"], run, pause)
