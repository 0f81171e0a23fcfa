#!/usr/bin/env python3
"""Makes the Flatpak out of the Debian package, so that both hold the same files.

    python packaging/flatpak/make.py dist/hearth_*_amd64.deb dist

Writes the manifest, with the package beside it, into build/flatpak. Where flatpak-builder and the runtime are
(`flatpak install flathub org.freedesktop.Sdk//25.08 org.freedesktop.Platform//25.08`) it makes the bundle too and
prints its path; elsewhere one sentence says what is missing.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dev import Problem
from steps import ROOT, recipe, run

from desktop_app import APP_ID, APP_NAME, __version__

PROGRAM = APP_NAME.lower()
WORK = ROOT / "build" / "flatpak"
PACKAGE = f"{PROGRAM}.deb"
RUNTIMES = "https://dl.flathub.org/repo/flathub.flatpakrepo"
"""Where the runtime is that the bundle needs: whoever opens it is offered that too. Source: flatpak-build-bundle(1)."""


def manifest() -> dict[str, Any]:
    """Give what flatpak-builder reads. Source: flatpak-manifest(5)."""
    return {
        "id": APP_ID,
        "runtime": "org.freedesktop.Platform",
        "runtime-version": "25.08",
        "sdk": "org.freedesktop.Sdk",
        "command": PROGRAM,
        # Files of the person come in through the portal, as they are chosen; models lie in the application's own folder.
        "finish-args": [
            "--socket=wayland",
            "--socket=fallback-x11",
            "--share=ipc",
            "--device=dri",
            "--share=network",
            "--talk-name=org.freedesktop.secrets",
            # "Your answer is ready", and the icon in the bar: who watches for such icons, after KDE's name for it.
            "--talk-name=org.freedesktop.Notifications",
            "--talk-name=org.kde.StatusNotifierWatcher",
        ],
        # What was built stays as it was built: the same files are in the package.
        "build-options": {"strip": False, "no-debuginfo": True},
        "modules": [
            {
                "name": PROGRAM,
                "buildsystem": "simple",
                "build-commands": [
                    f"ar x {PACKAGE}",
                    "mkdir unpacked",
                    "tar --extract --file data.tar.* --directory unpacked --no-same-owner",
                    f"mv unpacked/opt/{PROGRAM} /app/{PROGRAM}",
                    f"install -d /app/bin && ln -s ../{PROGRAM}/{PROGRAM} /app/bin/{PROGRAM}",
                    "mkdir -p /app/share && cp -r unpacked/usr/share/* /app/share/",
                ],
                "sources": [{"type": "file", "path": PACKAGE}],
            }
        ],
    }


def write(package: Path, folder: Path) -> Path:
    """Write the manifest, and put the package beside it; give the manifest's path. Raises: Problem."""
    if not package.is_file():
        raise Problem(f"There is no {package}: build the Debian package first.")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(package, folder / PACKAGE)
    place = folder / f"{APP_ID}.json"
    place.write_text(json.dumps(manifest(), indent=4) + "\n", encoding="utf-8")
    return place


def bundle_path(out: Path) -> Path:
    """Give where the bundle goes."""
    return out / f"{APP_NAME}-{__version__}-x86_64.flatpak"


def make(package: Path, out: Path) -> Path:
    """Make the bundle. Raises: Problem."""
    place = write(package, WORK)
    if shutil.which("flatpak-builder") is None:
        raise Problem(f"{place} is ready, but flatpak-builder is missing: sudo apt-get install flatpak-builder")
    out.mkdir(parents=True, exist_ok=True)
    repository, bundle = WORK / "repository", bundle_path(out)
    run(["flatpak-builder", "--user", "--force-clean", f"--repo={repository}", WORK / "tree", place], folder=WORK)
    run(["flatpak", "build-bundle", f"--runtime-repo={RUNTIMES}", repository, bundle, APP_ID])
    return bundle


if __name__ == "__main__":
    sys.exit(recipe(__doc__ or "", make, sys.argv[1:]))
