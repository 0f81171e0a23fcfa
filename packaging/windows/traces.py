"""What an installation on Windows leaves beside its own folder: links, and what the registry says of it.

Of Windows itself and of Wine's the registry is asked by its own program, `reg`, in whatever way the caller runs that.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path, PureWindowsPath

from desktop_app import APP_ID, APP_NAME

EXE = f"{APP_NAME.lower()}.exe"
UNINSTALL = rf"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\{APP_ID}"
OWN = rf"HKCU\Software\{APP_ID}"
CLASSES = r"HKCU\Software\Classes"
FILE_TYPE = f"{APP_ID}.gguf"
VERSION = (UNINSTALL, "DisplayVersion")
LINK = f"{APP_NAME}.lnk"
START_MENU = Path("Microsoft", "Windows", "Start Menu", "Programs", LINK)
"""Of the link in the start menu, in the folder that APPDATA names."""

PATIENCE_S = 60.0
"""The uninstaller takes its folder away first, and goes on when it has ended for whoever called it."""

Run = Callable[[list[str]], str]
"""Runs a program of Windows and gives what it printed, "" when it failed."""


def value(run: Run, key: str, name: str) -> str | None:
    """Give a value of the registry, None when there is none; "" is the name of a key's own."""
    said = run(["reg", "query", key, *(["/v", name] if name else ["/ve"])])
    found = re.search(r"REG_\w+[ \t]*(.*?)\r?$", said, re.MULTILINE)
    return found[1] if found and found[1] != "(value not set)" else None


def set_version(run: Run, version: str) -> None:
    """Let the registry say that this version is installed."""
    run(["reg", "add", VERSION[0], "/v", VERSION[1], "/d", version, "/f"])


def expected(folder: PureWindowsPath, version: str) -> dict[tuple[str, str], str]:
    """Give what the registry says of a version that is installed in `folder`."""
    uninstaller = f'"{folder / "uninstall.exe"}"'
    return {
        (UNINSTALL, "DisplayName"): APP_NAME,
        VERSION: version,
        (UNINSTALL, "InstallLocation"): str(folder),
        (UNINSTALL, "UninstallString"): uninstaller,
        (UNINSTALL, "QuietUninstallString"): f"{uninstaller} /S",
        (OWN, "InstallDir"): str(folder),
    }


def of_models(folder: PureWindowsPath) -> dict[tuple[str, str], str]:
    """Give what it says where the application opens models, and nothing else does."""
    return {
        (rf"{CLASSES}\{FILE_TYPE}\shell\open\command", ""): f'"{folder / "app" / EXE}" "%1"',
        (rf"{CLASSES}\.gguf\OpenWithProgids", FILE_TYPE): "",
        (rf"{CLASSES}\.gguf", ""): FILE_TYPE,
    }


def wrong(run: Run, links: Iterable[Path], folder: PureWindowsPath, version: str, *, opens_models: bool) -> list[str]:
    """Give what is not as it has to be; version "": nothing is installed any more."""
    there, models = expected(folder, version), of_models(folder)
    wanted: dict[tuple[str, str], str | None] = {**there, **models}
    wanted |= dict.fromkeys(wanted) if not version else dict.fromkeys(models) if not opens_models else {}
    found = {place: value(run, *place) for place in wanted}
    differing = [
        f"{key} {name or '(Default)'} is {found[key, name]!r}" for key, name in wanted if found[key, name] != wanted[key, name]
    ]
    return differing + [
        f"{link} is {'missing' if version else 'still there'}" for link in links if link.is_file() is not bool(version)
    ]


def in_the_end(left: Callable[[], Collection[object]]) -> list[str]:
    """Give as text what is still left when nothing more is to be expected."""
    deadline = time.monotonic() + PATIENCE_S
    while (found := left()) and time.monotonic() < deadline:
        time.sleep(0.5)
    return sorted(map(str, found))
