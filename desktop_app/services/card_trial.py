"""Whether the engine may look for graphics cards: a driver can end, or hold up, the process that only looks.

Such a process is started again without cards. That it was needed is remembered for this computer and these drivers, so
that the next start does not try in vain.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from desktop_app import __version__
from desktop_app.engine.protocol import NO_CARDS
from desktop_app.services.preferences import Preferences

VALID_S = 7 * 24 * 3600
"""What failed is remembered for so long; then the best is tried again: drivers are mended, cards are emptied."""
_KEY = "failed_drivers"
# Where Vulkan's loader finds its drivers. Source: its document LoaderDriverInterface.
_PLACES = (
    "/etc/vulkan/icd.d", "/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/usr/local/etc/vulkan/icd.d",
    "~/.local/share/vulkan/icd.d", "~/.config/vulkan/icd.d",
)  # fmt: skip


class CardTrial:
    """Follows one engine process after the other, and says how the next one is to be started."""

    def __init__(self, preferences: Preferences) -> None:
        """`preferences` keep what happened."""
        self._preferences = preferences
        self._drivers = drivers()
        self._is_told = True
        kept = preferences.get(_KEY)
        self.is_without = len(kept) == 2 and kept[0] == self._drivers and 0 <= time.time() - kept[1] < VALID_S
        """Whether the next process, or the one that runs, leaves the cards alone."""

    @property
    def options(self) -> list[str]:
        """What the engine's command line ends with."""
        return [NO_CARDS] if self.is_without else []

    def ended_early(self) -> bool:
        """Note that a process has ended before it was ready. True: the next one is worth a try, without cards."""
        if self.is_without:
            self.is_without = False  # it was not the cards
            return False
        self.is_without, self._is_told = True, False
        return True

    def try_again(self) -> bool:
        """Forget what failed. True: the process that runs has left the cards alone, and it takes another one to look for them."""
        is_new_needed, self.is_without, self._is_told = self.is_without, False, True
        self._preferences.set(_KEY, [])
        return is_new_needed

    def worked(self) -> bool:
        """Note that a model is in memory. True: the first time without the cards that failed."""
        if self._is_told:
            return False
        self._is_told = True
        self._preferences.set(_KEY, [self._drivers, int(time.time())])
        return True


def drivers() -> str:
    """Give a value that is another one on another computer, and when a driver or Hearth itself is replaced."""
    facts = [platform.node(), __version__]
    for path in sorted(_files()):
        try:
            facts.append(f"{path} {path.stat().st_mtime_ns}")
        except OSError:  # also one that a variable names and that is not there
            facts.append(str(path))
    return hashlib.sha256("\n".join(facts).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _files() -> Iterator[Path]:
    for name in ("VK_DRIVER_FILES", "VK_ICD_FILENAMES"):
        yield from (Path(part) for part in os.environ.get(name, "").split(os.pathsep) if part)
    if sys.platform == "win32":
        # Every installation of a driver puts a folder into this one.
        yield Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "DriverStore" / "FileRepository"
    else:
        for place in _PLACES:
            yield from Path(place).expanduser().glob("*.json")
