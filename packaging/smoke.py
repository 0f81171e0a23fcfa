#!/usr/bin/env python3
"""Runs the frozen application as a person would, on a screen of its own: the proof that it is whole.

    python packaging/smoke.py [PROGRAM] [--picture FILE.png]

First every part that runs in a child process is asked something that its libraries are needed for; then the window is
opened, a question typed with real keys, and the answer awaited in the file of conversations. Nothing of the program is
replaced and nothing of this environment reaches it. Standard library only: it runs against an installed application
on a bare machine as well, which needs Xvfb and xdotool, and `xwd` for the picture.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "dist" / "hearth" / "hearth"
QUESTION = "What is the capital of France?"
ANSWER = "SELECT text FROM message WHERE role = 'assistant' AND state = 'done' AND text != '' LIMIT 1"
LIMIT_S = 120
SIZE = "1280x860x24"
CACHES = (".cache/fontconfig", ".cache/mesa_shader_cache", ".cache/mesa_shader_cache_db")
"""What libraries of the system keep there for everybody who draws letters or asks for a graphics card."""


class Broken(Exception):
    """What does not work, as one sentence."""


def bare_environment(home: Path) -> dict[str, str]:
    """Give the environment of somebody who has nothing but a home: no Python, no Qt of this checkout."""
    return {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def self_check(program: Path, home: Path, *, has_model: bool) -> dict[str, object]:
    """Give what `--self-check` says. Raises: Broken when the engine does not generate, or has no model but should."""
    done = subprocess.run(
        [program, "--self-check"], env=bare_environment(home), capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    try:
        report: dict[str, object] = json.loads(done.stdout)
    except ValueError:
        raise Broken(f"--self-check ended with {done.returncode} and said {done.stderr[-800:]!r}") from None
    is_as_expected = report["ok"] is True if has_model else report.get("reason") == "there is no model"
    if not is_as_expected:
        raise Broken(f"--self-check says {report.get('reason')}")
    return report


def ask_roles(program: Path, home: Path, model: Path | None) -> None:
    """Ask each child process of the application something that it needs its libraries for. Raises: Broken."""
    loose = home / "hearth" / "loose"
    loose.mkdir(parents=True)
    (loose / "damaged").write_bytes(b"no database")
    on_hub = ("--offline", "--home", str(loose))
    place = {"workshop": str(loose / "new"), "damaged": str(loose / "damaged"), "backups": str(loose), "until_ms": 0}
    outside = {"path": str(loose / "damaged"), "now_ms": 0, "image_word": "image", "file_word": "file"}
    ask_role(program, home, ("formulas",), {"v": 1, "task": 1, "tex": r"\frac{a}{b}", "display": True}, "<svg")
    ask_role(program, home, ("import",), outside, "no_conversations")
    ask_role(program, home, ("repair",), place, "path")
    ask_role(program, home, ("hub", *on_hub), {"type": "Open", "access": {"endpoints": [], "proxy": {}}}, "HubReady")
    ask_role(program, home, ("download", *on_hub), {}, "DownloadReady")
    if model is not None:
        ask_role(program, home, ("inspect",), str(model), "null")


def ask_role(program: Path, home: Path, role: tuple[str, ...], request: object, expected: str) -> None:
    """Start a child process of the application, send one line, and wait for `expected`. Raises: Broken."""
    said = b""
    command = [str(program), "--role", *role]
    pipe = subprocess.PIPE
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(command, env=bare_environment(home), stdin=pipe, stdout=pipe, stderr=log, bufsize=0) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        guard = threading.Timer(LIMIT_S, process.kill)
        guard.start()
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            # It ends with its input, so that stays open until it has answered.
            while expected.encode() not in said and (piece := process.stdout.read(65536)):
                said += piece
        except BrokenPipeError:
            pass
        finally:
            guard.cancel()
            process.kill()
        process.wait()
        if expected.encode() not in said:
            log.seek(0)
            words = log.read().decode("utf-8", "replace").strip()[-800:]
            raise Broken(f"--role {role[0]} answered {said[:300]!r} and said {words!r}")


@contextmanager
def screen() -> Iterator[str]:
    """Open a virtual screen and give its name. Raises: Broken."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", SIZE, "-nolisten", "tcp"],
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


def answer_in(database: Path) -> str:
    """Give the first finished answer in the file of conversations, "" when there is none yet."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            row = connection.execute(ANSWER).fetchone()
    except sqlite3.OperationalError:
        return ""
    return str(row[0]) if row else ""


def traced(trace: Path, moment: str) -> bool:
    """Say whether the application has come to this moment of its start."""
    return trace.exists() and f'"{moment}"' in trace.read_text("utf-8")


def chat(program: Path, home: Path, picture: Path | None) -> str:
    """Open the window, type the question, and give the answer; then close it in good order. Raises: Broken."""
    data, trace = home / "hearth", home / "trace"
    log = home / "output.txt"
    with screen() as display, log.open("wb") as output:
        env = {**bare_environment(home), "DISPLAY": display, "HEARTH_TRACE": str(trace), "QT_QPA_PLATFORM": "xcb"}
        process = subprocess.Popen([program, "--data-dir", data, "--offline"], env=env, stdout=output, stderr=output)
        try:
            wait_for("a painted window", process, lambda: traced(trace, "first_paint"))
            keys = {**env, "PATH": os.environ["PATH"]}
            window = subprocess.run(
                ["xdotool", "search", "--sync", "--onlyvisible", "--pid", str(process.pid)],
                env=keys, capture_output=True, text=True, timeout=LIMIT_S, check=True,
            ).stdout.split()[0]  # fmt: skip
            # There is no window manager to give it the keyboard.
            subprocess.run(["xdotool", "windowfocus", "--sync", window], env=keys, timeout=LIMIT_S, check=True)
            subprocess.run(["xdotool", "type", "--delay", "20", QUESTION], env=keys, timeout=LIMIT_S, check=True)
            subprocess.run(["xdotool", "key", "Return"], env=keys, timeout=LIMIT_S, check=True)
            wait_for("an answer", process, lambda: answer_in(data / "data" / "hearth.sqlite3"))
            if picture is not None:
                take_picture(picture, keys)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
        if process.returncode != 0:
            raise Broken(f"Told to quit, the program ended with {process.returncode}: {log.read_text('utf-8')[-800:]}")
    return answer_in(data / "data" / "hearth.sqlite3")


def take_picture(picture: Path, env: dict[str, str]) -> None:
    """Take a picture of the screen as PNG, where `xwd` (of x11-apps) is there."""
    if shutil.which("xwd") is None:
        print("  no picture: xwd is not installed", file=sys.stderr)
        return
    dump = subprocess.run(["xwd", "-root", "-silent"], env=env, capture_output=True, timeout=LIMIT_S, check=True).stdout
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(png_of(dump))


def png_of(dump: bytes) -> bytes:
    """Give the PNG of a dump of a screen with 24 or 32 bits a pixel, blue first. Sources: XWDFile.h, PNG specification."""
    header = struct.unpack_from(">25I", dump)
    width, height, n_bytes, n_line_bytes = header[4], header[5], header[11] // 8, header[12]
    start = header[0] + 12 * header[19]
    rows = bytearray()
    for y in range(height):
        line = dump[start + y * n_line_bytes :][: n_bytes * width]
        row = bytearray(3 * width)
        row[0::3], row[1::3], row[2::3] = line[2::n_bytes], line[1::n_bytes], line[::n_bytes]
        rows += b"\0" + row
    size = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", size), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b""))
    parts = (struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def written_outside(home: Path) -> list[str]:
    """Give what was written into the home although everything was to lie in one folder."""
    own = ("hearth", "trace", "output.txt", *CACHES)
    files = (path.relative_to(home) for path in home.rglob("*") if not path.is_dir())
    return sorted(str(path) for path in files if not any(path.is_relative_to(place) for place in own))


def check(program: Path, picture: Path | None = None) -> str:
    """Try everything that this module knows and give the answer of the model, "" when none is inside. Raises: Broken."""
    if not program.is_file():
        raise Broken(f"There is no program {program}.")
    model = next(program.resolve().parent.glob("_internal/resources/models/*.gguf"), None)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        self_check(program, home, has_model=model is not None)
        ask_roles(program, home, model)
        if model is None:
            return ""
        answer = chat(program, home, picture)
        if written_outside(home):
            raise Broken(f"It wrote outside of its folder: {', '.join(written_outside(home))}")
        return answer


def main() -> int:
    """Check and say how it went; exit status 1 when something is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", type=Path, default=PROGRAM)
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    try:
        answer = check(options.program.absolute(), options.picture)
    except (Broken, subprocess.SubprocessError) as error:
        print(f"The application does not work: {error}", file=sys.stderr)
        return 1
    print(json.dumps({"ok": True, "answer": answer}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
