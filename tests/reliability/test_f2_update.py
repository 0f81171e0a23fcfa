"""F2: an upgrade, a broken one and the removal of the package leave everything that the person has as it is.

With the real dpkg and the package as packaging/debian.py lays it out, around an application of some files. The whole
life of the real one, in a system made out of nothing, is in packaging/linux/root.py; what an older or newer version does
to the file of conversations is in A5 and A6.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.test_packaging_build import build, debian, of_packaging

pytestmark = [
    pytest.mark.linux("packages of Debian"),
    pytest.mark.skipif(shutil.which("dpkg") is None, reason="dpkg installs on Debian and Ubuntu alone"),
]

FILES = ("config/hearth/settings.json", "local/share/hearth/hearth.sqlite3", "local/share/hearth/models/own.gguf", "thesis.txt")
N_LIBRARIES = 60
KILLED_AFTER = (1, 20, 40)
files_under, changed = (getattr(of_packaging("linux.try_installed"), name) for name in ("files_under", "changed"))


def make_package(
    folder: Path, version: str, *, more: dict[str, str] | None = None, script: tuple[str, str] | None = None
) -> Path:
    """Give a package of this version: a program, some hundred libraries of this version, and one that only this has."""
    application = folder / f"application-{version}"
    (application / "_internal").mkdir(parents=True)
    (application / "hearth").write_text(f"#!/bin/sh\necho {version}\n")
    for number in range(N_LIBRARIES):
        (application / "_internal" / f"lib{number}.so").write_text(f"{version} {number}\n" * 50)
    (application / "_internal" / f"only-in-{version}").touch()
    root = folder / f"root-{version}"
    debian.lay_out(application, root, version, "86400")
    for name, text in (more or {}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "DEBIAN").mkdir()
    if script is not None:
        place = root / "DEBIAN" / script[0]
        place.write_text(f"#!/bin/sh\n{script[1]}\n")
        place.chmod(0o755)
    package = folder / f"hearth_{version}.deb"
    debian.pack(root, debian.control(version, 1, [], []), package, "86400")
    return package


class System:
    """A system of nothing but dpkg's own files, with a person's home in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("updates", "info"):
            (root / "var" / "lib" / "dpkg" / name).mkdir(parents=True)
        (root / "var" / "lib" / "dpkg" / "status").touch()
        self.home = root / "home" / "person"
        for name in FILES:
            place = self.home / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f"mine: {name}")
        self.had = files_under(self.home)

    def line(self, *arguments: str | Path) -> list[str]:
        forced = "--force-depends,not-root,script-chrootless,unsafe-io"
        return ["dpkg", f"--root={self.root}", forced, "--no-triggers", *map(str, arguments)]

    def dpkg(self, *arguments: str | Path) -> int:
        return subprocess.run(self.line(*arguments), capture_output=True, check=False, timeout=60).returncode

    def install_and_kill(self, package: Path, n_unpacked: int) -> int:
        """End dpkg when it has unpacked so many libraries beside the old ones; give its exit status."""
        inside = self.root / "opt" / "hearth" / "_internal"
        quiet = subprocess.DEVNULL
        with subprocess.Popen(self.line("--install", package), stdout=quiet, stderr=quiet) as process:
            while process.poll() is None and len(list(inside.glob("*.dpkg-new"))) < n_unpacked:
                pass
            process.kill()
            return process.wait()

    def program(self) -> dict[str, str]:
        """Give all that is installed, by name, without what belongs to dpkg and to the person."""
        return files_under(self.root, without=("home", "var"))

    def lost(self) -> list[str]:
        return changed(self.had, files_under(self.home))


@pytest.fixture
def system(tmp_path: Path) -> System:
    return System(tmp_path / "system")


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("packages")
    return make_package(folder, "1.0"), make_package(folder, "2.0")


def live(system: System, old: Path, new: Path) -> dict[str, str]:
    """Install, upgrade and remove; give what was there after the upgrade."""
    assert system.dpkg("--install", old) == 0
    assert system.dpkg("--install", new) == 0
    upgraded = system.program()
    assert system.dpkg("--purge", "hearth") == 0
    return upgraded


def test_an_upgrade_and_the_removal_leave_what_the_person_has(system: System, packages: tuple[Path, Path]) -> None:
    upgraded = live(system, *packages)

    inside = {name.rpartition("/")[2] for name in upgraded if name.startswith("opt/hearth/_internal/")}
    assert len(inside) == N_LIBRARIES + 1
    assert "only-in-2.0" in inside  # and nothing of the older version
    assert system.program() == {}
    assert system.lost() == []


def test_the_package_runs_nothing_when_it_comes_or_goes(packages: tuple[Path, Path]) -> None:
    said = subprocess.run(["dpkg-deb", "--ctrl-tarfile", packages[0]], capture_output=True, check=True).stdout
    names = subprocess.run(["tar", "-t"], input=said, capture_output=True, check=True).stdout.decode().split()

    assert [name for name in names if not name.endswith("/")] == ["./control"]


@pytest.mark.parametrize("n_unpacked", KILLED_AFTER)
def test_an_installation_that_is_cut_off_is_made_whole_by_the_next(
    system: System, packages: tuple[Path, Path], n_unpacked: int
) -> None:
    old, new = packages
    assert system.dpkg("--install", new) == 0
    whole = system.program()
    # On a busy machine dpkg may come to its end before anybody looks again.
    for _ in range(10):
        assert system.dpkg("--install", old) == 0
        if (status := system.install_and_kill(new, n_unpacked)) < 0:
            break

    assert status < 0

    assert system.lost() == []
    assert any(".dpkg-new" in name for name in system.program())
    assert system.dpkg("--install", new) == 0
    assert changed(whole, system.program()) == []


def test_half_a_package_is_refused_and_changes_nothing(system: System, packages: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = packages
    assert system.dpkg("--install", old) == 0
    before = system.program()
    half = tmp_path / "half.deb"
    half.write_bytes(new.read_bytes()[: new.stat().st_size * 2 // 3])

    assert system.dpkg("--install", half) != 0

    assert changed(before, system.program()) == []
    assert system.lost() == []


def test_a_file_that_is_not_the_one_that_was_made_is_seen(tmp_path: Path, packages: tuple[Path, Path]) -> None:
    shutil.copy(packages[0], tmp_path)
    build.write_checksums(tmp_path)
    verify = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    assert subprocess.run(verify, cwd=tmp_path, capture_output=True, check=False).returncode == 0

    with (tmp_path / packages[0].name).open("r+b") as file:
        file.seek(1000)
        file.write(b"!")

    assert subprocess.run(verify, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def _takes_along(folder: Path) -> Path:
    return make_package(folder, "2.0", script=("postrm", 'rm -rf "$DPKG_ROOT"/home/*/local/share/hearth'))


def _resets(folder: Path) -> Path:
    return make_package(folder, "2.0", script=("postinst", 'echo {} > "$DPKG_ROOT"/home/person/config/hearth/settings.json'))


def _brings_a_file(folder: Path) -> Path:
    return make_package(folder, "2.0", more={"home/person/config/hearth/settings.json": "{}"})


@pytest.mark.parametrize("fault", [_takes_along, _resets, _brings_a_file])
def test_planted_a_package_that_touches_what_the_person_has_is_seen(
    system: System, packages: tuple[Path, Path], tmp_path: Path, fault: Callable[[Path], Path]
) -> None:
    live(system, packages[0], fault(tmp_path))

    assert system.lost() != []


def test_planted_an_upgrade_that_only_unpacks_over_the_old_one_is_seen(
    system: System, packages: tuple[Path, Path], tmp_path: Path
) -> None:
    for package in packages:
        subprocess.run(["dpkg-deb", "--extract", package, system.root], check=True)

    assert "opt/hearth/_internal/only-in-1.0" in system.program()


def test_a_release_is_tried_with_the_next_version_which_there_is_no_way_back_from(
    system: System, packages: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    old = shutil.copy(packages[0], tmp_path / "a" / "hearth_1.0_amd64.deb")
    newer = of_packaging("newer").newer(old, tmp_path / "newer")
    assert newer.name == "hearth_1.1_amd64.deb"
    assert system.dpkg("--install", old) == 0
    before = system.program()

    assert system.dpkg("--install", newer) == 0
    assert changed(before, system.program()) == ["opt/hearth/_internal/only-in-the-next-version"]
    upgraded = system.program()
    # dpkg passes over it and says so, as apt does with an error.
    assert system.dpkg("--refuse-downgrade", "--install", old) == 0
    assert changed(upgraded, system.program()) == []


@pytest.mark.parametrize(("version", "following"), [("0.1.0", "0.1.1"), ("1.9", "1.10"), ("0.1.0rc1", None)])
def test_a_version_is_counted_on(version: str, following: str | None) -> None:
    newer = of_packaging("newer")
    if following is not None:
        assert newer.next_version(version) == following
        return
    with pytest.raises(newer.Problem, match="no version"):
        newer.next_version(version)
