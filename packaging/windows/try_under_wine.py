#!/usr/bin/env python3
"""Runs the setup program under Wine, around a program that is none of ours: what can be said of it without Windows.

    .venv/bin/python packaging/windows/try_under_wine.py

Installs, upgrades, holds back while the program runs, refuses an older version and half a setup program, removes; links
and registry are what they have to be each time; what the person has stays until its removal is asked for. Needs Debian's
nsis and wine64. What Windows itself does with it, and the real program, are the business of `try_installed.py`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path, PureWindowsPath

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dev import Problem, say
from linux.try_installed import changed, files_under
from person import Broken
from steps import see_to_tools
from windows import make as recipe
from windows import traces

from desktop_app import APP_NAME

WINE = Path("/usr/lib/wine/wine64")
WINE_SERVER = WINE.with_name("wineserver64")
SECRETS = [rf"Wine\Credential Manager\Generic: {target}" for target in (APP_NAME, f"{recipe.TOKEN_NAME}@{APP_NAME}", "another")]
"""Where Wine keeps what Windows has in its Credential Manager."""
OF_MODELS = (r"Classes\.gguf\OpenWithProgids", r"Classes\.gguf")
STUBS = "amd64-unicode"
"""Debian's stubs for 64 bits: plain wine64 runs no others."""
LIMIT_S = 120
RUNNING, OLDER, FOREIGN, OLD_WINDOWS = 5, 4, 7, 8


def setup_program(folder: Path, version: str) -> Path:
    """Give a setup program of this version, around a shell of Wine's own and a file that only this version has."""
    source = folder / f"source-{version}"
    (source / "_internal").mkdir(parents=True)
    shell = next(Path("/usr/lib").rglob("wine/x86_64-windows/cmd.exe"))
    shutil.copy(shell, source / recipe.EXE)
    (source / "_internal" / f"only-in-{version}").write_text(version)
    recipe.__version__ = version  # type: ignore[attr-defined]
    return recipe.make(source, folder / version, STUBS)


class Windows:
    """A new Windows of Wine's, with a person in it."""

    def __init__(self, folder: Path) -> None:
        self._env = {"WINEPREFIX": str(folder), "WINEDEBUG": "-all", "HOME": str(folder.parent), "PATH": os.environ["PATH"]}
        self.run("wineboot", "--init")
        local = next(folder.glob("drive_c/users/*/AppData/Local"))
        person = local.parents[1]
        self.program, self.data = local / "Programs" / APP_NAME, local / APP_NAME.lower()
        self.links: tuple[Path, ...] = (local.with_name("Roaming") / traces.START_MENU, person / "Desktop" / traces.LINK)
        self._folder = PureWindowsPath(rf"C:\users\{person.name}\AppData\Local\Programs", APP_NAME)
        self.data.mkdir()
        (self.data / "hearth.sqlite3").write_text("mine")

    def run(self, *line: str | Path) -> int:
        """Run a program and give its exit code."""
        return subprocess.run([WINE, *line], env=self._env, capture_output=True, timeout=LIMIT_S, check=False).returncode

    def close(self) -> None:
        """Wait until Wine's own programs have ended: they write their registry at last."""
        subprocess.run([WINE_SERVER, "--wait"], env=self._env, timeout=LIMIT_S, check=False)

    def said(self, line: list[str]) -> str:
        """Run a program and give what it printed, "" when it failed."""
        done = subprocess.run(
            [WINE, *line], env=self._env, capture_output=True, text=True, errors="replace", timeout=LIMIT_S, check=False
        )
        return done.stdout if done.returncode == 0 else ""

    def wrong(self, version: str, *, opens_models: bool = False) -> list[str]:
        """Give what is wrong with links and registry; version "": nothing is installed any more."""
        return traces.in_the_end(lambda: traces.wrong(self.said, self.links, self._folder, version, opens_models=opens_models))

    def has_key(self, key: str) -> bool:
        """Tell whether the registry has this key of the person's."""
        return self.run("reg", "query", rf"HKCU\Software\{key}") == 0

    def add_key(self, key: str, *value: str) -> None:
        """Put a key into the registry, with what `reg` is told of a value."""
        self.run("reg", "add", rf"HKCU\Software\{key}", *value, "/f")

    def start(self, program: Path) -> subprocess.Popen[bytes]:
        """Start a program that waits for its input to end."""
        quiet = subprocess.DEVNULL
        return subprocess.Popen([WINE, program], env=self._env, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet)

    def installed(self) -> dict[str, str]:
        """Give what lies in the folder of the program."""
        return files_under(self.program)

    def uninstall(self, *more: str) -> None:
        """Run the uninstaller; a copy of it goes on after it has ended. Raises: Broken."""
        self.run(self.program / "uninstall.exe", "/S", *more)
        deadline = time.monotonic() + LIMIT_S
        while self.program.exists():
            if time.monotonic() > deadline:
                raise Broken(f"The uninstaller left {', '.join(self.installed())}.")
            time.sleep(0.1)


def see(what: str, *, is_so: bool) -> None:
    """Say what holds. Raises: Broken when it does not."""
    if not is_so:
        raise Broken(f"It does not hold: {what}.")
    say(f"  {what}")


def see_nothing(what: str, wrong: list[str]) -> None:
    """Say what holds. Raises: Broken with what is wrong when something is."""
    if wrong:
        raise Broken(f"It does not hold: {what}: {'; '.join(wrong)}.")
    say(f"  {what}")


def see_to_foreign(windows: Windows, setup: Path, theirs: Path) -> None:
    """Have a folder of somebody else's in the way of an installation. Raises: Broken when it is not left alone."""
    theirs.mkdir(parents=True)
    (theirs / "work.txt").write_text("theirs")
    before = windows.installed()
    is_refused = windows.run(setup, "/S") == FOREIGN and windows.installed() == before
    see(f"a folder {theirs.name} of somebody else's is left alone", is_so=is_refused)
    shutil.rmtree(theirs)


def check(folder: Path) -> None:
    """Go through the life of an installation. Raises: Broken, Problem."""
    old, new = setup_program(folder, "1.0.0"), setup_program(folder, "2.0.0")
    windows = Windows(folder / "wine")
    had = files_under(windows.data)
    # Wine says that it is the Windows which stands there.
    windows.add_key("Wine", "/v", "Version", "/d", "win81")
    see("a Windows that is too old is refused", is_so=windows.run(old, "/S") == OLD_WINDOWS and windows.installed() == {})
    windows.add_key("Wine", "/v", "Version", "/d", "win10")
    for name in ("app", "app.old", "app.new"):
        see_to_foreign(windows, old, windows.program / name)
    see(
        "it installs without questions",
        is_so=windows.run(old, "/S") == 0 and "app/_internal/only-in-1.0.0" in windows.installed(),
    )
    see_nothing("links and registry lead to it, and models are left to others", windows.wrong("1.0.0"))
    before = windows.installed()
    with windows.start(windows.program / "app" / recipe.EXE) as program:
        time.sleep(2)
        see("it holds back while the program runs", is_so=windows.run(new, "/S") == RUNNING)
        program.communicate()
    see("and has changed nothing", is_so=changed(before, windows.installed()) == [])
    half = folder / "half.exe"
    half.write_bytes(new.read_bytes()[: new.stat().st_size - 1000])
    see("half a setup program does nothing", is_so=windows.run(half, "/S") != 0 and changed(before, windows.installed()) == [])
    see(
        "it upgrades in place",
        is_so=windows.run(new, "/S", "/GGUF") == 0 and "app/_internal/only-in-2.0.0" in windows.installed(),
    )
    see_nothing("and is offered for models when that is asked for", windows.wrong("2.0.0", opens_models=True))
    see("nothing of the older version stays", is_so="app/_internal/only-in-1.0.0" not in windows.installed())
    see("an older version is refused", is_so=windows.run(old, "/S") == OLDER)
    for name in ("app.old", "app.new"):
        (windows.program / name / "_internal").mkdir(parents=True)
        (windows.program / name / "_internal" / "half").touch()
    see(
        "what an upgrade that was cut off has left is cleared away",
        is_so=windows.run(new, "/S") == 0 and not any("half" in name for name in windows.installed()),
    )
    *kept, deleted = windows.links
    deleted.unlink()
    windows.run(new, "/S")
    see("a link that was deleted does not come back", is_so=not deleted.exists() and all(link.exists() for link in kept))
    windows.links = tuple(kept)
    see_nothing("and the rest is as it was", windows.wrong("2.0.0", opens_models=True))
    windows.uninstall()
    see_nothing("nothing leads to it after its removal", windows.wrong(""))
    see("no key that is empty is left of it", is_so=not any(map(windows.has_key, OF_MODELS)))
    for secret in SECRETS:
        windows.add_key(secret)
    see("what the person has outlives the removal", is_so=files_under(windows.data) == had)
    see("and so do its secrets", is_so=all(map(windows.has_key, SECRETS)))
    windows.run(new, "/S", "/GGUF")
    for key, name in zip(OF_MODELS, ("/v", "/ve"), strict=True):
        windows.add_key(key, name, *(["Other"] if name == "/v" else []), "/d", "other")
    windows.uninstall("/DELETE-DATA")
    see_nothing("and goes when that is asked for", traces.in_the_end(lambda: [windows.data] if windows.data.exists() else []))
    see("the secrets too, and nobody else's", is_so=[windows.has_key(secret) for secret in SECRETS] == [False, False, True])
    see("what others open models with stays", is_so=all(map(windows.has_key, OF_MODELS)))
    windows.close()


def main() -> int:
    """Check and say how it went; exit status 1 when something is broken."""
    try:
        see_to_tools(["makensis"])
        if not WINE.is_file():
            raise Problem("Wine is missing: sudo apt-get install wine64")
        with tempfile.TemporaryDirectory() as name:
            check(Path(name))
    except (Broken, Problem, OSError, subprocess.SubprocessError) as error:
        say(f"The setup program does not work: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
