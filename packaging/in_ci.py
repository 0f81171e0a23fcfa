#!/usr/bin/env python3
"""What `.ci/run` proves of the application as it is shipped.

    .venv/bin/python packaging/in_ci.py [--always]

Where something has changed that decides what goes into the application, it is frozen with the engine of `.venv`, worked
with in its window (smoke.py) and tried hard (gates.py): some two minutes. What was tried last is remembered in the cache
folder; `--always` forgets it. Installers are made in a release alone. Linux only.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from dev import Problem, install_packages, missing_packages, say
from engine import cache_folder
from steps import MORE_LIBRARIES, ROOT, TOOLS, find_tool, is_linux

WANTED = ("Xvfb", "xdotool", "xwd", "strace", "strip", "readelf", "dpkg-shlibdeps", "xz")
DECIDING = ("packaging", "requirements.txt", "pyproject.toml", "desktop_app/resources.py", ".ci/run")


def deciding_files(root: Path) -> Iterator[Path]:
    """Give the files that decide what goes in and how it is tried, in a fixed order."""
    for name in DECIDING:
        place = root / name
        files = [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file())
        yield from (path for path in files if "__pycache__" not in path.parts)


def fingerprint(root: Path) -> str:
    """Give a digest of those files and of the Python that runs."""
    digest = hashlib.sha256(sys.version.encode())
    for path in deciding_files(root):
        digest.update(f"\0{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def run_all() -> None:
    """Freeze and try. Raises: Problem, subprocess.CalledProcessError."""
    tools = [TOOLS.get(name, name) for name in WANTED if find_tool(name) is None]
    if missing := list(dict.fromkeys(tools + missing_packages(MORE_LIBRARIES))):
        install_packages([], missing)
    for line in (["build.py", "--no-gpu", "--folder-only"], ["gates.py"]):
        subprocess.run([sys.executable, ROOT / "packaging" / line[0], *line[1:]], cwd=ROOT, check=True)


def main(arguments: list[str]) -> int:
    """Try what has changed; exit status 1 when it does not hold."""
    if not is_linux():
        say("skipped: the frozen application, which is tried on Linux")
        return 0
    stamp = cache_folder() / "tried.sha256"
    wanted = fingerprint(ROOT)
    if "--always" not in arguments and stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        say("skipped: the frozen application, nothing that it is made of has changed since it was tried here")
        return 0
    try:
        run_all()
    except subprocess.CalledProcessError:
        return 1  # it has said why
    except Problem as problem:
        say(str(problem))
        return 1
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted, encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
