"""The recipes of the installers: what can be said of them without the systems that they are for."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import plistlib
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path, PureWindowsPath
from types import ModuleType
from typing import Any

import pytest
import yaml
from keyring.backends.Windows import WinVaultKeyring
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage

from desktop_app import APP_ID, APP_NAME, PROJECT_URL, __version__, paths
from desktop_app.services import network

ROOT = Path(__file__).parents[1]
PACKAGING = ROOT / "packaging"
RECIPES = [
    path
    for folder in ("windows", "macos", "appimage", "flatpak")
    for path in sorted((PACKAGING / folder).iterdir())
    if path.is_file()
]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
INSTALLER = (PACKAGING / "windows" / "installer.nsi").read_text(encoding="utf-8")


def load(place: str, monkeypatch) -> ModuleType:
    """Give a recipe as a module; what it puts into `sys.path` is gone after the test."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    spec = importlib.util.spec_from_file_location(f"hearth_{place.replace('/', '_')}", PACKAGING / f"{place}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def windows(monkeypatch) -> ModuleType:
    return load("windows/make", monkeypatch)


@pytest.fixture
def sign(monkeypatch) -> ModuleType:
    return load("windows/sign", monkeypatch)


@pytest.fixture
def macos(monkeypatch) -> ModuleType:
    for name in ("HEARTH_MACOS_IDENTITY", "HEARTH_NOTARY_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    return load("macos/make", monkeypatch)


@pytest.fixture
def appimage(monkeypatch, tmp_path: Path) -> ModuleType:
    module = load("appimage/make", monkeypatch)
    monkeypatch.setattr(module, "WORK", tmp_path / "work")
    return module


@pytest.fixture
def flatpak(monkeypatch) -> ModuleType:
    return load("flatpak/make", monkeypatch)


def picture(width: int, height: int) -> bytes:
    """Give a red PNG."""
    image = QImage(width, height, QImage.Format.Format_ARGB32)
    image.fill(QColor("red"))
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")
    return content.data()


# Name, id, version


@pytest.mark.parametrize("path", [*RECIPES, *WORKFLOWS], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_recipe_takes_id_and_version_from_the_application(path: Path):
    text = path.read_text(encoding="utf-8")
    assert APP_ID not in text
    assert not re.search(rf"(?<![\d.]){re.escape(__version__)}(?![\d.])", text)


def test_what_must_name_the_id_names_that_of_the_application():
    entry = (PACKAGING / "linux" / "hearth.desktop").read_text(encoding="utf-8")
    assert f"\nIcon={APP_ID}\n" in entry
    assert f"\nName={APP_NAME}\n" in entry
    about = (PACKAGING / "linux" / "metainfo.xml").read_text(encoding="utf-8")
    assert f"<id>{APP_ID}</id>" in about
    assert f'<launchable type="desktop-id">{APP_ID}.desktop</launchable>' in about
    assert '<release version="@VERSION@"' in about


# Windows


def test_the_installer_gets_every_value_that_its_script_asks_for(windows: ModuleType, tmp_path: Path):
    asked = set(re.findall(r"^!insertmacro required (\w+)$", INSTALLER, re.MULTILINE))
    values = windows.defines(tmp_path, tmp_path / "setup.exe", is_signed=False)
    assert set(values) - {"ICON"} == asked
    assert all(values.values())
    assert (values["APP_ID"], values["APP_NAME"], values["VERSION"]) == (APP_ID, APP_NAME, __version__)
    assert "sign.py" in windows.defines(tmp_path, tmp_path / "setup.exe", is_signed=True)["SIGN"]


def test_the_installer_says_everything_in_both_languages():
    texts = re.findall(r"^LangString (\w+) \$\{LANG_(\w+)\}", INSTALLER, re.MULTILINE)
    names = {name for name, _ in texts}
    assert set(re.findall(r"\$\(([A-Z_0-9]+)\)", INSTALLER)) == names
    assert sorted(texts) == [(name, language) for name in sorted(names) for language in ("ENGLISH", "SIMPCHINESE")]


def test_every_refusal_of_the_installer_has_an_exit_code_of_its_own_that_is_explained():
    explained = set(re.findall(r"\b(\d) \w", re.search(r"^; Exit codes:(.*?)^;$", INSTALLER, re.MULTILINE | re.DOTALL)[1]))
    given = re.findall(r"^ +SetErrorLevel (\d)$", INSTALLER, re.MULTILINE)
    assert sorted(explained - {"0"}) == sorted(given)


def test_only_the_unticked_section_of_the_uninstaller_touches_the_data(windows: ModuleType, tmp_path: Path, monkeypatch):
    sections = re.findall(r"^(Section|Function) (.*?)$(.*?)^(?:Section|Function)End$", INSTALLER, re.MULTILINE | re.DOTALL)
    deleting = [head for _, head, body in sections if "${DATA_NAME}" in body]
    assert deleting == ['/o "un.$(DELETE_DATA)" SECTION_DATA']
    removed = re.findall(r"RMDir /r (.*)", INSTALLER)
    inside = {f'"$INSTDIR\\{name}"' for name in ("app", "app.new", "app.old")}
    assert set(removed) - inside == {'"$LOCALAPPDATA\\${DATA_NAME}"', '"$LOCALAPPDATA\\${DATA_NAME}-backups"'}
    # It is the folder that the application writes to.
    monkeypatch.setattr(paths.sys, "platform", "win32")
    name = windows.defines(tmp_path, tmp_path / "setup.exe", is_signed=False)["DATA_NAME"]
    standard = paths.Paths.standard()
    assert (standard.data.name, standard.backups.name) == (name, f"{name}-backups")


def test_the_files_of_the_installer_are_named_as_windows_names_them():
    """Source: `get_dir_name` in NSIS' util.cpp, which on Windows knows the backslash alone."""
    lines = re.findall(r"^\s*File .*", INSTALLER, re.MULTILINE)
    assert lines
    assert [line for line in lines if "/" in re.sub(r"/[rx] ", "", line)] == []


def test_the_uninstaller_takes_every_secret_along_that_is_kept_under_the_name_of_the_application(
    windows: ModuleType, tmp_path: Path
):
    """Source: `WinVaultKeyring`: the last one that was kept is named after the service, any before it USER@SERVICE."""
    values = windows.defines(tmp_path, tmp_path / "setup.exe", is_signed=False)
    targets = re.findall(r'^  !insertmacro ForgetSecret "(.*)"$', INSTALLER, re.MULTILINE)
    named = [re.sub(r"\$\{(\w+)\}", lambda match: values[match[1]], target) for target in targets]
    kept = [value for name, value in vars(network).items() if name in ("_TOKEN", "_PROXY")]
    assert named == [APP_NAME, *(WinVaultKeyring._compound_name(name, APP_NAME) for name in kept)]
    deleting = re.search(r'^Section /o "un\.\$\(DELETE_DATA\)".*?^SectionEnd$', INSTALLER, re.MULTILINE | re.DOTALL)
    assert deleting is not None
    assert deleting[0].count("ForgetSecret") == len(targets)


def test_no_empty_key_of_the_registry_is_left_and_none_that_others_use_is_deleted():
    deleted = re.findall(r"DeleteRegKey (.*\.gguf.*)", INSTALLER)
    keys = (r"Software\Classes\.gguf\OpenWithProgids", r"Software\Classes\.gguf")
    assert deleted == [f'/ifempty HKCU "{key}"' for key in keys]


def test_setup_looks_whose_each_folder_is_before_it_deletes_one():
    section = re.search(r'^Section "!\$\{APP_NAME\}".*?^SectionEnd$', INSTALLER, re.MULTILINE | re.DOTALL)[0]
    looked_at = re.findall(r'StrCpy \$1 "(.*?)"\n  Call StopWhereForeign\n', section)
    assert set(looked_at) == {f"$INSTDIR\\{name}" for name in ("app", "app.old", "app.new")}
    changes = [section.index(line) for line in ("RMDir", "Rename", "File ", "SetOutPath", "Call FinishWhatWasCutOff")]
    assert section.rindex("Call StopWhereForeign") < min(changes)
    # By the program a folder is known as ours, also one that was cut off while it was filled.
    first, *_ = re.findall(r"^  File (.*)$", section, re.MULTILINE)
    assert first == '"${SOURCE}\\${EXE}"'


def test_what_was_not_frozen_on_windows_gets_no_installer(windows: ModuleType, tmp_path: Path):
    with pytest.raises(windows.Problem, match=r"holds no hearth\.exe"):
        windows.make(tmp_path, tmp_path)


def test_a_missing_compiler_of_installers_is_named(windows: ModuleType, tmp_path: Path, monkeypatch):
    (tmp_path / windows.EXE).touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
    monkeypatch.setattr(windows.see_to_tools.__globals__["sys"], "platform", "win32")
    with pytest.raises(windows.Problem, match="makensis is missing: NSIS holds it"):
        windows.make(tmp_path, tmp_path)


def test_windows_icons_hold_their_pictures(monkeypatch):
    ico = load("windows/ico", monkeypatch)
    icon = ico.ico([picture(16, 16), picture(256, 256)])
    assert QImage.fromData(icon, "ICO").pixelColor(3, 3) == QColor("red")
    _, kind, count, *entry = struct.unpack_from("<HHHBBBBHHII", icon, 0)
    assert (kind, count, entry[:2]) == (1, 2, [16, 16])
    width, size, offset = struct.unpack_from("<B7xII", icon, 6 + 16)
    assert (width, icon[offset : offset + size]) == (0, picture(256, 256))
    with pytest.raises(ValueError, match="512"):
        ico.ico([picture(512, 512)])
    with pytest.raises(ValueError, match="PNG"):
        ico.ico([b"GIF89a" + bytes(30)])


def test_without_a_certificate_nothing_is_signed_and_nothing_fails(sign: ModuleType, monkeypatch, capsys):
    for name in ("HEARTH_SIGN_PFX", "HEARTH_SIGN_COMMAND"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sign, "sign", lambda *_: pytest.fail("signed without a certificate"))
    assert sign.main(["setup.exe"]) == 0
    assert "Not signed" in capsys.readouterr().err


def test_a_command_of_one_s_own_signs_where_the_key_cannot_be_carried_away(sign: ModuleType, tmp_path: Path, monkeypatch, capsys):
    file = tmp_path / "a setup.exe"
    file.write_bytes(b"MZ")
    signer = tmp_path / "signer.py"
    signer.write_text(
        "import sys; from pathlib import Path; Path(sys.argv[2]).write_bytes(Path(sys.argv[2]).read_bytes() + sys.argv[1].encode())"
    )
    monkeypatch.setattr(sign, "find_signtool", lambda _: None)
    monkeypatch.setenv("HEARTH_SIGN_COMMAND", f'"{sys.executable}" "{signer}" --key=mine {{file}}')
    assert sign.main([str(file)]) == 0
    assert file.read_bytes() == b"MZ--key=mine"
    # Paths of Windows come through as they are.
    line = r'"C:\Program Files\sign.exe" --metadata C:\new\own.json "/in={file}"'
    assert sign.own_command(line, Path("x.exe")) == [r"C:\Program Files\sign.exe", "--metadata", r"C:\new\own.json", "/in=x.exe"]
    for wrong, words in (
        ("sign.exe", "{file} is missing"),
        ('sign "{file}', "cannot be read"),
        ("no-such-signer {file}", "no program"),
    ):
        monkeypatch.setenv("HEARTH_SIGN_COMMAND", wrong)
        assert sign.main([str(file)]) == 1
        assert words in capsys.readouterr().err


def test_what_a_command_of_one_s_own_has_signed_is_looked_at_too(sign: ModuleType, monkeypatch):
    lines: list[list[str]] = []

    def run(line: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        lines.append(line)
        return subprocess.CompletedProcess(line, 0, "", "")

    monkeypatch.setattr(sign, "find_signtool", lambda _: "signtool")
    monkeypatch.setattr(sign.subprocess, "run", run)
    sign.sign([Path("setup.exe")], {"HEARTH_SIGN_COMMAND": "own {file}", "HEARTH_SIGN_PFX": "own.pfx"})
    assert [line[:2] for line in lines] == [["own", "setup.exe"], ["signtool", "verify"]]


def test_the_setup_program_is_signed_with_either(windows: ModuleType, tmp_path: Path, monkeypatch):
    (tmp_path / windows.EXE).touch()
    monkeypatch.setattr(windows, "see_to_tools", lambda _: None)
    lines = Lines()
    monkeypatch.setattr(windows, "run", lines)
    for variables in ({}, {"HEARTH_SIGN_COMMAND": "own {file}"}, {"HEARTH_SIGN_PFX": "own.pfx"}):
        for name in ("HEARTH_SIGN_COMMAND", "HEARTH_SIGN_PFX"):
            monkeypatch.setenv(name, variables.get(name, ""))
        windows.make(tmp_path, tmp_path / "out")
    assert [any(word.startswith("-DSIGN=") for word in line) for line in lines] == [False, True, True]


@pytest.mark.parametrize("tool", ["signtool.exe", "osslsigncode"])
def test_signatures_carry_a_timestamp_unless_it_is_switched_off(sign: ModuleType, tool: str):
    certificate = {"HEARTH_SIGN_PFX": "own.pfx", "HEARTH_SIGN_PASSWORD": "secret"}
    line = sign.command(tool, Path("setup.exe"), certificate)
    assert {"own.pfx", "secret", sign.TIMESTAMP, "setup.exe"} <= set(line)
    assert sign.TIMESTAMP not in sign.command(tool, Path("setup.exe"), {**certificate, "HEARTH_SIGN_TIMESTAMP": ""})


def test_the_newest_signtool_is_taken(sign: ModuleType, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    for version in ("10.0.9600.0", "10.0.26100.0", "10.0.22621.0"):
        place = tmp_path / version / "x64" / "signtool.exe"
        place.parent.mkdir(parents=True)
        place.touch()
    assert sign.find_signtool(tmp_path) == str(tmp_path / "10.0.26100.0" / "x64" / "signtool.exe")


def test_what_goes_wrong_while_signing_does_not_say_the_password(sign: ModuleType, monkeypatch):
    monkeypatch.setattr(sign, "find_signtool", lambda _: "signtool")
    monkeypatch.setattr(sign.subprocess, "run", lambda line, **_: subprocess.CompletedProcess(line, 1, "", "wrong key\n"))
    with pytest.raises(sign.Problem) as problem:
        sign.sign([Path("setup.exe")], {"HEARTH_SIGN_PFX": "own.pfx", "HEARTH_SIGN_PASSWORD": "secret"})
    assert str(problem.value) == "setup.exe could not be signed: wrong key"


@pytest.mark.parametrize(("timestamp", "words"), [("http://t", ["/pa", "/tw"]), ("", ["/pa"])])
def test_what_was_signed_is_looked_at_as_windows_will(sign: ModuleType, monkeypatch, timestamp: str, words: list[str]):
    lines: list[list[str]] = []

    def run(line: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        lines.append(line)
        return subprocess.CompletedProcess(line, int(line[1] == "verify"), "", "a root certificate which is not trusted\n")

    monkeypatch.setattr(sign, "find_signtool", lambda _: "signtool")
    monkeypatch.setattr(sign.subprocess, "run", run)
    certificate = {"HEARTH_SIGN_PFX": "own.pfx", "HEARTH_SIGN_PASSWORD": "secret", "HEARTH_SIGN_TIMESTAMP": timestamp}
    with pytest.raises(sign.Problem, match=r"setup\.exe is signed, and Windows would not believe it: a root certificate"):
        sign.sign([Path("setup.exe")], certificate)
    assert [line[1] for line in lines] == ["sign", "verify"]
    assert lines[1][2:] == [*words, "setup.exe"]
    # That one cannot say whom Windows trusts.
    assert sign.checking("/usr/bin/osslsigncode", Path("setup.exe"), certificate) is None


# macOS


def make_bundle(folder: Path) -> Path:
    """Make what PyInstaller leaves, with an empty program and libraries."""
    app = folder / "Hearth.app"
    code = ("MacOS/hearth", "Frameworks/libx.dylib", "Frameworks/Python.framework/Versions/3.11/Python", "Frameworks/a/b/c.so")
    for name in code:
        path = app / "Contents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xcf\xfa\xed\xfe" + bytes(28))
    (app / "Contents" / "Frameworks" / "notes.txt").write_text("no code")
    (app / "Contents" / "Frameworks" / "link.dylib").symlink_to("libx.dylib")
    info = {"CFBundleExecutable": "hearth", "CFBundleIconFile": "icon.icns", "CFBundleShortVersionString": "0.0.0"}
    (app / "Contents" / "Info.plist").write_bytes(plistlib.dumps(info))
    return app


class Lines(list[list[str]]):
    """Remembers the commands that would have been run."""

    def __call__(self, line: list[str]) -> None:
        self.append([str(part) for part in line])


@pytest.mark.posix("links need rights on Windows")
def test_the_bundle_says_what_it_is_and_which_files_it_opens(macos: ModuleType, tmp_path: Path):
    app = make_bundle(tmp_path)
    macos.complete(app)
    info = plistlib.loads((app / "Contents" / "Info.plist").read_bytes())
    assert (info["CFBundleExecutable"], info["CFBundleIconFile"]) == ("hearth", "icon.icns")
    assert (info["CFBundleIdentifier"], info["CFBundleShortVersionString"]) == (APP_ID, __version__)
    (document,) = info["CFBundleDocumentTypes"]
    (declared,) = info["UTImportedTypeDeclarations"]
    assert document["LSItemContentTypes"] == [declared["UTTypeIdentifier"]]
    assert declared["UTTypeTagSpecification"] == {"public.filename-extension": ["gguf"]}
    # Never the default for a format that others open too.
    assert document["LSHandlerRank"] == "Alternate"


def test_what_is_no_bundle_is_named(macos: ModuleType, tmp_path: Path):
    with pytest.raises(macos.Problem, match="is no application bundle"):
        macos.make(tmp_path, tmp_path, Lines())


def test_the_entitlements_open_one_door(macos: ModuleType):
    entitlements = plistlib.loads(macos.ENTITLEMENTS.read_bytes())
    assert entitlements == {"com.apple.security.cs.allow-unsigned-executable-memory": True}


@pytest.mark.posix("links need rights on Windows")
def test_signatures_go_from_the_inside_out(macos: ModuleType, tmp_path: Path):
    app, lines = make_bundle(tmp_path), Lines()
    macos.sign(app, "Developer ID Application: X", lines)
    *signed, check = lines
    names = [str(Path(line[-1]).relative_to(tmp_path)) for line in signed]
    inside = "Hearth.app/Contents/Frameworks"
    assert set(names) == {
        "Hearth.app", "Hearth.app/Contents/MacOS/hearth", f"{inside}/libx.dylib", f"{inside}/a/b/c.so",
        f"{inside}/Python.framework", f"{inside}/Python.framework/Versions/3.11/Python",
    }  # fmt: skip
    for number, name in enumerate(names):
        assert not any(other.startswith(f"{name}/") for other in names[number + 1 :])
    assert check[:3] == ["codesign", "--verify", "--deep"]
    with_entitlements = [name for name, line in zip(names, signed, strict=True) if "--entitlements" in line]
    assert with_entitlements == ["Hearth.app/Contents/MacOS/hearth", "Hearth.app"]
    assert all({"--timestamp", "runtime"} <= set(line) for line in signed)


@pytest.mark.posix("links need rights on Windows")
def test_without_a_certificate_the_signature_is_ad_hoc_and_the_runtime_not_hardened(macos: ModuleType, tmp_path: Path):
    lines = Lines()
    image = macos.make(make_bundle(tmp_path), tmp_path / "out", lines)
    assert image.name.startswith(f"{APP_NAME}-{__version__}-macos-")
    signatures = [line for line in lines if "--sign" in line]
    assert signatures
    assert all(line[line.index("--sign") + 1] == "-" and "runtime" not in line for line in signatures)
    assert [line[0] for line in lines[-2:]] == ["ditto", "hdiutil"]
    assert not any("notarytool" in line for line in lines)


@pytest.mark.posix("links need rights on Windows")
def test_a_certificate_and_a_profile_make_a_notarised_image(macos: ModuleType, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("HEARTH_NOTARY_PROFILE", "own")
    with pytest.raises(macos.Problem, match="HEARTH_MACOS_IDENTITY"):
        macos.make(make_bundle(tmp_path / "a"), tmp_path / "out", Lines())
    monkeypatch.setenv("HEARTH_MACOS_IDENTITY", "Developer ID Application: X")
    monkeypatch.setenv("HEARTH_NOTARY_KEYCHAIN", "/own.keychain-db")
    lines = Lines()
    image = macos.make(make_bundle(tmp_path / "b"), tmp_path / "out", lines)
    last = [line for line in lines if line[-1] == str(image) or str(image) in line]
    assert [line[:3] for line in last] == [
        ["hdiutil", "create", "-ov"], ["codesign", "--sign", "Developer ID Application: X"],
        ["xcrun", "notarytool", "submit"], ["xcrun", "stapler", "staple"], ["spctl", "--assess", "--type"],
    ]  # fmt: skip
    assert last[2][-3:] == ["--keychain", "/own.keychain-db", "--wait"]


class BusyImages:
    """Refuses so many times, as macOS does while something of its own looks through an image."""

    def __init__(
        self, n_busy: int, says: str = "hdiutil ended with exit status 16:\nhdiutil: create failed - Resource busy"
    ) -> None:
        self.n_busy, self.says, self.lines, self.waited_s = n_busy, says, list[list[str]](), list[float]()

    def run(self, line: list[str]) -> None:
        self.lines.append(line)
        if len(self.lines) <= self.n_busy:
            raise importlib.import_module("dev").Problem(self.says)


def test_a_disk_image_that_something_else_holds_is_tried_again(macos: ModuleType):
    images = importlib.import_module("macos.hdiutil")
    for n_busy in (0, 3, len(images.PAUSES_S)):
        busy = BusyImages(n_busy)
        images.hdiutil(["create", Path("a.dmg")], busy.run, busy.waited_s.append)
        assert busy.lines == [["hdiutil", "create", "a.dmg"]] * (n_busy + 1)
        assert busy.waited_s == list(images.PAUSES_S[:n_busy])
    with pytest.raises(macos.Problem, match="Resource busy"):
        images.hdiutil(["create", "a.dmg"], BusyImages(99).run, lambda _: None)
    # Anything else is said at once.
    full = BusyImages(1, "No space left on device")
    with pytest.raises(macos.Problem, match="No space"):
        images.hdiutil(["create", "a.dmg"], full.run, full.waited_s.append)
    assert full.waited_s == []


@pytest.mark.posix("links need rights on Windows")
def test_no_image_is_made_opened_or_given_back_without_another_attempt(macos: ModuleType, tmp_path: Path, monkeypatch):
    images = importlib.import_module("macos.hdiutil")
    installed = load("macos/try_installed", monkeypatch)
    monkeypatch.setattr(images, "PAUSES_S", (0,))
    monkeypatch.setattr(installed, "APPLICATION", tmp_path / "Hearth.app")
    lines = Lines()

    def run(line: list[str | Path]) -> None:
        lines(line)
        if line[0] == "hdiutil" and lines.count(lines[-1]) == 1:
            raise images.Problem("Resource busy")

    monkeypatch.setattr(installed, "run", run)
    image = macos.make(make_bundle(tmp_path), tmp_path / "out", run)
    installed.install(image)
    assert [line[1] for line in lines if line[0] == "hdiutil"] == [
        verb for verb in ("create", "attach", "detach") for _ in range(2)
    ]


def test_a_disk_image_is_given_back_by_force_in_the_end(macos: ModuleType):
    images = importlib.import_module("macos.hdiutil")
    busy = BusyImages(len(images.PAUSES_S) + 1)
    images.detach("/place", busy.run, busy.waited_s.append)
    assert busy.lines[0] == ["hdiutil", "detach", "/place"]
    assert busy.lines[-1] == ["hdiutil", "detach", "/place", "-force"]


def test_macos_icons_hold_their_pictures(monkeypatch):
    icns = load("macos/icns", monkeypatch)
    icon = icns.icns([picture(16, 16), picture(512, 512)])
    assert (icon[:4], struct.unpack(">I", icon[4:8])[0]) == (b"icns", len(icon))
    small = picture(16, 16)
    assert icon[8:16] == b"icp4" + struct.pack(">I", len(small) + 8)
    second = 16 + len(small)
    assert icon[second : second + 4] == b"ic09"
    assert icon[second + 8 :] == picture(512, 512)
    with pytest.raises(ValueError, match="48"):
        icns.icns([picture(48, 48)])


# Installed


class Application:
    """Runs until it is told to quit."""

    pid = 7

    def __init__(self, *_: object, **__: object) -> None:
        self.sent: list[int] = []

    def poll(self) -> None:
        return None

    def wait(self, _limit_s: float) -> int:
        return 0

    def send_signal(self, number: int) -> None:
        self.sent.append(number)

    def kill(self) -> None:
        pass


class Registry:
    """Answers as `reg` does; what the setup program would have written is put in."""

    def __init__(self, values: dict[tuple[str, str], str]) -> None:
        self.values = values

    def __call__(self, line: list[str]) -> str:
        name = line[line.index("/v") + 1] if "/v" in line else ""
        if line[1] == "add":
            self.values[line[2], name] = line[line.index("/d") + 1]
        found = self.values.get((line[2], name))
        return "" if found is None else f"\r\n{line[2]}\r\n    {name or '(Default)'}    REG_SZ    {found}\r\n\r\n"


def test_what_an_installation_on_windows_leaves_is_held_against_what_it_should(tmp_path: Path, monkeypatch):
    module = load("windows/try_installed", monkeypatch)
    traces, folder = module.traces, PureWindowsPath("C:/Users/Ada/Hearth")
    link = tmp_path / "Hearth.lnk"
    link.touch()
    own, models = traces.expected(folder, "2.0"), traces.of_models(folder)
    whole = {"links": [link], "folder": folder}
    assert traces.wrong(Registry(own), **whole, version="2.0", opens_models=False) == []
    assert traces.wrong(Registry(own | models), **whole, version="2.0", opens_models=True) == []
    # One thing at a time.
    assert len(traces.wrong(Registry(own), **whole, version="2.0", opens_models=True)) == len(models)
    assert traces.wrong(Registry(own | models), **whole, version="2.0", opens_models=False)[0].endswith(
        '\'"C:\\\\Users\\\\Ada\\\\Hearth\\\\app\\\\hearth.exe" "%1"\''
    )
    assert traces.wrong(Registry(own), **whole, version="2.1", opens_models=False) == [
        f"{traces.UNINSTALL} DisplayVersion is '2.0'"
    ]
    left = traces.wrong(Registry({traces.VERSION: "2.0"}), **whole, version="", opens_models=False)
    assert left == [f"{traces.UNINSTALL} DisplayVersion is '2.0'", f"{link} is still there"]
    assert traces.wrong(Registry({}), [tmp_path / "gone.lnk"], folder, "", opens_models=False) == []
    registry = Registry({})
    traces.set_version(registry, "3.0")
    assert traces.value(registry, *traces.VERSION) == "3.0"


def test_an_upgrade_on_windows_that_keeps_old_files_or_takes_an_older_version_is_found_out(tmp_path: Path, monkeypatch):
    module = load("windows/try_installed", monkeypatch)
    inside = tmp_path / "app" / "_internal"
    inside.mkdir(parents=True)
    registry = Registry({})
    monkeypatch.setattr(module, "said", registry)
    monkeypatch.setattr(module, "see_to_traces", lambda *_, **__: None)
    codes: list[int] = []

    def install(_installer: Path, *switches: str, expected: int = 0) -> None:
        codes.append(expected)
        is_newer_there = registry.values[module.traces.VERSION] == module.NEWER
        assert (expected == module.OLDER) is is_newer_there
        assert ("/GGUF" in switches) is not is_newer_there
        for left in inside.iterdir() if clears and not is_newer_there else ():
            left.unlink()

    monkeypatch.setattr(module, "install", install)
    clears = False
    with pytest.raises(module.Broken, match="outlived the upgrade"):
        module.upgrade(tmp_path / "setup.exe", tmp_path)
    clears = True
    module.upgrade(tmp_path / "setup.exe", tmp_path)
    assert codes == [4, 0, 4, 0]


def test_a_portable_application_that_leaves_something_on_windows_is_found_out(tmp_path: Path, monkeypatch):
    module = load("windows/try_installed", monkeypatch)
    for name in ("LOCALAPPDATA", "APPDATA", "USERPROFILE"):
        (tmp_path / name / "Other").mkdir(parents=True)
        monkeypatch.setenv(name, str(tmp_path / name))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("hearth/hearth.exe", b"program")
    leaves: list[Path] = []

    def start(line: list[str | Path], **_: object) -> Application:
        database = Path(line[0]).parent / "data" / "data" / "hearth.sqlite3"
        database.parent.mkdir(parents=True)
        database.touch()
        for place in leaves:
            place.mkdir()
        return Application()

    monkeypatch.setattr(module.subprocess, "Popen", start)
    monkeypatch.setattr(module.subprocess, "run", lambda *_, **__: None)
    monkeypatch.setattr(module, "self_check", lambda _: None)
    monkeypatch.setattr(module, "traced", lambda *_: True)
    module.try_portable(tmp_path / "a.zip")
    leaves.append(tmp_path / "LOCALAPPDATA" / "hearth")
    with pytest.raises(module.Broken, match=r"The portable application has left .*hearth\.$"):
        module.try_portable(tmp_path / "a.zip")


class Keyboard:
    """Takes the keys that are pressed before the window of process 7; the first ones go elsewhere."""

    CONTROL, A, RETURN, ESCAPE = "control", "a", "return", "escape"

    def __init__(self, n_lost: int) -> None:
        self.n_lost, self.text, self.sent, self.n_stops = n_lost, "", [], 0

    def bring_to_front(self, process: int) -> None:
        assert process == 7

    def press(self, *keys: str) -> None:
        match keys:
            case ("control", "a"):
                self.text = ""
            case ("return",):
                self.n_lost -= 1
                self.sent += [self.text] if self.n_lost < 0 else []
            case ("escape",):
                self.n_stops += 1

    def write(self, text: str) -> None:
        self.text += text

    def osascript(self, line: list[str]) -> None:
        if line[0] != "osascript":
            return
        assert "unix id is 7)" in line[-1]
        for key in re.findall(r'keystroke "a" using command down|keystroke ".*?"|key code \d+', line[-1]):
            if key == "key code 36":
                self.press("return")
            elif key == "key code 53":
                self.press("escape")
            elif key.endswith("command down"):
                self.press("control", "a")
            else:
                self.write(key.removeprefix('keystroke "').removesuffix('"'))


def sitting_before(system: str, keyboard: Keyboard, monkeypatch) -> ModuleType:
    """Give the trial of this system with an application that answers when it was asked and stopped."""
    module = load(f"{system}/try_installed", monkeypatch)
    monkeypatch.setattr(module.subprocess, "Popen", Application)
    monkeypatch.setattr(module.subprocess, "run", lambda line, **_: subprocess.CompletedProcess(line, 1))
    for name, value in {"PATIENCE_S": -1, "HEARD_S": 0.05, "rows": lambda *_: keyboard.sent}.items():
        monkeypatch.setitem(module.patiently.__globals__, name, value)
    monkeypatch.setattr(module, "traced", lambda *_: True)
    monkeypatch.setattr(module, "answer_in", lambda _: "Paris" if keyboard.n_stops else "")
    if system == "windows":
        monkeypatch.setattr(module, "keyboard", keyboard)
        monkeypatch.setattr(module, "install", lambda *_, **__: None)
    else:
        monkeypatch.setattr(module, "run", keyboard.osascript)
    return module


def chatted(system: str, module: ModuleType, folder: Path) -> str:
    if system == "windows":
        return str(module.chat(Path("hearth.exe"), folder / "a.sqlite3", Path("setup.exe"), folder / "a.png"))
    return str(module.chat(Path("hearth"), folder / "a.png"))


@pytest.mark.parametrize("n_lost", [0, 2])
@pytest.mark.parametrize("system", ["windows", "macos"])
def test_a_question_is_typed_until_it_is_heard_and_an_answer_without_end_is_stopped(
    system: str, n_lost: int, tmp_path: Path, monkeypatch
):
    keyboard = Keyboard(n_lost)
    module = sitting_before(system, keyboard, monkeypatch)
    assert chatted(system, module, tmp_path) == "Paris"
    assert (keyboard.sent, keyboard.n_stops) == ([module.QUESTION], 1)


@pytest.mark.parametrize("system", ["windows", "macos"])
def test_a_question_that_nobody_hears_is_no_answer(system: str, tmp_path: Path, monkeypatch):
    module = sitting_before(system, Keyboard(99), monkeypatch)
    with pytest.raises(module.Broken, match=r"typed 4 times and is not in \w+\.sqlite3"):
        chatted(system, module, tmp_path)


def test_a_picture_that_macos_does_not_allow_costs_no_release(tmp_path: Path, monkeypatch, capsys):
    keyboard = Keyboard(0)
    module = sitting_before("macos", keyboard, monkeypatch)

    def run(line: list[str]) -> None:
        if line[0] == "screencapture":
            raise module.Problem("not allowed")
        keyboard.osascript(line)

    monkeypatch.setattr(module, "run", run)
    assert chatted("macos", module, tmp_path) == "Paris"
    assert "no picture: not allowed" in capsys.readouterr().err


class User32:
    """Windows that puts a window to the front after some attempts, and says each time that it did."""

    def __init__(self, n_refused: int) -> None:
        self.n_refused, self.front, self.events = n_refused, 1, []

    def GetForegroundWindow(self) -> int:
        return self.front

    def GetWindowThreadProcessId(self, window: Any, process: Any) -> None:
        process._obj.value = {1: 4, 2: 7, 3: 7}[window.value]

    def IsWindowVisible(self, window: Any) -> bool:
        return window.value != 3

    def EnumWindows(self, take: Any, _: int) -> None:
        for window in (1, 2, 3):
            take(window, 0)

    def SystemParametersInfoW(self, *words: object) -> None:
        self.events.append(words)

    def SetForegroundWindow(self, window: Any) -> bool:
        assert window.value == 2
        self.n_refused -= 1
        self.front = 2 if self.n_refused < 0 else 1
        return True

    def SendInput(self, n_keys: int, keys: Any, size: int) -> None:
        assert size == 40, "a whole INPUT of 64 bits"
        self.events += [(key.code, chr(key.letter) if key.flags & 4 else "", key.flags) for key in keys[:n_keys]]


@pytest.fixture
def keyboard(monkeypatch) -> ModuleType:
    module = load("windows/try_installed", monkeypatch).keyboard
    monkeypatch.setattr(module, "_user32", lambda: user32)
    user32 = module.user32 = User32(2)
    monkeypatch.setattr(module.ctypes, "WINFUNCTYPE", lambda *_: lambda function: function, raising=False)
    monkeypatch.setattr(module.time, "sleep", lambda _: None)
    return module


def test_keys_are_pressed_only_when_the_window_is_in_front(keyboard: ModuleType, monkeypatch):
    keyboard.bring_to_front(7)
    assert keyboard.user32.front == 2
    assert keyboard.user32.events.count((0x2001, 0, None, 0)) == 3
    keyboard.user32.events.clear()
    keyboard.bring_to_front(7)
    assert keyboard.user32.events == [], "it is there already"
    keyboard.press(keyboard.CONTROL, keyboard.A)
    keyboard.write("é?")
    assert keyboard.user32.events == [
        (17, "", 0), (65, "", 0), (65, "", 2), (17, "", 2), (0, "é", 4), (0, "é", 6), (0, "?", 4), (0, "?", 6)
    ]  # fmt: skip


def test_a_window_that_does_not_come_to_the_front_gets_no_keys(keyboard: ModuleType, monkeypatch):
    keyboard.user32.n_refused = 10**9
    monkeypatch.setattr(keyboard, "FRONT_LIMIT_S", 0.01)
    with pytest.raises(keyboard.Broken, match="no window of the application"):
        keyboard.bring_to_front(7)


# AppImage and Flatpak


def package_with(names: list[str]) -> Any:
    """Give what takes the place of dpkg-deb: it lays these files out."""

    def run(line: list[str | Path], **_: object) -> str:
        assert line[:2] == ["dpkg-deb", "-x"]
        Path(line[3]).mkdir()
        for name in names:
            place = Path(line[3], name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(name)
        return ""

    return run


CONTENT = [
    "opt/hearth/hearth", f"usr/share/applications/{APP_ID}.desktop", f"usr/share/icons/hicolor/256x256/apps/{APP_ID}.png",
    "usr/bin/hearth",
]  # fmt: skip


@pytest.mark.linux("packages of Debian")
def test_the_folder_of_the_appimage_has_all_that_is_looked_for_at_its_root(appimage: ModuleType, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(appimage, "see_to_tools", lambda _: None)
    monkeypatch.setattr(appimage, "run", package_with(CONTENT))
    folder = appimage.make_folder(tmp_path / "x.deb", tmp_path / "work" / "AppDir")
    assert (folder / "AppRun").read_text() == "opt/hearth/hearth"
    assert (folder / ".DirIcon").read_text() == (folder / f"{APP_ID}.png").read_text() == CONTENT[2]
    assert (folder / f"{APP_ID}.desktop").read_text() == CONTENT[1]
    links = [path.readlink() for path in folder.iterdir() if path.is_symlink()]
    assert len(links) == 4
    assert not any(link.is_absolute() for link in links)
    # It would lead out of the image.
    assert not (folder / "usr" / "bin").exists()


@pytest.mark.linux("packages of Debian")
@pytest.mark.parametrize("missing", CONTENT[:3])
def test_a_package_that_lacks_something_is_named(appimage: ModuleType, tmp_path: Path, monkeypatch, missing: str):
    monkeypatch.setattr(appimage, "see_to_tools", lambda _: None)
    monkeypatch.setattr(appimage, "run", package_with([name for name in CONTENT if name != missing]))
    with pytest.raises(appimage.Problem, match=r"x\.deb holds no"):
        appimage.make_folder(tmp_path / "x.deb", tmp_path / "work" / "AppDir")


def test_a_download_that_is_another_file_is_not_kept(appimage: ModuleType, tmp_path: Path):
    source = tmp_path / "tool"
    source.write_bytes(b"something else")
    with pytest.raises(appimage.Problem, match="not the file that was expected"):
        appimage.fetch((source.as_uri(), "0" * 64), tmp_path / "tools")
    assert not (tmp_path / "tools").exists()


def test_the_flatpak_is_made_of_the_package_that_lies_beside_its_manifest(flatpak: ModuleType, tmp_path: Path):
    package = tmp_path / "hearth_amd64.deb"
    package.write_bytes(b"a package")
    place = flatpak.write(package, tmp_path / "flatpak")
    assert place.name == f"{APP_ID}.json"
    manifest = json.loads(place.read_text(encoding="utf-8"))
    assert (manifest["id"], manifest["command"]) == (APP_ID, "hearth")
    ((source,),) = [module["sources"] for module in manifest["modules"]]
    assert (place.parent / source["path"]).read_bytes() == b"a package"
    assert source["path"] in manifest["modules"][0]["build-commands"][0]
    # The files of the person come in one by one.
    assert not any(argument.startswith("--filesystem") for argument in manifest["finish-args"])
    # What it says to others on the bus, and nothing else: passwords, notices, the icon in the bar.
    talks = {argument.removeprefix("--talk-name=") for argument in manifest["finish-args"] if "-name=" in argument}
    assert talks == {"org.freedesktop.secrets", "org.freedesktop.Notifications", "org.kde.StatusNotifierWatcher"}


def test_a_flatpak_says_where_the_runtime_is_that_it_needs(flatpak: ModuleType, tmp_path: Path, monkeypatch):
    lines = Lines()
    monkeypatch.setattr(flatpak, "WORK", tmp_path / "work")
    monkeypatch.setattr(flatpak.shutil, "which", lambda name: name)
    monkeypatch.setattr(flatpak, "run", lambda line, **_: lines(line))
    (tmp_path / "hearth.deb").touch()
    bundle = flatpak.make(tmp_path / "hearth.deb", tmp_path / "out")
    assert lines[-1][:3] == ["flatpak", "build-bundle", "--runtime-repo=https://dl.flathub.org/repo/flathub.flatpakrepo"]
    assert str(bundle) in lines[-1]


# Workflows


def parsed(path: Path) -> dict[Any, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def workflow(name: str) -> dict[Any, Any]:
    return parsed(ROOT / ".github" / "workflows" / f"{name}.yml")


def steps_of(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job.get("steps", ())]


def named(steps: list[dict[str, Any]], name: str) -> int:
    """Give where this step stands."""
    (place,) = [place for place, step in enumerate(steps) if step.get("name") == name]
    return place


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_foreign_code_in_a_workflow_is_pinned_and_gets_no_credentials(path: Path):
    uses = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert uses
    foreign = [line for line in uses if not line.startswith("./.github/workflows/")]
    assert all(re.match(r"[\w-]+/[\w-]+(/[\w-]+)?@[0-9a-f]{40} # v\d", line) for line in foreign)
    workflow = parsed(path)
    checkouts = [step for step in steps_of(workflow) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
    assert workflow["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job or "uses" in job for job in workflow["jobs"].values())


@pytest.mark.posix("on Windows another program may have that name")
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_the_shell_of_a_workflow_can_be_read_and_calls_what_is_there(path: Path):
    scripts = [step["run"] for step in steps_of(parsed(path)) if "run" in step]
    # One function each: a block that is not closed cannot hide in the next.
    text = "\n".join(f"step_{number}() {{\n:\n{script}\n}}" for number, script in enumerate(scripts))
    bash = subprocess.run([shutil.which("bash") or "bash", "-n"], input=text.encode(), capture_output=True, check=False)
    assert bash.stderr == b""
    assert bash.returncode == 0
    # What GitHub puts into a script could be anybody's words.
    assert "${{" not in text
    called = re.findall(r"(?:python3?|\"\$PYTHON\"|bash) ((?:packaging|\.ci)/\S+)", text)
    assert called
    assert [place for place in called if not (ROOT / place).is_file()] == []


@pytest.mark.parametrize("path", [path for path in WORKFLOWS if path.stem != "engine"], ids=lambda path: path.name)
def test_where_the_application_is_frozen_everything_is_installed_that_it_takes(path: Path, monkeypatch):
    steps = load("steps", monkeypatch)
    needed = {*steps.QT_LIBRARIES.values(), *steps.X11_LIBRARIES.values(), *steps.MORE_LIBRARIES.values(), *steps.TOOLS.values()}
    scripts = [step["run"] for step in steps_of(parsed(path)) if "libxcb-cursor0" in step.get("run", "")]
    assert scripts
    assert [name for name in sorted(needed) if any(name not in script.split() for script in scripts)] == []


@pytest.mark.posix("Windows has no such shell")
def test_the_variant_with_cuda_is_built_installed_and_released_like_the_others():
    jobs = workflow("release")["jobs"]
    legs = {leg["system"]: leg for leg in jobs["build"]["strategy"]["matrix"]["include"]}
    with_cuda = {name for name, leg in legs.items() if leg.get("variant") == "--cuda"}
    assert with_cuda == {"linux-x86_64-cuda", "windows-x86_64-cuda"}
    for name in with_cuda:
        assert legs[name]["runner"] == legs[name.removesuffix("-cuda")]["runner"]
    making = jobs["build"]["steps"][named(jobs["build"]["steps"], "Application and installers")]
    assert making["env"]["VARIANT"] == "${{ matrix.variant }}"
    # Without a variant the line has no empty word in it.
    line = making["run"].replace("python packaging/build.py", "printf '%s\\n' build.py")
    for variant, words in {"": "build.py\n", "--cuda": "build.py\n--cuda\n"}.items():
        done = subprocess.run(["bash", "-uc", line], env={"VARIANT": variant}, capture_output=True, text=True, check=True)
        assert done.stdout == words
    # The toolkit on Windows is the one whose libraries are locked.
    making_engine = workflow("engine")["jobs"]["engine"]["steps"]
    toolkit = making_engine[named(making_engine, "CUDA (Windows)")]["run"]
    locked = dict(re.findall(r"^nvidia-(\S+)==(\S+)", (PACKAGING / "cuda.txt").read_text(encoding="utf-8"), re.MULTILINE))
    parts = dict(re.findall(r"\b([a-z_]+)-(\d[\d.]+)", toolkit))
    names = {"cuda-runtime": "cuda_cudart", "nvvm": "libnvvm", "cublas": "libcublas"}
    assert {names.get(name, name.replace("-", "_")): version for name, version in locked.items()}.items() <= parts.items()
    # It is installed where no such card is, and starts.
    assert jobs["installed-on-linux"]["strategy"]["matrix"]["include"][0]["system"] in with_cuda


def test_nothing_that_is_released_has_the_name_of_something_else():
    """All lie in one folder at the end."""
    written = re.findall(r'f"[^"]*\.(?:cdx\.json|zip|tar\.xz)"', (PACKAGING / "build.py").read_text(encoding="utf-8"))
    written += re.findall(r'f"[^"]*\.(?:zip|tar\.xz)"', (PACKAGING / "installers.py").read_text(encoding="utf-8"))
    assert len(written) == 3
    assert [name for name in written if "{system_name()}{variant}" not in name] == []


def test_a_person_is_told_how_to_open_and_how_to_check_what_nobody_has_signed():
    readme, notes = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "packaging/release-notes.md"))
    for text in (readme, notes):
        for words in (
            "*More info*",
            "*Run anyway*",
            "Privacy & Security",
            "*Open Anyway*",
            "SHA256SUMS",
            "gh attestation verify",
        ):
            assert words in text
        assert re.search(r"Debian\s+package(?:\s+too)?,\s+which\s+carries\s+no\s+signature", text)
    assert f"--repo {PROJECT_URL.removeprefix('https://github.com/')} " in notes
    # Every kind of file that a release holds.
    for ending in ("-setup.exe", "-portable.zip", ".dmg", ".deb", ".AppImage", ".flatpak", "-portable.tar.xz", "-cuda"):
        assert ending in notes


def test_only_a_tag_that_passed_everything_becomes_a_draft():
    jobs = workflow("release")["jobs"]
    publish = jobs["publish"]
    assert {"about", "engine", *publish["needs"], "publish"} == set(jobs)
    assert jobs["build"]["needs"] == ["about", "engine"]
    assert publish["if"] == "startsWith(github.ref, 'refs/tags/')"
    assert [name for name, job in jobs.items() if "permissions" in job] == ["publish"]
    may_fail = {name: job["continue-on-error"] for name, job in jobs.items() if "continue-on-error" in job}
    assert may_fail == {
        "build": "${{ matrix.variant == '--cuda' }}", "installed-on-linux": "${{ endsWith(matrix.system, '-cuda') }}"
    }  # fmt: skip
    may_fail = {step["name"]: step["continue-on-error"] for step in steps_of({"jobs": jobs}) if "continue-on-error" in step}
    assert may_fail == {"Tests": "${{ runner.os != 'Linux' }}"}, "what is installed there decides"
    assert "--draft" in publish["steps"][-1]["run"]


def test_the_tests_run_for_every_change_on_every_system_that_a_release_is_made_on():
    of_release = {
        leg["runner"].partition("-")[0] for leg in workflow("release")["jobs"]["build"]["strategy"]["matrix"]["include"]
    }
    jobs = workflow("checks")["jobs"]
    runners = {jobs["checks"]["runs-on"], *jobs["elsewhere"]["strategy"]["matrix"]["runner"]}
    assert {runner.partition("-")[0] for runner in runners} == of_release
    assert jobs["elsewhere"]["steps"][-1]["run"] == "python packaging/dev.py test"


@pytest.mark.posix("Windows has no such shell")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "FAILED a.py::b\nsome text\n= 1 failed, 2 passed in 3.21s (0:01:02) =\n",
            "FAILED a.py::b\n= 1 failed, 2 passed in 3.21s (0:01:02) =\n",
        ),
        ("pip failed\n", "pip failed\n"),
    ],
)
def test_what_the_tests_of_a_release_have_found_stands_in_its_summary(tmp_path: Path, text: str, shown: str):
    steps = workflow("release")["jobs"]["build"]["steps"]
    running, telling, keeping = steps[named(steps, "Tests") :][:3]
    assert running["run"].endswith(" 2>&1 | tee tests.txt")
    assert telling["if"] == keeping["if"] == f"${{{{ !cancelled() && steps.{running['id']}.outcome == 'failure' }}}}"
    assert not keeping["with"]["name"].startswith("release-"), "nobody downloads it as a part of the release"
    (tmp_path / "tests.txt").write_text(text)
    summary = tmp_path / "summary"
    env = {**os.environ, "SYSTEM": "windows", "GITHUB_STEP_SUMMARY": str(summary)}
    subprocess.run(["bash", "-eo", "pipefail", "-c", telling["run"]], cwd=tmp_path, env=env, check=True, capture_output=True)
    assert summary.read_text() == f"## Tests failed on windows\n```\n{shown}```\n"


GH = """#!/bin/sh
echo "$@" >> calls
case "$2 $*" in
  "view "*isDraft*) cat is_draft 2> /dev/null || { echo "release not found" >&2; exit 1; } ;;
  "view "*assets*) printf 'old.deb\\nnew.deb\\n' ;;
esac
"""


@pytest.mark.posix("Windows has no such shell")
@pytest.mark.parametrize(
    ("is_draft", "code", "calls"),
    [
        ("", 0, ["view", "create", "view", "delete-asset", "upload"]),
        ("true\n", 0, ["view", "view", "delete-asset", "upload"]),
        ("false\n", 1, ["view"]),
    ],
)
def test_a_draft_is_made_once_and_what_is_published_stays(tmp_path: Path, is_draft: str, code: int, calls: list[str]):
    (tmp_path / "bin").mkdir()
    gh = tmp_path / "bin" / "gh"
    gh.write_text(GH)
    gh.chmod(0o755)
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "new.deb").touch()
    if is_draft:
        (tmp_path / "is_draft").write_text(is_draft)
    env = {**os.environ, "PATH": f"{gh.parent}:{os.environ['PATH']}", "GITHUB_REF_NAME": "v1"}
    script = workflow("release")["jobs"]["publish"]["steps"][-1]["run"]
    done = subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=tmp_path, env=env, capture_output=True, check=False)
    called = [line.split() for line in (tmp_path / "calls").read_text().splitlines()]
    assert (done.returncode, [call[1] for call in called]) == (code, calls)
    assert [call[3] for call in called if call[1] == "delete-asset"] == ["old.deb"] * (code == 0)
    assert called[-1][-1] == "dist/new.deb" or code


@pytest.mark.posix("Windows has no such shell")
@pytest.mark.parametrize(("passed", "left"), [(("debian", "cuda"), 7), (("debian",), 4)])
def test_the_variant_with_cuda_holds_nothing_up_and_is_released_only_where_it_passed(tmp_path: Path, passed, left: int):
    jobs = workflow("release")["jobs"]
    # An engine that is missing fails the leg that wants it, and no other.
    assert jobs["build"]["if"] == "${{ !cancelled() && needs.about.result == 'success' }}"
    uploads = [step["with"]["name"] for step in jobs["installed-on-linux"]["steps"] if "upload" in step.get("uses", "")]
    assert uploads[0] == "tried-${{ matrix.system }}-${{ strategy.job-index }}", "before what is uploaded always"
    names = ("hearth_1_amd64.deb", "hearth-cuda_1_amd64.deb", "Hearth-1-windows-x86_64-cuda-setup.exe", "Hearth-1-macos-arm64.dmg",
             "Hearth-1-linux-x86_64-portable.tar.xz", "Hearth-1-linux-x86_64-cuda-portable.tar.xz", "hearth-1-linux-x86_64-cuda.cdx.json")  # fmt: skip
    (tmp_path / "dist").mkdir()
    for name in names:
        (tmp_path / "dist" / name).touch()
    for number, image in enumerate(passed):
        (tmp_path / "tried" / f"tried-linux-x86_64{'-cuda' if image == 'cuda' else ''}-{number}").mkdir(parents=True)
    publish = jobs["publish"]["steps"]
    script = publish[named(publish, "What was installed on no Linux stays out")]["run"]
    done = subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert len(list((tmp_path / "dist").iterdir())) == left
    assert ("::warning::" in done.stdout) is ("cuda" not in passed)


def test_an_engine_that_was_made_is_found_by_every_later_release():
    making, release = workflow("engine"), workflow("release")
    job = making["jobs"]["engine"]
    pushed = making[True]["push"]  # YAML reads "on" as a truth value
    # What a tag keeps, another tag does not find: a cache belongs to its branch, and that of the default branch to all.
    assert pushed["branches"] == ["main"]
    assert "workflow_call" in making[True]
    assert release["jobs"]["engine"]["uses"] == "./.github/workflows/engine.yml"
    keeping = [step for step in job["steps"] if "actions/cache/" in step.get("uses", "")]
    (finding,) = [step for step in release["jobs"]["build"]["steps"] if "actions/cache" in step.get("uses", "")]
    assert finding["with"]["fail-on-cache-miss"] is True
    assert keeping[0]["with"]["key"] == finding["with"]["key"]
    assert keeping[0]["with"]["path"] == keeping[1]["with"]["path"] == finding["with"]["path"]
    assert keeping[1]["with"]["key"] == "${{ steps.kept.outputs.cache-primary-key }}"
    # It is made anew when that changes which it is named after.
    assert set(re.findall(r"'([^']+)'", finding["with"]["key"])) == set(pushed["paths"])
    # What is put beside it on Windows, and what finds out what that is.
    assert {"packaging/windows/runtime.py", "packaging/windows/imports.py"} <= set(pushed["paths"])
    # It is kept as soon as it is there, and nothing else can come between.
    assert job["steps"].index(keeping[1]) == named(job["steps"], "The engine") + 1 == len(job["steps"]) - 1
    assert not any(step.get("uses", "").startswith("actions/cache@") for step in [*job["steps"], *steps_of(release)])
    legs = [{name: leg.get(name) for name in ("system", "runner", "variant")} for leg in job["strategy"]["matrix"]["include"]]
    assert legs == [
        {name: leg.get(name) for name in ("system", "runner", "variant")}
        for leg in release["jobs"]["build"]["strategy"]["matrix"]["include"]
    ]
    assert {**job["env"], "HEARTH_RELEASE": "1"} == release["jobs"]["build"]["env"]


def test_what_windows_runs_of_others_is_the_expected_file():
    steps = [step for step in steps_of(workflow("engine")) if "Windows" in step.get("name", "")]
    fetching = [step for step in steps if "curl " in step["run"]]
    assert fetching
    for step in fetching:
        lines = step["run"].splitlines()
        fetched = [number for number, line in enumerate(lines) if line.strip().startswith(("https://", '"https://'))]
        # Before anything is done with it.
        assert fetched
        assert all("sha256sum --check <<<" in lines[number + 1] for number in fetched)
        digests = re.findall(r"\b[0-9a-f]{64}\b", json.dumps(step))
        assert len(digests) == max(1, len(re.findall(r"^\w+-[\d.]+ ", step["run"], re.MULTILINE)))


def test_where_python_brings_its_openssl_it_is_of_a_series_that_still_gets_binaries():
    build = workflow("release")["jobs"]["build"]
    legs = {leg["system"]: leg.get("python") for leg in build["strategy"]["matrix"]["include"]}
    assert {name: python for name, python in legs.items() if name.startswith("linux")} == dict.fromkeys(
        ("linux-x86_64", "linux-x86_64-cuda")
    )
    (others,) = {python for name, python in legs.items() if not name.startswith("linux")}
    assert tuple(map(int, others.split("."))) >= (3, 14)
    (setting_up,) = [step for step in build["steps"] if step.get("uses", "").startswith("actions/setup-python@")]
    assert setting_up["with"]["python-version"] == "${{ matrix.python || '3.11' }}"


def test_windows_gets_the_same_bytes_as_the_other_systems():
    jobs = [job for path in WORKFLOWS for job in parsed(path)["jobs"].values() if "windows-2022" in json.dumps(job)]
    assert len(jobs) == 3
    for job in jobs:
        before, checkout, *_ = job["steps"]
        assert before == {"if": "runner.os == 'Windows'", "run": "git config --global core.autocrlf false"}
        assert checkout["uses"].startswith("actions/checkout@")


def test_certificates_are_there_only_while_something_is_signed():
    steps = workflow("release")["jobs"]["build"]["steps"]
    tests, making = named(steps, "Tests"), named(steps, "Application and installers")
    with_secrets = [place for place, step in enumerate(steps) if "secrets." in json.dumps(step)]
    assert with_secrets
    assert all(tests < place <= making for place in with_secrets)
    forgetting = steps[making + 1]
    assert forgetting["if"] == "always()"
    scripts = "".join(steps[place].get("run", "") for place in with_secrets)
    for name in set(re.findall(r"\$RUNNER_TEMP[/\\]+([\w.-]+)", scripts)) | set(re.findall(r'echo "(HEARTH_\w+)=', scripts)):
        assert name in forgetting["run"], name


def test_what_makes_the_engine_makes_what_the_application_looks_for(tmp_path: Path, monkeypatch, capsys):
    made: list[str] = []
    monkeypatch.setattr(sys, "path", [str(PACKAGING), *sys.path])
    making = load("make_engine", monkeypatch)
    monkeypatch.setattr(making.engine, "portable_wheel", lambda: made.append("wheel"))
    monkeypatch.setattr(making.cuda, "module", lambda: made.append("module"))
    monkeypatch.setattr(making.cuda, "see_to_system", lambda: made.append("tools"))
    assert making.main([]) == 0
    assert making.main(["--cuda"]) == 0
    assert made == ["wheel", "tools", "wheel", "module"]

    def broken() -> None:
        raise making.Problem("no compiler")

    monkeypatch.setattr(making.engine, "portable_wheel", broken)
    assert making.main([]) == 1
    assert "no compiler" in capsys.readouterr().err


def test_every_upgrade_is_tried_with_a_version_that_is_newer():
    jobs = workflow("release")["jobs"]
    (on_linux,) = [step["run"] for step in jobs["installed-on-linux"]["steps"] if "try_installed.py" in step.get("run", "")]
    (on_windows,) = [step for step in jobs["build"]["steps"] if "try_upgrade.py" in step.get("run", "")]
    for script, line in ((on_linux, '--newer "$newer"'), (on_windows["run"], '-setup.exe "$newer"')):
        assert re.search(r'newer=\$\((python|"\$PYTHON") packaging/newer\.py dist/hearth', script)
        assert line in script
    assert on_windows["if"] == "runner.os == 'Windows' && matrix.variant == ''"


def test_what_is_promised_to_be_old_enough_is_what_the_package_is_tried_on():
    promised = re.search(r"\| (Debian \d+), (Ubuntu [\d.]+) and newer \|", (PACKAGING / "release-notes.md").read_text("utf-8"))
    assert promised is not None
    matrix = workflow("release")["jobs"]["installed-on-linux"]["strategy"]["matrix"]
    images = {*matrix["image"], *(leg["image"] for leg in matrix["include"] if leg["system"] == "linux-x86_64")}
    assert {name.lower().replace(" ", ":") for name in promised.groups()} <= images


def test_what_a_program_says_to_the_shell_of_windows_comes_without_a_carriage_return():
    steps = [step for step in workflow("release")["jobs"]["build"]["steps"] if "Windows" in step.get("if", "")]
    taken = [line for step in steps for line in step.get("run", "").splitlines() if "$(python" in line]
    assert taken
    assert [line for line in taken if not line.endswith("| tr -d '\\r')")] == []
