"""The variant with CUDA: what can be looked at without NVIDIA's packages and without compiling anything."""

from __future__ import annotations

import argparse
import ctypes
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_packaging_build import of_packaging

dev, steps, engine, cuda, debian, installers, frozen, build, materials = map(
    of_packaging, ("dev", "steps", "engine", "cuda", "debian", "installers", "frozen", "build", "materials")
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path / "cache" / "hearth-ci"


def of_nvidia(names: tuple[str, ...], folder: Path) -> Path:
    """Lay out what NVIDIA's packages hold, as pip unpacks them."""
    root = folder / "nvidia" / "cu13"
    for place in ("bin/nvcc", *(f"lib/{name}" for name in cuda.LIBRARIES[sys.platform])):
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_text(place)
    licence = folder / "nvidia_cublas-13.dist-info" / "licenses" / "License.txt"
    licence.parent.mkdir(parents=True)
    licence.write_text(f"terms of {', '.join(names)}")
    return root


def test_the_lock_has_hashes_and_no_address_and_belongs_to_the_release() -> None:
    text = cuda.LOCK_FILE.read_text(encoding="utf-8")
    allowed = materials.locked(text)

    assert "://" not in text
    assert {*cuda.SHIPPED, "nvidia-cuda-nvcc", "nvidia-cuda-crt", "nvidia-nvvm", "nvidia-cuda-cccl"} == set(allowed)
    for ((version, hashes),) in allowed.values():
        assert version.startswith(f"{cuda.RELEASE}.")
        # For Linux on both processors, and for Windows.
        assert len(hashes) == 3


def test_the_module_is_one_that_is_loaded_and_for_every_card() -> None:
    defines = cuda.DEFINES
    assert (defines["GGML_CUDA"], defines["GGML_BACKEND_DL"]) == ("ON", "ON")
    assert (defines["GGML_NATIVE"], defines["GGML_CUDA_NCCL"], defines["LLAMA_OPENSSL"]) == ("OFF", "OFF", "OFF")
    assert "CMAKE_CUDA_ARCHITECTURES" not in defines
    assert defines["CMAKE_INSTALL_RPATH"] == "$ORIGIN"
    # The engine that everybody gets is what it was.
    assert "GGML_CUDA" not in engine.options()


@pytest.mark.parametrize("change", ["requirement", "options", "recipe", "lock"])
def test_what_it_is_made_of_decides_which_one_is_kept(change: str, tmp_path: Path, monkeypatch) -> None:
    before = cuda._place()
    match change:
        case "requirement":
            monkeypatch.setattr(engine, "requirement", lambda: "llama-cpp-python==99 --hash=sha256:0")
        case "options":
            monkeypatch.setitem(cuda.DEFINES, "GGML_CUDA_FA", "OFF")
        case "recipe":
            monkeypatch.setattr(cuda, "RECIPE", 99)
        case "lock":
            monkeypatch.setattr(cuda, "LOCK_FILE", tmp_path / "lock.txt")
            (tmp_path / "lock.txt").write_text("nvidia-cublas==14.0 --hash=sha256:0\n")
    assert cuda._place() != before


@pytest.mark.linux("libraries of Linux")
def test_a_driver_is_named_that_only_a_driver_is(tmp_path: Path) -> None:
    cuda._link_driver(tmp_path / "stubs")
    said = subprocess.run(
        ["readelf", "-dW", tmp_path / "stubs" / "libcuda.so"], capture_output=True, text=True, check=True
    ).stdout
    assert f"[{cuda.DRIVER}]" in said
    assert all(hasattr(ctypes.CDLL(str(tmp_path / "stubs" / "libcuda.so")), name) for name in cuda.OF_DRIVER)


@pytest.mark.linux("libraries of Linux")
def test_a_module_that_names_a_driver_is_refused_by_the_loader_where_there_is_none(tmp_path: Path) -> None:
    cuda._link_driver(tmp_path / "stubs")
    source, module = tmp_path / "module.c", tmp_path / cuda.MODULES["linux"]
    source.write_text("int cuMemCreate(void); int ggml_backend_init(void) { return cuMemCreate(); }\n")
    subprocess.run(["cc", "-shared", "-fPIC", source, "-o", module, f"-L{tmp_path / 'stubs'}", "-lcuda"], check=True)
    load = [sys.executable, "-c", "import ctypes, sys; ctypes.CDLL(sys.argv[1])", str(module)]
    refused = subprocess.run(load, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert f"{cuda.DRIVER}: cannot open shared object file" in refused.stderr
    (tmp_path / "stubs" / "libcuda.so").rename(tmp_path / cuda.DRIVER)
    assert subprocess.run(load, env={"LD_LIBRARY_PATH": str(tmp_path)}, check=False).returncode == 0


@pytest.mark.linux("elsewhere a toolkit is installed by a person")
def test_the_compiler_is_made_of_the_packages_so_that_it_finds_its_libraries(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(cuda, "_install", of_nvidia)
    lines: list[list[str]] = []

    def run(command, **_options) -> str:
        lines.append([str(part) for part in command])
        (tmp_path / "build" / "bin").mkdir(parents=True, exist_ok=True)
        (tmp_path / "build" / "bin" / "libggml-cuda.so").touch()
        return ""

    monkeypatch.setattr(cuda, "run", run)
    assert cuda._build(tmp_path / "source", tmp_path) == tmp_path / "build" / "bin" / "libggml-cuda.so"

    root = tmp_path / "toolkit" / "nvidia" / "cu13"
    assert (root / "lib64" / "libcublas.so").read_text() == "lib/libcublas.so.13"
    configure, compile_ = lines[-2:]
    assert {f"-DCUDAToolkit_ROOT={root}", f"-DCMAKE_CUDA_COMPILER={root / 'bin' / 'nvcc'}", "-DGGML_CUDA=ON"} <= set(configure)
    assert configure[2] == str(tmp_path / "source" / "vendor" / "llama.cpp")
    assert compile_[compile_.index("--target") + 1] == "ggml-cuda"


def test_on_windows_the_compiler_is_that_of_visual_studio_wherever_it_lies(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    lines: list[tuple[list[str], dict[str, str]]] = []
    finder = tmp_path / "Microsoft Visual Studio" / "Installer" / "vswhere.exe"
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
    with pytest.raises(dev.Problem, match="Visual Studio"):
        engine.of_microsoft()
    finder.parent.mkdir(parents=True)
    finder.touch()
    prompt = "** Visual Studio 2022 **\nPath=C:\\VC\\bin;C:\\mingw\nINCLUDE=C:\\VC\\include=1\n"

    def run(command, env=None) -> str:
        words = [str(part) for part in command]
        lines.append((words, env or {}))
        (tmp_path / "build" / "bin").mkdir(parents=True, exist_ok=True)
        (tmp_path / "build" / "bin" / "ggml-cuda.dll").touch()
        return {"vswhere.exe": "C:\\VS\n", "cmd": prompt}.get(Path(words[0]).name, "")

    monkeypatch.setattr(cuda, "run", run)
    monkeypatch.setattr(engine, "run", run)
    assert cuda._build(tmp_path / "source", tmp_path).name == "ggml-cuda.dll"

    (_where, (prompted, _), (configure, env), (compile_, also)) = lines
    # cmd takes the quotes away from what it begins with.
    assert prompted[:4] == ["cmd", "/d", "/c", "call"]
    assert prompted[-2:] == ["&&", "set"]
    assert env == also == {"PATH": "C:\\VC\\bin;C:\\mingw", "INCLUDE": "C:\\VC\\include=1"}
    assert {"Ninja", "-DCMAKE_C_COMPILER=cl", "-DCMAKE_CXX_COMPILER=cl", "-DCMAKE_BUILD_TYPE=Release"} <= set(configure)
    assert compile_[compile_.index("--target") + 1] == "ggml-cuda"
    monkeypatch.setattr(engine, "run", lambda _command: "\n")
    with pytest.raises(dev.Problem, match="Visual Studio"):
        engine.of_microsoft()


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_module_and_libraries_lie_where_the_application_loads_them_and_their_licence_is_given(
    tmp_path, cache, monkeypatch, system
):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(cuda, "_install", of_nvidia)
    kept = cuda._place() / cuda.MODULES[system]
    kept.parent.mkdir(parents=True)
    kept.write_text("module")

    licence = cuda.add(tmp_path / "engine", tmp_path / "work")

    cards = tmp_path / "engine" / "llama_cpp" / "lib" / engine.CARDS
    assert {path.name for path in cards.iterdir()} == {cuda.MODULES[system], *cuda.LIBRARIES[system]}
    assert licence.read_text() == "terms of nvidia-cublas, nvidia-cuda-runtime"
    assert kept.is_relative_to(cache) and kept.is_file()


def test_packages_without_a_library_stop_the_build(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(cuda, "_install", of_nvidia)
    monkeypatch.setattr(cuda, "module", lambda: Path(__file__))
    monkeypatch.setitem(cuda.LIBRARIES, "linux", (*cuda.LIBRARIES["linux"], "libnone.so.1"))
    of_nvidia_without = cuda._install
    monkeypatch.setattr(
        cuda, "_install", lambda names, folder: shutil.rmtree(of_nvidia_without(names, folder) / "lib") or folder / "nvidia"
    )
    with pytest.raises(dev.Problem, match=r"hold no libcublas\.so\.13"):
        cuda.add(tmp_path / "engine", tmp_path / "work")


def test_what_lies_beside_it_is_in_the_bill_with_its_terms() -> None:
    bill = materials.bill_of_materials(cuda.shipped(), {}, "1.0", "")
    found = {one["name"]: one for one in bill["components"]}
    assert set(cuda.SHIPPED) < set(found)
    for name in cuda.SHIPPED:
        assert "NVIDIA" in found[name]["licenses"][0]["license"]["name"]
        assert len(found[name]["properties"]) == 3


@pytest.mark.linux("packages of Debian")
def test_the_package_of_the_variant_takes_the_place_of_the_other_and_asks_for_no_driver(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(debian, "run", lambda _command: "amd64\n")
    plain = debian.control("1.0", 1, ["libc6"], []).splitlines()
    lines = debian.control("1.0", 1, ["libc6"], [], "-cuda").splitlines()

    assert set(lines) - set(plain) == {"Package: hearth-cuda", *debian.OF_VARIANT.splitlines()}
    assert {"Conflicts: hearth", "Replaces: hearth", "Provides: hearth"} <= set(lines)
    # An installer of packages takes what is recommended, and a driver is nothing to be put onto a computer without the card.
    assert not any("cuda1" in line for line in lines if line.startswith(("Depends", "Recommends")))
    assert "" not in lines[:-1]
    application = tmp_path / "hearth"
    application.mkdir()
    (application / "hearth").touch()
    debian.lay_out(application, tmp_path / "root", "1.0", "86400", "-cuda")
    assert (tmp_path / "root" / "usr" / "share" / "doc" / "hearth-cuda" / "copyright").is_file()
    assert (tmp_path / "root" / "opt" / "hearth" / "hearth").is_file()


def test_the_driver_is_not_looked_for_among_the_packages(tmp_path: Path, monkeypatch) -> None:
    cards = tmp_path / "root" / "opt" / "hearth" / engine.CARDS
    cards.mkdir(parents=True)
    for name in (cuda.MODULES["linux"], *cuda.LIBRARIES["linux"], "libggml-vulkan.so"):
        (cards / name).touch()
    (cards.parent / "hearth").touch()
    asked: list[list[str]] = []

    def run(command, **_options) -> str:
        asked.append([str(part) for part in command])
        named = [cuda.DRIVER, "libc.so.6", *cuda.LIBRARIES["linux"]]
        return "\n".join(f" (NEEDED)  Shared library: [{name}]" for name in named)

    monkeypatch.setattr(debian, "run", run)
    looked_for: list[set[str]] = []
    monkeypatch.setattr(debian.materials, "owners_of", lambda names: looked_for.append(set(names)) or {"libc6"})
    debian.dependencies(tmp_path / "root", tmp_path / "work")

    assert looked_for == [{"libc.so.6"}]
    shlibdeps = asked[0]
    assert not any("libggml-cuda" in part for part in shlibdeps)
    useful = shlibdeps[shlibdeps.index("-dRecommends") :]
    assert {f"-e{cards / name}" for name in (*cuda.LIBRARIES["linux"], "libggml-vulkan.so")} == set(useful[1:])


@pytest.mark.parametrize(
    ("system", "names"),
    [
        ("linux", {"Hearth-1.0-linux-x86_64-cuda-portable.tar.xz"}),
        ("win32", {"setup -cuda", "Hearth-1.0-windows-x86_64-cuda-portable.zip"}),
    ],
)
def test_what_a_person_downloads_says_that_it_is_the_variant(system: str, names: set[str], tmp_path: Path, monkeypatch) -> None:
    made: set[str] = set()
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.syspath_prepend(str(steps.ROOT / "packaging"))
    monkeypatch.setattr(of_packaging("windows.make"), "make", lambda *_places, variant: made.add(f"setup {variant}"))
    monkeypatch.setattr(of_packaging("windows.sign"), "sign_if_possible", lambda _files: None)
    monkeypatch.setattr(debian, "make_deb", lambda *given: made.add(f"deb {given[-1]}"))
    for name in ("tar_portable", "zip_portable"):
        monkeypatch.setattr(installers, name, lambda *given: made.add(given[-2].name))

    installers.make(frozen.application_in(tmp_path), tmp_path, tmp_path, "1.0", "0", "-cuda")

    assert made == names | ({"deb -cuda"} if system == "linux" else set())


def test_where_there_is_no_cuda_the_build_says_so_before_it_begins(monkeypatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(cuda.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(steps.shutil, "which", lambda name: None if name == "ninja" else f"/usr/bin/{name}")
    with pytest.raises(dev.Problem, match="ninja is missing: sudo apt-get install ninja-build"):
        cuda.see_to_system()
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(dev.Problem, match="Linux and Windows"):
        cuda.see_to_system()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(cuda, "see_to_tools", lambda _names: None)
    monkeypatch.setattr(cuda, "run", lambda _line: "Cuda compilation tools, release 12.4, V12.4.1")
    with pytest.raises(dev.Problem, match=r"must be 13\.0; 12\.4 is here"):
        cuda.see_to_system()


def test_the_variant_and_the_engine_of_this_processor_exclude_each_other(monkeypatch, capsys) -> None:
    monkeypatch.setattr(build, "build", lambda options: dev.say(f"cuda={options.cuda}") or argparse.Namespace())
    monkeypatch.setattr(sys, "argv", ["build.py", "--cuda"])
    assert build.main() == 0
    monkeypatch.setattr(sys, "argv", ["build.py", "--cuda", "--no-gpu"])
    with pytest.raises(SystemExit):
        build.main()
    said = capsys.readouterr().err
    assert "cuda=True" in said
    assert "not allowed with argument --cuda" in said


def test_a_module_that_is_kept_needs_no_compiler(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(cuda.platform, "machine", lambda: "AMD64")
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(steps.shutil, "which", lambda _: None)
    with pytest.raises(dev.Problem, match="nvcc"):
        cuda.see_to_system()

    cuda._place().mkdir(parents=True)
    (cuda._place() / cuda.MODULES["win32"]).touch()
    cuda.see_to_system()
