#!/usr/bin/env python3
"""Installs Hearth on Windows, asks it something in its window, upgrades it, removes it: the proof that the installer is whole.

    python packaging/windows/try_installed.py dist/Hearth-*-setup.exe PICTURE.png [dist/Hearth-*-portable.zip]

For a machine that is thrown away afterwards: it installs for the person who runs it, and in the end takes away what that
person has of the application, because that is what it checks. Looked at are the links and what the registry says, an
older version, what an upgrade leaves of the one before; of the portable archive, whether everything is kept beside the
program and nothing elsewhere. Needs a desktop session, for the keys that it presses. Standard library only.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from person import LIMIT_S, QUESTION, Broken, answer_in, ask_until_heard, patiently, traced, wait_for
from windows import keyboard, traces

from desktop_app import APP_NAME, __version__

PROGRAM = APP_NAME.lower()
INSTALL_LIMIT_S = 600
"""The variant with CUDA is a gigabyte, which Windows looks through as it is written."""
RUNNING, OLDER = 5, 4
"""The installer's exit codes while the program runs, and where a newer version is installed."""
NEWER = "999.0.0"

TAKE_PICTURE = """
Add-Type -AssemblyName System.Windows.Forms, System.Drawing
$screen = [System.Windows.Forms.Screen]::PrimaryScreen.Bounds
$picture = New-Object System.Drawing.Bitmap $screen.Width, $screen.Height
[System.Drawing.Graphics]::FromImage($picture).CopyFromScreen($screen.Location, [System.Drawing.Point]::Empty, $screen.Size)
$picture.Save('{path}')
"""


def take_picture(picture: Path) -> None:
    """Take a picture of the screen; without one nothing is less proved."""
    line = ["powershell", "-NoProfile", "-Command", TAKE_PICTURE.format(path=picture.absolute())]
    if subprocess.run(line, check=False, timeout=LIMIT_S).returncode:
        print("  no picture: the screen could not be read", file=sys.stderr)


def ask(process: int) -> None:
    """Type the question over whatever stands in the composer, and send it. Raises: Broken."""
    keyboard.bring_to_front(process)
    keyboard.press(keyboard.CONTROL, keyboard.A)
    keyboard.write(QUESTION)
    keyboard.press(keyboard.RETURN)


def stop(process: int) -> None:
    """Stop the answer. Raises: Broken."""
    keyboard.bring_to_front(process)
    keyboard.press(keyboard.ESCAPE)


def install(installer: Path, *switches: str, expected: int = 0) -> None:
    """Run the installer without questions. Raises: Broken for any other exit code than `expected`."""
    code = subprocess.run([installer, "/S", *switches], check=False, timeout=INSTALL_LIMIT_S).returncode
    if code != expected:
        raise Broken(f"The installer ended with {code} and not with {expected}.")


def self_check(program: Path) -> None:
    """Let the engine generate without a window. Raises: Broken."""
    done = subprocess.run([program, "--self-check"], capture_output=True, text=True, timeout=LIMIT_S, check=False)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        raise Broken(f"--self-check ended with {done.returncode} and said {done.stderr[-800:]!r}") from None
    if not report["ok"]:
        raise Broken(f"--self-check says {report.get('reason')}")


def chat(program: Path, database: Path, installer: Path, picture: Path) -> str:
    """Ask the question in the window and give the answer; an installer that comes meanwhile must hold back. Raises: Broken."""
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder, "trace")
        process = subprocess.Popen([program, "--offline"], env={**os.environ, "HEARTH_TRACE": str(trace)})
        try:
            wait_for("a painted window", process, lambda: traced(trace, "first_paint"))
            ask_until_heard(lambda: ask(process.pid), database)
            wait_for("an answer", process, patiently(lambda: answer_in(database), lambda: stop(process.pid)))
            take_picture(picture)
            install(installer, expected=RUNNING)
            # Without /F this closes the window, as a person does.
            subprocess.run(["taskkill", "/PID", str(process.pid)], check=True, timeout=LIMIT_S)
            code = process.wait(LIMIT_S)
        finally:
            process.kill()
        if code != 0:
            raise Broken(f"Closed, the program ended with {code}.")
    return answer_in(database)


def own_folders() -> set[Path]:
    """Give what lies under the application's name in the folders where Windows keeps what a person has."""
    places = {Path(os.environ[name]) for name in ("LOCALAPPDATA", "APPDATA", "USERPROFILE")}
    return {path for place in places for path in place.iterdir() if PROGRAM in path.name.lower()}


def try_portable(archive: Path) -> None:
    """Start the program of the portable archive and look where it keeps its conversations. Raises: Broken."""
    before = own_folders()
    with tempfile.TemporaryDirectory() as name:
        with zipfile.ZipFile(archive) as unpacked:
            unpacked.extractall(name)
        program, trace = Path(name, PROGRAM, f"{PROGRAM}.exe"), Path(name, "trace")
        self_check(program)
        process = subprocess.Popen([program, "--offline"], env={**os.environ, "HEARTH_TRACE": str(trace)})
        try:
            wait_for("a painted window", process, lambda: traced(trace, "first_paint"))
            subprocess.run(["taskkill", "/PID", str(process.pid)], check=True, timeout=LIMIT_S)
            process.wait(LIMIT_S)
        finally:
            process.kill()
        if not (program.parent / "data" / "data" / f"{PROGRAM}.sqlite3").is_file():
            raise Broken("The portable application does not keep its conversations beside its program.")
    if more := own_folders() - before:
        raise Broken(f"The portable application has left {', '.join(sorted(map(str, more)))}.")


def uninstall(folder: Path, *switches: str) -> None:
    """Run the uninstaller without questions; a copy of it goes on after it has ended. Raises: Broken."""
    subprocess.run([folder / "uninstall.exe", "/S", *switches], check=True, timeout=LIMIT_S)
    deadline = time.monotonic() + LIMIT_S
    while folder.exists():
        if time.monotonic() > deadline:
            raise Broken(f"The uninstaller left {', '.join(path.name for path in folder.iterdir())}.")
        time.sleep(0.1)


def sha256_of(file: Path) -> str:
    """Give the digest of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def said(line: list[str]) -> str:
    """Run a program and give what it printed, "" when it failed."""
    done = subprocess.run(line, capture_output=True, text=True, errors="replace", timeout=LIMIT_S, check=False)
    return done.stdout if done.returncode == 0 else ""


def see_to_traces(folder: Path, version: str, *, opens_models: bool = False) -> None:
    """Check links and registry; version "": nothing is installed any more. Raises: Broken."""
    desktop = said(["powershell", "-NoProfile", "-Command", "[Environment]::GetFolderPath('Desktop')"]).strip()
    links = (Path(os.environ["APPDATA"]) / traces.START_MENU, Path(desktop, traces.LINK))
    if wrong := traces.in_the_end(lambda: traces.wrong(said, links, PureWindowsPath(folder), version, opens_models=opens_models)):
        raise Broken(f"What leads to {f'version {version}' if version else 'nothing'} is wrong: {'; '.join(wrong)}")


def upgrade(installer: Path, folder: Path) -> None:
    """Install over it: an older version is refused, a file of the one before goes, models are opened. Raises: Broken."""
    left = folder / "app" / "_internal" / "of-the-version-before.dll"
    left.write_bytes(b"MZ")
    traces.set_version(said, NEWER)
    install(installer, expected=OLDER)
    if not left.is_file():
        raise Broken("An installer that was refused has changed something.")
    traces.set_version(said, __version__)
    install(installer, "/GGUF")
    if left.exists():
        raise Broken("A file of the version before has outlived the upgrade.")
    see_to_traces(folder, __version__, opens_models=True)


def check(installer: Path, picture: Path) -> str:
    """Go through the life of an installation and give the answer of the model. Raises: Broken."""
    local = Path(os.environ["LOCALAPPDATA"])
    folder, database = local / "Programs" / APP_NAME, local / PROGRAM / f"{PROGRAM}.sqlite3"
    program = folder / "app" / f"{PROGRAM}.exe"
    install(installer)
    see_to_traces(folder, __version__)
    self_check(program)
    answer = chat(program, database, installer, picture)
    before = sha256_of(database)
    upgrade(installer, folder)
    self_check(program)
    uninstall(folder)
    see_to_traces(folder, "")
    if sha256_of(database) != before:
        raise Broken("The conversations are not what they were before the upgrade and the removal.")
    install(installer)
    uninstall(folder, "/DELETE-DATA")
    if left := traces.in_the_end(own_folders):
        raise Broken(f"Asked to take everything away, the uninstaller left {', '.join(left)}.")
    return answer


def main(arguments: Sequence[str]) -> int:
    """Check and say how it went; exit status 1 when something is broken."""
    if len(arguments) not in (2, 3):
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    try:
        answer = check(Path(arguments[0]).absolute(), Path(arguments[1]))
        for archive in arguments[2:]:
            try_portable(Path(archive).absolute())
    except (Broken, OSError, subprocess.SubprocessError) as error:
        print(f"The installed application does not work: {error}", file=sys.stderr)
        return 1
    print(json.dumps({"ok": True, "answer": answer}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
