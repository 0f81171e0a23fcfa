"""How the last runs ended: a small file that a good end takes away again.

What is still there at a start tells of an end without a good-bye. Two of them soon after their starts are no accident
(a conversation or a model that ends the process): then nothing is opened and nothing is loaded by itself.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SETTLED_S = 60
"""A run that lives so long has survived its start: when the power goes later, that is no reason for care."""
LOOP_S = 180
"""Two ends are soon after one another when both starts lie within this: twice `SETTLED_S` and the time to start again."""
N_ENDS = 2

log = logging.getLogger(__name__)


class Starts:
    """This run's entry in the file at `path`, and what the file said before."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        """Read the file and write this start into it; takes 0.2 ms. A folder that takes nothing costs only the entry."""
        self._path = path
        now_s = clock()
        before = _read(path)
        self.was_cut_off = before is not None and bool(before.get("is_running"))
        """The run before this one ended without a good-bye."""
        self.is_repair_wanted = before is not None and before.get("is_damaged") is True
        """Damage was met: the file is to be looked through before it is opened."""
        found = before.get("starts") if before is not None else None
        times = [one for one in found if isinstance(one, int | float)] if isinstance(found, list) else []
        times = [one for one in times if 0 <= now_s - one <= LOOP_S][-N_ENDS:] if self.was_cut_off else []
        self.is_loop = len(times) >= N_ENDS
        """The last two runs ended soon after their starts, without a good-bye."""
        self._facts: dict[str, Any] = {"is_running": True, "starts": [*times, now_s], "is_damaged": self.is_repair_wanted}
        self._write()

    def settle(self) -> None:
        """This run has survived its start."""
        self._facts["starts"] = []
        self._write()

    def set_damaged(self, is_damaged: bool) -> None:
        """Let the next start look through the file, or no longer."""
        if is_damaged is not self._facts["is_damaged"]:
            self._facts["is_damaged"] = is_damaged
            self._write()

    def end_well(self) -> None:
        """This run ends with a good-bye."""
        if self._facts["is_damaged"]:
            self._facts |= {"is_running": False, "starts": []}
            self._write()
            return
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            log.info("cannot take the note of this start away: %s", error.strerror)

    def _write(self) -> None:
        try:
            self._path.write_text(json.dumps(self._facts), encoding="utf-8")
        except OSError as error:
            log.info("cannot note this start: %s", error.strerror)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
