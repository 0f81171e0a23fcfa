"""Adds CUDA to the engine for everybody: one module more for cards, and NVIDIA's libraries beside it.

Vulkan serves the same cards with the driver that a person already has; this variant weighs 700 MB more, 590 of
them cuBLAS, without which ggml's module does not link. Without NVIDIA's driver the module cannot be loaded, and the
others are there as ever. It alone is compiled, as llama.cpp does it for its own releases: out of the engine's package
of sources, so that it fits the libraries of the engine. It is kept in `hearth-ci` of the cache folder.

On Linux compiler and libraries are NVIDIA's packages of the package index, locked by cuda.txt. Those for Windows lack
what one links with: there a toolkit of the same version must be installed, and Visual Studio. Source of what may be
given to others: Attachment A of NVIDIA's licence agreement, whose text goes with it.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import sys
import tempfile
from pathlib import Path

import engine
from dev import Problem, say
from materials import Package, locked
from steps import ROOT, is_linux, run, see_to_tools

RECIPE = 1
"""To be counted up when what is done here changes and the options below do not."""
LOCK_FILE = ROOT / "packaging" / "cuda.txt"
NEEDED = {"linux": ("cmake", "ninja", "c++"), "win32": ("cmake", "ninja", "nvcc")}
RELEASE = "13.0"
"""Of the toolkit; the libraries in the lock file belong to it. Its programs run with drivers from 580 on."""
SHIPPED = ("nvidia-cublas", "nvidia-cuda-runtime")
LIBRARIES = {
    "linux": ("libcublas.so.13", "libcublasLt.so.13", "libcudart.so.13"),
    "win32": ("cublas64_13.dll", "cublasLt64_13.dll", "cudart64_13.dll"),
}
MODULES = {"linux": "libggml-cuda.so", "win32": "ggml-cuda.dll"}
LICENCE = "NVIDIA-CUDA.txt"

# The cards that it is compiled for are llama.cpp's own choice where it is not for this machine alone: GeForce RTX 20
# and newer. NCCL joins cards by a library more, and would come in wherever the machine that builds has it.
DEFINES = {
    "CMAKE_BUILD_TYPE": "Release", "GGML_NATIVE": "OFF", "GGML_BACKEND_DL": "ON", "GGML_CPU": "OFF", "GGML_CUDA": "ON",
    "GGML_CUDA_NCCL": "OFF", "LLAMA_OPENSSL": "OFF", "LLAMA_BUILD_COMMON": "OFF", "LLAMA_BUILD_TOOLS": "OFF",
    "LLAMA_BUILD_TESTS": "OFF", "LLAMA_BUILD_EXAMPLES": "OFF", "LLAMA_BUILD_SERVER": "OFF",
    # Its libraries lie beside it; where they lay when it was built is nobody's business.
    "CMAKE_BUILD_WITH_INSTALL_RPATH": "ON", "CMAKE_INSTALL_RPATH": "$ORIGIN",
}  # fmt: skip

# The driver's functions that the module calls. No package holds a library to link with in the driver's place; the
# name is the driver's, so that where there is none the loader refuses the module, and ggml goes on without it.
DRIVER = "libcuda.so.1"
OF_DRIVER = (
    "cuDeviceGet", "cuDeviceGetAttribute", "cuGetErrorString", "cuMemAddressFree", "cuMemAddressReserve", "cuMemCreate",
    "cuMemGetAllocationGranularity", "cuMemMap", "cuMemRelease", "cuMemSetAccess", "cuMemUnmap",
)  # fmt: skip


def see_to_system() -> None:
    """Check that CUDA can be built here, or was. Raises: Problem."""
    if sys.platform not in NEEDED or platform.machine() not in ("x86_64", "AMD64"):
        raise Problem("The variant with CUDA is for Linux and Windows on x86_64.")
    if (_place() / MODULES[sys.platform]).is_file():
        return
    see_to_tools(NEEDED[sys.platform])
    if sys.platform == "win32":
        found = re.search(r"release (\d+\.\d+)", run(["nvcc", "--version"]))
        if found is None or found[1] != RELEASE:
            raise Problem(f"The CUDA toolkit must be {RELEASE}; {found[1] if found else 'another one'} is here.")
        engine.of_microsoft()


def _place() -> Path:
    lock = LOCK_FILE.read_text(encoding="utf-8")
    parts = [str(RECIPE), engine.requirement(), platform.system(), *map(str, sorted(DEFINES.items())), lock]
    return engine.cache_folder() / f"cuda-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:12]}"


def module() -> Path:
    """Give the module for this system, built now where it is not kept. Raises: Problem."""
    kept = _place() / MODULES[sys.platform]
    if kept.is_file():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hearth-cuda-") as name:
        built = _build(engine.fetch_source(Path(name)), Path(name))
        part = kept.with_name(f"{kept.name}.part")
        shutil.copyfile(built, part)
        return part.replace(kept)


def _build(source: Path, folder: Path) -> Path:
    env: dict[str, str] = {}
    if is_linux():
        root = _toolkit(folder / "toolkit")
        places = {"CUDAToolkit_ROOT": str(root), "CMAKE_CUDA_COMPILER": str(root / "bin" / "nvcc")}
    else:
        env = engine.of_microsoft()
        # By name: other compilers may come first in the path.
        places = {"CMAKE_C_COMPILER": "cl", "CMAKE_CXX_COMPILER": "cl"}
    defines = DEFINES | places
    if shutil.which("ccache"):
        defines |= {f"CMAKE_{language}_COMPILER_LAUNCHER": "ccache" for language in ("C", "CXX", "CUDA")}
    said = [f"-D{name}={value}" for name, value in defines.items()]
    say(f"  the module for CUDA is built with {' '.join(said)}")
    target = folder / "build"
    run(["cmake", "-S", source / "vendor" / "llama.cpp", "-B", target, "-G", "Ninja", *said], env=env)
    run(["cmake", "--build", target, "--target", "ggml-cuda", "--parallel", str(os.cpu_count() or 1)], env=env)
    found = next(iter(sorted((target / "bin").rglob(MODULES[sys.platform]))), None)
    if found is None:
        raise Problem(f"CMake made no {MODULES[sys.platform]}.")
    return found


def _toolkit(folder: Path) -> Path:
    """Make NVIDIA's compiler and libraries ready in `folder`, and give their root: what the packages lack is made."""
    root = _install(tuple(locked(LOCK_FILE.read_text(encoding="utf-8"))), folder)
    for library in sorted((root / "lib").glob("lib*.so.*")):
        library.with_name(f"{library.name.split('.so.')[0]}.so").symlink_to(library.name)
    _link_driver(root / "lib" / "stubs")
    # Where the compiler looks, and not in `lib`.
    (root / "lib64").symlink_to("lib")
    return root


def _link_driver(folder: Path) -> None:
    folder.mkdir()
    source = folder / "driver.c"
    source.write_text("".join(f"int {name}(void) {{ return 999; }}\n" for name in OF_DRIVER), encoding="utf-8")
    run(["cc", "-shared", "-fPIC", f"-Wl,-soname,{DRIVER}", source, "-o", folder / "libcuda.so"])


def add(unpacked: Path, work: Path) -> Path:
    """Put the module and its libraries into an unpacked engine, and give their licence. `work` keeps what was fetched.

    Raises: Problem.
    """
    cards = unpacked / engine.DIR / engine.CARDS
    cards.mkdir(parents=True, exist_ok=True)
    built = module()
    shutil.copyfile(built, cards / built.name)
    root = _install(SHIPPED, work)
    for name in LIBRARIES[sys.platform]:
        found = next(iter(sorted(root.rglob(name))), None)
        if found is None:
            raise Problem(f"NVIDIA's packages hold no {name}.")
        found.rename(cards / name)
    return next(work.glob("nvidia_cublas-*.dist-info/licenses/License.txt"))


def shipped() -> list[Package]:
    """Give the packages whose libraries are put beside the module, for the bill of materials."""
    allowed = locked(LOCK_FILE.read_text(encoding="utf-8"))
    return [Package(name, *allowed[name][0], "NVIDIA CUDA Toolkit End User License Agreement") for name in SHIPPED]


def _install(names: tuple[str, ...], folder: Path) -> Path:
    """Install these packages of the lock file into `folder`, whose older content goes; give the toolkit's root in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    blocks = re.split(r"\n(?=\S)", LOCK_FILE.read_text(encoding="utf-8"))
    wanted = folder / "wanted.txt"
    wanted.write_text("\n".join(block for block in blocks if block.split("==")[0] in names) + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    run([*pip, "--only-binary", ":all:", "--target", folder, "-r", wanted])
    return folder / "nvidia" / "cu13"
