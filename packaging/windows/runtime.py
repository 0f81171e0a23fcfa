"""Microsoft's runtime for C++, put in with the engine that was compiled for it.

A computer that has never had it cannot load the engine, and one that has an older one ends it: since Visual Studio 17.10
a mutex of the newer needs the newer library. Whoever has Visual Studio may pass on what lies in its folder `Redist`.
Sources: https://learn.microsoft.com/cpp/windows/determining-which-dlls-to-redistribute and microsoft/STL, issue 4730.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from dev import Problem
from windows.imports import imported

FOLDER = "VCTOOLSREDISTDIR"
"""The variable in which Microsoft's own prompt names that folder."""


def redistributable(environment: Mapping[str, str]) -> dict[str, Path]:
    """Give the libraries that belong to the compiler of this environment, by their names in lower case. Raises: Problem."""
    folders = sorted(Path(environment.get(FOLDER) or "nowhere", "x64").glob("Microsoft.VC*.CRT"))
    if not folders:
        raise Problem("Visual Studio has no runtime for C++ that may be passed on: install its compiler for C++ (x64) anew.")
    return {path.name.lower(): path for path in folders[-1].glob("*.dll")}


def add(wheel: Path, folder: str, environment: Mapping[str, str]) -> list[str]:
    """Put what the libraries in `folder` of a wheel name of the runtime beside them; give the names. Raises: Problem."""
    there = redistributable(environment)
    with zipfile.ZipFile(wheel, "a") as archive:
        contents = [archive.read(name) for name in archive.namelist() if name.startswith(f"{folder}/") and name.endswith(".dll")]
        added: list[str] = []
        while contents:
            names = [name for name in imported(contents.pop()) if name in there and name not in added]
            for name in names:
                archive.write(there[name], f"{folder}/{name}")
            added += names
            contents += [there[name].read_bytes() for name in names]
    return added
