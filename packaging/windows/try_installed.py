#!/usr/bin/env python3
"""Installs Hearth on Windows, asks it something in its window, upgrades it, removes it: the proof that the installer is whole.

    python packaging/windows/try_installed.py dist/Hearth-*-setup.exe PICTURE.png [dist/Hearth-*-portable.zip]

For a machine that is thrown away afterwards: it installs for the person who runs it and leaves conversations behind,
because that is what it checks. Of the portable archive it looks whether everything is kept beside the program. Needs a
desktop session, for the keys that it presses. Standard library only.
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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from person import LIMIT_S, QUESTION, Broken, answer_in, patiently, traced, wait_for

from desktop_app import APP_NAME

PROGRAM = APP_NAME.lower()
INSTALL_LIMIT_S = 600
"""The variant with CUDA is a gigabyte, which Windows looks through as it is written."""
RUNNING = 5
"""The installer's exit code while the program runs."""

PRESS = """
$shell = New-Object -ComObject WScript.Shell
if (-not $shell.AppActivate({process})) {{ exit 1 }}
Start-Sleep -Milliseconds 500
$shell.SendKeys('{keys}')
"""
STOP = "{ESC}"
TAKE_PICTURE = """
Add-Type -AssemblyName System.Windows.Forms, System.Drawing
$screen = [System.Windows.Forms.Screen]::PrimaryScreen.Bounds
$picture = New-Object System.Drawing.Bitmap $screen.Width, $screen.Height
[System.Drawing.Graphics]::FromImage($picture).CopyFromScreen($screen.Location, [System.Drawing.Point]::Empty, $screen.Size)
$picture.Save('{path}')
"""


def powershell(script: str) -> None:
    """Run a few lines of PowerShell. Raises: subprocess.CalledProcessError."""
    subprocess.run(["powershell", "-NoProfile", "-Command", script], check=True, timeout=LIMIT_S)


def install(installer: Path, expected: int = 0) -> None:
    """Run the installer without questions. Raises: Broken for any other exit code than `expected`."""
    code = subprocess.run([installer, "/S"], check=False, timeout=INSTALL_LIMIT_S).returncode
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
            powershell(PRESS.format(process=process.pid, keys=f"{QUESTION}{{ENTER}}"))
            stop = PRESS.format(process=process.pid, keys=STOP)
            wait_for("an answer", process, patiently(lambda: answer_in(database), lambda: powershell(stop)))
            powershell(TAKE_PICTURE.format(path=picture.absolute()))
            install(installer, RUNNING)
            # Without /F this closes the window, as a person does.
            subprocess.run(["taskkill", "/PID", str(process.pid)], check=True, timeout=LIMIT_S)
            code = process.wait(LIMIT_S)
        finally:
            process.kill()
        if code != 0:
            raise Broken(f"Closed, the program ended with {code}.")
    return answer_in(database)


def try_portable(archive: Path) -> None:
    """Start the program of the portable archive and look where it keeps its conversations. Raises: Broken."""
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


def uninstall(folder: Path) -> None:
    """Run the uninstaller without questions; a copy of it goes on after it has ended. Raises: Broken."""
    subprocess.run([folder / "uninstall.exe", "/S"], check=True, timeout=LIMIT_S)
    deadline = time.monotonic() + LIMIT_S
    while folder.exists():
        if time.monotonic() > deadline:
            raise Broken(f"The uninstaller left {', '.join(path.name for path in folder.iterdir())}.")
        time.sleep(0.1)


def sha256_of(file: Path) -> str:
    """Give the digest of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def check(installer: Path, picture: Path) -> str:
    """Go through the life of an installation and give the answer of the model. Raises: Broken."""
    local = Path(os.environ["LOCALAPPDATA"])
    folder, database = local / "Programs" / APP_NAME, local / PROGRAM / f"{PROGRAM}.sqlite3"
    program = folder / "app" / f"{PROGRAM}.exe"
    install(installer)
    self_check(program)
    answer = chat(program, database, installer, picture)
    before = sha256_of(database)
    install(installer)
    self_check(program)
    uninstall(folder)
    if sha256_of(database) != before:
        raise Broken("The conversations are not what they were before the upgrade and the removal.")
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
