#!/usr/bin/env python3
"""Tries four gates of reliability on the application as it is shipped, in its own window, with its own model.

    python packaging/gates.py [PROGRAM]

A1: killed while it answers, it has lost nothing that was on the disk. B1: its engine is killed; the text stays, and the
next question is answered. D1: nothing that a model writes makes it open a file or a connection. E1: a whole session
with `--offline` makes no internet socket. `tests/reliability` tries the same on the source, more often and in more ways.
Standard library only; needs Linux, Xvfb, xdotool and strace.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from person import QUESTION, Broken, Person, at, rows, screen
from smoke import PROGRAM, running_what_they_read

LONG_QUESTION = "Tell me a long story about the sea and the people who live there."
KILLED_AFTER_S = (0.1, 0.7, 1.5)
"""After the first stored text of the answer, which comes once a second."""
STATES = "SELECT role, state, text FROM message ORDER BY number"
PARTS = "SELECT text FROM message_part ORDER BY seq"
STRACE = ("strace", "-f", "-qq", "-s", "400", "--seccomp-bpf", "-e", "trace=socket,connect,bind,execve,openat,open", "-o")

SHAPES = (
    "![a]({url})", "![a][r]\n\n[r]: {url}", "<{url}>", '<img src="{url}">', "<iframe src='{url}'></iframe>",
    '<link rel="stylesheet" href="{url}">', "<style>@import url({url});</style>", '<object data="{url}"></object>',
    '<meta http-equiv="refresh" content="0; url={url}">', "<svg><image href='{url}'/></svg>", "| a |\n|---|\n| ![x]({url}) |",
    "> - ![x]({url})", "```html\n<img src='{url}'>\n```", "$$\n\\includegraphics{{url}}\n$$",
)  # fmt: skip
FORMULA = "$$\n\\frac{a}{b}\n$$"
"""Drawn by a process that starts for nothing else: when it does, the message is on show."""


def database_in(data: Path) -> Path:
    """Give the file of conversations under `--data-dir`."""
    return data / "data" / "hearth.sqlite3"


def internet_sockets(log: str) -> list[str]:
    """Give the lines of an strace log that make, connect or bind a socket of the internet families."""
    return [line for line in log.splitlines() if re.search(r"\b(socket|connect|bind)\(.*AF_INET", line)]


def lost(question: str, stored: str, found: list[tuple[str, str, str]]) -> list[str]:
    """Give what is wrong with the messages of a killed application after its next start; `stored` was on the disk."""
    questions = [text for role, _, text in found if role == "user"]
    answers = [(state, text) for role, state, text in found if role == "assistant"]
    wrong = [] if questions == [question] else [f"the questions are {questions}"]
    if len(answers) != 1 or answers[0][0] not in ("interrupted", "done"):
        wrong.append(f"the answers are {answers}")
    elif not stored or not answers[0][1].startswith(stored):
        wrong.append(f"{stored!r} was stored, and {answers[0][1]!r} is there")
    return wrong


def killed_while_it_answers(program: Path, home: Path, display: str) -> None:
    """A1. Raises: Broken."""
    for number, delay_s in enumerate(KILLED_AFTER_S):
        data = home / f"killed-{number}"
        database = database_in(data)
        with at(program, home, display, "--data-dir", data, "--offline") as person:
            person.type(LONG_QUESTION)
            person.wait_for("text on the disk", lambda database=database: rows(database, PARTS))  # type: ignore[misc]
            time.sleep(delay_s)
            stored = "".join(text for (text,) in rows(database, PARTS)) or answer_so_far(database)
            person.kill()
        with at(program, home, display, "--data-dir", data, "--offline") as person:
            person.wait_for("an end of the answer", lambda database=database: not rows(database, PARTS))  # type: ignore[misc]
            wrong = lost(LONG_QUESTION, stored, rows(database, STATES))
        if wrong:
            raise Broken(f"A1, killed {delay_s} s after the first text: {'; '.join(wrong)}")
        if check_of(database) != "ok":
            raise Broken(f"A1: the file of conversations is damaged: {check_of(database)}")


def answer_so_far(database: Path) -> str:
    """Give the answer that ended before it could be cut off."""
    return "".join(text for role, _, text in rows(database, STATES) if role == "assistant")


def check_of(database: Path) -> str:
    """Give what SQLite says of the file of an application that has ended; its own index of words nobody else can read."""
    with closing(sqlite3.connect(database)) as connection:
        return "; ".join(str(row[0]) for row in connection.execute("PRAGMA integrity_check(message)"))


def killed_engine(program: Path, home: Path, display: str) -> None:
    """B1. Raises: Broken."""
    data = home / "engine"
    database = database_in(data)
    with at(program, home, display, "--data-dir", data, "--offline") as person:
        person.type(LONG_QUESTION)
        person.wait_for("text on the disk", lambda: rows(database, PARTS))
        (engine,) = (pid for pid, line in descendants(person.process.pid) if b"\0engine" in line)
        stored = "".join(text for (text,) in rows(database, PARTS))
        os.kill(engine, signal.SIGKILL)
        person.wait_for("an end of the answer", lambda: not rows(database, PARTS))
        wrong = lost(LONG_QUESTION, stored, rows(database, STATES))
        if wrong:
            raise Broken(f"B1: {'; '.join(wrong)}")
        person.wait_for("the end of the engine", lambda: not Path("/proc", str(engine)).exists())
        person.ask(QUESTION, database)


def descendants(parent: int) -> list[tuple[int, bytes]]:
    """Give the processes under this one, with their command lines."""
    found: list[tuple[int, bytes]] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            above = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            line = (folder / "cmdline").read_bytes()
        except OSError:  # it has just ended
            continue
        if above == parent:
            found += [(int(folder.name), line), *descendants(int(folder.name))]
    return found


def hostile_answer(program: Path, home: Path, display: str) -> None:
    """D1. Raises: Broken."""
    data, log, canary = home / "hostile", home / "hostile.strace", home / "canary.png"
    canary.write_bytes(b"\x89PNG\r\n")
    with at(program, home, display, "--data-dir", data, "--offline") as person:
        person.ask(QUESTION, database_in(data))
    urls = (f"file://{canary}", str(canary), "http://127.0.0.1:9/canary.png")
    put_answer(database_in(data), "\n\n".join([*(shape.replace("{url}", url) for shape in SHAPES for url in urls), FORMULA]))
    with traced(program, home, display, log, "--data-dir", data) as person:
        person.wait_for("the answer on show", lambda: '"formulas"' in log.read_text("utf-8", "replace"))
        person.scroll(-60)
        person.scroll(60)
    text = log.read_text("utf-8", "replace")
    opened = [line for line in text.splitlines() if canary.name in line] + internet_sockets(text)
    if opened:
        raise Broken(f"D1: {opened[0]}")
    see_to_modules(text)


def put_answer(database: Path, text: str) -> None:
    """Write this in the place of the answer. The index of words stays behind: its writer lives in the application."""
    trigger = "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = 'message_indexed_again'"
    with closing(sqlite3.connect(database)) as connection:
        (sql,) = connection.execute(trigger).fetchone()
        connection.execute("DROP TRIGGER message_indexed_again")
        connection.execute("UPDATE message SET text = ? WHERE role = 'assistant'", (text,))
        connection.execute(sql)
        connection.commit()


def offline_session(program: Path, home: Path, display: str) -> None:
    """E1. Raises: Broken."""
    data, log = home / "offline", home / "offline.strace"
    with traced(program, home, display, log, "--data-dir", data, "--offline") as person:
        person.ask(QUESTION, database_in(data))
        for key in ("ctrl+shift+m", "Escape", "ctrl+comma", "Escape", "ctrl+shift+f"):
            person.press(key)
        person.type("France")
    text = log.read_text("utf-8", "replace")
    if '"--role", "engine"' not in text:
        raise Broken("E1: the log does not cover the engine.")
    if internet_sockets(text):
        raise Broken(f"E1: {internet_sockets(text)[0]}")
    see_to_modules(text)


def see_to_modules(log: str) -> None:
    """Check that no process in the log of a session has loaded what runs whatever it reads. Raises: Broken."""
    if running := running_what_they_read(log):
        raise Broken(f"F3: it loads {', '.join(running)}")


@contextmanager
def traced(program: Path, home: Path, display: str, log: Path, *arguments: str | Path) -> Iterator[Person]:
    """Open the application with every socket and every opened file written down. Raises: Broken."""
    person = Person(program, home, display, arguments, prefix=(*STRACE, log))
    try:
        yield person
        # By its own key: the signal would reach strace.
        person.press("ctrl+q")
        person.wait_until_ended()
    except BaseException:
        for pid, _ in descendants(person.process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        person.kill()
        raise


GATES: dict[str, Callable[[Path, Path, str], None]] = {
    "A1": killed_while_it_answers, "B1": killed_engine, "D1": hostile_answer, "E1": offline_session,
}  # fmt: skip


def main() -> int:
    """Try all of them and say how it went; exit status 1 at the first that does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", type=Path, default=PROGRAM)
    parser.add_argument("--only", choices=GATES, action="append", help="may be given more than once")
    options = parser.parse_args()
    for name in options.only or GATES:
        began = time.monotonic()
        try:
            with tempfile.TemporaryDirectory() as home, screen() as display:
                GATES[name](options.program.absolute(), Path(home), display)
        except (Broken, subprocess.SubprocessError) as error:
            print(f"The application does not pass {error}", file=sys.stderr)
            return 1
        print(f"{name}: passed, {time.monotonic() - began:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
