"""The parts of packaging/build.py that can be looked at without freezing anything."""

from __future__ import annotations

import configparser
import hashlib
import importlib
import json
import logging
import os
import struct
import subprocess
import sys
import tarfile
import time
import zipfile
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage

from desktop_app import APP_ID, __version__, logs
from desktop_app.paths import PORTABLE

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.txt"


def of_packaging(name: str) -> ModuleType:
    """Give a module of packaging/, where programs find each other by their bare names."""
    sys.path.insert(0, str(ROOT / "packaging"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(ROOT / "packaging"))


NAMES = ("dev", "steps", "content", "frozen", "icons", "materials", "installers", "debian", "person", "smoke", "build", "in_ci")
dev, steps, content, frozen, icons, materials, installers, debian, person, smoke, build, in_ci = map(of_packaging, NAMES)


@pytest.mark.linux("a screen of X11")
def test_a_missing_program_is_named_with_the_line_that_installs_it(monkeypatch) -> None:
    monkeypatch.setattr(steps.shutil, "which", lambda _name: None)

    with pytest.raises(dev.Problem, match=r"xdotool, dpkg-shlibdeps are missing: sudo apt-get install xdotool dpkg-dev$"):
        steps.see_to_tools(["xdotool", "dpkg-shlibdeps"])


@pytest.mark.parametrize("arguments", [["--no-gpu"], []])
def test_what_the_engine_is_built_with_is_asked_for_only_where_it_is_built(arguments: list[str], monkeypatch) -> None:
    asked: list[str] = []
    for module, name in ((build, "see_to_tools"), (build, "see_to_libraries"), (build.engine, "see_to_system")):
        monkeypatch.setattr(module, name, lambda *_, name=name: asked.append(name))

    build.see_to_all(build.options_of(arguments))

    assert ("see_to_system" in asked) is not bool(arguments)


def test_a_missing_library_is_named_by_its_package(monkeypatch) -> None:
    monkeypatch.setattr(steps, "missing_packages", lambda libraries: [libraries["libwayland-cursor.so.0"]])

    with pytest.raises(dev.Problem, match=r"sudo apt-get install libwayland-cursor0$"):
        steps.see_to_libraries()


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("linux", "x86_64", "linux-x86_64"), ("win32", "AMD64", "windows-x86_64"), ("darwin", "arm64", "macos-arm64"),
        ("darwin", "x86_64", "macos-x86_64"),
    ],
)  # fmt: skip
def test_what_is_made_is_named_after_the_system_that_it_is_for(system: str, machine: str, name: str, monkeypatch) -> None:
    monkeypatch.setattr(steps.sys, "platform", system)
    monkeypatch.setattr(steps.platform, "machine", lambda: machine)

    assert steps.system_name() == name


def test_a_program_that_fails_becomes_a_problem_with_what_it_said() -> None:
    with pytest.raises(dev.Problem, match="exit status 3:\nno room"):
        steps.run([sys.executable, "-c", "import sys; print('no room'); sys.exit(3)"])
    with pytest.raises(dev.Problem, match="There is no program no-such-program"):
        steps.run(["no-such-program"])


def test_the_lock_of_the_freezer_has_hashes_and_no_address() -> None:
    text = frozen.LOCK_FILE.read_text()

    assert "://" not in text
    assert all(hashes for allowed in materials.locked(text).values() for _version, hashes in allowed)
    assert "pyinstaller" in materials.locked(text)


def test_the_lock_is_read_with_all_its_versions_and_hashes() -> None:
    text = "a-b==1.0 ; python_version < '3.12' \\\n    --hash=sha256:" + "0" * 64 + "\na-b==2.0 \\\n    --hash=sha256:" + "1" * 64

    assert materials.locked(text) == {"a-b": [("1.0", ("0" * 64,)), ("2.0", ("1" * 64,))]}


def test_only_what_is_inside_and_locked_is_named() -> None:
    packages = materials.packages_inside({"PySide6", "apsw", "json", "desktop_app"}, LOCK.read_text())

    assert {package.name for package in packages} == {"pyside6-essentials", "apsw"}
    assert all(package.hashes for package in packages)


def test_a_package_of_another_version_than_locked_stops_the_build() -> None:
    with pytest.raises(dev.Problem, match=r"apsw .* is not what requirements\.txt locks"):
        materials.packages_inside({"apsw"}, LOCK.read_text().replace("apsw==", "apsw==0."))


def test_the_bills_of_all_systems_and_variants_have_names_of_their_own(monkeypatch) -> None:
    made = []
    for system, machine in (("linux", "x86_64"), ("win32", "AMD64"), ("darwin", "arm64"), ("darwin", "x86_64")):
        monkeypatch.setattr(steps.sys, "platform", system)
        monkeypatch.setattr(steps.platform, "machine", lambda machine=machine: machine)
        made += [build.bill_name("1.0", variant) for variant in ("", "-cuda")]

    assert made[:3] == ["hearth-1.0-linux-x86_64.cdx.json", "hearth-1.0-linux-x86_64-cuda.cdx.json",
                        "hearth-1.0-windows-x86_64.cdx.json"]  # fmt: skip
    assert len(set(made)) == 8


def test_everything_inside_has_a_licence_and_a_line_in_the_bill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(materials.platform, "freedesktop_os_release", lambda: {"ID": "debian"})
    packages = materials.packages_inside({"PySide6", "ziamath", "latex2mathml", "llama_cpp"}, LOCK.read_text())

    materials.gather_licences(packages, tmp_path / "licences")
    bill = materials.bill_of_materials(packages, {"libssl3": "3.0"}, "1.0", "ab")

    found = {path.relative_to(tmp_path / "licences").as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert {"Hearth.txt", "Python.txt", "LGPL-3.0.txt", "Qt-third-party.txt", "llama.cpp.txt", "latex2mathml.txt"} <= found
    assert "STIX-Two-Math-OFL-1.1.txt" in found
    assert {"pyside6-essentials/licence.txt", "ziamath/LICENSE.txt", "llama-cpp-python/LICENSE.md"} <= found
    names = [component["name"] for component in bill["components"]]
    assert {"libssl3", "CPython", "SmolLM2-135M-Instruct", "ziamath"} <= set(names)
    references = [component["bom-ref"] for component in bill["components"]]
    assert len(references) == len(set(references))
    assert bill == materials.bill_of_materials(packages, {"libssl3": "3.0"}, "1.0", "ab")
    assert "SmolLM2" not in json.dumps(materials.bill_of_materials(packages, {}, "1.0", ""))


@pytest.mark.parametrize(
    ("system", "names"), [("linux", set()), ("darwin", {"OpenSSL"}), ("win32", {"OpenSSL", "Microsoft-Visual-C++-Runtime"})]
)
def test_what_no_package_brings_is_in_the_bill_and_its_terms_beside_it(
    system: str, names: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    (tmp_path / "inside" / "PySide6").mkdir(parents=True)
    about = struct.pack("<6I", 0xFEEF04BD, 0x10000, 14 << 16 | 44, 35211 << 16, 0, 0)
    (tmp_path / "inside" / "MSVCP140.dll").write_bytes(b"MZ" + about)
    (tmp_path / "inside" / "PySide6" / "msvcp140_1.dll").write_bytes(b"MZ" + about)
    (tmp_path / "inside" / "ggml.dll").write_bytes(b"MZ" + about)

    more = {part["name"]: part for part in materials.without_packages(tmp_path / "inside")}
    materials.gather_licences([], tmp_path / "licences")

    assert set(more) == names
    assert (tmp_path / "licences" / "Microsoft-Visual-C++-Runtime.txt").is_file() is (system == "win32")
    assert all(part["version"] and part["licenses"] for part in more.values())
    if system == "win32":
        files = more["Microsoft-Visual-C++-Runtime"]["components"]
        assert {one["name"]: one["version"] for one in files} == dict.fromkeys(
            ["msvcp140.dll", "msvcp140_1.dll"], "14.44.35211.0"
        )
    bill = materials.bill_of_materials([], {}, "1.0", "", more.values())
    assert names <= {component["name"] for component in bill["components"]}


def test_a_build_asks_for_what_no_package_brings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(build, "DIST", tmp_path / "dist")
    made = frozen.application_in(tmp_path)
    made.licences.mkdir(parents=True)
    for module, name, given in (
        (frozen, "install_pyinstaller", None), (frozen, "freeze", made), (frozen, "names_inside", set()), (frozen, "make_links", None),
        (frozen, "link_licences", None), (frozen, "put_in_place", made), (icons, "draw_for_system", None),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, lambda *_, given=given: given)

    _, bill = build.make_application(build.options_of(["--no-gpu", "--without-starter-model"]), "1.0", "0")

    assert {component["name"] for component in bill["components"]} == {"CPython", "OpenSSL"}


@pytest.mark.parametrize(
    ("system", "made", "is_warned"), [("win32", "Apr  2 2024 10:12:12", True), ("win32", "", False), ("linux", "Apr  2 2024 10:12:12", False)]
)  # fmt: skip
def test_a_python_that_has_grown_old_with_its_openssl_is_warned_of(
    system: str, made: str, is_warned: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(build.platform, "python_build", lambda: ("main", made or time.strftime("%b %d %Y %H:%M:%S")))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")

    build.warn_of_old_python()

    said = capsys.readouterr().err
    assert said.startswith("::warning::Python ") is is_warned
    assert bool(said) is is_warned


@pytest.mark.parametrize("there", [("python", "stamp"), ("python",), ("stamp",), ()])
def test_a_build_makes_the_environment_where_it_is_not_whole(tmp_path: Path, monkeypatch, there: tuple[str, ...]) -> None:
    done: list[object] = []
    for name in there:
        (tmp_path / name).touch()
    monkeypatch.setattr(build, "VENV", tmp_path)
    monkeypatch.setattr(build, "venv_program", lambda name: tmp_path / name)
    monkeypatch.setattr(dev, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(dev, "make_ready", done.append)
    monkeypatch.setattr(build.subprocess, "run", lambda line, **_: done.append(line[0]) or subprocess.CompletedProcess(line, 7))

    with pytest.raises(SystemExit, match="7"):
        build.go_into_environment()

    # Without the tests.
    assert done == [*([] if len(there) == 2 else ["run"]), str(tmp_path / "python")]


def test_an_older_python_makes_no_environment_for_a_build(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(dev, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(dev, "make_ready", lambda _: pytest.fail("made with an older Python"))
    monkeypatch.setattr(dev.sys, "version_info", (3, 10, 1))

    with pytest.raises(dev.Problem, match=r"needs Python 3\.11 or newer"):
        build.go_into_environment()


@pytest.mark.parametrize(("system", "is_seen"), [("linux", False), ("win32", True), ("darwin", True)])
def test_no_release_is_made_where_nothing_shows_what_is_loaded(
    system: str, is_seen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(sys, "builtin_module_names", ("_io", "_pickle"))
    build.see_to_python()  # a developer may have it so

    monkeypatch.setenv("HEARTH_RELEASE", "1")
    with nullcontext() if is_seen else pytest.raises(dev.Problem, match=r"^No release .* has _pickle built in[^.]*\.org[^.]*\.$"):
        build.see_to_python()  # elsewhere nothing looks into memory
    monkeypatch.setattr(sys, "builtin_module_names", ("_io",))
    build.see_to_python()


def test_a_package_without_any_licence_stops_the_build(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(materials.importlib.metadata, "files", lambda _name: [])

    with pytest.raises(dev.Problem, match="nobody comes without a licence"):
        materials.gather_licences([materials.Package("nobody", "1", ("00",), "")], tmp_path / "licences")


def test_what_runs_what_it_reads_and_what_tests_need_is_refused() -> None:
    frozen.see_to_names({"desktop_app", "apsw"})

    with pytest.raises(dev.Problem, match="diskcache, pytest"):
        frozen.see_to_names({"desktop_app", "pytest", "diskcache"})
    for name in ("_pickle", "multiprocessing", "shelve"):
        with pytest.raises(dev.Problem, match=name):
            frozen.see_to_names({"desktop_app", name})


def test_what_only_developers_have_does_not_go_in_where_a_library_would_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    owners = {
        "requests": ["requests"], "ruamel": ["ruamel.yaml"], "pytest": ["pytest"], "_pytest": ["pytest"], "apsw": ["apsw"],
        "PySide6": ["PySide6_Essentials"], "packaging": ["packaging"], "shared": ["pytest", "apsw"], "mine": ["not-locked"],
    }  # fmt: skip
    monkeypatch.setattr(frozen.importlib.metadata, "packages_distributions", lambda: owners)

    assert frozen.of_developers() == ["_pytest", "pytest", "requests", "ruamel"]
    spec = (ROOT / "packaging" / "hearth.spec").read_text("utf-8")
    assert 'excludes=NEVER_IMPORTED + os.environ.get("HEARTH_OF_DEVELOPERS", "").split()' in spec


def test_only_the_expected_model_goes_in(tmp_path: Path) -> None:
    model = tmp_path / "model.gguf"
    application = frozen.application_in(tmp_path)
    with pytest.raises(dev.Problem, match="is missing"):
        frozen.put_model(application, model, "")
    model.write_bytes(b"GGUF")
    with pytest.raises(dev.Problem, match="is not the expected file"):
        frozen.put_model(application, model, "0" * 64)

    frozen.put_model(application, model, hashlib.sha256(b"GGUF").hexdigest())

    assert smoke.starter_model(application.program) == application.resources / "models" / "model.gguf"


@pytest.mark.posix("links need rights on Windows")
@pytest.mark.parametrize(("system", "program"), [("win32", "hearth/hearth.exe"), ("darwin", "Hearth.app/Contents/MacOS/hearth")])
def test_on_every_system_model_and_licences_lie_where_the_application_looks(tmp_path: Path, monkeypatch, system, program) -> None:
    monkeypatch.setattr(sys, "platform", system)
    application = frozen.application_in(tmp_path)
    model = tmp_path / "model.gguf"
    model.write_bytes(b"GGUF")

    frozen.put_model(application, model, hashlib.sha256(b"GGUF").hexdigest())

    assert application.program == tmp_path / program
    assert smoke.starter_model(application.program) == application.resources / "models" / "model.gguf"
    for folder in (application.inside, application.licences):
        folder.mkdir(parents=True, exist_ok=True)
    frozen.link_licences(application)
    # `desktop_app.resources.licences` looks in the two folders above its resources.
    above = (application.inside, application.inside.parent)
    assert any((folder / "licences").resolve() == application.licences for folder in above)


@pytest.mark.posix("links need rights on Windows")
def test_each_library_of_the_engine_is_there_once(tmp_path: Path) -> None:
    application = frozen.application_in(tmp_path)
    folder = application.inside / "llama_cpp" / "lib"
    folder.mkdir(parents=True)
    for name, content in {"liba.so": b"a", "liba.so.0": b"a", "libb.so": b"other", "libb.so.0": b"b"}.items():
        (folder / name).write_bytes(content)

    frozen.make_links(application)

    assert (folder / "liba.so").readlink() == Path("liba.so.0")
    assert (folder / "libb.so").read_bytes() == b"other"


def found_of_engine(suffixes: tuple[str, ...], *, at_top: str) -> list[tuple[str, str, str]]:
    """Give what PyInstaller finds of an engine out of build/engine: in its own folder, and again for the top."""
    names = [f"{name}{suffix}" for name in ("libllama", "libggml", "libggml-base") for suffix in suffixes]
    own = [(f"llama_cpp/lib/{name}", f"/build/engine/llama_cpp/lib/{name}", "BINARY") for name in names]
    again = [(name, f"/build/engine/llama_cpp/lib/{name}", "BINARY") for name in names if name.endswith(at_top)]
    return [*own, *again, ("libpython3.11", "/lib/libpython3.11", "BINARY")]


def test_on_macos_every_library_of_the_engine_is_there_once_and_at_the_top_as_a_link() -> None:
    found = found_of_engine((".dylib", ".0.dylib", ".0.25.3.dylib"), at_top=".0.dylib")

    placed = {place: (source, kind) for place, source, kind in content.libraries(found, "darwin")}

    assert len(placed) == len(content.libraries(found, "darwin")) == 10
    for name in ("libllama", "libggml", "libggml-base"):
        own = f"llama_cpp/lib/{name}.0.dylib"
        # What the others of it name: `@rpath/libggml.0.dylib`, and @rpath leads to the top.
        assert placed[f"{name}.0.dylib"] == (own, "SYMLINK")
        assert placed[own] == (f"/build/engine/{own}", "BINARY")
        # What the binding asks for.
        assert placed[f"llama_cpp/lib/{name}.dylib"] == (f"{name}.0.dylib", "SYMLINK")
    assert placed["libpython3.11"] == ("/lib/libpython3.11", "BINARY")


def test_on_macos_a_library_without_versions_is_linked_too() -> None:
    found = [("llama_cpp/lib/libggml-metal.dylib", "/build/libggml-metal.dylib", "BINARY")]

    assert content.libraries(found, "darwin") == [*found, ("libggml-metal.dylib", "llama_cpp/lib/libggml-metal.dylib", "SYMLINK")]


def test_on_linux_no_library_of_the_engine_is_at_the_top() -> None:
    found = found_of_engine((".so", ".so.0"), at_top=".so.0")

    assert content.libraries(found, "linux") == [entry for entry in found if entry[0].startswith(("llama_cpp/", "libpython"))]


def test_on_windows_what_the_engine_needs_of_others_lies_at_the_top_and_nothing_twice() -> None:
    own = "llama_cpp\\lib\\"
    found = [
        (f"{own}cards\\cublas64_13.dll", "cublas", "BINARY"), (f"{own}ggml.dll", "ggml", "BINARY"), ("ggml.dll", "ggml", "BINARY"),
        (f"{own}vcruntime140.dll", "with the engine", "BINARY"), ("VCRUNTIME140.dll", "with Python", "BINARY"),
        ("PySide6\\VCRUNTIME140.dll", "with Qt", "BINARY"), ("vulkan-1.dll", "of a driver", "BINARY"),
    ]  # fmt: skip

    placed = {place: source for place, source, _kind in content.libraries(found, "win32")}

    assert placed == {
        "cublas64_13.dll": "cublas", f"{own}ggml.dll": "ggml", "vcruntime140.dll": "with the engine",
        "PySide6\\VCRUNTIME140.dll": "with Qt",
    }  # fmt: skip


def test_checksums_are_those_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "hearth").mkdir()
    (tmp_path / "a.deb").write_bytes(b"a")

    build.write_checksums(tmp_path)
    build.write_checksums(tmp_path)

    assert (tmp_path / "SHA256SUMS").read_text() == f"{hashlib.sha256(b'a').hexdigest()}  a.deb\n"


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give an application for Linux of three files, one of them a link where everybody may make one."""
    monkeypatch.setattr(sys, "platform", "linux")
    application = frozen.application_in(tmp_path / "built")
    application.inside.mkdir(parents=True)
    application.program.write_bytes(b"program")
    application.program.chmod(0o755)
    (application.inside / "lib.so.0").write_bytes(b"library")
    if os.name == "posix":
        (application.inside / "lib.so").symlink_to("lib.so.0")
    return application


@pytest.mark.linux("packed by GNU tar")
def test_the_portable_archive_holds_the_marker_beside_the_program_and_is_the_same_each_time(tmp_path: Path, application) -> None:
    archives = [tmp_path / f"{number}.tar.xz" for number in range(2)]
    for archive in archives:
        installers.tar_portable(application, tmp_path / "work", archive, "86400")

    assert archives[0].read_bytes() == archives[1].read_bytes()
    with tarfile.open(archives[0]) as archive:
        found = {entry.name: entry for entry in archive.getmembers()}
    assert {"hearth/hearth", f"hearth/{PORTABLE}", "hearth/_internal/lib.so"} <= set(found)
    assert found["hearth/_internal/lib.so"].linkname == "lib.so.0"
    assert {(entry.mtime, entry.uid, entry.uname) for entry in found.values()} == {(86400, 0, "")}
    assert found["hearth/hearth"].mode & 0o777 == 0o755
    # What it was packed from is no portable application.
    assert not (application.folder / PORTABLE).exists()


def test_the_portable_archive_for_windows_holds_the_same(tmp_path: Path, application) -> None:
    archives = [tmp_path / f"{number}.zip" for number in range(2)]
    for archive in archives:
        installers.zip_portable(application, archive, "315619200")

    assert archives[0].read_bytes() == archives[1].read_bytes()
    with zipfile.ZipFile(archives[0]) as archive:
        assert archive.read("hearth/hearth") == b"program"
        assert "data" in archive.read(f"hearth/{PORTABLE}").decode()
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 2, 0, 0, 0)}


def test_each_system_gets_its_icon_in_one_file(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, str(ROOT / "packaging")])
    for system in ("linux", "win32", "darwin"):
        monkeypatch.setattr(sys, "platform", system)
        icons.draw_for_system(tmp_path / system)

    assert [path.name for path in sorted(tmp_path.rglob("hearth.*"))] == ["hearth.icns", "hearth.ico"]
    assert QImage(str(tmp_path / "win32" / "hearth.ico")).pixelColor(8, 8).alpha() == 255


def test_nobody_answers_for_a_package_who_has_not_said_so(monkeypatch) -> None:
    monkeypatch.setattr(debian, "run", lambda _command: "amd64\n")
    monkeypatch.delenv("HEARTH_MAINTAINER", raising=False)
    assert ".invalid>" in debian.control("1.0", 1, [], [])

    monkeypatch.setenv("HEARTH_MAINTAINER", "Ada <ada@example.org>")

    assert "\nMaintainer: Ada <ada@example.org>\n" in debian.control("1.0", 1, [], [])


def test_a_recipe_says_how_it_is_called_what_it_made_and_what_went_wrong(tmp_path: Path, capsys) -> None:
    def broken(_source: Path, _out: Path) -> Path:
        raise dev.Problem("there is no certificate")

    assert steps.recipe("how to call it", lambda source, _out: source, []) == 2
    assert steps.recipe("", lambda source, out: out / source.name, [str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    assert steps.recipe("", broken, ["a", "b"]) == 1

    said = capsys.readouterr()
    assert said.out == f"{tmp_path / 'b' / 'a'}\n"
    assert said.err == "how to call it\nthere is no certificate\n"


@pytest.fixture
def laid_out(tmp_path: Path) -> Path:
    """Give the root of a package around an application of one file."""
    application = tmp_path / "hearth"
    application.mkdir()
    (application / "hearth").write_bytes(b"program")
    debian.lay_out(application, tmp_path / "root", __version__, "86400")
    return tmp_path / "root"


@pytest.mark.linux("packages of Debian")
def test_the_desktop_knows_program_icon_and_file_type_by_one_name(laid_out: Path) -> None:
    share = laid_out / "usr" / "share"
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(share / "applications" / f"{APP_ID}.desktop", "utf-8")
    about = ElementTree.parse(share / "metainfo" / f"{APP_ID}.metainfo.xml").getroot()
    kind = ElementTree.parse(share / "mime" / "packages" / f"{APP_ID}.xml").getroot()[0]

    assert (laid_out / "usr" / "bin" / "hearth").readlink() == Path("/opt/hearth/hearth")
    assert (laid_out / "opt" / "hearth" / "hearth").read_bytes() == b"program"
    desktop = entry["Desktop Entry"]
    assert (desktop["Exec"], desktop["Icon"]) == ("hearth %f", APP_ID)
    assert desktop["MimeType"] == f"{kind.get('type')};" == f"{about.findtext('provides/mediatype')};"
    assert (about.findtext("id"), about.findtext("launchable")) == (APP_ID, f"{APP_ID}.desktop")
    release = about.find("releases/release")
    assert release is not None
    assert release.attrib == {"version": __version__, "date": "1970-01-02"}


@pytest.mark.linux("packages of Debian")
def test_everybody_can_read_what_is_installed_whatever_the_builder_keeps_to_himself(laid_out: Path, tmp_path: Path) -> None:
    inside = laid_out / "opt" / "hearth"
    (inside / "hearth").chmod(0o700)
    (inside / "library.so").write_bytes(b"library")
    (inside / "library.so").chmod(0o600)
    (inside / "link.so").symlink_to("library.so")

    debian.pack(laid_out, debian.control("1.0", 1, [], []), tmp_path / "a.deb", "86400")

    listed = steps.run(["dpkg-deb", "--contents", tmp_path / "a.deb"]).splitlines()
    modes = {line.split()[5]: line.split()[0] for line in listed}
    assert (modes["./opt/hearth/hearth"], modes["./opt/hearth/library.so"]) == ("-rwxr-xr-x", "-rw-r--r--")
    assert {mode for mode in modes.values() if not mode.startswith("l")} == {"-rwxr-xr-x", "-rw-r--r--", "drwxr-xr-x"}


def test_icons_are_drawn_at_every_usual_size(tmp_path: Path) -> None:
    debian.put_icons(tmp_path)

    icons = {path.relative_to(tmp_path).as_posix(): QImage(str(path)) for path in tmp_path.rglob("*.png")}
    assert {image.width() for image in icons.values()} == set(debian.SIZES)
    assert all(f"/{image.width()}x{image.height()}/" in name for name, image in icons.items())
    assert all(image.pixelColor(image.rect().center()).alpha() == 255 for image in icons.values())
    assert (tmp_path / "icons" / "hicolor" / "scalable" / "apps" / f"{APP_ID}.svg").is_file()


def test_the_control_file_says_what_is_needed(monkeypatch) -> None:
    monkeypatch.setattr(debian, "run", lambda _command: "amd64\n")

    lines = debian.control("1.0", 2049, ["libc6 (>= 2.35)"], ["libcups2"]).splitlines()

    assert {"Version: 1.0", "Architecture: amd64", "Installed-Size: 3"} <= set(lines)
    assert "Depends: libc6 (>= 2.35), xkb-data, ca-certificates" in lines
    assert next(line for line in lines if line.startswith("Recommends: ")).endswith(", libcups2")


def test_what_is_inside_is_not_asked_of_the_system(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "libown.so.1").touch()
    said = "\n".join(f" 0x01 (NEEDED)  Shared library: [{name}]" for name in ("libown.so.1", "libc.so.6", "ld-linux-x86-64.so.2"))
    monkeypatch.setattr(debian, "run", lambda _command: said)

    assert debian.named_outside(tmp_path) == {"libc.so.6"}


def program(path: Path, text: str) -> Path:
    """Give a program that is a line of shell."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.mark.posix("Windows has no such shell")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("echo cannot open shared object file >&2; exit 127", "ended with 127 and said 'cannot open shared object"),
        ("""echo '{"ok": false, "reason": "no backend"}'""", "says no backend"),
    ],
)
def test_an_application_that_does_not_start_is_found_out(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(person.Broken, match=words):
        smoke.self_check(program(tmp_path / "hearth", text), tmp_path, has_model=True)


@pytest.mark.linux("what its loader writes")
def test_a_library_of_the_system_in_the_place_of_our_own_is_found_out(tmp_path: Path) -> None:
    for name in ("libgomp.so.1", "libllama.so.0"):
        (tmp_path / name).touch()
    own, of_the_system = f"{tmp_path}/libllama.so.0", "/lib/x86_64-linux-gnu/libgomp.so.1"
    loaded = "\n".join(f"  7: calling init: {name}" for name in (own, of_the_system, "/lib/x86_64-linux-gnu/libc.so.6"))

    assert smoke.taken_from_system(loaded, tmp_path) == [of_the_system]


@pytest.mark.posix("Windows has no such shell")
def test_a_child_process_that_cannot_do_its_work_is_found_out(tmp_path: Path) -> None:
    broken = program(tmp_path / "hearth", """read line; echo '{"drawing": null}'; echo ModuleNotFoundError >&2""")

    with pytest.raises(person.Broken, match=r"--role formulas answered .*null.* said 'ModuleNotFoundError"):
        smoke.ask_role(broken, tmp_path, ("formulas",), {}, "<svg")
    smoke.ask_role(broken, tmp_path, ("formulas",), {}, "null")


def test_nothing_of_this_environment_reaches_the_application(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    assert set(person.bare_environment(tmp_path)) - set(person.SYSTEM) == {"HOME", "PATH", "LANG"}


def test_what_is_written_beside_the_own_folder_is_found_out(tmp_path: Path) -> None:
    for name in ("hearth/data", ".cache/fontconfig", ".cache/hearth"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("hearth/data/settings.json", ".cache/fontconfig/le64"):
        (tmp_path / name).touch()
    assert smoke.written_outside(tmp_path) == []

    (tmp_path / ".cache" / "hearth" / "state").touch()
    assert smoke.written_outside(tmp_path) == [".cache/hearth/state"]


@pytest.mark.parametrize(
    ("level", "role", "is_found"), [("ERROR", "window", True), ("WARNING", "window", False), ("ERROR", "engine", False)]
)
def test_what_failed_behind_a_window_that_goes_on_is_found_out(tmp_path: Path, level: str, role: str, is_found: bool) -> None:
    record = logging.makeLogRecord({"name": "desktop_app", "levelname": level, "msg": "ImportError"})
    said = logging.Formatter(logs._FORMAT.format(role=role)).format(record)
    (tmp_path / "output.txt").write_text(f"{said}\n", encoding="utf-8")
    someone = object.__new__(person.Person)
    someone.notes, someone.process = tmp_path, subprocess.Popen([sys.executable, "-c", ""])

    with pytest.raises(person.Broken, match="ImportError") if is_found else nullcontext():
        someone.wait_until_ended()


def test_a_dump_of_the_screen_becomes_a_picture() -> None:
    header = [0] * 25
    header[0], header[4], header[5], header[11], header[12], header[19] = 100, 2, 1, 32, 8, 1
    dump = struct.pack(">25I", *header) + bytes(12) + b"\x01\x02\x03\x00\x0a\x0b\x0c\x00"

    picture = QImage.fromData(person.png_of(dump))

    assert [picture.pixelColor(x, 0).getRgb()[:3] for x in (0, 1)] == [(3, 2, 1), (12, 11, 10)]


@pytest.mark.linux("the places of Linux")
def test_without_a_build_there_is_nothing_to_measure(tmp_path: Path, monkeypatch, capsys) -> None:
    from tests.bench import package

    monkeypatch.setattr(package, "DIST", tmp_path)
    monkeypatch.setattr(sys, "argv", ["package.py"])

    assert package.main() == 1
    assert "run packaging/build.py" in capsys.readouterr().err


@pytest.mark.linux("measured on Linux")
@pytest.mark.parametrize(
    ("n_bytes", "n_packed", "words"), [(900, 400, ""), (1100, 400, "installed_mb is 1.1"), (900, 600, "deb_mb is 0.6")]
)
def test_an_application_that_has_grown_too_large_is_not_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], n_bytes: int, n_packed: int, words: str
) -> None:
    from tests.bench import package

    models = tmp_path / "hearth" / "_internal" / "resources" / "models"
    models.mkdir(parents=True)
    (models / "starter.gguf").write_bytes(bytes(5_000_000))  # counts nothing, and packed hardly anything
    (tmp_path / "hearth" / "hearth").write_bytes(bytes(n_bytes * 1000))
    (tmp_path / "a.deb").write_bytes(bytes(n_packed * 1000))
    monkeypatch.setattr(package, "DIST", tmp_path)
    monkeypatch.setattr(package, "LIMITS_MB", {"installed_mb": 1, "deb_mb": 0.5})
    monkeypatch.setattr(sys, "argv", ["package.py", "--limits"])

    assert package.main() == bool(words)
    said = capsys.readouterr()
    assert words in said.err
    assert json.loads(said.out)["installed_mb"] == n_bytes / 1000


def test_a_release_keeps_to_the_limits_that_were_set_and_is_tried_without_the_model() -> None:
    from tests.bench import package

    assert package.LIMITS_MB == {"installed_mb": 250, "deb_mb": 75}
    steps_of_release = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8").split("      - ")
    (trying,) = [step for step in steps_of_release if "--without-starter-model" in step]
    assert "python packaging/build.py --without-starter-model\n" in trying
    assert "tests/bench/package.py --limits" in trying
    # It takes dist/ away: what is released must have been handed on before.
    (handing_on,) = [step for step in steps_of_release if "name: release-${{ matrix.system }}" in step and "upload" in step]
    assert steps_of_release.index(handing_on) < steps_of_release.index(trying)
