#!/usr/bin/env python3
"""Asks the installed Flatpak something in its window: the proof that its runtime and what it brings are enough for it.

    dbus-run-session python3 packaging/flatpak/try_installed.py [PICTURE.png]

For a machine that is thrown away afterwards, since the person's own folders are written to. `--self-check` loads the engine
alone; the window loads Qt's network too. Standard library only; needs flatpak, Xvfb and xdotool.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from person import QUESTION, Broken, at, screen

from desktop_app import APP_ID, APP_NAME

NAME = APP_NAME.lower()
OF_SESSION = ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
"""What flatpak makes a sandbox with."""


def check(home: Path, picture: Path | None = None) -> str:
    """Open the window, ask, and leave; give the answer. Raises: Broken."""
    # Moments of the start are written there, out of the sandbox.
    notes = home / "notes"
    session = [f"{name}={os.environ[name]}" for name in OF_SESSION if name in os.environ]
    line = ["env", *session, "flatpak", "run", "--user", f"--filesystem={notes}"]
    database = home / ".var" / "app" / APP_ID / "data" / NAME / f"{NAME}.sqlite3"
    with screen() as display, at(Path(APP_ID), home, display, "--offline", prefix=line, notes=notes) as person:
        answer = person.ask(QUESTION, database)
        if picture is not None:
            person.take_picture(picture)
        # A signal would end the sandbox, and with it the application in the middle of something.
        person.press("ctrl+q")
        person.wait_until_ended()
    return answer


def main(arguments: Sequence[str]) -> int:
    """Check and say how it went; exit status 1 when something is broken."""
    if len(arguments) > 1:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    try:
        answer = check(Path.home(), *map(Path, arguments))
    except (Broken, OSError, subprocess.SubprocessError) as error:
        print(f"The Flatpak does not work: {error}", file=sys.stderr)
        return 1
    print(json.dumps({"ok": True, "answer": answer}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
