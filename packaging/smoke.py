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
import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from person import LIMIT_S, QUESTION, Broken, at, bare_environment, screen

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "dist" / "hearth" / "hearth"
CACHES = (".cache/fontconfig", ".cache/mesa_shader_cache", ".cache/mesa_shader_cache_db")
"""What libraries of the system keep there for everybody who draws letters or asks for a graphics card."""

IN_C = ("_pickle", "_multiprocessing", "_dbm", "_gdbm")
"""The parts in C of what runs whatever it reads: no process of the application has one of them in memory."""
_FILES_IN_C = re.compile(rf"/(?:{'|'.join(IN_C)})\.[^/\s\"]*(?:so|pyd)\b")


def self_check(program: Path, home: Path, *, has_model: bool) -> dict[str, object]:
    """Give what `--self-check` says. Raises: Broken when the engine does not generate, or has no model but should.

    Also when it loads a library of the system that lies inside too: elsewhere the system may have none.
    """
    with tempfile.TemporaryDirectory() as name:
        # What glibc's loader does; those of other systems know neither.
        env = {**bare_environment(home), "LD_DEBUG": "files", "LD_DEBUG_OUTPUT": f"{name}/loader"}
        done = subprocess.run([program, "--self-check"], env=env, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        loaded = "".join(path.read_text("utf-8", "replace") for path in Path(name).iterdir())
    try:
        report: dict[str, object] = json.loads(done.stdout)
    except ValueError:
        raise Broken(f"--self-check ended with {done.returncode} and said {done.stderr[-800:]!r}") from None
    is_as_expected = report["ok"] is True if has_model else report.get("reason") == "there is no model"
    if not is_as_expected:
        raise Broken(f"--self-check says {report.get('reason')}")
    if strange := taken_from_system(loaded, program.resolve().parent / "_internal"):
        raise Broken(f"It loads {', '.join(strange)}, although that lies inside.")
    return report


def taken_from_system(loaded: str, inside: Path) -> list[str]:
    """Give the libraries that were loaded from elsewhere although `inside` has them. `loaded` is what glibc's loader wrote."""
    own = {path.name for path in inside.glob("lib*.so*")}
    paths = {Path(name) for name in re.findall(r"calling init: (\S+)", loaded)}
    return sorted(str(path) for path in paths if path.name in own and not path.resolve().is_relative_to(inside))


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
    said, loaded = b"", ""
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
            loaded = libraries_of(process.pid)
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
    if running := running_what_they_read(loaded):
        raise Broken(f"--role {role[0]} loads {', '.join(running)}")


def libraries_of(process: int) -> str:
    """Give what is in the memory of a process, where the system tells; else ""."""
    try:
        return Path("/proc", str(process), "maps").read_text("utf-8", "replace")
    except OSError:
        return ""


def running_what_they_read(paths: str) -> list[str]:
    """Give the names of modules among these paths that run what they read. `paths` is text with paths in it."""
    return sorted({Path(found).name for found in _FILES_IN_C.findall(paths)})


def use_window(program: Path, home: Path, picture: Path | None, *, has_model: bool) -> str:
    """Open the window, type the question, and give the answer; then close it in good order. Raises: Broken.

    Without a model nothing can be asked: the pages that offer one are opened, and the answer is "".
    """
    data, answer = home / "hearth", ""
    with screen() as display, at(program, home, display, "--data-dir", data, "--offline") as person:
        if has_model:
            answer = person.ask(QUESTION, data / "data" / "hearth.sqlite3")
        else:
            person.press("ctrl+shift+m")
            person.press("Escape")
        if picture is not None:
            person.take_picture(picture)
    return answer


def written_outside(home: Path) -> list[str]:
    """Give what was written into the home although everything was to lie in one folder."""
    own = ("hearth", "notes", *CACHES)
    files = (path.relative_to(home) for path in home.rglob("*") if not path.is_dir())
    return sorted(path.as_posix() for path in files if not any(path.is_relative_to(place) for place in own))


def starter_model(program: Path) -> Path | None:
    """Give the model that this application brings with it, None when it was built without."""
    folder = program.resolve().parent
    places = (folder / "_internal", folder.parent / "Resources")
    return next((model for place in places for model in place.glob("resources/models/*.gguf")), None)


def check(program: Path, picture: Path | None = None, *, has_screen: bool = True) -> str:
    """Try everything that this module knows and give the answer of the model, "" when none was asked. Raises: Broken."""
    if not program.is_file():
        raise Broken(f"There is no program {program}.")
    model = starter_model(program)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        self_check(program, home, has_model=model is not None)
        ask_roles(program, home, model)
        if not has_screen:
            return ""
        answer = use_window(program, home, picture, has_model=model is not None)
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
