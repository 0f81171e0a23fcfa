#!/usr/bin/env python3
"""Makes the Windows installer of a frozen application.

    python packaging/windows/make.py dist/hearth dist

Needs NSIS (https://nsis.sourceforge.io; on Debian: apt-get install nsis), also on Linux. Where there is something to sign
with (sign.py), the installer and the uninstaller in it are signed. Prints the path of the installer.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dev import Problem
from steps import ROOT, find_tool, recipe, run, see_to_tools
from windows.sign import is_possible

from desktop_app import APP_ID, APP_NAME, __version__

SCRIPT = Path(__file__).with_name("installer.nsi")
EXE = f"{APP_NAME.lower()}.exe"
TOKEN_NAME, PROXY_NAME = "Hugging Face", "proxy"
"""Under which names desktop_app/services/network.py keeps its secrets."""
ICON = ROOT / "build" / "icons" / f"{APP_NAME.lower()}.ico"


def installer_path(out: Path, variant: str = "") -> Path:
    """Give where the installer goes."""
    return out / f"{APP_NAME}-{__version__}-windows-x86_64{variant}-setup.exe"


def defines(source: Path, installer: Path, *, is_signed: bool) -> dict[str, str]:
    """Give the values that the script asks for."""
    values = {
        "APP_NAME": APP_NAME,
        "APP_ID": APP_ID,
        "PUBLISHER": f"The {APP_NAME} developers",
        "EXE": EXE,
        # The folder under %LOCALAPPDATA% that desktop_app/paths.py chooses.
        "DATA_NAME": APP_NAME.lower(),
        "TOKEN_NAME": TOKEN_NAME,
        "PROXY_NAME": PROXY_NAME,
        "VERSION": __version__,
        "SOURCE": str(source.resolve()),
        "OUTPUT": str(installer.resolve()),
    }
    if ICON.is_file():
        values["ICON"] = str(ICON)
    if is_signed:
        values["SIGN"] = f'"{sys.executable}" "{Path(__file__).with_name("sign.py")}"'
    return values


def make(source: Path, out: Path, target: str = "", variant: str = "", *, is_quick: bool = False) -> Path:
    """Compile the installer of the application in `source`; `target` names other stubs, for runs under Wine.

    `variant` goes into its name; `is_quick` packs in seconds what is only to be tried. Raises: Problem.
    """
    if not (source / EXE).is_file():
        raise Problem(f"{source} holds no {EXE}: freeze the application on Windows first.")
    see_to_tools(["makensis"])
    out.mkdir(parents=True, exist_ok=True)
    installer = installer_path(out, variant)
    values = defines(source, installer, is_signed=is_possible(os.environ))
    if target:
        values["TARGET"] = target
    if is_quick:
        values["QUICK"] = "yes"
    line = [find_tool("makensis") or "makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8"]
    run([*line, *(f"-D{name}={value}" for name, value in values.items()), SCRIPT])
    return installer


if __name__ == "__main__":
    sys.exit(recipe(__doc__ or "", make, sys.argv[1:]))
