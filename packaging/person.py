"""Somebody at the installed application: a screen, real keys, and a look into the file of conversations.

Standard library only, so that it runs on a bare machine as well, which needs Xvfb and xdotool, and `xwd` for pictures.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

QUESTION = "What is the capital of France?"
ASKED = "SELECT 1 FROM message WHERE role = 'user' LIMIT 1"
FINISHED = "SELECT text FROM message WHERE role = 'assistant' AND state IN ('done', 'interrupted') AND text != '' ORDER BY number"
LIMIT_S = 120
PATIENCE_S = 20
"""Then an answer is stopped: a small model may not find an end."""
HEARD_S = 5
"""A question that is not in the file of conversations by then went elsewhere, or was cut short, and is typed again."""
N_QUESTIONS = 4
SIZE = "1280x860x24"
FAILED = re.compile(r" (?:ERROR|CRITICAL) +window\[.*")
"""What the window writes down of a fault of its own, and goes on. Source: `desktop_app/logs.py`."""
SYSTEM = ("SYSTEMROOT", "SYSTEMDRIVE", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "TEMP", "TMP")
"""What no program of Windows starts without."""


class Broken(Exception):
    """What does not work, as one sentence."""


def bare_environment(home: Path) -> dict[str, str]:
    """Give the environment of somebody who has nothing but a home: no Python, no Qt of this checkout."""
    kept = {name: os.environ[name] for name in SYSTEM if name in os.environ}
    return {**kept, "HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


@contextmanager
def screen() -> Iterator[str]:
    """Open a virtual screen, for everybody on this machine, and give its name. Raises: Broken."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", SIZE, "-nolisten", "tcp", "-ac"],
        pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise Broken("Xvfb does not start.")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def wait_for(what: str, process: subprocess.Popen[bytes], is_so: Callable[[], object]) -> None:
    """Wait until it is so. Raises: Broken when it does not come to it, or the program ends."""
    deadline = time.monotonic() + LIMIT_S
    while not is_so():
        if process.poll() is not None:
            raise Broken(f"The program ended with {process.returncode} before {what}.")
        if time.monotonic() > deadline:
            raise Broken(f"In {LIMIT_S} s it did not come to {what}.")
        time.sleep(0.1)


def patiently(is_so: Callable[[], object], stop: Callable[[], object]) -> Callable[[], object]:
    """Give the same question, which stops an answer before it asks once `PATIENCE_S` have passed."""
    patience = time.monotonic() + PATIENCE_S

    def is_so_or_stopped() -> object:
        if time.monotonic() > patience:
            stop()
        return is_so()

    return is_so_or_stopped


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    """Give what a query finds in the file of an application that runs; [] while there is no such file. Raises: Broken."""
    if not database.exists():
        return []
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()
    except sqlite3.OperationalError as error:
        raise Broken(f"{database} cannot be read: {error}") from None


def answers_in(database: Path) -> list[str]:
    """Give the finished answers in the file of conversations."""
    return [str(text) for (text,) in rows(database, FINISHED)]


def answer_in(database: Path) -> str:
    """Give the first finished answer in the file of conversations, "" when there is none yet."""
    return next(iter(answers_in(database)), "")


def ask_until_heard(ask: Callable[[], None], database: Path) -> None:
    """Type the question until it is in the file of conversations: keys go to whatever is in front. Raises: Broken."""
    for _ in range(N_QUESTIONS):
        ask()
        deadline = time.monotonic() + HEARD_S
        while time.monotonic() < deadline:
            if rows(database, ASKED):
                return
            time.sleep(0.1)
    raise Broken(f"The question was typed {N_QUESTIONS} times and is not in {database.name}.")


def traced(trace: Path, moment: str) -> bool:
    """Say whether the application has come to this moment of its start."""
    return trace.exists() and f'"{moment}"' in trace.read_text("utf-8")


class Person:
    """Sits before one open application. `home` is the person's; `notes`, a folder in it, takes what the application says.

    `prefix` stands before the program on its command line, for instance to run it under strace or as somebody else.
    """

    def __init__(
        self,
        program: Path,
        home: Path,
        display: str,
        arguments: Sequence[str | Path] = (),
        *,
        prefix: Sequence[str | Path] = (),
        notes: Path | None = None,
    ) -> None:
        self.notes = notes or home / "notes"
        self.notes.mkdir(exist_ok=True)
        environment = {**bare_environment(home), "DISPLAY": display}
        self._keys = {**environment, "PATH": os.environ["PATH"]}
        trace = self.notes / f"trace-{time.monotonic_ns()}"
        trace.touch()
        trace.chmod(0o666)  # the application may run as somebody else
        own = {**environment, "HEARTH_TRACE": str(trace), "QT_QPA_PLATFORM": "xcb"}
        with (self.notes / "output.txt").open("ab") as output:
            self.process = subprocess.Popen([*prefix, program, *arguments], env=own, stdout=output, stderr=output)
        try:
            wait_for("a painted window", self.process, lambda: traced(trace, "first_paint"))
            self._window = self._xdotool("search", "--sync", "--onlyvisible", "--class", "hearth").split()[0]
            self.focus()
        except Broken as error:
            self.process.kill()
            raise Broken(f"{error} {self._said()}") from None
        except BaseException:
            self.process.kill()
            raise

    def _said(self) -> str:
        return (self.notes / "output.txt").read_text("utf-8", "replace")[-800:]

    def _xdotool(self, *arguments: str) -> str:
        line = ["xdotool", *arguments]
        return subprocess.run(line, env=self._keys, capture_output=True, text=True, timeout=LIMIT_S, check=True).stdout

    def focus(self) -> None:
        """Give the window the keyboard, at the start and when a dialog is gone: there is no window manager to do it."""
        self._xdotool("windowfocus", "--sync", self._window)

    def type(self, text: str) -> None:
        """Type this, and Return."""
        self._xdotool("type", "--delay", "20", text)
        self.press("Return")

    def scroll(self, n_steps: int) -> None:
        """Turn the wheel over the middle of the screen, up when `n_steps` is negative."""
        self._xdotool("mousemove", "800", "400")
        self._xdotool("click", "--repeat", str(abs(n_steps)), "--delay", "15", "4" if n_steps < 0 else "5")

    def press(self, key: str) -> None:
        """Press a key by its name in X, `ctrl+comma` for instance."""
        self._xdotool("key", key)

    def wait_for(self, what: str, is_so: Callable[[], object]) -> None:
        """Wait until it is so. Raises: Broken."""
        wait_for(what, self.process, is_so)

    def ask(self, question: str, database: Path) -> str:
        """Type a question and give its answer. Raises: Broken."""
        n_before = len(answers_in(database))
        self.type(question)
        self.wait_for("an answer", patiently(lambda: len(answers_in(database)) > n_before, lambda: self.press("Escape")))
        return answers_in(database)[-1]

    def take_picture(self, picture: Path) -> None:
        """Take a picture of the screen as PNG, where `xwd` (of x11-apps) is there."""
        if shutil.which("xwd") is None:
            print("  no picture: xwd is not installed", file=sys.stderr)
            return
        line = ["xwd", "-root", "-silent"]
        dump = subprocess.run(line, env=self._keys, capture_output=True, timeout=LIMIT_S, check=True).stdout
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(png_of(dump))

    def kill(self) -> None:
        """End the application from one moment to the next, as a power cut does."""
        self.process.kill()
        self.process.wait()

    def leave(self) -> None:
        """Tell the application to quit. Raises: Broken when it does not, or not in good order."""
        self.process.send_signal(signal.SIGTERM)
        self.wait_until_ended()

    def wait_until_ended(self) -> None:
        """Wait for the end of an application that was told to quit.

        Raises: Broken when it does not, or not in good order, or when a part of it had failed: the window goes on then.
        """
        try:
            self.process.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            self.kill()
        if self.process.returncode != 0:
            raise Broken(f"Told to quit, the program ended with {self.process.returncode}: {self._said()}")
        if failed := FAILED.search((self.notes / "output.txt").read_text("utf-8", "replace")):
            raise Broken(f"The window goes on, but something of it failed:{failed[0]}")


@contextmanager
def at(program: Path, home: Path, display: str, *arguments: str | Path, **more: Any) -> Iterator[Person]:
    """Open the application, give the person before it, and quit afterwards, unless it has ended. Raises: Broken."""
    person = Person(program, home, display, arguments, **more)
    try:
        yield person
    except BaseException:
        person.kill()
        raise
    if person.process.poll() is None:
        person.leave()


def png_of(dump: bytes) -> bytes:
    """Give the PNG of a dump of a screen with 24 or 32 bits a pixel, blue first. Sources: XWDFile.h, PNG specification."""
    header = struct.unpack_from(">25I", dump)
    width, height, n_bytes, n_line_bytes = header[4], header[5], header[11] // 8, header[12]
    start = header[0] + 12 * header[19]
    lines = bytearray()
    for y in range(height):
        line = dump[start + y * n_line_bytes :][: n_bytes * width]
        row = bytearray(3 * width)
        row[0::3], row[1::3], row[2::3] = line[2::n_bytes], line[1::n_bytes], line[::n_bytes]
        lines += b"\0" + row
    size = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", size), (b"IDAT", zlib.compress(bytes(lines))), (b"IEND", b""))
    parts = (struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
