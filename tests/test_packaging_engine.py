"""The parts of packaging/engine.py that can be looked at without compiling anything."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from desktop_app.engine.llama import library
from tests.test_packaging_build import of_packaging

dev, engine = map(of_packaging, ("dev", "engine"))

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
    assert (options["GGML_VULKAN"], options["LLAMA_OPENSSL"], options.get("GGML_RPC")) == ("ON", "OFF", None)
    assert options["CMAKE_INSTALL_BINDIR"] == options["CMAKE_INSTALL_LIBDIR"] == "llama_cpp/lib"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "GGML_VULKAN" not in engine.options()
    assert engine.options()["GGML_NATIVE"] == "OFF"


def test_modules_for_cards_come_into_the_folder_that_the_application_can_leave_alone(tmp_path: Path) -> None:
    assert engine.CARDS == library.CARDS
    (tmp_path / "engine" / "old").mkdir(parents=True)
    folder = engine.unpack(wheel_of(tmp_path / "a.whl", *NAMES), tmp_path / "engine") / "llama_cpp" / "lib"
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == {*NAMES[:-1], "cards/libggml-vulkan.so"}
    assert not (tmp_path / "engine" / "old").exists()


@pytest.mark.parametrize("missing", ["libllama.so", "libggml-cpu-haswell.so", "libggml-vulkan.so"])
def test_a_wheel_that_lacks_a_module_where_it_is_looked_for_is_none(tmp_path: Path, missing: str) -> None:
    engine._see_to_wheel(wheel_of(tmp_path / "whole.whl", *NAMES))
    wheel = wheel_of(tmp_path / "a.whl", *(name for name in NAMES if name != missing))
    with pytest.raises(dev.Problem, match=missing.removeprefix("lib").removesuffix(".so")):
        engine._see_to_wheel(wheel)


def test_a_newer_debian_is_taken_from_where_this_machine_takes_its_own() -> None:
    targets = "https://other.example sid main\nhttp://mirror.example/debian bookworm-updates main\n"
    assert engine.debian_mirror(f"{targets}http://mirror.example/debian bookworm main\n") == "http://mirror.example/debian"
    with pytest.raises(dev.Problem, match="no Debian"):
        engine.debian_mirror("http://archive.example/ubuntu jammy main\n")


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
        wheel_of(tmp_path / "wheel" / "a.whl", *NAMES)
        return ""

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(engine, "run", run)
    monkeypatch.setattr(engine, "of_microsoft", lambda: {"INCLUDE": "C:/VC/include"})
    engine._build(tmp_path / "source", tmp_path / "wheel")
    ((line, env),) = given
    assert any(
        part.startswith("-Ccmake.define.CMAKE_TOOLCHAIN_FILE=") and part.endswith("x64-windows-llvm.cmake") for part in line
    )
    assert env == {"CMAKE_GENERATOR": "Ninja", "INCLUDE": "C:/VC/include"}
