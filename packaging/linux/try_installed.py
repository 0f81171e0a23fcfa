#!/usr/bin/env python3
"""Installs Hearth from its Debian package, asks it something in its window, upgrades it, removes it: the proof that it is whole.

    python3 packaging/linux/try_installed.py HEARTH.deb [--newer NEWER.deb] [--pictures FOLDER]

For a machine that is thrown away afterwards, where it runs as root: `root.py` makes one out of nothing. What is looked at:
the package brings all that it needs; the first start writes into the person's own folders alone and asks nothing of a
network; a double click on a model opens it; an upgrade, also a broken one and one under the running application, and
the removal leave everything that the person has as it is. Without a newer package the same one is installed anew.
Standard library only; needs Xvfb, xdotool and strace.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dev import Problem
from gates import STRACE, internet_sockets
from person import FINISHED, QUESTION, Broken, Person, at, screen
from smoke import CACHES, starter_model
from steps import run

NAME = "hearth"
PROGRAM = Path("/usr/bin") / NAME
PLACES = (Path("/opt") / NAME, PROGRAM)
PERSON = "person"
HOME = Path("/home") / PERSON
SETTINGS = HOME / ".config" / NAME / "settings.json"
DATABASE = HOME / ".local" / "share" / NAME / f"{NAME}.sqlite3"
OWN = (*(f"{place}/{NAME}" for place in (".local/share", ".local/state", ".config", ".cache")), f".local/share/{NAME}-backups")
MAY_BE_THERE = (*OWN, *CACHES, ".bashrc", ".profile", ".bash_logout")
OF_THE_SYSTEM = ("proc", "sys", "dev", "run", "tmp", "var/tmp", "home", "var/lib/apt", "var/cache", "var/log")
OF_THE_JOB = ("__w", "__t", "__e", "github")
"""What GitHub puts into a container for its own use: gigabytes, in which it writes meanwhile."""
AS_PERSON = ("setpriv", f"--reuid={PERSON}", f"--regid={PERSON}", "--init-groups")
WITHOUT_NETWORK = ("unshare", "--net")
DESKTOP = ("desktop-file-utils", "shared-mime-info", "libglib2.0-bin")
"""What a desktop has: it gathers which program opens what, tells kinds of files, and opens one as a double click does."""
KIND = "application/x-gguf"
# The desktop's program ends at once and leaves the application to itself: this ends with the application.
RUNS = f"find /proc -maxdepth 2 -name exe -lname '{PLACES[0]}/*' 2> /dev/null | grep -q ."
OPEN = f'gio open "$1" && while {RUNS}; do sleep 0.2; done'
STOPPED_AFTER_S = (0.3, 1.0, 2.5)
"""Moments of an installation: while it unpacks, and when it does not any more."""


def apt(*arguments: str | Path) -> None:
    """Run apt-get without questions. Raises: Problem."""
    run(["apt-get", "--quiet", "--yes", "--no-install-recommends", *arguments], env={"DEBIAN_FRONTEND": "noninteractive"})


def is_refused(package: Path) -> bool:
    """Say whether apt refuses to install this."""
    try:
        apt("install", package)
    except Problem:
        return True
    return False


def name_of(package: Path) -> str:
    """Give the name of a package, which a variant has of its own. Raises: Problem."""
    return run(["dpkg-deb", "--field", package, "Package"]).strip()


def see_to_installed(package: Path) -> None:
    """Check that every file of the package is there as it was packed. Raises: Broken, Problem."""
    done = subprocess.run(["dpkg", "--verify", name_of(package)], capture_output=True, text=True, check=False)
    if done.returncode or done.stdout:
        raise Broken(f"The package is not whole: {(done.stdout + done.stderr).strip()[:300]}")


def files_under(folder: Path, *, without: tuple[str, ...] = ()) -> dict[str, str]:
    """Give every file and link with a digest of what is in it, by its place in `folder`."""
    skipped = {folder / name for name in without}
    found = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if Path(place, name) not in skipped]
        for path in (Path(place, name) for name in names):
            if path.is_symlink():
                found[str(path.relative_to(folder))] = str(path.readlink())
            elif path.is_file():
                with path.open("rb") as file:
                    found[str(path.relative_to(folder))] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Give the names of what came, went or became something else."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def stored_answers() -> list[str]:
    """Give the answers that the person has, from a copy of the file: the application is closed."""
    with tempfile.TemporaryDirectory() as name:
        for path in DATABASE.parent.glob(f"{DATABASE.name}*"):
            shutil.copy(path, name)
        with closing(sqlite3.connect(Path(name, DATABASE.name))) as connection:
            return [str(row[0]) for row in connection.execute(FINISHED)]


def first_start(display: str, notes: Path) -> str:
    """Start, ask, and leave; give the answer. Raises: Broken when anything was written elsewhere, or a network asked for."""
    elsewhere = OF_THE_SYSTEM + OF_THE_JOB
    before = files_under(Path("/"), without=elsewhere)
    log = notes / "first.strace"
    person = Person(PROGRAM, HOME, display, prefix=(*WITHOUT_NETWORK, *AS_PERSON, *STRACE, log), notes=notes)
    answer = person.ask(QUESTION, DATABASE)
    person.take_picture(notes / "window.png")
    person.press("ctrl+q")
    person.wait_until_ended()
    if names := changed(before, files_under(Path("/"), without=elsewhere)):
        raise Broken(f"The first start wrote into the system: {', '.join(names[:5])}")
    strange = [name for name in files_under(HOME) if not any(Path(name).is_relative_to(place) for place in MAY_BE_THERE)]
    if strange:
        raise Broken(f"The first start wrote beside its own folders: {', '.join(strange[:5])}")
    if sockets := internet_sockets(log.read_text("utf-8", "replace")):
        raise Broken(f"The first start asked for a network: {sockets[0]}")
    return answer


def upgrade_while_it_runs(package: Path, display: str, notes: Path) -> None:
    """Install over the open application, which must go on: read parts of itself, ask its engine, quit. Raises: Broken."""
    n_before = len(stored_answers())
    with at(PROGRAM, HOME, display, prefix=(*WITHOUT_NETWORK, *AS_PERSON), notes=notes) as person:
        apt("install", "--reinstall", package)
        person.press("ctrl+comma")
        time.sleep(2)
        person.take_picture(notes / "upgraded.png")
        person.press("Escape")
        person.ask(QUESTION, DATABASE)
    see_to_installed(package)
    if len(stored_answers()) != n_before + 1:
        raise Broken("What was asked during the upgrade is not there.")
    with at(PROGRAM, HOME, display, prefix=(*WITHOUT_NETWORK, *AS_PERSON), notes=notes) as person:
        person.ask(QUESTION, DATABASE)


def see_to_desktop(model: Path, package: Path) -> None:
    """Check that the desktop takes this file for a model, and the application for what opens it. Raises: Broken, Problem."""
    asked = [*AS_PERSON, "gio"]
    said = run([*asked, "info", "--attributes=standard::content-type", model], env={"HOME": str(HOME)})
    if KIND not in said:
        raise Broken(f"The desktop does not take {model.name} for a model: {said.strip()[-200:]}")
    said = run([*asked, "mime", KIND], env={"HOME": str(HOME)})
    (entry,) = re.findall(
        r"^/usr/share/applications/(\S+\.desktop)$", run(["dpkg", "--listfiles", name_of(package)]), re.MULTILINE
    )
    if entry not in said.splitlines()[0]:
        raise Broken(f"The desktop opens a model with another program: {said.splitlines()[0]}")


def open_by_double_click(package: Path, display: str, notes: Path) -> None:
    """Open a model as the desktop does, and agree to use it. Raises: Broken, Problem, when it is not in memory then."""
    starter = starter_model(PROGRAM)
    if starter is None:
        raise Broken("There is no model to open: the package was made without.")
    # As a browser leaves it: in a folder of its own, with a blank in its name.
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    model = folder / "a model.gguf"
    shutil.copyfile(starter, model)
    see_to_desktop(model, package)
    person = Person(
        Path("/bin/sh"), HOME, display, ("-c", OPEN, "sh", model), prefix=(*WITHOUT_NETWORK, *AS_PERSON), notes=notes
    )  # fmt: skip
    pressed_s = time.monotonic()

    def is_in_memory() -> bool:
        nonlocal pressed_s
        if time.monotonic() > pressed_s + 2:
            pressed_s = time.monotonic()
            person.press("Return")  # "Use"; with nothing asked and nothing written it does nothing
        return SETTINGS.is_file() and json.loads(SETTINGS.read_text("utf-8")).get("last_model") == str(model)

    person.wait_for("the model that was opened", is_in_memory)
    person.take_picture(notes / "opened.png")
    person.focus()
    person.press("ctrl+q")
    person.wait_until_ended()
    shutil.rmtree(folder)


def install_badly(package: Path, older: Path, notes: Path) -> None:
    """Cut the installation off, hand in half a package and an older one; each time it must be whole again. Raises: Broken."""
    for delay_s in STOPPED_AFTER_S:
        dpkg = subprocess.Popen(
            ["dpkg", "--install", package], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0
        )
        time.sleep(delay_s)
        os.killpg(dpkg.pid, signal.SIGKILL)
        dpkg.wait()
        run(["dpkg", "--install", package])
        see_to_installed(package)
    half = notes / f"half-{package.name}"
    half.write_bytes(package.read_bytes()[: package.stat().st_size // 2])
    if not is_refused(half):
        raise Broken("Half a package was installed.")
    see_to_installed(package)
    if older != package and not is_refused(older):
        raise Broken("An older package was installed without asking.")
    see_to_installed(package)


def check(package: Path, newer: Path, pictures: Path) -> str:
    """Go through the life of an installation and give the answer of the model. Raises: Broken, Problem."""
    apt("update")
    apt("install", package)
    see_to_installed(package)
    run(["useradd", "--create-home", PERSON])
    notes = Path(tempfile.mkdtemp(dir="/var/tmp"))
    notes.chmod(0o777)
    smoke = Path(__file__).resolve().parents[1] / "smoke.py"
    run([*AS_PERSON, sys.executable, "-B", smoke, PROGRAM], folder=Path("/"), env={"HOME": str(notes)})
    try:
        with screen() as display:
            answer = first_start(display, notes)
            # Only now: what the application needs, the package has to bring.
            apt("install", *DESKTOP)
            upgrade_while_it_runs(newer, display, notes)
            open_by_double_click(newer, display, notes)
    finally:
        pictures.mkdir(parents=True, exist_ok=True)
        for picture in notes.glob("*.png"):
            shutil.copy(picture, pictures)
    had = files_under(HOME)
    install_badly(newer, package, notes)
    apt("purge", name_of(package))
    if left := [place for place in PLACES if place.exists() or place.is_symlink()]:
        raise Broken(f"After the removal there still is {left[0]}.")
    if names := changed(had, files_under(HOME)):
        raise Broken(f"What the person has is not what it was: {', '.join(names[:5])}")
    if answer not in stored_answers():
        raise Broken("The first answer is not there any more.")
    return answer


def main() -> int:
    """Check and say how it went; exit status 1 when something is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("--newer", type=Path)
    parser.add_argument("--pictures", type=Path, default=Path("pictures"))
    options = parser.parse_args()
    package = options.package.absolute()
    try:
        answer = check(package, (options.newer or package).absolute(), options.pictures.absolute())
    except (Broken, Problem, OSError, subprocess.SubprocessError) as error:
        print(f"The installed application does not work: {error}", file=sys.stderr)
        return 1
    print(json.dumps({"ok": True, "answer": answer}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
