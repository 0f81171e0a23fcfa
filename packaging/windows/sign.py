#!/usr/bin/env python3
"""Signs programs for Windows, when there is a certificate.

    python packaging/windows/sign.py FILE...

What signs is named by environment variables. HEARTH_SIGN_COMMAND is a command line in which {file} stands for the file,
words with blanks in double quotes: for a key that nobody can carry away, as all are that were issued since June 2023, in a
module of hardware or at Azure Artifact Signing. HEARTH_SIGN_PFX with HEARTH_SIGN_PASSWORD is a certificate in a file
(PKCS #12), for which signtool of the Windows SDK is needed, or osslsigncode elsewhere. Without either, nothing is signed,
one sentence says so, and the exit status is 0: an unsigned installer works, Windows only warns of it. A timestamp keeps
the signature valid after the certificate has expired; its server is HEARTH_SIGN_TIMESTAMP, and none when that is empty; a
command of one's own names it itself. Signtool then looks at what was made as Windows will: a certificate that Windows does
not trust is found out here.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dev import Problem

TIMESTAMP = "http://timestamp.digicert.com"
FILE = "{file}"


def find_signtool(kits: Path) -> str | None:
    """Give the newest signtool of the Windows SDK in `kits`, or None."""
    found = shutil.which("signtool")
    if found is None:
        there = sorted(kits.glob("10.*/x64/signtool.exe"), key=lambda path: [int(part) for part in path.parts[-3].split(".")])
        found = str(there[-1]) if there else None
    return found


def is_possible(environment: Mapping[str, str]) -> bool:
    """Say whether there is something to sign with."""
    return bool(environment.get("HEARTH_SIGN_COMMAND") or environment.get("HEARTH_SIGN_PFX"))


def own_command(line: str, file: Path) -> list[str]:
    """Give the command of one's own that signs `file`. Raises: Problem when it does not say where the file is named."""
    try:
        # A path of Windows is full of what a shell of Linux takes for a sign of its own.
        words = shlex.split(line.replace("\\", "\\\\"))
    except ValueError as error:
        raise Problem(f"HEARTH_SIGN_COMMAND cannot be read: {error}.") from None
    if not any(FILE in word for word in words):
        raise Problem(f"HEARTH_SIGN_COMMAND does not say where the file is named: {FILE} is missing in it.")
    return [word.replace(FILE, str(file)) for word in words]


def command(tool: str, file: Path, environment: Mapping[str, str]) -> list[str]:
    """Give the line that signs `file`; osslsigncode writes into another file, `signed(file)`."""
    pfx, password = environment["HEARTH_SIGN_PFX"], environment.get("HEARTH_SIGN_PASSWORD", "")
    timestamp = environment.get("HEARTH_SIGN_TIMESTAMP", TIMESTAMP)
    if Path(tool).stem == "osslsigncode":
        when = ["-ts", timestamp] if timestamp else []
        line = [tool, "sign", "-pkcs12", pfx, "-pass", password, "-h", "sha256", *when]
        return [*line, "-in", str(file), "-out", str(signed(file))]
    when = ["/tr", timestamp, "/td", "SHA256"] if timestamp else []
    return [tool, "sign", "/f", pfx, "/p", password, "/fd", "SHA256", *when, str(file)]


def checking(tool: str, file: Path, environment: Mapping[str, str]) -> list[str] | None:
    """Give the line that looks at a signed file; None for osslsigncode, which knows nobody that Windows trusts.

    Source: "Using SignTool to verify a file signature" at learn.microsoft.com; a warning, of no timestamp, is exit code 2.
    """
    if Path(tool).stem == "osslsigncode":
        return None
    return [tool, "verify", "/pa", *(["/tw"] if environment.get("HEARTH_SIGN_TIMESTAMP", TIMESTAMP) else []), str(file)]


def signed(file: Path) -> Path:
    """Give where a signed copy is written before it takes the name of the file."""
    return file.with_name(f"{file.name}.signed")


def sign(files: Sequence[Path], environment: Mapping[str, str]) -> None:
    """Sign each file in its place. Raises: Problem."""
    kits = Path(environment.get("PROGRAMFILES(X86)", "C:/Program Files (x86)")) / "Windows Kits" / "10" / "bin"
    tool = find_signtool(kits) or shutil.which("osslsigncode")
    own = environment.get("HEARTH_SIGN_COMMAND")
    if tool is None and not own:
        raise Problem("Nothing here can sign programs: install the Windows SDK (signtool), or osslsigncode.")
    for file in files:
        line = own_command(own, file) if own else command(tool or "", file, environment)
        _run(line, f"{file.name} could not be signed")
        if signed(file).exists():
            signed(file).replace(file)
        if tool is not None and (looking := checking(tool, file, environment)):
            _run(looking, f"{file.name} is signed, and Windows would not believe it")


def _run(line: Sequence[str], otherwise: str) -> None:
    try:
        done = subprocess.run(line, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Problem(f"{otherwise}: there is no program {line[0]}.") from None
    if done.returncode:
        # The line may hold the password; what the tool says does not.
        raise Problem(f"{otherwise}: {(done.stderr or done.stdout).strip()}")


def sign_if_possible(files: Sequence[Path]) -> None:
    """Sign each file in its place where there is something to sign with; else say that there is not. Raises: Problem."""
    if is_possible(os.environ):
        sign(files, os.environ)
    else:
        print("Not signed: neither HEARTH_SIGN_COMMAND nor HEARTH_SIGN_PFX is set.", file=sys.stderr)


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says; give the exit status."""
    if not arguments:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    try:
        sign_if_possible([Path(argument) for argument in arguments])
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
