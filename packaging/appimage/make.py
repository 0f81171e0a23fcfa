#!/usr/bin/env python3
"""Makes the AppImage out of the Debian package, so that both hold the same files.

    python packaging/appimage/make.py dist/hearth_*_amd64.deb dist

Needs dpkg-deb, and appimagetool with its runtime, which `--fetch` downloads by version and checks against the SHA-256
that stands here:

    python packaging/appimage/make.py --fetch build/appimage

Without the tool the folder of the AppImage is made all the same (build/appimage/Hearth.AppDir), and one sentence says
what is missing. Prints the path of the AppImage. The application in it relies on the libraries of the system, like
that of the package: what a graphics driver loads must not come from us.
"""

from __future__ import annotations

import hashlib
import platform
import shutil
import sys
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dev import Problem
from steps import ROOT, recipe, run, see_to_tools

from desktop_app import APP_ID, APP_NAME, __version__

PROGRAM = APP_NAME.lower()
WORK = ROOT / "build" / "appimage"

# Both are released by the AppImage project; the digests are those of the files of these releases.
RELEASES = "https://github.com/AppImage"
TOOL = (f"{RELEASES}/appimagetool/releases/download/1.9.1/appimagetool-x86_64.AppImage",
        "ed4ce84f0d9caff66f50bcca6ff6f35aae54ce8135408b3fa33abfc3cb384eb0")  # fmt: skip
RUNTIME = (f"{RELEASES}/type2-runtime/releases/download/20251108/runtime-x86_64",
           "2fca8b443c92510f1483a883f60061ad09b46b978b2631c807cd873a47ec260d")  # fmt: skip


def fetched(download: tuple[str, str], folder: Path) -> Path:
    """Give where a download lies in `folder`."""
    return folder / download[0].rpartition("/")[2]


def fetch(download: tuple[str, str], folder: Path) -> Path:
    """Download one file, unless it is there; it gets its name only when it is the right one. Raises: Problem, OSError."""
    url, sha256 = download
    place = fetched(download, folder)
    if place.is_file() and hashlib.sha256(place.read_bytes()).hexdigest() == sha256:
        return place
    with urllib.request.urlopen(url, timeout=60) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Problem(f"{url} is not the file that was expected, so it was not kept.")
    folder.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    place.chmod(0o755)
    return place


def make_folder(package: Path, folder: Path) -> Path:
    """Unpack the package into an AppDir and add what an AppImage wants at its root. Raises: Problem."""
    see_to_tools(["dpkg-deb"])
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    run(["dpkg-deb", "-x", package, folder])
    share = folder / "usr" / "share"
    entry = share / "applications" / f"{APP_ID}.desktop"
    icons = sorted(share.glob(f"icons/hicolor/256x256/apps/{APP_ID}.png"))
    program = folder / "opt" / PROGRAM / PROGRAM
    for what in (entry, *(icons or [share / "icons"]), program):
        if not what.is_file():
            raise Problem(f"{package.name} holds no {what.relative_to(folder)}.")
    shutil.rmtree(folder / "usr" / "bin", ignore_errors=True)
    (folder / f"{APP_ID}.desktop").symlink_to(entry.relative_to(folder))
    (folder / f"{APP_ID}.png").symlink_to(icons[0].relative_to(folder))
    (folder / ".DirIcon").symlink_to(f"{APP_ID}.png")
    # The starter of the frozen program finds its folder through the link.
    (folder / "AppRun").symlink_to(program.relative_to(folder))
    return folder


def image_path(out: Path) -> Path:
    """Give where the AppImage goes."""
    return out / f"{APP_NAME}-{__version__}-{platform.machine()}.AppImage"


def make(package: Path, out: Path) -> Path:
    """Make the AppImage. Raises: Problem."""
    folder = make_folder(package, WORK / f"{APP_NAME}.AppDir")
    tool, runtime = fetched(TOOL, WORK), fetched(RUNTIME, WORK)
    if not (tool.is_file() and runtime.is_file()):
        raise Problem(f"{folder} is ready, but the tool that packs it is missing: {Path(__file__).name} --fetch {WORK}")
    out.mkdir(parents=True, exist_ok=True)
    image = image_path(out)
    # Unpacks itself instead of mounting itself: build machines have no FUSE.
    environment = {"APPIMAGE_EXTRACT_AND_RUN": "1", "ARCH": platform.machine(), "VERSION": __version__}
    line = [str(tool), "--no-appstream", "--runtime-file", str(runtime), str(folder), str(image)]
    run(line, env=environment)
    return image


def fetch_all(folder: Path) -> int:
    """Download the tool and its runtime into `folder` and print where they lie; give the exit status."""
    try:
        print(*(fetch(download, folder) for download in (TOOL, RUNTIME)), sep="\n")
    except (Problem, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    is_fetching = arguments[:1] == ["--fetch"] and len(arguments) == 2
    sys.exit(fetch_all(Path(arguments[1])) if is_fetching else recipe(__doc__ or "", make, arguments))
