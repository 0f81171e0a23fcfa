#!/usr/bin/env python3
"""Makes the disk image for macOS of an application bundle that PyInstaller has made.

    python packaging/macos/make.py dist/Hearth.app dist

Completes the bundle's Info.plist, signs every program and library in it from the inside out, makes the image, and has
Apple notarise it. Runs on macOS only; Xcode's command line tools hold all it calls. Three environment variables:

    HEARTH_MACOS_IDENTITY   name of a "Developer ID Application" certificate in the keychain; without it the signature is
                            ad hoc: the application runs, and a person must allow it in the system's settings first
    HEARTH_NOTARY_PROFILE   what `xcrun notarytool store-credentials` has stored; without it nothing is sent to Apple
    HEARTH_NOTARY_KEYCHAIN  the keychain that it was stored in with `--keychain`; without it the one of the login

Prints the path of the image.
"""

from __future__ import annotations

import os
import platform
import plistlib
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dev import Problem
from macos.hdiutil import hdiutil
from steps import recipe, run

from desktop_app import APP_ID, APP_NAME, __version__

ENTITLEMENTS = Path(__file__).with_name("entitlements.plist")
OLDEST_MACOS = "13.3"
"""What llama.cpp's own builds for macOS ask for."""

GGUF_TYPE = "org.ggml.gguf"
AD_HOC = "-"
# The first four bytes of a program or library, in both byte orders and for several architectures at once.
MACH_O = {b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"\xfe\xed\xfa\xce", b"\xca\xfe\xba\xbe"}

Run = Callable[[Sequence[str]], object]


def info_plist() -> dict[str, Any]:
    """Give what the bundle says of itself; the name of the program and the icon stand there already."""
    return {
        "CFBundleIdentifier": APP_ID,
        "CFBundleName": APP_NAME,
        "CFBundleDisplayName": APP_NAME,
        "CFBundleShortVersionString": __version__,
        "CFBundleVersion": __version__,
        "CFBundlePackageType": "APPL",
        "CFBundleDevelopmentRegion": "en",
        "CFBundleLocalizations": ["en", "zh-Hans"],
        "LSApplicationCategoryType": "public.app-category.productivity",
        "LSMinimumSystemVersion": OLDEST_MACOS,
        "NSHighResolutionCapable": True,
        # Offered for model files, never put in the place of the program that opens them now.
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "GGUF model",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": [GGUF_TYPE],
            }
        ],
        # Imported: the format is not ours.
        "UTImportedTypeDeclarations": [
            {
                "UTTypeIdentifier": GGUF_TYPE,
                "UTTypeDescription": "GGUF model",
                "UTTypeConformsTo": ["public.data"],
                "UTTypeTagSpecification": {"public.filename-extension": ["gguf"]},
            }
        ],
    }


def complete(app: Path) -> None:
    """Write what `info_plist` gives into the bundle. Raises: Problem."""
    place = app / "Contents" / "Info.plist"
    if not place.is_file():
        raise Problem(f"{app} is no application bundle: freeze the application on macOS first.")
    there = plistlib.loads(place.read_bytes())
    place.write_bytes(plistlib.dumps({**there, **info_plist()}))


def code_in(app: Path) -> Iterator[Path]:
    """Give what needs a signature of its own, the deepest first: programs, libraries, then the frameworks around them."""
    inside = sorted(app.rglob("*"), key=lambda path: (-len(path.parts), str(path)))
    for path in inside:
        if path.is_symlink():
            continue
        if path.suffix == ".framework" and path.is_dir():
            yield path
        elif path.is_file():
            with path.open("rb") as file:
                if file.read(4) in MACH_O:
                    yield path


def signing_line(path: Path, identity: str) -> list[str]:
    """Give the command that signs one file or bundle."""
    line = ["codesign", "--force", "--sign", identity]
    if identity != AD_HOC:
        # A library that is signed ad hoc has no team, and the hardened runtime would refuse to load it.
        line += ["--timestamp", "--options", "runtime"]
        if path.suffix == ".app" or path.parent.name == "MacOS":
            line += ["--entitlements", str(ENTITLEMENTS)]
    return [*line, str(path)]


def sign(app: Path, identity: str, run: Run) -> None:
    """Sign the bundle from the inside out, and look at the result as the system will."""
    for path in code_in(app):
        run(signing_line(path, identity))
    run(signing_line(app, identity))
    run(["codesign", "--verify", "--deep", "--strict", str(app)])


def image_path(out: Path) -> Path:
    """Give where the image goes; each kind of processor has its own."""
    return out / f"{APP_NAME}-{__version__}-macos-{platform.machine()}.dmg"


def make_image(app: Path, image: Path, identity: str, run: Run) -> None:
    """Make the image: the bundle, and beside it the folder that a person drags it to."""
    with tempfile.TemporaryDirectory() as folder:
        run(["ditto", str(app), str(Path(folder, app.name))])
        Path(folder, "Applications").symlink_to("/Applications")
        image.unlink(missing_ok=True)
        # Half an image of an attempt that failed would be in its way.
        line = ["create", "-ov", "-volname", APP_NAME, "-srcfolder", folder, "-fs", "HFS+", "-format", "ULFO"]
        hdiutil([*line, image], run)
    if identity != AD_HOC:
        run(["codesign", "--sign", identity, "--timestamp", str(image)])


def notarise(image: Path, profile: str, run: Run) -> None:
    """Have Apple look at the image, and attach what it says, so that a start without a network works too."""
    keychain = os.environ.get("HEARTH_NOTARY_KEYCHAIN")
    where = ["--keychain", keychain] if keychain else []
    run(["xcrun", "notarytool", "submit", str(image), "--keychain-profile", profile, *where, "--wait"])
    run(["xcrun", "stapler", "staple", str(image)])
    run(["spctl", "--assess", "--type", "open", "--context", "context:primary-signature", "--verbose", str(image)])


def make(app: Path, out: Path, run: Run = run) -> Path:
    """Complete, sign, pack and, where there is a profile, notarise. Raises: Problem."""
    identity = os.environ.get("HEARTH_MACOS_IDENTITY") or AD_HOC
    profile = os.environ.get("HEARTH_NOTARY_PROFILE")
    if profile and identity == AD_HOC:
        raise Problem("Apple notarises only what is signed with a certificate: set HEARTH_MACOS_IDENTITY too.")
    complete(app)
    sign(app, identity, run)
    out.mkdir(parents=True, exist_ok=True)
    image = image_path(out)
    make_image(app, image, identity, run)
    if profile:
        notarise(image, profile, run)
    return image


if __name__ == "__main__":
    sys.exit(recipe(__doc__ or "", make, sys.argv[1:]))
