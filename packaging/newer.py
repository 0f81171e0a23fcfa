#!/usr/bin/env python3
"""Makes what the next version would be out of what is there: to see an upgrade, and that there is no way back.

    python3 packaging/newer.py dist/hearth_0.1.0_amd64.deb OUT      a Debian package (standard library only)
    python packaging/newer.py dist/hearth OUT                        the setup program for Windows, of a frozen folder

The program inside is the same and says its own version; only the installer counts on, and brings one file more. It is
packed quickly and not small, and is for nobody. Prints the path of what it has made.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from dev import Problem
from steps import recipe, run

MORE = "only-in-the-next-version"


def next_version(version: str) -> str:
    """Give the version that comes after this one: 0.1.0 gives 0.1.1. Raises: Problem."""
    match = re.fullmatch(r"(\d+(?:\.\d+)*\.)(\d+)", version)
    if match is None:
        raise Problem(f"{version} is no version that could be counted on.")
    return f"{match[1]}{int(match[2]) + 1}"


def newer_deb(package: Path, out: Path) -> Path:
    """Give the package of the next version. Raises: Problem."""
    with tempfile.TemporaryDirectory(dir=out) as name:
        root = Path(name)
        run(["dpkg-deb", "--raw-extract", package, root])
        control = root / "DEBIAN" / "control"
        text = control.read_text(encoding="utf-8")
        (version,) = re.findall(r"^Version: (\S+)$", text, re.MULTILINE)
        control.write_text(text.replace(f"\nVersion: {version}\n", f"\nVersion: {next_version(version)}\n"), encoding="utf-8")
        (program,) = root.glob("opt/*/_internal")
        (program / MORE).touch()
        made = out / package.name.replace(f"_{version}_", f"_{next_version(version)}_")
        run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", root, made])
    return made


def newer_setup(folder: Path, out: Path) -> Path:
    """Give the setup program of the next version. Raises: Problem."""
    from windows import make

    make.__version__ = next_version(make.__version__)  # type: ignore[attr-defined]
    (folder / "_internal" / MORE).touch()
    try:
        return make.make(folder, out, is_quick=True)
    finally:
        (folder / "_internal" / MORE).unlink()


def newer(source: Path, out: Path) -> Path:
    """Give the next version of this package or folder. Raises: Problem."""
    out.mkdir(parents=True, exist_ok=True)
    return newer_deb(source, out) if source.suffix == ".deb" else newer_setup(source, out)


if __name__ == "__main__":
    sys.exit(recipe(__doc__ or "", newer, sys.argv[1:]))
