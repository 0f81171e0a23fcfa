"""Makes the application out of the source: PyInstaller by hearth.spec, then what it cannot do itself."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import materials
from dev import MODEL, MODEL_SHA256, Problem
from steps import ROOT, run

LOCK_FILE = ROOT / "packaging" / "requirements.txt"
TOOLS = ROOT / "build" / "tools"
WORK = ROOT / "build" / "work"
INSIDE = "_internal"
RUNS_WHAT_IT_READS = frozenset(
    {
        "_pickle",
        "_compat_pickle",
        "pickletools",
        "multiprocessing",
        "_multiprocessing",
        "xmlrpc",
        "shelve",
        "dbm",
        "diskcache",
        "dill",
        "joblib",
        "cloudpickle",
    }
)
"""Python's pickles and what stores or sends them. `pickle` itself is the one of packaging/instead, which reads none."""
FORBIDDEN = RUNS_WHAT_IT_READS | {"numpy", "pytest", "_pytest", "hypothesis", "PyInstaller", "setuptools", "pip", "tests"}
"""What must never be inside: what runs what it reads, and what only builds and tests need."""
NAME = "hearth"
BUNDLE = "Hearth.app"


class Application(NamedTuple):
    """The frozen application, and where things lie in it."""

    folder: Path
    """All of it: a folder, on macOS the bundle."""
    program: Path
    inside: Path
    """Libraries and the Python that runs."""
    resources: Path
    licences: Path


def application_in(place: Path) -> Application:
    """Give the application that lies in `place`, by what this system calls it."""
    if sys.platform == "darwin":
        contents = place / BUNDLE / "Contents"
        data = contents / "Resources"
        program, inside = contents / "MacOS" / NAME, contents / "Frameworks"
        return Application(place / BUNDLE, program, inside, data / "resources", data / "licences")
    folder = place / NAME
    program = folder / (f"{NAME}.exe" if sys.platform == "win32" else NAME)
    return Application(folder, program, folder / INSIDE, folder / INSIDE / "resources", folder / "licences")


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


def of_developers() -> list[str]:
    """Give the modules of the installed packages that requirements-dev.txt locks and requirements.txt does not."""
    ours, all_of_them = (materials.locked((ROOT / f"requirements{kind}.txt").read_text("utf-8")) for kind in ("", "-dev"))
    only = all_of_them.keys() - ours.keys()
    owners = importlib.metadata.packages_distributions()
    return sorted(name for name, packages in owners.items() if all(materials.normal(package) in only for package in packages))


def freeze(epoch: str, engine: Path | None = None) -> Application:
    """Give the application as PyInstaller leaves it. `epoch` is the time that files get. Raises: Problem.

    `engine` is the folder of an unpacked engine that goes in; None: the one in `.venv` does.
    """
    target = ROOT / "build" / "frozen"
    # The same hash seed makes the same order of names, and with it the same bytes.
    places = [*([engine] if engine is not None else []), TOOLS]
    env = {
        "PYTHONPATH": os.pathsep.join(map(str, places)), "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": epoch,
        "HEARTH_OF_DEVELOPERS": " ".join(of_developers()),
    }  # fmt: skip
    options: list[str | Path] = ["--noconfirm", "--log-level", "WARN", "--distpath", target, "--workpath", WORK]
    run([sys.executable, "-m", "PyInstaller", *options, ROOT / "packaging" / "hearth.spec"], env=env)
    return application_in(target)


def names_inside() -> set[str]:
    """Give the top names of all modules and libraries that went in."""
    return set((WORK / "hearth" / "names.txt").read_text(encoding="utf-8").split())


def see_to_names(names: set[str]) -> None:
    """Check that nothing went in that must not. Raises: Problem."""
    if names & FORBIDDEN:
        raise Problem(f"These must not be in the application: {', '.join(sorted(names & FORBIDDEN))}. See hearth.spec.")


def put_model(application: Application, model: Path = MODEL, sha256: str = MODEL_SHA256) -> None:
    """Put the starter model in. Raises: Problem when it is not there or not the expected file."""
    if not model.is_file():
        raise Problem(f"The starter model is missing: {model}. `python3 packaging/dev.py run` fetches it.")
    with model.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise Problem(f"{model} is not the expected file: delete it, and `python3 packaging/dev.py run` fetches it anew.")
    models = application.resources / "models"
    models.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(model, models / model.name)


def link_licences(application: Application) -> None:
    """Let the application find its licences beside its code; on macOS they lie among the resources, for the signature."""
    beside_code = application.inside / application.licences.name
    if sys.platform == "darwin" and not beside_code.is_symlink():
        beside_code.symlink_to(Path("..", "Resources", application.licences.name))


def make_links(application: Application) -> None:
    """Keep one file of each library of the engine: wheels hold no links, so `libx.so` is there beside `libx.so.0`."""
    for library in sorted((application.inside / "llama_cpp" / "lib").glob("lib*.so.0")):
        plain = library.with_suffix("")
        if plain.is_file() and not plain.is_symlink() and plain.read_bytes() == library.read_bytes():
            plain.unlink()
            plain.symlink_to(library.name)


def strip_python(application: Application) -> None:
    """Take the debugging symbols out of Python's own libraries: 17 MB where it was built on the spot. Raises: Problem."""
    inside = application.inside
    own = [*inside.glob("libpython*.so*"), *inside.glob("python*/lib-dynload/*.so")]
    for library in (path for path in own if not path.is_symlink()):
        run(["strip", "--strip-unneeded", library])


def put_in_place(application: Application, target: Path) -> Application:
    """Move the finished application into the folder `target`, and give it there."""
    target.mkdir(parents=True, exist_ok=True)
    application.folder.rename(target / application.folder.name)
    return application_in(target)


def system_libraries(application: Application) -> list[str]:
    """Give the names of the libraries that were copied from this system; Python's own is not one of them."""
    libraries = (path for path in application.inside.glob("lib*.so*") if not path.is_symlink())
    return sorted(path.name for path in libraries if not path.name.startswith("libpython"))
