#!/usr/bin/env python3
"""Unpacks the portable archive, asks it something, carries it elsewhere and looks whether it has come along whole.

    python3 packaging/try_portable.py dist/Hearth-*-portable.tar.xz [PICTURE.png]

Everything must lie beside the program, and nothing in the person's home. Standard library only; needs Linux, Xvfb and
xdotool, and xz where tar unpacks.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from dev import Problem
from person import QUESTION, Broken, answers_in, at, screen
from smoke import self_check, starter_model, written_outside
from steps import run

NAME = "hearth"


def check(archive: Path, picture: Path | None = None) -> str:
    """Ask, carry away, ask again; give the first answer. Raises: Broken, Problem."""
    with tempfile.TemporaryDirectory() as name, screen() as display:
        home, first, second = (Path(name, part) for part in ("home", "first place", "second"))
        for folder in (home, first, second):
            folder.mkdir()
        run(["tar", "-xf", archive, "-C", first])
        database = Path("data", "data", f"{NAME}.sqlite3")
        program = first / NAME / NAME
        self_check(program, home, has_model=starter_model(program) is not None)
        with at(program, home, display, "--offline") as person:
            answer = person.ask(QUESTION, first / NAME / database)
            if picture is not None:
                person.take_picture(picture)
        (first / NAME).rename(second / NAME)
        with at(second / NAME / NAME, home, display, "--offline") as person:
            person.ask(QUESTION, second / NAME / database)
            answers = answers_in(second / NAME / database)
        if answers[0] != answer or len(answers) != 2:
            raise Broken(f"Carried elsewhere, it has {answers} and not {answer!r} and one more.")
        if written_outside(home):
            raise Broken(f"It wrote into the home: {', '.join(written_outside(home))}")
    return answer


def main(arguments: Sequence[str]) -> int:
    """Check and say how it went; exit status 1 when something is broken."""
    if len(arguments) not in (1, 2):
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    try:
        answer = check(Path(arguments[0]).absolute(), Path(arguments[1]) if len(arguments) == 2 else None)
    except (Broken, Problem, OSError, subprocess.SubprocessError) as error:
        print(f"The portable application does not work: {error}", file=sys.stderr)
        return 1
    print(json.dumps({"ok": True, "answer": answer}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
