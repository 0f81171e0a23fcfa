#!/usr/bin/env python3
"""Installs Hearth from its disk image, asks it something in its window, replaces it, removes it: the proof that it is whole.

    python packaging/macos/try_installed.py dist/Hearth-*.dmg [PICTURE.png]

For a machine that is thrown away afterwards: it leaves conversations behind, because that is what it checks. Needs a
desktop session whose terminal may press keys (System Settings, Privacy, Accessibility). Standard library only.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dev import Problem
from macos.hdiutil import detach, hdiutil
from person import LIMIT_S, QUESTION, Broken, answer_in, ask_until_heard, patiently, traced, wait_for
from smoke import self_check
from steps import run

from desktop_app import APP_NAME

PROGRAM = APP_NAME.lower()
APPLICATION = Path("/Applications") / f"{APP_NAME}.app"
DATABASE = Path.home() / "Library" / "Application Support" / PROGRAM / f"{PROGRAM}.sqlite3"

PRESS = """
tell application "System Events"
    set frontmost of (first process whose unix id is {process}) to true
    delay 1
    {keys}
end tell
"""
# Over whatever stands in the composer, where the question may have arrived in part.
ASK = f'keystroke "a" using command down\n    keystroke "{QUESTION}"\n    key code 36'
STOP = "key code 53"


def install(image: Path) -> Path:
    """Copy the application out of the image, as dragging it does, and give its program. Raises: Problem."""
    with tempfile.TemporaryDirectory() as place:
        hdiutil(["attach", image, "-nobrowse", "-readonly", "-mountpoint", place], run)
        try:
            shutil.rmtree(APPLICATION, ignore_errors=True)
            run(["ditto", Path(place, APPLICATION.name), APPLICATION])
        finally:
            detach(place, run)
    run(["codesign", "--verify", "--deep", "--strict", APPLICATION])
    return APPLICATION / "Contents" / "MacOS" / PROGRAM


def press(process: int, keys: str) -> None:
    """Press keys in the window of this process; that it did not work shows in what they were to do."""
    try:
        run(["osascript", "-e", PRESS.format(process=process, keys=keys)])
    except Problem as problem:
        print(f"  no keys: {problem}", file=sys.stderr)


def take_picture(picture: Path) -> None:
    """Take a picture of the screen; without one, which the system may not allow, nothing is less proved."""
    try:
        run(["screencapture", "-x", picture])
    except Problem as problem:
        print(f"  no picture: {problem}", file=sys.stderr)


def chat(program: Path, picture: Path | None) -> str:
    """Ask the question in the window and give the answer. Raises: Broken, Problem."""
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder, "trace")
        process = subprocess.Popen([program, "--offline"], env={**os.environ, "HEARTH_TRACE": str(trace)})
        try:
            wait_for("a painted window", process, lambda: traced(trace, "first_paint"))
            ask_until_heard(lambda: press(process.pid, ASK), DATABASE)
            wait_for("an answer", process, patiently(lambda: answer_in(DATABASE), lambda: press(process.pid, STOP)))
            if picture is not None:
                take_picture(picture)
            process.send_signal(signal.SIGTERM)
            code = process.wait(LIMIT_S)
        finally:
            process.kill()
        if code != 0:
            raise Broken(f"Told to quit, the program ended with {code}.")
    return answer_in(DATABASE)


def check(image: Path, picture: Path | None) -> str:
    """Go through the life of an installation and give the answer of the model. Raises: Broken, Problem."""
    program = install(image)
    self_check(program, Path.home(), has_model=True)
    answer = chat(program, picture)
    before = hashlib.sha256(DATABASE.read_bytes()).hexdigest()
    self_check(install(image), Path.home(), has_model=True)
    shutil.rmtree(APPLICATION)
    if hashlib.sha256(DATABASE.read_bytes()).hexdigest() != before:
        raise Broken("The conversations are not what they were before the application was replaced and removed.")
    return answer


def main(arguments: Sequence[str]) -> int:
    """Check and say how it went; exit status 1 when something is broken."""
    if len(arguments) not in (1, 2):
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    try:
        answer = check(Path(arguments[0]).absolute(), Path(arguments[1]) if len(arguments) == 2 else None)
    except (Broken, Problem, OSError, subprocess.SubprocessError) as error:
        print(f"The installed application does not work: {error}", file=sys.stderr)
        return 1
    print(json.dumps({"ok": True, "answer": answer}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
