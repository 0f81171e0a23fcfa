"""How the steps of a build are said and run, and which programs they need."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from dev import QT_LIBRARIES, X11_LIBRARIES, Problem, missing_packages, say

ROOT = Path(__file__).resolve().parent.parent

# The Debian package that holds each program.
TOOLS = {
    "dpkg-deb": "dpkg", "dpkg-shlibdeps": "dpkg-dev", "strip": "binutils", "readelf": "binutils", "Xvfb": "xvfb",
    "xdotool": "xdotool",
}  # fmt: skip

# What Qt's plug-ins name beside what dev.py knows: without it here, it is neither copied in nor declared as needed.
MORE_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libcups.so.2": "libcups2",
    "libxcb-util.so.1": "libxcb-util1",
}


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what goes on, and afterwards how long it took."""
    say(f"{title} …")
    began = time.monotonic()
    yield
    say(f"{title}: {time.monotonic() - began:.0f} s")


def see_to_tools(names: Sequence[str]) -> None:
    """Check that these programs are there. Raises: Problem, with the line that installs those that are not."""
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        packages = " ".join(dict.fromkeys(TOOLS.get(name, name) for name in missing))
        raise Problem(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing: sudo apt-get install {packages}")


def see_to_libraries() -> None:
    """Check that Qt finds all that it can load on this machine. Raises: Problem, with the line that installs the rest."""
    missing = missing_packages({**QT_LIBRARIES, **X11_LIBRARIES, **MORE_LIBRARIES})
    if missing:
        raise Problem(f"Libraries that Qt loads are missing: sudo apt-get install {' '.join(missing)}")


def run(command: Sequence[str | Path], *, folder: Path = ROOT, env: Mapping[str, str] | None = None) -> str:
    """Run a program and give what it printed on its standard output. Raises: Problem, with the end of what it said."""
    line = [str(part) for part in command]
    try:
        done = subprocess.run(
            line, cwd=folder, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise Problem(f"There is no program {line[0]}.") from None
    if done.returncode:
        end = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise Problem(f"{Path(line[0]).name} ended with exit status {done.returncode}:\n{end}")
    return done.stdout
