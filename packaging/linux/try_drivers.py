#!/usr/bin/env python3
"""Opens the window with drivers of graphics cards that break, and asks it something: it must answer all the same.

    python3 packaging/linux/try_drivers.py PROGRAM [--as PERSON] [--picture FILE.png]

The drivers are made here out of tests/fakes/broken_driver.c: all that they do is done by Mesa's driver in software, until
a function that ends the process. Needs a C compiler, Vulkan's loader and Mesa's driver, Xvfb and xdotool. Standard library
only.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dev import Problem
from person import QUESTION, Broken, at, bare_environment, screen
from steps import ROOT, run

SOURCE = ROOT / "tests" / "fakes" / "broken_driver.c"
DRIVERS, SOFTWARE = Path("/usr/share/vulkan/icd.d"), "lvp_icd*.json"
FAULTS = ("load", "vkEnumeratePhysicalDevices", "vkCreateDevice")
"""What they break at: as soon as they are loaded, when they are asked for cards, and when the card is used."""
MARK = "it-broke"
LIMIT_S = 300


def make_driver(folder: Path) -> dict[str, str]:
    """Make the driver in `folder` and give the environment in which it is the only one. Raises: Problem."""
    found = next(iter(sorted(DRIVERS.glob(SOFTWARE))), None)
    if found is None:
        raise Problem("Mesa's driver in software is missing: apt-get install mesa-vulkan-drivers")
    run(["cc", "-shared", "-fPIC", "-o", folder / "broken.so", SOURCE])
    manifest = folder / "broken.json"
    about = {"file_format_version": "1.0.0", "ICD": {"library_path": str(folder / "broken.so"), "api_version": "1.3.0"}}
    manifest.write_text(json.dumps(about), encoding="utf-8")
    real = json.loads(found.read_text(encoding="utf-8"))["ICD"]["library_path"]
    return {"VK_ICD_FILENAMES": str(manifest), "GGML_VK_VISIBLE_DEVICES": "0", "MESA_REAL_DRIVER": real}


def prefix(person: str, environment: dict[str, str]) -> list[str]:
    """Give what stands before a program so that it runs as this person, "" for oneself, with these variables."""
    as_person = ["setpriv", f"--reuid={person}", f"--regid={person}", "--init-groups"] if person else []
    return [*as_person, "env", *(f"{name}={value}" for name, value in environment.items())]


def see_to_driver(program: Path, home: Path, before: list[str]) -> None:
    """Check that the driver is used while it does not break: else its faults would prove nothing. Raises: Broken."""
    line = [*before, str(program), "--self-check"]
    done = subprocess.run(line, env=bare_environment(home), capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if "Vulkan0" not in done.stdout:
        raise Broken(f"The driver that is sound is not used: {(done.stdout + done.stderr)[-800:]}")


def answer(program: Path, home: Path, display: str, before: list[str], picture: Path | None) -> str:
    """Open the window, ask, and give the answer. Raises: Broken."""
    data = home / "hearth"
    with at(program, home, display, "--data-dir", data, "--offline", prefix=before) as person:
        said = person.ask(QUESTION, data / "data" / "hearth.sqlite3")
        if picture is not None:
            person.take_picture(picture)
    if not said:
        raise Broken("The answer is empty.")
    return said


def check(program: Path, person: str, picture: Path | None, faults: tuple[str, ...] = FAULTS) -> None:
    """Try every fault. Raises: Broken, Problem."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name, screen() as display:
        folder = Path(name)
        folder.chmod(0o755)
        driver = make_driver(folder)
        for fault in ("", *faults):
            home = folder / f"home-{fault}"
            home.mkdir()
            home.chmod(0o777)  # the application may run as somebody else
            before = prefix(person, {**driver, "MESA_FAULT": fault, "MESA_FAULT_MARK": str(home / MARK)})
            began = time.monotonic()
            if not fault:
                see_to_driver(program, home, before)
                continue
            try:
                said = answer(program, home, display, before, picture)
            except Broken as error:
                raise Broken(f"With a driver that breaks at {fault}: {error}") from None
            if not (home / MARK).exists():
                raise Broken(f"It never came to {fault}: nothing is proved.")
            print(f"{fault}: answered after {time.monotonic() - began:.0f} s: {said[:60]!r}", flush=True)


def main() -> int:
    """Check and say how it went; exit status 1 when something is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--as", dest="person", default="")
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    try:
        check(options.program.absolute(), options.person, options.picture)
    except (Broken, Problem, OSError, subprocess.SubprocessError) as error:
        print(f"A broken driver breaks the application: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
