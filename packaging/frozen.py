"""Makes the folder of the application: PyInstaller by hearth.spec, then what it cannot do itself."""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

from dev import MODEL, MODEL_SHA256, Problem
from steps import ROOT, run

LOCK_FILE = ROOT / "packaging" / "requirements.txt"
TOOLS = ROOT / "build" / "tools"
WORK = ROOT / "build" / "work"
INSIDE = "_internal"
FORBIDDEN = frozenset({"diskcache", "numpy", "pytest", "_pytest", "hypothesis", "PyInstaller", "setuptools", "pip", "tests"})
"""What must never be inside: a cache that runs what it reads (pickle), and what only builds and tests need."""


def install_pyinstaller() -> None:
    """Put PyInstaller into build/tools from its lock file, once. Raises: Problem."""
    stamp = TOOLS / "lock.sha256"
    wanted = hashlib.sha256(LOCK_FILE.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return
    shutil.rmtree(TOOLS, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    run([*pip, "--target", TOOLS, "-r", LOCK_FILE])
    stamp.write_text(wanted, encoding="ascii")


def freeze(epoch: str) -> Path:
    """Give the new folder of the application, as PyInstaller leaves it. `epoch` is the time that files get. Raises: Problem."""
    target = ROOT / "build" / "frozen"
    # The same hash seed makes the same order of names, and with it the same bytes.
    env = {"PYTHONPATH": str(TOOLS), "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": epoch}
    options: list[str | Path] = ["--noconfirm", "--log-level", "WARN", "--distpath", target, "--workpath", WORK]
    run([sys.executable, "-m", "PyInstaller", *options, ROOT / "packaging" / "hearth.spec"], env=env)
    return target / "hearth"


def names_inside() -> set[str]:
    """Give the top names of all modules and libraries that went in."""
    return set((WORK / "hearth" / "names.txt").read_text(encoding="utf-8").split())


def see_to_names(names: set[str]) -> None:
    """Check that nothing went in that must not. Raises: Problem."""
    if names & FORBIDDEN:
        raise Problem(f"These must not be in the application: {', '.join(sorted(names & FORBIDDEN))}. See hearth.spec.")


def put_model(folder: Path, model: Path = MODEL, sha256: str = MODEL_SHA256) -> None:
    """Put the starter model in. Raises: Problem when it is not there or not the expected file."""
    if not model.is_file():
        raise Problem(f"The starter model is missing: {model}. `python3 packaging/dev.py run` fetches it.")
    with model.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise Problem(f"{model} is not the expected file: delete it, and `python3 packaging/dev.py run` fetches it anew.")
    models = folder / INSIDE / "resources" / "models"
    models.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(model, models / model.name)


def make_links(folder: Path) -> None:
    """Keep one file of each library of the engine: wheels hold no links, so `libx.so` is there beside `libx.so.0`."""
    for library in sorted((folder / INSIDE / "llama_cpp" / "lib").glob("lib*.so.0")):
        plain = library.with_suffix("")
        if plain.is_file() and not plain.is_symlink() and plain.read_bytes() == library.read_bytes():
            plain.unlink()
            plain.symlink_to(library.name)


def strip_python(folder: Path) -> None:
    """Take the debugging symbols out of Python's own libraries: 17 MB where it was built on the spot. Raises: Problem."""
    inside = folder / INSIDE
    own = [*inside.glob("libpython*.so*"), *inside.glob("python*/lib-dynload/*.so")]
    for library in (path for path in own if not path.is_symlink()):
        run(["strip", "--strip-unneeded", library])


def put_in_place(folder: Path, target: Path) -> None:
    """Move the finished folder to `target`, whose older content goes."""
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(target)


def system_libraries(folder: Path) -> list[str]:
    """Give the names of the libraries that were copied from this system; Python's own is not one of them."""
    libraries = (path for path in (folder / INSIDE).glob("lib*.so*") if not path.is_symlink())
    return sorted(path.name for path in libraries if not path.name.startswith("libpython"))
