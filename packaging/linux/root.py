#!/usr/bin/env python3
"""Makes a system out of nothing, a few megabytes of Debian or Ubuntu, and tries the package in it as `try_installed.py` does.

    sudo python3 packaging/linux/root.py RELEASE HEARTH.deb [--newer NEWER.deb] [--mirror URL] [--pictures FOLDER]

`RELEASE` is bookworm or trixie, or noble with the mirror of an Ubuntu. Without a mirror it is the one that this machine's
own apt takes Debian from. Needs mmdebstrap and root; nothing outside the new folder is touched, and that goes afterwards.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dev import Problem, say
from engine import APT_TARGETS, debian_mirror
from steps import ROOT, run, see_to_tools, step

TOOLS = ("python3", "xvfb", "xdotool", "x11-apps", "strace", "fonts-dejavu-core", "ca-certificates")
SOURCES = {"ubuntu": "main universe"}


def make_root(release: str, address: str, folder: Path) -> None:
    """Make the least system of this release, with what the test itself needs. Raises: Problem."""
    parts = next((parts for name, parts in SOURCES.items() if name in address), "main")
    # What it mounts ends with it, even when it is ended itself.
    line = ["unshare", "--mount", "mmdebstrap", "--mode=root", "--variant=minbase", f"--include={','.join(TOOLS)}"]
    run([*line, release, folder, f"deb {address} {release} {parts}"])
    for name in ("resolv.conf", "hosts"):
        shutil.copyfile(Path("/etc", name), folder / "etc" / name)


def try_in(folder: Path, package: Path, newer: Path, pictures: Path) -> int:
    """Run the test in the system and take its pictures out; give its exit status."""
    work = folder / "hearth"
    shutil.copytree(ROOT / "packaging", work / "packaging", ignore=shutil.ignore_patterns("__pycache__"))
    for file in {package, newer}:
        shutil.copy(file, work)
    mounts = f"mount -t proc proc {folder}/proc && mount --bind /dev {folder}/dev && mount -t tmpfs tmpfs {folder}/tmp"
    inside = ["packaging/linux/try_installed.py", package.name, "--newer", newer.name, "--pictures", "pictures"]
    command = f"{mounts} && exec chroot {folder} sh -c 'cd /hearth && exec python3 -B {' '.join(inside)}'"
    # In namespaces of its own: what is mounted and started there ends with it.
    line = ["unshare", "--mount", "--pid", "--fork", "--ipc", "--kill-child", "sh", "-c", command]
    env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
    code = subprocess.run(line, stdin=subprocess.DEVNULL, env=env, check=False).returncode
    for picture in (work / "pictures").glob("*.png"):
        pictures.mkdir(parents=True, exist_ok=True)
        shutil.copy(picture, pictures)
    return code


def main() -> int:
    """Make, try, take away; exit status 1 with one sentence when something is missing or broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release")
    parser.add_argument("package", type=Path)
    parser.add_argument("--newer", type=Path)
    parser.add_argument("--mirror")
    parser.add_argument("--pictures", type=Path, default=ROOT / "build" / "installed")
    options = parser.parse_args()
    package = options.package.absolute()
    try:
        see_to_tools(["mmdebstrap", "unshare", "chroot"])
        if os.geteuid() != 0:
            raise Problem("A system is made by root alone: sudo python3 packaging/linux/root.py …")
        with tempfile.TemporaryDirectory(prefix="hearth-root-") as name:
            folder = Path(name) / options.release
            with step(f"A fresh {options.release}"):
                mirror = options.mirror or debian_mirror(run(APT_TARGETS))
                if mirror is None:
                    raise Problem("The apt of this machine takes nothing from a Debian: name an address with --mirror URL.")
                make_root(options.release, mirror, folder)
            with step("Install, ask, upgrade, remove"):
                return try_in(folder, package, (options.newer or package).absolute(), options.pictures.absolute())
    except Problem as problem:
        say(str(problem))
        return 1


if __name__ == "__main__":
    sys.exit(main())
