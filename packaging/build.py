#!/usr/bin/env python3
"""Makes the installable application out of this checkout, and proves it by running it.

    python packaging/build.py --no-gpu [--without-starter-model] [--no-smoke-test]

leaves in dist/: `hearth/` (the application as one folder), the Debian package, the bill of materials (CycloneDX) and
SHA256SUMS. Everything comes from the locked versions in `.venv`, which `python3 packaging/dev.py test` makes; for the
same commit and machine the bytes are the same. On Linux; the engine is the one in `.venv`, built for this processor.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parent.parent))

from dev import MODEL_SHA256, VENV, Problem, say, venv_program
from steps import ROOT, run, see_to_libraries, see_to_tools, step

DIST = ROOT / "dist"
NEEDED = ("dpkg-deb", "dpkg-shlibdeps", "readelf", "strip")
NEEDED_FOR_SMOKE = ("Xvfb", "xdotool")


def go_into_environment() -> None:
    """Start again inside of `.venv`, whose packages are what is frozen. Raises: Problem."""
    python = venv_program("python")
    if not python.exists():
        raise Problem("There is no .venv: run `python3 packaging/dev.py test` first.")
    if Path(sys.prefix) != VENV:
        # Pictures are drawn without a screen.
        os.execve(python, [str(python), *sys.argv], {**os.environ, "QT_QPA_PLATFORM": "offscreen"})


def build(options: argparse.Namespace) -> None:
    """Do what the command line asks for. Raises: Problem."""
    if not sys.platform.startswith("linux"):
        raise Problem("So far this makes the application for Linux alone.")
    if not options.no_gpu:
        raise Problem("The engine with Vulkan is not built here yet: use --no-gpu, which takes the engine that is in .venv.")
    see_to_tools([*NEEDED, *([] if options.no_smoke_test else NEEDED_FOR_SMOKE)])
    see_to_libraries()
    go_into_environment()
    import debian
    import frozen
    import materials
    import smoke

    from desktop_app import __version__

    epoch = run(["git", "log", "-1", "--format=%ct"]).strip()
    with step("PyInstaller"):
        frozen.install_pyinstaller()
    with step("Freezing"):
        folder = frozen.freeze(epoch)
        frozen.see_to_names(frozen.names_inside())
        frozen.make_links(folder)
        frozen.strip_python(folder)
    with step("Licences and the bill of materials"):
        lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
        packages = materials.packages_inside(frozen.names_inside(), lock)
        materials.gather_licences(packages, folder / "licences")
        copied = materials.gather_system_licences(frozen.system_libraries(folder), folder / "licences" / "system")
        bill = materials.bill_of_materials(packages, copied, __version__, "" if options.without_starter_model else MODEL_SHA256)
    if not options.without_starter_model:
        frozen.put_model(folder)
    shutil.rmtree(DIST, ignore_errors=True)
    application = DIST / "hearth"
    frozen.put_in_place(folder, application)
    (DIST / f"hearth-{__version__}.cdx.json").write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    if not options.no_smoke_test:
        with step("Trying the application"):
            try:
                answer = smoke.check(application / "hearth", ROOT / "build" / "smoke.png")
            except (smoke.Broken, subprocess.SubprocessError) as error:
                raise Problem(f"The frozen application does not work: {error}") from None
        say(f"  it answered: {answer}" if answer else "  it starts; there is no model to ask")
    with step("The Debian package"):
        debian.make_deb(application, ROOT / "build" / "deb", DIST, __version__, epoch)
    write_checksums(DIST)
    say("The engine inside was compiled for this processor: do not give this build to others.")


def write_checksums(folder: Path) -> None:
    """Write SHA256SUMS over the files in `folder`, as sha256sum reads it."""
    lines = []
    for path in sorted(path for path in folder.iterdir() if path.is_file() and path.name != "SHA256SUMS"):
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def main() -> int:
    """Build; exit status 1 with one sentence when something is missing or broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-gpu", action="store_true", help="without an engine for graphics cards")
    parser.add_argument("--without-starter-model", action="store_true", help="98 MB less")
    parser.add_argument("--no-smoke-test", action="store_true", help="do not run the result")
    try:
        build(parser.parse_args())
    except Problem as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
