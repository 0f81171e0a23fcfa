"""Renders the screens that exist to PNG, with the real widgets: `python tests/pictures.py --out DIR`.

Every screen in both themes, both languages, at 1x and 2x; names say which: `chat-light-en-1x.png`. The engine is the
scripted one, so that the pictures are the same each time; everything else is the application itself.
`--screen NAME` renders one screen only, `--look light,en,1` one look only (also `high-contrast,en,1`),
`--size WIDTHxHEIGHT` another window size, `--set density=compact` (again for several) another setting.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

LOOKS = tuple(f"{theme},{language},{scale}" for scale, theme, language in product((1, 2), ("light", "dark"), ("en", "zh_CN")))
HIGH_CONTRAST = tuple(
    f"{theme},{language},1" for theme, language in product(("high-contrast", "high-contrast-light"), ("en", "zh_CN"))
)


def render(options: argparse.Namespace) -> None:
    """Render the screens in one look, in this process."""
    from tests.screens import SCREENS, Studio

    theme, language, scale = options.look.split(",")
    width, height = (int(part) for part in options.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(Path(folder), theme, language, (width, height))
        for key, value in (one.split("=") for one in options.set or ()):
            studio.preferences.set(key, int(value) if value.isdigit() else value)
        for screen in options.screen or SCREENS:
            target = options.out / f"{screen}-{theme}-{language}-{scale}x.png"
            studio.picture(screen, target)
            print(target, flush=True)


GUIDE = {"chat": "chat", "hub": "models", "form": "template", "talk-panel": "panel"}
"""Screens that the user guide shows, and what it calls them."""


def render_guide() -> None:
    """Make the pictures of the user guide anew, in both languages."""
    folder = ROOT / "resources" / "guide" / "pictures"
    for language, (screen, name) in product(("en", "zh_CN"), GUIDE.items()):
        with tempfile.TemporaryDirectory() as made:
            options = ["--out", made, "--screen", screen, "--look", f"light,{language},1", "--size", "960x640"]
            subprocess.run([sys.executable, __file__, *options], check=True)
            folder.mkdir(exist_ok=True)
            shutil.move(Path(made) / f"{screen}-light-{language}-1x.png", folder / f"{name}-{language}.png")


def main() -> None:
    """Read the command line; every look is a process of its own, because Qt reads the scale once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--guide", action="store_true", help="the pictures of the user guide, instead of all others")
    parser.add_argument("--screen", action="append", help="again for each of several")
    parser.add_argument("--look", choices=LOOKS + HIGH_CONTRAST)
    parser.add_argument("--set", action="append", metavar="KEY=VALUE")
    parser.add_argument("--size", default="1240x820")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.guide:
        render_guide()
        return
    if options.out is None:
        parser.error("--out says where they go")
    options.out.mkdir(parents=True, exist_ok=True)
    if options.here:
        render(options)
        return
    for look in [options.look] if options.look else LOOKS:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": look.rsplit(",", 1)[1]}
        arguments = [argument for argument in sys.argv[1:] if argument != look and argument != "--look"]
        subprocess.run([sys.executable, __file__, *arguments, "--look", look, "--here"], check=True, env=environment)


if __name__ == "__main__":
    main()
