"""Builds the engine for everybody: every variant of processor as a module of its own, and Vulkan beside them.

llama-cpp-python's package of sources, the one whose hash stands in requirements.txt, becomes a wheel whose backends
are loaded while the application runs: ggml takes the best module for the processor that it finds, and Vulkan where the
machine has a driver. On macOS the one library holds Metal. The wheel is kept in `hearth-ci` of the cache folder; to
build it takes 1,350 seconds of a processor (two shared cores, nothing cached).
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from dev import ENGINE, Problem, engine_requirement, say
from steps import ROOT, SOURCES, find_tool, run, see_to_tools

RECIPE = 1
"""To be counted up when what is done here changes and the options below do not."""
LEAST_VULKAN = 309
"""The patch of Vulkan's headers, 1.4.309 as in Debian 13: `vk::LayerSettingEXT` and the matrices of tensor cores."""
NEWER_DEBIAN = "trixie"
"""The release of Debian whose headers and shader compiler are taken where this system's own are too old."""
SDK_PACKAGES = ("glslc", "libvulkan-dev", "spirv-headers")
DIR = "llama_cpp/lib"
APT_TARGETS = ("apt-get", "indextargets", "--format", "$(SITE) $(RELEASE) $(COMPONENT)")
MICROSOFT = "Microsoft.VisualStudio.Component.VC.Tools.x86.x64"
"""What Visual Studio calls its compiler."""
WITHOUT_METAL = b"GGML_METAL_DEVICES"
"""The variable by which the application has Metal left out: see `load_backends` in `desktop_app.engine.llama.library`."""
CARDS = "cards"
"""As `desktop_app.engine.llama.library` has it."""
FOR_CARDS = r"(lib)?ggml-(vulkan|cuda|hip|sycl)\.(so|dll)"

# Without the two folders the processor's modules would land in a folder of their own, where nothing looks for them.
EVERYWHERE = {
    "GGML_NATIVE": "OFF", "LLAMA_OPENSSL": "OFF", "LLAVA_BUILD": "OFF",
    "CMAKE_INSTALL_BINDIR": DIR, "CMAKE_INSTALL_LIBDIR": DIR, "CMAKE_INSTALL_INCLUDEDIR": "llama_cpp/include",
}  # fmt: skip
MODULES = {"GGML_BACKEND_DL": "ON", "GGML_CPU_ALL_VARIANTS": "ON", "GGML_VULKAN": "ON"}
"""On Windows and Linux. On macOS the binding's own CMakeLists puts Metal into the library."""
WITHOUT_OPENMP = {"GGML_OPENMP": "OFF"}
"""On Windows Clang links with a library that is neither part of Windows nor of what Microsoft lets others pass on, and
without it no module for the processor can be loaded; on macOS it would come in where the machine that builds has it. ggml's
own threads do the same work. On Linux it is GCC's, which goes into the application."""
LEFT_OUT = ("llama_cpp/include/**", "llama_cpp/lib/cmake/**", "llama_cpp/lib/pkgconfig/**", "llama_cpp/lib/*llama-common*")
"""What CMake installs beside the libraries and no program needs that runs."""


def cache_folder() -> Path:
    """Give the folder that finished wheels are kept in."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hearth-ci"


def options() -> dict[str, str]:
    """Give what CMake is told on this system, apart from where things lie."""
    if sys.platform == "darwin":
        return {**EVERYWHERE, **WITHOUT_OPENMP}
    return {**EVERYWHERE, **MODULES, **(WITHOUT_OPENMP if sys.platform == "win32" else {})}


def requirement() -> str:
    """Give the lines of the lock file that name the engine and its hashes."""
    return engine_requirement((ROOT / "requirements.txt").read_text(encoding="utf-8"))


def _place() -> Path:
    parts = [str(RECIPE), requirement(), platform.system(), platform.machine(), *map(str, sorted(options().items())), *LEFT_OUT]
    return cache_folder() / f"engine-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:12]}"


def kept_wheel() -> Path | None:
    """Give the wheel that was built for this system before, None when there is none."""
    return next(iter(sorted(_place().glob("*.whl"))), None)


def portable_wheel() -> Path:
    """Give the wheel for this system, built now where it is not kept. Raises: Problem."""
    kept = kept_wheel()
    if kept is not None:
        return kept
    see_to_system()
    place = _place()
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hearth-engine-") as name:
        source = fetch_source(Path(name))
        built = _build(source, Path(name) / "wheel")
        _see_to_wheel(built)
        part = place / f"{built.name}.part"
        shutil.copyfile(built, part)
        return part.replace(place / built.name)


def unpack(wheel: Path, folder: Path) -> Path:
    """Unpack the wheel into `folder`, whose older content goes, and give the folder.

    The modules for graphics cards come into a folder of their own: whoever does not look there runs no driver.
    """
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    libraries = folder / DIR
    for module in [path for path in libraries.iterdir() if re.fullmatch(FOR_CARDS, path.name)]:
        (libraries / CARDS).mkdir(exist_ok=True)
        module.rename(libraries / CARDS / module.name)
    return folder


def fetch_source(folder: Path) -> Path:
    """Unpack the engine's package of sources into `folder` and give its top folder. Raises: Problem."""
    wanted = folder / "engine.txt"
    wanted.write_text(requirement(), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--no-deps", "--require-hashes", "--no-binary", ENGINE, "-r", wanted, "-d", folder])
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return next(path for path in folder.iterdir() if path.is_dir())


def _build(source: Path, target: Path) -> Path:
    defines, env = dict(options()), {"CMAKE_GENERATOR": "Ninja"}
    if defines.get("GGML_VULKAN") == "ON" and sys.platform.startswith("linux"):
        defines |= _vulkan_of_debian(source / "vulkan-sdk") if _vulkan_patch() < LEAST_VULKAN else {}
    if sys.platform == "win32":
        # As llama.cpp builds its own releases: Microsoft's compiler does not know all variants of processors.
        env |= of_microsoft()
        defines["CMAKE_TOOLCHAIN_FILE"] = (source / "vendor/llama.cpp/cmake/x64-windows-llvm.cmake").as_posix()
    if shutil.which("ccache"):
        defines |= {f"CMAKE_{language}_COMPILER_LAUNCHER": "ccache" for language in ("C", "CXX")}
    say(f"  the engine is built with {' '.join(f'-D{name}={value}' for name, value in defines.items())}")
    settings = [f"-Ccmake.define.{name}={value}" for name, value in defines.items()] + [f"-Cwheel.exclude={';'.join(LEFT_OUT)}"]
    # Out of a folder: pip would keep what it builds out of a package, and would give it to whoever wants the plain engine.
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--disable-pip-version-check"]
    run([*pip, *settings, "-w", target, source], env=env)
    wheel = next(target.glob("*.whl"))
    if sys.platform == "win32":
        from windows import runtime

        runtime.add(wheel, DIR, env)
    return wheel


def see_to_system() -> None:
    """Check, before anything is fetched, that this machine has what the engine is built with. Raises: Problem.

    Nothing is needed where it is kept. On macOS everything is a part of Xcode; Ninja and CMake come with pip.
    """
    if kept_wheel() is not None or sys.platform == "darwin":
        return
    if sys.platform == "win32":
        see_to_tools(["clang", "glslc"])
        _studio()
        if not os.environ.get("VULKAN_SDK"):
            raise Problem(f"VULKAN_SDK does not say where the Vulkan SDK is: {SOURCES['glslc']}")
        if _vulkan_patch() < LEAST_VULKAN:
            raise Problem(f"The Vulkan SDK must be 1.4.{LEAST_VULKAN} or newer: {SOURCES['glslc']}")
    elif _vulkan_patch() < LEAST_VULKAN:
        _mirror()
        see_to_tools(["mmdebstrap"])


def of_microsoft() -> dict[str, str]:
    """Give the environment that Microsoft's compiler works in, as its own prompt sets it. Raises: Problem.

    Clang finds there the libraries and tools that it takes from Visual Studio, and CMake a compiler for what runs meanwhile.
    """
    # Not the path first: cmd would take its quotes away.
    said = run(["cmd", "/d", "/c", "call", _studio() / "VC/Auxiliary/Build/vcvars64.bat", "&&", "set"])
    return {name.upper(): value for name, found, value in (line.partition("=") for line in said.splitlines()) if name and found}


def _studio() -> Path:
    """Give the folder of a Visual Studio that has its compiler for C++, `cl`. Raises: Problem."""
    finder = Path(os.environ.get("PROGRAMFILES(X86)", "C:/Program Files (x86)"), "Microsoft Visual Studio/Installer/vswhere.exe")
    line: list[str | Path] = [finder, "-latest", "-products", "*", "-requires", MICROSOFT, "-property", "installationPath"]
    studio = run(line).strip() if finder.is_file() else ""
    if not studio:
        raise Problem("Visual Studio with its compiler for C++ (cl) is missing: https://visualstudio.microsoft.com/downloads")
    return Path(studio)


def _vulkan_patch() -> int:
    header = Path(os.environ.get("VULKAN_SDK") or "/usr") / "include" / "vulkan" / "vulkan_core.h"
    match = re.search(r"#define VK_HEADER_VERSION (\d+)", header.read_text(encoding="utf-8")) if header.is_file() else None
    return int(match[1]) if match and find_tool("glslc") else 0


def _vulkan_of_debian(folder: Path) -> dict[str, str]:
    """Unpack a newer Debian's headers and shader compiler, and give what CMake must know of them. Raises: Problem.

    `folder` lies within the sources: else the place of the loader would get into the path that libraries are looked for in.
    """
    see_to_tools(["mmdebstrap"])
    mirror = _mirror()
    include = f"--include={','.join(SDK_PACKAGES)}"
    run(["mmdebstrap", "--variant=extract", include, NEWER_DEBIAN, folder, f"deb {mirror} {NEWER_DEBIAN} main"])
    usr = folder / "usr"
    library = next(usr.glob("lib/*/libvulkan.so"))
    # It was linked with a newer C library than this system has.
    compiler = folder / "glslc"
    loader = next(usr.glob("lib64/ld-linux-*"), None) or next(usr.glob("lib/ld-linux-*"))
    compiler.write_text(
        f'#!/bin/sh\nexec {loader} --library-path {library.parent} {usr / "bin" / "glslc"} "$@"\n', encoding="utf-8"
    )
    compiler.chmod(0o755)
    return {
        "Vulkan_INCLUDE_DIR": str(usr / "include"),
        "Vulkan_LIBRARY": str(library),
        "Vulkan_GLSLC_EXECUTABLE": str(compiler),
        "SPIRV-Headers_DIR": str(usr / "share" / "cmake" / "SPIRV-Headers"),
    }


def _mirror() -> str:
    """Give the address that a newer Debian is taken from. Raises: Problem, with what can be done without one."""
    mirror = debian_mirror(run(APT_TARGETS)) if shutil.which(APT_TARGETS[0]) else None
    if mirror is None:
        raise Problem(
            f"Vulkan's headers or glslc are missing here, or older than 1.4.{LEAST_VULKAN}, and no newer ones can be taken from a"
            f" Debian. Unpack the SDK for Linux from {SOURCES['glslc']}, run `source setup-env.sh` in it, and build again;"
            " --no-gpu builds without it."
        )
    return mirror


def debian_mirror(targets: str) -> str | None:
    """Give the address that this machine's apt takes Debian from; None where it takes none."""
    for site, release, component in (line.split(" ") for line in targets.splitlines() if line.count(" ") == 2):
        if component == "main" and re.search(r"/debian/?$", site) and "-" not in release:
            return site
    return None


def _see_to_wheel(wheel: Path) -> None:
    """Check that all modules are where the application looks for them. Raises: Problem."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    wanted = ["llama"] if sys.platform == "darwin" else ["llama", "ggml-vulkan", "ggml-cpu-haswell"]
    patterns = {part: rf"{DIR}/(lib)?{part}\.(so|dll|dylib)" for part in wanted}
    missing = [part for part, pattern in patterns.items() if not any(re.fullmatch(pattern, name) for name in names)]
    if missing:
        raise Problem(f"The engine was built without {', '.join(missing)}.")
    if sys.platform == "darwin":
        with zipfile.ZipFile(wheel) as archive:
            knows = any(WITHOUT_METAL in archive.read(name) for name in names if "metal" in name and name.endswith(".dylib"))
        if not knows:
            raise Problem(f"The engine does not know {WITHOUT_METAL.decode()} any more: where Metal fails, nothing would start.")
