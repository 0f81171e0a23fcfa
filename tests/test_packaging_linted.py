"""What foreign programs will read is read by them here: workflows, the script of the installer, the desktop's files."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from desktop_app import APP_ID, APP_NAME, __version__

ROOT = Path(__file__).parents[1]
PACKAGING = ROOT / "packaging"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
OF_THE_DESKTOP = ("desktop-file-validate", "appstreamcli")


@pytest.fixture
def debian(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "path", [str(PACKAGING), *sys.path])
    return importlib.import_module("debian")


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "path", [str(PACKAGING), *sys.path])
    return importlib.import_module("windows.make")


# Workflows


def faults_of_form(*workflows: Path) -> str:
    """Give what GitHub's schema does not know."""
    line = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, workflows)]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def weaknesses(*workflows: Path) -> str:
    """Give what could let strangers into a release."""
    line = [
        str(Path(sys.executable).with_name("zizmor")),
        "--offline",
        "--pedantic",
        "--no-progress",
        "--no-config",
        *map(str, workflows),
    ]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.linux("what checks workflows is locked for Linux")
def test_the_workflows_have_the_form_that_github_reads(tmp_path: Path) -> None:
    assert faults_of_form(*WORKFLOWS) == ""

    planted = tmp_path / "release.yml"
    planted.write_text(
        (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8").replace("runs-on:", "run-on:", 1), "utf-8"
    )
    assert "run-on" in faults_of_form(planted)


@pytest.mark.linux("what checks workflows is locked for Linux")
@pytest.mark.parametrize(
    ("sound", "planted", "rule"),
    [
        ("          persist-credentials: false\n", "          fetch-depth: 1\n", "artipacked"),
        ("permissions:\n  contents: read\n", "permissions: write-all\n", "excessive-permissions"),
        ('          python-version: "3.11"\n', '          python-version: "3.11"\n      - uses: actions/cache@v5\n', "unpinned-uses"),
        ("        run: bash .ci/run", "        run: bash .ci/run ${{ github.head_ref }}", "template-injection"),
    ],
)  # fmt: skip
def test_the_workflows_let_no_stranger_in(tmp_path: Path, sound: str, planted: str, rule: str) -> None:
    assert weaknesses(*WORKFLOWS) == ""

    text = (ROOT / ".github" / "workflows" / "checks.yml").read_text("utf-8")
    workflow = tmp_path / ".github" / "workflows" / "checks.yml"
    workflow.parent.mkdir(parents=True)
    assert sound in text
    workflow.write_text(text.replace(sound, planted, 1), "utf-8")
    assert rule in weaknesses(workflow)


# Windows


@pytest.fixture
def frozen_for_windows(windows: ModuleType, tmp_path: Path) -> Path:
    """Give the folder of an application without content."""
    folder = tmp_path / "hearth"
    (folder / "_internal").mkdir(parents=True)
    (folder / windows.EXE).write_bytes(b"MZ")
    (folder / "_internal" / "a.dll").write_bytes(b"MZ")
    return folder


needs_makensis = pytest.mark.skipif(
    not (shutil.which("makensis") or Path("C:/Program Files (x86)/NSIS/makensis.exe").is_file()), reason="NSIS is not installed"
)


@needs_makensis
def test_the_installer_compiles_without_a_warning(windows: ModuleType, frozen_for_windows: Path, tmp_path: Path) -> None:
    installer = windows.make(frozen_for_windows, tmp_path / "out")

    assert installer.read_bytes()[:2] == b"MZ"


@needs_makensis
def test_the_next_version_is_made_in_seconds_out_of_the_same_folder(
    windows: ModuleType, frozen_for_windows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = importlib.import_module("newer")
    monkeypatch.setattr(windows, "__version__", __version__)
    before = sorted(frozen_for_windows.rglob("*"))

    setup = newer.newer(frozen_for_windows, tmp_path / "out")

    assert setup.name.startswith(f"{APP_NAME}-{newer.next_version(__version__)}-windows")
    assert setup.read_bytes()[:2] == b"MZ"
    assert sorted(frozen_for_windows.rglob("*")) == before


class FakeWindows:
    """What the setup programs do to a folder and the registry, and one thing wrong."""

    def __init__(self, folder: Path, fault: str) -> None:
        self.folder, self.fault, self.version = folder, fault, ""

    def __call__(self, line: list[str]) -> tuple[int, str]:
        inside = self.folder / "app" / "_internal"
        name = Path(line[0]).name
        if line[0] == "reg":
            return 0, f"\n    DisplayVersion    REG_SZ    {self.version}\n"
        if name == "uninstall.exe":
            shutil.rmtree(self.folder)
        elif "setup" in name:
            version = name.split("-")[1]
            if version < self.version and self.fault != "goes back":
                return 4, ""
            self.version = self.version or version if self.fault == "keeps the version" else version
            inside.mkdir(parents=True, exist_ok=True)
            if version == "0.1.1" and self.fault != "keeps the files":
                (inside / "only-in-the-next-version").touch()
        elif self.fault == "does not start":
            return 1, ""
        return 0, ""


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("", ""), ("goes back", r"0\.1\.0.*ended with 0 and not with 4"), ("keeps the version", "After Hearth-0.1.1"),
        ("keeps the files", "After Hearth-0.1.1"), ("does not start", "--self-check ended with 1"),
    ],
)  # fmt: skip
def test_an_upgrade_on_windows_that_is_none_is_found_out(windows: ModuleType, tmp_path: Path, fault: str, words: str) -> None:
    upgrade = importlib.import_module("windows.try_upgrade")
    setups = [tmp_path / f"{APP_NAME}-{version}-windows-x86_64-setup.exe" for version in ("0.1.0", "0.1.1")]
    if not fault:
        upgrade.check(*setups, tmp_path / "Hearth", FakeWindows(tmp_path / "Hearth", fault))
        return
    with pytest.raises(upgrade.Broken, match=words):
        upgrade.check(*setups, tmp_path / "Hearth", FakeWindows(tmp_path / "Hearth", fault))


@needs_makensis
@pytest.mark.parametrize("planted", ["Var NEVER_USED\n", "NoSuchCommand\n"])
def test_a_script_with_a_warning_makes_no_installer(
    windows: ModuleType, frozen_for_windows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted: str
) -> None:
    script = shutil.copytree(windows.SCRIPT.parent, tmp_path / "windows") / windows.SCRIPT.name
    script.write_text(script.read_text("utf-8") + planted, "utf-8")
    monkeypatch.setattr(windows, "SCRIPT", script)

    with pytest.raises(windows.Problem, match="makensis"):
        windows.make(frozen_for_windows, tmp_path / "out")


# The desktop of Linux


@pytest.fixture
def root(debian: ModuleType, tmp_path: Path) -> Path:
    """Give the root of a package around an application of one file."""
    (tmp_path / "hearth").mkdir()
    (tmp_path / "hearth" / "hearth").write_bytes(b"program")
    debian.lay_out(tmp_path / "hearth", tmp_path / "root", __version__, "86400")
    return tmp_path / "root"


@pytest.mark.linux("packages of Debian")
def test_the_desktop_s_own_programs_accept_what_they_will_read(debian: ModuleType, root: Path) -> None:
    debian.validate(root)


@pytest.mark.linux("packages of Debian")
@pytest.mark.parametrize(
    ("program", "place", "sound", "planted"),
    [
        (OF_THE_DESKTOP[0], f"applications/{APP_ID}.desktop", "Type=Application", "Type=Programme"),
        (OF_THE_DESKTOP[1], f"metainfo/{APP_ID}.metainfo.xml", "<metadata_license>", "<metadata_licence>"),
    ],
)
def test_what_they_do_not_accept_is_not_packed(
    debian: ModuleType, root: Path, program: str, place: str, sound: str, planted: str
) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    file = root / "usr" / "share" / place
    assert sound in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(sound, planted), "utf-8")

    with pytest.raises(debian.Problem, match=r"\w"):
        debian.validate(root)


@pytest.mark.linux("packages of Debian")
@pytest.mark.parametrize("missing", OF_THE_DESKTOP)
def test_a_release_is_not_made_without_them(debian: ModuleType, root: Path, monkeypatch, missing: str, capsys) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if name == missing else f"/usr/bin/{name}")
    monkeypatch.setattr(debian, "run", lambda _: "")
    debian.validate(root)
    assert f"{missing}: skipped" in capsys.readouterr().err

    monkeypatch.setenv("HEARTH_RELEASE", "1")
    with pytest.raises(debian.Problem, match=f"{missing} is missing: sudo apt-get install"):
        debian.validate(root)
