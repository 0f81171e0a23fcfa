"""Walks through every screen in a look and gives what is wrong there; all looks by `python -m tests.ui.every_look`.

A look is a language, a theme and a size of text. The tests take each screen in one look or two; this program takes
all screens in all of them, at both scales, which takes some minutes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.ui.theme import THEMES
from tests.screens import SCREENS
from tests.ui.accessible import unnamed, without_role
from tests.ui.fitting import misfits
from tests.ui.pseudo import spoken
from tests.ui.stage import stage
from tests.ui.words import is_cut, untranslated

LANGUAGES = ("en", "zh_CN", "long", "mirrored")
SMALLEST = QSize(900, 600)
"""Of the windows in which everything has to look finished."""


class Look(NamedTuple):
    """One way to show a screen; `zoom` in percent, with a window that grows with it."""

    language: str
    theme: str = "light"
    zoom: int = 100

    @property
    def size(self) -> QSize:
        """How large the window is."""
        return SMALLEST * self.zoom / 100

    @property
    def has_room(self) -> bool:
        """Say whether there is room for all our words: in a language that is none, or larger, they may end in "…"."""
        return self.language == self.spoken and self.zoom == 100

    @property
    def spoken(self) -> str:
        """The language of ours that is on: the others are spoken over English."""
        return self.language if self.language == "zh_CN" else "en"


def walk(look: Look, names: Iterable[str], application: QApplication) -> tuple[list[str], set[str]]:
    """Show these screens in a look; give what is wrong, a line each, and the classes of all that was open."""
    found: dict[str, str] = {}
    seen = set[str]()
    settings = {"theme": look.theme, "zoom": look.zoom, "language": look.spoken}
    # A short path: some screens show where things lie.
    with (
        tempfile.TemporaryDirectory() as folder,
        stage(application, Path(folder), look.size, **settings) as shown,
        spoken(application, look.language),
    ):
        for name in names:
            for screen in shown.show(name):
                seen.add(type(screen).__name__)
                for one in faults(screen, look):
                    found.setdefault(one, name)
            shown.clear()
    return [f"{name}: {one}" for one, name in found.items()], seen


def faults(screen: QWidget, look: Look) -> list[str]:
    """Give what is wrong on a screen: texts that are cut, lie over others, have no name or are not translated."""
    found = misfits(screen, is_cut=partial(is_cut, language=look.language) if look.has_room else _never)
    found += [f"{one} has no name" for one in unnamed(screen)]
    found += [f"{one} has no role" for one in without_role(screen)]
    if look.language in ("long", "mirrored"):
        found += [f"{one} is not translated" for one in untranslated(screen)]
    return found


def _never(_text: str) -> bool:
    return False


def main() -> int:
    """Take every screen in every look; each scale is a process of its own, because Qt reads the scale once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screen", action="append", help="again for each of several")
    parser.add_argument("--language", action="append", choices=LANGUAGES)
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--zoom", action="append", type=int)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.here:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        commands = ([sys.executable, "-m", "tests.ui.every_look", *sys.argv[1:], "--here"],) * 2
        scales = zip(commands, ("1", "2"), strict=True)
        return max(subprocess.run(one, env={**environment, "QT_SCALE_FACTOR": scale}).returncode for one, scale in scales)
    application = QApplication([sys.argv[0], "-style", "fusion"])
    n_found = 0
    for look in map(Look._make, product(options.language or LANGUAGES, options.theme or THEMES, options.zoom or (100,))):
        found, _ = walk(look, options.screen or SCREENS, application)
        QCoreApplication.processEvents()
        n_found += len(found)
        print(f"{look}, scale {application.devicePixelRatio():g}: {len(found)} faults", *found, sep="\n  ", flush=True)
    return int(bool(n_found))


if __name__ == "__main__":
    sys.exit(main())
