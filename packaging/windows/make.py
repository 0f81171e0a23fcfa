#!/usr/bin/env python3
"""Makes the Windows installer of a frozen application.

    python packaging/windows/make.py dist/hearth dist

Needs NSIS (https://nsis.sourceforge.io; on Debian: apt-get install nsis), also on Linux. With `HEARTH_SIGN_PFX` set,
the installer and the uninstaller in it are signed (sign.py). Prints the path of the installer.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dev import Problem
from steps import ROOT, run

from desktop_app import APP_ID, APP_NAME, __version__

SCRIPT = Path(__file__).with_name("installer.nsi")
EXE = f"{APP_NAME.lower()}.exe"
ICON = ROOT / "build" / "icons" / f"{APP_NAME.lower()}.ico"


def installer_path(out: Path) -> Path:
    """Give where the installer goes."""
    return out / f"{APP_NAME}-{__version__}-windows-x86_64-setup.exe"


def defines(source: Path, installer: Path, *, is_signed: bool) -> dict[str, str]:
    """Give the values that the script asks for."""
    values = {
        "APP_NAME": APP_NAME,
        "APP_ID": APP_ID,
        "PUBLISHER": f"The {APP_NAME} developers",
        "EXE": EXE,
        # The folder under %LOCALAPPDATA% that desktop_app/paths.py chooses.
        "DATA_NAME": APP_NAME.lower(),
        "VERSION": __version__,
        "SOURCE": str(source.resolve()),
        "OUTPUT": str(installer.resolve()),
    }
    if ICON.is_file():
        values["ICON"] = str(ICON)
    if is_signed:
        values["SIGN"] = f'"{sys.executable}" "{Path(__file__).with_name("sign.py")}"'
    return values


def find_makensis() -> str:
    """Give the compiler of installers. Raises: Problem."""
    usual = Path(os.environ.get("PROGRAMFILES(X86)", "C:/Program Files (x86)")) / "NSIS" / "makensis.exe"
    found = shutil.which("makensis") or (str(usual) if usual.is_file() else None)
    if found is None:
        raise Problem("The installer for Windows is made by NSIS, which is missing: https://nsis.sourceforge.io")
    return found


def make(source: Path, out: Path, target: str = "") -> Path:
    """Compile the installer of the application in `source`; `target` names other stubs, for runs under Wine.

    Raises: Problem.
    """
    if not (source / EXE).is_file():
        raise Problem(f"{source} holds no {EXE}: freeze the application on Windows first.")
    out.mkdir(parents=True, exist_ok=True)
    installer = installer_path(out)
    values = defines(source, installer, is_signed=bool(os.environ.get("HEARTH_SIGN_PFX")))
    if target:
        values["TARGET"] = target
    line = [find_makensis(), "-V2", "-WX", "-INPUTCHARSET", "UTF8", *(f"-D{name}={value}" for name, value in values.items())]
    run([*line, SCRIPT])
    return installer


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says; give the exit status."""
    if len(arguments) not in (2, 3):
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    try:
        print(make(Path(arguments[0]).absolute(), Path(arguments[1]).absolute(), *arguments[2:]))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
