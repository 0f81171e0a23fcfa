"""The parts of packaging/engine.py that can be looked at without compiling anything."""

from __future__ import annotations

import struct
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop_app.engine.llama import library
from tests.test_packaging_build import of_packaging

dev, engine, imports, runtime = map(of_packaging, ("dev", "engine", "windows.imports", "windows.runtime"))

NAMES = ("libllama.so", "libllama.so.0", "libggml-base.so", "libggml-cpu-haswell.so", "libggml-vulkan.so")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path / "cache" / "hearth-ci"


def wheel_of(path: Path, *names: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(f"llama_cpp/lib/{name}", name)
    return path


def test_what_is_kept_is_taken_and_nothing_is_built(cache: Path, monkeypatch) -> None:
    assert engine.kept_wheel() is None
    kept = wheel_of(engine._place() / "llama_cpp_python-1-py3-none-linux_x86_64.whl", *NAMES)
    monkeypatch.setattr(engine, "run", None)
    assert engine.portable_wheel() == engine.kept_wheel() == kept
    assert kept.is_relative_to(cache)


def windows_library(*imported: str) -> bytes:
    """Give the least library of Windows that names these: headers for 64 bits, and one section with the imports."""
    first, stored = 0x1000, 0x200
    names_at = first + 20 * (len(imported) + 1)
    table = names = b""
    for name in imported:
        table += struct.pack("<12xII", names_at + len(names), 0)
        names += name.encode() + b"\0"
    section = table + bytes(20) + names
    directories = bytes(8) + struct.pack("<II", first, len(section)) + bytes(14 * 8)
    optional = struct.pack("<H106xI", 0x20B, 16) + directories
    header = struct.pack("<4sHHIIIHH", b"PE\0\0", 0x8664, 1, 0, 0, 0, len(optional), 0x2022)
    about = struct.pack("<8s4I16x", b".idata", len(section), first, len(section), stored)
    return (b"MZ" + bytes(58) + struct.pack("<I", 64) + header + optional + about).ljust(stored, b"\0") + section


def redistributable(folder: Path, libraries: dict[str, list[str]]) -> dict[str, str]:
    """Make what Visual Studio lets others pass on; give the environment in which its prompt names it."""
    place = folder / "Redist" / "x64" / "Microsoft.VC143.CRT"
    place.mkdir(parents=True)
    for name, imported in libraries.items():
        (place / name).write_bytes(windows_library(*imported))
    return {"VCTOOLSREDISTDIR": str(folder / "Redist")}


@pytest.mark.parametrize("change", ["requirement", "options", "recipe", "processor"])
def test_what_it_is_made_of_decides_which_one_is_kept(change: str, monkeypatch) -> None:
    before = engine._place()
    match change:
        case "requirement":
            monkeypatch.setattr(engine, "requirement", lambda: "llama-cpp-python==99 --hash=sha256:0")
        case "options":
            monkeypatch.setitem(engine.MODULES, "GGML_CUDA", "ON")
        case "recipe":
            monkeypatch.setattr(engine, "RECIPE", 99)
        case "processor":
            monkeypatch.setattr(engine.platform, "machine", lambda: "riscv64")
    assert engine._place() != before


def test_it_is_for_every_processor_and_opens_no_port(monkeypatch) -> None:
    options = engine.options()
    assert (options["GGML_NATIVE"], options["GGML_CPU_ALL_VARIANTS"], options["GGML_BACKEND_DL"]) == ("OFF", "ON", "ON")
    assert "GGML_OPENMP" not in options, "GCC's goes in, and keeps its threads from one token to the next"
    assert (options["GGML_VULKAN"], options["LLAMA_OPENSSL"], options.get("GGML_RPC")) == ("ON", "OFF", None)
    assert options["CMAKE_INSTALL_BINDIR"] == options["CMAKE_INSTALL_LIBDIR"] == "llama_cpp/lib"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "GGML_VULKAN" not in engine.options()
    assert engine.options()["GGML_OPENMP"] == "OFF"
    assert engine.options()["GGML_NATIVE"] == "OFF"


def test_modules_for_cards_come_into_the_folder_that_the_application_can_leave_alone(tmp_path: Path) -> None:
    assert engine.CARDS == library.CARDS
    (tmp_path / "engine" / "old").mkdir(parents=True)
    folder = engine.unpack(wheel_of(tmp_path / "a.whl", *NAMES), tmp_path / "engine") / "llama_cpp" / "lib"
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == {*NAMES[:-1], "cards/libggml-vulkan.so"}
    assert not (tmp_path / "engine" / "old").exists()


@pytest.mark.parametrize("missing", ["libllama.so", "libggml-cpu-haswell.so", "libggml-vulkan.so"])
def test_a_wheel_that_lacks_a_module_where_it_is_looked_for_is_none(tmp_path: Path, missing: str) -> None:
    engine._see_to_wheel(wheel_of(tmp_path / "whole.whl", *NAMES))
    wheel = wheel_of(tmp_path / "a.whl", *(name for name in NAMES if name != missing))
    with pytest.raises(dev.Problem, match=missing.removeprefix("lib").removesuffix(".so")):
        engine._see_to_wheel(wheel)


def test_an_engine_whose_metal_cannot_be_left_out_is_none(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    names = ("libllama.dylib", "libllama.0.dylib", "libggml-metal.0.dylib")
    with pytest.raises(dev.Problem, match="does not know GGML_METAL_DEVICES"):
        engine._see_to_wheel(wheel_of(tmp_path / "a.whl", *names))
    engine._see_to_wheel(wheel_of(tmp_path / "b.whl", *names, "libggml-metal.0.dylib.GGML_METAL_DEVICES.dylib"))


def test_a_newer_debian_is_taken_from_where_this_machine_takes_its_own() -> None:
    targets = "https://other.example sid main\nhttp://mirror.example/debian bookworm-updates main\n"
    assert engine.debian_mirror(f"{targets}http://mirror.example/debian bookworm main\n") == "http://mirror.example/debian"
    assert engine.debian_mirror("http://archive.example/ubuntu jammy main\n") is None


def test_an_ubuntu_with_old_headers_of_vulkan_is_told_what_to_do(monkeypatch) -> None:
    monkeypatch.setattr(engine, "_vulkan_patch", lambda: 204)
    monkeypatch.setattr(engine, "run", lambda _command: "http://archive.example/ubuntu jammy main\n")
    monkeypatch.setattr(engine.shutil, "which", lambda name: name)
    for attempt in (engine.see_to_system, lambda: engine._vulkan_of_debian(Path("sdk"))):
        with pytest.raises(dev.Problem, match=r"older than 1\.4\.309.*vulkan\.lunarg\.com.*setup-env\.sh.*--no-gpu"):
            attempt()
    monkeypatch.setattr(engine, "run", lambda _command: "http://mirror.example/debian bookworm main\n")
    engine.see_to_system()
    monkeypatch.setattr(engine.shutil, "which", lambda name: None if name == "mmdebstrap" else name)
    with pytest.raises(dev.Problem, match="sudo apt-get install mmdebstrap"):
        engine.see_to_system()


@pytest.fixture
def windows(tmp_path: Path, monkeypatch) -> Path:
    """Give the folder of the Vulkan SDK on a Windows that has all that the engine is built with."""
    monkeypatch.setattr(sys, "platform", "win32")
    sdk = tmp_path / "sdk"
    for place, text in (("include/vulkan/vulkan_core.h", "#define VK_HEADER_VERSION 357\n"), ("Bin/glslc.exe", "")):
        (sdk / place).parent.mkdir(parents=True, exist_ok=True)
        (sdk / place).write_text(text)
    finder = tmp_path / "Microsoft Visual Studio" / "Installer" / "vswhere.exe"
    finder.parent.mkdir(parents=True)
    finder.touch()
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
    monkeypatch.setenv("VULKAN_SDK", str(sdk))
    monkeypatch.setattr(engine, "run", lambda _command: "C:/VS\n")
    monkeypatch.setattr(engine.shutil, "which", lambda name: name if name == "clang" else None)
    return sdk


def test_on_windows_everything_that_the_engine_is_built_with_is_looked_for_first(windows: Path) -> None:
    engine.see_to_system()


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ("clang", r"clang is missing: LLVM for Windows"), ("glslc", r"glslc is missing: the Vulkan SDK"),
        ("sdk", "VULKAN_SDK does not say"), ("headers", r"must be 1\.4\.309 or newer"), ("studio", r"\(cl\) is missing: https://visualstudio"),
    ],
)  # fmt: skip
def test_on_windows_each_thing_that_the_engine_is_built_with_is_named(
    windows: Path, lacking: str, words: str, monkeypatch
) -> None:
    match lacking:
        case "clang":
            monkeypatch.setattr(engine.shutil, "which", lambda _name: None)
        case "glslc":
            (windows / "Bin" / "glslc.exe").unlink()
        case "sdk":
            monkeypatch.delenv("VULKAN_SDK")
            monkeypatch.setattr(engine.shutil, "which", lambda name: name)
        case "headers":
            (windows / "include" / "vulkan" / "vulkan_core.h").write_text("#define VK_HEADER_VERSION 280\n")
        case "studio":
            monkeypatch.setattr(engine, "run", lambda _command: "\n")
    with pytest.raises(dev.Problem, match=words):
        engine.see_to_system()


def test_nothing_is_fetched_for_an_engine_that_cannot_be_built(windows: Path, monkeypatch) -> None:
    monkeypatch.delenv("VULKAN_SDK")
    monkeypatch.setattr(engine.shutil, "which", lambda name: name)
    monkeypatch.setattr(engine, "fetch_source", lambda _folder: pytest.fail("it was fetched"))
    with pytest.raises(dev.Problem, match="VULKAN_SDK"):
        engine.portable_wheel()


def test_where_the_engine_is_kept_nothing_of_it_is_asked_for(windows: Path, monkeypatch) -> None:
    monkeypatch.delenv("VULKAN_SDK")
    wheel_of(engine._place() / "a.whl", *NAMES)
    engine.see_to_system()


def test_the_engine_is_built_out_of_a_folder_so_that_pip_keeps_it_for_nobody(tmp_path: Path, monkeypatch) -> None:
    lines: list[list[str]] = []

    def run(command, **_options) -> str:
        lines.append([str(part) for part in command])
        wheel_of(tmp_path / "wheel" / "a.whl", *NAMES)
        return ""

    monkeypatch.setattr(engine, "run", run)
    monkeypatch.setattr(engine, "_vulkan_patch", lambda: engine.LEAST_VULKAN)
    source = tmp_path / "llama_cpp_python-1"
    source.mkdir()
    assert engine._build(source, tmp_path / "wheel") == tmp_path / "wheel" / "a.whl"
    (line,) = lines
    assert line[-1] == str(source) and Path(line[-1]).is_dir()
    assert "-Ccmake.define.GGML_NATIVE=OFF" in line


def test_on_windows_it_is_built_as_llama_cpp_builds_its_releases(tmp_path: Path, monkeypatch) -> None:
    given: list[tuple[list[str], dict[str, str]]] = []

    def run(command, env) -> str:
        given.append(([str(part) for part in command], env))
        wheel = wheel_of(tmp_path / "wheel" / "a.whl", *NAMES)
        with zipfile.ZipFile(wheel, "a") as archive:
            archive.writestr("llama_cpp/lib/llama.dll", windows_library("MSVCP140.dll", "ggml.dll"))
        return ""

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(engine, "run", run)
    redist = redistributable(
        tmp_path, {"msvcp140.dll": ["vcruntime140.dll"], "vcruntime140.dll": ["kernel32.dll"], "vcomp140.dll": []}
    )
    monkeypatch.setattr(engine, "of_microsoft", lambda: {"INCLUDE": "C:/VC/include", **redist})
    wheel = engine._build(tmp_path / "source", tmp_path / "wheel")
    ((line, env),) = given
    assert any(
        part.startswith("-Ccmake.define.CMAKE_TOOLCHAIN_FILE=") and part.endswith("x64-windows-llvm.cmake") for part in line
    )
    assert env == {"CMAKE_GENERATOR": "Ninja", "INCLUDE": "C:/VC/include", **redist}
    # What Clang links with otherwise is on no other computer, and nobody may pass it on.
    assert "-Ccmake.define.GGML_OPENMP=OFF" in line
    # The runtime that it was compiled for comes along, and nothing else of Microsoft's.
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if "140" in name] == ["llama_cpp/lib/msvcp140.dll", "llama_cpp/lib/vcruntime140.dll"]


def test_a_visual_studio_without_its_runtime_is_named(tmp_path: Path) -> None:
    with pytest.raises(dev.Problem, match="no runtime for C"):
        runtime.add(wheel_of(tmp_path / "a.whl"), "llama_cpp/lib", {"VCTOOLSREDISTDIR": str(tmp_path)})


def lay_out(folder: Path, files: dict[str, list[str]]) -> Path:
    """Make an application for Windows of libraries that name these."""
    for place, names in files.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(windows_library(*names))
    return folder


def test_on_windows_a_library_that_is_neither_inside_nor_part_of_the_system_is_named(tmp_path: Path) -> None:
    inside = {
        "hearth.exe": ["KERNEL32.dll", "api-ms-win-crt-runtime-l1-1-0.dll"],
        "_internal/python311.dll": ["VCRUNTIME140.dll"],
        "_internal/vcruntime140.dll": [],
        "_internal/shiboken6/shiboken6.abi3.dll": ["python311.dll"],
        "_internal/PySide6/QtCore.pyd": ["shiboken6.abi3.dll", "Qt6Core.dll"],
        "_internal/PySide6/Qt6Core.dll": ["icuuc.dll"],
        "_internal/PySide6/plugins/platforms/qwindows.dll": ["Qt6Core.dll", "USER32.dll"],
        "_internal/llama_cpp/lib/ggml-base.dll": [],
        "_internal/llama_cpp/lib/ggml-cpu-x64.dll": ["ggml-base.dll", "VCRUNTIME140.dll"],
        "_internal/llama_cpp/lib/cards/ggml-vulkan.dll": ["ggml-base.dll", "vulkan-1.dll"],
    }
    imports.see_to_imports(lay_out(tmp_path / "whole", inside), engine.CARDS)

    wrong = {
        "_internal/llama_cpp/lib/ggml-cpu-x64.dll": ["libomp140.x86_64.dll"],
        # PySide6 has one of its own, where nobody looks for the engine.
        "_internal/PySide6/msvcp140.dll": [],
        "_internal/llama_cpp/lib/ggml.dll": ["MSVCP140.dll"],
        "_internal/llama_cpp/lib/llama.dll": ["vulkan-1.dll"],
    }
    with pytest.raises(dev.Problem) as problem:
        imports.see_to_imports(lay_out(tmp_path / "broken", inside | wrong), engine.CARDS)
    for place, names in {place: names for place, names in wrong.items() if names}.items():
        assert f"{place} needs {names[0].lower()}" in str(problem.value)
    assert "PySide6" not in str(problem.value)


def test_what_is_no_library_of_windows_is_no_library_without_imports(tmp_path: Path) -> None:
    for content in (b"", b"MZ", windows_library("a.dll")[:300], b"\x7fELF" + bytes(600)):
        with pytest.raises(dev.Problem, match="no program or library of Windows"):
            imports.imported(content)


def test_on_windows_nothing_is_made_of_libraries_that_others_cannot_load(tmp_path: Path, monkeypatch) -> None:
    build, frozen, icons = map(of_packaging, ("build", "frozen", "icons"))
    monkeypatch.setattr(sys, "platform", "win32")
    made = frozen.application_in(tmp_path)
    lay_out(made.folder, {"_internal/llama_cpp/lib/ggml-cpu-x64.dll": ["libomp.dll"]})
    for module, name, given in (
        (engine, "portable_wheel", None), (engine, "unpack", tmp_path), (frozen, "install_pyinstaller", None), (frozen, "freeze", made),
        (frozen, "names_inside", set()), (frozen, "make_links", None), (icons, "draw_for_system", None),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, lambda *_, given=given: given)
    options = SimpleNamespace(no_gpu=False, cuda=False)
    with pytest.raises(dev.Problem, match=r"ggml-cpu-x64\.dll needs libomp\.dll"):
        build.make_application(options, "1.0", "0")
