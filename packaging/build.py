#!/usr/bin/env python3
"""Makes the installable application out of this checkout, and proves it by running it. On Linux, Windows and macOS.

    python packaging/build.py [--no-gpu | --cuda] [--without-starter-model] [--no-smoke-test] [--folder-only]

leaves in dist/: the application (the folder `hearth/`, on macOS `Hearth.app`), its installer (a Debian package, a setup
program, a disk image), on Linux and Windows an archive that runs from any folder, the bill of materials (CycloneDX) and
SHA256SUMS. Everything comes from the locked versions in `.venv`, which is made first where it is not there; for the same
commit and machine the bytes are the same. AppImage and Flatpak are made of the Debian package: `appimage/make.py`,
`flatpak/make.py`. What it can be signed with: `windows/sign.py`, `macos/make.py`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(1, str(Path(__file__).resolve().parent.parent))

import cuda
import dev
import engine
from dev import MODEL_SHA256, VENV, Problem, say, venv_program
from steps import ROOT, is_linux, run, see_to_libraries, see_to_tools, step, system_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frozen import Application

DIST = ROOT / "dist"
NEEDED = {
    "linux": ("git", "dpkg-deb", "dpkg-shlibdeps", "readelf", "strip", "tar", "xz"),
    "darwin": ("git", "codesign", "hdiutil", "ditto", "xcrun"),
    "win32": ("git", "makensis"),
}
NEEDED_FOR_SMOKE = ("Xvfb", "xdotool")
OLD_AFTER_DAYS = 180
"""A series of Python that still gets binaries gets new ones every second month."""


def see_to_all(options: argparse.Namespace) -> None:
    """Check that this machine has what a build takes. Raises: Problem."""
    if sys.platform not in NEEDED:
        raise Problem(f"No installer is known for {sys.platform}.")
    see_to_tools([*NEEDED[sys.platform], *(NEEDED_FOR_SMOKE if is_linux() and not options.no_smoke_test else ())])
    if is_linux():
        see_to_libraries()
    if not options.no_gpu:
        engine.see_to_system()
    if options.cuda:
        cuda.see_to_system()


def go_into_environment() -> None:
    """Start again inside of `.venv`, whose packages are what is frozen; it is made where it is not whole. Raises: Problem."""
    python = venv_program("python")
    # A set-up that was broken off has left no stamp.
    if not (python.exists() and dev.STAMP.is_file()):
        dev.see_to_version()
        dev.make_ready("run")
    if Path(sys.prefix) != VENV:
        # Pictures are drawn without a screen. Not `exec`: on Windows nobody would wait for what it starts.
        env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        sys.exit(subprocess.run([str(python), *sys.argv], env=env, check=False).returncode)


def see_to_python() -> None:
    """Check that the trials see what this Python loads: a release on Linux is looked through for it. Raises: Problem."""
    from smoke import IN_C

    hidden = [name for name in IN_C if name in sys.builtin_module_names]
    if hidden and is_linux() and os.environ.get("HEARTH_RELEASE"):
        raise Problem(
            f"No release is made with a Python that has {', '.join(hidden)} built in, as Debian's own does, because nothing would"
            " show whether the application loads it: take one that keeps it in a file, such as a build of python.org's source."
        )


def warn_of_old_python() -> None:
    """Warn where an OpenSSL goes in that has grown old: on Windows and macOS Python brings its own, for all connections."""
    made = time.mktime(time.strptime(platform.python_build()[1], "%b %d %Y %H:%M:%S"))
    n_days = int((time.time() - made) / 86400)
    if not is_linux() and n_days > OLD_AFTER_DAYS:
        # GitHub shows such a line beside the release.
        mark = "::warning::" if os.environ.get("GITHUB_ACTIONS") else ""
        version = f"Python {platform.python_version()} with {ssl.OPENSSL_VERSION}"
        say(f"{mark}{version} was made {n_days} days ago: look for a newer one.")


def build(options: argparse.Namespace) -> None:
    """Do what the command line asks for. Raises: Problem."""
    see_to_all(options)
    go_into_environment()
    see_to_python()
    warn_of_old_python()
    import installers

    from desktop_app import __version__

    epoch = run(["git", "log", "-1", "--format=%ct"]).strip()
    variant = "-cuda" if options.cuda else ""
    application, bill = make_application(options, __version__, epoch)
    (DIST / bill_name(__version__, variant)).write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    if not options.no_smoke_test:
        try_application(application)
    if not options.folder_only:
        installers.make(application, ROOT / "build", DIST, __version__, epoch, variant)
    write_checksums(DIST)
    if options.no_gpu:
        say("The engine inside was compiled for this processor: do not give this build to others.")


def bill_name(version: str, variant: str) -> str:
    """Give the name of the bill of materials: those of all systems lie together in a release."""
    return f"hearth-{version}-{system_name()}{variant}.cdx.json"


def make_application(options: argparse.Namespace, version: str, epoch: str) -> tuple[Application, dict[str, object]]:
    """Give the finished application in dist/, whose older content goes, and its bill of materials. Raises: Problem."""
    import frozen
    import icons
    import materials

    portable = None
    if not options.no_gpu:
        with step("The engine"):
            portable = engine.unpack(engine.portable_wheel(), ROOT / "build" / "engine")
    if options.cuda and portable is not None:
        with step("CUDA"):
            of_nvidia = cuda.add(portable, ROOT / "build" / "cuda")
    with step("PyInstaller"):
        frozen.install_pyinstaller()
    with step("Freezing"):
        icons.draw_for_system(ROOT / "build" / "icons")
        made = frozen.freeze(epoch, portable)
        frozen.see_to_names(frozen.names_inside())
        frozen.make_links(made)
        if is_linux():
            from linux.needs import see_to_needs

            frozen.strip_python(made)
            see_to_needs(made.folder)
        # The engine of this machine alone is for nobody else.
        if sys.platform == "win32" and portable is not None:
            from windows.imports import see_to_imports

            see_to_imports(made.folder, engine.CARDS)
    with step("Licences and the bill of materials"):
        lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
        packages = materials.packages_inside(frozen.names_inside(), lock)
        materials.gather_licences(packages, made.licences)
        if options.cuda:
            shutil.copyfile(of_nvidia, made.licences / cuda.LICENCE)
            packages += cuda.shipped()
        copied = {}
        if is_linux():
            copied = materials.gather_system_licences(frozen.system_libraries(made), made.licences / "system")
        model = "" if options.without_starter_model else MODEL_SHA256
        bill = materials.bill_of_materials(packages, copied, version, model, materials.without_packages(made.inside))
        # About reads from it what is inside.
        (made.licences / "parts.cdx.json").write_text(json.dumps(bill) + "\n", encoding="utf-8")
        frozen.link_licences(made)
    if not options.without_starter_model:
        frozen.put_model(made)
    shutil.rmtree(DIST, ignore_errors=True)
    return frozen.put_in_place(made, DIST), bill


def try_application(application: Application) -> None:
    """Let the application work, on Linux in its window too; elsewhere `try_installed.py` opens that. Raises: Problem."""
    import smoke
    from person import Broken

    with step("Trying the application"):
        try:
            answer = smoke.check(application.program, ROOT / "build" / "smoke.png", has_screen=is_linux())
        except (Broken, subprocess.SubprocessError) as error:
            raise Problem(f"The frozen application does not work: {error}") from None
    say(f"  it answered: {answer}" if answer else "  it works; it was asked nothing in a window")


def write_checksums(folder: Path) -> None:
    """Write SHA256SUMS over the files in `folder`, as sha256sum reads it."""
    lines = []
    for path in sorted(path for path in folder.iterdir() if path.is_file() and path.name != "SHA256SUMS"):
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    (folder / "SHA256SUMS").write_bytes("".join(lines).encode())


def options_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Give what a command line asks for; None: that of this process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cards = parser.add_mutually_exclusive_group()
    cards.add_argument(
        "--no-gpu", action="store_true", help="take the engine in .venv: for this processor, without graphics cards"
    )
    cards.add_argument("--cuda", action="store_true", help="add CUDA for cards of NVIDIA: some 700 MB more (Linux, Windows)")
    parser.add_argument("--without-starter-model", action="store_true", help="90 MB less; the card of a first start offers one")
    parser.add_argument("--no-smoke-test", action="store_true", help="do not run the result")
    parser.add_argument("--folder-only", action="store_true", help="make no installer and no archive of it")
    return parser.parse_args(arguments)


def main() -> int:
    """Build; exit status 1 with one sentence when something is missing or broken."""
    try:
        build(options_of(None))
    except Problem as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
