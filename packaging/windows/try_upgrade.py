#!/usr/bin/env python3
"""Installs Hearth on Windows, the next version over it, and the old one again, which must be refused.

    python packaging/windows/try_upgrade.py dist/Hearth-*-setup.exe NEWER-setup.exe

`packaging/newer.py` makes the next version. For a machine that is thrown away afterwards. Standard library only.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from newer import MORE
from person import Broken

from desktop_app import APP_ID, APP_NAME

LIMIT_S = 600
OLDER = 4
"""The installer's exit code where a newer version is installed."""
KEY = rf"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\{APP_ID}"

Run = Callable[[list[str]], tuple[int, str]]


def run(line: list[str]) -> tuple[int, str]:
    """Run a program and give its exit code and what it printed."""
    done = subprocess.run(line, capture_output=True, text=True, errors="replace", timeout=LIMIT_S, check=False)
    return done.returncode, done.stdout


def version_of(setup: Path) -> str:
    """Give the version that stands in the name of a setup program."""
    match = re.match(rf"{APP_NAME}-([\d.]+)-windows-", setup.name)
    return match[1] if match else ""


def state(folder: Path, run: Run) -> tuple[str, bool]:
    """Give the version that Windows says is installed, and whether the file of the next version is there."""
    _code, said = run(["reg", "query", KEY, "/v", "DisplayVersion"])
    match = re.search(r"DisplayVersion\s+REG_SZ\s+(\S+)", said)
    return match[1] if match else "", (folder / "app" / "_internal" / MORE).is_file()


def check(old: Path, newer: Path, folder: Path, run: Run) -> None:
    """Go there, and try to go back. Raises: Broken."""
    versions = version_of(old), version_of(newer)
    if not all(versions) or versions[0] == versions[1]:
        raise Broken(f"These are no two versions: {old.name}, {newer.name}")
    steps = ((old, 0, (versions[0], False)), (newer, 0, (versions[1], True)), (old, OLDER, (versions[1], True)))
    for setup, expected, afterwards in steps:
        code, _said = run([str(setup), "/S"])
        if code != expected:
            raise Broken(f"{setup.name} ended with {code} and not with {expected}.")
        if state(folder, run) != afterwards:
            raise Broken(f"After {setup.name} there is {state(folder, run)} and not {afterwards}.")
    code, said = run([str(folder / "app" / f"{APP_NAME.lower()}.exe"), "--self-check"])
    if code != 0:
        raise Broken(f"After the upgrade --self-check ended with {code}: {said[-400:]}")
    run([str(folder / "uninstall.exe"), "/S"])
    deadline = time.monotonic() + LIMIT_S
    while folder.exists():
        if time.monotonic() > deadline:
            raise Broken("The uninstaller does not come to an end.")
        time.sleep(0.1)


def main(arguments: list[str]) -> int:
    """Check and say how it went; exit status 1 when something is broken."""
    if len(arguments) != 2:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    old, newer = (Path(argument).absolute() for argument in arguments)
    try:
        check(old, newer, Path(os.environ["LOCALAPPDATA"]) / "Programs" / APP_NAME, run)
    except (Broken, OSError, subprocess.SubprocessError) as error:
        print(f"The upgrade does not work: {error}", file=sys.stderr)
        return 1
    print(f"{version_of(old)}, {version_of(newer)}, and no way back")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
