"""How the steps of a build are said and run, which programs they need, and how a recipe is called."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from dev import QT_LIBRARIES, X11_LIBRARIES, Problem, missing_packages, say

ROOT = Path(__file__).resolve().parent.parent

# The Debian package that holds each program.
TOOLS = {
    "dpkg-deb": "dpkg", "dpkg-shlibdeps": "dpkg-dev", "strip": "binutils", "readelf": "binutils", "Xvfb": "xvfb",
    "xdotool": "xdotool", "xz": "xz-utils", "xwd": "x11-apps", "desktop-file-validate": "desktop-file-utils",
    "appstreamcli": "appstream",
}  # fmt: skip
# Only the variant with CUDA calls them itself; where pip compiles, they come with it.
COMPILERS = {"ninja": "ninja-build", "c++": "g++"}
# Where the programs of the other systems come from.
SOURCES = {
    "makensis": "NSIS holds it: https://nsis.sourceforge.io",
    "git": "https://git-scm.com",
    "cmake": "https://cmake.org/download",
    "ninja": "https://ninja-build.org",
    "clang": "LLVM for Windows holds it, whose setup has to add it to the PATH: https://github.com/llvm/llvm-project/releases",
    "glslc": "the Vulkan SDK holds it: https://vulkan.lunarg.com/sdk/home",
    "nvcc": "https://developer.nvidia.com/cuda-toolkit-archive",
    **dict.fromkeys(("codesign", "hdiutil", "ditto", "xcrun"), "xcode-select --install"),
}
# Where installers put programs without telling the shell.
USUAL = {
    "makensis": ("PROGRAMFILES(X86)", "NSIS/makensis.exe"),
    "glslc": ("VULKAN_SDK", "Bin/glslc.exe"),
}

# What Qt's plug-ins name beside what dev.py knows: without it here, it is neither copied in nor declared as needed.
MORE_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libcups.so.2": "libcups2",
    "libxcb-util.so.1": "libxcb-util1",
}


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what goes on, and afterwards how long it took."""
    say(f"{title} …")
    began = time.monotonic()
    yield
    say(f"{title}: {time.monotonic() - began:.0f} s")


def see_to_tools(names: Sequence[str]) -> None:
    """Check that these programs are there. Raises: Problem, with the line that installs those that are not."""
    missing = [name for name in names if find_tool(name) is None]
    if missing:
        if is_linux():
            cure = f"sudo apt-get install {' '.join(dict.fromkeys({**TOOLS, **COMPILERS}.get(name, name) for name in missing))}"
        else:
            cure = "; ".join(dict.fromkeys(SOURCES.get(name, name) for name in missing))
        raise Problem(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing: {cure}")


def find_tool(name: str) -> str | None:
    """Give the path of a program, also where its installer puts it without telling; None when it is not there."""
    variable, place = USUAL.get(name, ("", ""))
    usual = Path(os.environ.get(variable, ""), place) if variable and os.environ.get(variable) else None
    return shutil.which(name) or (str(usual) if usual is not None and usual.is_file() else None)


def is_linux() -> bool:
    """Say whether this is Linux, whose packages are made here and whose window is tried."""
    return sys.platform.startswith("linux")


def system_name() -> str:
    """Give system and processor as the names of what is made say them: linux-x86_64, windows-x86_64, macos-arm64."""
    system = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
    machine = platform.machine()
    return f"{system}-{'x86_64' if machine == 'AMD64' else machine}"


def see_to_libraries() -> None:
    """Check that Qt finds all that it can load on this machine. Raises: Problem, with the line that installs the rest."""
    missing = missing_packages({**QT_LIBRARIES, **X11_LIBRARIES, **MORE_LIBRARIES})
    if missing:
        raise Problem(f"Libraries that Qt loads are missing: sudo apt-get install {' '.join(missing)}")


def run(command: Sequence[str | Path], *, folder: Path = ROOT, env: Mapping[str, str] | None = None) -> str:
    """Run a program and give what it printed on its standard output. Raises: Problem, with the end of what it said."""
    line = [str(part) for part in command]
    try:
        done = subprocess.run(
            line, cwd=folder, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise Problem(f"There is no program {line[0]}.") from None
    if done.returncode:
        end = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise Problem(f"{Path(line[0]).name} ended with exit status {done.returncode}:\n{end}")
    return done.stdout


def recipe(explanation: str, make: Callable[[Path, Path], Path], arguments: Sequence[str]) -> int:
    """Do what the command line of a recipe says, FROM OUT, and print what it has made; give the exit status.

    Without two arguments it prints its explanation; what goes wrong is one sentence.
    """
    if len(arguments) != 2:
        print(explanation.strip(), file=sys.stderr)
        return 2
    try:
        print(make(Path(arguments[0]).absolute(), Path(arguments[1]).absolute()))
    except (Problem, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0
